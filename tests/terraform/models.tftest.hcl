# Bedrock permission on exactly the configured model: its own ARN, and the model in each region that a profile routes to.

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

run "foundation_model" {
  command = plan

  variables {
    bedrock_model_id = "amazon.nova-pro-v1:0"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.triage.policy).Statement[0].Resource == [
      "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
    ]
    error_message = "Bedrock is allowed on other ARNs than this model's."
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Sid if s.Effect == "Allow" && anytrue([for a in flatten([s.Action]) : startswith(a, "bedrock:")])] == ["ConfiguredModel"]
    error_message = "Another statement allows Bedrock too."
  }
}

run "global_profile" {
  command = plan

  variables {
    bedrock_model_id = "global.anthropic.claude-sonnet-4-5-20250929-v1:0"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.triage.policy).Statement[0].Resource == [
      "arn:aws:bedrock:us-east-1:111122223333:inference-profile/global.anthropic.claude-sonnet-4-5-20250929-v1:0",
      "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
      "arn:aws:bedrock:::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
    ]
    error_message = "Bedrock is allowed on other ARNs than this model's."
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Sid if s.Effect == "Allow" && anytrue([for a in flatten([s.Action]) : startswith(a, "bedrock:")])] == ["ConfiguredModel"]
    error_message = "Another statement allows Bedrock too."
  }
}

run "us_profile" {
  command = plan

  variables {
    bedrock_model_id = "us.amazon.nova-pro-v1:0"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.triage.policy).Statement[0].Resource == [
      "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-pro-v1:0",
      "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
      "arn:aws:bedrock:ca-central-1::foundation-model/amazon.nova-pro-v1:0",
      "arn:aws:bedrock:us-east-2::foundation-model/amazon.nova-pro-v1:0",
      "arn:aws:bedrock:us-west-1::foundation-model/amazon.nova-pro-v1:0",
      "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-pro-v1:0",
    ]
    error_message = "Bedrock is allowed on other ARNs than this model's."
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Sid if s.Effect == "Allow" && anytrue([for a in flatten([s.Action]) : startswith(a, "bedrock:")])] == ["ConfiguredModel"]
    error_message = "Another statement allows Bedrock too."
  }
}

run "profile_with_regions_given" {
  command = plan

  variables {
    bedrock_model_id          = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0"
    bedrock_inference_regions = ["eu-west-1", "eu-north-1"]
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.triage.policy).Statement[0].Resource == [
      "arn:aws:bedrock:us-east-1:111122223333:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
      "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
      "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
      "arn:aws:bedrock:eu-north-1::foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0",
    ]
    error_message = "Bedrock is allowed on other ARNs than this model's."
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Sid if s.Effect == "Allow" && anytrue([for a in flatten([s.Action]) : startswith(a, "bedrock:")])] == ["ConfiguredModel"]
    error_message = "Another statement allows Bedrock too."
  }
}

run "profile_of_a_geography_not_in_the_table" {
  command = plan

  variables {
    bedrock_model_id          = "sa.anthropic.claude-haiku-4-5-v1:0"
    bedrock_inference_regions = ["sa-east-1"]
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.triage.policy).Statement[0].Resource == [
      "arn:aws:bedrock:us-east-1:111122223333:inference-profile/sa.anthropic.claude-haiku-4-5-v1:0",
      "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-4-5-v1:0",
      "arn:aws:bedrock:sa-east-1::foundation-model/anthropic.claude-haiku-4-5-v1:0",
    ]
    error_message = "Bedrock is allowed on other ARNs than this model's."
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Sid if s.Effect == "Allow" && anytrue([for a in flatten([s.Action]) : startswith(a, "bedrock:")])] == ["ConfiguredModel"]
    error_message = "Another statement allows Bedrock too."
  }
}

run "profile_by_arn" {
  command = plan

  variables {
    bedrock_model_id = "arn:aws:bedrock:us-east-1:111122223333:inference-profile/jp.anthropic.claude-haiku-4-5-v1:0"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.triage.policy).Statement[0].Resource == [
      "arn:aws:bedrock:us-east-1:111122223333:inference-profile/jp.anthropic.claude-haiku-4-5-v1:0",
      "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-4-5-v1:0",
      "arn:aws:bedrock:ap-northeast-1::foundation-model/anthropic.claude-haiku-4-5-v1:0",
      "arn:aws:bedrock:ap-northeast-3::foundation-model/anthropic.claude-haiku-4-5-v1:0",
    ]
    error_message = "Bedrock is allowed on other ARNs than this model's."
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Sid if s.Effect == "Allow" && anytrue([for a in flatten([s.Action]) : startswith(a, "bedrock:")])] == ["ConfiguredModel"]
    error_message = "Another statement allows Bedrock too."
  }
}

