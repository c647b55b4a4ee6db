from local.alarm_event import alarm_event, state
from local.alarm_model import alarm_queries, returned_query

PLAIN = {
    "AlarmName": "orders-errors",
    "AlarmArn": "arn:aws:cloudwatch:us-east-1:000000000000:alarm:orders-errors",
    "AlarmDescription": "Orders fail.",
    "StateValue": "ALARM",
    "StateReason": "Threshold Crossed",
    "StateReasonData": '{"version":"1.0"}',
    "Namespace": "AWS/Lambda",
    "MetricName": "Errors",
    "Dimensions": [{"Name": "FunctionName", "Value": "orders"}],
    "Statistic": "Sum",
    "Period": 60,
}
MATH = {
    **{k: v for k, v in PLAIN.items() if k.startswith(("Alarm", "State"))},
    "Metrics": [
        {"Id": "rate", "Expression": "errors / calls", "Label": "Rate", "ReturnData": True},
        {
            "Id": "errors",
            "ReturnData": False,
            "MetricStat": {
                "Metric": {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Dimensions": []},
                "Period": 60,
                "Stat": "Sum",
            },
        },
    ],
}


def event(alarm: dict[str, object]) -> dict[str, object]:
    new = state(alarm, 1_700_000_000.5)
    old = {"value": "OK", "reason": "", "timestamp": "2023-11-14T22:00:00.000+0000"}
    return alarm_event(alarm, account="000000000000", region="us-east-1", new=new, old=old)


def test_a_plain_alarms_event_is_the_documented_one() -> None:
    assert event(PLAIN) == {
        "source": "aws.cloudwatch",
        "alarmArn": PLAIN["AlarmArn"],
        "accountId": "000000000000",
        "time": "2023-11-14T22:13:20.500+0000",
        "region": "us-east-1",
        "alarmData": {
            "alarmName": "orders-errors",
            "state": {
                "value": "ALARM",
                "reason": "Threshold Crossed",
                "reasonData": '{"version":"1.0"}',
                "timestamp": "2023-11-14T22:13:20.500+0000",
            },
            "previousState": {"value": "OK", "reason": "", "timestamp": "2023-11-14T22:00:00.000+0000"},
            "configuration": {
                "description": "Orders fail.",
                "metrics": [
                    {
                        "id": "m1",
                        "metricStat": {
                            "metric": {
                                "namespace": "AWS/Lambda",
                                "name": "Errors",
                                "dimensions": {"FunctionName": "orders"},
                            },
                            "period": 60,
                            "stat": "Sum",
                        },
                        "returnData": True,
                    }
                ],
            },
        },
    }


def test_a_metric_math_alarms_event_has_the_expression_and_its_metrics() -> None:
    configuration = event(MATH)["alarmData"]["configuration"]  # type: ignore[index]

    assert configuration["metrics"][0] == {
        "id": "rate",
        "label": "Rate",
        "expression": "errors / calls",
        "returnData": True,
    }
    assert configuration["metrics"][1]["metricStat"]["metric"]["name"] == "Errors"
    assert returned_query(alarm_queries(MATH)).id == "rate"


def test_a_composite_alarms_event_has_its_rule_and_no_metrics() -> None:
    composite = {**PLAIN, "AlarmRule": 'ALARM("orders-errors")'}

    configuration = event(composite)["alarmData"]["configuration"]  # type: ignore[index]

    assert configuration == {"description": "Orders fail.", "alarmRule": 'ALARM("orders-errors")'}
