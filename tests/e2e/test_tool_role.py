"""What the tool role may do, asked of IAM itself: from inside the tool function, with the broker's check off.

A second function runs the same zip under the same role with the broker's own check switched off, so that
whatever is refused is refused by IAM. A third runs it under a role with ReadOnlyAccess and nothing else: what
IAM lets that one do shows that the refusals are the guard's, and not the emulator's ignorance.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.conftest import ROOT

if TYPE_CHECKING:
    from tests.e2e.world import World

    from tour.account import Account

Call = tuple[str, str, dict[str, Any]]

UNCHECKED = """
import actions
assert callable(actions.Rules.check)
actions.Rules.check = lambda *_arguments: None
from tool_handler import handler
"""
PROGRAM = """
import json
import boto3
from botocore.exceptions import ClientError

results = {}
for name, (service, operation, arguments) in json.loads(calls).items():
    client = boto3.client(service)
    try:
        getattr(client, operation)(**arguments)
        results[name] = "allowed"
    except ClientError as error:
        results[name] = error.response["Error"]["Code"]
    except Exception as error:
        results[name] = f"{type(error).__name__}: {error}"
print(json.dumps(results))
"""
DENIED = re.compile(r"AccessDenied(Exception)?|AuthorizationError|UnauthorizedOperation|AccessDenied.*")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
READS: dict[str, Call] = {
    "alarms": ("cloudwatch", "describe_alarms", {}),
    "alarm history": ("cloudwatch", "describe_alarm_history", {}),
    "metrics": ("cloudwatch", "list_metrics", {}),
    "log lines": ("logs", "filter_log_events", {"logGroupName": "/aws/lambda/triage-handler"}),
    "log groups": ("logs", "describe_log_groups", {}),
    "changes": ("cloudtrail", "lookup_events", {}),
    "functions": ("lambda", "list_functions", {}),
    "a function's settings": ("lambda", "get_function_configuration", {"FunctionName": "triage-handler"}),
    "a table's shape": ("dynamodb", "describe_table", {"TableName": "customers"}),
    "a role's policies": ("iam", "list_attached_role_policies", {"RoleName": "tool-lambda"}),
    "a queue's depth": ("sqs", "get_queue_url", {"QueueName": "customers"}),
    "topics": ("sns", "list_topics", {}),
    "objects' names": ("s3", "list_objects_v2", {"Bucket": "customers-data"}),
    "secrets' names": ("secretsmanager", "list_secrets", {}),
    "a secret's age": ("secretsmanager", "describe_secret", {"SecretId": "customers"}),
    "parameters' names": ("ssm", "describe_parameters", {}),
    "keys": ("kms", "list_keys", {}),
}
DATA: dict[str, Call] = {
    "an object": ("s3", "get_object", {"Bucket": "customers-data", "Key": "orders.csv"}),
    "an item": ("dynamodb", "get_item", {"TableName": "customers", "Key": {"id": {"S": "1"}}}),
    "a scan": ("dynamodb", "scan", {"TableName": "customers"}),
    "a query": (
        "dynamodb",
        "query",
        {
            "TableName": "customers",
            "KeyConditionExpression": "id = :i",
            "ExpressionAttributeValues": {":i": {"S": "1"}},
        },
    ),
    "PartiQL": ("dynamodb", "execute_statement", {"Statement": 'SELECT * FROM "customers"'}),
    "a secret": ("secretsmanager", "get_secret_value", {"SecretId": "customers"}),
    "a SecureString": ("ssm", "get_parameter", {"Name": "/customers/token", "WithDecryption": True}),
    "parameters by path": ("ssm", "get_parameters_by_path", {"Path": "/customers", "WithDecryption": True}),
    "a function's code": ("lambda", "get_function", {"FunctionName": "triage-handler"}),
    "a message": ("sqs", "receive_message", {"QueueUrl": "QUEUE"}),
}
WRITES: dict[str, Call] = {
    "an object": ("s3", "put_object", {"Bucket": "customers-data", "Key": "x", "Body": "x"}),
    "deleting an object": ("s3", "delete_object", {"Bucket": "customers-data", "Key": "orders.csv"}),
    "a bucket policy": ("s3", "put_bucket_policy", {"Bucket": "customers-data", "Policy": "{}"}),
    "an item": ("dynamodb", "put_item", {"TableName": "customers", "Item": {"id": {"S": "2"}}}),
    "a table's capacity": (
        "dynamodb",
        "update_table",
        {"TableName": "customers", "BillingMode": "PAY_PER_REQUEST"},
    ),
    "a message": ("sqs", "send_message", {"QueueUrl": "QUEUE", "MessageBody": "x"}),
    "a notification": ("sns", "publish", {"TopicArn": "TOPIC", "Message": "x"}),
    "an invocation": ("lambda", "invoke", {"FunctionName": "reader-unchecked"}),
    "a function's settings": (
        "lambda",
        "update_function_configuration",
        {"FunctionName": "triage-handler", "Timeout": 3},
    ),
    "an alarm's state": (
        "cloudwatch",
        "set_alarm_state",
        {"AlarmName": "orders-errors", "StateValue": "OK", "StateReason": "x"},
    ),
    "an alarm": ("cloudwatch", "delete_alarms", {"AlarmNames": ["orders-errors"]}),
    "a metric": (
        "cloudwatch",
        "put_metric_data",
        {"Namespace": "Shop", "MetricData": [{"MetricName": "x", "Value": 1}]},
    ),
    "a log group": ("logs", "delete_log_group", {"logGroupName": "/aws/lambda/triage-handler"}),
    "another log": (
        "logs",
        "create_log_stream",
        {"logGroupName": "/aws/lambda/triage-handler", "logStreamName": "x"},
    ),
    "its own role": (
        "iam",
        "put_role_policy",
        {"RoleName": "tool-lambda", "PolicyName": "x", "PolicyDocument": json.dumps(TRUST)},
    ),
    "its own guard": (
        "iam",
        "detach_role_policy",
        {
            "RoleName": "tool-lambda",
            "PolicyArn": "arn:aws:iam::000000000000:policy/tool-lambda-guard-a-e",
        },
    ),
    "another role": (
        "sts",
        "assume_role",
        {"RoleArn": "arn:aws:iam::000000000000:role/reader", "RoleSessionName": "test"},
    ),
    "a secret": ("secretsmanager", "put_secret_value", {"SecretId": "customers", "SecretString": "x"}),
}
GRANTED_TO_OTHERS = (
    "an object",
    "an item",
    "a scan",
    "a secret",
    "a SecureString",
    "a message",
    "a function's code",
)
"""What ReadOnlyAccess, or a resource's own policy, does let another role read: the control."""


