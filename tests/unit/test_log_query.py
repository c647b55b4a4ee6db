"""The log query that a reader would run next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests import samples

from alarm import Metric
from log_query import LogQuery, log_query
from record import ToolCall


def asked(code: str, **changes: object) -> LogQuery | None:
    call = ToolCall(1, "p", code, "", True, samples.STARTED, 1.0)
    return log_query(samples.investigation(tool_calls=(replace(call, **changes),)))  # type: ignore[arg-type]


def test_the_models_own_query_is_offered_with_the_window_of_the_alarm() -> None:
    query = log_query(samples.investigation())
    assert query is not None
    assert query.groups == ("/aws/lambda/orders-handler",)
    assert query.query == (
        "fields @timestamp, @message\n| filter @message like /ERROR/\n"
        "| stats count(*) as n by substr(@message, 0, 300)"
    )
    assert query.start == samples.ALARM_TIME - timedelta(hours=1)
    assert query.end == samples.ALARM_TIME + timedelta(minutes=10)


@pytest.mark.parametrize(
    "code",
    [
        'logs.filter_log_events(logGroupName="/app/api")',
        'group = "/app/api"\nlogs.start_query(logGroupName=group)',
        'logs.start_query(logGroupNames=["/app/api", name])',
        'logs.start_query(logGroupIdentifiers=("/app/api",), queryString=q)',
    ],
)
def test_groups_are_read_from_literals_in_the_code(code: str) -> None:
    query = asked(code)
    assert query is not None
    assert query.groups == ("/app/api",)
    assert query.query.startswith("fields @timestamp")


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("logGroup = (", {}),
        ("print('logGroup')", {}),
        ("x(logGroupName=name)", {}),
        ("x(logGroupName='/other')", {"success": False}),
        ("x(logGroupName='/other')", {"call": 0}),
        ("x(logGroupName='/other')" + " " * 200_000, {}),
        ("'\\d logGroup'", {}),
    ],
)
def test_the_resources_usual_group_stands_in(code: str, changes: dict[str, object]) -> None:
    query = asked(code, **changes)
    assert query is not None
    assert query.groups == ("/aws/lambda/orders-handler",)


@pytest.mark.parametrize(
    ("namespace", "dimension", "group"),
    [
        ("AWS/CodeBuild", "ProjectName", "/aws/codebuild/x"),
        ("AWS/RDS", "DBInstanceIdentifier", "/aws/rds/instance/x/error"),
        ("ECS/ContainerInsights", "ClusterName", "/aws/ecs/containerinsights/x/performance"),
    ],
)
def test_usual_groups_follow_the_namespace(namespace: str, dimension: str, group: str) -> None:
    metric = Metric(id="m", namespace=namespace, name="n", dimensions={dimension: "x"})
    query = log_query(samples.investigation(alarm=samples.alarm(metrics=(metric,)), tool_calls=()))
    assert query is not None
    assert query.groups == (group,)


def test_no_query_where_no_group_is_known() -> None:
    metric = Metric(id="m", namespace="App", name="n", dimensions={"FunctionName": "x"})
    assert log_query(samples.investigation(alarm=samples.alarm(metrics=(metric,)), tool_calls=())) is None
