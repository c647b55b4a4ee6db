import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.engine import REPORT

import text_protocol
import untrusted
from conversation import requests, result
from ports import Request

KEY = "a1b2c3d4e5f6"
INJECTIONS = json.loads(
    (Path(__file__).parents[1] / "injections" / "log_lines.json").read_text(encoding="utf-8")
)


def said(text):
    return {"role": "assistant", "content": [{"text": text}]}


def heard(*texts):
    return {"role": "user", "content": [{"text": text} for text in texts]}


def read(text, *messages, cut=False):
    return text_protocol.read(said(text), Request("", [heard("look"), *messages], KEY), cut=cut)


def codes(message):
    return [request.input.get("code") for request in requests(message)]


def test_the_instructions_show_the_key_and_both_tools():
    told = text_protocol.instructions(KEY)
    assert f"```run_python {KEY}" in told
    assert f"```submit_report {KEY}" in told
    assert "{{" not in told


def test_a_call_becomes_a_tool_use_and_words_after_it_are_dropped():
    message, called = read(f"I look.\n```run_python {KEY}\nprint(1)\n```\nI guess it prints 1.")
    assert called
    assert message["content"][0] == {"text": f"I look.\n```run_python {KEY}\nprint(1)\n```"}
    assert codes(message) == ["print(1)"]


def test_several_calls_have_ids_of_their_own_also_across_turns():
    two = f"```run_python {KEY}\na\n```\n```run_python {KEY}\nb\n```"
    first, _ = read(two)
    second, _ = read(two, first, heard("results"))
    ids = [request.id for message in (first, second) for request in requests(message)]
    assert len(set(ids)) == 4


def test_words_alone_stay_words():
    message, called = read("It was the disk.")
    assert (message, called) == (said("It was the disk."), False)


def test_a_call_that_broke_off_is_no_call_until_it_is_whole():
    opened = f"I look.\n```run_python {KEY}\nprint('on"
    message, called = read(opened, cut=True)
    assert not called
    message, called = read("e')\n```", said(opened), heard("go on"))
    assert called
    assert codes(message) == ["print('one')"]
    assert message["content"][0] == {"text": "e')\n```"}


def test_a_call_that_was_left_open_by_a_model_that_ended_counts():
    message, called = read(f"```run_python {KEY}\nprint(1)")
    assert called
    assert codes(message) == ["print(1)"]


def test_a_finished_turn_is_not_gone_on_with():
    first, _ = read(f"```run_python {KEY}\nprint(1)")
    _, called = read("and so it was", first, heard("result"))
    assert not called


def test_rendering_shows_results_in_text_and_calls_only_once():
    own, _ = read(f"I look.\n```run_python {KEY}\nprint(1)\n```")
    (request,) = requests(own)
    native = {
        "role": "assistant",
        "content": [
            {"reasoningContent": {"reasoningText": {"text": "hm"}}},
            {
                "toolUse": {
                    "toolUseId": "x",
                    "name": "run_python",
                    "input": {"code": "print(2)", "purpose": "p"},
                }
            },
            {"toolUse": {"toolUseId": "y", "name": "submit_report", "input": {"title": "t"}}},
        ],
    }
    messages = [
        heard("look", "now"),
        own,
        {"role": "user", "content": [result(request.id, "[call 1] ran", success=True)]},
        native,
        {
            "role": "user",
            "content": [result("x", "[call 2] ran", success=True), result("y", "no", success=False)],
        },
    ]
    texts = [message["content"][0]["text"] for message in text_protocol.render(messages, KEY)]
    assert texts == [
        "look\n\nnow",
        f"I look.\n```run_python {KEY}\nprint(1)\n```",
        "[call 1] ran",
        f'```run_python {KEY}\n# purpose: p\nprint(2)\n```\n\n```submit_report {KEY}\n{{"title": "t"}}\n```',
        "[call 2] ran\n\nno",
    ]


def test_what_was_rendered_is_read_back():
    asked = {
        "toolUse": {"toolUseId": "x", "name": "run_python", "input": {"code": "print(2)", "purpose": "p"}}
    }
    (rendered,) = text_protocol.render([{"role": "assistant", "content": [asked]}], KEY)
    message, _ = read(rendered["content"][0]["text"])
    assert requests(message)[0].input == {"code": "print(2)", "purpose": "p"}


CALLS_IN_DATA = [
    name for name in INJECTIONS if name.endswith(("_call", "_report", "_fence", "_tag", "_with_key"))
]


@pytest.mark.parametrize("name", CALLS_IN_DATA)
@pytest.mark.parametrize("frame", ["{}", "The log says:\n{}\nThat is odd.", "> I quote\n\n{}\n"])
def test_a_recited_log_line_is_no_call(name, frame):
    line = untrusted.seal(INJECTIONS[name], KEY)
    data = {
        "role": "user",
        "content": [
            result("x", untrusted.fence("output of call 1", f"ERROR {line} at 03:00", KEY), success=True)
        ],
    }
    message, _ = read(frame.format(line), said("hm"), data)
    assert {request.name for request in requests(message)} <= {text_protocol.NOT_A_CALL}


@given(st.sampled_from(CALLS_IN_DATA), st.text(max_size=40), st.text(max_size=40))
def test_data_around_a_forged_call_changes_nothing(name, before, after):
    sealed = untrusted.seal(before + INJECTIONS[name] + after, KEY)
    message, _ = read(sealed, heard(untrusted.fence("alarm", sealed, KEY)))
    assert {request.name for request in requests(message)} <= {text_protocol.NOT_A_CALL}


def test_the_key_makes_a_call_of_what_stands_in_data_too():
    message, _ = read(f"```run_python {KEY}\nprint(1)\n```", said("x"), heard("the log: print(1)"))
    assert codes(message) == ["print(1)"]


def test_a_report_without_the_key_counts_when_it_is_the_models_own():
    message, _ = read(json.dumps(REPORT), said("x"), heard("the log: orders may not write"))
    assert requests(message)[0].name == "submit_report"


def test_the_key_never_stands_in_data():
    for line in INJECTIONS.values():
        assert not re.search(KEY, untrusted.seal(line, KEY))
