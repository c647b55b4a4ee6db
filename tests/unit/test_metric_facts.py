"""What a series says by itself."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from tests import samples

import metric_facts
from record import MetricSeries

START = datetime(2026, 3, 9, tzinfo=UTC)


def series(*values: float, threshold: float | None = 5.0, comparison: str = ">") -> MetricSeries:
    points = tuple((START + timedelta(minutes=at), value) for at, value in enumerate(values))
    return MetricSeries("Errors", points, 60, threshold, comparison)


@pytest.mark.parametrize(
    ("comparison", "breaching"),
    [
        (">", [False, False, True]),
        ("GreaterThanThreshold", [False, False, True]),
        ("GreaterThanOrEqualToThreshold", [False, True, True]),
        ("LessThanThreshold", [True, False, False]),
        ("<=", [True, True, False]),
        ("GreaterThanUpperThreshold", [False, False, False]),
        ("", [False, False, False]),
    ],
)
def test_points_are_judged_by_the_comparison(comparison: str, breaching: list[bool]) -> None:
    found = metric_facts.points(series(4, 5, 6, comparison=comparison))
    assert [point.breaching for point in found] == breaching


@pytest.mark.parametrize("threshold", [None, math.nan])
def test_no_point_breaches_a_threshold_that_is_not_known(threshold: float | None) -> None:
    assert not any(point.breaching for point in metric_facts.points(series(9, threshold=threshold)))


def test_points_are_ordered_and_finite() -> None:
    mixed = MetricSeries("m", ((START + timedelta(1), 2.0), (START, math.nan), (START, 1.0)), 60)
    assert [point.value for point in metric_facts.points(mixed)] == [1.0, 2.0]


def test_breach_is_the_last_unbroken_run() -> None:
    run = metric_facts.breach(metric_facts.points(series(9, 1, 7, 8, 2)))
    assert [point.value for point in run] == [7, 8]
    assert metric_facts.breach(metric_facts.points(series(1, 2))) == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (42.0, "42"),
        (0.031, "0.031"),
        (123.456, "123.5"),
        (1234.56, "1,234.6"),
        (1_250_000, "1,250,000"),
        (3.2e-7, "3.2e-07"),
        (4e20, "4e+20"),
        (math.inf, "inf"),
    ],
)
def test_numbers_read_as_people_write_them(value: float, text: str) -> None:
    assert metric_facts.number(value) == text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "Errors > 5"),
        ({"comparison": ""}, "Errors against 5"),
        ({"threshold": None}, "Errors >"),
        ({"threshold": None, "comparison": ""}, "Errors"),
        ({"threshold": None, "comparison": "GreaterThanUpperThreshold"}, "Errors above the band"),
    ],
)
def test_condition_is_said_as_far_as_it_is_known(changes: dict[str, object], text: str) -> None:
    assert metric_facts.condition(series(1, **changes)) == text  # type: ignore[arg-type]


def test_spark_shows_highest_of_each_share() -> None:
    line = metric_facts.spark(samples.series(), 40)
    assert len(line) <= 40
    assert line.endswith("█")
    assert metric_facts.spark(series(3, 3, 3), 40) == "▁▁▁"
    assert metric_facts.spark(series(3), 40) == ""


def test_sentences_say_latest_range_and_breach() -> None:
    assert metric_facts.sentences(series(1, 9)) == (
        "Errors: 9 at 00:01 UTC, the last of 2 points; between 1 and 9 since 2026-03-09 00:00 UTC.",
        "Past the threshold (> 5) since 00:01 UTC.",
    )
    assert metric_facts.sentences(series(1))[1] == "No point in the window is past the threshold (> 5)."
    assert len(metric_facts.sentences(series(1, threshold=None))) == 1
    assert metric_facts.sentences(series()) == ("Errors: no data points in the window.",)
