"""The full context: the whole investigation as a story, every code and every output, nothing cut."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from report_json import plain
from report_templates import fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from record import Investigation, ToolCall
    from report_facts import Facts

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Passage:
    """One block of the conversation: who speaks, under which heading, and what."""

    heading: str
    body: str


def full_context(investigation: Investigation, said: Facts) -> str:
    """Return the conversation in the order in which it went, then what it did not show."""
    story = _Story(investigation)
    passages = tuple(story.passages())
    return fill(
        "context.txt.j2",
        investigation=investigation,
        said=said,
        width=WIDTH,
        event=_pretty(investigation.event),
        passages=passages,
        untold=[call for call in investigation.tool_calls if call.call not in story.told],
    )


def _pretty(value: object) -> str:
    return json.dumps(plain(value), indent=2, ensure_ascii=False)


class _Story:
    """Walks the conversation once and pairs each request for a call with the call that answered it."""

    def __init__(self, investigation: Investigation) -> None:
        self._messages = investigation.conversation
        self._waiting = {call.call: call for call in investigation.tool_calls}
        self._asked: dict[str, ToolCall] = {}
        self.told: set[int] = set()

    def passages(self) -> Iterator[Passage]:
        """Yield every block of every message."""
        for turn, message in enumerate(self._messages, start=1):
            who = "Model" if message.get("role") == "assistant" else "Triage"
            content = message.get("content")
            blocks = content if isinstance(content, (list, tuple)) else [{"text": str(content)}]
            for block in blocks:
                heading, body = self._block(block if isinstance(block, Mapping) else {"text": str(block)})
                yield Passage(" ".join(f"[{turn}] {who}{heading}".split()), body)

    def _block(self, block: Mapping[str, object]) -> tuple[str, str]:
        if "text" in block:
            return "", str(block["text"])
        use, result, reasoning = block.get("toolUse"), block.get("toolResult"), block.get("reasoningContent")
        if isinstance(use, Mapping):
            return self._use(use)
        if isinstance(result, Mapping):
            return self._result(result)
        if isinstance(reasoning, Mapping):
            text = reasoning.get("reasoningText")
            return " thinks", str(text.get("text", "")) if isinstance(text, Mapping) else "(not readable)"
        return "", _pretty(block)

    def _use(self, use: Mapping[str, object]) -> tuple[str, str]:
        asked = use.get("input")
        if not isinstance(asked, Mapping) or "code" not in asked:
            return f" calls {use.get('name')}", _pretty(asked)
        call = next((call for call in self._waiting.values() if call.code == asked["code"]), None)
        if call is None:
            return " runs code", str(asked["code"])
        del self._waiting[call.call]
        self._asked[str(use.get("toolUseId"))] = call
        return f" runs call {call.call}: {call.purpose or 'no purpose given'}", call.code

    def _result(self, result: Mapping[str, object]) -> tuple[str, str]:
        call = self._asked.get(str(result.get("toolUseId")))
        if call is not None:
            self.told.add(call.call)
            return f": {_answer(call)}", call.output
        content = result.get("content")
        blocks = content if isinstance(content, (list, tuple)) else []
        texts = [
            str(block["text"]) if isinstance(block, Mapping) and "text" in block else _pretty(block)
            for block in blocks
        ]
        return " answers", "\n".join(texts)


def _answer(call: ToolCall) -> str:
    ending = "ran to its end" if call.success else f"failed: {call.error or 'no reason given'}"
    return (
        f"call {call.call} {ending}; {call.started_at:%H:%M:%S} UTC, {call.duration_ms:.0f} ms, "
        f"{len(call.aws_calls)} AWS calls"
    )
