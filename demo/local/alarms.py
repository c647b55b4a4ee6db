"""Alarms that live: evaluated on every put and every second, their actions carried out and recorded."""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import TYPE_CHECKING

from ministack.core import iam_evaluator as iam  # type: ignore[import-untyped]
from ministack.core.responses import (  # type: ignore[import-untyped]
    get_account_id,
    get_region,
    request_scope,
)
from ministack.services import cloudwatch as stock  # type: ignore[import-untyped]
from ministack.services import lambda_svc

from local import alarm_evaluation, metric_math, metrics_store
from local.alarm_event import STATE_AT_CREATION, alarm_event, state
from local.alarm_model import Record, alarm_queries, stamp
from local.patching import replace

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("local.alarms")

PRINCIPAL = "lambda.alarms.cloudwatch.amazonaws.com"
ACTION_FIELDS = {
    "ALARM": "AlarmActions",
    "OK": "OKActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}
TICK_SECONDS = 1.0

_lock = threading.RLock()
_scopes: set[tuple[str, str]] = set()  # (account, region) of every request that made an alarm
_previous: dict[str, dict[str, str]] = {}  # alarm ARN -> its state when it last changed


def install() -> None:
    """Replace the emulator's evaluation and actions."""
    stock_dispatch = replace(stock, "_dispatch_alarm_actions", None)

    def dispatch(alarm: Record, old: str, new: str, reason: str) -> None:
        stock_dispatch(alarm, old, new, reason)  # the topics among the actions
        invoke_functions(alarm, old, new)

    stock._dispatch_alarm_actions = dispatch
    replace(stock, "_evaluate_alarm", evaluate)
    replace(stock, "_evaluate_all_alarms", evaluate_scope)


def remember_scope() -> None:
    """Have the clock evaluate the alarms of the current request's account and region from now on."""
    _scopes.add((get_account_id(), get_region()))


def start_clock(each_tick: tuple[Callable[[], None], ...] = ()) -> None:
    """Evaluate every known scope's alarms each second, after what `each_tick` publishes, in a thread."""

    def run() -> None:
        pause = threading.Event()
        while not pause.wait(TICK_SECONDS):
            for account, region in list(_scopes):
                with request_scope(account, region):
                    for publish in each_tick:
                        publish()
                    evaluate_scope()

    threading.Thread(target=run, daemon=True, name="alarm-clock").start()


def evaluate_scope() -> None:
    """Evaluate the alarms of the current account and region; one that fails does not stop the others."""
    with _lock:
        for alarm in list(stock._alarms.values()):
            try:
                evaluate(alarm)
            except Exception:
                log.exception("alarm %s could not be evaluated", alarm.get("AlarmName"))


def evaluate(alarm: Record) -> None:
    """Evaluate one metric alarm and carry out what follows from a change of its state."""
    rule = alarm_evaluation.Rule.of(alarm)
    if rule is None:
        return
    now = time.time()
    try:
        start, period, values = metrics_store.latest(alarm_queries(alarm), rule.periods, now)
    except metric_math.UnsupportedExpressionError as error:
        log.warning("alarm %s is never evaluated: %s", alarm["AlarmName"], error)
        return
    window = alarm_evaluation.Window(start, period, values)
    change = alarm_evaluation.evaluate(rule, alarm["StateValue"], window, now)
    if change is None:
        return
    old = alarm["StateValue"]
    alarm.update(
        StateValue=change.state,
        StateReason=change.reason,
        StateReasonData=json.dumps(change.reason_data),
        StateUpdatedTimestamp=int(now),
        StateTransitionedTimestamp=int(now),
    )
    stock._record_history(
        alarm["AlarmName"], old, change.state, change.reason, reason_data=change.reason_data
    )
    stock._dispatch_alarm_actions(alarm, old, change.state, change.reason)
    stock._evaluate_parent_alarms(alarm)


def invoke_functions(alarm: Record, old: str, new: str) -> None:
    """Invoke the Lambda functions among the actions of the state that the alarm went to, asynchronously."""
    at = time.time()
    now = state(alarm, at)
    unknown = {"value": old, "reason": STATE_AT_CREATION, "timestamp": stamp(at)}
    before = _previous.get(alarm["AlarmArn"], unknown)
    _previous[alarm["AlarmArn"]] = now
    if not alarm.get("ActionsEnabled", True):
        return
    for action in alarm.get(ACTION_FIELDS[new]) or []:
        if ":lambda:" in action:
            event = alarm_event(alarm, account=get_account_id(), region=get_region(), new=now, old=before)
            _record_action(alarm, action, event, _invoke(alarm, action, event))


def _invoke(alarm: Record, function_arn: str, event: Record) -> str | None:
    """Start the invocation; return why it was not allowed, or None. The function may be another account's."""
    _arn, _partition, _service, region, account, *_ = function_arn.split(":")
    alarms_account = get_account_id()
    with request_scope(account, region):
        function, _config, _name = lambda_svc._get_func_record_for_ref(function_arn)
        if function is None:
            return "Function not found"
        if not _may_invoke(function, alarm["AlarmArn"], alarms_account):
            return (
                "CloudWatch Alarms is not authorized to perform: lambda:InvokeFunction on the resource "
                f"{function_arn} because no resource-based policy allows it"
            )
        lambda_svc.invoke_async_with_retry(function, event)
    return None


def _may_invoke(function: Record, alarm_arn: str, alarms_account: str) -> bool:
    context = iam.EvalContext(
        principal_arn=PRINCIPAL,
        principal_type="Service",
        principal_account=alarms_account,
        action="lambda:InvokeFunction",
        resource_arn=function["config"]["FunctionArn"],
        region=get_region(),
        service_context={"aws:sourcearn": alarm_arn, "aws:sourceaccount": alarms_account},
    )
    verdict = iam.evaluate_resource_policy(function["policy"], context, service=PRINCIPAL)
    return bool(verdict.decision == "Allow")


def _record_action(alarm: Record, action: str, event: Record, error: str | None) -> None:
    outcome: Record = {"actionState": "Failed" if error else "Succeeded", "notificationResource": action}
    outcome |= {"error": error} if error else {"publishedMessage": json.dumps(event)}
    verb = "Failed to execute" if error else "Successfully executed"
    stock._history_entries().append(
        {
            "AlarmName": alarm["AlarmName"],
            "AlarmType": "CompositeAlarm" if "AlarmRule" in alarm else "MetricAlarm",
            "Timestamp": stock._ts_iso(time.time()),
            "HistoryItemType": "Action",
            "HistorySummary": f"{verb} action {action}",
            "HistoryData": json.dumps(outcome),
        }
    )
    log.info("alarm %s, action %s: %s", alarm["AlarmName"], action, error or "succeeded")
