"""Links into the AWS console of the right partition.

Presigned URLs die with the session that made them; these do not. Every value is percent-encoded,
so that a name written by a stranger cannot leave its place in the URL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from alarm import Alarm, Metric

_CONSOLES = {
    "aws": "console.aws.amazon.com",
    "aws-us-gov": "console.amazonaws-us-gov.com",
    "aws-cn": "console.amazonaws.cn",
    "aws-eusc": "console.amazonaws-eusc.eu",
    "aws-iso": "console.c2shome.ic.gov",
    "aws-iso-b": "console.sc2shome.sgov.gov",
}
_PARTITION_OF_PREFIX = {"us-gov": "aws-us-gov", "cn": "aws-cn", "eusc": "aws-eusc", "us-isob": "aws-iso-b",
                        "us-iso": "aws-iso"}  # fmt: skip
_JSURL_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


def partition_of(region: str) -> str:
    """Return the partition a region lies in."""
    for prefix, partition in _PARTITION_OF_PREFIX.items():
        if region.startswith(f"{prefix}-"):
            return partition
    return "aws"


def _host(region: str) -> str:
    return f"https://{quote(region, safe='')}.{_CONSOLES[partition_of(region)]}"


def _cloudwatch(region: str, fragment: str) -> str:
    return f"{_host(region)}/cloudwatch/home?region={quote(region, safe='')}#{fragment}"


def s3_object(bucket: str, key: str, region: str) -> str:
    """Return the S3 console's page of one object, with its Open and Download buttons."""
    return (
        f"{_host(region)}/s3/object/{quote(bucket, safe='')}"
        f"?region={quote(region, safe='')}&prefix={quote(key, safe='/')}"
    )


def s3_folder(bucket: str, prefix: str, region: str) -> str:
    """Return the S3 console's listing of a prefix."""
    return (
        f"{_host(region)}/s3/buckets/{quote(bucket, safe='')}"
        f"?region={quote(region, safe='')}&prefix={quote(prefix, safe='/')}"
    )


def alarm_page(alarm: Alarm) -> str:
    """Return the alarm's own page."""
    return _cloudwatch(alarm.region, f"alarmsV2:alarm/{quote(alarm.name, safe='')}")


def metric_graph(alarm: Alarm, start: datetime, end: datetime) -> str | None:
    """Return the graph of the alarm's metrics over a window; None when the alarm has no plain metric."""
    rows = [row for row in map(_graph_row, alarm.metrics) if row is not None]
    if not rows:
        return None
    graph: dict[str, object] = {
        "metrics": rows,
        "view": "timeSeries",
        "stacked": False,
        "region": alarm.region,
        "start": _iso(start),
        "end": _iso(end),
    }
    if alarm.threshold is not None:
        graph["annotations"] = {"horizontal": [{"label": "threshold", "value": alarm.threshold}]}
    # A closing word after the last parenthesis: mail clients leave a final ")" out of a link.
    return _cloudwatch(alarm.region, f"metricsV2:graph={_jsurl(graph)};query=~'{_jsurl_text(alarm.name)}")


def _graph_row(metric: Metric) -> list[object] | None:
    options: dict[str, object] = {"id": metric.id} if metric.id else {}
    if metric.label:
        options["label"] = metric.label
    if not metric.returns_data:
        options["visible"] = False
    if metric.period:
        options["period"] = metric.period
    if metric.expression:
        return [{"expression": metric.expression, **options}]
    if not (metric.namespace and metric.name):
        return None
    if metric.stat:
        options["stat"] = metric.stat
    if metric.account:
        options["accountId"] = metric.account
    dimensions = [part for pair in metric.dimensions.items() for part in pair]
    return [metric.namespace, metric.name, *dimensions, options]


def logs_insights(region: str, groups: Sequence[str], query: str, start: datetime, end: datetime) -> str:
    """Return Logs Insights with the query, its log groups and the window filled in, ready to run."""
    detail = _jsurl(
        {
            "end": _iso(end),
            "start": _iso(start),
            "timeType": "ABSOLUTE",
            "tz": "UTC",
            "editorString": query,
            "isLiveTail": False,
            "source": list(groups),
        }
    )
    # The console takes the structure percent-encoded with "$25" for "%": nothing then ends a link early.
    for plain, coded in (("~", "$257E"), ("(", "$2528"), (")", "$2529"), ("'", "$2527")):
        detail = detail.replace(plain, coded)
    return _cloudwatch(region, f"logsV2:logs-insights$3FqueryDetail$3D{detail}")


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _jsurl(value: object) -> str:
    """Return a value in the JSURL notation of the CloudWatch console's fragments."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return f"'{_jsurl_text(value)}"
    if isinstance(value, list):
        return "~(" + "".join(f"~{_inner(item)}" for item in value) + ")"
    return "~" + _mapping(value)  # type: ignore[arg-type]


def _inner(value: object) -> str:
    text = _jsurl(value)
    return text.removeprefix("~")


def _mapping(value: Mapping[str, object]) -> str:
    return "(" + "~".join(f"{_jsurl_text(key)}~{_inner(item)}" for key, item in value.items()) + ")"


def _jsurl_text(text: str) -> str:
    return "".join(char if char in _JSURL_PLAIN else _jsurl_char(char) for char in text)


def _jsurl_char(char: str) -> str:
    # UTF-16 code units, as JavaScript sees them: "*xx" or "**xxxx".
    units = char.encode("utf-16-be", "surrogatepass")
    codes = [int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2)]
    return "".join(f"*{code:02x}" if code < 0x100 else f"**{code:04x}" for code in codes)
