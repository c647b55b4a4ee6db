"""Which claims hold a report that SNS did not take, so that the hourly tick finds them without a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from state_table import KEY
from storm import mark_of

if TYPE_CHECKING:
    from state_table import StateTable

UNDELIVERED = "#undelivered"


class Undelivered:
    """The keys of those claims. One may be here too long; the claim itself says whether it is true."""

    def __init__(self, table: StateTable) -> None:
        self._table = table

    def add(self, key: str) -> None:
        """Remember a claim."""
        self._table.update(
            UNDELIVERED, "SET #mark = :key", values={"key": key}, names={"#mark": mark_of(key)}
        )

    def waiting(self) -> list[str]:
        """All that are remembered."""
        item = self._table.get(UNDELIVERED) or {}
        return sorted(str(key) for mark, key in item.items() if mark != KEY)

    def remove(self, key: str) -> None:
        """Forget a claim."""
        self._table.update(UNDELIVERED, "REMOVE #mark", values={}, names={"#mark": mark_of(key)})
