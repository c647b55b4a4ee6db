"""The plan that the policy tests share; it takes some seconds, so it is made once."""

from __future__ import annotations

import pytest
from tests.policy.plan import ACCOUNT, ROOT, Plan, make_plans

EVERY_OPTION = {
    "bedrock_guardrail": {"identifier": "gr1234567890", "version": "3"},
    "chat_topic_arn": f"arn:aws:sns:us-east-1:{ACCOUNT}:chat",
    "investigation_role_arns": {"444455556666": "arn:aws:iam::444455556666:role/alarm-investigation"},
    "kms_key_arn": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/0f7e2a46-1111-2222-3333-444455556666",
    "permissions_boundary_arn": f"arn:aws:iam::{ACCOUNT}:policy/boundary",
    "resource_prefix": "prod",
    "resource_suffix": "us-east-1",
    "tool_additional_policy_arns": ["arn:aws:iam::aws:policy/AdministratorAccess"],
    "tool_denied_actions": ["ec2:DescribeSnapshots", "LOGS:filterlog*"],
    "vpc_config": {"subnet_ids": ["subnet-0a1b"], "security_group_ids": ["sg-0a1b"]},
}
"""Everything that changes a policy, switched on at once."""


MADE_IN_THE_SAME_APPLY = """
resource "aws_sns_topic" "mine" {
  name = "mine"
}

resource "aws_kms_key" "mine" {}
"""
"""Resources of the consumer's whose ARNs no plan knows."""

CALLS = {
    "default": {},
    "full": EVERY_OPTION,
    "unknown": {
        "create_sns_topic": False,
        "kms_key_arn": "${aws_kms_key.mine.arn}",
        "sns_topic_arn": "${aws_sns_topic.mine.arn}",
    },
    "further_account": {
        "source": f"{ROOT}//modules/investigation-role",
        "tool_role_arn": f"arn:aws:iam::{ACCOUNT}:role/tool-lambda",
    },
}


@pytest.fixture(scope="session")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plan]:
    """Every use of the modules, planned at once: `terraform` spends its time on the provider, not on us."""
    return make_plans(tmp_path_factory.mktemp("consumer"), CALLS, MADE_IN_THE_SAME_APPLY)


@pytest.fixture
def default_plan(plans: dict[str, Plan]) -> Plan:
    """The module as a newcomer uses it: no input at all."""
    return plans["default"]


@pytest.fixture
def full_plan(plans: dict[str, Plan]) -> Plan:
    """The module with every option that changes a policy."""
    return plans["full"]
