"""Programs made ready to run: what a tree may hold, and that no code imports by itself."""

from __future__ import annotations

import ast

import pytest

import program


class Name(ast.Name):
    """A node that the compiler takes and no rewriter knows."""


class Shy(list[ast.stmt]):
    """A list that shows its statements to the compiler only."""

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(())

    def __setitem__(self, *_: object) -> None:
        pass


def test_a_plain_tree_is_compiled() -> None:
    tree = ast.parse("x = [n.real for n in (1, 2)]")

    assert program.compile_inner(tree, "x", "exec", 0).co_names


def test_a_node_of_a_subclass_is_refused() -> None:
    with pytest.raises(TypeError, match="not Name"):
        program.compile_inner(ast.Expression(Name("x", ast.Load())), "x", "eval", 0)


def test_a_list_of_a_subclass_is_refused() -> None:
    tree = ast.parse("import os")
    tree.body = Shy(tree.body)

    with pytest.raises(TypeError, match="not Shy"):
        program.compile_inner(tree, "x", "exec", 0)


def test_changed_node_types_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ast.Module, "_fields", ())

    with pytest.raises(TypeError, match="were changed"):
        program.compile_inner(ast.parse("import os"), "x", "exec", 0)


@pytest.mark.parametrize("source", ["import os", "from os import path", "def f():\n    import os"])
def test_code_that_imports_by_itself_is_refused(source: str) -> None:
    with pytest.raises(ImportError, match="imports in a way"):
        program._require_no_imports(compile(source, "x", "exec"))


def test_code_of_a_rewritten_program_imports_nothing() -> None:
    prepared = program.prepare(
        "import os\ndef f():\n    from json import dumps\n    return dumps", frozenset({"os"})
    )

    assert prepared.removed_imports == ("import os", "from json import dumps")
    assert prepared.unavailable_modules == ("json",)
