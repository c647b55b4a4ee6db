"""The tool function: runs one program a call, read-only. Composition root: reads the environment, makes AWS clients.

The credentials live in this process alone. It takes no part in running the code.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3.session
from botocore.config import Config

import answers
import kernel
import limits
from broker import Broker, Caller
from calls import Call, Ended, Message
from processes import BROKER_CHANNELS, WorkerFailed, Workers, scrubbed

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger(__name__)
logger.setLevel(os.environ.get("LOG_LEVEL", "INFO"))

DEFAULT_SECONDS = 60.0
MAX_CODE = 1_000_000
_SECRETS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
CLIENT_CONFIG = Config(
    connect_timeout=5,
    read_timeout=25,
    retries={"mode": "adaptive", "total_max_attempts": 4},
    max_pool_connections=BROKER_CHANNELS,
    user_agent_extra="alarm-triage-tool",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One event, parsed. What the orchestrator may set, the code may not."""

    code: str
    seconds: float
    region: str
    max_output: int
    role_arn: str | None


class InvalidEvent(ValueError):
    """The event is not one of ours; the message names the field."""


class ToolFunction:
    """The function between invocations: warm workers, warm clients."""

    def __init__(self, workers: Workers, broker: Broker, memory_bytes: int, region: str) -> None:
        self._workers, self._broker = workers, broker
        self._memory_bytes, self._region = memory_bytes, region
        self._pool = ThreadPoolExecutor(BROKER_CHANNELS, thread_name_prefix="broker")
        self._walls_logged = False

    def handle(self, event: Any, context: Any) -> dict[str, Any]:
        """Run the program in `event`; the answer is always one flat object."""
        started = time.monotonic()
        try:
            request = parse(event, self._region, remaining_seconds(context))
        except InvalidEvent as error:
            return answers.failed("InvalidEvent", str(error))
        try:
            worker, child = self._workers.take()
        except WorkerFailed as error:
            return answers.failed("ToolUnavailable", f"{error}; nothing was run; try once more")
        self._log_walls(worker.walls)
        caller = Caller(request.region, request.role_arn, account_of(request.role_arn, context))
        ended, aws_calls = self._run(request, worker, child, caller)
        took = round((time.monotonic() - started) * 1000)
        reply = answers.answer(
            ended, seconds=request.seconds, memory_bytes=self._memory_bytes, most=request.max_output,
            aws_calls=aws_calls, duration_ms=took, source=request.code,
        )  # fmt: skip
        self._settle(ended, child)
        _log(reply)
        return reply

    def worker_process(self) -> int | None:
        """Return the process id of the worker, for those who measure."""
        return self._workers.process

    def _run(
        self, request: Request, worker: Any, child: Any, caller: Caller
    ) -> tuple[Ended, list[dict[str, Any]]]:
        """Run one program in `child`."""
        from broker import Session

        session = Session(caller)
        call = Call(
            worker,
            child,
            lambda question: self._broker.serve(question, session),
            self._pool,
            answers.PART * 2,
        )
        with tempfile.TemporaryDirectory(prefix="triage-", ignore_cleanup_errors=True) as folder:
            ended = call.run(job_of(request, folder), request.seconds)
        return ended, session.calls()

    def _settle(self, ended: Ended, child: Any) -> None:
        """Put things back in order after a call: a new child waits, or a new worker after a breach was tried."""
        child.close()
        native = (ended.final or {}).get("native") or []
        crashed = ended.status not in (0, None) and not ended.timed_out
        if native or ended.broken or crashed or ended.status is None and not ended.timed_out:
            logger.warning(
                "worker retired", extra={"native": native, "status": ended.status, "broken": ended.broken}
            )
            self._workers.retire()
            self._workers.start()
        else:
            self._workers.replenish()

    def _log_walls(self, walls: Mapping[str, bool]) -> None:
        """Say once which of the optional walls stand."""
        if not self._walls_logged:
            self._walls_logged = True
            logger.info("walls %s", json.dumps(walls, sort_keys=True))


