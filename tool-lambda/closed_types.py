"""Closes, on the interpreter's own types, the attributes that lead from an object to frames, globals and
modules.

`object.__subclasses__`, `function.__globals__` and their like are replaced in the types' own dictionaries,
so that no way of asking (a dot, `getattr`, a format string, a pattern) finds them. Library code keeps what
it needs through views that hold text and numbers only. Runs in the child: it cannot be undone.
"""

from __future__ import annotations

import abc
import gc
import select
import sys
import types
from collections.abc import Callable
from typing import Any

Getter = Callable[[Any], Any]


class CodeView:
    """What a traceback needs to know of a code object."""

    __slots__ = (
        "_positions",
        "co_argcount",
        "co_filename",
        "co_firstlineno",
        "co_flags",
        "co_name",
        "co_qualname",
    )

    def __init__(self, code: types.CodeType) -> None:
        self.co_filename, self.co_name, self.co_qualname = code.co_filename, code.co_name, code.co_qualname
        self.co_firstlineno, self.co_flags, self.co_argcount = (
            code.co_firstlineno,
            code.co_flags,
            code.co_argcount,
        )
        self._positions: Any = lambda: code.co_positions()

    def co_positions(self) -> Any:
        """Return the positions of the instructions, as the real object does."""
        return self._positions()


class FrameView:
    """What a traceback needs to know of a frame: where it is. Neither its variables nor its globals."""

    __slots__ = ("_back", "f_builtins", "f_code", "f_globals", "f_lasti", "f_lineno", "f_locals")

    def __init__(self, code: CodeView, lineno: int, lasti: int, name: str, back: Callable[[], Any]) -> None:
        self.f_code, self.f_lineno, self.f_lasti = code, lineno, lasti
        self.f_globals: dict[str, Any] = {"__name__": name}
        self.f_locals: dict[str, Any] = {}
        self.f_builtins: dict[str, Any] = {}
        self._back = back

    @property
    def f_back(self) -> Any:
        """Return the view of the calling frame."""
        return self._back()


def dictionary(cls: type) -> dict[str, Any]:
    """Return the real dictionary of a built-in type, which its mapping proxy hides."""
    found = gc.get_referents(cls.__dict__)[0]
    if not isinstance(found, dict):
        raise TypeError(f"no dictionary behind {cls.__name__}")
    return found


def getter(cls: type, name: str) -> Getter:
    """Return the function that reads the attribute `name`, captured before it is closed."""
    return cls.__dict__[name].__get__  # type: ignore[no-any-return]


class Frames:
    """The captured ways to read frames and tracebacks, for the harness alone."""

    __slots__ = ("back", "code", "frame_of", "globals", "lasti", "lineno", "locals")

    def __init__(self) -> None:
        self.code = getter(types.FrameType, "f_code")
        self.back = getter(types.FrameType, "f_back")
        self.globals = getter(types.FrameType, "f_globals")
        self.locals = getter(types.FrameType, "f_locals")
        self.lineno = getter(types.FrameType, "f_lineno")
        self.lasti = getter(types.FrameType, "f_lasti")
        self.frame_of = getter(types.TracebackType, "tb_frame")

    def view(self, frame: Any) -> FrameView | None:
        """Return the view of a real frame."""
        if frame is None:
            return None
        name = self.globals(frame).get("__name__", "")
        back, view = self.back, self.view
        return FrameView(CodeView(self.code(frame)), self.lineno(frame), self.lasti(frame), str(name),
                         lambda: view(back(frame)))  # fmt: skip


def _closed(cls: type, name: str) -> property:
    """Return what stands in the place of an attribute that is gone."""

    def get(_: Any) -> Any:
        raise AttributeError(
            f"{cls.__name__!r} object has no attribute {name!r} in this environment", name=name
        )

    return property(get)


