import io
import zipfile

import pytest

import package


def test_the_zip_depends_on_names_and_contents_only():
    one = package.build({"b.py": b"2", "a.py": b"1"})
    assert one == package.build({"a.py": b"1", "b.py": b"2"})
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert archive.namelist() == ["a.py", "b.py"]
        assert {entry.date_time for entry in archive.infolist()} == {package.FIXED_TIME}


def test_only_source_is_packed(tmp_path):
    for name in (
        "a.py",
        "prompts/system.md",
        "requirements.txt",
        "__pycache__/a.cpython-313.pyc",
        "notes.tmp",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert set(package.source_files(tmp_path)) == {"a.py", "prompts/system.md"}


@pytest.mark.parametrize(("name", "folder"), package.ZIPS.items())
def test_the_committed_zips_hold_what_the_source_gives(name, folder):
    source = package.source_files(package.ROOT / folder)
    with zipfile.ZipFile(package.ROOT / "dist" / name) as archive:
        packed = {entry: archive.read(entry) for entry in archive.namelist()}
    stale = sorted(entry for entry, content in source.items() if packed.get(entry) != content)
    assert not stale, f"run `make package`: dist/{name} is behind {stale}"
    ours = {entry for entry in packed if not entry.startswith(("jinja2", "markupsafe"))}
    assert ours == set(source)
