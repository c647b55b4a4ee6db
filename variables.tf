# ---------------------------------------------------------------------------------------------------------------------
# Naming and tags
# ---------------------------------------------------------------------------------------------------------------------

variable "resource_prefix" {
  description = "Put before every resource's name with a hyphen: `prod` gives `prod-triage-handler`."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?)?$", var.resource_prefix))
    error_message = "Use lowercase letters, digits and inner hyphens only in resource_prefix: it begins the bucket's name."
  }

  validation {
    condition     = length(var.resource_prefix) <= 22
    error_message = "Shorten resource_prefix to 22 characters or fewer: S3 takes bucket prefixes of at most 37, and \"-alarm-reports-\" needs 15."
  }
}

variable "resource_suffix" {
  description = "Put after every resource's name with a hyphen, except the bucket's. Roles are global, so give each region its own: `us-east-2` gives `triage-handler-us-east-2`."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)?$", var.resource_suffix))
    error_message = "Use letters, digits and inner hyphens only in resource_suffix: it ends function, role and topic names."
  }

  validation {
    condition     = length(var.resource_suffix) <= 26
    error_message = "Shorten resource_suffix to 26 characters or fewer: Lambda and IAM names end at 64."
  }
}

variable "tags" {
  description = "Tags of every resource that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}

# ---------------------------------------------------------------------------------------------------------------------
# Model
# ---------------------------------------------------------------------------------------------------------------------

variable "bedrock_model_id" {
  description = "The model that investigates: a foundation model id, an inference profile id (`global.`, `us.`, `eu.`, `apac.`, ...), or the ARN of an inference profile, application inference profile, provisioned, custom or imported model, prompt router or Bedrock Marketplace endpoint. The region is the provider's."
  type        = string
  default     = "global.anthropic.claude-sonnet-4-5-20250929-v1:0"
  nullable    = false

  validation {
    condition     = can(regex("^(arn:aws[a-z-]*:(bedrock|sagemaker):[a-z0-9-]*:[0-9]*:[a-z-]+/[a-zA-Z0-9./:_-]+|[a-zA-Z0-9-]+\\.[a-zA-Z0-9.:_-]+)$", var.bedrock_model_id))
    error_message = "Set bedrock_model_id to a model id (`amazon.nova-pro-v1:0`), an inference profile id (`us.amazon.nova-pro-v1:0`) or the full ARN of a Bedrock model, profile or router."
  }
}

variable "bedrock_underlying_model_ids" {
  description = "Foundation model or inference profile ids behind an application inference profile or a prompt router, to narrow the permission to them; without, any model may be called, but only through that profile or router. Not needed for other models."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.bedrock_underlying_model_ids : can(regex("^[a-zA-Z0-9-]+\\.[a-zA-Z0-9.:_-]+$", id))])
    error_message = "List model ids or inference profile ids in bedrock_underlying_model_ids, such as `us.anthropic.claude-sonnet-4-5-20250929-v1:0`; ARNs are not taken here."
  }
}

variable "bedrock_inference_regions" {
  description = "Regions that a geographic inference profile routes to. Empty means the module's own table; set it to narrow the permission, or for a geography that the table does not know."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for region in var.bedrock_inference_regions : can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]+$", region))])
    error_message = "List region names in bedrock_inference_regions, such as `us-east-2`."
  }
}

variable "bedrock_guardrail" {
  description = "A Bedrock guardrail (identifier or ARN, and version) that every model call goes through. `profile_arns`: its guardrail profiles in each region, for a cross-region guardrail."
  type = object({
    identifier   = string
    version      = string
    profile_arns = optional(list(string), [])
  })
  default = null

  validation {
    condition     = var.bedrock_guardrail == null ? true : can(regex("^(DRAFT|[1-9][0-9]*)$", var.bedrock_guardrail.version))
    error_message = "Set bedrock_guardrail.version to a version number or to DRAFT."
  }
}

variable "model_capabilities" {
  description = "What the model can do, where the model id does not tell: `tools`, `system_prompt`, `cache_points`, `tool_choice`, `strict_schema`. Unset ones are worked out."
  type = object({
    tools         = optional(bool)
    system_prompt = optional(bool)
    cache_points  = optional(bool)
    tool_choice   = optional(bool)
    strict_schema = optional(bool)
  })
  default = null
}

variable "model_prices" {
  description = "The model's price in USD per million tokens, where the module does not know it or yours differs."
  type = object({
    input       = number
    output      = number
    cache_read  = optional(number)
    cache_write = optional(number)
  })
  default = null

  validation {
    condition     = alltrue([for price in try(values(var.model_prices), []) : price == null ? true : price >= 0])
    error_message = "Set every price in model_prices to zero or more USD per million tokens."
  }
}

