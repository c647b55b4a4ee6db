"""The tool role, evaluated as AWS would: triage reads pass; data, credentials, code and writes do not."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.policy.evaluation import EVERYTHING, Document, Role, patterns, read_only_access
from tests.policy.plan import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.policy.plan import Plan

HERE = Path(__file__).parent
SENSITIVE: list[str] = [
    action
    for families in json.loads((HERE / "must_deny.json").read_text()).values()
    for actions in families.values()
    for action in actions
]
TRIAGE_READS: dict[str, str] = json.loads((HERE / "must_allow.json").read_text())

READING_VERBS = [
    "BatchGet",
    "Describe",
    "Filter",
    "Get",
    "List",
    "Lookup",
    "Search",
    "Select",
    "Simulate",
    "View",
]

GUARDS = ("aws_iam_policy.tool_guard_a_e", "aws_iam_policy.tool_guard_f_z")
DENIES = ("aws_iam_role_policy.tool_deny",)
OWN = ("aws_iam_role_policy.tool",)
GRANTS: dict[str, Callable[[], Document]] = {
    "ReadOnlyAccess": read_only_access,
    "everything": lambda: EVERYTHING,
}


def role(plan: Plan, grant: Document, *without: str) -> Role:
    """Return the tool role of a plan under a grant, optionally with some of its policies left out."""
    names = [name for name in (*GUARDS, *DENIES, *OWN) if name not in without]
    return Role([grant, *plan.documents(*names).values()])


def allowed(asked: Role, actions: list[str]) -> list[str]:
    """Return those of the actions that the role may do."""
    return [action for action in actions if asked.allows(action)]


@pytest.fixture(params=["default", "full"])
def plan(request: pytest.FixtureRequest, plans: dict[str, Plan]) -> Plan:
    """Each plan in turn."""
    return plans[request.param]


@pytest.mark.parametrize("grant", GRANTS)
def test_no_sensitive_action_is_allowed(plan: Plan, grant: str) -> None:
    assert allowed(role(plan, GRANTS[grant]()), SENSITIVE) == []


@pytest.mark.parametrize("spelling", [str.lower, str.upper, str.swapcase])
def test_no_spelling_of_a_sensitive_action_is_allowed(default_plan: Plan, spelling: Any) -> None:
    assert allowed(role(default_plan, EVERYTHING), [spelling(action) for action in SENSITIVE]) == []


def test_the_readme_counts_them_right() -> None:
    counted = (
        f"none of {len(SENSITIVE)} sensitive actions is allowed, all of {len(TRIAGE_READS)} triage reads are"
    )
    assert counted in (ROOT / "README.md").read_text()


def test_every_triage_read_is_allowed(default_plan: Plan) -> None:
    asked = role(default_plan, read_only_access())
    assert [a for a, resource in TRIAGE_READS.items() if not asked.allows(a, resource)] == []


def test_callers_denies_are_in_force_in_any_spelling(full_plan: Plan) -> None:
    asked = role(full_plan, read_only_access())
    refused = [a for a, resource in TRIAGE_READS.items() if not asked.allows(a, resource)]
    assert refused == ["ec2:DescribeSnapshots", "logs:FilterLogEvents"]


def test_read_only_access_alone_allows_what_the_role_refuses() -> None:
    """The lists are no straw men: AWS's managed policy grants every one of these actions."""
    refused = set(SENSITIVE) - set(allowed(Role([read_only_access()]), SENSITIVE))
    assert refused == {"s3express:CreateSession"}, "granted for read-only sessions, by a condition"
    assert len(SENSITIVE) > 500


def test_removing_either_guard_is_caught(default_plan: Plan) -> None:
    for guard in default_plan.documents(*GUARDS):
        rest = [d for a, d in default_plan.documents(*GUARDS, *DENIES, *OWN).items() if a != guard]
        assert len(allowed(Role([read_only_access(), *rest]), SENSITIVE)) > 50, guard


def test_removing_the_unconditional_denies_is_caught(default_plan: Plan) -> None:
    opened = allowed(role(default_plan, read_only_access(), *DENIES), SENSITIVE)
    assert "autoscaling:DescribeLaunchConfigurations" in opened


@pytest.mark.parametrize(
    "resource",
    [
        "/apikeys",
        "/apikeys/a1b2c3",
        "/usageplans/p1/keys",
        "/usageplans/p1/keys/k1",
        "/restapis/r1/stages/prod/exports/oas30",
        "/restapis/r1/stages/prod/sdks/javascript",
        "/apis/a1/exports/OAS30",
    ],
)
def test_api_gateway_keys_and_exports_are_shut(default_plan: Plan, resource: str) -> None:
    asked = role(default_plan, EVERYTHING)
    assert not asked.allows("apigateway:GET", f"arn:aws:apigateway:eu-west-1::{resource}")


@pytest.mark.parametrize(
    "resource",
    ["/restapis", "/restapis/r1/stages/prod", "/apis/a1/integrations", "/usageplans/p1", "/account"],
)
def test_api_gateway_configuration_is_open(default_plan: Plan, resource: str) -> None:
    asked = role(default_plan, read_only_access())
    assert asked.allows("apigateway:GET", f"arn:aws:apigateway:eu-west-1::{resource}")


