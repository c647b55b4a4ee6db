# What a newcomer gets: no input, every default.

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
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/mock" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws:iam::111122223333:policy/mock" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:us-east-1:111122223333:function:mock" }
  }
  mock_resource "aws_sns_topic" {
    defaults = { arn = "arn:aws:sns:us-east-1:111122223333:mock" }
  }
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:111122223333:key/mock" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { id = "alarm-reports-mock", arn = "arn:aws:s3:::alarm-reports-mock" }
  }
}

# No input of the module: what the assertions expect of the triage function's environment. The bucket's name is made
# by AWS.
variables {
  expected_environment = {
    BEDROCK_GUARDRAIL_ID         = ""
    BEDROCK_GUARDRAIL_VERSION    = ""
    BEDROCK_MODEL_ID             = "global.anthropic.claude-sonnet-4-5-20250929-v1:0"
    CHAT_TOPIC_ARN               = ""
    DYNAMODB_TABLE               = "alarm-investigations"
    INVESTIGATION_ROLE_ARNS      = ""
    INVESTIGATION_WINDOW_HOURS   = "1"
    LOG_LEVEL                    = "INFO"
    MAX_CONTINUATIONS            = "2"
    MAX_INVESTIGATIONS_PER_HOUR  = "20"
    MAX_TOKENS_PER_INVESTIGATION = "2000000"
    MAX_TOOL_CALLS               = "100"
    MAX_USD_PER_INVESTIGATION    = "1"
    MODEL_CAPABILITIES           = ""
    MODEL_PRICES                 = ""
    NOTIFY_ON_RECOVERY           = "false"
    SELF_ALARM_PREFIX            = "triage-handler-self-"
    SNS_TOPIC_ARN                = "arn:aws:sns:us-east-1:111122223333:alarm-triage"
    TOOL_LAMBDA_ARN              = "arn:aws:lambda:us-east-1:111122223333:function:tool-lambda"
    TOOL_OUTPUT_MAX_CHARS        = "30000"
    TOOL_TIMEOUT_SECONDS         = "60"
  }
}

