# Everything that a company's standards ask for: a key of its own, a network without a way to the internet, a
# permissions boundary, access logs, expiry, budgets, and what the team knows.

terraform {
  required_version = ">= 1.11.4"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

provider "aws" {
  region = var.region
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

module "alarm_triage" {
  source = "../.."

  resource_prefix = "prod"
  resource_suffix = var.region
  tags            = { Team = "platform" }

  bedrock_model_id          = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
  max_usd_per_investigation = 0.5
  dashboard_enabled         = true

  kms_key_arn              = aws_kms_key.triage.arn
  permissions_boundary_arn = var.permissions_boundary_arn

  vpc_config = {
    subnet_ids         = aws_subnet.private[*].id
    security_group_ids = [aws_security_group.tool.id]
  }

  reports_bucket_lifecycle_days = 400
  reports_bucket_logging = {
    target_bucket = var.access_log_bucket
    target_prefix = "alarm-reports/"
  }

  notification_emails = ["on-call@example.com"]

  investigation_context = <<-EOT
    Orders come in through the function `orders` and wait in the queue `orders` for `fulfilment`.
    Nightly batch: 02:00 to 03:30 UTC; its load on the table `orders` is expected.
  EOT

  runbooks = {
    orders = file("${path.module}/runbooks/orders.md")
  }
}

resource "aws_cloudwatch_metric_alarm" "orders_errors" {
  alarm_name          = "orders-errors"
  alarm_description   = "Orders are not accepted. runbook: orders"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = "orders" }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = [module.alarm_triage.triage_lambda_arn]
}
