"""What the demo needs, asked before anything is started, with a reason that says what to do."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
INSTALL = "https://developer.hashicorp.com/terraform/install"


class NotReadyError(RuntimeError):
    """Something that the demo needs is missing; the message says what, and where to get it."""


def check() -> None:
    """Raise `NotReadyError` for the first thing that is missing."""
    _terraform(_required_terraform((ROOT / "versions.tf").read_text()))
    for name in ("triage.zip", "tool.zip"):
        path = ROOT / "dist" / name
        if not zipfile.is_zipfile(path) or not zipfile.ZipFile(path).namelist():
            raise NotReadyError(f"dist/{name} is missing or empty: run `make package`")


def parse_version(text: str) -> tuple[int, ...]:
    """Return a version's numbers: `1.11.4-rc1` gives (1, 11, 4)."""
    return tuple(int(number) for number in re.findall(r"\d+", text.split("-")[0])[:3])


def _required_terraform(versions: str) -> str:
    match = re.search(r'required_version\s*=\s*">= ([\d.]+)', versions)
    return match[1] if match else "0"


def _terraform(required: str) -> None:
    if shutil.which("terraform") is None:
        raise NotReadyError(f"terraform is not installed: {INSTALL}")
    answer = subprocess.run(["terraform", "version", "-json"], capture_output=True, text=True, check=False)
    try:
        found = str(json.loads(answer.stdout)["terraform_version"])
    except (ValueError, KeyError) as error:
        raise NotReadyError(f"`terraform version` failed: {answer.stderr.strip()[:300]}") from error
    if parse_version(found) < parse_version(required):
        raise NotReadyError(f"Terraform {required} or newer is needed, found {found}: {INSTALL}")
