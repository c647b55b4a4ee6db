"""Events that end without an investigation: recoveries, alarms on the module itself, and the storm's rest."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import notices
from alarm import AlarmState
from backlog import TurnedAway
from claim_record import Claim, Delivery, Duplicate, Ending, SavedMessage, fresh
from deduplication import Settlement, table_key
from delivery import NotificationFailed
from desk import Answer, Status, investigation_id, tolerate
from report import ReportFile
from service_errors import ServiceError
from storm import mark_of

if TYPE_CHECKING:
    from alarm import Alarm
    from desk import Desk

logger = logging.getLogger(__name__)

_TEXT = "text/plain; charset=utf-8"


class Sidelines:
    """Handles what is not investigated."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def not_in_alarm(self, alarm: Alarm) -> Answer:
        """Not ALARM: nothing to investigate, but a recovery may be worth a word."""
        report_key = None
        if self._desk.notify_on_recovery and alarm.state is AlarmState.OK:
            report_key = self._recovery(alarm)
        return Answer(Status.IGNORED, alarm.name, investigation_id(alarm), report_key)

    def _recovery(self, alarm: Alarm) -> str | None:
        """One follow-up for an investigated alarm; while it is investigated, its report will say so."""
        desk = self._desk
        try:
            record = desk.recoveries.claim(table_key(alarm.key), desk.request_id, alarm.time)
        except ServiceError as error:
            logger.warning("no recovery notice", extra={"reason": str(error)})
            return None
        if record is None:
            return None
        where = desk.courier.destination.bucket
        message = notices.recovery(
            alarm, alarm.time - record.alarm_time, record.report_key, where, desk.own.region
        )
        key = None
        if record.report_key:
            key = f"{record.report_key.removesuffix('_report.txt')}_recovery.txt"
            failures = desk.courier.save([ReportFile(key, _TEXT, f"{message.body}\n".encode(), {})])
            key = None if failures else key
        self._notify(message)
        tolerate(lambda: desk.recoveries.told(record), "The recovery may be told twice")
        return key

    def pass_on(self, alarm: Alarm) -> Answer:
        """An alarm on the module itself: told as it is, once, and never investigated."""
        desk = self._desk
        delivery = Delivery(
            key=f"own#{table_key(alarm.key)}",
            alarm_name=alarm.name,
            alarm_time=alarm.time,
            investigation_id=investigation_id(alarm),
            request_id=desk.request_id,
            now=desk.clock.now(),
            lease_until=desk.lease_until(),
        )
        try:
            claim = desk.claims.acquire(delivery)
        except ServiceError:
            logger.exception("no claim, passing on without one")
            claim = Claim(fresh(delivery), guarded=False)
        answer = Answer(Status.IGNORED, alarm.name, investigation_id(alarm))
        if isinstance(claim, Duplicate):
            return answer
        self._notify(notices.own_alarm(alarm))
        ending = Settlement(desk.clock.now(), Ending.PASSED_ON, cooldown=False)
        tolerate(lambda: desk.claims.settle(claim, ending), "It may be passed on again")
        return answer

    def turn_away(self, alarm: Alarm, claim: Claim) -> None:
        """Over the hour's limit: on the list, and told at once if the hour has had no message yet."""
        desk, now = self._desk, self._desk.clock.now()
        desk.metrics.count("RateLimited", now)
        mine = claim.record.investigation_id
        unlisted = tolerate(lambda: desk.backlog.add(alarm, mine), "Not on the list")
        if unlisted:
            entry = TurnedAway(mark_of(mine), alarm.name, alarm.arn, alarm.time)
            self._notify(notices.not_investigated([entry], desk.ledger.limit, desk.own.region)[0])
        ending = Settlement(now, Ending.RATE_LIMITED, cooldown=False)
        tolerate(lambda: desk.claims.settle(claim, ending), "It may be listed twice")
        if not unlisted:
            self.list_backlog(waiting=True)

    def list_backlog(self, *, waiting: bool = False) -> None:
        """Send the hour's list if it is due; raise NotificationFailed when SNS does not take it.

        `waiting` is True when there is sure to be an alarm to list.
        """
        desk, now = self._desk, self._desk.clock.now()
        try:
            if not (waiting or desk.backlog.waiting()) or not desk.backlog.take_turn(desk.request_id, now):
                return
        except ServiceError as error:
            logger.warning("the list waits", extra={"reason": str(error)})
            return
        try:
            entries = desk.backlog.waiting()
            if not entries:  # another list took them along
                desk.backlog.give_back_turn()
                return
            message, listed = notices.not_investigated(entries, desk.ledger.limit, desk.own.region)
            self._notify(message)
        except (ServiceError, NotificationFailed) as error:
            tolerate(desk.backlog.give_back_turn, "The list waits for the next hour")
            if isinstance(error, NotificationFailed):
                raise
            logger.warning("the list waits", extra={"reason": str(error)})
            return
        tolerate(lambda: desk.backlog.listed(listed), "Some alarms may be listed twice")

    def list_backlog_quietly(self) -> None:
        """The same beside an investigation, which must not fail for it: the list stays for next time."""
        with suppress(NotificationFailed):
            self.list_backlog()

    def _notify(self, message: SavedMessage) -> None:
        try:
            self._desk.courier.notify(message.subject, message.body)
        except NotificationFailed:
            self._desk.metrics.count("NotificationFailures", self._desk.clock.now())
            raise
