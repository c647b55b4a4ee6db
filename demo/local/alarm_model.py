"""An alarm as the emulator stores it (CloudWatch's API field names), read into plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Record = dict[str, Any]
"""A dictionary of the emulator or of a wire protocol: the only place where types are not known."""


@dataclass(frozen=True, slots=True)
class MetricQuery:
    """One entry of an alarm's or a request's metrics: a metric with its statistic, or an expression."""

    id: str
    returns_data: bool = True
    expression: str | None = None
    label: str | None = None
    namespace: str = ""
    name: str = ""
    dimensions: Mapping[str, str] = field(default_factory=dict)
    period: int = 60
    stat: str = "Average"
    unit: str | None = None


def dimension_map(pairs: list[dict[str, str]] | None) -> dict[str, str]:
    """Turn CloudWatch's list of Name and Value pairs into a map."""
    return {pair["Name"]: pair["Value"] for pair in pairs or []}


def metric_query(entry: Record) -> MetricQuery:
    """Read one MetricDataQuery; booleans and numbers may be strings, as the query protocol sends them."""
    stat = entry.get("MetricStat") or {}
    metric = stat.get("Metric") or {}
    return MetricQuery(
        id=entry["Id"],
        returns_data=entry.get("ReturnData", True) in (True, "true"),
        expression=entry.get("Expression") or None,
        label=entry.get("Label") or None,
        namespace=metric.get("Namespace", ""),
        name=metric.get("MetricName", ""),
        dimensions=dimension_map(metric.get("Dimensions")),
        period=int(stat.get("Period") or entry.get("Period") or 60),
        stat=stat.get("Stat", "Average"),
        unit=stat.get("Unit") or None,
    )


def alarm_queries(alarm: Record) -> tuple[MetricQuery, ...]:
    """Return the alarm's metrics; a plain alarm is described as one query, as AWS does in its event."""
    if alarm.get("Metrics"):
        return tuple(metric_query(entry) for entry in alarm["Metrics"])
    return (
        MetricQuery(
            id="m1",
            namespace=alarm.get("Namespace") or "",
            name=alarm.get("MetricName") or "",
            dimensions=dimension_map(alarm.get("Dimensions")),
            period=int(alarm.get("Period") or 60),
            stat=alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average",
            unit=alarm.get("Unit") or None,
        ),
    )


def returned_query(queries: tuple[MetricQuery, ...]) -> MetricQuery:
    """Return the query whose result the alarm watches."""
    return next((query for query in queries if query.returns_data), queries[0])


def stamp(epoch: float) -> str:
    """Format a time as CloudWatch's events do: `2026-01-31T12:00:00.000+0000`."""
    moment = datetime.fromtimestamp(epoch, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"
