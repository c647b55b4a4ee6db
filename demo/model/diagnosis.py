"""From evidence to a diagnosis: one rule for each kind of trouble, and one for when there is none.

A rule may state only what lines of this run's answers show, and hands those lines on as evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from model import detective, rules_access, rules_limits, symptoms
from model.case import Diagnosis, Trouble
from model.quiet import quiet
from model.symptoms import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from model.transcript import Transcript

RULES: Mapping[Kind, Callable[[Trouble], Diagnosis]] = {
    Kind.DENIED: rules_access.denied,
    Kind.EXCEPTION: rules_access.exception,
    Kind.NO_MODULE: rules_access.exception,
    Kind.NO_SETTING: rules_access.no_setting,
    Kind.THROTTLED: rules_limits.throttled,
    Kind.MEMORY: rules_limits.memory,
    Kind.TIMED_OUT: rules_limits.timed_out,
}


def diagnose(transcript: Transcript) -> Diagnosis:
    """Return the best explanation that the answers support."""
    for subject in detective.subjects(transcript):
        if subject.kind == "TableName" and (found := rules_limits.table(transcript, subject.name)):
            return found
    for name in detective.functions(transcript):
        trouble = _at_the_root(transcript, name)
        if trouble:
            return RULES[trouble.symptom.kind](trouble)
    for subject in detective.subjects(transcript):
        if subject.kind == "QueueName" and (found := rules_limits.queue(transcript, subject.name)):
            return found
    return quiet(transcript)


def _at_the_root(transcript: Transcript, name: str) -> Trouble | None:
    """Return a function's trouble, or that of a function it waits for in vain."""
    symptom = symptoms.of_function(transcript, name)
    if symptom is None:
        return None
    if symptom.kind is Kind.TIMED_OUT:
        for other in detective.dependencies(transcript, name):
            inner = symptoms.of_function(transcript, other)
            if inner:
                return Trouble(transcript, other, inner)
    return Trouble(transcript, name, symptom)
