"""The role in a further account: the tool role's boundary again, and nobody else may take it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.policy.evaluation import EVERYTHING, Role, read_only_access
from tests.policy.plan import ACCOUNT
from tests.policy.test_tool_role import SENSITIVE, TRIAGE_READS, allowed

if TYPE_CHECKING:
    from tests.policy.plan import Plan

POLICIES = ("aws_iam_policy.guard", "aws_iam_role_policy.deny")


def test_it_reads_what_the_tool_role_reads_and_nothing_sensitive(plans: dict[str, Plan]) -> None:
    documents = plans["further_account"].documents(*POLICIES).values()
    reader = Role([read_only_access(), *documents])
    assert [a for a, resource in TRIAGE_READS.items() if not reader.allows(a, resource)] == []
    assert allowed(Role([EVERYTHING, *documents]), SENSITIVE) == []
    assert not Role([EVERYTHING, *documents]).allows("logs:PutLogEvents")
    assert not Role([EVERYTHING, *documents]).allows("sts:AssumeRole")


def test_only_the_tool_role_takes_it(plans: dict[str, Plan]) -> None:
    role = plans["further_account"].resources["aws_iam_role.investigation"]
    takers = [statement["Principal"] for statement in json.loads(role["assume_role_policy"])["Statement"]]
    assert takers == [{"AWS": f"arn:aws:iam::{ACCOUNT}:role/tool-lambda"}]


def test_its_grant_is_attached_last(plans: dict[str, Plan]) -> None:
    grant = plans["further_account"].configuration["aws_iam_role_policy_attachment.read_only"]
    assert set(grant["depends_on"]) == {"aws_iam_role_policy_attachment.guard", "aws_iam_role_policy.deny"}
