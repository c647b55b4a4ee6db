"""The two tools in plain text, for models without tool use: how to ask for them, and how a reply is read.

The conversation stays the same whatever the model; only its form on the wire changes. A call is taken from
the assistant's words alone, never from data, and one that merely repeats data without the key is no call.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import prompt_template
from conversation import text_of
from text_calls import find_calls
from tool_specs import RUN_PYTHON, tool_specs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversation import Block, Message, ToolUse
    from ports import Request

# Calls that were read out of text have ids of this form: on the wire they stand in that text already.
_OWN_ID = "text-call-"


def instructions(key: str) -> str:
    """Return what a model has to be told in place of Converse's tool configuration."""
    schemas = {spec.name: spec for spec in tool_specs()}
    report = json.dumps(schemas["submit_report"].input_schema["properties"], separators=(",", ":"))
    return prompt_template.fill("text_protocol", key=key, report_fields=report)


def render(messages: Sequence[Message], key: str) -> list[Message]:
    """Return the conversation with every tool block as text."""
    return [
        {"role": message["role"], "content": [{"text": _rendered(message["content"], key)}]}
        for message in messages
    ]


def read(message: Message, request: Request, *, cut: bool) -> tuple[Message, bool]:
    """Return the reply with the calls that its text asks for as `toolUse` blocks, and whether there are any.

    `cut` says that the reply was broken off by its length, so that a call left open is not whole.
    """
    text = text_of(message)
    found = find_calls(text, request.key, whole=not cut)
    data = _squeezed("\n".join(_user_texts(request.messages)))
    calls = [call for call in found.calls if call.keyed or _squeezed(call.body) not in data]
    if not calls:
        return message, False
    turn = sum(one["role"] == "assistant" for one in request.messages)
    content: list[Block] = [{"text": text[: found.end].rstrip()}]
    for number, call in enumerate(calls):
        content.append(
            {"toolUse": {"toolUseId": f"{_OWN_ID}{turn}-{number}", "name": call.name, "input": call.input}}
        )
    return {"role": "assistant", "content": content}, True


def _rendered(content: Sequence[Block], key: str) -> str:
    texts: list[str] = []
    for block in content:
        if "text" in block:
            texts.append(block["text"])
        elif "toolResult" in block:
            texts.extend(part["text"] for part in block["toolResult"]["content"])
        elif "toolUse" in block and not block["toolUse"]["toolUseId"].startswith(_OWN_ID):
            texts.append(_as_text(block["toolUse"], key))
    return "\n\n".join(texts)


def _as_text(use: ToolUse, key: str) -> str:
    asked = use["input"]
    if use["name"] == RUN_PYTHON and isinstance(asked, dict) and isinstance(asked.get("code"), str):
        body = f"# purpose: {asked.get('purpose', '')}\n{asked['code']}"
    else:
        body = json.dumps(asked, ensure_ascii=False)
    return f"```{use['name']} {key}\n{body}\n```"


def _user_texts(messages: Sequence[Message]) -> list[str]:
    return [_rendered(message["content"], "") for message in messages if message["role"] == "user"]


def _squeezed(text: str) -> str:
    """Return text without what models change when they repeat it: white space, quotes, escapes."""
    return re.sub(r"[\s\"'`\\]+", "", text)
