"""One call: this process closes every door behind it, runs one program, says how it ended, and is gone.

It never finalises the interpreter: audit hooks are cleared before the last objects are.
"""

from __future__ import annotations

import _thread
import faulthandler
import io
import itertools
import os
import resource
import socket
import sys
import threading
import types
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import adaptations
import attributes
import audit
import channels
import closed_types
import facades
import guards
import imports
import limits
import outcome
import program
import scratch
import sealing
import views
from authorised import AUTHORISED

Message = dict[str, Any]
STACK_BYTES = 64 * 1024 * 1024
DEEP = 20_000
MAX_DESCRIPTOR = 4096
# Names that code finds without importing them.
PREIMPORTED = (
    "boto3 json csv base64 datetime time re string textwrap difflib fnmatch glob collections itertools functools "
    "operator copy ipaddress hashlib urllib uuid math statistics random decimal fractions os sys platform traceback "
    "warnings pprint enum dataclasses typing gzip zlib tarfile zipfile io logging"
).split()


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the worker made before it forked, and lends to each child."""

    modules: dict[str, types.ModuleType]  # everything that is loaded
    authorised: dict[str, types.ModuleType]
    readable: tuple[str, ...]
    connect: Callable[[Callable[[Message], Message]], None]
    die_with_parent: Callable[[], bool]
    filter_calls: Callable[[], bool]
    leave: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Descriptors:
    """The files that a child is given: its three outputs, the harness's connection and those to the broker."""

    stdout: int
    stderr: int
    trace: int
    harness: int
    broker: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """Where the program lives: its globals, and what the child noted while it ran."""

    globals: dict[str, Any]
    shown: list[Any]  # the value of a last expression
    native: list[str]  # refused events that only a breach would raise
    exits: list[Callable[[int], None]]  # what stands for os._exit
    hook: audit.Hook


def run(prepared: Prepared, descriptors: Descriptors, limits_: limits.Limits) -> None:
    """Be the child. Does not return."""
    leave, write = prepared.leave, os.write
    try:
        _isolate(prepared, descriptors)
        harness = channels.harness(socket.socket(fileno=descriptors.harness))
        prepared.connect(channels.make_ask([socket.socket(fileno=number) for number in descriptors.broker]))
        limits.apply(limits_)
        job = {**harness.receive(), "trace": descriptors.trace}
        os.chdir(job["folder"])
        done = _start(prepared, job, harness, os.path.realpath(job["folder"]))
        done.acquire()
        leave(0)
    except ConnectionError:
        leave(0)
    except BaseException as error:  # noqa: BLE001 - nothing may climb out of the child
        write(2, f"child: {type(error).__name__}: {error}\n".encode())
        leave(70)


def _isolate(prepared: Prepared, descriptors: Descriptors) -> None:
    """Leave the worker's session, take the given outputs, and lose every other descriptor."""
    os.setsid()
    prepared.die_with_parent()
    null = os.open(os.devnull, os.O_RDONLY)
    for number, target in ((null, 0), (descriptors.stdout, 1), (descriptors.stderr, 2)):
        os.dup2(number, target)
    kept = {0, 1, 2, descriptors.trace, descriptors.harness, *descriptors.broker}
    ends = [*sorted(kept), MAX_DESCRIPTOR]
    for low, high in itertools.pairwise(ends):
        os.closerange(low + 1, high)


