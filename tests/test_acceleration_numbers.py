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


def two_inputs():
    x, labels = blobs(70, 6, 3)

    def build():
        keras.utils.set_random_seed(3)
        first, second = keras.Input((4,), name="first"), keras.Input((2,), name="second")
        joined = layers.Concatenate()([layers.Dense(5, "relu")(first), second])
        model = keras.Model([first, second], softmax(3)()(joined))
        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        return model

    held = ([x[:20, :4], x[:20, 4:]], one_hot(labels)[:20])
    return case(build, [x[:, :4], x[:, 4:]], one_hot(labels), validation_data=held)


def two_outputs():
    keras.utils.set_random_seed(3)
    first, second = keras.Input((4,), name="first"), keras.Input((2,), name="second")
    joined = layers.Dense(5, "relu")(layers.Concatenate()([first, second]))
    kind = layers.Dense(3, activation="softmax", name="kind")(joined)
    size = layers.Dense(1, name="size")(joined)
    model = keras.Model({"first": first, "second": second}, {"kind": kind, "size": size})
    model.compile(
        "adam",
        {"kind": "categorical_crossentropy", "size": "mse"},
        loss_weights={"kind": 1, "size": 0.1},
        metrics={"kind": ["accuracy"], "size": ["mae"]},
    )
    return model


def two_outputs_and_inputs_by_name():
    x, labels = blobs(70, 6, 3)
    split = {"first": x[:, :4], "second": x[:, 4:]}
    y = {"kind": one_hot(labels), "size": x.sum(axis=1, keepdims=True)}
    return case(two_outputs, split, y, batch_size=8, validation_split=0.3)


def tables_of_pandas():
    x, labels = blobs(70, 6, 2)
    table = pd.DataFrame(x.astype("float64"), index=range(100, 170)).add_prefix("column ")
    outcome = pd.Series(labels, index=table.index)
    weighted = [named(keras.metrics.BinaryAccuracy)]
    build = stack(inputs(6), sigmoid, loss="binary_crossentropy", weighted_metrics=weighted)
    weights = pd.Series(np.linspace(0, 2, 70), index=table.index)
    return case(build, table, outcome, sample_weight=weights, validation_split=0.3)


def truth_values_and_a_foreign_byte_order():
    x, labels = blobs(70, 6, 3)
    build = stack(inputs(6), softmax(3))
    return case(build, (4 * x).astype(">i4"), one_hot(labels).astype(bool))


def a_list_with_one_tensor():
    x, labels = blobs(140, 6, 3)
    build = stack(inputs(6), softmax(3))
    return case(build, [tf.constant(x)[::2]], one_hot(labels)[::2])


def normalization_adapted_to_the_data():
    x, labels = blobs(70, 6, 3)

    def adapted():
        layer = layers.Normalization()
        layer.adapt(9 * x + 3)
        return layer

    return case(stack(inputs(6), adapted, softmax(3)), 9 * x + 3, one_hot(labels))


def absolute(rows):
    return abs(rows)


def python_functions_as_layer_and_activation():
    x, labels = blobs(70, 6, 3)
    build = stack(
        inputs(6),
        lambda: layers.Lambda(lambda rows: rows**2),
        lambda: layers.Dense(5, absolute),
        softmax(3),
    )
    return case(build, x, one_hot(labels))


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


def worst_error(y, predicted):
    """Find the largest error in a batch, so that it matters how the rows are divided."""
    return keras.ops.max(keras.ops.abs(y - predicted))


def metric_of_whole_batches():
    x, labels = blobs(70, 6, 3)
    build = stack(inputs(6), softmax(3), metrics=[lambda: worst_error])
    return case(build, x, one_hot(labels), batch_size=16, validation_split=0.28)


class Widened(keras.Model):
    """A model of a class of its own, with a loss in a layer."""

    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(7, "tanh", activity_regularizer="l2")
        self.normalized = layers.BatchNormalization()
        self.outer = layers.Dense(3, "softmax")

    def call(self, x, training=False):
        return self.outer(self.normalized(self.inner(x), training=training))


def model_of_a_class_of_its_own():
    def build():
        keras.utils.set_random_seed(3)
        model = Widened()
        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        return model

    return case(build, X, Y, batch_size=8, validation_data=OTHERS)


def masked_steps_of_sequences():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(70, 6, 2)) * (rng.random((70, 6, 1)) > 0.3)
    build = stack(inputs(6, 2), layers.Masking, softmax(3), loss="sparse_categorical_crossentropy")
    return case(build, x, rng.integers(0, 3, (70, 6)), batch_size=16, validation_split=0.28)


def attention():
    rng = np.random.default_rng(0)

    def build():
        keras.utils.set_random_seed(3)
        source = keras.Input((5, 4))
        attended = layers.MultiHeadAttention(2, 3)(source, source)
        pooled = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(attended))
        model = keras.Model(source, softmax(3)()(pooled))
        model.compile("adam", "categorical_crossentropy")
        return model

    return case(build, rng.normal(size=(40, 5, 4)), one_hot(rng.integers(3, size=40)), atol=1e-4)


def autoencoder_without_targets_of_its_own():
    return case(stack(inputs(6), *dense(2), lambda: layers.Dense(6), loss="mse", metrics=[]), X, X)


