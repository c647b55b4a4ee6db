# A function prices a basket. The fault: its second release reads a field that its callers do not send.

module "function" {
  source = "../../modules/function"

  name     = "demo-pricing"
  package  = var.fault ? "pricing-2" : "pricing-1"
  handler  = "pricing.handler"
  schedule = var.schedule
  event    = { items = [{ sku = "tea", quantity = 2 }] }
}

resource "aws_cloudwatch_metric_alarm" "error_rate" {
  alarm_name          = "demo-pricing-error-rate"
  alarm_description   = "More than one basket in ten is not priced."
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions

  metric_query {
    id          = "rate"
    expression  = "100 * errors / invocations"
    label       = "Error rate in percent"
    return_data = true
  }

  metric_query {
    id = "errors"

    metric {
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      dimensions  = { FunctionName = module.function.name }
      stat        = "Sum"
      period      = 60
    }
  }

  metric_query {
    id = "invocations"

    metric {
      namespace   = "AWS/Lambda"
      metric_name = "Invocations"
      dimensions  = { FunctionName = module.function.name }
      stat        = "Sum"
      period      = 60
    }
  }
}
