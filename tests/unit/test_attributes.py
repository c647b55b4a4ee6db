from __future__ import annotations

import ast
import warnings
from typing import Any

import pytest

import attributes
import guards
from facades import Facade


def run(source: str, *, deferred: bool = False, **given: Any) -> dict[str, Any]:
    tree = attributes.AttributeRewriter(deferred=deferred).visit(ast.parse(source))
    check = guards.make_check(frozenset({Facade}))
    lookups = guards.make_lookups(check)
    helpers = {
        attributes.CHECK: check,
        attributes.REFUSE: guards.refuse,
        attributes.LOOKUP: guards.make_lookup(check),
        attributes.FORMAT: guards.make_format(attributes.CLOSED),
        attributes.SUBCLASSES: guards.own_subclasses,
        attributes.CHECK_ALL: guards.make_check_all(check),
    }
    names = {"__builtins__": {**vars(__import__("builtins")), **lookups, **helpers}, **given}
    exec(compile(ast.fix_missing_locations(tree), "<code>", "exec"), names)
    return names


@pytest.mark.parametrize(
    "source",
    [
        "f.__globals__", "f.__code__", "f.__closure__", "f.__builtins__", "g.gi_frame",
        "f.__globals__ = {}", "del f.__globals__", "f.__globals__ |= {}", "getattr(f, '__globals__')",
        "setattr(f, '__code__', None)", "delattr(f, '__code__')", "getattr(f, S('__globals__'))",
        "match f:\n    case object(__globals__=g): raise SystemExit",
        "match 1:\n    case f.__globals__: pass", "match 1:\n    case f.__globals__(): pass",
        "'{0.__globals__}'.format(f)", "'{0:{1.__code__}}'.format(1, f)", "'{a.__globals__}'.format_map({'a': f})",
        "str.format('{0.__globals__}', f)", "fmt = '{0.__globals__}'.format\nfmt(f)",
        "object.__getattribute__(f, '__globals__')", "look = f.__getattribute__\nlook('__globals__')",
    ],
)  # fmt: skip
def test_closed_attribute_raises_attribute_error_at_its_line(source: str) -> None:
    class Spelled(str):
        __slots__ = ()

    try:
        run(source, f=lambda: 0, g=(x for x in ()), S=Spelled)
    except AttributeError:
        return
    assert "SystemExit" in source, source  # a class pattern that does not match is no error


@pytest.mark.parametrize(
    "source",
    [
        "w._warnings", "getattr(w, '_warnings')", "match w:\n    case object(_warnings=m): pass",
        "w.__getattribute__('_warnings')", "match [w]:\n    case [object(_warnings=m)] if True: pass",
        "holder.module += 1", "make().module += 1", "hasattr(w, '_warnings') or 1/0",
    ],
)  # fmt: skip
def test_real_module_cannot_be_read_from_an_object(source: str) -> None:
    holder = type("Holder", (), {"_warnings": warnings, "module": warnings})()

    with pytest.raises((AttributeError, ZeroDivisionError)):
        run(source, w=holder, holder=holder, make=lambda: holder)


def test_facade_may_be_read() -> None:
    holder = type("Holder", (), {})()
    holder.json = Facade("json")

    assert run("x = holder.json", holder=holder)["x"] is holder.json


ORDINARY = """
class Point:
    __match_args__ = ("x", "y")
    def __init__(self, x, y):
        self.x, self.y = x, y
        self.count = 0
    def __getattr__(self, name):
        raise AttributeError(name)
class Child(Point):
    def __init__(self, x):
        super().__init__(x, 2)
    def __getattribute__(self, name):
        return super().__getattribute__(name)
p = Child(1)
p.count += 2
p.items = [p]
p.items[0].count += 1
match p:
    case Point(x=1, y=b) if b == 2:
        seen = ("class", b)
match {"k": [1, 2]}:
    case {"k": [first, *rest], **others}:
        seen += (first, rest, others)
out = ["{:>5}|{0.x}".replace("{:>5}|", "").format(p), "{a[k]}".format(a={"k": 1}), "%s" % p.count]
names = [p.__class__.__name__, Point.__doc__, Point.__mro__[0].__name__, p.__dict__["count"]]
text = f"{p.x!r:>3} {p.y}"
"""


def test_ordinary_code_is_not_changed_in_meaning() -> None:
    plain: dict[str, Any] = {}
    exec(ORDINARY, plain)
    names = run(ORDINARY)

    for key in ("seen", "out", "names", "text"):
        assert names[key] == plain[key]


def test_subject_of_an_augmented_assignment_is_evaluated_once() -> None:
    box = "calls = []\nclass Box: n = 1\nbox = Box()\ndef f():\n    calls.append(1)\n    return box\n"

    names = run(f"{box}f().n += 5")

    assert names["calls"] == [1]
    assert names["box"].n == 6


def test_deferred_annotations_stay_as_written() -> None:
    tree = attributes.AttributeRewriter(deferred=True).visit(
        ast.parse("def f(a: x.y) -> z.w:\n    b: p.q = a.c")
    )

    text = ast.unparse(tree)
    assert "a: x.y" in text
    assert "-> z.w" in text
    assert "b: p.q = " in text
    assert "<attribute>" in text
