"""What each outcome means to the person on call: what happened, what is known all the same, where to look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from record import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Ending:
    """An outcome in words. `label` stands in subjects; all but `happened` are empty for a whole report."""

    label: str
    happened: str
    known: str = ""
    look: str = ""


_SO_FAR = "What was read before that is below: the metric, recent changes and every call that was answered."

ENDINGS: Mapping[Outcome, Ending] = {
    Outcome.REPORTED: Ending("Reported", "The model investigated and submitted a report."),
    Outcome.ANSWERED_IN_TEXT: Ending(
        "Answered in text",
        "The model ended with plain text instead of a report.",
        "Its words are below, whole. None of its claims was checked against what the tools returned.",
        "Compare its claims with the tool calls before you act on them.",
    ),
    Outcome.OUT_OF_CALLS: Ending(
        "Stopped: no tool calls left",
        "The limit on tool calls was reached.",
        _SO_FAR,
        "Read the last calls for the lead being followed. max_tool_calls is the limit.",
    ),
    Outcome.OUT_OF_BUDGET: Ending(
        "Stopped: budget spent",
        "The limit on tokens or dollars was reached.",
        _SO_FAR,
        "Read the last calls for the lead being followed. max_usd_per_investigation and "
        "max_tokens_per_investigation are the limits.",
    ),
    Outcome.OUT_OF_TIME: Ending(
        "Stopped: time ran out",
        "The time for the investigation ran out.",
        _SO_FAR,
        "Read the last calls for the lead being followed. lambda_timeout and max_continuations limit it.",
    ),
    Outcome.REFUSED: Ending(
        "Stopped: model refused",
        "The model, or a filter in front of it, refused to go on.",
        _SO_FAR,
        "The full context shows the text at which it stopped: often a log line that looks like abuse.",
    ),
    Outcome.GUARDRAIL: Ending(
        "Stopped: guardrail",
        "The Bedrock guardrail stopped the conversation.",
        _SO_FAR,
        "The full context shows what it stopped at. Loosen the guardrail for logs if it stops ordinary ones.",
    ),
    Outcome.MODEL_FAILED: Ending(
        "Stopped: model failed",
        "The model's replies were malformed or empty, again and again.",
        _SO_FAR,
        "The full context shows the replies. Another bedrock_model_id may do better.",
    ),
    Outcome.MODEL_UNAVAILABLE: Ending(
        "Not investigated: Bedrock unavailable",
        "Bedrock did not serve the model: refused, throttled or unreachable.",
        "No model has looked at this. The evidence that needs none is below: the metric and recent changes.",
        "Check model access and quotas in the Bedrock console, then the triage function's log.",
    ),
    Outcome.INTERRUPTED: Ending(
        "Stopped: triage failed",
        "Alarm Triage itself failed during the investigation.",
        _SO_FAR,
        "The triage function's log group holds the error.",
    ),
}
