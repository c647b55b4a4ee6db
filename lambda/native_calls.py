"""Finds calls in the native syntaxes of model families, which leak into text where no tools are offered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice

import call_inputs
import loose_json
from call_marks import MAX_TRIED, NAME, FoundCall, bears, named

# What Mistral, DeepSeek, gpt-oss and others put between a tool's name and the JSON of its arguments.
_GAP = r"(?:[^\w{}(]|\b(?:json|args?|arguments|input|parameters|constrain|message|tool|sep|call|begin|end)\b)"
_THEN_JSON = re.compile(rf"(?<![\"']){NAME}{_GAP}{{0,60}}(?=\{{)", re.IGNORECASE)
_TAGGED = re.compile(
    rf"<(?P<tag>tool_name|function_name|name|tool|function)>\s*{NAME}\s*</(?P=tag)>(?P<body>.*?)"
    r"(?P<close></(?:invoke|function_calls?|tool_calls?|use_tool|tool_use)>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_PAIRS = re.compile(
    rf"<tool_call>\s*{NAME}\s*(?P<body><arg_key>.*?)(?P<close></tool_call>|\Z)", re.DOTALL | re.IGNORECASE
)
_PAIR = re.compile(r"<arg_key>\s*(\w+)\s*</arg_key>\s*<arg_value>(.*?)</arg_value>", re.DOTALL)


def tagged(text: str, key: str) -> Iterator[FoundCall]:
    """Find a tool's name between tags, and its fields between tags behind it: Claude 2, GLM and others."""
    for match in _PAIRS.finditer(text):
        yield from _made(match, _PAIR.findall(match["body"]), key)
    for match in _TAGGED.finditer(text):
        yield from _made(match, call_inputs.tagged(match["body"]), key)


def named_then_json(text: str, key: str) -> Iterator[FoundCall]:
    """Find a tool's name with the JSON of its arguments soon behind it: Mistral, DeepSeek, gpt-oss, Titan."""
    for match in islice(_THEN_JSON.finditer(text), MAX_TRIED):
        start = match.end()
        end = loose_json.balanced(text, start)
        value = loose_json.loads(text[start:end])
        name = named(match["name"])
        if name and isinstance(value, Mapping) and call_inputs.fits(name, value):
            given = call_inputs.read(name, text[start:end])
            keyed = bears(key, text[match.start() : start])
            yield FoundCall(name, given, match.start(), end, keyed, closed=loose_json.closed(text, end))


def _made(match: re.Match[str], fields: list[tuple[str, str]], key: str) -> Iterator[FoundCall]:
    name = named(match["name"])
    if name and fields:
        given = {field: call_inputs.parameter(field, value) for field, value in fields}
        whole = given.get("parameters", given.get("input"))
        if isinstance(whole, Mapping):
            given = dict(whole)
        elif isinstance(whole, str):
            given = {"code": whole, **given}
        yield FoundCall(name, given, *match.span(), bears(key, match[0]), closed=bool(match["close"]))
