"""The local AWS as the end-to-end tests use it: raise alarms, wait for mail, list reports."""

from __future__ import annotations

import json
import re
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tour import mailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import EmailMessage

    from local.server import LocalAws
    from local.terraform import Terraform
    from model.server import ModelServer
    from tour.account import Account

WAIT_SECONDS = 90.0
NAMESPACE = "Shop"


def eventually(look: Callable[[], Any], what: str, seconds: float = WAIT_SECONDS) -> Any:
    """Return the first thing that `look` finds; fail, naming `what`, when there is none in time."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what}")
        pause.wait(0.3)


@dataclass(frozen=True, slots=True)
class Stack:
    """An applied stack of Terraform."""

    terraform: Terraform
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """The local AWS, its model, and one deployment of the module in it."""

    aws: LocalAws
    account: Account
    model: ModelServer
    triage: str
    triage_arn: str
    bucket: str
    table: str

    def alarm(self, name: str, **settings: Any) -> None:
        """Make an alarm on a metric of its own, with the triage function as its action."""
        self.account.client("cloudwatch").put_metric_alarm(
            **{
                "AlarmName": name,
                "EvaluationPeriods": 1,
                "Threshold": 1,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "TreatMissingData": "notBreaching",
                "AlarmActions": [self.triage_arn],
                **(settings or plain_metric(name)),
            }
        )

    def put(self, metric: str, value: float, *, of: str) -> None:
        """Publish one datapoint of the metric under the dimension `Service`."""
        self.account.client("cloudwatch").put_metric_data(
            Namespace=NAMESPACE,
            MetricData=[
                {"MetricName": metric, "Dimensions": [{"Name": "Service", "Value": of}], "Value": value}
            ],
        )

    def set_state(self, name: str, state: str) -> None:
        """Put an alarm into a state by hand."""
        self.account.client("cloudwatch").set_alarm_state(
            AlarmName=name, StateValue=state, StateReason=f"set to {state} by a test"
        )

    def invoke(self, event: object) -> dict[str, Any]:
        """Invoke the triage function and wait; the answer has `FunctionError` when it failed."""
        answer = self.account.client("lambda").invoke(
            FunctionName=self.triage, Payload=json.dumps(event).encode()
        )
        return {"FunctionError": answer.get("FunctionError"), "answer": json.load(answer["Payload"])}

    def mails(self, alarm: str) -> list[EmailMessage]:
        """Return every mail whose subject names the alarm; texts name other alarms, too."""
        found = mailbox.messages(self.aws.mail_folder)
        return [m for m in found if re.search(rf"\b{re.escape(alarm)}(?![\w-])", str(m["Subject"]))]

    def mail(self, alarm: str) -> EmailMessage:
        """Wait for the mail about an alarm."""
        found: list[EmailMessage] = eventually(lambda: self.mails(alarm), f"mail about {alarm}")
        return found[-1]

    def objects(self, alarm: str) -> list[str]:
        """Return the keys of an alarm's reports."""
        pages = self.account.client("s3").get_paginator("list_objects_v2")
        keys = [
            item["Key"]
            for page in pages.paginate(Bucket=self.bucket, Prefix="reports/")
            for item in page.get("Contents", [])
        ]
        return sorted(key for key in keys if f"_UTC_{alarm}-" in key)

    def record(self, alarm: str) -> dict[str, Any]:
        """Return the JSON record of an alarm's newest investigation."""
        keys = [key for key in self.objects(alarm) if key.endswith(".json")]
        body = self.account.client("s3").get_object(Bucket=self.bucket, Key=keys[-1])["Body"].read()
        found: dict[str, Any] = json.loads(body)
        return found

    def ended_invocations(self) -> int:
        """Return how many invocations of the triage function have ended; the local AWS counts them then."""
        now = datetime.now(UTC)
        points = self.account.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/Lambda",
            MetricName="Invocations",
            Dimensions=[{"Name": "FunctionName", "Value": self.triage}],
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(minutes=1),
            Period=3600,
            Statistics=["Sum"],
        )["Datapoints"]
        return int(sum(point["Sum"] for point in points))

    def forget_claims(self) -> None:
        """Delete every claim, so that the same alarm is investigated again within the window."""
        dynamodb = self.account.client("dynamodb")
        for item in dynamodb.scan(TableName=self.table)["Items"]:
            dynamodb.delete_item(TableName=self.table, Key={"alarm_key": item["alarm_key"]})


def plain_metric(name: str) -> dict[str, Any]:
    """Return the settings of an alarm on the metric `Failures` of the service `name`."""
    return {
        "Namespace": NAMESPACE,
        "MetricName": "Failures",
        "Dimensions": [{"Name": "Service", "Value": name}],
        "Statistic": "Sum",
        "Period": 60,
    }


def ratio_metric(name: str) -> dict[str, Any]:
    """Return the settings of an alarm on `Failures` in percent of `Calls` of the service `name`."""

    def query(identifier: str, metric: str) -> dict[str, Any]:
        return {
            "Id": identifier,
            "ReturnData": False,
            "MetricStat": {
                "Metric": {
                    "Namespace": NAMESPACE,
                    "MetricName": metric,
                    "Dimensions": [{"Name": "Service", "Value": name}],
                },
                "Period": 60,
                "Stat": "Sum",
            },
        }

    ratio = {"Id": "ratio", "Expression": "100 * failures / calls", "Label": "Failures", "ReturnData": True}
    return {"Metrics": [ratio, query("failures", "Failures"), query("calls", "Calls")], "Threshold": 10}


def alarm_event(name: str, state: str = "ALARM") -> dict[str, Any]:
    """Return CloudWatch's event for an alarm, as its documentation has it, for invoking by hand."""
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000}+0000"
    return {
        "source": "aws.cloudwatch",
        "alarmArn": f"arn:aws:cloudwatch:us-east-1:000000000000:alarm:{name}",
        "accountId": "000000000000",
        "time": now,
        "region": "us-east-1",
        "alarmData": {
            "alarmName": name,
            "state": {"value": state, "reason": "Threshold Crossed", "timestamp": now},
            "previousState": {"value": "OK", "reason": "", "timestamp": now},
            "configuration": {
                "metrics": [
                    {
                        "id": "m1",
                        "metricStat": {
                            "metric": {
                                "namespace": NAMESPACE,
                                "name": "Failures",
                                "dimensions": {"Service": name},
                            },
                            "period": 60,
                            "stat": "Sum",
                        },
                        "returnData": True,
                    }
                ]
            },
        },
    }
