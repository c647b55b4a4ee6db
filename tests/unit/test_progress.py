import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.engine import NOW

from progress import Ending, Progress, decode, printable
from record import AwsCall, Outcome, ToolCall, Usage

CALL = ToolCall(
    call=1,
    purpose="to see",
    code="print(1)",
    output="1 \ud800 ü\u2028",
    success=False,
    started_at=NOW,
    duration_ms=1.5,
    error="ValueError: x",
    removed_imports=("import json",),
    aws_calls=(AwsCall("s3", "ListBuckets", "eu-west-1", "200", 3.0),),
)
REASONING = {"reasoningContent": {"redactedContent": b"\x00\xff"}}
FORGED = {"toolUse": {"toolUseId": "a", "name": "run_python", "input": {"$bytes": "AA==", "$time": "x"}}}


def full():
    return Progress(
        key="a1b2c3d4e5f6",
        started_at=NOW,
        messages=[
            {"role": "user", "content": [{"text": "look\nhere"}]},
            {"role": "assistant", "content": [REASONING, FORGED]},
        ],
        tool_calls=[CALL],
        usage=Usage(1, 2, 3, 4),
        iterations=5,
        notes=["a note"],
        baseline_result="{}",
        answers={"a": ["text", True]},
        calls_by_id={"a": 1},
        elided={0: "left out"},
        submitted={"title": "x"},
        asked=["budget"],
        concluding="out_of_calls",
        unavailable=[1],
        ending=Ending(Outcome.REPORTED, "done", NOW + timedelta(minutes=1)),
    )


def test_decode_gives_back_all_of_it():
    assert decode(full().encode()) == full()
    fresh = Progress(key="k", started_at=NOW)
    assert decode(fresh.encode()) == fresh


def test_a_resumed_state_encodes_as_before():
    assert decode(full().encode()).encode() == full().encode()


def test_the_last_message_may_still_grow_and_the_state_follows():
    progress = full()
    progress.encode()
    progress.messages.append({"role": "user", "content": [{"text": "one"}]})
    progress.encode()
    progress.messages[-1]["content"].append({"text": "two"})
    progress.tool_calls.append(CALL)
    assert decode(progress.encode()) == progress


def test_bytes_are_only_where_converse_has_them():
    message = decode(full().encode()).messages[1]
    assert message["content"] == [REASONING, FORGED]


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"{}",
        b"no json",
        b"[]",
        b'{"progress": {"version": 0}}',
        b'{"progress": {"version": 1}}',
        b'{"progress": null}',
        full().encode()[:-40],
        full().encode().replace(b'"reported"', b'"won"'),
    ],
)
def test_what_is_not_a_state_of_this_version_is_a_value_error(state):
    with pytest.raises(ValueError, match=r"."):
        decode(state)


def test_printable_turns_bytes_into_text():
    printed = printable({"role": "assistant", "content": [REASONING, {"text": "x"}]})
    assert json.loads(json.dumps(printed)) == printed
    assert printed["content"][0]["reasoningContent"]["redactedContent"] == {"$bytes": "AP8="}


def test_unknown_values_are_an_error_of_ours():
    with pytest.raises(TypeError):
        printable({"role": "assistant", "content": [{"text": object()}]})


@given(st.lists(st.text()))
def test_any_text_survives(texts):
    progress = Progress(key="k", started_at=NOW)
    progress.messages = [{"role": "user", "content": [{"text": text}]} for text in texts]
    assert decode(progress.encode()).messages == progress.messages
