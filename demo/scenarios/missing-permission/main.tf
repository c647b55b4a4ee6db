# A function stores orders in a table. The fault: its role lost the right to.

resource "aws_dynamodb_table" "orders" {
  name         = "demo-orders"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "order_id"

  attribute {
    name = "order_id"
    type = "S"
  }
}

module "function" {
  source = "../../modules/function"

  name        = "demo-orders"
  package     = "orders"
  handler     = "orders.handler"
  environment = { TABLE = aws_dynamodb_table.orders.name }
  schedule    = var.schedule
  event       = { customer = "c-1001", items = [{ sku = "tea", quantity = 2 }] }

  statements = [{
    Effect   = "Allow"
    Action   = concat(["dynamodb:GetItem"], var.fault ? [] : ["dynamodb:PutItem"])
    Resource = aws_dynamodb_table.orders.arn
  }]
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "demo-orders-errors"
  alarm_description   = "Orders are not accepted."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = module.function.name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
}
