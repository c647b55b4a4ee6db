import json
import threading
from datetime import timedelta

import botocore.session
import pytest
from botocore.exceptions import EndpointConnectionError, ParamValidationError, ReadTimeoutError
from botocore.parsers import ResponseParserError
from botocore.stub import Stubber
from tests.fakes.bedrock import FakeBedrock, answer, calls, refusal, says, uses

import bedrock_client
import capabilities
from bedrock_client import BedrockModel
from capabilities import Learned
from ports import ConversationTooLong, ModelUnavailable, Price, ReplyTooLate, Request, StopReason
from record import Usage

SONNET = "global.anthropic.claude-sonnet-4-5-20250929-v1:0"
UNKNOWN = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc"
MINUTE = timedelta(minutes=1)
REQUEST = Request("Be good.", [{"role": "user", "content": [{"text": "look"}]}], "a1b2c3d4e5f6")


def model(client, model_id=SONNET, **more):
    return BedrockModel(client, model_id, learned=more.pop("learned", Learned()), **more)


def test_a_reply_comes_back_as_it_was_said():
    reasoning = {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "abc"}}}
    use = uses("run_python", {"code": "print(1)"})
    client = FakeBedrock([answer(reasoning, {"text": "I look."}, use, stop="tool_use")])
    reply = model(client).reply(REQUEST, MINUTE)
    assert reply.stop is StopReason.TOOL_USE
    assert reply.message == {"role": "assistant", "content": [reasoning, {"text": "I look."}, use]}
    assert reply.usage.output_tokens > 0


def test_every_stop_reason_of_the_sdk_is_known():
    service = botocore.session.get_session().get_service_model("bedrock-runtime")
    listed = service.shape_for("StopReason").enum
    assert {*listed} | {"other"} == {str(reason) for reason in StopReason}
    for reason in listed:
        assert model(FakeBedrock([says("x", stop=reason)])).reply(REQUEST, MINUTE).stop == reason


@pytest.mark.parametrize(
    ("reason", "stop"),
    [("refusal", StopReason.CONTENT_FILTERED), ("pause_turn", StopReason.OTHER), (None, StopReason.OTHER)],
)
def test_reasons_that_are_not_listed(reason, stop):
    assert model(FakeBedrock([says("x", stop=reason)])).reply(REQUEST, MINUTE).stop is stop


class Answers:
    """A client that gives one raw answer."""

    def __init__(self, raw):
        self.raw = raw

    def converse(self, **request):
        self.request = request
        return self.raw


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"output": None},
        {"output": {"message": None}},
        {"output": {"message": {"role": "assistant"}}, "usage": None},
    ],
)
def test_an_answer_without_content_is_an_empty_reply(raw):
    reply = model(Answers(raw)).reply(REQUEST, MINUTE)
    assert reply.message == {"role": "assistant", "content": []}
    assert reply.usage == Usage()


def test_usage_counts_cached_tokens_apart():
    counts = {
        "inputTokens": 1,
        "outputTokens": 2,
        "totalTokens": 10,
        "cacheReadInputTokens": 3,
        "cacheWriteInputTokens": 4,
    }
    assert model(Answers({**says("x"), "usage": counts})).reply(REQUEST, MINUTE).usage == Usage(1, 2, 3, 4)


def test_a_guardrail_is_sent_and_its_reason_reported():
    client = FakeBedrock(
        [
            {
                **says("blocked", stop="guardrail_intervened"),
                "trace": {"guardrail": {"actionReason": "Guardrail blocked."}},
            }
        ]
    )
    reply = model(client, guardrail=("gr-1", "DRAFT")).reply(REQUEST, MINUTE)
    assert client.requests[0]["guardrailConfig"] == {
        "guardrailIdentifier": "gr-1",
        "guardrailVersion": "DRAFT",
        "trace": "enabled",
    }
    assert reply.detail == "guardrail_intervened: Guardrail blocked."


