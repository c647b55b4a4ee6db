"""CloudWatch's API where the emulator's answers fall short: complete alarms over every protocol, expressions.

Terraform's provider 5.x speaks the query protocol (form fields in, XML out). The emulator stores and answers
only some fields there, so a second plan would show changes that nobody made.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import botocore.session
from ministack.services import cloudwatch as stock  # type: ignore[import-untyped]

from local import alarms, metric_math, metrics_store
from local.alarm_model import Record, metric_query
from local.patching import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.model import Shape

    Answer = tuple[int, dict[str, str], bytes]
    Handler = Callable[..., Answer]

SINGLE_METRIC_FIELDS = (
    "MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit",
)  # fmt: skip


def install() -> None:
    """Replace the handlers; each still serves the JSON and CBOR protocols as the emulator does."""
    put_alarm = replace(stock, "_put_metric_alarm", None)
    stock._put_metric_alarm = _keep_everything(put_alarm)
    put_composite = replace(stock, "_put_composite_alarm", None)
    stock._put_composite_alarm = _keep_composite(put_composite)
    set_state = replace(stock, "_set_alarm_state", None)
    stock._set_alarm_state = _forget_reason_data(set_state)
    replace(stock, "_get_metric_data", _get_metric_data)
    model = botocore.session.get_session().get_service_model("cloudwatch")
    for operation, name in (
        ("DescribeAlarms", "_describe_alarms"),
        ("DescribeAlarmsForMetric", "_describe_alarms_for_metric"),
        ("DescribeAlarmHistory", "_describe_alarm_history"),
    ):
        shape = model.operation_model(operation).output_shape
        stock_handler = replace(stock, name, None)
        setattr(stock, name, _complete_xml(stock_handler, operation, shape))


def unflatten(params: Record, prefix: str) -> list[Any]:
    """Turn the query protocol's `prefix.member.N.a.b` fields into a list of nested maps of strings."""
    tree: Record = {}
    for key in params:
        if key.startswith(prefix + ".member."):
            at = tree
            *path, leaf = key[len(prefix) + 1 :].split(".")
            for part in path:
                at = at.setdefault(part, {})
            at[leaf] = stock._p(params, key)
    return _fold(tree) if tree else []


