"""Turns one turn's question into the arguments of Converse, as the model's capabilities allow.

Cache points stand after what does not change: the instructions, the first message, and the last two user
messages, so that each turn reads what the one before it wrote. Never more than four, and only where the
prefix is long enough to be cached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import text_protocol
from tool_specs import SUBMIT_REPORT, tool_specs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from capabilities import Capabilities
    from conversation import Block, Message
    from ports import Request

_CHARACTERS_PER_TOKEN = 4  # on the safe side: a prefix that is thought long enough is
_CACHE_POINT: Block = {"cachePoint": {"type": "default"}}


def arguments(request: Request, able: Capabilities) -> dict[str, Any]:
    """Return the arguments of `converse` but for the model's id and the guardrail."""
    system = request.system
    messages: Sequence[Message] = request.messages
    longest = min(able.reply, request.reply_tokens or able.reply)
    made: dict[str, Any] = {"inferenceConfig": {"maxTokens": longest}}
    prefix = len(system)
    if able.tools:
        made["toolConfig"] = _tool_config(request, able)
        prefix += len(str(made["toolConfig"]))
        if not able.result_status:
            messages = [_without_status(message) for message in messages]
        if not able.reasoning_back:
            messages = [_without_reasoning(message) for message in messages]
    else:
        system = f"{system}\n\n{text_protocol.instructions(request.key)}"
        messages = text_protocol.render(messages, request.key)
    if not able.system_prompt:
        messages = _with_preface(system, messages)
    else:
        made["system"] = [{"text": system}]
        if able.cache_points and _cacheable(prefix, able):
            made["system"].append(_CACHE_POINT)
    made["messages"] = _with_cache_points(messages, prefix, able) if able.cache_points else list(messages)
    return made


def _tool_config(request: Request, able: Capabilities) -> dict[str, Any]:
    strict = {"strict": True} if able.strict_schema else {}
    tools = [
        {
            "toolSpec": {
                "name": spec.name,
                "description": spec.description,
                "inputSchema": {"json": spec.input_schema},
                **strict,
            }
        }
        for spec in tool_specs()
    ]
    if request.report_only and able.tool_choice:
        return {"tools": tools, "toolChoice": {"tool": {"name": SUBMIT_REPORT}}}
    return {"tools": tools}


def _without_status(message: Message) -> Message:
    """Return the message with no `status` on its tool results; only Claude and Nova take one."""
    content: list[Any] = [
        {"toolResult": {name: part for name, part in block["toolResult"].items() if name != "status"}}
        if "toolResult" in block
        else block
        for block in message["content"]
    ]
    return {"role": message["role"], "content": content}


def _without_reasoning(message: Message) -> Message:
    content = [block for block in message["content"] if "reasoningContent" not in block]
    return {"role": message["role"], "content": content}


def _with_preface(system: str, messages: Sequence[Message]) -> list[Message]:
    """Put the instructions at the head of the first message, for models that take no system prompt."""
    first, *rest = messages
    head = first["content"][0]
    opened: list[Block] = [{"text": f"{system}\n\n{head.get('text', '')}".rstrip()}]
    return [{"role": "user", "content": opened + first["content"][1:]}, *rest]


def _with_cache_points(messages: Sequence[Message], prefix: int, able: Capabilities) -> list[Message]:
    users = [index for index, message in enumerate(messages) if message["role"] == "user"]
    chosen = {users[0], *users[-2:]}
    marked: list[Message] = []
    for index, message in enumerate(messages):
        prefix += characters(message)
        if index in chosen and _cacheable(prefix, able):
            message = {"role": message["role"], "content": [*message["content"], _CACHE_POINT]}
        marked.append(message)
    return marked


def _cacheable(characters_before: int, able: Capabilities) -> bool:
    return characters_before // _CHARACTERS_PER_TOKEN >= able.cache_minimum


def characters(message: Message) -> int:
    """Return about how many characters of a message the model reads."""
    total = 0
    for block in message["content"]:
        if "text" in block:
            total += len(block["text"])
        elif "toolResult" in block:
            total += sum(len(part["text"]) for part in block["toolResult"]["content"])
        elif "toolUse" in block:
            asked = block["toolUse"]["input"]
            code = asked.get("code") if isinstance(asked, dict) else None
            total += len(code) + 80 if isinstance(code, str) else len(str(asked))
        else:
            total += len(str(block))
    return total
