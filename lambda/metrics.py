"""Metrics in CloudWatch's embedded metric format: one raw JSON line on standard output, and no API call.

A line that is JSON already is passed on as it is by Lambda's JSON log format, which is what makes CloudWatch
read it; a logger would wrap it and hide it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from datetime import datetime

    from record import Investigation

NAMESPACE = "AlarmTriage"

_UNITS = {"DurationSeconds": "Seconds", "CostUsd": "None"}


@dataclass(frozen=True, slots=True)
class Metrics:
    """Writes metrics of one function to a stream."""

    function_name: str
    stream: TextIO

    def count(self, name: str, now: datetime, amount: int = 1) -> None:
        """One counter: Duplicates, RateLimited, NotificationFailures."""
        self._write({name: amount}, now)

    def investigation(self, investigation: Investigation) -> None:
        """Everything about an investigation that ended, also by its outcome."""
        usage = investigation.usage
        values: dict[str, float] = {
            "Investigations": 1,
            "DurationSeconds": (investigation.finished_at - investigation.started_at).total_seconds(),
            "ToolCalls": len(investigation.tool_calls),
            "InputTokens": usage.input_tokens + usage.cache_read_tokens + usage.cache_write_tokens,
            "OutputTokens": usage.output_tokens,
            "UnverifiedQuotes": investigation.evidence.unverified,
        }
        if usage.usd is not None:
            values["CostUsd"] = usage.usd
        self._write(values, investigation.finished_at, outcome=str(investigation.outcome))

    def _write(self, values: dict[str, float], now: datetime, outcome: str | None = None) -> None:
        directives = [_directive(list(values), ["FunctionName"])]
        if outcome is not None:
            directives.append(_directive(["Investigations"], ["FunctionName", "Outcome"]))
        line = {
            "_aws": {"Timestamp": int(now.timestamp() * 1000), "CloudWatchMetrics": directives},
            "FunctionName": self.function_name,
            **({"Outcome": outcome} if outcome is not None else {}),
            **values,
        }
        print(json.dumps(line), file=self.stream, flush=True)


def _directive(names: list[str], dimensions: list[str]) -> dict[str, object]:
    metrics = [{"Name": name, "Unit": _UNITS.get(name, "Count")} for name in names]
    return {"Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": metrics}
