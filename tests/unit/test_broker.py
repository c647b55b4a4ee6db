from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import botocore.exceptions
import pytest
from botocore.eventstream import EventStream
from moto import mock_aws
from tests.tool.running import DENIED, KNOWN, TRIAGE, function, ran

import framing
from actions import Rules
from broker import MAX_RECORDS, Broker, Caller, Session
from clients import Clients

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


def make_client(service: str, region: str, role_arn: str | None) -> Any:
    maker: Any = boto3.session.Session(region_name=region)
    return maker.client(service)


@pytest.fixture
def broker(aws: None) -> Broker:
    return Broker(Clients(make_client), Rules(TRIAGE, DENIED), KNOWN)


def asked(
    broker: Broker,
    session: Session,
    service: str,
    operation: str,
    region: str = "us-east-1",
    **parameters: Any,
) -> dict[str, Any]:
    question = {
        "kind": "aws",
        "service": service,
        "operation": operation,
        "region": region,
        "parameters": parameters,
    }
    return broker.serve(question, session)


def caller(account: str | None = "123456789012") -> Session:
    return Session(Caller("us-east-1", None, account))


def test_read_is_performed_and_recorded(broker: Broker) -> None:
    session = caller()

    reply = asked(broker, session, "cloudwatch", "DescribeAlarms")

    assert reply["status"] == 200
    assert framing.from_wire(reply["answer"])["MetricAlarms"] == []
    record = session.calls()[0]
    assert record.pop("duration_ms") >= 0
    assert record == {
        "service": "cloudwatch",
        "operation": "DescribeAlarms",
        "region": "us-east-1",
        "status": "OK",
    }


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "hint"),
    [
        ("s3", "GetObject", {"Bucket": "b", "Key": "k"}, "list_objects_v2"),
        ("dynamodb", "Scan", {"TableName": "t"}, "describe_table"),
        ("secretsmanager", "GetSecretValue", {"SecretId": "s"}, "describe_secret"),
        ("cloudwatch", "PutMetricData", {"Namespace": "n", "MetricData": []}, "Only reads"),
        ("apigateway", "GetApiKeys", {}, "keys are credentials"),
        ("apigateway", "GetApiKey", {"apiKey": "x", "includeValue": True}, "keys are credentials"),
        ("s3", "ListObjectsV2", {"Bucket": "arn:aws:s3:us-east-1:999999999999:accesspoint/evil"}, "account itself"),
        ("s3", "ListObjectsV2", {"Bucket": "../evil"}, "account itself"),
        ("s3control", "GetPublicAccessBlock", {"AccountId": "evil.example.com/"}, "not"),
    ],
)  # fmt: skip
def test_denied_operation_answers_as_aws_and_says_what_to_use(
    broker: Broker, service: str, operation: str, parameters: dict[str, Any], hint: str
) -> None:
    session = caller()

    reply = asked(broker, session, service, operation, **parameters)

    assert reply["status"] == 403
    assert reply["answer"]["Error"]["Code"] == "AccessDeniedException"
    assert hint in reply["answer"]["Error"]["Message"]
    assert session.calls()[0]["status"] == "AccessDeniedException"


def test_service_error_is_passed_on_masked(broker: Broker) -> None:
    session = caller()

    reply = asked(broker, session, "logs", "FilterLogEvents", logGroupName="/none")

    assert reply["status"] == 400
    assert reply["answer"]["Error"]["Code"] == "ResourceNotFoundException"
    assert session.calls()[0]["status"] == "ResourceNotFoundException"


@pytest.mark.parametrize("region", ["mars-1", "us-east-1.evil.example.com/#", "", "../x"])
def test_unknown_region_is_refused(broker: Broker, region: str) -> None:
    session = caller()

    reply = asked(broker, session, "logs", "DescribeLogGroups", region=region or "-")

    assert reply["failure"]["type"] == "InvalidRegionError"
    assert session.calls()[0]["region"] == "unknown"


@pytest.mark.parametrize(
    "question",
    [
        {}, {"kind": ["aws"]}, {"kind": "other"}, {"kind": "aws"}, {"kind": "aws", "service": {}, "operation": []},
        {"kind": "aws", "service": "sts", "operation": "Nothing"}, {"kind": "aws", "service": "none", "operation": "x"},
        {"kind": "aws", "service": "sts", "operation": "GetCallerIdentity", "parameters": [1]},
        {"kind": "aws", "service": "logs", "operation": "DescribeLogGroups", "parameters": {"a": {"\0type": "bytes", "value": "!"}}},
    ],
)  # fmt: skip
def test_any_question_gets_an_answer(broker: Broker, question: dict[str, Any]) -> None:
    reply = broker.serve(question, caller())

    assert "failure" in reply or "answer" in reply


def test_bucket_owner_is_expected_where_s3_takes_it(broker: Broker) -> None:
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="own-bucket")

    assert asked(broker, caller(), "s3", "ListObjectsV2", Bucket="own-bucket")["status"] == 200


