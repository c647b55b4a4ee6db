"""Makes the record of an investigation, however it ended: what was reported, found, spent and said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import baseline
import conclusions
import prices
from conversation import text_of
from progress import Ending, printable
from record import Investigation, Outcome

if TYPE_CHECKING:
    from inquiry import Case
    from ports import Model
    from progress import Progress


def wind_up(case: Case, model: Model, progress: Progress, ending: Ending) -> Investigation:
    """Return everything that is known. A report that was submitted stands, whatever came after it."""
    notes = [*progress.notes, *model.notes]
    kept = conclusions.held(progress)
    if kept and ending.outcome is not Outcome.REPORTED:
        notes.append(f"The report stands as it was submitted; it could not be mended: {ending.detail}")
        detail = "The model submitted its report, and was cut short while mending it."
        ending = replace(ending, outcome=Outcome.REPORTED, detail=detail)
    usd = prices.cost(progress.usage, model.price) if model.price else None
    record = Investigation(
        investigation_id=case.investigation_id,
        alarm=case.alarm,
        event=case.event,
        model_id=model.model_id,
        started_at=progress.started_at,
        finished_at=ending.finished_at,
        outcome=ending.outcome,
        outcome_detail=ending.detail,
        iterations=progress.iterations,
        text=ending.text or progress.partial_text or _last_words(progress),
        tool_calls=tuple(sorted(progress.tool_calls, key=lambda call: call.call)),
        conversation=[printable(message) for message in progress.messages],
        usage=replace(progress.usage, usd=usd),
        baseline=baseline.parse(progress.baseline_result) if progress.tool_calls else None,
        notes=tuple(notes),
    )
    if kept is None:
        return record
    report, check = kept
    return replace(record, report=report, evidence=check, text=None)


def _last_words(progress: Progress) -> str | None:
    """Return what the model last said in prose: where there is no report it may be all that is left."""
    texts = (text_of(message) for message in reversed(progress.messages) if message["role"] == "assistant")
    return next((text for text in texts if text), None)
