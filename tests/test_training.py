"""What `fit` is besides its numbers: programs, callbacks, progress, interruptions, memory."""

from __future__ import annotations

import os
import signal
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from helpers.epochs import Program, tensors

from helpers import epochs as epochs_module
from helpers import training as training_module
from helpers.training import EpochProgress, fit
from tests.networks import (
    LABELS,
    OTHERS,
    STEPS,
    X,
    Y,
    assert_same_history,
    assert_same_numbers,
    dense,
    inputs,
    short,
    small,
    softmax,
    stack,
    weights,
)

layers = keras.layers


# One program for several trainings


@pytest.fixture
def traces(monkeypatch):
    """Collect the programs that are traced, with none left over from other tests."""
    found = []
    original = Program._epochs

    def epochs(self, *arguments):
        found.append(self)
        return original(self, *arguments)

    monkeypatch.setattr(Program, "_epochs", epochs)
    monkeypatch.setattr(epochs_module, "_programs", OrderedDict())
    return found


def test_second_training_of_the_same_shapes_compiles_nothing(traces):
    model = small()
    short(model)
    assert len(traces) == 1
    model.set_weights(small().get_weights())
    short(model, epochs=5, shuffle=True, seed=3, callbacks=[EpochProgress()], initial_epoch=1)
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


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "sgd", "loss": "mse", "metrics": ["mae"]},
        # Keras goes on with the earlier metrics, or the earlier loss.
        {"optimizer": "sgd", "loss": "mse"},
        {"optimizer": "rmsprop", "metrics": ["accuracy"]},
    ],
    ids=["all", "no metrics", "no loss"],
)
def test_compilation_and_frozen_layers_count_as_with_keras(settings):
    models = [stack(inputs(6), *dense(4), softmax(3))() for _ in range(2)]
    histories = []
    for model, method in zip(models, (keras.Model.fit, fit), strict=True):
        if "metrics" in settings and "loss" in settings:
            short(model, method)
        model.layers[0].trainable = False
        model.compile(**settings)
        histories.append(short(model, method))
    assert_same_history(histories[1], histories[0])
    assert_same_numbers(models[1], models[0])


def test_compilation_with_the_same_optimizer_goes_on_with_its_state():
    histories = []
    models = small(), small()
    for model, method in zip(models, (keras.Model.fit, fit), strict=True):
        short(model, method)
        model.compile(model.optimizer, "mse", metrics=["mae"])
        histories.append(short(model, method))
    assert_same_history(histories[1], histories[0])
    assert_same_numbers(models[1], models[0])


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
    assert_same_history(short(second), short(reference, keras.Model.fit))
    assert_same_numbers(second, reference)
    np.testing.assert_array_equal(weights(first), trained)
    assert len(traces) == 1


def test_networks_with_other_learning_rates_share_a_program_and_keep_their_rates(traces):
    for rate in (0.1, 0.001):
        models = [small(lambda rate=rate: keras.optimizers.Adam(rate)) for _ in range(2)]
        short(models[0])
        short(models[1], keras.Model.fit)
        assert_same_numbers(*models)
        assert float(models[0].optimizer.learning_rate.numpy()) == pytest.approx(rate)
    assert len(traces) == 1


def test_functions_of_the_same_name_are_not_taken_for_each_other():
    def with_loss(function):
        function.__name__ = "cost"
        return stack(inputs(6), softmax(3), loss=lambda: function, metrics=[])()

    squares = with_loss(lambda y, p: tf.reduce_mean((y - p) ** 2, axis=-1))
    amounts = with_loss(lambda y, p: tf.reduce_mean(abs(y - p), axis=-1))
    expected = np.abs(Y - amounts.predict(X, verbose=0)).mean()
    short(squares, epochs=1)
    history = short(amounts, epochs=1, batch_size=23).history
    assert history["loss"][0] == pytest.approx(expected, rel=1e-5)


