"""The log query a reader would run next: the model's own where it ran one, else the resource's usual one."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alarm import Alarm
    from record import Investigation, ToolCall

_BEFORE = timedelta(hours=1)
_AFTER = timedelta(minutes=10)
_MOST_GROUPS = 5
_MOST_CODE = 100_000
_QUERY = """fields @timestamp, @logStream, @message
| filter @message like /(?i)(error|exception|fail|timed out|denied|throttl|out of memory)/
| sort @timestamp desc
| limit 100"""
# Where each namespace writes its logs, by the dimension that names the resource.
_GROUPS = {
    ("AWS/Lambda", "FunctionName"): "/aws/lambda/{}",
    ("AWS/CodeBuild", "ProjectName"): "/aws/codebuild/{}",
    ("AWS/RDS", "DBInstanceIdentifier"): "/aws/rds/instance/{}/error",
    ("ECS/ContainerInsights", "ClusterName"): "/aws/ecs/containerinsights/{}/performance",
    ("ContainerInsights", "ClusterName"): "/aws/containerinsights/{}/application",
}
_GROUP_ARGUMENTS = frozenset({"logGroupName", "logGroupNames", "logGroupIdentifier", "logGroupIdentifiers"})


@dataclass(frozen=True, slots=True)
class LogQuery:
    """A Logs Insights query with its log groups and window, ready to paste or to link."""

    groups: tuple[str, ...]
    query: str
    start: datetime
    end: datetime


def log_query(investigation: Investigation) -> LogQuery | None:
    """Return the query to run next; None when no log group is known."""
    groups, query = _asked(investigation.tool_calls)
    groups = groups or _usual(investigation.alarm)
    if not groups:
        return None
    start, end = window(investigation)
    return LogQuery(groups[:_MOST_GROUPS], query or _QUERY, start, end)


def window(investigation: Investigation) -> tuple[datetime, datetime]:
    """Return the time that matters: from an hour before the alarm to ten minutes after it."""
    return investigation.alarm.time - _BEFORE, investigation.alarm.time + _AFTER


def _usual(alarm: Alarm) -> tuple[str, ...]:
    found = {
        pattern.format(metric.dimensions[dimension]): None
        for metric in alarm.metrics
        for (namespace, dimension), pattern in _GROUPS.items()
        if metric.namespace == namespace and dimension in metric.dimensions
    }
    return tuple(found)


def _asked(calls: tuple[ToolCall, ...]) -> tuple[tuple[str, ...], str | None]:
    """Return the log groups and the query of the last successful call that named them as literals."""
    for call in reversed(calls):
        if not call.success or call.call == 0 or "logGroup" not in call.code or len(call.code) > _MOST_CODE:
            continue
        groups, query = _read(call.code)
        if groups:
            return groups, query
    return (), None


def _read(code: str) -> tuple[tuple[str, ...], str | None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return (), None
    names = {
        node.targets[0].id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    }
    groups: dict[str, None] = {}
    query = None
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        for keyword in node.keywords:
            texts = tuple(_texts(keyword.value, names))
            if keyword.arg in _GROUP_ARGUMENTS:
                groups |= dict.fromkeys(texts)
            elif keyword.arg == "queryString" and texts:
                query = "\n".join(line.strip() for line in texts[0].strip().splitlines())
    return tuple(groups), query


def _texts(node: ast.expr, names: dict[str, ast.expr]) -> Iterator[str]:
    if isinstance(node, ast.Name):
        node = names.get(node.id, node)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, (ast.List, ast.Tuple)):
        for element in node.elts:
            if isinstance(element, ast.Constant) and isinstance(element.value, str):
                yield element.value
