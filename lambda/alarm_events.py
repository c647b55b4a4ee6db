"""Events become alarms here: every shape that carries a CloudWatch alarm is read, anything else is refused.

CloudWatch's direct action and EventBridge's state change share one document; SNS carries the classic one or
either of the others. Optional fields may be missing or odd; what identifies the transition (the alarm's ARN,
its state, the time) may not, and nothing is made up in its place.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import cast

import classic_alarm
import event_fields as fields
from alarm import Alarm, Metric
from event_fields import UnsupportedEvent

_EVENTBRIDGE_TYPES = ("CloudWatch Alarm State Change", "CloudWatch Alarm Contributor State Change")


def single_events(event: object) -> list[Mapping[str, object]]:
    """The events to handle one by one: the messages of an SNS event's records, or the event itself."""
    document = _document(event)
    records = document.get("Records")
    if records is None:
        return [document]
    if not isinstance(records, list) or not records:
        raise UnsupportedEvent("the event has Records, but there is none in them")
    return [record if isinstance(record, Mapping) else {"Records": [record]} for record in records]


def parse(event: object) -> Alarm:
    """Read one alarm transition, also from a single SNS record; raise UnsupportedEvent when it is none."""
    document = _document(event)
    records = document.get("Records")
    if isinstance(records, list) and len(records) == 1 and isinstance(records[0], Mapping):
        document = records[0]
    if "Sns" in document:
        return parse(_sns_message(document))
    if "alarmData" in document:
        return _direct(document)
    if "detail-type" in document:
        return _eventbridge(document)
    if "AlarmName" in document or "NewStateValue" in document:
        return classic_alarm.parse(document)
    if "Records" in document:
        raise UnsupportedEvent("the event has several Records: each is an alarm of its own")
    raise UnsupportedEvent(
        "the event is no CloudWatch alarm: expected a direct alarm action (alarmData), an EventBridge state "
        f"change (detail-type), or SNS Records; its top-level fields are {_names(document)}"
    )


def _document(event: object) -> Mapping[str, object]:
    if not isinstance(event, Mapping):
        raise UnsupportedEvent(f"the event is a {type(event).__name__}, not a JSON object")
    return cast("Mapping[str, object]", fields.clean(event))


def _names(document: Mapping[str, object]) -> str:
    return ", ".join(repr(str(name)[:60]) for name in list(document)[:10]) or "none"


def _sns_message(record: Mapping[str, object]) -> Mapping[str, object]:
    message = fields.mapping(record, "Sns").get("Message")
    if not isinstance(message, str):
        raise UnsupportedEvent("the SNS record has no Sns.Message")
    try:
        parsed = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise UnsupportedEvent(f"the SNS message is not JSON: {message[:100]!r}") from error
    if not isinstance(parsed, Mapping) or "Sns" in parsed or "Records" in parsed:
        raise UnsupportedEvent(f"the SNS message is no alarm: {message[:100]!r}")
    return parsed


def _direct(document: Mapping[str, object]) -> Alarm:
    if document.get("source") not in (None, "aws.cloudwatch"):
        raise UnsupportedEvent(f"the event's source is {str(document['source'])[:100]!r}, not aws.cloudwatch")
    arn = fields.alarm_arn(document, "alarmArn")
    return _alarm(arn, fields.mapping(document, "alarmData"), "alarmData", document.get("time"))


def _eventbridge(document: Mapping[str, object]) -> Alarm:
    kind = document.get("detail-type")
    if kind not in _EVENTBRIDGE_TYPES or document.get("source") != "aws.cloudwatch":
        raise UnsupportedEvent(
            f"the EventBridge event is {str(kind)[:100]!r} from {str(document.get('source'))[:100]!r}: "
            f"expected {_EVENTBRIDGE_TYPES[0]!r} from 'aws.cloudwatch'"
        )
    resources = document.get("resources")
    first = resources[0] if isinstance(resources, list) and resources else None
    arn = fields.alarm_arn({"resources[0]": first}, "resources[0]")
    return _alarm(arn, fields.mapping(document, "detail"), "detail", document.get("time"))


def _alarm(arn: fields.AlarmArn, document: Mapping[str, object], where: str, event_time: object) -> Alarm:
    state = fields.mapping(document, "state")
    reason_data = fields.json_object(state.get("reasonData"))
    configuration = fields.mapping(document, "configuration")
    contributor = fields.mapping(document, "alarmContributor")
    return Alarm(
        arn=arn.arn,
        name=fields.text(document, "alarmName") or arn.name,
        account=arn.account,
        region=arn.region,
        state=fields.state(state.get("value"), f"{where}.state.value"),
        time=fields.time([(f"{where}.state.timestamp", state.get("timestamp")), ("time", event_time)]),
        previous_state=fields.previous_state(fields.mapping(document, "previousState").get("value")),
        reason=fields.text(state, "reason"),
        reason_data=reason_data,
        description=fields.text(configuration, "description"),
        metrics=tuple(_metric(entry) for entry in fields.mappings(configuration, "metrics")),
        rule=fields.text(configuration, "alarmRule") or None,
        threshold=fields.number(reason_data.get("threshold")),
        contributor=fields.text(contributor, "id") or None,
        contributor_attributes=fields.text_map(contributor, "attributes"),
        triggering_alarms=_triggering(reason_data),
        actions_suppressed_by=fields.text(state, "actionsSuppressedBy") or None,
    )


def _metric(entry: Mapping[str, object]) -> Metric:
    statistic = fields.mapping(entry, "metricStat")
    metric = fields.mapping(statistic, "metric")
    return Metric(
        id=fields.text(entry, "id"),
        namespace=fields.text(metric, "namespace") or None,
        name=fields.text(metric, "name") or None,
        dimensions=fields.text_map(metric, "dimensions"),
        period=fields.seconds(statistic.get("period")) or fields.seconds(entry.get("period")),
        stat=fields.text(statistic, "stat") or None,
        unit=fields.text(statistic, "unit") or None,
        expression=fields.text(entry, "expression") or None,
        label=fields.text(entry, "label") or None,
        returns_data=entry.get("returnData") is not False,
        account=fields.text(entry, "accountId") or None,
    )


def _triggering(reason_data: Mapping[str, object]) -> tuple[str, ...]:
    children = fields.mappings(reason_data, "triggeringAlarms")
    return tuple(arn for child in children if (arn := fields.text(child, "arn")))
