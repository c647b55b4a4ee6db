"""The JSON file keeps to docs/report.schema.json, whatever the investigation holds."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
from tests import samples

import evidence
import report_json
from record import Evidence
from report import render

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text(encoding="utf-8"))
SAMPLES = samples.every()


def written(name: str) -> dict[str, object]:
    body = render(SAMPLES[name], bucket="reports", region="eu-west-1").files[0].body
    content = json.loads(body.decode("ascii"))
    assert isinstance(content, dict)
    return content


def test_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", SAMPLES)
def test_writer_keeps_to_the_schema(name: str) -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(written(name))


def test_schema_refuses_what_the_writer_never_writes() -> None:
    content = {**written("good"), "outcome": "fine"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(content)


def test_report_is_what_the_model_submitted() -> None:
    submitted = written("good")["report"]
    assert isinstance(submitted, dict)
    assert submitted["root_cause"]["confidence"] == "high"
    assert submitted["root_cause"]["evidence"][2] == {"call": 2, "quote": "[]"}
    assert submitted["immediate_actions"][0]["minutes"] == 5


def test_text_stands_in_for_a_report_that_was_not_submitted() -> None:
    assert written("answered_in_text")["report"] == {"text": SAMPLES["answered_in_text"].text}
    assert written("interrupted")["report"] is None


def test_numbers_json_lacks_are_null() -> None:
    event = written("hostile")["event"]
    assert isinstance(event, dict)
    assert event["alarmData"] == {"raw": "/w==", "value": None}


def test_values_of_other_types_are_written_plainly() -> None:
    assert report_json.plain({1: Decimal("1.5"), "b": b"\xff", "n": math.nan, "p": Path("x")}) == {
        "1": 1.5,
        "b": "/w==",
        "n": None,
        "p": "x",
    }


def test_grounding_rate_is_null_when_nothing_was_quoted() -> None:
    assert written("composite_bare")["evidence"] == {
        "verified": 0,
        "unverified": 0,
        "grounding_rate": None,
        "items": [],
    }


def test_evidence_that_names_no_call_keeps_to_the_schema_and_says_so() -> None:
    good = SAMPLES["good"]
    assert good.report is not None
    cited = (Evidence(None, "Task timed out"),)
    report = replace(good.report, root_cause=replace(good.report.root_cause, evidence=cited))
    shown = replace(good, report=report, evidence=evidence.check(report, good.tool_calls))
    rendered = render(shown, bucket="reports", region="eu-west-1")
    content = json.loads(rendered.files[0].body)
    jsonschema.Draft202012Validator(SCHEMA).validate(content)
    assert content["report"]["root_cause"]["evidence"] == [{"call": None, "quote": "Task timed out"}]
    said = "No call, NOT VERIFIED (it names no call): “Task timed out”"
    assert said in " ".join(rendered.message.split())
    assert "No call, <strong" in rendered.files[2].body.decode()
