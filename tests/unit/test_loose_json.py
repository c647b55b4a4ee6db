import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

import loose_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(JSON)
def test_json_is_read_as_json(value):
    assert loose_json.loads(json.dumps(value)) == value
    assert loose_json.loads(json.dumps(value, ensure_ascii=False, indent=1)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1,}', {"a": 1}),
        ('{"a": [1, 2,],\n}', {"a": [1, 2]}),
        ("{'a': True, 'b': None}", {"a": True, "b": None}),
        ('{"a": "line one\nline two"}', {"a": "line one\nline two"}),
        ("{“a”: “b”}", {"a": "b"}),
        ('{"code": """print("x")\nprint("y")"""}', {"code": 'print("x")\nprint("y")'}),
        ("{\"code\": '''a'''}", {"code": "a"}),
        ('{"a": {"b": [1, 2', {"a": {"b": [1, 2]}}),
        ('{"a": "cut of', {"a": "cut of"}),
        ('{"a": "whole"', {"a": "whole"}),
        ('{"a": "(not a bracket", "b": {', {"a": "(not a bracket", "b": {}}),
        ("  7 ", 7),
        (
            '{"a": 1, // one\n "b": 2 # two\n, /* three */ "c": "http://x/#y"}',
            {"a": 1, "b": 2, "c": "http://x/#y"},
        ),
        ('{"a": ["b", ...], "c": [..., "d"]}', {"a": ["b"], "c": ["d"]}),
        ('{a: "b", c_d: {e: None}, "f": True}', {"a": "b", "c_d": {"e": None}, "f": True}),
        ('{"a": "b"\n "c": ["d"]\n "e": {}}', {"a": "b", "c": ["d"], "e": {}}),
        ('{"a": `b "c"`}', {"a": 'b "c"'}),
        ('{"a": {"b": "c", "d', {"a": {"b": "c"}}),
        ('{"a": {"b": "c", "d":', {"a": {"b": "c"}}),
        ('{"a": [{"b', {"a": [{}]}),
        ("{'\\d': 1}", {"\\d": 1}),
    ],
)
def test_what_models_write_for_json(text, value):
    assert loose_json.loads(text) == value


@pytest.mark.parametrize("text", ["", "words", "{", "{]", "print(1)", "{'a': x}", "[" * 100_000, "(" * 5_000])
def test_what_means_nothing_is_none_or_empty(text):
    assert not loose_json.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [...]}', {"a": []}),
        ("{'a': 1, 'b': ...}", {"a": 1}),
        ("{'a': {'y', 'x'}, 'b': (1, ...)}", {"a": ["x", "y"], "b": [1]}),
        ("{1: 'a', None: 'b'}", None),
        ("{1: 'a', 2.5: 'b'}", {"1": "a", "2.5": "b"}),
        ("{(1, 2): 3}", None),
        ("{'a': b'c'}", None),
        ("{'a': 1j}", None),
        ("...", None),
    ],
)
def test_of_python_only_what_json_can_hold(text, value):
    assert loose_json.loads(text) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": "b"}', ""),
        ('{\n "a": "say "b"", "c": 1}', 'line 2, column 13, after `{ "a": "say "`'),
        ("title: x", "Expecting value at line 1, column 1"),
    ],
)
def test_why_a_text_is_no_json(text, why):
    assert loose_json.complaint(text).endswith(why)
    assert bool(loose_json.complaint(text)) is bool(why)


@pytest.mark.parametrize("piece", ["/*", ",", ', "', '"', "`", "...", "#", " ", "{a:", "] ", '" ', "\\"])
@pytest.mark.parametrize("head", ["{", '{"a": 1, "b"'])
def test_a_long_garble_takes_little_time(piece, head):
    started = time.perf_counter()
    loose_json.loads(head + piece * (60_000 // len(piece)) + "x")
    assert time.perf_counter() - started < 3


def test_objects_are_found_in_prose():
    text = 'First {"a": {"b": 1}} and [1, 2], not {this} or [that], it\'s {"c": "}"}.'
    assert [value for _, _, value in loose_json.objects(text)] == [{"a": {"b": 1}}, [1, 2], {"c": "}"}]
    assert [text[start:end] for start, end, _ in loose_json.objects(text)] == [
        '{"a": {"b": 1}}',
        "[1, 2]",
        '{"c": "}"}',
    ]


def test_the_search_for_objects_ends():
    assert list(loose_json.objects("{x" * 10_000)) == []


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("(a)b", 3),
        ("([{}])x", 6),
        ('(")")x', 5),
        ("('''(')''')x", 11),
        ('("\\")")x', 7),
        ("(it's)x", 6),
        ("(a", 2),
        ("(')", 3),
        ('("\\', 3),
    ],
)
def test_balanced_minds_strings(text, end):
    assert loose_json.balanced(text, 0) == end


@given(st.text(alphabet="{}[]()\"'\\ab.j1,: \n"))
def test_any_garble_is_survived(text):
    json.dumps(loose_json.loads(text))
    list(loose_json.objects(text))


def test_depth_is_measured_without_recursion():
    value = 1
    for _ in range(5):
        value = [{"a": value}]
    assert not loose_json.deeper(value, 10)
    assert loose_json.deeper(value, 9)
    assert not loose_json.deeper("text", 0)
