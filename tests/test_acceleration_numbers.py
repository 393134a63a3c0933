"""The numbers of an accelerated `model.fit` are those of Keras alone; orders and dropout."""

from __future__ import annotations

from types import SimpleNamespace

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from tests.networks import (
    OTHERS,
    X,
    Y,
    alone,
    assert_same_history,
    assert_same_numbers,
    blobs,
    dense,
    fit,
    inputs,
    named,
    one_hot,
    short,
    sigmoid,
    small,
    softmax,
    stack,
)

layers = keras.layers


def case(build, x, y, *, atol=0, **arguments):
    """Describe one training; `atol` is for weights that Adam moves by rounding errors alone."""
    arguments = {"epochs": 5, "batch_size": 32, "shuffle": False, "verbose": 0} | arguments
    return SimpleNamespace(build=build, x=x, y=y, atol=atol, arguments=arguments)


def pixels(rows, seed=0):
    x, labels = blobs(rows, 784, 10, seed)
    return np.clip(64 * x + 128, 0, 255).astype("uint8"), labels


def iris():
    x, labels = blobs(150, 4, 3)

    def optimizer():
        rate = keras.optimizers.schedules.InverseTimeDecay(0.001, 1, 1e-6)
        return keras.optimizers.SGD(rate, momentum=0.9, nesterov=True)

    build = stack(inputs(4), *dense(5), softmax(3), optimizer=optimizer)
    return case(build, x, one_hot(labels), batch_size=16)


def points():
    x, labels = blobs(100, 2, 4)
    build = stack(inputs(2), *dense(128), softmax(4), optimizer="adam")
    return case(build, x, one_hot(labels), batch_size=10, validation_split=0.25)


def two_classes_of_points():
    x, labels = blobs(100, 2, 2)
    build = stack(inputs(2), *dense(128), sigmoid, optimizer="adam", loss="binary_crossentropy")
    return case(build, x, labels, class_weight={0: 0.5, 1: 3}, validation_split=0.21)


def mnist():
    x, labels = pixels(300)
    build = stack(
        inputs(784),
        lambda: layers.Rescaling(1 / 255),
        *dense(512),
        softmax(10),
        optimizer="rmsprop",
    )
    other, other_labels = pixels(60, seed=1)
    held = (other, one_hot(other_labels))
    return case(build, x, one_hot(labels), batch_size=128, validation_data=held)


def mnist_with_four_layers():
    x, labels = pixels(300)
    build = stack(
        inputs(784),
        lambda: layers.Rescaling(1 / 255),
        *dense(512, 256, 64),
        softmax(10),
        optimizer="rmsprop",
    )
    return case(build, x, one_hot(labels), batch_size=128)


def faces():
    x, labels = blobs(100, 2914, 5)
    build = stack(inputs(2914), *dense(512), softmax(5), optimizer="adam")
    scaled = 1 / (1 + np.exp(-x))
    return case(build, scaled, one_hot(labels), batch_size=25, atol=1e-5)


def diabetes_row_by_row():
    x, labels = blobs(60, 8, 2)
    build = stack(inputs(8), *dense(8, 8), sigmoid, loss="binary_crossentropy")
    return case(build, x, labels, batch_size=1)


def adamw_with_averages_and_regularisers():
    x, labels = blobs(70, 6, 3)
    build = stack(
        inputs(6),
        lambda: layers.Dense(
            8, "relu", kernel_regularizer="l1l2", bias_regularizer="l2", activity_regularizer="l1"
        ),
        layers.BatchNormalization,
        softmax(3),
        optimizer=lambda: keras.optimizers.AdamW(
            0.01, use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=4
        ),
    )
    return case(build, x, one_hot(labels), validation_split=0.2)


