"""One investigation for one alarm: a claim is a lease in DynamoDB, taken by one conditional write.

The stages and the rules of taking over are in `claim_record`; this module makes them atomic. A first claim is
a conditional put; taking over is a put on condition that nobody wrote in between; what the holder writes
later is on condition that it still holds the claim. When DynamoDB fails, ServiceError is raised, and the
caller goes on without a guard.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from claim_item import KEPT_AFTERWARDS, from_item, to_item
from claim_record import (
    Claim,
    ClaimRecord,
    Delivery,
    Duplicate,
    Ending,
    SavedMessage,
    Stage,
    fresh,
    take_over,
)
from service_errors import ServiceError
from state_table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from state_table import Item, StateTable

_KEY_BYTES = 2048  # DynamoDB's limit for a partition key
_ROUNDS = 8
_UNCLAIMED = (
    "attribute_not_exists(alarm_key) OR (#stage = :settled AND #known_until <= :now AND #quiet_until <= :now)"
)
_HELD = "#request_id = :request_id AND #investigation_id = :investigation_id"
_OPEN = "#stage IN (:investigating, :handed_over) AND #lease_until > :now"
_JOINABLE = f"#investigation_id = :investigation_id AND {_OPEN}"


class ClaimLost(Exception):  # noqa: N818  (an answer: someone else goes on)
    """Another delivery has taken the claim over; what this one was about to say is theirs to say."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a claim ends. `cooldown` holds off the alarm's next transitions for the window."""

    now: datetime
    ending: Ending
    cooldown: bool = True
    keep_chat: bool = False


def table_key(key: str) -> str:
    """The alarm's key as the table's: itself, or cut with a digest where it is over DynamoDB's limit."""
    raw = key.encode()
    if len(raw) <= _KEY_BYTES:
        return key
    return f"{raw[: _KEY_BYTES - 80].decode(errors='ignore')}#{hashlib.sha256(raw).hexdigest()}"


class Claims:
    """The claims in one table."""

    def __init__(self, table: StateTable, window: timedelta) -> None:
        self._table = table
        self._window = window

    def acquire(self, delivery: Delivery) -> Claim | Duplicate:
        """Claim the alarm for a delivery, or say who has it. Atomic: of many at once one gets the claim."""
        first = fresh(delivery)
        unclaimed = {"settled": Stage.SETTLED.value, "now": delivery.now.timestamp()}
        for _ in range(_ROUNDS):
            try:
                self._table.put(to_item(first), condition=_UNCLAIMED, values=unclaimed)
                return Claim(first)
            except ConditionFailed as failed:
                item = failed.item or self._table.get(delivery.key)
            if item is None:  # it expired in between
                continue
            held = from_item(item)
            taken = take_over(held, delivery)
            if isinstance(taken, Duplicate) or self._swap(held, taken.record):
                return taken
        raise ServiceError("dynamodb PutItem", "Contended", "the claim kept changing")

    def read(self, key: str) -> ClaimRecord | None:
        """What stands in the table about an alarm."""
        item = self._table.get(key)
        return from_item(item) if item else None

    def _swap(self, held: ClaimRecord, record: ClaimRecord) -> bool:
        try:
            self._table.put(
                to_item(record), condition="#revision = :revision", values={"revision": held.revision}
            )
        except ConditionFailed:
            return False
        return True

    def conclude(self, claim: Claim) -> ClaimRecord:
        """Close the claim for joining, before the message is written; return it with all who joined."""
        return self._write(claim, "SET #stage = :stage", {"stage": Stage.CONCLUDING.value})

    def save(self, claim: Claim, message: SavedMessage, report_key: str | None) -> None:
        """Keep the message until it has gone out, so that a retry need not investigate again."""
        self._write(
            claim,
            "SET #stage = :stage, #message_subject = :subject, #message_body = :body, #message_chat = :chat, "
            "#message_cooldown = :cooldown, #report_key = :report_key, #undelivered = :no",
            {
                "stage": Stage.REPORTED.value,
                "subject": message.subject,
                "body": message.body,
                "chat": message.chat,
                "cooldown": message.cooldown,
                "report_key": report_key or "",
                "no": False,
            },
        )

    def mark_undelivered(self, claim: Claim, now: datetime) -> None:
        """SNS refused the saved message: give the lease up, so that any delivery may send it."""
        self._write(
            claim, "SET #undelivered = :yes, #lease_until = :now", {"yes": True, "now": now.timestamp()}
        )

    def settle(self, claim: Claim, ending: Settlement) -> None:
        """The reader has been told: repeats of this transition are known, and others wait if `cooldown`."""
        known = ending.now + self._window
        chat = "" if ending.keep_chat else ", #message_chat"
        self._write(
            claim,
            "SET #stage = :stage, #ending = :ending, #quiet_until = :quiet, #known_until = :known, "
            "#ttl = :ttl, #lease_until = :now, #undelivered = :no "
            f"REMOVE #message_subject, #message_body{chat}",
            {
                "stage": Stage.SETTLED.value,
                "ending": ending.ending.value,
                "quiet": (known if ending.cooldown else ending.now).timestamp(),
                "known": known.timestamp(),
                "ttl": int((known + KEPT_AFTERWARDS).timestamp()),
                "now": ending.now.timestamp(),
                "no": False,
            },
        )

    def forget_message(self, claim: Claim) -> None:
        """An owed message, or a chat message, has gone out."""
        self._write(
            claim,
            "SET #undelivered = :no REMOVE #message_subject, #message_body, #message_chat",
            {"no": False},
        )

    def release(self, claim: Claim, now: datetime) -> None:
        """The work failed: give the claim back, so that the retry, or the next alarm, starts at once."""
        self._write(
            claim,
            "SET #stage = :stage, #lease_until = :now",
            {"stage": Stage.RELEASED.value, "now": now.timestamp()},
        )

    def hand_over(self, claim: Claim, until: datetime) -> Claim:
        """Keep the claim for the fresh invocation that is asked for next."""
        values: Item = {
            "stage": Stage.HANDED_OVER.value,
            "until": until.timestamp(),
            "hop": claim.record.hop + 1,
        }
        record = self._write(claim, "SET #stage = :stage, #lease_until = :until, #hop = :hop", values)
        return replace(claim, record=record)

    def join(self, key: str, investigation_id: str, alarm_name: str, now: datetime) -> bool:
        """Add an alarm to an investigation that is still open; True also when it had joined before."""
        try:
            self._table.update(
                key,
                "ADD #joined :joined, #revision :one",
                condition=_JOINABLE,
                values={
                    "joined": frozenset({alarm_name}),
                    "one": 1,
                    "investigation_id": investigation_id,
                    "investigating": Stage.INVESTIGATING.value,
                    "handed_over": Stage.HANDED_OVER.value,
                    "now": now.timestamp(),
                },
            )
        except ConditionFailed as failed:
            held = from_item(failed.item) if failed.item else None
            return (
                held is not None and held.investigation_id == investigation_id and alarm_name in held.joined
            )
        return True

    def _write(self, claim: Claim, expression: str, values: Item) -> ClaimRecord:
        """Change the held claim; without a guard nothing is written."""
        if not claim.guarded:
            return claim.record
        holder: Item = {
            "request_id": claim.record.request_id,
            "investigation_id": claim.record.investigation_id,
            "one": 1,
        }
        try:
            item = self._table.update(
                claim.record.key,
                f"{expression} ADD #revision :one",
                condition=_HELD,
                values={**values, **holder},
            )
        except ConditionFailed as failed:
            raise ClaimLost(f"the claim on {claim.record.alarm_name} was taken over") from failed
        return from_item(item)
