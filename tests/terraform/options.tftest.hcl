# What each option changes, several options that do not touch each other in one run.

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

run "names_carry_prefix_and_suffix" {
  command = plan

  variables {
    resource_prefix = "prod"
    resource_suffix = "us-east-2"
    tags            = { team = "platform" }
  }

  assert {
    condition = [
      aws_lambda_function.triage.function_name, aws_lambda_function.tool.function_name, aws_iam_role.triage.name, aws_iam_role.tool.name,
      aws_dynamodb_table.investigations.name, aws_s3_bucket.reports.bucket_prefix, aws_sns_topic.findings[0].name,
      aws_cloudwatch_log_group.triage.name, aws_cloudwatch_log_group.tool.name, aws_cloudwatch_metric_alarm.self["errors"].alarm_name,
      ] == [
      "prod-triage-handler-us-east-2", "prod-tool-lambda-us-east-2", "prod-triage-handler-us-east-2", "prod-tool-lambda-us-east-2",
      "prod-alarm-investigations-us-east-2", "prod-alarm-reports-", "prod-alarm-triage-us-east-2",
      "/aws/lambda/prod-triage-handler-us-east-2", "/aws/lambda/prod-tool-lambda-us-east-2", "prod-triage-handler-us-east-2-self-errors",
    ]
    error_message = "Prefix and suffix are in every name; the bucket has the prefix alone."
  }

  assert {
    condition = alltrue([for tags in [
      aws_lambda_function.triage.tags, aws_lambda_function.tool.tags, aws_iam_role.triage.tags, aws_iam_role.tool.tags,
      aws_iam_policy.tool_guard_a_e.tags, aws_dynamodb_table.investigations.tags, aws_s3_bucket.reports.tags, aws_sns_topic.findings[0].tags,
      aws_kms_key.topic[0].tags, aws_cloudwatch_log_group.triage.tags, aws_cloudwatch_log_group.tool.tags, aws_cloudwatch_metric_alarm.self["errors"].tags,
    ] : tags == tomap({ team = "platform" })])
    error_message = "Every resource carries the tags."
  }
}

run "callers_topic_key_vpc_and_boundary" {
  command = plan

  variables {
    sns_topic_arn            = "arn:aws:sns:us-east-1:111122223333:mine"
    chat_topic_arn           = "arn:aws:sns:us-east-1:111122223333:chat"
    notification_emails      = ["oncall@example.com"]
    kms_key_arn              = "arn:aws:kms:us-east-1:111122223333:key/0f7e2a46"
    permissions_boundary_arn = "arn:aws:iam::111122223333:policy/boundary"
    vpc_config               = { subnet_ids = ["subnet-1"], security_group_ids = ["sg-1"] }
  }

  assert {
    condition     = length(aws_sns_topic.findings) == 0 && length(aws_sns_topic_policy.findings) == 0 && length(aws_kms_key.topic) == 0
    error_message = "With a topic of the caller's, the module makes neither topic nor key."
  }

  assert {
    condition     = output.sns_topic_arn == "arn:aws:sns:us-east-1:111122223333:mine" && aws_lambda_function_event_invoke_config.triage.destination_config[0].on_failure[0].destination == "arn:aws:sns:us-east-1:111122223333:mine"
    error_message = "Findings and lost events go to the caller's topic."
  }

  assert {
    condition     = aws_sns_topic_subscription.email["oncall@example.com"].topic_arn == "arn:aws:sns:us-east-1:111122223333:mine"
    error_message = "People are subscribed to the caller's topic too."
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Resource if s.Sid == "Findings"] == [
      ["arn:aws:sns:us-east-1:111122223333:mine", "arn:aws:sns:us-east-1:111122223333:chat"]
    ]
    error_message = "The orchestrator publishes to the two topics and no other."
  }

  assert {
    condition = alltrue([for key in [
      aws_lambda_function.triage.kms_key_arn, aws_cloudwatch_log_group.triage.kms_key_id, aws_cloudwatch_log_group.tool.kms_key_id,
      aws_dynamodb_table.investigations.server_side_encryption[0].kms_key_arn,
      one(aws_s3_bucket_server_side_encryption_configuration.reports.rule).apply_server_side_encryption_by_default[0].kms_master_key_id,
    ] : key == "arn:aws:kms:us-east-1:111122223333:key/0f7e2a46"])
    error_message = "The caller's key encrypts settings, logs, table and bucket."
  }

  assert {
    condition     = aws_iam_role.triage.permissions_boundary == "arn:aws:iam::111122223333:policy/boundary" && aws_iam_role.tool.permissions_boundary == "arn:aws:iam::111122223333:policy/boundary"
    error_message = "Both roles are bounded."
  }

  assert {
    condition     = aws_lambda_function.tool.vpc_config[0].subnet_ids == toset(["subnet-1"]) && length(aws_lambda_function.triage.vpc_config) == 0
    error_message = "The tool function, and it alone, runs in the VPC."
  }
}

