"""Reads the input of a tool call in a model's prose: JSON, arguments in Python's syntax, or plain code."""

from __future__ import annotations

import ast
import html
import re
import textwrap
import warnings
from collections.abc import Iterator, Mapping

import loose_json
from call_marks import MAX_TRIED, named
from tool_specs import RUN_PYTHON, SUBMIT_REPORT

_PURPOSE = re.compile(r"\A\s*(?:#\s*)?purpose\s*[:=]\s*(?P<purpose>[^\n]*)\n", re.IGNORECASE)
_NAMES = ("tool", "tool_name", "name", "function", "action", "recipient_name")
_INPUTS = ("input", "arguments", "parameters", "args", "params", "action_input", "tool_input", "kwargs")
_HOLDERS = ("function", "toolUse", "tool_use", "function_call", "tool_call", "tool_calls", "calls")
_LONGEST_NAME = 80
CODE_NAMES = ("code", "script", "python", "source")
_TELLING_FIELDS = frozenset({"title", "summary", "root_cause"})
_REPORT_FIELDS = _TELLING_FIELDS | {
    *("severity", "findings", "impact", "immediate_actions", "prevention", "monitoring", "ruled_out", "gaps")
}
_CODE_IS = re.compile(r"\s*code\s*=\s*[\"']")
# "code:" as in YAML; what is indented below it, or all the rest.
_LABELLED = re.compile(
    r"(?P<label>\s*code\s*:[ \t]*[|>]?[-+]?[ \t]*\n)(?P<block>(?:[ \t]+[^\n]*(?:\n|\Z)|[ \t]*\n)*)"
)
_FIELDS = "|".join(sorted({*CODE_NAMES, "purpose", "input", *_REPORT_FIELDS}))
_FIELD_TAG = re.compile(rf"<(?P<field>{_FIELDS})>(?P<value>.*?)</(?P=field)>", re.DOTALL)
_CDATA = re.compile(r"\A\s*<!\[CDATA\[(.*)\]\]>\s*\Z", re.DOTALL)


def fits(name: str, value: Mapping[str, object]) -> bool:
    """Say whether an object can be the input of a tool, or a whole call of it."""
    call = in_object(value)
    if call is not None:
        return call[0] == name
    if name == RUN_PYTHON:
        return any(isinstance(value.get(word), str) for word in CODE_NAMES)
    (inner, *others) = value.values() if value else (None,)
    fields = inner if isinstance(inner, Mapping) and not others else value
    return len(_REPORT_FIELDS & fields.keys()) >= 2


def read(name: str, body: str) -> object:
    """Return the input that a call's text means: JSON where it is JSON, else the text itself."""
    stripped = body.strip().lstrip("\ufeff")
    value = loose_json.loads(stripped) if stripped.startswith(("{", '"')) else None
    if isinstance(value, str):
        value = loose_json.loads(value)  # JSON in a string of JSON
    if isinstance(value, Mapping):
        call = in_object(value)
        if call and call[0] == name:
            return call[1]
        if name == SUBMIT_REPORT or isinstance(value.get("code"), str):
            return value
    if name == SUBMIT_REPORT:
        return _report_in(stripped)
    return _assigned(stripped) or _code(body)


def _report_in(text: str) -> object:
    """Return the report that stands in a text; a mere piece of one that cannot be read is none."""
    for _, _, value in loose_json.objects(text):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Mapping) and fits(SUBMIT_REPORT, item):
                call = in_object(item)
                return call[1] if call else item
    return text


def _code(body: str) -> dict[str, object]:
    """Return plain code, with its purpose from the line above it."""
    purpose = _PURPOSE.match(body)
    code = body[purpose.end() :] if purpose else body
    if labelled := _LABELLED.match(code):
        code = labelled["block"] or code[labelled.end("label") :]
    code = textwrap.dedent(code).strip("\n")
    return {"code": code, "purpose": purpose["purpose"].strip() if purpose else ""}


def _assigned(body: str) -> Mapping[str, object] | None:
    """Return the input of `code = "..."`, alone or before a call with it: as code it would do nothing."""
    if not _CODE_IS.match(body):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            statements = ast.parse(body).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        given = from_arguments(body, RUN_PYTHON)
        return given if isinstance(given, Mapping) and isinstance(given.get("code"), str) else None
    found: dict[str, object] = {"purpose": ""}
    for statement in statements:
        if named(ast.unparse(statement)[:200]):
            continue
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            return None
        found[statement.targets[0].id] = _constant(statement.value)
    return found if isinstance(found.get("code"), str) and found.keys() <= {"code", "purpose"} else None


def in_object(item: Mapping[str, object]) -> tuple[str, object] | None:
    """Return the first call that a JSON object means, if it means one."""
    return next(calls_in(item), None)


def calls_in(item: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Give the calls that a JSON object means: it may be one, hold one, or hold a list of them."""
    for word in _HOLDERS:
        inner = item.get(word)
        several = [
            each for each in (inner if isinstance(inner, list) else [inner]) if isinstance(each, Mapping)
        ]
        if several:
            for each in several[:MAX_TRIED]:
                yield from calls_in(each)
            return
    for word, value in item.items():
        if (tool := named(word)) is not None and len(word) < _LONGEST_NAME:
            yield tool, _arguments_value(value, tool)
            return
    words = next((item[word] for word in _NAMES if isinstance(item.get(word), str)), "")
    if (tool := named(str(words)[:_LONGEST_NAME])) is not None:
        given = next((item[word] for word in _INPUTS if word in item), None)
        rest = {word: value for word, value in item.items() if word not in _NAMES}
        yield tool, _arguments_value(rest if given is None else given, tool)
    elif len(_TELLING_FIELDS & item.keys()) >= 2:
        yield SUBMIT_REPORT, dict(item)
    elif isinstance(item.get("code"), str) and isinstance(item.get("purpose"), str):
        yield RUN_PYTHON, dict(item)


def _arguments_value(given: object, name: str) -> object:
    if isinstance(given, str):
        value = loose_json.loads(given)
        given = value if isinstance(value, Mapping) else given
    if isinstance(given, str) and name == RUN_PYTHON:
        return {"code": given, "purpose": ""}
    return given


def from_arguments(arguments: str, name: str) -> object:
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
        value = loose_json.plain(ast.literal_eval(node))
    except (ValueError, TypeError, RecursionError):
        return None
    return value


def tagged(body: str) -> list[tuple[str, str]]:
    """Return the fields of an input that stand between tags of their names, as text."""
    return [(match["field"], match["value"]) for match in _FIELD_TAG.finditer(body)]


def parameter(name: str, text: str) -> object:
    """Return the value of a parameter that stood between tags."""
    text = cdata[1] if (cdata := _CDATA.match(text)) else text
    if name in CODE_NAMES:
        code = textwrap.dedent(text).strip("\n")
        return code if _compiles(code) or not _compiles(html.unescape(code)) else html.unescape(code)
    value = loose_json.loads(text)
    return text.strip() if value is None else value


def _compiles(code: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
