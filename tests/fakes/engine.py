"""Stand-ins at the engine's seams: a scripted model, a tool, a clock that stands still, checkpoints."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from alarm import Alarm, AlarmState, Metric
from investigation import Case, Limits
from ports import CheckpointFailed, Price, Reply, StopReason, ToolAnswer
from record import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conversation import Block
    from ports import Request

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
ALARM = Alarm(
    arn="arn:aws:cloudwatch:eu-west-1:123456789012:alarm:orders-errors",
    name="orders-errors",
    account="123456789012",
    region="eu-west-1",
    state=AlarmState.ALARM,
    time=NOW,
    previous_state=AlarmState.OK,
    reason="Threshold Crossed: 1 datapoint [12.0] was greater than the threshold (5.0).",
    reason_data={"threshold": 5.0, "recentDatapoints": [12.0]},
    description="orders fails",
    metrics=(Metric("m1", "AWS/Lambda", "Errors", {"FunctionName": "orders"}, 60, "Sum"),),
    threshold=5.0,
)
REPORT = {
    "title": "orders may not write to its table",
    "summary": "The function orders fails with AccessDenied since 02:55.",
    "severity": "high",
    "root_cause": {
        "statement": "The role lost dynamodb:PutItem.",
        "confidence": "high",
        "evidence": [{"call": 1, "quote": "AccessDeniedException"}],
    },
    "findings": [{"statement": "12 errors", "evidence": [{"call": 1, "quote": "12 errors"}]}],
    "impact": {"resources": ["orders"], "business": "no orders", "users": "all"},
    "immediate_actions": [{"action": "Give it back", "command": "aws iam put-role-policy ...", "minutes": 5}],
    "prevention": ["Test the policy"],
    "monitoring": ["Alarm on AccessDenied"],
    "ruled_out": ["Throttling"],
    "gaps": [],
}


def case(**changes: object) -> Case:
    """Return a case of the alarm above."""
    given: dict[str, object] = {"investigation_id": "20260301T030000Z-abcdef012345", "alarm": ALARM}
    given |= {"event": {"source": "aws.cloudwatch"}, "started_at": NOW, **changes}
    return Case(**given)  # type: ignore[arg-type]


def limits(**changes: object) -> Limits:
    """Return roomy limits."""
    given: dict[str, object] = {"tool_calls": 100, "tokens": 50_000_000, "usd": 1000.0}
    given |= {"tool_timeout": timedelta(seconds=60), "output_chars": 30_000, "may_continue": False, **changes}
    return Limits(**given)  # type: ignore[arg-type]


def text(words: str, stop: StopReason = StopReason.END_TURN, usage: Usage | None = None) -> Reply:
    """Return a reply of text."""
    return Reply(stop, {"role": "assistant", "content": [{"text": words}]}, usage or Usage(1000, 50))


def asks(*inputs: object, name: str = "run_python", stop: StopReason = StopReason.TOOL_USE) -> Reply:
    """Return a reply that asks for one tool call for each input; a string is code."""
    content: list[Block] = []
    for given in inputs:
        asked = {"code": given, "purpose": "to see"} if isinstance(given, str) else given
        number = next(_IDS)
        content.append({"toolUse": {"toolUseId": f"use-{number}", "name": name, "input": asked}})
    return Reply(stop, {"role": "assistant", "content": content}, Usage(1000, 50))


def reports(report: object = REPORT) -> Reply:
    """Return a reply that submits a report."""
    return asks(report, name="submit_report")


def both(*replies: Reply) -> Reply:
    """Return the replies' contents in one reply."""
    content = [block for reply in replies for block in reply.message["content"]]
    return Reply(replies[-1].stop, {"role": "assistant", "content": content}, Usage(1000, 50))


_IDS = itertools.count(1)


@dataclass
class FakeClock:
    """A clock that stands still until it is told otherwise."""

    time: datetime = NOW
    end: datetime = NOW + timedelta(minutes=15)

    def now(self) -> datetime:
        return self.time

    def remaining(self) -> timedelta:
        return self.end - self.time

    def advance(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class ScriptedModel:
    """Plays replies and errors in order, the last one for ever; keeps every request."""

    script: Sequence[object]
    model_id: str = "anthropic.claude-sonnet-4-5-20250929-v1:0"
    window_tokens: int = 200_000
    reply_tokens: int = 4096
    price: Price | None = field(default_factory=lambda: Price(3.0, 15.0, 0.3, 3.75))
    notes: tuple[str, ...] = ()
    requests: list[Request] = field(default_factory=list)
    allowed: list[timedelta] = field(default_factory=list)

    def reply(self, request: Request, within: timedelta) -> Reply:
        self.allowed.append(within)
        step = self.script[min(len(self.requests), len(self.script) - 1)]
        self.requests.append(request)
        if isinstance(step, BaseException):
            raise step
        return step(request) if callable(step) else step  # type: ignore[return-value]


@dataclass
class ScriptedTool:
    """Answers code from a table, or with what a function of the code gives; keeps every call."""

    answer: Callable[[str], ToolAnswer] = lambda code: ran(
        f"output of {code}: 12 errors, AccessDeniedException"
    )
    calls: list[str] = field(default_factory=list)
    timeouts: list[timedelta] = field(default_factory=list)

    def run(self, code: str, timeout: timedelta) -> ToolAnswer:
        self.calls.append(code)
        self.timeouts.append(timeout)
        return self.answer(code)


def ran(output: str, **changes: object) -> ToolAnswer:
    """Return the answer of code that ran to its end."""
    return ToolAnswer(**{"success": True, "output": output, "stdout": output, "duration_ms": 12.0, **changes})  # type: ignore[arg-type]


@dataclass
class MemoryCheckpoints:
    """Keeps checkpoints in a dict; `broken` makes saving and loading fail."""

    states: dict[str, bytes] = field(default_factory=dict)
    saves: int = 0
    broken: bool = False

    def save(self, investigation_id: str, state: bytes) -> None:
        if self.broken:
            raise CheckpointFailed("the bucket is gone")
        self.saves += 1
        self.states[investigation_id] = state

    def load(self, investigation_id: str) -> bytes | None:
        if self.broken:
            raise CheckpointFailed("the bucket is gone")
        return self.states.get(investigation_id)

    def delete(self, investigation_id: str) -> None:
        self.states.pop(investigation_id, None)
