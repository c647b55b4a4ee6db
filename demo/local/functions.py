"""Lambda as AWS runs it, where the emulator differs: every invocation counted, one request id over retries.

The emulator counts only synchronous invocations, and gives each retry an id of its own.
"""

from __future__ import annotations

import contextvars
import time
from typing import TYPE_CHECKING, Any

from ministack.services import cloudwatch_logs  # type: ignore[import-untyped]
from ministack.services import lambda_svc as stock

from local import embedded_metrics, function_logs, metrics_store
from local.patching import replace

if TYPE_CHECKING:
    from local.alarm_model import Record

_retried_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("retried_id", default=None)


def install() -> None:
    """Replace the emulator's counting, its ids of retries and its log lines."""
    replace(stock, "_emit_lambda_metrics", _count_throttle)
    dispatch = replace(stock, "_execute_function_dispatch", None)

    def dispatch_and_count(func: Record, config: Record, event: Any, request_id: str, started: float) -> Any:
        result = dispatch(func, config, event, _retried_id.get() or request_id, started)
        _count(config["FunctionName"], (time.time() - started) * 1000, failed=bool(result.get("error")))
        return result

    stock._execute_function_dispatch = dispatch_and_count
    invoke = replace(stock, "invoke_async_with_retry", None)

    def invoke_with_one_id(func: Record, event: Any) -> None:
        token = _retried_id.set(stock.new_uuid())
        try:
            invoke(func, event)  # the thread that retries copies this context
        finally:
            _retried_id.reset(token)

    stock.invoke_async_with_retry = invoke_with_one_id
    replace(stock, "_emit_lambda_logs", write_logs)


def _count(function: str, duration_ms: float, *, failed: bool) -> None:
    dimensions = {"FunctionName": function}
    metrics_store.record("AWS/Lambda", "Invocations", 1, "Count", dimensions)
    metrics_store.record("AWS/Lambda", "Errors", float(failed), "Count", dimensions)
    metrics_store.record("AWS/Lambda", "Duration", duration_ms, "Milliseconds", dimensions)


def _count_throttle(function: str, duration_ms: float, error: bool, throttle: bool) -> None:
    # The emulator reports a refused synchronous invocation twice, the second time with its duration.
    if throttle and not duration_ms:
        metrics_store.record("AWS/Lambda", "Throttles", 1, "Count", {"FunctionName": function})


def write_logs(
    func: Record, request_id: str, text: str, error: bool, duration_ms: int, *, log_source: str | None = None
) -> None:
    """Write one invocation's output to the function's log group, and publish the metrics embedded in it."""
    del error, log_source
    config = func.get("config") or func
    name = config.get("FunctionName", "unknown")
    group_name = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{name}"
    now = int(time.time() * 1000)
    invocation = function_logs.Invocation(
        request_id=request_id,
        version=config.get("Version", "$LATEST"),
        ended_ms=now,
        duration_ms=duration_ms,
        memory_size=int(config.get("MemorySize", 128)),
        memory_used=int(stock._probe_peak_memory_mb(func)),
    )
    events = [
        {"timestamp": at, "message": message, "ingestionTime": now}
        for at, message in function_logs.compose(invocation, text)
    ]
    stream_name = f"{time.strftime('%Y/%m/%d')}/[{invocation.version}]{stock.new_uuid().replace('-', '')}"
    cloudwatch_logs._append_log_events(_stream(group_name, stream_name, now), events)
    for datum in embedded_metrics.find(line for line in text.splitlines()):
        metrics_store.record(datum.namespace, datum.name, datum.value, datum.unit, datum.dimensions)
    cloudwatch_logs._fanout_to_subscription_filters(group_name, stream_name, events)


def _stream(group_name: str, stream_name: str, now: int) -> Record:
    groups = cloudwatch_logs._log_groups
    if group_name not in groups:
        groups[group_name] = {
            "arn": cloudwatch_logs._make_group_arn(group_name),
            "creationTime": now,
            "retentionInDays": None,
            "tags": {},
            "subscriptionFilters": {},
            "streams": {},
        }
    stream: Record = {
        "events": [],
        "uploadSequenceToken": "1",
        "creationTime": now,
        "firstEventTimestamp": None,
        "lastEventTimestamp": None,
        "lastIngestionTime": None,
    }
    groups[group_name]["streams"][stream_name] = stream
    return stream