def test_foreign_account_is_refused_without_a_known_one(broker: Broker) -> None:
    reply = asked(broker, caller(None), "s3", "ListObjectsV2", Bucket="arn:aws:s3:us-east-1:1:accesspoint/a")

    assert reply["status"] == 403


class FakeClient:
    """A client whose every answer is the same."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.meta = boto3.session.Session(region_name="us-east-1").client("logs").meta
        self.calls = 0

    def _make_api_call(self, operation: str, parameters: dict[str, Any]) -> Any:
        self.calls += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def fake(answer: Any) -> Broker:
    return Broker(Clients(lambda *_: FakeClient(answer)), Rules(TRIAGE, DENIED), KNOWN)


def test_botocore_error_is_named() -> None:
    session = caller()
    broker = fake(botocore.exceptions.EndpointConnectionError(endpoint_url="https://x"))

    reply = asked(broker, session, "logs", "DescribeLogGroups")

    assert reply["failure"]["type"] == "EndpointConnectionError"
    assert session.calls()[0]["status"] == "EndpointConnectionError"


@pytest.mark.parametrize(
    ("parameters", "why"),
    [
        ({"limit": [0] * 20_001}, "20000 values"),
        ({f"k{n}": 1 for n in range(30)}, "30 names"),
        ({"logGroupNamePrefix": "x" * 300_000}, "valid max length"),
    ],
)
def test_parameters_that_keep_the_process_busy_do_not_reach_botocore(
    parameters: dict[str, Any], why: str
) -> None:
    client, session = FakeClient({}), caller()
    broker = Broker(Clients(lambda *_: client), Rules(TRIAGE, DENIED), KNOWN)

    reply = asked(broker, session, "logs", "DescribeLogGroups", **parameters)

    assert reply["failure"]["type"] == "ParamValidationError"
    assert why in reply["failure"]["message"]
    assert session.calls()[0]["status"] == "ParamValidationError"
    assert client.calls == 0


def test_streams_are_read_and_types_are_kept() -> None:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    answer = {"body": io.BytesIO(b"text"), "events": iter([{"a": 1}]), "when": when, "n": [1, 2.5, None]}

    reply = asked(fake(answer), caller(), "logs", "DescribeLogGroups")

    assert framing.from_wire(reply["answer"]) == {
        "body": b"text",
        "events": [{"a": 1}],
        "when": when,
        "n": [1, 2.5, None],
    }
    assert EventStream is not None


def test_oversized_answer_becomes_advice() -> None:
    broker = fake({"message": "x" * 9_000_000})
    question = {"kind": "aws", "service": "logs", "operation": "DescribeLogGroups", "region": "us-east-1"}

    frame = broker.answer(question, caller())

    (reply,) = framing.FrameReader().feed(frame)
    assert "ask for less" in reply["failure"]["message"]


def test_records_are_bounded_and_the_rest_is_counted() -> None:
    session, broker = caller(), fake({})
    for _ in range(MAX_RECORDS + 3):
        asked(broker, session, "logs", "DescribeLogGroups")

    calls = session.calls()
    assert len(calls) == MAX_RECORDS + 1
    assert calls[-1]["operation"] == "3 further calls"


@pytest.mark.parametrize(
    "name", ["eu-\ud800-1", "\U00010280" * 60, "x" * 900_000, "\0", ["eu"], {"a": 1}, 10**50]
)
def test_name_in_a_record_is_short_and_plain(name: Any) -> None:
    session, broker = caller(), fake({})

    asked(broker, session, "logs", "DescribeLogGroups", region=name)
    error = botocore.exceptions.ClientError({"Error": {"Code": name}}, "DescribeLogGroups")
    asked(fake(error), session, "logs", "DescribeLogGroups")

    for value in (value for call in session.calls() for value in call.values() if isinstance(value, str)):
        assert value.isascii()
        assert len(value) <= 100


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("medialive", "ListInputs"),
        ("sts", "AssumeRole"),
        ("sqs", "ReceiveMessage"),
    ],
)
def test_no_client_is_made_for_what_is_denied_by_name(service: str, operation: str) -> None:
    def refuse(*_: Any) -> Any:
        raise AssertionError("a client")

    session = caller()
    broker = Broker(Clients(refuse), Rules(TRIAGE, DENIED), KNOWN)

    reply = asked(broker, session, service, operation)

    assert reply["answer"]["Error"]["Code"] == "AccessDeniedException"
    assert session.calls()[0]["status"] == "AccessDeniedException"
    assert broker.serve({"kind": "warm", "service": "medialive"}, session) == {}
    assert session.may_warm(("medialive", "us-east-1"))


@pytest.mark.parametrize(
    ("service", "operation"), [("nothing", "ListInputs"), ("sts", "Forged"), ("\ud800", "x"), ("sts", "x" * 900_000), ([], {})]
)  # fmt: skip
def test_operation_that_aws_does_not_have_is_not_recorded(
    broker: Broker, service: Any, operation: Any
) -> None:
    session = caller()

    reply = asked(broker, session, service, operation)

    assert "AWS has no operation" in reply["failure"]["message"]
    assert session.calls() == []


def test_clients_are_warmed_a_few_a_program() -> None:
    session = caller()

    assert [session.may_warm(("logs", str(n))) for n in range(9)] == [True] * 6 + [False] * 3
    assert session.may_warm(("logs", "0")) is False


PROGRAMS = {
    "client": ("c = boto3.client('cloudwatch')\nprint(len(c.describe_alarms()['MetricAlarms']))", "1\n"),
    "paginator": ("p = boto3.client('logs').get_paginator('describe_log_groups')\n"
                  "print([g['logGroupName'] for page in p.paginate() for g in page['logGroups']])", "['/app']\n"),
    "resource": ("print([b.name for b in boto3.resource('s3').buckets.all()])", "['data']\n"),
    "table": ("print(boto3.resource('dynamodb').Table('orders').item_count)", "0\n"),
    "waiter": ("boto3.client('dynamodb').get_waiter('table_exists').wait(TableName='orders')\nprint('there')", "there\n"),
    "exceptions": ("c = boto3.client('logs')\ntry:\n    c.filter_log_events(logGroupName='/none')\n"
                   "except c.exceptions.ResourceNotFoundException as e:\n    print(e.response['Error']['Code'])",
                   "ResourceNotFoundException\n"),
    "denied": ("from botocore.exceptions import ClientError\ntry:\n    boto3.client('s3').get_object(Bucket='data', Key='k')\n"
               "except ClientError as e:\n    print(e.response['Error']['Code'], e.operation_name)",
               "AccessDeniedException GetObject\n"),
    "region": ("print(boto3.Session(region_name='eu-west-1').client('logs').describe_log_groups()['logGroups'])", "[]\n"),
    "threads": ("from concurrent.futures import ThreadPoolExecutor\nc = boto3.client('logs')\n"
                "with ThreadPoolExecutor(12) as t:\n    print(sum(len(r['logGroups']) for r in t.map(lambda _: c.describe_log_groups(), range(24))))",
                "24\n"),
    "types": ("a = boto3.client('logs').describe_log_groups()['logGroups'][0]\nprint(type(a['creationTime']).__name__)", "int\n"),
    "bad-region": ("import botocore.exceptions\ntry:\n    boto3.client('logs', region_name='mars-1').describe_log_groups()\n"
                   "except botocore.exceptions.InvalidRegionError as e:\n    print('no')", "no\n"),
    "too-long": ("c = boto3.client('logs')\ntry:\n    c.describe_log_groups(logGroupNamePrefix='x' * 1100000)\n"
                 "except Exception as e:\n    print(type(e).__name__, 'at most 1 MB' in str(e))\n"
                 "print(len(c.describe_log_groups()['logGroups']))", "ParamValidationError True\n1\n"),
    "credentials": ("print(boto3.Session().get_credentials().secret_key)", "none\n"),
    "default-session": ("boto3.client('logs')\nprint(boto3.DEFAULT_SESSION.region_name)\nboto3.DEFAULT_SESSION = None\n"
                        "boto3.client('logs').close()", "us-east-1\n"),
}  # fmt: skip


@pytest.fixture(scope="module")
def tool() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        region = "us-east-1"
        boto3.client("logs", region).create_log_group(logGroupName="/app")
        boto3.client("s3", region).create_bucket(Bucket="data")
        boto3.client("cloudwatch", region).put_metric_alarm(
            AlarmName="a", MetricName="m", Namespace="n", Period=60, EvaluationPeriods=1, Threshold=1.0,
            ComparisonOperator="GreaterThanThreshold", Statistic="Sum",
        )  # fmt: skip
        boto3.client("dynamodb", region).create_table(
            TableName="orders", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )  # fmt: skip
        made = function(make_client)
        yield made
        made.close()


@pytest.mark.parametrize(("code", "output"), PROGRAMS.values(), ids=PROGRAMS.keys())
def test_program_calls_aws_through_the_broker(tool: Any, code: str, output: str) -> None:
    answer = ran(tool, f"import boto3\n{code}")

    assert answer["error"] is None
    assert answer["output"] == output


def test_calls_stand_in_the_answer_in_order(tool: Any) -> None:
    answer = ran(
        tool,
        "import boto3\nboto3.client('sts').get_caller_identity()\nboto3.client('logs').describe_log_groups()",
    )

    assert [(call["service"], call["operation"], call["status"]) for call in answer["aws_calls"]] == [
        ("sts", "GetCallerIdentity", "OK"), ("logs", "DescribeLogGroups", "OK"),
    ]  # fmt: skip
