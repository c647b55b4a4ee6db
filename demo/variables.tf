variable "scenarios" {
  description = "Scenarios to deploy: folders of `scenarios/`."
  type        = set(string)
  default     = ["missing-permission"]
  nullable    = false

  validation {
    condition = length(setsubtract(var.scenarios, [
      "bad-deploy", "dependency-timeout", "memory-limit", "missing-permission", "queue-backlog", "throttled-table",
      "wrong-threshold",
    ])) == 0
    error_message = "Name scenarios by their folders in scenarios/: bad-deploy, dependency-timeout, memory-limit, missing-permission, queue-backlog, throttled-table, wrong-threshold."
  }
}

variable "fault" {
  description = "Whether the scenarios are broken. `false` deploys them healthy."
  type        = bool
  default     = true
  nullable    = false
}

variable "notification_emails" {
  description = "Addresses that receive the findings. AWS asks each to confirm."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "bedrock_model_id" {
  description = "The model that investigates."
  type        = string
  default     = "global.anthropic.claude-sonnet-4-5-20250929-v1:0"
  nullable    = false
}

variable "region" {
  description = "Region of the stack."
  type        = string
  default     = "us-east-1"
  nullable    = false
}

variable "schedule" {
  description = "How often each scenario is exercised, as an EventBridge rate. `null` leaves that to you."
  type        = string
  default     = "rate(1 minute)"
}

variable "local" {
  description = "Talk to the local AWS that `make demo` starts instead of an account."
  type        = bool
  default     = false
  nullable    = false
}
