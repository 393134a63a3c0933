"""What `fit` refuses: before it trains, in one line that names what is wrong."""

from __future__ import annotations

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from helpers.models import build_mlp
from helpers.training import fit

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 4)).astype("float32")
LABELS = np.arange(12) % 3
Y = keras.utils.to_categorical(LABELS)


@pytest.fixture(scope="module")
def three_classes():
    return build_mlp(4, [], 3)


@pytest.fixture(scope="module")
def sparse():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy())
    return model


@pytest.fixture(scope="module")
def one_sigmoid():
    return build_mlp(4, [], 2)


def refused(model, kind, message, *data, **settings):
    """Check that the training is refused, and that the model is what it was."""
    before = model.get_weights() if isinstance(model, keras.Model) else []
    with pytest.raises(kind, match=message) as caught:
        fit(model, *data, **{"epochs": 2, "batch_size": 4} | settings)
    assert "\n" not in str(caught.value)
    if isinstance(model, keras.Model):
        for weight, old in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(weight, old)
        assert not model.compiled or model.optimizer.iterations == 0
        assert getattr(model, "history", None) is None or model.history.history == {}


def with_value(array, value):
    changed = array.copy()
    changed.flat[3] = value
    return changed


def objects(array):
    changed = array.astype(object)
    changed.flat[3] = "two"
    return changed


class Stream(keras.utils.PyDataset):
    def __len__(self):
        return 1

    def __getitem__(self, index):
        return X, Y


@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (X[:11], Y, "^y has 12 rows and x has 11;"),
        (X, Y[:11], "^y has 11 rows and x has 12;"),
        (X[:, :3], Y, r"^x has rows of shape \(3,\), and the network expects \(4,\);"),
        (X[:, :, None, None], Y, r"^x has rows of shape \(4, 1, 1\), and .* \(4,\);"),
        (X[:, 0], Y, r"^x has rows of shape \(\), and the network expects \(4,\);"),
        (X[:0], Y[:0], "^x has no rows;"),
        (np.float32(1), Y, "^x is a single number;"),
        (1.0, Y, "^x is a list with the float 1.0 in it"),
        (with_value(X, np.nan), Y, "^x holds NaN;"),
        (with_value(X, -np.inf), Y, "^x holds an infinite number;"),
        (with_value(X.astype("float64"), 1e300), Y, "^x holds an infinite number;"),
        (X, with_value(Y, np.nan), "^y holds NaN;"),
        (X, with_value(Y, np.inf), "^y holds an infinite number;"),
        (X.astype(str), Y, "^x holds text;"),
        (objects(X), Y, "^x holds text, for instance 'two';"),
        (X, objects(Y), "^y holds text, for instance 'two';"),
        (X.astype(object), Y, "^x holds Python objects;"),
        (pd.DataFrame(X).assign(name="ada"), Y, "^x holds text, for instance 'ada';"),
        (X.astype("complex64"), Y, "^x holds values of type complex64;"),
        (X, np.full(12, "2026-01-01", "datetime64[D]"), r"^y holds values of type datetime64"),
        (X.tolist(), Y, r"^x is a list with the float .* give np.array\(x\)"),
        (X, LABELS.tolist(), r"^y is a list with the int 0 in it.* give np.array\(y\)"),
        ("data.csv", Y, "^x is 'data.csv'; give an array"),
        (None, Y, "^x is None; give an array"),
        (X, LABELS, r"^y has the shape \(12,\), and the network has 3 outputs"),
        (X, np.eye(4)[LABELS], r"^y has the shape \(12, 4\), and the network has 3 outputs"),
        (X, np.eye(2)[LABELS % 2], r"^y has the shape \(12, 2\), and the network has 3 outputs"),
    ],
)
def test_data_that_do_not_fit_are_refused(three_classes, x, y, message):
    refused(three_classes, ValueError, message, x, y)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (X, None, "^y is missing;"),
        (tf.data.Dataset.from_tensor_slices((X, Y)), None, "^y is missing;"),
        (tf.data.Dataset.from_tensor_slices(X), Y, "^x is a tensorflow.*; use model.fit$"),
        ((row for row in X), Y, "^x is a builtins.generator, .*; use model.fit$"),
        (X, iter(Y), "^y is a builtins.*iterator, .*; use model.fit$"),
        (Stream(), None, "^y is missing;"),
        (Stream(), Y, "^x is a .*Stream, .*; use model.fit$"),
        (tf.sparse.from_dense(X), Y, "^x is a tensorflow.*SparseTensor, .*; use model.fit$"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_data_that_are_no_arrays_are_left_to_keras(three_classes, x, y, message):
    refused(three_classes, NotImplementedError, message, x, y)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (LABELS + 1, "^y holds labels from 1 to 3, and the network has 3 outputs;"),
        (LABELS - 1, "^y holds labels from -1 to 1, and .* give labels from 0 to 2$"),
        (LABELS[:, None] + 1.0, "^y holds labels from 1 to 3,"),
    ],
)
def test_classes_without_an_output_are_refused(sparse, y, message):
    refused(sparse, ValueError, message, X, y)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (LABELS, "^y holds values from 0 to 2, and binary cross-entropy knows 0 and 1 only;"),
        (LABELS % 2 * 2 - 1, "^y holds values from -1 to 1,"),
        (np.eye(2)[LABELS % 2], "^y has 2 columns, and the network has 1 output;"),
    ],
)
def test_more_than_two_classes_for_one_sigmoid_are_refused(one_sigmoid, y, message):
    refused(one_sigmoid, ValueError, message, X, y)


