import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.fakes.engine import (
    NOW,
    REPORT,
    FakeClock,
    MemoryCheckpoints,
    ScriptedModel,
    ScriptedTool,
    asks,
    both,
    case,
    limits,
    ran,
    reports,
    text,
)

import prompt_template
from investigation import Investigation, Suspended, interrupted, investigate
from ports import ConversationTooLong, ModelUnavailable, ReplyTooLate, StopReason, ToolAnswer
from progress import decode
from record import Outcome, Usage


def go(*script, tool=None, clock=None, checkpoints=None, the_case=None, model=None, **changes):
    model = model or ScriptedModel(script)
    ended = investigate(
        the_case or case(),
        model=model,
        tool=tool or ScriptedTool(),
        limits=limits(**changes),
        clock=clock or FakeClock(),
        checkpoints=checkpoints or MemoryCheckpoints(),
    )
    return ended, model


def shown(request):
    return json.dumps(request.messages, ensure_ascii=False)


def test_evidence_call_report():
    ended, model = go(asks("print(1)"), reports())
    assert isinstance(ended, Investigation)
    assert ended.outcome is Outcome.REPORTED
    assert ended.outcome_detail == "The model submitted its report after 1 call in 2 turns."
    assert ended.report.title == REPORT["title"]
    assert ended.evidence.grounding_rate == 1.0
    assert [call.call for call in ended.tool_calls] == [0, 1]
    assert ended.tool_calls[1].purpose == "to see"
    assert (ended.started_at, ended.finished_at, ended.model_id) == (NOW, NOW, model.model_id)
    assert ended.usage == Usage(2000, 100, 0, 0, ended.usage.usd)
    assert ended.usage.usd == pytest.approx(2000 * 3e-6 + 100 * 15e-6)
    assert ended.iterations == 2
    assert ended.text is None


def test_the_first_request_holds_alarm_baseline_and_context():
    tool = ScriptedTool(lambda code: ran("alarm history: 3 transitions", result="{}"))
    ended, model = go(text("done"), tool=tool, the_case=case(context="Runbook: call Ann."))
    first = shown(model.requests[0])
    for part in ("orders-errors", "[call 0] ran", "alarm history: 3 transitions", "Runbook: call Ann."):
        assert part in first
    assert ended.tool_calls[0].purpose == "baseline"
    assert ended.baseline is not None


def test_the_baseline_shows_what_it_printed_and_keeps_its_result():
    tool = ScriptedTool(
        lambda code: ToolAnswer(success=True, output="printed\n{}", stdout="printed", result="{}")
    )
    ended, _ = go(text("done"), tool=tool)
    assert ended.tool_calls[0].output == "printed"


def test_a_baseline_that_failed_is_shown_and_noted():
    failed = ToolAnswer(success=False, output="Timeout", error="Timeout: 60 s")
    tool = ScriptedTool(
        lambda code: failed if code.strip() != "look" else ran("12 errors, AccessDeniedException")
    )
    ended, model = go(asks("look"), reports(), tool=tool)
    assert ended.outcome is Outcome.REPORTED
    assert "The baseline evidence is incomplete: Timeout: 60 s" in ended.notes
    assert "[call 0] failed with Timeout in" in shown(model.requests[0])


def test_plain_text_is_accepted_after_a_look():
    ended, _ = go(asks("print(1)"), text("It was the disk."))
    assert ended.outcome is Outcome.ANSWERED_IN_TEXT
    assert ended.text == "It was the disk."
    assert ended.report is None
    assert ended.evidence.items == ()


@pytest.mark.parametrize("hasty", [text("All fine."), reports()])
def test_a_report_without_a_look_is_sent_back_once(hasty):
    ended, model = go(hasty, asks("print(1)"), reports())
    assert ended.outcome is Outcome.REPORTED
    assert prompt_template.notice("look_first")[:40] in shown(model.requests[1])
    again, model = go(hasty)
    assert again.iterations == (2 if hasty.stop is StopReason.END_TURN else 3)
    assert again.outcome in (Outcome.ANSWERED_IN_TEXT, Outcome.REPORTED)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (ModelUnavailable("AccessDeniedException: not granted"), Outcome.MODEL_UNAVAILABLE),
        (ReplyTooLate("no answer in 800 s"), Outcome.OUT_OF_TIME),
    ],
)
def test_without_a_model_the_evidence_is_kept(error, outcome):
    ended, _ = go(error)
    assert ended.outcome is outcome
    assert ended.outcome_detail == str(error)
    assert ended.iterations == 0
    assert ended.tool_calls[0].output
    assert ended.baseline is not None
    assert ended.report is None


