# ---------------------------------------------------------------------------------------------------------------------
# Names and places. ARNs are built from names, so that every policy is known at plan time.
# ---------------------------------------------------------------------------------------------------------------------

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  # `name` exists in provider 5.x only, `region` in 6.x only, `id` in both.
  region = data.aws_region.current.id

  prefix = var.resource_prefix == "" ? "" : "${var.resource_prefix}-"
  suffix = var.resource_suffix == "" ? "" : "-${var.resource_suffix}"

  triage_name       = "${local.prefix}triage-handler${local.suffix}"
  tool_name         = "${local.prefix}tool-lambda${local.suffix}"
  table_name        = "${local.prefix}alarm-investigations${local.suffix}"
  hourly_name       = "${local.prefix}triage-hourly${local.suffix}"
  topic_name        = "${local.prefix}alarm-triage${local.suffix}"
  bucket_prefix     = "${local.prefix}alarm-reports-"
  self_alarm_prefix = "${local.triage_name}-self-"

  triage_arn           = "arn:${local.partition}:lambda:${local.region}:${local.account_id}:function:${local.triage_name}"
  tool_arn             = "arn:${local.partition}:lambda:${local.region}:${local.account_id}:function:${local.tool_name}"
  table_arn            = "arn:${local.partition}:dynamodb:${local.region}:${local.account_id}:table/${local.table_name}"
  triage_role_arn      = "arn:${local.partition}:iam::${local.account_id}:role/${local.triage_name}"
  triage_log_group     = "/aws/lambda/${local.triage_name}"
  tool_log_group       = "/aws/lambda/${local.tool_name}"
  triage_log_group_arn = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${local.triage_log_group}"
  tool_log_group_arn   = "arn:${local.partition}:logs:${local.region}:${local.account_id}:log-group:${local.tool_log_group}"

  # Terraform cannot tell whether an ARN that the same apply makes is null; create_sns_topic then says it.
  make_topic = var.create_sns_topic == null ? var.sns_topic_arn == null : var.create_sns_topic
  topic_arn  = local.make_topic ? "arn:${local.partition}:sns:${local.region}:${local.account_id}:${local.topic_name}" : var.sns_topic_arn
}

# ---------------------------------------------------------------------------------------------------------------------
# Triage function: the orchestrator
# ---------------------------------------------------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "triage" {
  #checkov:skip=CKV_AWS_338: log_retention_days is the caller's choice; what an investigation found is kept in the bucket

  name              = local.triage_log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_lambda_function" "triage" {
  #checkov:skip=CKV_AWS_50: xray:PutTraceSegments takes no resource, and this role has no wildcard grant
  #checkov:skip=CKV_AWS_115: max_investigations_per_hour bounds a storm; a reservation would take from the account's other functions
  #checkov:skip=CKV_AWS_116: the on-failure destination sends the lost event to the topic, where a person sees it
  #checkov:skip=CKV_AWS_117: runs only the module's own code; interfaces in a VPC would need a wildcard grant
  #checkov:skip=CKV_AWS_272: the zips are reproducible and committed; a signing profile would be the caller's

  function_name    = local.triage_name
  description      = "Investigates CloudWatch alarms with a Bedrock model and reports the cause."
  role             = aws_iam_role.triage.arn
  runtime          = "python3.13"
  handler          = "triage_handler.handler"
  architectures    = [var.architecture]
  filename         = "${path.module}/dist/triage.zip"
  source_code_hash = filebase64sha256("${path.module}/dist/triage.zip")
  timeout          = var.lambda_timeout
  memory_size      = var.lambda_memory_size
  kms_key_arn      = var.kms_key_arn

  environment {
    variables = {
      BEDROCK_MODEL_ID             = var.bedrock_model_id
      TOOL_LAMBDA_ARN              = local.tool_arn
      SNS_TOPIC_ARN                = local.topic_arn
      DYNAMODB_TABLE               = local.table_name
      REPORTS_BUCKET               = aws_s3_bucket.reports.id
      INVESTIGATION_WINDOW_HOURS   = var.investigation_window_hours
      LOG_LEVEL                    = var.log_level
      MAX_TOOL_CALLS               = var.max_tool_calls
      MAX_TOKENS_PER_INVESTIGATION = var.max_tokens_per_investigation
      MAX_USD_PER_INVESTIGATION    = var.max_usd_per_investigation
      MAX_INVESTIGATIONS_PER_HOUR  = var.max_investigations_per_hour
      MAX_CONTINUATIONS            = var.max_continuations
      TOOL_TIMEOUT_SECONDS         = var.tool_lambda_timeout
      TOOL_OUTPUT_MAX_CHARS        = var.tool_output_max_chars
      NOTIFY_ON_RECOVERY           = var.notify_on_recovery
      CHAT_TOPIC_ARN               = var.chat_topic_arn
      MODEL_CAPABILITIES           = var.model_capabilities == null ? "" : jsonencode({ for name, value in var.model_capabilities : name => value if value != null })
      MODEL_PRICES                 = var.model_prices == null ? "" : jsonencode({ for name, value in var.model_prices : name => value if value != null })
      BEDROCK_GUARDRAIL_ID         = var.bedrock_guardrail == null ? "" : var.bedrock_guardrail.identifier
      BEDROCK_GUARDRAIL_VERSION    = var.bedrock_guardrail == null ? "" : var.bedrock_guardrail.version
      SELF_ALARM_PREFIX            = local.self_alarm_prefix
      INVESTIGATION_ROLE_ARNS      = length(var.investigation_role_arns) == 0 ? "" : jsonencode(var.investigation_role_arns)
    }
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = local.application_log_level
    system_log_level      = local.system_log_level
    log_group             = aws_cloudwatch_log_group.triage.name
  }

  tags = var.tags

  depends_on = [aws_iam_role_policy.triage]

  lifecycle {
    precondition {
      condition     = local.topic_arn != null
      error_message = "Set sns_topic_arn when create_sns_topic is false: findings need a topic to go to."
    }
  }
}

