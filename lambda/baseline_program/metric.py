"""The alarm's metric now, a day and a week before; and the metrics that tell the same resource's health."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from baseline_program.run import TABLES, Facts, Found

_BEFORE = (("a day before", timedelta(days=1)), ("a week before", timedelta(days=7)))
_BAND = "ANOMALY_DETECTION_BAND"
_MOST_SERIES = 6
_SHOWN_POINTS = 60
_KEPT_POINTS = 400
_STEP = 300


def queries_of(alarm: dict[str, Any], facts: Facts) -> list[dict[str, Any]]:
    """Return the alarm's metrics as GetMetricData takes them: as configured now, else as in the event."""
    if alarm.get("Metrics"):
        return [{**query, "ReturnData": query.get("ReturnData", True)} for query in alarm["Metrics"]]
    if alarm.get("MetricName"):
        metric = {key: alarm[key] for key in ("Namespace", "MetricName", "Dimensions") if key in alarm}
        stat = {
            "Metric": metric,
            "Period": alarm.get("Period", 60),
            "Stat": alarm.get("Statistic") or alarm.get("ExtendedStatistic") or "Average",
        }
        return [{"Id": "m1", "MetricStat": stat | _optional(Unit=alarm.get("Unit")), "ReturnData": True}]
    return facts.metrics


def _optional(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def series(facts: Facts, alarm: dict[str, Any], queries: list[dict[str, Any]], found: Found) -> None:
    """Show the metric over three hours, and what it was over the same hours a day and a week before."""
    period = max([_period(query) for query in queries], default=60)
    start, end = facts.span(min(max(timedelta(hours=3), 20 * timedelta(seconds=period)), timedelta(days=14)))
    start -= timedelta(seconds=start.timestamp() % period)
    queries, rows = _evaluated(facts, queries, start, end, found)
    chosen = primary(queries)
    # The contributor's own series first, then those of the metric that the alarm watches.
    rows.sort(
        key=lambda row: (not any(name in row["Label"] for name in facts.contributor), row["Id"] != chosen)
    )
    for row in rows[:_MOST_SERIES]:
        found.lines.append(f"{row['Id']} {row['Label']}: {_summary(row['Values'])}")
    if rows:
        points = list(zip(rows[0]["Timestamps"], rows[0]["Values"], strict=True))
        found.values["metric"] = {
            "label": rows[0]["Label"], "period": period,
            "threshold": alarm.get("Threshold", facts.threshold),
            "comparison": alarm.get("ComparisonOperator", ""),
            "points": [[int(at.timestamp()), value] for at, value in points[-_KEPT_POINTS:]],
        }  # fmt: skip
        found.lines.append(f"Points of {rows[0]['Id']} every {period} s, times in UTC:\n" + _listed(points))
    for label, ago in _BEFORE:
        answers = found.attempt(label, partial(fetch, facts, queries, start - ago, end - ago)) or []
        said = [f"{row['Id']} {_summary(row['Values'])}" for row in answers if row["Id"] == chosen][:2]
        found.lines.append(f"The same hours {label}: {'; '.join(said) or 'no data'}")


def _evaluated(
    facts: Facts, queries: list[dict[str, Any]], start: datetime, end: datetime, found: Found
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Evaluate all of the alarm's metrics; when its expressions fail, the metrics that they are made of."""
    asked = [{**query, "ReturnData": True} for query in queries]
    parts = [query for query in asked if "MetricStat" in query]
    if len(parts) in (0, len(asked)):
        return asked, fetch(facts, asked, start, end)
    rows = found.attempt("the expression", partial(fetch, facts, asked, start, end))
    return (asked, rows) if rows is not None else (parts, fetch(facts, parts, start, end))


def primary(queries: list[dict[str, Any]]) -> str:
    """Return the id of the series that the alarm watches, which is never the band of an anomaly detector."""
    watched = [query for query in queries if _BAND not in query.get("Expression", "")] or queries
    expressions = [query for query in watched if "Expression" in query]
    return str((expressions or watched or [{"Id": ""}])[-1 if expressions else 0]["Id"])


def fetch(
    facts: Facts, queries: list[dict[str, Any]], start: datetime, end: datetime
) -> list[dict[str, Any]]:
    """Return the non-empty series, oldest point first."""
    pages = facts.aws("cloudwatch").get_paginator("get_metric_data").paginate(
        MetricDataQueries=queries, StartTime=start, EndTime=end, ScanBy="TimestampAscending",
        PaginationConfig={"MaxItems": 5_000},
    )  # fmt: skip
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for page in pages:
        for result in page["MetricDataResults"]:
            key = (result["Id"], result.get("Label", ""))
            row = rows.setdefault(key, {"Id": key[0], "Label": key[1], "Timestamps": [], "Values": []})
            row["Timestamps"] += [at.astimezone(UTC) for at in result["Timestamps"]]
            row["Values"] += result["Values"]
    return [row for row in rows.values() if row["Values"]]


def related(facts: Facts, namespace: str, dimensions: dict[str, str], found: Found) -> None:
    """Show the namespace's other metrics of the same resource in steps of five minutes."""
    pairs = [pair.rpartition(":") for pair in TABLES["related_metrics"][namespace]]
    listed = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    queries = [
        {
            "Id": f"r{index}",
            "Label": f"{name} {stat}",
            "MetricStat": {
                "Metric": {"Namespace": namespace, "MetricName": name, "Dimensions": listed},
                "Period": _STEP,
                "Stat": stat,
            },
        }
        for index, (name, _, stat) in enumerate(pairs)
    ]
    start, end = facts.span(timedelta(hours=1))
    start -= timedelta(seconds=start.timestamp() % _STEP)
    rows = fetch(facts, queries, start, end)
    found.lines.append(f"Every {_STEP} s, times in UTC; a metric without data is left out.")
    for row in rows:
        points = list(zip(row["Timestamps"], row["Values"], strict=True))
        found.lines.append(f"{row['Label']}: {_listed(points, 99)}")


def _period(query: dict[str, Any]) -> int:
    return int(query.get("MetricStat", query).get("Period") or 60)


def _summary(values: list[float]) -> str:
    least, mean, most = min(values), sum(values) / len(values), max(values)
    return f"{len(values)} points, min {least:.6g}, mean {mean:.6g}, max {most:.6g}, last {values[-1]:.6g}"


def _listed(points: list[tuple[datetime, float]], columns: int = 6) -> str:
    """Return the last points as `05:51 14`, some to a line."""
    shown = points[-_SHOWN_POINTS:]
    form = "%H:%M:%S" if any(at.second for at, _ in shown) else "%H:%M"
    if shown and shown[-1][0] - shown[0][0] > timedelta(hours=24):
        form = "%m-%d %H:%M"
    said = [f"{at:{form}} {value:.6g}" for at, value in shown]
    return "\n".join("  ".join(said[index : index + columns]) for index in range(0, len(said), columns))
