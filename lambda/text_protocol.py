"""The two tools in plain text, for models without tool use: how to ask for them, and how a reply is read.

The conversation stays the same whatever the model; only its form on the wire changes. A call is taken from
the assistant's words alone, never from data, and one that merely repeats data without the key is no call.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import prompt_template
import recitals
from call_marks import announces
from conversation import requests
from text_calls import find_calls
from tool_specs import RUN_PYTHON

if TYPE_CHECKING:
    from collections.abc import Sequence

    from call_marks import FoundCall
    from conversation import Block, Message, ToolUse
    from ports import Request

# Calls that were read out of text have ids of this form: on the wire they stand in that text already.
_OWN_ID = "text-call-"
# What stands for a message without words: Bedrock takes no blank one.
_NOTHING = "(no words)"
# The name under which a block is answered that only looks like a call.
NOT_A_CALL = "not_a_call"
# The name under which a reply is answered that seems meant as a call, in a form that nobody can read.
UNREAD_CALL = "unread_call"


def instructions(key: str) -> str:
    """Return what a model has to be told in place of Converse's tool configuration."""
    return prompt_template.fill("text_protocol", key=key)


def render(messages: Sequence[Message], key: str) -> list[Message]:
    """Return the conversation with every tool block as text, and none of it blank."""
    return [
        {"role": message["role"], "content": [{"text": _rendered(message["content"], key)}]}
        for message in messages
    ]


def read(message: Message, request: Request, *, cut: bool) -> tuple[Message, bool]:
    """Return the reply with the calls that its text asks for as `toolUse` blocks, and whether there are any.

    `cut` says that the reply was broken off by its length, so that a call left open is not whole. Such a call
    may go on in the next reply.
    """
    text = _words(message)
    begun, calls = _found(text, request)
    calls = [call for call in calls if call.closed or not cut]
    turn = sum(one["role"] == "assistant" for one in request.messages)
    if not calls and not cut and announces(text, request.key):
        unread: Block = {"toolUse": {"toolUseId": f"{_OWN_ID}{turn}-0", "name": UNREAD_CALL, "input": {}}}
        return {"role": "assistant", "content": [{"text": text}, unread]}, True
    if not calls:
        return message, False
    told = "\n".join(_user_texts(request.whole or request.messages))
    heard = recitals.Heard(told, request.key)
    said = text[: max(calls[-1].end - len(begun), 0)].rstrip() or text
    content: list[Block] = [{"text": said}] if said.strip() else []
    for number, call in enumerate(calls):
        span = f"{begun}{text}"[call.start : call.end]
        own = call.keyed or not heard.holds(call.name, call.input, span)
        name, given = (call.name, call.input) if own else (NOT_A_CALL, {})
        content.append({"toolUse": {"toolUseId": f"{_OWN_ID}{turn}-{number}", "name": name, "input": given}})
    return {"role": "assistant", "content": content}, True


def _found(text: str, request: Request) -> tuple[str, list[FoundCall]]:
    """Return the calls in a reply, and the text of the one before it if that broke off within a call."""
    replies = [message for message in request.messages if message["role"] == "assistant"]
    before = _words(replies[-1]) if replies and not requests(replies[-1]) else ""
    calls = find_calls(text, request.key)
    broken_off = next((call for call in find_calls(before, request.key) if not call.closed), None)
    if not before or (calls and not broken_off):
        return "", calls
    joined = find_calls(before + text, request.key)
    if broken_off and calls and _anew(text, before[broken_off.start :]):
        return "", calls
    return ("", calls) if 0 < _whole(calls) >= _whole(joined) else (before, joined)


def _anew(text: str, broken_off: str) -> bool:
    """Say whether a reply begins the call again that the one before it broke off."""
    first_words = broken_off.lstrip("`~ \n").partition("\n")[0][:20]
    return text.lstrip("`~ \n").startswith(first_words)


def _whole(calls: Sequence[FoundCall]) -> int:
    return sum(call.keyed and call.closed for call in calls)


def _words(message: Message) -> str:
    """Return the text of a message with its white space: the next reply may go on within a line of code."""
    return "\n\n".join(block["text"] for block in message["content"] if block.get("text", "").strip())


def _rendered(content: Sequence[Block], key: str) -> str:
    texts: list[str] = []
    for block in content:
        if "text" in block:
            texts.append(block["text"])
        elif "toolResult" in block:
            texts.extend(part["text"] for part in block["toolResult"]["content"])
        elif "toolUse" in block and not block["toolUse"]["toolUseId"].startswith(_OWN_ID):
            texts.append(_as_text(block["toolUse"], key))
    return "\n\n".join(text for text in texts if text.strip()) or _NOTHING


def _as_text(use: ToolUse, key: str) -> str:
    asked = use["input"]
    if use["name"] == RUN_PYTHON and isinstance(asked, dict) and isinstance(asked.get("code"), str):
        body = f"# purpose: {asked.get('purpose', '')}\n{asked['code']}"
    else:
        body = json.dumps(asked, ensure_ascii=False)
    return f"```{use['name']} {key}\n{body}\n```"


def _user_texts(messages: Sequence[Message]) -> list[str]:
    return [_rendered(message["content"], "") for message in messages if message["role"] == "user"]
