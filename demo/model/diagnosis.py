"""From evidence to a diagnosis: one rule for each kind of trouble, and one for when there is none.

A rule may state only what lines of this run's answers show, and hands those lines on as evidence.
"""

from __future__ import annotations

import fnmatch
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from model import detective, symptoms
from model.evidence_lines import Cited, find
from model.symptoms import Kind, Symptom

if TYPE_CHECKING:
    from collections.abc import Callable

    from model.transcript import Transcript

Command = tuple[str, str | None, float]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A cause (or its absence), in sentences, with the lines that show it."""

    title: str
    cause: str
    confidence: str
    severity: str
    evidence: list[Cited]
    findings: list[tuple[str, list[Cited]]]
    resources: list[str]
    actions: list[Command] = field(default_factory=list)
    prevention: list[str] = field(default_factory=list)
    monitoring: list[str] = field(default_factory=list)
    ruled_out: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One function's symptom within its transcript."""

    transcript: Transcript
    function: str
    symptom: Symptom

    @property
    def line(self) -> Cited:
        """The log line that tells of the trouble."""
        return self.symptom.entry.cited()

    def caught(self, name: str) -> str:
        """Return what the symptom's pattern caught, or nothing."""
        return self.symptom.caught.get(name, "")


def diagnose(transcript: Transcript) -> Diagnosis:
    """Return the best explanation that the answers support."""
    for subject in detective.subjects(transcript):
        if subject.kind == "TableName" and (found := _table(transcript, subject.name, [])):
            return found
    for name in detective.functions(transcript):
        symptom = symptoms.of_function(transcript, name)
        if symptom:
            return RULES[symptom.kind](Trouble(transcript, name, symptom))
    return _quiet(transcript)


def latest_change(transcript: Transcript, name: str, before: str, *, event: str = "") -> Cited | None:
    """Return the last change to a resource that is not younger than a moment and was not refused."""
    for answer in reversed(transcript.answered):
        if answer.purpose.startswith("changes to "):
            pattern = rf"change (\S+) ({event}\w*) on ({re.escape(name)}) by (\S+?)(, refused.*)?$"
            found = [
                Cited(answer.call, line, m.groups(""))
                for line in answer.lines
                if (m := re.match(pattern, line))
            ]
            found = [cited for cited in found if cited.groups[0] <= before and not cited.groups[4]]
            if found:
                return found[-1]
    return None


def _change_words(change: Cited | None) -> str:
    return f" since {change.groups[1]} by {change.groups[3]} at {change.groups[0]}" if change else ""


def _change_finding(change: Cited | None) -> list[tuple[str, list[Cited]]]:
    return (
        [(f"The last change before it: {change.groups[1]} at {change.groups[0]}.", [change])]
        if change
        else []
    )


def _denied(trouble: Trouble) -> Diagnosis:
    transcript, function = trouble.transcript, trouble.function
    action, resource = trouble.caught("action"), trouble.caught("resource").rstrip(".,")
    role = detective.role_of(transcript, function) or "?"
    statements = find(transcript, f"policies of role {role}", r"policy (\S+): (\w+) (.*) on (.*)$")
    allowing = [s for s in statements if s.groups[1] == "Allow" and _covers(s.groups[2], action)]
    change = latest_change(transcript, role, trouble.symptom.entry.at, event="(?:Put|Delete|Detach|Attach)")
    if statements and not allowing and action:
        cause = f"The role {role} of function {function} does not allow {action}{_on(resource)}{_change_words(change)}."
        confidence = "high"
    else:
        cause = f"Function {function} is refused {action or 'a call'}{_on(resource)}; its role's policies alone do not say why."
        confidence = "medium"
    service = action.split(":")[0]
    resource = resource or next(
        (s.groups[3] for s in statements if s.groups[2].startswith(f"{service}:")), ""
    )
    grant = f'{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"{resource or "*"}"}}]}}'
    return Diagnosis(
        title=f"{function} is denied {action or 'access'}",
        cause=cause,
        confidence=confidence,
        severity="high",
        evidence=[trouble.line, *([change] if change else [])],
        findings=[
            (f"{function} fails with an access error.", [trouble.line]),
            *(
                [(f"The role's policies have no statement that allows {action}.", statements[:6])]
                if statements and not allowing
                else []
            ),
            *_change_finding(change),
        ],
        resources=[function, role, *([resource] if resource else [])],
        actions=[
            (
                f"Give the role {role} the permission {action} again",
                f"aws iam put-role-policy --role-name {role} --policy-name restore-access --policy-document '{grant}'",
                5,
            )
        ],
        prevention=["Have the change of a role's policy reviewed against what its function calls."],
        gaps=[] if statements else [f"The policies of role {role} could not be read."],
    )


