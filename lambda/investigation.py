"""The investigation: evidence first, then turns of a model with a tool, to a report or to a limit.

Whatever Bedrock, the tool, the model or the checkpoints do, the answer is an `Investigation` with an outcome,
or `Suspended` when a fresh invocation should go on. Nothing here knows AWS.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import baseline
import budget
import conclusions
import deadline
import eliding
import prompt_template
import replies
import tool_runs
import untrusted
from budget import Next
from conversation import add_user_text, requests, text_of
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
    ToolAnswer,
)
from progress import Progress, decode, printable
from record import Investigation, Outcome

if TYPE_CHECKING:
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
        _open(inquiry)
    elif not progress.ending:
        inquiry.note(f"Went on from a checkpoint after {progress.iterations} turns.")
    while not progress.ending:
        if requests(progress.messages[-1]):
            replies.answer_calls(inquiry)  # saves each answer as it comes
        elif suspended := _turn(inquiry):
            return suspended
        else:
            inquiry.save()
    inquiry.save()
    return _finished(inquiry)


def _resumed(case: Case, checkpoints: Checkpoints) -> tuple[Progress, list[str]]:
    """Return the progress that a checkpoint holds, or a fresh one with a note on why it could not be read."""
    fresh = Progress(key=untrusted.new_key(), started_at=case.started_at)
    try:
        state = checkpoints.load(case.investigation_id)
        return (decode(state) if state is not None else fresh), []
    except (CheckpointFailed, ValueError) as error:
        logger.warning("checkpoint not read", extra={"reason": str(error)})
        return fresh, [f"An earlier checkpoint could not be read, so the investigation began anew: {error}"]


def _open(inquiry: Inquiry) -> None:
    """Gather the baseline evidence (call 0) and put the first message together."""
    progress, alarm = inquiry.progress, inquiry.case.alarm
    code = baseline.program(alarm)
    timeout = min(inquiry.limits.tool_timeout, inquiry.time_left() / 3)
    try:
        answer = deadline.within(timeout * 1.5, lambda: inquiry.tool.run(code, timeout))
    except deadline.Late:
        answer = ToolAnswer(
            success=False, output="", error="The tool function did not answer in time", unavailable=True
        )
    room = tool_runs.output_chars(inquiry, 1)
    seen = replace(answer, output=answer.stdout or answer.output)
    call = tool_runs.record(0, "baseline", code, seen, inquiry, room)
    if not answer.success:
        inquiry.note(f"The baseline evidence is incomplete: {answer.error}")
    progress.tool_calls.append(call)
    progress.baseline_result = answer.result
    limits = {
        "tool_calls": inquiry.limits.tool_calls,
        "tool_seconds": int(inquiry.limits.tool_timeout.total_seconds()),
        "output_chars": f"{room:,}",
    }
    window = inquiry.model.window_tokens
    opening = prompt_template.opening(
        alarm, inquiry.case.context, key=progress.key, limits=limits, window_tokens=window
    )
    add_user_text(progress.messages, [opening, prompt_template.call_result(call, call.output, progress.key)])
    inquiry.save()


def _turn(inquiry: Inquiry) -> Suspended | None:
    """Ask the model for its next reply and take it, unless there is no room, time or money for that."""
    progress = inquiry.progress
    system = prompt_template.system(inquiry.model.window_tokens)
    eliding.make_room(inquiry, system)
    verdict = budget.judge(inquiry, eliding.request_tokens(inquiry, system))
    if verdict.next is Next.SUSPEND:
        return Suspended(inquiry.case.investigation_id, verdict.reason)
    if verdict.next is Next.STOP:
        inquiry.end(verdict.outcome, verdict.reason)
        return None
    _tell(inquiry, verdict)
    messages = eliding.view(progress)
    last = verdict.next is Next.LAST_TURN
    started = inquiry.clock.now()
    try:
        reply = inquiry.model.reply(
            Request(system, messages, progress.key, report_only=last), inquiry.time_left()
        )
    except ReplyTooLate as error:
        if inquiry.limits.may_continue and inquiry.saved:
            return Suspended(inquiry.case.investigation_id, str(error))
        inquiry.end(Outcome.OUT_OF_TIME, str(error))
    except ModelUnavailable as error:
        inquiry.end(Outcome.MODEL_UNAVAILABLE, str(error))
    except ConversationTooLong as error:
        _shorten(inquiry, system, str(error))
    else:
        inquiry.turns += 1
        inquiry.longest_turn = max(inquiry.longest_turn, inquiry.clock.now() - started)
        progress.concluding_turns += last
        _measure(inquiry, system, reply)
        replies.take(inquiry, reply)
        if reply.stop is StopReason.CONTEXT_WINDOW_EXCEEDED:
            _shorten(inquiry, system, "The model's context window was reached.")
    return None


def _tell(inquiry: Inquiry, verdict: Verdict) -> None:
    """Tell the model, once each, that limits are near and that this is the last turn."""
    progress = inquiry.progress
    if verdict.next is Next.LAST_TURN and not progress.concluding:
        progress.concluding = verdict.outcome
        inquiry.note(f"The model was told to conclude: {verdict.reason}")
        add_user_text(progress.messages, [prompt_template.notice("conclude", reason=verdict.reason)])
    elif (used := budget.used(inquiry)) and inquiry.ask_once("budget"):
        add_user_text(progress.messages, [prompt_template.notice("budget", used=used)])


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


def _measure(inquiry: Inquiry, system: str, reply: Reply) -> None:
    """Learn from a reply's usage how many tokens the conversation really has."""
    usage, progress = reply.usage, inquiry.progress
    tokens = usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens
    estimated = eliding.request_tokens(inquiry, system)
    if tokens and estimated:
        seen = progress.tokens_per_character * tokens / estimated
        progress.tokens_per_character = min(max(seen, _LEAST_TOKENS_PER_CHARACTER), 1.0)
    progress.request_tokens = tokens
    progress.output_tokens = usage.output_tokens


