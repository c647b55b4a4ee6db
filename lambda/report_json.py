"""The investigation as data, by docs/report.schema.json."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from record import Investigation
    from report_links import Keys

SCHEMA_VERSION = "1.0"


def document(investigation: Investigation, *, bucket: str | None, keys: Keys) -> bytes:
    """Return the JSON file: ASCII, so that no tool stumbles, and without the numbers that JSON lacks."""
    report: object = None
    if investigation.report is not None:
        report = plain(investigation.report)
    elif investigation.text is not None:
        report = {"text": investigation.text}
    check = investigation.evidence
    content = {
        "schema_version": SCHEMA_VERSION,
        "investigation_id": investigation.investigation_id,
        "outcome": investigation.outcome,
        "outcome_detail": investigation.outcome_detail,
        "alarm": investigation.alarm,
        "event": investigation.event,
        "model_id": investigation.model_id,
        "started_at": investigation.started_at,
        "finished_at": investigation.finished_at,
        "iterations": investigation.iterations,
        "report": report,
        "evidence": {
            "verified": check.verified,
            "unverified": check.unverified,
            "grounding_rate": check.grounding_rate,
            "items": check.items,
        },
        "tool_calls": investigation.tool_calls,
        "usage": investigation.usage,
        "baseline": investigation.baseline,
        "notes": investigation.notes,
        "related_alarms": investigation.related_alarms,
        "conversation": investigation.conversation,
        "files": {"bucket": bucket, **asdict(keys)},
    }
    return (json.dumps(plain(content), indent=1, allow_nan=False) + "\n").encode("ascii")


def plain(value: object) -> object:
    """Return a value made of what JSON knows; times are ISO 8601 in UTC, bytes are base64."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    return str(value)
