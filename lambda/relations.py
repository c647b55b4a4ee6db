"""Which alarms tell of one problem: a composite and its parts, an alarm and its contributor, one resource."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alarm import Alarm

_PARTS = 100
# Dimensions that many resources share: having one in common says nothing.
_SHARED = frozenset(
    {"account", "accountid", "availabilityzone", "class", "currency", "env", "environment", "linkedaccount"}
    | {
        "namespace",
        "region",
        "resource",
        "resourcetype",
        "service",
        "stage",
        "team",
        "tier",
        "type",
        "version",
    }
)
_RULE_NAME = re.compile(
    r"\b(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:\"([^\"]+)\"|'([^']+)'|([^\s()\"']+))\s*\)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Kin:
    """What an alarm can be related by, each thing as a short digest so that it is small in the table.

    `parts` are the alarms of a composite's rule. `resources` holds one set for each metric: its dimensions
    with their values, in its account and region.
    """

    arn: str
    contributor: bool = False
    parts: frozenset[str] = frozenset()
    resources: frozenset[frozenset[str]] = frozenset()

    def related(self, other: Kin) -> bool:
        """Parent or child, an alarm and its contributor, or the same resource in the same dimension."""
        if self.arn == other.arn:
            return not (self.contributor and other.contributor)
        if other.arn in self.parts or self.arn in other.parts:
            return True
        return any(mine <= theirs or theirs <= mine for mine in self.resources for theirs in other.resources)

    def to_text(self) -> str:
        """As it is kept in the table."""
        resources = [sorted(resource) for resource in self.resources]
        return json.dumps([self.arn, self.contributor, sorted(self.parts), sorted(resources)])


def kin_from_text(text: str) -> Kin:
    """Read `to_text` back; ValueError when it is something else."""
    arn, contributor, parts, resources = json.loads(text)
    return Kin(arn, contributor, frozenset(parts), frozenset(frozenset(resource) for resource in resources))


def kin_of(alarm: Alarm) -> Kin:
    """Read an alarm's relations from what its event tells."""
    parts = {*alarm.triggering_alarms, *_in_rule(alarm)}
    return Kin(
        arn=_digest(alarm.arn),
        contributor=alarm.contributor is not None,
        parts=frozenset(_digest(arn) for arn in sorted(parts)[:_PARTS]),
        resources=frozenset(filter(None, _resources(alarm))),
    )


def _in_rule(alarm: Alarm) -> Iterable[str]:
    """The ARNs of the alarms that the rule names, by name (then it is one beside this alarm) or by ARN."""
    beside = alarm.arn.split(":alarm:", 1)[0]
    for found in _RULE_NAME.findall(alarm.rule or ""):
        name = "".join(found)
        yield name if name.startswith("arn:") else f"{beside}:alarm:{name}"


def _resources(alarm: Alarm) -> Iterable[frozenset[str]]:
    metrics = [(metric.account, metric.dimensions) for metric in alarm.metrics]
    metrics.append((None, alarm.contributor_attributes))
    for account, dimensions in metrics:
        yield frozenset(
            _digest(f"{account or alarm.account}/{alarm.region}/{name}={value}")
            for name, value in dimensions.items()
            if name.lower() not in _SHARED
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
