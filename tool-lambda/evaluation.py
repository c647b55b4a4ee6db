"""Keeps text that the standard library evaluates for a program to the rules of the program itself.

Annotations, references, enumerations and timings name modules and hold text. What a program could not
write itself, a library must not run for it; and no library's namespace is read or written in its name.
"""

from __future__ import annotations

import dataclasses
import enum
import inspect
import timeit
import typing
from collections.abc import Callable
from typing import Any

Function = Callable[..., Any]


def check(names: dict[str, Any], libraries: frozenset[int], safe: dict[str, Any]) -> None:
    """Put the program's own `compile`, `eval` and `exec` in the place of the library's.

    `names` are the program's globals, which stand in for a library's wherever such are named.
    """
    modules: list[Any] = [typing, inspect, timeit]
    for module in modules:
        module.eval = _within(safe["eval"], names, libraries)
        module.exec = _within(safe["exec"], names, libraries)
        module.compile = safe["compile"]
    plain: Any = dataclasses
    plain.exec = _within(exec, names, libraries)
    plain._get_field = _named_fields(plain._get_field)
    timing: Any = timeit
    timing._globals = lambda: names
    _keep_enumerations_at_home(names)
    _keep_hints_at_home(names)


def _within(real: Function, names: dict[str, Any], libraries: frozenset[int]) -> Function:
    """Return `real` with the globals and locals of libraries replaced by `names`."""

    def run(source: Any, globals: Any = None, locals: Any = None, /) -> Any:
        inner = names if globals is None or id(globals) in libraries else globals
        local = inner if locals is None or id(locals) in libraries else locals
        return real(source, inner, local)

    return run


def _named_fields(real: Function) -> Function:
    """Return the reading of a data class's field with its name, which becomes source text, checked."""

    def _get_field(cls: type, name: str, *rest: Any) -> Any:
        if not (type(name) is str and name.isidentifier()):
            raise TypeError(f"field names must be valid identifiers: {name!r}")
        return real(cls, name, *rest)

    return _get_field


def _keep_enumerations_at_home(names: dict[str, Any]) -> None:
    """Have enumerations put their members into the program's globals only."""
    kind: Any = enum

    def global_enum(cls: Any, update_str: bool = False) -> Any:
        del update_str
        names.update(cls.__members__)
        return cls

    def refuse(*_: Any, **__: Any) -> Any:
        raise AttributeError("_convert_ is not available in this environment")

    kind.global_enum = global_enum
    kind.EnumType._convert_ = refuse


def _keep_hints_at_home(names: dict[str, Any]) -> None:
    """Have hints looked up in the program's globals, whatever module a class says it is from."""
    real_hints, kind = typing.get_type_hints, typing
    reference: Any = typing.ForwardRef

    def get_type_hints(
        obj: Any, globalns: Any = None, localns: Any = None, include_extras: bool = False
    ) -> Any:
        return real_hints(obj, names if globalns is None else globalns, localns, include_extras)

    real_evaluate = reference._evaluate

    def _evaluate(self: Any, globalns: Any, localns: Any, *rest: Any, **keywords: Any) -> Any:
        self.__forward_module__ = None
        return real_evaluate(self, names if globalns is None else globalns, localns, *rest, **keywords)

    kind.get_type_hints = get_type_hints
    reference._evaluate = _evaluate
