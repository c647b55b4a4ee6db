variable "tool_role_arn" {
  description = "The tool function's role, which may take this one: the output `tool_lambda_role_arn` of Alarm Triage, or its ARN written out where that account applies first."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/[a-zA-Z0-9+=,.@_/-]+$", var.tool_role_arn))
    error_message = "Set tool_role_arn to the full ARN of the tool function's role (arn:aws:iam::ACCOUNT:role/NAME)."
  }
}

variable "name" {
  description = "Name of the role; name it by account and role ARN in Alarm Triage's `investigation_role_arns`."
  type        = string
  default     = "alarm-investigation"
  nullable    = false

  validation {
    condition     = can(regex("^[a-zA-Z0-9+=,.@_-]{1,64}$", var.name))
    error_message = "Name the role with up to 64 letters, digits and the characters + = , . @ _ -."
  }
}

variable "permissions_boundary_arn" {
  description = "A managed policy that bounds the role."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of every resource that takes tags."
  type        = map(string)
  default     = {}
  nullable    = false
}
