"""Settings are read whole, or refused with the name of the variable and what is expected of it."""

from __future__ import annotations

import ast
import dataclasses
from datetime import timedelta
from pathlib import Path

import hcl2
import pytest

import settings
from settings import ConfigurationError, Settings

REQUIRED = {
    "BEDROCK_MODEL_ID": "eu.amazon.nova-pro-v1:0",
    "TOOL_LAMBDA_ARN": "arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:prod-tool-lambda",
    "SNS_TOPIC_ARN": "arn:aws-us-gov:sns:us-gov-west-1:210987654321:alarms",
    "DYNAMODB_TABLE": "alarm-investigations",
    "REPORTS_BUCKET": "alarm-reports-1",
}
OPTIONAL = {
    "INVESTIGATION_WINDOW_HOURS": "0.25",
    "LOG_LEVEL": "DEBUG",
    "MAX_TOOL_CALLS": "7",
    "MAX_TOKENS_PER_INVESTIGATION": "5000",
    "MAX_USD_PER_INVESTIGATION": "0.5",
    "MAX_INVESTIGATIONS_PER_HOUR": "3",
    "MAX_CONTINUATIONS": "0",
    "TOOL_TIMEOUT_SECONDS": "30",
    "TOOL_OUTPUT_MAX_CHARS": "900",
    "NOTIFY_ON_RECOVERY": "true",
    "CHAT_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:chat",
    "MODEL_CAPABILITIES": '{"tools": false, "cache_points": true, "tool_choice": null}',
    "MODEL_PRICES": '{"input": 3, "output": 15.5, "cache_read": 0.3}',
    "BEDROCK_GUARDRAIL_ID": "gr1",
    "BEDROCK_GUARDRAIL_VERSION": "DRAFT",
    "SELF_ALARM_PREFIX": "triage-self-",
    "INVESTIGATION_ROLE_ARNS": '{"210987654321": "arn:aws:iam::210987654321:role/triage/reader"}',
}
ROOT = Path(__file__).parents[2]
# Lambda sets these itself.
LAMBDAS_OWN = {"AWS_REGION", "AWS_DEFAULT_REGION"}


class Noting(dict[str, str]):
    """An environment that notes which of its variables are asked for."""

    def __init__(self, variables: dict[str, str]) -> None:
        super().__init__(variables)
        self.asked: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.asked.add(name)
        return super().get(name, default)


def variables_of_the_function() -> set[str]:
    """The names in the triage function's environment in main.tf."""
    resources = hcl2.loads((ROOT / "main.tf").read_text(encoding="utf-8"))["resource"]
    [function] = [
        named['"triage"']
        for resource in resources
        for kind, named in resource.items()
        if kind == '"aws_lambda_function"' and '"triage"' in named
    ]
    [environment] = function["environment"]
    return set(environment["variables"])


def attributes_of_settings() -> set[str]:
    """What the triage function's other modules take out of `settings` or `self.settings`."""
    trees = [
        ast.parse(path.read_text(encoding="utf-8"))
        for path in (ROOT / "lambda").glob("*.py")
        if path.name != "settings.py"
    ]
    return {
        node.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("settings", "self.settings")
    }


def test_terraform_sets_exactly_the_variables_that_are_read() -> None:
    environment = Noting(REQUIRED | OPTIONAL)
    settings.parse(environment)
    assert variables_of_the_function() == environment.asked - LAMBDAS_OWN
    assert environment.asked - LAMBDAS_OWN == set(REQUIRED | OPTIONAL)  # so that the tests below try each


def test_every_setting_is_used() -> None:
    fields = {field.name for field in dataclasses.fields(Settings)}
    assert fields - attributes_of_settings() == set()


def test_what_is_not_set_has_its_default() -> None:
    read = settings.parse(REQUIRED | dict.fromkeys(OPTIONAL, ""))
    assert read == settings.parse(REQUIRED)
    assert read.window == timedelta(hours=1)
    assert (read.log_level, read.max_tool_calls, read.max_tokens, read.max_usd) == (
        "INFO",
        100,
        2_000_000,
        1.0,
    )
    assert (read.max_investigations_per_hour, read.max_continuations) == (20, 2)
    assert (read.tool_timeout, read.tool_output_chars) == (timedelta(minutes=1), 30_000)
    assert (read.notify_on_recovery, read.chat_topic_arn, read.guardrail) == (False, None, None)
    assert (read.capabilities, read.prices, read.investigation_roles) == ((), (), ())
    assert read.self_alarm_prefix == ""


