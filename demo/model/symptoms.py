"""What kind of trouble does a log event tell of? Patterns of AWS's and Python's words, most telling first."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from model.evidence_lines import log_entries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from model.evidence_lines import LogEntry
    from model.transcript import Transcript


class Kind(StrEnum):
    """Kinds of trouble that this model can tell apart."""

    DENIED = "denied"
    THROTTLED = "throttled"
    MEMORY = "memory"
    TIMED_OUT = "timed out"
    NO_SETTING = "no setting"
    NO_MODULE = "no module"
    EXCEPTION = "exception"


PATTERNS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.DENIED,
        r"not authorized to perform:? (?P<action>[\w-]+:\w+)(?: on resource:? (?P<resource>\S+))?",
    ),
    (Kind.DENIED, r"AccessDenied|UnauthorizedOperation"),
    (
        Kind.THROTTLED,
        r"(?P<error>ProvisionedThroughputExceeded\w*|Throttling\w*|TooManyRequests\w*|SlowDown)",
    ),
    (Kind.MEMORY, r"(?P<error>signal: killed|MemoryError|OutOfMemory\w*|No space left on device)"),
    (Kind.TIMED_OUT, r"Task timed out after (?P<seconds>[\d.]+) seconds"),
    (Kind.TIMED_OUT, r"(?P<error>\w*Timeout\w*Error)\b"),
    (Kind.NO_SETTING, r"KeyError: '(?P<name>\w+)'(?s:.*)os\.environ"),
    (Kind.NO_MODULE, r"(?:No module named '?(?P<name>[\w.]+)|(?P<error>ImportModuleError|ImportError))"),
    (Kind.EXCEPTION, r"\[ERROR\] (?P<error>[A-Za-z_][\w.]*)(?=:|$)"),
    (Kind.EXCEPTION, r"(?P<error>\w*(?:Error|Exception))\b"),
)


@dataclass(frozen=True, slots=True)
class Symptom:
    """Trouble of one function, with the log event that tells of it and what the pattern caught."""

    kind: Kind
    entry: LogEntry
    caught: Mapping[str, str] = field(default_factory=dict)


def of_function(transcript: Transcript, name: str) -> Symptom | None:
    """Return the latest trouble in a function's log, or None when its log tells of none (or was not read)."""
    found = [symptom for entry in entries(transcript, name) if (symptom := classify(entry))]
    return found[-1] if found else None


def entries(transcript: Transcript, name: str) -> list[LogEntry]:
    """Return the log events of trouble that were read of a function."""
    return log_entries(transcript.output_of(f"errors in the log of function {name}"))


def classify(entry: LogEntry) -> Symptom | None:
    """Return what an event tells of; None for lines that only look like trouble."""
    for kind, pattern in PATTERNS:
        match = re.search(pattern, entry.text)
        if match:
            return Symptom(kind, entry, {k: v for k, v in match.groupdict().items() if v})
    return None
