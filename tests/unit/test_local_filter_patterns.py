"""The local AWS reads filter patterns of terms as CloudWatch Logs does."""

import pytest

from local.filter_patterns import of_terms

ERROR = "[ERROR] KeyError: 'currency'\nTraceback (most recent call last):"


@pytest.mark.parametrize(
    ("pattern", "message", "found"),
    [
        ("ERROR", ERROR, True),
        ("error", ERROR, False),
        ("ERROR Traceback", ERROR, True),
        ("ERROR Timeout", ERROR, False),
        ("?Timeout ?ERROR", ERROR, True),
        ("?Timeout ?refused", ERROR, False),
        ('?ERROR ?"timed out"', "Task timed out after 3.00 seconds", True),
        ('?ERROR ?"timed out"', "timed in, went out", False),
        ('"[ERROR]"', ERROR, True),
        ('"[ERROR]"', "no ERROR here", False),
        ("ERROR -currency", ERROR, False),
        ("ERROR -price", ERROR, True),
        ('-"most recent"', ERROR, False),
        ("%Key[A-Z]rror%", ERROR, True),
        (r'"said \"no\""', 'it said "no"', True),
    ],
)
def test_terms(pattern: str, message: str, found: bool) -> None:
    assert of_terms(pattern)(message) is found
