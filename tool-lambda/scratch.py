"""The one folder that model code may use: paths in it, relative paths, and paths below /tmp all land there.

Replaces the path functions of `os`, `io` and `builtins` in the child. What lies outside cannot be read, listed,
written or looked at. Depth over the audit hook, which checks the real paths once more.
"""

from __future__ import annotations

import errno
import functools
import os
import posixpath
from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]
SHOWN = "/tmp"  # noqa: S108 - what code sees as its folder; nothing is created there
HINT = "Permission denied (only the current directory and /tmp can be used here)"
_HIDDEN = ("/proc", "/sys", "/dev", "/var/task", "/var/runtime", "/opt", "/root", "/home")
_ONE_PATH = (
    "stat lstat listdir scandir mkdir rmdir unlink remove access chmod utime readlink chdir truncate statvfs "
    "listxattr getxattr"
).split()
_READS = frozenset({"stat", "lstat", "listdir", "scandir", "access", "readlink", "statvfs"})
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Paths:
    """Where a path that code wrote really leads. `root` is the scratch folder, `readable` what may be read besides."""

    __slots__ = ("_exists", "_getcwd", "readable", "root")

    def __init__(self, root: str, readable: tuple[str, ...]) -> None:
        self.root = root
        self.readable = readable
        self._getcwd = os.getcwd
        self._exists = os.lstat

    def inside(self, path: str) -> bool:
        """Tell whether the normal path `path` is in the scratch folder."""
        return path == self.root or path.startswith(self.root + "/")

    def may_read(self, path: str) -> bool:
        """Tell whether the normal path `path` may be read."""
        return (
            self.inside(path)
            or path == os.devnull
            or any(path == r or path.startswith(r + "/") for r in self.readable)
        )

    def may_write(self, path: str) -> bool:
        """Tell whether the normal path `path` may be written."""
        return self.inside(path) or path == os.devnull

    def absolute(self, path: str) -> str:
        """Return `path` absolute and normal, with /tmp led into the scratch folder."""
        full = posixpath.normpath(posixpath.join(self._getcwd(), path))
        full = "/" + full.lstrip("/")
        if not self.inside(full) and (full == SHOWN or full.startswith(SHOWN + "/")):
            full = self.root + full[len(SHOWN) :]
        return full

    def shown(self, path: str) -> str:
        """Return a real path as code sees it."""
        return SHOWN + path[len(self.root) :] if self.inside(path) else path

    def real(self, path: Any, *, write: bool) -> Any:
        """Return where `path` leads, or raise `OSError` as a system call would."""
        if isinstance(path, int):
            raise PermissionError(errno.EPERM, "file descriptors cannot be used here", path)
        text = os.fsdecode(path)
        full = self.absolute("".join(text))
        if self.may_write(full) if write else self.may_read(full):
            return os.fsencode(full) if isinstance(os.fspath(path), bytes) else full
        raise self._refusal(full, path)

    def _refusal(self, full: str, given: Any) -> OSError:
        """Return the error for a path outside."""
        if not any(full == hidden or full.startswith(hidden + "/") for hidden in _HIDDEN):
            try:
                self._exists(full)
            except FileNotFoundError:
                return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), given)
            except (OSError, ValueError):
                return PermissionError(errno.EACCES, HINT, given)
        return PermissionError(errno.EACCES, HINT, given)


def _renamed(error: OSError, *paths: Any) -> OSError:
    """Show the paths that the code wrote in an error of the system."""
    if error.filename is not None:
        error.filename = paths[0]
        if len(paths) > 1 and error.filename2 is not None:
            error.filename2 = paths[1]
    return error


def _one_path(real: Function, paths: Paths, *, write: bool, default: str | None) -> Function:
    """Return `real` with its path led into the scratch folder."""

    @functools.wraps(real)
    def wrapped(path: Any = default, *arguments: Any, **keywords: Any) -> Any:
        if keywords.get("dir_fd") is not None:
            raise PermissionError(errno.EPERM, "dir_fd cannot be used here")
        target = paths.real("." if path is None else path, write=write)
        try:
            return real(target, *arguments, **keywords)
        except OSError as error:
            raise _renamed(error, path)  # noqa: B904 - the same error, with the path that the code wrote

    del wrapped.__wrapped__  # type: ignore[attr-defined]
    return wrapped


def _two_paths(real: Function, paths: Paths) -> Function:
    """Return `real`, which moves one path to another, kept inside the scratch folder."""

    @functools.wraps(real)
    def wrapped(src: Any, dst: Any, **keywords: Any) -> Any:
        if any(value is not None for value in keywords.values()):
            raise PermissionError(errno.EPERM, "dir_fd cannot be used here")
        source, target = paths.real(src, write=True), paths.real(dst, write=True)
        try:
            return real(source, target)
        except OSError as error:
            raise _renamed(error, src, dst)  # noqa: B904

    del wrapped.__wrapped__  # type: ignore[attr-defined]
    return wrapped


def path_functions(paths: Paths) -> dict[str, Function]:
    """Return the path functions of `os`, each kept to what `paths` allows."""
    functions: dict[str, Function] = {}
    for name in _ONE_PATH:
        default = "." if name in {"listdir", "scandir"} else None
        functions[name] = _one_path(
            getattr(os, name), paths, write=name not in _READS | {"chdir"}, default=default
        )
    for name in ("rename", "replace"):
        functions[name] = _two_paths(getattr(os, name), paths)
    real_getcwd = os.getcwd
    functions["getcwd"] = lambda: paths.shown(real_getcwd())
    functions["getcwdb"] = lambda: os.fsencode(paths.shown(real_getcwd()))
    return functions


def descriptor_functions(paths: Paths, owned: set[int]) -> dict[str, Function]:
    """Return `os.open`, `close`, `read` and the like for descriptors that code opened itself, kept in `owned`."""
    real_open = os.open

    def open_(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if dir_fd is not None:
            raise PermissionError(errno.EPERM, "dir_fd cannot be used here")
        target = paths.real(path, write=bool(flags & _WRITE_FLAGS))
        try:
            number = real_open(target, flags, mode)
        except OSError as error:
            raise _renamed(error, path)  # noqa: B904
        owned.add(number)
        return number

    def kept(real: Function) -> Function:
        def wrapped(fd: int, *arguments: Any) -> Any:
            if fd not in owned:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            return real(int(fd), *arguments)

        return wrapped

    real_close = kept(os.close)

    def close(fd: int) -> None:
        real_close(fd)
        owned.discard(fd)

    names = ("read", "write", "fstat", "lseek", "fsync", "ftruncate")
    return {"open": open_, "close": close, **{name: kept(getattr(os, name)) for name in names}}


def make_open(real_open: Function, paths: Paths, owned: set[int]) -> Function:
    """Return the built-in `open` for files in the scratch folder."""

    def open(file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None,  # noqa: A001
             newline: Any = None, closefd: bool = True, opener: Any = None) -> Any:  # fmt: skip
        if isinstance(file, int):
            if file not in owned:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF), file)
            return real_open(int(file), mode, buffering, encoding, errors, newline, closefd)
        target = paths.real(file, write=any(letter in mode for letter in "wax+"))
        try:
            return real_open(target, mode, buffering, encoding, errors, newline, closefd, opener)
        except OSError as error:
            raise _renamed(error, file)  # noqa: B904

    return open
