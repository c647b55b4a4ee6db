"""No false quote is ever verified, no true one is rejected, and confidence follows the evidence."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import evidence
from record import Confidence, Evidence, EvidenceCheck, Finding, Report, RootCause, Severity, ToolCall

DATA = Path(__file__).parent.parent / "evidence"
STARTED = datetime(2026, 11, 24, 5, 52, tzinfo=UTC)


def load(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    return rows


def call(number: int, output: str, error: str | None = None) -> ToolCall:
    return ToolCall(number, "look", "print()", output, error is None, STARTED, 12.0, error)


def report(
    *cited: tuple[int, str], confidence: Confidence = Confidence.HIGH, findings: tuple[Finding, ...] = ()
) -> Report:
    cause = RootCause("It broke.", confidence, tuple(Evidence(*quote) for quote in cited))
    return Report("Title", "Summary", Severity.HIGH, cause, findings)


CALLS = [call(row["call"], row["output"]) for row in load("outputs")]
TRUE = load("true_quotes")
FALSE = load("false_quotes")


def checked(*cited: tuple[int, str]) -> EvidenceCheck:
    return evidence.check(report(*cited), CALLS)


def test_the_collections_hold_two_hundred_quotes_each_way() -> None:
    assert len(TRUE) >= 200
    assert len(FALSE) >= 200


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row['call']}-{row['quote'][:40]!a}") for row in TRUE]
)
def test_true_quote_is_verified(row: dict[str, Any]) -> None:
    (item,) = checked((row["call"], row["quote"])).items
    assert item.verified, f"{row['why']}: {item.note}"
    assert item.note == ""


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{row['call']}-{row['quote'][:40]!a}") for row in FALSE]
)
def test_false_quote_is_not_verified(row: dict[str, Any]) -> None:
    (item,) = checked((row["call"], row["quote"])).items
    assert not item.verified, row["why"]
    assert item.note


@pytest.mark.parametrize(
    ("cited", "note"),
    [
        ((2, "Task timed out after 4.00 seconds"), "not in call 2"),
        ((1, "Task timed out after 3.00 seconds"), "not in call 1; it stands in call 2"),
        ((77, "Task timed out after 3.00 seconds"), "there is no call 77; it stands in call 2"),
        ((77, "Nothing of the kind"), "there is no call 77"),
        ((2, "the"), "too short to prove anything"),
        (
            (9, "9.95 %"),
            "in call 9 only as a piece of a longer number or word, or without its negation",
        ),
    ],
)
def test_note_says_what_is_wrong_with_a_quote(cited: tuple[int, str], note: str) -> None:
    assert checked(cited).items[0].note == note


def test_quotes_are_checked_in_the_order_of_the_report() -> None:
    findings = (
        Finding("Later.", (Evidence(9, "p99 950 ms"), Evidence(9, "p99 951 ms"))),
        Finding("Last.", (Evidence(5, "drift 1.5e-07"),)),
    )
    check = evidence.check(report((2, "Task timed out"), findings=findings), CALLS)
    assert [(item.call, item.quote) for item in check.items] == [
        (2, "Task timed out"), (9, "p99 950 ms"), (9, "p99 951 ms"), (5, "drift 1.5e-07"),
    ]  # fmt: skip
    assert (check.verified, check.unverified, check.grounding_rate) == (3, 1, 0.75)


def test_quote_of_a_failed_calls_error_is_verified() -> None:
    calls = [call(1, "partial", "ClientError: AccessDenied on logs:StartQuery")]
    assert evidence.check(report((1, "AccessDenied on logs:StartQuery")), calls).verified == 1
    assert evidence.check(report((1, "partial ClientError")), calls).verified == 0


@pytest.mark.parametrize(
    ("root", "finding", "stated", "capped"),
    [
        pytest.param([True], [], "high", "high", id="all verified"),
        pytest.param([True, False], [], "high", "medium", id="one of the root cause's fails"),
        pytest.param([True], [False], "high", "medium", id="one of a finding's fails"),
        pytest.param([False], [True], "high", "low", id="none of the root cause's verified"),
        pytest.param([], [True], "high", "low", id="nothing cited for the root cause"),
        pytest.param([], [], "medium", "low", id="nothing cited at all"),
        pytest.param([True, False], [], "low", "low", id="never raised"),
        pytest.param([], [], "inconclusive", "inconclusive", id="inconclusive stays"),
    ],
)
def test_confidence_is_capped_by_what_was_verified(
    root: list[bool], finding: list[bool], stated: str, capped: str
) -> None:
    def cited(good: bool) -> tuple[int, str]:
        return (9, "p99 950 ms") if good else (9, "p99 951 ms")

    findings = (Finding("Found.", tuple(Evidence(*cited(good)) for good in finding)),)
    given = report(*(cited(good) for good in root), confidence=Confidence(stated), findings=findings)
    result = evidence.cap(given, evidence.check(given, CALLS))
    assert result.root_cause.confidence == capped
    assert result.findings == given.findings
    assert result.root_cause.evidence == given.root_cause.evidence


@pytest.mark.parametrize(
    "mark",
    [
        "\n[... 1,200 characters cut ...]\n",
        "\n... [1200 characters left out; print less, or aggregate first] ...\n",
        "\n... [1200 bytes left out] ...\n",
    ],
)
def test_no_quote_reaches_across_a_cut(mark: str) -> None:
    calls = [call(1, f"the first half{mark}the second half")]
    across = (
        "the first half ... the second half",
        f"first half{mark}the second",
        "the first half\nthe second half",
    )
    cited = [(1, quote) for quote in (*across, "the second half")]
    check = evidence.check(report(*cited), calls)
    assert [item.verified for item in check.items] == [False, False, False, True]


def test_only_so_many_quotes_of_a_report_are_looked_for() -> None:
    cited = [(9, "p99 950 ms")] * 100 + [(9, f"p99 {at} ms") for at in range(100, 158)]
    check = checked(*cited, (9, "99.95 %"), (9, "480 of 500"), (9, "p99 950 ms"))
    assert [item.verified for item in check.items[-3:]] == [True, False, True]
    assert check.items[-2].note == "not looked for: only 60 quotes are"


def test_the_search_for_another_holder_makes_no_other_output_searchable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    class Counted(evidence.Searchable):
        def __init__(self, text: str) -> None:
            made.append(text)
            super().__init__(text)

    monkeypatch.setattr(evidence, "Searchable", Counted)
    calls = [call(number, "err " * 100) for number in range(100)]
    elided = " ... ".join(["err"] * 11 + ["zzz"])
    cited = [(1, elided), (1, "nothing of the kind"), (1, "one err, two err")]
    assert evidence.check(report(*cited), calls).unverified == 3
    assert len(made) == 2  # the output of call 1, and its error