def test_logs_are_written_to_the_functions_own_group_only(default_plan: Plan) -> None:
    asked = role(default_plan, EVERYTHING)
    group = "arn:aws:logs:us-east-1:111122223333:log-group:"
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        assert asked.allows(action, f"{group}/aws/lambda/tool-lambda:log-stream:s")
        assert not asked.allows(action, f"{group}/aws/lambda/tool-lambda-2:log-stream:s")
        assert not asked.allows(action, f"{group}/aws/lambda/triage-handler:log-stream:s")
    assert not asked.allows("logs:CreateLogGroup", f"{group}/aws/lambda/tool-lambda")


def test_only_the_named_roles_can_be_assumed(default_plan: Plan, full_plan: Plan) -> None:
    named = "arn:aws:iam::444455556666:role/alarm-investigation"
    assert role(full_plan, read_only_access()).allows("sts:AssumeRole", named)
    assert not role(full_plan, EVERYTHING).allows("sts:AssumeRole", "arn:aws:iam::444455556666:role/admin")
    assert not role(default_plan, EVERYTHING).allows("sts:AssumeRole", named)


@pytest.mark.parametrize(
    "action", ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses"]
)
def test_network_interfaces_are_lambdas_to_make_and_not_the_codes(full_plan: Plan, action: str) -> None:
    asked = role(full_plan, read_only_access())
    function = "arn:aws:lambda:us-east-1:111122223333:function:prod-tool-lambda-us-east-1"
    assert asked.allows(action)
    assert not asked.allows(action, context={"lambda:SourceFunctionArn": function})
    assert asked.allows("ec2:DescribeNetworkInterfaces", context={"lambda:SourceFunctionArn": function})


def test_only_reads_can_pass_the_guard(default_plan: Plan) -> None:
    """Whatever is granted, the only writes within the guard are the function's own log lines."""
    passing = [p for d in default_plan.documents(*GUARDS).values() for p in patterns(d, "NotAction")]
    verbs = (
        "BatchGet",
        "Describe",
        "Filter",
        "Get",
        "List",
        "Lookup",
        "Query",
        "Search",
        "Select",
        "Simulate",
        "View",
    )
    others = {p for p in passing if not p.split(":")[1].startswith((*verbs, "*"))}
    assert others == {
        "apigateway:GET",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "logs:StartQuery",
        "logs:StopQuery",
        "logs:TestMetricFilter",
        "route53:TestDNSAnswer",
    }


def test_lists_spell_services_in_lower_case() -> None:
    """The guards are split by a service's first letter; `EC2:` in the one would open `ec2:` in the other."""
    lists = (ROOT / "tool-lambda").glob("*_actions.json")
    listed = re.findall(r'"([^":\s]+):[A-Za-z*?]+"', " ".join(path.read_text() for path in lists))
    assert len(listed) > 300
    assert [service for service in listed if not re.fullmatch(r"[a-z][a-z0-9-]*", service)] == []


def test_each_service_is_ruled_by_one_guard(default_plan: Plan) -> None:
    """A guard leaves a whole service alone only where the other guard names its reads one by one."""
    documents = default_plan.documents(*GUARDS)
    assert len(documents) == 2
    left, ruled = [], []
    for document in documents.values():
        named = patterns(document, "NotAction")
        left.append({p.split(":")[0] for p in named if p.endswith(":*")})
        ruled.append({p.split(":")[0] for p in named if not p.endswith(":*")})
    assert left == [ruled[1], ruled[0]]
    assert not ruled[0] & ruled[1]


def test_the_grant_is_attached_last(default_plan: Plan) -> None:
    denies = {g.replace("aws_iam_policy", "aws_iam_role_policy_attachment") for g in GUARDS} | {*DENIES}
    for grant in (
        "aws_iam_role_policy_attachment.tool_read_only",
        "aws_iam_role_policy_attachment.tool_additional",
        "aws_iam_role_policy.tool",
    ):
        assert denies <= set(default_plan.configuration[grant]["depends_on"]), grant
    assert denies <= set(default_plan.configuration["aws_lambda_function.tool"]["depends_on"])


def test_the_tool_function_has_no_environment(full_plan: Plan) -> None:
    """Lambda decrypts variables as the execution role, which would need `kms:Decrypt`."""
    assert not full_plan.resources["aws_lambda_function.tool"].get("environment")


def test_topic_and_key_may_be_made_by_the_same_apply(plans: dict[str, Plan]) -> None:
    """No ARN is known then; the boundary of the tool role is all the same."""
    unknown, known = plans["unknown"], plans["default"]
    assert unknown.documents(*GUARDS, *DENIES, *OWN) == known.documents(*GUARDS, *DENIES, *OWN)
    assert not [a for a in unknown.resources if a.startswith(("aws_sns_topic.", "aws_kms_key."))]


def test_the_documentation_counts_the_lists_right() -> None:
    text = (ROOT / "docs" / "iam.md").read_text()
    assert f"None of {len(SENSITIVE)} actions" in text
    assert f"All of {len(TRIAGE_READS)} reads" in text
    readme = (ROOT / "README.md").read_text()
    assert f"none of {len(SENSITIVE)} sensitive actions is allowed" in readme
    assert f"all of {len(TRIAGE_READS)} triage reads are" in readme


def test_every_policy_is_attached_to_the_tool_role(plan: Plan) -> None:
    role_name = plan.resources["aws_iam_role.tool"]["name"]
    for address in (*DENIES, *OWN):
        assert plan.resources[address]["role"] == role_name
    for guard in GUARDS:
        attachment = guard.replace("aws_iam_policy", "aws_iam_role_policy_attachment")
        assert plan.resources[attachment]["role"] == role_name
        attached = plan.configuration[attachment]["expressions"]["policy_arn"]["references"]
        assert guard in attached