def test_outputs_keep_their_names_in_networks_that_are_alike():
    for names in (("left", "right"), ("up", "down")):
        source = keras.Input((6,))
        outputs = [layers.Dense(3, name=name)(source) for name in names]
        model = keras.Model(source, outputs)
        model.compile("sgd", ["mse", "mse"])
        history = fit(model, X, [Y, Y], verbose=0).history
        assert list(history) == sorted(["loss", *(f"{name}_loss" for name in names)])


def test_training_leaves_the_seed_of_the_next_network_alone():
    def next_network(train):
        keras.utils.set_random_seed(6)
        # No other test has a network like this one, which therefore is compiled here.
        model = keras.Sequential([keras.Input((6,)), layers.Dropout(0.1), softmax(3)()])
        model.compile("sgd", "categorical_crossentropy")
        if train:
            short(model, seed=1)
        layer = layers.Dense(4)
        layer.build((None, 6))
        return layer.kernel.numpy()

    untouched, compiled, again = (next_network(train) for train in (False, True, True))
    np.testing.assert_array_equal(compiled, untouched)
    np.testing.assert_array_equal(again, untouched)


def test_several_threads_train_networks_that_are_alike():
    def train(seed):
        history = short(models[seed], seed=seed, shuffle=True, epochs=50)
        return history.history["loss"]

    models = [small() for _ in range(4)]
    expected = [train(seed) for seed in range(4)]
    models = [small() for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(train, range(4))) == expected


def test_many_networks_train_without_a_warning_of_tensorflow(caplog, capsys):
    for width in range(2, 8):
        model = keras.Sequential([inputs(6)(), layers.Dense(width)])
        model.compile("sgd", "mse")
        fit(model, X, np.ones((len(X), width)), verbose=0)
    assert caplog.messages == []
    assert capsys.readouterr() == ("", "")


def test_compiling_a_program_leaves_the_model_as_it_is(monkeypatch):
    def run(*_):
        raise RuntimeError("no epoch")

    monkeypatch.setattr(Program, "run", run)
    build = stack(inputs(6), layers.BatchNormalization, lambda: layers.Dropout(0.5), softmax(3))
    model = build()
    model.optimizer.build(model.trainable_variables)
    before = [variable.numpy() for variable in model.variables]
    with pytest.raises(RuntimeError, match="no epoch"):
        short(model, validation_data=OTHERS)
    for variable, number in zip(model.variables, before, strict=False):
        np.testing.assert_array_equal(variable.numpy(), number, err_msg=variable.path)
    assert model.optimizer.iterations == 0


# The model afterwards


def test_evaluation_after_training_is_what_one_computes_by_hand():
    model = small()
    history = short(model, validation_data=(X[:9], Y[:9]))
    assert model.history is history
    probabilities = model.predict(X[:9], verbose=0)
    loss = -np.log(probabilities[np.arange(9), LABELS[:9]]).mean()
    accuracy = (probabilities.argmax(axis=1) == LABELS[:9]).mean()
    np.testing.assert_allclose(model.evaluate(X[:9], Y[:9], verbose=0), [loss, accuracy], rtol=1e-5)
    np.testing.assert_allclose(history.history["val_loss"][-1], loss, rtol=1e-5)
    np.testing.assert_allclose(history.history["val_accuracy"][-1], accuracy, rtol=1e-5)


@pytest.mark.parametrize("saved", [False, True], ids=["kept", "saved"])
@pytest.mark.parametrize(
    "methods",
    [(fit, keras.Model.fit), (keras.Model.fit, fit), (fit, fit)],
    ids=["fit, model.fit", "model.fit, fit", "fit, fit"],
)
def test_training_goes_on_in_both_directions_and_after_saving(methods, saved, tmp_path):
    model, reference = small(), small()
    short(reference, keras.Model.fit, epochs=4)
    short(model, methods[0], epochs=2)
    if saved:
        model.save(tmp_path / "model.keras")
        model = keras.saving.load_model(tmp_path / "model.keras")
    history = short(model, methods[1], initial_epoch=2, epochs=4)
    assert history.epoch == [2, 3]
    assert_same_numbers(model, reference)


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


# Memory


