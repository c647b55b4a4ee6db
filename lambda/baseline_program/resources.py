"""The resources behind an alarm's dimensions, read as the table says: description, recent errors, logs.

A reading is one AWS call. In what it is called `with`, `{name}` stands for a dimension or for what an
earlier reading bound; a parameter that is nothing else may be a list. A reading whose placeholders have no
value is left out. `show` lists JMESPaths, into every item of `each` where that is given.
"""

from functools import partial
from typing import Any

import jmespath  # type: ignore[import-untyped]

from baseline_program.logs import tail
from baseline_program.run import TABLES, Facts, Found, compact, short

_ROOM = 1_300


def look(facts: Facts, dimension: str, dimensions: dict[str, str], found: Found) -> None:
    """Read all that the table has on one resource, then its logs."""
    kind = TABLES["resources"][dimension]
    known: dict[str, Any] = {**dimensions, "arn": resource_arn(facts, dimension, dimensions)}
    for reading in kind["readings"]:
        parameters = _filled(reading["with"], known)
        if parameters is None:
            continue
        answer = found.attempt(reading["call"], partial(_asked, facts, reading["call"], parameters))
        if answer is None:
            continue
        for name, path in reading.get("bind", {}).items():
            known[name] = jmespath.search(
                path.replace("'{ApiName}'", _literal(known.get("ApiName", ""))), answer
            )
        shown = _shown(reading, answer)
        if shown:
            found.lines.append(f"{reading['call']}: {short(compact(shown), _ROOM)}")
    tail(facts, _log_groups(kind, known), found)


def resource_arn(facts: Facts, dimension: str, dimensions: dict[str, str]) -> str:
    """Return the resource's ARN, or nothing where its dimensions do not make one."""
    if dimensions[dimension].startswith("arn:"):
        return dimensions[dimension]
    known = {"region": facts.region, "account": facts.account, **dimensions}
    filled = _filled(TABLES["resources"][dimension]["arn"], known)
    return f"arn:{facts.partition}:{filled}" if filled else ""


def _asked(facts: Facts, call: str, parameters: dict[str, Any]) -> dict[str, Any]:
    service, operation = call.split()
    answer: dict[str, Any] = getattr(facts.aws(service), operation)(**parameters)
    return answer


def _shown(reading: dict[str, Any], answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what to print of an answer, without what is empty."""
    items = jmespath.search(reading["each"], answer) if "each" in reading else [answer]
    rows = [{path: jmespath.search(path, item) for path in reading.get("show", ())} for item in items or ()]
    return [row for row in rows if any(value not in (None, "", [], {}) for value in row.values())]


def _filled(template: Any, known: dict[str, Any]) -> Any:
    """Return the template with its placeholders filled, or None when one of them has no value."""
    if isinstance(template, dict):
        filled = {key: _filled(value, known) for key, value in template.items()}
        return None if None in filled.values() else filled
    if isinstance(template, list):
        items = [_filled(item, known) for item in template]
        return None if None in items else items
    if not isinstance(template, str):
        return template
    if template.startswith("{") and template.endswith("}") and template.count("{") == 1:
        return known.get(template[1:-1]) or None
    try:
        return template.format_map({key: value for key, value in known.items() if value})
    except KeyError:
        return None


def _literal(text: str) -> str:
    """Return text as a raw string of JMESPath."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _log_groups(kind: dict[str, Any], known: dict[str, Any]) -> list[str]:
    """Return the log groups that were read of, else the one that goes by the resource's name."""
    bound = known.get("log_group") or _filled(kind.get("log_group", ""), known) or []
    groups = bound if isinstance(bound, list) else [bound]
    names = (str(group).split(":log-group:", 1)[-1].removesuffix(":*") for group in groups if group)
    return [name for name in names if not name.startswith("arn:")]
