"""Reads the input of a tool call in a model's prose: JSON, arguments in Python's syntax, or plain code."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Mapping

import loose_json
from tool_specs import RUN_PYTHON, SUBMIT_REPORT

_PURPOSE = re.compile(r"\A\s*#?\s*purpose\s*[:=]\s*(?P<purpose>[^\n]*)\n", re.IGNORECASE)
_NAMES = ("tool", "tool_name", "name", "function", "action", "recipient_name")
_INPUTS = ("input", "arguments", "parameters", "args", "params", "action_input", "tool_input", "kwargs")
_REPORT_FIELDS = frozenset({"title", "summary", "root_cause"})


def named(words: str) -> str | None:
    """Return the tool that some words name, if they name one."""
    return next((name for name in (RUN_PYTHON, SUBMIT_REPORT) if name in words), None)


def read(name: str, body: str) -> object:
    """Return the input that a call's text means: JSON where it is JSON, else the text itself."""
    stripped = body.strip()
    value = loose_json.loads(stripped) if stripped.startswith("{") else None
    if isinstance(value, Mapping):
        call = in_object(value)
        if call and call[0] == name:
            return call[1]
        if name == SUBMIT_REPORT or isinstance(value.get("code"), str):
            return value
    if name == SUBMIT_REPORT:
        return next((value for _, _, value in loose_json.objects(stripped)), stripped)
    purpose = _PURPOSE.match(body)
    code = textwrap.dedent(body[purpose.end() :] if purpose else body).strip("\n")
    return {"code": code, "purpose": purpose["purpose"].strip() if purpose else ""}


def in_object(item: Mapping[str, object]) -> tuple[str, object] | None:
    """Return the call that a JSON object means, if it means one."""
    inner = item.get("function")
    if isinstance(inner, Mapping):
        item = inner
    if isinstance(calls := item.get("tool_calls"), list) and calls and isinstance(calls[0], Mapping):
        return in_object(calls[0])
    for name in (RUN_PYTHON, SUBMIT_REPORT):
        if name in item:
            return name, _arguments_value(item[name], name)
    words = next((item[word] for word in _NAMES if isinstance(item.get(word), str)), "")
    if (tool := named(str(words))) is not None:
        given = next((item[word] for word in _INPUTS if word in item), None)
        rest = {word: value for word, value in item.items() if word not in _NAMES}
        return tool, _arguments_value(rest if given is None else given, tool)
    return (SUBMIT_REPORT, dict(item)) if len(_REPORT_FIELDS & item.keys()) >= 2 else None


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


def parameter(name: str, text: str) -> object:
    """Return the value of a parameter that stood between tags."""
    if name == "code":
        return textwrap.dedent(text).strip("\n")
    value = loose_json.loads(text)
    return text.strip() if value is None else value
