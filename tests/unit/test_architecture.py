"""Who may import whom, and who may touch the outside: read from the source, not from running it."""

from __future__ import annotations

import ast
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TRIAGE = {path.stem: path for path in (ROOT / "lambda").glob("*.py")}
TOOL = {path.stem: path for path in (ROOT / "tool-lambda").glob("*.py")}
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in (TRIAGE | TOOL).items()}

# The areas of the triage function, by the names of their modules. A new module goes into one of them.
AREAS = {
    "data": ["alarm", "record", "settings", "ports"],
    "text": ["safe_text", "console_links", "log_query", "metric_facts", "loose_json", "untrusted"],
    "outside": [
        "service_errors",
        "delivery",
        "checkpoints",
        "team_context",
        "metrics",
        "tool_client",
        "invocation",
    ],
    "events": ["event_fields", "classic_alarm", "alarm_events"],
    "memory": [
        "state_table",
        "claim_*",
        "deduplication",
        "recoveries",
        "undelivered",
        "storm",
        "backlog",
        "relations",
    ],
    "evidence": ["evidence", "quotes", "quote_places", "quote_text", "quote_edges", "quote_gaps"],
    "investigation": [
        *("investigation", "inquiry", "progress", "budget", "prices", "model_ids", "opening", "winding_up"),
        *("conclusions", "replies", "tool_runs", "tool_specs", "submission", "conversation", "eliding"),
        *(
            "prompt_template",
            "deadline",
            "baseline",
            "bedrock_client",
            "capabilities",
            "converse_request",
            "converse_reply",
        ),
        *("text_protocol", "text_calls", "call_inputs", "recitals", "call_marks", "native_calls"),
    ],
    "report": ["report", "report_*", "chart", "quote_views"],
    "steps": ["triage", "closing", "sidelines", "desk", "notices", "echoes"],
    "composition": ["engine", "triage_handler"],
}
# Which areas an area may import from, besides itself. Imports point one way: down this table, never up.
MAY_IMPORT = {
    "data": set(),
    "text": {"data"},
    "outside": {"data", "text"},
    "events": {"data"},
    "memory": {"data", "outside"},
    "evidence": {"data", "text"},
    "investigation": {"data", "text", "evidence"},
    "report": {"data", "text", "evidence"},
    "steps": {"data", "text", "outside", "events", "memory", "report"},
    "composition": set(AREAS),
}
# The only modules of the triage function that know the AWS SDK. The loop and the report are not among them.
KNOW_AWS = {
    *("triage_handler", "bedrock_client", "tool_client", "delivery", "checkpoints", "team_context"),
    *("state_table", "service_errors"),
}
HANDLERS = {"triage_handler", "tool_handler"}
# What runs beside model code and so must never reach the side that holds credentials.
CREDENTIALS_SIDE = {
    "tool_handler",
    "broker",
    "refusals",
    "parameters",
    "descriptions",
    "masking",
    "actions",
    "answers",
    "calls",
}
CHILD_SIDE = {"worker", "child"}
# `except Exception` and wider, outside the handlers, each with its reason.
CATCHES_ALL = {
    "deadline": "hands whatever a thread raised to whoever waits for it",
    "broker": "answers the worker whatever an AWS call raises",
    "child": "runs model code",
    "tool_function": "answers with one flat object whatever happens",
    "outcome": "reports what model code raised",
}
# The environment in the tool function's processes is there to be scrubbed and shown to model code.
READS_ENVIRONMENT = HANDLERS | {"child", "kernel"}


def area_of(module: str) -> str | None:
    return next((a for a, names in AREAS.items() if any(fnmatch(module, name) for name in names)), None)


def at_run_time(node: ast.AST) -> list[ast.AST]:
    """All nodes below, without what only a type checker sees."""
    found = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        found += [child, *at_run_time(child)]
    return found


NODES = {name: at_run_time(tree) for name, tree in TREES.items()}


def imported(module: str) -> set[str]:
    """The top-level names of everything that a module imports when it runs."""
    names: set[str] = set()
    for node in NODES[module]:
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def reached(module: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """Every module of ours that a module imports, directly or not."""
    found: set[str] = set()
    for name in (imported(module) & set(TREES)) - seen:
        found |= {name} | reached(name, seen | {module, name})
    return found


def test_module_names_are_unique_across_the_two_zips() -> None:
    assert not set(TRIAGE) & set(TOOL)


@pytest.mark.parametrize("module", sorted(TRIAGE))
def test_triage_modules_import_only_what_their_area_may(module: str) -> None:
    area = area_of(module)
    assert area, f"{module} is in no area: put it into AREAS"
    allowed = MAY_IMPORT[area] | {area}
    wrong = {name: area_of(name) for name in imported(module) & set(TRIAGE) if area_of(name) not in allowed}
    assert not wrong, f"{module} ({area}) may not import {wrong}"


def test_the_table_of_areas_points_one_way() -> None:
    order = list(AREAS)
    assert all(order.index(below) < order.index(area) for area in order[:-1] for below in MAY_IMPORT[area])
    assert set(MAY_IMPORT) == set(AREAS)


@pytest.mark.parametrize("module", sorted(TREES))
def test_imports_make_no_circle(module: str) -> None:
    assert module not in reached(module)


@pytest.mark.parametrize("module", sorted(TRIAGE))
def test_only_the_doors_know_aws(module: str) -> None:
    assert module in KNOW_AWS or not imported(module) & {"boto3", "botocore"}


def test_the_two_functions_do_not_import_each_other() -> None:
    assert not [name for name in TRIAGE if imported(name) & set(TOOL)]
    assert not [name for name in TOOL if imported(name) & set(TRIAGE)]


@pytest.mark.parametrize("module", sorted(CHILD_SIDE & set(TREES)))
def test_what_runs_model_code_cannot_reach_the_side_with_credentials(module: str) -> None:
    assert not reached(module) & CREDENTIALS_SIDE


@pytest.mark.parametrize("module", sorted(TREES))
def test_only_handlers_read_the_environment(module: str) -> None:
    reads = [
        node
        for node in NODES[module]
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    assert not reads or module in READS_ENVIRONMENT


@pytest.mark.parametrize("module", sorted(TRIAGE))
def test_only_the_handler_makes_clients(module: str) -> None:
    assert module in HANDLERS or "boto3" not in imported(module)


@pytest.mark.parametrize("module", sorted(TREES))
def test_only_handlers_catch_everything(module: str) -> None:
    caught = {
        name.id
        for node in NODES[module]
        if isinstance(node, ast.ExceptHandler)
        for name in ast.walk(node.type or ast.Name("BaseException"))
        if isinstance(name, ast.Name)
    }
    assert not caught & {"Exception", "BaseException"} or module in HANDLERS | set(CATCHES_ALL)


@pytest.mark.parametrize("module", sorted(TREES))
def test_nothing_shadows_the_standard_library(module: str) -> None:
    assert module not in sys.stdlib_module_names
