"""Runs the parts of the baseline side by side: each has its time limit, its room and its own failure.

This file and its neighbours are one program for the tool function: `baseline` joins them into one text.
"""

import concurrent.futures
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import boto3

Answer = TypeVar("Answer")

# `baseline.program` puts the text of tables.json in the place of this literal.
TABLES: dict[str, Any] = json.loads('{"related_metrics": {}, "resources": {}}')

_clients: dict[tuple[str, str], Any] = {}
_clients_lock = threading.Lock()


@dataclass(frozen=True)
class Facts:
    """What the event said of the alarm."""

    name: str
    arn: str
    account: str
    region: str
    at: datetime
    metrics: list[dict[str, Any]]
    triggering: list[str]
    threshold: float | None
    contributor: list[str]

    @property
    def partition(self) -> str:
        """`aws`, or another partition's name."""
        return [*self.arn.split(":"), "", ""][1] or "aws"

    def aws(self, service: str) -> Any:
        """Return a client in the alarm's region. Making one is not safe in threads, using it is."""
        with _clients_lock:
            key = (service, self.region)
            if key not in _clients:
                make: Callable[..., Any] = boto3.client
                _clients[key] = make(service, region_name=self.region)
            return _clients[key]

    def span(self, before: timedelta, after: timedelta = timedelta(minutes=5)) -> tuple[datetime, datetime]:
        """Return the time from `before` the alarm until shortly after it."""
        return self.at - before, self.at + after


def facts_of(text: str) -> Facts:
    """Read the facts from JSON."""
    values = json.loads(text)
    return Facts(**{**values, "at": datetime.fromisoformat(values["at"])})


@dataclass
class Found:
    """What a part has found so far: what is there when its time is up still counts."""

    lines: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def attempt(self, what: str, question: Callable[[], Answer]) -> Answer | None:
        """Return the answer, or None when there is none and why is noted: the rest of the part goes on."""
        try:
            return question()
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the other questions are still asked
            self.failures.append(f"{what}: {described_error(error)}")
            return None


@dataclass(frozen=True)
class Part:
    """One independent question: how it is answered, in what time, on how many characters."""

    title: str
    answer: Callable[[Found], None]
    room: int
    seconds: float = 15.0


@dataclass
class Baseline:
    """Everything found: printed as it comes, and collected for the machine-readable result."""

    values: dict[str, Any] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def run(self, parts: list[Part]) -> None:
        """Answer all parts at once, and print them in their order."""
        if not parts:
            return
        started = time.monotonic()
        pool = concurrent.futures.ThreadPoolExecutor(len(parts))
        asked = [(part, found := Found(), pool.submit(part.answer, found)) for part in parts]
        pool.shutdown(wait=False)
        for part, found, future in asked:
            left = max(0.0, started + part.seconds - time.monotonic())
            done, _ = concurrent.futures.wait([future], timeout=left)
            failures = list(found.failures)
            if not done:
                failures.append(f"no answer within {part.seconds:g} s")
            elif error := future.exception():
                failures.append(described_error(error))
            self._note(part, list(found.lines), dict(found.values), failures)

    def _note(self, part: Part, lines: list[str], values: dict[str, Any], failures: list[str]) -> None:
        self.values.update(values)
        self.failures += [f"{part.title}: {failure}" for failure in failures]
        if lines:
            print(f"## {part.title}\n{cut(chr(10).join(lines), part.room)}\n")


def described_error(error: BaseException) -> str:
    """Return an error in one line."""
    text = " ".join(str(error).split())
    return short(text if text.startswith("An error occurred (") else f"{type(error).__name__}: {text}", 240)


def cut(text: str, room: int) -> str:
    """Return the text, or as much of it as there is room for, with a mark that counts the rest."""
    if len(text) <= room:
        return text
    return f"{text[:room].rstrip()}\n[... {len(text) - room:,} characters cut ...]"


def short(text: str, room: int) -> str:
    """Return the text, or its beginning with an ellipsis."""
    return text if len(text) <= room else f"{text[: room - 1].rstrip()}…"


def compact(value: Any) -> str:
    """Return JSON on one line, without what is empty."""
    return json.dumps(_full(value), ensure_ascii=False, default=str)


def _full(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _full(item) for key, item in value.items() if item not in (None, "", [], {})}
    if isinstance(value, list):
        return [_full(item) for item in value]
    return stamp(value) if isinstance(value, datetime) else value


def stamp(at: datetime) -> str:
    """Return a time in UTC to the second."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
