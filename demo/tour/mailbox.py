"""Read the mail that the local AWS wrote, and tell which alarm each is about."""

from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path


def messages(folder: Path) -> list[EmailMessage]:
    """Return all mail in the folder, oldest first."""
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]


def about(folder: Path, alarm: str) -> EmailMessage | None:
    """Return the newest mail whose subject names the alarm, or None; texts name other alarms, too."""
    found = [m for m in messages(folder) if alarm in str(m["Subject"])]
    return found[-1] if found else None


def text(message: EmailMessage) -> str:
    """Return the text of a mail."""
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""


def printed(message: EmailMessage) -> str:
    """Return a mail as a person would see it."""
    head = "\n".join(f"{name}: {message[name]}" for name in ("From", "To", "Subject"))
    return f"{head}\n\n{text(message).rstrip()}"
