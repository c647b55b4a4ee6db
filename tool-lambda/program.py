"""Turns source text into code that can run in the child: parsed, rewritten, compiled. Runs nothing."""

from __future__ import annotations
import __future__

import ast
import types
from dataclasses import dataclass

from attributes import AttributeRewriter
from imports import ImportRewriter

FILENAME = "<code>"
LAST = "<last>"
_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
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
    tree = ast.parse(source, filename, mode) if isinstance(source, str) else source
    imports = ImportRewriter()
    tree = imports.visit(tree)
    return _compile(tree, filename, mode, imports.future, flags)


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
    return compiled


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
