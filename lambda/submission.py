"""What a model handed to `submit_report`, read generously into a `Report`, with what was wrong about it.

Models leave out fields, send a string for a list or "P1" for a severity. What can be understood is; what a
model should mend is named so that it can. Only when there is nothing to print is there no report.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from record import Action, Confidence, Evidence, Finding, Impact, Report, RootCause, Severity

# A call number as models write one in a string: "2", "call 2", "[call #2]".
_CALL = re.compile(r"[\s\[({]*(?:(?:tool[\s_-]*)?call[\s_-]*)?#?\s*(\d{1,6})[\s\])}.:]*", re.IGNORECASE)
_SEVERITY_WORDS = {
    "sev0": "critical", "sev1": "critical", "p0": "critical", "p1": "critical", "severe": "critical",
    "fatal": "critical", "emergency": "critical", "sev2": "high", "p2": "high", "major": "high",
    "error": "high", "moderate": "medium",
    "sev3": "medium", "p3": "medium", "warning": "medium", "normal": "medium", "minor": "low", "sev4": "low",
    "p4": "low", "info": "low", "informational": "low", "none": "low",
}  # fmt: skip
_CONFIDENCE_WORDS = {
    "certain": "high", "confirmed": "high", "veryhigh": "high", "strong": "high", "moderate": "medium",
    "likely": "medium", "probable": "medium", "possible": "low", "weak": "low", "verylow": "low",
    "unknown": "inconclusive", "none": "inconclusive", "uncertain": "inconclusive",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Submission:
    """A report as far as it could be understood, and what the model should mend."""

    report: Report | None
    problems: tuple[str, ...] = ()


def parse(submitted: object) -> Submission:
    """Read the input of `submit_report`."""
    fields = _unwrap(submitted)
    if not fields:
        return Submission(None, ("The input must be a JSON object with the fields of submit_report.",))
    problems: list[str] = []
    cause = _root_cause(fields.get("root_cause"), problems)
    summary = _text(fields.get("summary"))
    title = _text(fields.get("title"))
    problems += [
        f"`{name}` is missing." for name, text in (("title", title), ("summary", summary)) if not text
    ]
    if not (summary or cause.statement):
        return Submission(None, tuple(problems))
    report = Report(
        title=_one_line(title or summary or cause.statement),
        summary=summary or cause.statement,
        severity=_severity(fields.get("severity"), problems),
        root_cause=cause,
        findings=tuple(_findings(fields.get("findings"))),
        impact=_impact(fields.get("impact")),
        immediate_actions=tuple(_actions(fields.get("immediate_actions"))),
        prevention=_texts(fields.get("prevention")),
        monitoring=_texts(fields.get("monitoring")),
        ruled_out=_texts(fields.get("ruled_out")),
        gaps=_texts(fields.get("gaps")),
    )
    return Submission(report, tuple(problems))


def _unwrap(submitted: object) -> Mapping[str, object]:
    """Return the fields, out of JSON in a string and out of `{"report": {...}}` where need be."""
    if isinstance(submitted, str):
        try:
            submitted = json.loads(submitted, strict=False)
        except ValueError:
            return {}
    if not isinstance(submitted, Mapping):
        return {}
    if len(submitted) == 1:
        (inner,) = submitted.values()
        if isinstance(inner, Mapping) and "root_cause" not in submitted:
            return inner
    return submitted


def _root_cause(given: object, problems: list[str]) -> RootCause:
    if isinstance(given, str) and given.lstrip().startswith("{"):
        given = _unwrap(given) or given
    if not isinstance(given, Mapping):
        wanted = "an object {statement, confidence, evidence: [{call, quote}]}"
        problems.append(f"`root_cause` must be {wanted}.")
        return RootCause(_text(given), Confidence.LOW if _text(given) else Confidence.INCONCLUSIVE)
    statement = _text(given.get("statement") or given.get("description") or given.get("cause"))
    if not statement:
        problems.append("`root_cause.statement` is missing.")
    word = _word(given.get("confidence"))
    word = _CONFIDENCE_WORDS.get(word, word)
    if word not in set(Confidence):
        problems.append(f"`root_cause.confidence` must be one of {', '.join(Confidence)}.")
        word = Confidence.LOW
    return RootCause(statement, Confidence(word), tuple(_evidence(given.get("evidence"))))


def _severity(given: object, problems: list[str]) -> Severity:
    word = _word(given)
    word = _SEVERITY_WORDS.get(word, word)
    if word not in set(Severity):
        problems.append(f"`severity` must be one of {', '.join(Severity)}.")
        return Severity.MEDIUM
    return Severity(word)


def _evidence(given: object) -> list[Evidence]:
    found = []
    for item in _items(given):
        if isinstance(item, Mapping):
            quote = _text(item.get("quote") or item.get("text"))
            call = _call(item.get("call", item.get("call_number")))
        else:
            quote = _text(item)
            cited = re.match(r"\W*(?:tool )?call\s*#?(\d+)\W*", quote, re.IGNORECASE)
            call = int(cited[1]) if cited else None
            quote = quote[cited.end() :] if cited else quote
        if quote:
            found.append(Evidence(call, quote))
    return found


def _call(given: object) -> int | None:
    """Return the number of a call; None when none is named, so that nothing is verified by a guess."""
    if isinstance(given, str):
        named = _CALL.fullmatch(given)
        return int(named[1]) if named else None
    if isinstance(given, bool) or not isinstance(given, int | float) or given < 0:
        return None
    return int(given) if isinstance(given, int) or given.is_integer() else None


def _findings(given: object) -> list[Finding]:
    found = []
    for item in _items(given):
        if isinstance(item, Mapping):
            statement = _text(item.get("statement") or item.get("finding") or item.get("description"))
            found.append(Finding(statement, tuple(_evidence(item.get("evidence")))))
        else:
            found.append(Finding(_text(item)))
    return [finding for finding in found if finding.statement]


def _impact(given: object) -> Impact:
    if not isinstance(given, Mapping):
        return Impact(business=_text(given))
    return Impact(_texts(given.get("resources")), _text(given.get("business")), _text(given.get("users")))


def _actions(given: object) -> list[Action]:
    found = []
    for item in _items(given):
        if isinstance(item, Mapping):
            action = _text(item.get("action") or item.get("description") or item.get("step"))
            command = "\n".join(_texts(item.get("command") or item.get("commands"))) or None
            found.append(Action(action or command or "", command, _minutes(item.get("minutes"))))
        else:
            found.append(Action(_text(item)))
    return [action for action in found if action.action]


def _minutes(given: object) -> float | None:
    if isinstance(given, str):
        number = re.search(r"\d+(?:\.\d+)?", given)
        given = float(number[0]) if number else None
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    return float(given) if math.isfinite(given) and given >= 0 else None


def _items(given: object) -> Sequence[object]:
    """Return a list for whatever a model sent where a list belongs."""
    if isinstance(given, str) and given.lstrip().startswith(("[", "{")):
        try:
            given = json.loads(given, strict=False)
        except ValueError:
            return (given,)
    if given is None or given == "":
        return ()
    return given if isinstance(given, list | tuple) else (given,)


def _texts(given: object) -> tuple[str, ...]:
    return tuple(text for item in _items(given) if (text := _text(item)))


def _text(given: object) -> str:
    if given is None:
        return ""
    if isinstance(given, str):
        return given.strip()
    if isinstance(given, Mapping | list | tuple):
        return json.dumps(given, ensure_ascii=False, default=str) if given else ""
    return str(given)


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else line[:199] + "…"


def _word(given: object) -> str:
    """Return a choice as a model may have written it ("SEV-1", "Very High") without case and punctuation."""
    return re.sub(r"[^a-z0-9]", "", given.lower()) if isinstance(given, str) else ""
