"""Two heaps and a line, and what every line costs."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest

from helpers.figures.heaps import measure_heaps
from helpers.figures.prices import THRESHOLDS, measure_prices
from helpers.plotting import description, prices, two_heaps

OUTCOME = [0, 0, 0, 1, 1]
PROBABILITIES = [0.1, 0.1, 0.6, 0.5, 0.9]


@pytest.fixture(autouse=True)
def figures_are_closed():
    plt.close("all")
    yield
    plt.close("all")


@pytest.mark.parametrize(
    ("threshold", "counts"),
    [(0.0, (2, 0, 3, 0)), (0.5, (2, 0, 1, 2)), (0.55, (1, 1, 1, 2)), (1.0, (0, 2, 0, 3))],
)
def test_four_groups_are_counted_and_whoever_reaches_the_threshold_is_sent(threshold, counts):
    assert measure_heaps(OUTCOME, PROBABILITIES, threshold)[2:] == counts


def test_heaps_are_put_into_words_panel_by_panel():
    assert description(two_heaps(OUTCOME, PROBABILITIES, [0.55])) == (
        "threshold 0.55: Two histograms over the probability, 2 ill women upwards and 3 healthy "
        "ones downwards, highest above 0.48 and 0.08. At the threshold 0.55, 1 ill are found and "
        "1 missed, 1 healthy are alarmed and 2 spared."
    )


def test_counts_stand_beside_the_line_and_where_there_is_no_room_an_arrow_points_to_their_side():
    low, high = two_heaps(OUTCOME, PROBABILITIES, [0.1, 0.5]).axes
    assert [text.get_text() for text in low.texts][1] == "← 0 ill missed"
    assert [text.get_text() for text in high.texts][1] == "0 ill missed"


def test_cost_of_a_threshold_is_the_price_of_its_misses_and_its_alarms():
    line = measure_prices(OUTCOME, PROBABILITIES, 3, 0.55)
    assert line.cost == 3 * 1 + 1
    assert line.costs[THRESHOLDS == 0.5] == 1
    assert line.costs[-1] == 3 * 2


def test_thresholds_around_the_cheapest_are_close_where_they_cost_at_most_five_more():
    outcome, probabilities = [0] * 9 + [1] * 9, [0.2] * 9 + [0.5] * 6 + [0.9] * 3
    close = measure_prices(outcome, probabilities, 1, 0.3).close
    assert (close[0], close[-1]) == (0.21, 0.5)


def test_prices_are_put_into_words():
    assert description(prices(OUTCOME, PROBABILITIES, {3: 0.55})) == (
        "Lines of the cost in false alarms against the threshold; each falls, then rises. Where a "
        "miss costs 3: 3 at the threshold 0.01, 4 at the marked 0.55, 6 at 0.99; the lowest is 1, "
        "and from 0.01 to 0.99 it is at most 5 above."
    )


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: two_heaps(OUTCOME, PROBABILITIES, []), "thresholds holds 0 numbers"),
        (lambda: two_heaps(OUTCOME, PROBABILITIES, [1.5]), "a threshold is 1.5"),
        (lambda: two_heaps(OUTCOME, [0, 0, 0, 0, 2], [0.5]), "leave the range 0 to 1"),
        (lambda: two_heaps([0, 0], [0.5, 0.5], [0.5]), "expected both 0 and 1"),
        (lambda: prices(OUTCOME, PROBABILITIES, {}), "thresholds holds 0 prices"),
        (lambda: prices(OUTCOME, PROBABILITIES, {0: 0.5}), "a miss costs 0"),
    ],
)
def test_what_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
    assert plt.get_fignums() == []
