"""Finds calls of the two tools in a model's prose, in the form asked for and in those that models garble.

Nothing here runs anything. A found call is only a candidate; `text_protocol` decides whether it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import call_inputs
import loose_json
from tool_specs import RUN_PYTHON, SUBMIT_REPORT


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


_MARKS = r"[^\w\n<\[]{0,12}"  # list marks, stars and the like, before or after a word
_NAME = rf"(?P<name>{RUN_PYTHON}|{SUBMIT_REPORT})"
_FENCE = re.compile(
    r"^[ \t]*(?P<fence>`{3,9}|~{3,9})[ \t]*(?P<info>[^\n`]*)\n(?P<body>.*?)"
    r"(?P<close>^[ \t]*(?P=fence)`*[ \t]*$|\Z)",
    re.MULTILINE | re.DOTALL,
)
_TAG = re.compile(rf"<{_NAME}\b(?P<info>[^>]*)>(?P<body>.*?)(?P<close></(?P=name)>|\Z)", re.DOTALL)
_INVOKE = re.compile(
    rf"<(?:invoke|function|tool)(?:\s+name)?\s*=\s*[\"']?{_NAME}[\"']?(?P<info>[^>]*)>(?P<body>.*?)"
    r"(?P<close></(?:invoke|function|tool)>|\Z)",
    re.DOTALL,
)
_REACT = re.compile(
    rf"^{_MARKS}Action{_MARKS}:{_MARKS}{_NAME}\b(?P<info>[^\n]*)\n\s{{0,9}}{_MARKS}Action Input{_MARKS}:"
    rf"[ \t]*(?P<body>.*?)(?P<close>^{_MARKS}Observation|\Z)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_LINE = re.compile(
    rf"^{_MARKS}{_NAME}\b(?P<info>[^\n(]*)\n(?P<body>.*?)"
    rf"(?P<close>^{_MARKS}(?:{RUN_PYTHON}|{SUBMIT_REPORT})\b|\Z)",
    re.MULTILINE | re.DOTALL,
)
_SYNTAX = re.compile(rf"\b{_NAME}\s*\(")
_PARAMETER = re.compile(r"<(?:parameter|param|arg)(?:\s+name)?\s*=\s*[\"']?(\w+)[\"']?\s*>(.*?)</", re.DOTALL)
_CODE_TAG = re.compile(r"<code>(.*?)</code>", re.DOTALL)
_PYTHON_TAG = re.compile(r"<\|python_tag\|>(?P<body>.*?)(?P<close><\||\Z)", re.DOTALL)
_INVENTED = re.compile(
    rf"^{_MARKS}(?:\[call \d+\]|<data-|Observation\b|Tool (?:result|output)\b|Output of call\b)",
    re.MULTILINE | re.IGNORECASE,
)
_PYTHON_FENCES = frozenset({"python", "py", "python3", "tool_code", "python_code"})


def find_calls(text: str, key: str) -> list[FoundCall]:
    """Return the calls in a reply, in order; after a result that the model made up, there are none."""
    found: list[FoundCall] = []
    for recognise in (_fences, _tags, _react, _syntax, _json, _lines, _python):
        taken = [(call.start, call.end) for call in found]
        found += [
            call
            for call in recognise(text, key)
            if not any(call.start < end and start < call.end for start, end in taken)
        ]
    if any(call.sure for call in found):
        found = [call for call in found if call.sure]
    found.sort(key=lambda call: call.start)
    if found and (invented := _INVENTED.search(text, found[0].end)):
        found = [call for call in found if call.start < invented.start()]
    return found


def _fences(text: str, key: str) -> Iterator[FoundCall]:
    for match in _FENCE.finditer(text):
        head, body = match["info"], match["body"]
        first, _, rest = body.partition("\n")
        if not call_inputs.named(head) and call_inputs.named(first) and "(" not in first and "{" not in first:
            head, body = first, rest
        before = text[: match.start()].rstrip().rpartition("\n")[2]
        keyed = _bears(key, f"{before}\n{head}")
        name = call_inputs.named(head) or (call_inputs.named(before) if len(before) < 60 else None)
        if name:
            yield _made(name, body, match, keyed=keyed)


def _tags(text: str, key: str) -> Iterator[FoundCall]:
    for pattern in (_TAG, _INVOKE):
        for match in pattern.finditer(text):
            body = match["body"]
            parameters = dict(_PARAMETER.findall(body))
            if code := _CODE_TAG.search(body):
                parameters = {"code": code[1]}
            keyed = _bears(key, match["info"])
            if parameters:
                given = {name: call_inputs.parameter(name, value) for name, value in parameters.items()}
                yield FoundCall(match["name"], given, *match.span(), keyed, closed=bool(match["close"]))
            else:
                yield _made(match["name"], body, match, keyed=keyed)


def _react(text: str, key: str) -> Iterator[FoundCall]:
    for match in _REACT.finditer(text):
        keyed = _bears(key, match["info"])
        yield _made(
            match["name"].lower(), _unfenced(match["body"]), match, keyed=keyed, end=match.start("close")
        )


def _syntax(text: str, key: str) -> Iterator[FoundCall]:
    """Find `run_python(code="...")`, as in Python."""
    for match in _SYNTAX.finditer(text):
        end = loose_json.balanced(text, match.end() - 1)
        arguments = text[match.end() : end - 1]
        given = call_inputs.from_arguments(arguments, match["name"])
        if isinstance(given, Mapping) and given:
            yield FoundCall(match["name"], given, match.start(), end, _bears(key, arguments))


def _json(text: str, key: str) -> Iterator[FoundCall]:
    for start, end, value in loose_json.objects(text):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping) and (call := call_inputs.in_object(item)):
                name, given = call
                yield FoundCall(name, given, start, end, _bears(key, text[start:end]))


def _lines(text: str, key: str) -> Iterator[FoundCall]:
    """Find a tool's name and the key on a line of their own, with the call below but without a fence."""
    for match in _LINE.finditer(text):
        if _bears(key, match["info"]) and match["body"].strip():
            yield _made(match["name"], _unfenced(match["body"]), match, keyed=True, end=match.start("close"))


def _python(text: str, key: str) -> Iterator[FoundCall]:
    """Find Python that names no tool: what else should be done with it but run it?"""
    for match in _FENCE.finditer(text):
        if match["info"].strip().lower() in _PYTHON_FENCES and match["body"].strip():
            yield _made(RUN_PYTHON, match["body"], match, sure=False)
    for match in _PYTHON_TAG.finditer(text):
        yield _made(RUN_PYTHON, match["body"], match, sure=False)


def _made(
    name: str,
    body: str,
    match: re.Match[str],
    *,
    keyed: bool = False,
    sure: bool = True,
    end: int | None = None,
) -> FoundCall:
    closed = bool(match["close"])
    return FoundCall(
        name, call_inputs.read(name, body), match.start(), end or match.end(), keyed, sure, closed
    )


def _bears(key: str, words: str) -> bool:
    """Say whether words bear the key; it also marks the borders of data, which a model may recite."""
    return bool(key) and re.search(rf"(?<!data-){re.escape(key)}", words) is not None


def _unfenced(body: str) -> str:
    match = _FENCE.search(body)
    return match["body"] if match else body
