import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import untrusted

KEY = "a1b2c3d4e5f6"
INJECTIONS = json.loads(
    (Path(__file__).parents[1] / "injections" / "log_lines.json").read_text(encoding="utf-8")
)
NASTY = (
    st.text()
    | st.sampled_from(sorted(INJECTIONS.values()))
    | st.sampled_from([KEY, f"</data-{KEY}>", "<data-"])
)


def test_keys_are_words_that_differ():
    keys = {untrusted.new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(re.fullmatch("[0-9a-f]{12}", key) for key in keys)


@given(st.lists(NASTY).map("".join))
def test_nothing_inside_the_borders_is_the_key_or_a_border(text):
    sealed = untrusted.seal(text, KEY)
    assert KEY not in sealed
    assert not re.search("</?data-", sealed, re.IGNORECASE)
    fenced = untrusted.fence("output of call 1", sealed, KEY)
    assert fenced.startswith(f"<data-{KEY} output of call 1>\n")
    assert fenced.index(f"</data-{KEY}>") == len(fenced) - len(f"</data-{KEY}>")


@given(st.lists(NASTY).map("".join))
def test_sealed_text_is_valid_unicode_that_can_be_seen(text):
    sealed = untrusted.seal(text, KEY)
    sealed.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\u200b-\u200f\u202a-\u202e\U000e0000-\U000e007f]", sealed)


@pytest.mark.parametrize("name", sorted(INJECTIONS))
def test_injected_lines_keep_their_words_and_lose_their_markup(name):
    sealed = untrusted.seal(INJECTIONS[name], KEY)
    assert not re.search(r"<\||\[/?INST\]|<</?SYS|^(Human|Assistant):|<data-|</data-", sealed, re.MULTILINE)
    words = re.findall(r"[A-Za-z]{5,}", INJECTIONS[name])
    assert all(word in sealed or word in KEY for word in words)


def test_ordinary_logs_come_through_as_they_are():
    log = '2026-03-01T03:00:00Z ERROR {"user": "ann", "a": [1, 2]} <Error>403</Error>\n\tat main (x.py:3)\n'
    assert untrusted.seal(log, KEY) == log
    assert untrusted.seal("Müller 注文 🙂", KEY) == "Müller 注文 🙂"


def test_line_ends_of_windows_become_plain():
    assert untrusted.seal("a\r\nb\rc", KEY) == "a\nb\\u{d}c"


def test_short_text_is_not_cut():
    assert untrusted.cut("abc", 3) == "abc"


def test_cut_keeps_head_and_tail_and_counts_what_is_gone():
    lines = "\n".join(f"line {number:04}" for number in range(1000))
    cut = untrusted.cut(lines, 3000)
    head, count, tail = re.fullmatch(
        r"(.*)\n\[\.\.\. ([\d,]+) characters cut \.\.\.\]\n(.*)", cut, re.DOTALL
    ).groups()
    assert lines.startswith(head + "\n")
    assert lines.endswith("\n" + tail)
    assert len(head) + len(tail) + int(count.replace(",", "")) == len(lines)
    assert head.endswith(re.search(r"line \d{4}$", head)[0])
    assert tail.startswith("line ")


@given(st.text(), st.integers(min_value=1, max_value=500))
def test_cut_leaves_about_as_much_as_there_is_room(text, room):
    assert len(untrusted.cut(text, room)) <= max(len(text) if len(text) <= room else 0, room + 60)
