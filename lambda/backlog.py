"""The alarms that were not investigated, each kept until a message that names it has gone out.

At most one such message goes out in a clock hour: sent by the first alarm that is turned away in it, or by
the hourly tick, whichever comes first. What is turned away later in the hour waits here for the next.
Whoever sends the hour's list takes a turn first; the turn can be taken again by the same request (its retry).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service_errors import ServiceError
from state_table import KEY, ConditionFailed
from storm import LEDGER, hour_of, mark_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alarm import Alarm
    from state_table import StateTable

BACKLOG = "#backlog"

_REMOVED_AT_ONCE = 100  # an update expression is limited to 4 KB
_MY_TURN = (
    "attribute_not_exists(#listed_hour) OR #listed_hour < :hour OR (#listed_by = :by AND #listed_sent = :no)"
)


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """One alarm that was not investigated; `mark` is its place in the backlog."""

    mark: str
    name: str
    arn: str
    time: datetime


class Backlog:
    """The list of alarms that nobody has been told about yet."""

    def __init__(self, table: StateTable) -> None:
        self._table = table

    def add(self, alarm: Alarm, investigation_id: str) -> None:
        """Keep an alarm for the next list. Doing it again changes nothing."""
        entry = {"name": alarm.name, "arn": alarm.arn, "time": alarm.time.timestamp()}
        self._table.update(
            BACKLOG,
            "SET #mark = :entry",
            values={"entry": entry},
            names={"#mark": mark_of(investigation_id)},
        )

    def waiting(self) -> list[TurnedAway]:
        """Everything that has not been listed yet, oldest first."""
        item = self._table.get(BACKLOG) or {}
        entries = [_entry(mark, entry) for mark, entry in item.items() if mark != KEY]
        return sorted(entries, key=lambda entry: (entry.time, entry.mark))

    def take_turn(self, request_id: str, now: datetime) -> bool:
        """May this request send the hour's list? True for one request an hour, again for its retries."""
        try:
            self._table.update(
                LEDGER,
                "SET #listed_hour = :hour, #listed_by = :by, #listed_sent = :no",
                condition=_MY_TURN,
                values={"hour": hour_of(now), "by": request_id, "no": False},
            )
        except ConditionFailed:
            return False
        return True

    def listed(self, entries: Sequence[TurnedAway]) -> None:
        """The list has gone out: its alarms are known, and the hour's turn is over."""
        for start in range(0, len(entries), _REMOVED_AT_ONCE):
            names = {
                f"#m{at}": entry.mark for at, entry in enumerate(entries[start : start + _REMOVED_AT_ONCE])
            }
            self._table.update(BACKLOG, f"REMOVE {', '.join(names)}", values={}, names=names)
        self._table.update(LEDGER, "SET #listed_sent = :yes", values={"yes": True})

    def give_back_turn(self) -> None:
        """The list could not be sent: the next alarm that is turned away may try."""
        self._table.update(LEDGER, "REMOVE #listed_hour", values={})


def _entry(mark: str, entry: object) -> TurnedAway:
    try:
        if not isinstance(entry, dict):
            raise TypeError(mark)
        return TurnedAway(
            mark, str(entry["name"]), str(entry["arn"]), datetime.fromtimestamp(float(entry["time"]), UTC)
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ServiceError("dynamodb", "BadAnswer", "a backlog that cannot be read") from error
