import json
import re
import time

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

JSON_ARGUMENTS = json.dumps(ARGUMENTS)
OTHER_RUNS = {
    "underscore escaped": f"```run\\_python {KEY}\n{CODE}\n```",
    "underscore escaped in prose": f"run\\_python {KEY}\n```python\n{CODE}\n```",
    "upper case": f"```RUN_PYTHON {KEY}\n{CODE}\n```",
    "camel case": f"```runPython {KEY}\n{CODE}\n```",
    "hyphen": f"```run-python {KEY}\n{CODE}\n```",
    "space": f"```run python {KEY}\n{CODE}\n```",
    "two marks": f"``run_python {KEY}\n{CODE}\n``",
    "one mark": f"`run_python {KEY}\n{CODE}\n`",
    "closing mark on the last line": f"```run_python {KEY}\n{CODE}```",
    "on one line": f"```run_python {KEY} for x in [1, 2]: print(x)```",
    "in a quote": "\n".join(f"> {line}" for line in f"```run_python {KEY}\n{CODE}\n```".split("\n")),
    "in a list": f"1. ```run_python {KEY}\n   for x in [1, 2]:\n       print(x)\n   ```",
    "in HTML": f"<pre><code>run_python {KEY}\n{CODE}\n</code></pre>",
    "key on its own line": f"```run_python\n{KEY}\n{CODE}\n```",
    "in braces": f"```{{run_python {KEY}}}\n{CODE}\n```",
    "fence within": f"```run_python {KEY}\n```python\n{CODE}\n```\n```",
    "fence around": f"```markdown\n```run_python {KEY}\n{CODE}\n```\n```",
    "yaml": f"```run_python {KEY}\ncode: |\n  for x in [1, 2]:\n      print(x)\npurpose: to see\n```",
    "labels": f"```run_python {KEY}\npurpose: to see\ncode:\n{CODE}\n```",
    "toml": f'```run_python {KEY}\ncode = """{CODE}"""\npurpose = "to see"\n```',
    "a variable": f'```python\ncode = """{CODE}"""\nrun_python(code)\n```',
    "keywords": f"Action: run_python\nAction Input: code={CODE!r}, purpose='to see'",
    "claude 2": "<function_calls>\n<invoke>\n<tool_name>run_python</tool_name>\n<parameters>\n"
    f"<code>{CODE}</code>\n<purpose>to see</purpose>\n</parameters>\n</invoke>\n</function_calls>",
    "mistral": f"[TOOL_CALLS]run_python[ARGS]{JSON_ARGUMENTS}",
    "deepseek": "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>run_python\n"
    f"```json\n{JSON_ARGUMENTS}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
    "deepseek 3.1": f"<｜tool▁call▁begin｜>run_python<｜tool▁sep｜>{JSON_ARGUMENTS}<｜tool▁call▁end｜>",
    "gpt-oss": "<|channel|>commentary to=functions.run_python <|constrain|>json<|message|>"
    f"{JSON_ARGUMENTS}<|call|>",
    "titan": f"Action: run_python[{JSON_ARGUMENTS}]",
    "glm": f"<tool_call>run_python\n<arg_key>code</arg_key>\n<arg_value>{CODE}</arg_value>\n</tool_call>",
    "tags for name and input": f"<tool>run_python</tool><input>{CODE}</input>",
    "json in the input tag": f"<tool>run_python</tool><input>{JSON_ARGUMENTS}</input>",
    "attributes": "<run_python code='for x in [1, 2]:\n    print(x)' purpose='to see'/>",
    "character data": f"<run_python><code><![CDATA[{CODE}]]></code></run_python>",
    "json of converse": json.dumps({"toolUse": {"toolUseId": "x", "name": "run_python", "input": ARGUMENTS}}),
    "json of calls": json.dumps({"calls": [{"name": "run_python", "arguments": ARGUMENTS}]}),
    "json without a name": JSON_ARGUMENTS,
    "json without a name in a fence": f"```json\n{JSON_ARGUMENTS}\n```",
}


@pytest.mark.parametrize("form", OTHER_RUNS)
def test_runs_are_found_in_the_syntax_of_other_interfaces(form):
    call = only(OTHER_RUNS[form])
    assert call.name == "run_python"
    assert call.input["code"].replace(": print", ":\n    print") == CODE
    assert call.keyed is (KEY in OTHER_RUNS[form])


