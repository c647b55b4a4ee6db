"""Checks a report's quotes against the outputs of the tool calls they cite, and caps its confidence.

No model takes part: a quote is verified when it stands in that call's output, as `quotes` decides. The output
is what the model saw, so a cut in it is a wall: no quote reaches across. Confidence is at most low when no
quote of the root cause is verified, and at most medium when any quote of the report is not.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import quotes
from quotes import Verdict
from record import CheckedEvidence, Confidence, EvidenceCheck

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from record import Evidence, Report, ToolCall

# What stands where output was cut: `[... 1,234 characters cut ...]` and its like.
_CUT = re.compile(
    r"\[(?=[^\[\]\n]{0,200}\b(?:cut|omitted|truncated|elided|removed|left out)\b)"
    r"[^\[\]\n]{0,80}?\d[\d,]*[ ](?:more[ ])?(?:characters|chars|bytes|lines)\b[^\[\]\n]{0,200}\]"
)
_RANK = (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW, Confidence.INCONCLUSIVE)


def check(report: Report, tool_calls: Sequence[ToolCall]) -> EvidenceCheck:
    """Return the verdict on every quote as the report cites them: the root cause's, then each finding's."""
    outputs = _Outputs(tool_calls)
    return EvidenceCheck(tuple(_checked(evidence, outputs) for evidence in _cited(report)))


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
        self._segments: dict[int, tuple[str, ...]] = {}

    def __contains__(self, number: int) -> bool:
        return number in self._calls

    def __iter__(self) -> Iterator[int]:
        return iter(self._calls)

    def verdict(self, quote: str, number: int) -> Verdict:
        """Return the best verdict over the stretches of that call's output, and its error."""
        if number not in self._segments:
            call = self._calls[number]
            texts = [*_CUT.split(call.output), call.error or ""]
            self._segments[number] = tuple(quotes.plain(text) for text in texts)
        verdicts = {quotes.find(quote, segment) for segment in self._segments[number]}
        return next(verdict for verdict in Verdict if verdict in verdicts)


def _cited(report: Report) -> Iterator[Evidence]:
    yield from report.root_cause.evidence
    for finding in report.findings:
        yield from finding.evidence


def _checked(evidence: Evidence, outputs: _Outputs) -> CheckedEvidence:
    note = _objection(evidence, outputs)
    return CheckedEvidence(evidence.call, evidence.quote, verified=not note, note=note)


def _objection(evidence: Evidence, outputs: _Outputs) -> str:
    """Return why a quote is not verified, in words that help to mend it; empty when it is."""
    verdict = outputs.verdict(evidence.quote, evidence.call) if evidence.call in outputs else Verdict.MISSING
    if verdict is Verdict.FOUND:
        return ""
    if verdict is Verdict.TOO_SHORT:
        return "too short to prove anything"
    if verdict is Verdict.CUT:
        return f"in call {evidence.call} only as a piece of a longer number or word, or without its negation"
    holder = next((n for n in outputs if outputs.verdict(evidence.quote, n) is Verdict.FOUND), None)
    problem = (
        f"not in call {evidence.call}" if evidence.call in outputs else f"there is no call {evidence.call}"
    )
    return problem if holder is None else f"{problem}; it stands in call {holder}"
