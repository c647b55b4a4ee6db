import botocore.session
from ministack.services import cloudwatch as stock

from local.cloudwatch_api import metric_data, unflatten, xml


def test_query_fields_become_nested_lists() -> None:
    params = {
        "Metrics.member.1.Id": ["rate"],
        "Metrics.member.1.Expression": ["a/b"],
        "Metrics.member.2.Id": ["a"],
        "Metrics.member.2.MetricStat.Period": ["60"],
        "Metrics.member.2.MetricStat.Metric.Dimensions.member.1.Name": ["FunctionName"],
        "Metrics.member.2.MetricStat.Metric.Dimensions.member.1.Value": ["orders"],
        "AlarmName": ["x"],
    }

    assert unflatten(params, "Metrics") == [
        {"Id": "rate", "Expression": "a/b"},
        {
            "Id": "a",
            "MetricStat": {
                "Period": "60",
                "Metric": {"Dimensions": [{"Name": "FunctionName", "Value": "orders"}]},
            },
        },
    ]
    assert unflatten(params, "Tags") == []


def test_an_alarm_is_written_whole_by_the_sdks_model() -> None:
    model = botocore.session.get_session().get_service_model("cloudwatch")
    shape = model.operation_model("DescribeAlarms").output_shape
    alarm = {
        "AlarmName": "a<b",
        "ActionsEnabled": True,
        "AlarmActions": ["arn:1", "arn:2"],
        "StateUpdatedTimestamp": 1_700_000_000,
        "Threshold": 1.5,
    }

    written = xml(shape, {"MetricAlarms": [alarm]})

    assert "<AlarmName>a&lt;b</AlarmName>" in written
    assert "<ActionsEnabled>true</ActionsEnabled>" in written
    assert "<AlarmActions><member>arn:1</member><member>arn:2</member></AlarmActions>" in written
    assert "<StateUpdatedTimestamp>2023-11-14T22:13:20" in written
    assert "<Threshold>1.5</Threshold>" in written


def test_metric_data_is_named_and_ordered_as_aws_does() -> None:
    bucket = stock._metric_bucket(("Shop", "Orders", stock._dims_key({})))
    bucket += [
        {"Timestamp": 60.0 * at, "Value": value, "Unit": "Count"} for at, value in ((0, 1.0), (1, 5.0))
    ]
    stat = {"Metric": {"Namespace": "Shop", "MetricName": "Orders"}, "Period": 60, "Stat": "Sum"}
    asked = [
        {"Id": "m1", "MetricStat": stat},
        {"Id": "m2", "MetricStat": stat, "Label": "Ours"},
        {"Id": "e1", "Expression": "m1 * 2"},
    ]

    found = metric_data(asked, 0, 120)

    assert [result["Label"] for result in found] == ["Orders", "Ours", "e1"]
    assert found[0]["Values"] == [5.0, 1.0]
    assert found[2]["Values"] == [10.0, 2.0]
    assert metric_data(asked, 0, 120, newest_first=False)[0]["Values"] == [1.0, 5.0]
