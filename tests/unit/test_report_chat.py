"""The chat notification: the schema's limits, one thread an alarm, no markup from strangers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from tests import samples

from record import Action
from report import render

SAMPLES = samples.every()


def chat(name: str) -> dict[str, Any]:
    return dict(json.loads(render(SAMPLES[name], bucket="b", region="eu-west-1").chat_message))


@pytest.mark.parametrize("name", SAMPLES)
def test_notification_keeps_to_the_schema_of_custom_notifications(name: str) -> None:
    message = chat(name)
    assert message["version"] == "1.0"
    assert message["source"] == "custom"
    content = message["content"]
    assert content["textType"] == "client-markdown"
    assert 0 < len(str(content["title"])) <= 250
    assert 0 < len(str(content["description"])) <= 8_000
    assert all(isinstance(step, str) and step for step in content["nextSteps"])
    assert len(json.dumps(message)) < 256 * 1024


def test_one_alarm_is_one_thread() -> None:
    threads = {name: chat(name)["metadata"]["threadId"] for name in ("good", "unverified", "inconclusive")}
    assert threads["good"] == threads["unverified"] != threads["inconclusive"]


def test_contributors_of_one_alarm_have_threads_of_their_own() -> None:
    one = samples.investigation(alarm=samples.alarm(contributor="a"))
    two = samples.investigation(alarm=samples.alarm(contributor="b"))
    threads = {
        json.loads(render(each, bucket=None, region="eu-west-1").chat_message)["metadata"]["threadId"]
        for each in (one, two)
    }
    assert len(threads) == 2


def test_steps_are_actions_with_commands_then_links() -> None:
    steps = chat("good")["content"]["nextSteps"]
    assert isinstance(steps, list)
    assert steps[0].startswith("Give the role its policy back.\n```aws iam put-role-policy")
    assert [step.rsplit("|", 1)[1] for step in steps[3:]] == ["Report (HTML)>", "Alarm>", "Metric>", "Logs>"]


def test_a_failed_investigation_says_where_to_look() -> None:
    content = chat("model_unavailable")["content"]
    assert "AccessDeniedException" in str(content["description"])
    steps = content["nextSteps"]
    assert isinstance(steps, list)
    assert steps[0].startswith("Check model access")


def test_hostile_words_make_no_link_mention_or_markup() -> None:
    text = render(samples.hostile(), bucket=None, region="eu-west-1").chat_message
    content = json.loads(text)["content"]
    words = " ".join([content["title"], content["description"], *content["nextSteps"][:2]])
    assert not re.search(r"<|\]\(|https://(?!sqs\.eu-west-1)", words)


def test_nobody_is_mentioned_and_no_fence_is_closed() -> None:
    steps = (Action("Tell @here and <!channel>", "echo ```x```"), Action("long", "y" * 1_001))
    hostile = samples.investigation(report=samples.report(summary="@channel look", immediate_actions=steps))
    content = json.loads(render(hostile, bucket=None, region="eu-west-1").chat_message)["content"]
    assert content["description"].startswith("(at)channel look")
    assert content["nextSteps"][:2] == ["Tell (at)here and ‹!channel›\n```echo '''x'''```", "long"]


def test_a_command_mentions_nobody() -> None:
    step = Action("Look", "echo <!channel> <@U0123> @here @everyone > out.txt")
    quiet = samples.investigation(report=samples.report(immediate_actions=(step,)))
    content = json.loads(render(quiet, bucket=None, region="eu-west-1").chat_message)["content"]
    assert content["nextSteps"][0] == (
        "Look\n```echo &lt;!channel&gt; &lt;@U0123&gt; (at)here (at)everyone &gt; out.txt```"
    )
