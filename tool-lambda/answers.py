"""Makes the tool's answer of what is known of a call: one flat object, always below Lambda's limit."""

from __future__ import annotations

import re
import signal
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from outputs import HeadTail, cut, speakable

if TYPE_CHECKING:
    from calls import Ended

# Characters. A character takes up to twelve bytes where JSON is ASCII: all of these, with the calls that the
# broker records, are below Lambda's six megabytes then.
PART = 100_000  # of output, stdout, stderr and result, each
ERROR_PART = 12_000  # of type, message and traceback, each
LISTED = 10_000  # of all imports in one list
_PLACE = re.compile(r'File "<code>", line (\d+) in (\S+)')


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer's fields, as DESIGN names them."""

    success: bool
    output: str
    stdout: str
    stderr: str
    result: str | None
    error: dict[str, str] | None
    removed_imports: list[str]
    unavailable_modules: list[str]
    aws_calls: list[dict[str, Any]]
    truncated: bool
    duration_ms: int

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as JSON has it."""
        return asdict(self)


def failed(kind: str, message: str, duration_ms: int = 0) -> dict[str, Any]:
    """Return the answer for a call that never ran."""
    error = {"type": kind, "message": speakable(message)[:4000], "traceback": ""}
    return Answer(False, "", "", "", None, error, [], [], [], False, duration_ms).as_dict()


def answer(ended: Ended, *, seconds: float, memory_bytes: int, most: int, aws_calls: list[dict[str, Any]],
           duration_ms: int, source: str) -> dict[str, Any]:  # fmt: skip
    """Return the answer for a call that ran."""
    final = ended.final or {}
    error = _error(ended, seconds, memory_bytes, source)
    stdout, cut_out = _part(ended.stdout)
    stderr, cut_err = _part(ended.stderr)
    result, cut_result = (
        cut(speakable(str(final["result"])), PART) if final.get("result") is not None else (None, False)
    )
    echoed = result if final.get("named") is True or not stdout else None
    output, cut_output = cut(_output(stdout, stderr, echoed), most)
    return Answer(
        success=error is None,
        output=output,
        stdout=stdout,
        stderr=stderr,
        result=result,
        error=error,
        removed_imports=_texts(ended.prepared.get("removed_imports")),
        unavailable_modules=_texts(ended.prepared.get("unavailable_modules")),
        aws_calls=aws_calls,
        truncated=cut_out or cut_err or cut_result or cut_output,
        duration_ms=duration_ms,
    ).as_dict()


def _part(collected: HeadTail) -> tuple[str, bool]:
    """Return one output of the program, capped."""
    text, was_cut = cut(speakable(collected.text()), PART)
    return text, was_cut or collected.truncated


def _output(stdout: str, stderr: str, result: str | None) -> str:
    """Join what the model sees."""
    parts = [stdout, stderr, result or ""]
    joined = ""
    for part in parts:
        if part:
            joined += part if not joined or joined.endswith("\n") else f"\n{part}"
    return joined


def _texts(value: Any) -> list[str]:
    """Return a list of texts that is bounded in all, whatever came."""
    items, texts, room = value if isinstance(value, list) else [], list[str](), LISTED
    for item in items[:200]:
        texts.append(speakable(str(item)[:500])[: min(500, room)])
        room -= len(texts[-1])
        if room <= 0:
            break
    return texts


def _error(ended: Ended, seconds: float, memory_bytes: int, source: str) -> dict[str, str] | None:
    """Return how the program failed, or None."""
    if ended.final is not None:
        error = ended.final.get("error")
        if ended.final.get("success") is True and error is None:
            return None
        fields = error if isinstance(error, dict) else {}
        found = {key: _error_part(str(fields.get(key, ""))) for key in ("type", "message", "traceback")}
        if found["type"] == "MemoryError":
            found["message"] = _memory(memory_bytes)
        return found
    kind, message = _ending(ended, seconds, memory_bytes)
    return {
        "type": kind,
        "message": _error_part(message),
        "traceback": _error_part(_trace(ended.trace.text(), source)),
    }


def _error_part(text: str) -> str:
    """Return one part of an error, capped."""
    return cut(speakable(text), ERROR_PART)[0]


def _memory(memory_bytes: int) -> str:
    """Return the sentence for a program that wanted too much memory."""
    most = memory_bytes >> 20
    return f"out of memory: a call may use {most} MB; read less at a time, or keep only what you need"


def _ending(ended: Ended, seconds: float, memory_bytes: int) -> tuple[str, str]:
    """Return type and message for a program that did not end by itself."""
    if ended.timed_out:
        advice = "ask for less: a shorter time range, fewer pages, or several calls"
        return (
            "TimeoutError",
            f"the code was stopped after {seconds:g} s; what it had printed is kept; {advice}",
        )
    if ended.broken:
        return "RuntimeError", f"the call was cut short: {ended.broken}"
    status = ended.status or 0
    number = status & 0x7F
    if number == signal.SIGXCPU:
        return "TimeoutError", f"the code used up its processor time ({seconds:g} s)"
    if number == signal.SIGKILL:
        return "MemoryError", f"the code was killed; probably {_memory(memory_bytes)}"
    if number:
        return (
            "RuntimeError",
            f"the code crashed the interpreter (signal {number}); too deep a recursion does that",
        )
    return "RuntimeError", f"the code ended its process with status {status >> 8} before its time"


def _trace(text: str, source: str) -> str:
    """Return the code's own lines of a trace that the interpreter wrote as it was stopped, newest last."""
    lines = source.split("\n")
    places = []
    for number, name in reversed(_PLACE.findall(text)[:20]):
        index = int(number) - 1
        shown = lines[index].strip()[:300] if 0 <= index < len(lines) else ""
        places.append(f'  File "<code>", line {number}, in {name}\n    {shown}')
    return "\n".join(["Traceback (most recent call last):", *places]) if places else ""
