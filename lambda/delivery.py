"""Saves reports to S3 and sends messages to SNS; a failure of the one does not stop the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.config import Config

from safe_text import ascii_line, visible
from service_errors import ServiceError, calling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient

    from report import ReportFile

MESSAGE_BYTES = 262_144 - 1_024  # SNS counts subject and attributes too
SUBJECT_CHARS = 99
SENDER = "alarm-triage"
"""The message attribute by which the function knows its own messages, should they come back to it."""
PLAIN_SUBJECT = "Alarm Triage report"

# Short enough that all attempts fit into the time that is kept in reserve at the end of an invocation.
S3_CONFIG = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
SNS_CONFIG = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})

_INVALID = ("InvalidParameter", "InvalidParameterValue", "ValidationError")


class NotificationFailed(Exception):  # noqa: N818  (what happened, in the domain's words)
    """SNS did not take the message; Lambda should try again."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where things go. `owner` is the account that owns the bucket; S3 refuses anybody else's."""

    bucket: str
    owner: str
    topic_arn: str
    chat_topic_arn: str | None = None


class Courier:
    """Delivers to one destination."""

    def __init__(self, s3: S3Client, sns: SNSClient, destination: Destination) -> None:
        self._s3 = s3
        self._sns = sns
        self.destination = destination

    def save(self, files: Sequence[ReportFile]) -> dict[str, str]:
        """Save every file that can be saved; return the keys of the others with what went wrong."""
        failures = {}
        for file in files:
            try:
                self._put(file)
            except ServiceError as error:
                failures[file.key] = error.brief
        return failures

    def _put(self, file: ReportFile) -> None:
        with calling("s3 PutObject"):
            self._s3.put_object(
                Bucket=self.destination.bucket,
                Key=file.key,
                Body=file.body,
                ContentType=file.content_type,
                Metadata=dict(file.metadata),
                ExpectedBucketOwner=self.destination.owner,
            )

    def notify(self, subject: str, body: str) -> None:
        """Send the message to the topic; raise NotificationFailed when SNS does not take it."""
        try:
            self._publish(self.destination.topic_arn, subject, body)
        except ServiceError as error:
            if error.code not in _INVALID:
                raise NotificationFailed(str(error)) from error
            self._notify_plainly(body)

    def _notify_plainly(self, body: str) -> None:
        """A second try after SNS called the message itself invalid: nothing in it that could be."""
        try:
            self._publish(self.destination.topic_arn, PLAIN_SUBJECT, visible(body))
        except ServiceError as error:
            raise NotificationFailed(str(error)) from error

    def notify_chat(self, message: str) -> None:
        """Send the chat message to the chat topic, when there is one; raise NotificationFailed."""
        if self.destination.chat_topic_arn and message:
            try:
                self._publish(self.destination.chat_topic_arn, PLAIN_SUBJECT, message)
            except ServiceError as error:
                raise NotificationFailed(str(error)) from error

    def _publish(self, topic_arn: str, subject: str, body: str) -> None:
        with calling("sns Publish"):
            self._sns.publish(
                TopicArn=topic_arn,
                Subject=ascii_line(subject, SUBJECT_CHARS) or PLAIN_SUBJECT,
                Message=fitting(body),
                MessageAttributes={"sender": {"DataType": "String", "StringValue": SENDER}},
            )


def fitting(body: str) -> str:
    """The message, cut to what SNS takes; an empty one is replaced, because SNS refuses it."""
    raw = body.encode("utf-8", "replace")
    if len(raw) <= MESSAGE_BYTES:
        return raw.decode() or "(no text)"
    mark = "\n[cut: the message is longer than SNS takes]"
    return raw[: MESSAGE_BYTES - len(mark)].decode("utf-8", "ignore") + mark
