"""The function's settings, parsed from its environment; what is missing or malformed is named."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LOG_LEVELS = ("ERROR", "INFO", "DEBUG")
CAPABILITIES = ("tools", "system_prompt", "cache_points", "tool_choice", "strict_schema")
PRICES = ("input", "output", "cache_read", "cache_write")

T = TypeVar("T")


class ConfigurationError(Exception):
    """The function cannot start: an operator has to mend the variable that the message names."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that Terraform decides. `self_alarm_prefix` may be empty: then no name marks an own alarm.

    `capabilities`, `prices` (USD per million tokens) and `investigation_roles` (account and role ARN) are
    pairs rather than dicts, so that the settings stay hashable.
    """

    region: str
    model_id: str
    tool_lambda_arn: str
    topic_arn: str
    table: str
    bucket: str
    window: timedelta
    log_level: str
    max_tool_calls: int
    max_tokens: int
    max_usd: float
    max_investigations_per_hour: int
    max_continuations: int
    tool_timeout: timedelta
    tool_output_chars: int
    notify_on_recovery: bool
    chat_topic_arn: str | None
    capabilities: tuple[tuple[str, bool], ...]
    prices: tuple[tuple[str, float], ...]
    guardrail: tuple[str, str] | None
    self_alarm_prefix: str
    investigation_roles: tuple[tuple[str, str], ...]

    @property
    def account(self) -> str:
        """The account that the module runs in, and that owns its bucket."""
        return self.tool_lambda_arn.split(":")[4]

    @property
    def tool_lambda_name(self) -> str:
        """The tool function's name."""
        return self.tool_lambda_arn.split(":")[6]


def parse(environment: Mapping[str, str]) -> Settings:
    """Read the settings; raise ConfigurationError that names the variable which is missing or malformed."""

    def required(name: str, meaning: Callable[[str], T]) -> T:
        text = environment.get(name, "").strip()
        if not text:
            raise ConfigurationError(f"{name} is not set: expected {meaning.__doc__}")
        return _understand(name, text, meaning)

    def optional(name: str, meaning: Callable[[str], T], default: T) -> T:
        text = environment.get(name, "").strip()
        return _understand(name, text, meaning) if text else default

    tool = required("TOOL_LAMBDA_ARN", _function_arn)
    return Settings(
        region=optional("AWS_REGION", _text, "") or optional("AWS_DEFAULT_REGION", _text, tool.split(":")[3]),
        model_id=required("BEDROCK_MODEL_ID", _text),
        tool_lambda_arn=tool,
        topic_arn=required("SNS_TOPIC_ARN", _topic_arn),
        table=required("DYNAMODB_TABLE", _text),
        bucket=required("REPORTS_BUCKET", _text),
        window=timedelta(hours=optional("INVESTIGATION_WINDOW_HOURS", _hours, 1.0)),
        log_level=optional("LOG_LEVEL", _log_level, "INFO"),
        max_tool_calls=optional("MAX_TOOL_CALLS", _whole, 100),
        max_tokens=optional("MAX_TOKENS_PER_INVESTIGATION", _whole, 2_000_000),
        max_usd=optional("MAX_USD_PER_INVESTIGATION", _positive, 1.0),
        max_investigations_per_hour=optional("MAX_INVESTIGATIONS_PER_HOUR", _whole, 20),
        max_continuations=optional("MAX_CONTINUATIONS", _count, 2),
        tool_timeout=timedelta(seconds=optional("TOOL_TIMEOUT_SECONDS", _timeout, 60.0)),
        tool_output_chars=optional("TOOL_OUTPUT_MAX_CHARS", _whole, 30_000),
        notify_on_recovery=optional("NOTIFY_ON_RECOVERY", _boolean, False),
        chat_topic_arn=optional("CHAT_TOPIC_ARN", _topic_arn, "") or None,
        capabilities=optional("MODEL_CAPABILITIES", _capabilities, ()),
        prices=optional("MODEL_PRICES", _prices, ()),
        guardrail=_guardrail(environment),
        self_alarm_prefix=optional("SELF_ALARM_PREFIX", _text, ""),
        investigation_roles=optional("INVESTIGATION_ROLE_ARNS", _roles, ()),
    )