def test_a_model_that_goes_away_leaves_what_was_found():
    ended, _ = go(both(text("The role looks wrong."), asks("print(1)")), ModelUnavailable("throttled"))
    assert ended.outcome is Outcome.MODEL_UNAVAILABLE
    assert len(ended.tool_calls) == 2
    assert ended.text == "The role looks wrong."


def test_a_report_that_was_understood_stands_whatever_comes_after():
    false = {
        **REPORT,
        "findings": [{"statement": "s", "evidence": [{"call": 1, "quote": "never printed anywhere"}]}],
    }
    ended, _ = go(asks("print(1)"), reports(false), ModelUnavailable("throttled"))
    assert ended.outcome is Outcome.REPORTED
    assert ended.report.title == REPORT["title"]
    assert ended.evidence.unverified == 1
    assert "The report stands as it was submitted; it could not be mended: throttled" in ended.notes


def test_the_clock_is_watched_and_the_last_turn_allows_only_the_report():
    clock = FakeClock()

    def slow(request):
        clock.advance(700)
        return asks("print(1)")

    ended, model = go(slow, reports(), clock=clock)
    assert [request.report_only for request in model.requests] == [False, True]
    assert "The function's time is nearly used up" in shown(model.requests[1])
    assert ended.outcome is Outcome.REPORTED
    assert "The model was told to conclude: The function's time is nearly used up." in ended.notes


def test_no_turn_begins_in_the_time_that_delivery_needs():
    clock = FakeClock()

    def slow(request):
        clock.advance(850)
        return asks("print(1)")

    ended, model = go(slow, clock=clock)
    assert len(model.requests) == 1
    assert ended.outcome is Outcome.OUT_OF_TIME
    assert ended.outcome_detail == "The function's time was used up."


def test_the_model_may_take_no_longer_than_there_is_time():
    _, model = go(text("done"))
    assert model.allowed[0] == timedelta(minutes=15) - timedelta(seconds=45)
    _, model = go(text("done"), clock=FakeClock(end=NOW + timedelta(seconds=60)))
    assert model.allowed[0] == timedelta(seconds=48)


def test_the_tool_may_take_no_longer_than_leaves_a_turn():
    clock = FakeClock(end=NOW + timedelta(seconds=60))
    tool = ScriptedTool()
    go(asks("print(1)"), reports(), clock=clock, tool=tool)
    assert tool.timeouts == [timedelta(seconds=16), timedelta(seconds=43)]


def test_time_running_out_suspends_where_a_fresh_invocation_may_go_on():
    clock, checkpoints, tool = FakeClock(), MemoryCheckpoints(), ScriptedTool()

    def slow(request):
        clock.advance(700)
        return asks("print(1)")

    ended, _ = go(slow, clock=clock, checkpoints=checkpoints, tool=tool, may_continue=True)
    assert ended == Suspended(case().investigation_id, "The function's time is nearly used up.")
    clock.end = clock.time + timedelta(minutes=15)
    ended, model = go(reports(), clock=clock, checkpoints=checkpoints, tool=tool)
    assert ended.outcome is Outcome.REPORTED
    assert len(tool.calls) == 2
    assert ended.iterations == 2
    assert ended.started_at == NOW
    assert not model.requests[0].report_only
    assert "The investigation went on from a checkpoint made in turn 1." in ended.notes


def test_a_model_that_stops_answering_suspends_too():
    ended, _ = go(asks("print(1)"), ReplyTooLate("slow"), may_continue=True)
    assert ended == Suspended(case().investigation_id, "slow")


def test_a_model_that_never_answered_is_not_waited_for_in_another_invocation():
    ended, _ = go(ReplyTooLate("slow"), may_continue=True)
    assert ended.outcome is Outcome.OUT_OF_TIME


