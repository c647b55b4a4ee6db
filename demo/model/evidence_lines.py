"""Find lines in the answers of a transcript, each with its call's number, so that it can be cited."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.transcript import Answered, JsonObject, Transcript

QUOTE_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Cited:
    """A piece of a line of one call's output, word for word."""

    call: int
    quote: str
    groups: tuple[str, ...] = ()

    def evidence(self) -> JsonObject:
        """Return it as `submit_report` wants it: a long one ends with a word, as no cut one is verified."""
        whole = len(self.quote) <= QUOTE_LENGTH
        quote = self.quote if whole else self.quote[: QUOTE_LENGTH + 1].rpartition(" ")[0]
        return {"call": self.call, "quote": quote or self.quote}


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One log event of trouble: its time, its first line, and all of it."""

    call: int
    at: str
    headline: str
    text: str

    def cited(self) -> Cited:
        """Return the headline as evidence."""
        return Cited(self.call, self.headline)


def lines(answer: Answered | None, pattern: str) -> list[Cited]:
    """Return the lines of an answer that match `pattern` from their beginning, with the pattern's groups."""
    if answer is None:
        return []
    matched = ((line, re.match(pattern, line)) for line in answer.lines)
    return [Cited(answer.call, line, match.groups("")) for line, match in matched if match]


def find(transcript: Transcript, purpose: str, pattern: str) -> list[Cited]:
    """Return matching lines of the answer to the call made for `purpose`."""
    return lines(transcript.output_of(purpose), pattern)


def log_entries(answer: Answered | None) -> list[LogEntry]:
    """Return the log events in an answer of the `log_errors` probe, oldest first, without REPORT lines."""
    if answer is None:
        return []
    blocks: list[list[str]] = []
    for line in answer.output.splitlines():
        if re.match(r"\s*(log|before|found|read)\b", line) or not blocks:
            blocks.append([])
        blocks[-1].append(line)
    found = []
    for first, *rest in blocks:
        match = re.match(r"\s*log (\S+) (.*)", first)
        if match and not match[2].startswith("REPORT "):
            headline = match[2].strip()
            found.append(LogEntry(answer.call, match[1], headline, "\n".join([headline, *rest])))
    return found
