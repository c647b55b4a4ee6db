"""A consumer who has read nothing but the quick start: alarms of every kind, one mail and four files each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.e2e.world import World, alarm_event, eventually, plain_metric, ratio_metric

from tour import mailbox

if TYPE_CHECKING:
    from tests.e2e.world import Stack

WAYS = ("by-metric", "by-hand", "by-math", "composite")
FILE_NAME = re.compile(
    r"reports/(\d{4}/\d\d/\d\d)/(\d{8}_\d{6})_UTC_(?P<alarm>[\w-]+)-[0-9a-f]{6}"
    r"(?P<kind>\.json|_report\.txt|_report\.html|_full_context\.txt)"
)


@pytest.fixture(scope="module")
def raised(world: World) -> World:
    """Every kind of alarm, raised each in its own way, at the same time."""
    world.alarm("by-metric")
    world.alarm("by-hand")
    world.alarm("by-math", **ratio_metric("by-math"))
    world.alarm("part-of-composite", **_with_actions("part-of-composite"))
    world.account.client("cloudwatch").put_composite_alarm(
        AlarmName="composite", AlarmRule='ALARM("part-of-composite")', AlarmActions=[world.triage_arn]
    )
    world.put("Calls", 10, of="by-math")
    world.put("Failures", 3, of="by-metric")
    world.put("Failures", 4, of="by-math")
    world.set_state("by-hand", "ALARM")
    world.put("Failures", 1, of="part-of-composite")
    return world


def _with_actions(service: str, *actions: str) -> dict[str, object]:
    return {**plain_metric(service), "AlarmActions": list(actions)}


def test_a_second_plan_of_the_quick_start_is_empty(minimal: Stack) -> None:
    assert minimal.terraform.plan_changes() == ""


@pytest.mark.parametrize("alarm", WAYS)
def test_an_alarm_ends_in_one_mail_and_four_files(raised: World, alarm: str) -> None:
    mail = raised.mail(alarm)

    keys = raised.objects(alarm)
    matches = [FILE_NAME.fullmatch(key) for key in keys]
    assert all(matches), keys
    assert sorted(match["kind"] for match in matches if match) == [
        ".json",
        "_full_context.txt",
        "_report.html",
        "_report.txt",
    ]
    assert len(raised.mails(alarm)) == 1
    assert mail["To"] == "on-call@example.com"
    assert len(mail["Subject"]) < 100


@pytest.mark.parametrize("alarm", WAYS)
def test_the_record_holds_the_event_and_an_investigation_of_its_own(raised: World, alarm: str) -> None:
    raised.mail(alarm)

    record = raised.record(alarm)

    assert record["alarm"]["name"] == alarm
    assert record["event"]["alarmData"]["alarmName"] == alarm
    assert record["outcome"] == "reported"
    assert record["tool_calls"][0]["call"] == 0
    assert record["evidence"]["unverified"] == 0
    assert {"DescribeAlarms"} <= {c["operation"] for call in record["tool_calls"] for c in call["aws_calls"]}


def test_the_same_alarm_again_within_the_window_is_not_investigated(raised: World) -> None:
    raised.mail("by-hand")
    before = raised.objects("by-hand")

    again = raised.invoke(alarm_event("by-hand"))

    assert again["answer"]["status"] == "duplicate"
    assert raised.objects("by-hand") == before
    assert len(raised.mails("by-hand")) == 1


def test_an_alarm_that_recovered_is_ignored(world: World) -> None:
    answered = world.invoke(alarm_event("recovered", state="OK"))

    assert answered["answer"]["status"] == "ignored"
    assert world.objects("recovered") == []


@pytest.mark.parametrize(
    "event", [{"hello": "world"}, {}, [], "text", {"Records": []}, {"source": "aws.ec2"}]
)
def test_an_event_that_is_no_alarm_is_a_clear_error(world: World, event: object) -> None:
    answered = world.invoke(event)

    assert answered["FunctionError"] == "Unhandled"
    assert "event" in answered["answer"]["errorMessage"].lower()


def test_an_alarm_action_without_permission_is_refused_and_recorded(world: World) -> None:
    functions = world.account.client("lambda")
    tool = functions.get_function_configuration(FunctionName="tool-lambda")["FunctionArn"]
    world.alarm("unpermitted", **_with_actions("unpermitted", tool))

    world.set_state("unpermitted", "ALARM")

    history = world.account.client("cloudwatch").describe_alarm_history
    items = eventually(
        lambda: history(AlarmName="unpermitted", HistoryItemType="Action")["AlarmHistoryItems"],
        "an action in the alarm's history",
    )
    assert "not authorized to perform: lambda:InvokeFunction" in items[0]["HistoryData"]


def test_the_mail_says_what_was_found_and_where_the_report_is(raised: World) -> None:
    text = mailbox.text(raised.mail("by-metric"))

    assert "by-metric" in text
    assert raised.bucket in text
    assert "_report.html" in text