locals {
  # Lambda's own lines: ERROR is not among its levels, and INFO carries duration and memory of each call.
  system_log_level = var.log_level == "ERROR" ? "WARN" : var.log_level
  # Lambda takes a metric's line, which has no level, for INFO; the code keeps its own log to log_level.
  application_log_level = var.log_level == "DEBUG" ? "DEBUG" : "INFO"
}

# An alarm comes once, by an asynchronous call. What still fails after two retries, or has waited an hour, reaches
# the topic as it came: late is worse than raw.
resource "aws_lambda_function_event_invoke_config" "triage" {
  function_name                = aws_lambda_function.triage.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 3600

  destination_config {
    on_failure {
      destination = local.make_topic ? aws_sns_topic.findings[0].arn : var.sns_topic_arn
    }
  }
}

# One statement for every alarm of the account: a function's policy ends at 20 KB.
resource "aws_lambda_permission" "alarms" {
  statement_id   = "AlarmsOfThisAccount"
  function_name  = aws_lambda_function.triage.function_name
  action         = "lambda:InvokeFunction"
  principal      = "lambda.alarms.cloudwatch.amazonaws.com"
  source_account = local.account_id
  source_arn     = "arn:${local.partition}:cloudwatch:${local.region}:${local.account_id}:alarm:*"
}

resource "aws_lambda_permission" "account_alarms" {
  for_each = setsubtract(setunion(var.alarm_account_ids, keys(var.investigation_role_arns)), [local.account_id])

  statement_id   = "AlarmsOfAccount${each.key}"
  function_name  = aws_lambda_function.triage.function_name
  action         = "lambda:InvokeFunction"
  principal      = "lambda.alarms.cloudwatch.amazonaws.com"
  source_account = each.key
  source_arn     = "arn:${local.partition}:cloudwatch:${local.region}:${each.key}:alarm:*"
}

# Once an hour: what a storm left out is listed, and a report that SNS did not take is sent, though no alarm comes.
resource "aws_cloudwatch_event_rule" "hourly" {
  name                = local.hourly_name
  description         = "Has Alarm Triage send what it still owes the reader."
  schedule_expression = "rate(1 hour)"
  tags                = var.tags
}

