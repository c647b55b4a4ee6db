from __future__ import annotations

from pathlib import Path
from typing import Any

import botocore.session
import pytest

import actions
import refusals
from actions import Rules

SHUT = {
    "apigateway": {"GetApiKey", "GetApiKeys", "GetUsagePlanKey", "GetUsagePlanKeys", "GetExport", "GetSdk"},
    "apigatewayv2": {"ExportApi"},
}


@pytest.fixture(scope="module")
def real() -> Rules:
    return Rules.read(Path(actions.__file__).parent)


def described(service: str) -> Any:
    session: Any = botocore.session.Session()
    return session.get_service_model(service)


def refusal(rules: Rules, service: str, operation: str, **parameters: Any) -> actions.Denial | None:
    model = described(service)
    return refusals.by_description(rules, model, model.operation_model(operation), parameters)


@pytest.mark.parametrize("service", SHUT)
def test_keys_exports_and_sdks_are_all_of_api_gateway_that_is_shut_to_reads(
    real: Rules, service: str
) -> None:
    model = described(service)
    reads = [name for name in model.operation_names if model.operation_model(name).http["method"] == "GET"]

    assert {name for name in reads if refusal(real, service, name)} == SHUT[service]


def test_second_version_of_api_gateway_has_the_resources_of_the_first() -> None:
    assert refusals.gateway_resource("/v2/apis/{apiId}/exports/{specification}") == (
        "arn:aws:apigateway:region::/apis/{apiId}/exports/{specification}"
    )
    assert refusals.gateway_resource("/tags/{resource_arn}?limit=1").endswith("::/tags/{resource_arn}")


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("a1b2c3", True), ("$default", True), ("*.example.com", True), ("(none)", True), ("a" * 256, True),
        ("a" * 257, False), ("x/stages/prod/exports/oas30", False), ("x\\stages", False), ("{a}{a}", False), ("..", False),
        ("%2e%2e", False), ("::/restapis/a/stages/" * 5000, False),
    ],
)  # fmt: skip
def test_value_in_a_path_of_api_gateway_is_a_plain_name(real: Rules, value: str, good: bool) -> None:
    assert (refusal(real, "apigatewayv2", "GetApi", ApiId=value) is None) is good


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("arn:aws:apigateway:us-east-1::/restapis/abc", True), ("../apikeys", False),
        ("arn:aws:apigateway:us-east-1::/../apikeys", False), ("arn:" * 600, False),
    ],
)  # fmt: skip
def test_tags_are_asked_for_by_an_arn(real: Rules, value: str, good: bool) -> None:
    assert (refusal(real, "apigateway", "GetTags", resourceArn=value) is None) is good
    assert (refusal(real, "apigatewayv2", "GetTags", ResourceArn=value) is None) is good


def test_parameters_that_are_no_members_do_not_count(real: Rules) -> None:
    more = {"restapi_id": "{a}" * 2000, "a": "{b}" * 1000, "restApiId": 5}

    assert refusal(real, "apigateway", "GetRestApi", **more) is None
    assert refusal(real, "apigateway", "GetAccount") is None
    assert refusal(real, "apigateway", "DeleteRestApi", restApiId="a") is not None
