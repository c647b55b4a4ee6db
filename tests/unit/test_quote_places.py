"""Where a verified quote stands in an output."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quote_places import kept, merged, place


@pytest.mark.parametrize(
    ("output", "quote", "parts"),
    [
        ("an error here", "error", ["error"]),
        ("an error here", "  error\n", ["error"]),
        ("two\n   words", "two words", ["two\n   words"]),
        ('{"a": "b"}', '{"a":"b"}', ['{"a": "b"}']),
        (r'{"m": "say \"no\" now"}', 'say "no" now', [r"say \"no\" now"]),
        ("line one\nline two", r"line one\nline two", ["line one\nline two"]),
        (r"\x1b[31mred\x1b[0m alert", "red alert", [r"red\x1b[0m alert"]),
        ("start of it, the middle, and the end", "start of it … the end", ["start of it", "the end"]),
        ("start of it, the middle, and the end", "start of it [...] the end", ["start of it", "the end"]),
        ("nothing alike", "something else", []),
        ("b then a", "a ... b", []),
        ("text", "  ", []),
        ("text", "...", []),
    ],
)
def test_place_finds_what_the_check_forgives(output: str, quote: str, parts: list[str]) -> None:
    assert [output[start:end] for start, end in place(output, quote)] == parts


@given(st.text(max_size=200), st.data())
def test_place_finds_every_verbatim_quote(output: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(output)))
    quote = output[start : data.draw(st.integers(start, len(output)))].strip()
    if quote:
        assert [output[left:right] for left, right in place(output, quote)] == [quote]


def test_merged_joins_what_touches() -> None:
    assert merged([(5, 8), (0, 2), (1, 3), (8, 9)]) == ((0, 3), (5, 9))


def test_kept_shows_short_text_whole() -> None:
    assert kept("short", (), 100) == ((0, 5),)
    assert kept("", (), 100) == ()


def test_kept_shows_both_ends_of_an_endless_line() -> None:
    assert kept("a" * 10_000, (), 50_000) == ((0, 2_000), (9_000, 10_000))


@given(st.text(alphabet="ab\n", max_size=500), st.integers(20, 200), st.data())
def test_kept_never_drops_a_quote(text: str, limit: int, data: st.DataObject) -> None:
    text = text * 40
    start = data.draw(st.integers(0, max(len(text) - 1, 0)))
    span = (start, min(start + 30, len(text)))
    shown = kept(text, (span,), limit)
    assert list(shown) == sorted(shown)
    if span[0] < span[1]:
        assert any(left <= span[0] and span[1] <= right for left, right in shown)