resource "aws_cloudwatch_event_target" "hourly" {
  rule  = aws_cloudwatch_event_rule.hourly.name
  arn   = aws_lambda_function.triage.arn
  input = jsonencode({ source = "alarm-triage.hourly" })
}

resource "aws_lambda_permission" "hourly" {
  statement_id   = "Hourly"
  function_name  = aws_lambda_function.triage.function_name
  action         = "lambda:InvokeFunction"
  principal      = "events.amazonaws.com"
  source_account = local.account_id
  source_arn     = "arn:${local.partition}:events:${local.region}:${local.account_id}:rule/${local.hourly_name}"
}

# ---------------------------------------------------------------------------------------------------------------------
# Tool function: where model code runs. No environment variables, so nothing has to be decrypted under its role.
# ---------------------------------------------------------------------------------------------------------------------

resource "aws_cloudwatch_log_group" "tool" {
  #checkov:skip=CKV_AWS_338: log_retention_days is the caller's choice; what an investigation found is kept in the bucket

  name              = local.tool_log_group
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
  tags              = var.tags
}

resource "aws_lambda_function" "tool" {
  #checkov:skip=CKV_AWS_50: xray:PutTraceSegments takes no resource, and the guard refuses every write but log lines
  #checkov:skip=CKV_AWS_116: called synchronously only, so its caller sees every failure
  #checkov:skip=CKV_AWS_272: the zips are reproducible and committed; a signing profile would be the caller's

  function_name                  = local.tool_name
  description                    = "Runs the investigating model's Python with read-only access."
  role                           = aws_iam_role.tool.arn
  runtime                        = "python3.13"
  handler                        = "tool_handler.handler"
  architectures                  = [var.architecture]
  filename                       = "${path.module}/dist/tool.zip"
  source_code_hash               = filebase64sha256("${path.module}/dist/tool.zip")
  timeout                        = var.tool_lambda_timeout
  memory_size                    = var.tool_lambda_memory_size
  reserved_concurrent_executions = var.tool_lambda_reserved_concurrency

  logging_config {
    log_format            = "JSON"
    application_log_level = var.log_level
    system_log_level      = local.system_log_level
    log_group             = aws_cloudwatch_log_group.tool.name
  }

  # The tool function alone: the triage function runs no foreign code, and the rights to make network interfaces
  # would put a wildcard resource into its role.
  dynamic "vpc_config" {
    for_each = var.vpc_config == null ? [] : [var.vpc_config]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  tags = var.tags

  # No instant in which the function runs with less than every deny.
  depends_on = [
    aws_iam_role_policy.tool_deny,
    aws_iam_role_policy.tool,
    aws_iam_role_policy_attachment.tool_guard_a_e,
    aws_iam_role_policy_attachment.tool_guard_f_z,
    aws_iam_role_policy_attachment.tool_read_only,
    aws_iam_role_policy_attachment.tool_additional,
  ]
}

# ---------------------------------------------------------------------------------------------------------------------
# Claims: one alarm, one investigation
# ---------------------------------------------------------------------------------------------------------------------

resource "aws_dynamodb_table" "investigations" {
  name         = local.table_name
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "alarm_key"

  attribute {
    name = "alarm_key"
    type = "S"
  }

  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = var.kms_key_arn
  }

  tags = var.tags
}

# ---------------------------------------------------------------------------------------------------------------------
# Reports
# ---------------------------------------------------------------------------------------------------------------------

resource "aws_s3_bucket" "reports" {
  #checkov:skip=CKV_AWS_144: replication is the caller's; a report can be made again from the alarm, and each is in an email too
  #checkov:skip=CKV2_AWS_62: nothing listens for new reports; the topic announces each

  bucket_prefix = local.bucket_prefix
  force_destroy = var.reports_bucket_force_destroy
  tags          = var.tags
}

resource "aws_s3_bucket_ownership_controls" "reports" {
  bucket = aws_s3_bucket.reports.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_public_access_block" "reports" {
  bucket                  = aws_s3_bucket.reports.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "reports" {
  bucket = aws_s3_bucket.reports.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "reports" {
  bucket = aws_s3_bucket.reports.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = var.kms_key_arn == null ? "AES256" : "aws:kms"
      kms_master_key_id = var.kms_key_arn
    }

    bucket_key_enabled = var.kms_key_arn != null
  }
}

