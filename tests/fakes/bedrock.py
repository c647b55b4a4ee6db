"""A `bedrock-runtime` client in memory that enforces Converse's rules as each model family has them.

It checks arguments against the SDK's own model, then against what Bedrock is known to refuse, with Bedrock's
messages; it keeps account of cached prefixes; and it answers from a script.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.exceptions import ClientError, ParamValidationError
from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

CHARACTERS_PER_TOKEN = 4
LOOKBACK_BLOCKS = 20


@dataclass(frozen=True)
class Family:
    """What one kind of model takes."""

    tools: bool = True
    system: bool = True
    cache: bool = False
    choice: bool = False
    strict: bool = False
    status: bool = False
    mixed_results: bool = False
    cache_minimum: int = 1024
    window: int = 128_000
    reply: int = 8192


_CLAUDE = Family(
    cache=True, choice=True, strict=True, status=True, mixed_results=True, window=200_000, reply=64_000
)
FAMILIES = (
    ("claude-(v2|instant)", Family(tools=False, window=100_000)),
    (
        "claude-3-(haiku|sonnet|opus)",
        Family(choice=True, status=True, mixed_results=True, window=200_000, reply=4096),
    ),
    ("claude-(haiku-4-5|opus-4-5)", Family(**{**_CLAUDE.__dict__, "cache_minimum": 4096})),
    ("claude", _CLAUDE),
    (
        "nova",
        Family(
            cache=True,
            choice=True,
            status=True,
            mixed_results=True,
            cache_minimum=1000,
            window=300_000,
            reply=10_000,
        ),
    ),
    ("titan-text-lite", Family(tools=False, system=False, window=4_096, reply=4_096)),
    ("titan", Family(tools=False, system=False, window=8_192, reply=8_192)),
    ("llama(2|3-(8|70)b)", Family(tools=False, window=8_192, reply=2048)),
    ("llama", Family(reply=8192)),
    ("mistral-7b|mixtral", Family(tools=False, system=False, window=32_000, reply=8192)),
    ("mistral", Family()),
    ("command-(text|light)", Family(tools=False, system=False, window=4_096, reply=4000)),
)


def family(model_id: str) -> Family:
    """Return what the model behind an id takes."""
    return next((each for pattern, each in FAMILIES if re.search(pattern, model_id)), Family())


def refusal(code: str, message: str = "as the script says", status: int = 400) -> ClientError:
    """Return the error that botocore raises for an answer of Bedrock."""
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(response, "Converse")


def answer(*content: dict[str, Any], stop: str = "end_turn", **more: object) -> dict[str, Any]:
    """Return a Converse answer with these blocks."""
    return {
        "output": {"message": {"role": "assistant", "content": list(content)}},
        "stopReason": stop,
        **more,
    }


def says(text: str, stop: str = "end_turn") -> dict[str, Any]:
    """Return an answer of text."""
    return answer({"text": text}, stop=stop)


_NUMBERS = iter(range(1, 1_000_000))


def uses(name: str, given: object, **more: object) -> dict[str, Any]:
    """Return a `toolUse` block."""
    return {"toolUse": {"toolUseId": f"tooluse_{next(_NUMBERS):06}", "name": name, "input": given, **more}}


def calls(name: str, *inputs: object) -> dict[str, Any]:
    """Return an answer that asks for tool calls."""
    return answer(*(uses(name, given) for given in inputs), stop="tool_use")


@dataclass
class FakeBedrock:
    """The client. `script`: answers, exceptions, or functions of the request; the last one plays for ever."""

    script: Sequence[object]
    behind: str | None = None  # the model that an ARN stands for
    requests: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    usages: list[dict[str, int]] = field(default_factory=list)
    cached: set[str] = field(default_factory=set)

    def converse(self, **request: Any) -> dict[str, Any]:
        _validate(request)
        able = family(self.behind or request["modelId"])
        try:
            for check in CHECKS:
                check(request, able)
            usage = self._usage(request, able)
        except ClientError as error:
            self.refused.append(error.response["Error"]["Message"])
            raise
        step = self.script[min(len(self.requests), len(self.script) - 1)]
        self.requests.append(json.loads(json.dumps(request, default=repr)))
        if isinstance(step, BaseException):
            raise step
        made: Any = step(request) if callable(step) else step
        self.usages.append({**usage, "outputTokens": _tokens(made["output"]["message"])})
        total = sum(self.usages[-1].values())
        return {**made, "usage": {**self.usages[-1], "totalTokens": total}, "metrics": {"latencyMs": 5}}

    def _usage(self, request: dict[str, Any], able: Family) -> dict[str, int]:
        boundaries = list(_boundaries(request))
        total = boundaries[-1][1]
        if total + request["inferenceConfig"]["maxTokens"] > able.window:
            raise refusal("ValidationException", "Input is too long for requested model.")
        points = [
            place
            for place, (_, tokens, point) in enumerate(boundaries)
            if point and tokens >= able.cache_minimum
        ]
        read = max(
            (
                boundaries[place][1]
                for point in points
                for place in range(max(0, point - LOOKBACK_BLOCKS), point + 1)
                if boundaries[place][0] in self.cached
            ),
            default=0,
        )
        self.cached |= {boundaries[point][0] for point in points}
        upto = boundaries[points[-1]][1] if points else 0
        return {
            "inputTokens": total - max(upto, read),
            "cacheReadInputTokens": read,
            "cacheWriteInputTokens": max(upto - read, 0),
        }


def _tokens(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, default=repr)) // CHARACTERS_PER_TOKEN


def _boundaries(request: dict[str, Any]) -> Iterator[tuple[str, int, bool]]:
    """Give the prefix's hash and tokens after each block of the prompt, and whether a cache point follows."""
    blocks = [*request.get("toolConfig", {}).get("tools", []), *request.get("system", [])]
    choice = json.dumps(request.get("toolConfig", {}).get("toolChoice"))
    rolling, tokens = hashlib.sha256(), 0
    parts = [(None, block) for block in blocks]
    parts += [(message["role"], block) for message in request["messages"] for block in message["content"]]
    for place, (role, block) in enumerate(parts):
        if "cachePoint" in block:
            continue
        if place == len(blocks):
            rolling.update(choice.encode())  # the choice of a tool is part of what messages depend on
        rolling.update(json.dumps([role, block], sort_keys=True, default=repr).encode())
        tokens += _tokens(block)
        following = parts[place + 1][1] if place + 1 < len(parts) else {}
        yield rolling.hexdigest(), tokens, "cachePoint" in following


