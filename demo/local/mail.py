"""Write the mail that SNS would send to e-mail subscriptions as .eml files that any mail program opens."""

from __future__ import annotations

import email.utils
import time
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

from ministack.services import sns as stock  # type: ignore[import-untyped]

from local.patching import replace

if TYPE_CHECKING:
    from pathlib import Path

SENDER = "AWS Notifications <no-reply@sns.amazonaws.com>"
DEFAULT_SUBJECT = "AWS Notification Message"


def install(folder: Path) -> None:
    """Have every message to an e-mail subscription written to `folder`; all else is sent as before."""
    fanout = replace(stock, "_fanout", None)

    def fanout_with_mail(
        topic_arn: str, message_id: str, message: str, subject: str, *rest: Any, **options: Any
    ) -> Any:
        topic = stock._topic_by_arn_any_scope(topic_arn) or {}
        for subscription in topic.get("subscriptions", []):
            if subscription.get("protocol") == "email":
                mail = compose(subscription["endpoint"], topic_arn, subject, message)
                write(folder, message_id, mail)
        return fanout(topic_arn, message_id, message, subject, *rest, **options)

    stock._fanout = fanout_with_mail


def compose(recipient: str, topic_arn: str, subject: str | None, message: str) -> EmailMessage:
    """Return the mail for one recipient."""
    mail = EmailMessage()
    mail["From"] = SENDER
    mail["To"] = recipient
    mail["Subject"] = " ".join((subject or DEFAULT_SUBJECT).split())
    mail["Date"] = email.utils.formatdate()
    mail["X-SNS-Topic"] = topic_arn
    mail.set_content(message, cte="8bit")  # so that it can be read, and pasted from, as a file too
    return mail


def write(folder: Path, message_id: str, mail: EmailMessage) -> Path:
    """Write the mail, whole or not at all: a reader that waits for it must never see half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{time.time():.3f}-{message_id}.eml"
    part = target.with_suffix(".part")
    part.write_bytes(bytes(mail))
    part.rename(target)
    return target
