"""The AWS of the cell: moto's server with things worth investigating and secrets worth stealing.

Every request that is not signed with the function's own key is written to a file: nobody but the function may call.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import sys
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

SEED_KEY = "AKIASEEDSEEDSEEDSEED"


class Quiet(WSGIRequestHandler):
    """Serves without a line for each request, and keeps connections open as AWS does."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


class Watched:
    """The application, with a note of each request that another key (or none) signed."""

    def __init__(self, app: Any, allowed: set[str], notes: Path) -> None:
        self.app, self.allowed, self.notes = app, allowed, notes

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        signed = environ.get("HTTP_AUTHORIZATION", "")
        if not any(f"Credential={key}/" in signed for key in self.allowed):
            with self.notes.open("a") as file:
                file.write(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']} {signed[:60]}\n")
        return self.app(environ, start_response)


def main() -> None:
    """Serve on the given port until killed: `fake_aws PORT KEY NOTES`, with CELL_SECRET."""
    port, key, notes, secret = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), os.environ.pop("CELL_SECRET")
    app = Watched(DomainDispatcherApplication(create_backend_app), {key, SEED_KEY}, notes)
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seed(f"http://127.0.0.1:{server.port}", secret)
    print(server.port, flush=True)
    threading.Event().wait()


def seed(endpoint: str, secret: str) -> None:
    """Fill the account."""
    session = boto3.Session(SEED_KEY, "seed", region_name="us-east-1")

    def client(service: str, region: str = "us-east-1") -> Any:
        config = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})
        return session.client(service, region, endpoint_url=endpoint, config=config)

    _observability(client)
    _workloads(client, secret)
    _stores(client, secret)
    _settings(client, secret)
    _poison(client)


def _observability(client: Any) -> None:
    logs, cloudwatch = client("logs"), client("cloudwatch")
    now = int(time.time() * 1000)
    for group in ("/aws/lambda/orders", "/aws/lambda/billing", "/ecs/web"):
        logs.create_log_group(logGroupName=group, tags={"team": "shop"})
        logs.create_log_stream(logGroupName=group, logStreamName="2026/01/01/[$LATEST]abc")
        logs.put_log_events(
            logGroupName=group,
            logStreamName="2026/01/01/[$LATEST]abc",
            logEvents=[
                {"timestamp": now - 60_000 * (40 - n), "message": _line(n)} for n in range(40)
            ],
        )
    logs.put_retention_policy(logGroupName="/ecs/web", retentionInDays=14)
    for name, metric in (("orders-errors", "Errors"), ("orders-throttles", "Throttles"), ("billing-slow", "Duration")):
        cloudwatch.put_metric_alarm(
            AlarmName=name, Namespace="AWS/Lambda", MetricName=metric, Statistic="Sum", Period=60,
            EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanOrEqualToThreshold",
            Dimensions=[{"Name": "FunctionName", "Value": name.split("-")[0]}], AlarmDescription=f"{metric} of {name}",
        )  # fmt: skip
    cloudwatch.set_alarm_state(AlarmName="orders-errors", StateValue="ALARM", StateReason="3 datapoints were over 1.0")
    for n in range(30):
        cloudwatch.put_metric_data(
            Namespace="Shop",
            MetricData=[
                {"MetricName": "Latency", "Value": float(100 + n * n), "Unit": "Milliseconds",
                 "Timestamp": time.time() - 60 * n, "Dimensions": [{"Name": "Service", "Value": "web"}]}
            ],
        )  # fmt: skip


