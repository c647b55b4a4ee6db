"""Say what a newer ReadOnlyAccess adds to the older one, and what of it the tool role would let through.

AWS widens ReadOnlyAccess every few weeks. The guard refuses whatever it does not list, so most of it changes
nothing; a new grant passes only where it meets a pattern of `tool-lambda/triage_actions.json`. Those are the
ones to read before the next release.

    aws iam get-policy-version --version-id v191 \\
      --policy-arn arn:aws:iam::aws:policy/ReadOnlyAccess > new.json
    make iam-drift FILE=new.json
"""

from __future__ import annotations

import argparse
import functools
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

TOOL = Path(__file__).resolve().parent.parent / "tool-lambda"


@dataclass(frozen=True, slots=True)
class Boundary:
    """The patterns that the guard lets through, and those that are denied whatever lets them through."""

    passes: tuple[str, ...]
    denied: tuple[str, ...]

    def admits(self, grant: str) -> tuple[str, ...]:
        """Return the guard's patterns through which a granted action or pattern would pass, if any."""
        if any(covers(pattern, grant) for pattern in self.denied):
            return ()
        return tuple(
            pattern
            for pattern in self.passes
            if overlap(pattern, grant) and not any(covers(denied, pattern) for denied in self.denied)
        )


def load_boundary() -> Boundary:
    """Read the two lists that the policies and the broker are built from."""
    triage = json.loads((TOOL / "triage_actions.json").read_text())
    denied = json.loads((TOOL / "denied_actions.json").read_text())
    return Boundary(
        passes=tuple(sorted({pattern for group in triage.values() for pattern in group})),
        denied=tuple(
            a for family in denied.values() if family["resources"] == ["*"] for a in family["actions"]
        ),
    )


def overlap(one: str, other: str) -> bool:
    """Tell whether some action is matched by both patterns (`*` and `?`, in any case)."""
    one, other = one.lower(), other.lower()

    @functools.cache
    def meet(i: int, j: int) -> bool:
        if i == len(one) or j == len(other):
            return not (one[i:].strip("*") or other[j:].strip("*"))
        if one[i] == "*" or other[j] == "*":
            return meet(i + 1, j) or meet(i, j + 1)
        return (one[i] == other[j] or "?" in (one[i], other[j])) and meet(i + 1, j + 1)

    return meet(0, 0)


def covers(pattern: str, other: str) -> bool:
    """Tell whether a pattern matches everything that another does; the other's wildcards count as letters."""
    pattern, other = pattern.lower(), other.lower()

    @functools.cache
    def match(i: int, j: int) -> bool:
        if i == len(pattern):
            return j == len(other)
        if pattern[i] == "*":
            return match(i + 1, j) or (j < len(other) and match(i, j + 1))
        if j == len(other) or (pattern[i] == "?" and other[j] == "*"):
            return False
        return (pattern[i] == "?" or pattern[i] == other[j]) and match(i + 1, j + 1)

    return match(0, 0)


def grants(document: dict[str, Any]) -> set[str]:
    """Return every action pattern that a policy document allows; raise ValueError when it is none."""
    document = document.get("PolicyVersion", document)
    document = document.get("Document", document)
    if "Statement" not in document:
        raise ValueError("no policy document: expected `Statement`, or the answer of get-policy-version")
    allowed: set[str] = set()
    for statement in document["Statement"]:
        if statement["Effect"] == "Allow":
            actions = statement.get("Action", [])
            allowed.update([actions] if isinstance(actions, str) else actions)
    return allowed


def shipped() -> set[str]:
    """Return what the newest ReadOnlyAccess in the development packages (moto's) grants."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    return grants(json.loads(aws_managed_policies_data)["ReadOnlyAccess"])


def report(new: set[str], old: set[str], boundary: Boundary) -> Iterable[str]:
    """Yield the lines of the report."""
    added = {grant: boundary.admits(grant) for grant in sorted(new - old)}
    passing = sum(map(bool, added.values()))
    yield f"{len(added)} added, {len(old - new)} removed; {passing} of the added would pass."
    for grant, through in added.items():
        known = next((f" (granted before by {k})" for k in sorted(old) if covers(k, grant)), "")
        verdict = f"PASSES through {', '.join(through)}" if through else "refused by the guard"
        yield f"  + {grant}: {verdict}{known}"
    for grant in sorted(old - new):
        yield f"  - {grant}"


def main() -> int:
    """Print the report; the exit status is 1 when the file is no policy."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="the newer document, or the answer of get-policy-version")
    parser.add_argument("--old", type=Path, help="the older document (default: the one that moto ships)")
    arguments = parser.parse_args()
    try:
        new = grants(json.loads(arguments.file.read_text()))
        old = grants(json.loads(arguments.old.read_text())) if arguments.old else shipped()
    except (OSError, ValueError, AttributeError) as error:
        print(f"iam-drift: {error}", file=sys.stderr)
        return 1
    print("\n".join(report(new, old, load_boundary())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