def _covers(actions: str, action: str) -> bool:
    return any(fnmatch.fnmatchcase(action.lower(), a.strip().lower()) for a in actions.split(","))


def _on(resource: str) -> str:
    return f" on {resource}" if resource else ""


def _throttled(trouble: Trouble) -> Diagnosis:
    for answer in trouble.transcript.answered:
        if answer.purpose.startswith("capacity of table "):
            name = answer.purpose.removeprefix("capacity of table ")
            if found := _table(trouble.transcript, name, [trouble.line]):
                return found
    return _generic(trouble, f"Function {trouble.function} is throttled by a service that it calls", "medium")


def _table(transcript: Transcript, name: str, lines: list[Cited]) -> Diagnosis | None:
    metrics = f"AWS/DynamoDB metrics of {name}"
    refused = find(
        transcript, metrics, r"(Write|Read)ThrottleEvents \(Sum\): \d+ datapoints from \S+ to [1-9]"
    )
    capacity = find(
        transcript, f"capacity of table {name}", r"table \S+ is \w+, (\w+), (\d+) write and (\d+) read units"
    )
    if not refused or not capacity or capacity[0].groups[0] != "PROVISIONED":
        return None
    writers = [f for f in detective.functions(transcript) if symptoms.of_function(transcript, f)]
    logged = [
        symptoms.of_function(transcript, f).entry.cited()
        for f in writers
        if symptoms.of_function(transcript, f)
    ]  # type: ignore[union-attr]
    side = "write" if refused[0].groups[0] == "Write" else "read"
    units = capacity[0].groups[1 if side == "write" else 2]
    latest = max((s.entry.at for f in writers if (s := symptoms.of_function(transcript, f))), default="9")
    change = latest_change(transcript, name, latest, event="UpdateTable")
    return Diagnosis(
        title=f"Table {name} refuses {side}s: {units} {side} unit{'s' if units != '1' else ''} is too little",
        cause=(
            f"Table {name} is provisioned with {units} {side} capacity unit{'s' if units != '1' else ''} a second"
            f"{_change_words(change)}, less than its callers use, so DynamoDB throttles them."
        ),
        confidence="high" if change else "medium",
        severity="high",
        evidence=[capacity[0], refused[0], *([change] if change else [])],
        findings=[
            (
                f"DynamoDB refuses {side}s to {name}.",
                [refused[0], *find(transcript, metrics, r"ConsumedWriteCapacityUnits")[:1]],
            ),
            *(
                [(f"{', '.join(writers)} fails because of it.", (logged or lines)[:2])]
                if logged or lines
                else []
            ),
            *_change_finding(change),
        ],
        resources=[name, *writers],
        actions=[
            (
                "Let the table grow with its load",
                f"aws dynamodb update-table --table-name {name} --billing-mode PAY_PER_REQUEST",
                5,
            )
        ],
        prevention=["Use on-demand capacity or auto scaling for tables whose load is not constant."],
        gaps=[] if change else [f"No change of table {name} stands in the event history that was read."],
    )


def _memory(trouble: Trouble) -> Diagnosis:
    transcript, function, at = trouble.transcript, trouble.function, trouble.symptom.entry.at
    config = find(transcript, f"configuration of function {function}", r"function \S+ has (\d+) MB")
    purpose = f"errors in the log of function {function}"
    reports = find(transcript, purpose, r"log \S+ REPORT .*Memory Size: (\d+) MB\s+Max Memory Used: (\d+) MB")
    full = [r for r in reports if int(r.groups[1]) >= int(r.groups[0])]
    size = config[0].groups[0] if config else "?"
    change = latest_change(transcript, function, at, event="UpdateFunctionConfiguration")
    return Diagnosis(
        title=f"{function} runs out of memory at {size} MB",
        cause=f"Function {function} is killed because it needs more than its memory of {size} MB{_change_words(change)}.",
        confidence="high" if full else "medium",
        severity="high",
        evidence=[trouble.line, *_report_quotes(full[-1:]), *config[:1]],
        findings=[
            (f"The runtime of {function} is killed.", [trouble.line]),
            *(
                [("An invocation used all the memory that it has.", _report_quotes(full[-1:]))]
                if full
                else []
            ),
            *_change_finding(change),
        ],
        resources=[function],
        actions=[
            (
                "Raise the function's memory",
                f"aws lambda update-function-configuration --function-name {function} --memory-size {int(size) * 4 if size.isdigit() else 1024}",
                5,
            )
        ],
        prevention=["Alarm on the memory used in the function's REPORT lines before it reaches the limit."],
        gaps=["How much memory the work needs is not known: the runtime ends at the limit."],
    )


def _report_quotes(reports: list[Cited]) -> list[Cited]:
    return [Cited(r.call, r.quote[r.quote.index("Memory Size") :], r.groups) for r in reports]


