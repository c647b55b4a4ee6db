"""What a program finds: its globals and built-in functions, the authorised modules, streams, files, an
environment.

Made in a waiting child, before any code is known. `settle` adds what only the call can tell.
"""

from __future__ import annotations

import builtins
import io
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import adaptations
import attributes
import audit
import evaluation
import facades
import guards
import imports
import program
import scratch
import sealing
import views

if TYPE_CHECKING:
    import types

    from closed_types import Frames

# Modules of this function: none of them is to be found in the child.
OWN_MODULES = frozenset(path.stem for path in Path(__file__).resolve().parent.glob("*.py"))
# Names that code finds without importing them: at the least those that lambda/prompts/system.md promises.
PREIMPORTED = """
    asyncio base64 boto3 botocore calendar collections concurrent contextlib copy csv dataclasses datetime
    decimal difflib enum fnmatch fractions functools glob gzip hashlib heapq io ipaddress itertools json
    logging math operator os pathlib platform pprint random re statistics string sys tarfile textwrap time
    traceback typing urllib uuid warnings zipfile zlib zoneinfo
""".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Library:
    """What the worker loaded before it forked."""

    modules: dict[str, types.ModuleType]  # everything
    authorised: dict[str, types.ModuleType]
    readable: tuple[str, ...]  # folders of public data that libraries read while a program runs
    warning_filters: tuple[Any, ...]  # as they were before any library was loaded

    def spaces(self) -> frozenset[int]:
        """Return the identities of the modules' globals: whose frames are a library's."""
        return frozenset(id(vars(module)) for module in self.modules.values())


@dataclass(frozen=True, slots=True)
class Space:
    """Where one program lives, and what the child noted while it ran."""

    globals: dict[str, Any]
    shown: list[Any]  # the value of a last expression
    native: list[str]  # refused events that only a breach would raise
    exits: list[Callable[[int], None]]  # what stands for os._exit
    paths: scratch.Paths
    environment: views.Environment
    hook: audit.Hook
    install: Callable[[], None]  # leads the standard library's files, streams and imports here; for good

    def settle(self, folder: str, environment: Mapping[str, str]) -> None:
        """Take the folder and the environment of the call."""
        self.paths.place(folder)
        self.environment.update(environment)


def make_space(library: Library, frames: Frames) -> Space:
    """Build the space of a program. Changes nothing outside it until it is installed."""
    paths, owned, native = scratch.make_paths(library.readable), set[int](), list[str]()
    files = {**scratch.path_functions(paths), **scratch.descriptor_functions(paths, owned)}
    open_ = scratch.make_open(open, paths, owned)
    main = facades.Facade("__main__")
    names, exits, environment = vars(main), list[Callable[[int], None]](), views.Environment({})
    built = _make_facades(library, main, files, open_, environment, exits)
    shown: list[Any] = []
    safe = _make_builtins(built, frames, shown, open_)
    for key in ("__spec__", "__loader__", "__package__"):
        names.pop(key, None)
    names.update(__name__="__main__", __doc__=None, __builtins__=safe)
    install = _make_install(library, frames, main, safe, files)
    return Space(
        names, shown, native, exits, paths, environment, audit.make_hook(paths, owned, native), install
    )


def _make_install(library: Library, frames: Frames, main: types.ModuleType, safe: dict[str, Any],
                  files: dict[str, Any]) -> Callable[[], None]:  # fmt: skip
    """Return what leads the standard library into the space."""
    libraries = library.spaces()

    def install() -> None:
        adaptations.reset_warnings(library.warning_filters)
        adaptations.wake_loops_by_pipe()
        adaptations.use_files(files, safe["open"])
        adaptations.check_formatters(safe["getattr"])
        evaluation.check(vars(main), libraries, safe)
        adaptations.hide_module_of_warnings()
        adaptations.keep_redirections_to_streams()
        _open_streams()
        sealing.seal_imports(libraries, safe["__import__"], frames)
        sys.modules["__main__"] = main
        for name in OWN_MODULES:
            sys.modules.pop(name, None)

    return install