@cache
def _shape() -> Any:
    return (
        botocore.session.get_session()
        .get_service_model("bedrock-runtime")
        .operation_model("Converse")
        .input_shape
    )


def _validate(request: dict[str, Any]) -> None:
    report = ParamValidator().validate(request, _shape())
    if report.has_errors():
        raise ParamValidationError(report=report.generate_report())


def _invalid(message: str) -> ClientError:
    return refusal("ValidationException", message)


def _blocks(request: dict[str, Any], kind: str) -> list[Any]:
    return [block[kind] for message in request["messages"] for block in message["content"] if kind in block]


def _roles(request: dict[str, Any], able: Family) -> None:
    roles = [message["role"] for message in request["messages"]]
    if roles[:1] != ["user"] or roles[-1] != "user":
        raise _invalid("A conversation must start with a user message. Try again with one.")
    if any(first == second for first, second in pairwise(roles)):
        raise _invalid("A conversation must alternate between user and assistant roles.")


def _contents(request: dict[str, Any], able: Family) -> None:
    for index, message in enumerate(request["messages"]):
        if not [block for block in message["content"] if "cachePoint" not in block]:
            raise _invalid(f"The content field in the Message object at messages.{index} is empty.")
        for place, block in enumerate(message["content"]):
            if "text" in block and not block["text"].strip():
                raise _invalid(
                    f"The text field in the ContentBlock object at messages.{index}.content.{place} is blank."
                )
        kinds = {next(iter(block)) for block in message["content"]}
        if {"text", "toolResult"} <= kinds and not able.mixed_results:
            raise _invalid(
                f"messages.{index}.content: Conversation blocks and tool result blocks cannot be "
                "provided in the same turn."
            )
    if any(not part["text"].strip() for part in request.get("system", []) if "text" in part):
        raise _invalid("The text field in the SystemContentBlock is blank.")


