import threading
from datetime import timedelta

import pytest

import deadline

LONG = timedelta(minutes=1)


class Killed(BaseException):
    pass


def test_the_result_comes_back():
    assert deadline.within(LONG, lambda: 7) == 7


@pytest.mark.parametrize("error", [ValueError("x"), TimeoutError("its own"), Killed()])
def test_an_error_comes_back_as_itself(error):
    def work():
        raise error

    with pytest.raises(type(error)):
        deadline.within(LONG, work)


@pytest.mark.parametrize("limit", [timedelta(0), timedelta(seconds=-5), timedelta(milliseconds=10)])
def test_slow_work_is_left_behind(limit):
    never = threading.Event()
    try:
        with pytest.raises(deadline.Late):
            deadline.within(limit, never.wait)
    finally:
        never.set()


def test_works_run_side_by_side():
    barrier = threading.Barrier(deadline.AT_ONCE)
    futures = deadline.all_within(LONG, [lambda: barrier.wait(timeout=60)] * deadline.AT_ONCE)
    assert sorted(future.result() for future in futures) == list(range(deadline.AT_ONCE))


def test_more_works_than_threads_all_get_done_in_order_of_results():
    futures = deadline.all_within(LONG, [lambda number=number: number for number in range(50)])
    assert [future.result() for future in futures] == list(range(50))


def test_no_work_is_no_wait():
    assert deadline.all_within(LONG, []) == []


def test_works_that_did_not_begin_are_cancelled():
    never = threading.Event()
    begun = []

    def work():
        begun.append(1)
        never.wait()

    futures = deadline.all_within(timedelta(milliseconds=50), [work] * (deadline.AT_ONCE + 3))
    assert [future.cancelled() for future in futures[-3:]] == [True] * 3
    assert not any(future.done() for future in futures[:-3])
    never.set()
    for future in futures[:-3]:
        future.result(timeout=60)
    assert len(begun) == deadline.AT_ONCE
