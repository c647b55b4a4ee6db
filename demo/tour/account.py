"""The local AWS seen as an account: exercise functions and queues, watch alarms, fetch reports."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from pathlib import Path

    from local.server import LocalAws
    from tour.scenario import Traffic

POLL_SECONDS = 0.5


class Account:
    """Clients for one local AWS. Its credentials are dummies: `test`, or an account's id to be its root."""

    def __init__(self, aws: LocalAws, key: str = "test") -> None:
        self.session = boto3.Session(
            aws_access_key_id=key,
            aws_secret_access_key="test",  # noqa: S106 - a dummy
            region_name=aws.region,
        )
        self._where = {
            "endpoint_url": aws.endpoint,
            "verify": str(aws.ca_bundle),
            "config": Config(retries={"total_max_attempts": 2}, read_timeout=120, proxies={}),
        }

    def client(self, service: str) -> Any:
        """Return a client of the service at the local AWS."""
        return self.session.client(service, **self._where)  # type: ignore[call-overload]

    def exercise(self, traffic: Traffic) -> int:
        """Send the traffic once; return how many calls failed (messages cannot fail here)."""
        if traffic.queue:
            self._send(traffic)
            return 0
        functions, failed = self.client("lambda"), 0
        for _ in range(traffic.calls):
            answer = functions.invoke(
                FunctionName=traffic.function, Payload=json.dumps(traffic.event).encode()
            )
            failed += "FunctionError" in answer
        return failed

    def alarm_fired(self, alarm: str) -> str | None:
        """Return the reason with which an alarm last went to ALARM, or None if it never did."""
        pages = self.client("cloudwatch").get_paginator("describe_alarm_history")
        for page in pages.paginate(AlarmName=alarm, HistoryItemType="StateUpdate"):
            for item in page["AlarmHistoryItems"]:
                new = json.loads(item["HistoryData"])["newState"]
                if new["stateValue"] == "ALARM":
                    return str(new["stateReason"])
        return None

    def download(self, bucket: str, prefix: str, folder: Path) -> list[Path]:
        """Copy the objects under a prefix to a folder, flat; return their paths, sorted."""
        s3, found = self.client("s3"), []
        folder.mkdir(parents=True, exist_ok=True)
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            for item in page.get("Contents", []):
                target = folder / item["Key"].rsplit("/", 1)[-1]
                target.write_bytes(s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read())
                found.append(target)
        return sorted(found)

    def last_log_lines(self, function: str, count: int = 15) -> list[str]:
        """Return the newest log lines of a function, for when something went wrong."""
        logs = self.client("logs")
        group = f"/aws/lambda/{function}"
        try:
            events = logs.filter_log_events(logGroupName=group, startTime=int((time.time() - 900) * 1000))
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"].rstrip() for event in events["events"]][-count:]

    def _send(self, traffic: Traffic) -> None:
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName=traffic.queue)["QueueUrl"]
        for _ in range(traffic.calls):
            sqs.send_message(QueueUrl=url, MessageBody=json.dumps(traffic.event))
