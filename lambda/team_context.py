"""What the team wrote for every investigation: its own context, and the runbook that an alarm names."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from service_errors import ServiceError, calling

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from alarm import Alarm

logger = logging.getLogger(__name__)

_CONTEXT = "context/investigation_context.md"
_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
_RUNBOOK = re.compile(rf"\brunbook\s*[:=]\s*({_NAME})", re.IGNORECASE)
# Without s3:ListBucket, which the role does not have, S3 answers 403 for a key that does not exist.
_MISSING = ("NoSuchKey", "404", "AccessDenied", "403")


@dataclass(frozen=True, slots=True)
class TeamContext:
    """The texts in one bucket, which has to belong to `owner`."""

    s3: S3Client
    bucket: str
    owner: str

    def about(self, alarm: Alarm) -> tuple[str, tuple[str, ...]]:
        """Return the text for an alarm, and notes on what could not be read. There may well be none."""
        parts, notes = [], []
        wanted = {"Context": _CONTEXT}
        if named := _RUNBOOK.search(alarm.description):
            wanted[_title(named[1])] = _key(named[1])
        for title, key in wanted.items():
            try:
                if text := self._read(key):
                    parts.append(f"# {title}\n\n{text}")
                elif title != "Context":
                    notes.append(f"The alarm's description names the runbook {key}, which could not be read.")
            except ServiceError as error:
                logger.warning("team context not read", extra={"key": key, "reason": str(error)})
                notes.append(f"The team's text {key} could not be read ({error.brief}).")
        return "\n\n".join(parts), tuple(notes)

    def runbook(self, name: str) -> str:
        """Return the text of a runbook by its name; empty when there is none, or it could not be read."""
        if not re.fullmatch(_NAME, name):
            return ""
        try:
            text = self._read(_key(name))
        except ServiceError as error:
            logger.warning("runbook not read", extra={"runbook": name, "reason": str(error)})
            return ""
        return f"# {_title(name)}\n\n{text}" if text else ""

    def _read(self, key: str) -> str:
        with calling("s3 GetObject"):
            try:
                answer = self.s3.get_object(Bucket=self.bucket, Key=key, ExpectedBucketOwner=self.owner)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in _MISSING:
                    return ""
                raise
            return answer["Body"].read().decode("utf-8", "replace").strip()


def _plain(name: str) -> str:
    return name.rstrip(".").removesuffix(".md")


def _title(name: str) -> str:
    return f"Runbook {_plain(name)}"


def _key(name: str) -> str:
    return f"context/runbooks/{_plain(name)}.md"
