"""CloudWatch Logs' filter patterns of terms, as FilterLogEvents and metric filters read them.

Terms are told apart by case; all have to be there, or any one of those marked `?`; none marked `-`. A term is
a word, a phrase in quotes, or `%an expression%` (AWS, "Filter pattern syntax for metric filters, subscription
filters, filter log events, and Live Tail"). Patterns over JSON fields or columns are left to the emulator.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ministack.services import cloudwatch_logs as stock  # type: ignore[import-untyped]

from local.patching import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    Matcher = Callable[[str], bool]

TERM = re.compile(r'(?P<mark>[-?]?)(?:"(?P<phrase>(?:[^"\\]|\\.)*)"|%(?P<expression>[^%]+)%|(?P<word>\S+))')


def install() -> None:
    """Replace the emulator's reading of patterns, which knows no `?` and tells no case apart."""
    compiled = replace(stock, "_compile_filter_pattern", None)

    def read(raw: str) -> Matcher:
        structured = not raw or raw.lstrip().startswith(("{", "["))
        matcher: Matcher = compiled(raw) if structured else of_terms(raw)
        return matcher

    stock._compile_filter_pattern = read


def of_terms(raw: str) -> Matcher:
    """Return what tells whether a message matches a pattern of terms."""
    terms = [(match["mark"], _expression(match)) for match in TERM.finditer(raw)]
    needed = [term for mark, term in terms if not mark]
    optional = [term for mark, term in terms if mark == "?"]
    refused = [term for mark, term in terms if mark == "-"]

    def matches(message: str) -> bool:
        return (
            all(term.search(message) for term in needed)
            and (not optional or bool(needed) or any(term.search(message) for term in optional))
            and not any(term.search(message) for term in refused)
        )

    return matches


def _expression(match: re.Match[str]) -> re.Pattern[str]:
    if match["expression"]:
        return re.compile(match["expression"])
    phrase = match["phrase"]
    text = match["word"] if phrase is None else re.sub(r"\\(.)", r"\1", phrase)
    return re.compile(re.escape(text))
