import json

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

from investigation import investigate
from record import Confidence, Outcome

LOOK = asks("print(1)")
FALSE = {
    **REPORT,
    "findings": [{"statement": "s", "evidence": [{"call": 1, "quote": "a line that was never printed"}]}],
}
NO_SUCH_CALL = {**REPORT, "findings": [{"statement": "s", "evidence": [{"call": 7, "quote": "12 errors"}]}]}


def go(*script, **changes):
    model = ScriptedModel(script)
    ended = investigate(
        case(),
        model=model,
        tool=ScriptedTool(),
        limits=limits(**changes),
        clock=FakeClock(),
        checkpoints=MemoryCheckpoints(),
    )
    return ended, model


def answers(request):
    return [block["toolResult"]["content"][0]["text"] for block in request.messages[-1]["content"]]


@pytest.mark.parametrize(
    ("report", "words"), [(FALSE, "a line that was never printed"), (NO_SUCH_CALL, "call 7")]
)
def test_quotes_that_fail_are_sent_back_once_with_the_reason(report, words):
    ended, model = go(LOOK, reports(report), reports())
    assert words in answers(model.requests[2])[0]
    assert ended.evidence.grounding_rate == 1.0
    assert ended.report.root_cause.confidence is Confidence.HIGH


def test_quotes_that_fail_twice_stand_as_unverified_and_cap_the_confidence():
    ended, model = go(LOOK, reports(FALSE))
    assert len(model.requests) == 3
    assert ended.outcome is Outcome.REPORTED
    assert ended.evidence.unverified == 1
    assert ended.report.root_cause.confidence is Confidence.MEDIUM


def test_more_looking_is_allowed_while_mending():
    ended, _ = go(LOOK, reports(FALSE), asks("print(2)"), reports())
    assert len(ended.tool_calls) == 3
    assert ended.evidence.unverified == 0


def test_a_report_answered_in_words_when_it_should_be_mended_stands():
    ended, _ = go(LOOK, reports(FALSE), text("I stand by it."))
    assert ended.outcome is Outcome.REPORTED
    assert ended.report is not None
    assert ended.text is None


def test_a_report_beside_calls_is_sent_back_with_their_results():
    ended, model = go(both(asks("a", "b"), reports()), reports())
    first, second, third = answers(model.requests[1])
    assert first.startswith("[call 1]")
    assert second.startswith("[call 2]")
    assert "had not seen" in third
    assert ended.outcome is Outcome.REPORTED
    again, model = go(both(asks("a"), reports()), both(asks("b"), reports()))
    assert again.iterations == 2
    assert len(again.tool_calls) == 3


def test_a_report_with_something_to_mend_is_sent_back_once():
    vague = {**REPORT, "severity": "apocalyptic"}
    ended, model = go(LOOK, reports(vague))
    assert "`severity` must be one of" in answers(model.requests[2])[0]
    assert len(model.requests) == 3
    assert ended.report.severity == "medium"


def test_nonsense_is_never_a_report():
    ended, model = go(LOOK, reports({}), reports("words"), reports())
    assert ended.outcome is Outcome.REPORTED
    assert "JSON object" in answers(model.requests[2])[0]
    assert "JSON object" in answers(model.requests[3])[0] or "missing" in answers(model.requests[3])[0]


def test_of_several_reports_in_a_turn_the_last_counts():
    other = {**REPORT, "title": "another"}
    ended, _ = go(LOOK, both(reports(), reports(other)))
    assert ended.report.title == "another"
    ended, model = go(LOOK, both(reports(), reports(FALSE)), reports())
    assert answers(model.requests[2])[0] == "Only the last report of a turn counts."


def test_a_report_in_the_last_turn_may_still_be_mended():
    ended, model = go(asks("a"), reports(FALSE), reports(), tool_calls=1)
    assert [request.report_only for request in model.requests] == [False, True, True]
    assert ended.evidence.unverified == 0


def test_the_last_turn_does_not_ask_for_a_look():
    ended, model = go(reports(), tool_calls=0)
    assert len(model.requests) <= 2
    assert ended.outcome is Outcome.REPORTED
    assert "All 0 calls were used" in json.dumps(model.requests[0].messages)


def test_counts_are_told_in_grammar():
    ended, _ = go(LOOK, reports())
    assert ended.outcome_detail == "The model submitted its report after 1 call in 2 turns."
    ended, _ = go(asks("a", "b"), reports())
    assert ended.outcome_detail == "The model submitted its report after 2 calls in 2 turns."