run "without_self_alarms_and_with_a_topic_said_to_exist" {
  command = plan

  variables {
    self_alarms_enabled = false
    create_sns_topic    = false
    sns_topic_arn       = "arn:aws:sns:us-east-1:111122223333:mine"
  }

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.self) == 0 && length(aws_kms_key.topic) == 0 && length(aws_sns_topic.findings) == 0
    error_message = "Neither alarms nor a topic are made."
  }
}

run "no_topic_at_all" {
  command = plan

  variables {
    create_sns_topic = false
  }

  expect_failures = [aws_lambda_function.triage]
}

run "reports_dashboard_and_context" {
  command = plan

  variables {
    reports_bucket_logging        = { target_bucket = "access-logs", target_prefix = "triage/" }
    reports_bucket_lifecycle_days = 90
    reports_bucket_force_destroy  = true
    dashboard_enabled             = true
    investigation_context         = "The shop runs on ECS."
    runbooks                      = { queue-backlog = "Scale the consumer." }
  }

  assert {
    condition     = aws_s3_bucket_logging.reports[0].target_prefix == "triage/" && aws_s3_bucket.reports.force_destroy
    error_message = "The access log and force_destroy are as given."
  }

  assert {
    condition = [for rule in aws_s3_bucket_lifecycle_configuration.reports.rule :
      [rule.expiration[0].days, rule.noncurrent_version_expiration[0].noncurrent_days, rule.filter[0].prefix] if rule.id == "expire-reports"
    ] == [[90, 90, "reports/"]]
    error_message = "Reports, current and noncurrent, expire; the team's context does not."
  }

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.triage[0].dashboard_body).widgets) == 6
    error_message = "The dashboard shows six graphs."
  }

  assert {
    condition     = aws_s3_object.investigation_context[0].key == "context/investigation_context.md" && aws_s3_object.runbook["queue-backlog"].key == "context/runbooks/queue-backlog.md"
    error_message = "Context and runbooks lie where the handler reads them."
  }
}

run "further_accounts" {
  command = plan

  variables {
    alarm_account_ids           = ["444455556666", "111122223333"]
    investigation_role_arns     = { "777788889999" = "arn:aws:iam::777788889999:role/alarm-investigation" }
    tool_additional_policy_arns = ["arn:aws:iam::111122223333:policy/one-more-read"]
    tool_denied_actions         = ["logs:FilterLogEvents"]
  }

  assert {
    condition = { for account, p in aws_lambda_permission.account_alarms : account => p.source_arn } == {
      "444455556666" = "arn:aws:cloudwatch:us-east-1:444455556666:alarm:*"
      "777788889999" = "arn:aws:cloudwatch:us-east-1:777788889999:alarm:*"
    }
    error_message = "Each further account has one statement, narrowed to its own alarms; this account is not repeated."
  }

  assert {
    condition     = aws_lambda_function.triage.environment[0].variables.INVESTIGATION_ROLE_ARNS == jsonencode({ "777788889999" = "arn:aws:iam::777788889999:role/alarm-investigation" })
    error_message = "The function is told which role belongs to which account."
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.tool.policy).Statement : s.Resource if s.Sid == "RolesInFurtherAccounts"] == [["arn:aws:iam::777788889999:role/alarm-investigation"]]
    error_message = "The tool role may assume that role and no other."
  }

  assert {
    condition     = aws_iam_role_policy_attachment.tool_additional["0"].policy_arn == "arn:aws:iam::111122223333:policy/one-more-read"
    error_message = "The additional policy is attached."
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.tool_deny.policy).Statement : s.Action if s.Sid == "CallersDenies"] == [["logs:FilterLogEvents"]]
    error_message = "The caller's denies are in force."
  }
}

