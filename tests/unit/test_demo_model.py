"""The demo's model: what it asks for, what it concludes, and that it concludes nothing without evidence."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from model import detective, diagnosis, transcript, turns
from model.evidence_lines import Cited, LogEntry
from model.server import ModelFailure, ModelServer
from model.symptoms import Kind, classify
from model.transcript import UnusableRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ALARM = "orders-errors"
ARN = f"arn:aws:cloudwatch:us-east-1:000000000000:alarm:{ALARM}"
TOOLS = {"tools": [{"toolSpec": {"name": "run_python"}}, {"toolSpec": {"name": "submit_report"}}]}

ALARM_OUTPUT = """alarm orders-errors is ALARM: Threshold Crossed
watches GreaterThanThreshold 0.0 in 1 of 1 periods, missing data is notBreaching
metric AWS/Lambda Errors Sum {"FunctionName": "orders"}
point 2026-01-01T10:00:00Z 3"""
CONFIG = """function orders has 256 MB and 10 s, runs orders.handler
role arn:aws:iam::000000000000:role/orders-role
environment variables: TABLE
modified 2026-01-01T09:00:00Z, code abc"""
CLEAN_LOG = "read 12 log events of /aws/lambda/orders, 0 of them tell of trouble"
METRICS = "Errors (Sum): 1 datapoints from 0 to 0; last 10:00=0"


def log_of(message: str) -> str:
    return (
        "read 12 log events of /aws/lambda/orders, 3 of them tell of trouble\n"
        f"found 3 times, first at 2026-01-01T10:00:05Z, last like this:\nlog 2026-01-01T10:00:09Z {message}"
    )


def play(answers: Mapping[str, str]) -> tuple[dict[str, Any], list[str], dict[int, str]]:
    """Play an investigation: a purpose that begins so is answered so. Return report, purposes, outputs."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": [{"text": f'{{"arn": "{ARN}"}}'}]}]
    purposes: list[str] = []
    outputs: dict[int, str] = {}
    for _turn in range(20):
        message = turns.answer({"messages": messages, "toolConfig": TOOLS})["output"]["message"]
        results = []
        for use in (block["toolUse"] for block in message["content"]):
            if use["name"] == "submit_report":
                return use["input"], purposes, outputs
            purpose = use["input"]["purpose"]
            purposes.append(purpose)
            call = len(purposes)
            outputs[call] = next(
                (text for start, text in answers.items() if purpose.startswith(start)), "nothing"
            )
            content = [{"text": f"call {call}, succeeded\n{outputs[call]}"}]
            results.append({"toolResult": {"toolUseId": use["toolUseId"], "content": content}})
        messages += [message, {"role": "user", "content": results}]
    raise AssertionError(f"no report after 20 turns: {purposes}")


def play_orders(log: str, **more: str) -> tuple[dict[str, Any], list[str], dict[int, str]]:
    return play(
        {
            f"the alarm {ALARM}": ALARM_OUTPUT,
            "configuration of function orders": CONFIG,
            "errors in the log of function orders": log,
            "AWS/Lambda metrics of orders": METRICS,
            **{key.replace("_", " "): text for key, text in more.items()},
        }
    )


KEY_ERROR = log_of(
    "[ERROR] KeyError: 'group'\nTraceback\n  File \"/var/task/orders.py\", line 1\n    event['group']"
)
DENIED = log_of(
    "[ERROR] ClientError: An error occurred (AccessDeniedException): User: arn:x is not authorized to "
    "perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:000000000000:table/orders because no "
    "identity-based policy allows it"
)
POLICIES = "policy work: Allow dynamodb:GetItem, logs:PutLogEvents on *"
POLICY_CHANGE = (
    "change 2026-01-01T10:00:01Z PutRolePolicy on orders-role by arn:aws:iam::000000000000:user/ada"
)


def test_it_goes_from_the_alarm_to_the_function_to_the_role() -> None:
    _, purposes, _ = play_orders(DENIED, policies_of_role="policy work: Allow dynamodb:GetItem on *")

    assert purposes[0] == f"the alarm {ALARM}"
    assert "errors in the log of function orders" in purposes
    assert "policies of role orders-role" in purposes
    assert "changes to orders-role" in purposes
    assert len(purposes) == len(set(purposes))