def test_numbers_keep_their_kind():
    data = {
        "pixels": np.arange(200, dtype="uint8").reshape(10, 20)[:, ::3],
        "labels": np.arange(10) % 2 == 0,
        "nothing": None,
        "numbers": np.linspace(0, 1, 30, dtype="float32").reshape(10, 3),
    }
    result = tensors(data)
    assert result.pop("nothing") is None
    for name, tensor in result.items():
        assert tensor.dtype == data[name].dtype
        np.testing.assert_array_equal(tensor, data[name])


def test_program_is_handed_pixels_in_one_byte_each(monkeypatch):
    kinds = []
    original = Program.run

    def run(self, train, validation, orders):
        kinds.append((train[0].dtype, validation[0].dtype))
        return original(self, train, validation, orders)

    monkeypatch.setattr(Program, "run", run)
    x = (8 * X).clip(0, 255).astype("uint8")
    short_x = x.copy()
    fit(small(), x, Y, validation_split=0.2, verbose=0)
    assert kinds == [(tf.uint8, tf.uint8)]
    np.testing.assert_array_equal(x, short_x)


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
    for method in (keras.Model.fit, fit):
        recorder = Recorder()
        given = [recorder]
        short(
            small(),
            method,
            initial_epoch=2,
            epochs=4,
            validation_data=(X, Y),
            callbacks=given,
        )
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


def early_stopping(_):
    return keras.callbacks.EarlyStopping("val_loss", patience=1, restore_best_weights=True)


def checkpoint(folder):
    return keras.callbacks.ModelCheckpoint(
        folder / "{epoch}-{val_loss:.3f}.weights.h5", save_best_only=True, save_weights_only=True
    )


def plateau(_):
    return keras.callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=1, factor=0.3)


def csv_file(folder):
    return keras.callbacks.CSVLogger(folder / "log.csv")


def scheduler(_):
    return keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / (epoch + 1))


def on_epochs(_):
    def halve(epoch, logs):
        rate = callback.model.optimizer.learning_rate
        rate.assign(rate / 2)
        logs["twice"] = 2 * logs["loss"]

    callback = keras.callbacks.LambdaCallback(on_epoch_end=halve)
    return callback


def stop_after_two(_):
    def stop(epoch, logs):
        callback.model.stop_training = epoch == 1

    callback = keras.callbacks.LambdaCallback(on_epoch_end=stop)
    return callback


@pytest.mark.parametrize(
    ("make", "epochs"),
    [
        (early_stopping, 5),
        (checkpoint, 6),
        (plateau, 6),
        (csv_file, 6),
        (scheduler, 6),
        (on_epochs, 6),
        (stop_after_two, 2),
    ],
)
def test_callbacks_do_what_they_do_with_keras(make, epochs, tmp_path):
    # A rate at which the loss of the other rows falls and rises again.
    results = []
    for method in (keras.Model.fit, fit):
        folder = tmp_path / method.__qualname__
        folder.mkdir()
        model = small(keras.optimizers.Adam(0.06))
        history = short(
            model,
            method,
            epochs=6,
            validation_data=OTHERS,
            callbacks=make(folder),
        )
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
    original = Program.run

    def run(self, train, validation, orders):
        found.append(len(orders))
        return original(self, train, validation, orders)

    monkeypatch.setattr(Program, "run", run)
    monkeypatch.setattr(training_module, "SECONDS_PER_CALL", 1e9)
    return found


def test_several_epochs_go_in_one_call_unless_a_callback_looks_at_each(counts):
    settings = {"epochs": 70, "shuffle": True, "seed": 1, "validation_split": 0.2}
    free, watched = small(), small()
    history = short(free, **settings)
    assert counts == [1, 64, 5]
    counts.clear()
    recorder = Recorder()
    expected = short(watched, callbacks=recorder, **settings)
    assert counts == [1] * 70
    assert history.epoch == list(range(70))
    assert history.history == expected.history
    np.testing.assert_array_equal(weights(free), weights(watched))
    assert recorder.events[-1][2] == {name: row[-1] for name, row in history.history.items()}


