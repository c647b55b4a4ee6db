"""The audit hook: after the seal, nothing that it does not know is let through.

It stands in the child only. What it refuses is raised as `PermissionError` (or `ImportError`), so that
ordinary code handles it as it would a system's refusal.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scratch import Paths

# Events that tell of nothing but the interpreter's ordinary work, or that other walls look after.
HARMLESS = frozenset(
    """
    compile exec object.__getattr__ sys._getframe sys._getframemodulename
    sys.set_asyncgen_hooks_firstiter sys.set_asyncgen_hook_firstiter sys.set_asyncgen_hook_finalizer
    sys.set_asyncgen_hooks_finalizer sys.excepthook sys.unraisablehook builtins.id array.__new__ time.sleep
    _thread.start_new_thread _thread.start_joinable_thread tempfile.mkstemp tempfile.mkdtemp shutil.copyfile
    shutil.copymode shutil.copystat shutil.copytree shutil.move shutil.rmtree shutil.make_archive
    shutil.unpack_archive shutil.chown glob.glob glob.glob/2 pathlib.Path.glob pathlib.Path.rglob
    os.walk os.fwalk
    tarfile.open zipfile.open threading.Thread.start
    """.split()  # noqa: SIM905
)
READS = frozenset({"os.listdir", "os.scandir", "os.chdir", "os.getxattr", "os.listxattr"})
WRITES = frozenset({"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "os.utime", "os.chmod"})
# Attributes whose assignment makes one function run another's code, or watches a frame.
CODE_NAMES = frozenset({"__code__", "f_trace", "f_trace_lines", "f_trace_opcodes", "f_lineno"})
# What only a breach would try: after one of these the worker is retired too.
NATIVE = ("ctypes.", "socket.", "os.fork", "os.exec", "os.posix_spawn", "os.spawn", "os.system",
"os.kill", "pty.",
          "subprocess.", "code.", "function.", "marshal.", "gc.", "sys.set", "sys.addaudithook",
          "mmap.", "fcntl.",
          "signal.", "cpython.", "resource.", "sys._current", "object.__setattr__",
          "object.__delattr__")  # fmt: skip
MAX_FILES = 2000
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

Hook = Callable[[str, tuple[Any, ...]], None]


def make_hook(paths: Paths, owned: set[int], native: list[str]) -> Hook:
    """Return the hook. It notes refused native events in `native`, and keeps files to `paths` and `owned`."""
    refuse = _make_refusal(native)
    allowed = _make_path_check(paths, owned, [0])

    def hook(
        event: str,
        args: tuple[Any, ...],
        *,
        harmless: frozenset[str] = HARMLESS,
        reads: frozenset[str] = READS,
        writes: frozenset[str] = WRITES,
        code_names: frozenset[str] = CODE_NAMES,
    ) -> None:
        if event in harmless:
            return
        if event == "open":
            flags = args[2] if type(args[2]) is int else _WRITE_FLAGS
            if allowed(args[0], bool(flags & _WRITE_FLAGS)):
                return
        elif event in reads:
            if allowed("." if args[0] is None else args[0], False):
                return
        elif event in {"object.__setattr__", "object.__delattr__"} and args[1] not in code_names:
            return  # the types themselves look after the rest
        elif event in writes and allowed(args[0], True) and (event != "os.rename" or allowed(args[1], True)):
            return
        refuse(event, args)

    return hook


def _make_path_check(paths: Paths, owned: set[int], opened: list[int]) -> Callable[[Any, bool], bool]:
    """Return the check of one path, which counts what is written."""
    decode, may_read, may_write, normal = bytes.decode, paths.may_read, paths.may_write, paths.normal

    def allowed(path: Any, write: bool) -> bool:
        if type(path) is int:
            return path in owned
        if type(path) not in (str, bytes):
            return False
        text = path if type(path) is str else decode(path, "utf-8", "surrogateescape")
        if text[:1] != "/" and ".." in text:
            return False  # what it means depends on the directory, which another thread may change
        full = normal(text)
        if not write:
            return may_read(full)
        opened[0] += 1
        return opened[0] <= MAX_FILES and may_write(full)

    return allowed


def _make_refusal(native: list[str]) -> Callable[[str, tuple[Any, ...]], None]:
    """Return what raises the refusal of an event, in the way that the event's caller expects."""

    def refuse(event: str, args: tuple[Any, ...], *, prefixes: tuple[str, ...] = NATIVE) -> None:
        if event.startswith(prefixes):
            native.append(event)
        if event == "import":
            raise ImportError(f"no module named {args[0]!r} in this environment", name=str(args[0]))
        raise PermissionError(1, f"{event} is not available in this environment")

    return refuse
