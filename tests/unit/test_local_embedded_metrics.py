import json

from local.embedded_metrics import Datum, find


def test_finds_every_metric_under_every_set_of_dimensions() -> None:
    document = {
        "_aws": {
            "Timestamp": 1,
            "CloudWatchMetrics": [
                {
                    "Namespace": "AlarmTriage",
                    "Dimensions": [["FunctionName"], ["FunctionName", "Outcome"]],
                    "Metrics": [{"Name": "Investigations", "Unit": "Count"}],
                }
            ],
        },
        "FunctionName": "triage",
        "Outcome": "reported",
        "Investigations": 1,
    }

    assert list(find(["plain", json.dumps(document)])) == [
        Datum("AlarmTriage", "Investigations", 1.0, "Count", {"FunctionName": "triage"}),
        Datum(
            "AlarmTriage", "Investigations", 1.0, "Count", {"FunctionName": "triage", "Outcome": "reported"}
        ),
    ]


def test_passes_over_lines_that_only_look_like_it() -> None:
    assert list(find(['{"_aws": broken', '{"_aws": {}}', "{}"])) == []
