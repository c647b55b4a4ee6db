"""What a metric series says by itself: when it went past its threshold, how far, and in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from record import MetricSeries

SYMBOLS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": ">=",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
    "GreaterThanUpperThreshold": "above the band",
    "LessThanLowerThreshold": "below the band",
    "LessThanLowerOrGreaterThanUpperThreshold": "outside the band",
}
_BARS = "▁▂▃▄▅▆▇█"
_SIX_DIGITS = 1e6
_SMALL = 1e-3


@dataclass(frozen=True, slots=True)
class Point:
    """One value of the series; `breaching` when it lies on the wrong side of the threshold."""

    time: datetime
    value: float
    breaching: bool


def symbol(comparison: str) -> str:
    """Return a comparison as a sign, from CloudWatch's name for it or a sign already."""
    return SYMBOLS.get(comparison, comparison)


def points(series: MetricSeries) -> tuple[Point, ...]:
    """Return the finite points, oldest first, each judged against the threshold."""
    found = [
        Point(time, value, _breaches(value, series.threshold, symbol(series.comparison)))
        for time, value in series.points
        if math.isfinite(value)
    ]
    return tuple(sorted(found, key=lambda point: point.time))


def _breaches(value: float, threshold: float | None, sign: str) -> bool:
    if threshold is None or not math.isfinite(threshold):
        return False
    return {
        ">": value > threshold,
        ">=": value >= threshold,
        "<": value < threshold,
        "<=": value <= threshold,
    }.get(sign, False)


def breach(found: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return the last unbroken run of breaching points; empty when there is none."""
    run: list[Point] = []
    for point in reversed(found):
        if point.breaching:
            run.append(point)
        elif run:
            break
    return tuple(reversed(run))


def number(value: float) -> str:
    """Return a number as people write it: `42`, `0.031`, `1,250,000`, `3.2e-07`."""
    if not math.isfinite(value):
        return str(value)
    if value == 0:
        return "0"
    if abs(value) >= 1e15 or abs(value) < _SMALL:
        return f"{value:.3g}"
    if abs(value) >= _SIX_DIGITS or value == int(value):
        return f"{value:,.0f}"
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"


def condition(series: MetricSeries) -> str:
    """Return the alarm's condition: `Errors > 5`; the label alone when no threshold is known."""
    sign = symbol(series.comparison)
    if series.threshold is None:
        return f"{series.label} {sign}".strip() if sign else series.label
    return f"{series.label} {sign or 'against'} {number(series.threshold)}"


def spark(series: MetricSeries, width: int) -> str:
    """Return the series as a line of block characters, at most `width` long; each is its share's highest."""
    values = [point.value for point in points(series)]
    if len(values) < 2:
        return ""
    share = max(1, math.ceil(len(values) / width))
    tops = [max(values[at : at + share]) for at in range(0, len(values), share)]
    low, high = min(tops), max(tops)
    if high == low:
        return _BARS[0] * len(tops)
    return "".join(_BARS[min(7, int((top - low) / (high - low) * 8))] for top in tops)


def sentences(series: MetricSeries) -> tuple[str, ...]:
    """Return what the series shows, as plain sentences."""
    found = points(series)
    if not found:
        return (f"{series.label}: no data points in the window.",)
    last = found[-1]
    low = min(point.value for point in found)
    high = max(point.value for point in found)
    facts = [
        f"{series.label}: {number(last.value)} at {last.time:%H:%M} UTC, the last of {len(found)} points; "
        f"between {number(low)} and {number(high)} since {found[0].time:%Y-%m-%d %H:%M} UTC."
    ]
    run = breach(found)
    if series.threshold is not None:
        sign = symbol(series.comparison)
        rule = f"{sign} {number(series.threshold)}".strip()
        if run:
            facts.append(f"Past the threshold ({rule}) since {run[0].time:%H:%M} UTC.")
        else:
            facts.append(f"No point in the window is past the threshold ({rule}).")
    return tuple(facts)
