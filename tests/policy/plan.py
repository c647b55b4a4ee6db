"""The plan of a consumer stack that nests the module, made by the real provider without an AWS account."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provider_mirror import write_configuration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "111122223333"
REGION = "us-east-1"

PROVIDER = f"""
provider "aws" {{
  region                      = "{REGION}"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {{
    sts = "@sts@"
  }}
}}
"""

CALLER_IDENTITY = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::{ACCOUNT}:root</Arn><UserId>{ACCOUNT}</UserId><Account>{ACCOUNT}</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan will make: each resource's known values by its address in the module."""

    resources: Mapping[str, Mapping[str, Any]]
    configuration: Mapping[str, Mapping[str, Any]]

    def document(self, address: str) -> dict[str, Any]:
        """Return the policy document of a role policy or managed policy; it has to be known at plan time."""
        policy = self.resources[address].get("policy")
        assert isinstance(policy, str), f"{address}: the policy is not known at plan time"
        document: dict[str, Any] = json.loads(policy)
        return document

    def documents(self, *names: str) -> dict[str, dict[str, Any]]:
        """Return the policy documents of the named resources, each instance of a `for_each` by itself."""
        return {a: self.document(a) for a in sorted(self.resources) if a.split("[")[0] in names}


class _Sts(BaseHTTPRequestHandler):
    """Answers GetCallerIdentity, the one call that a plan from nothing makes."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        body = CALLER_IDENTITY.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def sts() -> Iterator[str]:
    """Run the stand-in for STS on a free loopback port and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Sts) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _terraform(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(write_configuration()), "TF_IN_AUTOMATION": "1"}
    # A plan that meant to ask the stand-in must not find a real account by the caller's environment.
    environment = {k: v for k, v in environment.items() if not k.startswith("AWS_")}
    done = subprocess.run(
        ["terraform", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _call(name: str, inputs: Mapping[str, object]) -> str:
    lines = "\n".join(
        f"  {key} = {json.dumps(value)}" for key, value in ({"source": str(ROOT)} | {**inputs}).items()
    )
    return f'module "{name}" {{\n{lines}\n}}\n'


def make_plans(
    folder: Path, calls: Mapping[str, Mapping[str, object]], resources: str = ""
) -> dict[str, Plan]:
    """Plan one consumer stack, with resources of its own, that calls the module once for each name.

    An input `source` stands for another module than the one at the top.
    """
    with sts() as address:
        called = "".join(_call(name, inputs) for name, inputs in calls.items())
        stack = PROVIDER.replace("@sts@", address) + resources + called
        (folder / "main.tf").write_text(stack)
        _terraform(folder, "init", "-input=false", "-backend=false", "-no-color")
        _terraform(folder, "plan", "-input=false", "-no-color", "-out=plan")
        shown = json.loads(_terraform(folder, "show", "-json", "plan"))
    configured = shown["configuration"]["root_module"]["module_calls"]
    return {
        name: Plan(
            resources={
                resource["address"].removeprefix(f"module.{name}."): resource.get("values", {})
                for module in shown["planned_values"]["root_module"]["child_modules"]
                if module["address"] == f"module.{name}"
                for resource in module["resources"]
            },
            configuration={r["address"]: r for r in configured[name]["module"]["resources"]},
        )
        for name in calls
    }
