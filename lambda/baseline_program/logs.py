"""The log lines that look like trouble, and the latest ones."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from baseline_program.run import Facts, Found, short, stamp

_TROUBLE = (
    '?ERROR ?Error ?error ?Exception ?exception ?Traceback ?FATAL ?Fatal ?CRITICAL ?panic ?"timed out" '
    '?timeout ?denied ?Denied ?refused ?Throttl ?throttl ?"out of memory" ?OutOfMemory ?Killed '
    "?failed ?Failed"
)
_WINDOW = timedelta(minutes=20)
_MOST_EVENTS = 200
_MOST_GROUPS = 2
_SHOWN = 12
_LINE = 420
_VARIABLE = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|0x[0-9a-fA-F]+|\d+")


def tail(facts: Facts, groups: list[str], found: Found, pattern: str = _TROUBLE) -> None:
    """Show each group's lines that match around the breach, alike ones once, and its newest lines."""
    for group in list(dict.fromkeys(groups))[:_MOST_GROUPS]:
        for title, read in (("lines that look like trouble", _matching), ("latest lines", _latest)):
            events = found.attempt(f"log {group}, {title}", partial(read, facts, group, pattern))
            if events is None:
                continue
            found.lines.append(f"Log {group}, {title}: {'none' if not events else ''}".rstrip())
            found.lines += [_log_line(event, count) for event, count in _alike(events)[-_SHOWN:]]


def _matching(facts: Facts, group: str, pattern: str) -> list[dict[str, Any]]:
    start, end = facts.span(_WINDOW)
    pages = facts.aws("logs").get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=_milliseconds(start), endTime=_milliseconds(end), filterPattern=pattern,
        PaginationConfig={"MaxItems": _MOST_EVENTS},
    )  # fmt: skip
    return [event for page in pages for event in page["events"]]


def _latest(facts: Facts, group: str, pattern: str) -> list[dict[str, Any]]:
    del pattern
    logs = facts.aws("logs")
    streams = logs.describe_log_streams(logGroupName=group, orderBy="LastEventTime", descending=True, limit=2)
    _, end = facts.span(_WINDOW)
    events: list[dict[str, Any]] = []
    for stream in streams["logStreams"]:
        events += logs.get_log_events(
            logGroupName=group, logStreamName=stream["logStreamName"], limit=15, startFromHead=False,
            endTime=_milliseconds(end),
        )["events"]  # fmt: skip
    return sorted(events, key=lambda event: int(event["timestamp"]))


def _alike(events: list[dict[str, Any]]) -> list[tuple[dict[str, Any], int]]:
    """Fold lines that differ in numbers and ids only into the last of them, with their count."""
    folded: dict[str, tuple[dict[str, Any], int]] = {}
    for event in events:
        shape = _VARIABLE.sub("#", event["message"])
        _, count = folded.pop(shape, (event, 0))
        folded[shape] = (event, count + 1)
    return list(folded.values())


def _log_line(event: dict[str, Any], count: int) -> str:
    at = datetime.fromtimestamp(int(event["timestamp"]) / 1000, tz=UTC)
    times = f" (x{count})" if count > 1 else ""
    return f"{stamp(at)}{times} {short(event['message'].rstrip(), _LINE)}"


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def behind_metric(facts: Facts, metric: tuple[str, str], found: Found) -> None:
    """Show the log lines that a metric filter counts into a custom metric."""
    namespace, name = metric
    answer = facts.aws("logs").describe_metric_filters(metricNamespace=namespace, metricName=name, limit=5)
    for rule in answer["metricFilters"][:_MOST_GROUPS]:
        group, pattern = rule["logGroupName"], rule.get("filterPattern", "")
        found.lines.append(f"{name} counts lines of {group} that match: {pattern or 'anything'}")
        tail(facts, [group], found, pattern)
