"""Write the tables of requirements, inputs and outputs into README.md, between its markers.

python scripts/terraform_docs.py            write
python scripts/terraform_docs.py --check    fail when README.md is not what the Terraform files give
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import hcl2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"


def blocks(file: Path, kind: str) -> dict[str, Mapping[str, object]]:
    """Return the named blocks of one kind (`variable`, `output`) in the order of the file."""
    parsed = hcl2.loads(file.read_text())
    return {name.strip('"'): body for block in parsed[kind] for name, body in block.items()}


def text(value: object) -> str:
    """Return an HCL string or heredoc as one line of Markdown that is safe in a table cell."""
    raw = str(value).strip('"')
    if raw.startswith("<<"):
        raw = textwrap.dedent("\n".join(raw.splitlines()[1:-1]))
    return " ".join(raw.replace('\\"', '"').split()).replace("|", "\\|")


def code(value: object) -> str:
    """Return a type expression as inline code: what `${...}` wraps, on one line."""
    inner = str(value)
    if inner.startswith("${"):
        inner = inner[2:-1]
    return f"`{inner}`"


def default(variable: Mapping[str, object]) -> str:
    """Return a variable's default as inline code, or the word `required`."""
    if "default" not in variable:
        return "required"
    value = variable["default"]
    if isinstance(value, str):
        return f"`{value}`" if value.startswith('"') else code(value)
    return f"`{json.dumps(value)}`"


def table(header: Iterable[str], rows: Iterable[Iterable[str]], numbers: int = 0) -> str:
    """Return a Markdown table; its last `numbers` columns hold numbers, which stand to the right."""
    head = list(header)
    lines = [head, ["---"] * (len(head) - numbers) + ["---:"] * numbers, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def tables() -> dict[str, str]:
    """Return the generated text by the name of its marker."""
    terraform = hcl2.loads((ROOT / "versions.tf").read_text())["terraform"][0]
    provider = terraform["required_providers"][0]["aws"]
    inputs = blocks(ROOT / "variables.tf", "variable")
    outputs = blocks(ROOT / "outputs.tf", "output")
    return {
        "requirements": table(
            ("name", "version"),
            (
                ("Terraform", f"`{text(terraform['required_version'])}`"),
                (f"`{text(provider['source'])}`", f"`{text(provider['version'])}`"),
            ),
        ),
        "inputs": table(
            ("input", "type", "default", "what it does"),
            (
                (f"`{name}`", code(body["type"]), default(body), text(body["description"]))
                for name, body in inputs.items()
            ),
        ),
        "outputs": table(
            ("output", "what it is"),
            ((f"`{name}`", text(body["description"])) for name, body in outputs.items()),
        ),
    }


def fill(page: str, generated: Mapping[str, str]) -> str:
    """Return the page with each `<!-- begin NAME -->` ... `<!-- end NAME -->` section replaced.

    Raises `SystemExit` when a marker is missing: a table that is not shown is a table that is not checked.
    """
    for name, content in generated.items():
        pattern = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        page, count = pattern.subn(lambda found: f"{found[1]}{content}\n{found[2]}", page)  # noqa: B023
        if count != 1:
            raise SystemExit(
                f"docs: a page needs one `<!-- begin {name} -->` ... `<!-- end {name} -->` section"
            )
    return page


def update(pages: Mapping[Path, Mapping[str, str]], source: str) -> int:
    """Write the generated text into the pages; with `--check`, say which page is not what `source` gives.

    Returns the exit status: 1 when a check finds a stale page.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    status = 0
    for page, generated in pages.items():
        current = page.read_text()
        wanted = fill(current, generated)
        if check and wanted != current:
            name = page.relative_to(ROOT)
            print(f"{name}: a table is not what {source}: run `make docs`", file=sys.stderr)
            status = 1
        if not check:
            page.write_text(wanted)
    return status


def main() -> int:
    """Write or check the README."""
    return update({README: tables()}, "the Terraform files give")


if __name__ == "__main__":
    raise SystemExit(main())
