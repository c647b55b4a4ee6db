from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest

import actions
from actions import Rules, action_of

RULES = Rules(
    {"a": ["cloudwatch:Describe*", "s3:List*", "apigateway:GET", "x:Get?"]},
    {
        "Objects": {"why": "objects stay", "actions": ["s3:ListSecret*"], "resources": ["*"]},
        "Keys": {
            "why": "keys stay",
            "actions": ["apigateway:GET"],
            "resources": ["arn:aws:apigateway:*::/apikeys*"],
        },
    },
)


@pytest.mark.parametrize(
    ("service", "operation", "signing", "method", "action"),
    [
        ("cloudwatch", "DescribeAlarms", "monitoring", "POST", "cloudwatch:DescribeAlarms"),
        ("s3", "ListObjectsV2", "s3", "GET", "s3:ListBucket"),
        ("s3", "ListBuckets", "s3", "GET", "s3:ListAllMyBuckets"),
        ("s3", "HeadObject", "s3", "HEAD", "s3:GetObject"),
        ("s3", "GetBucketLifecycleConfiguration", "s3", "GET", "s3:GetLifecycleConfiguration"),
        ("s3control", "GetPublicAccessBlock", "s3", "GET", "s3:GetAccountPublicAccessBlock"),
        ("elbv2", "DescribeTargetHealth", "elasticloadbalancing", "POST", "elasticloadbalancing:DescribeTargetHealth"),
        ("stepfunctions", "DescribeExecution", "states", "POST", "states:DescribeExecution"),
        ("apigateway", "GetApiKeys", "apigateway", "GET", "apigateway:GET"),
        ("apigatewayv2", "DeleteApi", "apigateway", "DELETE", "apigateway:DELETE"),
        ("dynamodb", "ExecuteStatement", "dynamodb", "POST", "dynamodb:PartiQLSelect"),
        ("lambda", "Invoke", "lambda", "POST", "lambda:InvokeFunction"),
        ("logs", "StartQuery", "logs", "POST", "logs:StartQuery"),
        ("resourcegroupstaggingapi", "GetResources", "tagging", "POST", "tag:GetResources"),
    ],
)  # fmt: skip
def test_operation_needs_action(service: str, operation: str, signing: str, method: str, action: str) -> None:
    assert action_of(service, operation, signing, method) == action


@pytest.mark.parametrize(
    "action", ["cloudwatch:DescribeAlarms", "CLOUDWATCH:describealarms", "s3:ListBucket", "x:GetA"]
)
def test_triage_action_is_allowed(action: str) -> None:
    assert RULES.check(action) is None


@pytest.mark.parametrize(
    ("action", "resource", "why"),
    [
        ("cloudwatch:PutMetricData", None, "not among the reads"),
        ("cloudwatch:DescribeAlarms\n", None, None),
        ("x:GetAB", None, "not among the reads"),
        ("s3:ListSecretThings", None, "objects stay"),
        ("apigateway:GET", "arn:aws:apigateway:us-east-1::/apikeys/abc", "keys stay"),
    ],
)  # fmt: skip
def test_other_action_is_denied_with_its_reason(action: str, resource: str | None, why: str | None) -> None:
    denial = RULES.check(action, resource)

    if why is None:
        assert denial is None
    else:
        assert denial is not None
        assert why in denial.why


def test_stars_are_compared_in_time_that_grows_with_the_length() -> None:
    deep = actions.pattern("a:*::/restapis/*/stages/*/exports/*")

    assert deep.fullmatch("a:1::/restapis/b/stages/c/exports/d")
    assert deep.fullmatch("a:1::/restapis/b/stages/c/exports/d/exports/")
    assert not deep.fullmatch("a:" + "::/restapis/a/stages/" * 20_000)


@pytest.mark.parametrize(
    ("text", "same", "other"),
    [
        ("*", "", None), ("a*", "a", "ba"), ("*a", "aba", "ab"), ("a*b*c", "abbc", "acb"), ("a**b", "ab", "a"), ("a?c", "abc", "ac"),
        ("a*bc*bc", "abcbc", "abc"), ("A.b", "a.B", "axb"),
    ],
)  # fmt: skip
def test_stars_and_question_marks_are_iams(text: str, same: str, other: str | None) -> None:
    assert actions.pattern(text).fullmatch(same)
    assert other is None or not actions.pattern(text).fullmatch(other)


