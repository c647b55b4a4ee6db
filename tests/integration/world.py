"""A whole account in one process: moto for DynamoDB, S3 and SNS, a scripted Bedrock, a stub of the tool.

Every AWS call of the function under test goes through one wire, which serialises them (moto's writes are not
atomic under threads), records them, and can fail any of them before or after it took effect.
"""

from __future__ import annotations

import functools
import io
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import botocore.client
import pytest
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws
from moto.backends import get_backend

import triage_handler
from state_table import StateTable

ACCOUNT = "123456789012"
REGION = "eu-west-1"
TABLE = "alarm-investigations"
BUCKET = "alarm-reports-test"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarm-triage"
CHAT_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarm-chat"
FUNCTION = "triage-handler"
TOOL = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:tool-lambda"

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "BEDROCK_MODEL_ID": "global.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "TOOL_LAMBDA_ARN": TOOL,
    "SNS_TOPIC_ARN": TOPIC,
    "DYNAMODB_TABLE": TABLE,
    "REPORTS_BUCKET": BUCKET,
    "INVESTIGATION_WINDOW_HOURS": "1",
    "LOG_LEVEL": "INFO",
    "SELF_ALARM_PREFIX": "triage-handler-self-",
    "NOTIFY_ON_RECOVERY": "true",
}


_PLAIN = TypeDeserializer()


@functools.cache
def client(service: str) -> Any:
    """A client of the test's own; moto serves it in every test, whenever it was made."""
    return boto3.client(service, region_name=REGION)


class Killed(BaseException):
    """The process is gone, as when Lambda's time or memory ends."""


@dataclass(frozen=True)
class Call:
    """One AWS call as the wire sees it."""

    service: str
    operation: str
    parameters: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.service}.{self.operation}"


Fault = Callable[[Call, Callable[[], Any]], Any]
"""Takes a call and the way to really make it; returns an answer or raises."""


@dataclass
class Context:
    """Lambda's context object."""

    aws_request_id: str
    function_name: str = FUNCTION
    remaining_ms: int = 300_000

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@dataclass
class Delivered:
    """What became of an asynchronous invocation: its answer, or none after three errors."""

    answer: Any
    errors: list[BaseException]


