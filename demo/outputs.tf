output "reports_bucket_name" {
  description = "The bucket that holds the reports."
  value       = module.alarm_triage.reports_bucket_name
}

output "triage_lambda_name" {
  description = "The function that investigates."
  value       = module.alarm_triage.triage_lambda_name
}

output "triage_lambda_arn" {
  description = "What an alarm names in `alarm_actions`."
  value       = module.alarm_triage.triage_lambda_arn
}

output "sns_topic_arn" {
  description = "The topic that findings are published to."
  value       = module.alarm_triage.sns_topic_arn
}
