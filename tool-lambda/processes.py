"""The handler's side of the worker: starts it, has children forked ahead of need, replaces what is dead or
spoilt.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from limits import Limits

logger = logging.getLogger(__name__)

BROKER_CHANNELS = 10
SPARES = 2
BOOT = "import sys,json;sys.path[:]=json.loads(sys.argv[2]);import worker;worker.main(int(sys.argv[1]))"


class WorkerFailed(Exception):  # noqa: N818
    """No worker could be started, or it went away; the next call tries anew."""


@dataclass(slots=True)
class Child:
    """A child that waits for its program, and the handler's ends of its connections."""

    process: int
    stdout: int
    stderr: int
    trace: int
    harness: socket.socket
    broker: list[socket.socket]

    def kill(self) -> None:
        """Kill the child and everything in its process group."""
        if not self.process:
            return  # not confirmed: it ends when its connections close
        for send in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                send(self.process, signal.SIGKILL)

    def close(self) -> None:
        """Close the connections."""
        for number in (self.stdout, self.stderr, self.trace):
            os.close(number)
        for sock in (self.harness, *self.broker):
            sock.close()


def scrubbed(region: str, zone: str | None = None) -> dict[str, str]:
    """Return the whole environment of the worker: nothing of the function's own."""
    environment = {
        "PATH": "/usr/bin:/bin", "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "AWS_REGION": region,  # noqa: S108
        "AWS_DEFAULT_REGION": region, "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "MALLOC_ARENA_MAX": "2", "PYTHONHASHSEED": "random",
    }  # fmt: skip
    return {**environment, **({"TZ": zone} if zone else {})}


class WorkerProcess:
    """One worker and the control socket to it."""

    def __init__(
        self,
        environment: dict[str, str],
        boot: Sequence[str] = ("-c", BOOT),
        *,
        start_seconds: float = 20.0,
        stop_seconds: float = 2.0,
    ) -> None:
        self._start_seconds, self._stop_seconds = start_seconds, stop_seconds
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = json.dumps([str(Path(__file__).resolve().parent), *(entry for entry in sys.path if entry)])
        self._control = ours
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-I", "-B", *boot, str(theirs.fileno()), path],
            env=environment, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=2, close_fds=True, cwd="/",
        )  # fmt: skip
        theirs.close()
        self._ended: dict[int, dict[str, Any]] = {}
        self._started: deque[int] = deque()  # in the order in which `fork` asked
        self.walls: dict[str, bool] = {}
        self._ready = False

    @property
    def process(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process.poll() is None

    def fileno(self) -> int:
        """Return the control socket's descriptor, to wait for."""
        return self._control.fileno()

    def wait_ready(self) -> None:
        """Wait until the worker can fork. Raises `WorkerFailed`."""
        if not self._ready:
            message = self._next("ready")
            self.walls = {str(key): bool(value) for key, value in message.get("walls", {}).items()}
            self._ready = True

    def is_ready(self) -> bool:
        """Tell whether the worker can fork, without waiting."""
        if not self._ready and select.select([self._control], [], [], 0)[0]:
            self.wait_ready()
        return self._ready

    def fork(self, limits: Limits) -> Child:
        """Ask for a child, which will wait for its program; `confirm` waits for it. Raises `WorkerFailed`."""
        self.wait_ready()
        pipes = [os.pipe() for _ in range(3)]
        pairs = [socket.socketpair() for _ in range(1 + BROKER_CHANNELS)]
        theirs = [pipe[1] for pipe in pipes] + [pair[1].fileno() for pair in pairs]
        request = {"limits": limits.as_message()}
        try:
            socket.send_fds(self._control, [json.dumps(request).encode()], theirs)
        except (OSError, WorkerFailed) as error:
            for number in (end for pipe in pipes for end in pipe):
                os.close(number)
            for sock in (end for pair in pairs for end in pair):
                sock.close()
            raise WorkerFailed(str(error)) from error
        for pipe in pipes:
            os.close(pipe[1])
        for pair in pairs:
            pair[1].close()
        for pipe in pipes:
            os.set_blocking(pipe[0], False)
        ours = [pair[0] for pair in pairs]
        return Child(0, pipes[0][0], pipes[1][0], pipes[2][0], ours[0], ours[1:])

    def confirm(self, child: Child) -> Child:
        """Wait until the child that `fork` asked for exists. Raises `WorkerFailed`."""
        if not self._started:
            self._next("started")
        child.process = self._started.popleft()
        return child

    def take_ended(self, process: int) -> dict[str, Any] | None:
        """Read what the worker has said, without waiting; return how `process` ended, when it did.

        Raises `WorkerFailed` when the worker is gone.
        """
        while process not in self._ended and select.select([self._control], [], [], 0)[0]:
            self._take()
        return self._ended.pop(process, None)

    def _take(self) -> dict[str, Any]:
        """Read one message."""
        try:
            received = self._control.recv(65536)
        except OSError:
            received = b""
        if not received:
            raise WorkerFailed("the worker process went away")
        message: dict[str, Any] = json.loads(received)
        if "ended" in message:
            self._ended[message["ended"]] = message
        elif "started" in message:
            self._started.append(int(message["started"]))
        return message

    def _next(self, kind: str) -> dict[str, Any]:
        """Wait for a message of one kind."""
        until = time.monotonic() + self._start_seconds
        while True:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self._control], [], [], left)[0]:
                raise WorkerFailed(f"the worker process did not answer within {self._start_seconds:g} s")
            message = self._take()
            if kind in message:
                return message

    def stop(self) -> None:
        """Close the connection, which ends the worker, and make sure."""
        self._control.close()
        try:
            self._process.wait(self._stop_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Workers:
    """Keeps one worker and a few waiting children at hand."""

    def __init__(
        self, environment: dict[str, str], limits: Limits, boot: Sequence[str] = ("-c", BOOT)
    ) -> None:
        self._environment, self._limits, self._boot = environment, limits, boot
        self._worker: WorkerProcess | None = None
        self._spares: deque[Child] = deque()

    @property
    def process(self) -> int | None:
        """Return the worker's process id."""
        return None if self._worker is None else self._worker.process

    def start(self) -> None:
        """Start a worker without waiting for it."""
        if self._worker is None:
            self._worker = WorkerProcess(self._environment, self._boot)

    def take(self) -> tuple[WorkerProcess, Child]:
        """Return a waiting child and its worker; one failed worker is replaced. Raises `WorkerFailed`."""
        for attempt in range(2):
            try:
                self.start()
                if self._worker is None or not self._worker.alive:
                    raise WorkerFailed("the worker process went away")
                if not self._spares:
                    self._spares.append(self._worker.fork(self._limits))
                child = self._worker.confirm(self._spares[0])
                self._spares.popleft()
            except (WorkerFailed, OSError) as error:
                logger.warning("worker replaced", extra={"reason": str(error), "attempt": attempt})
                self.retire()
                continue
            return self._worker, child
        raise WorkerFailed("no worker process could be started")

    def replenish(self) -> None:
        """Have the next children forked now, so that the next calls do not wait for them."""
        try:
            while self._worker is not None and len(self._spares) < SPARES and self._worker.is_ready():
                self._spares.append(self._worker.fork(self._limits))
        except (WorkerFailed, OSError) as error:
            logger.warning("worker replaced", extra={"reason": str(error)})
            self.retire()
            self.start()

    def retire(self) -> None:
        """End the worker and its children."""
        while self._spares:
            spare = self._spares.popleft()
            spare.kill()
            spare.close()
        if self._worker is not None:
            self._worker.stop()
            self._worker = None
