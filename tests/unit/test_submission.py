import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.engine import REPORT

import submission
from record import Action, Confidence, Evidence, Finding, Severity

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*REPORT, "call", "quote"]), inner, max_size=5)
    ),
    max_leaves=20,
)


def changed(**fields):
    return {**REPORT, **fields}


def test_a_whole_report_is_taken_as_it_is():
    submitted = submission.parse(REPORT)
    assert submitted.problems == ()
    report = submitted.report
    assert report.title == REPORT["title"]
    assert report.severity is Severity.HIGH
    assert report.root_cause.confidence is Confidence.HIGH
    assert report.root_cause.evidence == (Evidence(1, "AccessDeniedException"),)
    assert report.immediate_actions == (Action("Give it back", "aws iam put-role-policy ...", 5.0),)
    assert report.gaps == ()


@pytest.mark.parametrize("wrapped", [json.dumps(REPORT), {"report": REPORT}, {"input": REPORT}])
def test_a_wrapped_report_is_unwrapped(wrapped):
    assert submission.parse(wrapped) == submission.parse(REPORT)


@pytest.mark.parametrize("nonsense", ["", "no json", None, 7, [], {}, [REPORT]])
def test_nonsense_is_no_report_and_says_what_is_wanted(nonsense):
    submitted = submission.parse(nonsense)
    assert submitted.report is None
    assert "JSON object" in submitted.problems[0]


def test_without_any_finding_there_is_no_report():
    submitted = submission.parse({"severity": "high", "gaps": ["all"]})
    assert submitted.report is None
    assert len(submitted.problems) == 3


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        ("HIGH", "high"),
        ("SEV-1", "critical"),
        ("P3", "medium"),
        ("Informational", "low"),
        (" Critical ", "critical"),
    ],
)
def test_severities_are_understood(given, severity):
    submitted = submission.parse(changed(severity=given))
    assert submitted.problems == ()
    assert submitted.report.severity == severity


@pytest.mark.parametrize("given", ["apocalyptic", None, 3, ["high"]])
def test_an_unknown_severity_is_medium_and_named(given):
    submitted = submission.parse(changed(severity=given))
    assert submitted.report.severity is Severity.MEDIUM
    assert submitted.problems == ("`severity` must be one of critical, high, medium, low.",)


@pytest.mark.parametrize(
    ("given", "confidence"), [("Very High", "high"), ("likely", "medium"), ("unknown", "inconclusive")]
)
def test_confidences_are_understood(given, confidence):
    cause = {**REPORT["root_cause"], "confidence": given}
    assert submission.parse(changed(root_cause=cause)).report.root_cause.confidence == confidence


def test_an_unknown_confidence_is_low_and_named():
    submitted = submission.parse(changed(root_cause={"statement": "x", "confidence": "85%"}))
    assert submitted.report.root_cause.confidence is Confidence.LOW
    assert "confidence" in submitted.problems[0]


@pytest.mark.parametrize(
    ("cause", "statement", "confidence"),
    [
        ("The disk is full", "The disk is full", "low"),
        (None, "", "inconclusive"),
        ('{"statement": "in a string", "confidence": "high"}', "in a string", "high"),
        ({"description": "another name", "confidence": "high"}, "another name", "high"),
    ],
)
def test_root_causes_of_another_form(cause, statement, confidence):
    report = submission.parse(changed(root_cause=cause)).report
    assert (report.root_cause.statement, report.root_cause.confidence) == (statement, confidence)


def test_a_root_cause_without_a_statement_is_named():
    assert submission.parse(changed(root_cause={"confidence": "low"})).problems == (
        "`root_cause.statement` is missing.",
    )


@pytest.mark.parametrize(
    ("given", "evidence"),
    [
        ({"call": 2, "quote": "x y"}, Evidence(2, "x y")),
        ({"call": "call 2", "quote": "x y"}, Evidence(2, "x y")),
        ({"call": 2.0, "text": "x y"}, Evidence(2, "x y")),
        ({"call": 2.5, "quote": "x y"}, Evidence(None, "x y")),
        ({"call": None, "quote": "x y"}, Evidence(None, "x y")),
        ({"call": True, "quote": "x y"}, Evidence(None, "x y")),
        ({"call": -1, "quote": "x y"}, Evidence(None, "x y")),
        ({"call": "-1", "quote": "x y"}, Evidence(None, "x y")),
        ({"call": "1.5", "quote": "x y"}, Evidence(None, "x y")),
        ({"call": "calls 2 and 1", "quote": "x y"}, Evidence(None, "x y")),
        ({"call": " [Call #2]:", "quote": "x y"}, Evidence(2, "x y")),
        ({"call": "tool_call_2", "quote": "x y"}, Evidence(2, "x y")),
        ({"call_number": 3, "quote": "x y"}, Evidence(3, "x y")),
        ("[call 4] x y", Evidence(4, "x y")),
        ("just words", Evidence(None, "just words")),
        ('{"call": 5, "quote": "in JSON"}', Evidence(5, "in JSON")),
    ],
)
def test_evidence_of_any_form_keeps_quote_and_call(given, evidence):
    finding = {"statement": "s", "evidence": given}
    assert submission.parse(changed(findings=[finding])).report.findings == (Finding("s", (evidence,)),)


def test_evidence_without_a_quote_is_none():
    assert submission.parse(
        changed(findings=[{"statement": "s", "evidence": [{"call": 1}, None]}])
    ).report.findings == (Finding("s"),)


def test_findings_may_be_plain_sentences():
    assert submission.parse(changed(findings=["a", {"finding": "b"}, {}])).report.findings == (
        Finding("a"),
        Finding("b"),
    )


def test_impact_may_be_a_sentence():
    assert submission.parse(changed(impact="all orders")).report.impact.business == "all orders"
    assert submission.parse(changed(impact={"resources": "one"})).report.impact.resources == ("one",)


@pytest.mark.parametrize(
    ("given", "action"),
    [
        ("restart it", Action("restart it")),
        ({"step": "restart", "commands": ["a", "b"], "minutes": "10 min"}, Action("restart", "a\nb", 10.0)),
        ({"command": "aws x"}, Action("aws x", "aws x")),
        ({"action": "a", "minutes": True}, Action("a")),
        ({"action": "a", "minutes": float("inf")}, Action("a")),
        ({"action": "a", "minutes": "soon"}, Action("a")),
    ],
)
def test_actions_of_any_form(given, action):
    assert submission.parse(changed(immediate_actions=[given, {}])).report.immediate_actions == (action,)


def test_lists_may_be_strings_json_or_objects():
    report = submission.parse(
        changed(prevention="one", monitoring='["a", "b"]', gaps=[{"what": "x"}, 3, None], ruled_out="[broken")
    ).report
    assert report.prevention == ("one",)
    assert report.monitoring == ("a", "b")
    assert report.gaps == ('{"what": "x"}', "3")
    assert report.ruled_out == ("[broken",)


def test_missing_title_and_summary_are_made_of_what_there_is():
    submitted = submission.parse({**REPORT, "title": "", "summary": None})
    assert submitted.report.title == submitted.report.summary == "The role lost dynamodb:PutItem."
    assert submitted.problems == ("`title` is missing.", "`summary` is missing.")


def test_a_long_title_is_one_short_line():
    assert submission.parse(changed(title="long\n" * 100)).report.title == ("long " * 100)[:199] + "…"


@given(JSON)
def test_whatever_is_submitted_is_read_without_an_error(given):
    submitted = submission.parse(given)
    assert submitted.report is not None or submitted.problems
