import json

import pytest

from local import bedrock, cloudtrail, iam_names

PROFILE = "global.anthropic.claude-sonnet-4-5-20250929-v1:0"


@pytest.mark.parametrize(
    ("model_id", "arn"),
    [
        (PROFILE, f"arn:aws:bedrock:us-east-1:000000000000:inference-profile/{PROFILE}"),
        ("amazon.nova-pro-v1:0", "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"),
        ("arn:aws:bedrock:us-east-1:000000000000:application-inference-profile/a1",) * 2,
    ],
)
def test_a_model_is_checked_under_the_arn_that_aws_checks(model_id: str, arn: str) -> None:
    assert bedrock.model_arn(model_id, "us-east-1", "000000000000") == arn


def test_a_profile_needs_its_foundation_model_too() -> None:
    model = "foundation-model/anthropic.claude-sonnet-4-5-20250929-v1:0"

    assert bedrock.routed_model_arns(PROFILE, "us-east-1") == (
        f"arn:aws:bedrock:us-east-1::{model}",
        f"arn:aws:bedrock:::{model}",
    )
    assert bedrock.routed_model_arns("us.amazon.nova-pro-v1:0", "us-east-1") == (
        "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0",
    )
    assert bedrock.routed_model_arns("amazon.nova-pro-v1:0", "us-east-1") == ()


def test_the_model_is_read_from_the_path() -> None:
    assert iam_names.model_in_path("/model/us.amazon.nova-pro-v1%3A0/converse") == "us.amazon.nova-pro-v1:0"


@pytest.mark.parametrize(
    ("statement", "action"),
    [
        ('SELECT * FROM "t"', "dynamodb:PartiQLSelect"),
        ("delete from t", "dynamodb:PartiQLDelete"),
        ("", "dynamodb:PartiQLSelect"),
    ],
)
def test_partiql_is_checked_by_its_verb(statement: str, action: str) -> None:
    assert iam_names.partiql_action(json.dumps({"Statement": statement}).encode()) == action


@pytest.mark.parametrize(
    ("caller", "kind"),
    [
        ("arn:aws:sts::000000000000:assumed-role/deploy/ci", "AssumedRole"),
        ("arn:aws:iam::000000000000:root", "Root"),
        ("arn:aws:iam::000000000000:user/ada", "IAMUser"),
    ],
)
def test_cloudtrail_tells_what_kind_of_caller_it_was(caller: str, kind: str) -> None:
    assert cloudtrail.identity_type(caller) == kind


def test_cloudtrail_keeps_parameters_under_its_own_names_without_code_or_settings() -> None:
    body = json.dumps(
        {"ZipFile": "AAAA", "Environment": {"Variables": {"TOKEN": "x"}}, "MemorySize": 128}
    ).encode()

    found = cloudtrail.request_parameters("lambda", "/2015-03-31/functions/orders/configuration", body, {})

    assert found == {"memorySize": 128, "functionName": "orders"}
    assert cloudtrail.resources("lambda", found) == [
        {"ResourceName": "orders", "ResourceType": "AWS::lambda"}
    ]


@pytest.mark.parametrize(
    "action",
    ["s3:GetObject", "dynamodb:PutItem", "dynamodb:PartiQLSelect", "sqs:SendMessage", "lambda:InvokeFunction",
     "logs:PutLogEvents", "sns:Publish", "cloudwatch:PutMetricData", "bedrock:InvokeModel", "kms:Decrypt"],
)  # fmt: skip
def test_data_events_are_not_in_the_event_history(action: str) -> None:
    assert cloudtrail.DATA_EVENTS.fullmatch(action)


@pytest.mark.parametrize(
    "action", ["s3:PutBucketPolicy", "dynamodb:UpdateTable", "iam:PutRolePolicy", "lambda:UpdateFunctionCode"]
)
def test_management_events_are(action: str) -> None:
    assert not cloudtrail.DATA_EVENTS.fullmatch(action)


def test_a_refused_request_has_its_error_code() -> None:
    denied = (403, {}, json.dumps({"__type": "com.amazon#AccessDeniedException", "message": "no"}).encode())
    missing = (404, {}, b"<Error><Code>NoSuchEntity</Code><Message>none</Message></Error>")

    assert cloudtrail.error_of(denied) == {"errorCode": "AccessDeniedException", "errorMessage": "no"}
    assert cloudtrail.error_of(missing) == {"errorCode": "NoSuchEntity", "errorMessage": "none"}
