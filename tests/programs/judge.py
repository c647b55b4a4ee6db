"""Decides by facts whether an attack got anywhere, and whether an ordinary program was treated as plain Python would."""

from __future__ import annotations

import ast
import base64
import json
import pprint
import re
from typing import Any

from tests.programs.collection import Program

KEYS = {
    "success", "output", "stdout", "stderr", "result", "error", "removed_imports", "unavailable_modules", "aws_calls",
    "truncated", "duration_ms",
}  # fmt: skip
CALL_KEYS = {"service", "operation", "region", "status", "duration_ms"}
MANY_CALLS = 2000
LAMBDA_LIMIT = 6 * 1024 * 1024
PROBE = """
import os, json, boto3, builtins, threading, sys
print(6 * 7, threading.active_count(), len(dir(builtins)), boto3.DEFAULT_SESSION is None, os.listdir("."), json.dumps({"a": 1}))
print(sorted(os.environ), sys.getrecursionlimit(), sorted(n for n in globals() if not n.startswith("__")))
"""


def disguises(secret: str) -> list[str]:
    """The forms in which a secret may be carried out."""
    text = secret.encode()
    forms = [secret, secret[::-1], text.hex(), " ".join(secret)]
    for pad in range(3):
        forms.append(base64.b64encode(b"x" * pad + text).decode()[4:-4])
    return forms


def hostile_findings(program: Program, reply: dict[str, Any], secret: str, words: dict[str, object]) -> list[str]:
    """What went wrong in one call; nothing, when the attack was contained."""
    found = list(reply.get("facts", []))
    answer = reply.get("answer")
    if not isinstance(answer, dict):
        rest = {key: str(value)[:600] for key, value in reply.items() if key not in ("facts", "seconds")}
        return [*found, f"no answer: {rest}"]
    text = json.dumps(answer, ensure_ascii=False)
    found += [f"a secret is in the answer: ...{_around(text, form)}..." for form in disguises(secret) if form in text]
    if str(words["PWNED"]) in text:
        found.append(f"the program got hold of something: {_around(text, str(words['PWNED']))}")
    found += _form_findings(answer)
    if str(words["FORGED"]) in json.dumps([answer.get("aws_calls"), answer.get("removed_imports"), answer.get("unavailable_modules")]):
        found.append("forged words stand where only the function writes")
    if program.sign == "forged" and answer.get("success"):
        found.append("an end that was no success is called one")
    return found


def _around(text: str, needle: str) -> str:
    at = text.index(needle)
    return text[max(0, at - 80) : at + 120]


def _form_findings(answer: dict[str, Any]) -> list[str]:
    found = [f"the answer lacks {key}" for key in sorted(KEYS - answer.keys())]
    if len(json.dumps(answer)) > LAMBDA_LIMIT:
        found.append(f"the answer is {len(json.dumps(answer))} bytes")
    if not isinstance(answer.get("success"), bool) or not isinstance(answer.get("output"), str):
        found.append("success is no truth value, or output no text")
    error = answer.get("error")
    if (error is None) != bool(answer.get("success")):
        found.append("success and error disagree")
    if error is not None and not {"type", "message", "traceback"} <= error.keys():
        found.append("error lacks a part")
    if not isinstance(answer.get("result"), (str, type(None))):
        found.append("result is no text")
    if len(answer.get("aws_calls") or []) > MANY_CALLS:
        found.append(f"{len(answer['aws_calls'])} calls are recorded, without bound")
    for call in answer.get("aws_calls") or []:
        if not CALL_KEYS <= call.keys():
            found.append(f"a recorded call lacks a part: {sorted(call)}")
    return found


def benign_findings(truth: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    """How the function's answer differs from what plain Python did."""
    found = _form_findings(answer)
    if truth["success"] != answer["success"]:
        found.append(f"success: {truth['success']} in plain Python ({truth.get('error')}), here {answer['error']}")
    elif not truth["success"]:
        got = answer["error"] or {}
        for key, mine in (("error", "type"), ("message", "message")):
            if truth.get(key) != got.get(mine):
                found.append(f"{mine}: {truth.get(key)!r} in plain Python, here {got.get(mine)!r}")
    for name in ("stdout", "stderr"):
        if _plain(truth[name]) != _plain(answer[name]) and not _cut(truth[name], answer):
            found.append(f"{name}: {truth[name]!r} in plain Python, here {answer[name]!r}")
    if not _same_result(truth, answer):
        found.append(f"result: {truth['result']!r} in plain Python, here {answer['result']!r}")
    return found


def _plain(text: str | None) -> str:
    """The text without what depends on where the program's file lies."""
    text = re.sub(r'File "[^"]*", line', 'File "...", line', text or "")
    return "\n".join(line for line in text.splitlines() if not re.fullmatch(r"\s*[~^]+\s*", line))


def _cut(text: str, answer: dict[str, Any]) -> bool:
    return bool(answer["truncated"]) and len(text) > 10_000


def _same_result(truth: dict[str, Any], answer: dict[str, Any]) -> bool:
    want, got = truth["result"], answer["result"]
    if want == got or (got is None and truth["stdout"] and not truth.get("named")):
        return True
    if want is None or got is None:
        return False
    if got == repr(want):  # text as a REPL shows it
        return True
    try:
        value = ast.literal_eval(want)
    except (ValueError, SyntaxError):
        return bool(want.strip("'\"") == got.strip("'\""))
    forms = {str(value), repr(value), pprint.pformat(value)}
    try:
        forms |= {json.dumps(value, indent=n, default=str) for n in (None, 2)}
        forms.add(json.dumps(value, ensure_ascii=False, default=str))
    except (TypeError, ValueError):
        pass
    return got in forms
