"""Keeps a storm of alarms from becoming a bill: so many investigations an hour, counted in one item.

The ledger holds the hour, who was admitted in it, and which investigations are open, so that related alarms
can join them. Admitting is one conditional update: of a thousand at once no more than the limit get in, and
a retry is not counted twice. The first of an hour starts the ledger anew.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from relations import Kin, kin_from_text
from service_errors import ServiceError
from state_table import ConditionFailed

if TYPE_CHECKING:
    from datetime import datetime

    from state_table import Item, StateTable

LEDGER = "#ledger"

_ROUNDS = 8
_ROOM = (
    "#hour = :hour AND "
    "(attribute_not_exists(#admitted) OR size(#admitted) < :limit OR contains(#admitted, :id))"
)
_NEW_HOUR = "attribute_not_exists(#hour) OR #hour < :hour"


@dataclass(frozen=True, slots=True)
class OpenInvestigation:
    """An investigation that may be joined until a certain time; whether it still can is up to its claim."""

    key: str
    investigation_id: str
    kin: Kin
    until: datetime


@dataclass(frozen=True, slots=True)
class Admission:
    """May this alarm be investigated? `new_hour` says that it was the first of its hour."""

    admitted: bool
    joinable: tuple[tuple[str, str], ...] = ()
    new_hour: bool = False


def mark_of(investigation_id: str) -> str:
    """A short name for an investigation, fit for a DynamoDB set and for an attribute's name."""
    return f"i{hashlib.sha256(investigation_id.encode()).hexdigest()[:12]}"


def hour_of(moment: datetime) -> str:
    """The clock hour, in an order that strings have too."""
    return f"{moment:%Y%m%d%H}"


class Ledger:
    """The hour's admissions and the open investigations."""

    def __init__(self, table: StateTable, limit: int) -> None:
        self._table = table
        self.limit = limit

    def admit(self, wanted: OpenInvestigation, now: datetime) -> Admission:
        """Admit the investigation if the hour has room; name the open ones it is related to. Atomic."""
        mark, hour = mark_of(wanted.investigation_id), hour_of(now)
        for _ in range(_ROUNDS):
            # Read first: in a storm most are turned away, and a refused write costs as much as a write.
            held = self._table.get(LEDGER) or {}
            theirs = str(held.get("hour", ""))
            hour = max(hour, theirs)  # another machine's clock may be ahead
            try:
                if theirs < hour:
                    started = self._start(mark, hour, wanted, held, now)
                    return Admission(True, _related(started, mark, wanted.kin, now), new_hour=True)
                if self._full(held, mark):
                    return Admission(False, _related(held, mark, wanted.kin, now))
                return Admission(True, _related(self._add(mark, hour, wanted), mark, wanted.kin, now))
            except ConditionFailed:
                continue
        raise ServiceError("dynamodb UpdateItem", "Contended", "the hour's ledger kept changing")

    def _full(self, held: Item, mark: str) -> bool:
        admitted = held.get("admitted", frozenset())
        return isinstance(admitted, frozenset) and mark not in admitted and len(admitted) >= self.limit

    def _add(self, mark: str, hour: str, wanted: OpenInvestigation) -> Item:
        return self._table.update(
            LEDGER,
            "ADD #admitted :marks SET #open.#mark = :entry",
            condition=_ROOM,
            values={
                "marks": frozenset({mark}),
                "id": mark,
                "entry": _entry(wanted),
                "hour": hour,
                "limit": self.limit,
            },
            names={"#mark": mark},
        )

    def _start(self, mark: str, hour: str, wanted: OpenInvestigation, held: Item, now: datetime) -> Item:
        """Begin a new hour; investigations that are still open stay so."""
        still = {name: entry for name, entry in _entries(held) if _until(entry) > now.timestamp()}
        return self._table.update(
            LEDGER,
            "SET #hour = :hour, #admitted = :marks, #open = :open",
            condition=_NEW_HOUR,
            values={"hour": hour, "marks": frozenset({mark}), "open": {**still, mark: _entry(wanted)}},
        )

    def close(self, investigation_id: str, *, counted: bool = True) -> None:
        """The investigation cannot be joined any more; `counted` False also gives its place back."""
        mark = mark_of(investigation_id)
        uncount = "" if counted else " DELETE #admitted :marks"
        try:
            self._table.update(
                LEDGER,
                f"REMOVE #open.#mark{uncount}",
                condition="attribute_exists(#open)",
                values={} if counted else {"marks": frozenset({mark})},
                names={"#mark": mark},
            )
        except ConditionFailed:
            return


def _entry(wanted: OpenInvestigation) -> Item:
    return {
        "key": wanted.key,
        "investigation_id": wanted.investigation_id,
        "kin": wanted.kin.to_text(),
        "until": wanted.until.timestamp(),
    }


def _entries(item: Item) -> list[tuple[str, Item]]:
    entries = item.get("open", {})
    pairs = entries.items() if isinstance(entries, dict) else ()
    return [(str(mark), entry) for mark, entry in pairs if isinstance(entry, dict)]


def _until(entry: Item) -> float:
    until = entry.get("until", 0)
    return until if isinstance(until, float) else 0.0


def _related(item: Item, own: str, kin: Kin, now: datetime) -> tuple[tuple[str, str], ...]:
    """Key and id of the open investigations that tell of the same problem."""
    found = []
    for mark, entry in _entries(item):
        try:
            theirs = kin_from_text(str(entry.get("kin")))
        except (ValueError, TypeError):
            continue
        if mark != own and _until(entry) > now.timestamp() and kin.related(theirs):
            found.append((str(entry.get("key")), str(entry.get("investigation_id"))))
    return tuple(sorted(found))
