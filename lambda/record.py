"""What an investigation leaves behind: plain, frozen values that every later step reads. No AWS, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from alarm import Alarm


class Outcome(StrEnum):
    """How an investigation ended. Each one makes a report and a notification."""

    REPORTED = "reported"  # the model called submit_report
    ANSWERED_IN_TEXT = "answered_in_text"  # the model ended with plain text instead
    OUT_OF_CALLS = "out_of_calls"
    OUT_OF_BUDGET = "out_of_budget"  # tokens or dollars
    OUT_OF_TIME = "out_of_time"
    REFUSED = "refused"  # stop reason content_filtered, or the model declined
    GUARDRAIL = "guardrail"  # stop reason guardrail_intervened
    MODEL_FAILED = "model_failed"  # malformed or empty replies, again and again
    MODEL_UNAVAILABLE = "model_unavailable"  # Bedrock refused, throttled or gone
    INTERRUPTED = "interrupted"  # our own failure; what was known is kept


class Severity(StrEnum):
    """How bad it is, in the model's judgement."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Confidence(StrEnum):
    """How sure the root cause is; capped by code when quotes cannot be verified."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim quote from the output of a numbered tool call: 0 is the baseline, None names no call."""

    call: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class CheckedEvidence:
    """Evidence with the verdict of the check: does the quote stand in that call's output?

    `note` says why not, in a few words, when it does not.
    """

    call: int | None
    quote: str
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceCheck:
    """The verdicts on every quote of a report, in the order in which the report cites them."""

    items: tuple[CheckedEvidence, ...] = ()

    @property
    def verified(self) -> int:
        """How many quotes were found where they were said to be."""
        return sum(item.verified for item in self.items)

    @property
    def unverified(self) -> int:
        """How many quotes were not."""
        return len(self.items) - self.verified

    @property
    def grounding_rate(self) -> float | None:
        """The verified share, 0.0 to 1.0; None when nothing was cited."""
        return self.verified / len(self.items) if self.items else None


@dataclass(frozen=True, slots=True)
class RootCause:
    """The cause as the model states it."""

    statement: str
    confidence: Confidence
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found, with its quotes."""

    statement: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """Who and what is hit."""

    resources: tuple[str, ...] = ()
    business: str = ""
    users: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do now; `command` can be pasted, `minutes` is the model's estimate."""

    action: str
    command: str | None = None
    minutes: float | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The input of `submit_report`, parsed."""

    title: str
    summary: str
    severity: Severity
    root_cause: RootCause
    findings: tuple[Finding, ...] = ()
    impact: Impact = field(default_factory=Impact)
    immediate_actions: tuple[Action, ...] = ()
    prevention: tuple[str, ...] = ()
    monitoring: tuple[str, ...] = ()
    ruled_out: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AwsCall:
    """One AWS call that the broker made for a tool call. `status` is an HTTP status or `denied`."""

    service: str
    operation: str
    region: str
    status: str
    duration_ms: float


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One run of code in the tool function. `output` is what the model saw; `error` is one line, or None."""

    call: int
    purpose: str
    code: str
    output: str
    success: bool
    started_at: datetime
    duration_ms: float
    error: str | None = None
    removed_imports: tuple[str, ...] = ()
    aws_calls: tuple[AwsCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and dollars. `usd` is None when the model's price is not known."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    usd: float | None = None


@dataclass(frozen=True, slots=True)
class MetricSeries:
    """The alarm's metric for the chart: points oldest first, as (aware UTC time, value)."""

    label: str
    points: tuple[tuple[datetime, float], ...]
    period: int
    threshold: float | None = None
    comparison: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A recent change from CloudTrail, for the timeline: who did what, when, to which resource."""

    time: datetime
    event_name: str
    actor: str
    resource: str = ""


@dataclass(frozen=True, slots=True)
class Baseline:
    """The machine-readable half of call 0; `failures` names the parts that could not be read, and why.

    `tags` are the alarm's own. `transitions` hold a time and what changed, of this alarm and of others.
    """

    metric: MetricSeries | None = None
    changes: tuple[Change, ...] = ()
    transitions: tuple[tuple[datetime, str], ...] = ()
    failures: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Investigation:
    """Everything that is known when an investigation ends, however it ended.

    `report` is set when the model submitted one; `text` when it answered in prose instead; neither when it
    never got that far. `outcome_detail` is one sentence for people. `conversation` is the list of messages as
    Converse saw them. `notes` are remarks for the reader: a capability given up, a table that was down.
    `related_alarms` are the names of the alarms that joined this investigation.
    """

    investigation_id: str
    alarm: Alarm
    event: Mapping[str, object]
    model_id: str
    started_at: datetime
    finished_at: datetime
    outcome: Outcome
    outcome_detail: str = ""
    iterations: int = 0
    report: Report | None = None
    text: str | None = None
    evidence: EvidenceCheck = field(default_factory=EvidenceCheck)
    tool_calls: tuple[ToolCall, ...] = ()
    conversation: Sequence[Mapping[str, object]] = ()
    usage: Usage = field(default_factory=Usage)
    baseline: Baseline | None = None
    notes: tuple[str, ...] = ()
    related_alarms: tuple[str, ...] = ()