run "defaults" {
  # Applied to the mock, so that computed values are known.
  command = apply

  # Names
  assert {
    condition = [
      aws_lambda_function.triage.function_name, aws_lambda_function.tool.function_name,
      aws_dynamodb_table.investigations.name, aws_s3_bucket.reports.bucket_prefix, aws_sns_topic.findings[0].name,
      ] == [
      "triage-handler", "tool-lambda", "alarm-investigations", "alarm-reports-", "alarm-triage",
    ]
    error_message = "Names without prefix and suffix have changed."
  }

  assert {
    condition     = aws_cloudwatch_log_group.triage.name == "/aws/lambda/triage-handler" && aws_cloudwatch_log_group.tool.name == "/aws/lambda/tool-lambda"
    error_message = "Log groups are named after their functions."
  }

  # Functions
  assert {
    condition = alltrue([for f in [aws_lambda_function.triage, aws_lambda_function.tool] :
      f.runtime == "python3.13" && f.architectures[0] == "arm64" && f.logging_config[0].log_format == "JSON" && f.logging_config[0].application_log_level == "INFO"
    ])
    error_message = "Both functions run Python 3.13 on arm64 and log JSON at INFO."
  }

  assert {
    condition     = aws_lambda_function.triage.timeout == 900 && aws_lambda_function.triage.memory_size == 1024
    error_message = "The triage function has 900 seconds and 1024 MB."
  }

  assert {
    condition     = aws_lambda_function.tool.timeout == 60 && aws_lambda_function.tool.memory_size == 2048 && aws_lambda_function.tool.reserved_concurrent_executions == -1
    error_message = "The tool function has 60 seconds, 2048 MB and no reserved concurrency."
  }

  assert {
    condition     = length(aws_lambda_function.tool.environment) == 0 && length(aws_lambda_function.tool.vpc_config) == 0
    error_message = "The tool function has neither environment variables nor a VPC."
  }

  assert {
    condition     = aws_cloudwatch_log_group.triage.retention_in_days == 30 && aws_cloudwatch_log_group.tool.retention_in_days == 30
    error_message = "Logs are kept for 30 days."
  }

  # Environment
  assert {
    condition     = toset(keys(aws_lambda_function.triage.environment[0].variables)) == toset(concat(keys(var.expected_environment), ["REPORTS_BUCKET"]))
    error_message = "The triage function's environment has other names. Expected and not set: ${join(", ", setsubtract(keys(var.expected_environment), keys(aws_lambda_function.triage.environment[0].variables)))}. Set and not expected: ${join(", ", setsubtract(keys(aws_lambda_function.triage.environment[0].variables), concat(keys(var.expected_environment), ["REPORTS_BUCKET"])))}."
  }

  assert {
    condition     = alltrue([for name, value in var.expected_environment : lookup(aws_lambda_function.triage.environment[0].variables, name, value) == value])
    error_message = "The triage function's environment has other defaults: ${join(", ", [for name, value in aws_lambda_function.triage.environment[0].variables : "${name} is ${value}" if value != lookup(var.expected_environment, name, value)])}."
  }

  # Alarms may invoke
  assert {
    condition = (
      aws_lambda_permission.alarms.principal == "lambda.alarms.cloudwatch.amazonaws.com" &&
      aws_lambda_permission.alarms.source_account == "111122223333" &&
      aws_lambda_permission.alarms.source_arn == "arn:aws:cloudwatch:us-east-1:111122223333:alarm:*"
    )
    error_message = "One statement lets every alarm of the account invoke, and no other account's."
  }

  assert {
    condition = (
      aws_cloudwatch_event_rule.hourly.schedule_expression == "rate(1 hour)" &&
      aws_cloudwatch_event_target.hourly.input == jsonencode({ source = "alarm-triage.hourly" }) &&
      aws_lambda_permission.hourly.source_arn == "arn:aws:events:us-east-1:111122223333:rule/triage-hourly"
    )
    error_message = "What is still owed to the reader goes out once an hour, by one rule that may invoke the function."
  }

  assert {
    condition     = length(aws_lambda_permission.account_alarms) == 0
    error_message = "No further account may invoke unless it is named."
  }

  # Failed invocations
  assert {
    condition     = aws_lambda_function_event_invoke_config.triage.maximum_retry_attempts == 2 && aws_lambda_function_event_invoke_config.triage.maximum_event_age_in_seconds == 3600
    error_message = "A failed invocation is tried twice more within the hour."
  }

  # Bucket
  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.reports.block_public_acls, aws_s3_bucket_public_access_block.reports.block_public_policy,
      aws_s3_bucket_public_access_block.reports.ignore_public_acls, aws_s3_bucket_public_access_block.reports.restrict_public_buckets,
    ])
    error_message = "All public access is blocked."
  }

  assert {
    condition     = aws_s3_bucket_versioning.reports.versioning_configuration[0].status == "Enabled" && aws_s3_bucket_ownership_controls.reports.rule[0].object_ownership == "BucketOwnerEnforced"
    error_message = "The bucket keeps versions and has no ACLs."
  }

  assert {
    condition     = one(aws_s3_bucket_server_side_encryption_configuration.reports.rule).apply_server_side_encryption_by_default[0].sse_algorithm == "AES256"
    error_message = "Without a key of the caller's the bucket is encrypted with AES256."
  }

  assert {
    condition     = [for rule in aws_s3_bucket_lifecycle_configuration.reports.rule : rule.id] == ["clean-up", "expire-checkpoints"]
    error_message = "Reports do not expire, and aborted uploads are cleaned."
  }

  assert {
    condition     = length(aws_s3_bucket_logging.reports) == 0 && !aws_s3_bucket.reports.force_destroy
    error_message = "No access log, and no deletion of reports with the bucket, unless asked for."
  }

  # Table
  assert {
    condition = (
      aws_dynamodb_table.investigations.billing_mode == "PAY_PER_REQUEST" && aws_dynamodb_table.investigations.hash_key == "alarm_key" &&
      aws_dynamodb_table.investigations.ttl[0].attribute_name == "ttl" && aws_dynamodb_table.investigations.ttl[0].enabled &&
      aws_dynamodb_table.investigations.point_in_time_recovery[0].enabled && aws_dynamodb_table.investigations.server_side_encryption[0].enabled
    )
    error_message = "The table is on demand, expires entries, recovers to a point in time and is encrypted."
  }

  # Topic
  assert {
    condition     = aws_sns_topic.findings[0].kms_master_key_id == aws_kms_key.topic[0].arn && aws_kms_key.topic[0].enable_key_rotation
    error_message = "The topic is encrypted with a rotating key that CloudWatch may use."
  }

  assert {
    condition     = [for s in jsondecode(aws_sns_topic_policy.findings[0].policy).Statement : s.Sid] == ["AlarmsOfThisAccount", "TriageFunction", "OnlyOverTls"]
    error_message = "CloudWatch and the triage function publish; nobody does in clear."
  }

  assert {
    condition     = length(aws_sns_topic_subscription.email) == 0
    error_message = "Nobody is subscribed unless named."
  }

  # Self alarms
  assert {
    condition     = toset(keys(aws_cloudwatch_metric_alarm.self)) == toset(["errors", "throttles", "events-dropped", "dead-letters", "notification-failures"])
    error_message = "The module watches its own errors, throttles, lost events and undelivered notifications."
  }

  assert {
    condition = alltrue([for alarm in values(aws_cloudwatch_metric_alarm.self) :
      startswith(alarm.alarm_name, "triage-handler-self-") && alarm.alarm_actions == toset([aws_sns_topic.findings[0].arn]) && alarm.treat_missing_data == "notBreaching"
    ])
    error_message = "The module's own alarms go straight to the topic, under the prefix that the handler knows."
  }

  assert {
    condition     = length(aws_cloudwatch_dashboard.triage) == 0
    error_message = "No dashboard unless asked for."
  }

  # Outputs
  assert {
    condition = [
      output.triage_lambda_arn, output.triage_lambda_name, output.triage_lambda_role_arn, output.triage_lambda_log_group,
      output.tool_lambda_arn, output.tool_lambda_name, output.tool_lambda_role_arn, output.tool_lambda_log_group,
      output.bedrock_model_id, output.sns_topic_arn, output.dynamodb_table_name, output.reports_bucket_name, output.reports_bucket_arn,
      ] == [
      aws_lambda_function.triage.arn, "triage-handler", aws_iam_role.triage.arn, "/aws/lambda/triage-handler",
      aws_lambda_function.tool.arn, "tool-lambda", aws_iam_role.tool.arn, "/aws/lambda/tool-lambda",
      "global.anthropic.claude-sonnet-4-5-20250929-v1:0", aws_sns_topic.findings[0].arn, "alarm-investigations", "alarm-reports-mock", "arn:aws:s3:::alarm-reports-mock",
    ]
    error_message = "An output does not name the resource that it is called after."
  }
}
