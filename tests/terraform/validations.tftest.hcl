# Each rule of each input refuses what it should. One run breaks one rule of many inputs at once.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_region" {
    defaults = { id = "us-east-1" }
  }
}

run "first_rules" {
  command = plan

  variables {
    resource_prefix                  = "Prod_"
    resource_suffix                  = "-east"
    bedrock_model_id                 = "claude"
    bedrock_underlying_model_ids     = ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"]
    bedrock_inference_regions        = ["eu"]
    bedrock_guardrail                = { identifier = "abc", version = "latest" }
    model_prices                     = { input = -1, output = 1 }
    investigation_window_hours       = 0
    max_tool_calls                   = 0
    max_tokens_per_investigation     = 999
    max_usd_per_investigation        = 0
    max_investigations_per_hour      = 0
    max_continuations                = -1
    tool_output_max_chars            = 99
    runbooks                         = { "../secrets" = "x" }
    log_level                        = "WARN"
    log_retention_days               = 42
    architecture                     = "amd64"
    lambda_timeout                   = 9
    lambda_memory_size               = 127
    tool_lambda_timeout              = 0
    tool_lambda_memory_size          = 127
    tool_lambda_reserved_concurrency = -2
    vpc_config                       = { subnet_ids = [], security_group_ids = ["sg-1"] }
    sns_topic_arn                    = "alarms"
    notification_emails              = ["oncall"]
    chat_topic_arn                   = "chat"
    reports_bucket_logging           = { target_bucket = "arn:aws:s3:::logs", target_prefix = "" }
    reports_bucket_lifecycle_days    = 0
    kms_key_arn                      = "alias/mine"
    permissions_boundary_arn         = "boundary"
    tool_denied_actions              = ["DescribeInstances"]
    tool_additional_policy_arns      = ["more"]
    alarm_account_ids                = ["12345"]
    investigation_role_arns          = { "4444" = "arn:aws:iam::4444:role/x" }
  }

  expect_failures = [
    var.resource_prefix, var.resource_suffix, var.bedrock_model_id, var.bedrock_underlying_model_ids, var.bedrock_inference_regions,
    var.bedrock_guardrail, var.model_prices, var.investigation_window_hours, var.max_tool_calls, var.max_tokens_per_investigation,
    var.max_usd_per_investigation, var.max_investigations_per_hour, var.max_continuations, var.tool_output_max_chars, var.runbooks,
    var.log_level, var.log_retention_days, var.architecture, var.lambda_timeout, var.lambda_memory_size, var.tool_lambda_timeout,
    var.tool_lambda_memory_size, var.tool_lambda_reserved_concurrency, var.vpc_config, var.sns_topic_arn, var.notification_emails,
    var.chat_topic_arn, var.reports_bucket_logging, var.reports_bucket_lifecycle_days, var.kms_key_arn, var.permissions_boundary_arn,
    var.tool_denied_actions, var.tool_additional_policy_arns, var.alarm_account_ids, var.investigation_role_arns,
  ]
}

run "second_rules" {
  command = plan

  variables {
    resource_prefix               = "a-prefix-of-23-characte"
    resource_suffix               = "a-suffix-of-27-characters-x"
    investigation_context         = format("%050001d", 0)
    vpc_config                    = { subnet_ids = ["subnet-1"], security_group_ids = [] }
    tool_denied_actions           = [for i in range(200) : "ec2:DescribeInstances"]
    tool_additional_policy_arns   = [for i in range(8) : "arn:aws:iam::aws:policy/P${i}"]
    investigation_role_arns       = { "444455556666" = "arn:aws:iam::777788889999:role/x" }
    sns_topic_arn                 = "arn:aws:sns:us-east-1:111122223333:alarms.fifo"
    kms_key_arn                   = "arn:aws:kms:us-east-1:111122223333:alias/mine"
    lambda_timeout                = 901
    lambda_memory_size            = 10241
    tool_lambda_timeout           = 901
    tool_lambda_memory_size       = 10241
    investigation_window_hours    = 721
    max_tool_calls                = 1001
    max_continuations             = 11
    tool_output_max_chars         = 200001
    reports_bucket_lifecycle_days = 1.5
    bedrock_model_id              = "arn:aws:s3:::not-a-model"
  }

  expect_failures = [
    var.resource_prefix, var.resource_suffix, var.investigation_context, var.vpc_config, var.tool_denied_actions,
    var.tool_additional_policy_arns, var.investigation_role_arns, var.sns_topic_arn, var.kms_key_arn, var.lambda_timeout,
    var.lambda_memory_size, var.tool_lambda_timeout, var.tool_lambda_memory_size, var.investigation_window_hours, var.max_tool_calls,
    var.max_continuations, var.tool_output_max_chars, var.reports_bucket_lifecycle_days, var.bedrock_model_id,
  ]
}

run "fractions" {
  command = plan

  variables {
    lambda_timeout                   = 60.5
    lambda_memory_size               = 512.5
    tool_lambda_timeout              = 30.5
    tool_lambda_memory_size          = 512.5
    tool_lambda_reserved_concurrency = 1.5
    max_tool_calls                   = 1.5
    max_tokens_per_investigation     = 1000.5
    max_investigations_per_hour      = 1.5
    max_continuations                = 1.5
    tool_output_max_chars            = 1000.5
  }

  expect_failures = [
    var.lambda_timeout, var.lambda_memory_size, var.tool_lambda_timeout, var.tool_lambda_memory_size, var.tool_lambda_reserved_concurrency,
    var.max_tool_calls, var.max_tokens_per_investigation, var.max_investigations_per_hour, var.max_continuations, var.tool_output_max_chars,
  ]
}

# The widest values that every rule lets through, together.
run "limits_are_inclusive" {
  command = plan

  variables {
    resource_prefix                  = "a-prefix-of-22-charact"
    resource_suffix                  = "a-suffix-of-26-characters0"
    investigation_window_hours       = 0.25
    max_tool_calls                   = 1000
    max_tokens_per_investigation     = 1000
    max_usd_per_investigation        = 0.01
    max_investigations_per_hour      = 1
    max_continuations                = 0
    tool_output_max_chars            = 100
    log_retention_days               = 0
    architecture                     = "x86_64"
    lambda_timeout                   = 10
    lambda_memory_size               = 128
    tool_lambda_timeout              = 1
    tool_lambda_memory_size          = 128
    tool_lambda_reserved_concurrency = 0
    reports_bucket_lifecycle_days    = 1
  }

  assert {
    condition     = length(aws_lambda_function.triage.function_name) <= 64 && length(aws_s3_bucket.reports.bucket_prefix) <= 37
    error_message = "The longest prefix and suffix still make names that AWS takes."
  }
}
