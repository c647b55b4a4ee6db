"""Fixtures of the integration tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from moto import mock_aws
from tests.integration.world import World, world

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def moto() -> Iterator[None]:
    """Keeps moto patched in for a module's tests; each of them still begins with an empty account."""
    with mock_aws():
        yield


@pytest.fixture
def account(moto: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """An account with the module's resources in it, and no alarm yet."""
    with world(monkeypatch) as here:
        yield here
