"""The scenarios: complete, packed, and with nothing in what is deployed that gives the fault away."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import package_functions
from tour import scenario
from tour.scenario import Facts, UnknownScenarioError

ROOT = Path(__file__).resolve().parent.parent.parent
DEMO = ROOT / "demo"


@pytest.mark.parametrize("name", scenario.names())
def test_a_scenario_has_an_alarm_a_fault_switch_and_facts(name: str) -> None:
    one = scenario.load(name)
    terraform = (DEMO / "scenarios" / name / "main.tf").read_text()

    assert f'"{one.alarm}"' in terraform
    assert f'"{one.traffic.target}"' in terraform
    assert "var.fault" in terraform
    assert "alarm_actions       = var.alarm_actions" in terraform
    assert one.facts.must_say
    assert one.facts.must_not_say


@pytest.mark.parametrize("name", scenario.names())
def test_the_stack_knows_every_scenario(name: str) -> None:
    assert f'"./scenarios/{name}"' in (DEMO / "main.tf").read_text()
    assert f'"{name}"' in (DEMO / "variables.tf").read_text()


def test_there_are_at_least_six_that_break_something_and_one_that_is_healthy() -> None:
    healthy = [n for n in scenario.names() if "low" in scenario.load(n).facts.severity]

    assert len(scenario.names()) - len(healthy) >= 6
    assert healthy == ["wrong-threshold"]


@pytest.mark.parametrize("source", sorted((DEMO / "functions").glob("*.py")), ids=lambda path: path.stem)
def test_no_deployed_code_tells_of_a_fault(source: Path) -> None:
    assert not re.search(
        r"fault|scenario|on purpose|broken|bug|demo model", source.read_text(), re.IGNORECASE
    )


def test_the_functions_zips_are_what_their_sources_give() -> None:
    assert package_functions.stale() == []


def test_the_demo_model_knows_no_scenario() -> None:
    told = "\n".join(
        path.read_text() for pattern in ("*.py", "probes/*.txt") for path in (DEMO / "model").glob(pattern)
    )
    names = {
        word
        for name in scenario.names()
        for word in re.findall(r'"(demo-[\w-]+)"', (DEMO / "scenarios" / name / "main.tf").read_text())
    }

    assert names
    assert not [name for name in names if name in told]
    assert not re.search(r"CARRIER|customer_group|facts\.json|scenario", told.replace("demo's scenarios", ""))


def test_facts_say_what_is_missing_from_a_report() -> None:
    facts = Facts(("orders", "PutItem"), ("throttl",), ("high",), ())
    report = {
        "title": "orders is throttled",
        "summary": "",
        "severity": "high",
        "root_cause": {"statement": "x", "confidence": "low", "evidence": []},
        "findings": [],
    }

    assert facts.missing_from(report) == [
        "does not say 'PutItem'",
        "says 'throttl'",
        "confidence is low, not high",
    ]


def test_an_unknown_scenario_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnknownScenarioError, match="missing-permission"):
        scenario.choose("nonsense")
    assert [one.name for one in scenario.choose("all")] == scenario.names()


def test_the_minimal_example_is_the_readmes_quick_start() -> None:
    readme = (ROOT / "README.md").read_text()
    block = re.search(r"## Quick start\n+```hcl\n(.*?)```", readme, re.DOTALL)
    assert block

    quick_start = re.sub(r'source = ".*', 'source = "../.."', block[1])

    assert quick_start.strip() == (ROOT / "examples" / "minimal" / "main.tf").read_text().strip()


def test_facts_are_json_that_nothing_deployed_reads() -> None:
    for path in DEMO.glob("scenarios/*/facts.json"):
        json.loads(path.read_text())
    for path in [*DEMO.glob("*.tf"), *DEMO.glob("scenarios/*/*.tf"), *DEMO.glob("modules/*/*.tf")]:
        assert "facts" not in path.read_text()
