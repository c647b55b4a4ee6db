from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

import pytest

import scratch


@pytest.fixture
def paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> scratch.Paths:
    (tmp_path / "box").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "model.json").write_text("{}")
    monkeypatch.chdir(tmp_path / "box")
    made = scratch.make_paths((str(tmp_path / "data"),))
    made.place(str(tmp_path / "box"))
    made.place("/")  # the second time changes nothing
    return made


@pytest.mark.parametrize("path", ["a", "./a/b", "/tmp/a", "/tmp", "a/../b", b"a", Path("a"), os.devnull])
def test_path_in_the_folder_may_be_written(paths: scratch.Paths, path: object) -> None:
    found = paths.real(path, write=True)

    assert paths.may_write(paths.normal(os.fsdecode(found)))
    assert isinstance(found, bytes if isinstance(path, bytes) else str)


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "../../../../../../etc/hosts", "/tmp/../etc/passwd", "/proc/self/environ", "//etc/passwd", "/var/task/x", "/dev/mem", "/"],
)  # fmt: skip
def test_path_outside_is_refused(paths: scratch.Paths, path: str) -> None:
    with pytest.raises(OSError, match=r"Permission denied|No such file"):
        paths.real(path, write=False)


def test_readable_folder_wins_over_the_mapping_of_tmp(paths: scratch.Paths, tmp_path: Path) -> None:
    model = str(tmp_path / "data" / "model.json")

    assert paths.real(model, write=False) == model
    with (
        pytest.raises(OSError, match="Permission denied") if not model.startswith("/tmp/") else nullcontext()
    ):
        assert paths.inside(paths.real(model, write=True))


def test_missing_path_outside_is_missing_not_forbidden(paths: scratch.Paths) -> None:
    with pytest.raises(FileNotFoundError):
        paths.real("/no/such/place", write=False)
    with pytest.raises(PermissionError):
        paths.real("/proc/no/such/place", write=False)
    with pytest.raises(PermissionError):
        paths.real("/etc/passwd/x", write=False)
    with pytest.raises(PermissionError):
        paths.real(3, write=False)


def test_relative_path_with_dots_becomes_absolute(paths: scratch.Paths) -> None:
    assert paths.real("a/b", write=True) == "a/b"
    assert Path(paths.real("a/../b", write=True)).is_absolute()


def test_functions_show_the_paths_that_code_wrote(paths: scratch.Paths) -> None:
    functions = scratch.path_functions(paths)
    functions["mkdir"]("/tmp/d")
    functions["rename"]("/tmp/d", "e")

    assert functions["getcwd"]() == "/tmp"
    assert functions["getcwdb"]() == b"/tmp"
    assert functions["listdir"]() == ["e"]
    with functions["scandir"]("/tmp") as entries:
        (entry,) = list(entries)
    assert (entry.path, os.fspath(entry), entry.is_dir(), repr(entry)) == (
        "/tmp/e",
        "/tmp/e",
        True,
        "<DirEntry 'e'>",
    )
    assert [found.name for found in functions["scandir"]()] == ["e"]
    for call in (
        lambda: functions["stat"]("/tmp/none"), lambda: functions["rename"]("/tmp/none", "/tmp/x"),
        lambda: functions["rename"]("none", "/tmp/x"),
    ):  # fmt: skip
        with pytest.raises(FileNotFoundError, match="none"):
            call()
    with pytest.raises(PermissionError, match="dir_fd"):
        functions["mkdir"]("x", dir_fd=3)
    with pytest.raises(PermissionError, match="dir_fd"):
        functions["rename"]("x", "y", src_dir_fd=3)


def test_descriptors_are_the_codes_own(paths: scratch.Paths) -> None:
    owned: set[int] = set()
    functions = scratch.descriptor_functions(paths, owned)
    number = functions["open"]("/tmp/f", os.O_RDWR | os.O_CREAT)
    functions["write"](number, b"abc")
    functions["lseek"](number, 0, 0)

    assert functions["read"](number, 9) == b"abc"
    functions["close"](number)
    assert owned == set()
    for call in (lambda: functions["write"](1, b"x"), lambda: functions["close"](2)):
        with pytest.raises(OSError, match="Bad file descriptor"):
            call()
    with pytest.raises(FileNotFoundError):
        functions["open"]("/tmp/none", os.O_RDONLY)
    with pytest.raises(PermissionError):
        functions["open"]("/tmp/f", os.O_RDONLY, dir_fd=3)


def test_open_takes_files_of_the_folder_and_own_descriptors(paths: scratch.Paths) -> None:
    owned: set[int] = set()
    functions, open_ = scratch.descriptor_functions(paths, owned), scratch.make_open(open, paths, owned)
    with open_("/tmp/f", "w") as file:
        file.write("abc")
    number = functions["open"]("f", os.O_RDONLY)
    with open_(number) as file:
        assert file.read() == "abc"
    with pytest.raises(OSError, match="Bad file descriptor"):
        open_(0)
    with pytest.raises(FileNotFoundError, match="/tmp/none"):
        open_("/tmp/none")
