"""What every rendering of an investigation says: the finding, how sure it is, the timeline, the bill."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import metric_facts
from alarm import AlarmState
from record import Confidence, Outcome
from report_outcomes import ENDINGS, Ending
from safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from record import CheckedEvidence, Evidence, Investigation

UNRATED = "UNRATED"
_MOMENT_LIMIT = 160
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"'`(\[]?[A-Z0-9])")
_ABBREVIATION = re.compile(r"(?:\be\.g|\bi\.e|\betc|\bvs|\bapprox|\bca)\.$", re.IGNORECASE)


class Kind(StrEnum):
    """What sort of thing happened at a moment of the timeline."""

    CHANGE = "change"
    STATE = "state"
    BREACH = "breach"
    TRIAGE = "triage"


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline. `mark` is the number of a change on the chart."""

    time: datetime
    kind: Kind
    text: str
    mark: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The sayable: plain sentences that text, page, email and chat all share."""

    rating: str
    title: str
    finding: str
    more: str
    confidence: str
    grounding: str
    ending: Ending
    whole: bool
    metric: tuple[str, ...]
    timeline: tuple[Moment, ...]
    effort: str
    tokens: str
    price: str
    verdicts: Mapping[tuple[int | None, str], CheckedEvidence] = field(default_factory=dict)

    def verdict(self, cited: Evidence) -> CheckedEvidence | None:
        """Return the check's verdict on a quote, None when it was never checked."""
        return self.verdicts.get((cited.call, cited.quote))


def facts(investigation: Investigation) -> Facts:
    """Return what is to be said about an investigation, whatever its outcome."""
    report = investigation.report
    ending = ENDINGS[investigation.outcome]
    series = investigation.baseline.metric if investigation.baseline else None
    return Facts(
        rating=report.severity.upper() if report else UNRATED,
        title=one_line(report.title, 200) if report and report.title.strip() else ending.label,
        finding=_finding(investigation, ending),
        more=" ".join(_sentences(report.summary)[2:]) if report else "",
        confidence=_confidence(investigation),
        grounding=_grounding(investigation),
        ending=ending,
        whole=investigation.outcome is Outcome.REPORTED,
        metric=metric_facts.sentences(series) if series else (),
        timeline=_timeline(investigation),
        effort=_effort(investigation),
        tokens=_tokens(investigation),
        price=_price(investigation),
        verdicts={(item.call, item.quote): item for item in investigation.evidence.items},
    )


def headline(investigation: Investigation, said: Facts) -> str:
    """Return the finding for a subject line; an inconclusive one says so first."""
    report = investigation.report
    if report is None:
        return f"{said.ending.label}: {one_line(investigation.text or investigation.alarm.reason, 200)}"
    if report.root_cause.confidence is Confidence.INCONCLUSIVE and "inconclusive" not in said.title.lower():
        return f"Inconclusive: {said.title}"
    return said.title


def first_sentences(text: str, count: int) -> str:
    """Return the first sentences of a text on one line."""
    return " ".join(_sentences(text)[:count])


def _sentences(text: str) -> list[str]:
    found: list[str] = []
    for piece in _SENTENCE_END.split(" ".join(text.split())):
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found


def _finding(investigation: Investigation, ending: Ending) -> str:
    report = investigation.report
    if report is not None:
        return first_sentences(report.summary or report.root_cause.statement or report.title, 2)
    if investigation.text and investigation.text.strip():
        return one_line(first_sentences(investigation.text, 2), 500)
    reason = first_sentences(investigation.alarm.reason, 1)
    return f"No cause was found. {reason}" if reason else f"No cause was found. {ending.happened}"


def _confidence(investigation: Investigation) -> str:
    if investigation.report is None:
        return "none, no root cause was submitted"
    return str(investigation.report.root_cause.confidence)


def _grounding(investigation: Investigation) -> str:
    check = investigation.evidence
    if not check.items:
        return "nothing was quoted"
    noun = "quote" if len(check.items) == 1 else "quotes"
    return f"{check.verified} of {len(check.items)} {noun} verified"


def _timeline(investigation: Investigation) -> tuple[Moment, ...]:
    moments = [Moment(investigation.alarm.time, Kind.STATE, _alarm_moment(investigation))]
    baseline = investigation.baseline
    if baseline is not None:
        ordered = sorted(baseline.changes, key=lambda change: change.time)
        for mark, change in enumerate(ordered, start=1):
            what = f"{change.event_name} by {change.actor or 'unknown'}"
            text = f"{what} on {change.resource}" if change.resource else what
            moments.append(Moment(change.time, Kind.CHANGE, one_line(text, _MOMENT_LIMIT), mark))
        moments += [
            Moment(time, Kind.STATE, one_line(text, _MOMENT_LIMIT)) for time, text in baseline.transitions
        ]
        if baseline.metric is not None:
            run = metric_facts.breach(metric_facts.points(baseline.metric))
            if run:
                rule = metric_facts.condition(baseline.metric)
                moments.append(Moment(run[0].time, Kind.BREACH, f"First point past the threshold: {rule}"))
    moments += [
        Moment(investigation.started_at, Kind.TRIAGE, "Investigation started"),
        Moment(investigation.finished_at, Kind.TRIAGE, "Investigation ended"),
    ]
    return tuple(sorted(moments, key=lambda moment: moment.time))


def _alarm_moment(investigation: Investigation) -> str:
    alarm = investigation.alarm
    before = f" (was {alarm.previous_state})" if alarm.previous_state else ""
    name = one_line(alarm.name, 120)
    verb = "entered" if alarm.state is AlarmState.ALARM else "went to"
    return f"{name} {verb} {alarm.state}{before}"


def _effort(investigation: Investigation) -> str:
    aws_calls = sum(len(call.aws_calls) for call in investigation.tool_calls)
    took = duration(investigation.finished_at - investigation.started_at)
    return (
        f"{_count(investigation.iterations, 'model turn')}, "
        f"{_count(len(investigation.tool_calls), 'tool call')}, "
        f"{_count(aws_calls, 'AWS call')} in {took}"
    )


def _tokens(investigation: Investigation) -> str:
    usage = investigation.usage
    parts = [f"{usage.input_tokens:,} in"]
    if usage.cache_read_tokens:
        parts.append(f"{usage.cache_read_tokens:,} read from cache")
    if usage.cache_write_tokens:
        parts.append(f"{usage.cache_write_tokens:,} written to cache")
    return ", ".join([*parts, f"{usage.output_tokens:,} out"])


def _price(investigation: Investigation) -> str:
    usd = investigation.usage.usd
    return "price of this model not known" if usd is None else dollars(usd)


def _count(amount: int, noun: str) -> str:
    return f"{amount:,} {noun}" if amount == 1 else f"{amount:,} {noun}s"


def dollars(usd: float) -> str:
    """Return a sum of money, finer below a cent: `$0.21`, `$0.0042`."""
    return f"${usd:,.2f}" if usd >= 0.01 or usd == 0 else f"${usd:.4f}"


def duration(span: timedelta) -> str:
    """Return a span as people say it: `0.4 s`, `41 s`, `2 min 5 s`, `1 h 3 min`."""
    seconds = max(span.total_seconds(), 0.0)
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 1:
        return f"{rest} s"
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def moment(time: datetime) -> str:
    """Return a time to the second, in UTC and saying so."""
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"
