"""Reads Converse's answer into a reply: what is missing is taken as empty, what has no form is refused.

Between Bedrock and here stand gateways and SDKs of any age. An answer that is not in Converse's form is
`Unreadable`, whatever it is instead; counts and traces, which only accompany it, are read as far as they go.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import text_protocol
from ports import Reply, StopReason
from record import Usage

if TYPE_CHECKING:
    from capabilities import Capabilities
    from conversation import Block, Message
    from ports import Request

# Reasons that are not on Converse's list but have been seen in its place.
_OTHER_REASONS = {"refusal": StopReason.CONTENT_FILTERED}

# The blocks of an answer that Converse takes back. botocore names one that is newer than itself
# `SDK_UNKNOWN_MEMBER`; that, and whatever else an assistant cannot say, would be refused for ever after.
_KEPT = {"text": str, "toolUse": dict, "reasoningContent": dict, "citationsContent": dict}
_UNKNOWN = "SDK_UNKNOWN_MEMBER"


class Unreadable(Exception):  # noqa: N818  (what the answer is)
    """The answer is not in Converse's form; the text says where."""


def read(response: object, request: Request, able: Capabilities) -> Reply:
    """Return the reply; an answer without content is an empty one. Raises `Unreadable`."""
    answer = _object(response, "the answer")
    message = _object(_object(answer.get("output"), "output").get("message"), "message")
    read: Message = {"role": "assistant", "content": _content(message.get("content"))}
    reason = str(answer.get("stopReason") or "")
    stop = StopReason(reason) if reason in set(StopReason) else _OTHER_REASONS.get(reason, StopReason.OTHER)
    if not able.tools:
        read, called = text_protocol.read(read, request, cut=stop is StopReason.MAX_TOKENS)
        stop = StopReason.TOOL_USE if called else stop
    return Reply(stop, read, _usage(answer.get("usage")), _detail(reason, answer))


def _object(value: object, name: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Unreadable(f"{name} is a {type(value).__name__}")
    return value


def _content(value: object) -> list[Block]:
    if value is not None and not isinstance(value, list):
        raise Unreadable(f"content is a {type(value).__name__}")
    blocks: list[Block] = []
    for block in value or []:
        if not isinstance(block, dict):
            raise Unreadable(f"a content block is a {type(block).__name__}")
        kinds = [kind for kind in _KEPT if kind in block]
        if any(not isinstance(block[kind], _KEPT[kind]) for kind in kinds):
            raise Unreadable("a content block has the wrong type inside")
        newer = any(isinstance(block[kind], dict) and _UNKNOWN in block[kind] for kind in kinds)
        if kinds and not newer:
            blocks.append(block)  # type: ignore[arg-type]
    return blocks


def _usage(counts: object) -> Usage:
    counts = counts if isinstance(counts, Mapping) else {}
    return Usage(
        input_tokens=_tokens(counts.get("inputTokens")),
        output_tokens=_tokens(counts.get("outputTokens")),
        cache_read_tokens=_tokens(counts.get("cacheReadInputTokens")),
        cache_write_tokens=_tokens(counts.get("cacheWriteInputTokens")),
    )


def _tokens(value: object) -> int:
    return max(int(value), 0) if isinstance(value, (int, float)) and math.isfinite(value) else 0


def _detail(reason: str, answer: Mapping[str, Any]) -> str:
    trace = answer.get("trace")
    guardrail = trace.get("guardrail") if isinstance(trace, Mapping) else None
    why = guardrail.get("actionReason") if isinstance(guardrail, Mapping) else None
    return f"{reason}: {why}" if why else reason