def test_a_missing_permission_is_found_with_the_change_that_took_it() -> None:
    report, _, _ = play_orders(DENIED, policies_of_role=POLICIES, **{"changes_to_orders-role": POLICY_CHANGE})

    cause = report["root_cause"]
    assert "does not allow dynamodb:PutItem" in cause["statement"]
    assert "PutRolePolicy by arn:aws:iam::000000000000:user/ada" in cause["statement"]
    assert cause["confidence"] == "high"
    assert "table/orders" in report["immediate_actions"][0]["command"]


def test_a_permission_that_the_role_has_is_not_called_missing() -> None:
    report, _, _ = play_orders(DENIED, policies_of_role="policy work: Allow dynamodb:* on *")

    assert "alone do not say why" in report["root_cause"]["statement"]
    assert report["root_cause"]["confidence"] == "medium"


@pytest.mark.parametrize(
    ("log", "more"),
    [
        (DENIED, {"policies_of_role": POLICIES, "changes_to_orders-role": POLICY_CHANGE}),
        (
            KEY_ERROR,
            {},
        ),
        (log_of("RequestId: 1 Error: Runtime exited with error: signal: killed\nRuntime.ExitError"), {}),
        (log_of("2026-01-01T10:00:09Z 1 Task timed out after 3.00 seconds"), {}),
        (log_of("[ERROR] KeyError: 'CARRIER'\nTraceback\n    os.environ[\"CARRIER\"]"), {}),
        (CLEAN_LOG, {}),
    ],
)
def test_every_quote_stands_in_the_output_that_it_cites(log: str, more: dict[str, str]) -> None:
    report, _, outputs = play_orders(log, **more)

    cited = [*report["root_cause"]["evidence"], *(e for f in report["findings"] for e in f["evidence"])]
    assert cited
    for evidence in cited:
        assert evidence["quote"] in outputs[evidence["call"]]


def test_without_trouble_in_the_log_nothing_is_blamed() -> None:
    report, _, _ = play_orders(CLEAN_LOG)

    assert report["root_cause"]["statement"].startswith("No fault was found in orders")
    assert report["severity"] == "low"
    assert report["gaps"]
    assert "orders fails: its log tells of no trouble." in report["ruled_out"]


def test_trouble_that_it_does_not_understand_is_not_called_health() -> None:
    report, _, _ = play_orders(log_of("the ledger was refused by the bank"))

    assert "threshold" not in report["title"]
    assert report["root_cause"]["confidence"] == "inconclusive"
    assert "Lines of trouble stand in the log that these rules do not know." in report["gaps"]
    assert not any("could be read" in gap for gap in report["gaps"])


def test_a_queue_that_nobody_consumes_is_named() -> None:
    alarm = ALARM_OUTPUT.replace('AWS/Lambda Errors Sum {"FunctionName": "orders"}',
                                 'AWS/SQS ApproximateNumberOfMessagesVisible Maximum {"QueueName": "parcels"}')  # fmt: skip
    depth = "queue parcels holds 8 messages that wait and 0 that are being tried, dead-letter queue: none"

    report, _, _ = play({"the alarm": alarm, "depth and consumers": depth})

    assert report["title"] == "8 messages wait in queue parcels, and no function consumes it"
    assert report["root_cause"]["confidence"] == "low"
    consumed, _, _ = play(
        {"the alarm": alarm, "depth and consumers": f"{depth}\nconsumer ship is Enabled, last result: OK"}
    )
    assert "no function consumes" not in consumed["title"]


def test_without_any_answer_it_is_inconclusive() -> None:
    report, _, _ = play({})

    assert report["root_cause"]["confidence"] == "inconclusive"
    assert report["root_cause"]["evidence"] == []
    assert any("no datapoints" in gap for gap in report["gaps"])


def test_a_change_after_the_error_is_not_blamed() -> None:
    late = "change 2026-01-01T11:00:00Z UpdateFunctionCode20150331v2 on orders by arn:x"
    log = KEY_ERROR

    report, _, _ = play_orders(log, changes_to_orders=late)

    assert "UpdateFunctionCode" not in report["root_cause"]["statement"]
    assert report["root_cause"]["confidence"] == "medium"


def test_a_refused_change_is_not_blamed() -> None:
    refused = f"{POLICY_CHANGE}, refused with AccessDenied"

    report, _, _ = play_orders(DENIED, policies_of_role=POLICIES, **{"changes_to_orders-role": refused})

    assert "PutRolePolicy" not in report["root_cause"]["statement"]


