"""Runs one program in a waiting child: hands it over, serves its questions, collects its outputs, keeps
the clock.
"""

from __future__ import annotations

import os
import secrets
import select
import selectors
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import framing
from outputs import HeadTail
from processes import Child, WorkerFailed, WorkerProcess

if TYPE_CHECKING:
    import socket

Message = dict[str, Any]
Serve = Callable[[Message], bytes]  # the frame that answers a question
GRACE_SECONDS = 0.25
GONE_SECONDS = 3.0
MAX_HARNESS_FRAME = 8 * 1024 * 1024
_CHUNK = 1 << 18


@dataclass(slots=True)
class Ended:
    """What is known of a call that is over. The program's own word is in `final`, when its harness had
    time for it.
    """

    stdout: HeadTail
    stderr: HeadTail
    trace: HeadTail
    prepared: Message = field(default_factory=dict)
    final: Message | None = None
    status: int | None = None  # as of wait(); None when the worker was lost
    timed_out: bool = False
    broken: str = ""  # why the call was cut short, when the child broke the protocol


class Call:
    """One run of one program in one child."""

    def __init__(self, worker: WorkerProcess, child: Child, serve: Serve, keep: int) -> None:
        self._worker, self._child, self._serve = worker, child, serve
        self._pool = ThreadPoolExecutor(len(child.broker), thread_name_prefix="broker")
        self._token = secrets.token_hex(16)
        self._selector = selectors.DefaultSelector()
        self._words = framing.FrameReader(MAX_HARNESS_FRAME)
        self._ended = Ended(HeadTail(keep), HeadTail(keep), HeadTail(8000))
        self._sinks = (
            (child.stdout, self._ended.stdout),
            (child.stderr, self._ended.stderr),
            (child.trace, self._ended.trace),
        )

    def run(self, job: Message, seconds: float) -> Ended:
        """Run `job` for at most `seconds`, and return what is known of it then."""
        until = time.monotonic() + seconds
        child, ended = self._child, self._ended
        self._register(child)
        try:
            child.harness.sendall(
                framing.pack({**job, "token": self._token, "trace_after": max(0.0, seconds - GRACE_SECONDS)})
            )
            while self._step(until):
                pass
        except (OSError, WorkerFailed) as error:
            ended.broken = ended.broken or str(error)
        finally:
            child.kill()
            self._selector.close()
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._await_end()
        self._drain()
        self._hear_last_words()
        return ended

    def _await_end(self) -> None:
        """Wait until a killed child is really gone, so that nothing of it outlives its call."""
        until = time.monotonic() + GONE_SECONDS
        try:
            while self._ended.status is None and (left := until - time.monotonic()) > 0:
                if select.select([self._worker], [], [], left)[0]:
                    self._check_end()
        except WorkerFailed as error:
            self._ended.broken = self._ended.broken or str(error)

    def _register(self, child: Child) -> None:
        """Watch everything that the child or its worker may say."""
        for number, sink in self._sinks:
            self._selector.register(number, selectors.EVENT_READ, _Output(self._selector, number, sink))
        self._selector.register(child.harness, selectors.EVENT_READ, self._hear)
        for sock in child.broker:
            self._selector.register(sock, selectors.EVENT_READ, self._questions(sock))
        self._selector.register(self._worker, selectors.EVENT_READ, self._check_end)

    def _step(self, until: float) -> bool:
        """Wait for the next event and handle it; tell whether the call goes on."""
        left = until - time.monotonic()
        if left <= 0:
            self._ended.timed_out = self._ended.status is None and self._ended.final is None
            return False
        for key, _ in self._selector.select(left):
            try:
                key.data()
            except framing.FrameError as error:
                self._ended.broken = f"the program broke its connection: {error}"
                return False
        return self._ended.status is None

    def _check_end(self) -> None:
        """Note how the child ended, when the worker says so."""
        message = self._worker.take_ended(self._child.process)
        if message is not None:
            self._ended.status = int(message["status"])

    def _hear(self) -> None:
        """Read what the harness says."""
        received = self._child.harness.recv(_CHUNK)
        if received:
            self._heed(received)
        else:
            self._selector.unregister(self._child.harness)

    def _hear_last_words(self) -> None:
        """Read what the harness said before its end, which the worker may have told of first."""
        self._child.harness.setblocking(False)
        try:
            while not self._ended.broken and (received := self._child.harness.recv(_CHUNK)):
                self._heed(received)
        except framing.FrameError as error:
            self._ended.broken = f"the program broke its connection: {error}"
        except OSError:
            return  # nothing more

    def _heed(self, received: bytes) -> None:
        """Take the harness's words; only those that carry the call's token count."""
        for message in self._words.feed(received):
            if message.get("token") != self._token:
                raise framing.FrameError("a message without the token of this call")
            if message.get("kind") == "prepared":
                self._ended.prepared = message
            elif message.get("kind") == "done" and self._ended.final is None:
                self._ended.final = message

    def _questions(self, sock: socket.socket) -> Callable[[], None]:
        """Return what reads questions to the broker from `sock` and has them answered in the background."""
        reader = framing.FrameReader(framing.MAX_QUESTION)
        busy: list[bool] = []

        def answer(question: Message) -> None:
            reply = self._serve(question)
            busy.clear()
            try:
                sock.sendall(reply)
            except OSError:
                return  # the child is gone

        def take() -> None:
            try:
                received = sock.recv(_CHUNK)
            except ConnectionError:  # this connection's end, and no other's
                received = b""
            if not received:
                self._selector.unregister(sock)
                return
            for question in reader.feed(received):
                if busy:
                    raise framing.FrameError("a question before the answer to the last")
                busy.append(True)
                self._pool.submit(answer, question)

        return take

    def _drain(self) -> None:
        """Read what the dead child left in its pipes."""
        for number, sink in self._sinks:
            for _ in range(64):
                try:
                    received = os.read(number, _CHUNK)
                except OSError:
                    break
                if not received:
                    break
                sink.add(received)


class _Output:
    """Reads one output of the child as it comes."""

    def __init__(self, selector: selectors.BaseSelector, number: int, sink: HeadTail) -> None:
        self._selector, self._number, self._sink = selector, number, sink

    def __call__(self) -> None:
        try:
            received = os.read(self._number, _CHUNK)
        except BlockingIOError:
            return
        if received:
            self._sink.add(received)
        else:
            self._selector.unregister(self._number)
