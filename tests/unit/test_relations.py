"""Which alarms are about one problem."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.samples import ALARM_TIME

from alarm import Alarm, AlarmState, Metric
from relations import kin_from_text, kin_of

ACCOUNT = "123456789012"


def alarm(name: str, *dimensions: dict[str, str], rule: str | None = None, **more: object) -> Alarm:
    arn = f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:{name}"
    metrics = tuple(Metric(id=f"m{at}", dimensions=given) for at, given in enumerate(dimensions))
    base = Alarm(arn, name, ACCOUNT, "eu-west-1", AlarmState.ALARM, ALARM_TIME, metrics=metrics, rule=rule)
    return replace(base, **more)  # type: ignore[arg-type]


def related(one: Alarm, other: Alarm) -> bool:
    back_and_forth = kin_from_text(kin_of(one).to_text())
    assert back_and_forth == kin_of(one)
    assert back_and_forth.related(kin_of(other)) is kin_of(other).related(kin_of(one))
    return kin_of(one).related(kin_of(other))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"FunctionName": "a"}, {"FunctionName": "a"}, True),
        ({"FunctionName": "a"}, {"FunctionName": "b"}, False),
        ({"FunctionName": "a"}, {"FunctionName": "a", "Resource": "a:live"}, True),
        ({"FunctionName": "a"}, {"QueueName": "a"}, False),
        ({"ClusterName": "c", "ServiceName": "a"}, {"ClusterName": "c", "ServiceName": "b"}, False),
        ({"ClusterName": "c"}, {"ClusterName": "c", "ServiceName": "b"}, True),
        ({"LoadBalancer": "x"}, {"LoadBalancer": "x", "AvailabilityZone": "a"}, True),
        ({"Environment": "prod"}, {"Environment": "prod"}, False),
        ({"Environment": "prod", "Shop": "a"}, {"Environment": "prod", "Shop": "b"}, False),
        ({}, {}, False),
    ],
)
def test_resources(one: dict[str, str], other: dict[str, str], expected: bool) -> None:
    assert related(alarm("one", one), alarm("other", other)) is expected


def test_one_common_metric_is_enough() -> None:
    assert related(
        alarm("one", {"QueueName": "q"}, {"FunctionName": "f"}), alarm("other", {"FunctionName": "f"})
    )


@pytest.mark.parametrize(
    "rule",
    [
        "ALARM(child)",
        'ALARM("child") AND NOT OK(other)',
        "(ALARM('child') OR ALARM(x)) AND NOT INSUFFICIENT_DATA(y)",
        f"ALARM(arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:child)",
        "alarm( child )",
    ],
)
def test_a_composite_is_related_to_the_alarms_that_its_rule_names(rule: str) -> None:
    assert related(alarm("parent", rule=rule), alarm("child"))
    assert not related(alarm("parent", rule=rule), alarm("stranger"))


def test_a_composite_is_related_to_the_alarms_that_triggered_it() -> None:
    child = alarm("child")
    assert related(alarm("parent", rule="TRUE", triggering_alarms=(child.arn,)), child)


def test_an_alarm_and_its_contributor_are_related_but_two_contributors_are_not() -> None:
    whole = alarm("fleet")
    one = alarm("fleet", contributor="1", contributor_attributes={"InstanceId": "i-1"})
    two = alarm("fleet", contributor="2", contributor_attributes={"InstanceId": "i-2"})
    assert related(whole, one)
    assert not related(one, two)
    assert related(one, alarm("disk", {"InstanceId": "i-1"}))


@pytest.mark.parametrize("text", ["", "{}", "[]", "[1,2]", "null"])
def test_what_is_no_kin_is_refused(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        kin_from_text(text)
