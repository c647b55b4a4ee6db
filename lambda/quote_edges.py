"""Does a match cut off what would change its meaning? Judges the two edges of a quote where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

# A match shorter than this has to be whole words even where an ellipsis says that more follows.
_WHOLE_WORDS_BELOW = 16
# A quote shorter than this that begins right after a negation hides the point.
_POINTED_BELOW = 60
_LONGEST_NUMBER = 64
_LONGEST_NAME = 80

# One number, with everything that belongs to its value: an edge of a quote never falls inside a match.
# The fraction of a clock's seconds is left out, so that 05:00:00 stands in 05:00:00.123.
NUMBER = re.compile(
    r"""(?:(?<![\w.)\]])[-−])?                                      # a sign, not a hyphen
        (?:(?<![\w.,\[])(?<!\w-)\d{1,3}(?:,\d{3})+(?![\d,])|\d+)    # 1,234 or 1234
        (?:(?<!:\d\d)\.\d+)*                                        # decimals; versions and addresses too
        (?:[eE][+-]?\d+(?!\w)|[kKMGT](?!\w))?                       # 1e-07, 12k
    """,
    re.VERBOSE,
)
_NUMBERISH = frozenset("0123456789.,+-−eEkKMGT")
NEGATION = re.compile(r"(?<!\w)(?:not|no|never|cannot|without|neither|nor|\w+n't)(?!\w)", re.IGNORECASE)
_NEGATION_BEFORE = re.compile(
    r"(?<!\w)(?:not|no|never|cannot|neither|nor|nothing|hardly|barely|without|(?:failed|unable)[ ]to|\w+n't)"
    r"(?:[ ](?:yet|longer|been|be))?[ ]\Z",
    re.IGNORECASE,
)
_NEGATING_PREFIX = re.compile(
    r"(?:(?<![a-zA-Z])(?:un|in|im|ir|il|non|dis|mis|not|no|a)|(?<=[a-z0-9])(?:Un|In|Im|Non|Dis|Mis|Not|No))\Z"
    r"|(?<![a-zA-Z])(?:un|non|dis|mis|not|no|never)[-_]\Z|(?<![\w!])!\Z",
    re.IGNORECASE,
)
_NEGATING_SUFFIX = re.compile(r"n?['’]t(?!\w)|n't|not(?![a-z])")
_HOURS_BEFORE = re.compile(r"(?<![\d.:])\d\d:(?:\d\d:)?\Z")
_MINUTES = re.compile(r"\d\d(?!\d)")
_POINT_BEFORE = re.compile(r"(?<![\w.)\]])\.\Z")
_VERSIONED = re.compile(r"[A-Za-z]{6}20\d{6}(?!\d)")  # UpdateFunctionCode20150331v2
_CONSTANT = re.compile(r"[A-Z0-9]+(?:_[A-Z0-9]+)+")
_IN_CONSTANT = re.compile(r"[A-Z0-9_]")


@dataclass(frozen=True, slots=True)
class Ends:
    """How a quote was written at its two ends, left and right.

    `closed` where it had a quotation mark of its own: there the value or name has to end. `open` where it had
    an ellipsis: there a long quote may end within a word.
    """

    closed: tuple[bool, bool] = (False, False)
    open: tuple[bool, bool] = (False, False)


def whole(text: str, start: int, end: int, ends: Ends) -> bool:
    """Tell whether neither edge of a match cuts off what would change its meaning."""
    for at, closed, elided in zip((start, end), ends.closed, ends.open, strict=True):
        if _inside_number(text, at) or _inside_constant(text, at) or (closed and _inside_name(text, at)):
            return False
        if _inside_word(text, at) and not (elided and end - start >= _WHOLE_WORDS_BELOW):
            return False
    if _beheaded(text, start, end):
        return False
    return not (text[end - 1].isalpha() and _NEGATING_SUFFIX.match(text, end))


def _beheaded(text: str, start: int, end: int) -> bool:
    """Tell whether what stands right before a match turns it round, or is the head of its value."""
    before = text[max(0, start - 40) : start]
    if end - start < _POINTED_BELOW and text[start].isalnum() and _NEGATION_BEFORE.search(before):
        return True
    if text[start].isalpha() and _NEGATING_PREFIX.search(before):
        return True
    if not text[start].isdigit():
        return False
    clock = _HOURS_BEFORE.search(before) and _MINUTES.match(text, start)
    return bool(clock or _POINT_BEFORE.search(before))


def _inside_number(text: str, at: int) -> bool:
    if text[at - 1 : at].isdigit() and text[at : at + 1].isdigit():
        return True
    start = at
    while start > max(0, at - _LONGEST_NUMBER) and text[start - 1] in _NUMBERISH:
        start -= 1
    numbers = NUMBER.finditer(text, start, at + _LONGEST_NUMBER)
    return any(number.start() < at < number.end() for number in numbers)


def _inside_constant(text: str, at: int) -> bool:
    """Tell whether an edge cuts a name in capitals: COMPLETED is no piece of COMPLETED_WITH_ERRORS."""
    start, end = at, at
    while start > max(0, at - _LONGEST_NAME) and _IN_CONSTANT.match(text, start - 1):
        start -= 1
    while end < at + _LONGEST_NAME and _IN_CONSTANT.match(text, end):
        end += 1
    return start < at < end and _CONSTANT.fullmatch(text, start, end) is not None


def _inside_name(text: str, at: int) -> bool:
    """Tell whether an edge cuts a word, with the hyphens and underscores that names are made of."""
    if at in (0, len(text)):
        return False
    return all(char.isalnum() or char in "_-" for char in (text[at - 1], text[at]))


def _inside_word(text: str, at: int) -> bool:
    """Tell whether an edge cuts a word.

    Words in camel case, the T and Z of a timestamp and the version behind the name of an event are no cut.
    """
    if at in (0, len(text)):
        return False
    left, right = text[at - 1], text[at]
    if not (_wordy(left) and _wordy(right)):
        return False
    stamp = (left.isdigit() and right in "TZ") or (left == "T" and right.isdigit())
    return not (stamp or (left.islower() and right.isupper()) or _VERSIONED.match(text, max(0, at - 6)))


def _wordy(char: str) -> bool:
    """Tell whether a character is of a script that sets its words apart: a digit or a letter with a case."""
    return char.isdigit() or char.lower() != char.upper()
