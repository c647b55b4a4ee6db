"""What is stripped is gone for good, with whatever still held it. In a process of its own: it cannot be undone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import sealing

CODE = """
import collections.abc, os, posix, sealing, _collections_abc
held = {"supports_fd": len(os.supports_fd), "supports_dir_fd": len(os.supports_dir_fd)}
sealing.strip()
left = [name for name in sealing.ORIGINALS if getattr(os, name)]
proxies = [space for space in (collections.abc, _collections_abc) if hasattr(space, "framelocalsproxy")]
try:
    posix.execve("/bin/true", ["true"], {})
except PermissionError as error:
    refused = str(error)
print(min(held.values()) > 0, left, proxies, refused)
"""


def test_originals_and_frame_proxies_go_with_what_is_stripped() -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(sealing.__file__).parent)}

    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True, env=environment
    )

    assert done.stdout == "True [] [] [Errno 1] posix.execve is not available in this environment\n"
