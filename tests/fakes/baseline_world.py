"""AWS as the baseline program sees it: moto, with scripted answers before it; and how to run it there."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import botocore.client
from botocore.exceptions import ClientError
from moto import mock_aws

import baseline
from alarm import Alarm, AlarmState, Metric

if TYPE_CHECKING:
    import pytest

    import record

ACCOUNT, REGION = "123456789012", "us-east-2"
AT = datetime(2026, 11, 24, 5, 52, tzinfo=UTC)
STARTS = {minute: AT - timedelta(minutes=minute) for minute in range(240)}

Answer = Callable[[dict[str, Any]], Any]


def alarm_of(namespace: str, dimensions: Mapping[str, str], name: str = "Errors", **changes: Any) -> Alarm:
    metric = Metric("m1", namespace, name, dict(dimensions), 60, "Sum")
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:watch"
    whole = Alarm(arn, "watch", ACCOUNT, REGION, AlarmState.ALARM, AT, metrics=(metric,), threshold=3.0)
    return replace(whole, **changes)


def refusal(operation: str, code: str = "AccessDeniedException") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": f"not authorized to call {operation}"}}, operation)


@cache
def _client(service: str, region_name: str = REGION) -> Any:
    """Make each client once for all tests: reading the service models takes longer than all the rest."""
    return boto3.session.Session().client(service, region_name=region_name)  # type: ignore[call-overload]


@dataclass
class World:
    """AWS as the program sees it. `scripted` answers go before moto's; every call is kept."""

    scripted: dict[str, Answer]
    calls: list[tuple[str, dict[str, Any]]]

    def refuse(self, *operations: str) -> None:
        for operation in operations:
            self.scripted[operation] = self._raising(operation)

    @staticmethod
    def _raising(operation: str) -> Answer:
        def answer(parameters: dict[str, Any]) -> Any:
            raise refusal(operation)

        return answer

    def run(self, alarm: Alarm) -> tuple[str, record.Baseline]:
        namespace: dict[str, Any] = {"__name__": "__main__"}
        printed = io.StringIO()
        with redirect_stdout(printed):
            for path, text in baseline.pieces(alarm).items():
                exec(compile(text, path, "exec"), namespace)
        return printed.getvalue(), baseline.parse(namespace["result"])


def a_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Serve moto; alarm history and CloudTrail, which it lacks, are empty unless scripted."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    made = World(
        {
            "DescribeAlarmHistory": lambda _: {"AlarmHistoryItems": []},
            "LookupEvents": lambda _: {"Events": []},
        },
        [],
    )
    monkeypatch.setattr(boto3, "client", _client)
    with mock_aws():
        moto_call = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]

        def call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            made.calls.append((operation, parameters))
            scripted = made.scripted.get(operation)
            return scripted(parameters) if scripted else moto_call(client, operation, parameters)

        monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", call)
        yield made


def put_alarm(alarm: Alarm, **changes: Any) -> None:
    metric = alarm.metrics[0]
    settings = {
        "AlarmName": alarm.name, "Namespace": metric.namespace, "MetricName": metric.name, "Period": 60,
        "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions.items()],
        "Statistic": "Sum", "EvaluationPeriods": 1, "Threshold": 3.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    }  # fmt: skip
    settings |= changes
    boto3.client("cloudwatch").put_metric_alarm(
        **{key: value for key, value in settings.items() if value is not None}
    )


def put_points(namespace: str, name: str, dimensions: Mapping[str, str], values: Mapping[int, float]) -> None:
    """Put one value at each number of minutes before the alarm."""
    listed = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    boto3.client("cloudwatch").put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": listed,
                "Timestamp": AT - timedelta(minutes=ago),
                "Value": value,
            }
            for ago, value in values.items()
        ],
    )


def put_logs(group: str, *messages: str, stream: str = "s1") -> None:
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    start = int((AT - timedelta(minutes=3)).timestamp() * 1000)
    events = [{"timestamp": start + index, "message": message} for index, message in enumerate(messages)]
    logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def role(service: str) -> str:
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}],
    }
    made = boto3.client("iam").create_role(
        RoleName=f"{service}-role", AssumeRolePolicyDocument=json.dumps(policy)
    )
    return str(made["Role"]["Arn"])


LAMBDA = alarm_of("AWS/Lambda", {"FunctionName": "orders"})


def make_function() -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): ...")
    boto3.client("lambda").create_function(
        FunctionName="orders", Runtime="python3.13", Role=role("lambda.amazonaws.com"), Handler="app.handler",
        Code={"ZipFile": code.getvalue()}, Timeout=3, MemorySize=128, Tags={"team": "shop"},
        Environment={"Variables": {"DB_PASSWORD": "hunter2-hunter2"}},
    )  # fmt: skip
