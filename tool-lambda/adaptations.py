"""Small changes to the standard library in the child, so that it works inside the walls and opens no way
round them.
"""

from __future__ import annotations

import asyncio.selector_events
import builtins
import bz2
import contextlib
import functools
import glob
import io
import linecache
import os
import shutil
import string
import sys
import tarfile
import tempfile
import tokenize
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from attributes import CLOSED
from scratch import SHOWN

Function = Callable[..., Any]


# Where modules keep the `open` that they use.
_OPENERS: tuple[tuple[Any, str], ...] = (
    (builtins, "open"),
    (io, "open"),
    (sys.modules["_io"], "open"),
    (tarfile, "bltn_open"),
    (bz2, "_builtin_open"),
    (tokenize, "_builtin_open"),
)


def use_files(functions: dict[str, Function], open_: Function) -> None:
    """Have the standard library reach files through `functions` and `open_`."""
    for name, function in functions.items():
        for module in (os, sys.modules["posix"]):
            if hasattr(module, name):
                setattr(module, name, function)
    for module, name in _OPENERS:
        if hasattr(module, name):
            setattr(module, name, open_)
    for cls in (getattr(glob, "_StringGlobber", None), getattr(glob, "_GlobberBase", None)):
        if cls is not None and "scandir" in vars(cls):
            cls.scandir = staticmethod(functions["scandir"])
    for switch in ("_use_fd_functions", "_USE_CP_SENDFILE", "_HAS_FCOPYFILE"):
        setattr(shutil, switch, False)
    _use_unlink(functions["unlink"])
    tempfile.tempdir = SHOWN


def _use_unlink(unlink: Function) -> None:
    """Have temporary files removed by `unlink`; their methods hold the real one as a default."""
    closer: Any = tempfile._TemporaryFileCloser  # type: ignore[attr-defined]
    for name in ("cleanup", "close"):  # the first since Python 3.12
        method = getattr(closer, name, None)
        if method is not None:
            method.__defaults__ = tuple(
                unlink if getattr(value, "__name__", "") == "unlink" else value
                for value in method.__defaults__ or ()
            )


def check_formatters(getattr_: Function) -> None:
    """Have `string.Formatter` read attributes as the code itself would."""

    def get_field(self: Any, field_name: str, args: Any, kwargs: Any) -> tuple[Any, Any]:
        first, rest = split(field_name)
        value = self.get_value(first, args, kwargs)
        for is_attribute, key in rest:
            value = getattr_(value, key) if is_attribute else value[key]
        return value, first

    split = sys.modules["_string"].formatter_field_name_split
    string.Formatter.get_field = get_field  # type: ignore[method-assign]


def reset_warnings(filters: tuple[Any, ...]) -> None:
    """Take back what loaded libraries did to the filters of warnings."""
    warnings.filters[:] = filters  # type: ignore[index]
    mutated = getattr(warnings, "_filters_mutated", None) or getattr(warnings, "_filters_mutated_lock_held")  # noqa: B009
    mutated()


def hide_module_of_warnings() -> None:
    """Keep the real `warnings` module out of `catch_warnings` objects."""
    kind: Any = warnings.catch_warnings
    real_init = kind.__init__

    space, module = vars(warnings), type(sys)

    class Stand:
        """Reads and writes the attributes of the real module that `catch_warnings` needs."""

        __slots__ = ()

        def __getattribute__(self, name: str) -> Any:
            value = space.get(name)
            if value is None or isinstance(value, module) or name in CLOSED or name.startswith("__"):
                raise AttributeError(name)  # not the module's own error, which would hold the module
            return value

        def __setattr__(self, name: str, value: Any) -> None:
            setattr(warnings, name, value)

    @functools.wraps(real_init)
    def __init__(self: Any, *, record: bool = False, module: Any = None, **keywords: Any) -> None:  # noqa: N807
        real_init(self, record=record, module=Stand(), **keywords)

    del __init__.__wrapped__
    kind.__init__ = __init__


def keep_redirections_to_streams() -> None:
    """Have `redirect_stdout` and its kind reach those two names of `sys` only, whatever a subclass names."""
    kind: Any = contextlib._RedirectStream
    streams, read, write = frozenset({"stdout", "stderr"}), getattr, setattr

    def stream(self: Any) -> str:
        name = self._stream
        if type(name) is not str or name not in streams:
            raise ValueError("only stdout and stderr can be redirected here")
        return name

    def __enter__(self: Any) -> Any:  # noqa: N807
        name = stream(self)
        self._old_targets.append(read(sys, name))
        write(sys, name, self._new_target)
        return self._new_target

    def __exit__(self: Any, *_: Any) -> None:  # noqa: N807
        write(sys, stream(self), self._old_targets.pop())

    kind.__enter__, kind.__exit__ = __enter__, __exit__


@dataclass(frozen=True, slots=True)
class _Bell:
    """One end of the pipe that wakes an event loop; stands for the socket that asyncio would make."""

    fileno: Callable[[], int]
    recv: Callable[[int], bytes]
    send: Callable[[bytes], int]
    close: Callable[[], None]


def _make_bell(number: int) -> _Bell:
    """Return the bell on one descriptor, and on no other. It stays open: the next loop uses it."""
    read, write = os.read, os.write
    return _Bell(lambda: number, lambda size: read(number, min(int(size), 4096)),
                 lambda content: write(number, bytes(content)[:16]), lambda: None)  # fmt: skip


def wake_loops_by_pipe(most: int = 4) -> None:
    """Give event loops pipes made beforehand, as no socket may be made; `most` loops can be open at once."""
    pairs = []
    for _ in range(most):
        ends = os.pipe()
        for end in ends:
            os.set_blocking(end, False)
        pairs.append((_make_bell(ends[0]), _make_bell(ends[1])))

    def _make_self_pipe(self: Any) -> None:
        if not pairs:
            raise RuntimeError(f"no more than {most} event loops may be open at once here")
        self._ssock, self._csock = self._bells = pairs.pop()
        self._internal_fds += 1
        self._add_reader(self._ssock.fileno(), self._read_from_self)

    def _close_self_pipe(self: Any) -> None:
        self._remove_reader(self._ssock.fileno())
        pairs.append(self._bells)
        self._ssock = self._csock = None
        self._internal_fds -= 1

    loop: Any = asyncio.selector_events.BaseSelectorEventLoop
    loop._make_self_pipe, loop._close_self_pipe = _make_self_pipe, _close_self_pipe


def show_source(filename: str, source: str) -> None:
    """Have the standard library's tracebacks show the lines of the program."""
    linecache.cache[filename] = (len(source), None, [f"{line}\n" for line in source.split("\n")], filename)
