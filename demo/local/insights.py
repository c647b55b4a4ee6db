"""StartQuery with `stats`: the emulator filters and keeps the answer, `insights_stats` aggregates."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ministack.core.responses import error_response_json, json_response  # type: ignore[import-untyped]
from ministack.services import cloudwatch_logs as stock  # type: ignore[import-untyped]

from local import insights_stats
from local.patching import replace

if TYPE_CHECKING:
    from local.alarm_model import Record

SORT = re.compile(r"sort\s+(?P<field>[@\w.]+)(?:\s+(?P<direction>asc|desc))?", re.IGNORECASE)


def install() -> None:
    """Replace StartQuery for queries that have a `stats` stage."""
    start_query = replace(stock, "_start_query", None)

    def start(request: Record) -> Any:
        query = request.get("queryString", "")
        stages = [stage.strip() for stage in stock._split_insights_pipes(query)]
        stats = [stage for stage in stages if stage.lower().startswith("stats ")]
        answer = start_query(request)
        if not stats or answer[0] != 200:
            return answer
        try:
            rows = _rows(request, stats[0], stages[stages.index(stats[0]) :])
        except insights_stats.MalformedQueryError as error:
            return error_response_json("MalformedQueryException", f"not understood here: {error}", 400)
        kept = stock._queries[_query_id(answer)]
        kept["results"] = [[{"field": k, "value": v} for k, v in row.items()] for row in rows]
        return json_response({"queryId": kept["queryId"]})

    stock._start_query = start


def _query_id(answer: tuple[Any, ...]) -> str:
    return str(json.loads(answer[2])["queryId"])


def _rows(request: Record, stage: str, after: list[str]) -> list[dict[str, str]]:
    records = stock._collect_query_records(
        stock._resolve_query_log_groups(request), request.get("startTime", 0), request["endTime"]
    )
    predicates = stock._insights_filter_predicates(request["queryString"])
    matching = [record for record in records if all(predicate(record) for predicate in predicates)]
    rows = insights_stats.aggregate(insights_stats.parse(stage), matching)
    for later in after:
        if sort := SORT.fullmatch(later):
            descending = (sort["direction"] or "asc").lower() == "desc"
            rows.sort(key=lambda row: _sortable(row.get(sort["field"], "")), reverse=descending)
        elif limit := re.fullmatch(r"limit\s+(\d+)", later, re.IGNORECASE):
            rows = rows[: int(limit[1])]
    return rows[:10_000]


def _sortable(value: str) -> tuple[int, float, str]:
    try:
        return (0, float(value), "")
    except ValueError:
        return (1, 0.0, value)
