import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakes.engine import REPORT

from text_calls import find_calls

KEY = "a1b2c3d4e5f6"
CODE = "for x in [1, 2]:\n    print(x)"
ARGUMENTS = {"code": CODE, "purpose": "to see"}


def only(text, key=KEY):
    (call,) = find_calls(text, key)
    return call


def test_the_form_that_was_asked_for():
    call = only(f"I look.\n```run_python {KEY}\n# purpose: to see\n{CODE}\n```\n")
    assert (call.name, call.input) == ("run_python", ARGUMENTS)
    assert call.keyed
    assert call.sure
    assert call.closed


def test_a_report_in_the_form_that_was_asked_for():
    call = only(f"```submit_report {KEY}\n{json.dumps(REPORT, indent=1)}\n```")
    assert (call.name, call.input, call.keyed) == ("submit_report", REPORT, True)


RUNS = {
    "without the key": f"```run_python\n{CODE}\n```",
    "language first": f"```python run_python {KEY}\n{CODE}\n```",
    "tildes": f"~~~run_python {KEY}\n{CODE}\n~~~",
    "four marks": f"````run_python {KEY}\n{CODE}\n````",
    "indented": f"  ```run_python {KEY}\n  for x in [1, 2]:\n      print(x)\n  ```",
    "never closed": f"```run_python {KEY}\n{CODE}",
    "name above": f"run_python {KEY}:\n```python\n{CODE}\n```",
    "name in bold above": f"**run_python {KEY}**\n```\n{CODE}\n```",
    "name in the first line": f"```\nrun_python {KEY}\n{CODE}\n```",
    "without a fence": f"run_python {KEY}\n{CODE}\n",
    "json in the fence": f"```run_python {KEY}\n{json.dumps(ARGUMENTS)}\n```",
    "json call in the fence": f"```run_python\n{json.dumps({'name': 'run_python', 'args': ARGUMENTS})}\n```",
    "json": "I will call " + json.dumps({"tool": "run_python", "input": ARGUMENTS}),
    "json in a json fence": "```json\n"
    + json.dumps({"name": "run_python", "parameters": ARGUMENTS}, indent=2)
    + "\n```",
    "json of openai": json.dumps({"function": {"name": "run_python", "arguments": json.dumps(ARGUMENTS)}}),
    "json of tool_calls": json.dumps(
        {"tool_calls": [{"function": {"name": "run_python", "arguments": ARGUMENTS}}]}
    ),
    "json keyed by name": json.dumps({"run_python": ARGUMENTS}),
    "json with code as text": json.dumps({"run_python": CODE}),
    "json flat": json.dumps({"action": "run_python", "code": CODE}),
    "json namespaced": json.dumps({"recipient_name": "functions.run_python", "parameters": ARGUMENTS}),
    "json in a list": "[TOOL_CALLS] " + json.dumps([{"name": "run_python", "arguments": ARGUMENTS}]),
    "json in tags": "<tool_call>\n"
    + json.dumps({"name": "run_python", "arguments": ARGUMENTS})
    + "\n</tool_call>",
    "json as python": str({"tool": "run_python", "args": ARGUMENTS}),
    "tags": f"<run_python>\n<code>{CODE}</code>\n</run_python>",
    "tags without code tag": f"<run_python key='{KEY}'>\n{CODE}\n</run_python>",
    "tag never closed": f"<run_python>\n{CODE}\n",
    "tag with json": f"<run_python>{json.dumps(ARGUMENTS)}</run_python>",
    "invoke": f'<invoke name="run_python"><parameter name="code">{CODE}</parameter></invoke>',
    "function tag": f"<function=run_python><parameter=code>{CODE}</parameter></function>",
    "react": f"Thought: look\nAction: run_python\nAction Input: {CODE}\nObservation: 1\n2",
    "react with json": f"Action: run_python\nAction Input: {json.dumps(ARGUMENTS)}\n",
    "react with a fence": f"**Action:** run_python\n**Action Input:**\n```python\n{CODE}\n```\n",
    "syntax": f"run_python(code={CODE!r}, purpose='to see')",
    "syntax with triple quotes": f'[run_python(code="""{CODE}""")]',
    "syntax positional": f"run_python({CODE!r})",
    "syntax with json": f"run_python({json.dumps(ARGUMENTS)})",
    "python alone": f"Let me look.\n```python\n{CODE}\n```\nThen I know more.",
    "python tag": f"<|python_tag|>{CODE}<|eom_id|>",
}


