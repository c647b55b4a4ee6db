import json
from dataclasses import replace

import botocore.session
import pytest
from tests.fakes.engine import (
    REPORT,
    FakeClock,
    MemoryCheckpoints,
    ScriptedModel,
    ScriptedTool,
    asks,
    both,
    case,
    limits,
    reports,
    text,
)

import prompt_template
import replies
from conversation import requests
from investigation import investigate
from ports import Reply, StopReason
from record import Outcome, Usage

LOOK = asks("print(1)")


def go(*script, tool=None, **changes):
    model = ScriptedModel(script)
    tool = tool or ScriptedTool()
    ended = investigate(
        case(),
        model=model,
        tool=tool,
        limits=limits(**changes),
        clock=FakeClock(),
        checkpoints=MemoryCheckpoints(),
    )
    return ended, model


def last_heard(request):
    return json.dumps(request.messages[-1], ensure_ascii=False)


def empty(*content, stop=StopReason.END_TURN):
    return Reply(stop, {"role": "assistant", "content": list(content)}, Usage(1000, 0))


def test_every_stop_reason_has_its_handler():
    listed = botocore.session.get_session().get_service_model("bedrock-runtime").shape_for("StopReason").enum
    assert set(replies.HANDLERS) == {StopReason(reason) for reason in listed} | {StopReason.OTHER}


@pytest.mark.parametrize(
    "stop", [StopReason.END_TURN, StopReason.STOP_SEQUENCE, StopReason.OTHER, StopReason.TOOL_USE]
)
def test_calls_count_whatever_the_stop_reason_says(stop):
    ended, _ = go(replace(LOOK, stop=stop), reports())
    assert ended.outcome is Outcome.REPORTED
    assert len(ended.tool_calls) == 2


@pytest.mark.parametrize(
    "stop", [StopReason.END_TURN, StopReason.STOP_SEQUENCE, StopReason.OTHER, StopReason.TOOL_USE]
)
def test_words_count_whatever_the_stop_reason_says(stop):
    ended, _ = go(LOOK, text("The disk.", stop))
    assert (ended.outcome, ended.text) == (Outcome.ANSWERED_IN_TEXT, "The disk.")


def test_a_truncated_answer_is_continued_and_put_together():
    cut = StopReason.MAX_TOKENS
    ended, model = go(LOOK, text("It was ", cut), text("the di", cut), text("sk."))
    assert ended.text == "It was the disk."
    assert ended.outcome is Outcome.ANSWERED_IN_TEXT
    assert prompt_template.notice("truncated_text") in last_heard(model.requests[2])


def test_an_answer_that_never_ends_is_kept_as_far_as_it_got():
    ended, model = go(LOOK, text("on and on", StopReason.MAX_TOKENS))
    assert ended.outcome is Outcome.ANSWERED_IN_TEXT
    assert ended.text.count("on and on") == 4
    assert "never came to its end" in ended.outcome_detail
    assert len(model.requests) == 5


def test_a_truncated_thought_without_words_is_an_empty_reply():
    thought = {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "s"}}}
    ended, model = go(LOOK, empty(thought, stop=StopReason.MAX_TOKENS), reports())
    assert ended.outcome is Outcome.REPORTED
    assert prompt_template.notice("empty") in last_heard(model.requests[2])


def test_a_call_that_was_cut_off_is_not_run_but_those_before_it_are():
    tool = ScriptedTool()
    ended, model = go(asks("a", "b", stop=StopReason.MAX_TOKENS), reports(), reports(), tool=tool)
    assert tool.calls[1:] == ["a"]
    first, second = (block["toolResult"] for block in model.requests[1].messages[-1]["content"])
    assert (first["status"], second["status"]) == ("success", "error")
    assert "cut off" in second["content"][0]["text"]
    assert ended.outcome is Outcome.REPORTED


def test_a_report_that_was_cut_off_is_asked_for_again():
    ended, _ = go(LOOK, replace(reports({"title": "hal"}), stop=StopReason.MAX_TOKENS), reports())
    assert ended.outcome is Outcome.REPORTED
    assert ended.report.summary


@pytest.mark.parametrize("stop", [StopReason.MALFORMED_TOOL_USE, StopReason.MALFORMED_MODEL_OUTPUT])
def test_garble_is_told_to_the_model_and_not_kept(stop):
    broken = {"toolUse": {"toolUseId": "x", "name": "run_python", "input": {}}}
    ended, model = go(LOOK, empty(broken, stop=stop), reports())
    assert ended.outcome is Outcome.REPORTED
    assert str(stop) in last_heard(model.requests[2])
    assert len(model.requests[2].messages) == len(model.requests[1].messages)


@pytest.mark.parametrize(
    "reply",
    [
        empty(),
        empty({"text": " \n"}),
        empty({"reasoningContent": {"reasoningText": {"text": "hm"}}}),
        empty(stop=StopReason.MALFORMED_TOOL_USE),
        asks("x", name="look_around"),
        asks({}),
        LOOK,
        reports({"severity": "high"}),
    ],
)
def test_what_brings_nothing_again_and_again_ends(reply):
    ended, model = go(LOOK, reply)
    assert ended.outcome is Outcome.MODEL_FAILED
    assert len(model.requests) <= 8
    assert model.requests[-1].report_only
    assert "brought nothing new" in " ".join(ended.notes)
    assert "told to conclude" in ended.outcome_detail


def test_something_new_in_between_starts_the_patience_anew():
    script = [empty(), empty(), asks("a"), empty(), empty(), asks("b"), empty(), empty(), reports()]
    ended, model = go(*script)
    assert ended.outcome is Outcome.REPORTED
    assert not any(request.report_only for request in model.requests)


