"""The log lines of one Lambda invocation, in the words and the grouping of the Lambda service. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

TIMED_OUT = re.compile(r"Task timed out after \d+\.\d\d seconds")
OUR_FRAME = re.compile(r'  File "[^"]*/_worker\.py", line \d+, in run\n(?: {4}.*\n)*')
PLACES = (
    (re.compile(r'File "[^"]*/ministack-lambda-[^/"]+/code/'), 'File "/var/task/'),
    (re.compile(r'File "[^"]*/site-packages/'), 'File "/var/lang/lib/python3.13/site-packages/'),
    (re.compile(r'File "(?!/var/)[^"]*/lib/python3\.\d+/'), 'File "/var/lang/lib/python3.13/'),
)
KILLED = "Runtime exited with error: signal: killed"
TRACEBACK = "Traceback (most recent call last):"


@dataclass(frozen=True, slots=True)
class Invocation:
    """What the platform's own lines say; memory in MB."""

    request_id: str
    version: str
    ended_ms: int
    duration_ms: int
    memory_size: int
    memory_used: int


def compose(invocation: Invocation, text: str) -> list[tuple[int, str]]:
    """Return (time in ms, message) of every log event: START, the function's own, END, REPORT."""
    request_id, ended = invocation.request_id, invocation.ended_ms
    report = (
        f"REPORT RequestId: {request_id}\tDuration: {invocation.duration_ms}.00 ms\t"
        f"Billed Duration: {invocation.duration_ms} ms\tMemory Size: {invocation.memory_size} MB\t"
        f"Max Memory Used: {min(invocation.memory_used, invocation.memory_size)} MB"
    )
    return [
        (ended - invocation.duration_ms, f"START RequestId: {request_id} Version: {invocation.version}"),
        *((ended, _platform_words(invocation, message)) for message in messages(text)),
        (ended, f"END RequestId: {request_id}"),
        (ended, report),
    ]


def messages(text: str) -> list[str]:
    """Split output into messages: a line each, but an uncaught exception is one, as the runtime logs it."""
    lines = text.splitlines()
    start = _uncaught(lines)
    if start is None:
        return lines
    headline = next(line for line in reversed(lines) if line.strip())
    message = "\n".join([f"[ERROR] {_short(headline)}", *lines[start:-1]])
    return [*lines[:start], _as_on_lambda(message)]


def _as_on_lambda(traceback: str) -> str:
    """Show files where Lambda has them, and not the frame of the emulator's own runtime."""
    traceback = OUR_FRAME.sub("", traceback + "\n").rstrip("\n")
    for pattern, place in PLACES:
        traceback = pattern.sub(place, traceback)
    return traceback


def _uncaught(lines: list[str]) -> int | None:
    """Return where the traceback begins that the output ends with, or None."""
    if not lines or lines[-1].startswith((" ", "\t")) or not re.match(r"[\w.]+(:|$)", lines[-1]):
        return None
    starts = [i for i, line in enumerate(lines) if line == TRACEBACK]
    if not starts or not all(line.startswith((" ", "\t")) for line in lines[starts[-1] + 1 : -1]):
        return None
    return starts[-1]


def _short(headline: str) -> str:
    """The runtime names an exception without its module: `ClientError`, not `botocore...ClientError`."""
    kind, colon, message = headline.partition(":")
    return kind.rsplit(".", 1)[-1] + colon + message


def _platform_words(invocation: Invocation, message: str) -> str:
    if TIMED_OUT.fullmatch(message):
        at = datetime.fromtimestamp(invocation.ended_ms / 1000, UTC)
        return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z {invocation.request_id} {message}"
    if message == KILLED:
        return f"RequestId: {invocation.request_id} Error: {KILLED}\nRuntime.ExitError"
    return message
