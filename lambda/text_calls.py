"""Finds calls of the two tools in a model's prose, in the form asked for and in those that models garble.

Nothing here runs anything. A found call is only a candidate; `text_protocol` decides whether it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice, zip_longest

import call_inputs
import loose_json
import native_calls
from call_marks import MAX_TRIED, NAME, FoundCall, bears, named
from tool_specs import RUN_PYTHON

_MARKS = r"[^\w\n<\[]{0,12}"  # list marks, stars and the like, before or after a word
_FENCE = re.compile(
    r"^[ \t]*(?P<fence>`{3,9}|~{3,9})[ \t]*(?P<info>[^\n`]*)\n(?P<body>.*?)"
    r"(?P<close>^[ \t]*(?P=fence)`*[ \t]*$|(?P=fence)[ \t]*\Z|\Z)",
    re.MULTILINE | re.DOTALL,
)
_TAG = re.compile(
    rf"<{NAME}\b(?P<info>[^>]*)(?:/>|>(?P<body>.*?)(?P<close></(?P=name)>|\Z))", re.DOTALL | re.IGNORECASE
)
_INVOKE = re.compile(
    rf"<(?:invoke|function|tool)(?:\s+name)?\s*=\s*[\"']?{NAME}[\"']?(?P<info>[^>]*)>(?P<body>.*?)"
    r"(?P<close></(?:invoke|function|tool)>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_REACT = re.compile(
    rf"^{_MARKS}Action{_MARKS}:{_MARKS}{NAME}\b(?P<info>[^\n]*)\n\s{{0,9}}{_MARKS}Action Input{_MARKS}:"
    rf"[ \t]*(?P<body>.*?)(?P<close>^{_MARKS}Observation|\Z)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
_SYNTAX = re.compile(rf"{NAME}\s*\(", re.IGNORECASE)
_PARAMETER = re.compile(r"<(?:parameter|param|arg)(?:\s+name)?\s*=\s*[\"']?(\w+)[\"']?\s*>(.*?)</", re.DOTALL)
_ATTRIBUTE = re.compile(r"\b(code|purpose)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
# What may stand before the name and the key on a line: marks, a list's number, tags, a fence of any length.
_LEAD = re.compile(r"(?:[^\w\n<]|\d{1,3}[.)]|<\w{1,20}>){0,20}\Z")
_PYTHON_TAG = re.compile(r"<\|python_tag\|>(?P<body>.*?)(?P<close><\||\Z)", re.DOTALL)
_INVENTED = re.compile(
    rf"^{_MARKS}(?:\[call \d+\]|<data-|Observation\b|Tool (?:result|output)\b|Output of call\b)",
    re.MULTILINE | re.IGNORECASE,
)
_PYTHON_FENCES = frozenset({"python", "py", "python3", "tool_code", "python_code"})


def find_calls(text: str, key: str) -> list[FoundCall]:
    """Return the calls in a reply, in order; after a result that the model made up, there are none."""
    found: list[FoundCall] = []
    for recognise in _FORMS:
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
        if not named(head) and named(first) and "(" not in first and "{" not in first:
            head, body = first, rest
        before = text[: match.start()].rstrip().rpartition("\n")[2]
        if bears(key, first) and first.strip() == key:
            head, body = f"{head} {key}", rest
        before = before if len(before) < 60 and named(before) else ""  # words about anything else
        keyed = bears(key, head) or bears(key, before)
        name = named(head) or named(before)
        if name:
            nested = body.lstrip().startswith(("```", "~~~"))
            yield _made(name, _unfenced(body) if nested else body, match, keyed=keyed)


def _tags(text: str, key: str) -> Iterator[FoundCall]:
    for pattern in (_TAG, _INVOKE):
        for match in pattern.finditer(text):
            name, body = named(match["name"]) or "", match["body"] or ""
            fields = _PARAMETER.findall(body) or (
                [] if body.lstrip()[:1] == "{" else call_inputs.tagged(body)
            )
            attributes = [(field, one or other) for field, one, other in _ATTRIBUTE.findall(match["info"])]
            given = {field: call_inputs.parameter(field, value) for field, value in fields or attributes}
            keyed = bears(key, match["info"])
            if given.keys() - {"purpose"}:
                closed = bool(match["close"]) or match["body"] is None
                yield FoundCall(name, given, *match.span(), keyed, closed=closed)
            else:
                yield _made(name, body, match, keyed=keyed)


def _react(text: str, key: str) -> Iterator[FoundCall]:
    for match in _REACT.finditer(text):
        name, body = named(match["name"]) or "", _unfenced(match["body"])
        yield _made(name, body, match, keyed=bears(key, match["info"]), end=match.start("close"))


def _heads(text: str, key: str) -> Iterator[FoundCall]:
    """Find a tool's name and the key after what a model took for a fence, or nothing, and the call below."""
    if not key:
        return
    head = re.compile(rf"{NAME}[^\w\n]{{0,6}}{re.escape(key)}(?:[^\w\n`~({{\[\"']{{0,4}}\n)?", re.IGNORECASE)
    matches = list(islice(head.finditer(text), MAX_TRIED))
    for match, following in zip_longest(matches, matches[1:]):
        line = text.rfind("\n", 0, match.start()) + 1
        lead = text[line : match.start()]
        end = max(text.rfind("\n", 0, following.start()), match.end()) if following else len(text)
        body, stop = _enclosed(lead, text[match.end() : end])
        name = named(match["name"])
        if name and _LEAD.match(lead) and body.strip():
            given = call_inputs.read(name, _unfenced(body))
            closed = stop is not None or following is not None
            end = end if stop is None else match.end() + stop
            yield FoundCall(name, given, match.start(), end, keyed=True, closed=closed)