def test_markup_in_code_is_read_as_the_characters_that_it_stands_for():
    assert only("<run_python><code>print(1 &lt; 2)</code></run_python>").input["code"] == "print(1 < 2)"
    assert only("<run_python><code>print('&lt;')</code></run_python>").input["code"] == "print('&lt;')"


def test_several_calls_in_one_object():
    calls = [{"function": {"name": "run_python", "arguments": {"code": code}}} for code in ("one", "two")]
    assert [call.input["code"] for call in find_calls(json.dumps({"tool_calls": calls}), KEY)] == [
        "one",
        "two",
    ]


def test_a_head_without_a_fence_ends_where_the_next_begins():
    text = f"run_python {KEY}\none\nrun_python {KEY}\ntwo\n"
    first, second = find_calls(text, KEY)
    assert (first.input["code"], second.input["code"]) == ("one", "two")
    assert (first.closed, second.closed) == (True, False)


def test_the_border_of_data_is_no_key():
    text = f"<data-{KEY} output of call 1>\n```run_python\nx = 1\n```\n</data-{KEY}>"
    assert not any(call.keyed for call in find_calls(text, KEY))


def test_the_key_in_words_before_a_fence_is_not_the_fences():
    text = f"The word {KEY} is not in this log:\n```run_python\nx = 1\n```"
    assert not any(call.keyed for call in find_calls(text, KEY))


def test_json_that_never_ends_bears_no_key_of_what_stands_behind_it():
    call = only('{"tool": "run_python", "input": {"code": "x = 1\nOdd. ' + KEY)
    assert (call.keyed, call.closed) == (False, False)


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
    "underscore escaped": f"```submit\\_report {KEY}\n{json.dumps(REPORT)}\n```",
    "mistral": f"[TOOL_CALLS]submit_report[ARGS]{json.dumps(REPORT)}",
    "field tags": "<submit_report>"
    + "".join(
        f"<{name}>{value if isinstance(value, str) else json.dumps(value)}</{name}>"
        for name, value in REPORT.items()
    )
    + "</submit_report>",
    "cut off": f"```submit_report {KEY}\n{json.dumps(REPORT)[:-1]}",
}


@pytest.mark.parametrize("form", REPORTS)
def test_reports_are_found_however_they_are_written(form):
    call = only(REPORTS[form])
    assert (call.name, call.input) == ("submit_report", REPORT)


def test_a_fence_within_a_reports_text_is_kept():
    command = "```bash\naws iam x\n```"
    text = f"```submit_report {KEY}\n" + json.dumps({**REPORT, "gaps": ["COMMAND"]}, indent=1) + "\n```"
    assert only(text.replace("COMMAND", json.dumps(command)[1:-1])).input["gaps"] == [command]


PRETTY = json.dumps(REPORT, indent=1)
LOOSE_REPORTS = {
    "comments": PRETTY.replace('"severity"', '// how bad\n "severity"'),
    "block comments": PRETTY.replace('"severity"', '/* how bad */ "severity"'),
    "a comma forgotten": PRETTY.replace('since 02:55.",', 'since 02:55."'),
    "names without quotes": re.sub(r'"(\w+)":', r"\1:", PRETTY),
    "dots": PRETTY.replace('"Test the policy"', '"Test the policy", ...'),
    "json in a string": json.dumps(json.dumps(REPORT)),
    "a byte order mark": "\ufeff" + PRETTY,
    "in a list": f"[{PRETTY}]",
    "cut at the last name": PRETTY[: PRETTY.index('"gaps"') + 4],
}


@pytest.mark.parametrize("form", LOOSE_REPORTS)
def test_a_report_in_loose_json_is_read_whole(form):
    read = only(f"```submit_report {KEY}\n{LOOSE_REPORTS[form]}\n```").input
    assert {"gaps": [], **read} == REPORT


def test_a_piece_of_a_report_is_none():
    broken = PRETTY.replace("no orders", 'no "orders"')
    assert only(f"```submit_report {KEY}\n{broken}\n```").input == broken


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
                *OTHER_RUNS.values(),
                *REPORTS.values(),
                KEY,
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


@pytest.mark.parametrize(
    "piece", ["run_python(", "run_python {", "<run_python>", "  ", '{"a":', f"`run_python {KEY}`"]
)
@pytest.mark.parametrize("head", ["", f"```run_python {KEY}\n"])
def test_garble_at_any_length_takes_little_time(piece, head):
    started = time.perf_counter()
    find_calls(head + piece * (60_000 // len(piece)), KEY)
    assert time.perf_counter() - started < 10  # it took a minute
