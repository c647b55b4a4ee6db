"""The model that the person at the terminal chose instead of the demo's own, and whether it answers."""

from __future__ import annotations

import http.client
import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tour import workplace

if TYPE_CHECKING:
    import subprocess

START_SECONDS = 30.0
ANSWER_SECONDS = 300.0
TRIAL = {
    "messages": [{"role": "user", "content": [{"text": "Reply with the word ready."}]}],
    "inferenceConfig": {"maxTokens": 64},
}


class ModelNotReadyError(RuntimeError):
    """The chosen model does not answer; the message says what it said instead."""


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """A Bedrock id or ARN, or `openai:URL#MODEL`; `window` is what the latter reads, in tokens."""

    spec: str
    window: int

    @property
    def model_id(self) -> str:
        """The id to deploy the stack with; a server's model gets one that no family's pattern knows."""
        if not self.spec.startswith("openai:"):
            return self.spec
        name = self.spec.rpartition("#")[2]
        return f"local.{re.sub(r'[^a-zA-Z0-9.:_-]', '-', name)}"

    def options(self) -> tuple[str, str]:
        """Return what `run_model.py` is told."""
        return f"--model={self.spec}", f"--window={self.window}"


def require_answer(chosen: ChosenModel, port: int, server: subprocess.Popen[bytes]) -> None:
    """Ask the model for one word through its server, which may still be starting.

    Raises `ModelNotReadyError`.
    """
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            status, answer = _post(port)
            break
        except ConnectionError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise ModelNotReadyError(_of_the_log(chosen)) from None
            time.sleep(0.1)
        except OSError as error:
            raise ModelNotReadyError(f"{chosen.spec} does not answer: {error}") from error
    if status != http.HTTPStatus.OK:
        raise ModelNotReadyError(f"{chosen.spec} does not answer: {answer.get('message')}")


def _post(port: int) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        connection.request("POST", "/model/trial/converse", json.dumps(TRIAL))
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def _of_the_log(chosen: ChosenModel) -> str:
    said = workplace.MODEL_LOG.read_text(errors="replace").strip().splitlines()
    return f"{chosen.spec} cannot be used: {said[-1] if said else 'its server did not start'}"
