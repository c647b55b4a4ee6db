"""Each hostile program is contained, by facts, and the next call is answered as if nothing had happened."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tests.programs.cell import Cell
from tests.programs.collection import Program, load
from tests.programs.functions import Functions

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = load("hostile")
WALLS = ("bare", "seccomp")  # what Lambda refuses is refused; nothing is refused
Outcomes = dict[tuple[str, str], Future[list[str]]]


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> Iterator[Outcomes]:
    """The programs that were asked for, under way: one cell for each set of walls, both at once."""
    wanted = [getattr(item, "callspec", None) for item in request.session.items if item.path == request.path]
    asked = [(spec.params["walls"], spec.params["program"]) for spec in wanted if spec is not None]
    lanes = [Lane(walls) for walls in WALLS if any(walls == one for one, _ in asked)]
    for lane in lanes:
        lane.wait()
    yield {
        (lane.walls, program.test_id): lane.submit(program)
        for lane in lanes
        for walls, program in asked
        if walls == lane.walls
    }
    for lane in lanes:
        lane.close()


class Lane:
    """A cell and the thread that speaks to it."""

    def __init__(self, walls: str) -> None:
        self.walls = walls
        self._cell = Cell()
        self._thread = ThreadPoolExecutor(1)
        self._functions = self._thread.submit(lambda: Functions(self._cell.__enter__(), walls))

    def wait(self) -> None:
        self._functions.result()

    def submit(self, program: Program) -> Future[list[str]]:
        return self._thread.submit(lambda: self._functions.result().findings(program))

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)
        self._cell.__exit__(None, None, None)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.test_id)
@pytest.mark.parametrize("walls", WALLS)
def test_hostile_program_is_contained(outcomes: Outcomes, walls: str, program: Program) -> None:
    found = outcomes[walls, program.test_id].result()
    assert not found, f"{program.story}\n" + "\n".join(found)
