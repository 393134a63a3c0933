"""The figures of notebook 07: their numbers, their words, and what they refuse."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.stats import binomtest, ttest_1samp
from sklearn.metrics import roc_auc_score, roc_curve

from helpers.evaluation import paired_difference, prediction_interval
from helpers.figures.chance import measure_possible_truths
from helpers.figures.claimed import measure_claims
from helpers.figures.coins import measure_coins
from helpers.figures.dots import measure_differences
from helpers.figures.leads import measure_leads
from helpers.figures.looks import measure_looks
from helpers.figures.ranking import measure_calibration, measure_pairs_square
from helpers.plotting import (
    calibration_dots,
    claims_and_seeds,
    coin_tosses,
    description,
    differences_and_margin,
    intervals_of_repetitions,
    leads_of_pairs,
    p_values_of_looks,
    pairs_of_networks,
    pairs_square,
    possible_truths,
)


@pytest.fixture(autouse=True)
def style_and_figures_stay_clean():
    before = matplotlib.rcParams.copy()
    yield
    assert matplotlib.rcParams == before
    plt.close("all")


def test_pairs_give_ranges_and_means():
    a, b = [[0.7, 0.8], [0.5, 0.5]], [[0.8, 0.9], [0.4, 0.6]]
    words = "A: from 0.700 to 0.800, mean 0.750. B: from 0.800 to 0.900, mean 0.850."
    assert words in description(pairs_of_networks(a, b))


def test_leads_follow_from_the_interval_of_the_paired_test():
    a = np.array([[0.5, 0.6, 0.5], [0.7, 0.8, 0.7], [0.5, 0.6, 0.7], [0.5, 0.6, 0.5]])
    b = a + np.array(
        [[0.1, 0.11, 0.12], [-0.1, -0.11, -0.12], [-0.1, 0.1, 0.01], [0.01, 0.05, -0.02]]
    )
    leads = measure_leads(a, b, [0.1, -0.1, 0, 0.02])
    assert [lead.verdict for lead in leads] == ["B", "A", "=", "="]
    for lead, first, second in zip(leads, b, a, strict=True):
        assert lead[:3] == paired_difference(first, second)[:3]
    words = description(leads_of_pairs(a, b, [0.1, -0.1, 0, 0.02]))
    assert "Pair 1: from 0.085 to 0.135, so B; truth 0.100." in words


def test_looks_end_at_the_first_p_value_below_the_line():
    differences = np.random.default_rng(3).normal(0, 1, (12, 8))
    differences[0] = np.arange(8) + 20
    looks = measure_looks(differences)
    assert looks.stops[0] == 0
    for story, p_values, stop in zip(differences, looks.p_values, looks.stops, strict=True):
        assert p_values[-1] == pytest.approx(ttest_1samp(story, 0).pvalue)
        before = p_values[:stop] if stop >= 0 else p_values
        assert (before >= 0.05).all()
        assert stop == -1 or p_values[stop] < 0.05
    words = description(p_values_of_looks(differences))
    assert "12 wandering lines" in words
    assert f"{(looks.stops >= 0).sum()} fall below the line" in words
    assert "the first after 3 seeds" in words


def test_differences_have_the_interval_of_the_paired_test_for_three_seeds_and_for_all():
    first, second = np.array([0.5, 0.52, 0.51, 0.5, 0.53]), np.full(5, 0.5)
    three, five = measure_differences(first, second, 0.025)
    for found, count in ((three, 3), (five, 5)):
        expected = paired_difference(first[:count], second[:count])
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert description(differences_and_margin(first, second, 0.5)).count(" holds all of it") == 2
    assert description(differences_and_margin(first, second, 0.001)).count("not hold all") == 2
    assert five.outside.tolist() == [False, False, False, False, True]
    assert "; 1 outside of the margin" in description(differences_and_margin(first, second, 0.025))


def test_possible_truths_are_those_whose_middle_counts_hold_the_result():
    belt = measure_possible_truths(48, 50)
    kept = belt.truths[belt.kept]
    interval = binomtest(48, 50).proportion_ci(0.95, method="wilson")
    assert (kept[0], kept[-1]) == pytest.approx((interval.low, interval.high), abs=0.011)
    assert "from 0.870 to 0.990" in description(possible_truths(48, 50))
    assert "It crosses no bar." in description(possible_truths(0, 50))


def test_intervals_that_miss_the_truth_are_counted():
    words = description(intervals_of_repetitions([25, 26, 50], rows=50, truth=0.5))
    assert "3 upright intervals" in words
    assert "the true one, 0.500. 1 of them, marked," in words


@pytest.mark.parametrize("split", [(5, 4), (9, 3), (12, 0), (3, 9), (6, 6)])
def test_marked_outcomes_of_coins_are_those_of_the_binomial_test(split):
    coins = measure_coins(*split)
    assert coins.shares.sum() == pytest.approx(1)
    expected = binomtest(split[0], sum(split)).pvalue
    assert coins.shares[coins.uneven].sum() == pytest.approx(expected)


def test_words_of_coins_name_the_split_and_the_share():
    words = description(coin_tosses([(9, 3), (0, 12)]))
    assert "at least 9 coins on one side are marked: 0.1460 of all outcomes." in words
    assert "0:12: Bars" in words and "at least 12 coins" in words


def test_border_between_won_and_lost_pairs_is_the_roc_curve():
    generator = np.random.default_rng(0)
    ill, healthy = generator.random(7) + 0.3, generator.random(11)
    pairs = measure_pairs_square(ill, healthy, "all")
    labels, scores = np.repeat([1, 0], [7, 11]), np.append(ill, healthy)
    assert pairs.area == pytest.approx(roc_auc_score(labels, scores))
    false, true, _ = roc_curve(labels, scores, drop_intermediate=False)
    count, found = pairs.marked
    assert (count, found) == (3, pytest.approx(true[np.isclose(false, 3 / 11)].max()))
    for place, height in enumerate(pairs.cells.mean(axis=0)):
        assert height == pytest.approx(true[np.isclose(false, place / 11)].max())
    assert measure_pairs_square([0.5], [0.5], "a tie").area == 0.5
    assert f"A share of {pairs.area:.3f} is won" in description(
        pairs_square({"all": (ill, healthy)})
    )


def test_calibration_marks_the_bins_whose_interval_misses_the_probability():
    true = np.repeat([1, 0, 1, 0], [50, 50, 50, 50])
    sure = np.repeat([0.95, 0.5], 100)
    bins = measure_calibration(true, "network", sure)
    assert bins.rows.tolist() == [100, 100]
    assert bins.off.tolist() == [False, True]
    words = description(calibration_dots(true, {"network": sure}))
    assert "the intervals of 1 do not reach the diagonal. From the left, 2 lie below it." in words
    assert "Lowest: where it says 0.500, 0.500 are ill (100 people)." in words


def test_claims_stand_beside_the_seeds_the_band_of_one_more_and_the_baseline():
    numbers = [0.97, 0.98, 0.98]
    (claim,) = measure_claims({"iris": numbers}, {"iris": 0.9})
    assert claim.limits == prediction_interval(numbers)
    measured = {"iris": numbers, "faces": [0.7, 0.8], "mnist loss": [0.01, 0.011]}
    measured |= {"mnist deep": [0.97, 0.99], "points": [0.5, 0.6]}
    figure = claims_and_seeds(measured, dict.fromkeys(measured, 0.5))
    words = description(figure)
    assert "Iris, accuracy: 3 seeds as dots on a line, from 0.970 to 0.980;" in words
    assert "claimed 0.98; baseline 0.500; within the spread." in words
    assert "claimed nothing; baseline 0.500; nothing claimed." in words
    assert "outside: other seeds give less." in words
    assert "claimed above 0.98; baseline 0.500; 1 of 2 seeds above." in words
    assert "claimed 0.93; baseline 0.500; other data, not comparable." in words
    assert [figure.axes[place].lines[3].get_marker() for place in (0, 3, 4)] == ["^", ">", "^"]
    assert figure.axes[4].lines[3].get_markerfacecolor() == "white"
    assert "Mnist loss: 2 seeds" in words
    dots = figure.axes[0].lines[1].get_ydata()
    assert dots[0] == dots[1] == 0 < dots[2]  # equal ones are stacked


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: pairs_of_networks([[0.5]], [[0.5]]), "an even number of pairs"),
        (lambda: pairs_of_networks([[0.5]] * 2, [[0.5, 0.6]] * 2), "the same pairs and seeds"),
        (lambda: differences_and_margin([1, 2, 3, 4], [1, 2, 3, 4], 0), "above 0"),
        (lambda: differences_and_margin([1, 2, 3], [1, 2, 3], 1), "more than three"),
        (lambda: leads_of_pairs([[0.5, 1]] * 2, [[0.6, 1]] * 2, [0.1]), "2 pairs and 1 truths"),
        (lambda: p_values_of_looks([[1, 2]]), "at least three"),
        (lambda: possible_truths(51, 50), "a count from 0 to 50"),
        (lambda: coin_tosses([(0, 0)]), "at least one coin"),
        (lambda: pairs_square({"none": ([], [1])}), "ill is empty"),
        (lambda: calibration_dots([1, 1], {"a": [0.5, 0.5]}), "both 0 and 1"),
        (lambda: claims_and_seeds({"roses": [1, 2]}, {"roses": 1}), "'roses' is no claim"),
        (lambda: claims_and_seeds({"iris": [1, 2]}, {}), "has no baseline"),
    ],
)
def test_figure_refuses_what_it_cannot_draw(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
