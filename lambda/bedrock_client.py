"""The one door to Bedrock: sends a turn through Converse and translates replies and errors.

botocore retries throttling, 5xx answers and broken connections, with exponential backoff and jitter. What it
does not retry (the model itself timed out or failed, the answer cannot be read) is retried here, and nothing
is retried twice over. The caller's deadline cuts all of it.
"""

from __future__ import annotations

import logging
import random
import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.parsers import ResponseParserError

import capabilities
import converse_reply
import converse_request
import deadline
import prices
from ports import ConversationTooLong, ModelUnavailable, ReplyTooLate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

    from ports import ModelError, Price, Reply, Request

logger = logging.getLogger(__name__)

READ_TIMEOUT = timedelta(minutes=5)
CONFIG = Config(
    connect_timeout=10,
    read_timeout=READ_TIMEOUT.total_seconds(),
    retries={"mode": "standard", "total_max_attempts": 6},
    max_pool_connections=10,
)

# Errors of the model behind Bedrock: worth another try, and not on botocore's list.
_MODEL_HICCUPS = frozenset({"ModelTimeoutException", "ModelErrorException"})
_HICCUP_RETRIES = 2
# What botocore's parser lets out when an answer is not in the form of its service, or no JSON at all.
_STUMBLES = (ResponseParserError, AttributeError, LookupError, TypeError, ValueError, RecursionError)
_UNKNOWN_FIELD = re.compile(r'Unknown parameter in [^\n:]*: "([^"]+)"')
_TOO_LONG = (
    "input is too long",
    "too many tokens",
    "too many input tokens",
    "exceeds the maximum number of tokens",
    "maximum context length",
    "exceed context limit",
    "prompt is too long",
    "context window",
    "input token count",
    "too large for model",
)
_ADVICE = {
    "AccessDeniedException": "Check that access to the model is granted in this account and region, and that "
    "the function's role may invoke it.",
    "ResourceNotFoundException": "Check `bedrock_model_id`: the model or profile is not in this region, or "
    "has reached its end of life.",
    "ThrottlingException": "All retries were throttled: check the account's quota for this model.",
    "ValidationException": "Check that `bedrock_model_id` is a model that Converse serves in this region.",
}


class BedrockModel:
    """A Bedrock model, spoken to through Converse in the way that it can be."""

    def __init__(
        self,
        client: BedrockRuntimeClient,
        model_id: str,
        *,
        overrides: Mapping[str, bool] | None = None,
        price: Price | None = None,
        guardrail: tuple[str, str] | None = None,
        learned: capabilities.Learned | None = None,
        sleep: Callable[[float], None] = time.sleep,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._model_id = model_id
        self._overrides = dict(overrides or {})
        self._price = price or prices.find(model_id)
        self._guardrail = guardrail
        self._learned = learned or capabilities.learned_with(client)
        self._sleep = sleep
        self._timer = timer

    @property
    def model_id(self) -> str:
        """The id or ARN as it was configured."""
        return self._model_id

    @property
    def window_tokens(self) -> int:
        """The model's context window, as known by now."""
        return self._able.window

    @property
    def reply_tokens(self) -> int:
        """The longest reply that is asked for."""
        return self._able.reply

    @property
    def price(self) -> Price | None:
        """The operator's price, or the listed one."""
        return self._price

    @property
    def notes(self) -> tuple[str, ...]:
        """What Bedrock refused for this model."""
        return self._learned.notes(self._model_id)

    @property
    def _able(self) -> capabilities.Capabilities:
        return self._learned.about(self._model_id, self._overrides)

    def reply(self, request: Request, within: timedelta) -> Reply:
        """Return the model's reply; raises a `ModelError` when there is none in time."""
        ends = self._timer() + within.total_seconds()
        hiccups = 0
        while True:
            able = self._able
            try:
                response = self._converse(converse_request.arguments(request, able), ends)
                return converse_reply.read(response, request, able)
            except converse_reply.Unreadable as error:
                if hiccups == _HICCUP_RETRIES:
                    raise ModelUnavailable(
                        f"Bedrock's answer for {self._model_id} is unreadable: {error}."
                    ) from error
                hiccups += 1
                self._pause(hiccups, ends)
            except ClientError as error:
                if self._learned.give_up(self._model_id, _message(error)):
                    logger.warning("capability given up", extra={"refusal": _message(error)})
                elif _code(error) in _MODEL_HICCUPS and hiccups < _HICCUP_RETRIES:
                    hiccups += 1
                    self._pause(hiccups, ends)
                else:
                    raise self._translated(error, request) from error
            except ParamValidationError as error:
                # The SDK that Lambda ships may be older than a field; that is no news for the reader.
                if not self._learned.give_up(self._model_id, _unknown_to_the_sdk(error), tell=False):
                    raise ModelUnavailable(f"The request to Bedrock was not valid: {error}.") from error

    def _converse(self, arguments: dict[str, Any], ends: float) -> Mapping[str, Any]:
        if self._guardrail:
            identifier, version = self._guardrail
            arguments["guardrailConfig"] = {
                "guardrailIdentifier": identifier,
                "guardrailVersion": version,
                "trace": "enabled",
            }
        left = timedelta(seconds=ends - self._timer())
        try:
            return deadline.within(left, lambda: self._client.converse(modelId=self._model_id, **arguments))
        except deadline.Late:
            raise ReplyTooLate(
                f"{self._model_id} did not answer in the {left.total_seconds():.0f} s that were left."
            ) from None
        except ParamValidationError:
            raise
        except BotoCoreError as error:
            raise ModelUnavailable(f"Bedrock could not be reached for {self._model_id}: {error}.") from error
        except _STUMBLES as error:
            raise converse_reply.Unreadable(f"{type(error).__name__}: {error}") from error

    def _pause(self, attempt: int, ends: float) -> None:
        longest = min(2.0**attempt, max(0.0, ends - self._timer()))
        self._sleep(random.uniform(0, longest))  # noqa: S311 - jitter

    def _translated(self, error: ClientError, request: Request) -> ModelError:
        code, message = _code(error), _message(error)
        if code == "ValidationException" and any(words in message.lower() for words in _TOO_LONG):
            size = sum(map(converse_request.characters, request.messages)) + len(request.system)
            self._learned.shrink_window(self._model_id, size // 3)
            return ConversationTooLong(f"The conversation is too long for {self._model_id}: {message}")
        advice = _ADVICE.get(code, "")
        region = getattr(getattr(self._client, "meta", None), "region_name", "")
        where = f"{self._model_id} in {region}" if region else self._model_id
        return ModelUnavailable(f"Bedrock refused {where} with {code}: {message} {advice}".strip())


def _unknown_to_the_sdk(error: ParamValidationError) -> str:
    """Return which of our fields the SDK does not know, without the list of all that it does know."""
    names = _UNKNOWN_FIELD.findall(str(error))
    return f"unknown parameter {', '.join(names)}" if names else ""


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _message(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Message", "") or error)
