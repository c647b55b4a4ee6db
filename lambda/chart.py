"""The alarm's metric as an inline SVG: threshold, breach, alarm and recent changes on one time axis.

Drawn by hand on purpose: the chart libraries small enough for the zip emit scripts or inline styles, which
the report's Content-Security-Policy forbids, and none marks events on the time axis.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import metric_facts
from report_facts import Kind, Moment
from report_templates import fill
from safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metric_facts import Point
    from record import MetricSeries

_MINUTE = timedelta(minutes=1)
_HALF_HOUR = timedelta(minutes=30)
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200)
_MOST_POINTS = 400
_TINY = 1e-300
_TOP, _RIGHT, _BOTTOM = 44.0, 14.0, 40.0
_HOUR = 60


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the grid with its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Badge:
    """One mark for one change, or for several too close to tell apart."""

    at: float
    label: str
    half: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The geometry that the template draws. All lengths are in the SVG's own units."""

    name: str
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    label: str
    description: str
    line: str
    hot: str
    dots: tuple[tuple[float, float, bool], ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    threshold: Tick | None
    band: tuple[float, float] | None
    alarm: Tick | None
    badges: tuple[Badge, ...]


def charts(series: MetricSeries, alarm_time: datetime, timeline: Sequence[Moment]) -> str:
    """Return the chart twice, for wide screens and for phones; the style sheet shows one."""
    found = metric_facts.points(series)
    if not found:
        return ""
    pair = (
        _chart("wide", 760.0, 280.0, series, found, alarm_time, timeline),
        _chart("narrow", 360.0, 250.0, series, found, alarm_time, timeline),
    )
    return "".join(fill("chart.svg.j2", chart=chart) for chart in pair)


class _Scale:
    """Maps times and values to places."""

    def __init__(
        self, found: Sequence[Point], series: MetricSeries, alarm: datetime, size: tuple[float, ...]
    ) -> None:
        width, height, left = size
        # A metric that is written only when something happens still has half an hour of context.
        self.end = max(found[-1].time, min(alarm, found[-1].time + _HALF_HOUR), found[0].time + _MINUTE)
        self.start = min(found[0].time, self.end - _HALF_HOUR)
        self.left, self.right, self.top, self.bottom = left, width - _RIGHT, _TOP, height - _BOTTOM
        self.y_values = _y_values(found, series.threshold)
        self.low, self.high = self.y_values[0], self.y_values[-1]

    def x(self, time: datetime) -> float:
        share = (time - self.start) / (self.end - self.start)
        return round(self.left + (self.right - self.left) * share, 1)

    def y(self, value: float) -> float:
        # Halved first: the span of two huge values of unlike sign is no longer a number.
        share = (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return round(self.bottom - (self.bottom - self.top) * min(max(share, 0.0), 1.0), 1)

    def holds(self, time: datetime) -> bool:
        return self.start <= time <= self.end


def _chart(
    name: str,
    width: float,
    height: float,
    series: MetricSeries,
    found: tuple[Point, ...],
    alarm: datetime,
    timeline: Sequence[Moment],
) -> Chart:
    left = 14.0 + 6.5 * max(len(_short(value)) for value in _y_values(found, series.threshold))
    scale = _Scale(found, series, alarm, (width, height, left))
    run = metric_facts.breach(found)
    drawn = _thinned(found)
    limit = series.threshold
    return Chart(
        name=name,
        width=width,
        height=height,
        left=scale.left,
        right=scale.right,
        top=scale.top,
        bottom=scale.bottom,
        label=one_line(series.label, 90 if name == "wide" else 44),
        description=_description(series, found, alarm, timeline),
        line=_path(drawn, scale),
        hot=_path([point for point in drawn if run and run[0].time <= point.time <= run[-1].time], scale),
        dots=tuple((scale.x(point.time), scale.y(point.value), point.breaching) for point in drawn)
        if len(drawn) <= 40
        else (),
        x_ticks=_x_ticks(scale, 8 if name == "wide" else 4),
        y_ticks=tuple(Tick(scale.y(value), _short(value)) for value in scale.y_values),
        threshold=Tick(scale.y(limit), _limit_label(series))
        if limit is not None and math.isfinite(limit)
        else None,
        band=(scale.x(run[0].time), scale.right) if run else None,
        alarm=Tick(scale.x(alarm), f"ALARM {alarm.astimezone(UTC):%H:%M}") if scale.holds(alarm) else None,
        badges=_badges(scale, timeline),
    )


def _limit_label(series: MetricSeries) -> str:
    return (
        f"threshold {metric_facts.symbol(series.comparison)} {metric_facts.number(series.threshold or 0.0)}"
    )


def _thinned(found: tuple[Point, ...]) -> list[Point]:
    """Return at most a few hundred points, keeping the lowest and the highest of each share."""
    if len(found) <= _MOST_POINTS:
        return list(found)
    share = math.ceil(len(found) / (_MOST_POINTS // 2))
    kept: list[Point] = []
    for at in range(0, len(found), share):
        part = found[at : at + share]
        ends = (min(part, key=lambda point: point.value), max(part, key=lambda point: point.value))
        kept += sorted(ends, key=lambda point: point.time)
    return kept


def _path(drawn: Sequence[Point], scale: _Scale) -> str:
    """Return an SVG path, broken where data is missing."""
    gaps = sorted(after.time - before.time for before, after in pairwise(drawn))
    longest = gaps[len(gaps) // 2] * 3 if gaps else timedelta(0)
    steps: list[str] = []
    for at, point in enumerate(drawn):
        joined = at > 0 and point.time - drawn[at - 1].time <= longest
        steps.append(f"{'L' if joined else 'M'}{scale.x(point.time)} {scale.y(point.value)}")
    return "".join(steps)


def _y_values(found: Sequence[Point], threshold: float | None) -> list[float]:
    """Return round values for the grid, around every point and the threshold."""
    values = [point.value for point in found]
    if threshold is not None and math.isfinite(threshold):
        values.append(threshold)
    low, high = min(0.0, *values), max(0.0, *values)
    if low == high:
        return [0.0, 1.0]
    if 0 < min(values) < high < min(values) * 1.5:
        low = min(values) - (high - min(values))
    span = high / 4 - low / 4
    if span < _TINY:
        return [low, low + 1.0]
    size = 10.0 ** math.floor(math.log10(span))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= span)
    first = math.floor(low / step)
    count = max(math.ceil(high / step) - first, 1)
    ticks = [(first + at) * step for at in range(count + 1)]
    return ticks if all(map(math.isfinite, ticks)) and ticks[0] < ticks[-1] else [low, high]


def _short(value: float) -> str:
    """Return an axis label: `250`, `1.5k`, `20M`, `1e+15`."""
    for size, suffix in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if size <= abs(value) < 1e15:
            return f"{value / (1e3 if suffix == 'k' else size):.4g}{suffix}"
    return f"{value:.4g}"


def _x_ticks(scale: _Scale, most: int) -> tuple[Tick, ...]:
    minutes = (scale.end - scale.start) / _MINUTE
    step = next((step for step in _STEPS if minutes / step <= most), math.ceil(minutes / most))
    whole_days = step >= 24 * _HOUR
    first = scale.start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    at = first + timedelta(minutes=step) * math.ceil((scale.start - first) / _MINUTE / step)
    ticks = []
    while at <= scale.end:
        ticks.append(Tick(scale.x(at), f"{at:%d %b}" if whole_days else f"{at:%H:%M}"))
        at += timedelta(minutes=step)
    return tuple(ticks)


def _badges(scale: _Scale, timeline: Sequence[Moment]) -> tuple[Badge, ...]:
    """Return a mark for each change on the axis; those whose marks would overlap share one."""
    groups: list[list[tuple[float, int]]] = []
    for moment in timeline:
        if moment.mark is None or not scale.holds(moment.time):
            continue
        groups.append([(scale.x(moment.time), moment.mark)])
        while len(groups) > 1 and _overlap(_badge(groups[-2]), _badge(groups[-1])):
            last = groups.pop()
            groups[-1] += last
    return tuple(map(_badge, groups))


def _badge(group: list[tuple[float, int]]) -> Badge:
    label = str(group[0][1]) if len(group) == 1 else f"{group[0][1]}–{group[-1][1]}"
    return Badge(group[-1][0], label, 5.0 + 3.3 * len(label))


def _overlap(left: Badge, right: Badge) -> bool:
    return left.at + left.half + 1 > right.at - right.half


def _description(
    series: MetricSeries, found: tuple[Point, ...], alarm: datetime, timeline: Sequence[Moment]
) -> str:
    """Return the chart in words, for those who do not see it."""
    changes = sum(moment.kind is Kind.CHANGE for moment in timeline)
    marked = f" {changes} recent change{'' if changes == 1 else 's'} marked." if changes else ""
    stated = f"The alarm went off at {alarm.astimezone(UTC):%H:%M} UTC."
    return " ".join([*metric_facts.sentences(series), stated]) + marked
