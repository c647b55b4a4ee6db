import pytest

from local import metric_math
from local.metric_math import UnsupportedExpressionError


def value(expression: str, **point: float | None) -> float | None:
    return metric_math.evaluate(metric_math.parse(expression), point)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("errors / invocations", 0.25),
        ("100 * errors / invocations", 25.0),
        ("invocations - errors", 6.0),
        ("-errors", -2.0),
        ("errors ^ 2", 4.0),
        ("SUM([errors, invocations])", 10.0),
        ("AVG([errors, invocations])", 5.0),
        ("MAX([errors, invocations])", 8.0),
        ("MIN([errors, invocations])", 2.0),
        ("ABS(errors - invocations)", 6.0),
        ("FILL(absent, 0) + errors", 2.0),
        ("IF(errors > 1, 1, 0)", 1.0),
        ("IF(errors > 1 AND invocations > 10, 1, 0)", 0.0),
        ("IF(errors > 1 || invocations > 10, 7, 0)", 7.0),
    ],
)
def test_evaluates_what_alarms_use(expression: str, expected: float) -> None:
    assert value(expression, errors=2, invocations=8, absent=None) == pytest.approx(expected)


@pytest.mark.parametrize(
    "expression", ["errors / invocations", "errors / absent", "SUM([absent])", "2 ^ huge"]
)
def test_has_no_datapoint_where_the_result_is_undefined(expression: str) -> None:
    assert value(expression, errors=2, invocations=0, absent=None, huge=1e308) is None


@pytest.mark.parametrize(
    "expression", ["ANOMALY_DETECTION_BAND(m1)", "m1 +", "SEARCH('x', 'Sum')", "m2 * 2", "[m1, m1]", "m1[0]"]
)
def test_refuses_what_it_does_not_know_instead_of_guessing(expression: str) -> None:
    with pytest.raises(UnsupportedExpressionError):
        value(expression, m1=1)


def test_names_are_ids_not_functions() -> None:
    assert metric_math.names(metric_math.parse("SUM([a, b]) / FILL(c, 0)")) == {"a", "b", "c"}
