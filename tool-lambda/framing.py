"""Frames between the handler's process and the child: a length, then JSON. Never pickle: it would run what
the child sends.

AWS values that JSON lacks (datetime, bytes, Decimal, streams) travel as tagged objects and keep their
types.
"""

from __future__ import annotations

import base64
import io
import json
import struct
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = struct.Struct(">I")
MAX_FRAME = 32 * 1024 * 1024
MAX_QUESTION = 1024 * 1024  # of what a child asks the broker
TAG = "\x00type"


class FrameError(Exception):
    """The other side sent something that is not a frame of ours."""


def to_wire(value: Any) -> Any:
    """Return `value` with everything that JSON lacks as tagged objects.

    Raises `TypeError` for a value that no AWS operation takes or gives.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, dict):
        pairs = {str(key): to_wire(item) for key, item in value.items()}
        return {TAG: "dict", "value": list(pairs.items())} if TAG in pairs else pairs
    if isinstance(value, (list, tuple)):
        return [to_wire(item) for item in value]
    if isinstance(value, datetime):
        return {TAG: "datetime", "value": value.isoformat()}
    if isinstance(value, (bytes, bytearray)):
        return {TAG: "bytes", "value": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, Decimal):
        return {TAG: "decimal", "value": str(value)}
    if callable(getattr(value, "read", None)):
        content = value.read()
        return to_wire(content.encode() if isinstance(content, str) else content)
    raise TypeError(f"a value of type {type(value).__name__} cannot be sent to AWS")


def from_wire(
    value: Any, stream: Callable[[bytes], Any] = io.BytesIO, events: Callable[[list[Any]], Any] = iter
) -> Any:
    """Return what `to_wire` was given; `stream` and `events` rebuild streamed bodies and streams of
    events.
    """
    if isinstance(value, list):
        return [from_wire(item, stream, events) for item in value]
    if not isinstance(value, dict):
        return value
    tag = value.get(TAG)
    if tag is None:
        return {key: from_wire(item, stream, events) for key, item in value.items()}
    content = value.get("value")
    if tag == "dict" and isinstance(content, list):
        return {str(key): from_wire(item, stream, events) for key, item in content}
    if tag == "events" and isinstance(content, list):
        return events([from_wire(item, stream, events) for item in content])
    return _scalar(tag, str(content), stream)


def _scalar(tag: str, text: str, stream: Callable[[bytes], Any]) -> Any:
    """Rebuild one tagged scalar."""
    try:
        if tag == "datetime":
            return datetime.fromisoformat(text)
        if tag == "decimal":
            return Decimal(text)
        if tag in {"bytes", "stream"}:
            content = base64.b64decode(text)
            return content if tag == "bytes" else stream(content)
    except (ValueError, ArithmeticError) as error:
        raise FrameError(f"not a {tag}") from error
    raise FrameError(f"unknown tag {tag!r}")


def pack(message: Any) -> bytes:
    """Return one frame."""
    body = json.dumps(message).encode()
    return HEADER.pack(len(body)) + body


class FrameReader:
    """Collects bytes as they come and gives whole frames; refuses frames that are too long or not JSON
    objects.
    """

    def __init__(self, limit: int = MAX_FRAME) -> None:
        self._buffer = bytearray()
        self._limit = limit

    def feed(self, received: bytes) -> list[dict[str, Any]]:
        """Take `received` and return the messages that are complete now.

        Raises `FrameError` when the sender does not keep to the protocol.
        """
        self._buffer += received
        messages: list[dict[str, Any]] = []
        while len(self._buffer) >= HEADER.size:
            (length,) = HEADER.unpack_from(self._buffer)
            if length > self._limit:
                raise FrameError(f"a frame of {length} bytes is too long")
            end = HEADER.size + length
            if len(self._buffer) < end:
                break
            messages.append(_parse(bytes(self._buffer[HEADER.size : end])))
            del self._buffer[:end]
        return messages


def _parse(body: bytes) -> dict[str, Any]:
    """Return the object in `body`."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    if not isinstance(message, dict):
        raise FrameError("not an object")
    return message