def test_bar_and_history_see_every_epoch_without_a_call_for_each(counts, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROGRESS", "off")
    history = short(small(), epochs=9, verbose=1, callbacks=[keras.callbacks.History()])
    assert counts == [1, 8]
    assert history.epoch == list(range(9))
    assert capsys.readouterr().out.startswith("9 epochs: accuracy ")


# Progress


def last_line(history):
    return ", ".join(f"{name} {values[-1]:.4f}" for name, values in history.history.items())


@pytest.mark.parametrize("verbose", ["auto", 1])
def test_training_leaves_one_line(verbose, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "off")
    history = short(small(), verbose=verbose)
    assert list(history.history) == ["accuracy", "loss"]
    assert capsys.readouterr().out == f"3 epochs: {last_line(history)}\n"


def test_training_with_a_person_watching_shows_a_bar_and_the_same_line(capsys, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "on")
    history = short(small(), verbose="auto")
    shown = capsys.readouterr().out
    assert "Training: " in shown
    assert "3/3" in shown or "0/3" in shown
    assert shown.rpartition("\r")[2] == f"3 epochs: {last_line(history)}\n"


def test_training_prints_nothing_when_told_so(capsys, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "on")
    short(small(), verbose=0)
    assert capsys.readouterr() == ("", "")


def test_training_prints_a_line_for_every_epoch_when_told_so(capsys, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "on")
    history = short(small(), verbose=2, initial_epoch=1, epochs=3).history
    rows = zip(history["accuracy"], history["loss"], strict=True)
    expected = [
        f"epoch {epoch} of 3: accuracy {accuracy:.4f}, loss {loss:.4f}"
        for epoch, (accuracy, loss) in enumerate(rows, 2)
    ]
    assert capsys.readouterr().out.splitlines() == expected


# Interruptions and divergence

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
def test_interruption_keeps_the_finished_epochs_and_training_can_go_on(capsys, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "off")
    handler = signal.getsignal(signal.SIGINT)
    settings = {"shuffle": True, "seed": 5, "epochs": 6}
    model, reference = small(), small()
    expected = short(reference, **settings).history
    stopper = Interrupting(2)
    with pytest.raises(KeyboardInterrupt):
        short(model, callbacks=[stopper], verbose="auto", **settings)
    assert signal.getsignal(signal.SIGINT) is handler
    assert not stopper.ended
    assert capsys.readouterr().out == ""
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
    original = Program.run

    def run(self, train, validation, orders):
        calls.append(len(orders))
        if len(calls) == 3:
            running.set()
        return original(self, train, validation, orders)

    def interrupt():
        running.wait(60)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Program, "run", run)
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
def test_interruption_in_the_last_epoch_is_raised_after_the_end():
    stopper = Interrupting(2)
    model = small()
    with pytest.raises(KeyboardInterrupt):
        short(model, callbacks=[stopper])
    assert stopper.ended
    assert model.history.epoch == [0, 1, 2]


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


def test_training_in_another_thread_gives_the_same_numbers():
    model, reference = small(), small()
    found = []
    thread = threading.Thread(target=lambda: found.append(short(model).history))
    thread.start()
    thread.join()
    assert found == [short(reference).history]
    np.testing.assert_array_equal(weights(model), weights(reference))


@pytest.mark.parametrize("callbacks", [None, [keras.callbacks.Callback()]], ids=["free", "each"])
def test_loss_of_nan_stops_the_training_and_names_the_epoch(callbacks, counts, capsys, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "off")

    def build():
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((6,)), layers.Dense(3)])
        model.compile(keras.optimizers.SGD(1e3), "mse")
        return model

    reference = short(build(), keras.Model.fit, epochs=20).history["loss"]
    finished = int(np.flatnonzero(np.isnan(reference))[0])
    assert 1 < finished < 19
    model = build()
    with pytest.raises(FloatingPointError, match=rf"NaN in epoch {finished + 1};") as caught:
        short(model, epochs=20, verbose="auto", callbacks=callbacks)
    assert "\n" not in str(caught.value)
    assert model.history.epoch == list(range(finished))
    np.testing.assert_allclose(model.history.history["loss"], reference[:finished], rtol=1e-4)
    assert capsys.readouterr().out == ""
