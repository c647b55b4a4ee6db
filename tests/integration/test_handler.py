"""Lambda's entry point: settings, shapes of events, several records, echoes, and the last attempt."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.integration.alarms import arn, event
from tests.integration.world import FUNCTION, Context, error

import triage_handler
from event_fields import UnsupportedEvent
from settings import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.integration.world import Call, World

EVENTS = Path(__file__).parent.parent / "events"


def read(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def sns(*messages: object, **attributes: object) -> dict[str, Any]:
    records = [
        {"Sns": {"Message": json.dumps(message), "MessageAttributes": attributes}} for message in messages
    ]
    return {"Records": records}


def test_an_alarm_is_answered_as_the_contract_says(account: World) -> None:
    answer = account.invoke(event(), Context("r1"))
    assert answer == {
        "status": "investigated",
        "alarm_name": "orders",
        "investigation_id": "20260309T031209Z-65155dec77fb",
        "report_key": next(key for key in account.keys("reports/") if key.endswith("_report.txt")),
    }
    kinds = sorted(key.rsplit("-", 1)[1].split("_", 1)[-1] for key in account.keys("reports/"))
    assert [kind.split(".", 1)[-1] for kind in kinds] == ["json", "txt", "html", "txt"]
    assert account.invoke(event(), Context("r2"))["status"] == "duplicate"


@pytest.mark.parametrize("path", sorted(EVENTS.glob("*.json")), ids=lambda path: path.stem)
def test_every_event_shape_goes_the_whole_way_or_is_refused(account: World, path: Path) -> None:
    document = read(path.stem)
    if path.stem.startswith("unsupported_"):
        with pytest.raises(UnsupportedEvent):
            account.invoke(document, Context("r1"))
        assert account.calls == []
        return
    answer = account.invoke(document, Context("r1"))
    results = answer.get("results", [answer])
    statuses = [result["status"] for result in results]
    notified = len(account.notifications)
    assert notified == statuses.count("investigated")
    assert statuses == ["investigated", "investigated", "ignored"] or len(statuses) == 1
    ignored = any(word in path.stem for word in ("_ok", "insufficient"))
    assert statuses[0] == ("ignored" if ignored else "investigated")


@pytest.mark.parametrize("document", [None, [], "ALARM", 3])
def test_what_is_not_even_an_object_is_refused(account: World, document: object) -> None:
    with pytest.raises(UnsupportedEvent):
        account.invoke(document, Context("r1"))


def test_a_missing_variable_stops_the_function_with_its_name(
    account: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REPORTS_BUCKET")
    with pytest.raises(ConfigurationError, match="REPORTS_BUCKET is not set"):
        account.invoke(event(), Context("r1"))


def test_the_trace_id_does_not_make_new_clients(account: World, monkeypatch: pytest.MonkeyPatch) -> None:
    account.invoke(event(state="OK"), Context("r1"))
    made = triage_handler._made.cache_info().misses
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-2-3")
    account.invoke(event(state="OK"), Context("r2"))
    assert triage_handler._made.cache_info().misses == made


def test_one_bad_record_does_not_lose_the_others_and_the_retry_tells_nothing_twice(account: World) -> None:
    document = sns(event("one"), {"hello": "world"}, event("two"))
    delivered = account.deliver(document, "r1")
    assert delivered.answer is None
    assert len(delivered.errors) == 3
    assert "1 of 3 records failed. record 1: UnsupportedEvent: " in str(delivered.errors[0])
    assert len(account.notifications) == 2


def test_several_records_are_answered_one_by_one(account: World) -> None:
    answer = account.invoke(sns(event("one"), event("one"), event("two", state="OK")), Context("r1"))
    assert [result["status"] for result in answer["results"]] == ["investigated", "investigated", "ignored"]
    assert len(account.notifications) == 1


def test_own_messages_that_come_back_are_ignored(account: World) -> None:
    account.invoke(event(), Context("r1"))
    [sent] = account.messages
    attributes = {
        name: {"Type": value["DataType"], "Value": value["StringValue"]}
        for name, value in sent["MessageAttributes"].items()
    }
    back = {"Records": [{"Sns": {"Message": sent["Message"], "MessageAttributes": attributes}}]}
    assert account.invoke(back, Context("r2"))["status"] == "ignored"
    function = f"arn:aws:lambda:eu-west-1:123456789012:function:{FUNCTION}:$LATEST"
    failure = {"version": "1.0", "requestContext": {"functionArn": function}, "requestPayload": {}}
    assert account.invoke(sns(failure), Context("r3"))["status"] == "ignored"
    other = {"version": "1.0", "requestContext": {"functionArn": function.replace(FUNCTION, "other")}}
    with pytest.raises(UnsupportedEvent):
        account.invoke(sns(other), Context("r4"))


def test_the_hourly_tick_lists_what_waits(account: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_INVESTIGATIONS_PER_HOUR", "1")
    assert account.invoke({"source": "alarm-triage.hourly"}, Context("t1"))["status"] == "ignored"
    assert account.notifications == []
    statuses = [account.invoke(event(f"a{number}"), Context(f"r{number}"))["status"] for number in range(3)]
    assert statuses == ["investigated", "rate_limited", "rate_limited"]
    assert len(account.notifications) == 2
    account.invoke({"source": "alarm-triage.hourly"}, Context("t2"))
    assert len(account.notifications) == 2


def slow(account: World) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A model that uses the invocation's time up with its first turn."""

    def converse(parameters: dict[str, Any]) -> dict[str, Any]:
        answer = account.investigating(parameters)
        context.remaining_ms = 20_000
        return answer

    context = Context("r1")
    account.context = context  # type: ignore[attr-defined]
    return converse