run "provisioned_model" {
  command = plan

  variables {
    bedrock_model_id = "arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abc123"
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.triage.policy).Statement[0].Resource == [
      "arn:aws:bedrock:us-east-1:111122223333:provisioned-model/abc123",
    ]
    error_message = "Bedrock is allowed on other ARNs than this model's."
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Sid if s.Effect == "Allow" && anytrue([for a in flatten([s.Action]) : startswith(a, "bedrock:")])] == ["ConfiguredModel"]
    error_message = "Another statement allows Bedrock too."
  }
}

run "application_profile_with_its_model" {
  command = plan

  variables {
    bedrock_model_id             = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123"
    bedrock_underlying_model_ids = ["au.anthropic.claude-haiku-4-5-v1:0"]
  }

  assert {
    condition = jsondecode(aws_iam_role_policy.triage.policy).Statement[0].Resource == [
      "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123",
      "arn:aws:bedrock:us-east-1:111122223333:inference-profile/au.anthropic.claude-haiku-4-5-v1:0",
      "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-4-5-v1:0",
      "arn:aws:bedrock:ap-southeast-2::foundation-model/anthropic.claude-haiku-4-5-v1:0",
      "arn:aws:bedrock:ap-southeast-4::foundation-model/anthropic.claude-haiku-4-5-v1:0",
    ]
    error_message = "Bedrock is allowed on other ARNs than this model's."
  }

  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Sid if s.Effect == "Allow" && anytrue([for a in flatten([s.Action]) : startswith(a, "bedrock:")])] == ["ConfiguredModel"]
    error_message = "Another statement allows Bedrock too."
  }
}

run "application_profile_alone_reaches_models_only_through_itself" {
  command = plan

  variables {
    bedrock_model_id = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123"
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Condition.StringEquals["bedrock:InferenceProfileArn"] if s.Sid == "ModelsOnlyThroughTheirProfile"] == [
      "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc123"
    ]
    error_message = "Models behind an application profile are allowed through that profile only."
  }
}

run "prompt_router_reaches_models_only_through_itself" {
  command = plan

  variables {
    bedrock_model_id = "arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/anthropic.claude:1"
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Condition.StringEquals["bedrock:PromptRouterArn"] if s.Sid == "ModelsOnlyThroughTheirProfile"] == [
      "arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/anthropic.claude:1"
    ]
    error_message = "Models behind a prompt router are allowed through that router only."
  }
}

run "marketplace_endpoint" {
  command = plan

  variables {
    bedrock_model_id = "arn:aws:sagemaker:us-east-1:111122223333:endpoint/my-model"
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Resource if s.Sid == "MarketplaceEndpoint"] == [
      ["arn:aws:sagemaker:us-east-1:111122223333:endpoint/my-model"]
    ]
    error_message = "A Marketplace endpoint is invoked by Bedrock on the role's behalf."
  }
}

run "unknown_geography_asks_for_its_regions" {
  command = plan

  variables {
    bedrock_model_id = "sa.anthropic.claude-haiku-4-5-v1:0"
  }

  expect_failures = [aws_iam_role_policy.triage]
}

run "guardrail" {
  command = plan

  variables {
    bedrock_guardrail = { identifier = "gr123", version = "3", profile_arns = ["arn:aws:bedrock:us-east-2:111122223333:guardrail-profile/us.guardrail.v1:0"] }
  }

  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.triage.policy).Statement : s.Resource if s.Sid == "Guardrail"] == [[
      "arn:aws:bedrock:us-east-1:111122223333:guardrail/gr123", "arn:aws:bedrock:us-east-2:111122223333:guardrail-profile/us.guardrail.v1:0",
    ]]
    error_message = "The guardrail, and nothing else, may be applied."
  }

  assert {
    condition     = aws_lambda_function.triage.environment[0].variables.BEDROCK_GUARDRAIL_ID == "gr123" && aws_lambda_function.triage.environment[0].variables.BEDROCK_GUARDRAIL_VERSION == "3"
    error_message = "The function is told its guardrail."
  }
}
