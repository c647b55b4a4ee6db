"""The built-in functions that model code sees: the ordinary ones, with the few that look names up or run
text checked.

They are closures on purpose: nothing that they use can be reached through a module's globals.
"""

from __future__ import annotations

import ast
import builtins
import operator
import string
import types
from collections.abc import Callable
from typing import Any

import attributes
import program

Function = Callable[..., Any]
_MISSING = object()


def refusal(name: str) -> AttributeError:
    """Return the error for an attribute that is closed here."""
    return AttributeError(f"attribute {name!r} is not available in this environment")


def make_check(facades: frozenset[type]) -> Function:
    """Return the check that every attribute read passes: no module but a facade comes out."""
    module_type = types.ModuleType

    def check(value: Any) -> Any:
        if isinstance(value, module_type) and type(value) not in facades:
            raise refusal("module")
        return value

    return check


def exact(name: Any) -> Any:
    """Return an attribute's name as an exact string: a subclass could answer differently when asked twice."""
    return str.__str__(name) if isinstance(name, str) and type(name) is not str else name


def refuse(value: Any, name: str) -> Any:
    """Raise for a closed attribute of `value`."""
    raise AttributeError(
        f"{type(value).__name__!r} object has no attribute {name!r} in this environment",
        name=name,
    )


def own_subclasses(method: Any) -> Any:
    """Return what wraps a `__subclasses__` that was read: it names the program's own classes only."""

    def __subclasses__(*arguments: Any) -> list[type]:  # noqa: N807
        return [cls for cls in method(*arguments) if cls.__module__ == "__main__"]

    return __subclasses__


def make_lookups(check: Function) -> dict[str, Function]:  # noqa: C901
    """Return `getattr`, `hasattr`, `setattr` and `delattr` that know the closed names."""
    closed, real_get, real_set, real_del = attributes.CLOSED, getattr, setattr, delattr

    def getattr_(value: Any, name: str, default: Any = _MISSING, /) -> Any:
        name = exact(name)
        try:
            if name in closed:
                refuse(value, name)
            found = check(real_get(value, name))
            return own_subclasses(found) if name == "__subclasses__" else found
        except AttributeError:
            if default is _MISSING:
                raise
            return default

    def hasattr_(value: Any, name: str, /) -> bool:
        try:
            getattr_(value, name)
        except AttributeError:
            return False
        return True

    def setattr_(value: Any, name: str, new: Any, /) -> None:
        name = exact(name)
        if name in closed:
            refuse(value, name)
        real_set(value, name, new)

    def delattr_(value: Any, name: str, /) -> None:
        name = exact(name)
        if name in closed:
            refuse(value, name)
        real_del(value, name)

    return {"getattr": getattr_, "hasattr": hasattr_, "setattr": setattr_, "delattr": delattr_}


def make_operators(getattr_: Function) -> dict[str, Any]:
    """Return `operator.attrgetter` and `methodcaller` over the checked `getattr`."""

    class attrgetter:  # noqa: N801
        """Return a callable that fetches the given attributes from its operand."""

        __slots__ = ("_names",)

        def __init__(self, *names: str) -> None:
            if not all(isinstance(name, str) for name in names) or not names:
                raise TypeError("attribute name must be a string")
            self._names = tuple(exact(name) for name in names)

        def __call__(self, value: Any, /) -> Any:
            found = tuple(self._one(value, name) for name in self._names)
            return found if len(found) > 1 else found[0]

        @staticmethod
        def _one(value: Any, dotted: str) -> Any:
            for name in dotted.split("."):
                value = getattr_(value, name)
            return value

    class methodcaller:  # noqa: N801
        """Return a callable that calls the given method on its operand."""

        __slots__ = ("_arguments", "_keywords", "_name")

        def __init__(self, name: str, /, *arguments: Any, **keywords: Any) -> None:
            self._name, self._arguments, self._keywords = exact(name), arguments, keywords

        def __call__(self, value: Any, /) -> Any:
            return getattr_(value, self._name)(*self._arguments, **self._keywords)

    return {"attrgetter": attrgetter, "methodcaller": methodcaller}


def make_format(closed: frozenset[str]) -> Function:
    """Return what wraps a `.format` or `.format_map` that was read: format strings name attributes too."""
    parse, method_types = string.Formatter().parse, (types.BuiltinMethodType, types.MethodDescriptorType)

    def inspect_text(text: str, depth: int = 0) -> None:
        if "." not in text or depth > 2:
            return
        for _, field, spec, _ in parse(text):
            for name in (field or "").replace("[", ".").replace("]", ".").split("."):
                if name in closed:
                    raise refusal(name)
            inspect_text(spec or "", depth + 1)

    def wrap(method: Any) -> Any:
        if type(method) not in method_types or method.__name__ not in attributes.FORMATS:
            return method
        owner = getattr(method, "__self__", None)

        def format(*arguments: Any, **keywords: Any) -> str:
            text = owner if isinstance(owner, str) else next(iter(arguments), "")
            if isinstance(text, str):
                inspect_text(exact(text))
            return str(method(*arguments, **keywords))

        return format

    return wrap