def _timed_out(trouble: Trouble) -> Diagnosis:
    transcript, function = trouble.transcript, trouble.function
    for other in detective.dependencies(transcript, function):
        inner = symptoms.of_function(transcript, other)
        if inner:
            return RULES[inner.kind](Trouble(transcript, other, inner))
        found = _slow_dependency(trouble, other)
        if found:
            return found
    return _generic(trouble, f"Function {function} does not end within its time", "low")


def _slow_dependency(trouble: Trouble, other: str) -> Diagnosis | None:
    transcript, function = trouble.transcript, trouble.function
    limit = float(trouble.caught("seconds") or 0)
    slow = [
        line
        for line in find(
            transcript,
            f"AWS/Lambda metrics of {other}",
            r"Duration \(Maximum\): \d+ datapoints from (\S+) to (\S+);",
        )
        if limit and float(line.groups[1]) >= limit * 1000
    ]
    if not slow:
        return None
    change = latest_change(transcript, other, trouble.symptom.entry.at, event="UpdateFunction")
    calls = find(
        transcript, f"functions that {function} depends on", rf"mentioned function {re.escape(other)}$"
    )
    return Diagnosis(
        title=f"{function} times out waiting for {other}",
        cause=(
            f"Function {function} waits for {other}, which takes up to {float(slow[0].groups[1]) / 1000:.1f} s, longer than "
            f"the {limit:g} s that {function} has; {other} is slow{_change_words(change) or ', since when is not known'}."
        ),
        confidence="high" if change else "medium",
        severity="high",
        evidence=[trouble.line, slow[0], *([change] if change else [])],
        findings=[
            (f"{function} ends without an answer.", [trouble.line]),
            (f"{other}, which it calls, is slower than that.", [slow[0], *calls[:1]]),
            *_change_finding(change),
        ],
        resources=[function, other],
        actions=[
            (
                f"Undo the last change of {other}",
                f"aws lambda get-function-configuration --function-name {other}",
                10,
            ),
        ],
        prevention=[f"Give {function}'s call of {other} a timeout of its own, shorter than the function's."],
        gaps=[f"What {other} spends its time on does not stand in its log."],
    )


def _no_setting(trouble: Trouble) -> Diagnosis:
    transcript, function = trouble.transcript, trouble.function
    name = trouble.caught("name")
    names = find(transcript, f"configuration of function {function}", r"environment variables: (.*)$")
    absent = bool(names) and name not in names[0].groups[0].split(", ")
    change = latest_change(
        transcript, function, trouble.symptom.entry.at, event="UpdateFunctionConfiguration"
    )
    queues = [s.name for s in detective.subjects(transcript) if s.kind == "QueueName"]
    depth = [
        line for q in queues for line in find(transcript, f"depth and consumers of queue {q}", r"queue ")
    ]
    waiting = f", so {', '.join(queues)} backs up" if queues else ""
    return Diagnosis(
        title=f"{function} lacks its setting {name}",
        cause=f"Function {function} fails because its environment variable {name} is not set{_change_words(change)}{waiting}.",
        confidence="high" if absent else "medium",
        severity="high",
        evidence=[trouble.line, *names[:1], *([change] if change else [])],
        findings=[
            (f"{function} fails on reading {name}.", [trouble.line]),
            *([(f"Its configuration has no variable {name}.", names[:1])] if absent else []),
            *([("Messages wait or are tried in vain.", depth)] if depth else []),
            *_change_finding(change),
        ],
        resources=[function, *queues],
        actions=[
            (
                f"Set {name} again, with the value of an earlier deployment",
                f"aws lambda get-function-configuration --function-name {function} --query Environment",
                5,
            )
        ],
        prevention=[
            "Read required settings when the function starts, so that a deployment fails instead of its work."
        ],
        gaps=[f"The value that {name} had is not known."],
    )


def _exception(trouble: Trouble) -> Diagnosis:
    transcript, function, at = trouble.transcript, trouble.function, trouble.symptom.entry.at
    change = latest_change(transcript, function, at, event="UpdateFunctionCode")
    own = re.findall(r'File "/var/task/[^\n]*\n\s*([^\n]+)', trouble.symptom.entry.text)
    spot = [Cited(trouble.line.call, line.strip()) for line in own[-1:]]
    headline = trouble.line.quote.removeprefix("[ERROR] ").split("\n")[0][:120]
    since = _change_words(change)
    return Diagnosis(
        title=f"{function} fails with {headline}",
        cause=(
            f"Function {function} raises {headline}{f' in `{spot[0].quote}`' if spot else ''}"
            + (
                f" {since.strip()}: the new code fails on what its callers send."
                if change
                else "; why is not known."
            )
        ),
        confidence="high" if change and spot else "medium" if spot else "low",
        severity="high",
        evidence=[trouble.line, *spot, *([change] if change else [])],
        findings=[
            (f"{function} raises an exception that nobody handles.", [trouble.line, *spot]),
            *_change_finding(change),
        ],
        resources=[function],
        actions=[
            (
                "Deploy the release before this one again",
                f"aws lambda list-versions-by-function --function-name {function}",
                10,
            )
        ],
        prevention=["Release to a share of the traffic first, and roll back on the error rate."],
        gaps=[] if change else ["No change of the code stands in the event history that was read."],
    )


