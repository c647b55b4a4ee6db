"""A scenario of the demo: how to exercise it, and what a right report must say.

The facts are read here and by tests only. Nothing of them is deployed, so no model can see them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "scenarios"


class UnknownScenarioError(LookupError):
    """There is no such scenario; the message names those that there are."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What exercises a scenario: `calls` invocations of a function, or as many messages to a queue."""

    event: dict[str, Any]
    calls: int
    function: str | None = None
    queue: str | None = None

    @property
    def target(self) -> str:
        """The function or the queue."""
        return self.function or self.queue or ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a right report must and must not say (regular expressions), and how sure it may be."""

    must_say: tuple[str, ...]
    must_not_say: tuple[str, ...]
    confidence: tuple[str, ...]
    severity: tuple[str, ...]

    def missing_from(self, report: dict[str, Any]) -> list[str]:
        """Return in words what is wrong with a report (the input of `submit_report`); empty when it is right.

        What must be said may stand anywhere in the title, the cause, the findings and their evidence; what
        must not be said is looked for in the title and the cause.
        """
        cause = report["root_cause"]
        blamed = f"{report['title']}\n{cause['statement']}"
        said = json.dumps([report[part] for part in ("title", "summary", "root_cause", "findings")])
        wrong = [f"does not say {pattern!r}" for pattern in self.must_say if not re.search(pattern, said)]
        wrong += [f"says {pattern!r}" for pattern in self.must_not_say if re.search(pattern, blamed)]
        if cause["confidence"] not in self.confidence:
            wrong.append(f"confidence is {cause['confidence']}, not {' or '.join(self.confidence)}")
        if self.severity and report["severity"] not in self.severity:
            wrong.append(f"severity is {report['severity']}, not {' or '.join(self.severity)}")
        return wrong


@dataclass(frozen=True, slots=True)
class Scenario:
    """One folder of `scenarios/`."""

    name: str
    alarm: str
    traffic: Traffic
    facts: Facts


def names() -> list[str]:
    """Return the names of all scenarios."""
    return sorted(path.parent.name for path in FOLDER.glob("*/scenario.json"))


def load(name: str) -> Scenario:
    """Read a scenario; raises `UnknownScenarioError`."""
    if name not in names():
        raise UnknownScenarioError(
            f"there is no scenario {name!r}; there are {', '.join(names())}, and `all`"
        )
    described = json.loads((FOLDER / name / "scenario.json").read_text())
    facts = json.loads((FOLDER / name / "facts.json").read_text())
    return Scenario(
        name=name,
        alarm=described["alarm"],
        traffic=Traffic(**described["traffic"]),
        facts=Facts(
            must_say=tuple(facts["must_say"]),
            must_not_say=tuple(facts["must_not_say"]),
            confidence=tuple(facts["confidence"]),
            severity=tuple(facts.get("severity", ())),
        ),
    )


def choose(wanted: str) -> list[Scenario]:
    """Return the scenarios that `SCENARIO=` names: one, several with commas, or `all`."""
    return [load(name) for name in (names() if wanted == "all" else wanted.split(","))]
