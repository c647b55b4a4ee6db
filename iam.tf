# The security boundary. What the model's code may reach is decided here and nowhere else: the broker in tool-lambda/
# reads the same two lists, as depth. docs/iam.md explains it line by line.

locals {
  # Only Lambda takes the roles, and only for functions of this account.
  lambda_trust_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "LambdaOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account_id } }
    }]
  })
}

# ---------------------------------------------------------------------------------------------------------------------
# Tool role: AWS's ReadOnlyAccess behind denies that fail closed
# ---------------------------------------------------------------------------------------------------------------------

locals {
  triage_actions = jsondecode(file("${path.module}/tool-lambda/triage_actions.json"))
  denied_actions = jsondecode(file("${path.module}/tool-lambda/denied_actions.json"))

  # ReadOnlyAccess grows without notice. So the guard does not list what is refused: it refuses what is not listed.
  guard_passes = distinct(concat(
    sort(flatten(values(local.triage_actions))),
    ["logs:CreateLogStream", "logs:PutLogEvents"],
    length(var.investigation_role_arns) == 0 ? [] : ["sts:AssumeRole"],
    var.vpc_config == null ? [] : local.network_interface_writes,
  ))

  # One document would pass IAM's 6,144 characters, and two Deny + NotAction intersect: what one does not list, it
  # denies. So each guard rules the services of its letters and leaves the rest, by name, to the other. A service that
  # neither names is denied by both.
  guards = { "a-e" = "^[a-e]", "f-z" = "^[^a-e]" }

  guard_policies = {
    for name, letters in local.guards : name => {
      Version = "2012-10-17"
      Statement = [{
        Sid    = "OnlyTriageReads"
        Effect = "Deny"
        NotAction = concat(
          [for action in local.guard_passes : action if can(regex(letters, action))],
          distinct([for action in local.guard_passes : "${split(":", action)[0]}:*" if !can(regex(letters, action))]),
        )
        Resource = "*"
      }]
    }
  }

  # Families that must never pass, whatever is added to the guard's list. They say `arn:aws:`; the partition is set here.
  deny_statements = concat(
    [for sid in sort(keys(local.denied_actions)) : {
      Sid      = sid
      Effect   = "Deny"
      Action   = local.denied_actions[sid].actions
      Resource = [for resource in local.denied_actions[sid].resources : replace(resource, "/^arn:aws:/", "arn:${local.partition}:")]
    }],
    [{
      Sid         = "NoOtherLogGroup"
      Effect      = "Deny"
      Action      = ["logs:CreateLogStream", "logs:PutLogEvents"]
      NotResource = ["${local.tool_log_group_arn}:*"]
    }],
    length(var.investigation_role_arns) == 0 ? [] : [{
      Sid         = "NoOtherRole"
      Effect      = "Deny"
      Action      = ["sts:AssumeRole"]
      NotResource = values(var.investigation_role_arns)
    }],
    length(var.tool_denied_actions) == 0 ? [] : [{
      Sid      = "CallersDenies"
      Effect   = "Deny"
      Action   = var.tool_denied_actions
      Resource = ["*"]
    }],
    # Lambda itself makes the network interfaces; a call from the function's code carries this key.
    var.vpc_config == null ? [] : [{
      Sid       = "NoNetworkInterfacesFromCode"
      Effect    = "Deny"
      Action    = local.network_interface_writes
      Resource  = ["*"]
      Condition = { Null = { "lambda:SourceFunctionArn" = "false" } }
    }],
  )

  network_interface_writes = [
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
  ]

  own_statements = concat(
    [{
      Sid      = "OwnLogGroup"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["${local.tool_log_group_arn}:*"]
    }],
    length(var.investigation_role_arns) == 0 ? [] : [{
      Sid      = "RolesInFurtherAccounts"
      Effect   = "Allow"
      Action   = ["sts:AssumeRole"]
      Resource = values(var.investigation_role_arns)
    }],
    var.vpc_config == null ? [] : [{
      Sid      = "NetworkInterfacesByLambda"
      Effect   = "Allow"
      Action   = concat(local.network_interface_writes, ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"])
      Resource = ["*"]
    }],
  )
}

resource "aws_iam_role" "tool" {
  name                 = local.tool_name
  description          = "Reads what a triage needs; refuses everything else."
  assume_role_policy   = local.lambda_trust_policy
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_policy" "tool_guard_a_e" {
  name        = "${local.tool_name}-guard-a-e"
  description = "Denies every action that is not a triage read, whatever else grants it (services a-e)."
  policy      = jsonencode(local.guard_policies["a-e"])
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "tool_guard_a_e" {
  role       = aws_iam_role.tool.name
  policy_arn = aws_iam_policy.tool_guard_a_e.arn
}

resource "aws_iam_policy" "tool_guard_f_z" {
  name        = "${local.tool_name}-guard-f-z"
  description = "Denies every action that is not a triage read, whatever else grants it (services f-z)."
  policy      = jsonencode(local.guard_policies["f-z"])
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "tool_guard_f_z" {
  role       = aws_iam_role.tool.name
  policy_arn = aws_iam_policy.tool_guard_f_z.arn
}

resource "aws_iam_role_policy" "tool_deny" {
  name   = "deny"
  role   = aws_iam_role.tool.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.deny_statements })
}

resource "aws_iam_role_policy" "tool" {
  name   = "own"
  role   = aws_iam_role.tool.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.own_statements })

  depends_on = [
    aws_iam_role_policy_attachment.tool_guard_a_e,
    aws_iam_role_policy_attachment.tool_guard_f_z,
    aws_iam_role_policy.tool_deny,
  ]
}

