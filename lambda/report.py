"""Renders an investigation: four files, the email and the chat message. Pure; saves and sends nothing."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from report_chat import chat_message
from report_context import full_context
from report_facts import facts, headline
from report_html import html_report
from report_json import document
from report_links import Keys, links
from report_message import message, subject
from report_text import text_report
from safe_text import ascii_line, each_string, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from record import Investigation

_SLUG_LIMIT = 80
_METADATA_LIMIT = 200
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One object to save; `content_type` lets the S3 console's Open button show it in the browser."""

    key: str
    content_type: str
    body: bytes
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Everything that leaves: files in the order JSON, text, HTML, full context; then what is sent."""

    files: tuple[ReportFile, ...]
    subject: str
    message: str
    chat_message: str


def keys(investigation: Investigation) -> Keys:
    """Return the S3 keys: time first, then the alarm's name made safe and a mark of the investigation."""
    started = investigation.started_at.astimezone(UTC)
    slug = re.sub(r"[^A-Za-z0-9._-]+", "-", investigation.alarm.name).strip("-.")[:_SLUG_LIMIT].rstrip("-.")
    mark = hashlib.sha256(investigation.investigation_id.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    stem = f"reports/{started:%Y/%m/%d}/{started:%Y%m%d_%H%M%S}_UTC_{slug or 'alarm'}-{mark}"
    return Keys(
        json=f"{stem}.json",
        text=f"{stem}_report.txt",
        html=f"{stem}_report.html",
        context=f"{stem}_full_context.txt",
    )


def render(investigation: Investigation, *, bucket: str | None, region: str) -> Rendered:
    """Return all that is saved and sent. `bucket` None: nothing could be saved, and the email says more."""
    named = keys(investigation)
    where = links(investigation, bucket=bucket, region=region, keys=named)
    shown = each_string(investigation, visible)
    said = facts(shown)
    metadata = _metadata(investigation)
    bodies = (
        (named.json, "application/json", document(investigation, bucket=bucket, keys=named)),
        (named.text, _TEXT, _utf8(text_report(shown, said, each_string(where, visible)))),
        (named.html, "text/html; charset=utf-8", _utf8(html_report(shown, said, where))),
        (named.context, _TEXT, _utf8(full_context(shown, said))),
    )
    return Rendered(
        files=tuple(ReportFile(key, kind, body, metadata) for key, kind, body in bodies),
        subject=subject(investigation),
        message=message(investigation, where, saved=bucket is not None),
        chat_message=chat_message(investigation, where),
    )


def _metadata(investigation: Investigation) -> dict[str, str]:
    said = facts(investigation)
    values = {
        "alarm": investigation.alarm.name,
        "severity": said.rating.lower(),
        "finding": headline(investigation, said),
        "confidence": said.confidence,
        "outcome": str(investigation.outcome),
        "grounding": said.grounding,
        "cost": said.price,
        "investigation-id": investigation.investigation_id,
    }
    return {name: ascii_line(value, _METADATA_LIMIT) for name, value in values.items()}


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")
