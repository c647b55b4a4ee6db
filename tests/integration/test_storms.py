"""A storm of alarms: no more investigations than the hour allows, one list an hour, nobody left off it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.integration.alarms import event
from tests.integration.desks import Office
from tests.integration.test_triage import failing, failing_item
from tests.integration.world import Killed

import alarm_events
from backlog import SHARDS, TURN
from delivery import NotificationFailed
from desk import Status
from storm import LEDGER

if TYPE_CHECKING:
    from tests.integration.world import Call, World


@pytest.fixture
def office(account: World) -> Office:
    return Office(account, limit=2)


def storm(office: Office, first: int, last: int) -> list[Status]:
    return [office.handle(event(f"alarm-{number}"), f"r{number}").status for number in range(first, last)]


def lists(office: Office) -> list[str]:
    return [message for message in office.account.notifications if "NOT investigated" in message]


def waiting(office: Office) -> int:
    items = [office.account.item(shard) for shard in SHARDS]
    return sum(len(item) - 1 for item in items if item)


def test_beyond_the_limit_one_message_an_hour_lists_the_rest(office: Office) -> None:
    assert storm(office, 0, 6) == [Status.INVESTIGATED] * 2 + [Status.RATE_LIMITED] * 4
    assert office.counted("RateLimited") == 4
    [first] = lists(office)
    assert "- alarm-2\n" in first
    assert "#alarmsV2:alarm/alarm-2" in first
    assert "1 alarm fired and was NOT investigated: the limit of 2 investigations an hour" in " ".join(
        first.split()
    )
    assert waiting(office) == 3
    office.tick()
    assert len(lists(office)) == 1
    office.clock.advance(hours=1)
    office.tick()
    office.tick()
    _, second = lists(office)
    assert all(f"- alarm-{number}\n" in second for number in (3, 4, 5))
    assert "alarm-2\n" not in second
    assert waiting(office) == 0


def test_the_first_investigation_of_a_new_hour_also_lists_the_rest_of_the_old(office: Office) -> None:
    storm(office, 0, 5)
    office.clock.advance(hours=1)
    assert storm(office, 5, 6) == [Status.INVESTIGATED]
    assert len(lists(office)) == 2
    assert waiting(office) == 0


def test_after_a_tick_the_hour_is_quiet_and_the_next_tick_lists_all(office: Office) -> None:
    storm(office, 0, 4)
    office.clock.advance(hours=1)
    office.tick("tick-1")
    assert storm(office, 4, 9)[2:] == [Status.RATE_LIMITED] * 3
    assert len(lists(office)) == 2
    office.clock.advance(hours=1)
    office.tick("tick-2")
    assert "3 alarms fired and were NOT investigated" in lists(office)[-1]


def test_a_tick_with_nothing_to_say_says_nothing_and_keeps_the_hours_message(office: Office) -> None:
    office.tick()
    storm(office, 0, 3)
    assert len(lists(office)) == 1


def test_an_alarm_turned_away_is_known_but_its_next_transition_is_investigated(office: Office) -> None:
    storm(office, 0, 3)
    assert office.handle(event("alarm-2"), "again").status is Status.DUPLICATE
    office.clock.advance(hours=1)
    later = event("alarm-2", after=timedelta(minutes=50))
    assert office.handle(later, "later").status is Status.INVESTIGATED


def test_a_retry_is_not_counted_twice(office: Office) -> None:
    office.fails = ZeroDivisionError("ours")
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            office.handle(event("alarm-0"), "r0")
    office.fails = None
    assert storm(office, 1, 3) == [Status.INVESTIGATED, Status.RATE_LIMITED]


def test_a_turned_away_alarm_that_is_killed_before_the_list_is_listed_by_its_retry(office: Office) -> None:
    storm(office, 0, 2)
    office.account.fault = failing("sns.Publish")
    with pytest.raises(NotificationFailed):
        storm(office, 2, 3)
    office.account.fault = lambda _call: None
    assert storm(office, 2, 3) == [Status.RATE_LIMITED]
    assert len(lists(office)) == 1
    assert waiting(office) == 0


def test_a_turned_away_alarm_whose_process_dies_is_listed_by_its_retry(
    office: Office,
) -> None:
    storm(office, 0, 2)

    def dies(_call: Call, _really: object) -> object:
        office.account.dead = True
        raise Killed

    office.account.fault = lambda call: (
        dies if call.parameters.get("Key") == {"alarm_key": {"S": TURN}} else None
    )
    with pytest.raises(Killed):
        storm(office, 2, 3)
    office.account.dead = False
    office.account.fault = lambda _call: None
    assert storm(office, 2, 3) == [Status.RATE_LIMITED]
    assert len(lists(office)) == 1
    assert office.handle(event("alarm-2"), "another").status is Status.DUPLICATE


def test_a_turn_that_cannot_be_taken_leaves_the_list_for_the_tick(office: Office) -> None:
    storm(office, 0, 2)
    office.account.fault = failing_item("dynamodb.UpdateItem", TURN)
    assert storm(office, 2, 3) == [Status.RATE_LIMITED]
    office.account.fault = lambda _call: None
    office.tick()
    assert "- alarm-2\n" in lists(office)[0]


def test_a_list_that_sns_refuses_stays_for_the_next_alarm(office: Office) -> None:
    storm(office, 0, 2)
    office.account.fault = failing("sns.Publish")
    with pytest.raises(NotificationFailed):
        storm(office, 2, 3)
    office.account.fault = lambda _call: None
    storm(office, 3, 4)
    [message] = lists(office)
    assert "- alarm-2\n" in message
    assert "- alarm-3\n" in message


def test_a_refused_list_beside_an_investigation_does_not_stop_it(office: Office) -> None:
    storm(office, 0, 4)
    office.clock.advance(hours=1)

    def fault(call: Call) -> object:
        refused = call.name == "sns.Publish" and "NOT investigated" in call.parameters["Message"]
        return failing("sns.Publish")(call) if refused else None

    office.account.fault = fault
    assert storm(office, 4, 5) == [Status.INVESTIGATED]
    office.account.fault = lambda _call: None
    office.tick()
    assert "- alarm-3\n" in lists(office)[-1]


def test_an_alarm_that_cannot_be_put_on_the_list_is_told_at_once(office: Office) -> None:
    storm(office, 0, 3)
    office.account.fault = failing_item("dynamodb.UpdateItem", *SHARDS)
    assert storm(office, 3, 4) == [Status.RATE_LIMITED]
    assert "- alarm-3\n" in lists(office)[-1]


def test_a_list_that_cannot_be_read_waits(office: Office) -> None:
    storm(office, 0, 2)
    office.account.fault = failing_item("dynamodb.GetItem", *SHARDS)
    assert storm(office, 2, 3) == [Status.RATE_LIMITED]
    assert lists(office) == []
    office.account.fault = lambda _call: None
    office.tick()
    assert "- alarm-2\n" in lists(office)[0]


def test_a_list_longer_than_a_message_goes_on_in_the_next(office: Office) -> None:
    storm(office, 0, 2)
    names = [f"{'注' * 240}{number:04}" for number in range(110)]
    backlog = office.desk("fill").backlog
    for name in names:
        backlog.add(alarm_events.parse(event(name)), name)
    assert waiting(office) == 110
    office.tick("tick-1")
    assert 0 < waiting(office) < 110
    assert "more are listed in the next message" in lists(office)[0]
    office.clock.advance(hours=1)
    office.tick("tick-2")
    told = "".join(lists(office))
    assert all(f"- {name}\n" in told for name in names)
    assert waiting(office) == 0


def test_the_count_failing_is_said_and_the_alarm_investigated(office: Office) -> None:
    storm(office, 0, 2)
    office.account.fault = failing_item("dynamodb.GetItem", LEDGER)
    assert storm(office, 2, 3) == [Status.INVESTIGATED]
    assert "this hour could not be counted" in " ".join(office.account.notifications[-1].split())


def test_a_clock_that_is_behind_counts_in_the_hour_that_has_begun(office: Office) -> None:
    office.clock.advance(hours=1)
    storm(office, 0, 2)
    office.clock.advance(hours=-1)
    assert storm(office, 2, 3) == [Status.RATE_LIMITED]


@pytest.mark.parametrize("damage", [{"open": {"x": "nothing"}}, {"open": {"x": {"kin": "[]", "until": 9e9}}}])
def test_a_ledger_that_cannot_be_read_does_not_stop_an_investigation(
    office: Office, damage: dict[str, object]
) -> None:
    storm(office, 0, 1)
    office.account.table().update(LEDGER, "SET #open = :open", values=damage)
    assert storm(office, 1, 2) == [Status.INVESTIGATED]


@pytest.mark.parametrize("entry", ["x", {"arn": "a"}, {"arn": "x:alarm:a", "time": "late"}])
def test_a_backlog_that_cannot_be_read_is_left_alone(office: Office, entry: object) -> None:
    office.account.table().update(SHARDS[3], "SET #x = :x", values={"x": entry})
    office.tick()
    assert lists(office) == []
