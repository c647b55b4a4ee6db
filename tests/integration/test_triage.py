"""The story of an alarm over DynamoDB, S3 and SNS: repeats, retries, releases, hand-overs, joins."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.integration.alarms import arn, composite, event
from tests.integration.desks import Office
from tests.integration.world import ACCOUNT, CHAT_TOPIC, Call, World, error

from delivery import NotificationFailed
from desk import Status
from event_fields import UnsupportedEvent
from record import Outcome
from triage import CONTINUATION, UnfinishedInvestigation

if TYPE_CHECKING:
    from collections.abc import Callable

    from desk import Assignment


@pytest.fixture
def office(account: World) -> Office:
    return Office(account)


def failing(*names: str, code: str = "InternalServerError") -> Callable[[Call], object]:
    def fault(call: Call, _really: Callable[[], object]) -> object:
        raise error(call, code, 500)

    return lambda call: fault if call.name in names else None


def failing_item(name: str, *keys: str) -> Callable[[Call], object]:
    """Fail a DynamoDB call for some items only."""

    def fault(call: Call) -> object:
        key = call.parameters.get("Key", {})
        hit = isinstance(key, dict) and key.get("alarm_key", {}).get("S") in keys
        return failing(name)(call) if hit else None

    return fault


def test_one_transition_is_investigated_once_whoever_delivers_it(office: Office) -> None:
    first = office.handle(event(), "r1")
    second = office.handle(event(), "r2")
    assert (first.status, second.status) == (Status.INVESTIGATED, Status.DUPLICATE)
    assert second.investigation_id == first.investigation_id
    assert second.report_key == first.report_key
    assert len(office.account.notifications) == 1
    assert office.counted("Duplicates") == 1


def test_another_transition_waits_for_the_cooldown(office: Office) -> None:
    office.handle(event(), "r1")
    office.clock.advance(minutes=59)
    again = event(after=timedelta(minutes=59))
    assert office.handle(again, "r2").status is Status.DUPLICATE
    office.clock.advance(minutes=1)
    assert office.handle(again, "r3").status is Status.INVESTIGATED


@pytest.mark.parametrize("place", [{"region": "us-east-1"}, {"account": "210987654321"}])
def test_the_same_name_elsewhere_is_not_suppressed(office: Office, place: dict[str, str]) -> None:
    office.handle(event(), "r1")
    assert office.handle(event(**place), "r2").status is Status.INVESTIGATED


def test_contributors_of_one_alarm_are_investigated_each(office: Office) -> None:
    for number, contributor in enumerate(("a1", "b2", "a1")):
        document = event("fleet")
        document["alarmData"]["alarmContributor"] = {
            "id": contributor,
            "attributes": {"InstanceId": contributor},
        }
        status = office.handle(document, f"r{number}").status
        assert status is (Status.DUPLICATE if number == 2 else Status.INVESTIGATED)


def test_an_alarm_while_it_is_investigated_is_a_duplicate(office: Office) -> None:
    seen = []
    office.during = lambda _: seen.append(office.handle(event(after=timedelta(minutes=1)), "r2").status)
    office.handle(event(), "r1")
    assert seen == [Status.DUPLICATE]


def test_a_failure_of_our_own_releases_the_claim_and_is_raised(office: Office) -> None:
    office.fails = ZeroDivisionError("ours")
    with pytest.raises(ZeroDivisionError):
        office.handle(event(), "r1")
    assert office.account.item(arn("orders"))["stage"] == "released"
    office.fails = None
    assert office.handle(event(after=timedelta(minutes=1)), "r2").status is Status.INVESTIGATED


def test_the_third_attempt_is_told_that_it_is_the_last(office: Office) -> None:
    office.fails = ZeroDivisionError("ours")
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            office.handle(event(), "r1")
    assert [assignment.last_attempt for assignment in office.investigated] == [False, False, True]
    assert len({assignment.started_at for assignment in office.investigated}) == 1


@pytest.mark.parametrize("outcome", [Outcome.MODEL_UNAVAILABLE, Outcome.INTERRUPTED])
def test_a_failed_investigation_is_told_once_and_does_not_hold_off_the_next(
    office: Office, outcome: Outcome
) -> None:
    office.outcome = outcome
    assert office.handle(event(), "r1").status is Status.INVESTIGATED
    assert office.handle(event(), "r2").status is Status.DUPLICATE
    assert office.handle(event(after=timedelta(minutes=1)), "r3").status is Status.INVESTIGATED
    assert len(office.account.notifications) == 2


def test_without_a_table_the_alarm_is_investigated_and_the_reader_told(office: Office) -> None:
    office.account.fault = failing("dynamodb.PutItem", "dynamodb.UpdateItem", "dynamodb.GetItem")
    assert office.handle(event(), "r1").status is Status.INVESTIGATED
    [message] = office.account.notifications
    assert "being investigated twice failed" in message.replace("\n", " ")


def test_a_refused_notification_keeps_the_report_for_the_retry(office: Office) -> None:
    office.account.fault = failing("sns.Publish")
    with pytest.raises(NotificationFailed):
        office.handle(event(), "r1")
    record = office.account.item(arn("orders"))
    assert (record["stage"], record["undelivered"]) == ("reported", True)
    assert office.counted("NotificationFailures") == 1
    office.account.fault = lambda _call: None
    answer = office.handle(event(), "r1")
    assert answer.status is Status.INVESTIGATED
    assert answer.report_key in office.account.keys("reports/")
    assert len(office.investigated) == 1
    assert len(office.account.notifications) == 1
    assert office.handle(event(), "r2").status is Status.DUPLICATE


def test_the_hourly_tick_delivers_what_sns_did_not_take(office: Office) -> None:
    office.account.fault = failing("sns.Publish")
    for name in ("one", "two", "three"):
        with pytest.raises(NotificationFailed):
            office.handle(event(name), name)
    with pytest.raises(NotificationFailed):
        office.tick("tick-1")
    office.account.fault = lambda _call: None
    office.handle(event("two"), "two")
    office.tick("tick-1")
    office.tick("tick-2")
    assert sorted(message["Subject"].split()[1] for message in office.account.messages) == [
        "one",
        "three",
        "two",
    ]
    assert len(office.investigated) == 3
    assert office.handle(event("one"), "r2").status is Status.DUPLICATE


def test_an_undelivered_report_goes_out_before_the_next_transition_is_investigated(office: Office) -> None:
    office.account.fault = failing("sns.Publish")
    with pytest.raises(NotificationFailed):
        office.handle(event(), "r1")
    with pytest.raises(NotificationFailed):
        office.handle(event(after=timedelta(hours=2)), "r2")
    office.account.fault = lambda _call: None
    assert office.handle(event(after=timedelta(hours=2)), "r2").status is Status.INVESTIGATED
    late, report = office.account.notifications
    assert late.startswith("(This message is late")
    assert "2026-03-09 03:12:09" in late
    assert "2026-03-09 05:12:09" in report


def test_a_report_that_cannot_be_saved_is_still_sent_and_says_so(office: Office) -> None:
    office.account.fault = failing("s3.PutObject")
    answer = office.handle(event(), "r1")
    assert (answer.status, answer.report_key) == (Status.INVESTIGATED, None)
    [message] = office.account.notifications
    assert "Not saved in alarm-reports-test" in message.replace("\n", " ")


def test_one_file_that_cannot_be_saved_is_named(office: Office) -> None:
    def fault(call: Call) -> object:
        if call.name == "s3.PutObject" and call.parameters["Key"].endswith("_full_context.txt"):
            return failing("s3.PutObject")(call)
        return None

    office.account.fault = fault
    answer = office.handle(event(), "r1")
    assert answer.report_key in office.account.keys("reports/")
    [message] = office.account.notifications
    assert "_full_context.txt (s3 PutObject: InternalServerError)" in " ".join(message.split())


def test_a_lost_claim_ends_quietly_because_its_new_holder_tells_the_reader(office: Office) -> None:
    def taken_over(_assignment: Assignment) -> None:
        office.during = lambda _assignment: None
        office.clock.advance(minutes=20)
        assert office.handle(event(), "r2").status is Status.INVESTIGATED

    office.during = taken_over
    assert office.handle(event(), "r1").status is Status.DUPLICATE
    assert len(office.account.notifications) == 1


def test_work_that_outlasts_the_invocation_is_handed_to_a_fresh_one(office: Office) -> None:
    office.suspend = True
    first = office.handle(event(), "r1")
    assert first.status is Status.CONTINUED
    [asked] = office.later
    assert asked["source"] == CONTINUATION
    assert (asked["hop"], asked["event"]) == (1, event())
    assert office.handle(event(), "r2").status is Status.DUPLICATE
    office.suspend = False
    assert office.handle(event(), "r3", hop=1).status is Status.INVESTIGATED
    assert office.handle(event(), "r4", hop=1).status is Status.DUPLICATE
    assert len(office.account.notifications) == 1


def test_continuations_are_bounded(office: Office) -> None:
    office.suspend = True
    office.handle(event(), "r1")
    office.handle(event(), "r2", hop=1)
    office.handle(event(), "r3", hop=2)
    assert [assignment.may_continue for assignment in office.investigated] == [True, True, False]
    assert len(office.account.notifications) == 1


def test_a_continuation_asked_for_by_a_killed_request_is_asked_for_again_by_its_retry(office: Office) -> None:
    office.suspend = True
    office.handle(event(), "r1")
    assert office.handle(event(), "r1").status is Status.CONTINUED
    assert len(office.investigated) == 1
    assert [asked["hop"] for asked in office.later] == [1, 1]


def test_a_refused_continuation_ends_here_with_a_report(office: Office) -> None:
    office.suspend = office.refuses_later = True
    assert office.handle(event(), "r1").status is Status.INVESTIGATED
    assert [assignment.may_continue for assignment in office.investigated] == [True, False]
    assert len(office.account.notifications) == 1


def test_handing_over_does_not_need_the_table(office: Office) -> None:
    office.suspend = True
    office.during = lambda _: setattr(office.account, "fault", failing("dynamodb.UpdateItem"))
    assert office.handle(event(), "r1").status is Status.CONTINUED
    assert office.later[0]["hop"] == 1


def test_an_investigation_that_neither_ends_nor_may_go_on_is_an_error(office: Office) -> None:
    office.suspend = office.refuses_later = True
    office.investigate = lambda _assignment: None  # type: ignore[method-assign]
    with pytest.raises(UnfinishedInvestigation):
        office.handle(event(), "r1")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (event("child"), composite("parent", 'ALARM("child") OR ALARM(other)', "child")),
        (composite("parent", "ALARM(child)"), event("child")),
        (event("errors", resource="orders"), event("latency", resource="orders")),
    ],
    ids=["parent joins child", "child joins parent", "same resource"],
)
def test_a_related_alarm_joins_the_open_investigation(
    office: Office, first: dict[str, object], second: dict[str, object]
) -> None:
    answers = []

    def arrives(_assignment: Assignment) -> None:
        office.during = lambda _assignment: None
        answers.extend(
            [office.handle(second, "r2"), office.handle(second, "r2"), office.handle(second, "r3")]
        )

    office.during = arrives
    told = office.handle(first, "r1")
    assert [answer.status for answer in answers] == [Status.DUPLICATE] * 3
    assert answers[0].investigation_id == told.investigation_id
    assert len(office.investigated) == 1
    [message] = office.account.notifications
    assert str(second["alarmData"]["alarmName"]) in message  # type: ignore[index]


@pytest.mark.parametrize(
    "other",
    [
        event("latency", resource="payments"),
        event("latency", resource="orders", region="us-east-1"),
        event("latency", resource="orders", account="210987654321"),
        composite("parent", "ALARM(something-else)"),
    ],
    ids=["other resource", "other region", "other account", "other parent"],
)
def test_an_unrelated_alarm_is_investigated_itself(office: Office, other: dict[str, object]) -> None:
    statuses = []

    def arrives(_assignment: Assignment) -> None:
        office.during = lambda _assignment: None
        statuses.append(office.handle(other, "r2").status)

    office.during = arrives
    office.handle(event("errors", resource="orders"), "r1")
    assert statuses == [Status.INVESTIGATED]


def test_nobody_joins_an_investigation_that_has_ended(office: Office) -> None:
    office.handle(event("errors", resource="orders"), "r1")
    assert office.handle(event("latency", resource="orders"), "r2").status is Status.INVESTIGATED


def test_a_joined_alarm_does_not_use_up_the_hour_and_is_not_held_off_later(office: Office) -> None:
    office.limit = 2

    def arrives(_assignment: Assignment) -> None:
        office.during = lambda _assignment: None
        office.handle(event("latency", resource="orders"), "r2")

    office.during = arrives
    office.handle(event("errors", resource="orders"), "r1")
    later = event("latency", resource="orders", after=timedelta(minutes=5))
    assert office.handle(later, "r3").status is Status.INVESTIGATED


def test_an_alarm_that_cannot_join_is_investigated(office: Office) -> None:
    def arrives(_assignment: Assignment) -> None:
        office.during = lambda _assignment: None

        def fault(call: Call) -> object:
            joining = call.name == "dynamodb.UpdateItem" and ":joined" in str(call.parameters)
            return failing("dynamodb.UpdateItem")(call) if joining else None

        office.account.fault = fault
        assert office.handle(event("latency", resource="orders"), "r2").status is Status.INVESTIGATED

    office.during = arrives
    office.handle(event("errors", resource="orders"), "r1")
    assert len(office.account.notifications) == 2


def test_the_chat_message_goes_to_its_own_topic_and_is_not_kept(office: Office) -> None:
    office.chat = True
    office.handle(event(), "r1")
    assert [message["TopicArn"] == CHAT_TOPIC for message in office.account.messages] == [False, True]
    assert not any(name.startswith("message_chat") for name in office.account.item(arn("orders")))


def test_a_chat_message_that_fails_does_not_fail_the_alarm(office: Office) -> None:
    office.chat = True

    def fault(call: Call) -> object:
        chat = call.parameters.get("TopicArn") == CHAT_TOPIC
        return failing("sns.Publish")(call) if chat else None

    office.account.fault = fault
    assert office.handle(event(), "r1").status is Status.INVESTIGATED
    assert office.counted("NotificationFailures") == 1


def test_a_suppressed_alarm_that_reaches_us_is_investigated_and_the_reader_told(office: Office) -> None:
    document = event()
    document["alarmData"]["state"]["actionsSuppressedBy"] = "Alarm"
    assert office.handle(document, "r1").status is Status.INVESTIGATED
    assert "suppressed at present, by: Alarm" in " ".join(office.account.notifications[0].split())


def test_an_ok_at_the_very_time_of_the_alarm_is_no_recovery(office: Office) -> None:
    office.handle(event(), "r1")
    office.handle(event(state="OK"), "r2")
    assert len(office.account.notifications) == 1


def test_not_in_alarm_is_ignored(office: Office) -> None:
    for number, state in enumerate(("OK", "INSUFFICIENT_DATA")):
        answer = office.handle(event(state=state), f"r{number}")
        assert (answer.status, answer.alarm_name) == (Status.IGNORED, "orders")
    assert office.account.messages == []


def test_what_is_no_alarm_is_an_error(office: Office) -> None:
    with pytest.raises(UnsupportedEvent):
        office.handle({"hello": "world"}, "r1")
    assert office.account.calls == []


def test_a_recovery_is_told_once_with_the_time_it_took_and_a_link(office: Office) -> None:
    report = office.handle(event(), "r1").report_key
    recovered = event(state="OK", after=timedelta(hours=3, minutes=5))
    answer = office.handle(recovered, "r2")
    assert answer.status is Status.IGNORED
    assert answer.report_key == str(report).replace("_report.txt", "_recovery.txt")
    assert office.handle(recovered, "r3").report_key is None
    _, message = office.account.notifications
    assert "OK again, 3 h 5 min after" in message
    assert str(report) in message
    assert office.account.text(str(answer.report_key)).strip() == message
    assert office.account.messages[-1]["Subject"].startswith(
        "[OK] orders eu-west-1: OK again after 3 h 5 min"
    )


def test_a_recovery_during_the_investigation_is_told_by_its_report(office: Office) -> None:
    office.during = lambda _: office.handle(event(state="OK", after=timedelta(minutes=2)), "r2") and None
    office.handle(event(), "r1")
    [message] = office.account.notifications
    assert "back to OK at 2026-03-09 03:14:09 UTC" in " ".join(message.split())


def test_a_recovery_that_sns_refuses_is_told_by_the_retry(office: Office) -> None:
    office.handle(event(), "r1")
    office.account.fault = failing("sns.Publish")
    recovered = event(state="OK", after=timedelta(minutes=2))
    with pytest.raises(NotificationFailed):
        office.handle(recovered, "r2")
    office.account.fault = lambda _call: None
    office.handle(recovered, "r2")
    office.handle(recovered, "r2")
    assert len(office.account.notifications) == 2


def test_a_recovery_is_told_although_its_file_cannot_be_saved(office: Office) -> None:
    office.handle(event(), "r1")
    office.account.fault = failing("s3.PutObject")
    answer = office.handle(event(state="OK", after=timedelta(minutes=2)), "r2")
    assert answer.report_key is None
    assert len(office.account.notifications) == 2


def test_a_recovery_of_an_alarm_whose_report_was_not_saved_has_no_link(office: Office) -> None:
    office.account.fault = failing("s3.PutObject")
    office.handle(event(), "r1")
    office.account.fault = lambda _call: None
    assert office.handle(event(state="OK", after=timedelta(minutes=2)), "r2").report_key is None
    assert "Report:" not in office.account.notifications[-1]


def test_a_recovery_without_a_table_or_an_investigation_says_nothing(office: Office) -> None:
    recovered = event(state="OK", after=timedelta(minutes=2))
    office.handle(recovered, "r1")
    office.account.fault = failing("dynamodb.UpdateItem")
    office.handle(recovered, "r2")
    assert office.account.notifications == []


OWN_ALARMS = [
    event("triage-handler-self-errors", resource="whatever"),
    event("my-own-alarm", resource="triage-handler"),
    event("my-own-alarm", resource="tool-lambda"),
    composite("module-health", "ALARM(triage-handler-self-errors)", "triage-handler-self-errors"),
]


@pytest.mark.parametrize("own", OWN_ALARMS, ids=["prefix", "triage function", "tool function", "composite"])
@pytest.mark.parametrize("table", ["up", "down"])
def test_an_alarm_on_the_module_itself_is_passed_on_and_never_investigated(
    office: Office, own: dict[str, object], table: str
) -> None:
    if table == "down":
        office.account.fault = failing("dynamodb.PutItem", "dynamodb.UpdateItem")
    answer = office.handle(own, "r1")
    assert answer.status is Status.IGNORED
    assert office.investigated == []
    [message] = office.account.notifications
    assert "watches Alarm Triage itself" in " ".join(message.split())
    if table == "up":
        office.handle(own, "r2")
        assert len(office.account.notifications) == 1


def test_a_strangers_alarm_with_our_names_is_investigated(office: Office) -> None:
    foreign = event("triage-handler-self-errors", resource="triage-handler", account="210987654321")
    assert office.handle(foreign, "r1").status is Status.INVESTIGATED


def test_an_own_alarm_that_sns_refuses_is_raised_and_told_by_the_retry(office: Office) -> None:
    office.account.fault = failing("sns.Publish")
    with pytest.raises(NotificationFailed):
        office.handle(OWN_ALARMS[0], "r1")
    office.account.fault = lambda _call: None
    office.handle(OWN_ALARMS[0], "r1")
    assert len(office.account.notifications) == 1


def test_every_put_names_the_owner_that_the_bucket_must_have(office: Office) -> None:
    office.handle(event(), "r1")
    calls = [call for call in office.account.calls if call.service == "s3"]
    assert calls
    assert {call.parameters["ExpectedBucketOwner"] for call in calls} == {ACCOUNT}


def test_a_message_that_sns_calls_invalid_is_sent_again_in_plain_words(office: Office) -> None:
    def fault(call: Call) -> object:
        if call.name == "sns.Publish" and call.parameters["Subject"] != "Alarm Triage report":
            return failing("sns.Publish", code="InvalidParameter")(call)
        return None

    office.account.fault = fault
    assert office.handle(event(), "r1").status is Status.INVESTIGATED
    assert len(office.account.notifications) == 1


def test_a_message_that_sns_never_takes_is_raised(office: Office) -> None:
    office.account.fault = failing("sns.Publish", code="InvalidParameter")
    with pytest.raises(NotificationFailed):
        office.handle(event(), "r1")
