"""The demo's scenarios: what is broken is found, what is not broken is not blamed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.conftest import SCENARIOS
from tests.e2e.world import eventually

from tour import scenario

if TYPE_CHECKING:
    from tests.e2e.world import Stack, World


@pytest.fixture(scope="module")
def healthy(demo_world: World) -> World:
    """Every fault off, ordinary traffic, and every alarm raised by hand all the same."""
    for name in SCENARIOS:
        one = scenario.load(name)
        assert demo_world.account.exercise(one.traffic) == 0
        demo_world.set_state(one.alarm, "ALARM")
    for name in SCENARIOS:
        demo_world.mail(scenario.load(name).alarm)
    # The mail goes out before the claim is settled: an invocation that goes on would write it anew.
    eventually(lambda: demo_world.ended_invocations() >= len(SCENARIOS), "the end of the investigations")
    return demo_world


@pytest.fixture(scope="module")
def healthy_records(healthy: World) -> dict[str, dict[str, object]]:
    return {name: healthy.record(scenario.load(name).alarm) for name in SCENARIOS}


@pytest.fixture(scope="module")
def broken(healthy: World, healthy_records: object, demo: Stack) -> World:
    """Every fault on, and the same traffic until each alarm has gone to ALARM by its metric."""
    healthy.forget_claims()
    before = {name: len(healthy.objects(scenario.load(name).alarm)) for name in SCENARIOS}
    demo.terraform.apply(fault=True)
    for name in SCENARIOS:
        one = scenario.load(name)

        def fired(one: scenario.Scenario = one) -> bool:
            healthy.account.exercise(one.traffic)
            return len(healthy.objects(one.alarm)) > before[one.name]

        eventually(fired, f"a report of {one.alarm} by its metric")
    return healthy


@pytest.mark.parametrize("name", SCENARIOS)
def test_with_the_fault_taken_out_nothing_is_blamed(
    healthy_records: dict[str, dict[str, object]], name: str
) -> None:
    record = healthy_records[name]
    report = record["report"]

    assert isinstance(report, dict)
    assert report["root_cause"]["confidence"] == "inconclusive"
    assert "No fault was found" in report["root_cause"]["statement"]
    assert report["gaps"]
    assert scenario.load(name).facts.missing_from(report)


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_fault_is_found_with_its_evidence(broken: World, name: str) -> None:
    one = scenario.load(name)
    record = broken.record(one.alarm)

    assert one.facts.missing_from(record["report"]) == []
    assert record["evidence"]["verified"] > 0
    assert record["evidence"]["unverified"] == 0
