"""The cost of a long investigation, held to its promise."""

import pytest
from tests.benchmarks.investigation_cost import MODEL, play
from tests.fakes.bedrock import family

import cost_docs
from terraform_docs import fill


def test_a_hundred_calls_of_20_kb_stay_in_the_window_and_cost_a_sixth_at_most():
    cost = play(100, 20)
    assert cost.largest_request < family(MODEL).window
    assert cost.factor >= 6


@pytest.mark.parametrize("output_kb", [2, 20])
def test_short_investigations_save_too(output_kb):
    assert play(20, output_kb).factor >= 4


def test_the_pages_show_what_the_benchmark_gives():
    for page, generated in cost_docs.pages().items():
        assert fill(page.read_text(), generated) == page.read_text(), f"{page.name}: run `make docs`"


def test_dollars_are_told_to_the_cent_and_less_than_a_cent_to_its_tenth():
    assert [cost_docs.usd(amount) for amount in (12.3456, 0.014, 0.0044)] == ["$12.35", "$0.01", "$0.004"]