def test_everything_set_is_read() -> None:
    read = settings.parse(REQUIRED | OPTIONAL)
    assert read.window == timedelta(minutes=15)
    assert (read.log_level, read.max_tool_calls, read.max_tokens, read.max_usd) == ("DEBUG", 7, 5000, 0.5)
    assert (read.max_investigations_per_hour, read.max_continuations) == (3, 0)
    assert (read.tool_timeout, read.tool_output_chars) == (timedelta(seconds=30), 900)
    assert read.notify_on_recovery is True
    assert read.chat_topic_arn == OPTIONAL["CHAT_TOPIC_ARN"]
    assert dict(read.capabilities) == {"tools": False, "cache_points": True}
    assert dict(read.prices) == {"input": 3.0, "output": 15.5, "cache_read": 0.3, "cache_write": 3.0}
    assert read.guardrail == ("gr1", "DRAFT")
    assert dict(read.investigation_roles) == {"210987654321": "arn:aws:iam::210987654321:role/triage/reader"}
    assert hash(read) == hash(settings.parse(REQUIRED | OPTIONAL))


def test_account_and_tool_name_come_from_the_tools_arn_and_the_region_from_lambda() -> None:
    read = settings.parse(REQUIRED)
    assert (read.account, read.region) == ("123456789012", "us-gov-west-1")
    assert read.tool_lambda_name == "prod-tool-lambda"
    assert settings.parse(REQUIRED | {"AWS_DEFAULT_REGION": "eu-west-1"}).region == "eu-west-1"
    assert (
        settings.parse(REQUIRED | {"AWS_REGION": "eu-west-2", "AWS_DEFAULT_REGION": "x"}).region
        == "eu-west-2"
    )


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_missing_variable_is_named(name: str, value: str | None) -> None:
    environment = {key: text for key, text in REQUIRED.items() if key != name}
    with pytest.raises(ConfigurationError, match=f"^{name} is not set: expected "):
        settings.parse(environment if value is None else environment | {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOOL_LAMBDA_ARN", "tool-lambda"),
        ("TOOL_LAMBDA_ARN", "arn:aws:lambda:eu-west-1:123:function:x"),
        ("SNS_TOPIC_ARN", "arn:aws:sqs:eu-west-1:123456789012:queue"),
        ("SNS_TOPIC_ARN", "arn:aws:sns:eu-west-1:123456789012:alarms.fifo"),
        ("CHAT_TOPIC_ARN", "chat"),
        ("INVESTIGATION_WINDOW_HOURS", "soon"),
        ("INVESTIGATION_WINDOW_HOURS", "0"),
        ("INVESTIGATION_WINDOW_HOURS", "-1"),
        ("INVESTIGATION_WINDOW_HOURS", "nan"),
        ("INVESTIGATION_WINDOW_HOURS", "1e9"),
        ("LOG_LEVEL", "LOUD"),
        ("MAX_TOOL_CALLS", "many"),
        ("MAX_TOOL_CALLS", "0"),
        ("MAX_TOOL_CALLS", "1.5"),
        ("MAX_TOKENS_PER_INVESTIGATION", "-2"),
        ("MAX_USD_PER_INVESTIGATION", "inf"),
        ("MAX_INVESTIGATIONS_PER_HOUR", "none"),
        ("MAX_CONTINUATIONS", "-1"),
        ("TOOL_TIMEOUT_SECONDS", "0"),
        ("TOOL_TIMEOUT_SECONDS", "901"),
        ("TOOL_OUTPUT_MAX_CHARS", "x"),
        ("NOTIFY_ON_RECOVERY", "yes"),
        ("MODEL_CAPABILITIES", "tools"),
        ("MODEL_CAPABILITIES", "[]"),
        ("MODEL_CAPABILITIES", '{"tools": "no"}'),
        ("MODEL_CAPABILITIES", '{"telepathy": true}'),
        ("MODEL_PRICES", '{"input": 3}'),
        ("MODEL_PRICES", '{"input": 3, "output": -1}'),
        ("MODEL_PRICES", '{"input": 3, "output": "much"}'),
        ("MODEL_PRICES", '{"input": 3, "output": 1, "lunch": 2}'),
        ("INVESTIGATION_ROLE_ARNS", '{"prod": "arn:aws:iam::210987654321:role/reader"}'),
        ("INVESTIGATION_ROLE_ARNS", '{"210987654321": "reader"}'),
    ],
)
def test_a_malformed_variable_is_named_with_what_is_expected(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{name} is .*: expected "):
        settings.parse(REQUIRED | {name: value})


@pytest.mark.parametrize("missing", ["BEDROCK_GUARDRAIL_ID", "BEDROCK_GUARDRAIL_VERSION"])
def test_half_a_guardrail_is_refused(missing: str) -> None:
    with pytest.raises(ConfigurationError, match=f"^{missing} is not set"):
        settings.parse(REQUIRED | OPTIONAL | {missing: ""})
