"""CloudWatch Logs Insights' `stats`, which the emulator does not know: `stats count(*) as n by bin(5m), f`.

Counts, sums, averages, smallest and largest values over fields of the log event, of its JSON, and of Lambda's
REPORT lines. What is not understood is a `MalformedQueryException`, as a wrong table would be worse.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from local.alarm_model import Record

STAGE = re.compile(r"stats\s+(?P<functions>.+?)(?:\s+by\s+(?P<groups>.+))?", re.IGNORECASE | re.DOTALL)
FUNCTION = re.compile(
    r"(?P<name>\w+)\(\s*(?P<field>[^()]*)\s*\)(?:\s+as\s+(?P<alias>[\w.]+))?", re.IGNORECASE
)
BIN = re.compile(
    r"bin\(\s*(?P<amount>\d+)\s*(?P<unit>ms|s|m|h|d)\w*\s*\)(?:\s+as\s+(?P<alias>\w+))?", re.IGNORECASE
)
REPORT = {
    "@duration": re.compile(r"\tDuration: ([\d.]+) ms"),
    "@billedDuration": re.compile(r"Billed Duration: ([\d.]+) ms"),
    "@memorySize": re.compile(r"Memory Size: (\d+) MB"),
    "@maxMemoryUsed": re.compile(r"Max Memory Used: (\d+) MB"),
}
MILLISECONDS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
NUMBERS: Mapping[str, Callable[[list[float]], float]] = {
    "sum": sum,
    "avg": lambda values: sum(values) / len(values),
    "min": min,
    "max": max,
}


class MalformedQueryError(ValueError):
    """The stage uses something that is not understood here."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the result: a function over a field, or what rows are grouped by (`function` is None)."""

    title: str
    field: str
    function: str | None = None
    bin_ms: int = 0


def parse(stage: str) -> list[Column]:
    """Return the columns of a `stats` stage, groups first, as Insights shows them."""
    match = STAGE.fullmatch(stage.strip())
    if not match:
        raise MalformedQueryError(stage)
    groups = [_group(part) for part in _parts(match["groups"] or "")]
    return [*groups, *(_function(part) for part in _parts(match["functions"]))]


def aggregate(columns: list[Column], records: Iterable[Record]) -> list[dict[str, str]]:
    """Return the rows; a record is a log event with `@` fields and `_timestamp_ms`, as it is kept."""
    keys = [column for column in columns if column.function is None]
    rows: dict[tuple[str, ...], list[Record]] = {}
    for record in records:
        rows.setdefault(tuple(_key(column, record) for column in keys), []).append(record)
    results = []
    for key, members in rows.items():
        found = dict(zip((column.title for column in keys), key, strict=True))
        found |= {c.title: _result(c, members) for c in columns if c.function}
        results.append(found)
    return results


def value(record: Record, field: str) -> str | None:
    """Return a field of a log event: its own, one of a REPORT line, or one of its JSON by a dotted path."""
    if field in record:
        return str(record[field])
    message = str(record.get("@message", ""))
    if field in REPORT:
        match = REPORT[field].search(message)
        return match[1] if match else None
    try:
        found = json.loads(message)
        for part in field.split("."):
            found = found[part]
    except (ValueError, KeyError, TypeError):
        return None
    return str(found)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r",(?![^()]*\))", text) if part.strip()]


def _group(part: str) -> Column:
    match = BIN.fullmatch(part)
    if match:
        size = int(match["amount"]) * MILLISECONDS[match["unit"].lower()]
        return Column(match["alias"] or part, "@timestamp", bin_ms=size)
    if not re.fullmatch(r"[@\w.]+", part):
        raise MalformedQueryError(part)
    return Column(part, part)


def _function(part: str) -> Column:
    match = FUNCTION.fullmatch(part)
    if not match or match["name"].lower() not in {*NUMBERS, "count", "count_distinct"}:
        raise MalformedQueryError(part)
    return Column(match["alias"] or part, match["field"].strip(), match["name"].lower())


def _key(column: Column, record: Record) -> str:
    if not column.bin_ms:
        return value(record, column.field) or ""
    start = record["_timestamp_ms"] // column.bin_ms * column.bin_ms
    return f"{datetime.fromtimestamp(start / 1000, UTC):%Y-%m-%d %H:%M:%S.000}"


def _result(column: Column, records: list[Record]) -> str:
    if column.function == "count" and column.field in ("*", ""):
        return str(len(records))
    values = [found for record in records if (found := value(record, column.field)) is not None]
    if column.function == "count":
        return str(len(values))
    if column.function == "count_distinct":
        return str(len(set(values)))
    try:
        numbers = [float(found) for found in values]
    except ValueError as error:
        raise MalformedQueryError(f"{column.field} is not a number") from error
    return f"{NUMBERS[column.function or ''](numbers):g}" if numbers else ""
