"""An alarm as the rest of the function sees it: parsed once from any event shape, then trusted."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class AlarmState(StrEnum):
    """The three states of a CloudWatch alarm."""

    ALARM = "ALARM"
    OK = "OK"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"


@dataclass(frozen=True, slots=True)
class Metric:
    """One entry of an alarm's `metrics`: a metric with its statistic, or an expression over others.

    `period` is in seconds; `account` is set when the metric is read from another account.
    """

    id: str
    namespace: str | None = None
    name: str | None = None
    dimensions: Mapping[str, str] = field(default_factory=dict)
    period: int | None = None
    stat: str | None = None
    unit: str | None = None
    expression: str | None = None
    label: str | None = None
    returns_data: bool = True
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """One state transition of one alarm (or of one contributor of it).

    `time` is when the state changed (aware, UTC). `reason_data` is the parsed JSON of the state's
    `reasonData`, empty when there was none. `rule` is set on composite alarms only. `threshold` is read
    from `reason_data` or the classic `Trigger` where they have it. `contributor` tells the time series of
    a Metrics Insights alarm apart.
    """

    arn: str
    name: str
    account: str
    region: str
    state: AlarmState
    time: datetime
    previous_state: AlarmState | None = None
    reason: str = ""
    reason_data: Mapping[str, object] = field(default_factory=dict)
    description: str = ""
    metrics: tuple[Metric, ...] = ()
    rule: str | None = None
    threshold: float | None = None
    contributor: str | None = None
    contributor_attributes: Mapping[str, str] = field(default_factory=dict)
    triggering_alarms: tuple[str, ...] = ()
    actions_suppressed_by: str | None = None

    @property
    def key(self) -> str:
        """What makes two deliveries the same alarm: its ARN, with its contributor where it has one."""
        return f"{self.arn}#{self.contributor}" if self.contributor else self.arn

    @property
    def partition(self) -> str:
        """The AWS partition in the ARN: `aws`, `aws-us-gov`, `aws-cn`, ..."""
        return self.arn.split(":", 2)[1]
