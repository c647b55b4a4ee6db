"""The investigation: evidence first, then turns of a model with a tool, to a report or to a limit.

Whatever Bedrock, the tool, the model or the checkpoints do, the answer is an `Investigation` with an outcome,
or `Suspended` when a fresh invocation should go on. Nothing here knows AWS.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import budget
import eliding
import opening
import prompt_template
import replies
import untrusted
from budget import Next
from conversation import add_user_text, requests
from inquiry import Case, Inquiry, Limits
from ports import (
    CheckpointFailed,
    Checkpoints,
    Clock,
    ConversationTooLong,
    Model,
    ModelUnavailable,
    ReplyTooLate,
    Request,
    StopReason,
    Tool,
)
from progress import Ending, Progress, decode
from record import Investigation, Outcome
from winding_up import wind_up

if TYPE_CHECKING:
    from datetime import timedelta

    from budget import Verdict
    from ports import Reply

__all__ = [
    "Case",
    "CheckpointFailed",
    "Checkpoints",
    "Clock",
    "Investigation",
    "Limits",
    "Model",
    "Suspended",
    "Tool",
    "interrupted",
    "investigate",
]

_MAX_OVERFLOWS = 4
_LEAST_TOKENS_PER_CHARACTER = 0.22  # less than any text has: a count below it is not believed

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Suspended:
    """Time is nearly out, the state is checkpointed and budget is left: a fresh invocation should go on."""

    investigation_id: str
    reason: str


def investigate(
    case: Case, *, model: Model, tool: Tool, limits: Limits, clock: Clock, checkpoints: Checkpoints
) -> Investigation | Suspended:
    """Investigate an alarm to its end, going on from a checkpoint of the same id if there is one."""
    progress, notes = _resumed(case, checkpoints)
    inquiry = Inquiry(case, limits, model, tool, clock, checkpoints, progress, span=clock.remaining())
    for note in (*case.notes, *notes):
        inquiry.note(note)
    if not progress.messages:
        opening.begin(inquiry)
    elif not progress.ending:
        _reopen(inquiry)
    while progress.ending is None:
        if requests(progress.messages[-1]):
            replies.answer_calls(inquiry)  # saves each answer as it comes
        elif suspended := _turn(inquiry):
            return suspended
        else:
            inquiry.save()
    inquiry.save()
    return wind_up(case, model, progress, progress.ending)


def interrupted(
    case: Case, *, model: Model, clock: Clock, checkpoints: Checkpoints, detail: str
) -> Investigation:
    """Return what the checkpoint of an investigation holds that our own failure cut short."""
    progress, notes = _resumed(case, checkpoints)
    progress.notes += [note for note in (*case.notes, *notes) if note not in progress.notes]
    ending = progress.ending or Ending(Outcome.INTERRUPTED, detail, clock.now())
    return wind_up(case, model, progress, ending)


def _resumed(case: Case, checkpoints: Checkpoints) -> tuple[Progress, list[str]]:
    """Return the progress that a checkpoint holds, or a fresh one with a note on why it could not be read."""
    fresh = Progress(key=untrusted.new_key(), started_at=case.started_at)
    try:
        state = checkpoints.load(case.investigation_id)
        return (decode(state) if state is not None else fresh), []
    except (CheckpointFailed, ValueError) as error:
        logger.warning("checkpoint not read", extra={"reason": str(error)})
        return fresh, [f"An earlier checkpoint could not be read, so the investigation began anew: {error}"]


def _reopen(inquiry: Inquiry) -> None:
    """Go on from a checkpoint: a last turn for want of time is no longer the last."""
    progress = inquiry.progress
    inquiry.note(f"The investigation went on from a checkpoint made in turn {progress.iterations}.")
    if progress.concluding == Outcome.OUT_OF_TIME:
        progress.concluding, progress.concluding_turns, progress.reopened = "", 0, True


def _turn(inquiry: Inquiry) -> Suspended | None:
    """Ask the model for its next reply and take it, unless there is no room, time or money for that."""
    progress = inquiry.progress
    system = prompt_template.system(inquiry.model.window_tokens)
    eliding.make_room(inquiry, system)
    size = eliding.request_tokens(inquiry, system)
    verdict = budget.judge(inquiry, size)
    if verdict.next is Next.SUSPEND:
        return Suspended(inquiry.case.investigation_id, verdict.reason)
    if verdict.next is Next.STOP:
        inquiry.end(verdict.outcome, verdict.reason)
        return None
    _tell(inquiry, verdict)
    last = verdict.next is Next.LAST_TURN
    started = inquiry.clock.now()
    try:
        reply = inquiry.model.reply(_request(inquiry, system, size, last=last), inquiry.time_left())
    except ReplyTooLate as error:
        if inquiry.limits.may_continue and inquiry.saved and inquiry.turns:
            return Suspended(inquiry.case.investigation_id, str(error))
        inquiry.end(Outcome.OUT_OF_TIME, str(error))
    except ModelUnavailable as error:
        inquiry.end(Outcome.MODEL_UNAVAILABLE, str(error))
    except ConversationTooLong as error:
        _shorten(inquiry, system, str(error))
    else:
        progress.concluding_turns += last
        _measure(inquiry, system, reply, inquiry.clock.now() - started)
        replies.take(inquiry, reply)
        if reply.stop is StopReason.CONTEXT_WINDOW_EXCEEDED:
            _shorten(inquiry, system, "The model's context window was reached.")
    return None


def _request(inquiry: Inquiry, system: str, size: int, *, last: bool) -> Request:
    progress = inquiry.progress
    return Request(
        system,
        eliding.view(progress),
        progress.key,
        report_only=last,
        whole=progress.messages,
        reply_tokens=budget.reply_tokens(inquiry, size, last=last),
    )


def _tell(inquiry: Inquiry, verdict: Verdict) -> None:
    """Tell the model, once each, that limits are near, that this is its last turn, or that it is not."""
    progress = inquiry.progress
    if verdict.next is Next.LAST_TURN and not progress.concluding:
        progress.concluding = verdict.outcome
        inquiry.note(f"The model was told to conclude: {verdict.reason}")
        add_user_text(progress.messages, [prompt_template.notice("conclude", reason=verdict.reason)])
    elif progress.reopened and not progress.concluding:
        add_user_text(progress.messages, [prompt_template.notice("reopened")])
    elif (used := budget.used(inquiry)) and inquiry.ask_once("budget"):
        add_user_text(progress.messages, [prompt_template.notice("budget", used=used)])
    progress.reopened = False


def _shorten(inquiry: Inquiry, system: str, why: str) -> None:
    """Make room after the window was exceeded, or end when there is nothing left to leave out."""
    progress = inquiry.progress
    progress.overflows += 1
    if progress.overflows > _MAX_OVERFLOWS or not eliding.make_room(inquiry, system, forced=True):
        inquiry.end(Outcome.MODEL_FAILED, why)
    else:
        inquiry.note(
            "Older outputs were left out of the conversation because it had outgrown the model's window."
        )


def _measure(inquiry: Inquiry, system: str, reply: Reply, took: timedelta) -> None:
    """Learn from a reply how long a turn takes and how many tokens the conversation really has."""
    usage, progress = reply.usage, inquiry.progress
    inquiry.turns += 1
    inquiry.longest_turn = max(inquiry.longest_turn, took)
    tokens = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens
    estimated = eliding.request_tokens(inquiry, system)
    if tokens and estimated:
        seen = progress.tokens_per_character * tokens / estimated
        progress.tokens_per_character = min(max(seen, _LEAST_TOKENS_PER_CHARACTER), 1.0)
    logger.info(
        "model replied",
        extra={
            "investigation_id": inquiry.case.investigation_id,
            "turn": progress.iterations + 1,
            "stop": reply.stop,
            "tokens_in": tokens,
            "tokens_out": usage.output_tokens,
            "seconds": round(took.total_seconds(), 1),
        },
    )
    progress.request_tokens = tokens
    progress.output_tokens = usage.output_tokens
