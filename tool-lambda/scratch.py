"""The one folder that model code may use: paths in it, relative paths, and paths below /tmp all land
there.

Replaces the path functions of `os`, `io` and `builtins` in the child. What lies outside cannot be read,
listed, written or looked at. Depth over the audit hook, which checks the real paths once more.
"""

from __future__ import annotations

import errno
import functools
import os
import posix
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Function = Callable[..., Any]
SHOWN = "/tmp"  # noqa: S108 - what code sees as its folder; nothing is created there
HINT = "Permission denied (only the current directory and /tmp can be used here)"
_HIDDEN = ("/proc", "/sys", "/dev", "/var/task", "/var/runtime", "/opt", "/root", "/home")
_ONE_PATH = (  # noqa: SIM905
    "stat lstat listdir scandir mkdir rmdir unlink remove access chmod utime readlink chdir truncate statvfs "
    "listxattr getxattr"
).split()
_READS = frozenset({"stat", "lstat", "listdir", "scandir", "access", "readlink", "statvfs"})
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True, slots=True)
class Paths:
    """Where a path that code wrote really leads. Built by `make_paths`; holds functions only, nothing to
    set.
    """

    inside: Callable[[str], bool]  # is this normal path in the scratch folder?
    may_read: Callable[[str], bool]
    may_write: Callable[[str], bool]
    normal: Callable[[str], str]  # absolute and normal, as the kernel takes it
    real: Callable[..., Any]  # where a path that code wrote leads; raises OSError for one outside
    shown: Callable[[str], str]  # a real path as code sees it
    place: Callable[[str], None]  # takes the scratch folder, once


def make_paths(readable: tuple[str, ...]) -> Paths:  # noqa: C901
    """Return the rules for a scratch folder that is named later; `readable` are folders that may be read
    besides.
    """
    root: list[str] = []
    system: Any = posix
    getcwd, null = os.getcwd, os.devnull
    normpath: Callable[[str], str] = system._path_normpath
    fspath, fsdecode, fsencode = os.fspath, os.fsdecode, os.fsencode

    def place(folder: str) -> None:
        if not root:
            root.append(folder)

    def below(path: str, folder: str) -> bool:
        return path == folder or path[: len(folder) + 1] == folder + "/"

    def inside(path: str) -> bool:
        return below(path, root[0]) if root else False

    def may_read(path: str) -> bool:
        return inside(path) or path == null or any(below(path, folder) for folder in readable)

    def may_write(path: str) -> bool:
        return inside(path) or path == null

    def normal(path: str) -> str:
        full = normpath(path if path[:1] == "/" else getcwd() + "/" + path)
        return "/" + full.lstrip("/")

    def shown(path: str) -> str:
        return SHOWN + path[len(root[0]) :] if inside(path) else path

    def real(path: Any, *, write: bool) -> Any:
        if isinstance(path, int):
            raise PermissionError(errno.EPERM, "file descriptors cannot be used here", path)
        text = "".join(fsdecode(path))
        full = normal(text)
        if write or not may_read(full):
            full = root[0] + full[len(SHOWN) :] if below(full, SHOWN) and not inside(full) else full
        if may_write(full) if write else may_read(full):
            # A relative path without `..` stays in the folder, whatever thread changes directory meanwhile.
            found = text if text[:1] != "/" and ".." not in text and text else full
            return fsencode(found) if isinstance(fspath(path), bytes) else found
        raise _refusal(full, path)

    return Paths(inside, may_read, may_write, normal, real, shown, place)


def _make_refusal() -> Callable[[str, Any], OSError]:
    """Return what makes the error for a path outside: what does not exist is not forbidden but missing."""
    exists = os.lstat

    def refusal(full: str, given: Any) -> OSError:
        if not any(full == hidden or full.startswith(hidden + "/") for hidden in _HIDDEN):
            try:
                exists(full)
            except FileNotFoundError:
                return FileNotFoundError(errno.ENOENT, "No such file or directory", given)
            except (OSError, ValueError):
                return PermissionError(errno.EACCES, HINT, given)
        return PermissionError(errno.EACCES, HINT, given)

    return refusal


