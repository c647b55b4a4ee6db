import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recitals import Heard, squeezed

KEY = "a1b2c3d4e5f6"


@pytest.mark.parametrize(
    "text",
    [
        "print(1)",
        "pri\\\nnt( 1 )",
        "\\u0070rint(1)",
        "\\\\u0070rint(1)",
        "\\u005cu0070rint(1)",
        "\\x70rint(1)",
        "\\160rint(1)",
        "\\N{LATIN SMALL LETTER P}rint(1)",
        "&#112;rint(1)",
        "\\n\\tprint(1)\\r\\n",
        "\\u{70}rint(1)",
        "'pri' \"nt\"(1)",
        "ＰＲＩＮＴ(1)",
    ],
)
def test_one_text_in_many_forms(text):
    assert squeezed(text) == "print1"


@given(st.text(), st.integers(min_value=1, max_value=3), st.booleans())
def test_a_text_stands_in_its_own_json(text, layers, ascii_only):
    written = text
    for _ in range(layers):
        written = json.dumps(written, ensure_ascii=ascii_only)
    assert squeezed(written) == squeezed(text)


@pytest.mark.parametrize("code", [{}, {"code": ""}, {"code": None}, "", None, {"purpose": "my own words"}])
def test_a_call_without_words_is_nobodys(code):
    assert Heard("nothing", KEY).holds("run_python", code, "my own span")


def test_most_of_the_code_decides():
    heard = Heard("ERROR print(boto3.client('iam').list_users())", KEY)
    mine = "for one in logs.describe_log_groups()['logGroups']:\n    print(one['logGroupName'])\n"
    theirs = "print(boto3.client('iam').list_users())"
    assert heard.holds("run_python", {"code": f"x = 1\n{theirs}"}, "span of it")
    assert not heard.holds("run_python", {"code": mine * 2 + theirs}, "span of it")


@pytest.mark.parametrize("letter", ["\\", "&", "&amp;", "\\u005c", "u005c", "{", "é"])
def test_odd_data_takes_no_time(letter):
    started = time.perf_counter()
    squeezed(letter * 200_000)
    assert time.perf_counter() - started < 5
