"""DynamoDB and S3 as the function sees them: what is kept, what is missing, what is broken."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.integration.alarms import AT, event
from tests.integration.test_triage import failing
from tests.integration.world import ACCOUNT, BUCKET, TABLE, Call, client

from alarm_events import parse
from checkpoints import S3Checkpoints
from claim_record import Claim, Delivery
from deduplication import ClaimLost, Claims, table_key
from ports import CheckpointFailed
from relations import kin_of
from service_errors import ServiceError
from state_table import ConditionFailed, StateTable
from storm import Ledger, OpenInvestigation, mark_of
from team_context import TeamContext

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import World


NEW = "attribute_not_exists(#stage) OR #stage = :no"


def answering(name: str, answer: dict[str, object]) -> Callable[[Call], object]:
    """Answer a call with something else than the truth."""
    return lambda call: (lambda _call, _really: answer) if call.name == name else None


def test_plain_values_come_back_as_they_went_in(account: World) -> None:
    item = {
        "alarm_key": "k",
        "text": "ü🔥",
        "whole": 7,
        "part": 1.5,
        "yes": True,
        "names": frozenset({"a", "b"}),
        "inner": {"deep": {"x": "y"}},
    }
    table = account.table()
    table.put(item, condition=NEW, values={"no": "no"})
    assert table.get("k") == item
    assert table.get("other") is None


def test_a_failed_condition_shows_what_stands_in_the_table(account: World) -> None:
    table = account.table()
    table.put({"alarm_key": "k", "stage": "x"}, condition=NEW, values={"no": "no"})
    for change in (
        lambda: table.put({"alarm_key": "k"}, condition="#stage = :y", values={"y": "y"}),
        lambda: table.update("k", "SET #a = :a", condition="#stage = :y", values={"a": 1, "y": "y"}),
    ):
        with pytest.raises(ConditionFailed) as failed:
            change()
        assert failed.value.item == {"alarm_key": "k", "stage": "x"}


def test_what_cannot_be_kept_is_refused_before_it_is_sent(account: World) -> None:
    with pytest.raises(TypeError, match="list is not kept"):
        account.table().put({"alarm_key": "k", "x": [1]}, condition="attribute_not_exists(x)", values={})


@pytest.mark.parametrize(
    "answer", [{"Item": "x"}, {"Item": {"a": "b"}}, {"Item": {"a": {}}}, {"Item": {"a": {"N": "much"}}}]
)
def test_an_item_that_is_none_is_a_bad_answer(account: World, answer: dict[str, object]) -> None:
    account.fault = answering("dynamodb.GetItem", answer)  # type: ignore[assignment]
    with pytest.raises(ServiceError, match="BadAnswer"):
        StateTable(client("dynamodb"), TABLE).get("k")


def test_an_update_without_an_answer_is_a_bad_answer(account: World) -> None:
    account.fault = answering("dynamodb.UpdateItem", {})  # type: ignore[assignment]
    with pytest.raises(ServiceError, match="BadAnswer"):
        account.table().update("k", "SET #a = :a", values={"a": 1})


def delivery(request: str) -> Delivery:
    return Delivery("k", "alarm", AT, "t1", request, AT, AT + timedelta(minutes=15))


def test_a_claim_without_a_guard_writes_nothing(account: World) -> None:
    claims = Claims(account.table(), timedelta(hours=1))
    claim = claims.acquire(delivery("r1"))
    assert isinstance(claim, Claim)
    before = account.item("k")
    claims.release(Claim(claim.record, guarded=False), AT)
    assert account.item("k") == before


def test_who_lost_the_claim_cannot_write_to_it(account: World) -> None:
    claims = Claims(account.table(), timedelta(hours=1))
    claim = claims.acquire(delivery("r1"))
    assert isinstance(claim, Claim)
    claims.release(claim, AT)
    claims.acquire(delivery("r2"))
    with pytest.raises(ClaimLost):
        claims.conclude(claim)


def test_a_claim_that_never_stands_still_is_given_up(account: World) -> None:
    claims = Claims(account.table(), timedelta(hours=1))
    claim = claims.acquire(delivery("r1"))
    assert isinstance(claim, Claim)
    account.fault = failing("dynamodb.PutItem", code="ConditionalCheckFailedException")  # type: ignore[assignment]
    with pytest.raises(ServiceError, match="Contended"):
        claims.acquire(delivery("r1"))


def test_an_item_that_expired_in_between_is_claimed_anew(account: World) -> None:
    claims = Claims(account.table(), timedelta(hours=1))
    refused = iter([failing("dynamodb.PutItem", code="ConditionalCheckFailedException")])
    account.fault = lambda call: fault(call) if (fault := next(refused, None)) else None  # type: ignore[assignment, func-returns-value]
    assert isinstance(claims.acquire(delivery("r1")), Claim)


def test_a_ledger_that_never_stands_still_is_given_up(account: World) -> None:
    ledger = Ledger(account.table(), 5)
    alarm = parse(event())
    wanted = OpenInvestigation("k", "t1", kin_of(alarm), AT + timedelta(minutes=15))
    account.fault = failing("dynamodb.UpdateItem", code="ConditionalCheckFailedException")  # type: ignore[assignment]
    with pytest.raises(ServiceError, match="Contended"):
        ledger.admit(wanted, AT)


def test_closing_what_the_ledger_does_not_have_is_no_error(account: World) -> None:
    Ledger(account.table(), 5).close("never-opened")
    assert mark_of("a") != mark_of("b")


def test_a_key_longer_than_dynamodb_takes_is_cut_and_stays_unique() -> None:
    short, long_one, long_two = "k" * 2048, "注" * 700, "注" * 701
    assert table_key(short) == short
    keys = {table_key(long_one), table_key(long_two)}
    assert len(keys) == 2
    assert all(len(key.encode()) <= 2048 for key in keys)


def test_a_checkpoint_is_kept_replaced_and_forgotten(account: World) -> None:
    checkpoints = S3Checkpoints(client("s3"), BUCKET, ACCOUNT)
    assert checkpoints.load("t1") is None
    checkpoints.save("t1", b"one")
    checkpoints.save("t1", b"two")
    assert checkpoints.load("t1") == b"two"
    checkpoints.delete("t1")
    checkpoints.delete("t1")
    assert checkpoints.load("t1") is None


def test_a_checkpoint_that_cannot_be_reached_is_told(account: World) -> None:
    checkpoints = S3Checkpoints(client("s3"), BUCKET, ACCOUNT)
    account.fault = failing("s3.PutObject", "s3.GetObject", "s3.DeleteObject")  # type: ignore[assignment]
    for action in (
        lambda: checkpoints.save("t1", b"x"),
        lambda: checkpoints.load("t1"),
        lambda: checkpoints.delete("t1"),
    ):
        with pytest.raises(CheckpointFailed, match="InternalServerError"):
            action()


def test_without_permission_to_list_a_missing_key_is_denied_which_means_none(account: World) -> None:
    account.fault = failing("s3.GetObject", code="AccessDenied")  # type: ignore[assignment]
    assert S3Checkpoints(client("s3"), BUCKET, ACCOUNT).load("t1") is None
    context = TeamContext(client("s3"), BUCKET, ACCOUNT)
    assert context.about(parse(event())) == ("", ())


def test_team_context_and_runbook(account: World) -> None:
    account.write("context/investigation_context.md", "Who we are.\n")
    account.write("context/runbooks/orders-1.md", "What to do.")
    context = TeamContext(client("s3"), BUCKET, ACCOUNT)
    text, notes = context.about(parse(event(description="See runbook: orders-1.")))
    assert text == "# Context\n\nWho we are.\n\n# Runbook orders-1\n\nWhat to do."
    assert notes == ()


@pytest.mark.parametrize("description", ["runbook: none", "runbook: ../../reports/x", "Runbook=none.md"])
def test_a_runbook_that_is_not_there_is_noted(account: World, description: str) -> None:
    text, notes = TeamContext(client("s3"), BUCKET, ACCOUNT).about(parse(event(description=description)))
    assert text == ""
    assert len(notes) == (0 if ".." in description else 1)
    keys = [call.parameters["Key"] for call in account.calls]
    assert all(key.startswith("context/") and ".." not in key for key in keys)


def test_a_runbook_is_found_by_its_name(account: World) -> None:
    account.write("context/runbooks/orders-1.md", "What to do.")
    context = TeamContext(client("s3"), BUCKET, ACCOUNT)
    assert context.runbook("orders-1.md") == "# Runbook orders-1\n\nWhat to do."
    assert context.runbook("absent") == ""
    assert context.runbook("../investigation_context") == ""
    account.fault = failing("s3.GetObject")  # type: ignore[assignment]
    assert context.runbook("orders-1") == ""


def test_team_context_that_cannot_be_read_is_noted(account: World) -> None:
    account.fault = failing("s3.GetObject")  # type: ignore[assignment]
    _, notes = TeamContext(client("s3"), BUCKET, ACCOUNT).about(parse(event()))
    [note] = notes
    assert "context/investigation_context.md could not be read (s3 GetObject: InternalServerError)" in note
