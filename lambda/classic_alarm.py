"""The classic alarm message that CloudWatch publishes to SNS, read into an Alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import event_fields as fields
from alarm import Alarm, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

# The message spells statistics in capitals; every other shape writes them as the API does.
_STATISTICS = {
    "SAMPLE_COUNT": "SampleCount",
    "SAMPLECOUNT": "SampleCount",
    "AVERAGE": "Average",
    "SUM": "Sum",
    "MINIMUM": "Minimum",
    "MAXIMUM": "Maximum",
}


def parse(document: Mapping[str, object]) -> Alarm:
    """Read the message; raise UnsupportedEvent that names what is missing of the essentials."""
    arn = fields.alarm_arn(document, "AlarmArn")
    trigger = fields.mapping(document, "Trigger")
    reason_data = fields.json_object(document.get("NewStateReasonData"))
    threshold = fields.number(trigger.get("Threshold"))
    return Alarm(
        arn=arn.arn,
        name=fields.text(document, "AlarmName") or arn.name,
        account=arn.account,
        region=arn.region,
        state=fields.state(document.get("NewStateValue"), "NewStateValue"),
        time=fields.time([("StateChangeTime", document.get("StateChangeTime"))]),
        previous_state=fields.previous_state(document.get("OldStateValue")),
        reason=fields.text(document, "NewStateReason"),
        reason_data=reason_data,
        description=fields.text(document, "AlarmDescription"),
        metrics=_metrics(trigger),
        rule=fields.text(document, "AlarmRule") or None,
        threshold=threshold if threshold is not None else fields.number(reason_data.get("threshold")),
        contributor=fields.text(document, "AlarmContributorId") or None,
        contributor_attributes=fields.text_map(document, "AlarmContributorAttributes"),
        triggering_alarms=_triggering(document),
        actions_suppressed_by=fields.text(document, "ActionsSuppressedBy") or None,
    )


def _metrics(trigger: Mapping[str, object]) -> tuple[Metric, ...]:
    """The alarm's metrics: a list where it computes something, else the one of the trigger itself."""
    if "Metrics" in trigger:
        return tuple(_query(entry) for entry in fields.mappings(trigger, "Metrics"))
    if not fields.text(trigger, "MetricName"):
        return ()
    return (_metric("m1", trigger, trigger),)


def _query(entry: Mapping[str, object]) -> Metric:
    statistic = fields.mapping(entry, "MetricStat")
    identity = fields.text(entry, "Id")
    if statistic:
        return _metric(identity, fields.mapping(statistic, "Metric"), statistic, entry)
    return Metric(
        id=identity,
        expression=fields.text(entry, "Expression") or None,
        label=fields.text(entry, "Label") or None,
        period=fields.seconds(entry.get("Period")),
        returns_data=entry.get("ReturnData") is not False,
        account=fields.text(entry, "AccountId") or None,
    )


def _metric(
    identity: str,
    metric: Mapping[str, object],
    statistic: Mapping[str, object],
    query: Mapping[str, object] | None = None,
) -> Metric:
    query = query or {}
    return Metric(
        id=identity,
        namespace=fields.text(metric, "Namespace") or None,
        name=fields.text(metric, "MetricName") or None,
        dimensions=_dimensions(metric),
        period=fields.seconds(statistic.get("Period")),
        stat=_statistic(statistic),
        unit=fields.text(statistic, "Unit") or None,
        label=fields.text(query, "Label") or None,
        returns_data=query.get("ReturnData") is not False,
        account=fields.text(query, "AccountId") or None,
    )


def _dimensions(metric: Mapping[str, object]) -> dict[str, str]:
    pairs = fields.mappings(metric, "Dimensions")
    named = [(pair.get("name", pair.get("Name")), pair.get("value", pair.get("Value"))) for pair in pairs]
    return {name: str(value) for name, value in named if isinstance(name, str) and value is not None}


def _statistic(statistic: Mapping[str, object]) -> str | None:
    name = next(
        (
            given
            for key in ("Stat", "ExtendedStatistic", "Statistic")
            if (given := fields.text(statistic, key))
        ),
        "",
    )
    return _STATISTICS.get(name, name) or None


def _triggering(document: Mapping[str, object]) -> tuple[str, ...]:
    children = fields.mappings(document, "TriggeringChildren")
    return tuple(arn for child in children if (arn := fields.text(child, "Arn")))
