"""Starts the worker with coverage measured in it and in every child that it forks.

A sealed child can neither open a file nor import, so it leaves its measurements in memory that it shares with the
worker, which writes them down when it ends.

    covered_worker.py CONTROL SYS_PATH, with CONFIG and DATA replaced by the caller
"""

from __future__ import annotations

import _thread
import json
import mmap
import os
import struct
import sys
import threading
from collections.abc import Callable
from typing import Any

HEADER = struct.Struct("Q")
ROOM = 1 << 28


def main(control: int, config: str, data_file: str) -> None:
    """Be the worker."""
    import coverage

    measured: Any = coverage.Coverage(config_file=config, data_file=data_file, data_suffix=True)
    measured.start()
    shared = mmap.mmap(-1, ROOM)
    home, write, pack, unpack = os.getpid(), json.dumps, HEADER.pack_into, HEADER.unpack_from
    end, getpid = os._exit, os.getpid
    _trace_raw_threads()

    def leave(status: int) -> None:
        if getpid() != home:
            lines = {
                name: list(seen)
                for name, seen in dict(measured._collector.data).items()
                if "tool-lambda" in name
            }
            text = write(lines).encode()
            (used,) = unpack(shared, 0)
            pack(shared, HEADER.size + used, len(text))
            at = 2 * HEADER.size + used
            shared[at : at + len(text)] = text
            pack(shared, 0, used + HEADER.size + len(text))
            end(status)
        measured.stop()
        for name, packed in _left(shared).items():
            measured._collector.data.setdefault(name, set()).update(packed)
        measured.save()
        end(status)

    import worker

    worker.main(control, leave)


def _left(shared: mmap.mmap) -> dict[str, set[Any]]:
    """Everything that children left."""
    found: dict[str, set[Any]] = {}
    (used,) = HEADER.unpack_from(shared, 0)
    at = HEADER.size
    while at < HEADER.size + used:
        (length,) = HEADER.unpack_from(shared, at)
        at += HEADER.size
        for name, packed in json.loads(shared[at : at + length]).items():
            found.setdefault(name, set()).update(
                tuple(one) if isinstance(one, list) else one for one in packed
            )
        at += length
    return found


def _trace_raw_threads() -> None:
    """Have threads started below `threading` traced too, before anything else runs in them."""
    real = _thread.start_new_thread

    def start_new_thread(function: Callable[..., object], args: tuple[Any, ...], *rest: Any) -> int:
        traced = _thread.allocate_lock()
        traced.acquire()

        def run(*given: Any) -> None:
            sys.settrace(threading.gettrace())
            traced.release()
            function(*given)

        number = real(run, args, *rest)
        traced.acquire()
        return number

    _thread.start_new_thread = start_new_thread