def sparse_labels_with_weights_of_classes():
    x, labels = blobs(70, 6, 3)
    build = stack(
        inputs(6),
        *dense(8),
        lambda: layers.Dense(3),
        optimizer=lambda: keras.optimizers.SGD(0.1, clipnorm=1, gradient_accumulation_steps=2),
        loss=lambda: keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy", "sparse_top_k_categorical_accuracy"],
    )
    return case(build, x, labels[:, None], class_weight={0: 2, 2: 0.25})


def one_hot_labels_with_weights_of_classes():
    x, labels = blobs(70, 6, 3)
    weighted = named(keras.metrics.CategoricalAccuracy)
    build = stack(inputs(6), softmax(3), weighted_metrics=[weighted])
    return case(build, x, one_hot(labels), class_weight={0: 2, 1: 0.25})


def weights_of_rows_and_several_metrics():
    x, labels = blobs(70, 6, 2)
    rng = np.random.default_rng(1)
    build = stack(
        inputs(6),
        sigmoid,
        loss="binary_crossentropy",
        metrics=["accuracy", named(keras.metrics.AUC), named(keras.metrics.Precision)],
        weighted_metrics=[named(keras.metrics.Recall), named(keras.metrics.BinaryAccuracy)],
    )
    other, other_labels = blobs(33, 6, 2, seed=1)
    held = (other, other_labels, rng.uniform(0, 2, 33))
    weights = rng.uniform(0, 2, 70)
    return case(build, x, labels, sample_weight=weights, validation_data=held)


def tables_of_pandas():
    x, labels = blobs(70, 6, 2)
    table = pd.DataFrame(x.astype("float64"), index=range(100, 170)).add_prefix("column ")
    outcome = pd.Series(labels, index=table.index)
    weighted = [named(keras.metrics.BinaryAccuracy)]
    build = stack(inputs(6), sigmoid, loss="binary_crossentropy", weighted_metrics=weighted)
    weights = pd.Series(np.linspace(0, 2, 70), index=table.index)
    return case(build, table, outcome, sample_weight=weights, validation_split=0.3)


def truth_values_and_whole_numbers():
    x, labels = blobs(70, 6, 3)
    build = stack(inputs(6), softmax(3))
    return case(build, (4 * x).astype("int8"), one_hot(labels).astype(bool))


def a_sum_and_a_skipped_layer():
    x, labels = blobs(70, 6, 3)

    def build():
        keras.utils.set_random_seed(3)
        entry = keras.Input((6,))
        first = layers.Dense(6, "relu")(entry)
        both = layers.Concatenate()([layers.Add()([entry, first]), layers.Dense(2)(first)])
        model = keras.Model(entry, softmax(3)()(both))
        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        return model

    return case(build, tf.constant(x), one_hot(labels), validation_split=0.2)


def double_precision():
    build = stack(inputs(6, dtype="float64"), *dense(8, dtype="float64"), softmax(3))
    return case(build, X.astype("float64"), Y, batch_size=8)


def layers_that_wait_for_their_input():
    x, labels = blobs(70, 6, 3)
    return case(stack(*dense(8), softmax(3), optimizer="adam"), x, one_hot(labels))


def many_rows_and_a_smaller_last_batch():
    # So many that the last batch and the validation become a program of their own.
    x, labels = blobs(4300, 6, 3)
    build = stack(inputs(6), *dense(8), softmax(3), optimizer="adam")
    return case(build, x, one_hot(labels), batch_size=1000, validation_split=0.04, epochs=3)


def validation_rows_that_come_out_even_in_no_batches():
    x, labels = blobs(70, 6, 3)
    held = x[:23], one_hot(labels)[:23]
    return case(
        stack(inputs(6), softmax(3)), x, one_hot(labels), batch_size=8, validation_data=held
    )


def autoencoder_without_targets_of_its_own():
    return case(stack(inputs(6), *dense(2), lambda: layers.Dense(6), loss="mse", metrics=[]), X, X)


def later_epochs_and_validation_in_other_batches():
    given = case(stack(inputs(6), softmax(3)), X, Y, batch_size=8, validation_data=OTHERS)
    given.arguments |= {"validation_batch_size": 7, "initial_epoch": 2, "epochs": 7}
    return given


