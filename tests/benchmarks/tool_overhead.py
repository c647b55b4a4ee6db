"""What the tool function costs: prints medians in milliseconds, each with its in-process floor beside it.

    python tests/benchmarks/tool_overhead.py [--rounds 50]

AWS is moto's server on loopback. Nothing here passes or fails; `tests/integration` holds the limits that must hold.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
COLD = """
import sys, time, json
begun = time.perf_counter()
sys.path.insert(0, {path!r})
import tool_handler
imported = time.perf_counter()
tool_handler.handler({{"code": "print(1)"}}, None)
print(json.dumps([imported - begun, time.perf_counter() - begun]))
"""
FIRST = """
import sys, time, json
begun = time.perf_counter()
import boto3
client = boto3.client({service!r}, region_name="us-east-1")
client.{call}
print(time.perf_counter() - begun)
"""
SERVICES = {
    "cloudwatch": "describe_alarms()",
    "ec2": "describe_instances()",
    "s3": "list_buckets()",
    "efs": "describe_file_systems()",
}


def median(run: Callable[[], object], rounds: int) -> float:
    """The median time of `run`, in milliseconds, after two runs to warm up."""
    for _ in range(2):
        run()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        run()
        times.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times)


def fresh(code: str, rounds: int = 5) -> list[Any]:
    """What `code` prints, from as many new interpreters."""
    return [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, check=True, text=True
            ).stdout.splitlines()[-1]
        )
        for _ in range(rounds)
    ]


def fake_aws() -> tuple[subprocess.Popen[bytes], int]:
    """moto's server in a process of its own, so that it shares no interpreter with what is measured."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server, port
        time.sleep(0.1)
    raise RuntimeError("moto's server did not start")


def line(name: str, value: float, floor: float | None = None) -> None:
    """Print one figure, and what the same takes in process."""
    beside = "" if floor is None else f"   in process {floor:8.2f}   overhead {value - floor:8.2f}"
    print(f"{name:46} {value:8.2f}{beside}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    rounds = parser.parse_args().rounds

    server, port = fake_aws()
    os.environ.update(
        AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}", AWS_ACCESS_KEY_ID="benchmark", AWS_SECRET_ACCESS_KEY="benchmark",
        AWS_DEFAULT_REGION="us-east-1", AWS_REGION="us-east-1", LOG_LEVEL="ERROR",
    )  # fmt: skip
    try:
        warm(rounds)
        cold()
    finally:
        server.kill()
        server.wait()


def warm(rounds: int) -> None:
    """Measure calls of a warm function."""
    import boto3

    sys.path.insert(0, str(ROOT / "tool-lambda"))
    import tool_handler

    def call(code: str) -> dict[str, Any]:
        answer = tool_handler.handler({"code": code}, None)
        assert answer["success"], answer["error"]
        return answer

    time.sleep(3)  # the worker loads its service models
    trivial = "1 + 1"
    line(
        "trivial call",
        median(lambda: call(trivial), rounds),
        median(lambda: eval(compile(trivial, "x", "eval")), rounds),
    )

    direct = boto3.client("cloudwatch")
    inside = "import boto3, time, statistics\nc = boto3.client('cloudwatch')\nc.describe_alarms()\nt = []\nfor _ in range(%d):\n    b = time.perf_counter(); c.describe_alarms(); t.append((time.perf_counter() - b) * 1000)\nstatistics.median(t)"
    through = statistics.median(float(call(inside % rounds)["result"]) for _ in range(3))
    line("AWS call with a warm client", through, median(direct.describe_alarms, rounds))
    program = "import boto3\nboto3.client('cloudwatch').describe_alarms()"
    line("program with one client and one call", median(lambda: call(program), rounds),
         median(lambda: boto3.client("cloudwatch").describe_alarms(), rounds))  # fmt: skip
    for pid, name in ((os.getpid(), "this process"), (tool_handler._function.worker_process(), "worker")):
        status = Path(f"/proc/{pid}/status").read_text()
        kibibytes = next(int(entry.split()[1]) for entry in status.splitlines() if entry.startswith("VmRSS"))
        line(f"memory of {name}, MB", kibibytes / 1024)


def cold() -> None:
    """Measure new functions: until imported, until the first answer, and first calls to a service."""
    path = str(ROOT / "tool-lambda")
    starts = fresh(COLD.format(path=path))
    line("cold start until imported", statistics.median(start[0] for start in starts) * 1000)
    line("cold start until the first answer", statistics.median(start[1] for start in starts) * 1000)
    for service, call in SERVICES.items():
        plain = statistics.median(fresh(FIRST.format(service=service, call=call))) * 1000
        code = f"import boto3\nboto3.client('{service}').{call}"
        first = f"""
import sys, time, json
sys.path.insert(0, {path!r})
import tool_handler
tool_handler.handler({{"code": "1"}}, None)
time.sleep(2)
begun = time.perf_counter()
answer = tool_handler.handler({{"code": {code!r}}}, None)
assert answer["success"], answer
print(time.perf_counter() - begun)
"""
        line(f"first call to {service}", statistics.median(fresh(first)) * 1000, plain)


if __name__ == "__main__":
    main()