def test_an_unknown_model_gives_up_one_capability_a_refusal_and_remembers():
    client = FakeBedrock([says("I see.")], behind="amazon.titan-text-express-v1")
    learned = Learned()
    asked = model(client, UNKNOWN, learned=learned)
    assert asked.notes == ()
    asked.reply(Request("Be good. " * 400, REQUEST.messages, "a1b2c3d4e5f6"), MINUTE)
    assert [message[:40] for message in client.refused] == [
        "This model doesn't support system messag",
        "You invoked an unsupported model or your",
        "This model doesn't support tool use.",
    ]
    assert len(asked.notes) == 3
    again = model(client, UNKNOWN, learned=learned)
    again.reply(REQUEST, MINUTE)
    assert len(client.refused) == 3
    assert again.notes == asked.notes


def test_a_model_of_a_known_family_is_never_refused_anything():
    for model_id in (
        "amazon.titan-text-express-v1",
        "us.meta.llama3-3-70b-instruct-v1:0",
        "us.amazon.nova-pro-v1:0",
        SONNET,
    ):
        client = FakeBedrock([says("I see.")])
        model(client, model_id).reply(
            Request("Be good. " * 900, REQUEST.messages, "k", report_only=True), MINUTE
        )
        assert client.refused == []


def test_overrides_of_the_operator_are_followed():
    client = FakeBedrock([says("I see.")])
    model(client, overrides={"cache_points": False, "tools": False}).reply(REQUEST, MINUTE)
    assert "toolConfig" not in client.requests[0]


def test_a_request_that_the_sdk_finds_invalid_is_our_fault_and_says_so():
    client = FakeBedrock([ParamValidationError(report="Invalid type for parameter messages")])
    with pytest.raises(ModelUnavailable, match="Invalid type for parameter messages"):
        model(client).reply(REQUEST, MINUTE)


def test_strict_is_left_out_when_the_sdk_does_not_know_it():
    client = botocore.session.get_session().create_client(
        "bedrock-runtime", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    del client.meta.service_model.shape_for("ToolSpecification").members["strict"]
    learned = Learned()
    with Stubber(client) as stub:
        stub.add_response(
            "converse",
            {
                **says("I see."),
                "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
                "metrics": {"latencyMs": 1},
            },
        )
        reply = BedrockModel(client, SONNET, learned=learned).reply(REQUEST, MINUTE)
    assert reply.stop is StopReason.END_TURN
    assert learned.notes(SONNET) == ()


@pytest.mark.parametrize(
    "odd",
    [
        {"SDK_UNKNOWN_MEMBER": {"name": "brandNewBlock"}},
        {"reasoningContent": {"SDK_UNKNOWN_MEMBER": {"name": "brandNewThought"}}},
        {"toolResult": 1.5},
        {"image": {"format": "png"}},
        {},
    ],
)
def test_a_block_that_converse_would_not_take_back_is_left_out(odd):
    use = uses("run_python", {"code": "print(1)"})
    cited = {"citationsContent": {"content": [{"text": "SDK_UNKNOWN_MEMBER"}], "citations": []}}
    words = {"text": "the SDK calls it SDK_UNKNOWN_MEMBER"}
    reply = model(FakeBedrock([answer(words, odd, cited, use)])).reply(REQUEST, MINUTE)
    assert reply.message["content"] == [words, cited, use]


def test_a_field_that_we_never_send_takes_no_capability_away():
    learned = Learned()
    odd = {"role": "assistant", "content": [{"SDK_UNKNOWN_MEMBER": {"name": "brandNewBlock"}}]}
    asked = model(FakeBedrock([says("x")]), learned=learned)
    with pytest.raises(ModelUnavailable, match="not valid"):
        asked.reply(Request("", [*REQUEST.messages, odd, *REQUEST.messages], "k"), MINUTE)
    assert learned.known[SONNET] == capabilities.of(SONNET)


def test_cache_points_are_left_out_when_the_sdk_does_not_know_them():
    report = 'Unknown parameter in system[1]: "cachePoint", must be one of: text, guardContent'
    learned = Learned()
    client = FakeBedrock([ParamValidationError(report=report), says("I see.")])
    model(client, learned=learned).reply(REQUEST, MINUTE)
    assert not learned.known[SONNET].cache_points


@pytest.mark.parametrize("code", ["ModelTimeoutException", "ModelErrorException"])
def test_what_botocore_does_not_retry_is_tried_again_with_jittered_pauses(code):
    pauses = []
    client = FakeBedrock([refusal(code), refusal(code), says("at last")])
    reply = model(client, sleep=pauses.append).reply(REQUEST, MINUTE)
    assert reply.message["content"] == [{"text": "at last"}]
    assert len(pauses) == 2
    assert 0 <= pauses[0] <= 2
    assert 0 <= pauses[1] <= 4


def test_a_model_that_keeps_failing_is_unavailable():
    client = FakeBedrock([refusal("ModelErrorException", "the model crashed", 424)])
    with pytest.raises(ModelUnavailable, match="the model crashed"):
        model(client, sleep=lambda seconds: None).reply(REQUEST, MINUTE)
    assert len(client.requests) == 3


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ThrottlingException", "quota"),
        ("ServiceUnavailableException", ""),
        ("InternalServerException", ""),
        ("ModelNotReadyException", ""),
        ("AccessDeniedException", "access to the model is granted"),
        ("ResourceNotFoundException", "bedrock_model_id"),
        ("ValidationException", "bedrock_model_id"),
    ],
)
def test_errors_that_botocore_gave_up_on_are_not_retried_again(code, words):
    client = FakeBedrock([refusal(code, "Because.")])
    with pytest.raises(ModelUnavailable) as caught:
        model(client).reply(REQUEST, MINUTE)
    assert len(client.requests) == 1
    assert all(part in str(caught.value) for part in (code, "Because.", SONNET, words))


