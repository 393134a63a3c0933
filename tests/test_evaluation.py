"""Statistics, compared with other libraries and with worked examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import ttest_ind
from sklearn.calibration import calibration_curve

from helpers.evaluation import (
    PairedDifference,
    PairedTest,
    accuracy_table,
    calibration_table,
    mcnemar,
    paired_difference,
    prediction_interval,
    stored_seeds,
    verdict,
)
from helpers.originals import CLAIMS, Claim

# Intervals

# R. G. Newcombe, "Two-sided confidence intervals for the single proportion: comparison of seven
# methods", Statistics in Medicine 17 (1998), table I, method 3: the score method of Wilson.
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0000, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("right", "rows", "low", "high"), NEWCOMBE)
def test_intervals_are_those_that_newcombe_published(right, rows, low, high):
    row = accuracy_table({"network": right / rows}, rows).loc["network"]
    assert row.round(4).tolist() == [round(right / rows, 4), low, high]


@pytest.mark.parametrize(("right", "rows"), [(29, 100), (9810, 10_000)])
def test_share_that_is_no_exact_float_keeps_its_row(right, rows):
    for share in (right / rows, np.float32(right / rows)):  # Keras counts in float32
        assert accuracy_table({"network": share}, rows).loc["network", "accuracy"] == right / rows


@pytest.mark.parametrize(
    ("accuracy", "rows", "message"),
    [
        (0.5, 0, "at least 1 row"),
        (98.0, 50, "share from 0 to 1"),
        (float("nan"), 50, "share from 0 to 1"),
        (0.977, 50, "no whole number of 50 rows"),
    ],
)
def test_interval_refuses_what_is_no_accuracy_of_these_rows(accuracy, rows, message):
    with pytest.raises(ValueError, match=message):
        accuracy_table({"a": accuracy}, rows=rows)


# Paired comparison on rows


def counts_to_labels(both, only_first, only_second, neither):
    first = np.repeat([1, 1, 0, 0], [both, only_first, only_second, neither])
    second = np.repeat([1, 0, 1, 0], [both, only_first, only_second, neither])
    return np.ones(len(first), int), first, second


def test_mcnemar_adds_up_the_tails_of_the_coins():
    # A. Agresti, Categorical Data Analysis, 2nd edition, table 10.1: 794 approve of the prime
    # minister at both times, 150 and 86 changed their mind, 570 disapprove.
    result = mcnemar(*counts_to_labels(794, 150, 86, 570))
    assert result[:2] == (150, 86)
    tail = sum(math.comb(150 + 86, count) for count in range(86 + 1)) / 2 ** (150 + 86)
    assert result.p_value == pytest.approx(2 * tail)


def test_mcnemar_counts_only_rows_on_which_the_two_differ():
    few = mcnemar(*counts_to_labels(0, 6, 1, 0))
    many = mcnemar(*counts_to_labels(500, 6, 1, 300))
    assert few == many
    assert few.p_value == pytest.approx(2 * (1 + 7) / 2**7)  # two tails of seven fair coins
    labels = [0, 1, 2, 1]
    assert mcnemar(labels, [0, 1, 1, 1], [0, 1, 1, 1]) == PairedTest(0, 0, 1.0)


@pytest.mark.parametrize("labels", [([1, 0], [1], [1, 0]), ([], [], []), ([[1]], [[1]], [[1]])])
def test_mcnemar_refuses_labels_of_other_rows(labels):
    with pytest.raises(ValueError, match="one label for each of the same rows"):
        mcnemar(*labels)


# Paired comparison over seeds

# Student's sleep data: hours gained with two drugs, ten patients (Biometrika 6, 1908).
DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]


def test_paired_difference_agrees_with_students_sleep_data():
    result = paired_difference(DRUG_2, DRUG_1)
    assert result.mean == pytest.approx(1.58)
    assert result.p_value == pytest.approx(0.002833, abs=1e-6)  # as R's help page for t.test
    assert (result.low, result.high) == pytest.approx((0.7001142, 2.4598858), abs=1e-6)


def test_differences_that_are_all_the_same_leave_no_doubt():
    assert paired_difference([1, 2], [1, 2]) == PairedDifference(0, 0, 0, 1)
    assert paired_difference([2, 3], [1, 2]) == PairedDifference(1, 1, 1, 0)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ([1, 2], [1, 2, 3], "one number for each of the same seeds"),
        ([1], [2], "at least two seeds"),
        ([1, np.nan], [1, 2], "finite"),
    ],
)
def test_paired_difference_refuses_numbers_that_do_not_pair(first, second, message):
    with pytest.raises(ValueError, match=message):
        paired_difference(first, second)


# Calibration


def test_calibration_table_is_the_curve_of_scikit_learn():
    rng = np.random.default_rng(0)
    sure = np.append(rng.uniform(size=2000), [0, 0.5, 0.75, 1])  # edges of bins, too
    correct = rng.uniform(size=2004) < sure**2
    table, _ = calibration_table(correct, sure)
    accuracy, confidence = calibration_curve(correct, sure, n_bins=10)
    np.testing.assert_allclose(table["accuracy"], accuracy)
    np.testing.assert_allclose(table["confidence"], confidence)
    np.testing.assert_allclose(table["from"], np.arange(10) / 10)
    np.testing.assert_allclose(table["to"] - table["from"], 0.1)
    assert table["rows"].sum() == len(correct)


def test_calibration_error_of_a_worked_example():
    # Four rows at 0.9 of which two are right, six at 0.6 of which three: 0.4 * 0.4 + 0.6 * 0.1.
    correct = [True, True, False, False] + [True, False] * 3
    _, error = calibration_table(correct, [0.9] * 4 + [0.6] * 6)
    assert error == pytest.approx(0.22)


@pytest.mark.parametrize(
    ("correct", "sure", "message"),
    [
        ([True], [0.5, 0.5], "one of each for every row"),
        ([], [], "at least one row"),
        ([True], [98], "from 0 to 1"),
        ([True], [np.nan], "from 0 to 1"),
    ],
)
def test_calibration_refuses_what_is_no_probability(correct, sure, message):
    with pytest.raises(ValueError, match=message):
        calibration_table(correct, sure)


# Claims


def claim(number, digits=2, **about):
    return Claim("title", "file", "4-5-3", "setting", "accuracy", number, digits, **about)


@pytest.mark.parametrize("seeds", [2, 3, 10, 40])
def test_at_its_limits_one_more_seed_is_what_the_t_test_just_rejects(seeds):
    # The t-test of two samples, one of them a single seed, has the same formula.
    numbers = np.random.default_rng(seeds).normal(0.9, 0.02, seeds)
    for limit in prediction_interval(numbers):
        assert ttest_ind(numbers, [limit]).pvalue == pytest.approx(0.05)
    low, high = prediction_interval(numbers)
    assert low < numbers.mean() < high


@pytest.mark.parametrize(
    ("claimed", "numbers", "expected"),
    [
        (claim(0.98), [0.98, 0.9753, 0.9846], "within the spread"),
        (claim(0.98), [0.98, 0.9851], "within the spread"),
        (claim(0.98), [0.98, 0.96, 0.99], "within the spread"),
        (claim(0.98), [0.96, 0.962, 0.9751], "within the spread"),
        (claim(0.98), [0.96, 0.961, 0.962], "outside: other seeds give less"),
        (claim(0.71), [0.8, 0.79, 0.81], "outside: other seeds give more"),
        # One more seed may be down to 0.9726, which a claim of 0.97 covers and one of 0.9700 not.
        (claim(0.97), [0.9785, 0.980, 0.9815], "within the spread"),
        (claim(0.97, digits=4), [0.9785, 0.980, 0.9815], "outside: other seeds give more"),
        (claim(0.98, at_least=True), [0.981, 0.99], "2 of 2 seeds above"),
        (claim(0.98, at_least=True), [0.98, 0.99, 0.97], "1 of 3 seeds above"),
        (claim(0.98, other_data=True), [0.5, 0.6], "other data, not comparable"),
        (claim(None), [0.5, 0.6], "nothing claimed"),
    ],
)
def test_verdict_follows_from_the_seeds(claimed, numbers, expected):
    assert verdict(claimed, numbers) == expected


def test_stored_seeds_are_ten_for_each_training_and_named_where_missing():
    for training in ("mnist", "mnist deep", "mnist flat", "faces", "faces flat"):
        table = stored_seeds(training)
        assert table.index.tolist() == list(range(10))
        assert list(table.columns) == ["accuracy", "loss"]
    with pytest.raises(ValueError, match="'roses'; there are mnist, mnist deep, mnist flat, faces"):
        stored_seeds("roses")


@pytest.mark.parametrize("numbers", [[], [0.5], [0.5, np.nan], [[0.5, 0.6]]])
def test_verdict_needs_a_number_for_each_of_two_seeds_or_more(numbers):
    with pytest.raises(ValueError, match="one finite number a seed, and at least two seeds"):
        verdict(claim(0.98), numbers)


def test_claims_are_written_as_in_the_tutorials():
    written = "0.98, 0.9799, 0.0710, above 0.98, 0.93, –, 0.7205, 0.5746"
    assert ", ".join(map(str, CLAIMS.values())) == written
