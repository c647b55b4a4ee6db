"""IAM's size limits, with the room that is left in each printed (`pytest -s`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.policy.plan import Plan

GUARDS = ("aws_iam_policy.tool_guard_a_e", "aws_iam_policy.tool_guard_f_z")
MANAGED_POLICY = 6_144
INLINE_POLICIES_OF_A_ROLE = 10_240
POLICIES_OF_A_ROLE = 10
LONGEST_DENIED_ACTIONS = 4_200
"""What the input `tool_denied_actions` may add: 3,000 characters by its validation, quotes and commas."""


def size_of(document: dict[str, object]) -> int:
    """Return the characters that IAM counts: everything but white space."""
    return len(json.dumps(document, separators=(",", ":")))


def size(plan: Plan, *names: str) -> int:
    """Return the characters of several documents together."""
    return sum(size_of(document) for document in plan.documents(*names).values())


@pytest.mark.parametrize("use", ["default", "full"])
def test_policies_fit_with_room(plans: dict[str, Plan], use: str, capsys: pytest.CaptureFixture[str]) -> None:
    plan = plans[use]
    used = {
        **{a: (size_of(d), MANAGED_POLICY) for a, d in plan.documents(*GUARDS).items()},
        "tool role, inline": (
            size(plan, "aws_iam_role_policy.tool", "aws_iam_role_policy.tool_deny"),
            INLINE_POLICIES_OF_A_ROLE - LONGEST_DENIED_ACTIONS,
        ),
        "triage role, inline": (size(plan, "aws_iam_role_policy.triage"), INLINE_POLICIES_OF_A_ROLE),
    }
    with capsys.disabled():
        for name, (characters, limit) in used.items():
            print(
                f"\n  {use}: {name}: {characters:,} of {limit:,} characters, {limit - characters:,} left",
                end="",
            )
    assert [name for name, (characters, limit) in used.items() if characters > limit - 200] == []


@pytest.mark.parametrize("use", ["default", "full"])
def test_role_takes_every_managed_policy(plans: dict[str, Plan], use: str) -> None:
    attached = [a for a in plans[use].resources if a.startswith("aws_iam_role_policy_attachment.")]
    assert len(attached) <= POLICIES_OF_A_ROLE


def test_resource_policies_fit_many_accounts(default_plan: Plan) -> None:
    """One statement serves every alarm, one the hourly tick; a function's policy ends at 20 KB."""
    statements = [a for a in default_plan.resources if a.startswith("aws_lambda_permission.")]
    assert statements == ["aws_lambda_permission.alarms", "aws_lambda_permission.hourly"]
