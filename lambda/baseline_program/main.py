"""Asks about the alarm first, then everything else at once."""

import json
from functools import partial
from typing import Any

from baseline_program.alarm import configuration, history, others, resource_tags, tags
from baseline_program.changes import changes
from baseline_program.logs import behind_metric
from baseline_program.metric import queries_of, related, series
from baseline_program.resources import look, resource_arn
from baseline_program.run import TABLES, Baseline, Facts, Part, facts_of

# The whole text stays below 20,000 characters, about 6,000 tokens.
_RESOURCES_ROOM = 6_600
_RELATED_ROOM = 2_000
_MOST_RESOURCES = 3

Dimensions = dict[str, str]


def gather(text: str) -> str:
    """Print the baseline, and return what a machine reads of it as JSON."""
    facts = facts_of(text)
    baseline = Baseline()
    print(f"Baseline of alarm {facts.name}, times in UTC\n")
    baseline.run([Part("Alarm", partial(configuration, facts), 2_400, 10.0)])
    subject = _subject(baseline.values)
    queries = queries_of(subject, facts)
    baseline.run(_parts(facts, subject, queries, baseline))
    for failure in baseline.failures:
        print(f"NOT READ: {failure}")
    kept = {key: baseline.values.get(key) for key in ("metric", "changes", "tags")}
    moves = [*baseline.values.get("transitions", []), *baseline.values.get("other_transitions", [])]
    result = {**kept, "transitions": moves, "failures": baseline.failures}
    return json.dumps(result, default=str)


def _subject(values: dict[str, Any]) -> dict[str, Any]:
    """Return the alarm whose metric to read: of a composite alarm, its first child in ALARM."""
    found: dict[str, Any] = values.get("alarm", {})
    children = [
        child for child in values.get("children", []) if child.get("MetricName") or child.get("Metrics")
    ]
    return children[0] if children and "AlarmRule" in found else found


def _parts(
    facts: Facts, subject: dict[str, Any], queries: list[dict[str, Any]], baseline: Baseline
) -> list[Part]:
    watched, foreign = _watched(facts, queries)
    baseline.failures += foreign
    parts = [Part("History of the alarm", partial(history, facts), 1_500)]
    if queries:
        parts.append(Part("Metric", partial(series, facts, subject, queries), 2_800))
    parts += [
        Part(
            f"Related metrics of {namespace}",
            partial(related, facts, namespace, dimensions),
            _RELATED_ROOM,
        )
        for namespace, dimensions in watched[:1]
        if namespace in TABLES["related_metrics"]
    ]
    targets = _targets(watched)
    room = _RESOURCES_ROOM // max(1, len(targets))
    parts += [
        Part(f"{name} {dimensions[name]}", partial(look, facts, name, dimensions), room)
        for name, dimensions in targets
    ]
    custom = _custom(queries)
    if custom:
        parts.append(Part("Log lines behind the metric", partial(behind_metric, facts, custom), 2_000))
    names = dict.fromkeys(value for _, dimensions in watched for value in dimensions.values())
    arns = [arn for name, dimensions in targets if (arn := resource_arn(facts, name, dimensions))]
    parts += [
        Part("Other alarms", partial(others, facts), 1_700),
        Part("Recent changes", partial(changes, facts, list(names)), 2_600, 20.0),
        Part("Tags of the alarm", partial(tags, facts), 500),
    ]
    return parts + ([Part("Tags of its resources", partial(resource_tags, facts, arns), 600)] if arns else [])


def _watched(facts: Facts, queries: list[dict[str, Any]]) -> tuple[list[tuple[str, Dimensions]], list[str]]:
    """Return the distinct namespaces with dimensions, and notes on metrics of accounts not read here."""
    watched: list[tuple[str, Dimensions]] = []
    foreign: list[str] = []
    for query in queries:
        if "MetricStat" not in query:
            continue
        account = query.get("AccountId") or facts.account
        if account != facts.account:
            foreign.append(
                f"resources of {query['Id']}: they are in account {account}, which is not read from here"
            )
            continue
        read = query["MetricStat"]["Metric"]
        pair = (read["Namespace"], {item["Name"]: item["Value"] for item in read.get("Dimensions", [])})
        if pair not in watched:
            watched.append(pair)
    return watched, foreign


def _targets(watched: list[tuple[str, Dimensions]]) -> list[tuple[str, Dimensions]]:
    """Return the resources to describe, each once, as the dimension that names it and all its dimensions."""
    targets: dict[tuple[str, str], Dimensions] = {}
    for _, dimensions in watched:
        for name, value in dimensions.items():
            if name in TABLES["resources"]:
                targets.setdefault((name, value), dimensions)
    return [(name, dimensions) for (name, _), dimensions in targets.items()][:_MOST_RESOURCES]


def _custom(queries: list[dict[str, Any]]) -> tuple[str, str] | None:
    """Return namespace and name of the first metric that is not AWS's own: a log filter may make it."""
    metrics = [query["MetricStat"]["Metric"] for query in queries if "MetricStat" in query]
    return next(
        ((m["Namespace"], m["MetricName"]) for m in metrics if not m["Namespace"].startswith("AWS/")), None
    )


if __name__ == "__main__":
    # `baseline.program` puts the alarm's facts as JSON in the place of this literal.
    result = gather('{"facts": {}}')
