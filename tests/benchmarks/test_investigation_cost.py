"""The cost of a long investigation, held to its promise."""

import pytest
from tests.benchmarks.investigation_cost import MODEL, play
from tests.fakes.bedrock import family


def test_a_hundred_calls_of_20_kb_stay_in_the_window_and_cost_a_sixth_at_most():
    cost = play(100, 20)
    assert cost.largest_request < family(MODEL).window
    assert cost.factor >= 6


@pytest.mark.parametrize("output_kb", [2, 20])
def test_short_investigations_save_too(output_kb):
    assert play(20, output_kb).factor >= 4
