"""Keeps one cell: starts functions in it, passes events to them, and looks for facts that betray an escape.

It speaks JSON lines on its own stdin and stdout. It is root and the first process of its namespaces where there are
any; the function under test is an ordinary user in them.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.programs import namespaces

KEY = "ASIACELLCELLCELLCELL"
FLOOD = 100_000_000  # bytes without an end of line: no answer at all
GROWN = 500  # megabytes
CODE = {"function": "function_host", "plain": "plain_host", "exec": "exec_host"}


@dataclass(slots=True)
class Handler:
    """One function, or one plain interpreter, at work."""

    process: subprocess.Popen[bytes]
    selector: selectors.BaseSelector
    pending: bytearray = field(default_factory=bytearray)

    def line(self, seconds: float) -> dict[str, Any] | None:
        """The next line that it writes, or None when it writes none in time."""
        deadline = time.monotonic() + seconds
        size = 0
        while self.pending.find(b"\n", size) < 0:
            size = len(self.pending)
            if size > FLOOD:
                self.pending.clear()
                return {"flood": size}
            if not self.selector.select(max(0.0, deadline - time.monotonic())):
                return None
            piece = os.read(self.process.stdout.fileno(), 1 << 20)  # type: ignore[union-attr]
            if not piece:
                return {"died": self.process.wait()}
            self.pending += piece
        line, _, rest = self.pending.partition(b"\n")
        self.pending = bytearray(rest)
        try:
            return json.loads(line)
        except ValueError:
            return {"garbled": line[:200].decode(errors="replace")}


@dataclass(slots=True)
class Warden:
    """The canaries and the functions of a cell."""

    secret: str
    alone: bool
    base: Path
    handlers: dict[str, Handler] = field(default_factory=dict)
    visits: list[str] = field(default_factory=list)
    port: int = 0
    aws_port: int = 0
    victim: subprocess.Popen[bytes] | None = None
    still: set[str] = field(default_factory=set)

    @property
    def outside(self) -> Path:
        """A folder that the function's user may write and model code may not."""
        return self.base / "outside"

    @property
    def foreign(self) -> Path:
        """Where requests to AWS that the function did not sign are noted."""
        return self.base / "foreign-requests"

    def open(self) -> dict[str, Any]:
        """Set everything up; the words that programs may use."""
        if self.alone:
            namespaces.furnish()
        os.umask(0o022)
        self.outside.mkdir(parents=True)
        hidden = self.outside / "secret.txt"
        hidden.write_text(self.secret + "-file")
        (self.outside / "victim.txt").write_text("whole")
        for path in (self.outside, hidden, self.outside / "victim.txt"):
            self._give(path)
        hidden.chmod(0o400)
        self.port = self._listen("0.0.0.0", 9001 if self.alone else 0)
        if self.alone:
            for port in (80, 443, 8080):
                self._listen("0.0.0.0", port)
            self._listen_udp("0.0.0.0", 53)
        self.aws_port = self._aws()
        self.victim = subprocess.Popen(["sleep", "100000"], **self._user())  # type: ignore[call-overload]
        self.still = set(self._files())
        return {"port": self.port, "outside": str(self.outside), "victim": self.victim.pid, "alone": self.alone}

    def _give(self, path: Path) -> None:
        if os.getuid() == 0:
            os.chown(path, namespaces.NOBODY, namespaces.NOBODY)

    def _user(self) -> dict[str, Any]:
        ids = {"user": namespaces.NOBODY, "group": namespaces.NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
        return {**ids, "start_new_session": True, "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}

    def _listen(self, address: str, port: int) -> int:
        server = socket.create_server((address, port), backlog=64)

        def serve() -> None:
            while True:
                peer, where = server.accept()
                self.visits.append(f"tcp {peer.getsockname()} from {where}")
                with contextlib.suppress(OSError):
                    peer.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{self.secret}-net".encode())
                peer.close()

        threading.Thread(target=serve, daemon=True).start()
        return int(server.getsockname()[1])

    def _listen_udp(self, address: str, port: int) -> None:
        server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        server.bind((address, port))

        def serve() -> None:
            while True:
                text, where = server.recvfrom(4096)
                self.visits.append(f"udp {port} from {where}: {text[:60]!r}")

        threading.Thread(target=serve, daemon=True).start()

    def _aws(self) -> int:
        words = [sys.executable, "-m", "tests.programs.fake_aws", "0", KEY, str(self.foreign)]
        environment = {**os.environ, "MOTO_PORT": "0", "CELL_SECRET": self.secret + "-aws"}
        with ((Path("/mnt") if self.alone else self.base) / "aws.log").open("wb") as errors:
            process = subprocess.Popen(
                words, stdout=subprocess.PIPE, stderr=errors, cwd=namespaces.REPOSITORY, env=environment
            )
        port = int((process.stdout.readline() if process.stdout else b"") or 0)
        if not port:
            raise RuntimeError(f"the fake AWS did not start: {Path(errors.name).read_text()[-900:]}")
        return port

    def start(self, name: str, kind: str, variant: str, extra: dict[str, str]) -> dict[str, Any]:
        """Start a function (or plain interpreter) under a name."""
        environment = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": f"{namespaces.REPOSITORY / 'tool-lambda'}:{namespaces.REPOSITORY}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": self.secret + "-key",
            "AWS_SESSION_TOKEN": self.secret + "-session",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.aws_port}",
            **extra,
        }
        if kind != "plain":
            environment |= {
                "AWS_LAMBDA_FUNCTION_NAME": "tool-lambda",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "2048",
                "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
                "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self.port}",
                "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
                "LAMBDA_TASK_ROOT": str(namespaces.REPOSITORY / "tool-lambda"),
                "LAMBDA_RUNTIME_DIR": "/var/runtime",
                "_HANDLER": "tool_handler.handler",
                "CANARY": self.secret + "-canary",
            }

        def before() -> None:
            if self.alone and variant in ("lambda", "bare"):
                namespaces.forbid_like_lambda(also_dumpable=variant == "bare")
            resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))  # Lambda's own wall, far above the function's
            resource.setrlimit(resource.RLIMIT_NPROC, (1000, 1000))
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(namespaces.NOBODY)
                os.setuid(namespaces.NOBODY)

        log = (Path("/mnt") if self.alone else self.base) / f"{name}.log"
        with log.open("ab") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", f"tests.programs.{CODE[kind]}"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=environment,
                cwd="/" if self.alone else self.base,
                start_new_session=True,
                bufsize=0,
                preexec_fn=before,
            )
        selector = selectors.DefaultSelector()
        selector.register(process.stdout, selectors.EVENT_READ)  # type: ignore[arg-type]
        self.handlers[name] = handler = Handler(process, selector)
        ready = handler.line(60)
        if not ready or "ready" not in ready:
            return {"failed": ready, "log": log.read_text()[-3000:]}
        return {"pid": process.pid}

    def call(self, name: str, event: Any, seconds: float, patience: float) -> dict[str, Any]:
        """Send one event; the answer, how long it took, and what was found afterwards."""
        handler = self.handlers[name]
        start = time.monotonic()
        if handler.pending:
            return {"garbled": handler.pending.decode(errors="replace"), "facts": [], "seconds": 0}
        try:
            handler.process.stdin.write(json.dumps({"event": event, "seconds": seconds}).encode() + b"\n")  # type: ignore[union-attr]
            handler.process.stdin.flush()  # type: ignore[union-attr]
        except BrokenPipeError:
            return {"died": handler.process.poll(), "facts": self.facts(name), "seconds": 0}
        answer = handler.line(patience) or {"silent": patience}
        return {**answer, "seconds": time.monotonic() - start, "facts": self.facts(name)}

    def settle(self, name: str) -> dict[str, Any]:
        """Remember which files are there now, before any program has run."""
        self.still = set(self._files())
        return {}

    def facts(self, name: str) -> list[str]:
        """What should not be, each found fact reported once."""
        found = [f"reached {one}" for one in self.visits]
        self.visits.clear()
        if self.foreign.exists():
            found += [f"called AWS past the function: {one}" for one in self.foreign.read_text().splitlines()]
            self.foreign.unlink()
        found += self._victim_facts()
        new = set(self._files()) - self.still if self.alone else set(map(str, self.outside.iterdir())) - self.still
        found += [f"left the file {one}" for one in sorted(new)]
        for one in sorted(new, reverse=True):
            with contextlib.suppress(OSError):
                Path(one).unlink() if not Path(one).is_dir() else Path(one).rmdir()
        if self.alone:
            found += self._stray_facts()
        return found + self._size_facts(name)

    def _size_facts(self, name: str) -> list[str]:
        """Whether the function's own process has grown beyond what it should ever need."""
        handler = self.handlers.get(name)
        size = 0
        with contextlib.suppress(OSError, AttributeError, ValueError, IndexError):
            status = Path(f"/proc/{handler.process.pid}/status").read_text()  # type: ignore[union-attr]
            size = int(status.partition("VmHWM:")[2].split()[0]) // 1024
            Path(f"/proc/{handler.process.pid}/clear_refs").write_text("5")  # type: ignore[union-attr]
        return [f"the function's own process took {size} MB"] if size > GROWN else []

    def _victim_facts(self) -> list[str]:
        found = []
        path = self.outside / "victim.txt"
        if not path.exists() or path.read_text() != "whole":
            found.append("changed a file outside scratch")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("whole")
            self._give(path)
        victim = self.victim
        assert victim is not None
        state = "Z"
        with contextlib.suppress(OSError):
            state = Path(f"/proc/{victim.pid}/stat").read_text().rpartition(")")[2].split()[0]
        if victim.poll() is not None or state in "ZTX":
            found.append(f"harmed another process (state {state})")
            with contextlib.suppress(OSError):
                victim.kill()
            self.victim = subprocess.Popen(["sleep", "100000"], **self._user())  # type: ignore[call-overload]
        return found

    def _files(self) -> list[str]:
        places = ["/tmp", "/var/tmp", "/dev/shm"] if self.alone else [str(self.outside)]
        ours = namespaces.needed_folders()
        found = []
        for place in places:
            for top, folders, names in os.walk(place):
                folders[:] = [one for one in folders if os.path.join(top, one) not in ours]
                found += [os.path.join(top, one) for one in (*folders, *names)]
        above = {str(parent) for one in ours for parent in Path(one).parents}
        return [one for one in found if one != str(self.foreign) and one not in above]

    def _stray_facts(self) -> list[str]:
        """Processes of the function's user which nobody looks after any more, and which do not go by themselves."""
        until = time.monotonic() + 1
        while (strays := self._strays()) and time.monotonic() < until:
            time.sleep(0.02)
        for pid in strays:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        return [f"left a process behind: {name}" for name in strays.values()]

    def _strays(self) -> dict[int, str]:
        parents: dict[int, tuple[int, str]] = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                head, _, tail = (folder / "stat").read_text().rpartition(")")
                if tail.split()[0] not in "ZX" and folder.stat().st_uid == namespaces.NOBODY:
                    parents[int(folder.name)] = (int(tail.split()[1]), head.partition("(")[2])
        known = {one.process.pid for one in self.handlers.values()} | {self.victim.pid if self.victim else 0}
        return {pid: name for pid, (parent, name) in parents.items() if parent in (0, 1) and pid not in known}

    def log(self, name: str) -> dict[str, Any]:
        """What a function wrote to its log."""
        return {"log": ((Path("/mnt") if self.alone else self.base) / f"{name}.log").read_text(errors="replace")}

    def stop(self, name: str) -> dict[str, Any]:
        """End a function."""
        handler = self.handlers.pop(name)
        handler.process.kill()
        handler.process.wait()
        return {}


def main() -> None:
    """Serve commands until the input ends: `warden alone|shared BASE`, with CELL_SECRET."""
    how, base = sys.argv[1:3]
    secret = os.environ.pop("CELL_SECRET")
    orders = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    warden = Warden(secret, how == "alone", Path("/var/tmp/cell" if how == "alone" else base))
    print(json.dumps(warden.open()), file=answers, flush=True)
    for line in orders:
        order = json.loads(line)
        reply = getattr(warden, order.pop("do"))(**order)
        try:
            print(json.dumps(reply), file=answers, flush=True)
        except BrokenPipeError:  # whoever asked has gone
            break
        for _ in range(64 if how == "alone" else 0):  # reap what was orphaned, as the first process must
            with contextlib.suppress(OSError):
                _reap(warden)
    for handler in warden.handlers.values():
        handler.process.kill()
    os.killpg(0, signal.SIGTERM) if how != "alone" else None


def _reap(warden: Warden) -> None:
    known = {one.process.pid for one in warden.handlers.values()} | {warden.victim.pid if warden.victim else 0}
    info = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if info is not None and info.si_pid not in known:
        os.waitpid(info.si_pid, os.WNOHANG)


if __name__ == "__main__":
    main()
