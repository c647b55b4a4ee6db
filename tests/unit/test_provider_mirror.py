import pytest

import provider_mirror


@pytest.fixture
def places(tmp_path, monkeypatch):
    monkeypatch.delenv("TF_PLUGIN_MIRROR", raising=False)
    monkeypatch.setattr(provider_mirror, "PLACES", (str(tmp_path / "opt"), str(tmp_path / "share")))
    return tmp_path


def made(folder):
    (folder / "registry.terraform.io" / "hashicorp" / "aws").mkdir(parents=True)
    return folder


def test_without_a_mirror_the_public_registry_is_used(places):
    assert provider_mirror.find_mirror() is None
    assert "filesystem_mirror" not in provider_mirror.configuration(None)


@pytest.mark.parametrize("inside", ["opt", "share/terraform", "opt/terraform/plugins"])
def test_a_mirror_in_a_usual_place_is_found(places, inside):
    mirror = made(places / inside)
    assert provider_mirror.find_mirror() == mirror
    assert f'path = "{mirror}"' in provider_mirror.configuration(mirror)


def test_the_mirror_that_is_named_comes_first(places, monkeypatch):
    made(places / "opt")
    named = made(places / "elsewhere")
    monkeypatch.setenv("TF_PLUGIN_MIRROR", str(named))
    assert provider_mirror.find_mirror() == named


def test_a_mirror_named_by_its_registry_folder_is_found_too(places, monkeypatch):
    named = made(places / "elsewhere")
    monkeypatch.setenv("TF_PLUGIN_MIRROR", str(named / "registry.terraform.io"))
    assert provider_mirror.find_mirror() == named