def weights_with_a_constraint():
    return case(stack(inputs(6), *dense(4, kernel_constraint="max_norm"), softmax(3)), X, Y)


def copy_with_metrics_of_an_earlier_compilation():
    def build():
        copy = keras.models.clone_model(small())
        copy.set_weights(small().get_weights())
        copy.compile("sgd", "categorical_crossentropy")
        return copy

    return case(build, X, Y, batch_size=8)


def compiled_for_xla():
    def build():
        model = small()
        model.compile("sgd", "categorical_crossentropy", metrics=["mae"], jit_compile=True)
        return model

    return case(build, X, Y, batch_size=8)


OPTIMIZERS = ["adagrad", "adadelta", "adamax", "adafactor", "ftrl", "lion", "nadam"]
LOSSES = [
    "mae",
    "huber",
    "kl_divergence",
    "hinge",
    "poisson",
    "log_cosh",
    "categorical_focal_crossentropy",
]
LAYERS = {
    "layer normalization": layers.LayerNormalization,
    "activation": lambda: layers.Activation("tanh"),
    "activity": lambda: layers.ActivityRegularization(l2=0.1),
    "exponential": layers.ELU,
    "leaky": lambda: layers.LeakyReLU(0.2),
    "clipped": lambda: layers.ReLU(1.0, threshold=0.1),
    "softmax": layers.Softmax,
    "shapes": lambda: [layers.Reshape((4, 2)), layers.Dense(3), layers.Flatten()],
    "rescaling": lambda: layers.Rescaling(0.5, offset=1),
    "batch normalization": lambda: layers.BatchNormalization(momentum=0.8, scale=False),
}
SMALL = [
    *[pytest.param({"optimizer": name}, id=name) for name in OPTIMIZERS],
    *[pytest.param({"loss": name}, id=name) for name in LOSSES],
    *[pytest.param({"layer": layer}, id=name) for name, layer in LAYERS.items()],
]


@pytest.mark.parametrize("changes", SMALL)
def test_numbers_of_small_networks_are_those_of_keras(changes):
    layer = changes.pop("layer", layers.Identity)
    build = stack(inputs(6), *dense(8), layer, softmax(3), **changes)
    model, reference = build(), build()
    settings = {"validation_data": OTHERS, "epochs": 3}
    assert_same_history(short(model, **settings), short(reference, alone, **settings))
    assert_same_numbers(model, reference, 1e-5)


TRAININGS = [
    iris,
    points,
    two_classes_of_points,
    mnist,
    mnist_with_four_layers,
    faces,
    diabetes_row_by_row,
    adamw_with_averages_and_regularisers,
    sparse_labels_with_weights_of_classes,
    one_hot_labels_with_weights_of_classes,
    weights_of_rows_and_several_metrics,
    tables_of_pandas,
    truth_values_and_whole_numbers,
    layers_that_wait_for_their_input,
    many_rows_and_a_smaller_last_batch,
    validation_rows_that_come_out_even_in_no_batches,
    autoencoder_without_targets_of_its_own,
    later_epochs_and_validation_in_other_batches,
    double_precision,
    a_sum_and_a_skipped_layer,
    weights_with_a_constraint,
    copy_with_metrics_of_an_earlier_compilation,
    compiled_for_xla,
]


@pytest.mark.parametrize("training", TRAININGS)
def test_numbers_are_those_of_keras(training):
    given = training()
    reference = given.build()
    if training is mnist_with_four_layers:
        # RMSprop lets rounding errors grow here; Keras rounds alike when it uses XLA, too.
        settings = {"metrics": ["accuracy"], "jit_compile": True}
        reference.compile("rmsprop", "categorical_crossentropy", **settings)
    expected = alone(reference, given.x, given.y, **given.arguments)
    model = given.build()
    history = fit(model, given.x, given.y, **given.arguments)
    assert_same_history(history, expected)
    assert_same_numbers(model, reference, given.atol)


