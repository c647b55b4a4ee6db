"""The alarms that were not investigated, each kept until a message that names it has gone out.

At most one such message goes out in a clock hour: sent by the first alarm that is turned away in it, or by
the hourly tick, whichever comes first. What is turned away later in the hour waits here for the next.
Whoever sends the hour's list takes the turn first; the same request (its retry) can take it again. The list
is spread over several items, so that a storm neither fills one nor wears it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service_errors import ServiceError
from state_table import KEY, ConditionFailed
from storm import hour_of, mark_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alarm import Alarm
    from state_table import StateTable

TURN = "#backlog-turn"
SHARDS = tuple(f"#backlog-{number}" for number in range(4))

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
        mark = mark_of(investigation_id)
        entry = {"arn": alarm.arn, "time": alarm.time.timestamp()}
        self._table.update(
            shard_of(mark), "SET #mark = :entry", values={"entry": entry}, names={"#mark": mark}
        )

    def waiting(self) -> list[TurnedAway]:
        """Everything that has not been listed yet, oldest first."""
        items = [self._table.get(shard) or {} for shard in SHARDS]
        entries = [_entry(mark, entry) for item in items for mark, entry in item.items() if mark != KEY]
        return sorted(entries, key=lambda entry: (entry.time, entry.mark))

    def take_turn(self, request_id: str, now: datetime) -> bool:
        """May this request send the hour's list? True for one request an hour, again for its retries."""
        try:
            self._table.update(
                TURN,
                "SET #listed_hour = :hour, #listed_by = :by, #listed_sent = :no",
                condition=_MY_TURN,
                values={"hour": hour_of(now), "by": request_id, "no": False},
            )
        except ConditionFailed:
            return False
        return True

    def listed(self, entries: Sequence[TurnedAway]) -> None:
        """The list has gone out: its alarms are known, and the hour's turn is over."""
        for shard in SHARDS:
            marks = [entry.mark for entry in entries if shard_of(entry.mark) == shard]
            for start in range(0, len(marks), _REMOVED_AT_ONCE):
                names = {f"#m{at}": mark for at, mark in enumerate(marks[start : start + _REMOVED_AT_ONCE])}
                self._table.update(shard, f"REMOVE {', '.join(names)}", values={}, names=names)
        self._table.update(TURN, "SET #listed_sent = :yes", values={"yes": True})

    def give_back_turn(self) -> None:
        """The list could not be sent: the next alarm that is turned away may try."""
        self._table.update(TURN, "REMOVE #listed_hour", values={})


def shard_of(mark: str) -> str:
    """The item in which an alarm's entry is kept."""
    return SHARDS[int(mark[-1], 16) % len(SHARDS)]


def _entry(mark: str, entry: object) -> TurnedAway:
    try:
        if not isinstance(entry, dict):
            raise TypeError(mark)
        arn = str(entry["arn"])
        _, name = arn.split(":alarm:", 1)
        return TurnedAway(mark, name, arn, datetime.fromtimestamp(float(entry["time"]), UTC))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ServiceError("dynamodb", "BadAnswer", "a backlog that cannot be read") from error
