"""Invokes the tool function and reads its answer; whatever goes wrong comes back as an answer that says so.

An invocation is never sent twice, unless Lambda said that it did not start: the read timeout is longer than
the tool's own, and botocore's retries are off.
"""

from __future__ import annotations

import json
import logging
import math
import random
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

from ports import ToolAnswer
from record import AwsCall
from service_errors import FOREIGN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_lambda import LambdaClient

logger = logging.getLogger(__name__)

# Lambda's errors that mean: the function did not start. Only these are safe to send again.
_NOT_STARTED = frozenset(
    {
        "TooManyRequestsException",
        "ThrottlingException",
        "EC2ThrottledException",
        "ResourceConflictException",
        "ResourceNotReadyException",
    }
)
_RETRIES = 3
_LONGEST_MS = 86_400_000
_MARGIN = timedelta(seconds=15)  # a cold start, and the way there and back


def client_config(tool_timeout: timedelta) -> Config:
    """Return how a Lambda client must be set up to invoke the tool function."""
    return Config(
        connect_timeout=5,
        read_timeout=(tool_timeout + _MARGIN).total_seconds(),
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=10,
    )


class ToolClient:
    """The tool function, for the alarms of one region and one role."""

    def __init__(
        self,
        client: LambdaClient,
        arn: str,
        *,
        region: str | None = None,
        role_arn: str | None = None,
        max_output_chars: int | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._arn = arn
        self._event: dict[str, object] = {
            name: value
            for name, value in (
                ("region", region),
                ("role_arn", role_arn),
                ("max_output_chars", max_output_chars),
            )
            if value is not None
        }
        self._sleep = sleep

    def run(self, code: str, timeout: timedelta) -> ToolAnswer:
        """Run code in the tool function; never raises for what code, function or Lambda do."""
        event = {**self._event, "code": code, "timeout_seconds": max(1, int(timeout.total_seconds()))}
        payload = json.dumps(event).encode()
        for attempt in range(_RETRIES + 1):
            try:
                response = self._client.invoke(FunctionName=self._arn, Payload=payload)
                return _answer(response.get("FunctionError"), response["Payload"].read())
            except ClientError as error:
                code_of_error = error.response.get("Error", {}).get("Code", "")
                if code_of_error not in _NOT_STARTED or attempt == _RETRIES:
                    return _unavailable(str(error))
            except (ConnectTimeoutError, EndpointConnectionError) as error:
                if attempt == _RETRIES:
                    return _unavailable(str(error))
            except FOREIGN as error:
                return _unavailable(str(error))
            self._sleep(random.uniform(0.1, 2.0**attempt))  # noqa: S311 - jitter
        raise AssertionError("the last attempt returns")  # pragma: no cover


def _unavailable(why: str) -> ToolAnswer:
    logger.warning("tool function unavailable", extra={"reason": why})
    return ToolAnswer.none(f"The tool function is unavailable: {why}")


def _answer(function_error: str | None, payload: bytes) -> ToolAnswer:
    try:
        fields = json.loads(payload)
    except (ValueError, RecursionError):
        return _unavailable(f"its answer is no JSON ({len(payload)} bytes)")
    if not isinstance(fields, dict):
        return _unavailable("its answer is no JSON object")
    if function_error:
        return _unavailable(
            f"it ended with {fields.get('errorType', function_error)}: {fields.get('errorMessage', '')}"
        )
    if "success" not in fields:
        return _unavailable("its answer lacks `success`")
    return _read(fields)


def _read(fields: Mapping[str, Any]) -> ToolAnswer:
    error = fields.get("error") or None
    output = str(fields.get("output") or "")
    line = None
    if error:
        line = (
            f"{error.get('type', 'Error')}: {error.get('message', '')}"
            if isinstance(error, dict)
            else str(error)
        )
        trace = str(error.get("traceback") or "") if isinstance(error, dict) else ""
        output = "\n".join(
            part for part in (output, trace.rstrip() if line in trace else f"{trace}{line}") if part
        )
    result = fields.get("result")
    return ToolAnswer(
        success=bool(fields["success"]),
        output=output,
        stdout=str(fields.get("stdout") or ""),
        result=None if result is None else str(result),
        error=line,
        removed_imports=tuple(map(str, _list(fields.get("removed_imports")))),
        aws_calls=tuple(_aws_call(call) for call in _list(fields.get("aws_calls")) if isinstance(call, dict)),
        duration_ms=_milliseconds(fields.get("duration_ms")),
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _milliseconds(value: object) -> float:
    """Return a length of time that Lambda can have had; 0.0 for anything else."""
    known = isinstance(value, (int, float)) and math.isfinite(value) and 0 <= value <= _LONGEST_MS
    return float(value) if known else 0.0  # type: ignore[arg-type]


def _aws_call(call: Mapping[str, Any]) -> AwsCall:
    return AwsCall(
        service=str(call.get("service", "")),
        operation=str(call.get("operation", "")),
        region=str(call.get("region", "")),
        status=str(call.get("status", "")),
        duration_ms=_milliseconds(call.get("duration_ms")),
    )
