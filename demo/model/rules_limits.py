"""Trouble with limits: a table's capacity, a function's memory or time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from model import detective, symptoms
from model.case import Diagnosis, Step, last_change, when
from model.evidence_lines import Cited, find

if TYPE_CHECKING:
    from model.case import Trouble
    from model.transcript import Transcript

LAST_MOMENT = "9"
"""Later than every time that a line can hold."""


def throttled(trouble: Trouble) -> Diagnosis:
    """A service that the function calls throttles it: is it a table that was looked at?"""
    for answer in trouble.transcript.answered:
        if answer.purpose.startswith("capacity of table "):
            name = answer.purpose.removeprefix("capacity of table ")
            if found := table(trouble.transcript, name):
                return found
    return unexplained(trouble, f"Function {trouble.function} is throttled by a service that it calls")


def table(transcript: Transcript, name: str) -> Diagnosis | None:
    """Return a diagnosis when DynamoDB refuses calls on a table whose capacity is provisioned."""
    metrics = f"AWS/DynamoDB metrics of {name}"
    refused = find(
        transcript, metrics, r"(Write|Read)ThrottleEvents \(Sum\): \d+ datapoints from \S+ to [1-9]"
    )
    capacity = find(
        transcript, f"capacity of table {name}", r"table \S+ is \w+, PROVISIONED, (\d+) \w+ and (\d+)"
    )
    if not refused or not capacity:
        return None
    side = refused[0].groups[0].lower()
    units = capacity[0].groups[side == "read"]
    callers = [
        (function, symptom)
        for function in detective.functions(transcript)
        if (symptom := symptoms.of_function(transcript, function))
    ]
    first = min((symptom.entry.at for _, symptom in callers), default=LAST_MOMENT)
    change = last_change(transcript, name, first, "UpdateTable")
    logged = [symptom.entry.cited() for _, symptom in callers]
    amount = f"{units} {side} capacity unit{'' if units == '1' else 's'} a second"
    return Diagnosis(
        title=f"Table {name} refuses {side}s: {amount} is too little",
        cause=(
            f"Table {name} is provisioned with {amount}{change.since}, less than its callers use, so "
            "DynamoDB throttles them."
        ),
        confidence="high" if change else "medium",
        severity="high",
        evidence=[*capacity, refused[0], *change.lines],
        findings=[
            (
                f"DynamoDB refuses {side}s to {name}.",
                [refused[0], *find(transcript, metrics, "Consumed")[:1]],
            ),
            *when(logged, (f"{', '.join(f for f, _ in callers)} fails because of it.", logged[:2])),
            *change.findings,
        ],
        resources=[name, *(function for function, _ in callers)],
        steps=[
            Step(
                "Let the table grow with its load",
                f"aws dynamodb update-table --table-name {name} --billing-mode PAY_PER_REQUEST",
                5,
            )
        ],
        prevention=["Use on-demand capacity or auto scaling for tables whose load is not constant."],
        monitoring=[f"Alarm on {name}'s consumed capacity at 80 % of what is provisioned."],
        gaps=[] if change else [f"No change of table {name} stands in the event history that was read."],
    )


def queue(transcript: Transcript, name: str) -> Diagnosis | None:
    """Return a diagnosis when messages wait in a queue that no function consumes."""
    purpose = f"depth and consumers of queue {name}"
    waiting = find(transcript, purpose, r"queue \S+ holds ([1-9]\d*) messages that wait")
    if not waiting or find(transcript, purpose, "consumer "):
        return None
    words = f"{waiting[0].groups[0]} messages wait in queue {name}, and no function consumes it"
    return Diagnosis(
        title=words,
        cause=f"{words}: it has no event source mapping.",
        confidence="low",
        severity="medium",
        evidence=waiting,
        findings=[("Messages wait, and no consumer is listed.", waiting)],
        resources=[name],
        steps=[
            Step(
                "Find out what should read the queue, and whether it runs",
                "aws lambda list-event-source-mappings --query "
                f"'EventSourceMappings[?contains(EventSourceArn, `{name}`)]'",
                10,
            )
        ],
        monitoring=[f"Alarm on the age of the oldest message of {name}."],
        gaps=["A service or an instance that polls the queue would not show here."],
    )


def memory(trouble: Trouble) -> Diagnosis:
    """The runtime is killed: did an invocation use all of its memory, and was that cut?"""
    function = trouble.function
    config = trouble.find(f"configuration of function {function}", r"function \S+ has (\d+) MB")
    reports = trouble.find(
        f"errors in the log of function {function}",
        r"log .*(Memory Size: (\d+) MB\s+Max Memory Used: (\d+) MB)",
    )
    full = [Cited(r.call, r.groups[0]) for r in reports if int(r.groups[2]) >= int(r.groups[1])][-1:]
    size = int(config[0].groups[0]) if config else 128
    change = trouble.change(function, "UpdateFunctionConfiguration")
    return Diagnosis(
        title=f"{function} runs out of memory at {size} MB",
        cause=f"Function {function} is killed: it needs more than its memory of {size} MB{change.since}.",
        confidence="high" if full else "medium",
        severity="high",
        evidence=[trouble.line, *full, *config[:1]],
        findings=[
            (f"The runtime of {function} is killed.", [trouble.line]),
            *when(full, ("An invocation used all the memory that it has.", full)),
            *change.findings,
        ],
        resources=[function],
        steps=[
            Step(
                "Raise the function's memory",
                f"aws lambda update-function-configuration --function-name {function} "
                f"--memory-size {size * 4}",
                5,
            )
        ],
        prevention=["Test the largest input that is allowed against the memory of production."],
        monitoring=[f"Watch `Max Memory Used` in the REPORT lines of {function}."],
        gaps=["How much memory the work needs is not known: the runtime ends at the limit."],
    )


def timed_out(trouble: Trouble) -> Diagnosis:
    """The function does not end in time: does something that it calls take longer than it has?"""
    for other in detective.dependencies(trouble.transcript, trouble.function):
        if found := _slow_dependency(trouble, other):
            return found
    return unexplained(trouble, f"Function {trouble.function} does not end within its time")


def _slow_dependency(trouble: Trouble, other: str) -> Diagnosis | None:
    function, limit = trouble.function, float(trouble.caught("seconds") or "inf")
    durations = trouble.find(
        f"AWS/Lambda metrics of {other}", r"Duration \(Maximum\): .* from \S+ to ([\d.]+);"
    )
    slow = [line for line in durations if float(line.groups[0]) >= limit * 1000]
    if not slow:
        return None
    seconds, change = float(slow[0].groups[0]) / 1000, trouble.change(other, "UpdateFunction")
    named = trouble.find(f"functions that {function} depends on", rf"mentioned function {re.escape(other)}$")
    return Diagnosis(
        title=f"{function} times out waiting for {other}",
        cause=(
            f"Function {function} waits for {other}, which takes up to {seconds:.1f} s, "
            f"longer than the {limit:g} s that {function} has; {other} is slow"
            f"{change.since or ', since when is not known'}."
        ),
        confidence="high" if change else "medium",
        severity="high",
        evidence=[trouble.line, slow[0], *change.lines],
        findings=[
            (f"{function} ends without an answer.", [trouble.line]),
            (f"{other}, which it calls, is slower than that.", [slow[0], *named[:1]]),
            *change.findings,
        ],
        resources=[function, other],
        steps=[
            Step(
                f"Undo the last change of {other}",
                f"aws lambda get-function-configuration --function-name {other}",
                10,
            )
        ],
        prevention=[f"Give the call of {other} a timeout of its own, shorter than the time of {function}."],
        monitoring=[f"Alarm on the duration of {other} before it reaches {limit:g} s."],
        gaps=[f"What {other} spends its time on does not stand in its log."],
    )


def unexplained(trouble: Trouble, words: str) -> Diagnosis:
    """Trouble is there and its explanation is not: say both."""
    change = trouble.change(trouble.function)
    return Diagnosis(
        title=words,
        cause=f"{words}: {trouble.line.quote[:160]}. Why was not found.",
        confidence="low",
        severity="high",
        evidence=[trouble.line],
        findings=[(f"{trouble.function} logs it.", [trouble.line]), *change.findings],
        resources=[trouble.function],
        gaps=["What lies behind the error was not found by the calls that were made."],
    )
