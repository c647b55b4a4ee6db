import json

import pytest
from tests.fakes.engine import NOW, FakeClock, MemoryCheckpoints, ScriptedModel, ScriptedTool, case, limits

import eliding
from conversation import add_results, add_user_text, result
from inquiry import Inquiry
from progress import Progress
from prompt_template import call_result
from record import ToolCall

KEY = "a1b2c3d4e5f6"
CODE = "print('look')\n" * 50


def call(number, output):
    return ToolCall(number, "p", CODE, output, True, NOW, 1.0)


def inquiry(outputs, words=(), window=200_000):
    """Return an inquiry with one turn for each output, whose assistant said these words."""
    progress = Progress(key=KEY, started_at=NOW)
    baseline = call(0, "baseline " * 300)
    progress.tool_calls.append(baseline)
    add_user_text(progress.messages, ["the alarm", call_result(baseline, baseline.output, KEY)])
    for number, output in enumerate(outputs, 1):
        said = words[number - 1] if number <= len(words) else "I look."
        use = {"toolUseId": f"use-{number}", "name": "run_python", "input": {"code": CODE, "purpose": "p"}}
        progress.messages.append({"role": "assistant", "content": [{"text": said}, {"toolUse": use}]})
        one = call(number, output)
        progress.tool_calls.append(one)
        progress.calls_by_id[f"use-{number}"] = number
        add_results(progress.messages, [result(f"use-{number}", call_result(one, output, KEY), success=True)])
    model = ScriptedModel([], window_tokens=window)
    return Inquiry(
        case(), limits(), model, ScriptedTool(), FakeClock(), MemoryCheckpoints(), progress, span=NOW - NOW
    )


def outputs(one):
    """Return what the model is shown of each call's result."""
    blocks = [block for message in eliding.view(one.progress) for block in message["content"]]
    return [block["toolResult"]["content"][0]["text"] for block in blocks if "toolResult" in block]


def lines(number, size=30_000):
    return "\n".join(f"call {number} line {line} value {line * number}" for line in range(size // 30))


def test_with_room_nothing_changes():
    one = inquiry([lines(1)])
    assert eliding.make_room(one, "system")
    assert eliding.view(one.progress) == one.progress.messages


def test_old_outputs_go_first_and_enough_of_them():
    one = inquiry([lines(number) for number in range(1, 21)])
    before = eliding.request_tokens(one, "")
    assert eliding.make_room(one, "")
    after = eliding.request_tokens(one, "")
    assert before > 100_000 > 50_000 > after > 20_000
    shortened = ["characters cut" in text for text in outputs(one)]
    assert shortened == sorted(shortened, reverse=True)
    assert shortened[0]
    assert not shortened[-1]
    assert 0 not in one.progress.elided


def test_what_was_elided_stays_so_and_is_not_done_again_soon():
    one = inquiry([lines(number) for number in range(1, 21)])
    eliding.make_room(one, "")
    first = dict(one.progress.elided)
    eliding.make_room(one, "")
    assert one.progress.elided == first


def test_calls_that_were_quoted_or_cited_are_kept():
    words = ["I look."] * 19
    words[2] = "The line `call 3 line 7 value 21` tells."
    words[4] = "As call 5 shows, it began at noon."
    one = inquiry([lines(number) for number in range(1, 21)], words)
    eliding.make_room(one, "")
    kept = [number for number, text in enumerate(outputs(one), 1) if "characters cut" not in text]
    assert {3, 5, 20} <= set(kept)
    assert 1 not in kept


def test_calls_that_a_submitted_report_cites_are_kept():
    one = inquiry([lines(number) for number in range(1, 21)])
    one.progress.submitted = {
        "root_cause": {"statement": "s", "evidence": [{"quote": "x", "call": 2}]},
    }
    eliding.make_room(one, "")
    assert "characters cut" not in outputs(one)[1]


def test_of_quoted_outputs_the_quoted_lines_are_kept():
    words = [f"The line `call {number} line 7 value {number * 7}` tells." for number in range(1, 21)]
    one = inquiry([lines(number) for number in range(1, 21)], words)
    eliding.make_room(one, "")
    first = outputs(one)[0]
    assert "call 1 line 7 value 7\n" in first
    assert "output of call 1 left out" in first
    assert len(first) < 1000


def test_a_small_window_loses_code_and_baseline_too_before_the_latest_output():
    one = inquiry([lines(number, 3000) for number in range(1, 30)], window=9_000)
    eliding.make_room(one, "")
    assert eliding.request_tokens(one, "") < 9_000
    shown = eliding.view(one.progress)
    assert "left out to save room" in shown[1]["content"][1]["toolUse"]["input"]["code"]
    assert one.progress.messages[1]["content"][1]["toolUse"]["input"]["code"] == CODE
    assert "output of call 0 left out" in shown[0]["content"][1]["text"]
    assert shown[0]["content"][0] == {"text": "the alarm"}
    assert "line 0" in outputs(one)[-1]


def test_the_latest_output_is_cut_when_it_alone_is_too_long():
    one = inquiry([lines(1, 120_000)], window=20_000)
    eliding.make_room(one, "")
    assert eliding.request_tokens(one, "") < 16_000
    assert "characters cut" in outputs(one)[-1]


def test_the_baseline_alone_is_cut_when_it_is_too_long():
    one = inquiry([], window=5_000)
    one.progress.tool_calls[0] = call(0, lines(0, 30_000))
    one.progress.messages[0]["content"][1]["text"] = call_result(
        one.progress.tool_calls[0], lines(0, 30_000), KEY
    )
    assert eliding.make_room(one, "")
    assert len(eliding.view(one.progress)[0]["content"][1]["text"]) < 12_000


def test_forced_room_comes_from_anything_until_nothing_is_left():
    one = inquiry([lines(1, 3000), lines(2, 3000)])
    sizes = []
    while eliding.make_room(one, "", forced=True):
        sizes.append(eliding.request_tokens(one, ""))
        assert len(sizes) < 20
    assert sizes == sorted(sizes, reverse=True)
    assert "the alarm" in json.dumps(eliding.view(one.progress))


def test_remarks_beside_a_result_outlast_it():
    one = inquiry([lines(number) for number in range(1, 21)])
    add_user_text(one.progress.messages[:3], ["remember this"])
    eliding.make_room(one, "")
    assert eliding.view(one.progress)[2]["content"][0]["toolResult"]["content"][1] == {
        "text": "remember this"
    }


@pytest.mark.parametrize("ratio", [0.25, 0.5])
def test_sizes_follow_what_the_model_really_counted(ratio):
    one = inquiry([lines(1)])
    usual = eliding.request_tokens(one, "")
    one.progress.tokens_per_character = ratio
    assert eliding.request_tokens(one, "") == pytest.approx(usual * ratio * 3, rel=0.01)