def _function_properties(
    libraries: frozenset[int], callers: dict[str, frozenset[int]], frames: Frames
) -> dict[str, Any]:
    """Return the new attributes of functions: own functions keep theirs, a library's are for the library."""
    read = {
        name: getter(types.FunctionType, name)
        for name in ("__globals__", "__code__", "__closure__", "__defaults__", "__kwdefaults__")
    }
    write = {name: types.FunctionType.__dict__[name].__set__ for name in ("__defaults__", "__kwdefaults__")}
    get_frame, get_globals = sys._getframe, frames.globals

    def own(function: Any) -> bool:
        return id(read["__globals__"](function)) not in libraries

    def make(name: str) -> property:
        real, inner = read[name], callers.get(name, frozenset())

        def get(function: Any) -> Any:
            if id(get_globals(get_frame(1))) in inner and (name != "__closure__" or own(function)):
                return real(function)
            if name in write and own(function):
                return real(function)
            raise AttributeError(
                f"'function' object has no attribute {name!r} in this environment", name=name
            )

        def put(function: Any, value: Any) -> None:
            if not own(function):
                raise AttributeError(f"{name} of a library's function cannot be set", name=name)
            write[name](function, value)

        return property(get, put if name in write else None)

    closed = {"__builtins__": _closed(types.FunctionType, "__builtins__")}
    made = {name: make(name) for name in read}
    real_globals = read["__globals__"]

    def own_globals(function: Any) -> Any:
        found = real_globals(function)
        if id(found) in libraries:
            raise AttributeError("'function' object has no attribute '__globals__' in this environment")
        return found

    return {**made, **closed, "__globals__": property(own_globals)}


def _subclasses(real: Callable[[type], list[type]]) -> Callable[[type], list[type]]:
    """Return `type.__subclasses__` that answers in full for abstract base classes, as `isinstance` asks, and
    for all others with the classes of the program.
    """

    def __subclasses__(cls: type) -> list[type]:  # noqa: N807
        found = real(cls)
        return (
            found if isinstance(cls, abc.ABCMeta) else [sub for sub in found if sub.__module__ == "__main__"]
        )

    return __subclasses__


def close(modules: dict[str, types.ModuleType], libraries: frozenset[int], frames: Frames) -> None:
    """Close the types. `modules` are those that library code lives in, `libraries` their globals' ids."""

    def some(*names: str) -> frozenset[int]:
        return frozenset(id(vars(modules[name])) for name in names if name in modules)

    needs = {
        "__code__": some("inspect", "dataclasses", "typing", "asyncio.format_helpers", "traceback"),
        "__closure__": some("dataclasses", "inspect"),
        "__defaults__": some("inspect"),
        "__kwdefaults__": some("inspect"),
    }
    dictionary(types.FunctionType).update(_function_properties(libraries, needs, frames))
    _close_frames(frames)
    _close_errors()
    _close_pollers()
    owner = getter(types.BuiltinFunctionType, "__self__")
    dictionary(types.BuiltinFunctionType)["__self__"] = property(
        lambda function: None if isinstance(owner(function), types.ModuleType) else owner(function)
    )
    dictionary(type)["__subclasses__"] = _subclasses(type.__dict__["__subclasses__"])
    interpreter: Any = sys
    interpreter._clear_type_cache()


def _close_errors() -> None:
    """Have errors of attributes show the object that lacked one, but no module, frame or code."""
    held = AttributeError.__dict__["obj"]
    read, write = held.__get__, held.__set__
    kept_back = (types.ModuleType, types.FrameType, types.CodeType, types.TracebackType)

    def obj(error: Any) -> Any:
        found = read(error)
        return None if isinstance(found, kept_back) else found

    dictionary(AttributeError)["obj"] = property(obj, write)


def _close_pollers() -> None:
    """Let no object be made over a descriptor that somebody else opened."""
    poller = getattr(select, "epoll", None)
    if poller is not None:
        dictionary(poller)["fromfd"] = _closed(poller, "fromfd")


def _close_frames(frames: Frames) -> None:
    """Show frames and what holds them through views."""
    views: dict[str, Getter] = {
        "f_back": lambda frame: frames.view(frames.back(frame)),
        "f_code": lambda frame: CodeView(frames.code(frame)),
        "f_globals": lambda frame: {"__name__": frames.globals(frame).get("__name__")},
        "f_locals": lambda _: {},
    }
    frame = dictionary(types.FrameType)
    frame.update({name: property(view) for name, view in views.items()})
    for name in ("f_builtins", "f_trace", "f_trace_lines", "f_trace_opcodes", "f_generator", "clear"):
        if name in frame:
            frame[name] = _closed(types.FrameType, name)
    of: Getter = lambda trace: frames.view(frames.frame_of(trace))  # noqa: E731
    dictionary(types.TracebackType)["tb_frame"] = property(of)
    generators = ((types.GeneratorType, "gi"), (types.CoroutineType, "cr"), (types.AsyncGeneratorType, "ag"))
    for cls, prefix in generators:
        for name in ("frame", "code"):
            dictionary(cls)[f"{prefix}_{name}"] = _closed(cls, f"{prefix}_{name}")
