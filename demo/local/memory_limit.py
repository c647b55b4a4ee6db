"""Lambda's memory limit: a function that grows beyond its size is killed, as on AWS. Linux only.

The emulator runs functions as plain processes. Their resident size is read from /proc twenty times a second;
elsewhere (macOS) there is no /proc, and the limit is not enforced.
"""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ministack.core import lambda_runtime as stock  # type: ignore[import-untyped]
from ministack.services import lambda_svc  # type: ignore[import-untyped]

from local.function_logs import KILLED
from local.patching import replace

if TYPE_CHECKING:
    from local.alarm_model import Record

SAMPLE_SECONDS = 0.05
PROCESSES = Path("/proc")

_killed: set[int] = set()  # process ids that went beyond their limit
_peaks: dict[str, int] = {}  # function name -> MB, of its latest process


def install() -> None:
    """Watch every worker process, and say in AWS's words why one ended."""
    invoke = replace(stock.Worker, "invoke", None)

    def invoke_within_memory(worker: Any, *arguments: Any, **options: Any) -> Any:
        result = invoke(worker, *arguments, **options)
        pid = worker.__dict__.pop("watched_pid", None)
        if result.get("status") == "error" and pid in _killed:
            _killed.discard(pid)
            result |= {"error": KILLED, "trace": KILLED}
        return result

    stock.Worker.invoke = invoke_within_memory
    replace(lambda_svc, "_probe_peak_memory_mb", peak)
    threading.Thread(target=_watch, daemon=True, name="memory-limit").start()


def peak(func: Record) -> int:
    """Return the largest resident size seen of the function's latest process, in MB."""
    return _peaks.get((func.get("config") or func).get("FunctionName", ""), 0)


def resident_mb(status: str) -> int:
    """Return the resident size in a `/proc/<pid>/status` text, in MB; 0 for a process that has ended."""
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) // 1024
    return 0


def _watch() -> None:
    pause = threading.Event()
    while not pause.wait(SAMPLE_SECONDS):
        for workers in list(stock._workers.values()):
            for worker in list(workers):
                with contextlib.suppress(OSError, AttributeError):
                    _check(worker)


def _check(worker: Any) -> None:
    pid = worker._proc.pid
    used = resident_mb((PROCESSES / str(pid) / "status").read_text())
    limit = int(worker.config.get("MemorySize", 128))
    name = worker.config.get("FunctionName", "")
    new_process = worker.__dict__.get("watched_pid") not in (None, pid)
    _peaks[name] = used if new_process else max(used, _peaks.get(name, 0))
    worker.watched_pid = pid
    if used > limit:
        _peaks[name] = limit
        _killed.add(pid)
        worker._proc.kill()
