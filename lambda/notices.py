"""The short plain-text messages that are no report: each says what happened and where to look."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from alarm import Alarm, AlarmState
from claim_record import SavedMessage
from console_links import alarm_page, s3_object
from delivery import MESSAGE_BYTES
from safe_text import clip, defang, one_line, subject

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from backlog import TurnedAway
    from record import Investigation

_NAME = 255
_REASON = 1_000
_WIDTH = 72
_ROOM = MESSAGE_BYTES - 2_000

AGAIN = (
    "(This message may reach you twice: the function was stopped while it\n"
    "was being sent the first time.)\n\n"
)
LATE = "(This message is late: it could not be sent when its report was ready.)\n\n"


def not_investigated(
    entries: Sequence[TurnedAway], limit: int, region: str
) -> tuple[SavedMessage, Sequence[TurnedAway]]:
    """The hour's list, and those of the entries that it had room for."""
    lines, size = [], 0
    for entry in entries:
        line = _turned_away(entry)
        size += len(line.encode("utf-8", "replace"))
        if size > _ROOM:
            break
        lines.append(line)
    left = len(entries) - len(lines)
    several = len(lines) != 1
    count = f"{len(lines)} alarm{'s' if several else ''}"
    body = [
        _wrapped(
            f"{count} fired and {'were' if several else 'was'} NOT investigated: the limit of {limit} "
            "investigations an hour was reached (max_investigations_per_hour). Please look at "
            f"{'them' if several else 'it'} yourself."
        ),
        "",
        *lines,
        *([f"{left} more are listed in the next message.", ""] if left else []),
        _wrapped(
            "More alarms of this hour that are not investigated will be listed together in one later message."
        ),
    ]
    finding = f"{count} not investigated, limit of {limit} an hour reached"
    return SavedMessage(subject("NOTICE", "Alarm Triage", region, finding), "\n".join(body)), entries[
        : len(lines)
    ]


def _turned_away(entry: TurnedAway) -> str:
    _, _, _, region, account, *_ = entry.arn.split(":")
    alarm = Alarm(entry.arn, entry.name, account, region, AlarmState.ALARM, entry.time)
    return f"- {_name(alarm)}\n  {_when(alarm)}, {region}, account {account}\n  {alarm_page(alarm)}\n"


def recovery(alarm: Alarm, took: timedelta, report_key: str | None, bucket: str, region: str) -> SavedMessage:
    """An investigated alarm is OK again: after how long, and where its report is."""
    duration = spoken(took)
    lines = [
        _wrapped(f"{_name(alarm)} is OK again, {duration} after it went into ALARM."),
        f"Back to OK at {_when(alarm)}.",
        "",
        *([f"Report: {s3_object(bucket, report_key, region)}"] if report_key else []),
        f"Alarm: {alarm_page(alarm)}",
    ]
    return SavedMessage(
        subject("OK", alarm.name, alarm.region, f"OK again after {duration}"), "\n".join(lines)
    )


def own_alarm(alarm: Alarm) -> SavedMessage:
    """An alarm on this module itself, passed on as it came."""
    lines = [
        _wrapped(
            f"{_name(alarm)} is in {alarm.state}. It watches Alarm Triage itself, so it is passed on and not "
            "investigated."
        ),
        "",
        f"Since: {_when(alarm)}",
        *([_wrapped(f"Reason: {clip(defang(alarm.reason), _REASON)}")] if alarm.reason else []),
        *([_wrapped(f"About: {clip(defang(alarm.description), _REASON)}")] if alarm.description else []),
        f"Alarm: {alarm_page(alarm)}",
    ]
    finding = alarm.reason or "an alarm on Alarm Triage itself"
    return SavedMessage(subject(str(alarm.state), alarm.name, alarm.region, finding), "\n".join(lines))


def unrendered(investigation: Investigation, error: str) -> SavedMessage:
    """The investigation ended, but its report could not be written: what is known, in a few lines."""
    alarm = investigation.alarm
    report = investigation.report
    found = report.root_cause.statement if report else (investigation.text or investigation.outcome_detail)
    lines = [
        _wrapped(
            f"{_name(alarm)} is in ALARM since {_when(alarm)}. Alarm Triage looked into it, but could not "
            f"write its report ({one_line(defang(error), 200)})."
        ),
        "",
        _wrapped(f"What it found: {clip(defang(found), _REASON) or 'nothing that it could tell'}"),
        "",
        f"Alarm: {alarm_page(alarm)}",
    ]
    finding = found or "the report could not be written"
    return SavedMessage(subject("ALARM", alarm.name, alarm.region, finding), "\n".join(lines))


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _name(alarm: Alarm) -> str:
    return one_line(defang(alarm.name), _NAME)


def _when(alarm: Alarm) -> str:
    return f"{alarm.time:%Y-%m-%d %H:%M:%S} UTC"


def spoken(span: timedelta) -> str:
    """A length of time as people say it: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60 % 60, seconds // 3600 % 24, seconds // 86400
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    first = next(at for at, (amount, _) in enumerate(parts) if amount)
    return " ".join(f"{amount} {unit}" for amount, unit in parts[first : first + 2] if amount)
