import json

import pytest
from tests.fakes.engine import REPORT

import call_inputs
import call_marks


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        ("code='a', purpose='b'", {"code": "a", "purpose": "b"}),
        ("'a'", {"code": "a", "purpose": ""}),
        ('{"code": "a", "flag": true}', {"code": "a", "flag": True}),
        ("code=name", {"code": None}),
        ("code='a', prevention=['b', ...], n=b'c'", {"code": "a", "prevention": ["b"], "n": None}),
        ("a) + f(b", None),
        ("not [python", None),
        ("", None),
    ],
)
def test_arguments_in_pythons_syntax(arguments, given):
    assert call_inputs.from_arguments(arguments, "run_python") == given


def test_a_json_body_for_the_other_tool_is_taken_as_what_it_says():
    body = json.dumps({"name": "submit_report", "input": REPORT})
    assert call_inputs.read("run_python", body)["code"] == body
    assert call_inputs.read("run_python", json.dumps({"code": "a", "x": 1})) == {"code": "a", "x": 1}


def test_python_that_begins_with_a_brace_is_code():
    assert call_inputs.read("run_python", "{1: 2}")["code"] == "{1: 2}"


@pytest.mark.parametrize(
    ("text", "tool"),
    [("functions.run_python", "run_python"), ("x submit_report y", "submit_report"), ("grep", None)],
)
def test_a_tool_is_named_by_its_name_alone(text, tool):
    assert call_marks.named(text) == tool
