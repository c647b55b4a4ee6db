"""Dependencies: each that is asked for has its row and its reason, and no licence binds those who use them."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PERMISSIVE = re.compile(r"\b(MIT|MIT-0|BSD|Apache|MPL|Mozilla Public|PSF|PSFL|Python Software Foundation)\b")
NAME = re.compile(r"^([a-z][a-z0-9_.-]*)", re.MULTILINE)


def names(file: str) -> set[str]:
    """The packages of a requirements file, by name."""
    return set(NAME.findall((ROOT / file).read_text()))


def licence(package: str) -> str:
    """What a package's metadata says of its licence."""
    found = metadata.metadata(package)
    classifiers = [item for item in found.get_all("Classifier") or [] if item.startswith("License")]
    return " ".join(filter(None, [found.get("License-Expression"), found.get("License"), *classifiers]))


def test_the_table_names_what_is_asked_for_and_nothing_else() -> None:
    tables = (ROOT / "docs" / "dependencies.md").read_text().split("## Not taken")[0]
    rows = re.findall(r"^\| ([a-z][a-z0-9, -]+) \|.*\|.*\|$", tables, re.MULTILINE)
    listed = {name for row in rows for name in row.split(", ")} - {"package"}

    files = ("requirements-dev.in", "requirements-checkov.in", "lambda/requirements.in")
    assert listed - {"markupsafe"} == set().union(*map(names, files)) - {"markupsafe"}


@pytest.mark.parametrize("package", sorted(names("requirements-dev.txt")))
def test_licences_are_permissive(package: str) -> None:
    try:
        words = licence(package)
    except metadata.PackageNotFoundError:
        pytest.skip("for another operating system")

    assert PERMISSIVE.search(words), words
