"""When does a metric alarm change its state, and with which words? Pure: values in, verdict out.

M of N datapoints, the four treatments of missing data, and the reason texts that CloudWatch writes. An
anomaly-detection alarm has no rule here: it never changes by itself (SetAlarmState still moves it).
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from local.alarm_model import Record, stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

COMPARISONS: Mapping[str, tuple[str, Callable[[float, float], bool]]] = {
    "GreaterThanOrEqualToThreshold": ("greater than or equal to", operator.ge),
    "GreaterThanThreshold": ("greater than", operator.gt),
    "LessThanThreshold": ("less than", operator.lt),
    "LessThanOrEqualToThreshold": ("less than or equal to", operator.le),
}


@dataclass(frozen=True, slots=True)
class Window:
    """The newest periods of an alarm, oldest first: `values[i]` is of the period at `start + i * period`."""

    start: float
    period: int
    values: Sequence[float | None]

    @property
    def shown(self) -> list[tuple[float, float]]:
        """The datapoints that exist, newest first, as (time, value)."""
        points = [(self.start + i * self.period, v) for i, v in enumerate(self.values) if v is not None]
        return points[::-1]


@dataclass(frozen=True, slots=True)
class Change:
    """A new state, the sentence that explains it, and CloudWatch's `reasonData`."""

    state: str
    reason: str
    reason_data: Record


@dataclass(frozen=True, slots=True)
class Rule:
    """What an alarm compares, and how many of how many periods have to breach."""

    comparison: str
    threshold: float
    periods: int
    needed: int
    missing: str
    statistic: str | None

    @classmethod
    def of(cls, alarm: Record) -> Rule | None:
        """Read the rule of a metric alarm; None when its comparison is not one of a fixed threshold."""
        if alarm.get("ComparisonOperator") not in COMPARISONS or alarm.get("Threshold") is None:
            return None
        periods = int(alarm.get("EvaluationPeriods") or 1)
        single = None if alarm.get("Metrics") else alarm.get("ExtendedStatistic") or alarm.get("Statistic")
        return cls(
            comparison=alarm["ComparisonOperator"],
            threshold=float(alarm["Threshold"]),
            periods=periods,
            needed=int(alarm.get("DatapointsToAlarm") or periods),
            missing=alarm.get("TreatMissingData") or "missing",
            statistic=single,
        )


def evaluate(rule: Rule, current: str, window: Window, now: float) -> Change | None:
    """Return the change of state that the window calls for, or None when the state stays."""
    state = _verdict(rule, current, window)
    if state is None or state == current:
        return None
    return Change(state, _reason(rule, state, window), _reason_data(rule, window, now))


def _verdict(rule: Rule, current: str, window: Window) -> str | None:
    breaches = COMPARISONS[rule.comparison][1]
    present = [value for value in window.values if value is not None]
    if not present and rule.missing == "missing":
        return "INSUFFICIENT_DATA"
    if not present and rule.missing == "ignore":
        return current
    bad = sum(breaches(value, rule.threshold) for value in present)
    if rule.missing == "breaching":
        bad += len(window.values) - len(present)
    return "ALARM" if bad >= rule.needed else "OK"


def _reason(rule: Rule, state: str, window: Window) -> str:
    count = len(window.values)
    if state == "INSUFFICIENT_DATA":
        return f"Insufficient Data: {count} datapoint{'s were' if count > 1 else ' was'} unknown."
    shown = window.shown
    if not shown:
        treated = "Breaching" if rule.missing == "breaching" else "NonBreaching"
        return (
            f"Threshold Crossed: no datapoints were received for {count} period{'s' * (count > 1)} and "
            f"{count} missing datapoint{'s were' if count > 1 else ' was'} treated as [{treated}]."
        )
    points = ", ".join(
        f"{value} ({datetime.fromtimestamp(at, UTC):%d/%m/%y %H:%M:%S})" for at, value in shown
    )
    words = COMPARISONS[rule.comparison][0]
    return (
        f"Threshold Crossed: {len(shown)} out of the last {count} datapoints [{points}] "
        f"{'was' if len(shown) == 1 else 'were'} {'' if state == 'ALARM' else 'not '}{words} the threshold "
        f"({rule.threshold}) (minimum {rule.needed} datapoint{'s' * (rule.needed > 1)} for "
        f"{'OK -> ALARM' if state == 'ALARM' else 'ALARM -> OK'} transition)."
    )


def _reason_data(rule: Rule, window: Window, now: float) -> Record:
    evaluated = [
        {"timestamp": stamp(window.start + i * window.period), **({} if value is None else {"value": value})}
        for i, value in enumerate(window.values)
    ]
    data: Record = {
        "version": "1.0",
        "queryDate": stamp(now),
        "startDate": stamp(window.start),
        "period": window.period,
        "recentDatapoints": [value for value in window.values if value is not None],
        "threshold": rule.threshold,
        "evaluatedDatapoints": evaluated[::-1],
    }
    return {**data, "statistic": rule.statistic} if rule.statistic else data
