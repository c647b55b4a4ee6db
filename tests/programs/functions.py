"""Runs hostile programs in a cell: one function a family, a probe after each program, a new function after damage."""

from __future__ import annotations

from typing import Any

from tests.programs.cell import Cell
from tests.programs.collection import EVENT, Program
from tests.programs.judge import PROBE, hostile_findings

SECONDS = 1  # what a program may take, unless its event says otherwise
INVOCATION = 6
PATIENCE = 15
LATE = 6  # seconds past its time at which a call counts as one that hung


class Functions:
    """The functions of one cell, with one set of walls, one at a time."""

    def __init__(self, cell: Cell, walls: str) -> None:
        self.cell, self.walls = cell, walls
        self._family = self._clean = ""

    def findings(self, program: Program) -> list[str]:
        """Run every call of `program`, then the probe; return what an attack got, or damaged."""
        self._use(program.family)
        found: list[str] = []
        for event in program.events(self.cell.words):
            event = {"timeout_seconds": SECONDS, **event}
            reply = self.cell.call("f", event, seconds=INVOCATION, patience=PATIENCE)
            found += hostile_findings(program, reply, self.cell.secret, self.cell.words)
            allowed = INVOCATION if program.sign == EVENT else SECONDS
            if reply["seconds"] > allowed + LATE:
                found.append(f"answered {reply['seconds']:.0f} s after it was asked, with {allowed} s allowed")
            if "answer" not in reply:
                self._drop()
                return found
        after = self._probe()
        if after != self._clean:
            found.append(f"the next call differs: {after[:600]!r}, at first {self._clean!r}")
            self._drop()
        return found

    def _use(self, family: str) -> None:
        if self._family != family:
            self._drop()
            kind, variant = ("exec", "seccomp") if self.walls == "exec" else ("function", self.walls)
            self.cell.words["HANDLER"] = self.cell.start("f", kind=kind, variant=variant)
            self._family = family
            self._clean = self._probe()
            self.cell.settle("f")

    def _drop(self) -> None:
        if self._family:
            self.cell.stop("f")
        self._family = ""

    def _probe(self) -> str:
        reply: dict[str, Any] = self.cell.call("f", {"code": PROBE}, seconds=10, patience=PATIENCE)
        answer = reply.get("answer")
        return str(answer["stdout"]) if answer and answer["success"] else str(reply)
