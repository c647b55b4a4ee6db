"""What to look at next: from the alarm to its resources, from their errors to what explains them.

Every turn works out anew, from the answers so far, all calls that seem worth making; those that have not been
made are made. When none is left, there is nothing more to learn here, and the report is due.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from model import probes, symptoms
from model.evidence_lines import find
from model.symptoms import Kind

if TYPE_CHECKING:
    from model.probes import Probe
    from model.transcript import Transcript

MOST_CALLS = 40
MOST_AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class Subject:
    """A resource that the alarm's metrics name: its kind (the dimension) and its name."""

    kind: str
    name: str


def next_probes(transcript: Transcript) -> list[Probe]:
    """Return the calls to make now; empty when it is time to report."""
    if transcript.must_conclude or len(transcript.answered) >= MOST_CALLS or not transcript.alarm_name:
        return []
    asked = {answer.purpose for answer in transcript.answered}
    fresh = {p.purpose: p for p in _worthwhile(transcript) if p.purpose not in asked}
    return list(fresh.values())[:MOST_AT_ONCE]


def alarms(transcript: Transcript) -> list[str]:
    """Return the alarm and, for a composite one, the alarms in its rule."""
    found = [transcript.alarm_name]
    for name in found:
        for child in find(transcript, f"the alarm {name}", r"child (.+)"):
            if child.groups[0] not in found:
                found.append(child.groups[0])
    return found


def subjects(transcript: Transcript) -> list[Subject]:
    """Return the resources that the metrics of the alarm, or of its children in ALARM, name."""
    found: dict[Subject, None] = {}
    for name in alarms(transcript):
        for line in find(transcript, f"the alarm {name}", r"metric \S+ \S+ \S+ (\{.*\})"):
            for kind, value in json.loads(line.groups[0]).items():
                found[Subject(kind, value)] = None
    return list(found)


def functions(transcript: Transcript) -> list[str]:
    """Return the functions that matter: the alarm's own, consumers of its queues, writers, dependencies."""
    found = [subject.name for subject in subjects(transcript) if subject.kind == "FunctionName"]
    for subject in subjects(transcript):
        if subject.kind == "QueueName":
            purpose = f"depth and consumers of queue {subject.name}"
            found += [line.groups[0].split(":")[0] for line in find(transcript, purpose, r"consumer (\S+) ")]
    for answer in transcript.answered:
        if answer.purpose.startswith("which functions log "):
            found += re.findall(r"log events of /aws/lambda/(\S+) speak of", answer.output)
    for name in found:
        found += [other for other in dependencies(transcript, name) if other not in found]
    return list(dict.fromkeys(found))


def dependencies(transcript: Transcript, function: str) -> list[str]:
    """Return the functions that a function's log mentions."""
    purpose = f"functions that {function} depends on"
    return [line.groups[0] for line in find(transcript, purpose, r"mentioned function (\S+)")]


def role_of(transcript: Transcript, function: str) -> str | None:
    """Return the name of a function's role."""
    found = find(transcript, f"configuration of function {function}", r"role \S+/(\S+)")
    return found[0].groups[0] if found else None


def _worthwhile(transcript: Transcript) -> list[Probe]:
    found = [probes.alarm(name) for name in alarms(transcript)]
    for subject in subjects(transcript):
        if subject.kind == "TableName":
            found += [*probes.of_table(subject.name), probes.who_logs("ProvisionedThroughputExceeded")]
        elif subject.kind == "QueueName":
            found += probes.of_queue(subject.name)
    if transcript.output_of(f"the alarm {transcript.alarm_name}"):
        found += [probes.changes(name) for name in alarms(transcript)]
    for function in functions(transcript):
        found += [*probes.of_function(function), *_explaining(transcript, function)]
    return found


def _explaining(transcript: Transcript, function: str) -> list[Probe]:
    """Return the calls that would explain a function's trouble."""
    symptom = symptoms.of_function(transcript, function)
    role = role_of(transcript, function)
    if symptom is None:
        return []
    if symptom.kind in (Kind.DENIED, Kind.THROTTLED) and role:
        tables = find(transcript, f"policies of role {role}", r"policy .*:table/([\w.-]+)")
        throttled = symptom.kind is Kind.THROTTLED
        return [*probes.role(role), *(p for t in tables if throttled for p in probes.of_table(t.groups[0]))]
    if symptom.kind is Kind.TIMED_OUT:
        answer = transcript.output_of(f"errors in the log of function {function}")
        said = "\n".join(line for line in answer.lines if line.startswith("before ")) if answer else ""
        return [probes.functions_named(said[:4000], function)]
    return []
