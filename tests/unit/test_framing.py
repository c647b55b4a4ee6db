from __future__ import annotations

import io
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import framing

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.decimals(allow_nan=False)
    | st.datetimes(timezones=st.just(UTC)) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6) | st.just(framing.TAG), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(VALUES)
def test_value_keeps_its_type_over_the_wire(value: Any) -> None:
    (message,) = framing.FrameReader().feed(framing.pack({"v": framing.to_wire(value)}))

    assert framing.from_wire(message["v"]) == value


def test_tuples_files_and_streams_are_sent_as_what_they_hold() -> None:
    assert framing.from_wire(framing.to_wire((1, io.BytesIO(b"x"), io.StringIO("y")))) == [1, b"x", b"y"]
    stream = framing.from_wire({framing.TAG: "stream", "value": "eA=="})
    assert stream.read() == b"x"
    assert list(framing.from_wire({framing.TAG: "events", "value": [{"a": 1}]})) == [{"a": 1}]


def test_value_that_aws_does_not_take_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        framing.to_wire(object())


@pytest.mark.parametrize(
    "value",
    [
        {framing.TAG: "datetime", "value": "never"}, {framing.TAG: "decimal", "value": "x"}, {framing.TAG: "bytes", "value": "x"},
        {framing.TAG: "pickle", "value": "x"}, {framing.TAG: "dict", "value": 5},
    ],
)  # fmt: skip
def test_tag_that_is_not_ours_is_refused(value: Any) -> None:
    with pytest.raises(framing.FrameError):
        framing.from_wire(value)


def test_frames_are_found_in_pieces() -> None:
    reader, sent = framing.FrameReader(), framing.pack({"n": 1}) + framing.pack({"n": 2})

    assert [message for byte in sent for message in reader.feed(bytes([byte]))] == [{"n": 1}, {"n": 2}]


@pytest.mark.parametrize("body", [b"x", b"[]", b"\xff", b"[" * 100_000, b"9" * 6000])
def test_frame_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(framing.FrameError):
        framing.FrameReader().feed(framing.HEADER.pack(len(body)) + body)


def test_long_frame_is_refused_before_it_arrives() -> None:
    with pytest.raises(framing.FrameError, match="too long"):
        framing.FrameReader(10).feed(framing.HEADER.pack(11))
