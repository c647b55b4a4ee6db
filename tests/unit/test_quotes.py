"""What copying does to a text is forgiven; what changes its meaning is not."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import quote_text
import quotes
from quotes import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = st.sampled_from(
    [
        "orders",
        "AccessDenied",
        "timeout",
        "p99",
        "ms",
        "ERROR",
        "queue-depth",
        "Größe",
        "重试",
        "(db)",
        "a/b:",
        "[x]",
    ]
)
NUMBERS = st.one_of(
    st.integers(-99_999, 99_999).map(str),
    st.floats(-1e6, 1e6, allow_nan=False).map(lambda number: f"{number:.2f}"),
    st.integers(1000, 10**9).map(lambda number: f"{number:,}"),
)
TOKENS = st.lists(st.one_of(WORDS, NUMBERS), min_size=4, max_size=40)
SPACES = st.sampled_from([" ", "  ", "\n", "\t", "\n    "])


@st.composite
def outputs_with_slices(draw: st.DrawFn) -> tuple[str, list[str], list[str]]:
    """An output, its tokens, and some of them in a row that are worth quoting."""
    tokens = draw(TOKENS)
    start = draw(st.integers(0, len(tokens) - 3))
    end = draw(st.integers(start + 3, len(tokens)))
    assume(any(re.search(r"[A-Za-z]{4}|\d\d", token) for token in tokens[start:end]))
    return "".join(token + draw(SPACES) for token in tokens), tokens, tokens[start:end]


@settings(deadline=None)
@given(outputs_with_slices(), SPACES, st.integers(0, 2))
def test_any_run_of_tokens_is_found_however_it_is_wrapped_and_escaped(
    case: tuple[str, list[str], list[str]], space: str, escaping: int
) -> None:
    output, _, cited = case
    quote = space.join(cited)
    for _ in range(escaping):
        quote = json.dumps(quote)
    assert quotes.find(quote, quote_text.plain(output)) is Verdict.FOUND


@settings(deadline=None)
@given(outputs_with_slices(), st.integers(1, 3))
def test_any_run_of_tokens_is_found_in_escaped_output(
    case: tuple[str, list[str], list[str]], depth: int
) -> None:
    output, _, cited = case
    for _ in range(depth):
        output = json.dumps({"message": output})
    assert quotes.find(" ".join(cited), quote_text.plain(output)) is Verdict.FOUND


@settings(deadline=None)
@given(outputs_with_slices(), st.data())
def test_one_altered_digit_is_not_found_unless_it_stands_elsewhere(
    case: tuple[str, list[str], list[str]], data: st.DataObject
) -> None:
    output, tokens, cited = case
    spots = [(i, j) for i, token in enumerate(cited) for j, char in enumerate(token) if char.isdigit()]
    assume(spots)
    index, at = data.draw(st.sampled_from(spots))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != cited[index][at]]))
    altered = [*cited[:index], cited[index][:at] + other + cited[index][at + 1 :], *cited[index + 1 :]]
    assume(all(tokens[i : i + len(altered)] != altered for i in range(len(tokens))))
    assert quotes.find(" ".join(altered), quote_text.plain(output)) is not Verdict.FOUND


@settings(deadline=None)
@given(outputs_with_slices(), st.data())
def test_a_number_that_loses_characters_is_not_found(
    case: tuple[str, list[str], list[str]], data: st.DataObject
) -> None:
    output, tokens, _ = case
    number = data.draw(
        st.sampled_from([token for token in tokens if re.fullmatch(r"-?[\d.,]+", token)] or [""])
    )
    assume(len(number) > 1)
    start = data.draw(st.integers(0, len(number) - 1))
    end = data.draw(st.integers(start + 1, len(number)))
    piece = number[start:end].strip(".,")
    assume(piece not in tokens)
    assert quotes.find(piece, quote_text.plain(output)) is not Verdict.FOUND


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        pytest.param("12", "120", id="longer to the right"),
        pytest.param("12", "3.12", id="decimals of another"),
        pytest.param("0.5", "10.5", id="longer to the left"),
        pytest.param("12", "12.5", id="its decimals lost"),
        pytest.param("234", "count 1,234", id="a group of thousands"),
        pytest.param("12.75", "balance -12.75", id="its sign lost"),
        pytest.param("1.5", "1.5e-07", id="its exponent lost"),
        pytest.param("12", "12k", id="its multiplier lost"),
        pytest.param("10.0", "10.0.0.5", id="a piece of an address"),
        pytest.param("healthy", "unhealthy", id="a piece of a short word"),
        pytest.param("healthy targets: 2 of 5", "unhealthy targets: 2 of 5", id="a negating prefix lost"),
        pytest.param("Errors were reported", "NoErrors were reported", id="a negating prefix in camel case"),
        pytest.param(
            "deployment is in progress", "No deployment is in progress", id="the negation before it"
        ),
        pytest.param(
            "been deployed to production", "not been deployed to production", id="a negation further off"
        ),
        pytest.param("the primary host can", "the primary host cannot", id="a negating suffix"),
    ],
)
def test_a_piece_that_says_something_else_is_recognised(quote: str, text: str) -> None:
    assert quotes.find(quote, text) is Verdict.CUT


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        pytest.param("one-two ... three", "three one-two", id="another order"),
        pytest.param("is ... properly configured", "is not properly configured", id="hides a negation"),
        pytest.param("orders ... 12.0", "orders x\ny 12.0", id="short parts on two lines"),
        pytest.param("orders ... 12.0", "orders" + " x" * 300 + " 12.0", id="short parts far apart"),
        pytest.param("Errors: 12", "errors: 12", id="other case"),
        pytest.param("1,234 items", "[1, 234 items]", id="two numbers made one"),
        pytest.param(" ... ".join(["word"] * 20), "word " * 40, id="a quote of nothing but ellipses"),
        pytest.param("long " * 2_000, "long " * 3_000, id="a quote beyond all measure"),
    ],
)
def test_what_does_not_stand_there_is_missing(quote: str, text: str) -> None:
    assert quotes.find(quote, text) is Verdict.MISSING


def test_characters_shown_by_their_number_are_those_characters() -> None:
    assert quote_text.plain("\\u{1b}[31mFATAL\\u{1b}[0m: \\xe9\\u{200b}") == "FATAL: é\u200b"


def test_characters_beyond_the_basic_plane_are_unescaped() -> None:
    assert quote_text.plain('{"msg": "\\ud83d\\ude80 launch \\ud83d"}') == '{"msg": "🚀 launch \ufffd"}'


class Counted(quote_text.Searchable):
    """Counts the places that a quote is held against."""

    __slots__ = ("places_seen",)

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.places_seen = 0

    def places(self, part: str, work: quote_text.Work) -> Iterator[tuple[int, int]]:
        for place in super().places(part, work):
            self.places_seen += 1
            yield place


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        pytest.param(" ... ".join(["err"] * 11 + ["zzz"]), "err " * 7_400, id="one word again and again"),
        pytest.param("a " * 3_000 + "bcd", "a " * 15_000 + "bcde", id="a long run and its end"),
        pytest.param("1" * 50 + " ... end", "1" * 30_000, id="one digit again and again"),
        pytest.param("word[ bcd", ("word[" + " " * 300) * 100, id="much whitespace"),
    ],
)
def test_no_quote_costs_more_than_its_share(quote: str, text: str) -> None:
    work = quote_text.Work()
    outputs = [Counted(text) for _ in range(3)]
    verdicts = [quotes.find(quote, output, work) for output in outputs]
    assert Verdict.FOUND not in verdicts
    assert sum(output.places_seen for output in outputs) <= 4_000


def test_a_quote_whose_share_is_spent_is_missing() -> None:
    work = quote_text.Work(left=1)
    assert quotes.find("orders is down", "orders is down", work) is Verdict.FOUND
    assert quotes.find("orders is down", "orders is down", work) is Verdict.MISSING


def test_an_ordinary_quote_costs_little() -> None:
    log = "\n".join(
        f"2026-03-01T02:{at % 60:02}:03Z INFO request {at} took {at % 97} ms" for at in range(600)
    )
    seen = []
    for quote in ("request 317 took 26 ms", "request 317 ... 26 ms", "nothing of the kind"):
        output = Counted(log)
        quotes.find(quote, output)
        seen.append(output.places_seen)
    assert seen[0] == 1
    assert seen[1] < 20
    assert seen[2] == 0