@dataclass
class World:
    """The account, seen from outside."""

    calls: list[Call] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    invocations: list[dict[str, Any]] = field(default_factory=list)
    model_turns: int = 0
    tool_runs: int = 0
    converse: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    fault: Callable[[Call], Fault | None] = lambda _call: None
    dead: bool = False
    looking: bool = False
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def send(self, call: Call, really: Callable[[], Any]) -> Any:
        with self._lock:
            if self.dead:
                raise Killed
            self.calls.append(call)
            fault = self.fault(call)
        if fault is None:
            return self._answer(call, really)
        return fault(call, lambda: self._answer(call, really))

    def invoke(self, event: Any, context: Context) -> Any:
        """One invocation of the function; a process killed before is a new one now."""
        self.dead = False
        return triage_handler.handler(event, context)

    def deliver(self, event: Any, request_id: str, remaining_ms: int = 300_000) -> Delivered:
        """An asynchronous invocation as Lambda runs it: once, and twice more with the same request id."""
        errors: list[BaseException] = []
        for _ in range(3):
            try:
                answer = self.invoke(event, Context(request_id, remaining_ms=remaining_ms))
                return Delivered(answer, errors)
            except (Exception, Killed) as failure:
                errors.append(failure)
        return Delivered(None, errors)

    def _answer(self, call: Call, really: Callable[[], Any]) -> Any:
        if call.name == "bedrock-runtime.Converse":
            return (self.converse or self.investigating)(call.parameters)
        with self._lock:
            if call.name == "lambda.Invoke":
                return self._invoke(call.parameters)
            answer = really()
            if call.name == "sns.Publish":
                self.messages.append(call.parameters)
            return answer

    def _invoke(self, parameters: dict[str, Any]) -> dict[str, Any]:
        payload = json.loads(parameters["Payload"])
        if parameters["FunctionName"] != TOOL:
            self.invocations.append(payload)
            return {"StatusCode": 202}
        self.tool_runs += 1
        answer = {
            "success": True,
            "output": "errors: 41",
            "stdout": "errors: 41",
            "stderr": "",
            "result": None,
        }
        answer |= {"error": None, "removed_imports": [], "unavailable_modules": [], "aws_calls": []}
        answer |= {"truncated": False, "duration_ms": 3}
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(answer).encode())}

    def investigating(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """A model that looks once and reports what it saw."""
        self.model_turns += 1
        looked = any("toolUse" in block for message in parameters["messages"] for block in message["content"])
        if looked:
            return reply("submit_report", REPORT)
        return reply("run_python", {"code": "print('errors: 41')", "purpose": "count the errors"})

    @property
    def notifications(self) -> list[str]:
        """The bodies of the messages to people."""
        return [message["Message"] for message in self.messages if message["TopicArn"] == TOPIC]

    def keys(self, prefix: str = "") -> list[str]:
        with self._outside():
            s3 = client("s3")
            contents = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return [entry["Key"] for entry in contents]

    def text(self, key: str) -> str:
        with self._outside():
            answer = client("s3").get_object(Bucket=BUCKET, Key=key)
            return str(answer["Body"].read().decode())

    def write(self, key: str, text: str) -> None:
        with self._outside():
            client("s3").put_object(Bucket=BUCKET, Key=key, Body=text.encode())

    def item(self, key: str) -> dict[str, Any] | None:
        with self._outside():
            item = client("dynamodb").get_item(TableName=TABLE, Key={"alarm_key": {"S": key}}).get("Item")
        return {name: _PLAIN.deserialize(value) for name, value in item.items()} if item else None

    def table(self) -> StateTable:
        return StateTable(client("dynamodb"), TABLE)

    @contextmanager
    def _outside(self) -> Iterator[None]:
        self.looking = True
        try:
            yield
        finally:
            self.looking = False


REPORT = {
    "title": "The order handler fails",
    "summary": "It raised 41 errors.",
    "severity": "high",
    "root_cause": {
        "statement": "A bad release.",
        "confidence": "high",
        "evidence": [{"call": 1, "quote": "errors: 41"}],
    },
    "findings": [],
    "impact": {"resources": ["orders"], "business": "Orders fail.", "users": "All."},
    "immediate_actions": [{"action": "Roll back."}],
    "prevention": [],
    "monitoring": [],
    "ruled_out": [],
    "gaps": [],
}


def reply(tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """A Converse answer that calls one tool."""
    block = {"toolUse": {"toolUseId": uuid.uuid4().hex, "name": tool, "input": arguments}}
    return {
        "output": {"message": {"role": "assistant", "content": [block]}},
        "stopReason": "tool_use",
        "usage": {"inputTokens": 100, "outputTokens": 10, "totalTokens": 110},
        "metrics": {"latencyMs": 5},
    }


def error(call: Call, code: str, status: int = 400) -> ClientError:
    """An error as AWS sends it."""
    response = {
        "Error": {"Code": code, "Message": f"{code} by test"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, call.operation)


@contextmanager
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Make the account and its resources, and put the wire between the function and it."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        for service in ("dynamodb", "s3", "sns"):
            get_backend(service).reset()
        make_resources()
        here = World()
        original = botocore.client.BaseClient._make_api_call

        def through_wire(sender: Any, operation: str, parameters: dict[str, Any]) -> Any:
            call = Call(sender.meta.service_model.service_name, operation, parameters)
            really = functools.partial(original, sender, operation, parameters)
            return really() if here.looking else here.send(call, really)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(botocore.client.BaseClient, "_make_api_call", through_wire)
            yield here


def make_resources() -> None:
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "alarm_key", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "alarm_key", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    sns = client("sns")
    for topic in (TOPIC, CHAT_TOPIC):
        sns.create_topic(Name=topic.rsplit(":", 1)[1])


def timeout(call: Call) -> ReadTimeoutError:
    """No answer in time."""
    return ReadTimeoutError(endpoint_url=f"https://{call.service}.test")
