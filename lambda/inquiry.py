"""What an investigation works with: its case, its limits, its collaborators and its progress so far."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from ports import CheckpointFailed
from progress import Ending

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from alarm import Alarm
    from ports import Checkpoints, Clock, Model, Tool
    from progress import Progress
    from record import Outcome

logger = logging.getLogger(__name__)

_USUAL_TURN = timedelta(seconds=30)
_GRACE = timedelta(seconds=10)  # the tool function's start, and the way back
_RESERVE = timedelta(seconds=45)  # for rendering, saving and publishing, with retries


@dataclass(frozen=True, slots=True)
class Case:
    """What is known before the first turn. `context` is the team's own text; `notes` go into the report.

    `runbook` looks up the text of a runbook by its name: the alarm's tags, where one may be named, are known
    only after call 0. It answers with an empty text when there is none.
    """

    investigation_id: str
    alarm: Alarm
    event: Mapping[str, object]
    started_at: datetime
    context: str = ""
    notes: tuple[str, ...] = ()
    runbook: Callable[[str], str] = lambda _: ""


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an investigation may go. `may_continue`: a fresh invocation may take it up where time ends."""

    tool_calls: int
    tokens: int
    usd: float
    tool_timeout: timedelta
    output_chars: int
    may_continue: bool


@dataclass(slots=True)
class Inquiry:
    """One invocation's view of an investigation.

    `span` is the time that it had when it began. `grace` is how much longer than the tool's own limit its
    answer is waited for.
    """

    case: Case
    limits: Limits
    model: Model
    tool: Tool
    clock: Clock
    checkpoints: Checkpoints
    progress: Progress
    span: timedelta
    turns: int = 0
    longest_turn: timedelta = field(default_factory=timedelta)
    saved: bool = True
    grace: timedelta = _GRACE

    def time_left(self) -> timedelta:
        """Return the time for investigating, less what delivery needs."""
        return self.clock.remaining() - min(_RESERVE, self.span / 5)

    def turn_time(self) -> timedelta:
        """Return how long a turn of the model may be expected to take."""
        usual = min(_USUAL_TURN, self.span / 12)
        return max(usual, min(self.longest_turn, 3 * usual))

    def save(self) -> None:
        """Checkpoint the progress; a failure is noted once and stops nothing."""
        try:
            self.checkpoints.save(self.case.investigation_id, self.progress.encode())
            self.saved = True
        except CheckpointFailed as error:
            logger.warning("checkpoint failed", extra={"reason": str(error)})
            self.saved = False
            self.note("The investigation's checkpoint could not be saved; a crash would have begun it anew.")

    def note(self, text: str) -> None:
        """Leave a remark for the report's reader."""
        if text not in self.progress.notes:
            self.progress.notes.append(text)

    def ask_once(self, what: str) -> bool:
        """Say whether the model has not been asked for this before; from now on it has."""
        if what in self.progress.asked:
            return False
        self.progress.asked.append(what)
        return True

    def end(self, outcome: Outcome, detail: str, text: str | None = None) -> None:
        """Settle how the investigation ended."""
        self.progress.ending = Ending(outcome, detail, self.clock.now(), text or None)