def make_lookup(check: Function) -> Function:
    """Return what wraps a `__getattribute__` that was read: what it finds is checked like any attribute."""
    closed = attributes.CLOSED

    def wrap(method: Function) -> Function:
        def lookup(*arguments: Any) -> Any:
            if any(isinstance(argument, str) and exact(argument) in closed for argument in arguments[-1:]):
                refuse(arguments[0], exact(arguments[-1]))
            return check(method(*arguments))

        return lookup

    return wrap


def make_check_all(check: Function) -> Function:
    """Return the check of what a class pattern captured."""

    def check_all(*values: Any) -> bool:
        for value in values:
            check(value)
        return True

    return check_all


def make_evaluation(caller: Function, safe: dict[str, Any], helpers: frozenset[str]) -> dict[str, Function]:  # noqa: C901
    """Return `compile`, `eval` and `exec` that rewrite text as the program itself was rewritten.

    `caller` gives the globals and locals of the calling frame, `safe` the built-in functions, and
    `helpers` the names in it without which rewritten code cannot run.
    """
    made: set[types.CodeType] = set()
    real_eval, real_exec, only_ast = eval, exec, ast.PyCF_ONLY_AST

    def compile_(source: Any, filename: Any, mode: str, flags: int = 0, dont_inherit: bool = False,
                 optimize: int = -1, **_: Any) -> Any:  # fmt: skip
        del dont_inherit, optimize
        text = source.decode() if isinstance(source, (bytes, bytearray)) else source
        if isinstance(text, str) and flags & only_ast:
            return ast.parse(text, str(filename), mode)
        if not isinstance(text, (str, ast.AST)):
            raise TypeError("compile() arg 1 must be a string, bytes or AST object")
        code = program.compile_inner(exact(text), str(filename), mode, flags)
        made.add(code)
        return code

    def prepared(source: Any, mode: str) -> types.CodeType:
        if isinstance(source, types.CodeType):
            if source not in made:
                raise TypeError("only code made by compile() can be run here")
            return source
        text = source.lstrip(" \t") if isinstance(source, str) and mode == "eval" else source
        return compile_(text, "<string>", mode)  # type: ignore[no-any-return]

    def run(real: Function, source: Any, mode: str, space: Any, local: Any) -> Any:
        code = prepared(source, mode)
        if space is None:
            space, own = caller()
            local = own if local is None else local
        if not isinstance(space, dict):
            raise TypeError(f"{mode}() globals must be a dict, not {type(space).__name__}")
        given = space.get("__builtins__", safe)
        if given is not safe:
            names = given if isinstance(given, dict) else vars(given)
            space["__builtins__"] = {**names, **{name: safe[name] for name in helpers}}
        else:
            space["__builtins__"] = safe
        try:
            return real(code, space, space if local is None else local)
        finally:
            space["__builtins__"] = given

    def eval_(source: Any, globals: Any = None, locals: Any = None, /) -> Any:
        return run(real_eval, source, "eval", globals, locals)

    def exec_(source: Any, globals: Any = None, locals: Any = None, /, **_: Any) -> None:
        run(real_exec, source, "exec", globals, locals)

    return {"compile": compile_, "eval": eval_, "exec": exec_}


def make_absent() -> dict[str, Function]:
    """Return built-in functions that cannot work here and say so."""

    def input_(prompt: object = "", /) -> str:
        raise EOFError("input() is not available: nobody answers here; put the values into the code")

    def breakpoint_(*arguments: Any, **keywords: Any) -> None:
        raise RuntimeError("breakpoint() is not available here; print what you need to see")

    def leave(code: Any = None) -> None:
        raise SystemExit(code)

    def help_(subject: Any = None) -> None:
        print(getattr(subject, "__doc__", None) or "no help text")

    return {"input": input_, "breakpoint": breakpoint_, "exit": leave, "quit": leave, "help": help_}


def ordinary_builtins() -> dict[str, Any]:
    """Return a copy of Python's own built-in names."""
    names = dict(vars(builtins))
    for name in ("__spec__", "__loader__", "copyright", "credits", "license", "_"):
        names.pop(name, None)
    return names


OPERATOR_NAMES = frozenset(dir(operator))
