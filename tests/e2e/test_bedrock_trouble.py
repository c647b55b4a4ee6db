"""Bedrock refuses, throttles or is gone: the reader still gets one notification, and it says so."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from tests.e2e.world import World, alarm_event

from model.server import ModelFailure
from tour import mailbox

if TYPE_CHECKING:
    from model.transcript import JsonObject

FAILURES = {
    "throttled": ModelFailure(
        429, "ThrottlingException", "Too many tokens, please wait before trying again."
    ),
    "gone": ModelFailure(503, "ServiceUnavailableException", "Bedrock is unable to process your request."),
    "no-access": ModelFailure(
        403, "AccessDeniedException", "You don't have access to the model with the specified model ID."
    ),
}


@pytest.fixture(scope="module")
def answers(world: World) -> dict[str, dict[str, Any]]:
    """The answers to one alarm for each failure, all at the same time: retries take a while."""
    well = world.model.answer

    def answer(request: JsonObject) -> JsonObject:
        said = json.dumps(request["messages"][0])
        for name, failure in FAILURES.items():
            if f"alarm:model-{name}" in said:
                raise failure
        return well(request)

    world.model.answer = answer
    with ThreadPoolExecutor(len(FAILURES)) as pool:
        calls = {name: pool.submit(world.invoke, alarm_event(f"model-{name}")) for name in FAILURES}
    world.model.answer = well
    return {name: call.result() for name, call in calls.items()}


@pytest.mark.parametrize("name", FAILURES)
def test_the_notification_says_what_bedrock_said(
    world: World, answers: dict[str, dict[str, Any]], name: str
) -> None:
    alarm = f"model-{name}"

    assert answers[name]["FunctionError"] is None, answers[name]
    assert FAILURES[name].kind.removesuffix("Exception") in mailbox.text(world.mail(alarm)).replace(" ", "")
    assert world.record(alarm)["outcome"] == "model_unavailable"
    assert len(world.objects(alarm)) == 4


def test_a_role_that_may_not_invoke_the_model_is_named(world: World) -> None:
    iam = world.account.client("iam")
    deny = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "bedrock:*", "Resource": "*"}],
    }
    iam.put_role_policy(RoleName="triage-handler", PolicyName="no-bedrock", PolicyDocument=json.dumps(deny))
    try:
        answered = world.invoke(alarm_event("refused-by-iam"))
    finally:
        iam.delete_role_policy(RoleName="triage-handler", PolicyName="no-bedrock")

    assert answered["FunctionError"] is None, answered
    assert "bedrock:InvokeModel" in mailbox.text(world.mail("refused-by-iam"))
    assert world.record("refused-by-iam")["outcome"] == "model_unavailable"
