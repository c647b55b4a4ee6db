"""What the loop asks of the world, and its answers: a clock, a model, a tool, a place for checkpoints."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from record import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from conversation import Message
    from record import AwsCall

# ModelError                 Bedrock gave no reply
# ├── ModelUnavailable       refused, throttled, gone: another try in this invocation is pointless
# ├── ReplyTooLate           no answer in the time that was allowed
# └── ConversationTooLong    the request is over the model's window; a shorter one may pass
# CheckpointFailed           the checkpoint could not be read or written


class ModelError(Exception):
    """The model gave no reply; the text is one sentence for people."""


class ModelUnavailable(ModelError):  # noqa: N818
    """Bedrock refused, throttled to the end of all retries, or could not be reached."""


class ReplyTooLate(ModelError):  # noqa: N818
    """The reply did not come in the time that the caller allowed."""


class ConversationTooLong(ModelError):  # noqa: N818
    """The request does not fit into the model's context window."""


class CheckpointFailed(Exception):  # noqa: N818
    """A checkpoint could not be read or written; the text says why."""


class StopReason(StrEnum):
    """Why a reply ended: Converse's list, and `other` for what Bedrock may add to it."""

    END_TURN = "end_turn"
    TOOL_USE = "tool_use"
    MAX_TOKENS = "max_tokens"
    STOP_SEQUENCE = "stop_sequence"
    GUARDRAIL_INTERVENED = "guardrail_intervened"
    CONTENT_FILTERED = "content_filtered"
    MALFORMED_MODEL_OUTPUT = "malformed_model_output"
    MALFORMED_TOOL_USE = "malformed_tool_use"
    CONTEXT_WINDOW_EXCEEDED = "model_context_window_exceeded"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Request:
    """One turn's question to the model.

    `key` is the investigation's secret word: it marks the borders of data, and data never contains it.
    `report_only` asks that nothing but `submit_report` may be called. `whole` is the conversation with all
    that `messages` leave out by now: what the model once read it may still recite. `reply_tokens` is how long
    the reply may be, where that is less than the model's own limit.
    """

    system: str
    messages: Sequence[Message]
    key: str
    report_only: bool = False
    whole: Sequence[Message] = ()
    reply_tokens: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The model's answer. `message` is as it came; `detail` says more about an unusual stop."""

    stop: StopReason
    message: Message
    usage: Usage = field(default_factory=Usage)
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens of each kind."""

    input: float
    output: float
    cache_read: float
    cache_write: float


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What the tool function answered. `unavailable` means that the code did not run at all."""

    success: bool
    output: str
    stdout: str = ""
    result: str | None = None
    error: str | None = None
    removed_imports: tuple[str, ...] = ()
    aws_calls: tuple[AwsCall, ...] = ()
    duration_ms: float = 0.0
    unavailable: bool = False

    @classmethod
    def none(cls, why: str) -> ToolAnswer:
        """Return the answer that stands for none; the reason is all that there is to see."""
        return cls(success=False, output=why, error=why, unavailable=True)


class Clock(Protocol):
    """The time, and how much of it this invocation has left."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""
        ...

    def remaining(self) -> timedelta:
        """Return the time until this invocation is killed."""
        ...


class Model(Protocol):
    """A language model that can be told about two tools."""

    @property
    def model_id(self) -> str:
        """The id or ARN under which it was asked for."""
        ...

    @property
    def window_tokens(self) -> int:
        """How many tokens a request and its reply may have together, as far as is known."""
        ...

    @property
    def reply_tokens(self) -> int:
        """How many tokens a reply may have."""
        ...

    @property
    def price(self) -> Price | None:
        """What tokens cost; None when that is not known."""
        ...

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader should know about how this model had to be spoken to."""
        ...

    def reply(self, request: Request, within: timedelta) -> Reply:
        """Return the model's reply, or raise a `ModelError` once `within` has passed."""
        ...


class Tool(Protocol):
    """The function that runs the model's code."""

    def run(self, code: str, timeout: timedelta) -> ToolAnswer:
        """Run code; never raises for anything that the code or the function does."""
        ...


class Checkpoints(Protocol):
    """Where an unfinished investigation waits. Each method may raise `CheckpointFailed`."""

    def save(self, investigation_id: str, state: bytes) -> None:
        """Keep the state, in place of an older one."""
        ...

    def load(self, investigation_id: str) -> bytes | None:
        """Return the state that was kept, or None."""
        ...

    def delete(self, investigation_id: str) -> None:
        """Forget the state."""
        ...
