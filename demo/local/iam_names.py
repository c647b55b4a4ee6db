"""The names under which IAM checks a request, where the emulator's differ from AWS's."""

from __future__ import annotations

import json
import urllib.parse
from typing import TYPE_CHECKING, Any

from ministack.core import iam_actions as stock  # type: ignore[import-untyped]
from ministack.core.responses import get_account_id, get_region  # type: ignore[import-untyped]

from local.bedrock import model_arn
from local.patching import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    Extract = Callable[..., Any]

OPERATIONS = {"Invoke": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"}
"""Lambda's operations whose action has another name."""

ACTIONS = {
    "bedrock:Converse": "bedrock:InvokeModel",
    "bedrock:ConverseStream": "bedrock:InvokeModelWithResponseStream",
}


def install() -> None:
    """Replace how an action and a resource are read from a request."""
    stock._BOTOCORE_SERVICE_MAP["lambda"] = ["lambda"]
    action = replace(stock, "extract_iam_action", None)
    stock.extract_iam_action = _renamed(action)
    resource = replace(stock, "extract_resource_arn", None)
    stock.extract_resource_arn = _with_model_arns(resource)


def partiql_action(body: bytes) -> str:
    """Return the action of a PartiQL statement: AWS has one for each verb, and none for ExecuteStatement."""
    try:
        statement = str(json.loads(body or b"{}").get("Statement", ""))
    except ValueError:
        statement = ""
    verb = statement.split(None, 1)[:1]
    return "dynamodb:PartiQL" + (verb[0].capitalize() if verb else "Select")


def model_in_path(path: str) -> str:
    """Return the model id or ARN in `/model/{id}/converse`."""
    return urllib.parse.unquote(path).split("/model/", 1)[-1].rsplit("/", 1)[0]


def _renamed(extract: Extract) -> Extract:
    def extract_iam_action(
        service: str, method: str, path: str, headers: dict[str, str], body: bytes, query: Any
    ) -> Any:
        if service == "lambda" and (operation := stock._match_rest_action(service, method, path, query)):
            return f"lambda:{OPERATIONS.get(operation, operation)}"
        found = extract(service, method, path, headers, body, query)
        if found == "dynamodb:ExecuteStatement":
            return partiql_action(body)
        return ACTIONS.get(found, found)

    return extract_iam_action


def _with_model_arns(extract: Extract) -> Extract:
    def extract_resource_arn(service: str, method: str, path: str, *rest: Any) -> Any:
        if service == "bedrock-runtime":
            return model_arn(model_in_path(path), get_region(), get_account_id())
        return extract(service, method, path, *rest)

    return extract_resource_arn
