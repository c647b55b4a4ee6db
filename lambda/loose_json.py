"""Reads JSON as weak models write it."""

from __future__ import annotations

import json


def loads(text: str) -> object:
    """Return the value, or the text itself where it is no JSON."""
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return text
