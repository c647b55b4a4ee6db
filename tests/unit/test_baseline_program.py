"""The baseline program's parts: what each shows, and that the failure of one costs no other."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from tests.fakes.baseline_world import (
    AT,
    LAMBDA,
    STARTS,
    Answer,
    World,
    a_world,
    alarm_of,
    make_function,
    put_alarm,
    put_logs,
    put_points,
)

import baseline
import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield from a_world(monkeypatch)


def history(*moves: tuple[int, str, str]) -> Answer:
    items = [
        {
            "AlarmName": "watch", "AlarmType": "MetricAlarm", "Timestamp": AT - timedelta(minutes=ago),
            "HistoryItemType": "StateUpdate", "HistorySummary": f"Alarm updated from {old} to {new}",
            "HistoryData": json.dumps({"oldState": {"stateValue": old}, "newState": {"stateValue": new}}),
        }
        for ago, old, new in moves
    ]  # fmt: skip
    return lambda parameters: {"AlarmHistoryItems": items if parameters.get("AlarmName") else []}


def trail(*events: tuple[int, str, str, Mapping[str, Any]]) -> Answer:
    found = [
        {
            "EventId": f"e{ago}-{name}", "EventName": name, "Username": "ci", "ReadOnly": "false",
            "EventTime": AT - timedelta(minutes=ago), "Resources": [{"ResourceName": resource}],
            "CloudTrailEvent": json.dumps(body),
        }
        for ago, name, resource, body in events
    ]  # fmt: skip
    return lambda parameters: {"Events": found}


def whole_lambda(world: World) -> None:
    """A function which fails since its policy was deleted, with its alarm, points, logs, changes."""
    make_function()
    put_alarm(LAMBDA, Tags=[{"Key": "runbook", "Value": "orders-errors"}])
    put_points(
        "AWS/Lambda", "Errors", {"FunctionName": "orders"}, {3: 0, 2: 2, 1: 14, 1441: 1, 7 * 1440 + 2: 5}
    )
    put_points("AWS/Lambda", "Invocations", {"FunctionName": "orders"}, {3: 20, 2: 21, 1: 19})
    put_logs(
        "/aws/lambda/orders",
        "START RequestId: 8f5e12ab-3c4d-4e5f-9a0b-1c2d3e4f5a6b",
        "[ERROR] AccessDenied on order 11",
        "[ERROR] AccessDenied on order 12",
    )
    world.scripted["DescribeAlarmHistory"] = history(
        (0, "OK", "ALARM"), (90, "ALARM", "OK"), (95, "OK", "ALARM")
    )
    world.scripted["LookupEvents"] = trail(
        (3, "DeleteRolePolicy", "orders-role", {"requestParameters": {"policyName": "write-orders"}}),
        (9, "UpdateFunctionCode", "orders", {"errorCode": "AccessDenied"}),
        (2, "CreateLogStream", "noise", {}),
    )


def test_text_holds_what_every_investigation_needs(world: World) -> None:
    whole_lambda(world)
    text, _ = world.run(LAMBDA)
    for expected in (
        '"AlarmName": "watch"',
        '"Threshold": 3.0',
        "3 transitions in 7 days, 2 of them to ALARM",
        "2026-11-24T04:22:00Z Alarm updated from ALARM to OK",
        "3 points, min 0, mean 5.33333, max 14, last 14",
        "05:49 0  05:50 2  05:51 14",
        "The same hours a day before: m1 1 points, min 1, mean 1, max 1, last 1",
        "The same hours a week before: m1 1 points, min 5",
        "Invocations Sum: 05:45 20  05:50 40",
        "0 other alarms are in ALARM.",
        "2 changes, latest first",
        '2026-11-24T05:49:00Z DeleteRolePolicy by ci on orders-role {"policyName": "write-orders"}',
        "UpdateFunctionCode by ci on orders, refused: AccessDenied",
        "the alarm: runbook=orders-errors",
        "function:orders: team=shop",
        '"Timeout": 3',
        "DB_PASSWORD",
        "(x2) [ERROR] AccessDenied on order 12",
    ):
        assert expected in text
    assert "hunter2" not in text
    assert "NOT READ" not in text


def test_result_holds_chart_timeline_and_tags(world: World) -> None:
    whole_lambda(world)
    _, found = world.run(LAMBDA)
    assert found.failures == ()
    assert found.metric == record.MetricSeries(
        "Errors Sum",
        ((STARTS[3], 0.0), (STARTS[2], 2.0), (STARTS[1], 14.0)),
        60,
        3.0,
        "GreaterThanOrEqualToThreshold",
    )
    assert found.changes == (
        record.Change(STARTS[3], "DeleteRolePolicy", "ci", "orders-role"),
        record.Change(STARTS[9], "UpdateFunctionCode", "ci", "orders"),
    )
    assert found.transitions == ((STARTS[90], "watch: ALARM -> OK"), (STARTS[95], "watch: OK -> ALARM"))
    assert found.tags == {"runbook": "orders-errors"}


def test_whole_program_is_one_text_that_runs(world: World) -> None:
    whole_lambda(world)
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with redirect_stdout(io.StringIO()):
        exec(baseline.program(LAMBDA), namespace)
    assert baseline.parse(namespace["result"]).failures == ()


@pytest.mark.parametrize(
    ("operation", "part"),
    [
        ("DescribeAlarms", "Alarm"),
        ("DescribeAlarmHistory", "History of the alarm"),
        ("GetMetricData", "Metric"),
        ("GetMetricData", "Related metrics of AWS/Lambda"),
        ("GetFunctionConfiguration", "FunctionName orders"),
        ("FilterLogEvents", "FunctionName orders"),
        ("DescribeLogStreams", "FunctionName orders"),
        ("DescribeAlarms", "Other alarms"),
        ("LookupEvents", "Recent changes"),
        ("ListTagsForResource", "Tags of the alarm"),
        ("GetResources", "Tags of its resources"),
    ],
)
def test_refused_call_is_noted_and_the_other_parts_stand(world: World, operation: str, part: str) -> None:
    whole_lambda(world)
    complete, _ = world.run(LAMBDA)
    world.refuse(operation)
    text, found = world.run(LAMBDA)
    noted = [failure for failure in found.failures if failure.startswith(f"{part}: ")]
    assert noted
    assert f"not authorized to call {operation}" in noted[0]
    assert f"NOT READ: {noted[0]}" in text
    failed = {failure.split(": ")[0] for failure in found.failures}
    titles = {line for line in complete.splitlines() if line.startswith("## ")}
    assert {title for title in titles if title[3:] not in failed} <= set(text.splitlines())


def test_everything_refused_still_gives_a_result(world: World) -> None:
    world.refuse(
        "DescribeAlarms", "DescribeAlarmHistory", "GetMetricData", "GetFunctionConfiguration", "LookupEvents",
        "GetFunctionConcurrency", "ListEventSourceMappings", "FilterLogEvents", "DescribeLogStreams",
        "GetResources", "ListTagsForResource",
    )  # fmt: skip
    text, found = world.run(LAMBDA)
    assert len(found.failures) >= 9
    assert found.metric is None
    assert text.count("NOT READ: ") == len(found.failures)


def test_deleted_alarm_is_read_from_the_event(world: World) -> None:
    put_points("AWS/Lambda", "Errors", {"FunctionName": "orders"}, {1: 14})
    _, found = world.run(LAMBDA)
    assert found.metric is not None
    assert (found.metric.points, found.metric.threshold) == (((STARTS[1], 14.0),), 3.0)
    assert found.failures[0].startswith("Alarm: LookupError: no alarm of this name can be seen here")


def test_output_stays_within_its_room_whatever_is_there(world: World) -> None:
    whole_lambda(world)
    for index in range(60):
        put_alarm(LAMBDA, AlarmName=f"other-{index}", AlarmDescription="x" * 1000)
        boto3.client("cloudwatch").set_alarm_state(
            AlarmName=f"other-{index}", StateValue="ALARM", StateReason="y" * 1000
        )
    put_alarm(LAMBDA, AlarmDescription="d" * 1024)
    boto3.client("cloudwatch").set_alarm_state(AlarmName="watch", StateValue="ALARM", StateReason="r" * 1023)
    put_points("AWS/Lambda", "Errors", {"FunctionName": "orders"}, dict.fromkeys(range(180), 123456.789))
    long = [f"ERROR {'abcdefghijklmnop'[index]} {'z' * 5000}" for index in range(16)]
    boto3.client("logs").delete_log_group(logGroupName="/aws/lambda/orders")
    put_logs("/aws/lambda/orders", *long)
    moves = [(index, "OK" * 50, "ALARM" * 50) for index in range(100)]
    world.scripted["DescribeAlarmHistory"] = lambda _: history(*moves)({"AlarmName": "watch"})
    world.scripted["LookupEvents"] = trail(
        *((i, f"Put{i}", "r" * 900, {"requestParameters": "p" * 900}) for i in range(90))
    )
    text, found = world.run(LAMBDA)
    assert 8_000 < len(text) <= 20_000
    assert "characters cut ...]" in text
    assert found.failures == ()


def test_odd_records_are_shown_as_far_as_they_can_be(world: World) -> None:
    item = {
        "AlarmName": "neighbour",
        "Timestamp": STARTS[5],
        "HistoryItemType": "StateUpdate",
        "HistorySummary": "Alarm updated from OK to ALARM",
        "HistoryData": "{",
    }
    edit = {
        **item,
        "AlarmName": "watch",
        "HistoryItemType": "ConfigurationUpdate",
        "HistorySummary": "edited",
    }
    world.scripted["DescribeAlarmHistory"] = lambda parameters: {
        "AlarmHistoryItems": [edit] if parameters.get("AlarmName") else [item]
    }
    event = {"EventId": "e", "EventName": "PutThing", "EventTime": STARTS[5], "CloudTrailEvent": "{"}
    world.scripted["LookupEvents"] = lambda _: {"Events": [event]}
    put_alarm(LAMBDA)
    text, found = world.run(LAMBDA)
    assert "2026-11-24T05:47:00Z neighbour: Alarm updated from OK to ALARM" in text
    assert "2026-11-24T05:47:00Z EDITED: edited" in text
    assert "PutThing by unknown" in text
    assert found.transitions == ((STARTS[5], "neighbour: Alarm updated from OK to ALARM"),)
    assert found.changes == (record.Change(STARTS[5], "PutThing", "", ""),)


def test_daily_metric_is_shown_with_its_days(world: World) -> None:
    size = alarm_of("AWS/S3", {"BucketName": "files"}, "BucketSizeBytes")
    put_alarm(size, Period=86_400, Statistic="Average")
    put_points(
        "AWS/S3", "BucketSizeBytes", {"BucketName": "files"}, {1440: 5e9, 2 * 1440: 4e9, 3 * 1440: 3e9}
    )
    text, found = world.run(size)
    assert found.metric is not None
    assert found.metric.period == 86_400
    assert [value for _, value in found.metric.points] == [3e9, 4e9, 5e9]
    assert "11-22 00:00 4e+09" in text


def test_service_without_its_cluster_is_left_alone(world: World) -> None:
    service = alarm_of("AWS/ECS", {"ServiceName": "web"})
    put_alarm(service)
    _, found = world.run(service)
    assert found.failures == ()
    assert "DescribeServices" not in [operation for operation, _ in world.calls]
