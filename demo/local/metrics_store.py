"""Read and write the emulator's metrics: exact dimensions, periods on their boundaries, metric math."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ministack.services import cloudwatch as stock  # type: ignore[import-untyped]

from local import metric_math
from local.alarm_model import MetricQuery, Record, returned_query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def points(query: MetricQuery) -> list[Record]:
    """Return the stored datapoints of exactly this metric: another set of dimensions is another metric."""
    wanted = (query.namespace, query.name, stock._dims_key(dict(query.dimensions)))
    return [point for key, found in list(stock._metrics.items()) if key == wanted for point in list(found)]


def statistic(query: MetricQuery, stored: Sequence[Record]) -> float | None:
    """Return the query's statistic over stored datapoints, None when there are none."""
    if not stored:
        return None
    value = stock._stat_value(stock._calc_stats(stored), query.stat, stored)
    return None if value is None else float(value)


def buckets(query: MetricQuery, start: float, end: float) -> dict[float, float]:
    """Return the query's values by the start of their period, for the datapoints in `[start, end)`."""
    grouped: dict[float, list[Record]] = {}
    for point in points(query):
        if start <= point["Timestamp"] < end:
            at = point["Timestamp"] // query.period * query.period
            grouped.setdefault(at, []).append(point)
    values = {at: statistic(query, grouped[at]) for at in sorted(grouped)}
    return {at: value for at, value in values.items() if value is not None}


def evaluate_all(
    queries: Sequence[MetricQuery], start: float, end: float
) -> Mapping[str, dict[float, float]]:
    """Return every query's series, expressions included, by id.

    Raises `metric_math.UnsupportedExpressionError`.
    """
    series = {q.id: buckets(q, start, end) for q in queries if not q.expression}
    waiting = [q for q in queries if q.expression]
    while waiting:
        ready = [q for q in waiting if not _ids(q) & {w.id for w in waiting}]
        if not ready:
            raise metric_math.UnsupportedExpressionError("the expressions refer to each other in a circle")
        for query in ready:
            series[query.id] = _expression_series(query, series)
        waiting = [q for q in waiting if q not in ready]
    return series


def latest(
    queries: tuple[MetricQuery, ...], periods: int, now: float
) -> tuple[float, int, list[float | None]]:
    """Return the newest periods of what an alarm watches: their start, their length, and the values."""
    period = min(q.period for q in queries if not q.expression) if queries else 60
    start = (math.floor(now / period) - periods + 1) * period
    series = evaluate_all(queries, start, start + periods * period)
    watched = series[returned_query(queries).id]
    return start, period, [watched.get(start + i * period) for i in range(periods)]


def record(namespace: str, name: str, value: float, unit: str, dimensions: Mapping[str, str]) -> None:
    """Publish one datapoint of an AWS service in the account and region of the current request."""
    stock.record_metric(namespace, name, value, unit, dict(dimensions))


def _ids(query: MetricQuery) -> set[str]:
    tree = metric_math.parse(query.expression or "")
    return metric_math.names(tree)


def _expression_series(query: MetricQuery, series: Mapping[str, dict[float, float]]) -> dict[float, float]:
    tree = metric_math.parse(query.expression or "")
    moments = sorted({at for found in series.values() for at in found})
    found: dict[float, float] = {}
    for at in moments:
        value = metric_math.evaluate(tree, {name: values.get(at) for name, values in series.items()})
        if value is not None:
            found[at] = value
    return found
