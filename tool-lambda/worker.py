"""The process that forks a child for each call. Started by exec, with a scrubbed environment, before any
code is known.

It keeps the modules and the usual service models loaded, holds no credentials, and speaks to the handler's
process over one socket: it is handed descriptors, answers with a process id, and later with how that
process ended.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import warnings
import zoneinfo
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import authorised
import child
import closed_types
import facades
import kernel
import limits
import remote_aws
from space import Library, make_space

Leave = Callable[[int], None]
ENCODINGS = (
    "utf_8 utf_8_sig utf_7 utf_16 utf_16_le utf_16_be utf_32 latin_1 ascii cp1252 cp437 iso8859_15 charmap "
    "idna punycode hex_codec base64_codec rot_13 zlib_codec unicode_escape raw_unicode_escape quopri_codec"
)
ALSO_LOADED = (  # noqa: SIM905
    "_strptime boto3.s3.inject boto3.s3.transfer boto3.ec2.createtags boto3.ec2.deletetags "
    "boto3.dynamodb.transform "
    "boto3.dynamodb.table boto3.resources.factory concurrent.futures.thread asyncio.selector_events inspect "
    "xml.etree.cElementTree encodings.idna pyexpat _elementtree html.entities email.mime.text email.utils "
    "unittest.util stringprep importlib.resources zoneinfo._common _decimal _uuid importlib.metadata "
    "asyncio.unix_events getpass locale gettext netrc pyexpat.errors multiprocessing.util "
    "concurrent.futures.process"
).split()
NEVER = ("ctypes", "_ctypes", "multiprocessing", "concurrent.futures.process", "faulthandler")


class Worker:
    """Serves forks over the control socket until it closes."""

    def __init__(self, control: socket.socket, prepared: child.Prepared) -> None:
        self._control = control
        self._prepared = prepared
        self._children: dict[int, int] = {}  # descriptor of a process -> its id

    def serve(self, chores: list[Callable[[], object]]) -> None:
        """Fork and reap until the handler's process goes away; do `chores` while nothing is asked."""
        while True:
            waiting: list[Any] = [self._control, *self._children]
            ready, _, _ = select.select(waiting, [], [], 0 if chores else None)
            if not ready:
                chores.pop(0)()
                continue
            for source in ready:
                if source is not self._control:
                    self._reap(source)
                elif not self._answer():
                    return

    def _answer(self) -> bool:
        """Take one request; tell whether the other side is still there."""
        try:
            message, descriptors, _, _ = socket.recv_fds(self._control, 65536, 32)
        except ConnectionResetError:
            message = b""
        if not message:
            return False
        request = json.loads(message)
        process = os.fork()
        if process == 0:
            stdout, stderr, trace, harness, *broker = descriptors
            given = child.Descriptors(stdout, stderr, trace, harness, tuple(broker))
            child.run(self._prepared, given, limits.Limits(**request["limits"]))
        for descriptor in descriptors:
            os.close(descriptor)
        self._children[os.pidfd_open(process)] = process
        self._say({"started": process})
        return True

    def _reap(self, descriptor: Any) -> None:
        """Collect a child that ended, and whatever it may have left."""
        process = self._children.pop(descriptor)
        os.close(descriptor)
        _, status, usage = os.wait4(process, 0)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)
        self._say({"ended": process, "status": status, "max_rss_kib": usage.ru_maxrss})

    def end_children(self) -> None:
        """Kill and collect every child that is left, so that none outlives the worker."""
        for process in self._children.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process, 0)

    def _say(self, message: dict[str, Any]) -> None:
        """Tell the handler's process."""
        self._control.sendall(json.dumps(message).encode())


def load() -> dict[str, ModuleType]:
    """Import everything that a program may use, and return the authorised modules by name."""
    found: dict[str, ModuleType] = {}
    for name in sorted(authorised.AUTHORISED):
        with contextlib.suppress(ImportError):
            found[name] = importlib.import_module(name)
    for name in (*ALSO_LOADED, *(f"encodings.{encoding}" for encoding in ENCODINGS.split())):
        if name not in NEVER:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    return found