def test_the_region_is_named_where_it_is_known():
    client = FakeBedrock([refusal("AccessDeniedException")])
    client.meta = type("Meta", (), {"region_name": "eu-west-1"})
    with pytest.raises(ModelUnavailable, match="in eu-west-1"):
        model(client).reply(REQUEST, MINUTE)


@pytest.mark.parametrize(
    "error", [ReadTimeoutError(endpoint_url="https://x"), EndpointConnectionError(endpoint_url="https://x")]
)
def test_a_broken_connection_is_unavailable(error):
    with pytest.raises(ModelUnavailable, match="could not be reached"):
        model(FakeBedrock([error])).reply(REQUEST, MINUTE)


@pytest.mark.parametrize(
    "message",
    [
        "Input is too long for requested model.",
        "The model returned the following errors: prompt is too long: 205000 tokens > 200000 maximum",
        "This model's maximum context length is 8192 tokens.",
        "Input Tokens Exceeded: Number of input tokens exceeds maximum length: too many input tokens",
    ],
)
def test_a_conversation_that_is_too_long_shrinks_the_window(message):
    asked = model(FakeBedrock([refusal("ValidationException", message)]), UNKNOWN)
    long = Request("s", [{"role": "user", "content": [{"text": "x" * 90_000}]}], "k")
    with pytest.raises(ConversationTooLong):
        asked.reply(long, MINUTE)
    assert asked.window_tokens == 27_000


def test_a_slow_answer_is_cut():
    never = threading.Event()
    client = Answers(None)
    client.converse = lambda **request: never.wait()
    try:
        with pytest.raises(ReplyTooLate, match="did not answer"):
            model(client).reply(REQUEST, timedelta(milliseconds=20))
    finally:
        never.set()


def test_pauses_are_never_longer_than_the_time_left():
    times = iter([0.0, 0.0, 59.5, 59.8])
    pauses = []
    client = FakeBedrock([refusal("ModelTimeoutException"), says("ok")])
    model(client, sleep=pauses.append, timer=lambda: next(times)).reply(REQUEST, MINUTE)
    assert pauses[0] <= 0.5