_refusal = _make_refusal()


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

    del wrapped.__wrapped__
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

    del wrapped.__wrapped__
    return wrapped


def path_functions(paths: Paths) -> dict[str, Function]:
    """Return the path functions of `os`, each kept to what `paths` allows."""
    functions: dict[str, Function] = {}
    for name in _ONE_PATH:
        default = "." if name in {"listdir", "scandir"} else None
        functions[name] = _one_path(
            getattr(os, name), paths, write=name not in _READS | {"chdir"}, default=default
        )
    functions["scandir"] = _make_scandir(functions["scandir"])
    for name in ("rename", "replace"):
        functions[name] = _two_paths(getattr(os, name), paths)
    real_getcwd = os.getcwd
    functions["getcwd"] = lambda: paths.shown(real_getcwd())
    functions["getcwdb"] = lambda: os.fsencode(paths.shown(real_getcwd()))
    return functions


class Entry:
    """One entry of a folder below /tmp, under the path that the code wrote; as `os.DirEntry`."""

    def __init__(self, entry: Any, folder: str) -> None:
        self.name = entry.name
        self.path = f"{folder}{'' if folder.endswith('/') else '/'}{entry.name}"
        self.is_dir, self.is_file, self.is_symlink = entry.is_dir, entry.is_file, entry.is_symlink
        self.is_junction, self.stat, self.inode = getattr(entry, "is_junction", None), entry.stat, entry.inode

    def __fspath__(self) -> str:
        return self.path

    def __repr__(self) -> str:
        return f"<DirEntry {self.name!r}>"


class Entries:
    """The entries of a folder, as the context manager and iterator that `os.scandir` gives."""

    def __init__(self, entries: Any, folder: str) -> None:
        self._entries, self._folder = entries, folder

    def __iter__(self) -> Iterator[Entry]:
        return self

    def __next__(self) -> Entry:
        return Entry(next(self._entries), self._folder)

    def __enter__(self) -> Entries:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop reading the folder."""
        self._entries.close()


def _make_scandir(mapped: Function) -> Function:
    """Return `os.scandir` whose entries lie below the path that the code wrote."""

    def scandir(path: Any = ".") -> Any:
        found = mapped(path)
        text = os.fspath("." if path is None else path)
        below_tmp = isinstance(text, str) and (text == SHOWN or text.startswith(f"{SHOWN}/"))
        return Entries(found, text) if below_tmp else found

    return scandir


def descriptor_functions(paths: Paths, owned: set[int]) -> dict[str, Function]:
    """Return `os.open`, `close`, `read` and the like for descriptors that code opened itself, kept in
    `owned`.
    """
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

    own = _make_own(owned)

    def kept(real: Function) -> Function:
        def wrapped(fd: int, *arguments: Any) -> Any:
            return real(own(fd), *arguments)

        return wrapped

    real_close = kept(os.close)

    def close(fd: int) -> None:
        real_close(fd)
        owned.discard(fd)

    names = ("read", "write", "fstat", "lseek", "fsync", "ftruncate")
    return {"open": open_, "close": close, **{name: kept(getattr(os, name)) for name in names}}


def _make_own(owned: set[int]) -> Callable[[Any], int]:
    """Return what lets a descriptor of the code's own through. A subclass of `int` could equal any number."""

    def own(fd: Any) -> int:
        number = int.__int__(fd) if isinstance(fd, int) else fd
        if type(number) is not int or number not in owned:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return number

    return own


def make_open(real_open: Function, paths: Paths, owned: set[int]) -> Function:
    """Return the built-in `open` for files in the scratch folder."""
    own = _make_own(owned)

    def open(file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None,
             newline: Any = None, closefd: bool = True, opener: Any = None) -> Any:  # fmt: skip
        if isinstance(file, int):
            return real_open(own(file), mode, buffering, encoding, errors, newline, closefd)
        kept = None if opener is None else lambda path, flags: own(opener(path, flags))
        target = paths.real(file, write=any(letter in mode for letter in "wax+"))
        try:
            return real_open(target, mode, buffering, encoding, errors, newline, closefd, kept)
        except OSError as error:
            raise _renamed(error, file)  # noqa: B904

    return open
