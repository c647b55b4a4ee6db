"""Asks the kernel for what it will give: no new privileges, no dumps, and a system call filter. Each is
optional.

Lambda refuses seccomp, and the other walls stand without it. `available()` says which took.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = (
    1,
    4,
    22,
    38,
    36,
)
_FILTER_MODE = 2
_ALLOW, _EPERM, _ENOSYS, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000
_LOAD, _EQUAL, _SET, _RETURN = 0x20, 0x15, 0x45, 0x06
_CLONE_THREAD = 0x00010000
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# Numbers on x86_64 and aarch64; -1 where the call does not exist.
_DENIED = {
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, -1), "vfork": (58, -1), "ptrace": (101, 117),
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202),
    "accept4": (288, 242), "socketpair": (53, 199), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_send_signal": (424, 424), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "memfd_create": (319, 279), "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "io_uring_setup": (425, 425), "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "init_module": (175, 105), "finit_module": (313, 273), "mknod": (133, -1), "mknodat": (259, 33),
    "symlink": (88, -1), "symlinkat": (266, 36), "link": (86, -1), "linkat": (265, 37),
    "open_by_handle_at": (304, 265), "setsid": (112, 157), "setpgid": (109, 154), "prctl": (157, 167),
    "prlimit64": (302, 261), "setrlimit": (160, 164), "shmget": (29, 194), "shmat": (30, 196),
    "msgget": (68, 186),
    "semget": (64, 190), "mq_open": (240, 180), "reboot": (169, 142), "kexec_load": (246, 104),
    "personality": (135, 92), "process_madvise": (440, 440),
}  # fmt: skip
_CLONE, _CLONE3 = (56, 220), 435


def _libc() -> ctypes.CDLL:
    """Return the C library of this process."""
    return ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int) -> bool:
    """Set one attribute of this process; tell whether it took."""
    try:
        return int(_libc().prctl(option, ctypes.c_ulong(value), 0, 0, 0)) == 0
    except (OSError, AttributeError):
        return False


def filter_program(machine: str) -> bytes | None:
    """Return the seccomp filter for a child on `machine`: threads yes; processes, sockets and signals no."""
    if machine not in _ARCHITECTURES:
        return None
    column = 0 if machine == "x86_64" else 1
    numbers = [row[column] for row in _DENIED.values() if row[column] >= 0]

    def step(code: int, true: int, false: int, value: int) -> bytes:
        return struct.pack("=HBBI", code, true, false, value)

    steps = [
        step(_LOAD, 0, 0, 4), step(_EQUAL, 1, 0, _ARCHITECTURES[machine]), step(_RETURN, 0, 0, _KILL),
        step(_LOAD, 0, 0, 0),
        step(_EQUAL, 0, 1, _CLONE3), step(_RETURN, 0, 0, _ENOSYS),
        step(_EQUAL, 0, 4, _CLONE[column]), step(_LOAD, 0, 0, 16), step(_SET, 0, 1, _CLONE_THREAD),
        step(_RETURN, 0, 0, _ALLOW), step(_RETURN, 0, 0, _EPERM),
    ]  # fmt: skip
    if machine == "x86_64":  # the x32 calls have numbers of their own
        steps += [step(0x35, 0, 1, 0x40000000), step(_RETURN, 0, 0, _EPERM)]
    for number in numbers:
        steps += [step(_EQUAL, 0, 1, number), step(_RETURN, 0, 0, _EPERM)]
    steps.append(step(_RETURN, 0, 0, _ALLOW))
    return b"".join(steps)


@dataclass(frozen=True, slots=True)
class Kernel:
    """The calls that a worker makes for itself and its children. `forget` takes the last way to native
    code away.
    """

    protect: Callable[[], dict[str, bool]]  # take privileges from this process for good; what took
    die_with_parent: Callable[[], bool]  # be killed when the parent ends
    filter_calls: Callable[[], bool]  # install the system call filter here; False where the kernel refuses
    forget: Callable[[], None]


def kernel() -> Kernel:
    """Bind the calls while ctypes is there. What is kept of it is one function, in a cell that `forget`
    empties.
    """
    function = _libc().prctl
    function.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    cell: list[Callable[..., int]] = [function]
    program = filter_program(platform.machine())
    filters = ctypes.create_string_buffer(program or b"", len(program or b"") or 1)
    header = struct.pack("@HxxxxxxP", len(program or b"") // 8, ctypes.addressof(filters))
    pointed = ctypes.create_string_buffer(header, len(header))
    kept: list[object] = [filters, pointed]
    address = ctypes.addressof(pointed)

    def ask(option: int, value: int, argument: int = 0) -> bool:
        return bool(cell) and cell[0](option, value, argument, 0, 0) == 0

    def protect() -> dict[str, bool]:
        return {
            "no_new_privileges": ask(PR_SET_NO_NEW_PRIVS, 1),
            "not_dumpable": ask(PR_SET_DUMPABLE, 0),
            "subreaper": ask(PR_SET_CHILD_SUBREAPER, 1),
        }

    def filter_calls() -> bool:
        return program is not None and ask(PR_SET_SECCOMP, _FILTER_MODE, address)

    def forget() -> None:
        cell.clear()
        kept.clear()

    return Kernel(protect, lambda: ask(PR_SET_PDEATHSIG, 9), filter_calls, forget)


def drop_ctypes() -> None:
    """Empty the modules of ctypes in this process, which is about to fork children that must not find
    them.
    """
    global ctypes
    for name in [name for name in sys.modules if name.partition(".")[0] in {"ctypes", "_ctypes"}]:
        vars(sys.modules.pop(name)).clear()
    del ctypes


def hide_environment(names: tuple[str, ...]) -> bool:
    """Overwrite the values of `names` in this process's initial environment, which /proc/<pid>/environ
    shows.

    The variables stay set: they are put back first, and then live elsewhere. Tell whether all were
    overwritten.
    """
    present = [name for name in names if os.environ.get(name)]
    for name in present:
        os.environ[name] = os.environ[name]
    try:
        with open("/proc/self/stat", "rb") as file:  # noqa: PTH123
            fields = file.read().rpartition(b")")[2].split()
        start, end = int(fields[47]), int(fields[48])
        block = ctypes.string_at(start, end - start)
    except (OSError, ValueError, IndexError):
        return False
    for name in present:
        entry = f"{name}=".encode()
        at = 0 if block.startswith(entry) else block.find(b"\0" + entry) + 1
        if block[at : at + len(entry)] != entry:
            continue
        value = at + len(entry)
        length = block.find(b"\0", value) - value
        ctypes.memset(start + value, ord("x"), length)
    return True
