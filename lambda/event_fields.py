"""Reads single fields of an event that others wrote: a field is right, absent, or refused by its name."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from alarm import AlarmState

_ALARM_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z0-9-]*):cloudwatch:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):alarm:(?P<name>.+)",
    re.DOTALL,
)

_YEARS = range(1970, 3000)  # what lies outside is no time of an alarm, and has no room for hours around it
_MAX_DEPTH = 100  # an alarm's event is some ten levels deep


class UnsupportedEvent(Exception):  # noqa: N818  (the name of the contract)
    """The event is not an alarm that this function understands; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class AlarmArn:
    """What an alarm's ARN says."""

    arn: str
    region: str
    account: str
    name: str


def alarm_arn(document: Mapping[str, object], name: str) -> AlarmArn:
    """The alarm's ARN, which identifies it; refused when it is missing or is not one."""
    arn = text(document, name)
    if not arn:
        raise UnsupportedEvent(f"the event has no {name}: the alarm cannot be identified")
    match = _ALARM_ARN.fullmatch(arn)
    if not match:
        raise UnsupportedEvent(f"{name} is not the ARN of a CloudWatch alarm: {arn[:200]!r}")
    return AlarmArn(arn, match["region"], match["account"], match["name"])


def state(value: object, name: str) -> AlarmState:
    """One of the three states; anything else is refused."""
    try:
        return AlarmState(str(value))
    except ValueError:
        what = f"has no {name}" if value is None else f"has {name} {str(value)[:100]!r}"
        raise UnsupportedEvent(f"the event {what}: expected one of {', '.join(AlarmState)}") from None


def previous_state(value: object) -> AlarmState | None:
    """The state before, where the event tells it."""
    return AlarmState(value) if isinstance(value, str) and value in tuple(AlarmState) else None


def time(candidates: Sequence[tuple[str, object]]) -> datetime:
    """The first of the named fields that holds a time, in UTC; refused when none does."""
    for _, value in candidates:
        if isinstance(value, str) and (parsed := _timestamp(value)):
            return parsed
    names = " and ".join(name for name, _ in candidates)
    raise UnsupportedEvent(f"the event tells no time: no timestamp in {names}")


def _timestamp(value: str) -> datetime | None:
    try:
        parsed = datetime.fromisoformat(value.strip())
        parsed = (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return parsed if parsed.year in _YEARS else None


def text(document: Mapping[str, object], name: str) -> str:
    """A string field; empty when it is absent or something else."""
    value = document.get(name)
    return value if isinstance(value, str) else ""


def mapping(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    """An object field; empty when it is absent or something else."""
    value = document.get(name)
    return value if isinstance(value, Mapping) else {}


def mappings(document: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    """A list field's objects; what is not an object is left out."""
    value = document.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def text_map(document: Mapping[str, object], name: str) -> dict[str, str]:
    """An object field with string values, other scalars written as text."""
    return {str(key): str(value) for key, value in mapping(document, name).items() if value is not None}


def number(value: object) -> float | None:
    """A finite number, also one written as text; None otherwise."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        parsed = float(value)
    except (ValueError, OverflowError):
        return None
    return parsed if math.isfinite(parsed) else None


def seconds(value: object) -> int | None:
    """A whole number of seconds above zero; None otherwise."""
    parsed = number(value)
    return int(parsed) if parsed is not None and parsed >= 1 else None


def json_object(value: object) -> Mapping[str, object]:
    """An object, or one written as a JSON string; empty when it is neither."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, str):
        return {}
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return cast("Mapping[str, object]", clean(parsed)) if isinstance(parsed, Mapping) else {}


def clean(value: object, depth: int = 0) -> object:
    """The same JSON value without what no writer downstream would take: lone surrogates, endless nesting."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if depth >= _MAX_DEPTH and isinstance(value, (Mapping, list)):
        return "(nested too deeply)"
    if isinstance(value, Mapping):
        return {clean(key): clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item, depth + 1) for item in value]
    return value
