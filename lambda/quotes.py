"""Does a quote stand in a text? Forgives what copying does to a text, nothing that changes what it says.

Forgiven: runs of whitespace, spacing between the marks of JSON, any depth of JSON or Python escaping, curly
quotation marks, terminal colours, quotation marks around the quote, and ellipses between parts that stand
there in that order. Not forgiven: a number cut short at either end or stripped of its sign or exponent, a
short quote that is a piece of a word, a quote that begins right after the negation it leaves out, all else.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# A match shorter than this has to be whole words.
_WHOLE_WORDS_BELOW = 16
# Parts of an elided quote shorter than this have to stand close to their neighbours, on one line: short
# strings stand nearly anywhere.
_CLOSE_BELOW = 8
_CLOSE = 400
# An ellipsis over so little that hides a negation hides the point; so does a quote shorter than this
# that begins right after one.
_NARROW_GAP = 30
_POINTED_BELOW = 60
# Bounds on the work that a hostile quote or output can ask for.
_LONGEST_QUOTE = 8_000
_MOST_PARTS = 12
_LONGEST_NUMBER = 64

_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|u\{([0-9a-f]{1,5})\}|x([0-9a-fA-F]{2})|([nrt\"'/])|)")
_WHITESPACE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'"})
# Dropped at either end of a quote: whitespace, quotation marks, a backslash whose mark was left behind.
_AROUND = " \t\r\n\f\v\"'`«»\\"
_ELLIPSIS = re.compile(r"\s*(?:[\[(<]\s*(?:\.{3,}|…)\s*[\])>]|\.{3,}|…)\s*")

# One number, with everything that belongs to its value: an edge of a quote never falls inside a match.
# The fraction of a clock's seconds is left out, so that 05:00:00 stands in 05:00:00.123.
_NUMBER = re.compile(
    r"""(?:(?<![\w.)\]])[-−])?                                      # a sign, not a hyphen
        (?:(?<![\w.,\[])(?<!\w-)\d{1,3}(?:,\d{3})+(?![\d,])|\d+)    # 1,234 or 1234
        (?:(?<!:\d\d)\.\d+)*                                        # decimals; versions and addresses too
        (?:[eE][+-]?\d+(?!\w)|[kKMGT](?!\w))?                       # 1e-07, 12k
    """,
    re.VERBOSE,
)
_IN_NUMBERS = frozenset("0123456789.,")
_NUMBERISH = frozenset("0123456789.,+-−eEkKMGT")
_NEGATION = re.compile(r"(?<!\w)(?:not|no|never|cannot|without|neither|nor|\w+n't)(?!\w)", re.IGNORECASE)
_NEGATION_BEFORE = re.compile(
    r"(?<!\w)(?:not|no|never|cannot|neither|nor|\w+n't)(?:[ ](?:yet|longer|been|be))?[ ]$", re.IGNORECASE
)
_NEGATING_PREFIX = re.compile(
    r"(?:(?<![a-zA-Z])(?:un|in|im|ir|il|non|dis|mis|not|no|a)|(?<=[a-z0-9])(?:Un|In|Im|Non|Dis|Mis|Not|No))$",
    re.IGNORECASE,
)
_NEGATING_SUFFIX = re.compile(r"n?['’]t(?!\w)|n't|not(?![a-z])")
_SAYS_NOTHING = re.compile(
    r"(?:all|and|any|are|but|can|did|does|false|for|from|had|has|have|its|none|not|null|than|that|the|their|them|"
    r"then|there|these|they|this|true|was|were|will|with|yes|you|your)$",
    re.IGNORECASE,
)


class Verdict(StrEnum):
    """What came of looking for a quote in one text."""

    FOUND = "found"
    TOO_SHORT = "too_short"
    CUT = "cut"  # stands there only as a piece of a longer number or word, or without its negation
    MISSING = "missing"


def plain(text: str) -> str:
    """Return the text without escaping, colours and curly quotation marks; whitespace stays as it is."""
    text = _ESCAPE.sub(_unescaped, text)
    if any("\ud800" <= char <= "\udfff" for char in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _COLOUR.sub("", text).translate(_CURLY)


def find(quote: str, text: str) -> Verdict:
    """Look for a quote in a text that went through `plain`: as it stands, then split at its ellipses."""
    quote = plain(quote)
    parts = [part for part in _ELLIPSIS.split(quote) if part.strip(_AROUND)]
    if len(quote) > _LONGEST_QUOTE or len(parts) > _MOST_PARTS:
        return Verdict.MISSING
    verdict = _verdict([quote], text)
    if verdict is Verdict.FOUND or parts == [quote]:
        return verdict
    return _verdict(parts, text)


def _unescaped(match: re.Match[str]) -> str:
    """Any number of backslashes before a mark is one escape: text nested in JSON in JSON carries many."""
    *codes, mark = match.groups()
    code = next(filter(None, codes), None)
    if code:
        return chr(int(code, 16))
    return _WHITESPACE_ESCAPES.get(mark, mark) if mark else "\\"


def _says_something(part: str) -> bool:
    """Tell whether a part holds a word worth quoting or a number of two digits or more."""
    if any(sum(map(str.isdigit, number)) > 1 for number in _NUMBER.findall(part)):
        return True
    words = re.findall(r"[^\W\d_]+", part)
    return any(len(word) > (2 if word.isascii() else 1) and not _SAYS_NOTHING.match(word) for word in words)


def _verdict(parts: list[str], text: str) -> Verdict:
    """Look for all parts in this order; every part is placed as close to the one before as can be."""
    parts = [part.strip(_AROUND) for part in parts]
    if not any(map(_says_something, parts)):
        return Verdict.TOO_SHORT
    cut = False
    reached = [0]  # ends of the places where the parts so far can stand, ascending
    for index, part in enumerate(parts):
        near = index > 0 and (_weak(part) or _weak(parts[index - 1]))
        ends: list[int] = []
        for start, end in _places(part, text):
            before = bisect_right(reached, start)
            if index and not (before and _bridged(text[reached[before - 1] : start], near=near)):
                continue
            if not _whole(text, start, end):
                cut = True
            elif index == len(parts) - 1:
                return Verdict.FOUND
            else:
                ends.append(end)
        if not ends:
            break
        reached = ends
    return Verdict.CUT if cut else Verdict.MISSING


def _weak(part: str) -> bool:
    return len(part) < _CLOSE_BELOW or not _says_something(part)


def _bridged(gap: str, *, near: bool) -> bool:
    """Tell whether an ellipsis may stand for this."""
    if len(gap) <= _NARROW_GAP and _NEGATION.search(gap):
        return False
    return not near or (len(gap) <= _CLOSE and "\n" not in gap.strip())


def _places(part: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where a part stands, overlapping places included."""
    pattern = _pattern(part)
    match = pattern.search(text)
    while match:
        yield match.span()
        match = pattern.search(text, match.start() + 1)


def _pattern(part: str) -> re.Pattern[str]:
    """Return the part as a pattern: whitespace stands for any, and is optional in JSON's layout.

    A line break is optional too, as wrapping may have put it in, but never inside a number.
    """
    pieces: list[str] = []
    earlier, left, spaces = "", "", ""
    for char in part:
        if char.isspace():
            spaces += char
            continue
        wrapped = "\n" in spaces and not {left, char} <= _IN_NUMBERS
        if left and (wrapped or _loose(earlier, left, char)):
            pieces.append(r"\s*")
        elif spaces:
            pieces.append(r"\s+")
        pieces.append(re.escape(char))
        earlier, left, spaces = left, char, ""
    return re.compile("".join(pieces))


def _loose(earlier: str, left: str, right: str) -> bool:
    """Tell whether whitespace between two characters is only JSON's layout. 1, 234 never is 1,234."""
    if left in "[{" or right in "]}":
        return True
    if left in ",:":
        return right in "\"'[{" or earlier in ("'", '"', "]", "}")
    return right in ",:" and left in "\"']}"


def _whole(text: str, start: int, end: int) -> bool:
    """Tell whether neither edge of a match cuts off what would change its meaning."""
    if _inside_number(text, start) or _inside_number(text, end):
        return False
    if end - start < _WHOLE_WORDS_BELOW and (_inside_word(text, start) or _inside_word(text, end)):
        return False
    before = text[max(0, start - 40) : start]
    if end - start < _POINTED_BELOW and text[start].isalnum() and _NEGATION_BEFORE.search(before):
        return False
    if before[-1:].isalpha() and text[start].isalpha() and _NEGATING_PREFIX.search(before):
        return False
    return not (text[end - 1].isalpha() and _NEGATING_SUFFIX.match(text, end))


def _inside_number(text: str, at: int) -> bool:
    if text[at - 1 : at].isdigit() and text[at : at + 1].isdigit():
        return True
    start = at
    while start > max(0, at - _LONGEST_NUMBER) and text[start - 1] in _NUMBERISH:
        start -= 1
    numbers = _NUMBER.finditer(text, start, at + _LONGEST_NUMBER)
    return any(number.start() < at < number.end() for number in numbers)


def _inside_word(text: str, at: int) -> bool:
    """Tell whether an edge cuts a word. Words in camel case and the T and Z of a timestamp are no cut."""
    if at in (0, len(text)):
        return False
    left, right = text[at - 1], text[at]
    if not (_wordy(left) and _wordy(right)):
        return False
    stamp = (left.isdigit() and right in "TZ") or (left == "T" and right.isdigit())
    return not (stamp or (left.islower() and right.isupper()))


def _wordy(char: str) -> bool:
    """Tell whether a character is of a script that sets its words apart: a digit or a letter with a case."""
    return char.isdigit() or char.lower() != char.upper()
