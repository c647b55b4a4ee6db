"""The plan that the policy tests share; it takes some seconds, so it is made once."""

from __future__ import annotations

import pytest
from tests.policy.plan import ACCOUNT, Plan, make_plans

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


@pytest.fixture(scope="session")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plan]:
    """Both uses of the module, planned at once: `terraform` spends its time on the provider, not on us."""
    return make_plans(tmp_path_factory.mktemp("consumer"), {"default": {}, "full": EVERY_OPTION})


@pytest.fixture
def default_plan(plans: dict[str, Plan]) -> Plan:
    """The module as a newcomer uses it: no input at all."""
    return plans["default"]


@pytest.fixture
def full_plan(plans: dict[str, Plan]) -> Plan:
    """The module with every option that changes a policy."""
    return plans["full"]
