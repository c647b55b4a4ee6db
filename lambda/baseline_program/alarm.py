"""The alarm itself: configuration, children, history, tags, and what else is in ALARM."""

import json
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from baseline_program.run import Facts, Found, compact, short, stamp

_BOTH_TYPES = ["MetricAlarm", "CompositeAlarm"]
_CHILD = re.compile(r"\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"([^\"]+)\"|'([^']+)'|([^\"'()\s]+))\s*\)")
_NOT_SHOWN = frozenset(
    ["StateReasonData", "StateTransitionedTimestamp", "AlarmActions", "OKActions", "InsufficientDataActions"]
)
_MOST_CHILDREN = 60
_MOST_OTHERS = 20
_MOST_MOVES = 12


def configuration(facts: Facts, found: Found) -> None:
    """Describe the alarm, and a composite alarm's children with their states."""
    alarm = next(iter(_described(facts, AlarmNames=[facts.name])), None)
    if alarm is None:
        raise LookupError(f"no alarm of this name can be seen here; the event says account {facts.account}")
    found.values["alarm"] = alarm
    found.lines.append(compact({key: value for key, value in alarm.items() if key not in _NOT_SHOWN}))
    names = list(
        dict.fromkeys([*map(alarm_name, facts.triggering), *children_of(alarm.get("AlarmRule") or "")])
    )
    if not names:
        return
    children = _described(facts, AlarmNames=names[:_MOST_CHILDREN])
    children.sort(key=lambda child: (child.get("StateValue") != "ALARM", names.index(child["AlarmName"])))
    found.values["children"] = children
    found.lines.append("Children:")
    found.lines += map(_state_line, children)


def children_of(rule: str) -> list[str]:
    """Return the names of the alarms that a composite alarm's rule speaks of."""
    return [alarm_name(next(filter(None, groups))) for groups in _CHILD.findall(rule)]


def alarm_name(name_or_arn: str) -> str:
    """Return the name that an alarm's ARN ends with; a name stays itself."""
    return name_or_arn.split(":alarm:", 1)[-1]


def history(facts: Facts, found: Found) -> None:
    """List the alarm's transitions and edits of the last seven days."""
    start, end = facts.span(timedelta(days=7))
    items = facts.aws("cloudwatch").describe_alarm_history(
        AlarmName=facts.name, AlarmTypes=_BOTH_TYPES, StartDate=start, EndDate=end, MaxRecords=100,
        ScanBy="TimestampDescending",
    )["AlarmHistoryItems"]  # fmt: skip
    moves = [item for item in items if item.get("HistoryItemType") == "StateUpdate"]
    edits = [item for item in items if item.get("HistoryItemType") == "ConfigurationUpdate"]
    fired = sum(" to ALARM" in item.get("HistorySummary", "") for item in moves)
    more = " or more" if len(items) == 100 else ""
    found.lines.append(
        f"{len(moves)}{more} transitions in 7 days, {fired}{more} of them to ALARM. Latest first:"
    )
    found.lines += [f"{stamp(item['Timestamp'])} {item['HistorySummary']}" for item in moves[:_MOST_MOVES]]
    found.lines += [f"{stamp(item['Timestamp'])} EDITED: {item['HistorySummary']}" for item in edits[:5]]
    earlier = [item for item in moves if item["Timestamp"] < facts.at - timedelta(seconds=1)]
    found.values["transitions"] = [_transition(item) for item in earlier[:_MOST_MOVES]]


def others(facts: Facts, found: Found) -> None:
    """List the other alarms that are in ALARM, and every transition around this one."""
    alarms = [alarm for alarm in _described(facts, StateValue="ALARM") if alarm["AlarmName"] != facts.name]
    alarms.sort(key=lambda alarm: str(alarm.get("StateUpdatedTimestamp", "")), reverse=True)
    found.lines.append(f"{len(alarms)} other alarms are in ALARM" + (", latest first:" if alarms else "."))
    found.lines += map(_state_line, alarms[:_MOST_OTHERS])
    start, end = facts.span(timedelta(hours=1), timedelta(minutes=10))
    items = facts.aws("cloudwatch").describe_alarm_history(
        AlarmTypes=_BOTH_TYPES, HistoryItemType="StateUpdate", StartDate=start, EndDate=end, MaxRecords=50,
        ScanBy="TimestampDescending",
    )["AlarmHistoryItems"]  # fmt: skip
    moves = [item for item in items if item.get("AlarmName") != facts.name]
    found.values["other_transitions"] = [_transition(item) for item in moves[:_MOST_OTHERS]]
    if moves:
        found.lines.append("Transitions of other alarms within the hour:")
        found.lines += [
            f"{stamp(item['Timestamp'])} {item['AlarmName']}: {item['HistorySummary']}"
            for item in moves[:_MOST_OTHERS]
        ]


def tags(facts: Facts, found: Found) -> None:
    """Read the alarm's own tags."""
    answer = facts.aws("cloudwatch").list_tags_for_resource(ResourceARN=facts.arn)["Tags"]
    found.values["tags"] = {tag["Key"]: tag["Value"] for tag in answer}
    if answer:
        found.lines.append(_tag_line("the alarm", answer))


def resource_tags(facts: Facts, arns: Iterable[str], found: Found) -> None:
    """Read the tags of the resources behind the alarm."""
    answer = facts.aws("resourcegroupstaggingapi").get_resources(ResourceARNList=list(arns)[:20])
    found.lines += [_tag_line(item["ResourceARN"], item["Tags"]) for item in answer["ResourceTagMappingList"]]


def _described(facts: Facts, **which: Any) -> list[dict[str, Any]]:
    answer = facts.aws("cloudwatch").describe_alarms(AlarmTypes=_BOTH_TYPES, MaxRecords=100, **which)
    return [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]


def _state_line(alarm: dict[str, Any]) -> str:
    since = alarm.get("StateUpdatedTimestamp")
    when = f" since {stamp(since)}" if since else ""
    reason = short(" ".join(str(alarm.get("StateReason", "")).split()), 160)
    return f"{alarm['AlarmName']}: {alarm.get('StateValue')}{when}: {reason}"


def _transition(item: dict[str, Any]) -> list[Any]:
    """Return a transition as seconds and text, from the item's data or else its summary."""
    try:
        moved = json.loads(item.get("HistoryData") or "{}")
        text = f"{moved['oldState']['stateValue']} -> {moved['newState']['stateValue']}"
    except (ValueError, KeyError, TypeError):
        text = item.get("HistorySummary", "")
    return [item["Timestamp"].timestamp(), f"{item.get('AlarmName', '')}: {text}"]


def _tag_line(owner: str, pairs: list[dict[str, str]]) -> str:
    return f"{owner}: " + ", ".join(f"{tag['Key']}={tag['Value']}" for tag in pairs)
