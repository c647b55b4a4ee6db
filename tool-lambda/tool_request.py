"""Reads the tool function's event: what to run, for how long, where. Refuses anything else by the field's
name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_CODE = 1_000_000
DEFAULT_SECONDS = 60.0
DEFAULT_OUTPUT = 30_000
MOST_OUTPUT = 100_000
RESERVE_SECONDS = 3.0


class InvalidEvent(ValueError):  # noqa: N818 - what it says is read by a model
    """The event is not one of ours; the message names the field."""


@dataclass(frozen=True, slots=True)
class Request:
    """One event, parsed. What the orchestrator may set, the code may not."""

    code: str
    seconds: float
    region: str
    max_output: int
    role_arn: str | None


def parse(event: Any, region: str, remaining: float) -> Request:
    """Return the request in `event`, its time always less than what `remaining` leaves. Raises
    `InvalidEvent`.
    """
    if not isinstance(event, dict):
        raise InvalidEvent("the event must be an object with `code`")
    code = event.get("code")
    if not isinstance(code, str):
        raise InvalidEvent("`code` must be a string of Python source")
    if len(code) > MAX_CODE:
        raise InvalidEvent(f"`code` has {len(code)} characters; no more than {MAX_CODE} can be run")
    seconds = _number(event, "timeout_seconds", DEFAULT_SECONDS)
    most = int(_number(event, "max_output_chars", DEFAULT_OUTPUT))
    own, role = event.get("region") or region, event.get("role_arn") or None
    if not isinstance(own, str) or not (role is None or isinstance(role, str)):
        raise InvalidEvent("`region` and `role_arn` must be strings")
    reserve = min(RESERVE_SECONDS, remaining / 4)
    return Request(
        code, max(0.1, min(seconds, remaining - reserve)), own, max(200, min(most, MOST_OUTPUT)), role
    )


def _number(event: Mapping[str, Any], name: str, default: float) -> float:
    """Return a positive number of the event."""
    value = event.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise InvalidEvent(f"`{name}` must be a positive number")
    return float(value)


def remaining_seconds(context: Any) -> float:
    """Return what is left of this invocation; without a Lambda context, enough for the default."""
    left = getattr(context, "get_remaining_time_in_millis", None)
    return float(left()) / 1000 if callable(left) else DEFAULT_SECONDS + 10


def account_of(role_arn: str | None, context: Any) -> str | None:
    """Return the account that calls are made in, from the role or from the function's own ARN."""
    for arn in (role_arn, getattr(context, "invoked_function_arn", None)):
        parts = str(arn).split(":") if arn else []
        if len(parts) > 4 and parts[4].isdigit():
            return parts[4]
    return None
