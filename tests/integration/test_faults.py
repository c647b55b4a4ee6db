"""The fault matrix: every AWS call of the path fails, in every way; the reader still gets one message."""

from __future__ import annotations

import functools
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from tests.integration.alarms import arn, event
from tests.integration.world import Call, Fault, Killed, World, error, timeout, world

from delivery import NotificationFailed

if TYPE_CHECKING:
    from collections.abc import Callable


def killed_before(here: World) -> Fault:
    def fault(_call: Call, _really: Callable[[], Any]) -> Any:
        here.dead = True
        raise Killed

    return fault


def killed_after(here: World) -> Fault:
    def fault(_call: Call, really: Callable[[], Any]) -> Any:
        with suppress(ClientError):
            really()
        here.dead = True
        raise Killed

    return fault


def refused(code: str, status: int = 400) -> Callable[[World], Fault]:
    def make(_here: World) -> Fault:
        def fault(call: Call, _really: Callable[[], Any]) -> Any:
            raise error(call, code, status)

        return fault

    return make


def timed_out(_here: World) -> Fault:
    def fault(call: Call, really: Callable[[], Any]) -> Any:
        raise timeout(call)

    return fault


def timed_out_after(_here: World) -> Fault:
    """The answer is lost, but what was asked for has been done."""

    def fault(call: Call, really: Callable[[], Any]) -> Any:
        with suppress(ClientError):
            really()
        raise timeout(call)

    return fault


def nonsense(_here: World) -> Fault:
    def fault(_call: Call, _really: Callable[[], Any]) -> Any:
        raise ResponseParserError("not what the service sends")

    return fault


SERVICE_FAULTS = {
    "throttled": refused("ThrottlingException"),
    "broken": refused("InternalServerError", 500),
    "denied": refused("AccessDeniedException", 403),
    "timed out": timed_out,
    "timed out afterwards": timed_out_after,
    "bad answer": nonsense,
}
# What differs for the function when it happens once: refused, done without an answer, answered with nonsense.
ONCE = {kind: SERVICE_FAULTS[kind] for kind in ("broken", "timed out afterwards", "bad answer")}
# What the investigation makes of its own two services is tested with it; here it may also have to be retried.
BY_THE_ENGINE = ("bedrock-runtime.Converse", "lambda.Invoke")
KILLS = {"killed before": killed_before, "killed after": killed_after}


@functools.cache
def path() -> tuple[str, ...]:
    """The AWS calls of an undisturbed investigation, in order."""
    with pytest.MonkeyPatch.context() as patch, world(patch) as here:
        here.deliver(event(), "request-1")
        return tuple(call.name for call in here.calls)


def numbered() -> list[tuple[int, str]]:
    return list(enumerate(path()))


def at_step(here: World, step: int, fault: Fault) -> Callable[[Call], Fault | None]:
    """Fail the call with this number, once."""
    return lambda _call: fault if len(here.calls) == step + 1 else None


@pytest.mark.parametrize("kind", KILLS)
@pytest.mark.parametrize(("step", "name"), numbered())
def test_killed_at_any_step_then_retried_gives_one_report_and_one_message(
    account: World, step: int, name: str, kind: str
) -> None:
    account.fault = at_step(account, step, KILLS[kind](account))
    delivered = account.deliver(event(), "request-1")
    assert len(delivered.errors) == 1
    assert delivered.answer["status"] == "investigated"
    sent = path().index("sns.Publish")
    if (step, kind) in ((sent, "killed after"), (sent + 1, "killed before")):
        first, second = account.notifications  # the one window that cannot be closed: it says so
        assert second.startswith("(This message may reach you twice")
        assert second.endswith(first)
    else:
        assert len(account.notifications) == 1
    reports = account.keys("reports/")
    assert len(reports) == 4
    assert delivered.answer["report_key"] in reports
    assert account.keys("checkpoints/") == []
    assert account.item(arn("orders"))["stage"] == "settled"
    assert account.tool_runs <= 3


@pytest.mark.parametrize("kind", ONCE)
@pytest.mark.parametrize(("step", "name"), numbered())
def test_any_call_failing_once_still_gives_one_message(
    account: World, step: int, name: str, kind: str
) -> None:
    account.fault = at_step(account, step, SERVICE_FAULTS[kind](account))
    delivered = account.deliver(event(), "request-1")
    unanswered = name == "sns.Publish" and kind == "timed out afterwards"
    assert len(account.notifications) == (2 if unanswered else 1)
    assert delivered.answer["status"] == "investigated"
    assert delivered.errors == [] or name in ("sns.Publish", *BY_THE_ENGINE)


@pytest.mark.parametrize("kind", SERVICE_FAULTS)
@pytest.mark.parametrize("name", sorted({*path()} - {*BY_THE_ENGINE}))
@pytest.mark.parametrize("since", ["always", "half-way"])
def test_a_service_failing_for_good_never_loses_the_alarm(
    account: World, name: str, kind: str, since: str
) -> None:
    begins = path().index(name) + (1 if since == "half-way" else 0)
    fault = SERVICE_FAULTS[kind](account)
    account.fault = lambda call: fault if call.name == name and len(account.calls) > begins else None
    delivered = account.deliver(event(), "request-1")
    if name == "sns.Publish" and since == "always":
        assert [type(failure) for failure in delivered.errors] == [NotificationFailed] * 3
        assert account.model_turns == 2  # the retries delivered what was saved
        assert account.item(arn("orders"))["undelivered"] is True
        assert len(account.keys("reports/")) == 4
    else:
        assert len(account.notifications) == 1
        assert delivered.errors == []
        assert delivered.answer["status"] == "investigated"


@pytest.mark.parametrize("kind", ["broken", "denied", "timed out", "bad answer"])
@pytest.mark.parametrize("name", BY_THE_ENGINE)
def test_no_model_and_no_tool_still_give_a_message_and_do_not_swallow_the_next_alarm(
    account: World, name: str, kind: str
) -> None:
    fault = SERVICE_FAULTS[kind](account)
    account.fault = lambda call: fault if call.name == name else None
    delivered = account.deliver(event(), "request-1")
    assert delivered.answer["status"] == "investigated"
    assert len(account.notifications) == 1
    account.fault = lambda _call: None
    assert account.deliver(event(), "request-2").answer["status"] == "duplicate"
    if name == "bedrock-runtime.Converse":
        later = account.deliver(event(after=timedelta(minutes=5)), "request-3")
        assert later.answer["status"] == "investigated"
