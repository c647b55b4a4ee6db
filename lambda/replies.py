"""What each kind of reply means for the investigation: a function for each, and the table of stop reasons."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import call_inputs
import conclusions
import loose_json
import prompt_template
import tool_runs
from budget import calls_run
from conversation import add_results, add_user_text, requests, result, text_of
from ports import StopReason
from record import Outcome, Usage
from tool_specs import RUN_PYTHON, SUBMIT_REPORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from conversation import Block, Message, ToolUse
    from inquiry import Inquiry
    from ports import Reply
    from progress import Progress

_MAX_TRUNCATED = 4
_MAX_DEPTH = 50  # of a call's input: no report or code is nested like that, and every writer of JSON recurses
_TOOL_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def take(inquiry: Inquiry, reply: Reply) -> None:
    """Take a reply into the conversation, or end the investigation with it."""
    _count(inquiry.progress, reply.usage)
    HANDLERS[reply.stop](inquiry, reply, _sendable(reply.message, inquiry.progress))


def answer_calls(inquiry: Inquiry) -> None:
    """Answer every tool call of the last message, and put the answers into the conversation together."""
    progress = inquiry.progress
    asked = requests(progress.messages[-1])
    reports = [
        request for request in asked if request.name == SUBMIT_REPORT and request.id not in progress.answers
    ]
    tool_runs.run_all(inquiry, [request for request in asked if request.name != SUBMIT_REPORT])
    numbers = {progress.calls_by_id[request.id] for request in asked if request.id in progress.calls_by_id}
    ran = len(numbers.difference(progress.unavailable))
    read = bool(reports) and conclusions.consider(inquiry, reports, calls_beside=ran)
    if progress.ending:
        return
    progress.fruitless = 0 if ran or read else progress.fruitless + 1
    add_results(
        progress.messages,
        [
            result(each.id, progress.answers[each.id][0], success=progress.answers[each.id][1])
            for each in asked
        ],
    )
    progress.answers.clear()


def _count(progress: Progress, usage: Usage) -> None:
    progress.iterations += 1
    total = progress.usage
    progress.usage = Usage(
        input_tokens=total.input_tokens + usage.input_tokens,
        output_tokens=total.output_tokens + usage.output_tokens,
        cache_read_tokens=total.cache_read_tokens + usage.cache_read_tokens,
        cache_write_tokens=total.cache_write_tokens + usage.cache_write_tokens,
    )


def _sendable(message: Message, progress: Progress) -> Message:
    """Return the message as it came, but for what Bedrock would not take back.

    That is blank texts, ids used twice, names and inputs out of form.
    """
    taken = {use["toolUseId"] for earlier in progress.messages for use in _uses(earlier)}
    content: list[Block] = []
    for block in message["content"]:
        if "toolUse" in block:
            use = _valid(block["toolUse"], taken)
            taken.add(use["toolUseId"])
            content.append(block if use == block["toolUse"] else {"toolUse": use})
        elif "text" not in block or block["text"].strip():
            content.append(block)
    return {"role": "assistant", "content": content}


def _uses(message: Message) -> list[ToolUse]:
    return [block["toolUse"] for block in message["content"] if "toolUse" in block]


def _valid(use: ToolUse, taken: set[str]) -> ToolUse:
    given, name = use.get("input"), str(use.get("name") or "")
    name = name.rsplit(".", 1)[-1].rsplit(":", 1)[-1]
    if not _TOOL_NAME.fullmatch(name):
        name = "unnamed"
    if isinstance(given, str):
        read = call_inputs.read(name, given) if name == SUBMIT_REPORT else _object(given)
        given = read if isinstance(read, dict) and read else {"code" if name == RUN_PYTHON else "text": given}
    if loose_json.deeper(given, _MAX_DEPTH) or not _jsonable(given):
        given = {}
    if not isinstance(given, dict):
        given = {"value": given} if given else {}
    wanted = str(use.get("toolUseId") or "call")
    unique, number = wanted, 2
    while unique in taken:
        unique, number = f"{wanted}-{number}", number + 1
    return {**use, "toolUseId": unique, "name": name, "input": given}


def _jsonable(given: object) -> bool:
    """Say whether an input can be kept in a checkpoint and sent back."""
    try:
        json.dumps(given)
    except (TypeError, ValueError):
        return False
    return True


def _object(text: str) -> dict[str, object] | None:
    try:
        parsed = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _carry_on(inquiry: Inquiry, reply: Reply, message: Message) -> None:
    """Calls are left to be answered; text alone is an answer; nothing at all is asked about."""
    progress = inquiry.progress
    text = text_of(message)
    if requests(message):
        progress.messages.append(message)
        progress.partial_text = ""
        progress.truncated = 0
    elif not text:
        progress.fruitless += 1
        add_user_text(progress.messages, [prompt_template.notice("empty")])
    elif not calls_run(inquiry) and not progress.concluding and inquiry.ask_once("look_first"):
        progress.messages.append(message)
        add_user_text(progress.messages, [prompt_template.notice("look_first")])
    else:
        progress.messages.append(message)
        _answered(
            inquiry, f"{progress.partial_text}{text}", "The model answered in plain text instead of a report."
        )


def _answered(inquiry: Inquiry, text: str, detail: str) -> None:
    inquiry.end(Outcome.ANSWERED_IN_TEXT, detail, text)


def _cut_off(inquiry: Inquiry, reply: Reply, message: Message) -> None:
    """A reply that reached its longest: text is continued, a call that was cut is not carried out."""
    progress = inquiry.progress
    asked = requests(message)
    progress.truncated += 1
    if asked:
        progress.messages.append(message)
        # Only the last block can be incomplete.
        progress.answers[asked[-1].id] = [prompt_template.notice("truncated_call"), False]
        return
    if not text_of(message):
        _carry_on(inquiry, reply, message)
        return
    progress.messages.append(message)
    progress.partial_text += "".join(block.get("text", "") for block in message["content"])
    if progress.truncated >= _MAX_TRUNCATED:
        _answered(
            inquiry,
            progress.partial_text,
            "The model's answer never came to its end; it is kept as far as it got.",
        )
    else:
        add_user_text(progress.messages, [prompt_template.notice("truncated_text")])


def _garbled(inquiry: Inquiry, reply: Reply, message: Message) -> None:
    """Bedrock could not read the model's reply: the model is told, and nothing of it is kept."""
    inquiry.progress.fruitless += 1
    add_user_text(inquiry.progress.messages, [prompt_template.notice("malformed", reason=reply.stop)])