@pytest.fixture(scope="module")
def customers(world: World) -> dict[str, str]:
    """Things worth protecting, each with a policy of its own that grants both roles everything."""
    account = world.account
    iam = account.client("iam")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))
    iam.attach_role_policy(RoleName="reader", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    s3, dynamodb, sqs = (account.client(name) for name in ("s3", "dynamodb", "sqs"))
    s3.create_bucket(Bucket="customers-data")
    s3.put_object(Bucket="customers-data", Key="orders.csv", Body=b"secret")
    s3.put_bucket_policy(
        Bucket="customers-data",
        Policy=_grant("s3:*", ["arn:aws:s3:::customers-data", "arn:aws:s3:::customers-data/*"]),
    )
    table = dynamodb.create_table(
        TableName="customers",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )["TableDescription"]["TableArn"]
    dynamodb.put_item(TableName="customers", Item={"id": {"S": "1"}})
    dynamodb.put_resource_policy(ResourceArn=table, Policy=_grant("dynamodb:*", [table]))
    queue = sqs.create_queue(QueueName="customers")["QueueUrl"]
    queue_arn = "arn:aws:sqs:us-east-1:000000000000:customers"
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": _grant("sqs:*", [queue_arn])})
    sqs.send_message(QueueUrl=queue, MessageBody="secret")
    topic = account.client("sns").create_topic(Name="customers")["TopicArn"]
    account.client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=_grant("sns:Publish", [topic])
    )
    secrets = account.client("secretsmanager")
    secrets.create_secret(Name="customers", SecretString="secret")
    secrets.put_resource_policy(SecretId="customers", ResourcePolicy=_grant("secretsmanager:*", ["*"]))
    account.client("ssm").put_parameter(Name="/customers/token", Value="secret", Type="SecureString")
    return {"QUEUE": queue, "TOPIC": topic}