def _fold(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if set(node) == {"member"}:
        return [_fold(value) for _, value in sorted(node["member"].items(), key=lambda item: int(item[0]))]
    return {key: _fold(value) for key, value in node.items()}


def _keep_everything(handler: Handler) -> Handler:
    def put_metric_alarm(params: Record, body: Record, is_cbor: bool, is_json: bool = False) -> Answer:
        alarms.remember_scope()
        answer = handler(params, body, is_cbor, is_json)
        if answer[0] != 200:
            return answer
        by_query = not (is_cbor or is_json)
        alarm = stock._alarms[stock._p(params, "AlarmName") if by_query else body["AlarmName"]]
        metrics = unflatten(params, "Metrics") if by_query else body.get("Metrics")
        if metrics:
            _store_metrics(alarm, metrics)
        if by_query:
            alarm["InsufficientDataActions"] = unflatten(params, "InsufficientDataActions")
        if not alarm.get("AlarmDescription"):
            alarm.pop("AlarmDescription", None)
        alarms.evaluate(alarm)
        return answer

    return put_metric_alarm


def _store_metrics(alarm: Record, metrics: list[Record]) -> None:
    for entry in metrics:
        query = metric_query(entry)
        entry["ReturnData"] = query.returns_data
        if entry.get("MetricStat"):
            entry["MetricStat"]["Period"] = query.period
    for field in SINGLE_METRIC_FIELDS:
        alarm.pop(field, None)
    alarm["Metrics"] = metrics


def _keep_composite(handler: Handler) -> Handler:
    def put_composite_alarm(params: Record, body: Record, is_cbor: bool, is_json: bool = False) -> Answer:
        alarms.remember_scope()
        return handler(params, body, is_cbor, is_json)

    return put_composite_alarm


def _forget_reason_data(handler: Handler) -> Handler:
    def set_alarm_state(params: Record, body: Record, is_cbor: bool, is_json: bool = False) -> Answer:
        alarm = stock._alarms.get(body.get("AlarmName") or stock._p(params, "AlarmName"))
        if alarm:
            alarm.pop("StateReasonData", None)  # else the previous state's data would explain the new one
        return handler(params, body, is_cbor, is_json)

    return set_alarm_state


def _get_metric_data(params: Record, body: Record, is_cbor: bool, is_json: bool = False) -> Answer:
    asked = body if is_cbor or is_json else {"MetricDataQueries": unflatten(params, "MetricDataQueries")}
    entries = asked.get("MetricDataQueries") or []
    start, end = (
        stock._parse_ts(body.get(field) or stock._p(params, field)) for field in ("StartTime", "EndTime")
    )
    newest_first = (body.get("ScanBy") or stock._p(params, "ScanBy")) != "TimestampAscending"
    try:
        results = metric_data(entries, start, end, newest_first=newest_first)
    except metric_math.UnsupportedExpressionError as error:
        message = f"not supported by the local AWS: {error}"
        return stock._error("ValidationError", message, 400, use_json=is_json, use_cbor=is_cbor)  # type: ignore[no-any-return]
    if is_cbor:
        return stock._cbor_ok({"MetricDataResults": [stock._cbor_metric_data_result(r) for r in results]})  # type: ignore[no-any-return]
    if is_json:
        return stock._json_ok({"MetricDataResults": results})  # type: ignore[no-any-return]
    members = "".join(f"<member>{_result_xml(result)}</member>" for result in results)
    inner = f"<GetMetricDataResult><MetricDataResults>{members}</MetricDataResults></GetMetricDataResult>"
    return stock._xml(200, "GetMetricDataResponse", inner)  # type: ignore[no-any-return]


def metric_data(
    entries: list[Record], start: float, end: float, *, newest_first: bool = True
) -> list[Record]:
    """Return GetMetricData's results, expressions included; without a label, by the metric's name."""
    queries = [metric_query(entry) for entry in entries]
    series = metrics_store.evaluate_all(queries, start, end)
    results = []
    for query in queries:
        if query.returns_data:
            points = sorted(series[query.id].items(), reverse=newest_first)
            results.append(
                {
                    "Id": query.id,
                    "Label": query.label or query.name or query.id,
                    "Timestamps": [stock._ts_iso(at) for at, _ in points],
                    "Values": [value for _, value in points],
                    "StatusCode": "Complete",
                }
            )
    return results


def _result_xml(result: Record) -> str:
    stamps = "".join(f"<member>{at}</member>" for at in result["Timestamps"])
    values = "".join(f"<member>{value}</member>" for value in result["Values"])
    return (
        f"<Id>{escape(result['Id'])}</Id><Label>{escape(result['Label'])}</Label>"
        f"<StatusCode>{result['StatusCode']}</StatusCode>"
        f"<Timestamps>{stamps}</Timestamps><Values>{values}</Values>"
    )


def _complete_xml(handler: Handler, operation: str, shape: Shape | None) -> Handler:
    """Answer the query protocol with every field of the JSON answer, by the SDK's own model of the output."""

    def describe(params: Record, body: Record, is_cbor: bool, is_json: bool = False) -> Answer:
        if is_cbor or is_json:
            return handler(params, body, is_cbor, is_json)
        asked: Record = {
            key: stock._p(params, key)
            for key in params
            if "." not in key and key not in ("Action", "Version")
        }
        for field in ("AlarmNames", "AlarmTypes", "Dimensions"):
            if values := unflatten(params, field):
                asked[field] = values
        status, _headers, answer = handler({}, asked, False, True)
        if status != 200:
            return handler(params, body, is_cbor, is_json)
        inner = f"<{operation}Result>{xml(shape, json.loads(answer))}</{operation}Result>"
        return stock._xml(200, f"{operation}Response", inner)  # type: ignore[no-any-return]

    return describe


def xml(shape: Any, value: Any) -> str:
    """Write a value as the query protocol's XML, by its shape in the SDK's service model."""
    if shape.type_name == "structure":
        members = shape.members.items()
        return "".join(f"<{k}>{xml(s, value[k])}</{k}>" for k, s in members if value.get(k) is not None)
    if shape.type_name == "list":
        return "".join(f"<member>{xml(shape.member, item)}</member>" for item in value)
    if shape.type_name == "timestamp":
        return stock._ts_iso(value) if isinstance(value, (int, float)) else str(value)
    if shape.type_name == "boolean":
        return "true" if value else "false"
    return escape(str(value))
