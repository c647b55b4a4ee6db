import pytest

from local.insights_stats import MalformedQueryError, aggregate, parse

RECORDS = [
    {"_timestamp_ms": 0, "@message": '{"level": "error", "took": {"ms": 5}}', "@logStream": "a"},
    {"_timestamp_ms": 59_000, "@message": '{"level": "info", "took": {"ms": 7}}', "@logStream": "a"},
    {
        "_timestamp_ms": 61_000,
        "@message": "REPORT RequestId: 1\tDuration: 30.50 ms\tMemory Size: 128 MB\tMax Memory Used: 64 MB",
        "@logStream": "b",
    },
]


def rows(stage: str) -> list[dict[str, str]]:
    return aggregate(parse(stage), RECORDS)


def test_counts_in_bins() -> None:
    assert rows("stats count(*) as n by bin(1m)") == [
        {"bin(1m)": "1970-01-01 00:00:00.000", "n": "2"},
        {"bin(1m)": "1970-01-01 00:01:00.000", "n": "1"},
    ]


def test_groups_by_a_field_of_the_json() -> None:
    assert rows("stats count(*) by level") == [
        {"level": "error", "count(*)": "1"},
        {"level": "info", "count(*)": "1"},
        {"level": "", "count(*)": "1"},
    ]


def test_calculates_over_json_and_report_lines() -> None:
    assert rows(
        "stats avg(took.ms), max(took.ms), sum(took.ms) as all, max(@duration), min(@maxMemoryUsed)"
    ) == [
        {
            "avg(took.ms)": "6",
            "max(took.ms)": "7",
            "all": "12",
            "max(@duration)": "30.5",
            "min(@maxMemoryUsed)": "64",
        }
    ]
    assert rows("stats count_distinct(@logStream), count(level)") == [
        {"count_distinct(@logStream)": "2", "count(level)": "2"}
    ]


@pytest.mark.parametrize(
    "stage", ["stats pct(@duration, 99)", "stats count(*) by strcontains(a, b)", "stats sum(level)"]
)
def test_refuses_what_it_does_not_understand(stage: str) -> None:
    with pytest.raises(MalformedQueryError):
        rows(stage)
