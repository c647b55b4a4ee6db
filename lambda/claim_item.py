"""Claim records as they stand in the table: written whole, read back or refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from claim_record import ClaimRecord, Ending, SavedMessage, Stage
from service_errors import ServiceError

if TYPE_CHECKING:
    from state_table import Item

KEPT_AFTERWARDS = timedelta(days=7)
"""How long an item outlives its meaning, for recovery notices and for people who look. DynamoDB's TTL."""


def to_item(record: ClaimRecord) -> Item:
    """The record as it stands in the table; what is empty is left out."""
    optional: Item = {
        "joined": record.joined,
        "ending": record.ending.value if record.ending else "",
        "report_key": record.report_key or "",
        "recovered_at": record.recovered_at.timestamp() if record.recovered_at else 0,
    }
    ends = max(record.lease_until, record.quiet_until, record.known_until)
    return {
        "alarm_key": record.key,
        "alarm_name": record.alarm_name,
        "investigation_id": record.investigation_id,
        "request_id": record.request_id,
        "stage": record.stage.value,
        "lease_until": record.lease_until.timestamp(),
        "started_at": record.started_at.timestamp(),
        "alarm_time": record.alarm_time.timestamp(),
        "quiet_until": record.quiet_until.timestamp(),
        "known_until": record.known_until.timestamp(),
        "attempts": record.attempts,
        "hop": record.hop,
        "revision": record.revision,
        "undelivered": record.undelivered,
        "ttl": int((ends + KEPT_AFTERWARDS).timestamp()),
        **{name: value for name, value in optional.items() if value},
        **(_message(record.message) if record.message else {}),
    }


def _message(message: SavedMessage) -> Item:
    return {
        "message_subject": message.subject,
        "message_body": message.body,
        "message_chat": message.chat,
        "message_cooldown": message.cooldown,
    }


def from_item(item: Item) -> ClaimRecord:
    """Read a record back; raise ServiceError when the item is not one."""

    def moment(name: str) -> datetime:
        return datetime.fromtimestamp(float(str(item[name])), UTC)

    def text(name: str) -> str:
        return str(item.get(name, ""))

    try:
        message = SavedMessage(
            text("message_subject"),
            text("message_body"),
            text("message_chat"),
            bool(item.get("message_cooldown", True)),
        )
        joined = item.get("joined", frozenset())
        return ClaimRecord(
            key=str(item["alarm_key"]),
            alarm_name=text("alarm_name"),
            investigation_id=str(item["investigation_id"]),
            request_id=str(item["request_id"]),
            stage=Stage(str(item["stage"])),
            lease_until=moment("lease_until"),
            started_at=moment("started_at"),
            alarm_time=moment("alarm_time"),
            quiet_until=moment("quiet_until"),
            known_until=moment("known_until"),
            attempts=int(float(str(item["attempts"]))),
            hop=int(float(str(item["hop"]))),
            revision=int(float(str(item["revision"]))),
            joined=joined if isinstance(joined, frozenset) else frozenset(),
            ending=Ending(text("ending")) if text("ending") else None,
            report_key=text("report_key") or None,
            message=message if message.body or message.chat else None,
            undelivered=bool(item.get("undelivered", False)),
            recovered_at=moment("recovered_at") if "recovered_at" in item else None,
        )
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise ServiceError("dynamodb", "BadAnswer", "a claim that cannot be read") from error
