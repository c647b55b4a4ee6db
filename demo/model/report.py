"""Write a diagnosis as the input of `submit_report`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.case import Diagnosis
    from model.evidence_lines import Cited
    from model.transcript import JsonObject


def submission(diagnosis: Diagnosis) -> JsonObject:
    """Return the tool's input."""
    return {
        "title": diagnosis.title,
        "summary": _summary(diagnosis),
        "severity": diagnosis.severity,
        "root_cause": {
            "statement": diagnosis.cause,
            "confidence": diagnosis.confidence,
            "evidence": _evidence(diagnosis.evidence),
        },
        "findings": [
            {"statement": statement, "evidence": _evidence(lines)} for statement, lines in diagnosis.findings
        ],
        "impact": {
            "resources": list(dict.fromkeys(diagnosis.resources)),
            "business": "Not known: no business metric was read.",
            "users": "Not known: whoever waits for these resources.",
        },
        "immediate_actions": [
            {"action": step.action, "command": step.command, "minutes": step.minutes}
            for step in diagnosis.steps
        ],
        "prevention": diagnosis.prevention,
        "monitoring": diagnosis.monitoring,
        "ruled_out": diagnosis.ruled_out,
        "gaps": [*diagnosis.gaps, "CloudTrail's event history can be up to 15 minutes behind."],
    }


def _summary(diagnosis: Diagnosis) -> str:
    first = f" First: {diagnosis.steps[0].action}." if diagnosis.steps else ""
    return f"{diagnosis.cause}{first}"


def _evidence(lines: list[Cited]) -> list[JsonObject]:
    unique = {(line.call, line.quote): line for line in lines}
    return [line.evidence() for line in unique.values()]
