import json

import pytest

from local.alarm_evaluation import Rule, Window, evaluate

NOW = 1_700_000_040.0


def rule(**fields: object) -> Rule:
    alarm = {
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 5,
        "EvaluationPeriods": 3,
        "Statistic": "Sum",
        **fields,
    }
    found = Rule.of(alarm)
    assert found is not None
    return found


def state_after(current: str, values: list[float | None], **fields: object) -> str:
    change = evaluate(rule(**fields), current, Window(1_699_999_860.0, 60, values), NOW)
    return change.state if change else current


@pytest.mark.parametrize(
    ("comparison", "value", "state"),
    [
        ("GreaterThanThreshold", 5, "OK"),
        ("GreaterThanOrEqualToThreshold", 5, "ALARM"),
        ("LessThanThreshold", 5, "OK"),
        ("LessThanOrEqualToThreshold", 5, "ALARM"),
    ],
)
def test_compares_as_the_operator_says(comparison: str, value: float, state: str) -> None:
    assert state_after("INSUFFICIENT_DATA", [value] * 3, ComparisonOperator=comparison) == state


@pytest.mark.parametrize(
    ("values", "needed", "state"),
    [
        ([9, 1, 9], 2, "ALARM"),
        ([9, 1, 1], 2, "OK"),
        ([9, 9, 9], None, "ALARM"),
        ([9, 9, 1], None, "OK"),
        ([None, 9, 9], 2, "ALARM"),
    ],
)
def test_counts_m_of_n_datapoints(values: list[float | None], needed: int | None, state: str) -> None:
    assert state_after("OK", values, DatapointsToAlarm=needed) == state


@pytest.mark.parametrize(
    ("treatment", "before", "state"),
    [
        ("missing", "ALARM", "INSUFFICIENT_DATA"),
        ("missing", "INSUFFICIENT_DATA", "INSUFFICIENT_DATA"),
        ("ignore", "ALARM", "ALARM"),
        ("breaching", "OK", "ALARM"),
        ("notBreaching", "ALARM", "OK"),
    ],
)
def test_treats_missing_data_as_told(treatment: str, before: str, state: str) -> None:
    assert state_after(before, [None] * 3, TreatMissingData=treatment) == state


def test_explains_itself_in_cloudwatchs_words() -> None:
    change = evaluate(rule(EvaluationPeriods=1), "OK", Window(1_700_000_000.0, 60, [7.0]), NOW)

    assert change is not None
    assert change.reason == (
        "Threshold Crossed: 1 out of the last 1 datapoints [7.0 (14/11/23 22:13:20)] was greater than the "
        "threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition)."
    )
    assert change.reason_data["recentDatapoints"] == [7.0]
    assert change.reason_data["threshold"] == 5.0
    assert change.reason_data["statistic"] == "Sum"
    assert json.loads(json.dumps(change.reason_data)) == change.reason_data


def test_an_anomaly_detection_alarm_has_no_rule_here() -> None:
    assert Rule.of({"ComparisonOperator": "LessThanLowerOrGreaterThanUpperThreshold"}) is None