def _last_words(progress: Progress) -> str | None:
    """Return what the model last said in prose: where there is no report it may be all that is left."""
    texts = (text_of(message) for message in reversed(progress.messages) if message["role"] == "assistant")
    return next((text for text in texts if text), None)


def _finished(inquiry: Inquiry) -> Investigation:
    """Return everything that is known. A report that was submitted stands, whatever came after it."""
    progress, ending = inquiry.progress, inquiry.progress.ending
    assert ending is not None
    kept = conclusions.held(inquiry)
    outcome, detail, notes = ending.outcome, ending.detail, [*progress.notes, *inquiry.model.notes]
    if kept and outcome is not Outcome.REPORTED:
        outcome = Outcome.REPORTED
        notes.append(f"The report stands as first submitted; it could not be mended: {ending.detail}")
        detail = "The model submitted its report, and was cut short while mending it."
    finished = Investigation(
        investigation_id=inquiry.case.investigation_id,
        alarm=inquiry.case.alarm,
        event=inquiry.case.event,
        model_id=inquiry.model.model_id,
        started_at=progress.started_at,
        finished_at=ending.finished_at,
        outcome=outcome,
        outcome_detail=detail,
        iterations=progress.iterations,
        report=kept[0] if kept else None,
        text=None if kept else ending.text or progress.partial_text or _last_words(progress),
        tool_calls=tuple(sorted(progress.tool_calls, key=lambda call: call.call)),
        conversation=[printable(message) for message in progress.messages],
        usage=replace(progress.usage, usd=budget.spent(inquiry)[1] if inquiry.model.price else None),
        baseline=baseline.parse(progress.baseline_result),
        notes=tuple(notes),
    )
    return replace(finished, evidence=kept[1]) if kept else finished
