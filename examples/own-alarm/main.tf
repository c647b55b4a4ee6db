# A function and an alarm of your own, beside a deployment of the module that is there already: by default that
# of `make demo KEEP=1`. Pack the function first: python -m zipfile -c function.zip handler.py

variable "triage_function" {
  description = "Name of the triage function that investigates: the module's output `triage_lambda_name`."
  type        = string
  default     = "demo-triage-handler"
}

data "aws_lambda_function" "triage" {
  function_name = var.triage_function
}

resource "aws_iam_role" "tariffs" {
  name = "own-tariffs"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "log" {
  role       = aws_iam_role.tariffs.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

resource "aws_lambda_function" "tariffs" {
  function_name    = "own-tariffs"
  role             = aws_iam_role.tariffs.arn
  runtime          = "python3.13"
  handler          = "handler.handler"
  filename         = "${path.module}/function.zip"
  source_code_hash = filebase64sha256("${path.module}/function.zip")

  depends_on = [aws_iam_role_policy_attachment.log]
}

resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "own-tariffs-errors"
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.tariffs.function_name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [data.aws_lambda_function.triage.arn]
}
