"""No alarm's text becomes code of the baseline program, and no result makes its parser raise."""

from __future__ import annotations

import ast
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import baseline
from alarm import Alarm, AlarmState, Metric
from record import Change, MetricSeries

AT = datetime(2026, 11, 24, 5, 52, tzinfo=UTC)
ANY_TEXT = st.text(st.characters(), max_size=60)  # surrogates and controls included
FOLDER = Path(baseline.__file__).parent / "baseline_program"


def alarm_with(text: str) -> Alarm:
    metric = Metric("m1", text, text, {text: text}, 60, text, text, None, text, account=text)
    expression = Metric("e1", expression=text, label=text)
    return Alarm(
        text, text, text, text, AlarmState.ALARM, AT, reason=text, description=text, rule=text,
        metrics=(metric, expression), contributor=text, contributor_attributes={text: text},
        triggering_alarms=(text,),
    )  # fmt: skip


def facts_in(program: ast.Module) -> dict[str, Any]:
    """Take the facts out of a program, and leave an empty literal in their place."""
    guard = program.body[-1]
    assert isinstance(guard, ast.If)
    assignment = guard.body[-1]
    assert isinstance(assignment, ast.Assign)
    assert isinstance(assignment.value, ast.Call)
    (literal,) = assignment.value.args
    assert isinstance(literal, ast.Constant)
    facts: dict[str, Any] = json.loads(str(literal.value))
    literal.value = ""
    return facts


@settings(deadline=None)
@given(ANY_TEXT)
@example("'); import os; os._exit(1) #")
@example("'''\"\"\"\\")
@example("\\'\n\r\u2028\x00{}\ud800")
@example('{"facts": {}}')
def test_any_alarm_text_stays_inside_one_literal(text: str) -> None:
    pieces, harmless = baseline.pieces(alarm_with(text)), baseline.pieces(alarm_with("x"))
    assert list(pieces.values())[:-1] == list(harmless.values())[:-1]
    last, template = list(pieces.values())[-1], list(harmless.values())[-1]
    (line,) = [line for line in last.splitlines() if line.startswith("    result = gather(")]
    assert line.isascii()
    program, other = ast.parse(last), ast.parse(template)
    facts = facts_in(program)
    facts_in(other)
    assert ast.dump(program) == ast.dump(other)
    assert facts["name"] == text
    assert facts["metrics"][0]["MetricStat"]["Metric"]["Dimensions"] == [{"Name": text, "Value": text}]


def test_program_imports_nothing_of_ours_and_defines_each_name_once() -> None:
    tree = ast.parse(baseline.program(alarm_with("x")))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not any(module.startswith("baseline_program") for module in modules if module)
    names: list[str] = []
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            names += [target.id for target in node.targets if isinstance(target, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.append(node.target.id)
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_file_of_the_program_is_part_of_it_on_the_same_lines() -> None:
    pieces = baseline.pieces(alarm_with("x"))
    assert {Path(path).name for path in pieces} == {path.name for path in FOLDER.glob("*.py")}
    for path, text in pieces.items():
        assert len(text.splitlines()) == len(Path(path).read_text("utf-8").splitlines())


def test_event_metrics_become_queries() -> None:
    metrics = (
        Metric("m1", "NS", "N", {"A": "b"}, 300, "p99", "Seconds", returns_data=False, account="1"),
        Metric("q", expression="SELECT 1", period=60),
        Metric("m2", "NS", "N"),
    )
    alarm = Alarm("arn:aws:c:r:1:alarm:a", "a", "1", "r", AlarmState.ALARM, AT, metrics=metrics)
    queries = facts_in(ast.parse(baseline.program(alarm)))["metrics"]
    stat = {
        "Metric": {"Namespace": "NS", "MetricName": "N", "Dimensions": [{"Name": "A", "Value": "b"}]},
        "Period": 300, "Stat": "p99", "Unit": "Seconds",
    }  # fmt: skip
    assert queries[0] == {"Id": "m1", "ReturnData": False, "AccountId": "1", "MetricStat": stat}
    assert queries[1] == {"Id": "q", "ReturnData": True, "Expression": "SELECT 1", "Period": 60}
    assert queries[2]["MetricStat"]["Period"] == 60
    assert queries[2]["MetricStat"]["Stat"] == "Average"


# --- parse ---


def test_whole_result_is_read() -> None:
    seconds = AT.timestamp()
    found = baseline.parse(
        json.dumps(
            {
                "metric": {
                    "label": "E",
                    "period": 60,
                    "threshold": 3,
                    "comparison": ">",
                    "points": [[seconds, 2]],
                },
                "changes": [{"time": seconds, "event": "Put", "actor": "ci", "resource": "r"}],
                "transitions": [[seconds, "a: OK -> ALARM"]],
                "failures": ["tags: refused"],
                "tags": {"runbook": "orders"},
            }
        )
    )
    assert found.metric == MetricSeries("E", ((AT, 2.0),), 60, 3.0, ">")
    assert found.changes == (Change(AT, "Put", "ci", "r"),)
    assert found.transitions == ((AT, "a: OK -> ALARM"),)
    assert found.failures == ("tags: refused",)
    assert found.tags == {"runbook": "orders"}


@pytest.mark.parametrize(
    ("result", "failure"),
    [
        (None, "the baseline did not run to its end"),
        ("", "the baseline did not run to its end"),
        ("{", "the baseline's result is not readable"),
        ("[1]", "the baseline's result is not readable"),
        ("[" * 100_000, "the baseline's result is not readable"),
        ('{"metric": {"label": "x"}}', "metric: 1 of them not readable"),
        ('{"changes": [{"time": "soon"}, 7]}', "changes: 2 of them not readable"),
        ('{"transitions": [[1e99, "x"], [0]]}', "transitions: 2 of them not readable"),
    ],
)
def test_unreadable_result_is_a_failure(result: str | None, failure: str) -> None:
    assert baseline.parse(result).failures == (failure,)


def test_points_that_are_no_numbers_are_dropped() -> None:
    metric = {"label": "E", "period": 60, "points": [[60, float("nan")], [120, 1], [0, float("inf")]]}
    found = baseline.parse(json.dumps({"metric": metric}))
    assert found.metric is not None
    assert [value for _, value in found.metric.points] == [1.0]
    assert (found.metric.threshold, found.metric.comparison) == (None, "")


KEYS = st.sampled_from(
    ["metric", "changes", "transitions", "failures", "tags", "points", "label", "period", "time"]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
FLAT = LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(KEYS, LEAVES, max_size=4)
JSON = FLAT | st.lists(FLAT, max_size=3) | st.dictionaries(KEYS, FLAT, max_size=4)


@settings(deadline=None)
@given(st.dictionaries(KEYS, JSON))
def test_no_result_makes_the_parser_raise(found: dict[str, Any]) -> None:
    baseline.parse(json.dumps(found))


@settings(deadline=None)
@given(st.text())
def test_no_text_makes_the_parser_raise(text: str) -> None:
    baseline.parse(text)
