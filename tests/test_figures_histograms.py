"""Histograms by outcome, folds as strips, and the line to beat."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from helpers.figures.histograms import measure_histogram
from helpers.plotting import (
    description,
    filled_gaps,
    fold_losses,
    folds_of_rows,
    histograms,
    loss_against,
    paired_weights,
)

ROWS = pd.DataFrame({"Insulin": [0, 0, 0, 100, 200, 300], "Age": [21, 30, 40, 50, 60, 70]})
OUTCOME = [0, 1, 0, 0, 1, 1]
SPLITS = [([2, 3, 4, 5], [0, 1]), ([0, 1, 4, 5], [2, 3]), ([0, 1, 2, 3], [4, 5])]
LOSSES = {"loss": [0.7, 0.5, 0.3], "val_loss": [0.6, 0.5, 0.8]}


@pytest.fixture(autouse=True)
def figures_are_closed():
    plt.close("all")
    yield
    plt.close("all")


def test_each_column_has_its_medians_without_the_zeros_that_are_marked():
    assert description(histograms(ROWS, OUTCOME, {"Insulin": 3})) == (
        "Insulin: Histogram from 100 to 300. Median without the spike 100 without diabetes, 250 "
        "with. A spike at 0: 3 women, 1 with diabetes and 2 without. Age: Histogram from 21 to "
        "70. Median 40 without diabetes, 60 with."
    )
    assert "spike" not in description(histograms(ROWS, OUTCOME, {"Insulin": 0}))


def test_every_woman_is_in_one_bin_or_in_a_spike():
    panel = measure_histogram(ROWS["Age"], OUTCOME, "Age", [])
    assert panel.counts.sum(axis=1).tolist() == [3, 3]
    panel = measure_histogram(ROWS["Insulin"], OUTCOME, "Insulin", [0])
    assert panel.counts.sum(axis=1).tolist() == [1, 2]
    assert panel.spikes == [(0, 2, 1)]


def test_values_that_many_share_are_spikes_of_a_filled_column():
    count = 60
    outcome = np.arange(count) % 2
    table = pd.DataFrame({"Insulin": np.arange(100.0, 100 + count)})
    table.loc[:9, "Insulin"] = np.where(outcome[:10] == 1, 300, 50)
    words = description(filled_gaps({"by outcome": table}, "Insulin", outcome))
    assert "A spike at 50: 5 women, 0 with diabetes and 5 without." in words
    assert "A spike at 300: 5 women, 5 with diabetes and 0 without." in words


def test_folds_say_how_many_rows_each_round_judges():
    assert description(folds_of_rows(SPLITS, OUTCOME)) == (
        "3 strips, one a round, of 6 rows sorted by fold. In each round another fold is judged, "
        "and the other 2 are learned from. The folds, from the first: 2 rows, 1 ill; 2 rows, 0 "
        "ill; 2 rows, 2 ill. Every row is judged once."
    )


def test_losses_are_read_model_by_model_and_the_hardest_fold_is_named():
    answers = {"half": [0.5] * 6, "good": [0.1, 0.9, 0.1, 0.2, 0.9, 0.9]}
    axes = fold_losses(answers, OUTCOME, SPLITS)
    assert description(axes) == (
        "Dots over the loss, a line a model, a dot for each of 3 folds. half: from 0.693 to 0.693, "
        "mean 0.693. good: from 0.105 to 0.164, mean 0.125. Fold 1 is the hardest for 1 of 2."
    )
    assert [text.get_text() for text in axes.texts] == ["1", "1", "2", "2", "3", "3"]


def test_weights_of_two_models_are_compared():
    assert description(paired_weights({"a": [[1.0], [-2.0]], "b": [1.0, -2.1]}, ["x", "y"])) == (
        "Marks of two models on one line a column. Weights of a: x 1.000, y -2.000. Those of b "
        "lie within 0.100 of them."
    )


def test_loss_is_read_at_the_marked_the_best_and_the_last_epoch():
    assert description(loss_against(LOSSES, "regression", 0.45, stop=1)) == (
        "Lines of the loss against the epoch. Validation: 0.600 at epoch 1, 0.500 at its lowest, "
        "epoch 2, 0.800 at epoch 3. Training falls from 0.700 to 0.300. Level line: regression, "
        "validation 0.450."
    )


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: histograms(ROWS, OUTCOME, {"BMI": 1}), "zeros names BMI"),
        (lambda: histograms(ROWS, OUTCOME[:5]), "values 6, outcome 5"),
        (lambda: filled_gaps({}, "Age", OUTCOME), "tables holds 0"),
        (lambda: filled_gaps({"a": ROWS}, "BMI", OUTCOME), "'a' has no column 'BMI'"),
        (lambda: folds_of_rows(SPLITS[:2], OUTCOME), "do not judge every row once"),
        (lambda: fold_losses({"a": [0.5] * 6}, OUTCOME, SPLITS[:2]), "do not judge every row once"),
        (lambda: fold_losses({"a": [0.5] * 5}, OUTCOME, SPLITS), "true_labels 6, a 5"),
        (lambda: paired_weights({"a": [1.0]}, ["x"]), "weights holds 1 models"),
        (lambda: paired_weights({"a": [1.0], "b": [1.0, 2.0]}, ["x"]), "do not have 1 weights"),
        (lambda: loss_against({"loss": [1.0]}, "a", 0.5, 1), "no 'val_loss'"),
        (lambda: loss_against(LOSSES, "a", 0.5, 4), "stop is 4"),
    ],
)
def test_what_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
    assert plt.get_fignums() == []