def test_deny_of_some_resources_leaves_the_others() -> None:
    assert RULES.check("apigateway:GET", "arn:aws:apigateway:us-east-1::/restapis") is None
    assert RULES.check("apigateway:GET") is None


def test_rules_are_read_from_the_functions_folder(tmp_path: Path) -> None:
    (tmp_path / "triage_actions.json").write_text(json.dumps({"a": ["sts:Get*"]}))
    (tmp_path / "denied_actions.json").write_text("{}")

    rules = Rules.read(tmp_path)

    assert rules.check("sts:GetCallerIdentity") is None
    assert rules.check("sts:AssumeRole") is not None


def test_service_is_read_where_one_of_its_actions_is() -> None:
    assert RULES.reads("cloudwatch")
    assert RULES.reads("apigatewayv2")
    assert not RULES.reads("medialive")


SENSITIVE = [
    ("s3", "GetObject", "s3"), ("s3", "HeadObject", "s3"), ("secretsmanager", "GetSecretValue", "secretsmanager"),
    ("ssm", "GetParameter", "ssm"), ("dynamodb", "Query", "dynamodb"), ("dynamodb", "ExecuteStatement", "dynamodb"),
    ("kms", "Decrypt", "kms"), ("lambda", "Invoke", "lambda"), ("sts", "AssumeRole", "sts"), ("ec2", "RunInstances", "ec2"),
    ("kinesis", "GetRecords", "kinesis"), ("sqs", "ReceiveMessage", "sqs"), ("iam", "CreateUser", "iam"),
    ("cloudwatch", "PutMetricAlarm", "monitoring"), ("logs", "DeleteLogGroup", "logs"), ("s3", "DeleteBucket", "s3"),
]  # fmt: skip
NEEDED = [
    ("cloudwatch", "DescribeAlarms", "monitoring"), ("cloudwatch", "GetMetricData", "monitoring"),
    ("logs", "FilterLogEvents", "logs"), ("logs", "StartQuery", "logs"), ("logs", "GetQueryResults", "logs"),
    ("lambda", "GetFunctionConfiguration", "lambda"), ("cloudtrail", "LookupEvents", "cloudtrail"),
    ("dynamodb", "DescribeTable", "dynamodb"), ("sts", "GetCallerIdentity", "sts"), ("s3", "ListObjectsV2", "s3"),
    ("ec2", "DescribeInstances", "ec2"), ("ecs", "DescribeServices", "ecs"), ("iam", "GetRolePolicy", "iam"),
    ("stepfunctions", "DescribeExecution", "states"), ("elbv2", "DescribeTargetHealth", "elasticloadbalancing"),
]  # fmt: skip


@pytest.fixture(scope="module")
def real() -> Rules:
    return Rules.read(Path(actions.__file__).parent)


@pytest.mark.parametrize(("service", "operation", "signing"), SENSITIVE)
def test_sensitive_operation_is_denied_by_the_real_rules(
    real: Rules, service: str, operation: str, signing: str
) -> None:
    assert real.check(action_of(service, operation, signing)) is not None


@pytest.mark.parametrize(("service", "operation", "signing"), NEEDED)
def test_needed_operation_is_allowed_by_the_real_rules(
    real: Rules, service: str, operation: str, signing: str
) -> None:
    assert real.check(action_of(service, operation, signing)) is None


def test_rules_need_no_description_to_know_what_a_service_may_do(real: Rules) -> None:
    session: Any = botocore.session.Session()
    for service in session.get_available_services():
        model = session.get_service_model(service)
        for name in model.operation_names:
            method = str(model.operation_model(name).http.get("method", ""))
            described = real.check(action_of(service, name, model.signing_name, method))
            if described is None:
                assert real.reads(service), f"add {service}: {model.signing_name} to PREFIXES"
                assert real.check(action_of(service, name, service)) is None
