"""Ordinary programs, written as models write them, give what they give in plain Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.programs.cell import Cell
from tests.programs.collection import Program, load
from tests.programs.judge import benign_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAMS = load("benign")


@pytest.fixture(scope="module")
def cell() -> Iterator[Cell]:
    with Cell() as cell:
        cell.start("plain", kind="plain")
        cell.start("function")
        cell.settle("function")
        yield cell


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.test_id)
def test_benign_program_behaves_as_in_plain_python(cell: Cell, program: Program) -> None:
    (event,) = program.events({})
    truth = cell.call("plain", event)["answer"]
    reply = cell.call("function", event)
    assert "answer" in reply, reply
    assert benign_findings(truth, reply["answer"]) == []
    assert reply["facts"] == []
