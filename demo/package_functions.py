"""Build the demo functions' zips, byte for byte the same on every machine, as `scripts/package.py` does.

    python demo/package_functions.py            build
    python demo/package_functions.py --check    fail when a committed zip is not what its source gives

A release is one file: `pricing-2.py` is packed as `pricing.py`.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

from package import build

FUNCTIONS = Path(__file__).resolve().parent / "functions"


def packages() -> dict[Path, bytes]:
    """Return what every zip should hold, by its path."""
    return {
        source.with_suffix(".zip"): build({f"{source.stem.split('-')[0]}.py": source.read_bytes()})
        for source in sorted(FUNCTIONS.glob("*.py"))
    }


def stale() -> list[Path]:
    """Return the zips that are missing or are not what their source gives."""
    return [p for p, content in packages().items() if not p.exists() or p.read_bytes() != content]


def main() -> int:
    """Build, or check; the exit status is 1 when a check finds a stale zip."""
    found = stale()
    if "--check" in sys.argv:
        for path in found:
            print(f"{path.name} is not what its source gives: run `make demo-package`", file=sys.stderr)
        return 1 if found else 0
    for path in found:
        path.write_bytes(packages()[path])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
