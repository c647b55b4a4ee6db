"""Texts made comparable, and searched at a cost that neither a quote nor an output can drive up.

Copying changes whitespace, escaping, colours and the kind of quotation marks. `plain` undoes the rest; a
`Searchable` is looked through without its whitespace, and each place is then held against the part's pattern.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# How many places one quote may be held against, over all stretches of an output.
_MOST_PLACES = 4_000
_LONG = 256  # characters that cost as much as one place

_ESCAPE = re.compile(r"\\+(?:u([0-9a-fA-F]{4})|u\{([0-9a-f]{1,5})\}|x([0-9a-fA-F]{2})|([nrt\"'/])|)")
_WHITESPACE_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "‚": "'"})
_ONE_MARK = str.maketrans({"'": '"'})
_ACCENTED = re.compile(r"[^\W\d_][\u0300-\u036f]{1,3}")
_IN_NUMBERS = frozenset("0123456789.,")
_NUMBERS = re.compile(r"(?<![\w.,-])-?\d+(?:\.\d+)?(?:,\s*-?\d+(?:\.\d+)?)+(?![\w.,-]*\w)")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def plain(text: str) -> str:
    """Return the text without escaping, colours, curly marks and split letters; whitespace stays as it is."""
    text = _ESCAPE.sub(_unescaped, text)
    if any("\ud800" <= char <= "\udfff" for char in text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _ACCENTED.sub(lambda letter: unicodedata.normalize("NFC", letter.group()), text)
    return _COLOUR.sub("", text).translate(_CURLY)


def _unescaped(match: re.Match[str]) -> str:
    """Any number of backslashes before a mark is one escape: text nested in JSON in JSON carries many."""
    *codes, mark = match.groups()
    code = next(filter(None, codes), None)
    if code:
        return chr(int(code, 16))
    return _WHITESPACE_ESCAPES.get(mark, mark) if mark else "\\"


@dataclass(slots=True)
class Work:
    """What may still be spent on one quote; once it is gone, nothing more is found."""

    left: int = _MOST_PLACES

    def spend(self, length: int) -> bool:
        """Count one place at which a part of that length is looked at; say whether there was enough left."""
        self.left -= 1 + length // _LONG
        return self.left >= 0


class Searchable:
    """A text that went through `plain`, and the same without whitespace, to find candidates in."""

    __slots__ = ("_bones", "_origins", "_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        words: list[str] = []
        self._starts: list[int] = []  # where each word begins in the bones
        self._origins: list[int] = []  # and where in the text
        length = 0
        for word in re.finditer(r"\S+", text):
            words.append(word.group())
            self._starts.append(length)
            self._origins.append(word.start())
            length += word.end() - word.start()
        self._bones = "".join(words).translate(_ONE_MARK)

    def places(self, part: str, work: Work) -> Iterator[tuple[int, int]]:
        """Yield where a part stands, overlapping places included, as long as there is work left for it."""
        bones = "".join(part.split()).translate(_ONE_MARK)
        pattern = _pattern(part)
        at = self._bones.find(bones)
        while at >= 0 and work.spend(len(bones)):
            word = bisect_right(self._starts, at) - 1
            match = pattern.match(self.text, self._origins[word] + at - self._starts[word])
            if match:
                yield match.span()
            at = self._bones.find(bones, at + 1)


def _pattern(part: str) -> re.Pattern[str]:
    """Return the part as a pattern: whitespace stands for any, and is optional in the layout of JSON.

    A line break is optional too, as wrapping may have put it in, but never inside a number. The two straight
    quotation marks are one: models write the other to be spared its escaping.
    """
    commas = {
        at for numbers in _lists(part) for at in range(numbers.start(), numbers.end()) if part[at] == ","
    }
    pieces: list[str] = []
    earlier, left, spaces = "", "", ""
    between = False  # two numbers of a list
    for at, char in enumerate(part):
        if char.isspace():
            spaces += char
            continue
        wrapped = "\n" in spaces and not {left, char} <= _IN_NUMBERS
        if left and (wrapped or between or _loose(earlier, left, char)):
            pieces.append(r"\s*")
        elif spaces:
            pieces.append(r"\s+")
        pieces.append("[\"']" if char in "\"'" else re.escape(char))
        earlier, left, spaces, between = left, char, "", at in commas
    return re.compile("".join(pieces))


def _lists(part: str) -> Iterator[re.Match[str]]:
    """Yield what can only be a list of numbers, spaced one way: `[1,5]` or `12, 7, 3`, never `1,234`."""
    for numbers in _NUMBERS.finditer(part):
        text = numbers.group()
        spaced = {gap != "" for gap in re.findall(r",(\s*)", text)}
        bracketed = part[: numbers.start()].rstrip()[-1:] in ("[", "(")
        listed = len(spaced) == 1 and (bracketed or text.count(",") > 1)
        if listed and not _THOUSANDS.fullmatch("".join(text.split())):
            yield numbers


def _loose(earlier: str, left: str, right: str) -> bool:
    """Tell whether whitespace between two characters is only JSON's layout. 1, 234 never is 1,234."""
    if left in "[{" or right in "]}":
        return True
    if left in ",:":
        return right in "\"'[{" or earlier in ("'", '"', "]", "}")
    return right in ",:" and left in "\"']}"
