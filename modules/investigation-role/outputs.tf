output "role_arn" {
  description = "ARN of the role, for Alarm Triage's `investigation_role_arns`."
  value       = aws_iam_role.investigation.arn

  # Whoever waits for the role gets it with every deny in force.
  depends_on = [aws_iam_role_policy_attachment.read_only]
}
