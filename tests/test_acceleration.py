"""What `accelerate` is besides its numbers: programs, callbacks, what is left to Keras."""

from __future__ import annotations

import gc
import os
import re
import signal
import subprocess
import sys
import threading
import warnings
import weakref
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

from helpers import acceleration, programs
from helpers.acceleration import accelerate, accelerated, trainings
from tests.networks import (
    LABELS,
    OTHERS,
    STEPS,
    X,
    Y,
    alone,
    assert_same_history,
    assert_same_numbers,
    dense,
    fit,
    inputs,
    short,
    small,
    softmax,
    stack,
    weights,
)

layers = keras.layers


# On and off


def test_switch_goes_on_and_off_and_on_again():
    accelerate(False)
    original, compiling = keras.Model.fit, keras.Model.compile
    assert not accelerated()
    for _ in range(2):
        accelerate()
        assert accelerated()
        assert keras.Model.fit.__wrapped__ is original
        assert keras.Sequential.fit.__doc__ == original.__doc__
    for _ in range(2):
        accelerate(False)
        assert keras.Model.fit is original
        assert keras.Model.compile is compiling
    before = Counter(trainings)
    small().fit(X, Y, verbose=0)
    assert trainings == before


@pytest.mark.filterwarnings("error::UserWarning")
def test_model_that_is_loaded_is_compiled_and_left_to_keras(tmp_path):
    accelerate()
    model = small()
    short(model, alone)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    before = trainings["jit_compile=False"]
    assert_same_history(short(loaded, keras.Model.fit), short(model, alone))
    assert trainings["jit_compile=False"] == before + 1


def test_first_switch_leaves_names_and_random_numbers_alone():
    keras.backend.clear_session()
    acceleration._self_test.cache_clear()
    accelerate(False)
    keras.utils.set_random_seed(5)
    accelerate()
    drawn = np.random.randint(2**31)  # noqa: NPY002 - the state that Keras' seed sets
    assert drawn == np.random.RandomState(5).randint(2**31)
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    assert (model.name, model.layers[0].name) == ("sequential", "dense")


def watch(monkeypatch, run, compiling=lambda: None):
    """Let `run` do with a program, and what is handed to it, what a training does."""
    original = programs.compiled

    def compiled(*given):
        compiling()
        program = original(*given)
        return lambda *values: run(program, values)

    monkeypatch.setattr(programs, "compiled", compiled)
    programs.programs.clear()


@pytest.mark.parametrize("fault", ["name", "numbers"])
def test_keras_that_has_changed_is_left_alone_with_one_warning(fault, monkeypatch):
    accelerate(False)
    acceleration._self_test.cache_clear()
    original = keras.Model.fit
    if fault == "name":
        monkeypatch.delattr(keras.src.trainers.data_adapters.array_data_adapter, "ArrayDataAdapter")
    else:
        watch(monkeypatch, lambda program, given: program(*given) + 0.001)
    with pytest.warns(RuntimeWarning, match=r"^model.fit stays as it is: .* Keras 3") as caught:
        accelerate()
    assert len(caught) == 1
    assert "\n" not in str(caught[0].message)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        accelerate()
    assert keras.Model.fit is original
    acceleration._self_test.cache_clear()
    programs.programs.clear()


# Programs


@pytest.fixture
def traces(monkeypatch):
    """Collect the programs that are traced, with none left over from other tests."""
    found = []
    accelerate()
    watch(monkeypatch, lambda program, given: program(*given), lambda: found.append(1))
    yield found
    programs.programs.clear()


def test_second_training_of_the_same_shapes_compiles_nothing(traces):
    model = small()
    short(model)
    assert len(traces) == 1
    model.set_weights(small().get_weights())
    short(model, epochs=5, shuffle=True, callbacks=[keras.callbacks.Callback()], initial_epoch=1)
    fit(model, X[::-1] + 1.0, pd.DataFrame(Y), batch_size=8, verbose=0)
    model.optimizer.learning_rate = 0.5
    short(model)
    assert len(traces) == 1


