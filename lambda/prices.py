"""What a model's tokens cost: from the dated list in `prices.json`, or as the operator says."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from model_ids import base_id, is_regional_profile
from ports import Price

if TYPE_CHECKING:
    from record import Usage

PER_TOKENS = 1_000_000


def find(model_id: str) -> Price | None:
    """Return the listed price of a model; None when it is not listed, as for an ARN that does not name it."""
    model = base_id(model_id)
    entries = [name for name in _listed() if model == name or model.startswith((f"{name}-", f"{name}:"))]
    if not entries:
        return None
    entry = _listed()[max(entries, key=len)]
    factor = entry.get("regional", 1.0) if is_regional_profile(model_id) else 1.0
    # Where no cache price is listed, cached tokens are counted as plain input: never too cheap.
    return Price(
        input=entry["input"] * factor,
        output=entry["output"] * factor,
        cache_read=entry.get("cache_read", entry["input"]) * factor,
        cache_write=entry.get("cache_write", entry["input"]) * factor,
    )


def cost(usage: Usage, price: Price) -> float:
    """Return what the tokens cost, in US dollars."""
    return (
        usage.input_tokens * price.input
        + usage.output_tokens * price.output
        + usage.cache_read_tokens * price.cache_read
        + usage.cache_write_tokens * price.cache_write
    ) / PER_TOKENS


@cache
def _listed() -> dict[str, dict[str, float]]:
    document = json.loads((Path(__file__).parent / "prices.json").read_text(encoding="utf-8"))
    prices: dict[str, dict[str, float]] = document["prices"]
    return prices
