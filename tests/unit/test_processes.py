from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.tool.running import boot

import limits
from processes import WorkerFailed, WorkerProcess, Workers, scrubbed

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = limits.Limits(memory_bytes=700 * limits.MEBIBYTE)
READY = "import json,socket,sys,time;s=socket.socket(fileno=int(sys.argv[1]));s.sendall(b'{\"ready\": 1}');"


@pytest.fixture
def workers() -> Iterator[Workers]:
    made = Workers(scrubbed("us-east-1"), MOST, boot())
    yield made
    made.retire()


def test_worker_gets_nothing_of_the_environment() -> None:
    environment = scrubbed("eu-west-1", "UTC")

    assert environment["AWS_REGION"] == "eu-west-1"
    assert environment["TZ"] == "UTC"
    assert not any("KEY" in name or "TOKEN" in name for name in environment)
    assert "TZ" not in scrubbed("eu-west-1")


def test_killed_worker_is_replaced_when_the_next_child_is_wanted(workers: Workers) -> None:
    worker, child = workers.take()
    child.kill()
    child.close()
    assert workers.process == worker.process
    os.kill(worker.process, signal.SIGKILL)
    worker._process.wait()

    other, child = workers.take()
    child.kill()
    child.close()
    assert other.process != worker.process


def test_worker_that_dies_while_idle_is_replaced_ahead_of_need(workers: Workers) -> None:
    worker, child = workers.take()
    child.kill()
    child.close()
    worker.stop()

    workers.replenish()

    assert workers.process != worker.process


def test_nothing_is_replenished_before_a_worker_exists(workers: Workers) -> None:
    workers.replenish()

    assert workers.process is None


def test_waiting_child_is_handed_out_once(workers: Workers) -> None:
    _, first = workers.take()
    workers.replenish()
    workers.replenish()
    _, second = workers.take()

    assert first.process != second.process
    for child in (first, second):
        child.kill()
        child.close()


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("raise SystemExit", "went away"),
        (f"{READY}s.recv(9)", "went away"),
        (f"{READY}time.sleep(60)", "did not answer"),
    ],
)
def test_worker_that_does_not_serve_is_a_failure(source: str, message: str) -> None:
    worker = WorkerProcess(scrubbed("us-east-1"), ("-c", source), start_seconds=2, stop_seconds=0.1)
    child = None
    try:
        with pytest.raises(WorkerFailed, match=message):  # noqa: PT012 - either step may fail
            child = worker.fork(MOST)
            worker.confirm(child)
    finally:
        worker.stop()
        if child is not None:
            child.close()


def test_request_that_cannot_be_sent_leaves_no_descriptor_open() -> None:
    worker = WorkerProcess(scrubbed("us-east-1"), ("-c", READY))
    worker.wait_ready()
    worker._process.wait()
    before = len(list(Path("/proc/self/fd").iterdir())) if sys.platform == "linux" else 0

    with pytest.raises(WorkerFailed):
        worker.fork(MOST)

    assert len(list(Path("/proc/self/fd").iterdir())) == before
    worker.stop()
