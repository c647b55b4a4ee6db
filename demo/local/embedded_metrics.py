"""Find metrics in the embedded metric format among a function's log lines. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from local.alarm_model import Record


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of one metric under one set of dimensions."""

    namespace: str
    name: str
    value: float
    unit: str
    dimensions: Mapping[str, str]


def find(lines: Iterable[str]) -> Iterator[Datum]:
    """Yield every datum of every line that is a document of the format; other lines are passed over."""
    for line in lines:
        if line.startswith("{") and '"_aws"' in line:
            try:
                document = json.loads(line)
            except ValueError:
                continue
            yield from _data(document)


def _data(document: Record) -> Iterator[Datum]:
    for directive in document.get("_aws", {}).get("CloudWatchMetrics", []):
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(document.get(name, "")) for name in names}
            for metric in directive.get("Metrics", []):
                values = document.get(metric["Name"])
                for value in values if isinstance(values, list) else [values]:
                    if isinstance(value, (int, float)):
                        unit = metric.get("Unit", "None")
                        yield Datum(directive["Namespace"], metric["Name"], float(value), unit, dimensions)
