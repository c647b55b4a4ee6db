"""Build `dist/triage.zip` and `dist/tool.zip`, byte for byte the same on every machine.

Entries are sorted, times and modes are fixed, no bytecode is packed. The triage function's dependencies
come from `lambda/requirements.txt` by hash; compiled parts are left out: one zip serves both architectures.

    python scripts/package.py            build
    python scripts/package.py --check    fail when the committed zips are not what the source gives
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXED_TIME = (1980, 1, 1, 0, 0, 0)
PACKED_SUFFIXES = frozenset({".py", ".md", ".json", ".html", ".css", ".txt", ".svg", ".j2"})
NOT_PACKED = frozenset({"requirements.in", "requirements.txt"})
ZIPS = {"triage.zip": "lambda", "tool.zip": "tool-lambda"}


def source_files(folder: Path) -> dict[str, bytes]:
    """Return what a zip root holds, by path inside the zip."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix in PACKED_SUFFIXES
        and path.name not in NOT_PACKED
        and "__pycache__" not in path.parts
    }


def dependencies(requirements: Path) -> dict[str, bytes]:
    """Return the Python files and licences of the pinned wheels, by path inside the zip.

    Raises `SystemExit` when pip cannot fetch a wheel with one of the recorded hashes.
    """
    if not requirements.exists():
        return {}
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
            "--require-hashes", "--only-binary=:all:", "--python-version=3.13", "--implementation=cp",
            "--platform=manylinux2014_x86_64", "--dest", folder, "--requirement", str(requirements),
        ]  # fmt: skip
        if subprocess.run(command, check=False).returncode != 0:
            raise SystemExit("package: pip could not fetch the pinned wheels; see its message above")
        files: dict[str, bytes] = {}
        for wheel in sorted(Path(folder).glob("*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                for name in archive.namelist():
                    if name.endswith((".py", "LICENSE.txt")):
                        files[name] = archive.read(name)
        return files


def build(files: dict[str, bytes]) -> bytes:
    """Return a zip whose bytes depend on names and contents only."""
    buffer = io.BytesIO()
    # Stored, not deflated: two zlib builds may compress the same bytes differently.
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, FIXED_TIME)
            entry.external_attr = 0o100644 << 16
            entry.create_system = 3
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def main() -> int:
    """Build or check both zips; the exit status is 1 when a check finds a stale one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare with the committed zips, write nothing")
    check = parser.parse_args().check
    stale = []
    for name, folder in ZIPS.items():
        root = ROOT / folder
        content = build(source_files(root) | dependencies(root / "requirements.txt"))
        target = ROOT / "dist" / name
        if check:
            if not target.exists() or target.read_bytes() != content:
                stale.append(name)
        else:
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(content)
            print(f"{target.relative_to(ROOT)}: {len(content):,} bytes")
    for name in stale:
        print(f"dist/{name} is not what the source gives: run `make package` and commit it", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
