import botocore.session

from local.cloudwatch_api import unflatten, xml


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
