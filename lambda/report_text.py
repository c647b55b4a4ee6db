"""The text report: the sections people read, in a fixed order, each a template; no empty one is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import metric_facts
from report_facts import Kind
from report_templates import fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from record import Investigation
    from report_facts import Facts
    from report_links import Links

WIDTH = 78
SECTIONS = (
    ("summary", "EXECUTIVE SUMMARY"),
    ("details", "INVESTIGATION DETAILS"),
    ("root_cause", "ROOT CAUSE"),
    ("impact", "IMPACT"),
    ("actions", "IMMEDIATE ACTIONS"),
    ("prevention", "PREVENTION"),
    ("monitoring", "MONITORING RECOMMENDATIONS"),
    ("ruled_out", "RULED OUT"),
    ("gaps", "WHAT COULD NOT BE SEEN"),
    ("notes", "NOTES"),
    ("timeline", "TIMELINE"),
    ("calls", "EVERY CALL"),
    ("outputs", "CODE AND OUTPUT"),
    ("links", "LINKS"),
    ("bill", "BILL"),
)
_ONLY_IN_FILE = frozenset({"timeline", "calls"})
_BROKEN_UP = (
    "An address in this command is broken up with brackets, so that it is no link here. "
    "Take them out once you trust it."
)
_FEW_CALLS = 12
_FEW_CHANGES = 6
_MANY_CHANGES = 20


@dataclass(frozen=True, slots=True)
class Section:
    """One filled section; `heading` is empty for the head."""

    name: str
    heading: str
    body: str

    def __str__(self) -> str:
        if not self.heading:
            return self.body
        return f"{self.heading}\n{'-' * len(self.heading)}\n\n{self.body}"


def text_report(investigation: Investigation, said: Facts, links: Links) -> str:
    """Return the report for a screen, with the timeline and every call."""
    parts = sections(investigation, said, links, width=WIDTH, saved=True)
    return "\n\n\n".join(map(str, parts)) + "\n"


def sections(
    investigation: Investigation,
    said: Facts,
    links: Links,
    *,
    width: int,
    saved: bool,
    brief: bool = False,
) -> list[Section]:
    """Return the filled sections in order.

    `brief` leaves out what the files hold; when none was `saved`, every code and output is there.
    """
    changes = [moment for moment in said.timeline if moment.kind is Kind.CHANGE]
    most = _FEW_CHANGES if brief else _MANY_CHANGES
    calls = investigation.tool_calls
    shown = calls if len(calls) <= _FEW_CALLS or not brief else calls[: _FEW_CALLS - 1]
    series = investigation.baseline.metric if investigation.baseline else None
    values = {
        "investigation": investigation,
        "report": investigation.report,
        "said": said,
        "links": links,
        "query_text": links.query.query if links.query else "",
        "query_groups": links.query.groups if links.query else (),
        "width": width,
        "saved": saved,
        "broken_up_note": _BROKEN_UP,
        "tags": [f"{name}={value}" for name, value in investigation.baseline.tags.items()]
        if investigation.baseline
        else [],
        "changes": changes[-most:],
        "earlier_changes": max(0, len(changes) - most),
        "shown_calls": shown,
        "hidden_calls": len(calls) - len(shown),
        "sparkline": metric_facts.spark(series, min(width, 60)) if series else "",
    }
    found = [Section("head", "", _filled("head", values))]
    for name, heading in SECTIONS:
        if brief and name in _ONLY_IN_FILE:
            continue
        body = _filled(name, values)
        if body:
            found.append(Section(name, heading, body))
    return found


def _filled(name: str, values: Mapping[str, object]) -> str:
    return fill(f"text/{name}.txt.j2", **values).strip("\n")
