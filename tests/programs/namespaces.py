"""Turns fresh Linux namespaces into something like a Lambda's surroundings, with a canary in every corner.

Runs as root inside `unshare`, before the function starts: a private /tmp, a loopback network on which every address that
an attacker would call is ours, and the interpreter readable for an unprivileged user wherever it is installed.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import subprocess
import sys
from pathlib import Path

NOBODY = 65534
REPOSITORY = Path(__file__).resolve().parents[2]
METADATA = ("169.254.169.254", "169.254.170.2", "169.254.100.1", "10.9.8.7")
KEEP = Path("/mnt/keep")


def furnish() -> None:
    """Mount and address everything. Needs root in namespaces of its own."""
    _mount("-t", "proc", "proc", "/proc")
    _mount("-t", "tmpfs", "-o", "mode=0700", "tmpfs", "/mnt")
    KEEP.mkdir()
    needed = needed_folders()
    closed = _closed(needed)
    for number, path in enumerate(needed):
        (KEEP / str(number)).mkdir()
        _mount("--bind", path, KEEP / str(number))
    for place in ("/tmp", "/var/tmp", "/dev/shm", *closed):
        _mount("-t", "tmpfs", "-o", f"size=512m,mode={'0755' if place in closed else '1777'}", "tmpfs", place)
    for number, path in enumerate(needed):
        if not os.path.lexists(path) or not any(Path(path).iterdir()):
            Path(path).mkdir(parents=True, exist_ok=True)
            _mount("--bind", KEEP / str(number), path)
    resolver = KEEP / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
    _mount("--bind", resolver, "/etc/resolv.conf")
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in METADATA:
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
    subprocess.run(["ip", "route", "add", "local", "default", "dev", "lo"], check=False)


def _mount(*words: object) -> None:
    subprocess.run(["mount", *map(str, words)], check=True)


def needed_folders() -> list[str]:
    """Folders without which Python and this project cannot run, outermost first."""
    paths = {str(Path(one).resolve()) for one in (sys.base_prefix, sys.prefix, REPOSITORY)}
    return sorted(one for one in paths if not any(one != two and one.startswith(two + "/") for two in paths))


def _closed(needed: list[str]) -> list[str]:
    """The topmost folders above the needed ones through which another user may not pass."""
    closed = []
    for path in needed:
        blocked = [one for one in reversed(Path(path).parents) if not one.stat().st_mode & 0o001]
        closed += [str(blocked[0])] if blocked else []
    return sorted(set(closed))


def forbid_like_lambda(*, also_dumpable: bool) -> None:
    """Refuse with EPERM what Lambda refuses: seccomp, no_new_privs, ptrace, chroot, namespaces (and Landlock)."""
    machine = platform.machine()
    numbers = {
        "x86_64": {"seccomp": 317, "prctl": 157, "ptrace": 101, "chroot": 161, "unshare": 272, "landlock": 444},
        "aarch64": {"seccomp": 277, "prctl": 167, "ptrace": 117, "chroot": 51, "unshare": 97, "landlock": 444},
    }[machine]
    deny, allow = 0x00050001, 0x7FFF0000  # SECCOMP_RET_ERRNO | EPERM, SECCOMP_RET_ALLOW
    load, equal, give = 0x20, 0x15, 0x06
    options = [22, 38] + ([4] if also_dumpable else [])  # PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, PR_SET_DUMPABLE
    program = [(load, 0, 0, 0)]
    for name in ("seccomp", "ptrace", "chroot", "unshare", "landlock"):
        program += [(equal, 0, 1, numbers[name]), (give, 0, 0, deny)]
    program += [(equal, 1, 0, numbers["prctl"]), (give, 0, 0, allow), (load, 0, 0, 16)]
    for option in options:
        program += [(equal, 0, 1, option), (give, 0, 0, deny)]
    program += [(give, 0, 0, allow)]
    code = b"".join(struct.pack("HBBI", *one) for one in program)
    buffer = ctypes.create_string_buffer(code)
    head = struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(22, 2, ctypes.create_string_buffer(head), 0, 0):
        raise OSError(ctypes.get_errno(), "cannot imitate Lambda's refusals")