def _pairs(request: dict[str, Any], able: Family) -> None:
    seen: set[str] = set()
    open_ids: list[str] = []
    for index, message in enumerate(request["messages"]):
        answered = [block["toolResult"] for block in message["content"] if "toolResult" in block]
        ids = [result["toolUseId"] for result in answered]
        if sorted(ids) != sorted(open_ids):
            raise _invalid(
                f"Expected toolResult blocks at messages.{index}.content for the following Ids: {open_ids}"
            )
        if any(not part.get("text", "x").strip() for result in answered for part in result["content"]):
            raise _invalid(f"A text field in the toolResult at messages.{index} is blank.")
        open_ids = [block["toolUse"]["toolUseId"] for block in message["content"] if "toolUse" in block]
        if seen & set(open_ids) or len(set(open_ids)) < len(open_ids):
            raise _invalid("messages: `tool_use` ids must be unique")
        seen |= set(open_ids)
    for use in _blocks(request, "toolUse"):
        if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", use["name"]) or not isinstance(use["input"], dict):
            raise _invalid("The value at toolUse.name or toolUse.input is not valid.")


def _tools(request: dict[str, Any], able: Family) -> None:
    config = request.get("toolConfig")
    if config is None:
        if _blocks(request, "toolUse") or _blocks(request, "toolResult"):
            raise _invalid(
                "The toolConfig field must be defined when using toolUse and toolResult content blocks."
            )
        return
    if not able.tools:
        raise _invalid("This model doesn't support tool use.")
    kind = next(iter(config.get("toolChoice", {"auto": {}})))
    if kind != "auto" and not able.choice:
        raise _invalid(
            f"This model doesn't support the toolConfig.toolChoice.{kind} field. "
            f"Remove toolConfig.toolChoice.{kind} and try again."
        )
    if (
        any(tool["toolSpec"].get("strict") for tool in config["tools"] if "toolSpec" in tool)
        and not able.strict
    ):
        raise _invalid("This model doesn't support the strict field. Remove strict and try again.")
    if any("status" in result for result in _blocks(request, "toolResult")) and not able.status:
        raise _invalid("This model doesn't support the status field. Remove status and try again.")


def _features(request: dict[str, Any], able: Family) -> None:
    if request.get("system") and not able.system:
        raise _invalid(
            "This model doesn't support system messages. Try again without a system message or use a model "
            "that supports system messages."
        )
    tools = request.get("toolConfig", {}).get("tools", [])
    points = [part for part in (*tools, *request.get("system", [])) if "cachePoint" in part]
    points += _blocks(request, "cachePoint")
    if points and not able.cache:
        raise refusal(
            "AccessDeniedException",
            "You invoked an unsupported model or your request did not allow prompt caching. "
            "See the documentation for more information.",
            403,
        )
    if len(points) > 4:
        raise _invalid("A maximum of 4 blocks with cache_control may be provided.")
    if request["inferenceConfig"]["maxTokens"] > able.reply:
        raise _invalid(
            f"The maximum tokens you requested exceeds the model limit of {able.reply}. Try again with a "
            f"maximum tokens value that is lower than {able.reply}."
        )


CHECKS: tuple[Callable[[dict[str, Any], Family], None], ...] = (_roles, _contents, _features, _tools, _pairs)
