"""Finds calls of the two tools in a model's prose, in the form asked for and in those that models garble.

Nothing here runs anything. A found call is only a candidate; `text_protocol` decides whether it counts.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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
_PURPOSE = re.compile(r"\A\s*#?\s*purpose\s*[:=]\s*(?P<purpose>[^\n]*)\n", re.IGNORECASE)
_INVENTED = re.compile(
    rf"^{_MARKS}(?:\[call \d+\]|<data-|Observation\b|Tool (?:result|output)\b|Output of call\b)",
    re.MULTILINE | re.IGNORECASE,
)
_PYTHON_FENCES = frozenset({"python", "py", "python3", "tool_code", "python_code"})
_NAMES = ("tool", "tool_name", "name", "function", "action", "recipient_name")
_INPUTS = ("input", "arguments", "parameters", "args", "params", "action_input", "tool_input", "kwargs")
_REPORT_FIELDS = frozenset({"title", "summary", "root_cause"})


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
        if not _named(head) and _named(first) and "(" not in first and "{" not in first:
            head, body = first, rest
        before = text[: match.start()].rstrip().rpartition("\n")[2]
        keyed = bool(key) and (key in head or key in before)
        name = _named(head) or (_named(before) if len(before) < 60 else None)
        if name:
            yield _made(name, body, match, keyed=keyed)


def _tags(text: str, key: str) -> Iterator[FoundCall]:
    for pattern in (_TAG, _INVOKE):
        for match in pattern.finditer(text):
            body = match["body"]
            parameters = dict(_PARAMETER.findall(body))
            if code := _CODE_TAG.search(body):
                parameters = {"code": code[1]}
            keyed = bool(key) and key in match["info"]
            if parameters:
                given = {name: _value(name, value) for name, value in parameters.items()}
                yield FoundCall(match["name"], given, *match.span(), keyed, closed=bool(match["close"]))
            else:
                yield _made(match["name"], body, match, keyed=keyed)


def _react(text: str, key: str) -> Iterator[FoundCall]:
    for match in _REACT.finditer(text):
        keyed = bool(key) and key in match["info"]
        yield _made(
            match["name"].lower(), _unfenced(match["body"]), match, keyed=keyed, end=match.start("close")
        )


def _syntax(text: str, key: str) -> Iterator[FoundCall]:
    """Find `run_python(code="...")`, as in Python."""
    for match in _SYNTAX.finditer(text):
        end = loose_json.balanced(text, match.end() - 1)
        arguments = text[match.end() : end - 1]
        given = _arguments(arguments, match["name"])
        if isinstance(given, Mapping) and given:
            yield FoundCall(match["name"], given, match.start(), end, bool(key) and key in arguments)


def _json(text: str, key: str) -> Iterator[FoundCall]:
    for start, end, value in loose_json.objects(text):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping) and (call := _in_object(item)):
                name, given = call
                yield FoundCall(name, given, start, end, bool(key) and key in text[start:end])


def _lines(text: str, key: str) -> Iterator[FoundCall]:
    """Find a tool's name and the key on a line of their own, with the call below but without a fence."""
    for match in _LINE.finditer(text):
        if key and key in match["info"] and match["body"].strip():
            yield _made(match["name"], _unfenced(match["body"]), match, keyed=True, end=match.start("close"))


def _python(text: str, key: str) -> Iterator[FoundCall]:
    """Find Python that names no tool: what else should be done with it but run it?"""
    for match in _FENCE.finditer(text):
        if match["info"].strip().lower() in _PYTHON_FENCES and match["body"].strip():
            yield _made(RUN_PYTHON, match["body"], match, sure=False)
    for match in _PYTHON_TAG.finditer(text):
        yield _made(RUN_PYTHON, match["body"], match, sure=False)


def _named(words: str) -> str | None:
    return next((name for name in (RUN_PYTHON, SUBMIT_REPORT) if name in words), None)


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
    return FoundCall(name, _input(name, body), match.start(), end or match.end(), keyed, sure, closed)


def _input(name: str, body: str) -> object:
    """Return the input that a call's text means: JSON where it is JSON, else the text itself."""
    stripped = body.strip()
    value = loose_json.loads(stripped) if stripped.startswith("{") else None
    if isinstance(value, Mapping):
        call = _in_object(value)
        if call and call[0] == name:
            return call[1]
        if name == SUBMIT_REPORT or isinstance(value.get("code"), str):
            return value
    if name == SUBMIT_REPORT:
        return next((value for _, _, value in loose_json.objects(stripped)), stripped)
    purpose = _PURPOSE.match(body)
    code = textwrap.dedent(body[purpose.end() :] if purpose else body).strip("\n")
    return {"code": code, "purpose": purpose["purpose"].strip() if purpose else ""}


def _in_object(item: Mapping[str, object]) -> tuple[str, object] | None:
    """Return the call that a JSON object means, if it means one."""
    inner = item.get("function")
    if isinstance(inner, Mapping):
        item = inner
    if isinstance(calls := item.get("tool_calls"), list) and calls and isinstance(calls[0], Mapping):
        return _in_object(calls[0])
    for name in (RUN_PYTHON, SUBMIT_REPORT):
        if name in item:
            return name, _arguments_value(item[name], name)
    named = next((item[word] for word in _NAMES if isinstance(item.get(word), str)), "")
    name = _named(str(named)) or ""
    if name:
        given = next((item[word] for word in _INPUTS if word in item), None)
        rest = {word: value for word, value in item.items() if word not in _NAMES}
        return name, _arguments_value(rest if given is None else given, name)
    return (SUBMIT_REPORT, dict(item)) if len(_REPORT_FIELDS & item.keys()) >= 2 else None


def _arguments_value(given: object, name: str) -> object:
    if isinstance(given, str):
        value = loose_json.loads(given)
        given = value if isinstance(value, Mapping) else given
    if isinstance(given, str) and name == RUN_PYTHON:
        return {"code": given, "purpose": ""}
    return given


def _arguments(arguments: str, name: str) -> object:
    """Return the input that arguments in Python's syntax mean."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call = ast.parse(f"f({arguments})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _arguments_value(loose_json.loads(arguments), name)
    if not isinstance(call, ast.Call):
        return None
    given = {word.arg: _constant(word.value) for word in call.keywords if word.arg}
    if given:
        return given
    first = _constant(call.args[0]) if call.args else None
    return _arguments_value(loose_json.loads(arguments) if first is None else first, name)


def _constant(node: ast.expr) -> object | None:
    try:
        value: object = ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError):
        return None
    return value


def _value(name: str, text: str) -> object:
    if name == "code":
        return textwrap.dedent(text).strip("\n")
    value = loose_json.loads(text)
    return text.strip() if value is None else value


def _unfenced(body: str) -> str:
    match = _FENCE.search(body)
    return match["body"] if match else body
