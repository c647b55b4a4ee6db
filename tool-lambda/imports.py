"""Rewrites import statements, wherever they stand, into the bindings that they would have made.

An authorised module is bound with Python's own semantics; anything else raises `ImportError` at that line.
What is refused here: nothing. The decision is taken when the line runs, so that `try`/`except ImportError`
works as written.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from attributes import Pinned

# Names that no source text can spell; the child puts the functions behind them into the code's builtins.
IMPORT = "<import>"
IMPORT_FROM = "<import from>"
IMPORT_STAR = "<import star>"


@dataclass(slots=True)
class Removed:
    """The import statements of one program, as text, and every module that they named, in order."""

    statements: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)

    def unavailable(self, authorised: frozenset[str]) -> list[str]:
        """Return the modules that are not authorised, each once."""
        return [name for name in dict.fromkeys(self.modules) if name not in authorised]


class ImportRewriter(Pinned, ast.NodeTransformer):
    """Replaces `import` and `from ... import` by assignments, and keeps count of them in `removed`."""

    def __init__(self) -> None:
        self.removed = Removed()
        self.future: set[str] = set()
        self._top_level = True

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Rewrite a whole program; `from __future__` at its head stays, as the compiler reads it."""
        kept = _future_imports(node)
        for future in kept:
            self.future.update(alias.name for alias in future.names)
            self.removed.statements.append(ast.unparse(future))
        body: list[ast.stmt] = []
        for statement in node.body:
            if isinstance(statement, ast.ImportFrom) and statement in kept:
                body += [_assign(a.asname or a.name, _call(IMPORT_FROM, "__future__", a.name), statement)
                         for a in statement.names]  # fmt: skip
                continue
            rewritten = self.visit(statement)
            body += rewritten if isinstance(rewritten, list) else [rewritten]
        node.body = body
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Note that what stands inside a function is not at module level."""
        return self._inside(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """Note that what stands inside a function is not at module level."""
        return self._inside(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Note that what stands inside a class is not at module level."""
        return self._inside(node)

    def _inside(self, node: ast.AST) -> ast.AST:
        """Visit the children of a definition."""
        outer, self._top_level = self._top_level, False
        try:
            return self.generic_visit(node)
        finally:
            self._top_level = outer

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        """`import a.b` binds `a`; `import a.b as c` binds the submodule."""
        self.removed.statements.append(ast.unparse(node))
        statements: list[ast.stmt] = []
        for alias in node.names:
            self.removed.modules.append(alias.name)
            if alias.asname:
                statements.append(_assign(alias.asname, _call(IMPORT, alias.name, "leaf"), node))
            else:
                top = alias.name.partition(".")[0]
                statements.append(_assign(top, _call(IMPORT, alias.name, "top"), node))
        return statements

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | list[ast.stmt]:
        """`from a import b as c` binds a name or a submodule; the star honours `__all__`."""
        module = "." * node.level + (node.module or "")
        if module == "__future__":
            return node  # misplaced: the compiler says so, in its own words
        self.removed.statements.append(ast.unparse(node))
        self.removed.modules.append(module)
        if node.names[0].name == "*":
            if not self._top_level:
                return node  # a SyntaxError of the compiler's
            return [_expression(_call(IMPORT_STAR, module), node)]
        return [
            _assign(alias.asname or alias.name, _call(IMPORT_FROM, module, alias.name), node)
            for alias in node.names
        ]


def _future_imports(node: ast.Module) -> list[ast.ImportFrom]:
    """Return the `from __future__` statements that stand where the language allows them."""
    found: list[ast.ImportFrom] = []
    for index, statement in enumerate(node.body):
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__" and not statement.level:
            found.append(statement)
            continue
        docstring = (
            index == 0 and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        )
        if not docstring:
            break
    return found


def _call(function: str, *arguments: str) -> ast.Call:
    """Return a call of one of the child's import functions."""
    return ast.Call(
        func=ast.Name(id=function, ctx=ast.Load()),
        args=[ast.Constant(value=argument) for argument in arguments],
        keywords=[],
    )


def _placed(statement: ast.stmt, like: ast.stmt) -> ast.stmt:
    """Give `statement` and all in it the place of `like`, so that tracebacks show the author's line."""
    for node in ast.walk(statement):
        ast.copy_location(node, like)
    return statement


def _assign(target: str, value: ast.expr, like: ast.stmt) -> ast.stmt:
    """Return `target = value` in the place of `like`."""
    return _placed(ast.Assign(targets=[ast.Name(id=target, ctx=ast.Store())], value=value), like)


def _expression(value: ast.expr, like: ast.stmt) -> ast.stmt:
    """Return `value` as a statement in the place of `like`."""
    return _placed(ast.Expr(value=value), like)
