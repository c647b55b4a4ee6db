from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import limits


def test_share_of_memory_is_well_below_the_functions() -> None:
    assert limits.memory_for(2048 * limits.MEBIBYTE) == 2048 * limits.MEBIBYTE * 55 // 100
    assert limits.memory_for(128 * limits.MEBIBYTE) == 256 * limits.MEBIBYTE


def test_tasks_of_a_user_are_counted_from_proc(tmp_path: Path) -> None:
    for name, uid, threads in (("1", 7, "3"), ("2", 7, "4"), ("3", 8, "9"), ("4", 7, "?"), ("5", 7, None)):
        (tmp_path / name).mkdir()
        text = f"Name:\tx\nUid:\t{uid}\t{uid}\n" + (f"Threads:\t{threads}\n" if threads else "")
        (tmp_path / name / "status").write_text(text)

    assert limits.user_tasks(7, tmp_path) == 7
    assert limits.user_tasks(7, tmp_path / "none") == 0


def test_limits_hold_in_a_process_and_cannot_be_raised() -> None:
    code = (
        "import limits, resource\n"
        "limits.apply(limits.Limits(memory_bytes=500 << 20, file_bytes=60000000, processes=4000))\n"
        "print(resource.getrlimit(resource.RLIMIT_FSIZE), resource.getrlimit(resource.RLIMIT_CORE))\n"
        "limits.apply(limits.Limits(memory_bytes=900 << 20, file_bytes=90000000))\n"
        "print(resource.getrlimit(resource.RLIMIT_FSIZE))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(limits.__file__).parent,
        env={**os.environ, "PYTHONPATH": "."},
    )  # fmt: skip

    assert done.stdout.splitlines() == ["(60000000, 60000000) (0, 0)", "(60000000, 60000000)"]


def test_message_carries_every_limit() -> None:
    assert limits.Limits(**limits.Limits(5).as_message()) == limits.Limits(5)


def test_gate_refuses_more_threads_than_allowed() -> None:
    running: list[object] = []
    start = limits._gate(lambda: len(running), 1)(lambda: "started")

    assert start() == "started"
    running += [None, None]
    with pytest.raises(RuntimeError, match="no more than 1"):
        start()
    assert threading.active_count() >= 1
