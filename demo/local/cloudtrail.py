"""CloudTrail's event history as AWS keeps it: operations under their own names, with the caller's ARN.

Management events only, refused ones included; data events (objects, items, messages, invocations) are not in
the event history of an account either.
"""

from __future__ import annotations

import json
import logging
import os
import re
import urllib.parse
from typing import TYPE_CHECKING, Any

from ministack import app  # type: ignore[import-untyped]
from ministack.core import iam_actions  # type: ignore[import-untyped]
from ministack.core import iam_evaluator as iam
from ministack.core.router import extract_region  # type: ignore[import-untyped]
from ministack.services import cloudtrail as stock  # type: ignore[import-untyped]

from local.patching import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.alarm_model import Record

log = logging.getLogger("local.cloudtrail")

PAGE = 50
DATED_NAMES: Mapping[str, str] = {
    "CreateFunction": "CreateFunction20150331",
    "DeleteFunction": "DeleteFunction20150331",
    "UpdateFunctionCode": "UpdateFunctionCode20150331v2",
    "UpdateFunctionConfiguration": "UpdateFunctionConfiguration20150331v2",
    "AddPermission": "AddPermission20150331v2",
    "RemovePermission": "RemovePermission20150331v2",
    "PublishVersion": "PublishVersion20150331",
    "CreateEventSourceMapping": "CreateEventSourceMapping20150331",
    "UpdateEventSourceMapping": "UpdateEventSourceMapping20150331",
    "DeleteEventSourceMapping": "DeleteEventSourceMapping20150331",
    "PutFunctionConcurrency": "PutFunctionConcurrency20171031",
}
"""Lambda's events carry the date of their API; no other service's do."""

DATA_EVENTS = re.compile(
    r"s3:(Get|Put|Delete|Head)Object\w*|s3:ListBucket|lambda:Invoke\w*|cloudwatch:PutMetricData"
    r"|dynamodb:(\w*Item\w*|Query|Scan|PartiQL\w+)|sqs:\w*Message\w*|sns:Publish\w*|bedrock:\w+"
    r"|logs:(PutLogEvents|CreateLogStream|FilterLogEvents|GetLogEvents)|kms:(Decrypt|Encrypt|GenerateDataKey\w*)"
)
NEVER_KEPT = ("zipFile", "environment", "code", "secretString", "secretBinary", "masterUserPassword")
NAME_FIELDS = (
    "functionName", "roleName", "policyName", "tableName", "alarmName", "queueName", "queueUrl", "topicArn",
    "logGroupName", "bucketName", "name",
)  # fmt: skip


def install() -> None:
    """Record from the one place that knows the request and its answer."""
    replace(app, "_maybe_record_cloudtrail", lambda *_arguments: None)
    dispatch = replace(app, "_dispatch_service_request", None)

    async def dispatch_and_record(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Any, request_id: str
    ) -> Any:
        answer = await dispatch(method, path, headers, body, query, request_id)
        try:
            if os.environ.get("CLOUDTRAIL_RECORDING") == "1" and answer is not None:
                _record(method, path, headers, body, query, request_id, answer)
        except Exception:
            log.exception("the event could not be recorded")
        return answer

    app._dispatch_service_request = dispatch_and_record
    replace(stock, "_lookup_events", lookup_events)


def _record(
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    query: Any,
    request_id: str,
    answer: tuple[Any, ...],
) -> None:
    params = app._routing_params(method, path, headers, body, query)
    service = app.detect_service(method, path, headers, params)
    action = iam_actions.extract_iam_action(service, method, path, headers, body, params)
    if not action or service == "cloudtrail" or DATA_EVENTS.fullmatch(action):
        return
    prefix, operation = action.split(":", 1)
    key = app.extract_access_key_id(headers, query) or "test"
    arguments = request_parameters(service, path, body, params)
    stock.record_event(
        service=prefix if prefix != "cloudwatch" else "monitoring",
        event_name=DATED_NAMES.get(operation, operation) if prefix == "lambda" else operation,
        username="",
        access_key_id=key,
        resources=resources(prefix, arguments),
        region=extract_region(headers),
        request_id=request_id,
        user_agent=headers.get("user-agent", ""),
        request_params=arguments,
        method=method,
    )
    caller = (iam.resolve_caller_identity(key) or {}).get("userArn", "")
    _complete(stock._get_event_queue()[-1], caller, answer)