def test_labels_are_looked_at_when_the_network_waits_for_its_input():
    model = keras.Sequential([keras.layers.Dense(3, activation="softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    with pytest.raises(ValueError, match=r"^y holds labels from 1 to 3"):
        fit(model, X, LABELS + 1)
    assert model.optimizer.iterations == 0


def test_labels_that_the_loss_ignores_are_not_refused():
    y = np.where(LABELS == 2, -1, LABELS)
    losses = []
    for method in (keras.Model.fit, fit):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
        model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(ignore_class=-1))
        history = method(model, X, y, batch_size=5, epochs=2, shuffle=False, verbose=0)
        losses.append(history.history["loss"])
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-5)


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        ((X[:5], Y[:4]), "^the validation y has 4 rows and the validation x has 5;"),
        ((X[:, :2], Y), r"^the validation x has rows of shape \(2,\), and the network expects"),
        ((with_value(X, np.nan), Y), "^the validation x holds NaN;"),
        ((with_value(X, np.inf), Y), "^the validation x holds an infinite number;"),
        ((X, with_value(Y, np.nan)), "^the validation y holds NaN;"),
        ((X, LABELS), r"^the validation y has the shape \(12,\)"),
        ((X[:0], Y[:0]), "^the validation x has no rows;"),
        ((X, Y, np.ones(3)), "^the validation sample_weight has 3 rows and the validation x"),
        ((X, Y, -np.ones(12)), "^the validation sample_weight holds a negative weight"),
        ((X,), r"^validation_data is no \(x, y\) or"),
        ((X, Y, Y, Y), r"^validation_data is no \(x, y\) or"),
        (X, r"^validation_data is no \(x, y\) or"),
    ],
)
def test_validation_data_that_do_not_fit_are_refused(three_classes, validation, message):
    refused(three_classes, ValueError, message, X, Y, validation_data=validation)


def test_validation_without_targets_is_left_to_keras(three_classes):
    message = "^the validation y is missing;"
    refused(three_classes, NotImplementedError, message, X, Y, validation_data=(X, None))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch_size": 0}, "^batch_size is 0; give a whole number of at least 1"),
        ({"batch_size": True}, "^batch_size is True;"),
        ({"batch_size": 2.5}, "^batch_size is 2.5;"),
        ({"batch_size": None}, "^batch_size is None;"),
        ({"batch_size": "8"}, "^batch_size is '8';"),
        ({"epochs": -1}, "^epochs is -1; give a whole number of at least 0"),
        ({"epochs": 1.0}, "^epochs is 1.0;"),
        ({"initial_epoch": -1}, "^initial_epoch is -1;"),
        ({"seed": -1}, "^seed is -1;"),
        ({"seed": 0.5}, "^seed is 0.5;"),
        ({"verbose": 3}, '^verbose is 3; give "auto", 0, 1 or 2'),
        ({"verbose": "quiet"}, "^verbose is 'quiet';"),
        ({"validation_split": 1.0}, "^validation_split is 1.0; give a share from 0 up to 1"),
        ({"validation_split": -0.1}, "^validation_split is -0.1;"),
        ({"validation_split": np.nan}, "^validation_split is nan;"),
        ({"validation_split": 0.99}, "of 12 rows leaves none for training;"),
        ({"validation_split": 1e-20}, "of 12 rows leaves none for validation;"),
        ({"sample_weight": np.ones(11)}, "^sample_weight has 11 rows and x has 12;"),
        ({"sample_weight": np.linspace(-1, 1, 12)}, "^sample_weight holds a negative weight"),
        ({"sample_weight": np.full(12, np.nan)}, "^sample_weight holds NaN;"),
        (
            {"sample_weight": np.ones(12), "class_weight": {0: 2}},
            "^give class_weight or sample_weight, not both",
        ),
        ({"callbacks": [print]}, "among the callbacks is no keras.callbacks.Callback"),
        ({"callbacks": keras.callbacks.EarlyStopping}, "among the callbacks is no keras"),
    ],
    ids=lambda value: " and ".join(value) if isinstance(value, dict) else "",
)
def test_settings_out_of_range_are_refused(three_classes, settings, message):
    refused(three_classes, ValueError, message, X, Y, **settings)


