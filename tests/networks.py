"""Small networks, data, and comparisons for the tests of training."""

from __future__ import annotations

import inspect

import keras
import numpy as np

from helpers.acceleration import accelerate, trainings

layers = keras.layers


def alone(model, *data, **settings):
    """Train with Keras alone."""
    return inspect.unwrap(keras.Model.fit)(model, *data, **settings)


def fit(model, *data, **settings):
    """Train with `model.fit` accelerated, and check that the training was compiled."""
    accelerate()
    compiled = trainings["compiled"]
    history = model.fit(*data, **settings)
    assert trainings["compiled"] == compiled + 1, trainings
    return history


def stack(*parts, optimizer="sgd", loss="categorical_crossentropy", metrics=("accuracy",), **more):
    """Return a function that builds and compiles a Sequential model, the same at each call."""

    def build():
        keras.utils.set_random_seed(3)
        made = keras.tree.flatten([part() for part in parts])
        chosen = optimizer() if callable(optimizer) else optimizer
        measures = [metric() if callable(metric) else metric for metric in metrics]
        weighted = [metric() for metric in more.get("weighted_metrics", ())] or None
        model = keras.Sequential(made)
        chosen_loss = loss() if callable(loss) else loss
        model.compile(chosen, chosen_loss, metrics=measures, weighted_metrics=weighted)
        return model

    return build


def dense(*sizes, **settings):
    return [lambda n=n: layers.Dense(n, "relu", **settings) for n in sizes]


def inputs(*shape, **settings):
    return lambda: keras.Input(shape, **settings)


def softmax(classes):
    return lambda: layers.Dense(classes, activation="softmax")


def sigmoid():
    return layers.Dense(1, activation="sigmoid")


def named(metric):
    """Return a function that makes a metric whose name Keras does not count up."""
    return lambda: metric(name=metric.__name__.lower())


def blobs(rows, columns, classes, seed=0):
    """Draw rows around one centre a class, a task that a network learns in a few epochs."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(classes, size=rows)
    centres = rng.normal(size=(classes, columns))
    return (centres[labels] + rng.normal(size=(rows, columns))).astype("float32"), labels


def one_hot(labels):
    return keras.utils.to_categorical(labels)


def small(optimizer="adam", metrics=("accuracy",)):
    """Build the small network of most tests below, always with the same weights."""
    return stack(inputs(6), softmax(3), optimizer=optimizer, metrics=metrics)()


ROWS, KINDS = blobs(43, 6, 3)
X, LABELS, Y = ROWS[:23], KINDS[:23], one_hot(KINDS)[:23]
OTHERS = ROWS[23:], one_hot(KINDS)[23:]
STEPS = 3
"""Batches of eight rows in an epoch."""


def short(model, method=fit, **settings):
    """Train on the small data, quietly and in their own order unless told otherwise."""
    settings = {"batch_size": 8, "epochs": 3, "shuffle": False, "verbose": 0} | settings
    return method(model, X, Y, **settings)


def weights(model):
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


def assert_same_numbers(model, reference, atol=0):
    """Compare weights and the optimizer's variables, each with the largest number in it."""
    pairs = zip(
        [*model.weights, *model.optimizer.variables],
        [*reference.weights, *reference.optimizer.variables],
        strict=True,
    )
    for variable, other in pairs:
        expected = other.numpy()
        least = max(atol, 1e-5 * np.abs(expected).max(initial=0))
        np.testing.assert_allclose(
            variable.numpy(), expected, rtol=1e-4, atol=least, err_msg=variable.path
        )


def assert_same_history(history, reference):
    assert history.epoch == reference.epoch
    assert list(history.history) == list(reference.history)
    for name, values in reference.history.items():
        np.testing.assert_allclose(
            history.history[name], values, rtol=1e-5, atol=1e-6, err_msg=name
        )
