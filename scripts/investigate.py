"""Investigate one alarm event on this machine, with the engine that the module deploys and a model of choice.

    make investigate EVENT=event.json MODEL=global.anthropic.claude-sonnet-4-5-20250929-v1:0
    make investigate EVENT=event.json MODEL=openai:http://127.0.0.1:11434/v1#qwen3 OPTIONS="--window 32000"

MODEL is a Bedrock id or ARN, called with your AWS credentials, or `openai:URL#MODEL` for an OpenAI-compatible
server (its key, if it wants one, in OPENAI_API_KEY). The model's code runs in a local process of the tool
function with your credentials, or in a deployed tool function (`--tool NAME`). AWS_ENDPOINT_URL points both
at an emulator. Nothing is sent to anybody: reports are written into a folder, and the email is printed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

import alarm_events
import bedrock_client
import chat_completions
import report
import tool_client
from bedrock_client import BedrockModel
from capabilities import Capabilities, Learned
from desk import investigation_id
from event_fields import UnsupportedEvent
from investigation import Case, Investigation, Limits, investigate
from local_tool import LocalTool
from tool_client import ToolClient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULT_MODEL = "global.anthropic.claude-sonnet-4-5-20250929-v1:0"
_OUTPUT_CHARS = 30_000


@dataclass(frozen=True, slots=True)
class SystemClock:
    """This machine's clock, with an end of our own choosing."""

    ends: float

    def now(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC)

    def remaining(self) -> timedelta:
        """Return what is left."""
        return timedelta(seconds=max(0.0, self.ends - time.monotonic()))


@dataclass(slots=True)
class Memory:
    """Checkpoints that nobody will need."""

    states: dict[str, bytes] = field(default_factory=dict)

    def save(self, investigation_id: str, state: bytes) -> None:
        """Keep the state."""
        self.states[investigation_id] = state

    def load(self, investigation_id: str) -> bytes | None:
        """Return the state that was kept."""
        return self.states.get(investigation_id)

    def delete(self, investigation_id: str) -> None:
        """Forget the state."""
        self.states.pop(investigation_id, None)


def model_of(spec: str, region: str | None, window: int, key: str | None) -> BedrockModel:
    """Return the model that `spec` names. Raises `ValueError` when it names none."""
    server: Any = chat_completions.named(spec, key)
    if server is None:
        client = boto3.client("bedrock-runtime", region_name=region, config=bedrock_client.CONFIG)
        return BedrockModel(client, spec)
    model_id = f"openai:{server.model}"
    # Some servers read less than they were sent without a word: their window has to be said.
    able = Capabilities(cache_points=False, result_status=True, window=window, reply=min(4096, window // 4))
    return BedrockModel(server, model_id, learned=Learned(known={model_id: able}))


def save(rendered: report.Rendered, folder: Path) -> list[Path]:
    """Write the report's files into the folder, under their own names."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for file in rendered.files:
        path = folder / Path(file.key).name
        path.write_bytes(file.body)
        paths.append(path)
    return paths


def run(event: Mapping[str, object], options: argparse.Namespace, tools: Any) -> report.Rendered:
    """Investigate one event and render its report."""
    alarm = alarm_events.parse(event)
    started = datetime.now(UTC)
    found = investigate(
        Case(
            investigation_id(alarm), alarm, event, started,
            context=options.context.read_text("utf-8") if options.context else "",
        ),
        model=model_of(options.model, options.region, options.window, os.environ.get("OPENAI_API_KEY")),
        tool=ToolClient(tools, options.tool or "local", region=alarm.region, max_output_chars=_OUTPUT_CHARS),
        limits=Limits(
            tool_calls=options.calls, tokens=options.tokens, usd=options.usd, output_chars=_OUTPUT_CHARS,
            tool_timeout=timedelta(seconds=options.tool_seconds), may_continue=False,
        ),
        clock=SystemClock(time.monotonic() + options.minutes * 60),
        checkpoints=Memory(),
    )  # fmt: skip
    assert isinstance(found, Investigation)  # nothing suspends that may not continue
    return report.render(found, bucket=None, region=alarm.region)


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="make investigate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("event", type=Path, help="a JSON file with any event that the triage function takes")
    add("--model", default=DEFAULT_MODEL, help="a Bedrock model id, or openai:URL#MODEL")
    add("--out", type=Path, default=Path("investigations"), help="where the reports go")
    add("--tool", help="a deployed tool function, by name or ARN, instead of a local process")
    add(
        "--region",
        default=os.environ.get("AWS_REGION"),
        help="the region of Bedrock and of the tool function",
    )
    add("--context", type=Path, help="a file with what the team wants every investigation to know")
    add("--calls", type=int, default=100, help="the most tool calls")
    add("--tokens", type=int, default=2_000_000, help="the most tokens")
    add("--usd", type=float, default=1.0, help="the most dollars, where the model's price is known")
    add("--minutes", type=float, default=15.0, help="the longest time")
    add("--tool-seconds", type=int, default=60, help="the longest time of one tool call")
    add(
        "--window",
        type=int,
        default=32_000,
        help="an OpenAI-compatible server's context window, in tokens",
    )
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Investigate every alarm in the event file; the exit status is 1 when that cannot be done."""
    options = arguments(words)
    local = LocalTool()
    try:
        tools: Any = local
        if options.tool:
            config = tool_client.client_config(timedelta(seconds=options.tool_seconds))
            tools = boto3.client("lambda", region_name=options.region, config=config)
        for event in alarm_events.single_events(json.loads(options.event.read_text("utf-8"))):
            rendered = run(event, options, tools)
            paths = save(rendered, options.out)
            print(f"Subject: {rendered.subject}\n\n{rendered.message}")
            print("Written:", *paths, sep="\n  ")
    except (OSError, ValueError, UnsupportedEvent) as error:
        print(f"investigate: {error}", file=sys.stderr)
        return 1
    finally:
        local.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
