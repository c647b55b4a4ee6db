"""Each hostile program is contained, by facts, and the next call is answered as if nothing had happened.

All run where the kernel refuses every optional wall, the harder case; of the runs with seccomp every eighth,
or all with CONTAINMENT=full.
"""

from __future__ import annotations

import itertools
import os
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tests.programs.cell import Cell
from tests.programs.collection import Program, load
from tests.programs.functions import Functions

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = load("hostile")
SECCOMP = PROGRAMS if os.environ.get("CONTAINMENT") == "full" else PROGRAMS[::8]
# What Lambda refuses is refused ("bare"), or nothing is.
CASES = [("bare", program) for program in PROGRAMS] + [("seccomp", program) for program in SECCOMP]
LANES = 2  # for each set of walls; each is a cell and a core
Outcomes = dict[tuple[str, str], Future[list[str]]]


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> Iterator[Outcomes]:
    """The programs that were asked for, under way: in a few cells for each set of walls, all at once."""
    wanted = [getattr(item, "callspec", None) for item in request.session.items if item.path == request.path]
    asked = [(spec.params["walls"], spec.params["program"]) for spec in wanted if spec is not None]
    lanes = {walls: [Lane(walls) for _ in range(LANES)] for walls in dict(asked)}
    for lane in itertools.chain(*lanes.values()):
        lane.wait()
    yield {
        (walls, program.test_id): lanes[walls][at % LANES].submit(program)
        for at, (walls, program) in enumerate(asked)
    }
    for lane in itertools.chain(*lanes.values()):
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


@pytest.mark.parametrize(("walls", "program"), CASES, ids=lambda case: getattr(case, "test_id", case))
def test_hostile_program_is_contained(outcomes: Outcomes, walls: str, program: Program) -> None:
    found = outcomes[walls, program.test_id].result()
    assert not found, f"{program.story}\n" + "\n".join(found)
