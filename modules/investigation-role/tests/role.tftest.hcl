# The role in a further account. What its policies let through is evaluated in tests/policy/test_further_accounts.py.

mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws-cn" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws-cn:iam::444455556666:role/mock" }
  }
  mock_resource "aws_iam_policy" {
    defaults = { arn = "arn:aws-cn:iam::444455556666:policy/mock" }
  }
}

variables {
  tool_role_arn = "arn:aws-cn:iam::111122223333:role/tool-lambda"
}

run "defaults" {
  command = apply

  assert {
    condition     = aws_iam_role.investigation.name == "alarm-investigation" && output.role_arn == aws_iam_role.investigation.arn
    error_message = "The role is called alarm-investigation, and the output names it."
  }

  assert {
    condition     = aws_iam_role_policy_attachment.read_only.policy_arn == "arn:aws-cn:iam::aws:policy/ReadOnlyAccess"
    error_message = "The grant is ReadOnlyAccess of the partition."
  }

  assert {
    condition = alltrue(flatten([
      for s in jsondecode(aws_iam_role_policy.deny.policy).Statement : [for r in s.Resource : r == "*" || startswith(r, "arn:aws-cn:")]
    ]))
    error_message = "Denied resources are in the partition too."
  }
}

run "options" {
  command = plan

  variables {
    name                     = "triage-reader"
    permissions_boundary_arn = "arn:aws-cn:iam::444455556666:policy/boundary"
    tags                     = { team = "platform" }
  }

  assert {
    condition = [
      aws_iam_role.investigation.name, aws_iam_policy.guard["a-e"].name, aws_iam_role.investigation.permissions_boundary,
      aws_iam_role.investigation.tags["team"], aws_iam_policy.guard["f-z"].tags["team"],
    ] == ["triage-reader", "triage-reader-guard-a-e", "arn:aws-cn:iam::444455556666:policy/boundary", "platform", "platform"]
    error_message = "Name, boundary and tags are as given."
  }
}

run "rules" {
  command = plan

  variables {
    tool_role_arn = "tool-lambda"
    name          = "a role"
  }

  expect_failures = [var.tool_role_arn, var.name]
}
