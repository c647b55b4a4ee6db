"""Bounds what a question may have botocore read: how many values, how deep, how long. It refuses what no
operation needs and what would keep the handler's process busy for other calls.
"""

from __future__ import annotations

from typing import Any

MAX_VALUES = 20_000  # metric queries by the hundred have ten thousand
MAX_DEPTH = 40
MAX_UNKNOWN = 20  # botocore names every known member for each
MAX_TEXT = 200_000  # characters: a policy to be simulated may have 131,072
MAX_NAME = 1024  # of a key
MAX_PLACED = 8192  # in an address or a header, where tokens of pages stand
MAX_TIME = 64  # of a time as text, which dateutil reads in time that grows with the square
MAX_TIMES = 100


def too_many(parameters: Any) -> str | None:
    """Tell why `parameters`, still as JSON has them, are more than a call may have."""
    waiting, count = [(parameters, 0)], 0
    while waiting:
        value, depth = waiting.pop()
        items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        count += len(items)
        if count > MAX_VALUES:
            return f"more than {MAX_VALUES} values in one call; ask in several"
        if depth > MAX_DEPTH:
            return f"parameters nested deeper than {MAX_DEPTH} levels"
        waiting += [(item, depth + 1) for item in items if isinstance(item, (dict, list))]
    return None


def unfit(parameters: Any, shape: Any) -> str | None:
    """Tell which of `parameters` is longer than botocore should read for its `shape`; None when none is.

    Whether they are right is botocore's to say.
    """
    waiting, times = [("input", parameters, shape)], 0
    while waiting:
        name, value, kind = waiting.pop()
        if isinstance(value, (str, bytes)):
            most = _longest(kind)
            if most is not None and len(value) > most:
                return f"Invalid length for parameter {name}: {len(value)}, valid max length: {most}"
            times += kind.type_name == "timestamp"
            if times > MAX_TIMES:
                return f"more than {MAX_TIMES} times given as text in one call"
        elif isinstance(value, dict):
            wrong = _wrong_keys(name, value, kind)
            if wrong is not None:
                return wrong
            waiting += _below(value, kind)
        elif isinstance(value, list) and kind.type_name == "list":
            waiting += [(name, item, kind.member) for item in value]
    return None


def _longest(shape: Any) -> int | None:
    """Return how long a text for `shape` may be; None where the frame's own limit is enough."""
    if shape.type_name == "timestamp":
        return MAX_TIME
    if shape.type_name == "blob":
        return None
    placed = shape.serialization.get("location") in {"uri", "querystring", "header", "headers"}
    return MAX_PLACED if placed or shape.serialization.get("hostLabel") else MAX_TEXT


def _wrong_keys(name: str, value: dict[str, Any], shape: Any) -> str | None:
    """Tell why the keys of one object are not given to botocore."""
    longest = max(map(len, value), default=0)
    if longest > MAX_NAME:
        return f"Invalid length of a key in {name}: {longest}, valid max length: {MAX_NAME}"
    if shape.type_name == "structure" and not shape.is_document_type:
        unknown = sum(key not in shape.members for key in value)
        if unknown > MAX_UNKNOWN:
            return f"Unknown parameters in {name}: {unknown} names that {shape.name} does not have"
    return None


def _below(value: dict[str, Any], shape: Any) -> list[tuple[str, Any, Any]]:
    """Return the members of one object that have a shape, each with its name."""
    if shape.type_name == "map":
        return [(key, item, shape.value) for key, item in value.items()]
    if shape.type_name == "structure" and not shape.is_document_type:
        return [(key, item, shape.members[key]) for key, item in value.items() if key in shape.members]
    return []
