import json
import threading
from datetime import timedelta

from tests.fakes.engine import (
    NOW,
    FakeClock,
    MemoryCheckpoints,
    ScriptedModel,
    ScriptedTool,
    case,
    limits,
    ran,
)

import opening
from inquiry import Inquiry
from ports import ToolAnswer
from progress import Progress, decode


def inquiry(tool, checkpoints=None, given=None, **more):
    progress = Progress(key="a1b2c3d4e5f6", started_at=NOW)
    model = ScriptedModel([], window_tokens=more.pop("window", 200_000))
    return Inquiry(
        given or case(),
        limits(tool_timeout=more.pop("tool_timeout", timedelta(seconds=60))),
        model,
        tool,
        FakeClock(),
        checkpoints or MemoryCheckpoints(),
        progress,
        span=timedelta(minutes=15),
        **more,
    )


def test_the_conversation_begins_with_alarm_and_baseline_and_is_saved():
    checkpoints = MemoryCheckpoints()
    one = inquiry(ScriptedTool(lambda code: ran("history", result="{}")), checkpoints)
    opening.begin(one)
    (message,) = one.progress.messages
    alarm, evidence = (block["text"] for block in message["content"])
    assert "orders-errors" in alarm
    assert evidence.startswith("[call 0] ran")
    assert one.progress.baseline_result == "{}"
    assert decode(checkpoints.load(case().investigation_id)) == one.progress


def test_a_tool_that_hangs_costs_the_baseline_and_nothing_else():
    never = threading.Event()
    one = inquiry(ScriptedTool(lambda code: never.wait()), grace=timedelta(seconds=-59.9))
    try:
        opening.begin(one)
    finally:
        never.set()
    (call,) = one.progress.tool_calls
    assert call.error == call.output == "The tool function did not answer within 60 s."
    assert one.progress.notes == [f"The baseline evidence is incomplete: {call.error}"]


def test_a_tool_that_is_gone_is_said_to_be():
    one = inquiry(ScriptedTool(lambda code: ToolAnswer.none("The tool function is unavailable: throttled")))
    opening.begin(one)
    assert "is unavailable: throttled" in one.progress.messages[0]["content"][1]["text"]


def test_a_small_window_gets_a_small_beginning():
    tool = ScriptedTool(lambda code: ran("x" * 30_000))
    small, large = inquiry(tool, window=8_000), inquiry(tool)
    for one in (small, large):
        opening.begin(one)
    sizes = [len(one.progress.messages[0]["content"][1]["text"]) for one in (small, large)]
    assert sizes[0] < 5_000 < 29_000 < sizes[1]


def test_the_baseline_has_its_room_where_the_models_calls_have_little():
    one = inquiry(ScriptedTool(lambda code: ran("x" * 20_000)))
    one.limits = limits(output_chars=1_000)
    opening.begin(one)
    assert len(one.progress.tool_calls[0].output) == 20_000


RUNBOOKS = {"orders": "# Runbook orders\n\nRestart the consumer."}


def opened_with_tag(name, context=""):
    tagged = ScriptedTool(lambda code: ran("history", result=json.dumps({"tags": {"runbook": name}})))
    one = inquiry(tagged, given=case(context=context, runbook=lambda name: RUNBOOKS.get(name, "")))
    opening.begin(one)
    return one.progress.messages[0]["content"][0]["text"], one.progress.notes


def test_the_runbook_that_the_alarms_tag_names_is_in_the_first_message():
    told, notes = opened_with_tag("orders", context="Who we are.")
    assert "Who we are." in told
    assert "Restart the consumer." in told
    assert notes == []


def test_a_tagged_runbook_that_is_not_there_is_noted():
    told, notes = opened_with_tag("absent")
    assert "team-context" not in told
    assert notes == ["The alarm's tag names the runbook 'absent', which could not be read."]


def test_a_runbook_named_by_description_and_tag_is_told_once():
    told, _ = opened_with_tag("orders", context=RUNBOOKS["orders"])
    assert told.count("Restart the consumer.") == 1
