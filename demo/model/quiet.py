"""When nothing is found to be broken: say so, and say whether the threshold itself explains the alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model import detective
from model.case import Diagnosis, Step, last_change, when
from model.evidence_lines import Cited, find

if TYPE_CHECKING:
    from model.transcript import Transcript

LAST_MOMENT = "9"


def quiet(transcript: Transcript) -> Diagnosis:
    """Return a diagnosis that blames nothing."""
    alarm = transcript.alarm_name
    rule = find(transcript, f"the alarm {alarm}", r"watches (\w+?)(?:ToThreshold|Threshold) (\S+) in")
    points = find(transcript, f"the alarm {alarm}", r"point (\S+) (\S+)$")
    change = last_change(transcript, alarm, LAST_MOMENT, "PutMetricAlarm")
    seen = detective.functions(transcript)
    checked = [name for name in seen if _clean_log(transcript, name)]
    unclear = [line for name in seen for line in _unclear_log(transcript, name)]
    clean = [line for name in checked for line in _clean_log(transcript, name)]
    zero = [line for name in checked for line in _no_errors(transcript, name)]
    misfit = None if unclear or not checked else _threshold_inside(rule, points)
    base = "No fault was found" + (f" in {', '.join(checked)}" if checked else "")
    explained = f"{misfit}, set by {change.words}" if misfit and change else misfit
    return Diagnosis(
        title=f"{alarm}: "
        + ("nothing is broken, the threshold does not fit" if misfit else "no fault found"),
        cause=(
            f"{base}: {explained}. The threshold does not fit the metric's ordinary values."
            if explained
            else f"{base}, and the calls that were made do not explain the alarm's state either."
        ),
        confidence="medium" if misfit and change and clean else "inconclusive",
        severity="low",
        evidence=[*rule, points[0], points[-1], *change.lines] if misfit else [*points[-1:], *clean[:1]],
        findings=[
            *when(clean, ("The logs that were read tell of no trouble.", clean)),
            *when(unclear, ("The log tells of trouble that was not understood.", unclear)),
            *when(zero, ("Errors and throttles are zero.", zero[:2])),
            *when(points, (f"The metric had {len(points)} datapoints.", [*points[:1], *points[-1:]])),
        ],
        resources=checked or [subject.name for subject in detective.subjects(transcript)],
        steps=[
            Step(
                "Compare the threshold with the metric's ordinary values",
                f"aws cloudwatch describe-alarms --alarm-names '{alarm}'",
                10,
            )
        ],
        monitoring=[f"Set the threshold of {alarm} outside what the metric does on a good day."]
        * bool(misfit),
        ruled_out=[f"{name} fails: its log tells of no trouble." for name in checked],
        gaps=[
            "Only the last hours were looked at.",
            *(["Lines of trouble stand in the log that these rules do not know."] if unclear else []),
            *([] if seen else ["No function whose log could be read is named by what the alarm watches."]),
            *([] if points else ["What the alarm watches had no datapoints in three hours."]),
        ],
    )


def _clean_log(transcript: Transcript, function: str) -> list[Cited]:
    purpose = f"errors in the log of function {function}"
    return find(transcript, purpose, r"read \d+ log events of \S+, 0 of them")


def _unclear_log(transcript: Transcript, function: str) -> list[Cited]:
    purpose = f"errors in the log of function {function}"
    return find(transcript, purpose, r"read \d+ log events of \S+, [1-9]\d* of them")


def _no_errors(transcript: Transcript, function: str) -> list[Cited]:
    return find(
        transcript, f"AWS/Lambda metrics of {function}", r"(Errors|Throttles) \(Sum\): .* from 0 to 0;"
    )


def _threshold_inside(rule: list[Cited], points: list[Cited]) -> str | None:
    """Return words when every datapoint breaches: then the threshold lies inside what is ordinary."""
    if not rule or not points or not rule[0].groups[0].startswith(("Greater", "Less")):
        return None
    threshold, values = float(rule[0].groups[1]), [float(point.groups[1]) for point in points]
    above = rule[0].groups[0].startswith("Greater")
    if not all((value > threshold) if above else (value < threshold) for value in values):
        return None
    side = "above" if above else "below"
    if len(values) == 1:
        return f"the only datapoint ({values[0]:g}) lies {side} the threshold of {threshold:g}"
    span = f"{min(values):g} to {max(values):g}"
    return f"all {len(values)} datapoints ({span}) lie {side} the threshold of {threshold:g}"
