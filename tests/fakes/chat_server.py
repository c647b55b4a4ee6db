"""An OpenAI-compatible server on loopback that answers from a script and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Refusal:
    """An answer with an error's status."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class ChatServer:
    """`script`: completions, refusals, or bytes to send as they are; the last one plays for ever."""

    script: list[object]
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""


def says(text: str, finish: str = "stop", **more: object) -> dict[str, Any]:
    """Return a completion of text."""
    return {"choices": [{"finish_reason": finish, "message": {"role": "assistant", "content": text}}], **more}


def calls(*asked: tuple[str, object], finish: str = "tool_calls") -> dict[str, Any]:
    """Return a completion that calls tools; arguments that are a text are sent as they are."""
    made = [
        {
            "id": f"call_{index}_{name}",
            "type": "function",
            "function": {
                "name": name,
                "arguments": given if isinstance(given, str) else json.dumps(given),
            },
        }
        for index, (name, given) in enumerate(asked)
    ]
    return {"choices": [{"finish_reason": finish, "message": {"content": None, "tool_calls": made}}]}


@contextmanager
def chat_server(*script: object) -> Iterator[ChatServer]:
    """Serve the script on a free port of loopback."""
    state = ChatServer(list(script))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            step = state.script[min(len(state.asked), len(state.script) - 1)]
            state.asked.append({"path": self.path, **json.loads(body)})
            state.headers.append(dict(self.headers.items()))
            status, extra = 200, {}
            if isinstance(step, Refusal):
                status, extra, step = step.status, step.headers, step.body
            answer = step if isinstance(step, bytes) else json.dumps(step).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(answer)), **extra}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
