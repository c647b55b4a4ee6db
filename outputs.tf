output "triage_lambda_arn" {
  description = "ARN of the triage function: add it to an alarm's `alarm_actions`."
  value       = aws_lambda_function.triage.arn

  # An alarm that is wired before CloudWatch may invoke the function would fail in silence.
  depends_on = [aws_lambda_permission.alarms, aws_lambda_permission.account_alarms]
}

output "triage_lambda_name" {
  description = "Name of the triage function."
  value       = aws_lambda_function.triage.function_name
}

output "triage_lambda_role_arn" {
  description = "ARN of the triage function's role, for key and topic policies of your own."
  value       = aws_iam_role.triage.arn
}

output "triage_lambda_log_group" {
  description = "Name of the triage function's log group."
  value       = aws_cloudwatch_log_group.triage.name
}

output "tool_lambda_arn" {
  description = "ARN of the tool function, where model code runs."
  value       = aws_lambda_function.tool.arn
}

output "tool_lambda_name" {
  description = "Name of the tool function."
  value       = aws_lambda_function.tool.function_name
}

output "tool_lambda_role_arn" {
  description = "ARN of the tool function's role: name it in the trust policy of roles in further accounts."
  value       = aws_iam_role.tool.arn
}

output "tool_lambda_log_group" {
  description = "Name of the tool function's log group."
  value       = aws_cloudwatch_log_group.tool.name
}

output "bedrock_model_id" {
  description = "The model that investigates."
  value       = var.bedrock_model_id
}

output "sns_topic_arn" {
  description = "ARN of the topic that findings go to: yours, or the one the module made."
  value       = local.make_topic ? aws_sns_topic.findings[0].arn : var.sns_topic_arn
}

output "dynamodb_table_name" {
  description = "Name of the table that keeps one alarm from being investigated twice."
  value       = aws_dynamodb_table.investigations.name
}

output "reports_bucket_name" {
  description = "Name of the bucket that holds the reports, under `reports/YYYY/MM/DD/`."
  value       = aws_s3_bucket.reports.id
}

output "reports_bucket_arn" {
  description = "ARN of the bucket that holds the reports."
  value       = aws_s3_bucket.reports.arn
}
