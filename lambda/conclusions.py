"""Takes a report that the model submits: sends it back once for what can be mended, then lets it stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import evidence
import loose_json
import prompt_template
import submission
from budget import calls_run
from record import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conversation import ToolRequest
    from inquiry import Inquiry
    from progress import Progress
    from record import EvidenceCheck, Report

_SUPERSEDED = "Only the last report of a turn counts."


def consider(inquiry: Inquiry, reports: Sequence[ToolRequest], *, calls_beside: int) -> bool:
    """Accept the last report, which ends the investigation, or answer it with what to mend.

    Says whether it could be read as a report.
    """
    *superseded, last = reports
    answers = inquiry.progress.answers
    answers.update({request.id: [_SUPERSEDED, False] for request in superseded})
    submitted = submission.parse(last.input)
    if submitted.report is None and (why := _unreadable(last.input)):
        submitted = submission.Submission(None, (why,))
    if submitted.report is not None:
        inquiry.progress.submitted = last.input
    objection = _objection(inquiry, submitted, calls_beside)
    if objection:
        answers[last.id] = [objection, False]
    else:
        inquiry.end(Outcome.REPORTED, f"The model submitted its report after {_counted(inquiry)}.")
    return submitted.report is not None


def held(progress: Progress) -> tuple[Report, EvidenceCheck] | None:
    """Return the last report that was understood, its quotes checked and its confidence capped."""
    report = submission.parse(progress.submitted).report
    if report is None:
        return None
    check = evidence.check(report, progress.tool_calls)
    return evidence.cap(report, check), check


def _objection(inquiry: Inquiry, submitted: submission.Submission, calls_beside: int) -> str | None:
    """Return why the report goes back, if it does; each reason but nonsense counts once."""
    if submitted.report is None or (submitted.problems and inquiry.ask_once("mend_report")):
        return prompt_template.notice("mend_report", problems=_listed(submitted.problems))
    if calls_beside and inquiry.ask_once("look_at_results"):
        return prompt_template.notice("look_at_results")
    if not calls_run(inquiry) and not inquiry.progress.concluding and inquiry.ask_once("look_first"):
        return prompt_template.notice("look_first")
    check = evidence.check(submitted.report, inquiry.progress.tool_calls)
    failed = [
        f'{"no call" if item.call is None else f"call {item.call}"}: "{item.quote}" ({item.note})'
        for item in check.items
        if not item.verified
    ]
    if failed and inquiry.ask_once("mend_quotes"):
        return prompt_template.notice("mend_quotes", quotes=_listed(failed))
    return None


def _unreadable(given: object) -> str:
    """Return what is wrong with a report that came as text because nobody could read it as JSON."""
    if isinstance(given, dict) and given.keys() == {"text"}:
        given = given["text"]
    why = loose_json.complaint(given) if isinstance(given, str) else ""
    return f"It is not one valid JSON object with the fields of submit_report: {why}." if why else ""


def _listed(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _counted(inquiry: Inquiry) -> str:
    calls, turns = calls_run(inquiry), inquiry.progress.iterations
    return f"{calls} {'call' if calls == 1 else 'calls'} in {turns} {'turn' if turns == 1 else 'turns'}"
