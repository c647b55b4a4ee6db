"""The limits of one child: memory, file size, descriptors, processes, threads. The wall clock is the
caller's.
"""

from __future__ import annotations

import _thread
import resource
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MEBIBYTE = 1024 * 1024
MAX_THREADS = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may use, besides its time: that is the call's own."""

    memory_bytes: int
    file_bytes: int = 64 * MEBIBYTE
    descriptors: int = 256
    processes: int = 0  # of the whole user, threads included; 0: not limited

    def as_message(self) -> dict[str, int]:
        """Return the limits as they travel to the child."""
        return asdict(self)


def memory_for(function_bytes: int) -> int:
    """Return a child's share of the function's memory: well below it, and never less than Python needs."""
    return max(256 * MEBIBYTE, function_bytes * 55 // 100)


def user_tasks(user: int, proc: Path = Path("/proc")) -> int:
    """Count the threads of all processes of `user`, as RLIMIT_NPROC does; 0 when /proc does not tell."""
    count = 0
    for status in proc.glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            if int(fields["Uid"].split()[0]) == user:
                count += int(fields["Threads"])
        except (OSError, ValueError, KeyError, IndexError):
            continue
    return count


def apply(limits: Limits) -> None:
    """Set the limits for this process, for good."""
    wanted = {
        resource.RLIMIT_DATA: limits.memory_bytes,
        resource.RLIMIT_AS: limits.memory_bytes + 3 * 1024 * MEBIBYTE,
        resource.RLIMIT_FSIZE: limits.file_bytes,
        resource.RLIMIT_NOFILE: limits.descriptors,
        resource.RLIMIT_CORE: 0,
    }
    if limits.processes:
        wanted[resource.RLIMIT_NPROC] = limits.processes
    for kind, value in wanted.items():
        _, hard = resource.getrlimit(kind)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (ceiling, ceiling))


def limit_threads(most: int = MAX_THREADS) -> None:
    """Let `threading` start no more than `most` threads at a time, with the error that Python itself
    raises.
    """
    gate = _gate(_thread._count, most)  # not threading's list, which a program may change
    for name in ("_start_joinable_thread", "_start_new_thread"):
        if hasattr(threading, name):
            setattr(threading, name, gate(getattr(threading, name)))


def _gate(count: Callable[[], int], most: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what puts the count before a function that starts threads."""

    def gate(real: Callable[..., Any]) -> Callable[..., Any]:
        def start(*arguments: Any, **keywords: Any) -> Any:
            if count() > most:
                raise RuntimeError(f"can't start new thread: no more than {most} may run at once here")
            return real(*arguments, **keywords)

        return start

    return gate
