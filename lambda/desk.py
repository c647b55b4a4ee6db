"""What the steps of a triage work with, given to them once: who investigates, who delivers, who remembers."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from service_errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from alarm import Alarm
    from backlog import Backlog
    from deduplication import Claims
    from delivery import Courier
    from metrics import Metrics
    from ports import Checkpoints, Clock
    from record import Investigation
    from recoveries import Recoveries
    from report import Rendered
    from storm import Ledger
    from undelivered import Undelivered

logger = logging.getLogger(__name__)

LEASE_MARGIN = timedelta(seconds=30)
"""A lease outlives its invocation by this much, so that no clock's error lets two hold it."""


class Status(StrEnum):
    """What became of one event."""

    INVESTIGATED = "investigated"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    RATE_LIMITED = "rate_limited"
    CONTINUED = "continued"  # a fresh invocation goes on with it


@dataclass(frozen=True, slots=True)
class Answer:
    """The function's answer about one alarm."""

    status: Status
    alarm_name: str | None = None
    investigation_id: str | None = None
    report_key: str | None = None

    def to_json(self) -> dict[str, str | None]:
        """As the function returns it."""
        return {
            "status": self.status.value,
            "alarm_name": self.alarm_name,
            "investigation_id": self.investigation_id,
            "report_key": self.report_key,
        }


@dataclass(frozen=True, slots=True)
class Assignment:
    """One alarm to investigate. On the `last_attempt` a failure of our own becomes a report, not an error."""

    investigation_id: str
    alarm: Alarm
    event: Mapping[str, object]
    started_at: datetime
    notes: tuple[str, ...] = ()
    may_continue: bool = False
    last_attempt: bool = False


class Investigator(Protocol):
    """Investigates and writes the report."""

    def investigate(self, assignment: Assignment) -> Investigation | None:
        """Return the finished investigation, or None: it waits as a checkpoint for a fresh invocation."""
        ...

    def render(self, investigation: Investigation, *, saved: bool, last_attempt: bool) -> Rendered:
        """Write the report; `saved` False when the files could not be kept."""
        ...


@dataclass(frozen=True, slots=True)
class Own:
    """By what the module knows itself: its functions' names, and the prefix of the alarms it comes with."""

    account: str
    region: str
    functions: frozenset[str]
    alarm_prefix: str = ""

    def watches(self, alarm: Alarm) -> bool:
        """Is this an alarm on the module itself?"""
        if (alarm.account, alarm.region) != (self.account, self.region):
            return False
        names = [arn.rsplit(":alarm:", 1)[-1] for arn in alarm.triggering_alarms] or [alarm.name]
        if self.alarm_prefix and all(name.startswith(self.alarm_prefix) for name in names):
            return True
        watched = (metric.dimensions.get("FunctionName") for metric in alarm.metrics)
        return any(name in self.functions for name in watched)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that handling one invocation needs."""

    own: Own
    claims: Claims
    ledger: Ledger
    backlog: Backlog
    recoveries: Recoveries
    undelivered: Undelivered
    courier: Courier
    checkpoints: Checkpoints
    investigator: Investigator
    metrics: Metrics
    clock: Clock
    request_id: str
    go_on_later: Callable[[Mapping[str, object]], None]
    max_continuations: int = 0
    notify_on_recovery: bool = False

    def lease_until(self) -> datetime:
        """Just past the end of this invocation."""
        return self.clock.now() + self.clock.remaining() + LEASE_MARGIN


def investigation_id(alarm: Alarm) -> str:
    """The same for every delivery of one transition, different for every other."""
    digest = hashlib.sha256(f"{alarm.key}{alarm.time.isoformat()}".encode()).hexdigest()
    return f"{alarm.time:%Y%m%dT%H%M%SZ}-{digest[:12]}"


def tolerate(action: Callable[[], object], note: str) -> str | None:
    """Do something that may fail without stopping the work; return the note, with the reason, if it did."""
    try:
        action()
    except ServiceError as error:
        logger.warning("went on without the table", extra={"reason": str(error)})
        return f"{note} ({error.brief})."
    return None