@pytest.mark.parametrize("form", RUNS)
def test_runs_are_found_however_they_are_written(form):
    call = only(RUNS[form])
    assert call.name == "run_python"
    assert call.input["code"] == CODE


REPORTS = {
    "without the key": f"```submit_report\n{json.dumps(REPORT)}\n```",
    "json alone": f"Here it is:\n{json.dumps(REPORT)}\nDone.",
    "json fence": f"```json\n{json.dumps(REPORT, indent=2)}\n```",
    "words before": f"```submit_report {KEY}\nThe report:\n{json.dumps(REPORT)}\n```",
    "tag": f"<submit_report>{json.dumps(REPORT)}</submit_report>",
    "syntax": f"submit_report({json.dumps(REPORT)})",
    "keywords": "submit_report(" + ", ".join(f"{name}={value!r}" for name, value in REPORT.items()) + ")",
    "json call": json.dumps({"tool": "submit_report", "input": REPORT}),
    "json call in the fence": f"```submit_report {KEY}\n{json.dumps({'submit_report': REPORT})}\n```",
    "parameters": "<invoke name='submit_report'>"
    + "".join(
        f"<parameter name='{name}'>{value if isinstance(value, str) else json.dumps(value)}</parameter>"
        for name, value in REPORT.items()
    )
    + "</invoke>",
    "cut off": f"```submit_report {KEY}\n{json.dumps(REPORT)[:-1]}",
}


@pytest.mark.parametrize("form", REPORTS)
def test_reports_are_found_however_they_are_written(form):
    call = only(REPORTS[form])
    assert (call.name, call.input) == ("submit_report", REPORT)


def test_a_report_that_is_no_json_is_kept_as_text():
    assert only(f"```submit_report {KEY}\nIt was the disk.\n```").input == "It was the disk."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I would use run_python(...) for this, then submit_report.",
        "Run this yourself:\n```bash\naws logs tail x\n```",
        '{"Version": "2012-10-17", "Statement": [{"Action": "s3:GetObject"}]}',
        "The tool run_python is closed.",
        '```json\n{"title": "only a title"}\n```',
        "run_python()",
        "```python\n\n```",
    ],
)
def test_prose_is_no_call(text):
    assert find_calls(text, KEY) == []


def test_calls_stand_in_their_order_and_a_named_one_outdoes_bare_python():
    text = f"```python\nnot this\n```\n```run_python {KEY}\none\n```\nand\n```run_python {KEY}\ntwo\n```"
    assert [call.input["code"] for call in find_calls(text, KEY)] == ["one", "two"]


def test_parallel_calls_in_one_list():
    text = json.dumps([{"name": "run_python", "arguments": {"code": code}} for code in ("one", "two")])
    assert [call.input["code"] for call in find_calls(text, KEY)] == ["one", "two"]


@pytest.mark.parametrize(
    "invented",
    ["[call 1] ran in 0.1 s", "Observation: fine", "<data-000 output of call 1>", "**Tool result:** fine"],
)
def test_after_an_invented_result_nothing_counts(invented):
    text = f"```run_python {KEY}\none\n```\n{invented}\n```run_python {KEY}\ntwo\n```"
    assert [call.input["code"] for call in find_calls(text, KEY)] == ["one"]


def test_the_key_of_another_investigation_is_none():
    assert not only("```run_python 000000000000\nx = 1\n```").keyed
    assert not only("```run_python\nx = 1\n```", key="").keyed


def test_a_call_left_open_is_known_to_be():
    assert not only(f"```run_python {KEY}\nprint(1)\npri").closed


@given(
    st.lists(
        st.sampled_from(
            [
                *RUNS.values(),
                *REPORTS.values(),
                "```",
                "\n",
                "{",
                "<run_python>",
                "Action: run_python\n",
                "run_python(",
                "'",
                '"""',
            ]
        )
    ).map("".join)
)
def test_any_garble_is_survived(text):
    for call in find_calls(text, KEY):
        assert 0 <= call.start < call.end <= len(text)


@given(st.text(alphabet="-*#\n `"), st.integers(min_value=1, max_value=400))
def test_long_runs_of_marks_take_no_time(marks, times):
    assert find_calls(marks * times, KEY) == []