class BatchCounter(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        """Look at a batch."""


class OldBatchCounter(keras.callbacks.Callback):
    def on_batch_begin(self, batch, logs=None):
        """Look at a batch."""


class ValidationWatcher(keras.callbacks.Callback):
    def on_test_end(self, logs=None):
        """Look at a validation."""


def on_batch(batch, logs):
    """Look at a batch."""


@pytest.mark.parametrize(
    ("callback", "message"),
    [
        (BatchCounter(), "^the callback BatchCounter wants to be called at on_train_batch_end,"),
        (OldBatchCounter(), "^the callback OldBatchCounter wants .* on_batch_begin,"),
        (
            keras.callbacks.LambdaCallback(on_train_batch_begin=on_batch),
            "^the callback LambdaCallback wants to be called at on_train_batch_begin,",
        ),
        (keras.callbacks.TerminateOnNaN(), "^TerminateOnNaN looks at every batch;"),
        (keras.callbacks.ProgbarLogger(), "^the callback ProgbarLogger wants"),
        (
            keras.callbacks.ModelCheckpoint("model.keras", save_freq=10),
            "^the callback ModelCheckpoint wants to be called at on_train_batch_end,",
        ),
        (keras.callbacks.BackupAndRestore("backup"), "^the callback BackupAndRestore wants"),
        (keras.callbacks.CallbackList([]), "^fit makes the CallbackList itself;"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_callbacks_that_look_at_batches_are_left_to_keras(three_classes, callback, message):
    given = callback if isinstance(callback, keras.callbacks.CallbackList) else [callback]
    refused(three_classes, NotImplementedError, message, X, Y, callbacks=given)


def test_callbacks_that_look_at_the_validation_are_refused_where_there_is_one(three_classes):
    message = "^the callback ValidationWatcher wants to be called at on_test_end,"
    settings = {"callbacks": ValidationWatcher(), "validation_split": 0.5}
    refused(three_classes, NotImplementedError, message, X, Y, **settings)
    fit(build_mlp(4, [], 3), X, Y, callbacks=ValidationWatcher(), verbose=0)


def test_shuffling_by_batches_is_left_to_keras(three_classes):
    refused(three_classes, NotImplementedError, "^shuffle is 'batch';", X, Y, shuffle="batch")


def test_what_is_no_model_is_refused():
    refused(keras.layers.Dense(3), ValueError, "^model is a Dense; give a keras.Model", X, Y)


def test_model_that_is_not_compiled_is_refused():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    refused(model, ValueError, "^the model is not compiled;", X, Y)


def test_model_that_runs_eagerly_is_left_to_keras():
    model = build_mlp(4, [], 3)
    model.run_eagerly = True
    refused(model, NotImplementedError, "run_eagerly=True; use model.fit$", X, Y)


def test_weights_of_classes_for_two_outputs_are_left_to_keras():
    source = keras.Input((4,))
    model = keras.Model(source, [keras.layers.Dense(3)(source), keras.layers.Dense(1)(source)])
    model.compile("sgd", ["mse", "mse"])
    message = "^class_weight needs a single y;"
    refused(model, NotImplementedError, message, X, [Y, X[:, :1]], class_weight={0: 2})


class OwnLogs(keras.Model):
    def train_step(self, data):
        logs = super().train_step(data)
        return {"cost": logs["loss"]}


def test_training_step_that_returns_other_numbers_than_its_metrics_is_left_to_keras():
    source = keras.Input((4,))
    model = OwnLogs(source, keras.layers.Dense(3)(source))
    model.compile("sgd", "mse")
    message = r"^OwnLogs has a train_step of its own that returns \['cost'\],"
    refused(model, NotImplementedError, message, X, Y)


def test_metric_with_several_values_is_left_to_keras():
    model = build_mlp(4, [], 3)
    metric = keras.metrics.F1Score(average=None, name="scores")
    model.compile("sgd", "categorical_crossentropy", metrics=[metric])
    refused(model, NotImplementedError, "^metric 'scores' has several values,", X, Y)
