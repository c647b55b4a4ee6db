"""What is sent fits what SNS takes, whatever the report says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery import MESSAGE_BYTES, fitting


@given(st.text())
def test_a_message_that_fits_is_sent_as_it_is(body: str) -> None:
    assert fitting(body) == (body.encode("utf-8", "replace").decode() or "(no text)")


@pytest.mark.parametrize("character", ["a", "ü", "注", "🔥"])
@pytest.mark.parametrize("more", [0, 1, 2, 3, 100])
def test_a_longer_message_is_cut_between_characters_and_says_so(character: str, more: int) -> None:
    size = len(character.encode())
    sent = fitting("." * (MESSAGE_BYTES % size) + character * (MESSAGE_BYTES // size + more))
    assert len(sent.encode()) <= MESSAGE_BYTES
    assert sent.endswith("[cut: the message is longer than SNS takes]") is (more > 0)
