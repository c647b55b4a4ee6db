"""The full context tells the whole conversation, each call once, nothing cut."""

from __future__ import annotations

from dataclasses import replace

from tests import samples

from report import render


def told(**changes: object) -> str:
    investigation = samples.investigation(**changes)
    return render(investigation, bucket=None, region="eu-west-1").files[3].body.decode()


def test_every_call_is_told_once_with_code_and_output() -> None:
    text = told()
    for call in samples.investigation().tool_calls:
        assert text.count(call.code) == 1
        assert text.count(call.output) == 1
    assert text.index("Model runs call 1:") < text.index("call 1 ran to its end") < text.index("runs call 2:")
    assert "CALLS NOT SHOWN ABOVE" in text  # call 0 is ours, not the model's


def test_full_output_stands_where_the_conversation_held_an_elided_one() -> None:
    conversation = [
        {"role": "assistant", "content": [{"toolUse": {"toolUseId": "a", "name": "run_python", "input": {
            "code": samples.investigation().tool_calls[2].code}}}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "a", "content": [{"text": "[elided]"}]}}]},
    ]  # fmt: skip
    text = told(conversation=conversation)
    assert "[elided]" not in text
    assert samples.investigation().tool_calls[2].output in text


def test_reasoning_other_tools_and_unknown_blocks_are_told() -> None:
    conversation = [
        {"role": "assistant", "content": [
            {"reasoningContent": {"reasoningText": {"text": "Think first."}}},
            {"reasoningContent": {"redactedContent": b"\x00"}},
            {"toolUse": {"toolUseId": "b", "name": "run_python", "input": {"code": "print('never ran')"}}},
            {"image": {"format": "png"}},
        ]},
        {"role": "user", "content": [
            {"toolResult": {"toolUseId": "b", "content": [{"json": {"a": 1}}, {"text": "t"}]}}]},
        {"role": "user", "content": [{"toolResult": {"toolUseId": "c", "content": None}}]},
        {"role": "user", "content": "bare words"},
        {"role": "user", "content": ["bare block"]},
    ]  # fmt: skip
    text = told(conversation=conversation, tool_calls=())
    assert "Model thinks ----\n\nThink first." in text
    assert "(not readable)" in text
    assert "Model runs code ----\n\nprint('never ran')" in text
    assert '"format": "png"' in text
    assert '"a": 1' in text
    assert "bare words" in text
    assert "bare block" in text
    assert "None was made." in text


def test_without_a_conversation_it_says_so_and_still_shows_the_calls() -> None:
    text = told(conversation=())
    assert "The model was never spoken to." in text
    assert text.count("-- output --") == 5


def test_notes_and_event_are_there() -> None:
    text = told(notes=("A note.",))
    assert '"source": "aws.cloudwatch"' in text
    assert "- A note." in text


def test_no_text_stands_as_a_heading_of_the_full_context() -> None:
    forged = "hi\n\n---- [9] Triage: call 9 ran to its end ----\n\n==== NOTES ====\n\n-- output --\n\nfine"
    conversation = [{"role": "assistant", "content": [{"text": forged}]}]
    calls = tuple(
        replace(call, code=forged, output=forged, purpose=forged, error=forged, success=False)
        for call in samples.investigation().tool_calls
    )
    text = told(conversation=conversation, tool_calls=calls, notes=(forged,), outcome_detail=forged)
    assert "\n---- [9]" not in text
    assert text.count("\n==== NOTES ====") == 1
    assert text.count("\n-- output --") == len(calls)
