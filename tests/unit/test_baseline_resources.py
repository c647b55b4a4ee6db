"""The baseline program knows the resources of the common namespaces, and its runner bounds every part."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from tests.fakes.baseline_world import (
    ACCOUNT,
    AT,
    REGION,
    World,
    a_world,
    alarm_of,
    put_alarm,
    put_logs,
    refusal,
    role,
)

import baseline
from actions import Rules, action_of
from baseline_program.run import Baseline as Run
from baseline_program.run import Found, Part, compact, cut, described_error, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    yield from a_world(monkeypatch)


def ecs_world(world: World) -> dict[str, str]:
    ecs = boto3.client("ecs")
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(
        family="web",
        containerDefinitions=[{
            "name": "web", "image": "web:2026.11.3", "memory": 128,
            "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/web"}},
        }],
    )  # fmt: skip
    ecs.create_service(cluster="shop", serviceName="web", taskDefinition="web:1", desiredCount=0)
    arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/shop/1"
    world.scripted["ListTasks"] = lambda _: {"taskArns": [arn]}
    world.scripted["DescribeTasks"] = lambda parameters: {
        "tasks": [{"taskArn": parameters["tasks"][0], "stoppedReason": "Essential container in task exited",
                   "containers": [{"name": "web", "exitCode": 137, "reason": "OutOfMemoryError"}]}]
    }  # fmt: skip
    put_logs("/ecs/web", "java.lang.OutOfMemoryError: heap")
    return {"ClusterName": "shop", "ServiceName": "web"}


def ec2_world(world: World) -> dict[str, str]:
    ec2 = boto3.client("ec2")
    made = ec2.run_instances(ImageId="ami-12c6146b", MinCount=1, MaxCount=1, InstanceType="t3.micro")
    return {"InstanceId": made["Instances"][0]["InstanceId"]}


def rds_world(world: World) -> dict[str, str]:
    boto3.client("rds").create_db_instance(
        DBInstanceIdentifier="db-1", DBInstanceClass="db.t3.micro", Engine="postgres", AllocatedStorage=20,
        MasterUsername="u", MasterUserPassword="p" * 12,
    )  # fmt: skip
    put_logs("/aws/rds/instance/db-1/postgresql", "FATAL: sorry, too many clients already")
    return {"DBInstanceIdentifier": "db-1"}


def dynamodb_world(world: World) -> dict[str, str]:
    boto3.client("dynamodb").create_table(
        TableName="orders", KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 7},
    )  # fmt: skip
    return {"TableName": "orders"}


def sqs_world(world: World) -> dict[str, str]:
    sqs = boto3.client("sqs")
    dead = sqs.create_queue(QueueName="orders-dlq")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "3"})
    sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": redrive})
    return {"QueueName": "orders-dlq"}


def balancer() -> tuple[str, str]:
    ec2, elb = boto3.client("ec2"), boto3.client("elbv2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = (("10.0.1.0/24", "a"), ("10.0.2.0/24", "b"))
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=REGION + zone)["Subnet"]["SubnetId"]
        for block, zone in zones
    ]
    made = elb.create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name="tg", Protocol="HTTP", Port=80, VpcId=vpc, HealthCheckPath="/ready")
    target = group["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(
        LoadBalancerArn=made,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": target}],
    )
    return made, target


def unhealthy(world: World) -> None:
    world.scripted["DescribeTargetHealth"] = lambda _: {
        "TargetHealthDescriptions": [
            {"Target": {"Id": "i-1"}, "TargetHealth": {"State": "unhealthy", "Reason": "Target.Timeout"}}
        ]
    }


def alb_world(world: World) -> dict[str, str]:
    made, _ = balancer()
    unhealthy(world)
    return {"LoadBalancer": made.split("loadbalancer/")[1]}


def nlb_world(world: World) -> dict[str, str]:
    made, target = balancer()
    unhealthy(world)
    return {"LoadBalancer": made.split("loadbalancer/")[1], "TargetGroup": target.split(":")[-1]}


def rest_world(world: World) -> dict[str, str]:
    api = boto3.client("apigateway").create_rest_api(name="it's a shop")["id"]
    world.scripted["GetStages"] = lambda parameters: {
        "item": [{"stageName": "prod", "deploymentId": parameters["restApiId"]}]
    }
    put_logs(f"API-Gateway-Execution-Logs_{api}/prod", "Execution failed due to a timeout error")
    return {"ApiName": "it's a shop"}


def http_world(world: World) -> dict[str, str]:
    api = boto3.client("apigatewayv2")
    made = api.create_api(Name="shop", ProtocolType="HTTP")["ApiId"]
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/api/shop:*"
    api.create_stage(ApiId=made, StageName="live", AccessLogSettings={"DestinationArn": group})
    put_logs("/api/shop", '{"status": 503, "error": "Service Unavailable"}')
    return {"ApiId": made}


def states_world(world: World) -> dict[str, str]:
    states = boto3.client("stepfunctions")
    arn = states.create_state_machine(
        name="flow",
        definition='{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}',
        roleArn=role("states.amazonaws.com"),
    )["stateMachineArn"]
    execution = f"{arn.replace(':stateMachine:', ':execution:')}:run-1"
    world.scripted["ListExecutions"] = lambda _: {
        "executions": [{"executionArn": execution, "name": "run-1"}]
    }
    world.scripted["DescribeExecution"] = lambda parameters: {
        "name": "run-1", "status": "FAILED", "error": "States.TaskFailed", "cause": "card declined",
        "input": '{"card": "4111111111111111"}',
    }  # fmt: skip
    return {"StateMachineArn": arn}


def kinesis_world(world: World) -> dict[str, str]:
    boto3.client("kinesis").create_stream(StreamName="clicks", ShardCount=2)
    return {"StreamName": "clicks"}


def s3_world(world: World) -> dict[str, str]:
    s3: Any = boto3.client("s3")
    s3.create_bucket(Bucket="orders-files", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="orders-files", VersioningConfiguration={"Status": "Enabled"})
    return {"BucketName": "orders-files", "FilterId": "all"}


def group_world(world: World) -> dict[str, str]:
    world.scripted["DescribeAutoScalingGroups"] = lambda _: {
        "AutoScalingGroups": [{"MinSize": 1, "MaxSize": 4}]
    }
    world.scripted["DescribeScalingActivities"] = lambda _: {
        "Activities": [{"StatusCode": "Failed", "Description": "no capacity"}]
    }
    return {"AutoScalingGroupName": "web"}


def cluster_world(world: World) -> dict[str, str]:
    world.scripted["DescribeDBClusters"] = lambda _: {"DBClusters": [{"Status": "failing-over"}]}
    return {"DBClusterIdentifier": "aurora"}


def custom_world(world: World) -> dict[str, str]:
    put_logs("/app/checkout", "PAYMENT_DECLINED order 7")
    boto3.client("logs").put_metric_filter(
        logGroupName="/app/checkout", filterName="declined", filterPattern="PAYMENT_DECLINED",
        metricTransformations=[{"metricName": "Errors", "metricNamespace": "Shop", "metricValue": "1"}],
    )  # fmt: skip
    return {"Stage": "prod"}


@pytest.mark.parametrize(
    ("namespace", "build", "expected"),
    [
        (
            "AWS/ECS",
            ecs_world,
            ['"desiredCount": 0', "OutOfMemoryError", "137", "web:2026.11.3", "Log /ecs/web"],
        ),
        (
            "AWS/EC2",
            ec2_world,
            ['"State.Name": "running"', '"InstanceType": "t3.micro"', "InstanceStatus.Status"],
        ),
        ("AWS/EC2", group_world, ['"MaxSize": 4', "no capacity"]),
        ("AWS/RDS", rds_world, ['"DBInstanceStatus": "available"', "too many clients already"]),
        ("AWS/RDS", cluster_world, ['"Status": "failing-over"']),
        (
            "AWS/DynamoDB",
            dynamodb_world,
            ['"ProvisionedThroughput.WriteCapacityUnits": 7', '"TableStatus": "ACTIVE"'],
        ),
        ("AWS/SQS", sqs_world, ['"ApproximateNumberOfMessages": "0"', "queueUrls", "/orders"]),
        (
            "AWS/ApplicationELB",
            alb_world,
            ['"HealthCheckPath": "/ready"', '"TargetHealth.Reason": "Target.Timeout"'],
        ),
        (
            "AWS/NetworkELB",
            nlb_world,
            ['"TargetHealth.State": "unhealthy"', "## TargetGroup targetgroup/tg/"],
        ),
        ("AWS/ApiGateway", rest_world, ['"stageName": "prod"', "due to a timeout error"]),
        ("AWS/ApiGateway", http_world, ['"StageName": "live"', "Service Unavailable"]),
        ("AWS/States", states_world, ['"error": "States.TaskFailed"', '"cause": "card declined"']),
        ("AWS/Kinesis", kinesis_world, ['"OpenShardCount": 2', '"StreamStatus": "ACTIVE"']),
        ("AWS/S3", s3_world, ['"Status": "Enabled"', f'"LocationConstraint": "{REGION}"']),
        (
            "Shop",
            custom_world,
            ["Errors counts lines of /app/checkout that match: PAYMENT_DECLINED", "order 7"],
        ),
    ],
)
def test_namespace_shows_its_resource(
    world: World, namespace: str, build: Callable[[World], dict[str, str]], expected: list[str]
) -> None:
    alarm = alarm_of(namespace, build(world))
    put_alarm(alarm)
    text, found = world.run(alarm)
    for part in expected:
        assert part in text
    assert found.failures == ()
    assert "4111111111111111" not in text


def test_every_call_of_the_program_is_one_that_the_tool_may_make() -> None:
    rules = Rules.read(Path(__file__).parent.parent.parent / "tool-lambda")
    tables = json.loads(
        (Path(baseline.__file__).parent / "baseline_program" / "tables.json").read_text("utf-8")
    )
    calls = {
        tuple(reading["call"].split())
        for kind in tables["resources"].values()
        for reading in kind["readings"]
    }
    calls |= {
        ("cloudwatch", "describe_alarms"), ("cloudwatch", "describe_alarm_history"),
        ("cloudwatch", "get_metric_data"), ("cloudwatch", "list_tags_for_resource"),
        ("resourcegroupstaggingapi", "get_resources"), ("cloudtrail", "lookup_events"),
        ("logs", "describe_metric_filters"), ("logs", "filter_log_events"),
        ("logs", "describe_log_streams"), ("logs", "get_log_events"),
    }  # fmt: skip
    refused = []
    for service, method in sorted(calls):
        client: Any = boto3.client(service, region_name=REGION)
        operation = client.meta.method_to_api_mapping[method]
        denial = rules.check(action_of(service, operation, client.meta.service_model.signing_name))
        refused += [denial.action] if denial else []
    assert refused == []


def test_missing_resource_is_noted_once_a_call(world: World) -> None:
    alarm = alarm_of("AWS/SQS", {"QueueName": "gone"})
    put_alarm(alarm)
    _, found = world.run(alarm)
    assert [failure.split(": ")[1] for failure in found.failures] == ["sqs get_queue_url"]


def test_part_that_hangs_costs_only_itself_and_keeps_what_it_had(capsys: pytest.CaptureFixture[str]) -> None:
    released = threading.Event()

    def hangs(found: Found) -> None:
        found.lines.append("first half")
        released.wait()

    def breaks(found: Found) -> None:
        raise ValueError("odd\nanswer")

    def works(found: Found) -> None:
        found.lines.append("fine")
        found.values["answer"] = 42

    run = Run()
    try:
        run.run([Part("slow", hangs, 100, 0.02), Part("bad", breaks, 100), Part("good", works, 100)])
    finally:
        released.set()
    assert run.values == {"answer": 42}
    assert run.failures == ["slow: no answer within 0.02 s", "bad: ValueError: odd answer"]
    assert capsys.readouterr().out == "## slow\nfirst half\n\n## good\nfine\n\n"


def test_nothing_to_run_is_no_error() -> None:
    Run().run([])


def test_cut_text_counts_what_is_gone() -> None:
    assert cut("x" * 1_010, 10) == "xxxxxxxxxx\n[... 1,000 characters cut ...]"
    assert cut("short", 10) == "short"
    assert short("abcdef", 4) == "abc…"


def test_compact_leaves_out_what_is_empty() -> None:
    assert compact({"a": None, "b": [], "c": {"d": "", "e": AT}, "f": [1, {"g": {}}]}) == (
        '{"c": {"e": "2026-11-24T05:52:00Z"}, "f": [1, {}]}'
    )


def test_aws_error_needs_no_type_in_front() -> None:
    assert described_error(refusal("Op")).startswith(
        "An error occurred (AccessDeniedException) when calling the Op"
    )