resource "aws_s3_bucket_policy" "reports" {
  bucket = aws_s3_bucket.reports.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyOverTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.reports.arn, "${aws_s3_bucket.reports.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })

  # S3 refuses both settings at once on one bucket.
  depends_on = [aws_s3_bucket_public_access_block.reports]
}

resource "aws_s3_bucket_logging" "reports" {
  count = var.reports_bucket_logging == null ? 0 : 1

  bucket        = aws_s3_bucket.reports.id
  target_bucket = var.reports_bucket_logging.target_bucket
  target_prefix = var.reports_bucket_logging.target_prefix
}

resource "aws_s3_bucket_lifecycle_configuration" "reports" {
  #checkov:skip=CKV_AWS_300: the first rule does it; checkov does not see it beside a dynamic rule

  bucket = aws_s3_bucket.reports.id

  rule {
    id     = "clean-up"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }

    expiration {
      expired_object_delete_marker = true
    }
  }

  # A checkpoint is deleted when its investigation ends; what is left here belongs to none.
  rule {
    id     = "expire-checkpoints"
    status = "Enabled"

    filter {
      prefix = "checkpoints/"
    }

    expiration {
      days = 7
    }

    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }

  dynamic "rule" {
    for_each = var.reports_bucket_lifecycle_days == null ? [] : [var.reports_bucket_lifecycle_days]

    content {
      id     = "expire-reports"
      status = "Enabled"

      # The team's context and runbooks, which Terraform keeps, do not expire.
      filter {
        prefix = "reports/"
      }

      expiration {
        days = rule.value
      }

      noncurrent_version_expiration {
        noncurrent_days = rule.value
      }
    }
  }

  # Rules for noncurrent versions need versioning first.
  depends_on = [aws_s3_bucket_versioning.reports]
}

resource "aws_s3_object" "investigation_context" {
  count = var.investigation_context == "" ? 0 : 1

  bucket       = aws_s3_bucket.reports.id
  key          = "context/investigation_context.md"
  content      = var.investigation_context
  content_type = "text/markdown; charset=utf-8"
  tags         = var.tags

  depends_on = [aws_s3_bucket_versioning.reports, aws_s3_bucket_server_side_encryption_configuration.reports]
}

resource "aws_s3_object" "runbook" {
  for_each = var.runbooks

  bucket       = aws_s3_bucket.reports.id
  key          = "context/runbooks/${each.key}.md"
  content      = each.value
  content_type = "text/markdown; charset=utf-8"
  tags         = var.tags

  depends_on = [aws_s3_bucket_versioning.reports, aws_s3_bucket_server_side_encryption_configuration.reports]
}

# ---------------------------------------------------------------------------------------------------------------------
# Notifications
# ---------------------------------------------------------------------------------------------------------------------

# CloudWatch cannot publish to a topic under the AWS managed key `aws/sns`, whose policy nobody can change, and the
# policy of a caller's key seldom lets it in: its alarms would vanish in silence. So the topic has a key of its own.
resource "aws_kms_key" "topic" {
  count = local.make_topic ? 1 : 0

  description             = "Encrypts the topic ${local.topic_name}; CloudWatch alarms may use it."
  enable_key_rotation     = true
  deletion_window_in_days = 7

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AccountAdministersByIam"
        Effect    = "Allow"
        Principal = { AWS = "arn:${local.partition}:iam::${local.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "AlarmsPublish"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
      },
      {
        Sid       = "TriagePublishes"
        Effect    = "Allow"
        Principal = { AWS = local.triage_role_arn }
        Action    = ["kms:Decrypt", "kms:GenerateDataKey*"]
        Resource  = "*"
        Condition = { StringEquals = { "kms:ViaService" = "sns.${local.region}.${data.aws_partition.current.dns_suffix}" } }
      },
    ]
  })

  tags = var.tags

  depends_on = [aws_iam_role.triage]
}

resource "aws_sns_topic" "findings" {
  count = local.make_topic ? 1 : 0

  name              = local.topic_name
  display_name      = "Alarm Triage"
  kms_master_key_id = aws_kms_key.topic[0].arn
  tags              = var.tags
}

