"""Every output of every kind of investigation, as files to read in `__snapshots__`."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension
from tests import samples

from report import render

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from report import Rendered

SAMPLES = samples.every()
READABLE = [name for name in SAMPLES if name != "hostile"]  # its files hold megabytes of one letter


class _TextFile(SingleFileSnapshotExtension):
    file_extension = "txt"


@pytest.fixture
def page(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(_TextFile)


def _rendered(name: str) -> Rendered:
    return render(SAMPLES[name], bucket="orders-alarm-reports-20260309", region="eu-west-1")


@pytest.mark.parametrize("name", SAMPLES)
def test_email_reads_as_recorded(name: str, page: SnapshotAssertion) -> None:
    rendered = _rendered(name)
    assert f"Subject: {rendered.subject}\n\n{rendered.message}".encode() == page


@pytest.mark.parametrize("name", READABLE)
def test_text_report_reads_as_recorded(name: str, page: SnapshotAssertion) -> None:
    assert _rendered(name).files[1].body == page


@pytest.mark.parametrize("name", SAMPLES)
def test_page_reads_as_recorded(name: str, page: SnapshotAssertion) -> None:
    html = _rendered(name).files[2].body.decode()
    html = re.sub(r"<style>.*?</style>", "<style></style>", html, flags=re.DOTALL)
    assert re.sub(r"sha256-[^']+", "sha256-of-the-style", html).encode() == page


@pytest.mark.parametrize("name", READABLE)
def test_full_context_reads_as_recorded(name: str, page: SnapshotAssertion) -> None:
    assert _rendered(name).files[3].body == page


@pytest.mark.parametrize("name", ["good", "answered_in_text", "interrupted"])
def test_data_reads_as_recorded(name: str, page: SnapshotAssertion) -> None:
    assert _rendered(name).files[0].body == page


@pytest.mark.parametrize("name", SAMPLES)
def test_chat_message_reads_as_recorded(name: str, page: SnapshotAssertion) -> None:
    assert json.dumps(json.loads(_rendered(name).chat_message), indent=1, ensure_ascii=False).encode() == page