def test_other_shapes_compile_anew_and_old_ones_do_not(traces):
    model = small("sgd")
    settings = {"x": X, "y": Y, "batch_size": 8, "verbose": 0}
    changes = [
        {},
        {"batch_size": 7},
        {"validation_data": OTHERS},
        {"sample_weight": np.ones(len(X))},
        {"x": X[:20], "y": Y[:20]},
        {"x": (9 * X).astype("int8")},
    ]
    for number, change in enumerate(changes, 1):
        fit(model, **settings | change)
        assert len(traces) == number
    for change in changes:
        fit(model, **settings | change)
    assert len(traces) == len(changes)


def test_frozen_layers_count_when_they_are_compiled_as_with_keras(traces):
    models, histories = [stack(inputs(6), *dense(4), softmax(3))() for _ in range(2)], [[], []]
    for model, method, found in zip(models, (alone, fit), histories, strict=True):
        found.append(short(model, method))
        model.layers[0].trainable = False
        found.append(short(model, method))  # goes on with what was compiled
        model.compile("sgd", "mse", metrics=["mae"])
        found.append(short(model, method))
        model.compile(model.optimizer, "mse", metrics=["mae"])
        found.append(short(model, method))
    for expected, history in zip(*histories, strict=True):
        assert_same_history(history, expected)
    assert_same_numbers(models[1], models[0])
    assert len(traces) == 2


def hidden(momentum=0.9, activation="relu", l2=0.1, loss="categorical_crossentropy", frozen=False):
    """Build a network by settings that change no shape."""
    inner = layers.Dense(4, activation, kernel_regularizer=keras.regularizers.L2(l2))
    inner.trainable = not frozen
    model = keras.Sequential([keras.Input((6,)), inner, layers.Dense(3, activation="softmax")])
    model.compile(keras.optimizers.SGD(momentum=momentum), loss)
    return model


def test_network_that_differs_in_one_thing_has_a_program_of_its_own(traces):
    changes = [{"momentum": 0.5}, {"activation": "tanh"}, {"l2": 0.2}, {"loss": "mse"}]
    for number, change in enumerate([{}, *changes, {"frozen": True}], 1):
        short(hidden(**change), epochs=1)
        assert len(traces) == number
        short(hidden(**change), epochs=1)
        assert len(traces) == number


def test_network_that_is_built_again_needs_no_new_program(traces):
    first, second, reference = small(), small(), small()
    start = 2 * weights(first)
    short(first)
    for model in (second, reference):
        model.set_weights([2 * weight for weight in model.get_weights()])
    np.testing.assert_array_equal(weights(second), start)
    trained = weights(first)
    assert_same_history(short(second), short(reference, alone))
    assert_same_numbers(second, reference)
    np.testing.assert_array_equal(weights(first), trained)
    assert len(traces) == 1


def test_networks_with_other_learning_rates_share_a_program_and_keep_their_rates(traces):
    for rate in (0.1, 0.001):
        models = [small(lambda rate=rate: keras.optimizers.Adam(rate)) for _ in range(2)]
        short(models[0])
        short(models[1], alone)
        assert_same_numbers(*models)
        assert float(models[0].optimizer.learning_rate.numpy()) == pytest.approx(rate)
    assert len(traces) == 1


def test_training_leaves_the_seed_of_the_next_network_alone():
    def next_network(train):
        keras.utils.set_random_seed(6)
        # No other test has a network like this one, which therefore is compiled here.
        model = keras.Sequential([keras.Input((6,)), layers.Dropout(0.1), softmax(3)()])
        model.compile("sgd", "categorical_crossentropy")
        if train:
            short(model)
        layer = layers.Dense(4)
        layer.build((None, 6))
        return layer.kernel.numpy()

    untouched, compiled, again = (next_network(train) for train in (False, True, True))
    np.testing.assert_array_equal(compiled, untouched)
    np.testing.assert_array_equal(again, untouched)


def test_many_networks_train_without_a_warning_of_tensorflow(caplog, capsys):
    for width in range(2, 8):
        model = keras.Sequential([inputs(6)(), layers.Dense(width)])
        model.compile("sgd", "mse")
        fit(model, X, np.ones((len(X), width)), verbose=0)
    assert caplog.messages == []
    assert capsys.readouterr() == ("", "")


