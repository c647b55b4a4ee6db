# A consumer of the module, complete: the module, and small systems that break on purpose, each with its alarm.
# The same files go to an AWS account (`terraform apply`) and to the local AWS (`make demo`).

provider "aws" {
  region = var.region

  # The local AWS answers on loopback, under made-up credentials. The endpoint comes from AWS_ENDPOINT_URL.
  s3_use_path_style           = var.local
  skip_credentials_validation = var.local
  skip_metadata_api_check     = var.local
  skip_region_validation      = var.local
}

module "alarm_triage" {
  source = "../"

  resource_prefix              = "demo"
  bedrock_model_id             = var.bedrock_model_id
  notification_emails          = var.notification_emails
  reports_bucket_force_destroy = true
  tags                         = { Project = "alarm-triage-demo" }
}

locals {
  scenario = {
    fault         = var.fault
    schedule      = var.schedule
    alarm_actions = [module.alarm_triage.triage_lambda_arn]
  }
}

module "missing_permission" {
  source = "./scenarios/missing-permission"
  count  = contains(var.scenarios, "missing-permission") ? 1 : 0

  fault         = local.scenario.fault
  schedule      = local.scenario.schedule
  alarm_actions = local.scenario.alarm_actions
}

module "bad_deploy" {
  source = "./scenarios/bad-deploy"
  count  = contains(var.scenarios, "bad-deploy") ? 1 : 0

  fault         = local.scenario.fault
  schedule      = local.scenario.schedule
  alarm_actions = local.scenario.alarm_actions
}

module "throttled_table" {
  source = "./scenarios/throttled-table"
  count  = contains(var.scenarios, "throttled-table") ? 1 : 0

  fault         = local.scenario.fault
  schedule      = local.scenario.schedule
  alarm_actions = local.scenario.alarm_actions
}

module "queue_backlog" {
  source = "./scenarios/queue-backlog"
  count  = contains(var.scenarios, "queue-backlog") ? 1 : 0

  fault         = local.scenario.fault
  schedule      = local.scenario.schedule
  alarm_actions = local.scenario.alarm_actions
}

module "dependency_timeout" {
  source = "./scenarios/dependency-timeout"
  count  = contains(var.scenarios, "dependency-timeout") ? 1 : 0

  fault         = local.scenario.fault
  schedule      = local.scenario.schedule
  alarm_actions = local.scenario.alarm_actions
}

module "memory_limit" {
  source = "./scenarios/memory-limit"
  count  = contains(var.scenarios, "memory-limit") ? 1 : 0

  fault         = local.scenario.fault
  schedule      = local.scenario.schedule
  alarm_actions = local.scenario.alarm_actions
}

module "wrong_threshold" {
  source = "./scenarios/wrong-threshold"
  count  = contains(var.scenarios, "wrong-threshold") ? 1 : 0

  fault         = local.scenario.fault
  schedule      = local.scenario.schedule
  alarm_actions = local.scenario.alarm_actions
}
