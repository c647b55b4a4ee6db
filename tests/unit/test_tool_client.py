import io
import json
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from ports import ToolAnswer
from record import AwsCall
from tool_client import ToolClient, client_config

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:tool-lambda"
WHOLE = {
    "success": True,
    "output": "1\n",
    "stdout": "1\n",
    "stderr": "",
    "result": None,
    "error": None,
    "removed_imports": ["import json"],
    "unavailable_modules": [],
    "aws_calls": [
        {"service": "s3", "operation": "ListBuckets", "region": "eu-west-1", "status": 200, "duration_ms": 3}
    ],
    "truncated": False,
    "duration_ms": 12,
}


class Lambda:
    """A Lambda client that answers from a script and keeps what it was sent."""

    def __init__(self, *script):
        self.script = script
        self.sent = []

    def invoke(self, **request):
        step = self.script[min(len(self.sent), len(self.script) - 1)]
        self.sent.append(request)
        if isinstance(step, Exception):
            raise step
        payload, function_error = step if isinstance(step, tuple) else (step, None)
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return {
            "StatusCode": 200,
            "Payload": io.BytesIO(body),
            **({"FunctionError": function_error} if function_error else {}),
        }


def error(code):
    return ClientError({"Error": {"Code": code, "Message": "because"}}, "Invoke")


def run(client, **more):
    return ToolClient(client, ARN, sleep=lambda seconds: None, **more).run(
        "print(1)", timedelta(seconds=30.7)
    )


def test_code_timeout_region_role_and_cap_are_sent():
    client = Lambda(WHOLE)
    run(client, region="us-east-2", role_arn="arn:aws:iam::1:role/x", max_output_chars=500)
    (sent,) = client.sent
    assert sent["FunctionName"] == ARN
    assert json.loads(sent["Payload"]) == {
        "code": "print(1)",
        "timeout_seconds": 30,
        "region": "us-east-2",
        "role_arn": "arn:aws:iam::1:role/x",
        "max_output_chars": 500,
    }


def test_what_is_not_set_is_not_sent():
    client = Lambda(WHOLE)
    ToolClient(client, ARN).run("1", timedelta(milliseconds=5))
    assert json.loads(client.sent[0]["Payload"]) == {"code": "1", "timeout_seconds": 1}


def test_a_whole_answer_is_read():
    assert run(Lambda(WHOLE)) == ToolAnswer(
        success=True,
        output="1\n",
        stdout="1\n",
        removed_imports=("import json",),
        aws_calls=(AwsCall("s3", "ListBuckets", "eu-west-1", "200", 3.0),),
        duration_ms=12.0,
    )


def test_an_error_of_the_code_stands_in_its_output():
    trace = 'Traceback (most recent call last):\n  File "<code>", line 1\nValueError: bad'
    answer = run(
        Lambda(
            {**WHOLE, "success": False, "error": {"type": "ValueError", "message": "bad", "traceback": trace}}
        )
    )
    assert not answer.unavailable
    assert answer.error == "ValueError: bad"
    assert answer.output == f"1\n\n{trace}"


def test_an_error_without_a_traceback_is_told_in_a_line():
    answer = run(
        Lambda({"success": False, "error": {"type": "Timeout", "message": "30 s", "traceback": None}})
    )
    assert (answer.error, answer.output) == ("Timeout: 30 s", "Timeout: 30 s")
    assert run(Lambda({"success": False, "error": "odd"})).output == "odd"


def test_the_result_is_a_string_or_none():
    assert run(Lambda({**WHOLE, "result": "5"})).result == "5"
    assert run(Lambda({**WHOLE, "result": 5})).result == "5"


@pytest.mark.parametrize(
    "code",
    ["TooManyRequestsException", "ThrottlingException", "EC2ThrottledException", "ResourceConflictException"],
)
def test_an_invocation_that_did_not_start_is_sent_again(code):
    client = Lambda(error(code), error(code), WHOLE)
    assert run(client).success
    assert len(client.sent) == 3


@pytest.mark.parametrize(
    "failure",
    [ConnectTimeoutError(endpoint_url="https://x"), EndpointConnectionError(endpoint_url="https://x")],
)
def test_a_connection_that_was_never_made_is_tried_again(failure):
    client = Lambda(failure, WHOLE)
    assert run(client).success
    assert len(client.sent) == 2


@pytest.mark.parametrize(
    "failure", [error("TooManyRequestsException"), EndpointConnectionError(endpoint_url="https://x")]
)
def test_tries_come_to_an_end(failure):
    client = Lambda(failure)
    answer = run(client)
    assert answer.unavailable
    assert len(client.sent) == 4


@pytest.mark.parametrize(
    "failure",
    [error("ServiceException"), error("AccessDeniedException"), ReadTimeoutError(endpoint_url="https://x")],
)
def test_an_invocation_that_may_have_run_is_never_sent_again(failure):
    client = Lambda(failure, WHOLE)
    answer = run(client)
    assert answer.unavailable
    assert not answer.success
    assert answer.error.startswith("The tool function is unavailable: ")
    assert len(client.sent) == 1


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (
            ({"errorType": "Runtime.ExitError", "errorMessage": "exit status 1"}, "Unhandled"),
            "Runtime.ExitError: exit status 1",
        ),
        (({}, "Unhandled"), "Unhandled"),
        (b"not json", "no JSON (8 bytes)"),
        (b"[]", "no JSON object"),
        ({"output": "x"}, "lacks `success`"),
    ],
)
def test_an_answer_that_is_none_says_so(step, words):
    answer = run(Lambda(step))
    assert answer.unavailable
    assert words in answer.error


def test_parts_of_a_wrong_type_are_read_as_far_as_they_go():
    answer = run(
        Lambda({"success": 1, "output": None, "aws_calls": ["x", {"service": "s3"}], "duration_ms": None})
    )
    assert answer == ToolAnswer(success=True, output="", aws_calls=(AwsCall("s3", "", "", "", 0.0),))


def test_the_clients_configuration_outwaits_the_tool_and_never_retries():
    config = client_config(timedelta(seconds=60))
    assert config.read_timeout > 60
    assert config.retries["total_max_attempts"] == 1


@pytest.mark.parametrize("odd", ["abc", float("nan"), 1e308, -1, [1]])
def test_odd_parts_of_an_answer_are_left_out(odd):
    answer = {**WHOLE, "duration_ms": odd, "removed_imports": 7, "aws_calls": [{"duration_ms": odd}, 1]}
    read = run(Lambda(answer))
    assert (read.success, read.duration_ms, read.removed_imports) == (True, 0.0, ())
    assert [call.duration_ms for call in read.aws_calls] == [0.0]
    assert run(Lambda({**WHOLE, "aws_calls": 5})).aws_calls == ()


@pytest.mark.parametrize(
    "step", [ResponseParserError("no XML"), ConnectionResetError("gone"), b'{"success": ' + b"[" * 100_000]
)
def test_an_answer_that_cannot_be_parsed_is_unavailable(step):
    client = Lambda(step)
    assert run(client).unavailable
    assert len(client.sent) == 1
