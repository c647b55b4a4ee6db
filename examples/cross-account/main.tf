# One triage function for several accounts. Their alarms invoke it, and it looks into the account that an alarm is
# of, through a role there that this account's tool role may assume.

terraform {
  required_version = ">= 1.11.4"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

variable "region" {
  description = "Region of the alarms in all accounts."
  type        = string
  default     = "us-east-1"
}

variable "shop_account_id" {
  description = "The other account, whose alarms are to be investigated."
  type        = string
}

variable "deploy_role_name" {
  description = "Role in the other account that Terraform deploys with."
  type        = string
  default     = "terraform"
}

provider "aws" {
  region = var.region
}

provider "aws" {
  alias  = "shop"
  region = var.region

  assume_role {
    role_arn = "arn:aws:iam::${var.shop_account_id}:role/${var.deploy_role_name}"
  }
}

module "alarm_triage" {
  source = "../.."

  resource_prefix     = "central"
  notification_emails = ["on-call@example.com"]

  # The accounts named here may invoke the function, too.
  investigation_role_arns = {
    (var.shop_account_id) = "arn:aws:iam::${var.shop_account_id}:role/alarm-investigation"
  }
}

module "shop" {
  source    = "../../modules/investigation-role"
  providers = { aws = aws.shop }

  tool_role_arn = module.alarm_triage.tool_lambda_role_arn
}

# In the shop's account; its action is the function in this one.
resource "aws_cloudwatch_metric_alarm" "orders_errors" {
  provider = aws.shop

  alarm_name          = "orders-errors"
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
