"""Every event shape in tests/events is read as its snapshot says, or refused with a reason."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alarm_events
from alarm import Alarm, AlarmState
from event_fields import UnsupportedEvent

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

EVENTS = Path(__file__).parent.parent / "events"


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def outcome(event: object) -> object:
    """What reading an event gives: an alarm's fields, or the sentence with which it is refused."""
    try:
        return asdict(alarm_events.parse(event))
    except UnsupportedEvent as error:
        return f"UnsupportedEvent: {error}"


@pytest.mark.parametrize("path", sorted(EVENTS.glob("*.json")), ids=lambda path: path.stem)
def test_event_is_read_or_refused_as_recorded(path: Path, snapshot: SnapshotAssertion) -> None:
    event = read(path)
    try:
        outcomes = [outcome(single) for single in alarm_events.single_events(event)]
    except UnsupportedEvent as error:
        outcomes = [f"UnsupportedEvent: {error}"]
    assert outcomes == snapshot
    refused = [isinstance(result, str) for result in outcomes]
    assert refused == [path.stem.startswith("unsupported_")] * len(refused)


def test_the_event_to_fill_in_is_an_alarm() -> None:
    alarm = alarm_events.parse(read(EVENTS.parent.parent / "examples" / "alarm.json"))
    assert (alarm.name, alarm.state, alarm.region) == ("orders-handler-errors", AlarmState.ALARM, "eu-west-1")


@pytest.mark.parametrize("event", [None, [], "ALARM", 7, True, [{"alarmArn": "x"}]])
def test_what_is_no_object_is_refused(event: object) -> None:
    with pytest.raises(UnsupportedEvent, match="not a JSON object"):
        alarm_events.single_events(event)


def test_the_three_shapes_of_one_transition_have_one_key_and_one_time() -> None:
    names = ("direct_metric", "eventbridge_metric", "sns_classic_metric", "sns_direct", "sns_eventbridge")
    alarms = [alarm_events.parse(read(EVENTS / f"{name}.json")) for name in names]
    assert len({(alarm.key, alarm.time) for alarm in alarms}) == 1


def test_the_same_name_elsewhere_is_another_alarm() -> None:
    names = ("direct_metric", "direct_another_account")
    here, there = (alarm_events.parse(read(EVENTS / f"{name}.json")) for name in names)
    assert here.name == there.name
    assert here.key != there.key


def test_records_that_are_no_objects_are_refused_one_by_one() -> None:
    singles = alarm_events.single_events({"Records": ["x", {"Sns": {"Message": "{}"}}]})
    assert [str(outcome(single)).split(":")[0] for single in singles] == ["UnsupportedEvent"] * 2


def test_several_records_are_not_one_alarm() -> None:
    with pytest.raises(UnsupportedEvent, match="several Records"):
        alarm_events.parse(read(EVENTS / "sns_several_records.json"))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "9" * 400, {}, None, "x"])
def test_a_threshold_that_is_no_number_is_none(value: object) -> None:
    event = read(EVENTS / "direct_metric.json")
    event["alarmData"]["state"]["reasonData"] = {"threshold": value}
    assert alarm_events.parse(event).threshold is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
shapes = [read(path) for path in sorted(EVENTS.glob("*.json"))]


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value, as the way to it."""
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    return [here, *(place for key, child in children for place in places(child, (*here, key)))]


def changed(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    copy = value.copy()
    copy[place[0]] = changed(value[place[0]], place[1:], new)
    return copy


@st.composite
def damaged_events(draw: st.DrawFn) -> Any:
    """A real event with a few of its parts replaced by anything."""
    event = draw(st.sampled_from(shapes))
    for _ in range(draw(st.integers(0, 3))):
        event = changed(event, draw(st.sampled_from(places(event))), draw(json_values))
    return event


@given(damaged_events() | json_values)
def test_any_event_is_an_alarm_or_unsupported_and_never_another_error(event: object) -> None:
    try:
        singles = alarm_events.single_events(event)
    except UnsupportedEvent:
        return
    for single in singles:
        try:
            alarm = alarm_events.parse(single)
        except UnsupportedEvent:
            continue
        assert isinstance(alarm, Alarm)
        assert alarm.state in AlarmState
        assert alarm.time.utcoffset() is not None
        assert alarm.arn.startswith("arn:")
        json.dumps(asdict(alarm), default=str).encode()
        alarm.key.encode()
