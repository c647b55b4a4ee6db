from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

import framing
from calls import Call, Ended
from processes import Child, WorkerFailed

if TYPE_CHECKING:
    from collections.abc import Iterator


class Ours:
    """A child and a worker that do what a test tells them."""

    def __init__(self) -> None:
        pipes = [os.pipe() for _ in range(3)]
        self.pairs = [socket.socketpair() for _ in range(3)]
        self.stdout, self.stderr, self.trace = (pipe[1] for pipe in pipes)
        self.harness, self.broker = self.pairs[0][1], self.pairs[1][1]
        self._control, self._worker = socket.socketpair()
        self.status: int | None = None
        self.gone = False
        self.last_word = b""
        for pipe in pipes:
            os.set_blocking(pipe[0], False)
        self.child = Child(0, pipes[0][0], pipes[1][0], pipes[2][0], self.pairs[0][0], [self.pairs[1][0]])
        self.served: list[dict[str, Any]] = []
        self.answering = threading.Event()

    def fileno(self) -> int:
        return self._control.fileno()

    def take_ended(self, process: int) -> dict[str, Any] | None:
        self._control.recv(1)
        if self.gone:
            raise WorkerFailed("the worker process went away")
        if self.last_word:
            self.harness.sendall(self.last_word)
        return None if self.status is None else {"status": self.status}

    def end(self, status: int | None = 0) -> None:
        self.status = status
        self._worker.send(b"x")

    def serve(self, question: dict[str, Any]) -> bytes:
        self.served.append(question)
        self.answering.wait(5)
        return framing.pack({"answer": len(self.served)})

    def job(self) -> dict[str, Any]:
        reader = framing.FrameReader()
        while True:
            for message in reader.feed(self.harness.recv(65536)):
                return message

    def run(self, play: Any, seconds: float = 5) -> Ended:
        call = Call(self, self.child, self.serve, 1000)  # type: ignore[arg-type]
        player = threading.Thread(target=play)
        player.start()
        try:
            return call.run({"code": "x"}, seconds)
        finally:
            self.answering.set()
            player.join(5)

    def close(self) -> None:
        self.child.close()
        for number in (self.stdout, self.stderr, self.trace):
            os.close(number)
        for sock in (
            self.harness,
            self.broker,
            self._control,
            self._worker,
            self.pairs[2][0],
            self.pairs[2][1],
        ):
            sock.close()


@pytest.fixture
def ours() -> Iterator[Ours]:
    made = Ours()
    yield made
    made.close()


def test_outputs_and_the_final_word_are_collected(ours: Ours) -> None:
    def play() -> None:
        token = ours.job()["token"]
        os.write(ours.stdout, b"out")
        os.write(ours.stderr, b"err")
        ours.harness.sendall(
            framing.pack({"kind": "prepared", "token": token, "removed_imports": ["import os"]})
        )
        ours.harness.sendall(framing.pack({"kind": "done", "token": token, "success": True}))
        ours.harness.sendall(framing.pack({"kind": "done", "token": token, "success": "again"}))
        ours.harness.sendall(framing.pack({"kind": "else", "token": token}))
        ours.end()

    ended = ours.run(play)

    assert (ended.stdout.text(), ended.stderr.text(), ended.status) == ("out", "err", 0)
    assert ended.final is not None
    assert ended.final["success"] is True
    assert ended.prepared["removed_imports"] == ["import os"]


@pytest.mark.parametrize(
    "forged",
    [
        framing.pack({"kind": "done", "success": True}), framing.pack({"kind": "done", "token": "\u00e9"}),
        framing.pack({"kind": "done", "token": None}), framing.HEADER.pack(1 << 30), framing.HEADER.pack(2) + b"[]",
    ],
)  # fmt: skip
def test_word_without_the_token_ends_the_call_and_does_not_count(ours: Ours, forged: bytes) -> None:
    def play() -> None:
        ours.job()
        ours.harness.sendall(forged)
        ours.end()

    ended = ours.run(play)

    assert ended.final is None
    assert ended.broken


def test_final_word_is_heard_though_the_end_is_told_first(ours: Ours) -> None:
    def play() -> None:
        ours.last_word = framing.pack({"kind": "done", "token": ours.job()["token"], "success": True})
        ours.end()

    ended = ours.run(play)

    assert ended.status == 0
    assert ended.final is not None
    assert not ended.broken


def test_connection_to_the_broker_that_is_reset_ends_by_itself(ours: Ours) -> None:
    def play() -> None:
        token = ours.job()["token"]
        ours.pairs[1][0].sendall(b"never read")
        ours.broker.close()
        ours.harness.sendall(framing.pack({"kind": "done", "token": token, "success": True}))
        ours.end()

    ended = ours.run(play)

    assert ended.final is not None
    assert not ended.broken


def test_question_is_answered_and_another_before_it_ends_the_call(ours: Ours) -> None:
    def play() -> None:
        ours.job()
        ours.broker.sendall(framing.pack({"n": 1}))
        ours.answering.set()
        assert ours.broker.recv(100) == framing.pack({"answer": 1})
        ours.answering.clear()
        ours.broker.sendall(framing.pack({"n": 2}) + framing.pack({"n": 3}))
        ours.end()

    ended = ours.run(play)

    assert "a question before the answer" in ended.broken
    assert ours.served[0] == {"n": 1}


def test_call_ends_at_its_deadline(ours: Ours) -> None:
    def play() -> None:
        ours.job()
        os.write(ours.stdout, b"partial")
        ours.harness.shutdown(socket.SHUT_WR)
        ours.broker.shutdown(socket.SHUT_WR)

    threading.Timer(0.5, ours.end, (9,)).start()
    ended = ours.run(play, 0.2)

    assert ended.timed_out
    assert ended.stdout.text() == "partial"


def test_lost_worker_ends_the_call(ours: Ours) -> None:
    def play() -> None:
        ours.job()
        ours.gone = True
        ours.end()
        ours.end()

    ended = ours.run(play)

    assert ended.status is None
    assert "went away" in ended.broken


def test_child_that_is_gone_before_its_job_is_reported(ours: Ours) -> None:
    ours.harness.close()
    ours.status = 0
    ours._worker.send(b"x")

    ended = ours.run(lambda: None)

    assert ended.final is None
    assert ended.broken
