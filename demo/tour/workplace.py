"""The demo's folder on disk: one run at a time, and the means to stop one that was kept."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from local import server

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / ".local" / "demo"
KEPT = FOLDER / "kept.json"
MODEL_LOG = FOLDER / "model.log"


class BusyError(RuntimeError):
    """Another run of the demo holds the folder."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The processes of a run that was left running on purpose."""

    emulator: int
    model: int


@contextlib.contextmanager
def exclusive() -> Iterator[None]:
    """Hold the folder for this run; raises `BusyError`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BusyError("another `make demo` is running in this checkout") from error
        yield


def clear() -> None:
    """Remove what earlier runs left on disk."""
    for name in ("aws", "terraform", "reports"):
        shutil.rmtree(FOLDER / name, ignore_errors=True)


def keep(kept: Kept) -> None:
    """Remember what was left running."""
    KEPT.write_text(json.dumps({"emulator": kept.emulator, "model": kept.model}))


def stop_kept() -> bool:
    """Stop what an earlier run left running; return whether there was anything."""
    if not KEPT.exists():
        return False
    kept = Kept(**json.loads(KEPT.read_text()))
    KEPT.unlink()
    if _is_ours(kept.emulator, "run_emulator.py"):
        server.stop(kept.emulator)
    if _is_ours(kept.model, "run_model.py"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(kept.model, signal.SIGTERM)
    return True


def _is_ours(pid: int, script: str) -> bool:
    """A process id may have been given to somebody else since: ask what it runs, where that can be asked."""
    command = Path(f"/proc/{pid}/cmdline")
    if not Path("/proc/self").exists():
        return True
    return command.exists() and script in command.read_bytes().decode(errors="replace")