def test_a_dependency_that_fails_itself_is_the_root() -> None:
    report, _, _ = play_orders(
        log_of("1 Task timed out after 3.00 seconds\nbefore 2026-01-01T10:00:06Z asking stock"),
        functions_that_orders="mentioned function stock",
        errors_in_the_log_of_function_stock="read 3 log events of x, 1 of them tell of trouble\n"
        "log 2026-01-01T10:00:07Z RequestId: 2 Error: Runtime exited with error: signal: killed",
        configuration_of_function_stock="function stock has 128 MB and 10 s, runs x",
    )

    assert report["root_cause"]["statement"].startswith("Function stock is killed")


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("is not authorized to perform: s3:GetObject on resource: arn:x", Kind.DENIED),
        ("An error occurred (AccessDenied) when calling the GetObject operation", Kind.DENIED),
        ("ProvisionedThroughputExceededException: too fast", Kind.THROTTLED),
        ("Task timed out after 3.00 seconds", Kind.TIMED_OUT),
        ("Error: Runtime exited with error: signal: killed", Kind.MEMORY),
        ("[Errno 28] No space left on device", Kind.MEMORY),
        ("Runtime.ImportModuleError: No module named 'requests'", Kind.NO_MODULE),
        ("ZeroDivisionError: division by zero", Kind.EXCEPTION),
        ("[ERROR] TariffNotFound: no tariff for 'XX'", Kind.EXCEPTION),
        ("all is well", None),
    ],
)
def test_symptoms_are_told_apart_by_their_words(message: str, kind: Kind | None) -> None:
    symptom = classify(LogEntry(1, "2026-01-01T10:00:00Z", message, message))

    assert (symptom.kind if symptom else None) == kind


def test_it_concludes_when_it_is_told_to() -> None:
    messages = [
        {"role": "user", "content": [{"text": f'"{ARN}"'}, {"text": "Call submit_report now, please."}]}
    ]

    answer = turns.answer({"messages": messages, "toolConfig": TOOLS})

    assert answer["output"]["message"]["content"][0]["toolUse"]["name"] == "submit_report"


def test_it_never_asks_for_more_than_its_share_of_calls() -> None:
    purposes = [f"p{i}" for i in range(detective.MOST_CALLS)]
    seen = transcript.Transcript(
        ALARM,
        tuple(transcript.Answered(p, i, "") for i, p in enumerate(purposes)),
        frozenset({"run_python"}),
        False,
    )

    assert detective.next_probes(seen) == []
    assert diagnosis.diagnose(seen).confidence == "inconclusive"


@pytest.mark.parametrize("request_body", [{}, {"messages": [{"role": "user", "content": []}]}])
def test_a_request_without_conversation_or_tools_is_refused(request_body: dict[str, Any]) -> None:
    with pytest.raises(UnusableRequestError):
        turns.answer(request_body)


def post(url: str, body: object) -> tuple[int, dict[str, Any], str]:
    request = urllib.request.Request(url, data=json.dumps(body).encode(), method="POST")
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, json.load(answer), ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error), error.headers["x-amzn-errortype"]


def failing(status: int, kind: str) -> Callable[[object], dict[str, Any]]:
    def answer(_request: object) -> dict[str, Any]:
        raise ModelFailure(status, kind, "as told")

    return answer


def test_the_server_speaks_converse_and_bedrocks_errors() -> None:
    conversation = {"messages": [{"role": "user", "content": [{"text": ARN}]}], "toolConfig": TOOLS}
    with ModelServer() as server:
        server.start()
        status, body, _ = post(f"{server.url}/model/global.anthropic.claude%3A0/converse", conversation)
        assert (status, body["stopReason"]) == (200, "tool_use")
        assert body["usage"]["totalTokens"] == body["usage"]["inputTokens"] + body["usage"]["outputTokens"]
        assert post(f"{server.url}/model/m/converse", {})[0::2] == (400, "ValidationException")
        assert post(f"{server.url}/guardrail/g", {})[0::2] == (404, "UnknownOperationException")
        server.answer = failing(429, "ThrottlingException")
        assert post(f"{server.url}/model/m/converse", {})[0::2] == (429, "ThrottlingException")
        server.shutdown()


@pytest.mark.parametrize("quote", ["connection refused by orders-database " * 12, "x" * 400, "short"])
def test_a_long_quote_ends_with_a_word(quote: str) -> None:
    cited = str(Cited(1, quote.strip()).evidence()["quote"])
    assert (quote.strip() + " ").startswith(cited + " ")
