"""Keeps the conversation inside the model's window by letting old outputs go, the least needed first.

The conversation itself stays whole, for the record and for checking quotes; what changes is the view of it
that the model is sent. Room is made seldom and much at a time: each change ends the cached prefix there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import prompt_template
import submission
import untrusted
from conversation import text_of
from converse_request import characters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversation import Block, Message, ResultText
    from inquiry import Inquiry
    from progress import Progress
    from record import ToolCall

_COMFORTABLE_TOKENS = 100_000
_COMFORTABLE_SHARE = 0.6
_AFTER_SHARE = 0.45  # of what is comfortable: so much is left once room was made
_EXCERPT = 600
_CODE_EXCERPT = 200
_TOOLS_CHARACTERS = 6_000
BASELINE_PLACE = 1  # in the first message: the alarm, then the output of call 0
_QUOTED = re.compile(r"[`\"“]([^`\"”\n]{8,300})[`\"”]")
_CITED = re.compile(r"\bcalls?\s*#?(\d{1,4})\b|\[call (\d{1,4})\]", re.IGNORECASE)


def view(progress: Progress) -> list[Message]:
    """Return the conversation as the model is sent it."""
    if not progress.elided:
        return list(progress.messages)
    shown: list[Message] = []
    for index, message in enumerate(progress.messages):
        content = [_shown(block, progress, index, place) for place, block in enumerate(message["content"])]
        shown.append({"role": message["role"], "content": content})
    return shown


def request_tokens(inquiry: Inquiry, system: str) -> int:
    """Return about how many tokens the next request has, judged by what the last one turned out to have."""
    total = sum(map(characters, view(inquiry.progress))) + len(system) + _TOOLS_CHARACTERS
    return int(total * inquiry.progress.tokens_per_character)


def make_room(inquiry: Inquiry, system: str, *, forced: bool = False) -> bool:
    """Elide outputs if the next request would be large, or (`forced`) was too large. False: none was left."""
    window = inquiry.model.window_tokens - inquiry.model.reply_tokens
    now = request_tokens(inquiry, system)
    comfortable = min(_COMFORTABLE_TOKENS, int(window * _COMFORTABLE_SHARE), now // 2 if forced else now)
    if now <= comfortable and not forced:
        return True
    # Room for many turns at once, for comfort; just enough, when the window has been reached.
    goal = comfortable if forced else int(comfortable * _AFTER_SHARE)
    most, utmost = (comfortable, comfortable) if forced else (int(window * 0.8), int(window * 0.9))
    changed = False
    # In this order, down to this size: for comfort's sake only old outputs that were not quoted.
    for calls, shortened, enough in (
        (_old(inquiry, quoted=False), _excerpt, goal),
        (_old(inquiry, quoted=True), _quoted_lines, comfortable),
        (_old(inquiry, quoted=None), _stub, most),
        (_recent(inquiry), _quarter, utmost),
    ):
        for call in calls:
            if now <= enough:
                break
            saved = _replace(inquiry.progress, call, shortened(inquiry.progress, call))
            now -= int(saved * inquiry.progress.tokens_per_character)
            changed = changed or saved > 0
    return changed


def _replace(progress: Progress, call: ToolCall, text: str) -> int:
    """Show `text` for a call's output from now on, if it is shorter; returns how many characters it saves."""
    shown = prompt_template.call_result(call, text, progress.key)
    before = progress.elided.get(call.call) or prompt_template.call_result(call, call.output, progress.key)
    if len(shown) >= len(before):
        return 0
    progress.elided[call.call] = shown
    return len(before) - len(shown)


def _excerpt(progress: Progress, call: ToolCall) -> str:
    return untrusted.cut(call.output, _EXCERPT)


def _quoted_lines(progress: Progress, call: ToolCall) -> str:
    lines = [line for line in call.output.splitlines() if any(quote in line for quote in _quotes(progress))]
    return "\n".join([*lines, _left_out(call)])


def _stub(progress: Progress, call: ToolCall) -> str:
    if call.call not in progress.stubbed:
        progress.stubbed.append(call.call)
    return _left_out(call)


def _quarter(progress: Progress, call: ToolCall) -> str:
    shown = len(progress.elided.get(call.call, call.output))
    return untrusted.cut(call.output, max(shown // 4, _EXCERPT))


def _left_out(call: ToolCall) -> str:
    return prompt_template.notice("elided", call=call.call, characters=f"{len(call.output):,}")


def _old(inquiry: Inquiry, *, quoted: bool | None) -> list[ToolCall]:
    """Return calls before the latest turn's, oldest first; `quoted`: only, or none of, those in use."""
    recent = _recent_numbers(inquiry.progress)
    calls = sorted(inquiry.progress.tool_calls, key=lambda call: call.call)
    if quoted is None:
        return [call for call in calls if call.call not in recent]
    used = _used(inquiry.progress, calls)
    return [call for call in calls if call.call not in recent and call.call and (call.call in used) is quoted]


def _recent(inquiry: Inquiry) -> list[ToolCall]:
    recent = _recent_numbers(inquiry.progress)
    return [call for call in inquiry.progress.tool_calls if call.call in recent]


def _recent_numbers(progress: Progress) -> set[int]:
    """Return the calls whose results stand in the last message: the model has not read them yet."""
    blocks = progress.messages[-1]["content"] if progress.messages else []
    ids = (block["toolResult"]["toolUseId"] for block in blocks if "toolResult" in block)
    recent = {progress.calls_by_id[each] for each in ids if each in progress.calls_by_id}
    return recent or ({0} if len(progress.messages) == 1 else set())


def _used(progress: Progress, calls: Sequence[ToolCall]) -> set[int]:
    """Return the calls that the model has cited by number or quoted from."""
    words = _own_words(progress)
    cited = {int(first or second) for first, second in _CITED.findall(words)}
    if report := submission.parse(progress.submitted).report:
        claims = [report.root_cause.evidence, *(finding.evidence for finding in report.findings)]
        cited |= {evidence.call for claim in claims for evidence in claim if evidence.call is not None}
    quotes = _quotes(progress)
    return cited | {call.call for call in calls if any(quote in call.output for quote in quotes)}


def _quotes(progress: Progress) -> set[str]:
    return set(_QUOTED.findall(_own_words(progress)))


def _own_words(progress: Progress) -> str:
    texts = [text_of(message) for message in progress.messages if message["role"] == "assistant"]
    return "\n".join(texts)


def _shown(block: Block, progress: Progress, index: int, place: int) -> Block:
    """Return a block with the output that was elided from it replaced."""
    if "toolResult" in block:
        call = progress.calls_by_id.get(block["toolResult"]["toolUseId"])
        if call is not None and call in progress.elided:
            _, *remarks = block["toolResult"]["content"]
            content: list[ResultText] = [{"text": progress.elided[call]}, *remarks]
            return {"toolResult": {**block["toolResult"], "content": content}}
    elif "toolUse" in block:
        asked = block["toolUse"]["input"]
        stubbed = progress.calls_by_id.get(block["toolUse"]["toolUseId"]) in progress.stubbed
        if stubbed and isinstance(asked, dict) and len(str(asked.get("code"))) > _CODE_EXCERPT:
            code = f"{asked['code'][:_CODE_EXCERPT]}\n# ... left out to save room"
            return {"toolUse": {**block["toolUse"], "input": {**asked, "code": code}}}
    elif (index, place) == (0, BASELINE_PLACE) and 0 in progress.elided:
        return {"text": progress.elided[0]}
    return block
