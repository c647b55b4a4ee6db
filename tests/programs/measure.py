"""Runs the collections outside pytest and prints what was not contained or not right, with totals.

    python -m tests.programs.measure hostile [--walls bare|lambda|seccomp|exec] [--only TEXT]
    python -m tests.programs.measure benign [--only TEXT]

`exec` is the floor for comparison: the same programs run by plain `exec` in the process that holds the credentials.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from tests.programs.cell import Cell
from tests.programs.collection import Program, load
from tests.programs.functions import Functions
from tests.programs.judge import benign_findings


def main() -> None:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("hostile", "benign"))
    parser.add_argument("--walls", default="bare")
    parser.add_argument("--only", default="")
    parser.add_argument("--slow", action="store_true", help="name the programs that take longer than a second")
    parser.add_argument("--show", action="store_true", help="print every answer of a benign program")
    options = parser.parse_args()
    programs = [one for one in load(options.kind) if options.only in one.test_id]
    with Cell() as cell:
        bad = (hostile if options.kind == "hostile" else benign)(cell, programs, options)
    total = Counter(one.family for one in programs)
    for family, count in total.items():
        print(f"{family:16} {count - bad[family]:4} of {count}")
    print(f"{'all':16} {len(programs) - bad.total():4} of {len(programs)}")


def hostile(cell: Cell, programs: list[Program], options: argparse.Namespace) -> Counter[str]:
    """Run the hostile programs; how many of each family were not contained."""
    bad: Counter[str] = Counter()
    functions = Functions(cell, options.walls)
    for program in programs:
        begun = time.monotonic()
        found = functions.findings(program)
        if options.walls == "exec":
            found = [one for one in found if "lacks" not in one]
        bad[program.family] += bool(found)
        seconds = time.monotonic() - begun
        if found or (options.slow and seconds > 1):
            print(f"{program.test_id}: {program.story} ({seconds:.1f} s)", *(f"    {one}" for one in found), sep="\n", flush=True)
    return bad


def benign(cell: Cell, programs: list[Program], options: argparse.Namespace) -> Counter[str]:
    """Run the ordinary programs; how many of each family came out differently."""
    bad: Counter[str] = Counter()
    cell.start("plain", kind="plain")
    cell.start("function", variant="bare")
    cell.settle("function")
    for program in programs:
        (event,) = program.events({})
        truth = cell.call("plain", event)
        reply = cell.call("function", event)
        if options.show:
            print(program.test_id, truth, reply)
        found = benign_findings(truth["answer"], reply["answer"]) if "answer" in reply else [str(reply)]
        found += reply["facts"]
        bad[program.family] += bool(found)
        if found:
            print(program.test_id, *(f"    {one}" for one in found), sep="\n", flush=True)
    return bad


if __name__ == "__main__":
    main()
