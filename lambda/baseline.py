"""Call 0: the program that gathers what every investigation needs, and what a machine reads of its result.

The program is a text for the tool function, joined from the files of `baseline_program`. All that differs
from alarm to alarm goes in as one JSON literal of printable ASCII, so no alarm's text can become code.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from record import Baseline, Change, MetricSeries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alarm import Alarm, Metric

_FOLDER = Path(__file__).parent / "baseline_program"
# In the order in which they need each other.
_FILES = ("run", "alarm", "metric", "changes", "logs", "resources", "main")
_TABLES = '\'{"related_metrics": {}, "resources": {}}\''
_FACTS = "'{\"facts\": {}}'"
_OWN_IMPORT = re.compile(r"^from baseline_program\.\w+ import (?:\([^)]*\)|[^(\n]+)$", re.MULTILINE)


def program(alarm: Alarm) -> str:
    """Return the Python source that gathers the baseline of this alarm in the tool function."""
    return "\n\n".join(pieces(alarm).values())


def pieces(alarm: Alarm) -> dict[str, str]:
    """Return the program file by file, each under its path; they run in this order in one namespace."""
    texts = dict(_texts())
    last = next(reversed(texts))
    texts[last] = texts[last].replace(_FACTS, repr(json.dumps(_facts(alarm))), 1)
    return texts


@cache
def _texts() -> tuple[tuple[str, str], ...]:
    """Read the program's files. Lines keep their numbers, so that a traceback can be read."""
    tables = repr(json.dumps(json.loads((_FOLDER / "tables.json").read_text("utf-8"))))
    found = []
    for name in _FILES:
        path = _FOLDER / f"{name}.py"
        text = path.read_text("utf-8").replace(_TABLES, tables, 1)
        found.append((str(path), _OWN_IMPORT.sub(lambda match: "\n" * match.group().count("\n"), text)))
    return tuple(found)


def parse(result: str | None) -> Baseline:
    """Return what the program's result says; what is missing or malformed becomes a failure, no error."""
    try:
        found = json.loads(result or "")
        if not isinstance(found, dict):
            raise TypeError
    except (ValueError, TypeError, RecursionError):
        why = "the baseline's result is not readable" if result else "the baseline did not run to its end"
        return Baseline(failures=(why,))
    failures = [item for item in _items(found, "failures") if isinstance(item, str)]

    def read(key: str, reader: Callable[[Any], Any]) -> tuple[Any, ...]:
        values, bad = _each(_items(found, key), reader)
        if bad:
            failures.append(f"{key}: {bad} of them not readable")
        return values

    metric = read("metric", _series)
    tags = found.get("tags")
    return Baseline(
        metric=metric[0] if metric else None,
        changes=read("changes", _change),
        transitions=read("transitions", _transition),
        failures=tuple(failures),
        tags={str(key): str(value) for key, value in tags.items()} if isinstance(tags, dict) else {},
    )


def _items(found: dict[str, Any], key: str) -> list[Any]:
    value = found.get(key)
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _each(items: list[Any], reader: Callable[[Any], Any]) -> tuple[tuple[Any, ...], int]:
    values = []
    for item in items:
        try:
            values.append(reader(item))
        except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError, OSError):
            continue
    return tuple(values), len(items) - len(values)


def _series(value: Any) -> MetricSeries:
    points = tuple(_points(value["points"]))
    threshold = value.get("threshold")
    return MetricSeries(
        label=str(value["label"]),
        points=points,
        period=int(value["period"]),
        threshold=None if threshold is None else float(threshold),
        comparison=str(value.get("comparison") or ""),
    )


def _points(values: list[Any]) -> Iterator[tuple[datetime, float]]:
    for at, value in sorted(values):
        if math.isfinite(value):
            yield _time(at), float(value)


def _change(value: Any) -> Change:
    return Change(
        _time(value["time"]), str(value["event"]), str(value["actor"]), str(value.get("resource") or "")
    )


def _transition(value: Any) -> tuple[datetime, str]:
    at, text = value
    return _time(at), str(text)


def _time(seconds: Any) -> datetime:
    return datetime.fromtimestamp(float(seconds), tz=UTC)


def _facts(alarm: Alarm) -> dict[str, Any]:
    return {
        "name": alarm.name,
        "arn": alarm.arn,
        "account": alarm.account,
        "region": alarm.region,
        "at": alarm.time.isoformat(),
        "metrics": [_query(metric) for metric in alarm.metrics],
        "triggering": list(alarm.triggering_alarms),
        "threshold": alarm.threshold,
        "contributor": [value for value in alarm.contributor_attributes.values() if value],
    }


def _query(metric: Metric) -> dict[str, Any]:
    """Return a metric of the event as GetMetricData takes it."""
    query: dict[str, Any] = {"Id": metric.id, "ReturnData": metric.returns_data}
    if metric.label:
        query["Label"] = metric.label
    if metric.account:
        query["AccountId"] = metric.account
    if metric.expression:
        return (
            query | {"Expression": metric.expression} | ({"Period": metric.period} if metric.period else {})
        )
    dimensions = [{"Name": name, "Value": value} for name, value in metric.dimensions.items()]
    stat = {
        "Metric": {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions},
        "Period": metric.period or 60,
        "Stat": metric.stat or "Average",
    }
    return query | {"MetricStat": stat | ({"Unit": metric.unit} if metric.unit else {})}
