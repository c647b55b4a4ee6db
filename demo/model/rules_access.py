"""Trouble with permissions, code and settings: what someone changed, and a function fails on."""

from __future__ import annotations

import fnmatch
import json
import re
from typing import TYPE_CHECKING

from model import detective
from model.case import Diagnosis, Step, when
from model.evidence_lines import Cited

if TYPE_CHECKING:
    from model.case import Trouble

POLICY_EVENTS = "Put|Delete|Detach|Attach|Create|SetDefault"


def denied(trouble: Trouble) -> Diagnosis:
    """An API refuses the function: does its role allow the action?"""
    function, action = trouble.function, trouble.caught("action")
    role = detective.role_of(trouble.transcript, function) or "of the function"
    statements = trouble.find(f"policies of role {role}", r"policy (\S+): (\w+) (.*) on (.*)$")
    resource = trouble.caught("resource").rstrip(".,") or _resource_beside(statements, action)
    lacking = bool(action and statements) and not any(_allows(s, action) for s in statements)
    change = trouble.change(role, POLICY_EVENTS)
    what, where = action or "a call", f" on {resource}" if resource else ""
    return Diagnosis(
        title=f"{function} is denied {action or 'access'}",
        cause=(
            f"The role {role} of function {function} does not allow {what}{where}{change.since}."
            if lacking
            else f"Function {function} is refused {what}{where}; its role's policies alone do not say why."
        ),
        confidence="high" if lacking else "medium",
        severity="high",
        evidence=[trouble.line, *change.lines],
        findings=[
            (f"{function} fails with an access error.", [trouble.line]),
            *when(lacking, (f"No statement of the role's policies allows {what}.", statements[:6])),
            *change.findings,
        ],
        resources=[function, role, *([resource] if resource else [])],
        steps=[Step(f"Give the role {role} the permission {what} again", _grant(role, action, resource), 5)],
        prevention=["Have changes of a role's policies reviewed against what its function calls."],
        monitoring=[f"Alarm on access errors in /aws/lambda/{function} by a metric filter."],
        gaps=[] if statements else [f"The policies of role {role} could not be read."],
    )


def _allows(statement: Cited, action: str) -> bool:
    _policy, effect, actions, _resources = statement.groups
    patterns = [pattern.strip().lower() for pattern in actions.split(",")]
    return effect == "Allow" and any(fnmatch.fnmatchcase(action.lower(), p) for p in patterns)


def _resource_beside(statements: list[Cited], action: str) -> str:
    """Return the resource on which the role may do other things of the same service, if there is one."""
    service = f"{action.split(':')[0]}:"
    return next((s.groups[3] for s in statements if action and s.groups[2].startswith(service)), "")


def _grant(role: str, action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource or "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))
    return (
        f"aws iam put-role-policy --role-name {role} --policy-name restore-access "
        f"--policy-document '{document}'"
    )


def exception(trouble: Trouble) -> Diagnosis:
    """The function raises: where in its own code, and was the code changed before?"""
    function, change = trouble.function, trouble.change(trouble.function, "UpdateFunctionCode")
    own = re.findall(r'File "/var/task/[^\n]*\n\s*([^\n]+)', trouble.symptom.entry.text)
    spot = [Cited(trouble.line.call, line.strip()) for line in own[-1:]]
    raised = trouble.line.quote.removeprefix("[ERROR] ")[:120]
    where = f" in `{spot[0].quote}`" if spot else ""
    blame = f"{change.since}: the new code fails on what it is called with." if change else "."
    return Diagnosis(
        title=f"{function} fails with {raised}",
        cause=f"Function {function} raises {raised}{where}{blame}",
        confidence="high" if change and spot else "medium" if spot else "low",
        severity="high",
        evidence=[trouble.line, *spot, *change.lines],
        findings=[
            (f"{function} raises an exception that nothing handles.", [trouble.line, *spot]),
            *change.findings,
        ],
        resources=[function],
        steps=[
            Step(
                "Deploy the release before this one again",
                f"aws lambda list-versions-by-function --function-name {function}",
                10,
            )
            if change
            else Step(
                "Read what the function was called with when it failed",
                f"aws logs tail /aws/lambda/{function} --since 1h",
                10,
            )
        ],
        prevention=["Release to a share of the traffic first, and roll back on the error rate."],
        monitoring=[f"Alarm on the error rate of {function} in the minutes after each deployment."],
        gaps=[] if change else ["No change of the code stands in the event history that was read."],
    )


def no_setting(trouble: Trouble) -> Diagnosis:
    """The function reads an environment variable that is not there: what waits because of it?"""
    function, name = trouble.function, trouble.caught("name")
    listed = trouble.find(f"configuration of function {function}", r"environment variables: (.*)$")
    absent = bool(listed) and name not in listed[0].groups[0].split(", ")
    change = trouble.change(function, "UpdateFunctionConfiguration")
    queues = [s.name for s in detective.subjects(trouble.transcript) if s.kind == "QueueName"]
    depth = [line for q in queues for line in trouble.find(f"depth and consumers of queue {q}", "queue ")]
    waiting = f", so {', '.join(queues)} backs up" if queues else ""
    return Diagnosis(
        title=f"{function} lacks its setting {name}",
        cause=f"Function {function} fails because its variable {name} is not set{change.since}{waiting}.",
        confidence="high" if absent else "medium",
        severity="high",
        evidence=[trouble.line, *listed[:1], *change.lines],
        findings=[
            (f"{function} fails on reading {name}.", [trouble.line]),
            *when(absent, (f"Its configuration has no variable {name}.", listed[:1])),
            *when(depth, ("Messages wait or are tried in vain.", depth)),
            *change.findings,
        ],
        resources=[function, *queues],
        steps=[
            Step(
                f"Set {name} again, as in the last deployment that worked",
                f"aws lambda get-function-configuration --function-name {function} --query Environment",
                5,
            )
        ],
        prevention=["Read required settings when the function starts, so that a deployment fails instead."],
        monitoring=[f"Alarm on errors of {function} itself, before work piles up."],
        gaps=[f"The value that {name} had is not known."],
    )
