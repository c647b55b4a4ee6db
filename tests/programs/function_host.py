"""Stands for the Lambda runtime: imports the function as its own user, reads events from fd 0, answers on fd 1."""

from __future__ import annotations

import json
import sys
import time
import traceback
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a handler about its invocation."""

    aws_request_id: str
    deadline: float
    function_name: str = "tool-lambda"
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "2048"
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:tool-lambda"
    log_group_name: str = "/aws/lambda/tool-lambda"
    log_stream_name: str = "2026/01/01/[$LATEST]cell"
    identity: None = None
    client_context: None = None
    extra: dict[str, object] = field(default_factory=dict)

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda ends the invocation."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def main() -> None:
    """Answer one event a line until the input ends. An unhandled error is answered as Lambda would."""
    import tool_handler

    print(json.dumps({"ready": True}), flush=True)
    for number, line in enumerate(sys.stdin):
        request = json.loads(line)
        context = Context(f"request-{number}", time.monotonic() + request["seconds"])
        try:
            answered = tool_handler.handler(request["event"], context)
            json.dumps(answered, ensure_ascii=False, allow_nan=False).encode("utf-8")  # as Lambda's runtime does
            answer = json.dumps({"answer": answered})
        except BaseException as error:  # the runtime reports whatever a handler lets through
            answer = json.dumps({"unhandled": repr(error), "trace": traceback.format_exc()})
        print(answer, flush=True)


if __name__ == "__main__":
    main()
