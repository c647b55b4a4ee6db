# A role in a further account through which Alarm Triage investigates that account's alarms: the same reads and the same
# denies as the tool function's own role, from the same two lists.

data "aws_partition" "current" {}

locals {
  partition      = data.aws_partition.current.partition
  triage_actions = jsondecode(file("${path.module}/../../tool-lambda/triage_actions.json"))
  denied_actions = jsondecode(file("${path.module}/../../tool-lambda/denied_actions.json"))

  guard_passes = distinct(sort(flatten(values(local.triage_actions))))

  # Two documents for IAM's 6,144 characters; see iam.tf of Alarm Triage.
  guards = { "a-e" = "^[a-e]", "f-z" = "^[^a-e]" }
}

resource "aws_iam_role" "investigation" {
  name                 = var.name
  description          = "Taken by Alarm Triage to investigate this account's alarms."
  permissions_boundary = var.permissions_boundary_arn

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AlarmTriage"
      Effect    = "Allow"
      Principal = { AWS = var.tool_role_arn }
      Action    = "sts:AssumeRole"
    }]
  })

  tags = var.tags
}

resource "aws_iam_policy" "guard" {
  for_each = local.guards

  name        = "${var.name}-guard-${each.key}"
  description = "Denies every action that is not a triage read, whatever else grants it (services ${each.key})."

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid    = "OnlyTriageReads"
      Effect = "Deny"
      NotAction = concat(
        [for action in local.guard_passes : action if can(regex(each.value, action))],
        distinct([for action in local.guard_passes : "${split(":", action)[0]}:*" if !can(regex(each.value, action))]),
      )
      Resource = "*"
    }]
  })

  tags = var.tags
}

resource "aws_iam_role_policy_attachment" "guard" {
  for_each = local.guards

  role       = aws_iam_role.investigation.name
  policy_arn = aws_iam_policy.guard[each.key].arn
}

resource "aws_iam_role_policy" "deny" {
  name = "deny"
  role = aws_iam_role.investigation.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for sid in sort(keys(local.denied_actions)) : {
      Sid      = sid
      Effect   = "Deny"
      Action   = local.denied_actions[sid].actions
      Resource = [for resource in local.denied_actions[sid].resources : replace(resource, "/^arn:aws:/", "arn:${local.partition}:")]
    }]
  })
}

# The grant comes last: at no moment is the role wider than its denies.
resource "aws_iam_role_policy_attachment" "read_only" {
  role       = aws_iam_role.investigation.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/ReadOnlyAccess"

  depends_on = [aws_iam_role_policy_attachment.guard, aws_iam_role_policy.deny]
}
