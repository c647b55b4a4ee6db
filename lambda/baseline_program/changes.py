"""What people and pipelines changed around the breach, from CloudTrail."""

import json
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from baseline_program.run import Facts, Found, short, stamp

_NAMED = timedelta(hours=24)
_ANY = timedelta(hours=3)
_MOST_NAMES = 4
_MOST_PAGES = 3
_MOST_SHOWN = 30
_KEPT = 60
# Writes that happen all day without anybody changing anything.
_NOISE = frozenset(
    (
        "AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "BatchGetImage", "CreateLogGroup",
        "CreateLogStream", "Decrypt", "Encrypt", "GenerateDataKey", "GetSessionToken", "Invoke",
        "PutCredentials", "PutLogEvents", "SharedSnapshotVolumeCreated", "StartQuery", "StopQuery",
        "UpdateInstanceInformation",
    )
)  # fmt: skip


def changes(facts: Facts, names: Iterable[str], found: Found) -> None:
    """List writes to the alarm's resources within a day, and all writes of the last three hours."""
    events: dict[str, dict[str, Any]] = {}
    asked = [({"AttributeKey": "ResourceName", "AttributeValue": name}, _NAMED) for name in names]
    asked = [*asked[:_MOST_NAMES], ({"AttributeKey": "ReadOnly", "AttributeValue": "false"}, _ANY)]
    for attribute, before in asked:
        label = f"{attribute['AttributeKey']} {attribute['AttributeValue']}"
        answer = found.attempt(label, partial(_looked_up, facts, attribute, before))
        events.update({event["EventId"]: event for event in answer or []})
    kept = [event for event in events.values() if _changed_something(event)]
    kept.sort(key=lambda event: event["EventTime"], reverse=True)
    found.values["changes"] = [_value(event) for event in kept[:_KEPT]]
    found.lines.append(f"{len(kept)} changes, latest first; CloudTrail is up to 15 minutes late.")
    found.lines += [_change_line(event) for event in kept[:_MOST_SHOWN]]


def _looked_up(facts: Facts, attribute: dict[str, str], before: timedelta) -> list[dict[str, Any]]:
    start, end = facts.span(before)
    pages = facts.aws("cloudtrail").get_paginator("lookup_events").paginate(
        LookupAttributes=[attribute], StartTime=start, EndTime=end,
        PaginationConfig={"MaxItems": 50 * _MOST_PAGES, "PageSize": 50},
    )  # fmt: skip
    return [event for page in pages for event in page["Events"]]


def _changed_something(event: dict[str, Any]) -> bool:
    return str(event.get("ReadOnly", "false")).lower() != "true" and event.get("EventName") not in _NOISE


def _value(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "time": event["EventTime"].timestamp(),
        "event": event.get("EventName", ""),
        "actor": event.get("Username", ""),
        "resource": _resources(event),
    }


def _resources(event: dict[str, Any]) -> str:
    names = [str(item.get("ResourceName", "")) for item in event.get("Resources", [])]
    return short(", ".join(dict.fromkeys(filter(None, names))), 200)


def _change_line(event: dict[str, Any]) -> str:
    try:
        record = json.loads(event.get("CloudTrailEvent") or "{}")
    except ValueError:
        record = {}
    who = event.get("Username") or "unknown"
    text = f"{stamp(event['EventTime'])} {event.get('EventName')} by {who}"
    resources = _resources(event)
    if resources:
        text += f" on {resources}"
    if record.get("errorCode"):
        text += f", refused: {record['errorCode']}"
    parameters = record.get("requestParameters")
    return f"{text} {short(json.dumps(parameters, ensure_ascii=False), 180)}" if parameters else text
