"""What a rule works with and what it returns: one function's trouble in, a diagnosis out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from model.evidence_lines import Cited, find

if TYPE_CHECKING:
    from model.symptoms import Symptom
    from model.transcript import Transcript

Finding = tuple[str, list[Cited]]


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do now; `command` can be pasted."""

    action: str
    command: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A cause (or its absence), in sentences, with the lines that show it."""

    title: str
    cause: str
    confidence: str
    severity: str
    evidence: list[Cited]
    findings: list[Finding]
    resources: list[str]
    steps: list[Step] = field(default_factory=list)
    prevention: list[str] = field(default_factory=list)
    monitoring: list[str] = field(default_factory=list)
    ruled_out: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One function's symptom, within its transcript."""

    transcript: Transcript
    function: str
    symptom: Symptom

    @property
    def line(self) -> Cited:
        """The log line that tells of the trouble."""
        return self.symptom.entry.cited()

    @property
    def at(self) -> str:
        """When it was logged."""
        return self.symptom.entry.at

    def caught(self, name: str) -> str:
        """Return what the symptom's pattern caught, or nothing."""
        return self.symptom.caught.get(name, "")

    def find(self, purpose: str, pattern: str) -> list[Cited]:
        """Return matching lines of the answer to the call made for `purpose`."""
        return find(self.transcript, purpose, pattern)

    def change(self, resource: str, events: str = "") -> Change:
        """Return the last change to a resource before the trouble was logged."""
        return last_change(self.transcript, resource, self.at, events)


@dataclass(frozen=True, slots=True)
class Change:
    """The last change to a resource before a moment, where there is one."""

    line: Cited | None = None

    def __bool__(self) -> bool:
        return self.line is not None

    @property
    def lines(self) -> list[Cited]:
        """The change as evidence: one line or none."""
        return [self.line] if self.line else []

    @property
    def since(self) -> str:
        """In words that follow a statement, or nothing."""
        return f" since {self.words}" if self.line else ""

    @property
    def words(self) -> str:
        """Which event, by whom, when."""
        if self.line is None:
            return ""
        at, event, _resource, actor, *_ = self.line.groups
        return f"{event} by {actor} at {at}"

    @property
    def findings(self) -> list[Finding]:
        """The change as a finding: one or none."""
        return [(f"The last change before it: {self.words}.", [self.line])] if self.line else []


def last_change(transcript: Transcript, resource: str, before: str, events: str = "") -> Change:
    """Return the last change to a resource that is not younger than a moment and was not refused.

    `events` narrows to event names that begin with this pattern. Times are compared as text: all are UTC.
    """
    pattern = rf"change (\S+) ((?:{events})\w*) on ({re.escape(resource)}) by (\S+?)(, refused.*)?$"
    found: dict[str, Cited] = {}
    for answer in transcript.answered:
        if answer.purpose.startswith("changes to "):
            for line in find(transcript, answer.purpose, pattern):
                if line.groups[0] <= before and not line.groups[4]:
                    found[line.quote] = line
    return Change(max(found.values(), key=lambda line: line.groups[0], default=None))


def when(condition: object, *findings: Finding) -> list[Finding]:
    """Return the findings if the condition holds, else none."""
    return list(findings) if condition else []
