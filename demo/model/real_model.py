"""A real model behind the demo's server: Bedrock with the caller's credentials, or any OpenAI-compatible one.

Requests arrive as Converse's JSON. Bedrock gets them whole. For another server they are translated; what has
no counterpart there is refused as Bedrock would, so that the engine does without and its report says so.
"""

from __future__ import annotations

import base64
import json
import os
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoRegionError

import chat_completions
from model.server import ModelFailure

if TYPE_CHECKING:
    from collections.abc import Callable

    from model.transcript import JsonObject

CHARS_PER_TOKEN = 3  # a low guess: rather refuse too early than have a server cut the request without a word
CONFIG = Config(read_timeout=300, retries={"mode": "standard", "total_max_attempts": 2})


def answers_of(spec: str, window: int) -> Callable[[JsonObject], JsonObject]:
    """Return what answers for the model that `spec` names: a Bedrock id or ARN, or `openai:URL#MODEL`.

    `window`: what an OpenAI-compatible server's model can read, in tokens. Raises `ValueError` when `spec` is
    neither, or when no region is set for Bedrock.
    """
    server = chat_completions.named(spec, os.environ.get("OPENAI_API_KEY"))
    if server is None:
        try:
            client = boto3.client("bedrock-runtime", region_name=os.environ.get("AWS_REGION"), config=CONFIG)
        except NoRegionError as error:
            raise ValueError("no AWS region is known: set AWS_REGION to Bedrock's") from error
        return lambda request: _answered(client.converse, {"modelId": spec, **_from_wire(request)})

    def answer(request: JsonObject) -> JsonObject:
        _require_translatable(request, window)
        return _answered(server.converse, request)

    return answer


def _answered(converse: Callable[..., Any], arguments: JsonObject) -> JsonObject:
    try:
        answer = converse(**arguments)
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        raise ModelFailure(
            status, error.response["Error"]["Code"], error.response["Error"]["Message"]
        ) from error
    except BotoCoreError as error:
        raise ModelFailure(503, "ServiceUnavailableException", str(error)) from error
    answer.pop("ResponseMetadata", None)
    wire: JsonObject = json.loads(json.dumps(answer, default=lambda blob: base64.b64encode(blob).decode()))
    return wire


def _from_wire(request: JsonObject) -> JsonObject:
    """Return the request with its blobs as bytes: redacted reasoning is the only one that comes back."""
    for message in request["messages"]:
        for block in message["content"]:
            reasoning = block.get("reasoningContent", {})
            if "redactedContent" in reasoning:
                reasoning["redactedContent"] = base64.b64decode(reasoning["redactedContent"])
    return request


def _require_translatable(request: JsonObject, window: int) -> None:
    parts = (
        *request.get("system", ()),
        *request.get("toolConfig", {}).get("tools", ()),
        *(block for message in request["messages"] for block in message["content"]),
    )
    if any("cachePoint" in part for part in parts):
        raise ModelFailure(400, "ValidationException", "This model does not support cachePoint.")
    if len(json.dumps(parts)) > window * CHARS_PER_TOKEN:
        raise ModelFailure(400, "ValidationException", f"Input is too long for a window of {window} tokens.")
