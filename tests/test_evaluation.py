"""Statistics, compared with other libraries and with worked examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t, ttest_ind
from sklearn.calibration import calibration_curve

from helpers.evaluation import (
    PairedDifference,
    PairedTest,
    accuracy_table,
    calibration_table,
    claims_table,
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


def test_share_that_is_no_exact_float_keeps_its_row():
    assert accuracy_table({"network": 0.29}, 100).loc["network", "accuracy"] == 0.29


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


def test_mcnemar_agrees_with_the_children_of_a_medical_paper():
    # M. W. Fagerland, S. Lydersen and P. Laake, "The McNemar test for binary matched-pairs data",
    # BMC Medical Research Methodology 13:91 (2013), table 1: airways of 21 children before and
    # after a transplantation. They give 0.070 for the exact conditional test.
    result = mcnemar(*counts_to_labels(1, 1, 7, 12))
    assert result[:2] == (1, 7)
    assert round(result.p_value, 3) == 0.070


def test_mcnemar_counts_only_rows_on_which_the_two_differ():
    few = mcnemar(*counts_to_labels(0, 6, 1, 0))
    many = mcnemar(*counts_to_labels(500, 6, 1, 300))
    assert few == many
    assert few.p_value == pytest.approx(2 * (1 + 7) / 2**7)  # two tails of seven fair coins


def test_mcnemar_finds_nothing_between_a_classifier_and_itself():
    labels = [0, 1, 2, 1]
    assert mcnemar(labels, [0, 1, 1, 1], [0, 1, 1, 1]) == PairedTest(0, 0, 1.0)


def test_mcnemar_is_the_same_the_other_way_round():
    truth, first, second = counts_to_labels(3, 9, 2, 4)
    there, back = mcnemar(truth, first, second), mcnemar(truth, second, first)
    assert (there.only_first, there.only_second) == (back.only_second, back.only_first)
    assert there.p_value == back.p_value


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


def test_interval_is_the_formula_in_the_textbooks():
    differences = np.subtract(DRUG_2, DRUG_1)
    width = t.ppf(0.975, 9) * differences.std(ddof=1) / np.sqrt(10)
    result = paired_difference(DRUG_2, DRUG_1)
    assert result.high - result.mean == pytest.approx(width)


def test_differences_that_are_all_the_same_leave_no_doubt():
    assert paired_difference([1, 2], [1, 2]) == PairedDifference(0, 0, 0, 1)
    assert paired_difference([2, 3], [1, 2]) == PairedDifference(1, 1, 1, 0)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ([1, 2], [1, 2, 3], "same seeds"),
        ([1], [2], "at least two seeds"),
        ([1, np.nan], [1, 2], "finite"),
    ],
)
def test_paired_difference_refuses_figures_that_do_not_pair(first, second, message):
    with pytest.raises(ValueError, match=message):
        paired_difference(first, second)


# Calibration


def probabilities(rows=2000, seed=0):
    rng = np.random.default_rng(seed)
    sure = rng.uniform(size=rows)
    return rng.uniform(size=rows) < sure**2, sure


def test_calibration_table_is_the_curve_of_scikit_learn():
    correct, sure = probabilities()
    table, _ = calibration_table(correct, sure, bins=8)
    accuracy, confidence = calibration_curve(correct, sure, n_bins=8)
    np.testing.assert_allclose(table["accuracy"], accuracy)
    np.testing.assert_allclose(table["confidence"], confidence)
    assert table["rows"].sum() == len(correct)


def test_confidence_on_the_edge_of_a_bin_counts_as_with_scikit_learn():
    correct, sure = [True, False, True, True], [0.25, 0.5, 0.75, 0.6]
    table, _ = calibration_table(correct, sure, bins=4)
    accuracy, confidence = calibration_curve(correct, sure, n_bins=4)
    np.testing.assert_allclose(table["accuracy"], accuracy)
    np.testing.assert_allclose(table["confidence"], confidence)


def test_calibration_error_of_a_worked_example():
    # Four rows at 0.9 of which two are right, six at 0.6 of which three: 0.4 * 0.4 + 0.6 * 0.1.
    correct = [True, True, False, False] + [True, False] * 3
    _, error = calibration_table(correct, [0.9] * 4 + [0.6] * 6)
    assert error == pytest.approx(0.22)


def test_calibration_error_of_a_published_example():
    # M. Pavlovic, "Expected Calibration Error (ECE): a step-by-step visual explanation", Towards
    # Data Science (2023): nine samples in three bins, 0.23778.
    sure = np.array([0.22, 0.64, 0.92, 0.42, 0.51, 0.15, 0.70, 0.37, 0.83])
    truth = np.array([0, 1, 0, 0, 0, 1, 1, 0, 1])
    _, error = calibration_table((sure > 0.5) == truth, sure, bins=3)
    assert round(error, 5) == 0.23778


def test_probabilities_at_the_ends_have_a_bin():
    table, error = calibration_table([False, True], [0, 1], bins=10)
    assert table[["from", "to"]].to_numpy().tolist() == [[0, 0.1], [0.9, 1]]
    assert error == 0


@pytest.mark.parametrize(
    ("correct", "sure", "bins", "message"),
    [
        ([True], [0.5, 0.5], 10, "one of each for every row"),
        ([], [], 10, "at least one row"),
        ([True], [98], 10, "from 0 to 1"),
        ([True], [np.nan], 10, "from 0 to 1"),
        ([True], [0.5], 0, "at least 1"),
    ],
)
def test_calibration_refuses_what_is_no_probability(correct, sure, bins, message):
    with pytest.raises(ValueError, match=message):
        calibration_table(correct, sure, bins)


# Claims


def claim(figure, digits=2, *, at_least=False):
    return Claim("title", "file", "4-5-3", "setting", "accuracy", figure, digits, at_least)


@pytest.mark.parametrize("seeds", [2, 3, 10, 40])
def test_at_its_limits_one_more_seed_is_what_the_t_test_just_rejects(seeds):
    # The t-test of two samples, one of them a single seed, has the same formula.
    figures = np.random.default_rng(seeds).normal(0.9, 0.02, seeds)
    for limit in prediction_interval(figures):
        assert ttest_ind(figures, [limit]).pvalue == pytest.approx(0.05)
    low, high = prediction_interval(figures)
    assert low < figures.mean() < high


def test_prediction_interval_holds_the_next_seed_in_95_of_100_cases():
    draws = np.random.default_rng(0).normal(size=(2000, 11))
    intervals = np.array([prediction_interval(draw[:10]) for draw in draws])
    inside = (intervals[:, 0] < draws[:, 10]) & (draws[:, 10] < intervals[:, 1])
    assert inside.mean() == pytest.approx(0.95, abs=0.015)  # three standard errors
    of_range = (draws[:, :10].min(axis=1) < draws[:, 10]) & (
        draws[:, 10] < draws[:, :10].max(axis=1)
    )
    assert of_range.mean() == pytest.approx(9 / 11, abs=0.03)  # which is why it is not the range


@pytest.mark.parametrize(
    ("claimed", "figures", "expected"),
    [
        (claim(0.98), [0.98, 0.9753, 0.9846], "reproduced"),
        (claim(0.98), [0.98, 0.9851], "within the spread"),
        (claim(0.98), [0.98, 0.96, 0.99], "within the spread"),
        (claim(0.98), [0.96, 0.962, 0.9751], "within the spread"),
        (claim(0.98), [0.96, 0.961, 0.962], "not reproduced, because other seeds give less"),
        (claim(0.71), [0.8, 0.79, 0.81], "not reproduced, because other seeds give more"),
        # One more seed may be down to 0.9726, which a claim of 0.97 covers and one of 0.9700 not.
        (claim(0.97), [0.9785, 0.980, 0.9815], "within the spread"),
        (
            claim(0.97, digits=4),
            [0.9785, 0.980, 0.9815],
            "not reproduced, because other seeds give more",
        ),
        (claim(0.98, at_least=True), [0.981, 0.99], "reproduced"),
        (claim(0.98, at_least=True), [0.98, 0.99], "within the spread"),
        (claim(0.98, at_least=True), [0.95, 0.96, 0.97], "within the spread"),
        (
            claim(0.98, at_least=True),
            [0.9, 0.91, 0.9],
            "not reproduced, because other seeds give less",
        ),
        (claim(None), [0.5, 0.6], "nothing claimed"),
    ],
)
def test_verdict_follows_from_the_seeds(claimed, figures, expected):
    assert verdict(claimed, figures) == expected


def test_verdict_is_short_enough_for_a_column_of_pandas():
    for figures in ([0.96, 0.961], [0.99, 0.991]):
        assert len(verdict(claim(0.98, digits=4), figures)) <= 50


def test_stored_seeds_are_ten_for_each_training_and_named_where_missing():
    for training in ("mnist", "mnist deep", "faces"):
        table = stored_seeds(training)
        assert table.index.tolist() == list(range(10))
        assert list(table.columns) == ["accuracy", "loss"]
    with pytest.raises(ValueError, match="'roses'; there are mnist, mnist deep, faces"):
        stored_seeds("roses")


@pytest.mark.parametrize("figures", [[], [0.5], [0.5, np.nan], [[0.5, 0.6]]])
def test_verdict_needs_a_number_for_each_of_two_seeds_or_more(figures):
    with pytest.raises(ValueError, match="one finite number a seed, and at least two seeds"):
        verdict(claim(0.98), figures)


def test_claims_table_puts_claim_measurement_and_baseline_side_by_side():
    figures = [0.96, 0.98, 0.985]
    table = claims_table({"iris": figures, "faces": [0.8, 0.7]}, {"iris": 1 / 3, "faces": 0.2})
    row = table.loc["iris"]
    assert row[["network", "figure", "claimed", "seeds", "verdict"]].tolist() == [
        "4-5-3", "accuracy", "0.98", 3, "within the spread",
    ]  # fmt: skip
    assert row[["measured", "lowest", "highest", "baseline"]].tolist() == pytest.approx(
        [0.975, 0.96, 0.985, 1 / 3]
    )
    assert tuple(row[["another from", "another to"]]) == prediction_interval(figures)
    assert table.loc["faces", "claimed"] == "–"


def test_claims_table_names_what_is_missing():
    with pytest.raises(ValueError, match="no claim 'roses'"):
        claims_table({"roses": [1]}, {})
    with pytest.raises(ValueError, match="no baseline for 'iris'"):
        claims_table({"iris": [1, 1]}, {})


def test_claims_are_written_as_in_the_tutorials():
    written = {name: str(item) for name, item in CLAIMS.items()}
    assert written == {
        "iris": "0.98",
        "mnist": "0.9799",
        "mnist loss": "0.0710",
        "mnist deep": "above 0.98",
        "points": "0.93",
        "faces": "–",
        "diabetes": "0.7205",
        "diabetes loss": "0.5746",
    }
