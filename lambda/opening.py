"""Opens an investigation: gathers the baseline evidence as call 0 and puts the first message together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import baseline
import deadline
import prompt_template
import tool_runs
from conversation import add_user_text
from ports import ToolAnswer

if TYPE_CHECKING:
    from inquiry import Inquiry
    from record import ToolCall

_ROOM = 30_000  # characters of output, also where the model's calls have less
_SHARE_OF_TIME = 3  # the baseline may take a third of the time that there is


def begin(inquiry: Inquiry) -> None:
    """Run call 0 and begin the conversation with the alarm and what call 0 shows."""
    progress = inquiry.progress
    call = _baseline(inquiry)
    context = "\n\n".join(filter(None, (inquiry.case.context, _tagged_runbook(inquiry))))
    # The model is told of the room that its own window leaves, where that is less than the limit.
    room = tool_runs.output_chars(inquiry, 1)
    told = prompt_template.opening(
        replace(inquiry.case, context=context),
        replace(inquiry.limits, output_chars=room),
        key=progress.key,
        window_tokens=inquiry.model.window_tokens,
    )
    add_user_text(progress.messages, [told, prompt_template.call_result(call, call.output, progress.key)])
    inquiry.save()


def _baseline(inquiry: Inquiry) -> ToolCall:
    code = baseline.program(inquiry.case.alarm)
    timeout = min(inquiry.limits.tool_timeout, inquiry.time_left() / _SHARE_OF_TIME)
    try:
        answer = deadline.within(timeout + inquiry.grace, lambda: inquiry.tool.run(code, timeout))
    except deadline.Late:
        answer = ToolAnswer.none(f"The tool function did not answer within {timeout.total_seconds():.0f} s.")
    # What the program prints is for the model; its result is for us.
    seen = replace(answer, output=answer.stdout or answer.output)
    room = tool_runs.output_chars(inquiry, 1, most=max(_ROOM, inquiry.limits.output_chars))
    call = tool_runs.record(0, "baseline", code, seen, inquiry, room)
    if not answer.success:
        inquiry.note(f"The baseline evidence is incomplete: {answer.error}")
    inquiry.progress.tool_calls.append(call)
    inquiry.progress.baseline_result = answer.result
    return call


def _tagged_runbook(inquiry: Inquiry) -> str:
    """Return the runbook that the alarm's tag names; what its description names is in the context already."""
    name = baseline.parse(inquiry.progress.baseline_result).tags.get("runbook", "").strip()
    if not name:
        return ""
    text = inquiry.case.runbook(name)
    if not text:
        inquiry.note(f"The alarm's tag names the runbook {name!r}, which could not be read.")
    return "" if text in inquiry.case.context else text