class Counting(layers.Layer):
    """A layer with a variable that Keras does not know of."""

    def build(self, shape):
        self.count = [tf.Variable(0.0)]

    def call(self, x):
        self.count[0].assign_add(1.0)
        return x


def test_variable_that_keras_does_not_know_of_is_left_to_keras(monkeypatch):
    monkeypatch.setattr(acceleration, "LAYERS", {*acceleration.LAYERS, Counting})
    monkeypatch.setattr(programs, "_FOREIGN", "nothing")  # as if the layer were one of Keras' own
    accelerate()
    before = trainings["a variable that Keras does not know of"]
    model = stack(inputs(6), Counting, softmax(3))()
    short(model, keras.Model.fit, epochs=2)
    assert trainings["a variable that Keras does not know of"] == before + 1
    assert float(model.layers[0].count[0].numpy()) >= 2 * STEPS


def test_networks_are_freed_with_their_programs():
    model = small()
    short(model)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_threads_that_train_networks_alike_trace_one_program_and_do_not_mix(traces):
    def build(scale):
        model = small()
        model.set_weights([scale * weight for weight in model.get_weights()])
        return model

    def train(model):
        return short(model, keras.Model.fit, epochs=50).history["loss"]

    expected = [train(build(scale)) for scale in range(4)]
    programs.programs.clear()
    traces.clear()
    models = [build(scale) for scale in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(train, models)) == expected
    assert len(traces) == 1


# The model afterwards


@pytest.mark.parametrize("settings", [{"epochs": 0}, {"epochs": 2, "initial_epoch": 2}])
def test_no_epoch_trains_nothing(settings):
    model = small()
    before = weights(model)
    history = short(model, **settings)
    assert model.history is history
    assert history.epoch == []
    assert history.history == {}
    np.testing.assert_array_equal(weights(model), before)


def test_length_of_a_batch_is_not_built_into_a_network_without_input(tmp_path):
    model = keras.Sequential([softmax(3)()])
    model.compile("sgd", "categorical_crossentropy")
    short(model)
    assert model.input_shape == (None, 6)


@pytest.mark.parametrize("methods", [(fit, alone), (alone, fit)], ids=["fast first", "fast last"])
def test_training_goes_on_in_both_directions(methods):
    model, reference = small(), small()
    short(reference, alone, epochs=4)
    short(model, methods[0], epochs=2)
    history = short(model, methods[1], initial_epoch=2, epochs=4)
    assert history.epoch == [2, 3]
    assert_same_numbers(model, reference)


# Callbacks


class Recorder(keras.callbacks.Callback):
    """Write down every call at the start and end of training and of an epoch."""

    def __init__(self):
        super().__init__()
        self.events = []

    def on_train_begin(self, logs=None):
        self.events.append(("train begin", None, logs))

    def on_epoch_begin(self, epoch, logs=None):
        self.events.append(("epoch begin", epoch, logs))

    def on_epoch_end(self, epoch, logs=None):
        self.events.append(("epoch end", epoch, logs))

    def on_train_end(self, logs=None):
        self.events.append(("train end", None, logs))


def test_callbacks_are_called_as_by_keras():
    recorded = []
    for method in (alone, fit):
        recorder = Recorder()
        given = [recorder]
        settings = {"initial_epoch": 2, "epochs": 4, "validation_data": (X, Y)}
        short(small(), method, callbacks=given, **settings)
        assert given == [recorder]
        recorded.append(recorder)
    reference, ours = recorded
    names = ["train begin", *["epoch begin", "epoch end"] * 2, "train end"]
    assert [event[0] for event in ours.events] == names
    assert [event[1] for event in ours.events] == [None, 2, 2, 3, 3, None]
    for event, expected in zip(ours.events, reference.events, strict=True):
        assert event[:2] == expected[:2]
        assert event[2] == (None if expected[2] is None else pytest.approx(expected[2], rel=1e-5))
    assert ours.params == {"verbose": 0, "epochs": 4, "steps": STEPS}
    assert ours.params == reference.params


