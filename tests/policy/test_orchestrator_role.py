"""The orchestrator's role: one model, one function and itself, two topics, one table, one bucket, its log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.policy.evaluation import Role, patterns
from tests.policy.plan import ACCOUNT, REGION

if TYPE_CHECKING:
    from tests.policy.plan import Plan

POLICY = "aws_iam_role_policy.triage"
MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0"
BUCKET = "arn:aws:s3:::alarm-reports-20261124060537026200000001"
LAMBDA = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f7e2a46-1111-2222-3333-444455556666"

MAY = [
    ("bedrock:InvokeModel", f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/global.{MODEL}"),
    ("bedrock:InvokeModel", f"arn:aws:bedrock:{REGION}::foundation-model/{MODEL}"),
    ("bedrock:InvokeModel", f"arn:aws:bedrock:::foundation-model/{MODEL}"),
    ("lambda:InvokeFunction", f"{LAMBDA}tool-lambda"),
    ("lambda:InvokeFunction", f"{LAMBDA}triage-handler"),
    ("sns:Publish", f"arn:aws:sns:{REGION}:{ACCOUNT}:alarm-triage"),
    ("dynamodb:GetItem", f"{TABLE}alarm-investigations"),
    ("dynamodb:PutItem", f"{TABLE}alarm-investigations"),
    ("dynamodb:UpdateItem", f"{TABLE}alarm-investigations"),
    ("dynamodb:DeleteItem", f"{TABLE}alarm-investigations"),
    ("s3:PutObject", f"{BUCKET}/reports/2026/11/24/x.json"),
    ("s3:GetObject", f"{BUCKET}/checkpoints/x.json"),
    ("s3:PutObject", f"{BUCKET}/checkpoints/x.json"),
    ("s3:DeleteObject", f"{BUCKET}/checkpoints/x.json"),
    ("s3:GetObject", f"{BUCKET}/context/investigation_context.md"),
    (
        "logs:PutLogEvents",
        f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/triage-handler:log-stream:s",
    ),
]

MAY_NOT = [
    ("bedrock:InvokeModel", f"arn:aws:bedrock:{REGION}::foundation-model/amazon.nova-pro-v1:0"),
    ("bedrock:InvokeModel", f"arn:aws:bedrock:eu-west-1::foundation-model/{MODEL}"),
    ("bedrock:InvokeModelWithResponseStream", f"arn:aws:bedrock:{REGION}::foundation-model/{MODEL}"),
    ("bedrock:ApplyGuardrail", f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/gr1234567890"),
    ("lambda:InvokeFunction", f"{LAMBDA}tool-lambda-2"),
    ("lambda:UpdateFunctionCode", f"{LAMBDA}tool-lambda"),
    ("sns:Publish", f"arn:aws:sns:{REGION}:{ACCOUNT}:another"),
    ("dynamodb:GetItem", f"{TABLE}orders"),
    ("dynamodb:Scan", f"{TABLE}alarm-investigations"),
    ("dynamodb:DeleteTable", f"{TABLE}alarm-investigations"),
    ("s3:DeleteObject", f"{BUCKET}/reports/2026/11/24/x.json"),
    ("s3:PutObject", f"{BUCKET}/context/investigation_context.md"),
    ("s3:PutBucketPolicy", BUCKET),
    ("s3:ListBucket", BUCKET),
    ("s3:GetObject", "arn:aws:s3:::orders/reports/x"),
    ("kms:Decrypt", KEY),
    ("logs:CreateLogGroup", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/triage-handler"),
    ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/tool-lambda:log-stream:s"),
    ("sts:AssumeRole", "arn:aws:iam::444455556666:role/alarm-investigation"),
    ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/tool-lambda"),
]


@pytest.fixture
def orchestrator(default_plan: Plan) -> Role:
    """The role of the module without inputs."""
    return Role([default_plan.document(POLICY)])


@pytest.mark.parametrize(("action", "resource"), MAY)
def test_orchestrator_may(orchestrator: Role, action: str, resource: str) -> None:
    assert orchestrator.allows(action, resource)


@pytest.mark.parametrize(("action", "resource"), MAY_NOT)
def test_orchestrator_may_not(orchestrator: Role, action: str, resource: str) -> None:
    assert not orchestrator.allows(action, resource)


@pytest.mark.parametrize("use", ["default", "full"])
def test_no_statement_names_every_resource_or_a_wildcard_service(plans: dict[str, Plan], use: str) -> None:
    document = plans[use].document(POLICY)
    assert "*" not in patterns(document, "Resource")
    assert not [r for r in patterns(document, "Resource") if r.split(":")[2] in ("*", "")]
    allowed = [s for s in document["Statement"] if s["Effect"] == "Allow"]
    assert not [a for s in allowed for a in s["Action"] if a.endswith(":*")]


def test_a_bucket_of_another_account_is_refused_by_name(default_plan: Plan) -> None:
    """The bucket's suffix is unknown at plan time; a stranger's bucket may carry the same prefix."""
    (deny,) = [s for s in default_plan.document(POLICY)["Statement"] if s["Effect"] == "Deny"]
    assert deny["Condition"] == {
        "Null": {"aws:ResourceAccount": "false"},
        "StringNotEquals": {"aws:ResourceAccount": ACCOUNT},
    }
    assert deny["Resource"] == ["arn:aws:s3:::alarm-reports-*"]


def test_the_callers_key_is_used_through_services_only(full_plan: Plan) -> None:
    role = Role([full_plan.document(POLICY)])
    for service in ("dynamodb", "s3", "sns"):
        assert role.allows("kms:Decrypt", KEY, {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"})
    assert not role.allows("kms:Decrypt", KEY)
    assert not role.allows("kms:Decrypt", KEY, {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"})
    assert not role.allows("kms:Decrypt", f"{KEY}x", {"kms:ViaService": f"s3.{REGION}.amazonaws.com"})


def test_options_add_only_what_they_name(full_plan: Plan) -> None:
    role = Role([full_plan.document(POLICY)])
    assert role.allows("bedrock:ApplyGuardrail", f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/gr1234567890")
    assert not role.allows("bedrock:ApplyGuardrail", f"arn:aws:bedrock:{REGION}:{ACCOUNT}:guardrail/other")
    assert role.allows("sns:Publish", f"arn:aws:sns:{REGION}:{ACCOUNT}:chat")


@pytest.mark.parametrize("role", ["aws_iam_role.tool", "aws_iam_role.triage"])
def test_only_lambda_takes_the_roles_and_the_boundary_holds_both(full_plan: Plan, role: str) -> None:
    assert '"lambda.amazonaws.com"' in full_plan.resources[role]["assume_role_policy"]
    assert full_plan.resources[role]["permissions_boundary"] == f"arn:aws:iam::{ACCOUNT}:policy/boundary"
