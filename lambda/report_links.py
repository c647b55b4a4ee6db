"""Where a reader goes next: alarm, metric, logs, report and full context, each in the AWS console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import console_links
from log_query import LogQuery, log_query

if TYPE_CHECKING:
    from record import Investigation

_GRAPH_BEFORE = timedelta(hours=3)
_GRAPH_AFTER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Keys:
    """The S3 keys of the files of one report."""

    json: str
    text: str
    html: str
    context: str


@dataclass(frozen=True, slots=True)
class Link:
    """A label and a URL of ours; the only live links that an email holds."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Links:
    """All links of one investigation. `reports` is empty when nothing was saved."""

    console: tuple[Link, ...]
    reports: tuple[Link, ...]
    query: LogQuery | None


def links(investigation: Investigation, *, bucket: str | None, region: str, keys: Keys) -> Links:
    """Return the links; call it with the investigation as it came, not with a cleaned copy."""
    alarm = investigation.alarm
    graph = console_links.metric_graph(alarm, alarm.time - _GRAPH_BEFORE, alarm.time + _GRAPH_AFTER)
    query = log_query(investigation)
    console = [Link("Alarm", console_links.alarm_page(alarm))]
    if graph is not None:
        console.append(Link("Metric", graph))
    if query is not None:
        url = console_links.logs_insights(alarm.region, query.groups, query.query, query.start, query.end)
        console.append(Link("Logs", url))
    saved: tuple[Link, ...] = ()
    if bucket is not None:
        saved = tuple(
            Link(label, console_links.s3_object(bucket, key, region))
            for label, key in (
                ("Report (HTML)", keys.html),
                ("Report (text)", keys.text),
                ("Full context", keys.context),
                ("Data (JSON)", keys.json),
            )
        )
    return Links(tuple(console), saved, query)
