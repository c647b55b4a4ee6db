# A function stores large readings in a table. The fault: the table was changed from on demand to one write unit.

resource "aws_dynamodb_table" "readings" {
  name           = "demo-readings"
  billing_mode   = var.fault ? "PROVISIONED" : "PAY_PER_REQUEST"
  read_capacity  = var.fault ? 1 : null
  write_capacity = var.fault ? 1 : null
  hash_key       = "device"
  range_key      = "taken_at"

  attribute {
    name = "device"
    type = "S"
  }

  attribute {
    name = "taken_at"
    type = "S"
  }
}

module "function" {
  source = "../../modules/function"

  name        = "demo-telemetry"
  package     = "telemetry"
  handler     = "telemetry.handler"
  environment = { TABLE = aws_dynamodb_table.readings.name }
  schedule    = var.schedule
  event       = { device = "d-7", readings = 12 }

  statements = [{
    Effect   = "Allow"
    Action   = "dynamodb:PutItem"
    Resource = aws_dynamodb_table.readings.arn
  }]
}

resource "aws_cloudwatch_metric_alarm" "throttles" {
  alarm_name          = "demo-readings-throttled"
  alarm_description   = "Writes to the table of readings are refused."
  namespace           = "AWS/DynamoDB"
  metric_name         = "WriteThrottleEvents"
  dimensions          = { TableName = aws_dynamodb_table.readings.name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
}