# Order of the rows


def test_order_of_an_epoch_is_the_documented_one():
    model, reference = small(), small()
    keras.utils.set_random_seed(7)
    history = short(model, epochs=4, shuffle=True)
    keras.utils.set_random_seed(7)
    seed = np.random.randint(2**31)  # noqa: NPY002
    for epoch in range(4):
        order = np.random.default_rng([seed, epoch]).permutation(len(X))
        one = alone(reference, X[order], Y[order], batch_size=8, shuffle=False, epochs=1, verbose=0)
        assert history.history["loss"][epoch] == pytest.approx(one.history["loss"][0], rel=1e-5)
    assert_same_numbers(model, reference)


# Dropout


def dropout_network(seed):
    """Build a network whose weights are the same at each call, and whose dropout is not."""
    build = stack(inputs(6), *dense(8), lambda: layers.Dropout(0.5), softmax(3))
    start = build().get_weights()
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [keras.Input((6,)), *[part() for part in dense(8)], layers.Dropout(0.5), softmax(3)()]
    )
    model.compile("sgd", "categorical_crossentropy")
    model.set_weights(start)
    return model


def test_dropout_without_a_seed_hangs_on_the_layers_and_goes_on():
    first, same, other = dropout_network(1), dropout_network(1), dropout_network(2)
    start = first.get_weights()
    loss = [short(model, epochs=1).history["loss"][0] for model in (first, same, other)]
    assert loss[0] == loss[1] != loss[2]
    first.set_weights(start)
    assert short(first, epochs=1).history["loss"][0] != loss[0]


@pytest.mark.parametrize("shape", [None, (None, 1, 50)], ids=["units", "together"])
def test_dropout_drops_a_share_of_the_rate_and_scales_the_rest(shape):
    rate, rows, steps, units = 0.3, 200, 4, 50
    # Weights are not trained: the loss is the mean of what the dropout lets through, squared.
    model = keras.Sequential([keras.Input((steps, units)), layers.Dropout(rate, shape)])
    kernel = layers.Dense(units, use_bias=False, kernel_initializer="identity")
    model.add(kernel)
    model.compile(keras.optimizers.SGD(0.0), "mse", metrics=["mae"])
    ones, zeros = np.ones((rows, steps, units)), np.zeros((rows, steps, units))
    settings = {"batch_size": 40, "epochs": 3, "verbose": 0, "validation_data": (ones, zeros)}
    history = fit(model, ones, zeros, **settings).history
    # The number of dropped units is binomial; five standard deviations are one in a million.
    draws = rows * steps * units / (4 if shape else 1)
    kept = np.array(history["mae"]) * (1 - rate)
    np.testing.assert_allclose(kept, 1 - rate, atol=5 * np.sqrt(rate * (1 - rate) / draws))
    np.testing.assert_allclose(history["loss"], np.array(history["mae"]) / (1 - rate), rtol=1e-5)
    assert len(set(history["mae"])) == 3
    assert history["val_mae"] == [1] * 3


def test_noise_has_its_width_and_is_new_in_each_epoch():
    model = keras.Sequential([keras.Input((50,)), layers.GaussianNoise(0.5)])
    model.add(layers.Dense(50, use_bias=False, kernel_initializer="identity"))
    model.compile(keras.optimizers.SGD(0.0), "mse")
    zeros = np.zeros((800, 50))
    history = fit(model, zeros, zeros, epochs=3, verbose=0, validation_data=(zeros, zeros)).history
    deviation = 0.25 * np.sqrt(2 / zeros.size)
    np.testing.assert_allclose(history["loss"], 0.25, atol=5 * deviation)
    assert len(set(history["loss"])) == 3
    assert history["val_loss"] == [0] * 3


def test_dropout_of_tensorflow_is_its_own_again_after_training():
    original = tf.nn.experimental.stateless_dropout
    short(dropout_network(1), epochs=1)
    assert tf.nn.experimental.stateless_dropout is original