def test_work_that_outlasts_the_invocation_goes_on_in_a_fresh_one(account: World) -> None:
    account.converse = slow(account)
    first = account.invoke(event(), account.context)  # type: ignore[attr-defined]
    assert first["status"] == "continued"
    [asked] = account.invocations
    assert asked["source"] == "alarm-triage.continuation"
    assert account.keys("checkpoints/") == [f"checkpoints/{first['investigation_id']}.json"]
    account.converse = None
    assert account.invoke(asked, Context("r2"))["status"] == "investigated"
    assert account.invoke(asked, Context("r3"))["status"] == "duplicate"
    assert len(account.notifications) == 1
    assert account.keys("checkpoints/") == []


def refusing_to_invoke_itself(call: Call) -> object:
    def fault(call: Call, really: Callable[[], object]) -> object:
        if call.parameters["FunctionName"] == FUNCTION:
            raise error(call, "TooManyRequestsException", 429)
        return really()

    return fault if call.name == "lambda.Invoke" else None


def test_work_that_may_not_go_on_ends_with_a_report(account: World) -> None:
    account.converse = slow(account)
    account.fault = refusing_to_invoke_itself  # type: ignore[assignment]
    answer = account.invoke(event(), account.context)  # type: ignore[attr-defined]
    assert answer["status"] == "investigated"
    assert len(account.notifications) == 1


def test_a_failure_of_our_own_is_tried_three_times_and_then_told(account: World) -> None:
    def broken(_parameters: dict[str, Any]) -> dict[str, Any]:
        raise ZeroDivisionError("a bug of ours")

    account.converse = broken
    delivered = account.deliver(event(), "r1")
    assert [type(failure) for failure in delivered.errors] == [ZeroDivisionError] * 2
    assert delivered.answer["status"] == "investigated"
    [message] = account.notifications
    assert "Alarm Triage itself failed, three times" in " ".join(message.split())
    later = account.deliver(event(after=timedelta(minutes=1)), "r2")
    assert len(later.errors) == 2


def test_what_was_found_before_a_failure_of_our_own_is_in_the_report(account: World) -> None:
    def breaks_later(parameters: dict[str, Any]) -> dict[str, Any]:
        if len(parameters["messages"]) > 1:
            raise ZeroDivisionError("a bug of ours")
        return account.investigating(parameters)

    account.converse = breaks_later
    assert account.deliver(event(), "r1").answer["status"] == "investigated"
    [key] = [key for key in account.keys("reports/") if key.endswith(".json")]
    document = json.loads(account.text(key))
    assert document["outcome"] == "interrupted"
    assert [call["output"] for call in document["tool_calls"]] == ["errors: 41"] * 2
    assert len(account.notifications) == 1
    assert account.keys("checkpoints/") == []


def test_a_report_that_cannot_be_written_is_told_in_a_few_lines_in_the_end(
    account: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_more: object) -> str:
        raise MemoryError("no room to write")

    monkeypatch.setattr("jinja2.Template.render", full)
    delivered = account.deliver(event(), "r1")
    assert [type(failure) for failure in delivered.errors] == [MemoryError] * 2
    [message] = account.notifications
    assert "could not write its report (MemoryError: no room to write)" in " ".join(message.split())
    assert "A bad release." in message
    assert account.item(arn("orders"))["stage"] == "settled"


def test_the_teams_context_and_the_alarms_runbook_reach_the_model(account: World) -> None:
    account.write("context/investigation_context.md", "Orders are kept in DynamoDB.")
    account.write("context/runbooks/orders.md", "Call the order team.")
    asked: list[str] = []

    def converse(parameters: dict[str, Any]) -> dict[str, Any]:
        asked.append(json.dumps(parameters, ensure_ascii=False))
        return account.investigating(parameters)

    account.converse = converse
    account.invoke(event(description="Errors. Runbook: orders."), Context("r1"))
    assert "Orders are kept in DynamoDB." in asked[0]
    assert "Call the order team." in asked[0]


def test_metrics_are_raw_lines_on_standard_output(account: World, capsys: pytest.CaptureFixture[str]) -> None:
    account.invoke(event(), Context("r1"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    [written] = [line for line in lines if "Investigations" in line]
    assert written["FunctionName"] == FUNCTION
    assert written["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "AlarmTriage"


@pytest.mark.parametrize("odd", [{}, {"hop": "x", "event": {}}, {"hop": 1}])
def test_a_continuation_that_lacks_its_parts_is_refused(account: World, odd: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedEvent, match="continuation"):
        account.invoke({"source": "alarm-triage.continuation", **odd}, Context("r1"))
    assert account.calls == []
