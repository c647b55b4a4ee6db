"""How a call announces itself in text: the two tools' names as models spell them, and the key."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tool_specs import RUN_PYTHON, SUBMIT_REPORT

# run_python, run\_python, RUN_PYTHON, run-python, runPython; "run python" only where the key follows.
_JOIN = r"(?:[\\_-]{0,3}| (?=\w+\W{0,4}[0-9a-f]{12}\b))"
NAME = rf"(?P<name>(?<![A-Za-z0-9])(?:run{_JOIN}python|submit{_JOIN}report))"
MAX_TRIED = 40  # places of one reply that are looked at for a call in one form
_NAMED = re.compile(NAME, re.IGNORECASE)
_LIKE_A_CALL = re.compile(
    rf"{NAME}(?:[(\[{{|｜<>]|\s{{0,9}}\{{|\s{{0,2}}<[|｜/])"  # run_python(, run_python {, run_python <|...
    rf"|[\"']{NAME.replace('?P<name>', '?:')}[\"']\s{{0,9}}[,:}}]"  # "run_python", as in JSON
    rf"|^\W{{0,12}}(?:(?:action|tool|function|call)\W{{1,4}})?{NAME.replace('?P<name>', '?:')}\W{{0,12}}$"
    rf"|^[ \t]*(?:`{{3}}|~{{3}})[^\n]{{0,60}}?{NAME.replace('?P<name>', '?:')}"  # a fence's first line
    r"|[\"']root_cause[\"']\s{0,9}:",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundCall:
    """A call in text, from `start` to `end`.

    `keyed`: it bears the investigation's key. `sure`: it names the tool, and is not just a piece of Python.
    `closed`: it came to its end.
    """

    name: str
    input: object
    start: int
    end: int
    keyed: bool = False
    sure: bool = True
    closed: bool = True


def named(words: str) -> str | None:
    """Return the tool that some words name, if they name one."""
    match = _NAMED.search(words)
    if match is None:
        return None
    return RUN_PYTHON if match["name"][0] in "rR" else SUBMIT_REPORT


def bears(key: str, words: str) -> bool:
    """Say whether words bear the key; it also marks the borders of data, which a model may recite."""
    return bool(key) and re.search(rf"(?<!data-){re.escape(key)}", words) is not None


def announces(text: str, key: str) -> bool:
    """Say whether a text seems meant as a call, though nobody may know how to read it as one."""
    return bears(key, text) or _LIKE_A_CALL.search(text) is not None
