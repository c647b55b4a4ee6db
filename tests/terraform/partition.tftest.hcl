# Another partition: no ARN says `aws`.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws-us-gov", dns_suffix = "amazonaws.com" }
  }
  mock_data "aws_region" {
    defaults = { id = "us-gov-west-1" }
  }
}

run "gov_cloud" {
  command = plan

  variables {
    bedrock_model_id = "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0"
  }

  assert {
    condition = !anytrue([for text in [
      aws_iam_role_policy.triage.policy, aws_iam_role_policy.tool.policy, aws_iam_role_policy.tool_deny.policy,
      aws_sns_topic_policy.findings[0].policy, aws_kms_key.topic[0].policy, aws_iam_role_policy_attachment.tool_read_only.policy_arn,
      aws_lambda_permission.alarms.source_arn, jsonencode(aws_lambda_function.triage.environment[0].variables.TOOL_LAMBDA_ARN),
    ] : strcontains(text, "arn:aws:")])
    error_message = "An ARN assumes the partition aws."
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.triage.policy).Statement[0].Resource == [
      "arn:aws-us-gov:bedrock:us-gov-west-1:111122223333:inference-profile/us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0",
      "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
      "arn:aws-us-gov:bedrock:us-gov-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
    ]
    error_message = "GovCloud's profile routes to GovCloud's two regions."
  }
}