def _complete(event: Record, caller: str, answer: tuple[Any, ...]) -> None:
    detail = json.loads(event["CloudTrailEvent"])
    detail["userIdentity"] |= {"arn": caller, "type": identity_type(caller)}
    event["Username"] = detail["userIdentity"]["userName"] = caller.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
    if answer[0] >= 400:
        detail |= error_of(answer)
    event["CloudTrailEvent"] = json.dumps(detail)


def identity_type(caller: str) -> str:
    """Return CloudTrail's `userIdentity.type` for a caller's ARN."""
    if ":assumed-role/" in caller:
        return "AssumedRole"
    return "Root" if caller.endswith(":root") else "IAMUser"


def error_of(answer: tuple[Any, ...]) -> dict[str, str]:
    """Return `errorCode` and `errorMessage` of a refused request, from its JSON or XML answer."""
    body = answer[2] if isinstance(answer[2], (bytes, bytearray)) else b""
    text = body.decode("utf-8", "replace")
    try:
        found = json.loads(text)
        code, message = (
            found.get("__type", found.get("code", "")),
            found.get("message", found.get("Message", "")),
        )
    except (ValueError, AttributeError):
        parts = {tag: re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL) for tag in ("Code", "Message")}
        code, message = (match[1] if match else "" for match in parts.values())
    return {"errorCode": str(code).rsplit("#", 1)[-1] or f"Http{answer[0]}", "errorMessage": str(message)}


def request_parameters(service: str, path: str, body: bytes, params: Mapping[str, Any]) -> Record:
    """Return the parameters under CloudTrail's names (first letter small), without code or secrets."""
    try:
        found = json.loads(body) if body[:1] == b"{" else {}
    except ValueError:
        found = {}
    if not found:
        flat = {k: v[0] if isinstance(v, list) and v else v for k, v in params.items()}
        found = {k: v for k, v in flat.items() if k not in ("Action", "Version")}
    named = {key[:1].lower() + key[1:]: value for key, value in found.items()}
    if service == "lambda" and "/functions/" in path:
        named["functionName"] = urllib.parse.unquote(path.split("/functions/", 1)[1].split("/")[0])
    return {key: value for key, value in named.items() if key not in NEVER_KEPT}


def resources(service: str, arguments: Record) -> list[dict[str, str]]:
    """Return the resources that an event names, for LookupEvents' ResourceName."""
    names = [str(arguments[field]) for field in NAME_FIELDS if isinstance(arguments.get(field), str)]
    short = [name.rstrip("/").rsplit("/", 1)[-1] if name.startswith("http") else name for name in names]
    return [{"ResourceName": name, "ResourceType": f"AWS::{service}"} for name in short]


def lookup_events(body: Record) -> Any:
    """Answer LookupEvents, newest first, in pages: the emulator's own ends silently after fifty."""
    wanted = {item["AttributeKey"]: item["AttributeValue"] for item in body.get("LookupAttributes") or []}
    start, end = float(body.get("StartTime") or 0), float(body.get("EndTime") or "inf")
    first = int(body.get("NextToken") or 0)
    size = min(int(body.get("MaxResults") or PAGE), PAGE)
    matching = [
        event
        for event in reversed(list(stock._get_event_queue()))
        if start <= event["EventTime"] <= end and _matches(event, wanted)
    ]
    answer: Record = {"Events": matching[first : first + size]}
    if first + size < len(matching):
        answer["NextToken"] = str(first + size)
    return stock._ok(answer)


def _matches(event: Record, wanted: Mapping[str, str]) -> bool:
    for key, value in wanted.items():
        if key in ("ResourceName", "ResourceType"):
            if not any(resource.get(key) == value for resource in event["Resources"]):
                return False
        elif str(event.get(key)) != value:
            return False
    return True