# ---------------------------------------------------------------------------------------------------------------------
# Investigation and its limits
# ---------------------------------------------------------------------------------------------------------------------

variable "investigation_window_hours" {
  description = "One alarm is investigated at most once within this many hours; fractions are allowed."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.investigation_window_hours > 0 && var.investigation_window_hours <= 720
    error_message = "Set investigation_window_hours above 0 and to at most 720 (30 days)."
  }
}

variable "max_tool_calls" {
  description = "Tool calls an investigation may make before it has to conclude."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.max_tool_calls >= 1 && var.max_tool_calls <= 1000 && floor(var.max_tool_calls) == var.max_tool_calls
    error_message = "Set max_tool_calls to a whole number from 1 to 1000."
  }
}

variable "max_tokens_per_investigation" {
  description = "Tokens (input, output and cached) an investigation may use before it has to conclude."
  type        = number
  default     = 2000000
  nullable    = false

  validation {
    condition     = var.max_tokens_per_investigation >= 1000 && floor(var.max_tokens_per_investigation) == var.max_tokens_per_investigation
    error_message = "Set max_tokens_per_investigation to a whole number of 1000 or more: less does not carry the first turn."
  }
}

variable "max_usd_per_investigation" {
  description = "US dollars an investigation may cost before it has to conclude, where the model's price is known."
  type        = number
  default     = 1.00
  nullable    = false

  validation {
    condition     = var.max_usd_per_investigation > 0
    error_message = "Set max_usd_per_investigation above 0."
  }
}

variable "max_investigations_per_hour" {
  description = "Investigations an hour for the whole function. Alarms beyond it are notified, not investigated, so that a storm is not a bill."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.max_investigations_per_hour >= 1 && floor(var.max_investigations_per_hour) == var.max_investigations_per_hour
    error_message = "Set max_investigations_per_hour to a whole number of 1 or more."
  }
}

variable "max_continuations" {
  description = "Fresh invocations that may carry on an investigation which outlasts Lambda's time."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.max_continuations >= 0 && var.max_continuations <= 10 && floor(var.max_continuations) == var.max_continuations
    error_message = "Set max_continuations to a whole number from 0 to 10: Lambda stops a function that calls itself about 16 times."
  }
}

variable "tool_output_max_chars" {
  description = "Characters of one tool call's output that the model sees; the rest is cut, marked and counted."
  type        = number
  default     = 30000
  nullable    = false

  validation {
    condition     = var.tool_output_max_chars >= 100 && var.tool_output_max_chars <= 200000 && floor(var.tool_output_max_chars) == var.tool_output_max_chars
    error_message = "Set tool_output_max_chars to a whole number from 100 to 200000."
  }
}

variable "investigation_context" {
  description = "What your team knows and a newcomer does not (architecture, owners, usual suspects), in Markdown; every investigation reads it. No secrets: it is sent to the model."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = length(var.investigation_context) <= 50000
    error_message = "Shorten investigation_context to 50000 characters or fewer: every investigation pays for it."
  }
}

variable "runbooks" {
  description = "Runbooks in Markdown by name. An alarm names its own with `runbook: name` in its description or a tag `runbook`."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for name in keys(var.runbooks) : can(regex("^[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}$", name))])
    error_message = "Name runbooks with up to 100 letters, digits, hyphens and underscores."
  }
}

# ---------------------------------------------------------------------------------------------------------------------
# Functions
# ---------------------------------------------------------------------------------------------------------------------

variable "log_level" {
  description = "Detail of the triage function's log: ERROR, INFO or DEBUG. DEBUG logs whole events and model turns."
  type        = string
  default     = "INFO"
  nullable    = false

  validation {
    condition     = contains(["ERROR", "INFO", "DEBUG"], var.log_level)
    error_message = "Set log_level to ERROR, INFO or DEBUG."
  }
}

variable "log_retention_days" {
  description = "Days that the functions' logs are kept; 0 keeps them forever."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = contains([0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "Set log_retention_days to a period that CloudWatch Logs offers, such as 7, 30, 90 or 365."
  }
}

variable "architecture" {
  description = "Processor of both functions: arm64 or x86_64. The zips run on either."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "Set architecture to arm64 or x86_64."
  }
}

