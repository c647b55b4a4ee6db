"""The tool function as tests run it: the real worker and children, with coverage measured in them when it is on."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import coverage

import limits
from actions import Rules
from broker import Broker, Known
from clients import Clients
from descriptions import Descriptions
from processes import BOOT, Workers, scrubbed
from tool_function import ToolFunction

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent
MEMORY = 700 * limits.MEBIBYTE
CHILD = limits.Limits(memory_bytes=MEMORY)
TRIAGE = {
    "reads": ["cloudwatch:Describe*", "cloudwatch:List*", "logs:*", "sts:GetCallerIdentity", "s3:List*", "s3:GetBucket*",
              "dynamodb:DescribeTable", "dynamodb:ListTables", "lambda:GetFunctionConfiguration", "lambda:ListFunctions",
              "ec2:Describe*", "apigateway:GET", "sqs:Get*", "iam:Get*", "iam:List*"],
}  # fmt: skip
DENIED = {
    "NoObjects": {"why": "objects are customers' data", "actions": ["s3:GetObject*"], "resources": ["*"]},
    "NoKeys": {"why": "keys are credentials", "actions": ["apigateway:GET"], "resources": ["arn:aws:apigateway:*::/apikeys*"]},
}  # fmt: skip
KNOWN = Known(frozenset({"us-east-1", "eu-west-1"}).__contains__, Descriptions().knows)


def boot() -> tuple[str, ...]:
    """How the worker's interpreter is to start: with coverage when this process is measured."""
    current = coverage.Coverage.current()
    if current is None or not hasattr(sys, "monitoring"):
        return ("-c", BOOT)
    config: Any = current.config
    data_file = str(Path(config.data_file).resolve())  # the worker runs in another folder
    source = (
        "import sys,json;sys.path[:]=json.loads(sys.argv[2]);"
        f"sys.path.insert(0,{str(HERE)!r});import covered_worker;"
        f"covered_worker.main(int(sys.argv[1]),{data_file!r})"
    )
    return ("-c", source)


def no_clients(service: str, region: str, role_arn: str | None) -> Any:
    """Refuse to make a client, for programs that do not call AWS."""
    raise AssertionError(f"a client for {service} in {region} as {role_arn}")


def function(
    make_client: Callable[[str, str, str | None], Any] = no_clients, limits_: limits.Limits = CHILD
) -> ToolFunction:
    """A tool function whose AWS is what `make_client` makes."""
    workers = Workers(scrubbed("us-east-1"), limits_, boot())
    broker = Broker(Clients(make_client), Rules(TRIAGE, DENIED), KNOWN)
    return ToolFunction(workers, broker, limits_.memory_bytes, "us-east-1")


def ran(tool: ToolFunction, code: str, **event: Any) -> dict[str, Any]:
    """The answer for `code`, which is an object of JSON whatever happens."""
    answer = tool.handle({"code": code, **event}, None)
    json.dumps(answer, allow_nan=False).encode()
    return answer