def job_of(request: Request, folder: str) -> Message:
    """Return what the child is told."""
    return {
        "code": request.code,
        "folder": folder,
        "cpu_seconds": int(request.seconds) * 2 + 2,
        "environment": {"AWS_REGION": request.region, "AWS_DEFAULT_REGION": request.region, "HOME": "/tmp",  # noqa: S108
                        "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "TMPDIR": "/tmp", "PWD": "/tmp"},  # noqa: S108
        "filter_calls": True,
    }  # fmt: skip


def _log(reply: Mapping[str, Any]) -> None:
    """Log what an auditor wants to know of a call."""
    logger.info(
        "call ended %s",
        json.dumps(
            {key: reply[key] for key in ("success", "removed_imports", "unavailable_modules", "duration_ms")}
            | {"error": (reply["error"] or {}).get("type"), "aws_calls": len(reply["aws_calls"])}
        ),
    )


def parse(event: Any, region: str, remaining: float) -> Request:
    """Return the request in `event`. Raises `InvalidEvent` naming the field."""
    if not isinstance(event, dict):
        raise InvalidEvent("the event must be an object with `code`")
    code = event.get("code")
    if not isinstance(code, str):
        raise InvalidEvent("`code` must be a string of Python source")
    if len(code) > MAX_CODE:
        raise InvalidEvent(f"`code` has {len(code)} characters; no more than {MAX_CODE} can be run")
    seconds = _number(event, "timeout_seconds", DEFAULT_SECONDS)
    most = int(_number(event, "max_output_chars", answers.MAX_OUTPUT))
    own, role = event.get("region") or region, event.get("role_arn") or None
    if not isinstance(own, str) or not (role is None or isinstance(role, str)):
        raise InvalidEvent("`region` and `role_arn` must be strings")
    reserve = min(3.0, remaining / 4)
    return Request(code, max(0.1, min(seconds, remaining - reserve)), own, max(200, min(most, 200_000)), role)


def _number(event: Mapping[str, Any], name: str, default: float) -> float:
    """Return a positive number of the event."""
    value = event.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < float("inf"):
        raise InvalidEvent(f"`{name}` must be a positive number")
    return float(value)


def remaining_seconds(context: Any) -> float:
    """Return what is left of this invocation."""
    left = getattr(context, "get_remaining_time_in_millis", None)
    return float(left()) / 1000 if callable(left) else DEFAULT_SECONDS + 10


def account_of(role_arn: str | None, context: Any) -> str | None:
    """Return the account that calls are made in, from the role or from the function's own ARN."""
    for arn in (role_arn, getattr(context, "invoked_function_arn", None)):
        parts = str(arn).split(":") if arn else []
        if len(parts) > 4 and parts[4].isdigit():
            return parts[4]
    return None


def make_client(service: str, region: str, role_arn: str | None) -> Any:
    """Make an AWS client, with the function's own role or with one that it takes."""
    session = boto3.session.Session(region_name=region)
    if role_arn is not None:
        session = assumed(session, role_arn)
    return session.client(service, config=CLIENT_CONFIG)  # type: ignore[call-overload]


def assumed(session: boto3.session.Session, role_arn: str) -> boto3.session.Session:
    """Return a session with the credentials of `role_arn`, renewed as they run out."""
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials

    core = session._session
    fetcher = AssumeRoleCredentialFetcher(
        core.create_client,
        core.get_credentials(),
        role_arn,
        extra_args={"RoleSessionName": "alarm-triage-tool"},
    )
    core._credentials = DeferredRefreshableCredentials(
        method="assume-role", refresh_using=fetcher.fetch_credentials
    )
    return session


def start() -> ToolFunction:
    """Make the function, with its worker starting while Lambda initialises."""
    from pathlib import Path

    from actions import Rules

    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    memory = int(os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE") or 2048) * limits.MEBIBYTE
    allowed = limits.memory_for(memory)
    tasks = limits.user_tasks(os.getuid())
    call_limits = limits.Limits(
        cpu_seconds=900,
        memory_bytes=allowed,
        processes=tasks + 4 * limits.MAX_THREADS if tasks and os.getuid() else 0,
    )
    workers = Workers(scrubbed(region), call_limits)
    workers.start()
    kernel.hide_environment(_SECRETS)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    rules = Rules.read(Path(__file__).resolve().parent)
    return ToolFunction(workers, Broker(make_client, rules), allowed, region)


_function = start()


def handler(event: Any, context: Any) -> dict[str, Any]:
    """Lambda's entry point."""
    return _function.handle(event, context)