def settle() -> None:
    """Ask once for what the standard library looks up in files or by processes, so that it remembers."""
    import platform
    import uuid

    for question in (platform.uname, platform.platform, platform.processor, platform.libc_ver, uuid.getnode,
                     platform.python_build, platform.architecture,
                     platform.freedesktop_os_release):  # fmt: skip
        with contextlib.suppress(OSError):
            question()
    for encoding in ENCODINGS.split():
        with contextlib.suppress(LookupError):
            "".encode(encoding) if encoding not in {
                "hex_codec",
                "base64_codec",
                "rot_13",
                "zlib_codec",
                "quopri_codec",
            } else None


def forget(names: tuple[str, ...] = NEVER) -> None:
    """Take modules that no child may find out of `sys.modules`."""
    for name in ("_posixshmem", "_multiprocessing"):  # loaded all the same, and seen by no hook
        if name in sys.modules:
            vars(sys.modules.pop(name)).clear()
    for name in list(sys.modules):
        if name in names or name.startswith(("ctypes.", "multiprocessing.")):
            del sys.modules[name]


def flatten_classes() -> None:
    """Put flat copies in the place of modules that are attributes of classes, as in pathlib's."""
    waiting: list[type] = [object]
    seen: set[type] = set()
    while waiting:
        cls = waiting.pop()
        for name, value in list(vars(cls).items()):
            if isinstance(value, ModuleType):
                with contextlib.suppress(TypeError):
                    setattr(cls, name, facades.fill(facades.Facade(value.__name__), value))
        below: list[type] = type.__subclasses__(cls)
        fresh = [sub for sub in below if sub not in seen]
        seen.update(fresh)
        waiting += fresh


def readable_folders() -> tuple[str, ...]:
    """Return the folders whose public data libraries read while a program runs: service models and time
    zones.
    """
    import boto3
    import botocore
    import dateutil  # type: ignore[import-untyped]

    folders = [Path(botocore.__file__).parent / "data", Path(boto3.__file__).parent / "data",
               Path(dateutil.__file__).parent / "zoneinfo", *map(Path, zoneinfo.TZPATH)]  # fmt: skip
    forms = [
        form
        for folder in folders
        if folder.exists()
        for form in (str(folder.absolute()), os.path.realpath(folder))
    ]
    return tuple(dict.fromkeys(forms))


def prepare(leave: Leave) -> tuple[child.Prepared, dict[str, bool]]:
    """Load, warm and close what can be closed before a child exists; return what children borrow, and the
    walls.
    """
    system = kernel.kernel()
    walls = system.protect()
    ask: list[Callable[[dict[str, Any]], dict[str, Any]]] = [lambda _: {}]
    filters = list(warnings.filters)
    authorised_modules = load()
    remote_aws.install(lambda message: ask[0](message))
    settle()
    forget()
    kernel.drop_ctypes()
    flatten_classes()

    def connect(channel: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        ask[0] = channel

    library = Library(dict(sys.modules), authorised_modules, readable_folders(), tuple(filters))
    frames = closed_types.Frames()
    return child.Prepared(
        library=library, libraries=library.spaces(), space=make_space(library, frames), frames=frames,
        connect=connect,
        die_with_parent=system.die_with_parent, filter_calls=system.filter_calls, forget=system.forget,
        leave=leave,
    ), walls  # fmt: skip


def main(descriptor: int, leave: Leave = os._exit) -> None:
    """Be the worker on the control socket `descriptor`. `leave` ends a child's process."""
    control = socket.socket(fileno=descriptor)
    prepared, walls = prepare(leave)
    worker = Worker(control, prepared)
    gc.collect()
    gc.freeze()
    chores: list[Callable[[], object]] = [_warming(service) for service in remote_aws.USUAL_SERVICES]
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the handler's process is gone
        control.sendall(json.dumps({"ready": os.getpid(), "walls": walls}).encode())
        worker.serve([*chores, gc.freeze])
    worker.end_children()
    leave(0)


def _warming(service: str) -> Callable[[], object]:
    """Return the chore of loading one service."""
    return lambda: remote_aws.warm(service)