def _generic(trouble: Trouble, words: str, confidence: str) -> Diagnosis:
    change = latest_change(trouble.transcript, trouble.function, trouble.symptom.entry.at)
    return Diagnosis(
        title=words,
        cause=f"{words}: {trouble.line.quote[:160]}",
        confidence=confidence,
        severity="high",
        evidence=[trouble.line],
        findings=[(f"{trouble.function} logs it.", [trouble.line]), *_change_finding(change)],
        resources=[trouble.function],
        gaps=["What lies behind the error was not found by the calls that were made."],
    )


def _quiet(transcript: Transcript) -> Diagnosis:
    """No trouble was found: say so, and say whether the threshold itself explains the alarm."""
    purpose = f"the alarm {transcript.alarm_name}"
    rule = find(transcript, purpose, r"watches (\w+?)(?:ToThreshold|Threshold) (\S+) in")
    points = find(transcript, purpose, r"point (\S+) (\S+)$")
    checked = [name for name in detective.functions(transcript)]
    clean = [
        line
        for f in checked
        for line in find(
            transcript, f"errors in the log of function {f}", r"read \d+ log events of \S+, 0 of"
        )
    ]
    errors = [
        line
        for f in checked
        for line in find(
            transcript,
            f"AWS/Lambda metrics of {f}",
            r"(Errors|Throttles) \(Sum\): .* from 0 to 0;|Throttles \(Sum\): no",
        )
    ]
    change = latest_change(transcript, transcript.alarm_name, "9", event="PutMetricAlarm")
    threshold = _threshold_below_ordinary(rule, points)
    seen = [*points[-1:], *clean[:1]]
    base = "No fault was found" + (f" in {', '.join(checked)}" if checked else "")
    if threshold:
        cause = f"{base}: {threshold}{', set' + _change_words(change).replace(' since', ' by', 1) if change else ''}. The threshold does not fit ordinary work."
        title = f"{transcript.alarm_name}: nothing is broken, the threshold does not fit"
    else:
        cause = f"{base}, and what the alarm watches does not explain its state either."
        title = f"{transcript.alarm_name}: no fault found"
    return Diagnosis(
        title=title,
        cause=cause,
        confidence="medium" if threshold and change and clean else "inconclusive",
        severity="low",
        evidence=[*rule[:1], *points[:1], *points[-1:], *([change] if change and threshold else [])]
        if threshold
        else seen,
        findings=[
            *([("The log of what the alarm watches tells of no trouble.", clean)] if clean else []),
            *([("Its errors and throttles are zero.", errors[:2])] if errors else []),
            *(
                [(f"What was seen of the metric: {len(points)} datapoints.", [points[0], *points[-1:]])]
                if points
                else []
            ),
        ],
        resources=checked or [subject.name for subject in detective.subjects(transcript)],
        actions=[
            (
                "Compare the threshold with the metric's ordinary values",
                f"aws cloudwatch describe-alarms --alarm-names '{transcript.alarm_name}'",
                10,
            )
        ],
        ruled_out=[f"{name} fails: its log and its error metric say otherwise." for name in checked if clean],
        gaps=[
            "Only the last hours were looked at.",
            *([] if checked else ["The alarm's metric names no function whose log could be read."]),
            *([] if points else ["The alarm's metric had no datapoints."]),
        ],
    )


def _threshold_below_ordinary(rule: list[Cited], points: list[Cited]) -> str | None:
    """Return words when every datapoint breaches: then the threshold lies inside what is ordinary."""
    if not rule or len(points) < 1 or not rule[0].groups[0].startswith(("Greater", "Less")):
        return None
    threshold, values = float(rule[0].groups[1]), [float(p.groups[1]) for p in points]
    above = rule[0].groups[0].startswith("Greater")
    if not all((value > threshold) if above else (value < threshold) for value in values):
        return None
    side = "above" if above else "below"
    return f"all {len(values)} datapoints ({min(values):g} to {max(values):g}) lie {side} the threshold of {threshold:g}"


RULES: dict[Kind, Callable[[Trouble], Diagnosis]] = {
    Kind.DENIED: _denied,
    Kind.THROTTLED: _throttled,
    Kind.MEMORY: _memory,
    Kind.TIMED_OUT: _timed_out,
    Kind.NO_SETTING: _no_setting,
    Kind.NO_MODULE: _exception,
    Kind.EXCEPTION: _exception,
}
