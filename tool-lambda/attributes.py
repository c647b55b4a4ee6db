"""Closes attributes that lead from an ordinary object to the interpreter's insides, in source and at run
time.

Depth, not a boundary: the same attributes are closed on the types themselves (`closed_types.py`). A closed
attribute does not fail the program before it starts; it raises `AttributeError` at its line, as any
attribute that does not exist.
"""

from __future__ import annotations

import ast

CLOSED = frozenset(
    """
    __globals__ __closure__ __code__ __builtins__ __loader__ __spec__ __cached__ __path__
    gi_frame gi_code gi_yieldfrom cr_frame cr_code cr_await cr_origin ag_frame ag_code ag_await
    f_back f_globals f_locals f_builtins f_trace f_trace_lines f_trace_opcodes f_generator
    co_code co_consts co_names co_varnames co_freevars co_cellvars co_lnotab _co_code_adaptive
    func_globals func_code
    """.split()  # noqa: SIM905
)

# Methods which look an attribute up by name: what they return is checked like an attribute.
LOOKUPS = frozenset({"__getattribute__", "__getattr__"})
FORMATS = frozenset({"format", "format_map"})

CHECK = "<attribute>"
REFUSE = "<closed attribute>"
LOOKUP = "<lookup>"
FORMAT = "<format>"
SUBCLASSES = "<subclasses>"
CHECK_ALL = "<captures>"
SUBJECT = "<subject>"


class Pinned:
    """Keeps a transformer's ways as they are, though a program should change those of `ast.NodeVisitor`."""

    visit = ast.NodeTransformer.visit
    generic_visit = ast.NodeTransformer.generic_visit


class AttributeRewriter(Pinned, ast.NodeTransformer):
    """Puts a check round attribute reads. Calls of methods keep their form: a module cannot be called.

    `deferred`: annotations are text (`from __future__ import annotations`), and stay as they were written.
    """

    def __init__(self, *, deferred: bool = False) -> None:
        self._deferred = deferred

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit everything below `node` but annotations that are never evaluated."""
        if not self._deferred:
            return super().generic_visit(node)
        kept = {name: getattr(node, name) for name in ("annotation", "returns") if getattr(node, name, None)}
        for name in kept:
            setattr(node, name, None)
        super().generic_visit(node)
        for name, annotation in kept.items():
            setattr(node, name, annotation)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """`x.name` becomes a checked read; stores and deletions stay as they are."""
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            return _refusal(node) if node.attr in CLOSED and isinstance(node.ctx, ast.Del) else node
        if node.attr in CLOSED:
            return _refusal(node)
        if node.attr in FORMATS:
            return _wrapped(FORMAT, node)
        if node.attr == "__subclasses__":
            return _wrapped(SUBCLASSES, node)
        if node.attr in LOOKUPS:
            return _wrapped(LOOKUP, node)
        return _wrapped(CHECK, node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Leave `x.method(...)` unwrapped unless the name itself needs care."""
        function = node.func
        plain = CLOSED | LOOKUPS | FORMATS | {"__subclasses__"}
        if isinstance(function, ast.Attribute) and function.attr not in plain:
            function.value = self.visit(function.value)
        else:
            node.func = self.visit(function)
        node.args = [self.visit(argument) for argument in node.args]
        node.keywords = [self.visit(keyword) for keyword in node.keywords]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | list[ast.AST]:
        """`x.name += y` reads the attribute too: a checked read comes before it. `x` itself is evaluated
        once.
        """
        target = node.target
        self.generic_visit(node)
        if not isinstance(target, ast.Attribute):
            return node
        before: list[ast.AST] = []
        if not isinstance(target.value, ast.Name):
            kept = ast.copy_location(ast.Name(id=SUBJECT, ctx=ast.Store()), target)
            before.append(ast.copy_location(ast.Assign(targets=[kept], value=target.value), node))
            target.value = ast.copy_location(ast.Name(id=SUBJECT, ctx=ast.Load()), target)
        read = ast.copy_location(ast.Attribute(value=target.value, attr=target.attr, ctx=ast.Load()), target)
        before.append(ast.copy_location(ast.Expr(value=self.visit_Attribute(read)), node))
        return [*before, node]

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
        """A value in a pattern is compared, never captured, and must stay a dotted name."""
        _close_names(node.value)
        return node

    def visit_MatchClass(self, node: ast.MatchClass) -> ast.AST:
        """The class in a pattern must stay a dotted name."""
        _close_names(node.cls)
        node.kwd_attrs = ["<closed>" if name in CLOSED else name for name in node.kwd_attrs]
        node.patterns = [self.visit(pattern) for pattern in node.patterns]
        node.kwd_patterns = [self.visit(pattern) for pattern in node.kwd_patterns]
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> ast.AST:
        """The keys of a pattern must stay literals or dotted names."""
        for key in node.keys:
            _close_names(key)
        node.patterns = [self.visit(pattern) for pattern in node.patterns]
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        """A class pattern reads attributes too: what it captures is checked before the body runs."""
        self.generic_visit(node)
        if not any(isinstance(part, ast.MatchClass) for part in ast.walk(node.pattern)):
            return node
        names = sorted(set(_captures(node.pattern)))
        if names:
            elements: list[ast.expr] = [ast.Name(id=name, ctx=ast.Load()) for name in names]
            check: ast.expr = ast.Call(
                func=ast.Name(id=CHECK_ALL, ctx=ast.Load()), args=elements, keywords=[]
            )
            guard = check if node.guard is None else ast.BoolOp(op=ast.And(), values=[check, node.guard])
            place = node.body[0]
            for part in ast.walk(check):
                ast.copy_location(part, place)
            node.guard = ast.copy_location(guard, place)
        return node


def _close_names(expression: ast.expr) -> None:
    """Make closed attributes in a dotted name unreadable."""
    for part in ast.walk(expression):
        if isinstance(part, ast.Attribute) and part.attr in CLOSED:
            part.attr = "<closed>"


def _captures(pattern: ast.pattern) -> list[str]:
    """Return the names that a pattern binds."""
    found = []
    for part in ast.walk(pattern):
        name = (
            getattr(part, "rest", None) if isinstance(part, ast.MatchMapping) else getattr(part, "name", None)
        )
        if isinstance(name, str):
            found.append(name)
    return found


def _wrapped(function: str, node: ast.Attribute) -> ast.Call:
    """Return `function(node)` in the place of `node`."""
    name = ast.copy_location(ast.Name(id=function, ctx=ast.Load()), node)
    return ast.copy_location(ast.Call(func=name, args=[node], keywords=[]), node)


def _refusal(node: ast.Attribute) -> ast.expr:
    """Return what raises `AttributeError` in the place of `node`, and still evaluates the object."""
    if isinstance(node.ctx, ast.Del):
        node.attr = "<closed>"
        return node
    name = ast.copy_location(ast.Name(id=REFUSE, ctx=ast.Load()), node)
    text = ast.copy_location(ast.Constant(value=node.attr), node)
    return ast.copy_location(ast.Call(func=name, args=[node.value, text], keywords=[]), node)
