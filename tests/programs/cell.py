"""A cell to run programs in, as tests use it: starts the warden, in namespaces of its own where the system allows."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Self

REPOSITORY = Path(__file__).resolve().parents[2]
UNSHARE = ["unshare", "--mount", "--pid", "--net", "--ipc", "--fork", "--kill-child", "--propagation", "private"]


def can_be_alone() -> bool:
    """Whether namespaces of our own, with another user in them, are to be had."""
    if os.getuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        return False
    return subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode == 0


class Cell:
    """A warden with its functions. Use it as a context manager."""

    def __init__(self) -> None:
        self.secret = "CANARY" + secrets.token_hex(12)
        self.nonce = secrets.token_hex(4)
        self.alone = can_be_alone()
        self.words: dict[str, object] = {}

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        how = "alone" if self.alone else "shared"
        words = [sys.executable, "-m", "tests.programs.warden", how, self._folder.name]
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONWARNINGS": "ignore", "CELL_SECRET": self.secret}
        for name in ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"):
            environment.pop(name, None)
        self._process = subprocess.Popen(
            [*(UNSHARE if self.alone else []), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            cwd=REPOSITORY,
            start_new_session=True,
            text=True,
        )
        places = self._line()
        outside = str(places["outside"])
        self.words = {
            "PWNED": f"PWNED-{self.nonce}",
            "FORGED": f"FORGED-{self.nonce}",
            "PORT": places["port"],
            "OUTSIDE": outside,
            "SECRET_FILE": f"{outside}/secret.txt",
            "VICTIM": places["victim"],
        }
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._folder.cleanup()

    def start(self, name: str, kind: str = "function", variant: str = "lambda", **extra: str) -> int:
        """Start a function and wait until it is ready; its process id."""
        reply = self._order(do="start", name=name, kind=kind, variant=variant, extra=extra)
        if "pid" not in reply:
            raise RuntimeError(f"the function did not start: {reply}")
        return int(reply["pid"])

    def settle(self, name: str) -> None:
        """Take the files that are there now as given."""
        self._order(do="settle", name=name)

    def call(self, name: str, event: object, *, seconds: float = 30, patience: float = 20) -> dict[str, Any]:
        """Send an event. The reply holds `answer` (or what came instead of one), `facts` and `seconds`."""
        return self._order(do="call", name=name, event=event, seconds=seconds, patience=patience)

    def log(self, name: str) -> str:
        """What a function has written to its log so far."""
        return str(self._order(do="log", name=name)["log"])

    def stop(self, name: str) -> None:
        """End a function."""
        self._order(do="stop", name=name)

    def _order(self, **order: object) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the warden ended: {self._process.wait()}")
        return dict(json.loads(line))
