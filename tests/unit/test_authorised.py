"""The list of modules for model code: each is there, each is named once."""

from __future__ import annotations

import importlib

import pytest

import authorised


@pytest.mark.parametrize("name", sorted(authorised.AUTHORISED))
def test_an_authorised_module_imports(name: str) -> None:
    # The worker passes over what it cannot import, so a misspelt name would only be missing.
    importlib.import_module(name)


def test_names_are_listed_once_and_in_order() -> None:
    assert sorted(set(authorised._NAMES)) == authorised._NAMES


def test_no_module_is_both_authorised_and_said_to_be_absent() -> None:
    assert not authorised.AUTHORISED & authorised.INSTEAD.keys()


def test_what_an_import_error_names_as_available_is_authorised() -> None:
    assert set(authorised._SHOWN.split(", ")) <= authorised.AUTHORISED
