"""The demo's two processes, the local AWS and the model's server: stopped whatever happens."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from local import server
from tour import workplace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.server import LocalAws

DEMO = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def running(*, keep: bool) -> Iterator[LocalAws]:
    """Start both; stop both at the end, unless they are to be kept and all went well."""
    port = server.free_port()
    with contextlib.ExitStack() as at_the_end:
        model = _start_model(port, keep=keep)
        at_the_end.callback(_stop_model, model)
        aws = server.start(workplace.FOLDER / "aws", model_url=f"http://127.0.0.1:{port}", detached=keep)
        at_the_end.callback(server.stop, aws.pid)
        yield aws
        if keep:
            workplace.keep(workplace.Kept(emulator=aws.pid, model=model.pid))
            at_the_end.pop_all()


def _stop_model(model: subprocess.Popen[bytes]) -> None:
    model.terminate()
    model.wait()


def _start_model(port: int, *, keep: bool) -> subprocess.Popen[bytes]:
    """Start the model's server, which ends with this process unless it is kept."""
    parent = "0" if keep else str(os.getpid())
    workplace.FOLDER.mkdir(parents=True, exist_ok=True)
    with (workplace.FOLDER / "model.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, str(DEMO / "run_model.py"), str(port), parent],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
