"""Finds calls of the two tools in a model's prose, in the form asked for and in those that models garble.

Nothing here runs anything. A found call is only a candidate; `text_protocol` decides whether it counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from loose_json import loads
from tool_specs import RUN_PYTHON, SUBMIT_REPORT


@dataclass(frozen=True, slots=True)
class FoundCall:
    """A call in text. `keyed`: it bears the investigation's key; `body`: the text that made it."""

    name: str
    input: object
    keyed: bool
    body: str


@dataclass(frozen=True, slots=True)
class Found:
    """The calls of a reply, and where in its text the last one ends."""

    calls: tuple[FoundCall, ...]
    end: int


_FENCE = re.compile(
    r"^[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\n`]*)\n(?P<body>.*?)(?:^[ \t]*(?P=fence)[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)


def find_calls(text: str, key: str, *, whole: bool) -> Found:
    """Return the calls in a reply, in order."""
    calls: list[FoundCall] = []
    end = 0
    for match in _FENCE.finditer(text):
        info, body = match["info"], match["body"]
        if call := _fenced(info, body, key):
            calls.append(call)
            end = match.end()
    return Found(tuple(calls), end)


def _fenced(info: str, body: str, key: str) -> FoundCall | None:
    if SUBMIT_REPORT in info:
        return FoundCall(SUBMIT_REPORT, loads(body), key in info, body)
    if RUN_PYTHON in info or info.strip().lower() in {"python", "py"}:
        return FoundCall(RUN_PYTHON, {"code": body}, key in info, body)
    return None
