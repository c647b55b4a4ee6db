from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import clearing

LEFT = """
import os, resource, sys, tempfile
import clearing
resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)  # whom modes hold back
tempfile.tempdir = sys.argv[1]
with clearing.scratch_folder() as folder:
    os.chdir(folder)
    {program}
    os.chdir("/")
print(os.listdir(tempfile.tempdir))
"""
PROGRAMS = {
    "nothing": "pass",
    "deep": "for _ in range(1900): os.mkdir('a'); os.chdir('a')",
    "deeper than a path": "for _ in range(200): os.mkdir('n' * 200); os.chdir('n' * 200)",
    "wide": "for n in range(300): os.makedirs(f'{n}/1/2'); open(f'{n}/1/f', 'w').close()",
    "no modes": "for n in range(50): os.mkdir('d'); open('f', 'w').close(); os.chmod('f', 0); os.chdir('d'); os.chmod('..', 0)",
    "gone": "os.rmdir(folder)",
    "names": "os.makedirs('1/2/3'); os.mkdir('0'); os.mkdir(b'\\xff'); os.mkfifo('p'); os.symlink('1', '4'); os.symlink('none', '5')",
}  # fmt: skip


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_scratch_folder_is_removed_whatever_is_in_it(tmp_path: Path, program: str) -> None:
    tmp_path.chmod(0o777)
    for folder in tmp_path.parents[:2]:
        folder.chmod(0o755)
    run = subprocess.run(
        [sys.executable, "-c", LEFT.replace("{program}", program), str(tmp_path)],
        env={"PYTHONPATH": str(Path(clearing.__file__).parent)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    assert (run.stdout, run.stderr) == ("[]\n", "")


def test_links_are_removed_and_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "kept"
    (kept / "inner").mkdir(parents=True)
    (kept / "inner" / "file").write_text("x")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with clearing.scratch_folder() as folder:
        Path(folder, "link").symlink_to(kept)
        Path(folder, "file").symlink_to(kept / "inner" / "file")

    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (kept / "inner" / "file").read_text() == "x"


def test_folder_that_stays_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with clearing.scratch_folder() as folder:
        Path(folder).rmdir()
        Path(folder).parent.rmdir()

    assert "left behind" in caplog.text
