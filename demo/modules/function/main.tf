# One small Lambda function of the demo: its role, its log group, and the schedule that exercises it.

variable "name" {
  description = "Name of the function."
  type        = string
}

variable "package" {
  description = "Name of the zip in `functions/`, without its ending."
  type        = string
}

variable "handler" {
  description = "Handler of the function."
  type        = string
}

variable "statements" {
  description = "What the function may do besides writing its log, as IAM statements."
  type        = any
  default     = []
}

variable "environment" {
  description = "Environment variables."
  type        = map(string)
  default     = {}
}

variable "timeout" {
  description = "Seconds an invocation may take."
  type        = number
  default     = 10
}

variable "memory_size" {
  description = "Memory in MB."
  type        = number
  default     = 256
}

variable "schedule" {
  description = "EventBridge rate at which the function is invoked with `event`; null: never."
  type        = string
  default     = null
}

variable "event" {
  description = "What the schedule invokes the function with."
  type        = any
  default     = {}
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = var.name
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "this" {
  name = "work"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat([{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.this.arn}:*"
    }], var.statements)
  })
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = 1
}

resource "aws_lambda_function" "this" {
  function_name    = var.name
  role             = aws_iam_role.this.arn
  runtime          = "python3.13"
  architectures    = ["arm64"]
  handler          = var.handler
  filename         = "${path.module}/../../functions/${var.package}.zip"
  source_code_hash = filebase64sha256("${path.module}/../../functions/${var.package}.zip")
  timeout          = var.timeout
  memory_size      = var.memory_size

  dynamic "environment" {
    for_each = length(var.environment) > 0 ? [var.environment] : []

    content {
      variables = environment.value
    }
  }

  depends_on = [aws_cloudwatch_log_group.this]
}

resource "aws_cloudwatch_event_rule" "schedule" {
  count = var.schedule == null ? 0 : 1

  name                = "${var.name}-schedule"
  schedule_expression = var.schedule
}

resource "aws_cloudwatch_event_target" "schedule" {
  count = var.schedule == null ? 0 : 1

  rule  = aws_cloudwatch_event_rule.schedule[0].name
  arn   = aws_lambda_function.this.arn
  input = jsonencode(var.event)
}

resource "aws_lambda_permission" "schedule" {
  count = var.schedule == null ? 0 : 1

  function_name = aws_lambda_function.this.function_name
  action        = "lambda:InvokeFunction"
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.schedule[0].arn
}

output "arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}
