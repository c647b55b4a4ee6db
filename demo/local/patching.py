"""Replace functions of the emulator, and refuse to do so in a version that nobody has read.

ministack has no plug-in interface for what the demo needs, so its own functions are replaced. That is
honest only against one exact version: any other stops here, with the reason, before a port is opened.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

SUPPORTED_VERSION = "1.5.33"


class UnsupportedEmulatorError(RuntimeError):
    """The installed emulator is not the version that these replacements were written against."""


def installed_version() -> str | None:
    """Return the version of ministack in this environment, or None."""
    try:
        return version("ministack")
    except PackageNotFoundError:
        return None


def require_supported(found: str | None) -> None:
    """Raise `UnsupportedEmulatorError` unless `found` is the supported version."""
    if found != SUPPORTED_VERSION:
        raise UnsupportedEmulatorError(
            f"the local AWS is built on ministack {SUPPORTED_VERSION}, and replaces functions inside it; "
            f"found {found or 'none'}. Run `make setup`, or read demo/local again before changing the pin."
        )


def replace(module: ModuleType, name: str, replacement: Any) -> Any:
    """Put `replacement` where `module.name` was and return what was there.

    Raises `UnsupportedEmulatorError` when the module has no such name.
    """
    if not hasattr(module, name):
        raise UnsupportedEmulatorError(f"{module.__name__} has no {name}: not the ministack that was read")
    stock = getattr(module, name)
    setattr(module, name, replacement)
    return stock
