"""Read a Converse request: which tools there are, what was asked, and what each call answered."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

JsonObject = dict[str, Any]

CALL_NUMBER = re.compile(r"\bcall[ _#:=\"']*(\d+)", re.IGNORECASE)
ALARM_ARN = re.compile(r"arn:[\w-]+:cloudwatch:[\w-]*:\d*:alarm:([^\"\n\\]+)")


class UnusableRequestError(ValueError):
    """The request lacks what this model needs; the message says what."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One `run_python` call with its answer. `call` is the number by which the answer is cited."""

    purpose: str
    call: int
    output: str

    @property
    def lines(self) -> list[str]:
        """The answer's lines, without surrounding blanks."""
        return [line.strip() for line in self.output.splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation so far, as this model needs it."""

    alarm_name: str
    answered: tuple[Answered, ...]
    tools: frozenset[str]
    must_conclude: bool

    def output_of(self, purpose: str) -> Answered | None:
        """Return the latest answer to a call that was made for this purpose."""
        return next((found for found in reversed(self.answered) if found.purpose == purpose), None)


def read(request: JsonObject) -> Transcript:
    """Read a Converse request; raises `UnusableRequestError`."""
    messages = request.get("messages") or []
    if not messages:
        raise UnusableRequestError("The conversation is empty.")
    tools = frozenset(
        tool["toolSpec"]["name"]
        for tool in (request.get("toolConfig") or {}).get("tools", [])
        if "toolSpec" in tool
    )
    if not tools & {"run_python", "submit_report"}:
        raise UnusableRequestError("This model needs the tools run_python and submit_report.")
    match = ALARM_ARN.search(_texts(messages[0]))
    choice = (request.get("toolConfig") or {}).get("toolChoice") or {}
    forced = choice.get("tool", {}).get("name") == "submit_report"
    return Transcript(
        alarm_name=match[1].strip() if match else "",
        answered=tuple(_answered(messages)),
        tools=tools,
        must_conclude=forced or "run_python" not in tools or _told_to_conclude(messages[-1]),
    )


def _told_to_conclude(message: JsonObject) -> bool:
    return "Call submit_report now" in _texts(message)


def _answered(messages: list[JsonObject]) -> list[Answered]:
    purposes: dict[str, str] = {}
    found: list[Answered] = []
    for message in messages:
        for block in message.get("content") or []:
            if "toolUse" in block and block["toolUse"]["name"] == "run_python":
                purposes[block["toolUse"]["toolUseId"]] = block["toolUse"]["input"].get("purpose", "")
            elif "toolResult" in block and block["toolResult"]["toolUseId"] in purposes:
                text = _result_text(block["toolResult"])
                number = CALL_NUMBER.search(text)
                if number:
                    purpose = purposes[block["toolResult"]["toolUseId"]]
                    found.append(Answered(purpose, int(number[1]), text[number.end() :]))
    return found


def _result_text(result: JsonObject) -> str:
    parts = [part.get("text") or json.dumps(part.get("json", "")) for part in result.get("content") or []]
    return "\n".join(parts)


def _texts(message: JsonObject) -> str:
    return "\n".join(block["text"] for block in message.get("content") or [] if "text" in block)
