"""Turns source text into code that can run in the child: parsed, rewritten, compiled. Runs nothing."""

from __future__ import annotations
import __future__

import ast
import opcode
import types
from dataclasses import dataclass
from typing import Any

from attributes import AttributeRewriter
from imports import ImportRewriter

FILENAME = "<code>"
LAST = "<last>"
_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_NODES = [kind for kind in vars(ast).values() if isinstance(kind, type) and issubclass(kind, ast.AST)]
_FIELDS: dict[type, tuple[str, ...]] = {kind: kind._fields for kind in _NODES}
_IMPORTING = frozenset(number for name, number in opcode.opmap.items() if name.startswith("IMPORT_"))
_HINTS = {
    "'return' outside function": "end the program with an expression, or set `result`, instead of a "
    "top-level return",
    "unexpected indent": "the first line must not be indented",
}


@dataclass(frozen=True, slots=True)
class Program:
    """A program ready to run, and the import statements that were taken out of it."""

    code: types.CodeType
    removed_imports: tuple[str, ...]
    unavailable_modules: tuple[str, ...]


def prepare(source: str, authorised: frozenset[str]) -> Program:
    """Parse, rewrite and compile a whole program.

    Raises `SyntaxError` with a hint for a program that Python would not take either.
    """
    try:
        tree = ast.parse(source, FILENAME, "exec")
        imports = ImportRewriter()
        tree = imports.visit(tree)
        _show_last(tree)
        code = _compile(tree, FILENAME, "exec", imports.future, _AWAIT)
    except SyntaxError as error:
        raise _explained(error) from None
    except ValueError as error:  # null bytes, lone surrogates
        raise SyntaxError(f"the source is not text that Python can read: {error}") from None
    removed = imports.removed
    return Program(code, tuple(removed.statements), tuple(removed.unavailable(authorised)))


def compile_inner(source: str | ast.AST, filename: str, mode: str, flags: int) -> types.CodeType:
    """Compile what the program itself gives to `compile`, `eval` or `exec`, under the same rules."""
    if isinstance(source, str):
        tree: ast.AST = ast.parse(source, filename, mode)
    else:
        _require_plain(source)
        tree = source
    imports = ImportRewriter()
    tree = imports.visit(tree)
    return _compile(tree, filename, mode, imports.future, flags)


def _require_plain(tree: ast.AST) -> None:
    """Raise `TypeError` for a tree that the compiler would read otherwise than the rewriters do."""
    if any(kind._fields != _FIELDS[kind] for kind in _NODES):
        raise TypeError("the node types of ast were changed")
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if type(node) is list:
            waiting += node
        elif isinstance(node, (ast.AST, list)):
            if type(node) not in _FIELDS:
                raise TypeError(
                    f"a syntax tree may hold plain nodes and lists only, not {type(node).__name__}"
                )
            waiting += [getattr(node, name, None) for name in _FIELDS[type(node)]]


def _compile(tree: ast.AST, filename: str, mode: str, future: set[str], flags: int) -> types.CodeType:
    """Close attributes in `tree` and compile it with the `__future__` features that it asks for."""
    for name in future:
        feature = getattr(__future__, name, None)
        flags |= feature.compiler_flag if feature is not None else 0
    deferred = bool(flags & __future__.annotations.compiler_flag)
    tree = AttributeRewriter(deferred=deferred).visit(tree)
    ast.fix_missing_locations(tree)
    compiled = compile(tree, filename, mode, flags=flags, dont_inherit=True)  # type: ignore[call-overload]
    if not isinstance(compiled, types.CodeType):
        raise TypeError("nothing to run")
    _require_no_imports(compiled)
    return compiled


def _require_no_imports(code: types.CodeType) -> None:
    """Raise `ImportError` for code that would import by itself: a tree may hide it from the rewriter."""
    if not _IMPORTING.isdisjoint(code.co_code[::2]):
        raise ImportError("this syntax tree imports in a way that is not available in this environment")
    for constant in code.co_consts:
        if type(constant) is types.CodeType:
            _require_no_imports(constant)


def _show_last(tree: ast.Module) -> None:
    """Hand the value of a last expression to the child, as a REPL would."""
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = tree.body[-1]
        name = ast.copy_location(ast.Name(id=LAST, ctx=ast.Load()), last.value)
        last.value = ast.copy_location(ast.Call(func=name, args=[last.value], keywords=[]), last.value)


def _explained(error: SyntaxError) -> SyntaxError:
    """Add what to do about a syntax error that models often make."""
    for text, hint in _HINTS.items():
        if text in str(error.msg):
            error.msg = f"{error.msg} ({hint})"
    return error