variable "lambda_timeout" {
  description = "Seconds an invocation of the triage function may take."
  type        = number
  default     = 900
  nullable    = false

  validation {
    condition     = var.lambda_timeout >= 10 && var.lambda_timeout <= 900 && floor(var.lambda_timeout) == var.lambda_timeout
    error_message = "Set lambda_timeout to a whole number of seconds from 10 to 900."
  }
}

variable "lambda_memory_size" {
  description = "Memory of the triage function in MB."
  type        = number
  default     = 1024
  nullable    = false

  validation {
    condition     = var.lambda_memory_size >= 128 && var.lambda_memory_size <= 10240 && floor(var.lambda_memory_size) == var.lambda_memory_size
    error_message = "Set lambda_memory_size to a whole number of MB from 128 to 10240."
  }
}

variable "tool_lambda_timeout" {
  description = "Seconds one tool call may take."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.tool_lambda_timeout >= 1 && var.tool_lambda_timeout <= 900 && floor(var.tool_lambda_timeout) == var.tool_lambda_timeout
    error_message = "Set tool_lambda_timeout to a whole number of seconds from 1 to 900."
  }
}

variable "tool_lambda_memory_size" {
  description = "Memory of the tool function in MB."
  type        = number
  default     = 2048
  nullable    = false

  validation {
    condition     = var.tool_lambda_memory_size >= 128 && var.tool_lambda_memory_size <= 10240 && floor(var.tool_lambda_memory_size) == var.tool_lambda_memory_size
    error_message = "Set tool_lambda_memory_size to a whole number of MB from 128 to 10240."
  }
}

variable "tool_lambda_reserved_concurrency" {
  description = "Reserved concurrency of the tool function: a ceiling on model code running at once. -1 reserves none; 0 stops every tool call."
  type        = number
  default     = -1
  nullable    = false

  validation {
    condition     = var.tool_lambda_reserved_concurrency >= -1 && floor(var.tool_lambda_reserved_concurrency) == var.tool_lambda_reserved_concurrency
    error_message = "Set tool_lambda_reserved_concurrency to -1 (none reserved) or a whole number of 0 or more."
  }
}

variable "vpc_config" {
  description = "Subnets and security groups of the tool function, where model code runs. They need a way to the AWS APIs (NAT or VPC endpoints)."
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
  })
  default = null

  validation {
    condition     = var.vpc_config == null ? true : length(var.vpc_config.subnet_ids) > 0
    error_message = "Name at least one subnet in vpc_config.subnet_ids, or leave vpc_config out."
  }

  validation {
    condition     = var.vpc_config == null ? true : length(var.vpc_config.security_group_ids) > 0
    error_message = "Name at least one security group in vpc_config.security_group_ids, or leave vpc_config out."
  }
}

# ---------------------------------------------------------------------------------------------------------------------
# Notifications
# ---------------------------------------------------------------------------------------------------------------------

variable "sns_topic_arn" {
  description = "Your topic for the findings. Left out, the module makes an encrypted one. A topic encrypted with your own KMS key needs a key policy that lets the triage role use it."
  type        = string
  default     = null

  validation {
    condition     = var.sns_topic_arn == null ? true : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_-]+$", var.sns_topic_arn))
    error_message = "Set sns_topic_arn to the full ARN of a standard topic (arn:aws:sns:REGION:ACCOUNT:NAME), or leave it out; FIFO topics do not serve email."
  }
}

variable "create_sns_topic" {
  description = "Whether the module makes the topic; null: when sns_topic_arn is left out. Set it to false when the apply that calls the module also makes your topic."
  type        = bool
  default     = null
}

variable "notification_emails" {
  description = "Addresses subscribed to the topic, the module's or yours. Each has to confirm the mail that AWS sends."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for address in var.notification_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", address))])
    error_message = "List email addresses in notification_emails, such as oncall@example.com."
  }
}

variable "chat_topic_arn" {
  description = "A topic that Amazon Q Developer in chat applications reads; findings go there too, in its own format."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.chat_topic_arn == "" || can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_-]+$", var.chat_topic_arn))
    error_message = "Set chat_topic_arn to the full ARN of a standard topic (arn:aws:sns:REGION:ACCOUNT:NAME), or leave it out."
  }
}

variable "notify_on_recovery" {
  description = "Send a short notice when an investigated alarm goes back to OK (the function has to be among `ok_actions` too)."
  type        = bool
  default     = false
  nullable    = false
}

variable "self_alarms_enabled" {
  description = "Alarms on the module itself (errors, throttles, lost events, undelivered notifications), sent straight to the topic."
  type        = bool
  default     = true
  nullable    = false
}