def _start(prepared: Prepared, job: Message, harness: channels.Harness, folder: str) -> Any:
    """Close the doors and start the program in a thread of its own; return a lock that it releases at its end."""
    frames = closed_types.Frames()
    space = _make_space(prepared, job, folder, frames)
    seconds = int(job["cpu_seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    finish, done = _make_finish(job, harness, space)
    run_program = _make_run(prepared, job, harness, space, finish, frames)
    _become_main(done, run_program, frames, prepared, job, space)
    return done


def _become_main(done: Any, run_program: Callable[[], None], frames: closed_types.Frames, prepared: Prepared,
                 job: Message, space: Space) -> None:  # fmt: skip
    """Start the thread of the program, which `threading` shall take for the main one, and seal the process."""
    done.acquire()
    ready = _thread.allocate_lock()
    ready.acquire()
    main: Any = threading.main_thread()

    def thread() -> None:
        ready.acquire()
        threading._active.pop(main._ident, None)  # type: ignore[attr-defined]
        main._ident = threading.get_ident()
        threading._active[main._ident] = main  # type: ignore[attr-defined]
        run_program()

    if job["trace_after"] > 0:
        faulthandler.dump_traceback_later(job["trace_after"], file=job["trace"], exit=False)
    if job["filter_calls"]:
        prepared.filter_calls()
    threading.stack_size(STACK_BYTES)
    _thread.start_new_thread(thread, ())
    threading.stack_size(0)
    limits.limit_threads()
    closed_types.close(prepared.modules, frames)
    sealing.strip()
    sys.addaudithook(space.hook)
    ready.release()


def _make_space(prepared: Prepared, job: Message, folder: str, frames: closed_types.Frames) -> Space:
    """Build what the program sees: built-in functions, facades, views, streams and files."""
    paths, owned, native = scratch.Paths(folder, prepared.readable), set[int](), list[str]()
    files = {**scratch.path_functions(paths), **scratch.descriptor_functions(paths, owned)}
    open_ = scratch.make_open(open, paths, owned)
    environment = {str(key): str(value) for key, value in job["environment"].items()}
    os.environ.update(environment)
    adaptations.wake_loops_by_pipe()
    adaptations.use_files(files, open_)
    for number, name in ((1, "stdout"), (2, "stderr")):
        stream = io.TextIOWrapper(
            io.FileIO(number, "w", closefd=False), "utf-8", "backslashreplace", write_through=True
        )  # type: ignore[type-var]
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stdin = sys.__stdin__ = io.StringIO()  # type: ignore[misc]
    main = facades.Facade("__main__")
    space = Space(vars(main), [], native, [], audit.make_hook(paths, owned, native))
    leave = _make_leave(space)
    shown: dict[str, types.ModuleType] = {}
    view = {
        "os": views.os_view(
            os, files, environment, leave, shown.setdefault("os.path", types.ModuleType("path"))
        ),
        "sys": views.sys_view(shown),
        "boto3": facades.fill(views.Boto3View("boto3"), prepared.modules["boto3"]),
    }
    built = facades.Facades(prepared.authorised, view)
    shown.update(built.modules, __main__=main)
    vars(view["os"])["path"] = built.modules["os.path"]
    vars(built.modules["io"])["open"] = open_
    vars(built.modules["concurrent.futures"])["ProcessPoolExecutor"] = views.PROCESS_POOL
    safe = _make_builtins(built, frames, space, open_)
    sealing.seal_imports(prepared.modules, safe["__import__"], frames)
    main.__dict__.update(__name__="__main__", __doc__=None, __builtins__=safe)
    for key in ("__spec__", "__loader__", "__package__"):
        main.__dict__.pop(key, None)
    sys.modules["__main__"] = main
    return space


def _make_builtins(
    built: facades.Facades, frames: closed_types.Frames, space: Space, open_: Any
) -> dict[str, Any]:
    """Return the built-in names of the program, with the functions that rewritten code calls."""
    check = guards.make_check(built.kinds)
    lookups = guards.make_lookups(check)
    imports_ = facades.make_imports(built.modules, sealing.USED_BY_C)
    operators = guards.make_operators(lookups["getattr"])
    vars(built.modules["operator"]).update(operators)
    adaptations.check_formatters(lookups["getattr"])
    adaptations.hide_module_of_warnings()
    get_frame, get_globals, get_locals = sys._getframe, frames.globals, frames.locals

    def caller() -> tuple[Any, Any]:
        frame = get_frame(3)
        names, local = get_globals(frame), get_locals(frame)
        return names, names if local is names else dict(local)

    shown = space.shown

    def last(value: Any) -> None:
        shown[:] = [value]

    def star(name: str) -> None:
        get_globals(get_frame(1)).update(imports_["published"](name))

    helpers = {
        attributes.CHECK: check, attributes.REFUSE: guards.refuse, attributes.LOOKUP: guards.make_lookup(check),
        attributes.FORMAT: guards.make_format(attributes.CLOSED), attributes.CHECK_ALL: guards.make_check_all(check),
        imports.IMPORT: imports_["import"], imports.IMPORT_FROM: imports_["from"], imports.IMPORT_STAR: star,
        program.LAST: last,
    }  # fmt: skip
    safe = guards.ordinary_builtins()
    safe.update(helpers)
    evaluation = guards.make_evaluation(caller, safe, frozenset(helpers))
    adaptations.check_annotations(evaluation["compile"])
    safe.update({name: built.modules[name] for name in PREIMPORTED if name in built.modules})
    safe.update(lookups, **evaluation, **guards.make_absent(), open=open_, __import__=imports_["__import__"],
                StringIO=io.StringIO, BytesIO=io.BytesIO)  # fmt: skip
    return safe


def _make_leave(space: Space) -> Callable[[int], None]:
    """Return `os._exit` for the program: the harness's own, set once the call has begun."""

    def _exit(status: int = 0) -> None:
        space.exits[0](status)

    return _exit


def _make_finish(
    job: Message, harness: channels.Harness, space: Space
) -> tuple[Callable[[Message], None], Any]:
    """Return what sends the final word, once, and the lock that it releases then."""
    token, send, native, done, said = (
        job["token"],
        harness.send,
        space.native,
        _thread.allocate_lock(),
        list[bool](),
    )
    plain = str.__str__

    def finish(message: Message) -> None:
        if said:
            return
        said.append(True)
        send({"kind": "done", "token": token, "native": [plain(event) for event in native[:20]], **message})
        done.release()

    return finish, done


def _make_run(prepared: Prepared, job: Message, harness: channels.Harness, space: Space,
              finish: Callable[[Message], None], frames: closed_types.Frames) -> Callable[[], None]:  # fmt: skip
    """Return the main function of the program's thread."""
    source, token, send = job["code"], job["token"], harness.send
    report = outcome.ErrorReport(frames, source)
    joined, stack_limit, asyncio_run = _join_threads, sys.getrecursionlimit(), sys.modules["asyncio"].run
    evaluate, names, shown = eval, space.globals, space.shown
    wait = _thread.allocate_lock()
    wait.acquire()

    def stop(status: int = 0) -> None:
        message = f"os._exit({outcome.text_of(status)}) ended the process before the code's end"
        finish({"success": False, "error": {"type": "SystemExit", "message": message, "traceback": ""}, "result": None})
        wait.acquire()

    def body() -> None:
        sys.setrecursionlimit(DEEP)
        prepared_program = program.prepare(source, AUTHORISED)
        sys.setrecursionlimit(stack_limit)
        send({"kind": "prepared", "token": token, "removed_imports": list(prepared_program.removed_imports),
              "unavailable_modules": list(prepared_program.unavailable_modules)})  # fmt: skip
        adaptations.show_source(program.FILENAME, source)
        value = evaluate(prepared_program.code, names)
        if isinstance(value, types.CoroutineType):
            asyncio_run(value)
        joined()

    def result() -> Message:
        named = names.get("result")
        value = next(iter(shown), None) if named is None else named
        return {"result": outcome.result_text(value), "named": named is not None}

    def main() -> None:
        space.exits.append(stop)
        error: Message | None = None
        try:
            body()
        except SystemExit as ending:
            error = _exit_error(ending)
        except BaseException as ending:  # noqa: BLE001 - the program's own error
            error = report.describe(ending)
        finish({"success": error is None, "error": error, **result()})

    return main


def _exit_error(ending: SystemExit) -> Message | None:
    """Return the error of `sys.exit`: none for a status of nought."""
    if ending.code is None or ending.code == 0:
        return None
    return {"type": "SystemExit", "message": outcome.text_of(ending.code), "traceback": ""}


def _join_threads() -> None:
    """Wait for the program's threads, as Python does at its end."""
    for callback in reversed(getattr(threading, "_threading_atexits", [])):
        callback()
    for thread in threading.enumerate():
        if not thread.daemon and thread is not threading.current_thread():
            thread.join()