def validation_every_second_epoch_from_the_third_on():
    given = case(stack(inputs(6), softmax(3)), X, Y, batch_size=8, validation_data=OTHERS)
    given.arguments |= {"validation_freq": 2, "initial_epoch": 2, "epochs": 7}
    return given


def validation_after_chosen_epochs_in_other_batches():
    given = case(stack(inputs(6), softmax(3)), X, Y, batch_size=8, validation_data=OTHERS)
    given.arguments |= {"validation_freq": [1, 4], "validation_batch_size": 7}
    return given


def half_precision():
    def build():
        keras.utils.set_random_seed(3)
        hidden = layers.Dense(8, "relu", dtype="mixed_bfloat16")
        model = keras.Sequential([keras.Input((6,)), hidden, softmax(3)()])
        model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
        return model

    return case(build, X, Y, batch_size=8, atol=1e-3)


def weights_with_a_constraint():
    return case(stack(inputs(6), *dense(4, kernel_constraint="max_norm"), softmax(3)), X, Y)


def compiled_for_xla():
    def build():
        model = small()
        model.compile("sgd", "categorical_crossentropy", jit_compile=True)
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
    "group normalization": lambda: layers.GroupNormalization(2),
    "unit normalization": layers.UnitNormalization,
    "rectifier with a slope to learn": layers.PReLU,
    "shapes": lambda: keras.Sequential(
        [layers.Reshape((4, 2)), layers.Permute((2, 1)), layers.Flatten()]
    ),
    "spectral normalization": lambda: layers.SpectralNormalization(layers.Dense(5)),
    "pooling": lambda: keras.Sequential(
        [layers.Reshape((8, 1)), layers.MaxPooling1D(2), layers.Flatten()]
    ),
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
    two_inputs,
    two_outputs_and_inputs_by_name,
    tables_of_pandas,
    truth_values_and_a_foreign_byte_order,
    a_list_with_one_tensor,
    normalization_adapted_to_the_data,
    python_functions_as_layer_and_activation,
    layers_that_wait_for_their_input,
    many_rows_and_a_smaller_last_batch,
    validation_rows_that_come_out_even_in_no_batches,
    metric_of_whole_batches,
    model_of_a_class_of_its_own,
    masked_steps_of_sequences,
    attention,
    autoencoder_without_targets_of_its_own,
    validation_every_second_epoch_from_the_third_on,
    validation_after_chosen_epochs_in_other_batches,
    half_precision,
    weights_with_a_constraint,
    compiled_for_xla,
]


@pytest.mark.filterwarnings("ignore:The structure of `inputs`")
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


def dropped(_, outputs):
    return tf.reduce_mean(tf.cast(outputs == 0, tf.float32))


def kept(_, outputs):
    """Return what a unit has become that was 1, as the mean of those that are left."""
    return tf.reduce_sum(outputs) / tf.math.count_nonzero(outputs, dtype=tf.float32)


def steps_that_share_a_mask(_, outputs):
    """Return the share of units that are dropped, or kept, at all steps of a sequence."""
    same = tf.reduce_max(outputs, axis=1) == tf.reduce_min(outputs, axis=1)
    return tf.reduce_mean(tf.cast(same, tf.float32))


@pytest.mark.parametrize(
    ("layer", "together"),
    [
        (lambda rate: layers.Dropout(rate), 1),
        (lambda rate: layers.SpatialDropout1D(rate), 4),
        (lambda rate: layers.Dropout(rate, noise_shape=(None, 1, 50)), 4),
    ],
    ids=["units", "channels", "noise shape"],
)
def test_dropout_drops_a_share_of_the_rate_and_scales_the_rest(layer, together):
    rate, rows, steps, units, epochs = 0.3, 200, 4, 50, 3
    model = keras.Sequential([keras.Input((steps, units)), layer(rate), layers.Identity()])
    # No weight is trained; the metrics look at what the dropout lets through.
    model.add(layers.Dense(units, use_bias=False, kernel_initializer="identity"))
    model.compile(
        keras.optimizers.SGD(0.0), "mse", metrics=[dropped, kept, steps_that_share_a_mask]
    )
    ones = np.ones((rows, steps, units), "float32")
    history = fit(
        model,
        ones,
        ones,
        validation_data=(ones, ones),
        batch_size=40,
        epochs=epochs,
        shuffle=False,
        verbose=0,
    ).history
    # The number of dropped units is binomial; five standard deviations are one in a million.
    draws = rows * steps * units / together
    deviation = np.sqrt(rate * (1 - rate) / draws)
    np.testing.assert_allclose(history["dropped"], rate, atol=5 * deviation)
    assert len(set(history["dropped"])) == epochs
    np.testing.assert_allclose(history["kept"], 1 / (1 - rate), rtol=1e-5)
    if together == 1:
        alike = rate**steps + (1 - rate) ** steps
        deviation = np.sqrt(alike * (1 - alike) / (rows * units))
        np.testing.assert_allclose(history["steps_that_share_a_mask"], alike, atol=5 * deviation)
    else:
        assert history["steps_that_share_a_mask"] == [1] * epochs
    assert history["val_dropped"] == [0] * epochs


def test_dropout_of_tensorflow_is_its_own_again_after_training():
    original = tf.nn.experimental.stateless_dropout
    short(dropout_network(1), epochs=1)
    assert tf.nn.experimental.stateless_dropout is original
