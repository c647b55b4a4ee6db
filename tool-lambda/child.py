"""One call: a process that closes every door behind it, runs one program, says how it ended, and is gone.

All that can be done before the program is known is done while the child waits. It never finalises the
interpreter: audit hooks are cleared before the last objects are.
"""

from __future__ import annotations

import _thread
import faulthandler
import itertools
import os
import queue
import resource
import socket
import sys
import threading
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import adaptations
import channels
import closed_types
import limits
import outcome
import program
import sealing
from authorised import AUTHORISED

if TYPE_CHECKING:
    from collections.abc import Callable

    from space import Library, Space

Message = dict[str, Any]
STACK_BYTES = 64 * limits.MEBIBYTE
DEEP = 20_000
MAX_DESCRIPTOR = 4096


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the worker lends to each child."""

    library: Library
    libraries: frozenset[int]
    space: Space
    frames: closed_types.Frames
    connect: Callable[[Callable[[Message], Message]], None]  # tells boto3 whom to ask
    die_with_parent: Callable[[], bool]
    filter_calls: Callable[[], bool]
    forget: Callable[[], None]  # takes the last way to native code away
    leave: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Descriptors:
    """The files that a child is given: its three outputs, the harness's connection and those to the
    broker.
    """

    stdout: int
    stderr: int
    trace: int
    harness: int
    broker: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Tools:
    """Functions of the system that the harness needs once more, captured before they are taken away."""

    chdir: Callable[[str], None]
    write: Callable[[int, bytes], int]
    set_limit: Callable[[int, tuple[int, int]], None]
    trace_later: Callable[..., None]
    start_thread: Callable[..., int]
    filter_calls: Callable[[], bool]
    forget: Callable[[], None]
    add_hook: Callable[[Any], None]


def run(prepared: Prepared, descriptors: Descriptors, most: limits.Limits) -> None:
    """Be the child. Does not return."""
    leave = prepared.leave
    tools = Tools(os.chdir, os.write, resource.setrlimit, faulthandler.dump_traceback_later,
    _thread.start_new_thread,
                  prepared.filter_calls, prepared.forget, sys.addaudithook)  # fmt: skip
    try:
        isolate(prepared, descriptors)
        harness = channels.harness(socket.socket(fileno=descriptors.harness))
        prepared.connect(channels.make_ask([socket.socket(fileno=number) for number in descriptors.broker]))
        limits.apply(most)
        space, frames = prepared.space, prepared.frames
        space.install()
        limits.limit_threads()
        threading.stack_size(STACK_BYTES)
        closed_types.close(prepared.library.modules, prepared.libraries, frames)
        sealing.strip()
        job = harness.receive()
        words = begin(job, space, frames, tools, descriptors.trace)
        relay(words, harness.send, job["token"], space.native)
        leave(0)
    except ConnectionError:
        leave(0)
    except BaseException as error:  # noqa: BLE001 - nothing may climb out of the child
        tools.write(2, f"child: {type(error).__name__}: {error}\n".encode())
        leave(70)


def isolate(prepared: Prepared, descriptors: Descriptors) -> None:
    """Leave the worker's session, take the given outputs, and lose every other descriptor."""
    os.setsid()
    prepared.die_with_parent()
    null = os.open(os.devnull, os.O_RDONLY)
    for number, target in ((null, 0), (descriptors.stdout, 1), (descriptors.stderr, 2)):
        os.dup2(number, target)
    kept = {0, 1, 2, descriptors.trace, descriptors.harness, *descriptors.broker}
    for low, high in itertools.pairwise([*sorted(kept), MAX_DESCRIPTOR]):
        os.closerange(low + 1, high)