def test_the_window_reached_while_replying_makes_room():
    big = ScriptedTool(lambda code: replace(ScriptedTool().answer(code), output="x" * 25_000))
    ended, model = go(
        asks("a"), asks("b"), empty(stop=StopReason.CONTEXT_WINDOW_EXCEEDED), reports(), reports(), tool=big
    )
    assert ended.outcome is Outcome.REPORTED
    assert len(json.dumps(model.requests[3].messages)) < len(json.dumps(model.requests[2].messages))


def test_the_window_reached_for_ever_ends():
    ended, _ = go(LOOK, empty(stop=StopReason.CONTEXT_WINDOW_EXCEEDED))
    assert ended.outcome is Outcome.MODEL_FAILED
    assert ended.outcome_detail == "The model's context window was reached."


@pytest.mark.parametrize(
    ("stop", "outcome"),
    [(StopReason.GUARDRAIL_INTERVENED, Outcome.GUARDRAIL), (StopReason.CONTENT_FILTERED, Outcome.REFUSED)],
)
def test_filters_end_it_and_say_so(stop, outcome):
    reply = replace(text("Sorry, the model cannot answer.", stop), detail=f"{stop}: topic policy")
    ended, _ = go(LOOK, reply)
    assert ended.outcome is outcome
    assert "topic policy" in ended.outcome_detail
    assert ended.text == "Sorry, the model cannot answer."
    assert len(ended.tool_calls) == 2
    ended, _ = go(text("", stop))
    assert ended.outcome is outcome
    assert str(stop) in ended.outcome_detail


def test_the_reply_goes_back_verbatim():
    thought = {"reasoningContent": {"reasoningText": {"text": "hm", "signature": "abc"}}}
    said = both(empty(thought, {"text": "I look."}), LOOK)
    _, model = go(said, reports())
    assert model.requests[1].messages[1] == said.message


def test_blank_words_never_go_back():
    said = both(empty({"text": ""}), LOOK)
    _, model = go(said, reports())
    assert [next(iter(block)) for block in model.requests[1].messages[1]["content"]] == ["toolUse"]


def test_ids_that_repeat_are_told_apart():
    twice = Reply(
        StopReason.TOOL_USE,
        {
            "role": "assistant",
            "content": [
                {"toolUse": {"toolUseId": "same", "name": "run_python", "input": {"code": code}}}
                for code in "ab"
            ],
        },
    )
    once = replace(
        twice,
        message={
            "role": "assistant",
            "content": [{"toolUse": {"toolUseId": "same", "name": "run_python", "input": {"code": "c"}}}],
        },
    )
    ended, model = go(twice, once, reports())
    ids = [request.id for message in model.requests[2].messages for request in requests(message)]
    assert ids == ["same", "same-2", "same-3"]
    assert [block["toolResult"]["toolUseId"] for block in model.requests[1].messages[-1]["content"]] == [
        "same",
        "same-2",
    ]
    assert [call.code for call in ended.tool_calls[1:]] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("use", "sent"),
    [
        ({"name": "functions.run_python", "input": {"code": "a"}}, ("run_python", {"code": "a"})),
        ({"name": "run_python", "input": '{"code": "a"}'}, ("run_python", {"code": "a"})),
        ({"name": "run_python", "input": "a"}, ("run_python", {"code": "a"})),
        ({"name": "run_python", "input": "[1]"}, ("run_python", {"code": "[1]"})),
        (
            {"name": "submit_report", "input": "It was the disk"},
            ("submit_report", {"text": "It was the disk"}),
        ),
        ({"name": "run python!", "input": None}, ("unnamed", {})),
        ({"name": "run_python", "input": {"code": b"a"}}, ("run_python", {})),
        ({"name": "run_python", "input": {"code": "a", "more": [...]}}, ("run_python", {})),
        ({"name": "run_python", "input": ["a"]}, ("run_python", {"value": ["a"]})),
    ],
)
def test_calls_out_of_form_are_put_into_a_form_that_bedrock_takes_back(use, sent):
    odd = Reply(
        StopReason.TOOL_USE, {"role": "assistant", "content": [{"toolUse": {"toolUseId": "x", **use}}]}
    )
    _, model = go(odd, LOOK, reports())
    (request,) = requests(model.requests[1].messages[1])
    assert (request.name, request.input) == sent


def submits(words):
    use = {"toolUse": {"toolUseId": "x", "name": "submit_report", "input": words}}
    return Reply(StopReason.TOOL_USE, {"role": "assistant", "content": [use]})


def test_a_report_that_is_no_json_is_answered_with_the_place_that_is_wrong():
    broken = '{"title": "t",\n "summary": "the "orders" fail"}'
    ended, model = go(LOOK, submits(broken), reports())
    assert ended.outcome is Outcome.REPORTED
    told = model.requests[2].messages[-1]["content"][0]["toolResult"]["content"][0]["text"]
    assert "Expecting ',' delimiter at line 2, column 19, after" in told
    assert "missing" not in told


def test_a_report_that_came_as_loose_json_in_a_text_is_read():
    ended, _ = go(LOOK, submits(str(REPORT)))
    assert ended.outcome is Outcome.REPORTED


def test_a_call_without_an_id_gets_one():
    odd = Reply(
        StopReason.TOOL_USE,
        {"role": "assistant", "content": [{"toolUse": {"name": "run_python", "input": {"code": "a"}}}]},
    )
    ended, _ = go(odd, reports())
    assert ended.outcome is Outcome.REPORTED


def test_usage_adds_up_over_turns():
    usage = Usage(1, 2, 3, 4)
    ended, _ = go(replace(LOOK, usage=usage), replace(reports(), usage=usage))
    assert replace(ended.usage, usd=None) == Usage(2, 4, 6, 8)
