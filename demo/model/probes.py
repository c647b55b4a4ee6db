"""The programs that this model has run: files in `probes/`, with their arguments put before them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).resolve().parent / "probes"

FUNCTION_METRICS = [
    ["Invocations", "Sum"],
    ["Errors", "Sum"],
    ["Throttles", "Sum"],
    ["Duration", "Average"],
    ["Duration", "Maximum"],
]
TABLE_METRICS = [
    ["WriteThrottleEvents", "Sum"],
    ["ReadThrottleEvents", "Sum"],
    ["ConsumedWriteCapacityUnits", "Sum"],
]
QUEUE_METRICS = [
    ["ApproximateNumberOfMessagesVisible", "Maximum"],
    ["ApproximateNumberOfMessagesNotVisible", "Maximum"],
    ["ApproximateAgeOfOldestMessage", "Maximum"],
]


@dataclass(frozen=True, slots=True)
class Probe:
    """One `run_python` call: why, and the program."""

    purpose: str
    code: str


def probe(purpose: str, program: str, arguments: Mapping[str, object]) -> Probe:
    """Return a probe that runs `probes/<program>.txt` with its arguments as variables."""
    given = "".join(f"{name} = {value!r}\n" for name, value in arguments.items())
    return Probe(purpose, f"{given}\n{(FOLDER / f'{program}.txt').read_text()}")


def alarm(name: str) -> Probe:
    """What the alarm watches and the values that it saw."""
    return probe(f"the alarm {name}", "alarm", {"name": name})


def changes(*names: str) -> Probe:
    """Who changed these resources lately."""
    return probe(f"changes to {', '.join(names)}", "changes", {"names": list(names)})


def of_function(name: str) -> list[Probe]:
    """A function's configuration, errors, metrics and changes."""
    return [
        probe(f"configuration of function {name}", "function", {"name": name}),
        probe(f"errors in the log of function {name}", "log_errors", {"name": name}),
        _metrics("AWS/Lambda", {"FunctionName": name}, FUNCTION_METRICS),
        changes(name),
    ]


def of_table(name: str) -> list[Probe]:
    """A table's capacity, metrics and changes."""
    return [
        probe(f"capacity of table {name}", "table", {"name": name}),
        _metrics("AWS/DynamoDB", {"TableName": name}, TABLE_METRICS),
        changes(name),
    ]


def of_queue(name: str) -> list[Probe]:
    """A queue's depth, consumers and changes."""
    return [
        probe(f"depth and consumers of queue {name}", "queue", {"name": name}),
        _metrics("AWS/SQS", {"QueueName": name}, QUEUE_METRICS),
        changes(name),
    ]


def role(name: str) -> list[Probe]:
    """What a role allows, and who changed it."""
    return [probe(f"policies of role {name}", "role", {"name": name}), changes(name)]


def who_logs(phrase: str) -> Probe:
    """Which functions' logs speak of something."""
    return probe(f"which functions log {phrase}", "who_logs", {"phrase": phrase})


def functions_named(text: str, besides: str) -> Probe:
    """Which of the account's functions a text mentions."""
    purpose = f"functions that {besides} depends on"
    return probe(purpose, "functions_named", {"text": text, "besides": besides})


def _metrics(namespace: str, dimensions: dict[str, str], wanted: list[list[str]]) -> Probe:
    name = next(iter(dimensions.values()))
    arguments = {"namespace": namespace, "dimensions": dimensions, "wanted": wanted}
    return probe(f"{namespace} metrics of {name}", "metrics", arguments)
