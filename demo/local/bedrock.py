"""Hand Converse, unchanged, to a Converse-speaking server on this machine, after the checks that AWS makes.

The emulator has verified the signature and the action on the inference profile; what it does not know is
that a profile also needs the foundation model in the regions that it routes to. That is checked here.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING

from ministack.core import iam_evaluator as iam  # type: ignore[import-untyped]
from ministack.core.responses import get_account_id, get_region  # type: ignore[import-untyped]
from ministack.core.router import extract_access_key_id  # type: ignore[import-untyped]
from ministack.services import bedrock_runtime as stock  # type: ignore[import-untyped]

from local.patching import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    Answer = tuple[int, dict[str, str], bytes]

GEOGRAPHIC_PREFIX = re.compile(r"(us|eu|apac|jp|au|us-gov|global)\.")
MODEL_SECONDS = 300


def install(server_url: str) -> None:
    """Replace the emulator's own Converse with the server at `server_url`."""
    server = server_url.rstrip("/")

    def converse(model_id: str, headers: Mapping[str, str], body: bytes) -> Answer:
        return _refusal(model_id, headers) or hand_over(server, model_id, body)

    replace(stock, "_converse", converse)


def model_arn(model_id: str, region: str, account: str) -> str:
    """Return the ARN that IAM sees for a model id: a profile's own, else the foundation model's."""
    if model_id.startswith("arn:"):
        return model_id
    if GEOGRAPHIC_PREFIX.match(model_id):
        return f"arn:aws:bedrock:{region}:{account}:inference-profile/{model_id}"
    return f"arn:aws:bedrock:{region}::foundation-model/{model_id}"


def routed_model_arns(model_id: str, region: str) -> tuple[str, ...]:
    """Return foundation models that a system-defined profile needs besides itself.

    A geographic profile routes to several regions; only the caller's own is known here. A `global.` profile
    also needs the model's ARN without a region.
    """
    match = GEOGRAPHIC_PREFIX.match(model_id)
    if not match:
        return ()
    model = f"foundation-model/{model_id[match.end() :]}"
    regional = f"arn:aws:bedrock:{region}::{model}"
    return (regional, f"arn:aws:bedrock:::{model}") if match[1] == "global" else (regional,)


def hand_over(server: str, model_id: str, body: bytes) -> Answer:
    """Send the request to the server and return its answer, errors of the model included, as they are."""
    request = urllib.request.Request(  # noqa: S310 - the server's own http address on loopback
        f"{server}/model/{urllib.parse.quote(model_id, safe='')}/converse",
        data=body or b"{}",
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=MODEL_SECONDS) as answer:  # noqa: S310
            return answer.status, {"Content-Type": "application/json"}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, _error_headers(error.headers.get("x-amzn-errortype", "")), error.read()
    except OSError as error:
        return _error(503, "ServiceUnavailableException", f"the model's server does not answer: {error}")


def _refusal(model_id: str, headers: Mapping[str, str]) -> Answer | None:
    region, account = get_region(), get_account_id()
    key = extract_access_key_id(headers, {})
    profile = {"bedrock:InferenceProfileArn": model_arn(model_id, region, account)}
    for arn in routed_model_arns(model_id, region):
        denied = iam.enforce(
            key, "bedrock:InvokeModel", "bedrock", region, resource_arn=arn, service_context=profile
        )
        if denied:
            who = getattr(denied, "principal_arn", "")
            return _error(
                403,
                "AccessDeniedException",
                f"User: {who} is not authorized to perform: bedrock:InvokeModel on resource: {arn} because "
                "no identity-based policy allows the bedrock:InvokeModel action",
            )
    return None


def _error(status: int, kind: str, message: str) -> Answer:
    return status, _error_headers(kind), json.dumps({"message": message}).encode()


def _error_headers(kind: str) -> dict[str, str]:
    return {"Content-Type": "application/json", "x-amzn-errortype": kind}
