"""An alarm of a second account is investigated from the first, inside the second, through the role there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.e2e.conftest import SHOP

from tour.account import Account

if TYPE_CHECKING:
    from tests.e2e.world import World

    from local.server import LocalAws

ALARM = "orders-errors"


@pytest.fixture(scope="module")
def investigated(central_world: World, shop: Account) -> World:
    """The shop's alarm, raised there by its metric; an alarm of the same name at home never fires."""
    shop.client("cloudwatch").put_metric_data(
        Namespace="AWS/Lambda",
        MetricData=[
            {
                "MetricName": "Errors",
                "Dimensions": [{"Name": "FunctionName", "Value": "orders"}],
                "Value": 3,
            }
        ],
    )
    central_world.mail(ALARM)
    return central_world


def test_the_other_accounts_alarm_is_investigated_in_its_account(investigated: World) -> None:
    record = investigated.record(ALARM)

    assert record["alarm"]["account"] == SHOP
    assert record["outcome"] == "reported"
    assert f":cloudwatch:us-east-1:{SHOP}:alarm:{ALARM}" in record["tool_calls"][0]["output"]


def test_the_other_account_saw_reads_by_its_role_alone(investigated: World, shop: Account) -> None:
    investigated.record(ALARM)

    events = shop.client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "DescribeAlarms"}]
    )["Events"]

    assert any("assumed-role/alarm-investigation/" in event["CloudTrailEvent"] for event in events)


def test_an_account_that_is_not_named_may_not_invoke(central_world: World, local_aws: LocalAws) -> None:
    cloudwatch = Account(local_aws, "222222222222").client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="stranger",
        Namespace="Shop",
        MetricName="Failures",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[central_world.triage_arn],
    )

    cloudwatch.set_alarm_state(AlarmName="stranger", StateValue="ALARM", StateReason="x")

    items = cloudwatch.describe_alarm_history(AlarmName="stranger", HistoryItemType="Action")
    assert "not authorized to perform" in items["AlarmHistoryItems"][0]["HistoryData"]