def _enclosed(lead: str, rest: str) -> tuple[str, int | None]:
    """Return a body up to the mark that answers the one in `lead`, and where that mark ends, if it does."""
    closing = None
    if marks := re.search(r"[`~]{1,9}[ \t]*\Z", lead):
        closing = re.search(rf"[`~]*{marks[0].strip()}[ \t]*$", rest, re.MULTILINE)
    elif "<" in lead:
        closing = re.search("</", rest)
    elif (
        len(re.findall(r"^[ \t]*[`~]{3,9}", rest, re.MULTILINE)) == 1
    ):  # of a fence that began before the name
        closing = re.search(r"^[ \t]*[`~]{3,9}\s*\Z", rest, re.MULTILINE)
    body = rest[: closing.start()] if closing else rest
    if lead.lstrip().startswith(">"):
        body = re.sub(r"^[ \t]*>[ \t]?", "", body, flags=re.MULTILINE)
    return body, closing.end() if closing else None


def _syntax(text: str, key: str) -> Iterator[FoundCall]:
    """Find `run_python(code="...")`, as in Python."""
    for match in islice(_SYNTAX.finditer(text), MAX_TRIED):
        end = loose_json.balanced(text, match.end() - 1)
        closed = loose_json.closed(text, end)
        arguments = text[match.end() : end - closed]
        name = named(match["name"]) or ""
        given = call_inputs.from_arguments(arguments, name)
        if isinstance(given, Mapping) and given:
            keyed = closed and bears(key, arguments)
            yield FoundCall(name, given, match.start(), end, keyed, closed=closed)


def _json(text: str, key: str) -> Iterator[FoundCall]:
    for start, end, value in loose_json.objects(text):
        closed = loose_json.closed(text, end)
        # What was never closed may have taken up words behind it, and the key with them.
        keyed = closed and bears(key, text[start:end])
        for item in value if isinstance(value, list) else [value]:
            for name, given in call_inputs.calls_in(item) if isinstance(item, Mapping) else ():
                yield FoundCall(name, given, start, end, keyed, closed=closed)


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


def _unfenced(body: str) -> str:
    """Return what stands in a fence within a body, unless the body is JSON, whose texts may have fences."""
    match = None if body.lstrip().startswith("{") else _FENCE.search(body)
    return match["body"] if match else body


# The more particular come first: what one has found is not looked at by those after it.
_FORMS = (
    *(_fences, _tags, _react, _heads, native_calls.tagged, native_calls.named_then_json),
    *(_syntax, _json, _python),
)
