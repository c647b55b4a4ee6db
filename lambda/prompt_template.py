"""The prose that the model reads, from the Markdown files in `prompts/`, with facts in its marked places."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import untrusted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alarm import Alarm
    from inquiry import Case, Limits
    from record import ToolCall

_PLACE = re.compile(r"\{\{(\w+)\}\}")
_ERROR_TYPE = re.compile(r"([A-Z][A-Za-z]{2,40}): ")
_SECTION = re.compile(r"^## (\w+)\n", re.MULTILINE)
SMALL_WINDOW_TOKENS = 20_000
_EVENT_CHARACTERS = 6_000
_CONTEXT_CHARACTERS = 20_000


def system(window_tokens: int) -> str:
    """Return the instructions: all of them, or the short form for models that cannot hold more."""
    return prose("system_brief" if window_tokens < SMALL_WINDOW_TOKENS else "system")


def opening(case: Case, limits: Limits, *, key: str, window_tokens: int) -> str:
    """Return the first message: the alarm as data, the limits of this investigation, what the team says."""
    alarm = case.alarm
    room = min(_EVENT_CHARACTERS, window_tokens // 2)
    facts = json.dumps(_facts(alarm), indent=1, ensure_ascii=False, default=str)
    told = fill(
        "opening",
        alarm=untrusted.fence("alarm", untrusted.cut(untrusted.seal(facts, key), room), key),
        region=alarm.region,
        account=alarm.account,
        time=f"{alarm.time:%Y-%m-%d %H:%M:%S} UTC",
        tool_calls=limits.tool_calls,
        tool_seconds=int(limits.tool_timeout.total_seconds()),
        output_chars=f"{limits.output_chars:,}",
    )
    context = case.context.strip()
    if not context:
        return told
    team = untrusted.cut(untrusted.seal(context, key), min(_CONTEXT_CHARACTERS, window_tokens // 2))
    return f"{told}\n\n{fill('team_context', context=team)}"


def call_result(call: ToolCall, output: str, key: str) -> str:
    """Return a call's output as the model is shown it, under its number; `output` is sealed already."""
    # Of an error only its type stands outside the borders: the rest may have been written by anyone.
    kind = _ERROR_TYPE.match(call.error or "")
    ending = "ran" if call.success else f"failed with {kind[1]}" if kind else "failed"
    head = f"[call {call.call}] {ending} in {call.duration_ms / 1000:.1f} s"
    return f"{head}\n{untrusted.fence(f'output of call {call.call}', output or '(no output)', key)}"


def notice(name: str, /, **facts: object) -> str:
    """Return one of the remarks that the loop makes to the model."""
    return _put(_notices()[name], facts)


def fill(name: str, /, **facts: object) -> str:
    """Return a prompt with its `{{places}}` filled in one pass, so that no fact is read as a place."""
    return _put(prose(name), facts)


@cache
def prose(name: str) -> str:
    """Return the text of `prompts/<name>.md`."""
    return (Path(__file__).parent / "prompts" / f"{name}.md").read_text(encoding="utf-8").strip()


@cache
def _notices() -> dict[str, str]:
    _, *parts = _SECTION.split(prose("notices"))
    return {name: text.strip() for name, text in zip(parts[::2], parts[1::2], strict=True)}


def _put(template: str, facts: Mapping[str, object]) -> str:
    return _PLACE.sub(lambda place: str(facts[place[1]]), template)


def _facts(alarm: Alarm) -> dict[str, object]:
    """Return the alarm as the model should see it, without what says nothing."""
    facts = {
        "name": alarm.name,
        "arn": alarm.arn,
        "state": alarm.state,
        "previous_state": alarm.previous_state,
        "reason": alarm.reason,
        "description": alarm.description,
        "threshold": alarm.threshold,
        "rule": alarm.rule,
        "contributor": alarm.contributor,
        "contributor_attributes": dict(alarm.contributor_attributes),
        "triggering_alarms": alarm.triggering_alarms,
        "actions_suppressed_by": alarm.actions_suppressed_by,
        "metrics": [_metric(metric) for metric in alarm.metrics],
        "reason_data": dict(alarm.reason_data),
    }
    return {name: fact for name, fact in facts.items() if fact not in (None, "", (), [], {})}


def _metric(metric: object) -> dict[str, object]:
    names = (
        "id",
        "namespace",
        "name",
        "dimensions",
        "period",
        "stat",
        "unit",
        "expression",
        "label",
        "account",
    )
    facts = {name: getattr(metric, name) for name in names}
    return {name: fact for name, fact in facts.items() if fact}