def test_without_a_checkpoint_there_is_no_suspending():
    clock = FakeClock()

    def slow(request):
        clock.advance(700)
        return asks("print(1)")

    ended, _ = go(slow, reports(), clock=clock, checkpoints=MemoryCheckpoints(broken=True), may_continue=True)
    assert ended.outcome is Outcome.REPORTED
    assert any("checkpoint could not be saved" in note for note in ended.notes)
    assert any("began anew: the bucket is gone" in note for note in ended.notes)


def test_a_checkpoint_of_another_kind_is_not_trusted():
    checkpoints = MemoryCheckpoints({case().investigation_id: b"{}"})
    ended, _ = go(asks("print(1)"), reports(), checkpoints=checkpoints)
    assert ended.outcome is Outcome.REPORTED
    assert any("could not be read" in note for note in ended.notes)


class Killed(BaseException):
    """The function's process dies here."""


class Fate:
    """Kills the process at one of the places where the engine meets the world."""

    def __init__(self, at):
        self.left = at

    def step(self):
        self.left -= 1
        if self.left < 0:
            raise Killed


def killing(fate, steps, answered, answers):
    """Return collaborators that die at their turn; a call is answered only once its answer is out."""

    class Tool(ScriptedTool):
        def run(self, code, timeout):
            fate.step()
            answered.append(code)
            return ran(f"{code}: 12 errors, AccessDeniedException")

    class Model(ScriptedModel):
        def reply(self, request, within):
            fate.step()
            answers.append(1)
            turn = sum(message["role"] == "assistant" for message in request.messages)
            return steps[min(turn, len(steps) - 1)]

    class Checkpoints(MemoryCheckpoints):
        def save(self, investigation_id, state):
            super().save(investigation_id, state)
            fate.step()

    return Model(steps), Tool(), Checkpoints()


@pytest.mark.parametrize("at", range(30))
def test_a_kill_anywhere_then_the_retry_repeats_no_answered_call(at):
    steps = [asks("a"), asks("b", "c", "d"), both(asks("e"), asks("a")), reports(), reports()]
    answered, answers = [], []
    fate = Fate(at)
    model, tool, checkpoints = killing(fate, steps, answered, answers)
    try:
        ended, _ = go(model=model, tool=tool, checkpoints=checkpoints)
    except Killed:
        fate.left = 10_000
        ended, _ = go(model=model, tool=tool, checkpoints=checkpoints)
    assert ended.outcome is Outcome.REPORTED
    model_calls = [code for code in answered if len(code) == 1]
    # A tool that answered just as the process died could not be checkpointed; nothing else repeats.
    assert len(model_calls) == len(set(model_calls)) == 5
    assert [call.call for call in ended.tool_calls] == [0, 1, 2, 3, 4, 5]


def test_a_finished_investigation_is_only_handed_out_again():
    checkpoints = MemoryCheckpoints()
    first, _ = go(asks("a"), reports(), checkpoints=checkpoints)
    clock = FakeClock(time=NOW + timedelta(minutes=5), end=NOW + timedelta(minutes=20))
    again, model = go(ModelUnavailable("must not be asked"), checkpoints=checkpoints, clock=clock)
    assert model.requests == []
    assert again == first


def test_bytes_in_reasoning_go_back_verbatim_and_print_as_text():
    thought = {"reasoningContent": {"redactedContent": b"\x00\xff"}}
    reply = asks("a")
    reply = replace(reply, message={"role": "assistant", "content": [thought, *reply.message["content"]]})
    ended, model = go(reply, reports())
    assert model.requests[1].messages[1]["content"][0] == thought
    assert json.dumps(ended.conversation)


def test_notes_of_case_and_model_reach_the_record():
    model = ScriptedModel([text("x")], notes=("The model does not cache prompts.",))
    ended, _ = go(model=model, the_case=case(notes=("The claim table was down.",)))
    assert ended.notes == ("The claim table was down.", "The model does not cache prompts.")


def test_a_price_that_is_not_known_leaves_dollars_open():
    ended, _ = go(model=ScriptedModel([text("x")], price=None))
    assert ended.usage.usd is None