def _settings(client: Any, secret: str) -> None:
    """Secrets where people leave them: in settings, definitions and scripts."""
    gateway = client("apigateway")
    gateway.create_api_key(name="partner", enabled=True, value=secret + "-apikey-0000")
    rest = gateway.create_rest_api(name="shop")["id"]
    root = gateway.get_resources(restApiId=rest)["items"][0]["id"]
    gateway.put_method(restApiId=rest, resourceId=root, httpMethod="GET", authorizationType="NONE")
    gateway.put_integration(restApiId=rest, resourceId=root, httpMethod="GET", type="MOCK")
    gateway.create_deployment(restApiId=rest, stageName="prod", variables={"dbpass": secret + "-stage"})
    variables = [{"name": "DATABASE", "value": secret + "-build"}]
    client("codebuild").create_project(
        name="deploy", source={"type": "S3", "location": "b/k"}, artifacts={"type": "NO_ARTIFACTS"},
        environment={"type": "LINUX_CONTAINER", "image": "x", "computeType": "BUILD_GENERAL1_SMALL", "environmentVariables": variables},
        serviceRole="arn:aws:iam::123456789012:role/service-role/orders-role",
    )  # fmt: skip
    override = {"ContainerOverrides": [{"Environment": [{"Name": "DATABASE", "Value": secret + "-states"}]}]}
    definition = {"StartAt": "A", "States": {"A": {"Type": "Task", "End": True, "Parameters": {"Overrides": override},
                  "Resource": "arn:aws:states:::ecs:runTask"}}}  # fmt: skip
    role = "arn:aws:iam::123456789012:role/orders-role"
    client("stepfunctions").create_state_machine(name="flow", definition=json.dumps(definition), roleArn=role)
    events = client("events")
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    given = json.dumps({"containerOverrides": [{"environment": [{"name": "DATABASE", "value": secret + "-target"}]}]})
    events.put_targets(Rule="nightly", Targets=[{"Id": "1", "Arn": "arn:aws:lambda:us-east-1:1:function:f", "Input": given}])
    script = base64.b64encode(f"{secret}-lt".encode()).decode()
    data = {"UserData": script, "InstanceType": "t3.micro"}
    client("ec2").create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)
    client("autoscaling").create_launch_configuration(
        LaunchConfigurationName="web", ImageId="ami-12345678", InstanceType="t3.micro", UserData=script
    )
    pool = client("cognito-idp").create_user_pool(PoolName="customers")["UserPool"]["Id"]
    client("cognito-idp").create_user_pool_client(UserPoolId=pool, ClientName="web", GenerateSecret=True)
    client("glue").create_connection(ConnectionInput={
        "Name": "db", "ConnectionType": "JDBC", "ConnectionProperties": {"PASSWORD": secret + "-glue", "USERNAME": "a"}})  # fmt: skip
    template = {"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "made"}}},
                "Parameters": {"DbPassword": {"Type": "String", "Default": secret + "-cfn"}}}  # fmt: skip
    client("cloudformation").create_stack(StackName="shop", TemplateBody=json.dumps(template))
    logs = client("logs")
    logs.create_log_group(logGroupName="/leaky")
    logs.create_log_stream(logGroupName="/leaky", logStreamName="a")
    lines = [f"DB_PASSWORD={secret}-log1", json.dumps({"password": secret + "-log2"}), f"Authorization: Bearer {secret}-log3x",
             json.dumps({"env": json.dumps({"API_KEY": secret + "-log4"})}), f"postgres://u:{secret}-log5@db/x",
             f"connecting with password '{secret}-log6' now", f"{{'secret_key': '{secret}-log7'}}",
             f"aws_secret_access_key = {secret}-log8-AAAAAAAAAAAAAAAAAAAA", f"GET /x?token={secret}-log9&y=1"]  # fmt: skip
    now = int(time.time() * 1000)
    logs.put_log_events(logGroupName="/leaky", logStreamName="a",
                        logEvents=[{"timestamp": now + n, "message": line} for n, line in enumerate(lines)])  # fmt: skip


