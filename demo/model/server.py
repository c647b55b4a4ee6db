"""Serve the model on loopback: `POST /model/{id}/converse`, as Bedrock's runtime does."""

from __future__ import annotations

import json
import threading
import urllib.parse
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from model import turns
from model.transcript import UnusableRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from model.transcript import JsonObject


@dataclass(frozen=True, slots=True)
class ModelFailure(Exception):  # noqa: N818 - it is what Bedrock answers, not an error of ours
    """An error that the server answers with, in Bedrock's own terms."""

    status: int
    kind: str
    message: str


class ModelServer(ThreadingHTTPServer):
    """The server; `answer` may be replaced by anything that answers or raises `ModelFailure`."""

    daemon_threads = True

    def __init__(self, port: int = 0, answer: Callable[[JsonObject], JsonObject] = turns.answer) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answer = answer
        self.requests: list[JsonObject] = []

    @property
    def url(self) -> str:
        """Where the server listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def start(self) -> None:
        """Serve in a daemon thread."""
        threading.Thread(target=self.serve_forever, daemon=True, name="model").start()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ModelServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urllib.parse.unquote(self.path).strip("/").split("/")
        if parts[0] != "model" or parts[-1] != "converse":
            message = f"There is no operation at {self.path}."
            self._send(404, {"message": message}, "UnknownOperationException")
            return
        try:
            request = json.loads(body)
            self.server.requests.append(request)
            self._send(200, self.server.answer(request))
        except UnusableRequestError as error:
            self._send(400, {"message": str(error)}, "ValidationException")
        except (ValueError, KeyError, TypeError) as error:
            words = f"The request cannot be read: {error!r}"
            self._send(400, {"message": words}, "ValidationException")
        except ModelFailure as failure:
            self._send(failure.status, {"message": failure.message}, failure.kind)

    def _send(self, status: int, body: JsonObject, error: str = "") -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if error:
            self.send_header("x-amzn-errortype", error)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the emulator's log has every request."""
