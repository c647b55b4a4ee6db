import datetime
import json
from pathlib import Path

import pytest

import prices
from ports import Price
from record import Usage

DOCUMENT = json.loads((Path(prices.__file__).parent / "prices.json").read_text(encoding="utf-8"))


def test_the_list_is_dated_and_every_price_makes_sense():
    datetime.date.fromisoformat(DOCUMENT["as_of"])
    for name, entry in DOCUMENT["prices"].items():
        assert 0 < entry["input"] <= entry["output"] <= 100, name
        assert entry.get("cache_read", 0) < entry["input"] <= entry.get("cache_write", 99), name


@pytest.mark.parametrize(
    ("model_id", "price"),
    [
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", Price(3.0, 15.0, 0.3, 3.75)),
        ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", Price(3.0, 15.0, 0.3, 3.75)),
        ("anthropic.claude-sonnet-4-20250514-v1:0", Price(3.0, 15.0, 0.3, 3.75)),
        ("anthropic.claude-opus-4-20250514-v1:0", Price(15.0, 75.0, 1.5, 18.75)),
        ("us.anthropic.claude-opus-4-5-20251101-v1:0", Price(5.5, 27.5, 0.55, 6.875)),
        ("eu.amazon.nova-pro-v1:0", Price(0.8, 3.2, 0.2, 0.8)),
        ("us.meta.llama3-1-70b-instruct-v1:0", Price(0.72, 0.72, 0.72, 0.72)),
        (
            "arn:aws:bedrock:us-east-1:1:inference-profile/us.amazon.nova-lite-v1:0",
            Price(0.06, 0.24, 0.015, 0.06),
        ),
    ],
)
def test_prices_are_found_behind_profiles_and_arns(model_id, price):
    found = prices.find(model_id)
    assert [found.input, found.output, found.cache_read, found.cache_write] == pytest.approx(
        [price.input, price.output, price.cache_read, price.cache_write]
    )


@pytest.mark.parametrize(
    "model_id",
    [
        "arn:aws:bedrock:us-east-1:1:application-inference-profile/abc",
        "new.model-v9",
        "amazon.nova-prototype-v1:0",
    ],
)
def test_a_model_that_is_not_listed_has_no_price(model_id):
    assert prices.find(model_id) is None


def test_cost_counts_each_kind_of_token():
    usage = Usage(1_000_000, 100_000, 2_000_000, 400_000)
    assert prices.cost(usage, Price(3.0, 15.0, 0.3, 3.75)) == pytest.approx(3.0 + 1.5 + 0.6 + 1.5)
