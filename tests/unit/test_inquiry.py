from datetime import timedelta

import pytest
from tests.fakes.engine import NOW, FakeClock, MemoryCheckpoints, ScriptedModel, ScriptedTool, case, limits

from inquiry import Inquiry
from progress import Progress, decode
from record import Outcome


def inquiry(minutes=15.0, checkpoints=None):
    return Inquiry(
        case(),
        limits(),
        ScriptedModel([]),
        ScriptedTool(),
        FakeClock(end=NOW + timedelta(minutes=minutes)),
        checkpoints or MemoryCheckpoints(),
        Progress(key="k", started_at=NOW),
        span=timedelta(minutes=minutes),
    )


@pytest.mark.parametrize(("seconds", "left"), [(900, 855), (225, 180), (60, 48), (10, 8)])
def test_time_for_delivery_is_kept_back(seconds, left):
    assert inquiry(seconds / 60).time_left() == timedelta(seconds=left)


def test_a_turn_is_expected_to_take_as_long_as_the_longest_within_reason():
    long = inquiry()
    assert long.turn_time() == timedelta(seconds=30)
    long.longest_turn = timedelta(seconds=50)
    assert long.turn_time() == timedelta(seconds=50)
    long.longest_turn = timedelta(seconds=400)
    assert long.turn_time() == timedelta(seconds=90)
    assert inquiry(1).turn_time() == timedelta(seconds=5)


def test_saving_keeps_the_progress():
    checkpoints = MemoryCheckpoints()
    one = inquiry(checkpoints=checkpoints)
    one.save()
    assert decode(checkpoints.load(case().investigation_id)) == one.progress


def test_a_failed_save_is_noted_once_and_may_recover():
    checkpoints = MemoryCheckpoints(broken=True)
    one = inquiry(checkpoints=checkpoints)
    one.save()
    one.save()
    assert not one.saved
    assert len(one.progress.notes) == 1
    checkpoints.broken = False
    one.save()
    assert one.saved


def test_some_things_are_asked_once():
    one = inquiry()
    assert [one.ask_once("x"), one.ask_once("x"), one.ask_once("y")] == [True, False, True]


def test_an_ending_bears_its_time():
    one = inquiry()
    one.end(Outcome.REPORTED, "done", "")
    assert (one.progress.ending.finished_at, one.progress.ending.text) == (NOW, None)