variable "dashboard_enabled" {
  description = "A CloudWatch dashboard of investigations, their cost and duration."
  type        = bool
  default     = false
  nullable    = false
}

# ---------------------------------------------------------------------------------------------------------------------
# Reports
# ---------------------------------------------------------------------------------------------------------------------

variable "reports_bucket_logging" {
  description = "Where S3 writes the reports bucket's access log."
  type = object({
    target_bucket = string
    target_prefix = string
  })
  default = null

  validation {
    condition     = var.reports_bucket_logging == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.reports_bucket_logging.target_bucket))
    error_message = "Set reports_bucket_logging.target_bucket to the name (not the ARN) of an existing bucket."
  }
}

variable "reports_bucket_lifecycle_days" {
  description = "Days after which reports expire, current and noncurrent versions. Null keeps them."
  type        = number
  default     = null

  validation {
    condition     = var.reports_bucket_lifecycle_days == null ? true : var.reports_bucket_lifecycle_days >= 1 && floor(var.reports_bucket_lifecycle_days) == var.reports_bucket_lifecycle_days
    error_message = "Set reports_bucket_lifecycle_days to a whole number of 1 or more, or leave it out to keep reports."
  }
}

variable "reports_bucket_force_destroy" {
  description = "Let `terraform destroy` delete the reports with their bucket."
  type        = bool
  default     = false
  nullable    = false
}

# ---------------------------------------------------------------------------------------------------------------------
# Security
# ---------------------------------------------------------------------------------------------------------------------

variable "kms_key_arn" {
  description = "Your KMS key for the bucket, the table, the logs and the triage function's settings. Its key policy must let `logs.REGION.amazonaws.com` use it. The module's topic has a key of its own, which CloudWatch may use."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[a-zA-Z0-9-]+$", var.kms_key_arn))
    error_message = "Set kms_key_arn to a key's full ARN (arn:aws:kms:REGION:ACCOUNT:key/ID): IAM does not resolve aliases."
  }
}

variable "permissions_boundary_arn" {
  description = "A managed policy that bounds both roles."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/.+$", var.permissions_boundary_arn))
    error_message = "Set permissions_boundary_arn to the full ARN of a managed policy (arn:aws:iam::ACCOUNT:policy/NAME)."
  }
}

variable "tool_denied_actions" {
  description = "Further IAM actions that the tool role is denied, wildcards allowed, such as `logs:*` or `ec2:DescribeInstances`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for action in var.tool_denied_actions : can(regex("^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$", action))])
    error_message = "Write each of tool_denied_actions as service:Action, such as `ec2:DescribeInstances` or `logs:*`."
  }

  validation {
    condition     = length(join("", var.tool_denied_actions)) <= 3000
    error_message = "Shorten tool_denied_actions to 3000 characters in all (use wildcards): a role's inline policies end at 10240."
  }
}

variable "tool_additional_policy_arns" {
  description = "Further managed policies for the tool role. The guard stays in force: they add nothing beyond the reads in `tool-lambda/triage_actions.json`."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for arn in var.tool_additional_policy_arns : can(regex("^arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/.+$", arn))])
    error_message = "List full ARNs of managed policies in tool_additional_policy_arns (arn:aws:iam::ACCOUNT:policy/NAME)."
  }

  validation {
    condition     = length(var.tool_additional_policy_arns) <= 7
    error_message = "List at most 7 policies in tool_additional_policy_arns: a role takes 10, and three are the module's."
  }
}

# ---------------------------------------------------------------------------------------------------------------------
# Further accounts
# ---------------------------------------------------------------------------------------------------------------------

variable "alarm_account_ids" {
  description = "Further accounts whose alarms may invoke the triage function."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for account in var.alarm_account_ids : can(regex("^[0-9]{12}$", account))])
    error_message = "List account ids of 12 digits in alarm_account_ids, in quotes."
  }
}

variable "investigation_role_arns" {
  description = "By account id, the role in that account which the tool function assumes to investigate that account's alarms. Those alarms may invoke the triage function too."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for account in keys(var.investigation_role_arns) : can(regex("^[0-9]{12}$", account))])
    error_message = "Use account ids of 12 digits as the keys of investigation_role_arns, in quotes."
  }

  validation {
    condition     = alltrue([for account, arn in var.investigation_role_arns : can(regex("^arn:aws[a-z-]*:iam::${account}:role/[a-zA-Z0-9+=,.@_/-]+$", arn))])
    error_message = "Give each account in investigation_role_arns the full ARN of a role in that same account."
  }
}
