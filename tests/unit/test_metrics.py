"""Embedded metrics: one JSON line each, in the form that CloudWatch reads."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests import samples

from metrics import Metrics

if TYPE_CHECKING:
    from collections.abc import Callable


def written(action: Callable[[Metrics], None]) -> dict[str, Any]:
    stream = io.StringIO()
    action(Metrics("triage-handler", stream))
    [line] = stream.getvalue().splitlines()
    document: dict[str, Any] = json.loads(line)
    return document


def declared(line: dict[str, Any]) -> dict[tuple[str, ...], set[str]]:
    """Metric names by dimension set; each has to stand in the line as a number."""
    found: dict[tuple[str, ...], set[str]] = {}
    for directive in line["_aws"]["CloudWatchMetrics"]:
        assert directive["Namespace"] == "AlarmTriage"
        names = {metric["Name"] for metric in directive["Metrics"]}
        assert all(isinstance(line[name], (int, float)) for name in names)
        for dimensions in directive["Dimensions"]:
            assert all(isinstance(line[dimension], str) for dimension in dimensions)
            found[tuple(dimensions)] = names
    return found


def test_an_investigation_is_counted_also_by_its_outcome() -> None:
    investigation = samples.investigation()
    line = written(lambda metrics: metrics.investigation(investigation))
    assert declared(line) == {
        ("FunctionName",): {
            *("Investigations", "DurationSeconds", "ToolCalls", "InputTokens", "OutputTokens"),
            *("UnverifiedQuotes", "CostUsd"),
        },
        ("FunctionName", "Outcome"): {"Investigations"},
    }
    assert (line["FunctionName"], line["Outcome"]) == ("triage-handler", str(investigation.outcome))
    assert line["_aws"]["Timestamp"] == int(investigation.finished_at.timestamp() * 1000)
    assert line["ToolCalls"] == len(investigation.tool_calls)


def test_an_unknown_price_is_no_cost_of_zero() -> None:
    investigation = samples.investigation()
    free = replace(investigation, usage=replace(investigation.usage, usd=None))
    line = written(lambda metrics: metrics.investigation(free))
    assert "CostUsd" not in line
    assert "CostUsd" not in declared(line)["FunctionName",]


def test_a_counter() -> None:
    line = written(lambda metrics: metrics.count("Duplicates", samples.ALARM_TIME))
    assert declared(line) == {("FunctionName",): {"Duplicates"}}
    assert line["Duplicates"] == 1
