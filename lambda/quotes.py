"""Does a quote stand in a text? Forgives what copying does to a text, nothing that changes what it says.

Forgiven: runs of whitespace, spacing between the marks of JSON and in lists of numbers, any depth of JSON or
Python escaping, the kind of quotation mark, accents set apart from their letters, terminal colours, quotation
marks around the quote, a full stop or comma after it, and ellipses between parts that stand there in that
order and belong together. Not forgiven: a number cut short at either end or stripped of its sign or exponent,
a short quote that is a piece of a word, a piece of a name in quotation marks or in capitals, a quote that
begins right after the negation it leaves out, all else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from quote_edges import NUMBER, Ends, whole
from quote_gaps import bridged
from quote_text import Searchable, Work, plain

# Parts of an elided quote shorter than this have to stand close to their neighbours, on one line: short
# strings stand nearly anywhere.
_CLOSE_BELOW = 8
# Of the places where the part before can end, how many are tried for one place of the next.
_NEAREST = 4
# Bounds on the work that a hostile quote or output can ask for, besides `Work`.
_LONGEST_QUOTE = 8_000
_MOST_PARTS = 12

# Dropped at either end of a quote: whitespace, quotation marks, a backslash whose mark was left behind.
_AROUND = " \t\r\n\f\v\"'`«»\\"
_MARKS = ('"', "'", "«", "»")
ELLIPSIS = re.compile(r"\s*(?:[\[(<]\s*(?:\.{3,}|…)\s*[\])>]|\.{3,}|…)\s*")
_ADDED_STOP = re.compile(r"(?<=[^\d\s.,…])[.,]$")
_SAYS_NOTHING = re.compile(
    r"(?:all|and|any|are|but|can|did|does|false|for|from|had|has|have|its|none|not|null|than|that|the|their|them|"
    r"then|there|these|they|this|true|was|were|will|with|yes|you|your)$",
    re.IGNORECASE,
)
# The words that stand in nearly every log: alone, they prove nothing.
_LEVEL = re.compile(r"\W*(?:err|errors?|warn|warnings?|info|debug|trace)\W*", re.IGNORECASE)
_LIST = re.compile(r"[\[(]\s*\d+(?:,\s*\d+){2,}")


class Verdict(StrEnum):
    """What came of looking for a quote in one text."""

    FOUND = "found"
    TOO_SHORT = "too_short"
    CUT = "cut"  # stands there only as a piece of a longer number or word, or without its negation
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a quote between ellipses, and how its ends were written."""

    text: str
    ends: Ends

    @property
    def weak(self) -> bool:
        return len(self.text) < _CLOSE_BELOW or not _says_something(self.text)


def find(quote: str, text: str | Searchable, work: Work | None = None) -> Verdict:
    """Look for a quote in a text that went through `plain`: as it stands, then split at its ellipses.

    Last without a full stop or comma at its end, which a model may have added. `work` is what may be spent
    on the quote; with too much to look at, it is missing.
    """
    text = Searchable(text) if isinstance(text, str) else text
    work = work or Work()
    quote = plain(quote)
    verdict = _find(quote, text, work)
    bare = quote.rstrip(_AROUND)
    if verdict is Verdict.MISSING and _ADDED_STOP.search(bare):
        return _find(f'{bare[:-1]}"', text, work)
    return verdict


def _find(quote: str, text: Searchable, work: Work) -> Verdict:
    parts = _parts(ELLIPSIS.split(quote))
    if len(quote) > _LONGEST_QUOTE or len(parts) > _MOST_PARTS:
        return Verdict.MISSING
    as_it_stands = _parts([quote])
    verdict = _verdict(as_it_stands, text, work)
    if verdict is Verdict.FOUND or parts == as_it_stands:
        return verdict
    return _verdict(parts, text, work)


def _parts(stretches: list[str]) -> list[_Part]:
    parts: list[_Part] = []
    last = len(stretches) - 1
    for index, given in enumerate(map(str.strip, stretches)):
        ends = Ends(closed=(given.startswith(_MARKS), given.endswith(_MARKS)), open=(index > 0, index < last))
        if text := given.strip(_AROUND):
            parts.append(_Part(text, ends))
    return parts


def _says_something(part: str) -> bool:
    """Tell whether a part holds a word worth quoting, a number of two digits or more or a list of numbers."""
    if _LEVEL.fullmatch(part):
        return False
    if _LIST.search(part):
        return True
    if any(sum(map(str.isdigit, number)) > 1 for number in NUMBER.findall(part)):
        return True
    words = re.findall(r"[^\W\d_]+", part)
    return any(len(word) > (2 if word.isascii() else 1) and not _SAYS_NOTHING.match(word) for word in words)


def _verdict(parts: list[_Part], text: Searchable, work: Work) -> Verdict:
    """Look for all parts in this order; every part is placed as close to the one before as can be."""
    if not any(_says_something(part.text) for part in parts):
        return Verdict.TOO_SHORT
    cut = False
    before, reached = parts[0], [0]  # `reached`: where the part before can end, ascending
    for index, part in enumerate(parts):
        near = before.weak or part.weak
        ends: list[int] = []
        for start, end in text.places(part.text, work):
            last = bisect_right(reached, start)
            gaps = (text.text[at:start] for at in reversed(reached[max(0, last - _NEAREST) : last]))
            if index and not any(bridged(before.text, gap, part.text, near=near) for gap in gaps):
                continue
            if not whole(text.text, start, end, part.ends):
                cut = True
            elif index == len(parts) - 1:
                return Verdict.FOUND
            else:
                ends.append(end)
        if not ends:
            break
        before, reached = part, ends
    return Verdict.CUT if cut else Verdict.MISSING
