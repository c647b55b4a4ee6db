# A function renders invoices as it always did. The fault is the alarm's: its threshold lies below ordinary work.

module "function" {
  source = "../../modules/function"

  name     = "demo-invoices"
  package  = "invoices"
  handler  = "invoices.handler"
  schedule = var.schedule
  event    = { invoice = "2026-0042", lines = 12 }
}

resource "aws_cloudwatch_metric_alarm" "duration" {
  alarm_name          = "demo-invoices-slow"
  alarm_description   = "Invoices take too long."
  namespace           = "AWS/Lambda"
  metric_name         = "Duration"
  dimensions          = { FunctionName = module.function.name }
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.fault ? 50 : 3000
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
}
