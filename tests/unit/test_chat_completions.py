"""Converse and chat completions say the same to each other: tools, results, errors, stop reasons, counts."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from tests.fakes.chat_server import Refusal, calls, chat_server, says

import chat_completions
from bedrock_client import BedrockModel
from capabilities import Capabilities, Learned
from chat_completions import ChatCompletions
from ports import ConversationTooLong, ModelUnavailable, Request, StopReason


def result(call: str, status: str, *content: dict[str, Any]) -> dict[str, Any]:
    return {"toolResult": {"toolUseId": call, "status": status, "content": list(content)}}


def use(call: str, name: str, given: object) -> dict[str, Any]:
    return {"toolUse": {"toolUseId": call, "name": name, "input": given}}


ASKED: dict[str, Any] = {
    "modelId": "ignored",
    "system": [{"text": "You investigate."}, {"cachePoint": {"type": "default"}}, {"text": "Be brief."}],
    "inferenceConfig": {"maxTokens": 500, "temperature": 0.2, "stopSequences": ["STOP"]},
    "toolConfig": {
        "tools": [
            {
                "toolSpec": {
                    "name": "run_python",
                    "description": "Runs code.",
                    "inputSchema": {"json": {"type": "object"}},
                    "strict": True,
                }
            },
            {"cachePoint": {"type": "default"}},
        ]
    },
    "messages": [
        {"role": "user", "content": [{"text": "An alarm."}, {"cachePoint": {"type": "default"}}]},
        {
            "role": "assistant",
            "content": [
                {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}},
                {"text": "I look."},
                {"toolUse": {"toolUseId": "a", "name": "run_python", "input": {"code": "print('é')"}}},
                {"toolUse": {"toolUseId": "b", "name": "run_python", "input": {"code": "1/0"}}},
            ],
        },
        {
            "role": "user",
            "content": [
                result("a", "success", {"text": "é"}, {"json": {"n": 1}}),
                result("b", "error", {"text": "ZeroDivisionError"}),
                {"text": "Conclude."},
            ],
        },
    ],
}  # fmt: skip


def test_request_keeps_system_tools_calls_results_and_their_failure() -> None:
    made = chat_completions.request(ASKED, "qwen3")
    assert made["model"] == "qwen3"
    assert (made["max_tokens"], made["temperature"], made["stop"]) == (500, 0.2, ["STOP"])
    function = {
        "name": "run_python",
        "description": "Runs code.",
        "parameters": {"type": "object"},
        "strict": True,
    }
    assert made["tools"] == [{"type": "function", "function": function}]
    assert "tool_choice" not in made
    system, user, assistant, first, second, last = made["messages"]
    assert system == {"role": "system", "content": "You investigate.\n\nBe brief."}
    assert user == {"role": "user", "content": "An alarm."}
    assert assistant["content"] == "I look."
    assert [call["id"] for call in assistant["tool_calls"]] == ["a", "b"]
    assert json.loads(assistant["tool_calls"][0]["function"]["arguments"]) == {"code": "print('é')"}
    assert first == {"role": "tool", "tool_call_id": "a", "content": 'é\n\n{"n": 1}'}
    assert second == {"role": "tool", "tool_call_id": "b", "content": "[the call failed]\nZeroDivisionError"}
    assert last == {"role": "user", "content": "Conclude."}


@pytest.mark.parametrize(
    ("choice", "made"),
    [
        ({"auto": {}}, None),
        ({"any": {}}, "required"),
        ({"tool": {"name": "submit_report"}}, {"type": "function", "function": {"name": "submit_report"}}),
    ],
)
def test_tool_choice_is_translated(choice: dict[str, Any], made: object) -> None:
    asked = {**ASKED, "toolConfig": {**ASKED["toolConfig"], "toolChoice": choice}}
    assert chat_completions.request(asked, "m").get("tool_choice") == made


@pytest.mark.parametrize(
    ("completion", "stop", "content"),
    [
        (says("Done."), "end_turn", [{"text": "Done."}]),
        (says("Half", "length"), "max_tokens", [{"text": "Half"}]),
        (says("", "content_filter"), "content_filtered", []),
        (says("Odd", "eos_token"), "eos_token", [{"text": "Odd"}]),
        (
            calls(("run_python", {"code": "1"}), finish="stop"),
            "tool_use",
            [use("call_0_run_python", "run_python", {"code": "1"})],
        ),
        (
            calls(("run_python", '{"code": "cut off'), finish="length"),
            "max_tokens",
            [use("call_0_run_python", "run_python", '{"code": "cut off')],
        ),
        (
            {"choices": [{"message": {"content": [{"text": "A"}, {"type": "image"}], "refusal": "No."}}]},
            "content_filtered",
            [{"text": "A"}, {"text": "No."}],
        ),
        (
            {"choices": [{"message": {"tool_calls": [
                {"function": {"name": "x", "arguments": {"a": 1}}}, {"function": {"name": "y"}},
            ]}}]},
            "tool_use",
            [
                use("call_1", "x", {"a": 1}),
                use("call_2", "y", {}),
            ],
        ),
    ],
)  # fmt: skip
def test_completion_becomes_converses_answer(
    completion: dict[str, Any], stop: str, content: list[dict[str, Any]]
) -> None:
    made = chat_completions.answer(completion)
    assert made["stopReason"] == stop
    assert made["output"]["message"] == {"role": "assistant", "content": content}


def test_token_counts_tell_cached_ones_apart() -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 50, "prompt_tokens_details": {"cached_tokens": 800}}
    assert chat_completions.answer(says("x", usage=usage))["usage"] == {
        "inputTokens": 200, "outputTokens": 50, "totalTokens": 1050, "cacheReadInputTokens": 800,
    }  # fmt: skip


def test_request_goes_to_the_server_with_its_key() -> None:
    with chat_server(says("Hello.")) as server:
        made = ChatCompletions(server.url, "m", "secret-key").converse(**ASKED)
    assert made["output"]["message"]["content"] == [{"text": "Hello."}]
    assert server.asked[0]["path"] == "/v1/chat/completions"
    assert server.headers[0]["Authorization"] == "Bearer secret-key"


def test_throttling_and_server_errors_are_tried_again_after_a_pause() -> None:
    pauses: list[float] = []
    steps = (
        Refusal(429, {}, {"Retry-After": "7"}),
        Refusal(503, {}),
        Refusal(429, {}, {"Retry-After": "soon"}),
        says("Up."),
    )
    with chat_server(*steps) as server:
        made = ChatCompletions(server.url, "m", sleep=pauses.append).converse(**ASKED)
    assert made["output"]["message"]["content"] == [{"text": "Up."}]
    assert pauses == [7.0, 4.0, 8.0]


@pytest.mark.parametrize(
    ("step", "code", "message"),
    [
        (Refusal(401, {"error": {"message": "bad key"}}), "Http401", "bad key"),
        (Refusal(404, {"error": "model 'm' not found"}), "Http404", "model 'm' not found"),
        (Refusal(400, b"plain words"), "Http400", "plain words"),
        (Refusal(500, {"error": {"message": "boom"}}), "Http500", "boom"),
        (b"<html>", "ModelErrorException", "no JSON object"),
        ({"choices": []}, "ModelErrorException", "no choices"),
    ],
)
def test_refusal_is_a_client_error_in_the_servers_words(step: object, code: str, message: str) -> None:
    with chat_server(step) as server, pytest.raises(ClientError) as raised:
        ChatCompletions(server.url, "m", sleep=lambda _: None).converse(**ASKED)
    assert raised.value.response["Error"]["Code"] == code
    assert message in raised.value.response["Error"]["Message"]


def test_server_that_is_not_there_is_unreachable() -> None:
    with chat_server(says("x")) as server:
        url = server.url
    with pytest.raises(EndpointConnectionError):
        ChatCompletions(url, "m", sleep=lambda _: None).converse(**ASKED)


def test_only_web_addresses_are_taken() -> None:
    with pytest.raises(ValueError, match="expected http:// or https://"):
        ChatCompletions("file:///etc", "m")


def test_newer_name_of_the_token_limit_is_learned() -> None:
    refusal = Refusal(
        400, {"error": {"message": "Unsupported parameter: use 'max_completion_tokens' instead."}}
    )
    with chat_server(refusal, says("A."), says("B.")) as server:
        model = ChatCompletions(server.url, "m")
        model.converse(**ASKED)
        model.converse(**ASKED)
    assert ["max_completion_tokens" in asked for asked in server.asked] == [False, True, True]


# --- behind the engine's own Bedrock client ---


def reply_of(server_url: str) -> Any:
    server: Any = ChatCompletions(server_url, "m", sleep=lambda _: None)
    able = Capabilities(cache_points=False, result_status=True, window=8000)
    model = BedrockModel(server, "openai:m", learned=Learned(known={"openai:m": able}), sleep=lambda _: None)
    request = Request("Look.", [{"role": "user", "content": [{"text": "An alarm."}]}], "key1")
    return model, model.reply(request, timedelta(seconds=20))


def test_engine_reads_tool_calls() -> None:
    with chat_server(calls(("run_python", {"code": "1"}))) as server:
        _, reply = reply_of(server.url)
    assert reply.stop is StopReason.TOOL_USE
    assert reply.message["content"][0]["toolUse"]["input"] == {"code": "1"}
    assert [tool["function"]["name"] for tool in server.asked[0]["tools"]] == ["run_python", "submit_report"]


def test_engine_gives_up_tools_when_the_server_refuses_them() -> None:
    refusal = Refusal(400, {"error": {"message": "registry/library/gemma does not support tools"}})
    with chat_server(refusal, says("Nothing to call.")) as server:
        model, reply = reply_of(server.url)
    assert "tools" not in server.asked[1]
    assert any("plain text" in note for note in model.notes)
    assert reply.stop is StopReason.END_TURN


def test_engine_shortens_when_the_window_is_exceeded() -> None:
    refusal = Refusal(400, {"error": {"message": "This model's maximum context length is 4096 tokens."}})
    with chat_server(refusal) as server, pytest.raises(ConversationTooLong):
        reply_of(server.url)


def test_engine_reports_a_server_that_refuses() -> None:
    with (
        chat_server(Refusal(401, {"error": {"message": "bad key"}})) as server,
        pytest.raises(ModelUnavailable, match="bad key"),
    ):
        reply_of(server.url)
