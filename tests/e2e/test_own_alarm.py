"""A newcomer's own function and alarm, beside the demo: the example as its README says, and a right report."""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import provider_mirror
from local.terraform import Terraform
from tour.scenario import Traffic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.world import World

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "own-alarm"
ALARM = "own-tariffs-errors"


@pytest.fixture(scope="module")
def own(demo_world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The example, applied beside the demo, and its function failing."""
    stack = tmp_path_factory.mktemp("own") / "own-alarm"
    shutil.copytree(EXAMPLE, stack, ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*", "*.zip"))
    with zipfile.ZipFile(stack / "function.zip", "w") as package:
        package.write(stack / "handler.py", "handler.py")
    configuration = os.environ.get("TF_CLI_CONFIG_FILE") or str(provider_mirror.write_configuration())
    environment = {**demo_world.aws.environment(), "TF_CLI_CONFIG_FILE": configuration}
    terraform = Terraform(stack, stack.parent / "work", environment)
    terraform.init()
    terraform.apply()
    assert demo_world.account.exercise(Traffic({"country": "DE"}, 1, function="own-tariffs")) == 0
    assert demo_world.account.exercise(Traffic({"country": "XX"}, 2, function="own-tariffs")) == 2
    demo_world.mail(ALARM)
    yield demo_world
    terraform.destroy()


def test_the_report_names_the_exception_and_the_function(own: World) -> None:
    report = own.record(ALARM)["report"]

    assert "own-tariffs fails with TariffNotFound: no tariff for 'XX'" in report["title"]
    assert report["severity"] == "high"


def test_the_baseline_shows_the_trouble_in_the_log(own: World) -> None:
    baseline = own.record(ALARM)["tool_calls"][0]["output"]

    trouble = baseline.split("lines that look like trouble:")[1].split("latest lines")[0]
    assert "TariffNotFound" in trouble
    assert "looking for the tariff" not in trouble
