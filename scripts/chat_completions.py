"""Any OpenAI-compatible server (Ollama, llama.cpp, vLLM, ...) in the place of a Bedrock client.

`ChatCompletions.converse` takes Converse's arguments and gives Converse's answer: system prompt, tools, tool
choice, tool calls, results with their status, token counts and stop reasons are translated both ways. Cache
points and reasoning have no counterpart and are left out. Errors become the `ClientError` of their kind.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_ATTEMPTS = 4
_LONGEST_PAUSE = 30.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_STOP_REASONS = {
    "stop": "end_turn",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "length": "max_tokens",
    "content_filter": "content_filtered",
}
_TOO_LONG = ("context length", "context window", "context size", "too many tokens", "prompt is too long")


@dataclass(slots=True)
class ChatCompletions:
    """One model of one server; `url` ends before `/chat/completions`, as in `http://127.0.0.1:11434/v1`."""

    url: str
    model: str
    api_key: str | None = None
    timeout_seconds: float = 300.0
    sleep: Callable[[float], None] = time.sleep
    _limit_name: str = field(default="max_tokens", init=False)

    def __post_init__(self) -> None:
        if urllib.parse.urlsplit(self.url).scheme not in ("http", "https"):
            raise ValueError(f"the server's address is {self.url!r}: expected http:// or https://")

    def converse(self, **arguments: Any) -> dict[str, Any]:
        """Answer as Converse would."""
        try:
            return answer(self._post(request(arguments, self.model, self._limit_name)))
        except ClientError as error:
            # Newer OpenAI models know the limit by this name only.
            if self._limit_name == "max_tokens" and "max_completion_tokens" in str(error):
                self._limit_name = "max_completion_tokens"
                return answer(self._post(request(arguments, self.model, self._limit_name)))
            raise

    def _post(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send the request; throttling, server errors and refused connections are tried again."""
        failure: Exception
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return _object(self._sent(body))
            except urllib.error.HTTPError as error:
                failure, pause = _refused(error), _pause(error.headers.get("Retry-After"), attempt)
                if error.code not in (408, 429) and error.code < 500:
                    raise failure from error
            except TimeoutError as error:
                raise ReadTimeoutError(endpoint_url=self.url, error=error) from error
            except OSError as error:
                failure, pause = (
                    EndpointConnectionError(endpoint_url=self.url, error=error),
                    _pause(None, attempt),
                )
            if attempt < _ATTEMPTS:
                self.sleep(pause)
        raise failure

    def _sent(self, body: Mapping[str, Any]) -> bytes:
        headers = {"Content-Type": "application/json"}
        if self.api_key:
            headers["Authorization"] = f"Bearer {self.api_key}"
        address = f"{self.url.rstrip('/')}/chat/completions"
        asked = urllib.request.Request(address, json.dumps(body).encode(), headers)  # noqa: S310 - checked above
        on_this_machine = urllib.parse.urlsplit(self.url).hostname in _LOOPBACK
        proxies = [urllib.request.ProxyHandler({})] if on_this_machine else []
        with urllib.request.build_opener(*proxies).open(asked, timeout=self.timeout_seconds) as response:
            received: bytes = response.read()
            return received


def named(spec: str, api_key: str | None) -> ChatCompletions | None:
    """Return the model that `openai:URL#MODEL` names; None for any other text.

    Raises `ValueError` when the address or the name is missing.
    """
    if not spec.startswith("openai:"):
        return None
    url, _, name = spec.removeprefix("openai:").rpartition("#")
    if not url or not name:
        raise ValueError(f"{spec!r}: expected openai:URL#MODEL, as in openai:http://127.0.0.1:11434/v1#qwen3")
    return ChatCompletions(url, name, api_key)


def request(arguments: Mapping[str, Any], model: str, limit_name: str = "max_tokens") -> dict[str, Any]:
    """Return Converse's arguments as a chat completion's."""
    system = "\n\n".join(block["text"] for block in arguments.get("system", ()) if "text" in block)
    messages = [{"role": "system", "content": system}] if system else []
    for message in arguments["messages"]:
        messages += _from_assistant(message) if message["role"] == "assistant" else _from_user(message)
    made: dict[str, Any] = {"model": model, "messages": messages, "stream": False}
    names = {"maxTokens": limit_name, "temperature": "temperature", "topP": "top_p", "stopSequences": "stop"}
    inference = arguments.get("inferenceConfig", {})
    made |= {ours: inference[theirs] for theirs, ours in names.items() if theirs in inference}
    if tools := arguments.get("toolConfig"):
        made["tools"] = [_tool(each["toolSpec"]) for each in tools["tools"] if "toolSpec" in each]
        made |= _choice(tools.get("toolChoice", {}))
    return made


def _tool(spec: Mapping[str, Any]) -> dict[str, Any]:
    function = {
        "name": spec["name"],
        "description": spec.get("description", ""),
        "parameters": spec["inputSchema"]["json"],
    }
    return {"type": "function", "function": function | ({"strict": True} if spec.get("strict") else {})}


