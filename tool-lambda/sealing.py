"""Seals imports and takes out of the loaded modules what no investigation needs. Runs in the child, for
good.
"""

from __future__ import annotations

import builtins
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from closed_types import Frames

# Functions that the audit hook does not see, or that nothing here needs: gone from the real modules, by name.
STRIPPED: dict[str, str] = {
    "posix": "fork forkpty system popen execv execve posix_spawn posix_spawnp kill killpg pidfd_open "
    "memfd_create "
    "mkfifo mknod unshare setns dup dup2 writev pwrite pwritev readv pread preadv pipe pipe2 sendfile splice "
    "copy_file_range openpty login_tty setuid setgid setreuid setregid setresuid setresgid setgroups "
    "initgroups "
    "sched_setaffinity sched_setscheduler sched_setparam nice setpriority chroot link symlink "
    "set_inheritable "
    "eventfd eventfd_read eventfd_write timerfd_create register_at_fork lockf fchmod fchown fchdir "
    "chown lchown "
    "ttyname setsid setpgid setpgrp abort tcsetpgrp ctermid sync posix_openpt grantpt unlockpt "
    "ptsname closerange "
    "fdopendir pidfd_getfd wait wait3 wait4 waitpid waitid setxattr removexattr",
    "os": "fork forkpty system popen execv execve execl execle execlp execlpe execvp execvpe "
    "posix_spawn posix_spawnp "
    "spawnv spawnve spawnl spawnle spawnlp spawnlpe spawnvp spawnvpe kill killpg pidfd_open "
    "memfd_create mkfifo mknod "
    "unshare setns dup dup2 writev pwrite pwritev readv pread preadv pipe pipe2 sendfile splice "
    "copy_file_range openpty "
    "login_tty setuid setgid setreuid setregid setresuid setresgid setgroups initgroups sched_setaffinity "
    "sched_setscheduler sched_setparam nice setpriority chroot link symlink set_inheritable eventfd "
    "eventfd_read "
    "eventfd_write timerfd_create register_at_fork lockf fchmod fchown fchdir chown lchown ttyname "
    "setsid setpgid "
    "setpgrp abort tcsetpgrp ctermid sync posix_openpt grantpt unlockpt ptsname closerange wait wait3 "
    "wait4 waitpid "
    "waitid fdopen setxattr removexattr",
    "signal": "pthread_kill pidfd_send_signal raise_signal setitimer alarm",
    "_signal": "pthread_kill pidfd_send_signal raise_signal setitimer alarm",
    "_posixsubprocess": "fork_exec",
    "subprocess": "Popen _fork_exec run call check_call check_output getoutput getstatusoutput",
    "_socket": "close dup fromfd socketpair",
    "socket": "close dup fromfd socketpair create_connection create_server socket SocketType",
    "pwd": "getpwall getpwnam getpwuid",
    "grp": "getgrall getgrnam getgrgid",
    "_imp": "create_builtin create_dynamic exec_dynamic exec_builtin get_frozen_object init_frozen "
    "find_frozen",
    "gc": "get_objects get_referrers get_referents callbacks",
    "mmap": "mmap",
    "fcntl": "fcntl ioctl flock lockf",
    "resource": "setrlimit prlimit",
    "_thread": "interrupt_main",
    "marshal": "loads load",
    "_abc": "_get_dump",
    "faulthandler": "dump_traceback dump_traceback_later register enable cancel_dump_traceback_later "
    "disable _sigsegv",
}
# Modules that built-in code imports by itself, when the program calls it.
USED_BY_C = frozenset(
    "_strptime io warnings copyreg collections.abc _pydecimal decimal numbers reprlib locale encodings _io "  # noqa: SIM905
    "importlib._bootstrap unicodedata functools inspect os re typing _collections_abc posix time "
    "datetime".split()
)


# Sets of functions as they were before they were replaced.
ORIGINALS = ("supports_dir_fd", "supports_effective_ids", "supports_fd", "supports_follow_symlinks")


def strip() -> None:
    """Replace every name in `STRIPPED` by a function that refuses; drop what still holds the originals."""
    for name in ORIGINALS:
        getattr(os, name).clear()
    for namespace in ("_collections_abc", "collections.abc"):
        vars(sys.modules[namespace]).pop("framelocalsproxy", None)
    for module_name, names in STRIPPED.items():
        module = sys.modules.get(module_name)
        for name in names.split():
            if module is not None and hasattr(module, name):
                unknown = module_name in {"pwd", "grp"}
                setattr(module, name, _unknown if unknown else _refuser(f"{module_name}.{name}"))


def _unknown(who: object = None) -> Any:
    """Know no user and no group, as a system without a user database."""
    raise KeyError(f"getpwuid(): uid not found: {who!r}")


def _refuser(name: str) -> Callable[..., Any]:
    """Return a function that only refuses."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError(1, f"{name} is not available in this environment")

    return refuse


def seal_imports(libraries: frozenset[int], for_code: Callable[..., Any], frames: Frames) -> None:
    """Let library code import what is loaded, and nothing else; code of the program's own gets `for_code`.

    `__import__` knows a library by its globals, so that text evaluated by a library does not pass for one.
    """
    real, loaded, get_frame, get_globals = builtins.__import__, sys.modules, sys._getframe, frames.globals

    def __import__(  # noqa: N807
        name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        asking = get_globals(get_frame(1)) if globals is None else globals
        if id(asking) in libraries:
            if level or name in loaded:
                return real(name, globals, locals, fromlist, level)
            raise ImportError(f"no module named {name!r} in this environment", name=name)
        return for_code(name, globals, locals, fromlist, level)

    builtins.__import__ = __import__
    sys.meta_path.clear()
    sys.path_hooks.clear()
    sys.path.clear()
    sys.path_importer_cache.clear()
