from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masking import mask
from secret_patterns import MASK, mask_text, names_secret

SECRET = "hunter2-Wn7"


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ({"Environment": {"Variables": {"DB_HOST": SECRET, "MODE": SECRET}}}, ["DB_HOST", "MODE"]),
        ({"containerDefinitions": [{"name": "web", "environment": [{"name": "KEY", "value": SECRET}]}]}, ["web", "KEY"]),
        ({"overrides": {"containerOverrides": [{"environment": [{"name": "KEY", "value": SECRET}]}]}}, ["KEY"]),
        ({"environment": {"type": "LINUX", "image": "img", "computeType": "S",
                          "environmentVariables": [{"name": "A", "value": SECRET, "type": "PLAINTEXT"}]}}, ["LINUX", "img", "A"]),
        ({"item": [{"stageName": "prod", "variables": {"key": SECRET}}]}, ["prod", "key"]),
        ({"UserData": {"Value": SECRET}}, ["UserData"]),
        ({"LaunchTemplateData": {"UserData": SECRET, "ImageId": "ami-1"}}, ["ami-1"]),
        ({"MasterUserPassword": SECRET}, []),
        ({"Configurations": [{"Properties": {"javax.jdo.option.ConnectionPassword": SECRET, "a": "b"}}]}, ["a", "b"]),
        ({"OptionSettings": [{"Namespace": "aws:elasticbeanstalk:application:environment", "OptionName": "K",
                              "Value": SECRET}]}, ["K"]),
        ({"EnvironmentVariables": json.dumps([{"name": "A", "value": SECRET}])}, ["A"]),
        ({"CloudTrailEvent": json.dumps({"eventName": "RegisterTaskDefinition", "requestParameters": {
            "containerDefinitions": [{"environment": [{"name": "K", "value": SECRET}]}], "userData": SECRET}})}, ["K"]),
        ({"configuration": json.dumps({"environment": {"variables": {"K": SECRET}}})}, ["K"]),
        ({"definition": json.dumps({"States": {"A": {"Parameters": {"Overrides": {"ContainerOverrides": [
            {"Environment": [{"Name": "K", "Value": SECRET}]}]}}}}})}, ["K"]),
        ({"input": json.dumps({"inner": json.dumps({"api_key": SECRET})})}, ["inner"]),
        ({"SecretBinary": SECRET.encode()}, []),
        ({"DefaultArguments": {"--pw": [SECRET, {"a": SECRET}]}}, ["--pw"]),
        ({"Parameters": [{"ParameterKey": "DbPassword", "ParameterValue": SECRET}]}, ["DbPassword"]),
        ({"tags": {"GITHUB_TOKEN": SECRET}}, ["GITHUB_TOKEN"]),
    ],
)  # fmt: skip
def test_value_is_masked_by_its_place_and_its_name_stays(answer: dict[str, Any], kept: list[str]) -> None:
    text = repr(mask(answer))

    assert SECRET not in text
    assert MASK in text
    assert all(word in text for word in kept)


@pytest.mark.parametrize(
    "line",
    [
        f"password={SECRET}", f"db.password: {SECRET}", f'{{"password": "{SECRET}"}}', f"PGPASSWORD='{SECRET}' psql",
        f"api_key = {SECRET}", f"postgres://user:{SECRET}@db/prod", f"Authorization: Bearer {SECRET}abcdefgh",
        f"authorization: Basic {SECRET}abcd", f"Cookie: sid={SECRET}; a=b", f"https://x/?token={SECRET}&a=1",
        f'\\"secret\\": \\"{SECRET}\\"', f"aws_secret_access_key = {SECRET}abcdef1234567", f"'client_secret' => '{SECRET}'",
    ],
)  # fmt: skip
def test_secret_in_a_log_line_is_masked(line: str) -> None:
    assert SECRET not in mask({"events": [{"message": line}]})["events"][0]["message"]


@pytest.mark.parametrize(
    "secret",
    [
        "ghp_" + "a" * 36, "glpat-" + "a" * 20, "xoxb-1234567890-abc", "sk_live_" + "a" * 24, "sk-ant-" + "a" * 30,
        "AIza" + "a" * 35, "eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmF0dXJl", "npm_" + "a" * 36, "hf_" + "a" * 34,
        "https://hooks.slack.com/services/T0/B0/abcdef", "-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nabc", "X-Amz-Signature=" and "https://b/?X-Amz-Signature=abcdef0123",
    ],
)  # fmt: skip
def test_token_of_a_known_issuer_is_masked(secret: str) -> None:
    masked = mask_text(f"before {secret} after")

    assert secret not in masked
    assert MASK in masked
    assert masked.startswith("before ")


@pytest.mark.parametrize(
    "value",
    [
        {"NextToken": "AAAB==", "nextForwardToken": "f/1", "NextContinuationToken": "1x", "next_token": "z"},
        {"MasterUserSecret": {"SecretArn": "arn:aws:secretsmanager:us-east-1:1:secret:x"}},
        {"password": "arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf"},
        {"message": "Task timed out after 3.00 seconds"}, {"message": "token count: 5, tokens left: 7"},
        {"message": "AccessDeniedException: User is not authorized to perform dynamodb:PutItem"},
        {"Dimensions": [{"Name": "FunctionName", "Value": "orders"}]}, {"environment": {"name": "prod", "tags": {"a": "b"}}},
        {"n": 5, "t": datetime(2026, 1, 1, tzinfo=UTC), "none": None, "b": True, "bytes": b"\xff\xfe"},
        {"message": "{not json"}, {"text": json.dumps({"a": 1, "b": [2]})}, {"Environment": {"Variables": {}}},
        {"ServerSideEncryption": "aws:kms", "KeyId": "1234abcd", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE"},
    ],
)  # fmt: skip
def test_evidence_is_left_as_it_is(value: dict[str, Any]) -> None:
    assert mask(value) == value


def test_bytes_that_are_text_are_masked_too() -> None:
    assert mask({"body": f"password={SECRET}".encode()})["body"] == f"password={MASK}".encode()


def test_deeply_nested_text_is_bounded() -> None:
    text = "[" * 5000

    assert mask({"message": text})["message"] == text


@pytest.mark.parametrize(
    "key", ["DB_PASSWORD", "apiKey", "client_secret", "x-auth-token", "DSN", "connectionString"]
)
def test_key_names_a_secret(key: str) -> None:
    assert names_secret(key)


@pytest.mark.parametrize(
    "key", ["NextToken", "page_token", "TokenStatus", "SecretArn", "PasswordLastUsed", "key", "Name"]
)
def test_key_names_no_secret(key: str) -> None:
    assert not names_secret(key)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_masking_keeps_the_shape_and_is_stable(value: Any) -> None:
    once = mask({"x": value})

    assert mask(once) == once
    assert _shape(once) == _shape({"x": value})


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(item) for key, item in value.items()}
    return [_shape(item) for item in value] if isinstance(value, list) else None