run "limits_reach_the_function" {
  command = plan

  variables {
    bedrock_model_id                 = "us.amazon.nova-pro-v1:0"
    investigation_window_hours       = 0.5
    log_level                        = "ERROR"
    log_retention_days               = 90
    architecture                     = "x86_64"
    lambda_timeout                   = 600
    lambda_memory_size               = 512
    tool_lambda_timeout              = 120
    tool_lambda_memory_size          = 1024
    tool_lambda_reserved_concurrency = 5
    max_tool_calls                   = 40
    max_tokens_per_investigation     = 500000
    max_usd_per_investigation        = 0.25
    max_investigations_per_hour      = 5
    max_continuations                = 0
    tool_output_max_chars            = 10000
    notify_on_recovery               = true
    model_capabilities               = { tools = false }
    model_prices                     = { input = 0.8, output = 3.2 }
  }

  assert {
    condition = { for name in [
      "INVESTIGATION_WINDOW_HOURS", "LOG_LEVEL", "MAX_TOOL_CALLS", "MAX_TOKENS_PER_INVESTIGATION", "MAX_USD_PER_INVESTIGATION", "MAX_INVESTIGATIONS_PER_HOUR",
      "MAX_CONTINUATIONS", "TOOL_OUTPUT_MAX_CHARS", "TOOL_TIMEOUT_SECONDS", "NOTIFY_ON_RECOVERY", "MODEL_CAPABILITIES", "MODEL_PRICES", "BEDROCK_MODEL_ID",
      ] : name => aws_lambda_function.triage.environment[0].variables[name] } == {
      INVESTIGATION_WINDOW_HOURS = "0.5", LOG_LEVEL = "ERROR", MAX_TOOL_CALLS = "40", MAX_TOKENS_PER_INVESTIGATION = "500000",
      MAX_USD_PER_INVESTIGATION  = "0.25", MAX_INVESTIGATIONS_PER_HOUR = "5", MAX_CONTINUATIONS = "0", TOOL_OUTPUT_MAX_CHARS = "10000",
      TOOL_TIMEOUT_SECONDS       = "120", NOTIFY_ON_RECOVERY = "true", MODEL_CAPABILITIES = "{\"tools\":false}", MODEL_PRICES = "{\"input\":0.8,\"output\":3.2}",
      BEDROCK_MODEL_ID           = "us.amazon.nova-pro-v1:0",
    }
    error_message = "An input does not reach the function's environment as it was given."
  }

  assert {
    condition = [
      aws_lambda_function.triage.timeout, aws_lambda_function.triage.memory_size, aws_lambda_function.tool.timeout,
      aws_lambda_function.tool.memory_size, aws_lambda_function.tool.reserved_concurrent_executions, aws_cloudwatch_log_group.tool.retention_in_days,
    ] == [600, 512, 120, 1024, 5, 90]
    error_message = "Timeouts, memory, concurrency or retention are not as given."
  }

  assert {
    condition     = aws_lambda_function.tool.architectures == tolist(["x86_64"]) && aws_lambda_function.tool.logging_config[0].system_log_level == "WARN"
    error_message = "Architecture and log levels are as given; Lambda's own lines have no level ERROR."
  }
}