def on_epoch_end(function):
    """Return a callback that is handed to `function` with what Keras hands to it."""
    callback = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: function(callback.model, epoch, logs)
    )
    return callback


def halve(model, epoch, logs):
    model.optimizer.learning_rate.assign(model.optimizer.learning_rate / 2)
    logs["twice"] = 2 * logs["loss"]


def stop_after_two(model, epoch, logs):
    model.stop_training = epoch == 1


known = keras.callbacks


@pytest.mark.parametrize(
    ("make", "epochs"),
    [
        (lambda _: known.EarlyStopping("val_loss", patience=1, restore_best_weights=True), 5),
        (
            lambda folder: known.ModelCheckpoint(
                folder / "{epoch}-{val_loss:.3f}.weights.h5",
                save_best_only=True,
                save_weights_only=True,
            ),
            6,
        ),
        (lambda _: known.ReduceLROnPlateau("loss", patience=1, min_delta=1, factor=0.3), 6),
        (lambda folder: known.CSVLogger(folder / "log.csv"), 6),
        (lambda _: known.LearningRateScheduler(lambda epoch, rate: rate / (epoch + 1)), 6),
        (lambda _: on_epoch_end(halve), 6),
        (lambda _: on_epoch_end(stop_after_two), 2),
    ],
    ids=["early stopping", "checkpoint", "plateau", "csv", "scheduler", "rate", "stop"],
)
def test_callbacks_do_what_they_do_with_keras(make, epochs, tmp_path):
    # A rate at which the loss of the other rows falls and rises again.
    results = []
    for method in (alone, fit):
        folder = tmp_path / method.__qualname__
        folder.mkdir()
        model = small(keras.optimizers.Adam(0.06))
        settings = {"epochs": 6, "validation_data": OTHERS, "callbacks": make(folder)}
        history = short(model, method, **settings)
        results.append((model, history, folder))
    (reference, expected, written), (model, history, folder) = results
    assert len(history.epoch) == epochs
    assert_same_history(history, expected)
    assert_same_numbers(model, reference)
    files = sorted(path.name for path in folder.iterdir())
    assert files == sorted(path.name for path in written.iterdir())
    for name in files:
        if name.endswith(".h5"):
            model.load_weights(folder / name)
            reference.load_weights(written / name)
            assert_same_numbers(model, reference)
        else:
            np.testing.assert_allclose(
                pd.read_csv(folder / name), pd.read_csv(written / name), rtol=1e-5
            )


@pytest.fixture
def counts(monkeypatch):
    """Collect how many epochs each call of the program runs, as many as allowed."""
    found = []

    def run(program, given):
        found.append(int(given[-1]))
        return program(*given)

    accelerate()
    watch(monkeypatch, run)
    monkeypatch.setattr(acceleration, "SECONDS_PER_CALL", 1e9)
    yield found
    programs.programs.clear()


def test_several_epochs_go_in_one_call_unless_a_callback_looks_at_each(counts):
    settings = {"epochs": 70, "validation_split": 0.2}
    free, watched = small(), small()
    history = short(free, **settings)
    assert counts == [1, 2, 4, 8, 16, 32, 7]
    counts.clear()
    recorder = Recorder()
    expected = short(watched, callbacks=recorder, **settings)
    assert counts == [1] * 70
    assert history.epoch == list(range(70))
    assert history.history == expected.history
    np.testing.assert_array_equal(weights(free), weights(watched))
    assert recorder.events[-1][2] == {name: row[-1] for name, row in history.history.items()}


@pytest.mark.parametrize("verbose", [0, 1, 2, "auto"])
def test_what_is_printed_is_what_keras_prints_but_for_times_and_steps(verbose, capsys):
    printed = []
    for method in (alone, fit):
        short(small(), method, verbose=verbose, validation_data=OTHERS, epochs=2)
        text = re.sub(r"\x1b\[\d+m|[\b]+", "", capsys.readouterr().out)
        lines = [line.rpartition("\r")[2] for line in text.split("\n")]
        printed.append([re.sub(r"\d+m?u?s(/step)?", "", line).split() for line in lines])
    assert printed[0] == printed[1]
    assert (printed[1] == [[]]) == (verbose == 0)


