"""Recoveries of investigated alarms: noted on the alarm's claim, and told by one request only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from claim_item import from_item
from claim_record import ClaimRecord, Ending, Stage
from state_table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from state_table import StateTable

_NOT_TOLD = (
    "attribute_exists(#stage) AND #alarm_time < :time AND "
    "(attribute_not_exists(#recovered_at) OR (#recovered_by = :request_id AND #recovery_told = :no))"
)


class Recoveries:
    """The recoveries of the alarms in one table."""

    def __init__(self, table: StateTable) -> None:
        self._table = table

    def claim(self, key: str, request_id: str, time: datetime) -> ClaimRecord | None:
        """Note that the alarm is OK again; return its record if this request is to tell so.

        None when the alarm was not investigated, when another request tells it, or when the investigation is
        still going on: then its own report says it.
        """
        try:
            item = self._table.update(
                key,
                "SET #recovered_at = :time, #recovered_by = :request_id, #recovery_told = :no "
                "ADD #revision :one",
                condition=_NOT_TOLD,
                values={"time": time.timestamp(), "request_id": request_id, "no": False, "one": 1},
            )
        except ConditionFailed:
            return None
        record = from_item(item)
        told = record.stage is Stage.SETTLED and record.ending is Ending.INVESTIGATED
        return record if told else None

    def told(self, record: ClaimRecord) -> None:
        """The follow-up has gone out."""
        self._table.update(record.key, "SET #recovery_told = :yes", values={"yes": True})
