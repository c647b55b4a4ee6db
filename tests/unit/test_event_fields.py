"""Single fields are read, or are absent; nothing that others wrote raises anything but UnsupportedEvent."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import event_fields as fields
from event_fields import UnsupportedEvent


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-09T03:12:09.482+0000",
        "2026-03-09T03:12:09.482Z",
        "2026-03-09T04:12:09.482+01:00",
        " 2026-03-09T03:12:09.482 ",
    ],
)
def test_a_time_is_read_in_utc(text: str) -> None:
    assert fields.time([("time", text)]) == datetime(2026, 3, 9, 3, 12, 9, 482000, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "yesterday",
        1741489929,
        "0001-01-01T00:00:00+14:00",
        "9999-99-99",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_what_is_no_time_is_refused_with_the_fields_names(value: object) -> None:
    with pytest.raises(UnsupportedEvent, match=r"no timestamp in state\.timestamp and time"):
        fields.time([("state.timestamp", None), ("time", value)])


@pytest.mark.parametrize(
    ("value", "seconds"),
    [(60, 60), ("300", 300), (0, None), (-1, None), (None, None), (True, None), ("x", None)],
)
def test_seconds(value: object, seconds: int | None) -> None:
    assert fields.seconds(value) == seconds


def test_json_in_json_is_read_when_it_is_an_object() -> None:
    assert fields.json_object('{"a": 1}') == {"a": 1}
    assert fields.json_object({"a": 1}) == {"a": 1}
    for other in ("[1]", "{", None, 3, "[" * 100_000):
        assert fields.json_object(other) == {}


@given(st.text(st.characters(categories=["L", "N", "Cs", "So"])))
def test_text_without_surrogates_can_always_be_encoded(text: str) -> None:
    clean = fields.clean({text: [text, 1, None]})
    repr(clean)
    assert str(clean).encode("utf-8")
    if not any("\ud800" <= character <= "\udfff" for character in text):
        assert clean == {text: [text, 1, None]}


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


def test_endless_nesting_is_cut_where_a_writer_of_json_would_give_up() -> None:
    cleaned = fields.clean(json.loads(nested(800)))
    assert "(nested too deeply)" in json.dumps(cleaned)
    assert fields.json_object(nested(800)) == cleaned


def test_json_in_json_has_no_lone_surrogates() -> None:
    assert fields.json_object('{"a": "\\ud800"}') == {"a": "\ufffd"}
