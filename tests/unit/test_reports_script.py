"""`make reports`: what is fetched, what the page lists, and that it stays harmless."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws
from tests import samples

import reports
from report import render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_s3 import S3Client

BUCKET = "orders-alarm-reports"
DAY = "reports/2026/03/09/"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Client]:
    for name, value in (
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
    ):
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        for name in ("good", "hostile", "model_unavailable", "answered_in_text"):
            investigation = samples.every()[name]
            for file in render(investigation, bucket=BUCKET, region="eu-west-1").files:
                client.put_object(
                    Bucket=BUCKET, Key=file.key.replace("_UTC_", f"_UTC_{name}-"), Body=file.body
                )
        yield client


def test_day_prefixes_go_back_from_today() -> None:
    assert reports.day_prefixes(2, datetime(2026, 3, 1, tzinfo=UTC)) == [
        "reports/2026/03/01/",
        "reports/2026/02/28/",
        "reports/2026/02/27/",
    ]


def test_page_lists_what_was_fetched_and_runs_nothing_foreign(s3: S3Client, tmp_path: Path) -> None:
    found = reports.rows(list(reports.fetch(s3, BUCKET, [DAY], tmp_path)), tmp_path)
    page = reports.index(found, BUCKET, 7)
    assert len(found) == 4
    good = next(row for row in found if row.alarm == "orders-handler-errors" and row.severity == "high")
    assert good.finding == "Orders fail since the role lost dynamodb:PutItem"
    assert (good.outcome, good.bill, good.time) == ("reported", "$0.18", "2026-03-09 03:12:11")
    assert [label for label, _ in good.files] == ["Report", "Text", "Context", "JSON"]
    assert all((tmp_path / path).exists() for _, path in good.files)
    assert page.count("<script>") == 1
    assert "&lt;script&gt;alert(1)" in page
    assert "script-src &#39;sha256-" in page


def test_nothing_is_fetched_twice_and_foreign_names_never(s3: S3Client, tmp_path: Path) -> None:
    for name in ("..%2Fx.json", "sub/y_report.html", "notes.md", "../../z.json"):
        s3.put_object(Bucket=BUCKET, Key=DAY + name, Body=b"{}")
    first = list(reports.fetch(s3, BUCKET, [DAY], tmp_path))
    assert len(first) == 16
    first[0].write_bytes(b"kept")
    assert list(reports.fetch(s3, BUCKET, [DAY], tmp_path)) == first
    assert first[0].read_bytes() == b"kept"


def test_a_file_that_is_no_report_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.json").write_text("[]")
    assert reports.rows([tmp_path / "x.json"], tmp_path) == []
    assert "x.json is left out" in capsys.readouterr().err


def test_newest_comes_first(s3: S3Client, tmp_path: Path) -> None:
    later = samples.investigation(started_at=datetime(2026, 3, 9, 9, tzinfo=UTC), investigation_id="later")
    for file in render(later, bucket=BUCKET, region="eu-west-1").files:
        s3.put_object(Bucket=BUCKET, Key=file.key, Body=file.body)
    found = reports.rows(reports.fetch(s3, BUCKET, [DAY], tmp_path), tmp_path)
    assert found[0].time == "2026-03-09 09:00:00"
    assert [row.time for row in found] == sorted((row.time for row in found), reverse=True)


def test_command_writes_a_page_even_when_there_is_nothing(
    s3: S3Client, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reports.main(["--bucket", BUCKET, "--days", "0", "--folder", str(tmp_path), "--no-open"]) == 0
    assert "No report was written in this time." in (tmp_path / "index.html").read_text()
    assert re.match(r"0 reports: .*index\.html", capsys.readouterr().out)


def test_command_says_what_it_cannot_read(s3: S3Client, capsys: pytest.CaptureFixture[str]) -> None:
    assert reports.main(["--bucket", "absent", "--no-open"]) == 1
    assert "reports: cannot read absent: " in capsys.readouterr().err
