"""Stands in for the Lambda client: invokes the tool function in processes of this machine."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class LocalTool:
    """As many tool processes as calls run at once; each serves one call at a time, and stays warm."""

    def __init__(self) -> None:
        self._idle: list[subprocess.Popen[str]] = []
        self._started: list[subprocess.Popen[str]] = []
        self._lock = threading.Lock()

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        """Answer as `lambda.invoke` does."""
        del FunctionName
        process = self._taken()
        line = self._asked(process, Payload)
        if not line:
            error = {"errorType": "Runtime.ExitError", "errorMessage": "the tool process ended"}
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": io.BytesIO(_json(error))}
        with self._lock:
            self._idle.append(process)
        return {"StatusCode": 200, "Payload": io.BytesIO(line.encode())}

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            for process in self._started:
                process.terminate()
                process.communicate()
            self._started.clear()
            self._idle.clear()

    @staticmethod
    def _asked(process: subprocess.Popen[str], payload: bytes) -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(payload.decode() + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            return ""
        return process.stdout.readline()

    def _taken(self) -> subprocess.Popen[str]:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            process = subprocess.Popen(
                [sys.executable, str(ROOT / "scripts" / "tool_process.py")],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
                env={**os.environ, "PYTHONPATH": str(ROOT / "tool-lambda"), "LOG_LEVEL": "ERROR"},
            )  # fmt: skip
            self._started.append(process)
            return process


def _json(value: object) -> bytes:
    return json.dumps(value).encode()
