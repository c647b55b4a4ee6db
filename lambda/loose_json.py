"""Reads JSON as weak models write it: comments, Python literals, raw line breaks, open brackets."""

from __future__ import annotations

import ast
import json
import re
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLOSERS = {"{": "}", "[": "]", "(": ")"}
_MAX_OBJECTS = 40  # in one text; a reply with more brackets than that is prose or code
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_SMART_QUOTES = str.maketrans("“”„’", '"""\'')
# Outside of strings: comments, bare dots, Python's constants, names without quotes, commas forgotten.
_LOOSE = re.compile(
    r"(?P<string>\"(?:\\.|[^\"\\])*\")(?P<gap>\s+(?=\"))?|`(?P<marked>[^`]*)`|(?P<constant>\b(?:True|False|None)\b)"
    r"|//[^\n]*|/\*.{0,300}?\*/|(?<![^\s,{\[])\#[^\n]*|(?:\.\.\.|…)(?:\s*,)?"
    r"|(?P<lead>[{,]\s*)(?P<name>[A-Za-z_]\w*)(?=\s*:)|(?P<closer>[}\]])(?P<after>\s+(?=[\"{\[]))",
    re.DOTALL,
)
_STRING_OR_BRACKET = re.compile(r"\"(?:[^\"\\]|\\.|\\\Z)*+(?P<end>\"|\Z)|[\[\](){}]", re.DOTALL)
_CONSTANTS = {"True": "true", "False": "false", "None": "null"}
_LAST_NAME = re.compile(r"(?:,|(?<=\{))\s*\"(?:[^\"\\]|\\.)*\"?\s*+:?\s*+\Z")
_TRIPLE = re.compile(r'"""(.*?)"""|\'\'\'(.*?)\'\'\'', re.DOTALL)


def loads(text: str) -> object | None:
    """Return the value that a text means, or None when it means none."""
    text = text.strip()
    for candidate in _candidates(text):
        try:
            value: object = json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
        return value
    return literal(text)


def complaint(text: str) -> str:
    """Return why a text is no JSON and where, for whoever wrote it; empty when it is."""
    try:
        json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        before = " ".join(text[max(error.pos - 40, 0) : error.pos].split())
        place = f"line {error.lineno}, column {error.colno}"
        return f"{error.msg} at {place}" + (f", after `{before}`" if before else "")
    except (ValueError, RecursionError) as error:
        return str(error)
    return ""


def _candidates(text: str) -> Iterator[str]:
    """Give what a text may have been meant as, the least changed first."""
    plain = _TRIPLE.sub(lambda match: json.dumps(match[1] or match[2] or ""), text)
    yield from (text, plain, _tidied(plain), _tidied(plain.translate(_SMART_QUOTES)))
    yield _tidied(plain + _missing_closers(plain))
    strict = _LOOSE.sub(_strict, plain)
    yield _tidied(strict)
    yield _tidied(strict + _missing_closers(strict))
    cut = _LAST_NAME.sub("", strict)
    yield _tidied(cut + _missing_closers(cut))


def _strict(match: re.Match[str]) -> str:
    """Return what JSON has in place of a piece of loose JSON; for comments and dots, nothing."""
    if match["string"]:
        return match["string"] + (f",{match['gap']}" if match["gap"] else "")
    if match["marked"] is not None:
        return json.dumps(match["marked"])
    if match["constant"]:
        return _CONSTANTS[match["constant"]]
    if match["name"]:
        return f'{match["lead"]}"{match["name"]}"'
    return f"{match['closer']},{match['after']}" if match["closer"] else ""


def literal(text: str) -> object | None:
    """Return the value of a Python literal as JSON has it, or None where it has none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes are the model's, not ours
            return plain(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None


def plain(value: object) -> object:
    """Return a literal's value with lists for tuples and sets, and without `...`.

    Raises ValueError for what JSON cannot hold, such as bytes.
    """
    if isinstance(value, dict):
        return {_name(name): plain(inner) for name, inner in value.items() if inner is not ...}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value if inner is not ...]
    if isinstance(value, set):
        return [plain(inner) for inner in sorted(value, key=repr) if inner is not ...]
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError(f"JSON has no {type(value).__name__}")


def _name(name: object) -> str:
    if isinstance(name, str):
        return name
    if isinstance(name, int | float):
        return str(name)
    raise ValueError(f"JSON has no {type(name).__name__} for a name")


def objects(text: str) -> Iterator[tuple[int, int, object]]:
    """Give each JSON object or list that stands in a text, outermost only, with its start and end."""
    position, tried = 0, 0
    while tried < _MAX_OBJECTS and (match := re.compile(r"[{\[]").search(text, position)):
        tried += 1
        start = match.start()
        end = balanced(text, start)
        value = loads(text[start:end])
        if isinstance(value, dict | list) and value:
            yield start, end, value
            position = end
        else:
            position = start + 1


def balanced(text: str, start: int) -> int:
    """Return the end of the bracketed text that begins at `start`; the text's end if it stays open."""
    stack: list[str] = []
    position = start
    while position < len(text):
        character = text[position]
        if character in "\"'":
            position = _after_string(text, position)
            continue
        if character in _CLOSERS:
            stack.append(_CLOSERS[character])
        elif stack and character == stack[-1]:
            stack.pop()
            if not stack:
                return position + 1
        position += 1
    return len(text)


def closed(text: str, end: int) -> bool:
    """Say whether the bracketed text that `balanced` let end at `end` came to its end there."""
    return end < len(text) or text[end - 1 : end] in ("}", "]", ")")


def _after_string(text: str, start: int) -> int:
    """Return the place after the string that opens at `start`; an apostrophe within a word opens none."""
    quote = text[start]
    if quote == "'" and start and text[start - 1].isalnum():
        return start + 1
    mark = quote * 3 if text.startswith(quote * 3, start) else quote
    position = start + len(mark)
    while position < len(text):
        if text[position] == "\\":
            position += 2
        elif text.startswith(mark, position):
            return position + len(mark)
        else:
            position += 1
    return len(text)


def _missing_closers(text: str) -> str:
    """Return the quote and brackets that would close what a text left open."""
    stack: list[str] = []
    for match in _STRING_OR_BRACKET.finditer(text):
        piece = match[0]
        if piece[0] == '"':
            if not match["end"]:
                return '"' + "".join(reversed(stack))
        elif piece in _CLOSERS:
            stack.append(_CLOSERS[piece])
        elif stack and piece == stack[-1]:
            stack.pop()
    return "".join(reversed(stack))


def _tidied(text: str) -> str:
    return _TRAILING_COMMA.sub(r"\1", text)


def deeper(value: object, most: int) -> bool:
    """Say whether a value is nested in more levels than `most`, without recursing into it."""
    level = [value]
    for _ in range(most + 1):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return False
    return True
