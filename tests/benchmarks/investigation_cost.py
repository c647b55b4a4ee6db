"""What a long investigation costs in input tokens, beside sending the whole conversation anew each turn.

Plays 20, 50 and 100 tool calls with outputs of 2 KB and 20 KB against a Bedrock in memory that counts tokens
and cached prefixes as Bedrock bills them, and prints billed-equivalent input tokens: one that was read from
the cache counts 0.1, one that was written 1.25, any other 1.

    python -m tests.benchmarks.investigation_cost

`make docs` writes its figures into README.md and docs/cost.md.
"""

from __future__ import annotations

import itertools
import random
import statistics
import sys
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lambda"))

from tests.fakes.bedrock import FakeBedrock, calls, family
from tests.fakes.engine import REPORT, FakeClock, MemoryCheckpoints, ScriptedTool, case, limits, ran

from bedrock_client import BedrockModel
from capabilities import Learned
from investigation import Investigation, investigate
from record import Usage

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL = "global.anthropic.claude-sonnet-4-5-20250929-v1:0"
CACHE_READ, CACHE_WRITE = 0.1, 1.25
CODE_CHARACTERS = 400
PLAYED = tuple(itertools.product((20, 50, 100), (2, 20)))  # calls, and KB of output of each


@dataclass(frozen=True)
class Cost:
    """One investigation's bill: `usage` and `uncached` are input tokens, `own_ms` our median time a turn."""

    calls: int
    output_kb: int
    turns: int
    usage: Usage
    uncached: int
    largest_request: int
    own_ms: float
    slowest_ms: float

    @property
    def billed(self) -> float:
        """Input tokens, each counted by what it costs beside one that is not cached."""
        cached = self.usage.cache_read_tokens * CACHE_READ + self.usage.cache_write_tokens * CACHE_WRITE
        return self.usage.input_tokens + cached

    @property
    def factor(self) -> float:
        """How many times fewer input tokens are billed."""
        return self.uncached / self.billed


@dataclass
class Stopwatch:
    """Times what happens between the calls of the model: our own work, without the model's or the tool's."""

    laps: list[float] = field(default_factory=list)
    since: float | None = None

    def around(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(**request: Any) -> Any:
            if self.since is not None:
                self.laps.append(time.process_time() - self.since)
            try:
                return work(**request)
            finally:
                self.since = time.process_time()

        return timed


def log_lines(size: int, seed: int) -> str:
    """Return text like a log's, `size` characters long, other for each seed."""
    chance = random.Random(seed)
    lines = (
        f"2026-03-01T02:{chance.randrange(60):02}:{chance.randrange(60):02}.{chance.randrange(1000):03}Z "
        f"{chance.choice(('INFO', 'ERROR', 'WARN'))} request {chance.randrange(10**12):012x} "
        f"took {chance.randrange(9000)} ms"
        for _ in itertools.count()
    )
    text = ""
    while len(text) < size:
        text += next(lines) + "\n"
    return text[:size]


@cache
def play(call_count: int, output_kb: int) -> Cost:
    """Play an investigation of so many calls and return its bill."""
    client = FakeBedrock(
        [
            *(calls("run_python", _code(number)) for number in range(call_count)),
            calls("submit_report", REPORT),
        ]
    )
    watch = Stopwatch()
    client.converse = watch.around(client.converse)  # type: ignore[method-assign]
    outputs = itertools.cycle([ran(log_lines(output_kb * 1000, seed)) for seed in range(call_count + 1)])
    tool = ScriptedTool(lambda code: next(outputs))
    ended = investigate(
        case(),
        model=BedrockModel(client, MODEL, learned=Learned()),  # type: ignore[arg-type]
        tool=tool,
        limits=limits(),
        clock=FakeClock(),
        checkpoints=MemoryCheckpoints(),
    )
    assert isinstance(ended, Investigation)
    assert len(ended.tool_calls) == call_count + 1, ended.outcome_detail
    assert not client.refused, client.refused
    sizes = [
        usage["inputTokens"] + usage["cacheReadInputTokens"] + usage["cacheWriteInputTokens"]
        for usage in client.usages
    ]
    return Cost(
        calls=call_count,
        output_kb=output_kb,
        turns=len(client.usages),
        usage=Usage(
            input_tokens=sum(usage["inputTokens"] for usage in client.usages),
            cache_read_tokens=sum(usage["cacheReadInputTokens"] for usage in client.usages),
            cache_write_tokens=sum(usage["cacheWriteInputTokens"] for usage in client.usages),
        ),
        uncached=_uncached(call_count, output_kb * 1000, sizes[0]),
        largest_request=max(sizes),
        own_ms=statistics.median(watch.laps) * 1000,
        slowest_ms=max(watch.laps) * 1000,
    )


def _code(number: int) -> dict[str, str]:
    return {"code": f"# step {number}\n" + "x = 1\n" * (CODE_CHARACTERS // 6), "purpose": f"step {number}"}


def _uncached(call_count: int, output_characters: int, first: int) -> int:
    """Return the input tokens of sending everything each turn: the opening, all code and outputs so far."""
    step = (output_characters + CODE_CHARACTERS + 200) // 4
    return sum(first + step * turn for turn in range(call_count + 1))


def main() -> None:
    """Print the table."""
    window = family(MODEL).window
    print(f"{MODEL}, window {window:,} tokens; billed-equivalent input tokens of whole investigations\n")
    print(
        f"{'calls':>5} {'output':>7} {'ours':>12} {'uncached':>12} {'factor':>7} "
        f"{'largest':>9} {'own ms':>7} {'worst':>6}"
    )
    for call_count, output_kb in PLAYED:
        cost = play(call_count, output_kb)
        print(
            f"{cost.calls:5} {cost.output_kb:4} KB {cost.billed:12,.0f} {cost.uncached:12,} "
            f"{cost.factor:6.1f}x {cost.largest_request:9,} {cost.own_ms:7.1f} {cost.slowest_ms:6.1f}"
        )


if __name__ == "__main__":
    main()
