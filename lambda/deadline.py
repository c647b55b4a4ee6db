"""Waits for slow work only as long as there is time: what is late is left behind, not waited for."""

from __future__ import annotations

import threading
from concurrent.futures import Future, wait
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import timedelta

T = TypeVar("T")
AT_ONCE = 8


class Late(Exception):  # noqa: N818
    """The work was not done in time; it may still be running, and nobody will look at its result."""


def within(limit: timedelta, work: Callable[[], T]) -> T:
    """Return what `work` returns, or raise what it raises, or raise `Late` when `limit` has passed."""
    done = all_within(limit, [work])
    if done[0].cancelled() or not done[0].done():
        raise Late
    return done[0].result()


def all_within(limit: timedelta, works: Sequence[Callable[[], T]]) -> list[Future[T]]:
    """Run `works` side by side, a few at once; return their futures when all are done or it is too late."""
    pairs: list[tuple[Future[T], Callable[[], T]]] = [(Future(), work) for work in works]
    queue = iter(pairs)
    lock = threading.Lock()
    seconds = limit.total_seconds()
    for _ in range(min(AT_ONCE, len(pairs)) if seconds > 0 else 0):
        # Daemons: a call that never returns must not keep the process from ending.
        threading.Thread(target=_work_off, args=(queue, lock), daemon=True).start()
    futures = [future for future, _ in pairs]
    wait(futures, timeout=max(0.0, seconds))
    for future in futures:
        future.cancel()  # takes effect on those that have not begun
    return futures


def _work_off(queue: Iterator[tuple[Future[T], Callable[[], T]]], lock: threading.Lock) -> None:
    while True:
        with lock:
            future, work = next(queue, (None, None))
        if future is None or work is None:
            return
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits, in its own thread
            future.set_exception(error)
