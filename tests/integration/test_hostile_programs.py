"""Each hostile program is contained, by facts, and the next call is answered as if nothing had happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.programs.cell import Cell
from tests.programs.collection import Program, load
from tests.programs.judge import PROBE, hostile_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = load("hostile")
WALLS = ("bare", "seccomp")  # what Lambda refuses is refused; nothing is refused


class Functions:
    """One function at a time, for one family: started on first use, and anew after one that was damaged."""

    def __init__(self, cell: Cell) -> None:
        self.cell, self.running, self.clean = cell, "", ""

    def for_family(self, walls: str, family: str) -> str:
        name = f"{walls}-{family}"
        if self.running != name:
            self.stop()
            self.cell.words["HANDLER"] = self.cell.start(name, variant=walls)
            self.running = name
            self.clean = self.probe()
            self.cell.settle(name)
        return name

    def stop(self) -> None:
        if self.running:
            self.cell.stop(self.running)
        self.running = ""

    def call(self, event: dict[str, Any]) -> dict[str, Any]:
        event = {"timeout_seconds": 1, **event}
        return self.cell.call(self.running, event, seconds=6, patience=15)

    def probe(self) -> str:
        reply = self.cell.call(self.running, {"code": PROBE}, seconds=10, patience=20)
        return str(reply.get("answer", reply)["stdout"]) if "answer" in reply else str(reply)


@pytest.fixture(scope="module")
def functions() -> Iterator[Functions]:
    with Cell() as cell:
        yield Functions(cell)


@pytest.mark.parametrize("walls", WALLS)
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.test_id)
def test_hostile_program_is_contained(functions: Functions, walls: str, program: Program) -> None:
    cell = functions.cell
    functions.for_family(walls, program.family)
    found = []
    for event in program.events(cell.words):
        found += hostile_findings(program, functions.call(event), cell.secret, cell.words)
    after = functions.probe()
    if after != functions.clean:
        found.append(f"the next call differs: {after!r}, at first {functions.clean!r}")
        functions.stop()
    assert not found, f"{program.story}\n" + "\n".join(found)
