"""The baseline program reads every kind of alarm: math, anomaly, Insights, composite, other accounts."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from tests.fakes.baseline_world import (
    ACCOUNT,
    AT,
    LAMBDA,
    REGION,
    STARTS,
    World,
    a_world,
    alarm_of,
    make_function,
    put_alarm,
    put_points,
    refusal,
)

from alarm import Metric

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield from a_world(monkeypatch)


def test_metric_math_is_evaluated_with_the_alarms_own_metrics(world: World) -> None:
    metrics = [
        {"Id": "rate", "Expression": "100 * e / i", "Label": "error rate", "ReturnData": True},
        *(
            {
                "Id": key,
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/Lambda", "MetricName": name,
                        "Dimensions": [{"Name": "FunctionName", "Value": "orders"}],
                    },
                    "Period": 60, "Stat": "Sum",
                },
                "ReturnData": False,
            }
            for key, name in (("e", "Errors"), ("i", "Invocations"))
        ),
    ]  # fmt: skip
    make_function()
    none = dict.fromkeys(("Namespace", "MetricName", "Period", "Dimensions", "Statistic"))
    put_alarm(LAMBDA, Metrics=metrics, **none)
    asked: list[list[str]] = []

    def answer(parameters: dict[str, Any]) -> Any:
        queries = parameters["MetricDataQueries"]
        asked.append([query["Id"] for query in queries])
        assert all(query.get("ReturnData", True) for query in queries)
        results = [
            {"Id": q["Id"], "Label": q.get("Label", q["Id"]), "Timestamps": [AT], "Values": [1.5]}
            for q in queries
        ]
        return {"MetricDataResults": results}

    world.scripted["GetMetricData"] = answer
    _, found = world.run(LAMBDA)
    assert found.metric is not None
    assert found.metric.label == "error rate"
    assert ["rate", "e", "i"] in asked

    def no_expressions(parameters: dict[str, Any]) -> Any:
        if any("Expression" in query for query in parameters["MetricDataQueries"]):
            raise refusal("GetMetricData", "InternalError")
        return answer(parameters)

    world.scripted["GetMetricData"] = no_expressions
    text, found = world.run(LAMBDA)
    assert found.metric is not None
    assert found.metric.label == "e"
    assert any(
        failure.startswith("Metric: the expression: An error occurred (InternalError)")
        for failure in found.failures
    )
    assert "FunctionName orders" in text


def test_anomaly_detector_shows_its_band_and_charts_the_metric(world: World) -> None:
    watched = alarm_of(
        "AWS/Lambda", {"FunctionName": "orders"}, "Duration",
        metrics=(
            Metric("m1", "AWS/Lambda", "Duration", {"FunctionName": "orders"}, 60, "Average"),
            Metric("ad1", expression="ANOMALY_DETECTION_BAND(m1, 2)", label="Duration (expected)"),
        ),
        threshold=None,
    )  # fmt: skip
    rows = [("ad1", "Duration High", 40.0), ("ad1", "Duration Low", 10.0), ("m1", "Duration", 95.0)]
    world.scripted["GetMetricData"] = lambda _: {
        "MetricDataResults": [
            {"Id": i, "Label": label, "Timestamps": [AT], "Values": [v]} for i, label, v in rows
        ]
    }
    text, found = world.run(watched)
    assert found.metric is not None
    assert (found.metric.label, found.metric.threshold) == ("Duration", None)
    assert "ad1 Duration High: 1 points, min 40" in text


def test_contributor_of_a_metrics_insights_alarm_is_charted(world: World) -> None:
    insights = Metric(
        "q1", expression='SELECT SUM(Errors) FROM "AWS/Lambda" GROUP BY FunctionName', period=60
    )
    alarm = alarm_of(
        "AWS/Lambda", {}, metrics=(insights,), contributor_attributes={"FunctionName": "payments"}
    )
    world.scripted["GetMetricData"] = lambda _: {
        "MetricDataResults": [
            {"Id": "q1", "Label": label, "Timestamps": [AT], "Values": [value]}
            for label, value in (("orders", 1.0), ("payments", 9.0))
        ]
    }
    _, found = world.run(alarm)
    assert found.metric is not None
    assert (found.metric.label, found.metric.points) == ("payments", ((AT, 9.0),))


def test_composite_alarm_shows_children_and_reads_the_one_in_alarm(world: World) -> None:
    make_function()
    put_alarm(LAMBDA, AlarmName="child-ok", MetricName="Throttles")
    put_alarm(LAMBDA, AlarmName='child "bad"')
    cloudwatch = boto3.client("cloudwatch")
    cloudwatch.set_alarm_state(AlarmName="child-ok", StateValue="OK", StateReason="fine")
    cloudwatch.set_alarm_state(AlarmName='child "bad"', StateValue="ALARM", StateReason="14 errors")
    children = cloudwatch.describe_alarms()["MetricAlarms"]
    rule = "ALARM(child-ok) OR ALARM(child-gone)"
    composite = {"AlarmName": "watch", "AlarmRule": rule, "StateValue": "ALARM"}
    world.scripted["DescribeAlarms"] = lambda parameters: {
        "CompositeAlarms": [composite] if parameters.get("AlarmNames") == ["watch"] else [],
        "MetricAlarms": [
            child for child in children if child["AlarmName"] in parameters.get("AlarmNames", [])
        ],
    }
    put_points("AWS/Lambda", "Errors", {"FunctionName": "orders"}, {1: 14})
    bad = f'arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:child "bad"'
    text, found = world.run(alarm_of("", {}, metrics=(), threshold=None, triggering_alarms=(bad,)))
    assert 'child "bad": ALARM since' in text
    assert text.index('child "bad": ALARM') < text.index("child-ok: OK")
    assert found.metric is not None
    assert found.metric.points == ((STARTS[1], 14.0),)
    assert found.metric.threshold == 3.0
    assert "get_function_configuration" in text


def test_metrics_of_another_account_are_read_but_not_their_resources(world: World) -> None:
    metric = Metric(
        "m1", "AWS/Lambda", "Errors", {"FunctionName": "orders"}, 60, "Sum", account="210987654321"
    )
    world.run(alarm_of("AWS/Lambda", {}, metrics=(metric,)))
    (first, *_) = [parameters for operation, parameters in world.calls if operation == "GetMetricData"]
    assert first["MetricDataQueries"][0]["AccountId"] == "210987654321"
    assert "GetFunctionConfiguration" not in [operation for operation, _ in world.calls]
    _, found = world.run(alarm_of("AWS/Lambda", {}, metrics=(metric,)))
    assert "resources of m1: they are in account 210987654321, which is not read from here" in found.failures


def test_alarm_in_another_partition_names_its_resources_there(world: World) -> None:
    arn = f"arn:aws-us-gov:cloudwatch:us-gov-west-1:{ACCOUNT}:alarm:watch"
    world.run(replace(LAMBDA, arn=arn, region="us-gov-west-1"))
    (asked,) = [
        parameters["ResourceARNList"] for operation, parameters in world.calls if operation == "GetResources"
    ]
    assert asked == [f"arn:aws-us-gov:lambda:us-gov-west-1:{ACCOUNT}:function:orders"]
