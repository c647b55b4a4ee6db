"""The story of one alarm: parse, claim, investigate; then the closing renders the report and delivers it."""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import alarm_events
from alarm import AlarmState
from claim_record import Claim, Delivery, Duplicate, Ending, fresh
from closing import Closing
from deduplication import ClaimLost, Settlement, table_key
from desk import Answer, Assignment, Status, investigation_id, tolerate
from relations import kin_of
from service_errors import ServiceError
from sidelines import Sidelines
from storm import OpenInvestigation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alarm import Alarm
    from desk import Desk
    from record import Investigation
    from storm import Admission

logger = logging.getLogger(__name__)

CONTINUATION = "alarm-triage.continuation"
LAST_ATTEMPT = 3
"""Lambda runs an asynchronous event once and retries it twice."""
_HAND_OVER = timedelta(minutes=30)
"""How long a claim waits for the fresh invocation that was asked for, which may be queued for a while."""


class Triage:
    """Handles events, one alarm at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._closing = Closing(desk)
        self._sidelines = Sidelines(desk)

    def hourly(self) -> None:
        """What is due whether alarms come or not: reports that SNS did not take, and the list."""
        self._closing.deliver_undelivered()
        self._sidelines.list_backlog()

    def handle(self, event: Mapping[str, object], hop: int = 0) -> Answer:
        """Handle one event; raise UnsupportedEvent when it is no alarm, or what Lambda should retry."""
        alarm = alarm_events.parse(event)
        logger.info("alarm received", extra={"alarm": alarm.name, "state": str(alarm.state)})
        if self._desk.own.watches(alarm):
            return self._sidelines.pass_on(alarm)
        if alarm.state is not AlarmState.ALARM:
            return self._sidelines.not_in_alarm(alarm)
        claim = self._claim(alarm, hop)
        if isinstance(claim, Duplicate):
            return self._duplicate(alarm, claim)
        try:
            return self._claimed(alarm, event, claim)
        except ClaimLost as lost:
            logger.warning("claim lost", extra={"reason": str(lost)})
            return self._answer(Status.DUPLICATE, alarm)

    def _claim(self, alarm: Alarm, hop: int) -> Claim | Duplicate:
        """Claim the alarm; without a table there is no guard, and the reader is told."""
        delivery = self._delivery(alarm, hop)
        try:
            return self._desk.claims.acquire(delivery)
        except ServiceError as error:
            logger.exception("no claim, investigating without one")
            note = f"The table that keeps one alarm from being investigated twice failed ({error.brief})."
            return Claim(fresh(delivery), guarded=False, notes=(note,))

    def _delivery(self, alarm: Alarm, hop: int) -> Delivery:
        return Delivery(
            key=table_key(alarm.key),
            alarm_name=alarm.name,
            alarm_time=alarm.time,
            investigation_id=investigation_id(alarm),
            request_id=self._desk.request_id,
            now=self._desk.clock.now(),
            lease_until=self._desk.lease_until(),
            hop=hop,
        )

    def _duplicate(self, alarm: Alarm, duplicate: Duplicate) -> Answer:
        held = duplicate.held
        if duplicate.own and held.ending:  # this request did it all, but Lambda did not hear of it
            self._closing.tidy_up(Claim(held))
            if held.ending is Ending.RATE_LIMITED:
                self._sidelines.list_backlog()
                return self._answer(Status.RATE_LIMITED, alarm)
            if held.ending is Ending.INVESTIGATED:
                return self._answer(Status.INVESTIGATED, alarm, held.report_key)
        self._desk.metrics.count("Duplicates", self._desk.clock.now())
        return Answer(Status.DUPLICATE, alarm.name, held.investigation_id, held.report_key)

    def _claimed(self, alarm: Alarm, event: Mapping[str, object], claim: Claim) -> Answer:
        if claim.saved:
            return self._closing.deliver_saved(claim, claim.saved)
        with self._given_back_on_failure(claim):
            if claim.owed:
                self._closing.deliver_owed(claim, claim.owed)
            if claim.record.hop == 0:
                claim, elsewhere = self._admit(alarm, claim)
                if elsewhere:
                    return elsewhere
            if claim.resend and (answer := self._continue(alarm, event, claim)):
                return answer
            investigation = self._investigate(alarm, event, claim, may_continue=not claim.resend)
            if investigation is None:
                claim = self._hand_over(claim)
                if answer := self._continue(alarm, event, claim):
                    return answer
                investigation = self._investigate(alarm, event, claim, may_continue=False)
            if investigation is None:
                raise UnfinishedInvestigation(f"{claim.record.investigation_id} neither ended nor can go on")
            report = self._closing.prepare(claim, investigation, last_attempt=self._last(claim))
        return self._closing.deliver(claim, report)

    @contextmanager
    def _given_back_on_failure(self, claim: Claim) -> Iterator[None]:
        """Release the claim if anything below raises, so that the retry starts at once."""
        with ExitStack() as on_failure:
            on_failure.callback(self._release, claim)
            yield
            on_failure.pop_all()

    def _release(self, claim: Claim) -> None:
        with suppress(ClaimLost):
            now = self._desk.clock.now()
            tolerate(lambda: self._desk.claims.release(claim, now), "The claim stays until its lease ends")

    def _admit(self, alarm: Alarm, claim: Claim) -> tuple[Claim, Answer | None]:
        """Ask for a place in the hour; the answer is set when the alarm is told of elsewhere instead."""
        if not claim.guarded:
            return claim, None
        desk, record = self._desk, claim.record
        wanted = OpenInvestigation(
            record.key,
            record.investigation_id,
            kin_of(alarm),
            until=desk.clock.now() + (1 + desk.max_continuations) * (desk.clock.remaining() + _HAND_OVER),
        )
        try:
            admission = desk.ledger.admit(wanted, desk.clock.now())
        except ServiceError as error:
            note = f"The investigations of this hour could not be counted ({error.brief})."
            return replace(claim, notes=(*claim.notes, note)), None
        if joined := self._join(alarm, claim, admission):
            return claim, joined
        if not admission.admitted:
            self._sidelines.turn_away(alarm, claim)
            return claim, self._answer(Status.RATE_LIMITED, alarm)
        if admission.new_hour:
            self._sidelines.list_backlog_quietly()
        return claim, None

    def _join(self, alarm: Alarm, claim: Claim, admission: Admission) -> Answer | None:
        """Join a related investigation that is still open, by one write on its claim."""
        desk, now, own = self._desk, self._desk.clock.now(), claim.record.investigation_id
        for key, theirs in admission.joinable:
            try:
                joined = desk.claims.join(key, theirs, alarm.name, now)
            except ServiceError:
                logger.exception("could not join", extra={"investigation_id": theirs})
                continue
            if joined:
                desk.claims.settle(claim, Settlement(now, Ending.JOINED, cooldown=False))
                tolerate(lambda: desk.ledger.close(own, counted=False), "The hour's count is one too high")
                desk.metrics.count("Duplicates", now)
                return Answer(Status.DUPLICATE, alarm.name, theirs)
        return None

    def _investigate(
        self, alarm: Alarm, event: Mapping[str, object], claim: Claim, *, may_continue: bool
    ) -> Investigation | None:
        return self._desk.investigator.investigate(
            Assignment(
                investigation_id=claim.record.investigation_id,
                alarm=alarm,
                event=event,
                started_at=claim.record.started_at,
                notes=(*_remarks(alarm), *claim.notes),
                may_continue=may_continue and claim.record.hop < self._desk.max_continuations,
                last_attempt=self._last(claim),
            )
        )

    def _last(self, claim: Claim) -> bool:
        return claim.record.attempts >= LAST_ATTEMPT

    def _hand_over(self, claim: Claim) -> Claim:
        """Keep the claim for the fresh invocation before it is asked for, so that nobody else takes it."""
        until = self._desk.clock.now() + _HAND_OVER
        try:
            return self._desk.claims.hand_over(claim, until)
        except ServiceError:
            logger.exception("claim not handed over")
            return replace(claim, record=replace(claim.record, hop=claim.record.hop + 1))

    def _continue(self, alarm: Alarm, event: Mapping[str, object], claim: Claim) -> Answer | None:
        """Ask for the fresh invocation; None when Lambda refuses, and the work has to end here."""
        record = claim.record
        try:
            self._desk.go_on_later(
                {
                    "source": CONTINUATION,
                    "investigation_id": record.investigation_id,
                    "hop": record.hop,
                    "event": event,
                }
            )
        except ServiceError:
            logger.exception("no fresh invocation, ending here")
            return None
        return self._answer(Status.CONTINUED, alarm)

    def _answer(self, status: Status, alarm: Alarm, report_key: str | None = None) -> Answer:
        return Answer(status, alarm.name, investigation_id(alarm), report_key)


def _remarks(alarm: Alarm) -> tuple[str, ...]:
    if not alarm.actions_suppressed_by:
        return ()
    return (f"The alarm's own actions are suppressed at present, by: {alarm.actions_suppressed_by}.",)


class UnfinishedInvestigation(Exception):  # noqa: N818  (what happened, in the domain's words)
    """An investigation that was not allowed to go on later did not end either."""
