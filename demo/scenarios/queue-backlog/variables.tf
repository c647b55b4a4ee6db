variable "fault" {
  description = "Whether the scenario is broken."
  type        = bool
}

variable "schedule" {
  description = "EventBridge rate at which the scenario is exercised; null: never."
  type        = string
}

variable "alarm_actions" {
  description = "What the scenario's alarm invokes."
  type        = list(string)
}
