"""The report as one self-contained page: no script, no request, safe to open whatever the logs said.

Every value is escaped by the templates, and a Content-Security-Policy in the page allows nothing but its own
style sheet, by hash. Text of the model stays text: it is not rendered as Markdown, which would let it make
links and pictures.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from chart import charts
from quote_views import FIELD_LIMIT, evidence_views, tool_views
from report_facts import Kind
from report_json import plain
from report_templates import TEMPLATES, fill
from safe_text import clip, each_string, visible

if TYPE_CHECKING:
    from record import Investigation, Report
    from report_facts import Facts
    from report_links import Links

_MOST_AWS_CALLS = 2_000
_TEXT_LIMIT = 20_000
_EVENT_LIMIT = 60_000
_MOST_MOMENTS = 60


def html_report(investigation: Investigation, said: Facts, links: Links) -> str:
    """Return the page. `investigation` has been made visible; `links` have not, their URLs are our own."""
    from markupsafe import Markup

    style, policy = _style()
    bare = replace(investigation, tool_calls=(), conversation=(), event={})
    shown = each_string(bare, lambda text: clip(text, FIELD_LIMIT))
    if investigation.text:
        shown = replace(shown, text=clip(investigation.text, _TEXT_LIMIT))
    series = investigation.baseline.metric if investigation.baseline else None
    claims = evidence_views(investigation)
    drawn = charts(series, investigation.alarm.time, said.timeline) if series else ""
    return fill(
        "report.html.j2",
        investigation=shown,
        report=_with_pasteable(shown.report),
        said=said,
        links=links,
        style=Markup(style),  # noqa: S704  our own file
        policy=policy,
        chart=Markup(drawn),  # noqa: S704  escaped by its own template
        claims=claims,
        tools=tool_views(investigation, claims),
        changes=[moment for moment in said.timeline if moment.kind is Kind.CHANGE],
        timeline=said.timeline[-_MOST_MOMENTS:],
        aws_calls=[(call.call, made) for call in investigation.tool_calls for made in call.aws_calls][
            :_MOST_AWS_CALLS
        ],
        query_text=visible(links.query.query) if links.query else "",
        query_groups=[visible(group) for group in links.query.groups] if links.query else [],
        event=clip(json.dumps(plain(investigation.event), indent=2, ensure_ascii=False), _EVENT_LIMIT),
    )


def _with_pasteable(report: Report | None) -> Report | None:
    """Return the report without commands that were cut: half a command must not be pasted."""
    if report is None:
        return None
    actions = tuple(
        replace(step, command=f"(a command of more than {FIELD_LIMIT:,} characters: take it from the JSON)")
        if step.command and len(step.command) > FIELD_LIMIT
        else step
        for step in report.immediate_actions
    )
    return replace(report, immediate_actions=actions)


@cache
def _style() -> tuple[str, str]:
    """Return the style sheet and the policy that allows it alone."""
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    return style, policy
