# The role in an account whose alarms are investigated from another one. It reads what the tool role reads at home,
# behind the same denies, built from the same two lists.

terraform {
  required_version = ">= 1.11.4"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

variable "tool_role_arn" {
  description = "The module's output `tool_lambda_role_arn`: the only principal that may assume the role."
  type        = string
}

variable "role_name" {
  description = "Name of the role, as `investigation_role_arns` names it."
  type        = string
  default     = "alarm-triage-investigation"
}

locals {
  lists          = "${path.module}/../../../tool-lambda"
  triage_actions = distinct(sort(flatten(values(jsondecode(file("${local.lists}/triage_actions.json"))))))
  denied_actions = jsondecode(file("${local.lists}/denied_actions.json"))

  # Two documents, because one would pass IAM's limit: each guards the services of its letters, the other's pass.
  guards = { "a-e" = "^[a-e]", "f-z" = "^[f-z]" }
}

data "aws_partition" "current" {}

resource "aws_iam_role" "investigation" {
  name        = var.role_name
  description = "Read by Alarm Triage of another account when an alarm of this account fires."

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = var.tool_role_arn }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_policy" "guard" {
  for_each = local.guards

  name        = "${var.role_name}-guard-${each.key}"
  description = "Denies every action that is not a triage read, whatever else grants it (services ${each.key})."

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "OnlyTriageReads"
      Effect = "Deny"
      NotAction = concat(
        [for action in local.triage_actions : action if can(regex(each.value, action))],
        distinct([for action in local.triage_actions : "${split(":", action)[0]}:*" if !can(regex(each.value, action))]),
      )
      Resource = "*"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "guard" {
  for_each = aws_iam_policy.guard

  role       = aws_iam_role.investigation.name
  policy_arn = each.value.arn
}

resource "aws_iam_role_policy" "deny" {
  name = "deny"
  role = aws_iam_role.investigation.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for sid in sort(keys(local.denied_actions)) : {
      Sid      = sid
      Effect   = "Deny"
      Action   = local.denied_actions[sid].actions
      Resource = [for resource in local.denied_actions[sid].resources : replace(resource, "/^arn:aws:/", "arn:${data.aws_partition.current.partition}:")]
    }]
  })
}

# The grant comes last: at no moment is the role wider than its denies.
resource "aws_iam_role_policy_attachment" "read_only" {
  role       = aws_iam_role.investigation.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/ReadOnlyAccess"

  depends_on = [aws_iam_role_policy_attachment.guard, aws_iam_role_policy.deny]
}

output "role_arn" {
  description = "The role's ARN."
  value       = aws_iam_role.investigation.arn
}
