"""Who may take a claim over, and with what: the table of rules, without a table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import claim_item
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

NOW = datetime(2026, 3, 9, 3, 12, tzinfo=UTC)
MESSAGE = SavedMessage("subject", "body", "chat", cooldown=False)


def delivery(
    request: str = "r1", transition: str = "t1", at: timedelta = timedelta(), hop: int = 0
) -> Delivery:
    return Delivery(
        key="arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a",
        alarm_name="a",
        alarm_time=NOW - timedelta(minutes=1),
        investigation_id=transition,
        request_id=request,
        now=NOW + at,
        lease_until=NOW + at + timedelta(minutes=15),
        hop=hop,
    )


def held(stage: Stage = Stage.INVESTIGATING, **changes: object) -> ClaimRecord:
    return replace(fresh(delivery()), stage=stage, **changes)  # type: ignore[arg-type]


LEASED = [Stage.INVESTIGATING, Stage.CONCLUDING, Stage.REPORTED, Stage.HANDED_OVER]


@pytest.mark.parametrize("stage", LEASED)
def test_another_request_waits_while_the_lease_lives(stage: Stage) -> None:
    record = held(stage)
    assert take_over(record, delivery("r2")) == Duplicate(record)
    assert take_over(record, delivery("r2", "t2")) == Duplicate(record)


@pytest.mark.parametrize("stage", LEASED)
def test_an_expired_lease_is_taken_over(stage: Stage) -> None:
    claim = take_over(held(stage), delivery("r2", at=timedelta(minutes=15)))
    assert isinstance(claim, Claim)
    assert claim.record.request_id == "r2"
    assert claim.record.started_at == NOW
    assert claim.record.revision == 2


@pytest.mark.parametrize("stage", [Stage.INVESTIGATING, Stage.CONCLUDING, Stage.RELEASED])
def test_the_retry_of_the_same_request_takes_over_at_once_and_is_counted(stage: Stage) -> None:
    claim = take_over(held(stage, attempts=2, joined=frozenset({"b"})), delivery())
    assert isinstance(claim, Claim)
    assert (claim.record.attempts, claim.record.stage) == (3, Stage.INVESTIGATING)
    assert claim.record.joined == {"b"}
    assert claim.saved is None


def test_a_saved_report_is_delivered_and_not_investigated_again() -> None:
    sure = take_over(held(Stage.REPORTED, message=MESSAGE, undelivered=True), delivery())
    unsure = take_over(held(Stage.REPORTED, message=MESSAGE), delivery())
    assert isinstance(sure, Claim)
    assert isinstance(unsure, Claim)
    assert (sure.saved, sure.uncertain) == (MESSAGE, False)
    assert (unsure.saved, unsure.uncertain) == (MESSAGE, True)
    assert sure.record.stage is Stage.REPORTED


def test_a_later_transition_owes_the_reader_what_was_never_delivered() -> None:
    record = held(Stage.REPORTED, message=MESSAGE, undelivered=True, lease_until=NOW)
    claim = take_over(record, delivery("r2", "t2"))
    assert isinstance(claim, Claim)
    assert (claim.saved, claim.owed, claim.notes) == (None, MESSAGE, ())
    again = take_over(replace(claim.record, stage=Stage.RELEASED), delivery("r2", "t2"))
    assert isinstance(again, Claim)
    assert again.owed == MESSAGE


def test_a_later_transition_says_that_the_report_before_may_not_have_been_sent() -> None:
    record = held(Stage.REPORTED, message=MESSAGE, report_key="reports/x_report.txt", lease_until=NOW)
    claim = take_over(record, delivery("r2", "t2"))
    assert isinstance(claim, Claim)
    assert claim.owed is None
    assert "not certain" in claim.notes[0]
    assert "reports/x_report.txt" in claim.notes[0]


def test_a_later_transition_says_that_the_investigation_before_had_no_end() -> None:
    claim = take_over(held(lease_until=NOW, joined=frozenset({"b"})), delivery("r2", "t2"))
    assert isinstance(claim, Claim)
    assert "ended without a report" in claim.notes[0]
    assert claim.record.joined == {"b"}
    assert claim.record.investigation_id == "t2"


def settled(*, cooldown: bool) -> ClaimRecord:
    hour = NOW + timedelta(hours=1)
    quiet = hour if cooldown else NOW
    return held(Stage.SETTLED, ending=Ending.INVESTIGATED, quiet_until=quiet, known_until=hour)


@pytest.mark.parametrize(
    ("cooldown", "transition", "at", "investigated"),
    [
        (True, "t1", timedelta(minutes=59), False),
        (True, "t2", timedelta(minutes=59), False),
        (True, "t1", timedelta(hours=1), True),
        (True, "t2", timedelta(hours=1), True),
        (False, "t1", timedelta(minutes=59), False),
        (False, "t2", timedelta(), True),
    ],
)
def test_cooldown(cooldown: bool, transition: str, at: timedelta, investigated: bool) -> None:
    decided = take_over(settled(cooldown=cooldown), delivery("r2", transition, at))
    assert isinstance(decided, Claim) is investigated


def test_a_request_that_settled_its_claim_learns_so() -> None:
    record = settled(cooldown=True)
    assert take_over(record, delivery()) == Duplicate(record, own=True)
    assert take_over(record, delivery("r2")) == Duplicate(record, own=False)


def test_a_released_claim_is_anyones() -> None:
    for request, transition in (("r2", "t1"), ("r2", "t2")):
        claim = take_over(held(Stage.RELEASED, attempts=2), delivery(request, transition))
        assert isinstance(claim, Claim)
        assert claim.record.attempts == 1


def test_a_continuation_takes_over_what_was_handed_to_it_and_nothing_else() -> None:
    waiting = held(Stage.HANDED_OVER, hop=1)
    claim = take_over(waiting, delivery("r2", hop=1))
    assert isinstance(claim, Claim)
    assert (claim.record.hop, claim.resend, claim.record.stage) == (1, False, Stage.INVESTIGATING)
    assert isinstance(take_over(waiting, delivery("r2", hop=2)), Duplicate)
    assert isinstance(take_over(claim.record, delivery("r3", hop=1)), Duplicate)
    assert isinstance(take_over(claim.record, delivery("r2", hop=1)), Claim)


def test_the_retry_of_the_request_that_handed_over_asks_for_the_continuation_again() -> None:
    claim = take_over(held(Stage.HANDED_OVER, hop=1), delivery())
    assert isinstance(claim, Claim)
    assert claim.resend
    assert (claim.record.stage, claim.record.hop) == (Stage.HANDED_OVER, 1)


def test_a_record_is_read_back_as_it_was_written() -> None:
    full = replace(
        settled(cooldown=True),
        joined=frozenset({"b", "c"}),
        report_key="k",
        message=MESSAGE,
        undelivered=True,
        recovered_at=NOW,
        hop=2,
        attempts=3,
        revision=9,
    )
    for record in (full, held()):
        assert claim_item.from_item(claim_item.to_item(record)) == record


@pytest.mark.parametrize("damage", [{"stage": "asleep"}, {"lease_until": "later"}, {"request_id": None}])
def test_an_item_that_is_no_record_is_a_bad_answer(damage: dict[str, object]) -> None:
    item = claim_item.to_item(held()) | damage
    broken = {name: value for name, value in item.items() if value is not None}
    with pytest.raises(ServiceError, match="BadAnswer"):
        claim_item.from_item(broken)


def test_ttl_lies_after_everything_that_the_item_means() -> None:
    item = claim_item.to_item(settled(cooldown=True))
    assert item["ttl"] == int((NOW + timedelta(hours=1, days=7)).timestamp())
