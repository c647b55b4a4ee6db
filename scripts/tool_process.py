"""The tool function as a process of this machine: an event a line on its input, an answer a line on output.

    PYTHONPATH=tool-lambda python scripts/tool_process.py

What runs is the very handler that Lambda runs, with the caller's AWS credentials in its hands: only the
broker's list of read operations stands between the code and the account here, not an IAM role.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass

import tool_handler

_REACH_SECONDS = 890.0


@dataclass(frozen=True, slots=True)
class Context:
    """What the handler reads of Lambda's context."""

    ends: float

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left of this call."""
        return int((self.ends - time.monotonic()) * 1000)


def main() -> None:
    """Answer events until the input ends."""
    for line in sys.stdin:
        answer = tool_handler.handler(json.loads(line), Context(time.monotonic() + _REACH_SECONDS))
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
