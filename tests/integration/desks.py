"""The steps of a triage over moto, with a clock that the test moves and an investigator that it scripts."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.integration.world import ACCOUNT, BUCKET, CHAT_TOPIC, FUNCTION, REGION, TABLE, TOPIC, World, client

from backlog import Backlog
from checkpoints import S3Checkpoints
from deduplication import Claims
from delivery import Courier, Destination
from desk import Answer, Assignment, Desk, Own
from metrics import Metrics
from record import Investigation, Outcome
from recoveries import Recoveries
from report import Rendered, render
from service_errors import ServiceError
from state_table import StateTable
from storm import Ledger
from triage import Triage
from undelivered import Undelivered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass
class Clock:
    """Time stands still unless the test moves it."""

    time: datetime = datetime(2026, 3, 9, 3, 12, 30, tzinfo=UTC)
    left: timedelta = timedelta(minutes=15)

    def now(self) -> datetime:
        return self.time

    def remaining(self) -> timedelta:
        return self.left

    def advance(self, **span: float) -> None:
        self.time += timedelta(**span)


@dataclass
class Office:
    """The module as deployed; `during` is run in the middle of an investigation."""

    account: World
    clock: Clock = field(default_factory=Clock)
    window: timedelta = timedelta(hours=1)
    limit: int = 20
    chat: bool = False
    max_continuations: int = 2
    investigated: list[Assignment] = field(default_factory=list)
    during: Callable[[Assignment], None] = lambda _assignment: None
    outcome: Outcome = Outcome.REPORTED
    suspend: bool = False
    fails: Exception | None = None
    later: list[Mapping[str, object]] = field(default_factory=list)
    refuses_later: bool = False
    output: io.StringIO = field(default_factory=io.StringIO)

    def desk(self, request_id: str) -> Desk:
        clients = {name: client(name) for name in ("dynamodb", "s3", "sns")}
        table = StateTable(clients["dynamodb"], TABLE)
        chat = CHAT_TOPIC if self.chat else None
        return Desk(
            own=Own(ACCOUNT, REGION, frozenset({FUNCTION, "tool-lambda"}), f"{FUNCTION}-self-"),
            claims=Claims(table, self.window),
            ledger=Ledger(table, self.limit),
            backlog=Backlog(table),
            recoveries=Recoveries(table),
            undelivered=Undelivered(table),
            courier=Courier(clients["s3"], clients["sns"], Destination(BUCKET, ACCOUNT, TOPIC, chat)),
            checkpoints=S3Checkpoints(clients["s3"], BUCKET, ACCOUNT),
            investigator=self,
            metrics=Metrics(FUNCTION, self.output),
            clock=self.clock,
            request_id=request_id,
            go_on_later=self.go_on_later,
            max_continuations=self.max_continuations,
            notify_on_recovery=True,
        )

    def handle(self, event: Mapping[str, object], request_id: str, hop: int = 0) -> Answer:
        return Triage(self.desk(request_id)).handle(event, hop)

    def tick(self, request_id: str = "tick") -> None:
        Triage(self.desk(request_id)).hourly()

    def go_on_later(self, event: Mapping[str, object]) -> None:
        if self.refuses_later:
            raise ServiceError("lambda Invoke", "TooManyRequestsException", "")
        self.later.append(event)

    def investigate(self, assignment: Assignment) -> Investigation | None:
        self.investigated.append(assignment)
        self.during(assignment)
        if self.fails:
            raise self.fails
        if self.suspend and assignment.may_continue:
            return None
        return Investigation(
            investigation_id=assignment.investigation_id,
            alarm=assignment.alarm,
            event=assignment.event,
            model_id="model",
            started_at=assignment.started_at,
            finished_at=self.clock.now(),
            outcome=self.outcome,
            text="It was the release.",
            notes=assignment.notes,
        )

    def render(self, investigation: Investigation, *, saved: bool, last_attempt: bool) -> Rendered:
        return render(investigation, bucket=BUCKET if saved else None, region=REGION)

    def counted(self, name: str) -> int:
        """How often a metric was written."""
        lines: list[dict[str, Any]] = [json.loads(line) for line in self.output.getvalue().splitlines()]
        return sum(int(line.get(name, 0)) for line in lines)
