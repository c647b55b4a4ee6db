"""Starts the worker with its lines and branches, and those of every child that it forks, measured for coverage.

A sealed child can neither open a file nor import, and its frames are closed to tracers. So events of the interpreter
are collected in a set, and a child leaves them in memory that it shares with the worker, which writes them down when
it ends.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import CodeType

HEADER = struct.Struct("Q")
ROOM = 1 << 28
FOLDER = str(Path(__file__).resolve().parents[2] / "tool-lambda")

Arcs = dict[str, set[tuple[int, int]]]


def main(control: int, data_file: str) -> None:
    """Be the worker."""
    import coverage

    arcs: Arcs = {}
    _measure(arcs)
    shared = mmap.mmap(-1, ROOM)
    home, dumps, pack, unpack, end, getpid = (
        os.getpid(),
        json.dumps,
        HEADER.pack_into,
        HEADER.unpack_from,
        os._exit,
        os.getpid,
    )

    def leave(status: int) -> None:
        if getpid() != home:
            text = dumps({name: list(seen) for name, seen in list(arcs.items())}).encode()
            (used,) = unpack(shared, 0)
            at = HEADER.size + used
            pack(shared, at, len(text))
            shared[at + HEADER.size : at + HEADER.size + len(text)] = text
            pack(shared, 0, used + HEADER.size + len(text))
            end(status)
        _collect(shared, arcs)
        data = coverage.CoverageData(basename=data_file, suffix=f"worker.{home}")
        data.add_arcs(arcs)
        data.write()
        end(status)

    import worker

    worker.main(control, leave)


def _collect(shared: mmap.mmap, arcs: Arcs) -> None:
    """Add what children left."""
    (used,) = HEADER.unpack_from(shared, 0)
    at = HEADER.size
    while at < HEADER.size + used:
        (length,) = HEADER.unpack_from(shared, at)
        at += HEADER.size
        for name, pairs in json.loads(shared[at : at + length]).items():
            arcs.setdefault(name, set()).update((start, end) for start, end in pairs)
        at += length


def _measure(arcs: Arcs) -> None:
    """Have the interpreter tell of every line of the function's modules: from which line it was reached."""
    monitoring = sys.monitoring
    events, tool, disable, getframe = (
        monitoring.events,
        monitoring.COVERAGE_ID,
        monitoring.DISABLE,
        sys._getframe,
    )
    last: dict[Any, int] = {}

    def start(code: CodeType, _: int) -> Any:
        if not code.co_filename.startswith(FOLDER):
            return disable
        last[getframe(1)] = -code.co_firstlineno
        return None

    def line(code: CodeType, number: int) -> Any:
        if not code.co_filename.startswith(FOLDER):
            return disable
        frame = getframe(1)
        arcs.setdefault(code.co_filename, set()).add((last.get(frame, -code.co_firstlineno), number))
        last[frame] = number
        return None

    def over(code: CodeType, *_: Any) -> Any:
        before = last.pop(getframe(1), None)
        if before is not None:
            arcs.setdefault(code.co_filename, set()).add((before, -code.co_firstlineno))

    monitoring.use_tool_id(tool, "covered_worker")
    for event, callback in (
        (events.PY_START, start), (events.LINE, line), (events.PY_RETURN, over), (events.PY_UNWIND, over),
    ):  # fmt: skip
        monitoring.register_callback(tool, event, callback)
    monitoring.set_events(tool, events.PY_START | events.LINE | events.PY_RETURN | events.PY_UNWIND)
