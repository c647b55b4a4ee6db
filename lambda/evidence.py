"""Checks a report's quotes against the outputs of the tool calls they cite, and caps its confidence.

No model takes part: a quote is verified when it stands in that call's output, as `quotes` decides. The output
is what the model saw, so a cut in it is a wall: no quote reaches across. Confidence is at most low when no
quote of the root cause is verified, and at most medium when any quote of the report is not. Only so many
quotes are looked for; those beyond are unverified, and say so.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import quotes
from quote_text import Searchable, Work, plain
from quotes import Verdict
from record import CheckedEvidence, Confidence, EvidenceCheck

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from record import Evidence, Report, ToolCall

# The quotes of a report that are looked for.
MOST_CHECKED = 60
# What stands where output was cut: `[... 1,234 characters cut ...]` and its like.
_CUT = re.compile(
    r"\[(?=[^\[\]\n]{0,200}\b(?:cut|omitted|truncated|elided|removed|left out)\b)"
    r"[^\[\]\n]{0,80}?\d[\d,]*[ ](?:more[ ])?(?:characters|chars|bytes|lines)\b[^\[\]\n]{0,200}\]"
)
_RANK = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW, Confidence.INCONCLUSIVE)


def check(report: Report, tool_calls: Sequence[ToolCall]) -> EvidenceCheck:
    """Return the verdict on every quote as the report cites them: the root cause's, then each finding's."""
    outputs = _Outputs(tool_calls)
    cited = tuple(_cited(report))
    looked_for = set(tuple(dict.fromkeys(cited))[:MOST_CHECKED])
    return EvidenceCheck(
        tuple(_checked(evidence, outputs, looked_for=evidence in looked_for) for evidence in cited)
    )


def cap(report: Report, check: EvidenceCheck) -> Report:
    """Return the report with no more confidence in its root cause than its verified quotes carry."""
    cause = report.root_cause
    behind_cause = check.items[: len(cause.evidence)]
    if not any(item.verified for item in behind_cause):
        most = Confidence.LOW
    elif check.unverified:
        most = Confidence.MEDIUM
    else:
        return report
    confidence = max(cause.confidence, most, key=_RANK.index)
    return replace(report, root_cause=replace(cause, confidence=confidence))


class _Outputs:
    """The outputs by call number, made comparable once, when first asked for."""

    def __init__(self, tool_calls: Sequence[ToolCall]) -> None:
        self._calls = {call.call: call for call in tool_calls}
        self._plain: dict[int, tuple[str, ...]] = {}
        self._segments: dict[int, tuple[Searchable, ...]] = {}
        self._notes: dict[Evidence, str] = {}

    def note(self, evidence: Evidence) -> str:
        """Return why a quote is not verified, in words that help to mend it; empty when it is."""
        if evidence not in self._notes:
            self._notes[evidence] = self._objection(evidence)
        return self._notes[evidence]

    def _objection(self, evidence: Evidence) -> str:
        number = evidence.call
        if number is None or number not in self._calls:
            problem = "it names no call" if number is None else f"there is no call {number}"
            return problem + self._hint(evidence.quote)
        verdict = self._verdict(evidence.quote, number)
        if verdict is Verdict.FOUND:
            return ""
        if verdict is Verdict.TOO_SHORT:
            return "too short to prove anything"
        if verdict is Verdict.CUT:
            return f"in call {number} only as a piece of a longer number or word, or without its negation"
        return f"not in call {number}{self._hint(evidence.quote)}"

    def _verdict(self, quote: str, number: int) -> Verdict:
        """Return the best verdict over the stretches of that call's output, and its error."""
        if number not in self._segments:
            self._segments[number] = tuple(Searchable(text) for text in self._texts(number))
        work = Work()
        verdicts = {quotes.find(quote, segment, work) for segment in self._segments[number]}
        return next(verdict for verdict in Verdict if verdict in verdicts)

    def _texts(self, number: int) -> tuple[str, ...]:
        if number not in self._plain:
            call = self._calls[number]
            self._plain[number] = tuple(plain(text) for text in (*_CUT.split(call.output), call.error or ""))
        return self._plain[number]

    def _hint(self, quote: str) -> str:
        """Say in which call a quote stands letter for letter, if in one: a hint, so it must cost little."""
        wanted = plain(quote).strip()
        if not wanted or quotes.ELLIPSIS.search(wanted):
            return ""
        held = (number for number in self._calls if any(wanted in text for text in self._texts(number)))
        holder = next(held, None)
        if holder is None or self._verdict(quote, holder) is not Verdict.FOUND:
            return ""
        return f"; it stands in call {holder}"


def _cited(report: Report) -> Iterator[Evidence]:
    yield from report.root_cause.evidence
    for finding in report.findings:
        yield from finding.evidence


def _checked(evidence: Evidence, outputs: _Outputs, *, looked_for: bool) -> CheckedEvidence:
    note = outputs.note(evidence) if looked_for else f"not looked for: only {MOST_CHECKED} quotes are"
    return CheckedEvidence(evidence.call, evidence.quote, verified=not note, note=note)
