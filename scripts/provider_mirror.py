"""Write a Terraform CLI configuration that uses a provider mirror on this disk, where there is one.

Air-gapped machines keep providers in a folder named `registry.terraform.io` (Terraform's "CLI Configuration
File", section "Explicit Installation Method Configuration"). With none found, the configuration is empty and
Terraform uses the public registry.

    export TF_CLI_CONFIG_FILE="$(python scripts/provider_mirror.py)"
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

REGISTRY_FOLDER = "registry.terraform.io"
PLACES = ("/opt", "/usr/share", "/usr/local/share", "~")
DEPTH = 3
"""How far below each place a mirror is looked for; deeper searches of a home folder take seconds."""


def find_mirror() -> Path | None:
    """Return the folder that holds `registry.terraform.io`, `$TF_PLUGIN_MIRROR` first, or None."""
    named = os.environ.get("TF_PLUGIN_MIRROR")
    if named and Path(named).name == REGISTRY_FOLDER:
        named = str(Path(named).parent)
    for place in [Path(named)] if named else [Path(p).expanduser() for p in PLACES]:
        for depth in range(DEPTH + 1):
            pattern = "/".join(["*"] * depth + [REGISTRY_FOLDER])
            # The home folder's own plugin cache (.terraform.d/plugins) is hidden: glob's `*` matches it too.
            for found in sorted(place.glob(pattern)):
                if found.is_dir():
                    return found.parent
    return None


def configuration(mirror: Path | None) -> str:
    """Return the text of the CLI configuration for a mirror, or for none."""
    if mirror is None:
        return "# No provider mirror on this disk: the public registry is used.\n"
    return (
        "provider_installation {\n"
        f'  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n'
        "  direct {\n"
        f'    exclude = ["{REGISTRY_FOLDER}/hashicorp/aws"]\n'
        "  }\n"
        "}\n"
    )


def write_configuration() -> Path:
    """Write the configuration to this user's temporary folder and return its path."""
    text = configuration(find_mirror())
    folder = Path(tempfile.gettempdir()) / f"terraform-cli-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "mirror.tfrc"
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    return path


if __name__ == "__main__":
    print(write_configuration())
