"""One turn of the conversation: a Converse request in, a Converse answer out. No state between turns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from model import detective, diagnosis, report, transcript

if TYPE_CHECKING:
    from model.transcript import JsonObject

CHARACTERS_PER_TOKEN = 4


def answer(request: JsonObject) -> JsonObject:
    """Return the answer to a Converse request; raises `transcript.UnusableRequestError`."""
    seen = transcript.read(request)
    turn = sum(message["role"] == "assistant" for message in request["messages"])
    probes = detective.next_probes(seen)
    if probes:
        calls = [("run_python", {"purpose": probe.purpose, "code": probe.code}) for probe in probes]
    else:
        calls = [("submit_report", report.submission(diagnosis.diagnose(seen)))]
    content: list[JsonObject] = [
        {"toolUse": {"toolUseId": f"call-{turn}-{index}", "name": name, "input": given}}
        for index, (name, given) in enumerate(calls)
    ]
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": "tool_use",
        "usage": _usage(request, content),
        "metrics": {"latencyMs": 1},
    }


def _usage(request: JsonObject, content: list[JsonObject]) -> dict[str, int]:
    read, written = (len(json.dumps(part)) // CHARACTERS_PER_TOKEN for part in (request, content))
    return {"inputTokens": read, "outputTokens": written, "totalTokens": read + written}