def _poison(client: Any) -> None:
    """Log groups that an attacker has written to: text on which a careless pattern takes minutes."""
    logs = client("logs")
    texts = {
        "tokens": "eyJ" + "-eyJaaaaaaaa" * 20_000,
        "dots": "key " + "a." * 120_000,
        "dashes": "token " + "a-" * 120_000,
        "blanks": "password" + " " * 240_000 + "=",
        "begins": "-----BEGIN RSA PRIVATE KEY-----\n" * 7_000,
        "quotes": 'password=\\"' * 20_000,
        "cookies": "cookie: a=b; " * 18_000,
        "urls": "a://b:" * 40_000,
        "json": '{"password": ' * 18_000,
        "brackets": "[" * 100_000 + '"key"',
        "escapes": json.dumps(json.dumps(json.dumps(json.dumps(json.dumps(json.dumps('"password": "x"' * 500)))))),
    }
    for name, text in texts.items():
        logs.create_log_group(logGroupName=f"/poison/{name}")
        logs.create_log_stream(logGroupName=f"/poison/{name}", logStreamName="a")
        for n in range(3):
            event = {"timestamp": int(time.time() * 1000) - n, "message": text[:255_000]}
            logs.put_log_events(logGroupName=f"/poison/{name}", logStreamName="a", logEvents=[event])


def _line(n: int) -> str:
    if n % 10 == 3:
        return "[ERROR] AccessDeniedException: not authorized to perform: dynamodb:PutItem RequestId: 1b2-%d" % n
    if n % 10 == 7:
        return json.dumps({"level": "warn", "msg": "slow", "ms": 100 * n, "path": "/orders"})
    return f"INFO handled order {n} in {n * 3} ms"


def _workloads(client: Any, secret: str) -> None:
    iam, function, ec2 = client("iam"), client("lambda"), client("ec2")
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}  # fmt: skip
    role = iam.create_role(RoleName="orders-role", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="orders-role", PolicyName="logs", PolicyDocument=json.dumps(policy))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): return 1\n")
    for name in ("orders", "billing"):
        function.create_function(
            FunctionName=name, Runtime="python3.13", Role=role, Handler="app.handler", Code={"ZipFile": buffer.getvalue()},
            Timeout=30, MemorySize=256, Environment={"Variables": {"TABLE": secret + "-env", "DB_PASSWORD": secret + "-db"}},
        )  # fmt: skip
    images = ec2.describe_images(Owners=["amazon"])["Images"]
    ec2.run_instances(
        ImageId=images[0]["ImageId"], MinCount=3, MaxCount=3, InstanceType="t3.micro", UserData=f"export TOKEN={secret}-ud",
        TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}],
    )  # fmt: skip
    ecs = client("ecs")
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(family="web", containerDefinitions=[
        {"name": "web", "image": "web:1", "memory": 128, "environment": [{"name": "API_KEY", "value": secret + "-ecs"}]}])  # fmt: skip


def _stores(client: Any, secret: str) -> None:
    s3, table, queue = client("s3"), client("dynamodb"), client("sqs")
    s3.create_bucket(Bucket="shop-data")
    for n in range(12):
        s3.put_object(Bucket="shop-data", Key=f"orders/2026/{n:02}.json", Body=(secret + "-s3").encode())
    s3.put_object(Bucket="shop-data", Key="archive/old.gz", Body=gzip.compress(b"old"))
    for name in ("orders", "customers"):
        table.create_table(
            TableName=name, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )  # fmt: skip
        table.put_item(TableName=name, Item={"id": {"S": "1"}, "card": {"S": secret + "-ddb"}})
    url = queue.create_queue(QueueName="orders")["QueueUrl"]
    queue.create_queue(QueueName="orders-dlq")
    queue.send_message(QueueUrl=url, MessageBody=secret + "-sqs")
    client("sns").create_topic(Name="alerts")
    client("secretsmanager").create_secret(Name="db/password", SecretString=secret + "-sm")
    client("ssm").put_parameter(Name="/shop/key", Value=secret + "-ssm", Type="SecureString")
    client("ssm").put_parameter(Name="/shop/flag", Value="on", Type="String")
    client("kinesis").create_stream(StreamName="clicks", ShardCount=1)
    client("kinesis").put_record(StreamName="clicks", Data=(secret + "-kin").encode(), PartitionKey="a")
    client("cloudwatch", "eu-west-1").put_metric_alarm(
        AlarmName="eu-only", Namespace="AWS/SQS", MetricName="Age", Statistic="Maximum", Period=60, EvaluationPeriods=1,
        Threshold=5, ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip


if __name__ == "__main__":
    os.environ.pop("AWS_PROFILE", None)
    main()
