"""Run Terraform against the local AWS, with its state and its plug-in data outside the stack's folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

NOT_INHERITED = ("AWS_", "TF_VAR_", "TF_DATA_DIR", "TF_CLI_ARGS", "TF_WORKSPACE")
PARALLELISM = 30


class TerraformError(RuntimeError):
    """Terraform failed; the message holds its own words, and where the whole log is."""


class MissingTerraformError(TerraformError):
    """There is no `terraform` on the path."""


@dataclass(frozen=True, slots=True)
class Terraform:
    """One stack: the folder of its files, and a folder for everything that Terraform writes.

    `environment` tells where AWS is; nothing of the caller's AWS settings is inherited.
    """

    stack: Path
    work: Path
    environment: Mapping[str, str]
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def log(self) -> Path:
        """What Terraform printed, of every command so far."""
        return self.work / "terraform.log"

    def init(self) -> None:
        """Install the provider and the modules."""
        self._run("init", "-input=false", "-no-color")

    def apply(self, **variables: Any) -> None:
        """Make the stack what the files and the variables say."""
        self._run("apply", "-auto-approve", f"-parallelism={PARALLELISM}", *self._changing(variables))

    def destroy(self, **variables: Any) -> None:
        """Delete everything that the state knows."""
        self._run("destroy", "-auto-approve", f"-parallelism={PARALLELISM}", *self._changing(variables))

    def plan_changes(self, **variables: Any) -> str:
        """Return what a plan would change, in Terraform's words; empty when nothing."""
        answer = self._run("plan", "-detailed-exitcode", *self._changing(variables), accepted=(0, 2))
        return answer.stdout if answer.returncode == 2 else ""

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs."""
        answer = self._run("output", "-json", f"-state={self._state}")
        return {name: output["value"] for name, output in json.loads(answer.stdout).items()}

    def resources(self) -> list[str]:
        """Return the addresses of all managed resources in the state."""
        answer = self._run("state list", f"-state={self._state}")
        return [line for line in answer.stdout.splitlines() if line and "data." not in line]

    @property
    def _state(self) -> Path:
        return self.work / "terraform.tfstate"

    def _changing(self, variables: Mapping[str, Any]) -> list[str]:
        # A file, because an environment variable cannot say null.
        self.work.mkdir(parents=True, exist_ok=True)
        values = self.work / "variables.tfvars.json"
        values.write_text(json.dumps({**self.variables, **variables}))
        return [f"-state={self._state}", f"-var-file={values}", "-input=false", "-no-color"]

    def _run(
        self, command: str, *arguments: str, accepted: Sequence[int] = (0,)
    ) -> subprocess.CompletedProcess[str]:
        if shutil.which("terraform") is None:
            raise MissingTerraformError(
                "terraform is not installed: https://developer.hashicorp.com/terraform/install"
            )
        self.work.mkdir(parents=True, exist_ok=True)
        answer = subprocess.run(
            ["terraform", f"-chdir={self.stack}", *command.split(), *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        with self.log.open("a") as log:
            log.write(f"$ terraform {command} {' '.join(arguments)}\n{answer.stdout}{answer.stderr}\n")
        if answer.returncode not in accepted:
            raise TerraformError(f"terraform {command} failed (log: {self.log}):\n{_errors(answer.stderr)}")
        return answer

    def _environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(NOT_INHERITED)}
        return {
            **inherited,
            **self.environment,
            "TF_DATA_DIR": str(self.work / "terraform"),
            "TF_IN_AUTOMATION": "1",
            "NO_PROXY": f"127.0.0.1,localhost,{os.environ.get('NO_PROXY', '')}",
        }


def _errors(stderr: str) -> str:
    """Return what is worth reading of Terraform's error output: a screen, from the first error on."""
    start = stderr.find("Error")
    return stderr[max(start, 0) :].strip()[:3000]
