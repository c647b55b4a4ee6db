"""Write what whole investigations cost, by the benchmark, into README.md and docs/cost.md.

python scripts/cost_docs.py            write
python scripts/cost_docs.py --check    fail when a table is not what the benchmark and the price list give
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from terraform_docs import README, ROOT, table, update

if TYPE_CHECKING:
    from pathlib import Path

sys.path[:0] = [str(ROOT / "lambda"), str(ROOT)]

from tests.benchmarks.investigation_cost import PLAYED, Cost, play  # noqa: E402

from prices import cost, find  # noqa: E402

COST_PAGE = ROOT / "docs" / "cost.md"
IN_README = ((20, 2), (50, 2), (100, 20))
CHEAP, DEAR = (20, 2), (100, 20)
MODELS = {
    "Claude Opus 4.5": "anthropic.claude-opus-4-5",
    "Claude Sonnet 4.5": "anthropic.claude-sonnet-4-5",
    "Claude Haiku 4.5": "anthropic.claude-haiku-4-5",
    "Nova Pro": "amazon.nova-pro",
    "Nova Lite": "amazon.nova-lite",
}


def pages() -> dict[Path, dict[str, str]]:
    """Return the generated text by page and by the name of its marker."""
    return {README: {"cost": in_brief()}, COST_PAGE: {"tokens": tokens(), "dollars": dollars()}}


def in_brief() -> str:
    """Return the README's rows."""
    return table(
        ("tool calls, output of each", "ours", "uncached resending", "factor"),
        ((f"{calls} of {size} KB", *_figures(play(calls, size))) for calls, size in IN_README),
        numbers=3,
    )


def tokens() -> str:
    """Return every investigation that the benchmark plays."""
    return table(
        (
            "tool calls",
            "output of each",
            "billed-equivalent input tokens",
            "sending everything anew, uncached",
            "factor",
        ),
        ((str(calls), f"{size} KB", *_figures(play(calls, size))) for calls, size in PLAYED),
        numbers=5,
    )


def dollars() -> str:
    """Return what the same tokens cost with each of the models, as the module itself counts."""
    return table(
        (
            "model",
            "USD per million input tokens",
            f"{CHEAP[0]} calls of {CHEAP[1]} KB",
            f"{DEAR[0]} calls of {DEAR[1]} KB, if nothing stopped it",
        ),
        ((name, *_bills(model)) for name, model in MODELS.items()),
        numbers=3,
    )


def _figures(played: Cost) -> tuple[str, str, str]:
    return f"{played.billed:,.0f}", f"{played.uncached:,}", f"{played.factor:.1f}"


def _bills(model: str) -> tuple[str, str, str]:
    price = find(model)
    if price is None:
        raise SystemExit(f"docs: lambda/prices.json has no price of {model}")
    cheap, dear = (cost(play(*size).usage, price) for size in (CHEAP, DEAR))
    return f"{price.input:.2f}", usd(cheap), usd(dear)


def usd(amount: float) -> str:
    """Return dollars to the cent; below one cent, to a tenth of it."""
    return f"${amount:.2f}" if amount >= 0.01 else f"${amount:.3f}"


if __name__ == "__main__":
    raise SystemExit(update(pages(), "the benchmark and lambda/prices.json give"))
