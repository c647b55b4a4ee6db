# A function decodes pictures. The fault: its memory was cut below what one picture takes.

module "function" {
  source = "../../modules/function"

  name        = "demo-thumbnails"
  package     = "thumbnails"
  handler     = "thumbnails.handler"
  memory_size = var.fault ? 128 : 512
  schedule    = var.schedule
  event       = { width = 8000, height = 5000 }
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "demo-thumbnails-errors"
  alarm_description   = "Pictures get no thumbnail."
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