def begin(
    job: Message, space: Space, frames: closed_types.Frames, tools: Tools, trace: int
) -> queue.SimpleQueue[Message]:
    """Close the last doors and start the program in its own thread; return what it will say of itself."""
    tools.chdir(job["folder"])
    space.settle(job["folder"], {str(key): str(value) for key, value in job["environment"].items()})
    seconds = int(job["cpu_seconds"])
    tools.set_limit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    words = queue.SimpleQueue[Message]()
    main = make_main(job["code"], words.put, space, frames)
    ready = _thread.allocate_lock()
    ready.acquire()
    if job["trace_after"] > 0:
        tools.trace_later(job["trace_after"], file=trace, exit=False)
    if job["filter_calls"]:
        tools.filter_calls()
    tools.forget()
    tools.start_thread(_as_main_thread(main, ready), ())
    threading.stack_size(0)
    tools.add_hook(space.hook)
    ready.release()
    return words


def relay(
    words: queue.SimpleQueue[Message], send: Callable[[Message], None], token: str, native: list[str]
) -> None:
    """Send what the program's thread says, each word once, until the final one.

    The token is known to this thread only: nothing on the program's own stack could sign a word.
    """
    plain = str.__str__
    for kind in ("prepared", "done"):
        word = words.get()
        if word["kind"] == "done":
            send({**word, "token": token, "native": [plain(event) for event in native[:20]]})
            return
        if kind == "prepared":
            send({**word, "token": token})


def _as_main_thread(main: Callable[[], None], ready: Any) -> Callable[[], None]:
    """Return the function of a thread which `threading` takes for the main one, as programs expect to be
    in it.
    """
    subject: Any = threading.main_thread()
    active: dict[int, Any] = threading._active  # type: ignore[attr-defined]

    def thread() -> None:
        ready.acquire()
        active.pop(subject._ident, None)
        subject._ident = threading.get_ident()
        active[subject._ident] = subject
        main()

    return thread


def make_main(
    source: str, say: Callable[[Message], None], space: Space, frames: closed_types.Frames
) -> Callable[[], None]:
    """Return the main function of the program's thread."""
    report, names, shown = outcome.ErrorReport(frames, source), space.globals, space.shown
    body = _make_body(source, say, space)
    limit, set_limit = sys.getrecursionlimit(), sys.setrecursionlimit
    wait = _thread.allocate_lock()
    wait.acquire()

    def stop(status: int = 0) -> None:
        message = f"os._exit({outcome.text_of(status)}) ended the process before the code's end"
        error = {"type": "SystemExit", "message": message, "traceback": ""}
        say({"kind": "done", "success": False, "error": error, "result": None})
        wait.acquire()

    def main() -> None:
        space.exits.append(stop)
        ending: BaseException | None = None
        try:
            body()
        except BaseException as raised:  # noqa: BLE001 - the program's own error
            ending = raised
        set_limit(limit)  # the program may have lowered it
        error = None if ending is None else report.describe(ending)
        say({"kind": "done", "success": error is None, "error": error, **outcome.left(names, shown)})

    return main


def _make_body(source: str, say: Callable[[Message], None], space: Space) -> Callable[[], None]:
    """Return what prepares the program and runs it to its end, threads included."""
    evaluate, limit, set_limit = eval, sys.getrecursionlimit(), sys.setrecursionlimit
    run_coroutine = sys.modules["asyncio"].run

    def body() -> None:
        set_limit(DEEP)
        prepared = program.prepare(source, AUTHORISED)
        set_limit(limit)
        say({"kind": "prepared", "removed_imports": list(prepared.removed_imports),
             "unavailable_modules": list(prepared.unavailable_modules)})  # fmt: skip
        adaptations.show_source(program.FILENAME, source)
        value = evaluate(prepared.code, space.globals)
        if isinstance(value, types.CoroutineType):
            run_coroutine(value)
        join_threads()

    return body


def join_threads() -> None:
    """Wait for the program's threads, as Python does at its end."""
    for callback in reversed(getattr(threading, "_threading_atexits", [])):
        callback()
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.current_thread():
            thread.join()
