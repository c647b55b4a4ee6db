"""Foreign errors end here: whatever boto3 raises for a call of ours becomes one ServiceError."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

if TYPE_CHECKING:
    from collections.abc import Iterator

# ResponseParserError is no BotoCoreError; OSError is what a broken connection can still surface as.
FOREIGN = (BotoCoreError, ClientError, ResponseParserError, OSError)


class ServiceError(Exception):
    """An AWS call failed after botocore's retries. `code` is AWS's error code, or the exception's name."""

    def __init__(self, call: str, code: str, detail: str) -> None:
        super().__init__(f"{call} failed: {code}: {detail}" if detail else f"{call} failed: {code}")
        self.call = call
        self.code = code

    @property
    def brief(self) -> str:
        """For a sentence in a report: the call and the code, without the service's prose."""
        return f"{self.call}: {self.code}"


@contextmanager
def calling(call: str) -> Iterator[None]:
    """Raise ServiceError from whatever the AWS call inside raises."""
    try:
        yield
    except ClientError as error:
        details = error.response.get("Error", {})
        raise ServiceError(
            call, str(details.get("Code", "Unknown")), str(details.get("Message", ""))
        ) from error
    except FOREIGN as error:
        raise ServiceError(call, type(error).__name__, str(error)[:300]) from error
