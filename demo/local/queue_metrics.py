"""The metrics of SQS queues that alarms watch; the emulator counts messages and publishes nothing."""

from __future__ import annotations

import time

from ministack.services import sqs as stock  # type: ignore[import-untyped]

from local import metrics_store


def publish() -> None:
    """Publish the depth and the age of every queue in the current account and region."""
    now = time.time()
    for url, queue in list(stock._queues.items()):
        stock._refresh_counts(queue)
        name = url.rstrip("/").rsplit("/", 1)[-1]
        attributes = queue["attributes"]
        sent = [message["sent_at"] for message in list(queue["messages"])]
        values = {
            "ApproximateNumberOfMessagesVisible": (attributes["ApproximateNumberOfMessages"], "Count"),
            "ApproximateNumberOfMessagesNotVisible": (
                attributes["ApproximateNumberOfMessagesNotVisible"],
                "Count",
            ),
            "ApproximateAgeOfOldestMessage": (now - min(sent, default=now), "Seconds"),
        }
        for metric, (value, unit) in values.items():
            metrics_store.record("AWS/SQS", metric, float(value), unit, {"QueueName": name})
