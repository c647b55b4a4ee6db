"""The end of an investigation: the report is saved, the message goes out once, the claim is settled.

The order is what keeps the promise. The message is kept in the claim before it is sent, so a retry sends it
without investigating again; the claim is settled right after SNS has taken it. An invocation that is killed
in the instant between these two sends the message twice, and the second says so: SNS cannot be asked whether
it has a message, and losing one would be worse.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from claim_record import Claim, Delivery, Ending, SavedMessage, Stage
from deduplication import ClaimLost, Settlement
from delivery import NotificationFailed
from desk import Answer, Status, tolerate
from notices import AGAIN, LATE
from ports import CheckpointFailed
from record import Outcome

if TYPE_CHECKING:
    from desk import Desk
    from record import Investigation
    from report import Rendered

logger = logging.getLogger(__name__)

# The reader was told of a failure, not of a cause: the alarm's next transition deserves another try.
_NO_COOLDOWN = frozenset({Outcome.MODEL_UNAVAILABLE, Outcome.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report that is ready to go out."""

    investigation: Investigation
    message: SavedMessage
    report_key: str | None


class Closing:
    """Brings investigations to their reader."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def prepare(self, claim: Claim, investigation: Investigation, *, last_attempt: bool) -> Prepared:
        """Write and save the report, and keep the message in the claim."""
        investigation = self._with_joined(claim, investigation)
        rendered, report_key = self._save(investigation, last_attempt=last_attempt)
        cooldown = investigation.outcome not in _NO_COOLDOWN
        message = SavedMessage(rendered.subject, rendered.message, self._chat(rendered), cooldown)
        tolerate(lambda: self._desk.claims.save(claim, message, report_key), "The message could not be kept")
        return Prepared(investigation, message, report_key)

    def deliver(self, claim: Claim, prepared: Prepared) -> Answer:
        """Send and settle; raise NotificationFailed, with the report kept, when SNS does not take it."""
        self._send(claim, prepared.message)
        self._settle(claim, prepared.message)
        self._desk.metrics.investigation(prepared.investigation)
        return _investigated(claim, prepared.report_key)

    def deliver_saved(self, claim: Claim, message: SavedMessage) -> Answer:
        """Send the report of an earlier attempt, which is all that was missing."""
        first_words = AGAIN if claim.uncertain else ""
        self._send(claim, replace(message, body=first_words + message.body))
        self._settle(claim, message)
        return _investigated(claim, claim.record.report_key)

    def deliver_owed(self, claim: Claim, message: SavedMessage) -> None:
        """Send what an earlier transition of the alarm still owes its reader; then it is forgotten."""
        self._send(claim, replace(message, body=LATE + message.body))
        tolerate(lambda: self._desk.claims.forget_message(claim), "An old message may be sent again")

    def deliver_undelivered(self) -> None:
        """Send the reports that SNS did not take before; raise NotificationFailed if it still does not."""
        desk = self._desk
        for key in desk.undelivered.waiting():
            record = desk.claims.read(key)
            if record and record.stage is Stage.REPORTED and record.undelivered:
                claim = desk.claims.acquire(
                    Delivery(
                        key=key,
                        alarm_name=record.alarm_name,
                        alarm_time=record.alarm_time,
                        investigation_id=record.investigation_id,
                        request_id=desk.request_id,
                        now=desk.clock.now(),
                        lease_until=desk.lease_until(),
                        hop=record.hop,
                    )
                )
                if isinstance(claim, Claim) and claim.saved:
                    self.deliver_saved(claim, claim.saved)
            desk.undelivered.remove(key)

    def tidy_up(self, claim: Claim) -> None:
        """What is left to do once the claim is settled: the chat message, the checkpoint, the open entry."""
        message = claim.record.message
        if message and message.chat:
            try:
                self._desk.courier.notify_chat(message.chat)
            except NotificationFailed as error:
                logger.warning("chat message not sent", extra={"reason": str(error)})
                self._desk.metrics.count("NotificationFailures", self._desk.clock.now())
            tolerate(lambda: self._desk.claims.forget_message(claim), "A chat message may be sent again")
        self.forget(claim.record.investigation_id)

    def forget(self, investigation_id: str) -> None:
        """Take the checkpoint away, and the entry that lets others join."""
        try:
            self._desk.checkpoints.delete(investigation_id)
        except CheckpointFailed as error:
            logger.warning("checkpoint not deleted", extra={"reason": str(error)})
        tolerate(lambda: self._desk.ledger.close(investigation_id), "The ledger still has it")

    def _with_joined(self, claim: Claim, investigation: Investigation) -> Investigation:
        """Close the claim for joining and name who joined."""
        record = claim.record
        notes = [note for note in claim.notes if note not in investigation.notes]

        def conclude() -> None:
            nonlocal record
            record = self._desk.claims.conclude(claim)

        failed = tolerate(conclude, "Alarms that joined this investigation may be missing here")
        notes += [failed] if failed else []
        if record.recovered_at:
            notes.append(f"The alarm went back to OK at {record.recovered_at:%Y-%m-%d %H:%M:%S} UTC.")
        names = sorted({*investigation.related_alarms, *record.joined})
        return replace(investigation, related_alarms=tuple(names), notes=(*investigation.notes, *notes))

    def _save(self, investigation: Investigation, *, last_attempt: bool) -> tuple[Rendered, str | None]:
        """Save the files; when some cannot be, the message is written anew and says so."""
        desk = self._desk
        rendered = desk.investigator.render(investigation, saved=True, last_attempt=last_attempt)
        report_key = next((file.key for file in rendered.files if file.key.endswith("_report.txt")), None)
        failures = desk.courier.save(rendered.files)
        if not failures:
            return rendered, report_key
        logger.error("report not saved", extra={"failures": failures})
        kinds = ", ".join(sorted(key.rsplit("/", 1)[-1] for key in failures))
        note = f"Not saved in {desk.courier.destination.bucket}: {kinds} ({next(iter(failures.values()))})."
        saved = report_key is not None and report_key not in failures
        investigation = replace(investigation, notes=(*investigation.notes, note))
        rendered = desk.investigator.render(investigation, saved=saved, last_attempt=last_attempt)
        return rendered, report_key if saved else None

    def _chat(self, rendered: Rendered) -> str:
        return rendered.chat_message if self._desk.courier.destination.chat_topic_arn else ""

    def _send(self, claim: Claim, message: SavedMessage) -> None:
        try:
            self._desk.courier.notify(message.subject, message.body)
        except NotificationFailed:
            now = self._desk.clock.now()
            self._desk.metrics.count("NotificationFailures", now)
            claims, key = self._desk.claims, claim.record.key
            tolerate(lambda: claims.mark_undelivered(claim, now), "The report is not marked undelivered")
            tolerate(lambda: self._desk.undelivered.add(key), "The hourly tick will not find it")
            raise

    def _settle(self, claim: Claim, message: SavedMessage) -> None:
        ending = Settlement(
            self._desk.clock.now(),
            Ending.INVESTIGATED,
            cooldown=message.cooldown,
            keep_chat=bool(message.chat),
        )
        with suppress(ClaimLost):  # the message is out; whoever took over finds that for themselves
            tolerate(lambda: self._desk.claims.settle(claim, ending), "The claim stays until its lease ends")
        self.tidy_up(replace(claim, record=replace(claim.record, message=message)))


def _investigated(claim: Claim, report_key: str | None) -> Answer:
    record = claim.record
    return Answer(Status.INVESTIGATED, record.alarm_name, record.investigation_id, report_key)
