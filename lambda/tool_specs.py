"""The two tools that the model is told of: their names, and their schemas from `tool_specs.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RUN_PYTHON = "run_python"
SUBMIT_REPORT = "submit_report"

_EVIDENCE = {
    "type": "array",
    "description": "Verbatim quotes that show it. Code checks each one against the output of that call.",
    "items": {
        "type": "object",
        "properties": {
            "call": {"type": "integer", "description": "The number of the call, as its result says."},
            "quote": {"type": "string", "description": "Copied from that output character by character."},
        },
        "required": ["call", "quote"],
        "additionalProperties": False,
    },
}


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as the model sees it."""

    name: str
    description: str
    input_schema: dict[str, object]


@cache
def tool_specs() -> tuple[ToolSpec, ...]:
    """Return both tools, `run_python` first."""
    text = (Path(__file__).parent / "tool_specs.json").read_text(encoding="utf-8")
    # Not every model resolves a `$ref`, so the one shape that repeats is put in where it is named.
    entries = json.loads(text, object_hook=lambda node: _EVIDENCE if node == {"$ref": "#evidence"} else node)
    return tuple(ToolSpec(**entry) for entry in entries)
