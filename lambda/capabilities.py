"""What a model can be asked for: from a table of families, the operator's word, and Bedrock's own refusals.

A refusal takes away one capability, for as long as the client lives: as long as the function is warm. A model
that the table does not know is taken to be able, and shown otherwise by its refusals.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from model_ids import base_id

if TYPE_CHECKING:
    from collections.abc import Mapping

# What may be overridden, in the words of `model_capabilities`.
OVERRIDABLE = ("tools", "system_prompt", "cache_points", "tool_choice", "strict_schema")


@dataclass(frozen=True, slots=True)
class Capabilities:
    """How one model may be spoken to. Defaults are those of a model that nobody knows.

    `result_status`: tool results may carry `status`. `reasoning_back`: its reasoning may be sent back.
    `window` and `reply` are in tokens; `cache_minimum` is how many tokens a prefix needs before it is
    cached.
    """

    tools: bool = True
    system_prompt: bool = True
    cache_points: bool = True
    tool_choice: bool = True
    strict_schema: bool = False
    result_status: bool = False
    reasoning_back: bool = True
    cache_minimum: int = 1024
    window: int = 100_000
    reply: int = 4096


# Listed families that leave a field out do not have it, but for a system prompt.
_UNSAID = {"cache_points": False, "tool_choice": False}

# Bedrock's words when it refuses a feature, the more particular first.
_REFUSALS = tuple(
    (name, re.compile(words, re.IGNORECASE))
    for name, words in (
        ("strict_schema", r"\bstrict\b"),
        ("tool_choice", r"tool_?choice"),
        ("cache_points", r"cache_?point|prompt caching|cache_control"),
        ("result_status", r"\bthe status field\b|toolResult\.status"),
        ("reasoning_back", r"reasoning"),
        ("system_prompt", r"system (messages?|prompts?|instructions?)|\bsystem field\b"),
        ("tools", r"tool use|tool calling|toolConfig|function calling|\btools\b"),
    )
)
_DENIAL = re.compile(
    r"n[o']t support|unsupported|not permitted|not allowed|extra inputs|unknown parameter|not available"
    r"|did not allow|extraneous|remove",
    re.IGNORECASE,
)
_REPLY_LIMIT = re.compile(
    r"max(?:imum)?[ _]?tokens.{0,160}?(?:limit of|lower than|less than or equal to|<=)\s*(\d{2,7})",
    re.IGNORECASE | re.DOTALL,
)

_TOLD = {
    "tools": "does not take tools: it was asked for the same two tools in plain text",
    "system_prompt": "does not take a system prompt: the instructions stood in the first message",
    "cache_points": "does not cache prompts: every turn was billed in full",
    "tool_choice": "cannot be made to call one tool: it was asked to in words",
    "strict_schema": "does not take strict schemas: the report's form was not enforced",
    "reasoning_back": "does not take its own reasoning back: it went on without",
    "result_status": "does not take a status on tool results: it was told in words",
}


@dataclass(slots=True)
class Learned:
    """What refusals have shown about models, by id."""

    known: dict[str, Capabilities] = field(default_factory=dict)
    given_up: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def about(self, model_id: str, overrides: Mapping[str, bool]) -> Capabilities:
        """Return what the model can do, as known by now."""
        if model_id not in self.known:
            self.known[model_id] = replace(of(model_id), **overrides)
        return self.known[model_id]

    def notes(self, model_id: str) -> tuple[str, ...]:
        """Return what was given up, in sentences for the report's reader."""
        return tuple(f"The model {_TOLD[name]}." for name in self.given_up.get(model_id, ()))

    def give_up(self, model_id: str, refusal: str, *, tell: bool = True) -> bool:
        """Take away the one capability that a message refuses; False when it refuses none.

        `tell` says whether the report's reader should know.
        """
        current = self.known[model_id]
        if limit := _REPLY_LIMIT.search(refusal):
            lower = min(int(limit[1]), current.reply - 1)
            self.known[model_id] = replace(current, reply=lower)
            return lower >= 16
        if not _DENIAL.search(refusal):
            return False
        name = next((name for name, words in _REFUSALS if words.search(refusal)), "")
        if not name or not getattr(current, name):
            return False
        self.known[model_id] = replace(current, **{name: False})
        if tell:
            self.given_up[model_id] = (*self.given_up.get(model_id, ()), name)
        return True

    def shrink_window(self, model_id: str, tokens: int) -> None:
        """Remember that a request of about so many tokens was too long."""
        current = self.known[model_id]
        self.known[model_id] = replace(current, window=min(current.window, max(tokens * 9 // 10, 1000)))


_OF_CLIENTS: WeakKeyDictionary[object, Learned] = WeakKeyDictionary()


def learned_with(client: object) -> Learned:
    """Return what has been learned with a client; nothing yet with a new one."""
    try:
        return _OF_CLIENTS.setdefault(client, Learned())
    except TypeError:  # it can be no key
        return Learned()


def of(model_id: str) -> Capabilities:
    """Return what the table says about a model."""
    model = base_id(model_id)
    names = {item.name for item in fields(Capabilities)}
    for family in _families():
        if re.search(family["pattern"], model):
            return Capabilities(**{**_UNSAID, **{name: family[name] for name in names & family.keys()}})
    return Capabilities()


@cache
def _families() -> list[dict[str, Any]]:
    document = json.loads((Path(__file__).parent / "model_families.json").read_text(encoding="utf-8"))
    families: list[dict[str, Any]] = document["families"]
    return families