def _too_long(inquiry: Inquiry, reply: Reply, message: Message) -> None:
    """The window was reached while replying: nothing of the reply is kept, and the loop makes room."""


def _blocked(inquiry: Inquiry, reply: Reply, message: Message) -> None:
    said = text_of(message)
    inquiry.end(Outcome.GUARDRAIL, f"The guardrail stopped the model ({reply.detail or reply.stop}).", said)


def _filtered(inquiry: Inquiry, reply: Reply, message: Message) -> None:
    said = text_of(message)
    inquiry.end(Outcome.REFUSED, f"The model's answer was filtered ({reply.detail or reply.stop}).", said)


HANDLERS: dict[StopReason, Callable[[Inquiry, Reply, Message], None]] = {
    StopReason.END_TURN: _carry_on,
    StopReason.TOOL_USE: _carry_on,
    StopReason.STOP_SEQUENCE: _carry_on,
    StopReason.OTHER: _carry_on,
    StopReason.MAX_TOKENS: _cut_off,
    StopReason.MALFORMED_TOOL_USE: _garbled,
    StopReason.MALFORMED_MODEL_OUTPUT: _garbled,
    StopReason.CONTEXT_WINDOW_EXCEEDED: _too_long,
    StopReason.GUARDRAIL_INTERVENED: _blocked,
    StopReason.CONTENT_FILTERED: _filtered,
}
