"""What the table remembers of one alarm, and the rules by which a delivery may take it over. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

_NEVER = datetime.fromtimestamp(0, UTC)


class Stage(StrEnum):
    """How far the work on an alarm has come."""

    INVESTIGATING = "investigating"  # a lease is held; related alarms may join
    CONCLUDING = "concluding"  # a lease is held; the message is being written, too late to join
    REPORTED = "reported"  # a lease is held; the message is saved here and about to be sent
    HANDED_OVER = "handed_over"  # a fresh invocation was asked to go on; related alarms may join
    SETTLED = "settled"  # the reader has been told
    RELEASED = "released"  # the work failed and was given back; anyone may start over


class Ending(StrEnum):
    """What a settled claim ended as."""

    INVESTIGATED = "investigated"
    RATE_LIMITED = "rate_limited"
    JOINED = "joined"
    PASSED_ON = "passed_on"


@dataclass(frozen=True, slots=True)
class SavedMessage:
    """A notification as it goes out, kept until it has gone. An empty `chat` means there is none.

    `cooldown` is False when it tells of a failure: then the alarm's next transition is not held off.
    """

    subject: str
    body: str
    chat: str = ""
    cooldown: bool = True


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """One item. `quiet_until` holds off other transitions of the alarm, `known_until` repeats of this one."""

    key: str
    alarm_name: str
    investigation_id: str
    request_id: str
    stage: Stage
    lease_until: datetime
    started_at: datetime
    alarm_time: datetime
    quiet_until: datetime = _NEVER
    known_until: datetime = _NEVER
    attempts: int = 1
    hop: int = 0
    revision: int = 1
    joined: frozenset[str] = frozenset()
    ending: Ending | None = None
    report_key: str | None = None
    message: SavedMessage | None = None
    undelivered: bool = False
    recovered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of one transition: which alarm, by which Lambda request, until when it may run."""

    key: str
    alarm_name: str
    alarm_time: datetime
    investigation_id: str
    request_id: str
    now: datetime
    lease_until: datetime
    hop: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to handle an alarm.

    `guarded` is False when the table could not be asked. `saved` is a finished report to deliver instead of
    investigating, `uncertain` when it may have gone out already. `owed` is the message of an earlier
    transition that was never sent. `resend` says that a continuation was being asked for.
    """

    record: ClaimRecord
    guarded: bool = True
    saved: SavedMessage | None = None
    uncertain: bool = False
    owed: SavedMessage | None = None
    resend: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Nothing to do: `held` is what stands in the table; `own` when this very request settled it before."""

    held: ClaimRecord
    own: bool = False


def fresh(delivery: Delivery) -> ClaimRecord:
    """The record of a first claim."""
    return ClaimRecord(
        key=delivery.key,
        alarm_name=delivery.alarm_name,
        investigation_id=delivery.investigation_id,
        request_id=delivery.request_id,
        stage=Stage.INVESTIGATING,
        lease_until=delivery.lease_until,
        started_at=delivery.now,
        alarm_time=delivery.alarm_time,
        hop=delivery.hop,
    )


def take_over(held: ClaimRecord, delivery: Delivery) -> Claim | Duplicate:
    """Decide what a delivery may do about the record that stands in the table."""
    same = held.investigation_id == delivery.investigation_id
    own = same and held.request_id == delivery.request_id
    if held.stage is Stage.SETTLED:
        until = held.known_until if same else held.quiet_until
        if delivery.now < until:
            return Duplicate(held, own=own)
        return Claim(replace(fresh(delivery), revision=held.revision + 1))
    if held.stage is Stage.RELEASED:
        return _again(held, delivery) if same else _newer(held, delivery)
    continuing = same and held.stage is Stage.HANDED_OVER and delivery.hop == held.hop > 0
    if not (own or continuing or held.lease_until <= delivery.now):
        return Duplicate(held)
    return _again(held, delivery) if same else _newer(held, delivery)


def _again(held: ClaimRecord, delivery: Delivery) -> Claim:
    """Go on with the same transition: the retry of a request, a continuation, or another delivery of it."""
    own = held.request_id == delivery.request_id
    resend = own and held.stage is Stage.HANDED_OVER and delivery.hop < held.hop
    stage = held.stage if resend or held.stage is Stage.REPORTED else Stage.INVESTIGATING
    record = replace(
        held,
        request_id=delivery.request_id,
        lease_until=delivery.lease_until,
        stage=stage,
        attempts=held.attempts + 1 if own else 1,
        revision=held.revision + 1,
    )
    saved = held.message if held.stage is Stage.REPORTED else None
    uncertain = saved is not None and not held.undelivered
    owed = held.message if saved is None and held.undelivered else None
    return Claim(record, saved=saved, uncertain=uncertain, owed=owed, resend=resend)


def _newer(held: ClaimRecord, delivery: Delivery) -> Claim:
    """Start on a later transition, after an earlier one whose handling never came to its end."""
    owed = held.message if held.undelivered else None
    record = replace(
        fresh(delivery),
        revision=held.revision + 1,
        joined=held.joined,
        message=owed,
        undelivered=owed is not None,
    )
    return Claim(record, owed=owed, notes=_unfinished(held))


def _unfinished(held: ClaimRecord) -> tuple[str, ...]:
    if held.stage is Stage.REPORTED:
        if held.undelivered:
            return ()
        where = f" It is saved as {held.report_key}." if held.report_key else ""
        return (f"It is not certain that the report on this alarm's previous transition was sent.{where}",)
    when = f"{held.alarm_time:%Y-%m-%d %H:%M:%S} UTC"
    return (f"An earlier investigation of this alarm, of its transition at {when}, ended without a report.",)
