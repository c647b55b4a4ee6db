"""The message list as Converse sees it: typed blocks, and the few ways in which the loop may add to it.

The assistant's messages are kept as they came. Roles alternate, no blank text is ever stored, and no text
stands beside a tool result in one message (some models refuse that), so a remark goes into the last result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class ToolUse(TypedDict):
    """A call that the model asks for."""

    toolUseId: str
    name: str
    input: object


class ResultText(TypedDict):
    """One piece of text in a tool result."""

    text: str


class ToolResult(TypedDict):
    """The answer to one `toolUse`, by its id."""

    toolUseId: str
    content: list[ResultText]
    status: Literal["success", "error"]


class Block(TypedDict, total=False):
    """One content block; kinds that are not listed here are carried along untouched."""

    text: str
    toolUse: ToolUse
    toolResult: ToolResult
    reasoningContent: object
    cachePoint: dict[str, str]


class Message(TypedDict):
    """One turn of either side."""

    role: Literal["user", "assistant"]
    content: list[Block]


@dataclass(frozen=True, slots=True)
class ToolRequest:
    """A tool call as the model asked for it, not yet looked at."""

    id: str
    name: str
    input: object


def requests(message: Message) -> tuple[ToolRequest, ...]:
    """Return the tool calls that a message asks for, in order."""
    uses = (block["toolUse"] for block in message["content"] if "toolUse" in block)
    return tuple(ToolRequest(use["toolUseId"], use["name"], use["input"]) for use in uses)


def text_of(message: Message) -> str:
    """Return the plain text of a message, its blocks joined by blank lines."""
    texts = (block["text"].strip() for block in message["content"] if "text" in block)
    return "\n\n".join(text for text in texts if text)


def result(request_id: str, text: str, *, success: bool) -> Block:
    """Return the block that answers one tool call."""
    return {
        "toolResult": {
            "toolUseId": request_id,
            "content": [{"text": text}],
            "status": "success" if success else "error",
        }
    }


def add_user_text(messages: list[Message], texts: Iterable[str]) -> None:
    """Say something to the model, in the place where every model accepts it."""
    for text in texts:
        if not messages or messages[-1]["role"] == "assistant":
            messages.append({"role": "user", "content": [{"text": text}]})
            continue
        content = messages[-1]["content"]
        if "toolResult" in content[-1]:
            content[-1]["toolResult"]["content"].append({"text": text})
        else:
            content.append({"text": text})


def add_results(messages: list[Message], results: Sequence[Block]) -> None:
    """Answer the tool calls of the last assistant message, all in one user message."""
    messages.append({"role": "user", "content": list(results)})