# Interruptions


in_main_thread = pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(),
    reason="Python handles signals in the main thread, and pytest runs in another",
)


class Interrupting(keras.callbacks.Callback):
    """Do at the end of an epoch what Ctrl-C does."""

    def __init__(self, epoch, times=1):
        super().__init__()
        self.at, self.times, self.ended, self.reached = epoch, times, False, []

    def on_epoch_end(self, epoch, logs=None):
        if epoch == self.at:
            for number in range(self.times):
                self.reached.append(number)
                signal.raise_signal(signal.SIGINT)

    def on_train_end(self, logs=None):
        self.ended = True


@in_main_thread
def test_interruption_keeps_the_finished_epochs_and_training_can_go_on():
    handler = signal.getsignal(signal.SIGINT)
    settings = {"epochs": 6}
    model, reference = small(), small()
    expected = short(reference, **settings).history
    stopper = Interrupting(2)
    with pytest.raises(KeyboardInterrupt):
        short(model, callbacks=[stopper], **settings)
    assert signal.getsignal(signal.SIGINT) is handler
    assert not stopper.ended
    assert model.history.epoch == [0, 1, 2]
    assert model.history.history == {name: values[:3] for name, values in expected.items()}
    assert model.optimizer.iterations == 3 * STEPS
    assert np.isfinite(model.evaluate(X, Y, verbose=0)).all()
    short(model, initial_epoch=3, **settings)
    np.testing.assert_array_equal(weights(model), weights(reference))


@in_main_thread
def test_interruption_from_outside_keeps_whole_epochs(monkeypatch):
    handler = signal.getsignal(signal.SIGINT)
    calls = []
    running = threading.Event()

    def run(program, given):
        calls.append(int(given[-1]))
        if len(calls) == 3:
            running.set()
        return program(*given)

    def interrupt():
        running.wait(60)
        os.kill(os.getpid(), signal.SIGINT)

    accelerate()
    watch(monkeypatch, run)
    model = small()
    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        short(model, epochs=20_000)
    thread.join()
    assert signal.getsignal(signal.SIGINT) is handler
    assert len(calls) >= 3
    assert model.history.epoch == list(range(sum(calls)))
    assert len(model.history.history["loss"]) == sum(calls) < 20_000
    assert model.optimizer.iterations == sum(calls) * STEPS


@in_main_thread
def test_second_interruption_is_raised_at_once():
    handler = signal.getsignal(signal.SIGINT)
    stopper = Interrupting(1, times=3)
    with pytest.raises(KeyboardInterrupt):
        short(small(), callbacks=[stopper])
    assert stopper.reached == [0, 1]
    assert signal.getsignal(signal.SIGINT) is handler


@in_main_thread
def test_interruptions_that_the_program_ignores_stay_ignored(monkeypatch):
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert short(small(), callbacks=[Interrupting(0)]).epoch == [0, 1, 2]
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, handler)


# What is left to Keras


FOREIGN = "a part that is not Keras' own, or a function"
DATA = tf.data.Dataset.from_tensor_slices((X, Y)).batch(8)