def _choice(choice: Mapping[str, Any]) -> dict[str, Any]:
    if "tool" in choice:
        return {"tool_choice": {"type": "function", "function": {"name": choice["tool"]["name"]}}}
    return {"tool_choice": "required"} if "any" in choice else {}


def _from_assistant(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    text = "\n\n".join(block["text"] for block in message["content"] if "text" in block)
    calls = [_call(block["toolUse"]) for block in message["content"] if "toolUse" in block]
    if not calls:
        return [{"role": "assistant", "content": text}]
    return [{"role": "assistant", "content": text or None, "tool_calls": calls}]


def _call(use: Mapping[str, Any]) -> dict[str, Any]:
    function = {"name": use["name"], "arguments": json.dumps(use["input"], ensure_ascii=False)}
    return {"id": use["toolUseId"], "type": "function", "function": function}


def _from_user(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the results first, each by the id of its call: servers want them right behind the calls."""
    results = [_result(block["toolResult"]) for block in message["content"] if "toolResult" in block]
    text = "\n\n".join(block["text"] for block in message["content"] if "text" in block)
    return results + ([{"role": "user", "content": text}] if text else [])


def _result(result: Mapping[str, Any]) -> dict[str, Any]:
    parts = [part["text"] if "text" in part else json.dumps(part.get("json")) for part in result["content"]]
    text = "\n\n".join(parts)
    # Chat completions have no field for it, and a model should not have to guess.
    if result.get("status") == "error":
        text = f"[the call failed]\n{text}"
    return {"role": "tool", "tool_call_id": result["toolUseId"], "content": text}


def answer(completion: Mapping[str, Any]) -> dict[str, Any]:
    """Return a chat completion as Converse's answer."""
    choices = completion.get("choices") or []
    if not choices:
        raise _error("ModelErrorException", f"the server's answer has no choices: {str(completion)[:300]}")
    said = choices[0].get("message") or {}
    content: list[dict[str, Any]] = [{"text": text} for text in _texts(said)]
    calls = [
        {"toolUse": {"toolUseId": call.get("id") or f"call_{index}", **_asked(call.get("function") or {})}}
        for index, call in enumerate(said.get("tool_calls") or (), start=1)
    ]
    reason = str(choices[0].get("finish_reason") or "stop")
    stop = _STOP_REASONS.get(reason, reason)
    if calls and stop == "end_turn":  # some servers say so of calls too
        stop = "tool_use"
    if said.get("refusal"):
        stop = "content_filtered"
    message = {"role": "assistant", "content": content + calls}
    return {
        "output": {"message": message},
        "stopReason": stop,
        "usage": _usage(completion.get("usage") or {}),
    }


def _texts(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was said; the content is a text, or a list of parts."""
    content = said.get("content")
    parts: Sequence[Any] = content if isinstance(content, list) else [content]
    for part in (*parts, said.get("refusal")):
        text = part.get("text") if isinstance(part, dict) else part
        if isinstance(text, str) and text.strip():
            yield text


def _asked(function: Mapping[str, Any]) -> dict[str, Any]:
    """Return name and input; arguments that are no JSON stay a text, for the loop to answer."""
    arguments = function.get("arguments")
    given: Any = arguments if arguments is not None else {}
    if isinstance(arguments, str):
        try:
            given = json.loads(arguments, strict=False) if arguments.strip() else {}
        except ValueError:
            given = arguments
    return {"name": str(function.get("name") or ""), "input": given}


def _usage(counts: Mapping[str, Any]) -> dict[str, int]:
    cached = int((counts.get("prompt_tokens_details") or {}).get("cached_tokens") or 0)
    asked, replied = int(counts.get("prompt_tokens") or 0), int(counts.get("completion_tokens") or 0)
    return {
        "inputTokens": asked - cached,
        "outputTokens": replied,
        "totalTokens": asked + replied,
        "cacheReadInputTokens": cached,
    }


def _object(received: bytes) -> dict[str, Any]:
    try:
        found = json.loads(received)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise _error("ModelErrorException", f"the server's answer is no JSON object: {received[:300]!r}")
    return found


def _refused(error: urllib.error.HTTPError) -> ClientError:
    """Return the server's refusal under the name that Bedrock has for it."""
    received = error.read().decode("utf-8", "replace")
    try:
        found = json.loads(received)["error"]
        message = str(found.get("message") if isinstance(found, dict) else found)
    except (ValueError, KeyError, TypeError):
        message = received[:500] or error.reason
    if any(words in message.lower() for words in _TOO_LONG):
        return _error("ValidationException", f"Input is too long: {message}")
    return _error(f"Http{error.code}", message)


def _error(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Converse")


def _pause(asked: str | None, attempt: int) -> float:
    try:
        return min(float(asked or 2**attempt), _LONGEST_PAUSE)
    except ValueError:
        return float(2**attempt)
