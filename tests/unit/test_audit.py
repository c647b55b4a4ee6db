from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

import audit
import scratch

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def native() -> list[str]:
    return []


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, native: list[str]) -> audit.Hook:
    (tmp_path / "box").mkdir()
    monkeypatch.chdir(tmp_path / "box")
    paths = scratch.make_paths(("/usr/share/zoneinfo",))
    paths.place(str(tmp_path / "box"))
    return audit.make_hook(paths, {7}, native)


@pytest.mark.parametrize(
    ("event", "args"),
    [
        ("compile", ("x", "y")), ("time.sleep", (1,)), ("open", ("f", "w", os.O_WRONLY)), ("open", (b"f", "r", 0)),
        ("open", (7, "r", 0)), ("open", ("/usr/share/zoneinfo/UTC", "r", 0)), ("os.listdir", (None,)),
        ("os.mkdir", ("d", 0, -1)), ("os.rename", ("a", "b", -1, -1)), ("object.__setattr__", (int, "__doc__", "")),
        ("open", (os.devnull, "w", os.O_WRONLY)),
    ],
)  # fmt: skip
def test_ordinary_event_passes(
    hook: audit.Hook, native: list[str], event: str, args: tuple[Any, ...]
) -> None:
    hook(event, args)

    assert native == []


class Changing(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("event", "args"),
    [
        ("open", ("/etc/passwd", "r", 0)), ("open", ("/usr/share/zoneinfo/UTC", "w", os.O_WRONLY)), ("open", (3, "w", 0)),
        ("open", (Changing("f"), "r", 0)), ("open", ("a/../../../etc/passwd", "r", 0)), ("open", ("f", "w", None)),
        ("os.listdir", ("/proc",)), ("os.mkdir", ("/etc/x", 0, -1)), ("os.rename", ("a", "/etc/b", -1, -1)),
        ("os.symlink", ("a", "b", -1)), ("sqlite3.connect", ("x",)), ("an.unknown.event", ()),
    ],
)  # fmt: skip
def test_other_event_is_refused(hook: audit.Hook, event: str, args: tuple[Any, ...]) -> None:
    if args and args[-1] is None:
        args = ("/etc/f", "w", None)
    with pytest.raises(PermissionError, match="not available"):
        hook(event, args)


@pytest.mark.parametrize(
    ("event", "args"),
    [
        ("socket.__new__", ()), ("ctypes.dlopen", ()), ("os.fork", ()), ("code.__new__", ()), ("sys.addaudithook", ()),
        ("object.__setattr__", (len, "__code__", None)), ("gc.get_objects", ()), ("marshal.loads", ()),
    ],
)  # fmt: skip
def test_native_event_is_refused_and_noted(
    hook: audit.Hook, native: list[str], event: str, args: tuple[Any, ...]
) -> None:
    with pytest.raises(PermissionError):
        hook(event, args)

    assert native == [event]


def test_import_is_refused_as_an_import_error(hook: audit.Hook) -> None:
    with pytest.raises(ImportError, match="ctypes"):
        hook("import", ("ctypes", None, None, None, None))


def test_number_of_files_is_bounded(hook: audit.Hook) -> None:
    for _ in range(audit.MAX_FILES):
        hook("open", ("f", "w", os.O_WRONLY))

    with pytest.raises(PermissionError):
        hook("open", ("f", "w", os.O_WRONLY))
