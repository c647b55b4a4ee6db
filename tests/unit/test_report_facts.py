"""What every rendering says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests import samples

from alarm import AlarmState
from record import Change, Confidence, Evidence, Outcome, Usage
from report_facts import Kind, dollars, duration, facts, first_sentences, headline
from report_outcomes import ENDINGS

GOOD = samples.investigation()


def test_every_outcome_is_put_into_words() -> None:
    assert set(ENDINGS) == set(Outcome)
    for outcome, ending in ENDINGS.items():
        assert ending.label
        assert ending.happened
        assert (outcome is Outcome.REPORTED) != bool(ending.known and ending.look)


def test_finding_is_the_first_two_sentences_and_more_is_the_rest() -> None:
    said = facts(GOOD)
    assert said.finding == (
        "Every order since 03:05 UTC fails because orders-handler may no longer write to the orders table. "
        "A Terraform run by ci-4711 deleted the inline policy orders-table-write at 03:04:48."
    )
    assert said.more == "Nothing else changed; the table and the function's code are healthy."


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("One. Two. Three.", "One."),
        ("Rose to 1.5 s at 03:05. Then fell.", "Rose to 1.5 s at 03:05."),
        ("Some services, e.g. SQS, fail. Others do not.", "Some services, e.g. SQS, fail."),
        ("Is it? Yes.", "Is it?"),
        ("No full stop", "No full stop"),
        ("", ""),
    ],
)
def test_first_sentences_know_where_a_sentence_ends(text: str, first: str) -> None:
    assert first_sentences(text, 1) == first


@pytest.mark.parametrize("name", ["out_of_calls", "model_unavailable", "interrupted"])
def test_without_a_report_the_finding_is_the_alarms_own_reason(name: str) -> None:
    said = facts(samples.every()[name])
    assert said.rating == "UNRATED"
    assert said.finding.startswith("No cause was found. Threshold Crossed: 3 datapoints")
    assert not said.whole


def test_without_report_or_reason_the_finding_says_what_happened() -> None:
    silent = replace(samples.every()["interrupted"], alarm=samples.alarm(reason=""))
    assert facts(silent).finding == (
        "No cause was found. Alarm Triage itself failed during the investigation."
    )


def test_headline_says_inconclusive_once() -> None:
    open_question = samples.inconclusive()
    assert headline(open_question, facts(open_question)).startswith("Inconclusive: Latency")
    cause = replace(samples.report().root_cause, confidence=Confidence.INCONCLUSIVE)
    titled = replace(
        open_question, report=samples.report(title="Inconclusive: nothing seen", root_cause=cause)
    )
    assert headline(titled, facts(titled)) == "Inconclusive: nothing seen"


def test_title_falls_back_to_the_ending() -> None:
    assert facts(samples.investigation(report=samples.report(title=" "))).title == "Reported"


def test_grounding_counts_quotes() -> None:
    one = (Evidence(1, "q"),)
    assert facts(samples.investigation(evidence=samples.check(*one))).grounding == "1 of 1 quote verified"
    assert facts(samples.investigation(evidence=samples.check())).grounding == "nothing was quoted"


def test_a_quote_that_was_never_checked_has_no_verdict() -> None:
    assert facts(GOOD).verdict(Evidence(1, "never cited")) is None


def test_timeline_is_in_order_and_numbers_the_changes() -> None:
    said = facts(GOOD)
    assert [moment.time for moment in said.timeline] == sorted(moment.time for moment in said.timeline)
    assert [(moment.kind, moment.mark) for moment in said.timeline] == [
        (Kind.STATE, None),
        (Kind.CHANGE, 1),
        (Kind.CHANGE, 2),
        (Kind.BREACH, None),
        (Kind.STATE, None),
        (Kind.TRIAGE, None),
        (Kind.TRIAGE, None),
    ]


def test_timeline_names_unknown_actors_and_other_states() -> None:
    changed = replace(
        GOOD,
        alarm=samples.alarm(state=AlarmState.OK, previous_state=None),
        baseline=samples.baseline(changes=(Change(samples.STARTED, "PutRule", ""),), metric=None),
    )
    words = [moment.text for moment in facts(changed).timeline]
    assert "PutRule by unknown" in words
    assert "orders-handler-errors went to OK" in words


def test_bill_names_cache_and_price_only_where_there_is_one() -> None:
    said = facts(GOOD)
    assert said.tokens == "12,840 in, 96,410 read from cache, 18,002 written to cache, 3,216 out"
    assert said.price == "$0.18"
    bare = facts(samples.investigation(usage=Usage(10, 2), iterations=1, tool_calls=()))
    assert bare.tokens == "10 in, 2 out"
    assert bare.price == "price of this model not known"
    assert bare.effort == "1 model turn, 0 tool calls, 0 AWS calls in 41 s"


@pytest.mark.parametrize(
    ("usd", "text"), [(0, "$0.00"), (0.0042, "$0.0042"), (0.21, "$0.21"), (1234.5, "$1,234.50")]
)
def test_dollars_are_finer_below_a_cent(usd: float, text: str) -> None:
    assert dollars(usd) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0.0 s"), (0.42, "0.4 s"), (41, "41 s"), (120, "2 min"), (125, "2 min 5 s"), (3_780, "1 h 3 min")],
)
def test_durations_read_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(timedelta(seconds=seconds)) == text
