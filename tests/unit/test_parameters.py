from __future__ import annotations

from typing import Any

import botocore.session
import pytest

import parameters


def shape(service: str, operation: str) -> Any:
    session: Any = botocore.session.Session()
    return session.get_service_model(service).operation_model(operation).input_shape


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "good",
    [{}, {"a": [1, 2, {"b": "c"}]}, [0] * 20_000, nested(40), "text", {"a": "x" * 900_000}],
    ids=["none", "few", "most", "deepest", "text", "long"],
)
def test_parameters_of_a_call_pass(good: Any) -> None:
    assert parameters.too_many(good) is None


@pytest.mark.parametrize(
    ("bad", "why"),
    [({f"k{n}": 1 for n in range(20_001)}, "20000 values"), ([[0] * 101] * 200, "20000 values"), (nested(42), "40 levels")],
    ids=["keys", "lists", "deep"],
)  # fmt: skip
def test_more_than_a_call_needs_is_refused(bad: Any, why: str) -> None:
    assert why in str(parameters.too_many(bad))


METRICS = [
    {"Id": f"m{n}", "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "M", "Dimensions": [{"Name": "a", "Value": "b"}] * 5},
                                   "Period": 60, "Stat": "Sum"}}
    for n in range(500)
]  # fmt: skip


@pytest.mark.parametrize(
    ("service", "operation", "good"),
    [
        ("cloudwatch", "GetMetricData", {"MetricDataQueries": METRICS, "StartTime": "2026-01-01T00:00:00Z", "EndTime": 1.5}),
        ("iam", "SimulateCustomPolicy", {"PolicyInputList": ["x" * 131_072], "ActionNames": ["a:b"]}),
        ("lambda", "Invoke", {"FunctionName": "f", "Payload": b"x" * 900_000}),
        ("s3", "ListObjectsV2", {"Bucket": "b", "ContinuationToken": "x" * 8192}),
        ("cloudwatch", "DescribeAlarms", {"Nothing": 1, "AlarmNames": {"a": "b"}, "MaxRecords": "ten"}),
        ("sqs", "CreateQueue", {"QueueName": "q", "Attributes": {"a": "b"}}),
        ("bedrock-runtime", "Converse", {"modelId": "m", "additionalModelRequestFields": {"any": {"k": "v"}}}),
    ],
)  # fmt: skip
def test_ordinary_parameters_are_left_to_botocore(service: str, operation: str, good: dict[str, Any]) -> None:
    assert parameters.too_many(good) is None
    assert parameters.unfit(good, shape(service, operation)) is None


@pytest.mark.parametrize(
    ("service", "operation", "bad", "why"),
    [
        ("cloudwatch", "DescribeAlarmHistory", {"StartDate": "1." * 450_000}, "StartDate: 900000, valid max length: 64"),
        ("cloudwatch", "DescribeAlarmHistory", {"StartDate": b"1" * 65}, "valid max length: 64"),
        ("cloudwatch", "PutMetricData", {"MetricData": [{"Timestamp": "2026"}] * 101}, "more than 100 times"),
        ("cloudwatch", "DescribeAlarms", {f"k{n}": 1 for n in range(21)}, "21 names that DescribeAlarmsInput does not have"),
        ("logs", "DescribeLogGroups", {"logGroupNamePrefix": "x" * 200_001}, "valid max length: 200000"),
        ("s3", "ListObjectsV2", {"Bucket": "x" * 8193}, "Bucket: 8193, valid max length: 8192"),
        ("sqs", "CreateQueue", {"Attributes": {"k" * 1025: "b"}}, "a key in Attributes"),
        ("logs", "StartQuery", {"logGroupNames": ["x" * 200_001]}, "logGroupNames"),
    ],
)  # fmt: skip
def test_what_takes_long_to_read_is_refused(
    service: str, operation: str, bad: dict[str, Any], why: str
) -> None:
    assert why in str(parameters.unfit(bad, shape(service, operation)))
