"""The chart: well-formed SVG with threshold, breach, alarm and changes, for any series."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import samples

from chart import charts
from record import Change, MetricSeries
from report_facts import facts

ALARM = samples.ALARM_TIME
SVG = "{*}"


def drawn(series: MetricSeries | None = None, **changes: object) -> list[ElementTree.Element]:
    found = replace(samples.investigation(), baseline=samples.baseline(**changes))
    text = charts(series or samples.series(), ALARM, facts(found).timeline)
    return list(ElementTree.fromstring(f"<charts>{text}</charts>"))


def texts(svg: ElementTree.Element, kind: str) -> list[str]:
    return [element.text or "" for element in svg.iter("text") if element.get("class") == kind]


def test_there_is_one_for_wide_screens_and_one_for_phones() -> None:
    assert [svg.get("class") for svg in drawn()] == ["chart wide", "chart narrow"]


@pytest.mark.parametrize("at", [0, 1])
def test_chart_marks_threshold_breach_alarm_and_changes(at: int) -> None:
    svg = drawn()[at]
    classes = {element.get("class") for element in svg.iter()}
    assert {
        "threshold",
        "band",
        "alarm",
        "change",
        "badge",
        "series",
        "series hot",
        "grid",
        "axis",
    } <= classes
    assert texts(svg, "badge-name") == ["1", "2"]
    assert texts(svg, "threshold-name") == ["threshold > 5"]
    assert texts(svg, "alarm-name") == ["ALARM 03:12"]
    assert texts(svg, "axis-name") == ["Errors (Sum, 60 s)", "time (UTC)"]


def test_chart_is_said_in_words() -> None:
    svg = drawn()[0]
    title, description = svg.find("title"), svg.find("desc")
    assert title is not None
    assert description is not None
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "Errors (Sum, 60 s) over time"
    assert description.text == (
        "Errors (Sum, 60 s): 43 at 03:12 UTC, the last of 181 points; between 0 and 44 since 2026-03-09 "
        "00:12 UTC. Past the threshold (> 5) since 03:06 UTC. The alarm went off at 03:12 UTC. "
        "2 recent changes marked."
    )


def test_ids_are_unique_over_both() -> None:
    ids = [element.get("id") for svg in drawn() for element in svg.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) == 4


def test_no_script_style_or_reference_is_in_it() -> None:
    text = charts(samples.series(), ALARM, ())
    assert not re.search(r"style=|<style|<script|href|url\(|on\w+=", text)


def test_changes_that_lie_close_share_a_mark() -> None:
    changes = tuple(Change(ALARM - timedelta(minutes=at), "PutRolePolicy", "x") for at in range(40))
    svg = drawn(changes=changes)[0]
    marks = [
        (float(str(e.get("x"))), float(str(e.get("width")))) for e in svg.iter() if e.get("class") == "badge"
    ]
    assert len(marks) < 10
    assert all(left + width <= right for (left, width), (right, _) in pairwise(marks))


def test_changes_outside_the_window_are_not_drawn() -> None:
    early = (Change(ALARM - timedelta(days=2), "PutRolePolicy", "x"),)
    assert texts(drawn(changes=early)[0], "badge-name") == []


def test_series_without_points_is_not_drawn() -> None:
    assert charts(MetricSeries("m", (), 60), ALARM, ()) == ""
    assert charts(MetricSeries("m", ((ALARM, math.nan),), 60), ALARM, ()) == ""


def test_missing_data_breaks_the_line() -> None:
    times = [0, 1, 2, 30, 31, 32]
    points = tuple((ALARM - timedelta(minutes=40 - at), 1.0) for at in times)
    path = drawn(MetricSeries("m", points, 60))[0].find("path[@class='series']")
    assert path is not None
    assert str(path.get("d")).count("M") == 2


def test_a_lone_point_has_the_half_hour_before_the_alarm_around_it() -> None:
    lone = replace(samples.series(), points=((ALARM - timedelta(minutes=1), 9.0),))

    svg = drawn(lone)[0]

    assert texts(svg, "badge-name") == ["2"]
    assert {"02:45", "03:00"} <= set(texts(svg, "tick"))


def test_few_points_are_dots_too() -> None:
    points = tuple((ALARM - timedelta(minutes=at), float(at)) for at in range(5))
    svg = drawn(MetricSeries("m", points, 60, 3.0, ">"))[0]
    kinds = [element.get("class") for element in svg.iter("circle")]
    assert sorted(map(str, kinds)) == ["dot"] * 4 + ["dot hot"]


def test_long_series_is_thinned_without_losing_its_peak() -> None:
    values = [1.0] * 5_000
    values[2_345] = 900.0
    points = tuple((ALARM - timedelta(minutes=5_000 - at), value) for at, value in enumerate(values))
    svg = drawn(MetricSeries("m", points, 60))[0]
    path = svg.find("path[@class='series']")
    assert path is not None
    places = [float(place) for place in re.findall(r"[ML][\d.]+ ([\d.]+)", str(path.get("d")))]
    assert len(places) <= 400
    assert min(places) < 70 < max(places)


@settings(max_examples=300, deadline=None)
@given(
    values=st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=40),
    threshold=st.none() | st.floats(),
    minutes=st.integers(min_value=1, max_value=100_000),
    label=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200),
)
def test_any_series_gives_well_formed_svg_inside_its_frame(
    values: list[float], threshold: float | None, minutes: int, label: str
) -> None:
    points = tuple((ALARM - timedelta(minutes=minutes * at), value) for at, value in enumerate(values))
    text = charts(MetricSeries(label, points, 60, threshold, ">"), ALARM, ())
    for svg in ElementTree.fromstring(f"<charts>{text}</charts>"):
        width, height = (float(size) for size in str(svg.get("viewBox")).split()[2:])
        for path in svg.iter("path"):
            for x, y in re.findall(r"[ML](\S+?) ([^ML]+)", str(path.get("d"))):
                assert -1 <= float(x) <= width + 1
                assert -1 <= float(y) <= height + 1


@pytest.mark.parametrize(
    "span", [timedelta(minutes=3), timedelta(hours=3), timedelta(days=3), timedelta(days=900)]
)
def test_time_axis_has_a_handful_of_labels(span: timedelta) -> None:
    start = datetime(2026, 3, 9, tzinfo=UTC)
    points = tuple((start + span * at / 20, 1.0) for at in range(21))
    svg = ElementTree.fromstring(
        charts(MetricSeries("m", points, 60), start + span, ()).split("</svg>")[0] + "</svg>"
    )
    labels = [element for element in svg.iter("text") if element.get("class") == "tick"]
    assert 3 <= len(labels) <= 16


@pytest.mark.parametrize("value", [0.0, 5e-324, 1e-300, 7.0, -7.0, 2.0**53, 1.7e308, -1.7e308])
def test_constant_series_is_drawn(value: float) -> None:
    points = tuple((ALARM - timedelta(minutes=at), value) for at in range(3))
    assert len(drawn(MetricSeries("m", points, 60))) == 2


def test_alarm_outside_the_window_is_not_marked() -> None:
    points = ((ALARM - timedelta(days=3), 1.0), (ALARM - timedelta(days=2), 2.0))
    svg = drawn(MetricSeries("m", points, 60))[0]
    assert texts(svg, "alarm-name") == []
