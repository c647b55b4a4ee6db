"""Carries out the calls that a turn asks for: numbers them, refuses what cannot run, runs the others at once.

Every call gets an answer that tells the model what happened. Each answer is checkpointed as it comes, so that
a retry after a crash repeats none that was in.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import budget
import deadline
import prompt_template
import untrusted
from call_inputs import CODE_NAMES
from ports import ToolAnswer
from record import ToolCall
from text_protocol import NOT_A_CALL, UNREAD_CALL
from tool_specs import RUN_PYTHON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversation import ToolRequest
    from inquiry import Inquiry

logger = logging.getLogger(__name__)

_SHORTEST_RUN = timedelta(seconds=2)
_MAX_ERROR_CHARS = 500
_MIN_OUTPUT_CHARS = 1_500
_SHARE_OF_WINDOW = 3  # the outputs of one turn may take a third of the window
_CHARACTERS_PER_TOKEN = 3


@dataclass(frozen=True, slots=True)
class _Run:
    id: str
    call: int
    code: str
    purpose: str


def run_all(inquiry: Inquiry, requests: Sequence[ToolRequest]) -> None:
    """Put an answer to each request into the progress, where it has none yet."""
    progress = inquiry.progress
    runs: list[_Run] = []
    for request in requests:
        if request.id in progress.answers:
            continue
        planned = _planned(inquiry, request, runs)
        if isinstance(planned, _Run):
            runs.append(planned)
        else:
            progress.answers[request.id] = [planned, False]
    if runs:
        _run(inquiry, runs)


def output_chars(inquiry: Inquiry, calls: int, most: int | None = None) -> int:
    """Return how many characters each output of a turn with so many calls may have."""
    window = inquiry.model.window_tokens - inquiry.model.reply_tokens
    share = window * _CHARACTERS_PER_TOKEN // _SHARE_OF_WINDOW // calls
    return max(_MIN_OUTPUT_CHARS, min(most or inquiry.limits.output_chars, share))


def tool_time(inquiry: Inquiry) -> timedelta:
    """Return how long a call may run, so that the model's next turn still has its time."""
    return min(inquiry.limits.tool_timeout, inquiry.time_left() - inquiry.turn_time())


def record(call: int, purpose: str, code: str, answer: ToolAnswer, inquiry: Inquiry, room: int) -> ToolCall:
    """Return the call for the record; its output is just what the model sees."""
    output = answer.output if answer.output.strip() else ""
    return ToolCall(
        call=call,
        purpose=purpose,
        code=code,
        output=untrusted.cut(untrusted.seal(output, inquiry.progress.key), room),
        success=answer.success,
        started_at=inquiry.clock.now() - timedelta(milliseconds=answer.duration_ms),
        duration_ms=answer.duration_ms,
        error=" ".join(answer.error.split())[:_MAX_ERROR_CHARS] if answer.error else None,
        removed_imports=answer.removed_imports,
        aws_calls=answer.aws_calls,
    )


def _planned(inquiry: Inquiry, request: ToolRequest, in_line: Sequence[_Run]) -> _Run | str:
    """Return the run that a request asks for, or what to tell the model instead."""
    progress = inquiry.progress
    if request.name == NOT_A_CALL:
        return prompt_template.notice("not_a_call", key=progress.key)
    if request.name == UNREAD_CALL:
        return prompt_template.notice("unread_call", key=progress.key)
    if request.name != RUN_PYTHON:
        return prompt_template.notice("unknown_tool", name=request.name)
    code, purpose = _asked(request.input)
    if not code.strip():
        return prompt_template.notice("no_code")
    if earlier := _same(inquiry, code, in_line):
        return prompt_template.notice("repeated", call=earlier)
    if progress.concluding:
        return prompt_template.notice("no_calls_left", reason="the investigation is being concluded.")
    if budget.calls_run(inquiry) + len(in_line) >= inquiry.limits.tool_calls:
        reason = f"all {inquiry.limits.tool_calls} calls are used."
        return prompt_template.notice("no_calls_left", reason=reason)
    if tool_time(inquiry) < _SHORTEST_RUN:
        return prompt_template.notice("no_calls_left", reason="there is no time left for it.")
    if request.id not in progress.calls_by_id:
        progress.calls_by_id[request.id] = max([0, *progress.calls_by_id.values()]) + 1
    return _Run(request.id, progress.calls_by_id[request.id], code, purpose)


def _same(inquiry: Inquiry, code: str, in_line: Sequence[_Run]) -> int | None:
    """Return the number of the call that had just this code and was answered, or is in line before it."""
    progress = inquiry.progress
    gone = {*progress.unavailable, *progress.elided}  # what the model cannot look up may be run again
    answered = (call for call in progress.tool_calls if call.call not in gone)
    known = [(each.code, each.call) for each in answered] + [(each.code, each.call) for each in in_line]
    return next((number for earlier, number in known if earlier.strip() == code.strip()), None)


def _asked(given: object) -> tuple[str, str]:
    """Return code and purpose from an input of whatever form."""
    if not isinstance(given, dict):
        return "", ""
    code = next((given[name] for name in CODE_NAMES if isinstance(given.get(name), str)), "")
    purpose = given.get("purpose")
    return code, " ".join(purpose.split())[:300] if isinstance(purpose, str) else ""


def _run(inquiry: Inquiry, runs: Sequence[_Run]) -> None:
    """Run side by side until all have answered or time is up."""
    timeout = tool_time(inquiry)
    room = output_chars(inquiry, len(runs))
    lock = threading.Lock()
    closed = threading.Event()

    def one(run: _Run) -> None:
        answer = inquiry.tool.run(run.code, timeout)
        with lock:
            if not closed.is_set():
                _keep(inquiry, run, answer, room)

    futures = deadline.all_within(timeout + inquiry.grace, [partial(one, run) for run in runs])
    with lock:
        closed.set()
    for run, future in zip(runs, futures, strict=True):
        if future.done() and not future.cancelled():
            future.result()
        else:
            seconds = f"{timeout.total_seconds():.0f} s"
            _keep(inquiry, run, ToolAnswer.none(f"The tool function did not answer within {seconds}."), room)


def _keep(inquiry: Inquiry, run: _Run, answer: ToolAnswer, room: int) -> None:
    progress = inquiry.progress
    call = record(run.call, run.purpose, run.code, answer, inquiry, room)
    progress.tool_calls.append(call)
    logger.info(
        "tool answered",
        extra={
            "investigation_id": inquiry.case.investigation_id,
            "call": call.call,
            "success": call.success,
            "milliseconds": round(call.duration_ms),
            "aws_calls": len(call.aws_calls),
        },
    )
    if answer.unavailable:
        progress.unavailable.append(run.call)
        inquiry.note(f"Call {run.call} got no answer from the tool function: {call.error}")
    text = prompt_template.call_result(call, call.output, progress.key)
    if answer.removed_imports:
        text += "\n" + prompt_template.notice(
            "imports", imports=untrusted.seal("; ".join(answer.removed_imports), progress.key)
        )
    if len(answer.output) > room:
        text += "\n" + prompt_template.notice("narrow", room=f"{room:,}")
    progress.answers[run.id] = [text, call.success]
    inquiry.save()
