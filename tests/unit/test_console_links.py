"""Console links: the right console for each partition, and no way out of them for a name."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from tests import samples

import console_links
from alarm import Metric

START = datetime(2026, 3, 9, 2, 12, 9, tzinfo=UTC)
END = datetime(2026, 3, 9, 3, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("eu-west-1", "eu-west-1.console.aws.amazon.com"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
        ("cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("eusc-de-east-1", "eusc-de-east-1.console.amazonaws-eusc.eu"),
        ("us-iso-east-1", "us-iso-east-1.console.c2shome.ic.gov"),
        ("us-isob-east-1", "us-isob-east-1.console.sc2shome.sgov.gov"),
    ],
)
def test_every_partition_has_its_console(region: str, host: str) -> None:
    assert console_links.s3_object("b", "reports/a.txt", region) == (
        f"https://{host}/s3/object/b?region={region}&prefix=reports/a.txt"
    )
    assert console_links.alarm_page(samples.alarm(region=region)).startswith(f"https://{host}/cloudwatch/")


def test_folder_lists_a_prefix() -> None:
    assert console_links.s3_folder("b", "reports/2026/", "eu-west-1") == (
        "https://eu-west-1.console.aws.amazon.com/s3/buckets/b?region=eu-west-1&prefix=reports/2026/"
    )


def test_alarm_name_cannot_leave_its_place() -> None:
    url = console_links.alarm_page(samples.alarm(name="a/b c#d?e=f&<script>'\"\n日本"))
    assert re.fullmatch(r"[A-Za-z0-9:/.?=#%_-]+", url)
    assert url.endswith("#alarmsV2:alarm/a%2Fb%20c%23d%3Fe%3Df%26%3Cscript%3E%27%22%0A%E6%97%A5%E6%9C%AC")


def test_metric_graph_shows_metric_window_and_threshold() -> None:
    url = console_links.metric_graph(samples.alarm(), START, END)
    assert url == (
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#metricsV2:graph="
        "~(metrics~(~(~'AWS*2fLambda~'Errors~'FunctionName~'orders-handler~(id~'m1~period~60~stat~'Sum)))"
        "~view~'timeSeries~stacked~false~region~'eu-west-1~start~'2026-03-09T02*3a12*3a09.000Z"
        "~end~'2026-03-09T03*3a22*3a09.000Z~annotations~(horizontal~(~(label~'threshold~value~5.0))))"
        ";query=~'orders-handler-errors"
    )


def test_metric_graph_takes_expressions_other_accounts_and_hidden_metrics() -> None:
    metrics = (
        Metric(id="e1", expression="m1/m2*100", label="rate %"),
        Metric(
            id="m1", namespace="App", name="Größe😀", stat="p99", returns_data=False, account="210987654321"
        ),
        Metric(id="m2"),
    )
    url = console_links.metric_graph(samples.alarm(metrics=metrics, threshold=None), START, END)
    assert url is not None
    assert "(expression~'m1*2fm2*2a100~id~'e1~label~'rate*20*25)" in url
    assert "'Gr*f6*dfe**d83d**de00~(id~'m1~visible~false~stat~'p99~accountId~'210987654321)" in url
    assert "annotations" not in url


def test_metric_graph_is_left_out_for_a_composite() -> None:
    assert console_links.metric_graph(samples.alarm(metrics=()), START, END) is None


def test_logs_insights_holds_query_groups_and_window_and_ends_in_no_bracket() -> None:
    url = console_links.logs_insights(
        "eu-west-1", ["/aws/lambda/a b"], "fields @message\n| limit 20", START, END
    )
    assert re.fullmatch(
        r"https://[\w.-]+/cloudwatch/home\?region=eu-west-1#logsV2:logs-insights[\w$*.-]+", url
    )
    assert "$257EeditorString$257E$2527fields*20*40message*0a*7c*20limit*2020" in url
    assert url.endswith("source$257E$2528$257E$2527*2faws*2flambda*2fa*20b$2529$2529")
