"""The demo's two processes, the local AWS and the model's server: stopped whatever happens."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from local import server
from tour import chosen_model, workplace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.server import LocalAws
    from tour.chosen_model import ChosenModel

DEMO = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def running(chosen: ChosenModel | None, *, keep: bool) -> Iterator[LocalAws]:
    """Start both; stop both at the end, unless they are to be kept and all went well.

    A real model is asked for a word first: what is wrong with it is better said now than after minutes.
    """
    port = server.free_port()
    with contextlib.ExitStack() as at_the_end:
        model = _start_model(port, chosen, keep=keep)
        at_the_end.callback(_stop_model, model)
        if chosen:
            chosen_model.require_answer(chosen, port, model)
        aws = server.start(workplace.FOLDER / "aws", model_url=f"http://127.0.0.1:{port}", detached=keep)
        at_the_end.callback(server.stop, aws.pid)
        yield aws
        if keep:
            workplace.keep(workplace.Kept(emulator=aws.pid, model=model.pid))
            at_the_end.pop_all()


def _stop_model(model: subprocess.Popen[bytes]) -> None:
    model.terminate()
    model.wait()


def _start_model(port: int, chosen: ChosenModel | None, *, keep: bool) -> subprocess.Popen[bytes]:
    """Start the model's server, which ends with this process unless it is kept."""
    parent = "0" if keep else str(os.getpid())
    workplace.FOLDER.mkdir(parents=True, exist_ok=True)
    with workplace.MODEL_LOG.open("wb") as log:
        return subprocess.Popen(
            [
                sys.executable,
                str(DEMO / "run_model.py"),
                str(port),
                f"--parent={parent}",
                *(chosen.options() if chosen else ()),
            ],
            env={**os.environ, "PYTHONPATH": str(DEMO.parent / "scripts")},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
