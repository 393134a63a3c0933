"""The shared network, the progress bar, and the interval of an accuracy."""

from __future__ import annotations

import keras
import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from helpers.evaluation import accuracy_table
from helpers.models import build_mlp
from helpers.progress import progress_bar, watched


def test_mlp_for_several_classes_ends_in_a_softmax():
    model = build_mlp(4, [5], 3)
    assert model.count_params() == 4 * 5 + 5 + 5 * 3 + 3
    assert model.loss == "categorical_crossentropy"
    probabilities = model.predict(np.ones((2, 4)), verbose=0)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-6)


def test_mlp_for_two_classes_ends_in_one_sigmoid():
    model = build_mlp(8, [8, 8], 2, optimizer="sgd")
    assert model.output_shape == (None, 1)
    assert model.loss == "binary_crossentropy"
    assert model.layers[-1].activation is keras.activations.sigmoid
    assert isinstance(model.optimizer, keras.optimizers.SGD)


def test_mlp_has_relu_in_its_hidden_layers_or_what_is_asked_for():
    assert build_mlp(4, [5], 3).layers[0].activation is keras.activations.relu
    assert build_mlp(4, [5], 3, activation="tanh").layers[0].activation is keras.activations.tanh


def test_mlp_without_hidden_layers_is_linear_and_with_a_seed_repeats():
    keras.utils.set_random_seed(7)
    first = build_mlp(3, [], 4)
    keras.utils.set_random_seed(7)
    second = build_mlp(3, [], 4)
    assert len(first.layers) == 1
    np.testing.assert_array_equal(first.get_weights()[0], second.get_weights()[0])


@pytest.mark.parametrize(
    ("sizes", "named"),
    [
        ((0, [5], 3), "inputs"),
        ((4, [0], 3), "hidden"),
        ((4, [5.5], 3), "hidden"),
        ((4, [5], 1), "classes"),
        ((True, [5], 3), "inputs"),
    ],
)
def test_mlp_names_the_size_that_is_wrong(sizes, named):
    with pytest.raises(ValueError, match=f"{named}.* is .*whole number"):
        build_mlp(*sizes)


@pytest.mark.parametrize(("setting", "expected"), [("off", False), (" OFF ", False), ("on", True)])
def test_watched_follows_the_environment(monkeypatch, setting, expected):
    monkeypatch.setenv("COURSE_PROGRESS", setting)
    assert watched() is expected
    with progress_bar(2, "step", "Testing") as bar:
        assert bar.disable is not expected


def test_watched_is_true_where_nothing_is_set(monkeypatch):
    monkeypatch.delenv("COURSE_PROGRESS", raising=False)
    assert watched()


def test_interval_is_wilsons():
    # Wilson (1927) in closed form, for 49 right of 50.
    z, share, rows = norm.ppf(0.975), 0.98, 50
    centre = (share + z**2 / (2 * rows)) / (1 + z**2 / rows)
    half = z / (1 + z**2 / rows) * np.sqrt(share * (1 - share) / rows + z**2 / (4 * rows**2))
    table = accuracy_table({"network": 0.98}, rows=50)
    np.testing.assert_allclose(
        table.loc["network"], [0.98, centre - half, centre + half], rtol=1e-12
    )


def test_interval_has_a_width_where_all_or_none_are_right():
    table = accuracy_table({"all": 1.0, "none": 0.0}, rows=50)
    assert table.loc["all", "from"] < 0.95
    assert table.loc["all", "to"] == 1
    assert table.loc["none", "to"] > 0.05


def test_interval_takes_what_keras_calls_an_accuracy():
    keras_value = float(np.float32(9810 / 10000))
    table = accuracy_table({"network": keras_value}, rows=10_000)
    assert table.loc["network", "accuracy"] == 0.981
    assert isinstance(table, pd.DataFrame)


@pytest.mark.parametrize(
    ("accuracies", "rows", "message"),
    [
        ({"a": 0.5}, 0, "at least 1 row"),
        ({"a": 98.0}, 50, "share from 0 to 1"),
        ({"a": float("nan")}, 50, "share from 0 to 1"),
        ({"a": 0.977}, 50, "no whole number of 50 rows"),
    ],
)
def test_interval_refuses_what_is_no_accuracy_of_these_rows(accuracies, rows, message):
    with pytest.raises(ValueError, match=message):
        accuracy_table(accuracies, rows=rows)