resource "aws_sns_topic_policy" "findings" {
  count = local.make_topic ? 1 : 0

  arn = aws_sns_topic.findings[0].arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AlarmsOfThisAccount"
        Effect    = "Allow"
        Principal = { Service = "cloudwatch.amazonaws.com" }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = {
          StringEquals = { "aws:SourceAccount" = local.account_id }
          ArnLike      = { "aws:SourceArn" = "arn:${local.partition}:cloudwatch:${local.region}:${local.account_id}:alarm:*" }
        }
      },
      {
        Sid       = "TriageFunction"
        Effect    = "Allow"
        Principal = { AWS = local.triage_role_arn }
        Action    = "sns:Publish"
        Resource  = local.topic_arn
      },
      {
        Sid       = "OnlyOverTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = local.topic_arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })

  # AWS resolves the role when it stores the policy.
  depends_on = [aws_iam_role.triage]
}

resource "aws_sns_topic_subscription" "email" {
  for_each = var.notification_emails

  topic_arn = local.make_topic ? aws_sns_topic.findings[0].arn : var.sns_topic_arn
  protocol  = "email"
  endpoint  = each.key
}

# ---------------------------------------------------------------------------------------------------------------------
# The module watches itself
# ---------------------------------------------------------------------------------------------------------------------

locals {
  self_alarms = {
    errors = {
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      description = "The triage function failed. Lambda retries twice; then the event itself reaches this topic. See ${local.triage_log_group}."
    }
    throttles = {
      namespace   = "AWS/Lambda"
      metric_name = "Throttles"
      description = "The triage function is throttled: alarms wait for an investigation, for an hour at most. Raise the account's concurrency."
    }
    events-dropped = {
      namespace   = "AWS/Lambda"
      metric_name = "AsyncEventsDropped"
      description = "Alarms were given up after retries or an hour of waiting. They reached this topic as raw events, not investigated."
    }
    dead-letters = {
      namespace   = "AWS/Lambda"
      metric_name = "DestinationDeliveryFailures"
      description = "Events of failed investigations could not be sent to this topic either. Check the topic's policy and key."
    }
    notification-failures = {
      namespace   = "AlarmTriage"
      metric_name = "NotificationFailures"
      description = "Findings could not be published. They are in the reports bucket; check the topic's policy and key."
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "self" {
  for_each = var.self_alarms_enabled ? local.self_alarms : {}

  alarm_name          = "${local.self_alarm_prefix}${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric_name
  dimensions          = { FunctionName = local.triage_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [local.make_topic ? aws_sns_topic.findings[0].arn : var.sns_topic_arn]
  tags                = var.tags
}

locals {
  dashboard_rows = [
    { title = "Investigations by outcome", stat = "Sum", search = "SEARCH('{AlarmTriage,FunctionName,Outcome} MetricName=\"Investigations\" FunctionName=\"${local.triage_name}\"', 'Sum', 3600)" },
    { title = "Duration in seconds, mean", stat = "Average", metric = "DurationSeconds" },
    { title = "Cost in USD", stat = "Sum", metric = "CostUsd" },
    { title = "Tool calls an investigation, mean", stat = "Average", metric = "ToolCalls" },
    { title = "Quotes that could not be verified", stat = "Sum", metric = "UnverifiedQuotes" },
    { title = "Notification failures", stat = "Sum", metric = "NotificationFailures" },
  ]
}

resource "aws_cloudwatch_dashboard" "triage" {
  count = var.dashboard_enabled ? 1 : 0

  dashboard_name = local.triage_name

  dashboard_body = jsonencode({
    widgets = [for index, row in local.dashboard_rows : {
      type   = "metric"
      x      = index % 2 * 12
      y      = floor(index / 2) * 6
      width  = 12
      height = 6
      properties = {
        title   = row.title
        region  = local.region
        period  = 3600
        stat    = row.stat
        metrics = [try([{ expression = row.search, id = "e${index}" }], ["AlarmTriage", row.metric, "FunctionName", local.triage_name])]
      }
    }]
  })
}