def _open_streams() -> None:
    """Give `sys` new streams over the descriptors of the call; what is written is out of the process at
    once.
    """
    for number, name in ((1, "stdout"), (2, "stderr")):
        raw: Any = io.FileIO(number, "w", closefd=False)
        stream = io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    for name in ("stdin", "__stdin__"):
        setattr(sys, name, io.StringIO())


def _make_facades(library: Library, main: types.ModuleType, files: dict[str, Any], open_: Any,
                  environment: views.Environment, exits: list[Callable[[int],
                  None]]) -> facades.Facades:  # fmt: skip
    """Return the modules as the program sees them."""

    def leave(status: int = 0) -> None:
        exits[0](status)

    shown: dict[str, types.ModuleType] = {}
    view: dict[str, types.ModuleType] = {
        "os": views.os_view(os, files, environment, leave),
        "sys": views.sys_view(shown),
        "builtins": facades.Facade("builtins"),  # filled once the program's own are made
        "boto3": facades.fill(views.Boto3View("boto3"), library.modules["boto3"]),
    }
    built = facades.Facades(library.authorised, view)
    shown.update(built.modules, __main__=main)
    vars(built.modules["io"])["open"] = open_
    vars(built.modules["concurrent.futures"])["ProcessPoolExecutor"] = views.PROCESS_POOL
    return built


def _make_builtins(built: facades.Facades, frames: Frames, shown: list[Any], open_: Any) -> dict[str, Any]:
    """Return the built-in names of the program, with the functions that rewritten code calls."""
    check = guards.make_check(built.kinds)
    lookups = guards.make_lookups(check)
    imports_ = facades.make_imports(built.modules, sealing.USED_BY_C)
    vars(built.modules["operator"]).update(guards.make_operators(lookups["getattr"]))
    helpers = {
        attributes.CHECK: check, attributes.REFUSE: guards.refuse,
        attributes.LOOKUP: guards.make_lookup(check),
        attributes.FORMAT: guards.make_format(attributes.CLOSED),
        attributes.CHECK_ALL: guards.make_check_all(check),
        attributes.SUBCLASSES: guards.own_subclasses,
        imports.IMPORT: imports_["import"], imports.IMPORT_FROM: imports_["from"],
        imports.IMPORT_STAR: _make_star(imports_["published"], frames), program.LAST: _make_last(shown),
    }  # fmt: skip
    safe = guards.ordinary_builtins()
    safe.update(helpers)
    inner = guards.make_evaluation(_make_caller(frames), safe, frozenset(helpers))
    safe.update({name: built.modules[name] for name in PREIMPORTED if name in built.modules})
    safe.update(lookups, **inner, **guards.make_absent(), open=open_, __import__=imports_["__import__"],
                StringIO=io.StringIO, BytesIO=io.BytesIO)  # fmt: skip
    public = vars(builtins)
    vars(built.modules["builtins"]).update({name: value for name, value in safe.items() if name in public})
    return safe


def _make_caller(frames: Frames) -> Callable[[], tuple[Any, Any]]:
    """Return what gives the globals and locals of the code that called `eval` or `exec`."""
    get_frame, get_globals, get_locals = sys._getframe, frames.globals, frames.locals

    def caller() -> tuple[Any, Any]:
        frame = get_frame(3)
        names, local = get_globals(frame), get_locals(frame)
        return names, names if local is names else dict(local)

    return caller


def _make_last(shown: list[Any]) -> Callable[[Any], None]:
    """Return what notes the value of a last expression."""

    def last(value: Any) -> None:
        shown[:] = [value]

    return last


def _make_star(published: Callable[[str], dict[str, Any]], frames: Frames) -> Callable[[str], None]:
    """Return what stands for `from module import *`."""
    get_frame, get_globals = sys._getframe, frames.globals

    def star(name: str) -> None:
        get_globals(get_frame(1)).update(published(name))

    return star
