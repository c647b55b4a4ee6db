"""The event that CloudWatch sends when an alarm's action is a Lambda function, as AWS documents it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.alarm_model import MetricQuery, Record, alarm_queries, stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

STATE_AT_CREATION = "Unchecked: Initial alarm creation"


def state(alarm: Record, at: float) -> dict[str, str]:
    """Return the alarm's state as the event holds it; `reasonData` only when there is one."""
    found = {"value": alarm["StateValue"], "reason": alarm.get("StateReason", "")}
    if alarm.get("StateReasonData"):
        found["reasonData"] = alarm["StateReasonData"]
    return {**found, "timestamp": stamp(at)}


def alarm_event(
    alarm: Record, *, account: str, region: str, new: Mapping[str, str], old: Mapping[str, str]
) -> Record:
    """Return the whole event for a change of `alarm` from state `old` to state `new`."""
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm["AlarmArn"],
        "accountId": account,
        "time": new["timestamp"],
        "region": region,
        "alarmData": {
            "alarmName": alarm["AlarmName"],
            "state": dict(new),
            "previousState": dict(old),
            "configuration": _configuration(alarm),
        },
    }


def _configuration(alarm: Record) -> Record:
    found: Record = {}
    if alarm.get("AlarmDescription"):
        found["description"] = alarm["AlarmDescription"]
    if "AlarmRule" in alarm:
        found["alarmRule"] = alarm["AlarmRule"]
    else:
        found["metrics"] = [_metric(query) for query in alarm_queries(alarm)]
    return found


def _metric(query: MetricQuery) -> Record:
    found: Record = {"id": query.id}
    if query.label:
        found["label"] = query.label
    if query.expression:
        found["expression"] = query.expression
    else:
        found["metricStat"] = {
            "metric": {
                "namespace": query.namespace,
                "name": query.name,
                "dimensions": dict(query.dimensions),
            },
            "period": query.period,
            "stat": query.stat,
            **({"unit": query.unit} if query.unit else {}),
        }
    found["returnData"] = query.returns_data
    return found