# The grant comes last: at no moment is the role wider than its denies.
resource "aws_iam_role_policy_attachment" "tool_read_only" {
  role       = aws_iam_role.tool.name
  policy_arn = "arn:${local.partition}:iam::aws:policy/ReadOnlyAccess"

  depends_on = [
    aws_iam_role_policy_attachment.tool_guard_a_e,
    aws_iam_role_policy_attachment.tool_guard_f_z,
    aws_iam_role_policy.tool_deny,
  ]
}

resource "aws_iam_role_policy_attachment" "tool_additional" {
  for_each = { for index, arn in var.tool_additional_policy_arns : tostring(index) => arn }

  role       = aws_iam_role.tool.name
  policy_arn = each.value

  depends_on = [
    aws_iam_role_policy_attachment.tool_guard_a_e,
    aws_iam_role_policy_attachment.tool_guard_f_z,
    aws_iam_role_policy.tool_deny,
  ]
}

# ---------------------------------------------------------------------------------------------------------------------
# Orchestrator role: one model, one function, one topic, one table, one bucket, one log group
# ---------------------------------------------------------------------------------------------------------------------

locals {
  # Where geographic inference profiles route to. Bedrock asks for permission on the model in each of these regions.
  inference_regions = {
    us     = ["ca-central-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"]
    us-gov = ["us-gov-east-1", "us-gov-west-1"]
    ca     = ["ca-central-1", "ca-west-1"]
    eu     = ["eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3"]
    apac = [
      "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
      "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7",
    ]
    jp = ["ap-northeast-1", "ap-northeast-3"]
    au = ["ap-southeast-2", "ap-southeast-4"]
    # The global profile's model has an ARN without a region.
    global = [""]
  }

  # What the model id is: "" for a plain id, else the ARN's resource type, such as `application-inference-profile`.
  model_kind = startswith(var.bedrock_model_id, "arn:") ? split("/", split(":", var.bedrock_model_id)[5])[0] : ""

  # Ids whose ARNs can be built. The ARN of a system-defined profile ends in its id; other ARNs name no model.
  model_ids = concat(
    local.model_kind == "" ? [var.bedrock_model_id] : [],
    local.model_kind == "inference-profile" ? [split("/", var.bedrock_model_id)[1]] : [],
    var.bedrock_underlying_model_ids,
  )
  # `us.anthropic.claude-...` is a profile of a geography, `anthropic.claude-...` a model.
  profile_ids = [
    for id in local.model_ids : id if can(regex("^[a-z]{2,6}(-gov)?\\.[a-z0-9]+\\..+", id)) && (
      contains(keys(local.inference_regions), split(".", id)[0]) || length(var.bedrock_inference_regions) > 0
    )
  ]
  profile_regions = {
    for id in local.profile_ids : id => distinct(concat(
      [local.region],
      length(var.bedrock_inference_regions) > 0 && !startswith(id, "global.") ? var.bedrock_inference_regions : local.inference_regions[split(".", id)[0]],
    ))
  }

  model_arns = distinct(concat(
    local.model_kind == "" ? [] : [var.bedrock_model_id],
    [for id in local.profile_ids : "arn:${local.partition}:bedrock:${local.region}:${local.account_id}:inference-profile/${id}"],
    flatten([for id, regions in local.profile_regions : [
      for region in regions : "arn:${local.partition}:bedrock:${region}::foundation-model/${replace(id, "/^[^.]+[.]/", "")}"
    ]]),
    [for id in local.model_ids : "arn:${local.partition}:bedrock:${local.region}::foundation-model/${id}" if !contains(local.profile_ids, id)],
    local.model_kind == "endpoint" ? ["arn:${local.partition}:bedrock:${local.region}:${local.account_id}:marketplace/model-endpoint/all-access"] : [],
  ))

  # An application profile or a router does not name its models, and Bedrock asks for permission on them too. Unless
  # they are given, any model is allowed, but only through this one profile or router.
  routing_key = lookup({
    application-inference-profile = "bedrock:InferenceProfileArn"
    default-prompt-router         = "bedrock:PromptRouterArn"
    prompt-router                 = "bedrock:PromptRouterArn"
  }, local.model_kind, null)

  guardrail_arn = var.bedrock_guardrail == null ? null : (
    startswith(var.bedrock_guardrail.identifier, "arn:") ? var.bedrock_guardrail.identifier :
    "arn:${local.partition}:bedrock:${local.region}:${local.account_id}:guardrail/${var.bedrock_guardrail.identifier}"
  )

  # The bucket's suffix is known only after it is made; this pattern is known at plan time, and a deny keeps it to this account.
  reports_pattern = "arn:${local.partition}:s3:::${local.bucket_prefix}*"

  triage_statements = concat(
    [
      {
        Sid      = "ConfiguredModel"
        Effect   = "Allow"
        Action   = ["bedrock:InvokeModel"]
        Resource = local.model_arns
      },
      {
        Sid      = "ToolAndItself"
        Effect   = "Allow"
        Action   = ["lambda:InvokeFunction"]
        Resource = [local.tool_arn, local.triage_arn]
      },
      {
        Sid      = "Findings"
        Effect   = "Allow"
        Action   = ["sns:Publish"]
        Resource = compact([local.topic_arn, var.chat_topic_arn])
      },
      {
        Sid      = "Claims"
        Effect   = "Allow"
        Action   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
        Resource = [local.table_arn]
      },
      {
        Sid      = "Reports"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:PutObject"]
        Resource = ["${local.reports_pattern}/reports/*"]
      },
      {
        Sid      = "Checkpoints"
        Effect   = "Allow"
        Action   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
        Resource = ["${local.reports_pattern}/checkpoints/*"]
      },
      {
        Sid      = "TeamContext"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${local.reports_pattern}/context/*"]
      },
      {
        Sid      = "NoBucketOfAnotherAccount"
        Effect   = "Deny"
        Action   = ["s3:*"]
        Resource = [local.reports_pattern]
        Condition = {
          Null            = { "aws:ResourceAccount" = "false" }
          StringNotEquals = { "aws:ResourceAccount" = local.account_id }
        }
      },
      {
        Sid      = "OwnLogGroup"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = ["${local.triage_log_group_arn}:*"]
      },
    ],
    local.routing_key == null || length(var.bedrock_underlying_model_ids) > 0 ? [] : [{
      Sid       = "ModelsOnlyThroughTheirProfile"
      Effect    = "Allow"
      Action    = ["bedrock:InvokeModel"]
      Resource  = ["arn:${local.partition}:bedrock:*::foundation-model/*"]
      Condition = { StringEquals = { (coalesce(local.routing_key, "none")) = var.bedrock_model_id } }
    }],
    var.bedrock_guardrail == null ? [] : [{
      Sid      = "Guardrail"
      Effect   = "Allow"
      Action   = ["bedrock:ApplyGuardrail"]
      Resource = concat([local.guardrail_arn], var.bedrock_guardrail.profile_arns)
    }],
    local.model_kind == "endpoint" ? [{
      Sid       = "MarketplaceEndpoint"
      Effect    = "Allow"
      Action    = ["sagemaker:InvokeEndpoint"]
      Resource  = [var.bedrock_model_id]
      Condition = { StringEquals = { "aws:CalledViaLast" = "bedrock.amazonaws.com" } }
    }] : [],
    var.kms_key_arn == null ? [] : [
      {
        Sid      = "CallersKeyThroughServices"
        Effect   = "Allow"
        Action   = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]
        Resource = [var.kms_key_arn]
        Condition = { StringEquals = { "kms:ViaService" = [
          for service in ["dynamodb", "lambda", "s3", "sns"] : "${service}.${local.region}.${data.aws_partition.current.dns_suffix}"
        ] } }
      },
    ],
  )
}

resource "aws_iam_role" "triage" {
  name                 = local.triage_name
  description          = "Runs investigations: one model, one tool function, one topic, one table, one bucket."
  assume_role_policy   = local.lambda_trust_policy
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags
}

resource "aws_iam_role_policy" "triage" {
  name   = "triage"
  role   = aws_iam_role.triage.name
  policy = jsonencode({ Version = "2012-10-17", Statement = local.triage_statements })

  lifecycle {
    precondition {
      condition = alltrue([
        for id in local.model_ids : contains(local.profile_ids, id)
        if can(regex("^[a-z]{2,6}(-gov)?\\.[a-z][a-z0-9]*\\.[a-z].+", id))
      ])
      error_message = "Set bedrock_inference_regions to the regions that the inference profile routes to: the module does not know its geography, and Bedrock asks for permission in each of them."
    }
  }
}
