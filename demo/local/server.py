"""Start and stop the local AWS: a free port on loopback, TLS, IAM enforced, a folder of its own.

Nothing of the caller's AWS settings reaches it, and nothing that it holds is an AWS account's: the
credentials are dummies that only this server knows.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from local import certificate

DEMO = Path(__file__).resolve().parent.parent
REGION = "us-east-1"
READY_SECONDS = 60.0
STOP_SECONDS = 1.5

_children: dict[int, subprocess.Popen[bytes]] = {}  # what this process started and has not stopped


class LocalAwsError(RuntimeError):
    """The local AWS could not be started; the message says why and where its log is."""


@dataclass(frozen=True, slots=True)
class LocalAws:
    """A running local AWS, and what clients need to reach it."""

    endpoint: str
    ca_bundle: Path
    folder: Path
    pid: int
    region: str = REGION

    @property
    def mail_folder(self) -> Path:
        """Where mail to e-mail subscriptions is written."""
        return self.folder / "mail"

    @property
    def log(self) -> Path:
        """The emulator's log."""
        return self.folder / "emulator.log"

    def environment(self) -> dict[str, str]:
        """Return what Terraform, the AWS CLI and boto3 need in their environment."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_CA_BUNDLE": str(self.ca_bundle),
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }


def start(folder: Path, *, model_url: str = "", detached: bool = False) -> LocalAws:
    """Start the emulator and wait until it answers; raises `LocalAwsError`.

    It ends with this process, unless `detached`.
    """
    (folder / "tmp").mkdir(parents=True, exist_ok=True)
    certificate_file, key_file = certificate.write(folder)
    port = free_port()
    environment = _environment(folder, port, model_url, certificate_file, key_file, detached=detached)
    with (folder / "emulator.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, str(DEMO / "run_emulator.py")],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _children[process.pid] = process
    running = LocalAws(f"https://127.0.0.1:{port}", certificate_file, folder, process.pid)
    try:
        _wait_until_ready(running, process)
    except BaseException:
        stop(process.pid)
        raise
    return running


def free_port() -> int:
    """Return a port on loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop(pid: int) -> None:
    """End the emulator and every function that it runs: they share its session."""
    for signal_number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pid, signal_number)
        except ProcessLookupError:
            return
        if _gone(pid, STOP_SECONDS):
            _children.pop(pid, None)
            return


def _gone(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if pid in _children:
            _children[pid].poll()  # a child that has ended stays in its group until it is asked for
        try:
            os.killpg(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def _environment(
    folder: Path, port: int, model_url: str, certificate_file: Path, key_file: Path, *, detached: bool
) -> dict[str, str]:
    # Functions inherit this environment: only what they may see, and no CA of the caller's.
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    return {
        **kept,
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "CLOUDTRAIL_RECORDING": "1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "LOCAL_AWS_MAIL_FOLDER": str(folder / "mail"),
        "LOCAL_AWS_MODEL_URL": model_url,
        "LOCAL_AWS_PARENT": "0" if detached else str(os.getpid()),
        "LOG_LEVEL": "INFO",
        "MINISTACK_REGION": REGION,
        "MINISTACK_SSL_CERT": str(certificate_file),
        "MINISTACK_SSL_KEY": str(key_file),
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONUNBUFFERED": "1",
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(folder / "state"),
        "TMPDIR": str(folder / "tmp"),
        "USE_SSL": "1",
    }


def _wait_until_ready(running: LocalAws, process: subprocess.Popen[bytes]) -> None:
    context = ssl.create_default_context(cafile=str(running.ca_bundle))
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
    )
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise LocalAwsError(f"the emulator ended at once: {_last_line(running.log)} (log: {running.log})")
        try:
            with opener.open(f"{running.endpoint}/_ministack/health", timeout=5) as answer:
                json.load(answer)
                return
        except (urllib.error.URLError, OSError, ValueError):
            time.sleep(0.1)
    raise LocalAwsError(f"the emulator did not answer in {READY_SECONDS:.0f} s (log: {running.log})")


def _last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it wrote nothing"