@pytest.fixture(scope="module")
def by_tool(world: World, customers: dict[str, str]) -> dict[str, str]:
    """What IAM says to each call made from the tool function's own role."""
    return _ask(world, customers, "tool-unchecked", "arn:aws:iam::000000000000:role/tool-lambda")


@pytest.fixture(scope="module")
def by_reader(world: World, customers: dict[str, str]) -> dict[str, str]:
    """What IAM says to each call made from a role with ReadOnlyAccess and no guard."""
    return _ask(world, customers, "reader-unchecked", "arn:aws:iam::000000000000:role/reader")


def _grant(actions: str, resources: list[str]) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {
            "AWS": [f"arn:aws:iam::000000000000:role/{role}" for role in ("tool-lambda", "reader")]
        },
        "Action": actions,
        "Resource": resources,
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _ask(world: World, customers: dict[str, str], function: str, role: str) -> dict[str, str]:
    _deploy(world.account, function, role)
    calls = {f"{kind} {name}": call for kind, cases in KINDS.items() for name, call in cases.items()}
    given = json.dumps(calls)
    for placeholder, value in customers.items():
        given = given.replace(f'"{placeholder}"', json.dumps(value))
    answer = world.account.client("lambda").invoke(
        FunctionName=function, Payload=json.dumps({"code": f"calls = {given!r}\n{PROGRAM}"}).encode()
    )
    answered = json.load(answer["Payload"])
    assert answered.get("success"), answered
    results: dict[str, str] = json.loads(answered["stdout"])
    return results


def _deploy(account: Account, function: str, role: str) -> None:
    content = io.BytesIO((ROOT / "dist" / "tool.zip").read_bytes())
    with zipfile.ZipFile(content, "a") as package:
        package.writestr("unchecked.py", UNCHECKED)
    account.client("lambda").create_function(
        FunctionName=function,
        Role=role,
        Runtime="python3.13",
        Handler="unchecked.handler",
        Code={"ZipFile": content.getvalue()},
        Timeout=60,
        MemorySize=2048,
    )


KINDS = {"read": READS, "data": DATA, "write": WRITES}


@pytest.mark.parametrize("name", READS)
def test_a_triage_read_passes(by_tool: dict[str, str], name: str) -> None:
    assert by_tool[f"read {name}"] == "allowed"


@pytest.mark.parametrize("name", DATA)
def test_customers_data_is_refused_even_where_its_own_policy_grants_it(
    by_tool: dict[str, str], name: str
) -> None:
    assert DENIED.fullmatch(by_tool[f"data {name}"]), by_tool[f"data {name}"]


@pytest.mark.parametrize("name", WRITES)
def test_a_write_is_refused_even_where_a_resource_policy_grants_it(
    by_tool: dict[str, str], name: str
) -> None:
    assert DENIED.fullmatch(by_tool[f"write {name}"]), by_tool[f"write {name}"]


@pytest.mark.parametrize("name", GRANTED_TO_OTHERS)
def test_a_role_without_the_guard_reads_it(by_reader: dict[str, str], name: str) -> None:
    assert by_reader[f"data {name}"] == "allowed"
