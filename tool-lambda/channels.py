"""The child's end of the connection to the handler's process: questions to the broker, and the final word.

Descriptors are kept in closures, which nothing in the child can open. The call's token is not kept here: the
child's main thread alone knows it.
"""

from __future__ import annotations

import _json
import json
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import framing

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Harness:
    """The harness's two ways to speak: `receive` the job, `send` what became of it."""

    receive: Callable[[], Message]
    send: Callable[[Message], None]


def make_pack() -> Callable[[Message], bytes]:
    """Return `framing.pack` over the encoder written in C, which code cannot replace by patching `json`."""
    encoder = json.JSONEncoder()
    encode: Any = _json.make_encoder({}, encoder.default, _json.encode_basestring_ascii, None, ": ",
    ", ", False, False, True)  # fmt: skip
    header = framing.HEADER.pack

    def pack(message: Message) -> bytes:
        body = "".join(encode(message, 0)).encode("ascii")
        return header(len(body)) + body

    return pack


def make_receive(sock: socket.socket) -> Callable[[], Message]:
    """Return what reads one frame from `sock`."""
    read, unpack, size, scan = (
        sock.recv,
        framing.HEADER.unpack,
        framing.HEADER.size,
        json.JSONDecoder().decode,
    )

    def exactly(count: int) -> bytes:
        parts: list[bytes] = []
        while count:
            part = read(min(count, 1 << 20))
            if not part:
                raise ConnectionError("the call is over")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def receive() -> Message:
        (length,) = unpack(exactly(size))
        message = scan(exactly(length).decode())
        return message if isinstance(message, dict) else {}

    return receive


def harness(sock: socket.socket) -> Harness:
    """Return the harness's connection over `sock`."""
    write, pack = sock.sendall, make_pack()
    return Harness(make_receive(sock), lambda message: write(pack(message)))


def too_long(length: int) -> Message:
    """Return the answer to a question of `length` bytes, which is too long to be asked."""
    most = framing.MAX_QUESTION >> 20
    message = f"a request may have at most {most} MB of parameters, this one has {length} bytes; send less"
    failure = {"type": "ParamValidationError", "message": f"Parameter validation failed:\n{message}"}
    return {"failure": failure}


def make_ask(socks: list[socket.socket]) -> Callable[[Message], Message]:
    """Return what asks the broker. As many threads may ask at once as there are `socks`; more wait.

    A question that the broker would not read is answered here: reading it would end the call.
    """
    pack, most = make_pack(), framing.HEADER.size + framing.MAX_QUESTION
    free = [(sock.sendall, make_receive(sock)) for sock in socks]
    places = threading.Semaphore(len(free))

    def ask(message: Message) -> Message:
        frame = pack(message)
        if len(frame) > most:
            return too_long(len(frame))
        with places:
            pair = free.pop()
            try:
                pair[0](frame)
                return pair[1]()
            finally:
                free.append(pair)

    return ask