class BatchCounter(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        """Look at a batch."""


class ValidationWatcher(keras.callbacks.Callback):
    def on_test_end(self, logs=None):
        """Look at a validation."""


class OwnStep(keras.Sequential):
    def train_step(self, data):
        return super().train_step(data)


class CountingCheckpoint(keras.callbacks.ModelCheckpoint):
    def on_train_batch_end(self, batch, logs=None):
        """Look at a batch."""


class Small(keras.regularizers.Regularizer):
    def __call__(self, x):
        return keras.ops.sum(x**4)

    def get_config(self):
        return {}


def relu(x):
    return -x


def own_loss(y, p):
    return keras.ops.mean((y - p) ** 2, axis=-1)


def compiled(**settings):
    keras.utils.set_random_seed(3)
    model = small()
    model.compile(**{"optimizer": "sgd", "loss": "mse", "metrics": ["mae"]} | settings)
    return model


def network(*parts, kind=keras.Sequential):
    """Return a function that builds a network around some layers."""

    def build():
        keras.utils.set_random_seed(3)
        model = kind(
            [keras.Input((6,)), *[part() for part in parts], layers.Flatten(), softmax(3)()]
        )
        model.compile("sgd", "categorical_crossentropy")
        return model

    return build


def wide():
    return layers.Reshape((6, 1))


def operation():
    entry = keras.Input((6,))
    model = keras.Model(entry, softmax(3)()(keras.ops.tanh(entry)))
    model.compile("sgd", "mse")
    return model


def earlier_loss():
    model = small()
    model.compile("sgd", "mse")
    model.compile("sgd")
    return model


def own_call():
    model = compiled()
    model.layers[-1].call = lambda x, **_: keras.ops.softmax(x @ model.layers[-1].kernel / 2)
    return model


def without_decay():
    model = compiled(optimizer=keras.optimizers.AdamW(0.01))
    model.optimizer.exclude_from_weight_decay(var_names=["bias"])
    return model


LEFT = [
    (network(wide, lambda: layers.Conv1D(2, 3)), {}, "the layer Conv1D"),
    (network(wide, lambda: layers.GRU(2)), {}, "the layer GRU"),
    (network(lambda: layers.Embedding(99, 2)), {"x": np.abs(X)}, "the layer Embedding"),
    (network(lambda: layers.Lambda(lambda x: x**2)), {}, "the layer Lambda"),
    (network(lambda: layers.Normalization(mean=1, variance=2)), {}, "the layer Normalization"),
    (network(lambda: layers.Dense(3, dtype="mixed_bfloat16")), {}, "bfloat16"),
    (network(lambda: keras.Sequential([layers.ReLU()])), {}, "the layer Sequential"),
    (network(lambda: layers.Dense(3, lambda x: -x)), {}, "its own activation"),
    (network(lambda: layers.Dense(3, relu)), {}, "its own activation"),
    (
        network(lambda: layers.Dense(3, kernel_regularizer=Small())),
        {},
        "its own kernel_regularizer",
    ),
    (network(kind=OwnStep), {}, "the model OwnStep"),
    (operation, {}, "the layer Tanh"),
    (own_call, {}, "its own call"),
    (lambda: compiled(loss=own_loss), {}, "its own loss"),
    (lambda: compiled(metrics=[own_loss]), {}, FOREIGN),
    (lambda: compiled(metrics=[keras.metrics.F1Score()]), {}, "a metric with several values"),
    (lambda: compiled(metrics=[keras.metrics.OneHotMeanIoU(3)]), {}, FOREIGN),
    (without_decay, {}, "variables without weight decay"),
    (earlier_loss, {}, "no loss, or that of an earlier compilation"),
    (lambda: compiled(run_eagerly=True), {}, "run_eagerly"),
    (lambda: compiled(jit_compile=False), {}, "jit_compile=False"),
    (lambda: compiled(steps_per_execution=2), {}, "steps_per_execution"),
    (compiled, {"shuffle": "batch"}, "shuffle in batches"),
    (compiled, {"steps_per_epoch": 2}, "a number of steps"),
    (compiled, {"validation_data": OTHERS, "validation_freq": 2}, "validation_freq"),
    (compiled, {"x": [X]}, "a list"),
    (compiled, {"x": DATA, "y": None, "batch_size": None}, f"a {type(DATA).__name__}"),
    (compiled, {"validation_data": DATA}, f"a {type(DATA).__name__}"),
    (compiled, {"callbacks": BatchCounter()}, "BatchCounter.on_train_batch_end"),
    (compiled, {"callbacks": [keras.callbacks.TerminateOnNaN()]}, "TerminateOnNaN.on_batch_end"),
    (compiled, {"callbacks": ValidationWatcher()}, "ValidationWatcher.on_test_end"),
    (
        compiled,
        {"callbacks": keras.callbacks.LambdaCallback(on_train_batch_end=lambda *_, **__: None)},
        "LambdaCallback.on_train_batch_end",
    ),
    (
        compiled,
        {"callbacks": CountingCheckpoint("unused-{epoch}.h5", save_freq="epoch")},
        "CountingCheckpoint.on_train_batch_end",
    ),
]


@pytest.mark.filterwarnings("ignore:The structure of `inputs`")
@pytest.mark.parametrize(("build", "settings", "reason"), LEFT)
def test_what_is_left_to_keras_has_its_reason_and_its_numbers(
    build, settings, reason, monkeypatch, caplog, tmp_path
):
    accelerate()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(acceleration, "trainings", Counter())
    given = {"x": X, "y": Y, "batch_size": 8, "epochs": 2, "verbose": 0, "shuffle": False}
    histories = []
    with caplog.at_level("DEBUG", "helpers.acceleration"):
        for method in (keras.Model.fit, alone):
            keras.utils.set_random_seed(3)
            keras.backend.clear_session()
            histories.append(method(build(), **given | settings).history)
    assert acceleration.trainings == {reason: 1}
    told = [record.message for record in caplog.records if record.name == "helpers.acceleration"]
    assert told == [f"left to Keras: {reason}"]
    assert list(histories[0]) == list(histories[1])
    for name, values in histories[1].items():
        np.testing.assert_allclose(histories[0][name], values, rtol=1e-6, err_msg=name)


def test_strategy_of_tensorflow_is_left_to_keras():
    accelerate()
    before = trainings["a distribution strategy"]
    with tf.distribute.OneDeviceStrategy("/cpu:0").scope():
        model = small()
    assert model.fit(X, Y, verbose=0).epoch == [0]
    assert trainings["a distribution strategy"] == before + 1


@pytest.mark.parametrize(
    ("x", "y", "error"),
    [
        (X[:11], Y, ValueError),
        (X[:, :3], Y, ValueError),
        (X.astype(str), Y, Exception),
        (X, LABELS, ValueError),
        (None, Y, Exception),
        (X.tolist(), Y, ValueError),
        (X, None, ValueError),
    ],
    ids=["rows", "columns", "text", "labels", "nothing", "list", "no labels"],
)
def test_errors_are_those_of_keras(x, y, error):
    accelerate()
    messages = []
    for method in (keras.Model.fit, alone):
        with pytest.raises(error) as caught:
            method(small(), x, y, verbose=0)
        messages.append(re.sub(r"_\d+|0x\w+|__inference\S+", "", str(caught.value)))
    assert messages[0] == messages[1]


def test_labels_without_an_output_raise_the_error_of_keras():
    accelerate()
    build = stack(inputs(6), softmax(3), loss="sparse_categorical_crossentropy")
    with pytest.raises(tf.errors.InvalidArgumentError, match="label value"):
        build().fit(X, LABELS + 1, verbose=0)
    assert fit(build(), X, LABELS, verbose=0).epoch == [0]


def test_other_backends_are_left_alone_and_need_no_tensorflow():
    code = """
import sys
import keras

keras.backend.backend = lambda: "jax"
sys.modules["tensorflow"] = None  # as if it were not installed
from helpers.acceleration import accelerate, accelerated
import helpers.training

before = keras.Model.fit
accelerate()
assert not accelerated() and keras.Model.fit is before
accelerate(False)
"""
    command = [sys.executable, "-W", "error::RuntimeWarning", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_pictures_that_lie_well_are_not_copied_unless_a_callback_could_change_them():
    rows = np.zeros((5, 64), "float32")[1:]
    place = -rows.ctypes.data % 64 // 4
    well = rows.reshape(-1)[place : place + 128].reshape(2, 64)
    for share in (True, False):
        tensor = programs.arrays(well, np.zeros(2), share=share)[0]
        well += 1
        assert bool((tensor.numpy() == well).all()) is share
    assert (programs.arrays(well[:, 1:], np.zeros(2), share=True)[0].numpy() == well[:, 1:]).all()
