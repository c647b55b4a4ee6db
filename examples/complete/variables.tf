variable "region" {
  description = "Region of the alarms, the functions and Bedrock."
  type        = string
  default     = "us-east-1"
}

variable "access_log_bucket" {
  description = "Bucket that takes the access logs of the reports bucket."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary that your company puts on every role; null for none."
  type        = string
  default     = null
}