def test_time_that_runs_out_between_tries_ends_them():
    times = iter([0.0, 0.0, 61.0, 61.0, 61.0])
    client = FakeBedrock([refusal("ModelTimeoutException")])
    with pytest.raises(ReplyTooLate):
        model(client, sleep=lambda seconds: None, timer=lambda: next(times)).reply(REQUEST, MINUTE)


def test_a_model_without_tools_is_asked_and_read_in_text():
    client = FakeBedrock([says("I look.\n```run_python a1b2c3d4e5f6\nprint(1)\n```")])
    reply = model(client, "amazon.titan-text-express-v1").reply(REQUEST, MINUTE)
    assert reply.stop is StopReason.TOOL_USE
    assert reply.message["content"][1]["toolUse"]["input"]["code"] == "print(1)"


def test_prices_windows_and_ids_are_told():
    asked = model(FakeBedrock([]))
    assert (asked.model_id, asked.window_tokens, asked.reply_tokens) == (SONNET, 200_000, 16_000)
    assert asked.price == Price(3.0, 15.0, 0.3, 3.75)
    assert model(FakeBedrock([]), UNKNOWN).price is None
    assert model(FakeBedrock([]), UNKNOWN, price=Price(1, 2, 3, 4)).price == Price(1, 2, 3, 4)


def test_the_clients_configuration_waits_long_and_retries_in_one_place():
    config = bedrock_client.CONFIG
    assert config.read_timeout == 300
    assert config.retries["mode"] == "standard"
    assert config.retries["total_max_attempts"] > 1


def test_requests_are_plain_json():
    client = FakeBedrock([calls("run_python", {"code": "1"})])
    model(client).reply(REQUEST, MINUTE)
    assert json.dumps(client.requests[0])


def block(content):
    return {"output": {"message": {"role": "assistant", "content": content}}, "stopReason": "end_turn"}


@pytest.mark.parametrize(
    "raw",
    [
        ["x"],
        {"output": "x"},
        {"output": {"message": []}},
        block("x"),
        block([None]),
        block(["x"]),
        block([{"text": 5}]),
        block([{"toolUse": "x"}]),
        block([{"reasoningContent": "x"}]),
    ],
)
def test_an_answer_out_of_form_is_asked_for_again_and_then_unavailable(raw):
    pauses = []
    with pytest.raises(ModelUnavailable, match="unreadable"):
        model(Answers(raw), sleep=pauses.append).reply(REQUEST, MINUTE)
    assert len(pauses) == 2


@pytest.mark.parametrize(
    "error",
    [
        ResponseParserError("must have one and only one member set"),
        AttributeError("'str' object has no attribute 'copy'"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
        TypeError("argument of type 'NoneType' is not iterable"),
        RecursionError("maximum recursion depth exceeded"),
    ],
)
def test_an_answer_that_the_sdk_stumbles_over_is_asked_for_again(error):
    client = FakeBedrock([error, says("better")])
    reply = model(client, sleep=lambda seconds: None).reply(REQUEST, MINUTE)
    assert reply.message["content"] == [{"text": "better"}]
    with pytest.raises(ModelUnavailable, match="unreadable"):
        model(FakeBedrock([error]), sleep=lambda seconds: None).reply(REQUEST, MINUTE)


@pytest.mark.parametrize(
    "counts", ["x", {"inputTokens": "abc"}, {"inputTokens": -5}, {"inputTokens": float("nan")}]
)
def test_counts_and_traces_out_of_form_are_left_out(counts):
    raw = {**block([{"text": "x"}]), "stopReason": "guardrail_intervened", "usage": counts}
    reply = model(Answers({**raw, "trace": {"guardrail": "x"}})).reply(REQUEST, MINUTE)
    assert (reply.usage, reply.detail) == (Usage(), "guardrail_intervened")