def test_a_conversation_too_long_is_shortened_and_asked_again():
    tool = ScriptedTool(lambda code: ran("x" * 20_000))
    script = [asks("a"), asks("b"), ConversationTooLong("too long"), reports()]
    ended, model = go(*script, tool=tool)
    assert ended.outcome is Outcome.REPORTED
    assert len(shown(model.requests[3])) < len(shown(model.requests[2])) / 2
    assert any("outgrown the model's window" in note for note in ended.notes)


def test_a_conversation_that_cannot_be_shortened_ends():
    ended, model = go(ConversationTooLong("too long"))
    assert ended.outcome is Outcome.MODEL_FAILED
    assert ended.outcome_detail == "too long"
    assert len(model.requests) <= 6


def test_the_conversation_of_the_record_is_whole_even_if_the_model_saw_less():
    tool = ScriptedTool(lambda code: ran(f"{code} {'x' * 29_000}"))
    ended, model = go(*(asks(f"step {number}") for number in range(30)), reports(), tool=tool)
    assert len(shown(model.requests[-1])) < len(json.dumps(ended.conversation)) / 2
    assert all(len(call.output) > 29_000 for call in ended.tool_calls[1:])


def test_a_last_turn_for_want_of_time_is_not_the_last_of_a_fresh_invocation():
    clock, checkpoints = FakeClock(), MemoryCheckpoints()

    def slow(request):
        clock.advance(700)
        return asks("a")

    def dies(request):
        raise Killed

    with pytest.raises(Killed):
        go(slow, dies, clock=clock, checkpoints=checkpoints)
    # The checkpoint of the last turn: the model was told to conclude, and the process died.
    progress = decode(checkpoints.load(case().investigation_id))
    progress.concluding = str(Outcome.OUT_OF_TIME)
    checkpoints.save(case().investigation_id, progress.encode())
    clock.end = clock.time + timedelta(minutes=15)
    ended, model = go(asks("b"), reports(), clock=clock, checkpoints=checkpoints)
    assert ended.outcome is Outcome.REPORTED
    assert [call.code for call in ended.tool_calls[1:]] == ["a", "b"]
    assert "run_python is open" in shown(model.requests[0])
    assert not model.requests[0].report_only


def test_what_was_known_survives_a_failure_of_our_own():
    checkpoints = MemoryCheckpoints()

    def dies(request):
        raise Killed

    with pytest.raises(Killed):
        go(asks("a"), dies, checkpoints=checkpoints)
    model = ScriptedModel([])
    ended = interrupted(
        case(notes=("a note",)),
        model=model,
        clock=FakeClock(),
        checkpoints=checkpoints,
        detail="Our own failure.",
    )
    assert (ended.outcome, ended.outcome_detail) == (Outcome.INTERRUPTED, "Our own failure.")
    assert [call.code for call in ended.tool_calls[1:]] == ["a"]
    assert ended.notes == ("a note",)
    assert ended.usage.input_tokens == 1000


def test_a_failure_before_anything_was_known_is_told_too():
    ended = interrupted(
        case(),
        model=ScriptedModel([]),
        clock=FakeClock(),
        checkpoints=MemoryCheckpoints(broken=True),
        detail="Ours.",
    )
    assert (ended.outcome, ended.tool_calls, ended.baseline) == (Outcome.INTERRUPTED, (), None)
    assert len(ended.notes) == 1


def test_a_report_that_was_done_is_not_interrupted():
    checkpoints = MemoryCheckpoints()
    first, _ = go(asks("a"), reports(), checkpoints=checkpoints)
    again = interrupted(
        case(), model=ScriptedModel([]), clock=FakeClock(), checkpoints=checkpoints, detail="Our own failure."
    )
    assert again == first


@pytest.mark.parametrize("form", ["object", "text"])
def test_an_input_nested_without_end_is_told_to_the_model(form):
    text = '{"title":' + "[" * 600 + "]" * 600 + "}"
    ended, model = go(
        asks("a"), asks(json.loads(text) if form == "object" else text, name="submit_report"), reports()
    )
    assert ended.outcome is Outcome.REPORTED
    assert len(model.requests) == 3
