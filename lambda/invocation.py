"""This invocation of the function: its clock, its name, and how to ask for a fresh one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from service_errors import calling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_lambda import LambdaClient


class LambdaContext(Protocol):
    """What is used of the context that Lambda passes."""

    aws_request_id: str
    function_name: str

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda kills the invocation."""
        ...


@dataclass(frozen=True, slots=True)
class LambdaClock:
    """The time, and how much of it is left."""

    context: LambdaContext

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(UTC)

    def remaining(self) -> timedelta:
        """The time until Lambda kills the invocation."""
        return timedelta(milliseconds=self.context.get_remaining_time_in_millis())


@dataclass(frozen=True, slots=True)
class Invoker:
    """Starts a fresh asynchronous invocation of this very function."""

    client: LambdaClient
    function_name: str

    def invoke(self, event: Mapping[str, object]) -> None:
        """Ask Lambda for it; raise ServiceError when Lambda refuses."""
        payload = json.dumps(event).encode()
        with calling("lambda Invoke"):
            self.client.invoke(FunctionName=self.function_name, InvocationType="Event", Payload=payload)