def _understand(name: str, text: str, meaning: Callable[[str], T]) -> T:
    try:
        return meaning(text)
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{name} is {text!r}: expected {meaning.__doc__}") from error


def _guardrail(environment: Mapping[str, str]) -> tuple[str, str] | None:
    identifier = environment.get("BEDROCK_GUARDRAIL_ID", "").strip()
    version = environment.get("BEDROCK_GUARDRAIL_VERSION", "").strip()
    for name, value in (("BEDROCK_GUARDRAIL_ID", identifier), ("BEDROCK_GUARDRAIL_VERSION", version)):
        if not value and (identifier or version):
            raise ConfigurationError(f"{name} is not set: a guardrail needs identifier and version")
    return (identifier, version) if identifier else None


# Each reader's docstring ends the sentence "expected ..." in the error.


def _text(text: str) -> str:
    """a text"""
    return text


def _function_arn(text: str) -> str:
    """the ARN of a Lambda function"""
    name = r"[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?"
    return _matching(re.compile(r"arn:[a-z0-9-]+:lambda:[a-z0-9-]+:[0-9]{12}:function:" + name), text)


def _topic_arn(text: str) -> str:
    """the ARN of a standard SNS topic (not .fifo: those reach no email)"""
    return _matching(re.compile(r"arn:[a-z0-9-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+"), text)


def _matching(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(text)
    return text


def _log_level(text: str) -> str:
    """ERROR, INFO or DEBUG"""
    if text not in LOG_LEVELS:
        raise ValueError(text)
    return text


def _count(text: str) -> int:
    """a whole number, 0 or more"""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _whole(text: str) -> int:
    """a whole number, 1 or more"""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _positive(text: str) -> float:
    """a number above 0"""
    number = float(text)
    if not (math.isfinite(number) and number > 0):
        raise ValueError(text)
    return number


def _hours(text: str) -> float:
    """a number of hours above 0, at most 876000 (a hundred years)"""
    return _at_most(876_000, text)


def _timeout(text: str) -> float:
    """a number of seconds above 0, at most 900"""
    return _at_most(900, text)


def _at_most(most: float, text: str) -> float:
    number = _positive(text)
    if number > most:
        raise ValueError(text)
    return number


def _boolean(text: str) -> bool:
    """true or false"""
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


def _capabilities(text: str) -> tuple[tuple[str, bool], ...]:
    """a JSON object of booleans named tools, system_prompt, cache_points, tool_choice or strict_schema"""
    given = {name: value for name, value in _object(text).items() if value is not None}
    if not all(name in CAPABILITIES and isinstance(value, bool) for name, value in given.items()):
        raise ValueError(text)
    return tuple(sorted((name, bool(value)) for name, value in given.items()))


def _prices(text: str) -> tuple[tuple[str, float], ...]:
    """a JSON object of dollars per million tokens: input, output, and optionally cache_read, cache_write"""
    given = {name: float(str(value)) for name, value in _object(text).items() if value is not None}
    known = set(given) <= set(PRICES) and {"input", "output"} <= set(given)
    if not known or not all(math.isfinite(price) and price >= 0 for price in given.values()):
        raise ValueError(text)
    # Without a price of its own a cached token counts as plain input: never too cheap.
    return tuple((name, given.get(name, given["input"])) for name in PRICES)


def _roles(text: str) -> tuple[tuple[str, str], ...]:
    """a JSON object from account ids to role ARNs"""
    given = _object(text)
    role = re.compile(r"arn:[a-z0-9-]+:iam::[0-9]{12}:role/\S+")
    if not all(re.fullmatch(r"[0-9]{12}", account) for account in given):
        raise ValueError(text)
    return tuple(sorted((account, _matching(role, str(arn))) for account, arn in given.items()))


def _object(text: str) -> dict[str, object]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TypeError(text)
    return value
