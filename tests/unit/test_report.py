"""The rendering as a whole: names of files, what S3 is told about them, limits of what is sent."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import samples

import report
from record import Outcome

BUCKET = "orders-alarm-reports-20260309"
SAMPLES = samples.every()


def rendered(name: str = "good") -> report.Rendered:
    return report.render(SAMPLES[name], bucket=BUCKET, region="eu-west-1")


def test_samples_cover_every_outcome() -> None:
    assert {investigation.outcome for investigation in SAMPLES.values()} == set(Outcome)


def test_files_are_named_by_time_alarm_and_investigation() -> None:
    keys = [file.key for file in rendered().files]
    stem = keys[0].removesuffix(".json")
    assert re.fullmatch(r"reports/2026/03/09/20260309_031211_UTC_orders-handler-errors-[0-9a-f]{6}", stem)
    assert keys == [f"{stem}{end}" for end in (".json", "_report.txt", "_report.html", "_full_context.txt")]


def test_content_types_let_a_browser_show_the_files() -> None:
    assert [file.content_type for file in rendered().files] == [
        "application/json",
        "text/plain; charset=utf-8",
        "text/html; charset=utf-8",
        "text/plain; charset=utf-8",
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_metadata_fits_in_s3_headers(name: str) -> None:
    for file in rendered(name).files:
        assert all(value.isascii() and value.isprintable() for value in file.metadata.values())
        assert sum(len(key) + len(value) for key, value in file.metadata.items()) < 2048


def test_metadata_says_what_a_listing_cannot() -> None:
    assert rendered().files[0].metadata == {
        "alarm": "orders-handler-errors",
        "severity": "high",
        "finding": "Orders fail since the role lost dynamodb:PutItem",
        "confidence": "high",
        "outcome": "reported",
        "grounding": "5 of 5 quotes verified",
        "cost": "$0.18",
        "investigation-id": "20260309T031209Z-5f1d0c3a9b7e",
    }


def test_two_investigations_in_one_second_do_not_collide() -> None:
    other = samples.investigation(investigation_id="20260309T031209Z-ffffffffffff")
    assert report.keys(samples.investigation()) != report.keys(other)


def test_keys_are_in_utc_wherever_the_clock_stands() -> None:
    moved = samples.STARTED.astimezone(timezone(timedelta(hours=9)))
    assert report.keys(samples.investigation(started_at=moved)) == report.keys(samples.investigation())


@settings(max_examples=60, deadline=None)
@given(name=st.text(min_size=1, max_size=255), region=st.sampled_from(["eu-west-1", "us-gov-west-1"]))
def test_any_alarm_name_gives_safe_keys_subject_and_metadata(name: str, region: str) -> None:
    investigation = replace(SAMPLES["composite_bare"], alarm=samples.alarm(name=name, region=region))
    result = report.render(investigation, bucket=BUCKET, region=region)
    assert re.fullmatch(r"[ -~]{1,99}", result.subject)
    assert region in result.subject
    assert result.subject.startswith("[LOW] ")
    for file in result.files:
        assert re.fullmatch(r"reports/2026/03/09/20260309_031211_UTC_[\w.-]+", file.key, re.ASCII)
        assert len(file.key) < 200
        assert all(value.isascii() for value in file.metadata.values())
    json.loads(result.files[0].body)
    json.loads(result.chat_message)


def test_report_of_a_hundred_large_calls_stays_below_three_megabytes() -> None:
    result = report.render(samples.heavy(), bucket=BUCKET, region="eu-west-1")
    assert len(result.files[2].body) < 3_000_000
    assert result.files[2].body.count(b"<details id=") == 100
    assert result.files[2].body.count(b"<mark>") == 10


def test_rendering_is_the_same_every_time() -> None:
    assert rendered() == rendered()


def test_dates_in_other_years_sort_in_the_listing() -> None:
    late = samples.investigation(started_at=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert report.keys(late).json.startswith("reports/2027/01/02/20270102_030405_UTC_")
