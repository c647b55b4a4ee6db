"""All that an unfinished investigation knows, and its form as bytes for a checkpoint.

The bytes are JSON Lines that only grow: messages and tool calls do not change once others follow them, so
each is encoded once and a checkpoint of four megabytes costs no more than joining them. Reading them back
never builds anything but the types named here, whatever the model put into its input.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from record import AwsCall, Outcome, ToolCall, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversation import Message

VERSION = 1


@dataclass(frozen=True, slots=True)
class Ending:
    """How it ended: the outcome, a sentence about it, when, and the model's words if it wrote no report."""

    outcome: Outcome
    detail: str
    finished_at: datetime
    text: str | None = None


@dataclass(slots=True)
class Progress:
    """The state of an investigation between two steps.

    `answers` holds the results of the last turn's calls that are in, by `toolUseId`, until all are and go
    into the conversation together. `calls_by_id` gives each asked call its number. `elided` has what now
    stands for a call's output in the conversation; of the `stubbed` ones the code is shortened too.
    `submitted` is the last report's input as it came. `asked` names what the model is asked only once.
    `fruitless` counts turns in a row that brought nothing. `concluding` is the outcome that a last turn is
    meant to avert. `request_tokens`, `output_tokens` and `tokens_per_character` are those of the last turn.
    """

    key: str
    started_at: datetime
    messages: list[Message] = field(default_factory=list)
    tool_calls: list[ToolCall] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    iterations: int = 0
    notes: list[str] = field(default_factory=list)
    baseline_result: str | None = None
    answers: dict[str, list[Any]] = field(default_factory=dict)
    calls_by_id: dict[str, int] = field(default_factory=dict)
    elided: dict[int, str] = field(default_factory=dict)
    submitted: object = None
    partial_text: str = ""
    truncated: int = 0
    overflows: int = 0
    asked: list[str] = field(default_factory=list)
    fruitless: int = 0
    concluding: str = ""
    concluding_turns: int = 0
    reopened: bool = False
    unavailable: list[int] = field(default_factory=list)
    stubbed: list[int] = field(default_factory=list)
    request_tokens: int = 0
    output_tokens: int = 0
    tokens_per_character: float = 1 / 3
    ending: Ending | None = None
    _lines: dict[str, list[bytes]] = field(
        default_factory=lambda: {"message": [], "tool_call": []}, repr=False, compare=False
    )

    def encode(self) -> bytes:
        """Return the state as JSON Lines."""
        small = {name: getattr(self, name) for name in _SMALL}
        ending = self.ending and {**asdict(self.ending), "finished_at": self.ending.finished_at.isoformat()}
        head = {
            **small,
            "version": VERSION,
            "started_at": self.started_at.isoformat(),
            "usage": asdict(self.usage),
            "ending": ending,
        }
        return b"".join(
            [
                _line("progress", head),
                *self._encoded("message", self.messages),
                *self._encoded("tool_call", self.tool_calls),
            ]
        )

    def _encoded(self, kind: str, values: Sequence[object]) -> list[bytes]:
        """Return one line a value; all but the last are final and encoded only once."""
        final = self._lines[kind]
        final.extend(_line(kind, value) for value in values[len(final) : -1])
        return [*final, *(_line(kind, value) for value in values[len(final) :])]


_ENCODED_APART = {"messages", "tool_calls", "_lines", "started_at", "usage", "ending"}
_SMALL = tuple(item.name for item in fields(Progress) if item.name not in _ENCODED_APART)


def decode(state: bytes) -> Progress:
    """Return the state that `encode` wrote; `ValueError` when it is not one of this version."""
    try:
        lines = [json.loads(line) for line in state.splitlines()]
        head = lines[0]["progress"]
        if head.pop("version") != VERSION:
            raise ValueError("another version wrote it")
        ending = head.pop("ending")
        return Progress(
            **{name: head[name] for name in _SMALL if name != "elided"},
            elided={int(call): text for call, text in head["elided"].items()},
            started_at=datetime.fromisoformat(head["started_at"]),
            usage=Usage(**head["usage"]),
            ending=ending and _ending(ending),
            messages=[_message(line["message"]) for line in lines if "message" in line],
            tool_calls=[_tool_call(line["tool_call"]) for line in lines if "tool_call" in line],
        )
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"it does not have the expected form ({error!r})") from error


def printable(message: Message) -> Message:
    """Return a message that JSON can hold: bytes (redacted reasoning) as base64 under `$bytes`."""
    printed: Message = json.loads(json.dumps(message, default=_bytes))
    return printed


def _line(kind: str, value: object) -> bytes:
    return json.dumps({kind: value}, default=_plain).encode() + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, ToolCall):
        return {**asdict(value), "started_at": value.started_at.isoformat()}
    return _bytes(value)


def _bytes(value: object) -> object:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    raise TypeError(f"no JSON form for {type(value).__name__}")


def _message(kept: dict[str, Any]) -> Message:
    """Undo `_bytes` where Converse has bytes, and nowhere else: the rest is the model's to write."""
    for block in kept["content"]:
        reasoning = block.get("reasoningContent")
        if reasoning and "$bytes" in (redacted := reasoning.get("redactedContent") or {}):
            reasoning["redactedContent"] = base64.b64decode(redacted["$bytes"])
    return {"role": kept["role"], "content": kept["content"]}


def _tool_call(kept: dict[str, Any]) -> ToolCall:
    return ToolCall(
        **{
            **kept,
            "started_at": datetime.fromisoformat(kept["started_at"]),
            "removed_imports": tuple(kept["removed_imports"]),
            "aws_calls": tuple(AwsCall(**call) for call in kept["aws_calls"]),
        }
    )


def _ending(kept: dict[str, Any]) -> Ending:
    return Ending(
        **{
            **kept,
            "outcome": Outcome(kept["outcome"]),
            "finished_at": datetime.fromisoformat(kept["finished_at"]),
        }
    )
