from __future__ import annotations

import ast
import types
from typing import Any

import pytest

import facades
import imports
from authorised import AUTHORISED

import collections.abc  # isort: skip
import json
import os.path
import urllib.parse

URLLIB = facades.Facade("urllib")
REAL = {"json": json, "urllib": URLLIB, "urllib.parse": urllib.parse, "os": os, "os.path": os.path,
        "collections": __import__("collections"), "collections.abc": collections.abc}  # fmt: skip


def rewritten(source: str) -> tuple[ast.Module, imports.Removed]:
    rewriter = imports.ImportRewriter()
    tree = ast.fix_missing_locations(rewriter.visit(ast.parse(source)))
    return tree, rewriter.removed


def run(source: str) -> dict[str, Any]:
    tree, _ = rewritten(source)
    functions = facades.make_imports(REAL, frozenset())
    names: dict[str, Any] = {}

    def star(name: str) -> None:
        names.update(functions["published"](name))

    helpers = {
        imports.IMPORT: functions["import"],
        imports.IMPORT_FROM: functions["from"],
        imports.IMPORT_STAR: star,
    }
    names["__builtins__"] = {**vars(__import__("builtins")), **helpers}
    exec(compile(tree, "<code>", "exec"), names)
    return names


@pytest.mark.parametrize(
    ("source", "name", "value"),
    [
        ("import json", "json", json),
        ("import json as j", "j", json),
        ("import urllib.parse", "urllib", URLLIB),
        ("import urllib.parse as p", "p", urllib.parse),
        ("import os, json as j", "j", json),
        ("import os, json as j", "os", os),
        ("from json import dumps", "dumps", json.dumps),
        ("from json import dumps as d, loads", "d", json.dumps),
        ("from urllib import parse", "parse", urllib.parse),
        ("from os import path", "path", os.path),
        ("from json import *", "loads", json.loads),
        ("if True:\n    import json", "json", json),
        ("try:\n    import json\nexcept ImportError:\n    json = None", "json", json),
        ("class A:\n    import json\nfound = A.json", "found", json),
        ("def f():\n    import json\n    return json\nfound = f()", "found", json),
        ("def f():\n    global json\n    import json\nf()", "json", json),
        ("async def f():\n    from json import dumps\n    return dumps", "f", None),
    ],
)
def test_import_binds_what_python_would(source: str, name: str, value: object) -> None:
    found = run(source)[name]

    assert found is value or value is None


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("import requests", "boto3"),
        ("import pandas as pd", "statistics, csv and collections"),
        ("from subprocess import run", "no other process"),
        ("import urllib.request", "no network"),
        ("from urllib import request", "no network"),
        ("from os.path.nothing import x", "Available: boto3"),
        ("from numpy import *", "statistics"),
    ],
)
def test_unavailable_module_raises_at_its_line_and_names_what_exists(source: str, hint: str) -> None:
    with pytest.raises(ImportError, match=hint) as caught:
        run("x = 1\n" + source)

    assert caught.traceback[-1].lineno is not None
    assert type(caught.value).__name__ == "ImportError"
    assert isinstance(caught.value, ModuleNotFoundError)
    lines = [entry.lineno + 1 for entry in caught.traceback if str(entry.path).endswith("<code>")]
    assert lines == [2]


def test_missing_name_of_an_authorised_module_is_an_import_error() -> None:
    with pytest.raises(ImportError, match="cannot import name 'Nothing' from 'json'"):
        run("from json import Nothing")
    with pytest.raises(ImportError, match="cannot import name 'nothing' from 'json'"):
        run("from json import nothing")


@pytest.mark.parametrize("source", ["from . import a", "from .a import b", "from .. import c"])
def test_relative_import_fails_as_in_a_script(source: str) -> None:
    with pytest.raises(ImportError, match="no known parent package"):
        run(source)


def test_star_inside_a_function_stays_a_syntax_error() -> None:
    tree, _ = rewritten("def f():\n    from json import *")

    with pytest.raises(SyntaxError, match="import \\* only allowed at module level"):
        compile(tree, "<code>", "exec")


def test_star_honours_all() -> None:
    names = run("from json import *")

    assert {key for key in names if not key.startswith("__")} == set(json.__all__)


def test_removed_statements_and_modules_are_listed_in_order() -> None:
    _, removed = rewritten(
        "import os, pandas as pd\ndef f():\n    from json import (dumps,\n        loads)\nimport pandas"
    )

    assert removed.statements == ["import os, pandas as pd", "from json import dumps, loads", "import pandas"]
    assert removed.unavailable(AUTHORISED) == ["pandas"]


def test_future_import_is_kept_for_the_compiler_and_bound() -> None:
    rewriter = imports.ImportRewriter()
    tree = rewriter.visit(ast.parse('"""doc"""\nfrom __future__ import annotations\nx = 1'))

    assert rewriter.future == {"annotations"}
    assert ast.get_docstring(tree) == "doc"
    assert isinstance(tree.body[1], ast.Assign)
    assert rewriter.removed.modules == []


def test_misplaced_future_import_is_left_to_the_compiler() -> None:
    tree, _ = rewritten("x = 1\nfrom __future__ import annotations")

    with pytest.raises(SyntaxError, match="beginning of the file"):
        compile(tree, "<code>", "exec")


def test_tracebacks_keep_the_authors_lines() -> None:
    tree, _ = rewritten("\n\nimport json\n\n1/0")

    assert [statement.lineno for statement in tree.body] == [3, 5]


def test_dunder_import_gives_facades_only_and_satisfies_built_in_code() -> None:
    functions = facades.make_imports(REAL, frozenset({"_strptime"}))
    import_ = functions["__import__"]

    assert import_("urllib.parse") is URLLIB
    assert import_("urllib.parse", {}, {}, ("quote",)) is urllib.parse
    assert isinstance(import_("_strptime"), types.ModuleType)
    with pytest.raises(ImportError, match="subprocess"):
        import_("subprocess")
    with pytest.raises(ImportError, match="no known parent"):
        import_("x", level=1)
    with pytest.raises(TypeError, match="must be a string"):
        import_(7)
