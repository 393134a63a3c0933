"""The shared network, and the progress bar."""

from __future__ import annotations

import keras
import numpy as np
import pytest

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


@pytest.mark.parametrize(("setting", "expected"), [(" OFF ", False), ("on", True), (None, True)])
def test_watched_follows_the_environment(monkeypatch, setting, expected):
    if setting is None:
        monkeypatch.delenv("COURSE_PROGRESS", raising=False)
    else:
        monkeypatch.setenv("COURSE_PROGRESS", setting)
    assert watched() is expected
    with progress_bar(2, "step", "Testing") as bar:
        assert bar.disable is not expected
