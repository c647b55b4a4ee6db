# A checkout asks an inventory before it answers. The fault: the inventory's setting makes it slower than the checkout
# waits, by little: its end is on record before the alarm of the first failure is investigated.

module "inventory" {
  source = "../../modules/function"

  name        = "demo-inventory"
  package     = "inventory"
  handler     = "inventory.handler"
  timeout     = 10
  environment = { CONSISTENCY_WAIT_MS = var.fault ? "3500" : "20" }
}

module "checkout" {
  source = "../../modules/function"

  name        = "demo-checkout"
  package     = "checkout"
  handler     = "checkout.handler"
  timeout     = 3
  environment = { INVENTORY_FUNCTION = module.inventory.name }
  schedule    = var.schedule
  event       = { sku = "tea", quantity = 2 }

  statements = [{
    Effect   = "Allow"
    Action   = "lambda:InvokeFunction"
    Resource = module.inventory.arn
  }]
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "demo-checkout-errors"
  alarm_description   = "Customers cannot check out."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = module.checkout.name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
}
