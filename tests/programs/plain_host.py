"""Runs a program in plain Python, unrestricted, in a fork of this process: the truth that the function is held to."""

from __future__ import annotations

import ast
import json
import linecache
import logging
import os
import sys
import tempfile
import threading
import types
from pathlib import Path

FILENAME = "<code>"
ABSENT = {"requests", "pandas", "numpy", "yaml", "psutil", "pytz", "tabulate", "matplotlib", "scipy", "rich", "httpx"}


class NotInLambda:
    """Hides what happens to be installed here and is not in Lambda's runtime."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse a module by name, as when it is not installed."""
        if name.partition(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def main() -> None:
    """Answer one program a line until the input ends."""
    import boto3
    import boto3.session

    boto3.session.Session()
    for name in ABSENT:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, NotInLambda())
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps({"answer": _in_a_fork(json.loads(line)["event"]["code"])}), flush=True)


def _in_a_fork(code: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        child = os.fork()
        if child == 0:
            _child(code, Path(folder))
        _, status = os.waitpid(child, 0)
        read = lambda name: Path(folder, name).read_text(errors="replace") if Path(folder, name).exists() else None  # noqa: E731
        ending = json.loads(read("ending") or "null") or {"success": False, "error": f"status {status}", "result": None}
        return {**ending, "stdout": read("stdout"), "stderr": read("stderr")}


def _child(code: str, folder: Path) -> None:
    work = folder / "work"
    work.mkdir()
    os.chdir(work)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT), number)
    ending: dict[str, object] = {"success": True, "error": None, "result": None, "named": False}
    try:
        ending["result"], ending["named"] = _run(code)
    except BaseException as error:
        ending |= {"success": False, "error": type(error).__name__, "message": str(error)}
        if isinstance(error, SystemExit) and error.code in (None, 0):
            ending |= {"success": True, "error": None}
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    (folder / "ending").write_text(json.dumps(ending))
    os._exit(0)


def _run(code: str) -> tuple[str | None, bool]:
    """Run as a script; what `result` holds, or the last expression's value, is the result (and whether it was named)."""
    linecache.cache[FILENAME] = (len(code), None, code.splitlines(keepends=True), FILENAME)
    tree = ast.parse(code)
    last = ast.Expression(tree.body.pop().value) if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    space = module.__dict__
    exec(compile(tree, FILENAME, "exec", dont_inherit=True), space)
    value = eval(compile(last, FILENAME, "eval", dont_inherit=True), space) if last is not None else None
    named = space.get("result") is not None
    value = space["result"] if named else value
    return (None if value is None else value if isinstance(value, str) else repr(value)), named


if __name__ == "__main__":
    main()
