"""Many deliveries at once: one investigation for a transition, and fifty for fifty."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.integration.alarms import event
from tests.integration.desks import Office
from tests.integration.world import World, world

from claim_record import Claim, Delivery, Duplicate, Ending, SavedMessage
from deduplication import ClaimLost, Claims, Settlement
from desk import Status

if TYPE_CHECKING:
    from desk import Answer


@pytest.mark.parametrize("deliveries", [2, 20, 200])
def test_concurrent_deliveries_of_one_transition_give_one_investigation(
    account: World, deliveries: int
) -> None:
    office = Office(account)
    start = threading.Barrier(min(deliveries, 32))

    def deliver(number: int) -> Answer:
        if number < start.parties:
            start.wait()
        return office.handle(event(), f"r{number}")

    with ThreadPoolExecutor(start.parties) as pool:
        answers = list(pool.map(deliver, range(deliveries)))
    assert Counter(answer.status for answer in answers) == {
        Status.INVESTIGATED: 1,
        Status.DUPLICATE: deliveries - 1,
    }
    assert len(office.investigated) == 1
    assert len(account.notifications) == 1
    assert len(account.keys("reports/")) == 4


def test_a_thousand_deliveries_of_fifty_alarms_give_fifty_investigations(account: World) -> None:
    office = Office(account, limit=50)
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda n: office.handle(event(f"alarm-{n % 50}"), f"r{n}"), range(1000)))
    assert Counter(answer.status for answer in answers) == {Status.INVESTIGATED: 50, Status.DUPLICATE: 950}
    assert len(account.notifications) == 50


def test_a_storm_at_once_is_cut_at_the_limit_and_listed_whole(account: World) -> None:
    office = Office(account, limit=10)
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda n: office.handle(event(f"alarm-{n}"), f"r{n}"), range(60)))
    counts = Counter(answer.status for answer in answers)
    assert counts == {Status.INVESTIGATED: 10, Status.RATE_LIMITED: 50}
    lists = [message for message in account.notifications if "NOT investigated" in message]
    assert len(lists) == 1
    office.clock.advance(hours=1)
    office.tick()
    told = "".join(message for message in account.notifications if "NOT investigated" in message)
    turned_away = [answer.alarm_name for answer in answers if answer.status is Status.RATE_LIMITED]
    assert all(told.count(f"- {name}\n") == 1 for name in turned_away)


NOW = datetime(2026, 3, 9, 3, 0, tzinfo=UTC)
WINDOW = timedelta(hours=1)
LEASE = timedelta(minutes=15)
requests = st.sampled_from(["r1", "r2", "r3"])


class Interleavings(RuleBasedStateMachine):
    """Deliveries of one alarm in any order of their atomic writes; the reader is told once."""

    def __init__(self) -> None:
        super().__init__()
        self._patch = pytest.MonkeyPatch()
        self._world = world(self._patch)
        here = self._world.__enter__()
        self.claims = Claims(here.table(), WINDOW)
        self.now = NOW
        self.transition = 1
        self.holding: dict[str, Claim] = {}
        self.reported: set[str] = set()
        self.told: Counter[str] = Counter()
        self.told_at: dict[str, datetime] = {}

    def teardown(self) -> None:
        self._world.__exit__(None, None, None)
        self._patch.undo()

    def _delivery(self, request: str) -> Delivery:
        return Delivery("alarm", "alarm", NOW, f"t{self.transition}", request, self.now, self.now + LEASE)

    @rule(request=requests)
    def deliver(self, request: str) -> None:
        """A delivery arrives; a request that holds a claim and comes again was killed in between."""
        taken = self.claims.acquire(self._delivery(request))
        self.holding.pop(request, None)
        if isinstance(taken, Duplicate):
            return
        assert not any(self._alive(claim) for claim in self.holding.values())
        self.holding[request] = taken

    def _alive(self, claim: Claim) -> bool:
        return claim.record.lease_until > self.now

    @precondition(lambda self: self.holding)
    @rule(request=requests)
    def report(self, request: str) -> None:
        """The holder keeps its message."""
        if (claim := self.holding.get(request)) and not claim.saved:
            try:
                self.claims.conclude(claim)
                self.claims.save(claim, SavedMessage("s", "b"), None)
            except ClaimLost:
                self.holding.pop(request)
            else:
                self.holding[request] = replace(claim, saved=SavedMessage("s", "b"))

    @precondition(lambda self: self.holding)
    @rule(request=requests)
    def tell(self, request: str) -> None:
        """The holder sends its message and settles, in time."""
        claim = self.holding.get(request)
        if claim and claim.saved and self._alive(claim):
            del self.holding[request]
            name = claim.record.investigation_id
            self.told[name] += 1
            self.told_at[name] = self.now
            self.claims.settle(claim, Settlement(self.now, Ending.INVESTIGATED))

    @precondition(lambda self: self.holding)
    @rule(request=requests)
    def fail(self, request: str) -> None:
        """The holder raises before it has a message."""
        if (claim := self.holding.get(request)) and not claim.saved:
            del self.holding[request]
            try:
                self.claims.release(claim, self.now)
            except ClaimLost:
                return

    @rule(minutes=st.sampled_from([1, 15, 61]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.now += timedelta(minutes=minutes)

    @rule()
    def next_transition(self) -> None:
        """The alarm went to OK and comes back."""
        self.transition += 1

    @invariant()
    def nobody_is_told_twice_inside_the_window(self) -> None:
        """One message for a transition, as long as its window lasts."""
        inside = [name for name, at in self.told_at.items() if self.now < at + WINDOW]
        assert all(self.told[name] <= 1 or self.now >= NOW + WINDOW for name in inside)

    @invariant()
    def at_most_one_holder_is_alive(self) -> None:
        """Two leases never overlap."""
        assert sum(self._alive(claim) for claim in self.holding.values()) <= 1


Interleavings.TestCase.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestInterleavings = Interleavings.TestCase
