"""Alarm events for the integration tests, as CloudWatch sends them to the function."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.world import ACCOUNT, REGION

AT = datetime(2026, 3, 9, 3, 12, 9, 482000, tzinfo=UTC)


def arn(name: str, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}"


def event(
    name: str = "orders",
    *,
    state: str = "ALARM",
    after: timedelta = timedelta(),
    resource: str | None = None,
    region: str = REGION,
    account: str = ACCOUNT,
    **configuration: Any,
) -> dict[str, Any]:
    """A direct alarm action. The alarm watches a function of its own name unless `resource` says another."""
    when = (AT + after).isoformat(timespec="milliseconds").replace("+00:00", "+0000")
    metric = {
        "namespace": "AWS/Lambda",
        "name": "Errors",
        "dimensions": {"FunctionName": resource or f"{name}-fn"},
    }
    metrics = [
        {"id": "m1", "metricStat": {"metric": metric, "period": 60, "stat": "Sum"}, "returnData": True}
    ]
    return {
        "source": "aws.cloudwatch",
        "alarmArn": arn(name, region, account),
        "accountId": account,
        "time": when,
        "region": region,
        "alarmData": {
            "alarmName": name,
            "state": {"value": state, "reason": "Threshold Crossed", "timestamp": when},
            "previousState": {"value": "OK"},
            "configuration": {"metrics": metrics, **configuration},
        },
    }


def composite(name: str, rule: str, *children: str, after: timedelta = timedelta()) -> dict[str, Any]:
    """A composite alarm's direct action."""
    document = event(name, after=after)
    document["alarmData"]["configuration"] = {"alarmRule": rule}
    triggering = [{"arn": arn(child), "state": {"value": "ALARM"}} for child in children]
    document["alarmData"]["state"]["reasonData"] = json.dumps({"triggeringAlarms": triggering})
    return document
