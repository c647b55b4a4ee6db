"""The demo's server with a real model behind it: Bedrock's answers whole, another server's translated."""

from __future__ import annotations

import base64
import http.client
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from tests.fakes.chat_server import Refusal, calls, chat_server, says

import capabilities
from local.server import free_port
from model import real_model
from model.server import ModelFailure, ModelServer
from tour import chosen_model, workplace
from tour.chosen_model import ChosenModel, ModelNotReadyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOB = base64.b64encode(b"\x00secret thoughts").decode()
HELLO = {"messages": [{"role": "user", "content": [{"text": "hello"}]}]}
SAID: dict[str, Any] = {
    "output": {
        "message": {
            "role": "assistant",
            "content": [
                {"reasoningContent": {"redactedContent": BLOB}},
                {"toolUse": {"toolUseId": "t1", "name": "run_python", "input": {"code": "1"}}},
            ],
        }
    },
    "stopReason": "tool_use",
    "usage": {"inputTokens": 3, "outputTokens": 4, "totalTokens": 7},
    "metrics": {"latencyMs": 5},
}


@pytest.fixture
def bedrock(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """Stand in for Bedrock's runtime, on loopback, with credentials in the environment."""
    server = ModelServer()
    server.start()
    for name, value in {
        "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": server.url,
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
    yield server
    server.shutdown()
    server.server_close()


def post(server: ModelServer, request: object) -> tuple[int, str | None, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)
    connection.request("POST", "/model/any/converse", json.dumps(request))
    response = connection.getresponse()
    answer = response.status, response.getheader("x-amzn-errortype"), json.loads(response.read())
    connection.close()
    return answer


@pytest.fixture
def front() -> Iterator[ModelServer]:
    """The demo's server, whose model a test chooses."""
    server = ModelServer()
    server.start()
    yield server
    server.shutdown()
    server.server_close()


def test_bedrock_gets_the_request_and_its_answer_comes_back_as_it_was(
    bedrock: ModelServer, front: ModelServer
) -> None:
    bedrock.answer = lambda _: SAID
    front.answer = real_model.answers_of("us.amazon.nova-pro-v1:0", 1000)
    reply = SAID["output"]["message"]
    request = {
        "messages": [*HELLO["messages"], reply, {"role": "user", "content": [{"text": "go on"}]}],
        "system": [{"text": "be brief"}, {"cachePoint": {"type": "default"}}],
        "inferenceConfig": {"maxTokens": 10},
    }

    status, _, answer = post(front, request)

    assert (status, answer) == (200, SAID)
    assert bedrock.requests == [request]


def test_bedrocks_refusal_keeps_its_status_its_kind_and_its_words(
    bedrock: ModelServer, front: ModelServer
) -> None:
    def refuse(_: object) -> Any:
        raise ModelFailure(403, "AccessDeniedException", "no access to the model")

    bedrock.answer = refuse
    front.answer = real_model.answers_of("us.amazon.nova-pro-v1:0", 1000)

    assert post(front, HELLO) == (403, "AccessDeniedException", {"message": "no access to the model"})


def test_an_unreachable_bedrock_is_unavailable(front: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", f"http://127.0.0.1:{free_port()}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    front.answer = real_model.answers_of("us.amazon.nova-pro-v1:0", 1000)

    status, kind, answer = post(front, HELLO)

    assert (status, kind) == (503, "ServiceUnavailableException")
    assert "127.0.0.1" in answer["message"]


def test_an_openai_compatible_server_is_asked_in_its_own_terms(front: ModelServer) -> None:
    with chat_server(calls(("run_python", {"code": "1"}))) as chat:
        front.answer = real_model.answers_of(f"openai:{chat.url}#qwen3:8b", 1000)
        status, _, answer = post(front, HELLO)

    assert status == 200
    assert answer["output"]["message"]["content"][0]["toolUse"]["input"] == {"code": "1"}
    assert [(asked["model"], asked["messages"][0]["content"]) for asked in chat.asked] == [
        ("qwen3:8b", "hello")
    ]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({**HELLO, "system": [{"text": "x"}, {"cachePoint": {"type": "default"}}]}, "does not support cachePoint"),
        ({"messages": [{"role": "user", "content": [{"text": "x" * 4000}]}]}, "Input is too long"),
    ],
)  # fmt: skip
def test_what_such_a_server_cannot_take_is_refused_in_bedrocks_words(
    front: ModelServer, request_: object, words: str
) -> None:
    with chat_server(says("never")) as chat:
        front.answer = real_model.answers_of(f"openai:{chat.url}#small", 1000)
        status, kind, answer = post(front, request_)

    assert (status, kind) == (400, "ValidationException")
    assert words in answer["message"]
    assert chat.asked == []


def test_the_engine_understands_that_refusal() -> None:
    learned = capabilities.Learned()
    chosen = ChosenModel("openai:http://127.0.0.1:1/v1#meta-llama/Llama 3", 1000)
    assert learned.about(chosen.model_id, {}).cache_points

    assert learned.give_up(chosen.model_id, "This model does not support cachePoint.")

    assert not learned.about(chosen.model_id, {}).cache_points
    assert learned.about(chosen.model_id, {}).tools


@pytest.mark.parametrize(
    ("spec", "model_id"),
    [
        ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", "global.anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("openai:http://127.0.0.1:11434/v1#qwen3:8b", "local.qwen3:8b"),
        ("openai:https://example.com/v1#meta-llama/Llama 3", "local.meta-llama-Llama-3"),
    ],
)  # fmt: skip
def test_the_stack_is_deployed_with_an_id_that_its_rules_take(spec: str, model_id: str) -> None:
    assert ChosenModel(spec, 1000).model_id == model_id


def started(port: int, log: Path, *options: str) -> subprocess.Popen[bytes]:
    script = workplace.ROOT / "demo" / "run_model.py"
    environment = {"PYTHONPATH": str(workplace.ROOT / "scripts"), "AWS_CONFIG_FILE": "/dev/null"}
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, str(script), str(port), *options], env=environment, stdout=output, stderr=output
        )


@pytest.mark.parametrize(
    ("completion", "complaint"),
    [
        (says("ready"), ""),
        (Refusal(401, {"error": {"message": "no such key"}}), "does not answer: no such key"),
    ],
)
def test_a_chosen_model_is_asked_for_a_word_before_anything_else(
    tmp_path: Path, completion: object, complaint: str
) -> None:
    port = free_port()
    with chat_server(completion) as chat:
        chosen = ChosenModel(f"openai:{chat.url}#qwen3", 1000)
        process = started(port, tmp_path / "log", *chosen.options())
        try:
            if complaint:
                with pytest.raises(ModelNotReadyError, match=complaint):
                    chosen_model.require_answer(chosen, port, process)
            else:
                chosen_model.require_answer(chosen, port, process)
        finally:
            process.kill()
            process.wait()
    assert len(chat.asked) == 1


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ("openai:http://127.0.0.1:1/v1", "expected openai:URL#MODEL"),
        ("us.amazon.nova-pro-v1:0", "set AWS_REGION"),
    ],
)
def test_a_model_that_cannot_be_used_is_named_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: str, complaint: str
) -> None:
    monkeypatch.setattr(workplace, "MODEL_LOG", tmp_path / "log")
    chosen, port = ChosenModel(spec, 1000), free_port()
    process = started(port, tmp_path / "log", *chosen.options())

    with pytest.raises(ModelNotReadyError, match=complaint):
        chosen_model.require_answer(chosen, port, process)

    assert process.wait() == 1
