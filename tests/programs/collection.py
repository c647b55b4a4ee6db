"""Reads the collections: files of named programs, each a `# %%` cell, as README.md describes."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
CELL = re.compile(r"^# %% (?P<head>.*)$", re.MULTILINE)
NEXT_CALL = re.compile(r"^# ---- next call.*\n", re.MULTILINE)
EVENT = "(event)"
NEEDS = {
    "language-type-alias-syntax": (3, 12),
    "library-itertools": (3, 12),
}
"""Programs that need a newer Python than the oldest that the tests run on. The function runs on 3.13."""


@dataclass(frozen=True, slots=True)
class Program:
    """One named program: the events to send, in order, and what the attack is after."""

    family: str
    name: str
    sign: str
    story: str
    parts: tuple[str, ...]

    @property
    def test_id(self) -> str:
        """The name under which pytest shows it."""
        return f"{self.family}-{self.name}"

    def events(self, words: dict[str, object]) -> list[dict[str, object]]:
        """The events of this program's calls, with its UPPERCASE words replaced by the given values."""
        if self.sign == EVENT:
            return [_as_event(eval(_fill(part, words), {"__builtins__": __builtins__})) for part in self.parts]
        return [{"code": _fill(part, words)} for part in self.parts]


def load(kind: str) -> list[Program]:
    """All programs of `hostile` or `benign`, in the order of the files."""
    programs = [one for path in sorted((HERE / kind).glob("*.py")) for one in _read(path)]
    ids = [one.test_id for one in programs]
    twice = {one for one in ids if ids.count(one) > 1}
    if twice:
        raise ValueError(f"programs named twice: {sorted(twice)}")
    return [one for one in programs if sys.version_info >= NEEDS.get(one.test_id, (3, 11))]


def _read(path: Path) -> list[Program]:
    pieces = CELL.split(path.read_text(encoding="utf-8"))[1:]
    return [_program(path.stem, head, body) for head, body in zip(pieces[::2], pieces[1::2], strict=True)]


def _program(family: str, head: str, body: str) -> Program:
    name, *rest = (field.strip() for field in head.split("|"))
    sign, story = rest if len(rest) == 2 else ("", rest[0] if rest else "")
    parts = tuple(part.strip("\n") + "\n" for part in NEXT_CALL.split(body))
    return Program(family, name, sign, story, parts)


def _fill(source: str, words: dict[str, object]) -> str:
    for word, value in words.items():
        source = re.sub(rf"\b{word}\b", lambda _, value=value: _literal(value), source)
    return source


def _literal(value: object) -> str:
    """A literal which, printed as source in a traceback, is not the text itself."""
    if isinstance(value, str) and len(value) > 4:
        return f"({value[:4]!r} {value[4:]!r})"
    return repr(value)


def _as_event(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {"code": value}


def last_expression(tree: ast.Module) -> ast.Expression | None:
    """Take the last statement off `tree` when it is an expression."""
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        return ast.Expression(tree.body.pop().value)
    return None
