"""`repeat`: one row a seed, each as if it had been trained alone, here or on other workers."""

from __future__ import annotations

import gc
import random
import socket
import threading
import weakref

import joblib
import keras
import numpy as np
import pandas as pd
import pytest

from helpers import programs
from helpers.acceleration import accelerate, trainings
from helpers.models import build_mlp
from helpers.training import repeat

layers = keras.layers


@pytest.fixture(autouse=True)
def accelerated():
    accelerate()


RNG = np.random.default_rng(0)
LABELS = RNG.integers(3, size=50)
X = RNG.normal(size=(3, 4))[LABELS] + RNG.normal(size=(50, 4))
Y = keras.utils.to_categorical(LABELS)
TRAIN, TEST = (X[:30], Y[:30]), (X[30:], Y[30:])


def network(*parts, optimizer="adam"):
    """Return a function that builds and compiles a network that ends in a softmax."""

    def build():
        last = layers.Dense(3, activation="softmax")
        model = keras.Sequential([*[part() for part in parts], last])
        chosen = optimizer() if callable(optimizer) else optimizer
        model.compile(chosen, "categorical_crossentropy", metrics=["accuracy"])
        return model

    return build


def falling_rate():
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.9)
    return keras.optimizers.SGD(rate, momentum=0.9)


class Softmax(keras.Model):
    def __init__(self, classes):
        super().__init__()
        self.last = layers.Dense(classes, activation="softmax")

    def call(self, x):
        return self.last(x)


def own_model():
    model = Softmax(3)
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model


NETWORKS = {
    "small": lambda: build_mlp(4, [5], 3),
    "with random layers and averages": network(
        lambda: keras.Input((4,)),
        lambda: layers.GaussianNoise(0.1),
        lambda: layers.Dense(5, "relu"),
        layers.BatchNormalization,
        lambda: layers.Dropout(0.5),
        optimizer=falling_rate,
    ),
    "waiting for its input": network(lambda: layers.Dropout(0.2), lambda: layers.Dense(5, "relu")),
    "of a class of its own": own_model,
}


@pytest.mark.parametrize("build", NETWORKS.values(), ids=NETWORKS)
def test_row_is_what_a_training_of_its_own_gives(build):
    settings = {"epochs": 3, "batch_size": 8, "validation_split": 0.2}
    table = repeat(build, *TRAIN, seeds=[4, 0, 9], test_data=TEST, measure=size, **settings)
    assert isinstance(table, pd.DataFrame)
    assert table.index.name == "seed"
    assert table.index.tolist() == [4, 0, 9]
    assert table.columns.tolist() == [
        *["epochs", "accuracy", "loss", "val_accuracy", "val_loss"],
        *["test_accuracy", "test_loss", "largest weight"],
    ]
    assert table["epochs"].tolist() == [3, 3, 3]
    assert table["loss"].nunique() == 3
    for seed, row in table.iterrows():
        keras.utils.set_random_seed(seed)
        model = build()
        history = model.fit(*TRAIN, verbose=0, **settings).history
        for name, values in history.items():
            assert row[name] == pytest.approx(values[-1], rel=1e-6), name
        test = model.evaluate(*TEST, verbose=0, return_dict=True)
        assert row["test_loss"] == pytest.approx(test["loss"], rel=1e-6)
        assert row["test_accuracy"] == pytest.approx(test["accuracy"], rel=1e-6)
        assert row["largest weight"] == pytest.approx(size(model)["largest weight"], rel=1e-6)


def size(model):
    return {"largest weight": max(np.abs(weight).max() for weight in model.get_weights())}


def test_several_seeds_are_traced_once(monkeypatch):
    traced = []
    original = programs.compiled

    def compiled(*given):
        traced.append(1)
        return original(*given)

    monkeypatch.setattr(programs, "compiled", compiled)
    # No other test has a network like this one.
    table = repeat(lambda: build_mlp(4, [7], 3), *TRAIN, seeds=range(4), batch_size=7)
    assert len(table) == 4
    assert len(traced) == 1


def test_repeating_prints_nothing_where_nobody_watches(capsys, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "off")
    table = repeat(NETWORKS["small"], *TRAIN, seeds=[1], batch_size=8)
    assert capsys.readouterr().out == ""
    assert table.columns.tolist() == ["epochs", "accuracy", "loss"]


def test_early_stopping_starts_anew_with_every_seed():
    def build():
        return build_mlp(4, [], 3, optimizer=keras.optimizers.Adam(0.03))

    def stopping():
        return keras.callbacks.EarlyStopping("val_loss", restore_best_weights=True)

    settings = {"epochs": 30, "batch_size": 8, "validation_data": TEST}
    seeds = [3, 4, 7]
    shared = repeat(build, *TRAIN, seeds=seeds, callbacks=[stopping()], test_data=TEST, **settings)
    alone = [
        repeat(build, *TRAIN, seeds=[seed], callbacks=[stopping()], test_data=TEST, **settings)
        for seed in seeds
    ]
    pd.testing.assert_frame_equal(shared, pd.concat(alone), rtol=1e-6)
    assert (shared["epochs"] < 30).all()
    assert shared["epochs"].nunique() > 1
    # The best weights were restored, which are not those of the last epoch.
    assert (shared["test_loss"] != shared["val_loss"]).all()


def test_learning_rate_starts_anew_with_every_seed():
    halving = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    settings = {"epochs": 3, "batch_size": 8, "callbacks": [halving]}
    table = repeat(NETWORKS["small"], *TRAIN, seeds=[0, 1], **settings)
    assert table["learning_rate"].tolist() == pytest.approx([0.001 / 8] * 2)
    alone = repeat(NETWORKS["small"], *TRAIN, seeds=[1], **settings)
    pd.testing.assert_frame_equal(table.loc[[1]], alone, rtol=1e-6)


def test_random_numbers_of_other_threads_do_not_count():
    def disturbed():
        thread = threading.Thread(target=random.random)
        thread.start()
        thread.join()
        return build_mlp(4, [5], 3)

    settings = {"seeds": [0, 1], "batch_size": 8}
    table = repeat(NETWORKS["small"], *TRAIN, **settings)
    pd.testing.assert_frame_equal(repeat(disturbed, *TRAIN, **settings), table)
    with joblib.parallel_config(backend="threading"):
        pd.testing.assert_frame_equal(
            repeat(NETWORKS["small"], *TRAIN, n_jobs=2, **settings), table
        )
    assert keras.src.random.seed_generator.python_random is random


def test_large_networks_do_not_pile_up():
    gone = []

    def build():
        model = build_mlp(4, [600, 600], 3)
        gone.append(weakref.ref(model))
        return model

    gc.disable()
    try:
        repeat(build, *TRAIN, seeds=range(2), batch_size=30)
        left = [one() for one in gone]
    finally:
        gc.enable()
    assert left == [None, None]


def test_network_with_a_seed_of_its_own_is_the_same_in_every_row():
    def build():
        keras.utils.set_random_seed(3)
        return build_mlp(4, [5], 3)

    table = repeat(build, *TRAIN, seeds=[0, 1], batch_size=30, shuffle=False)
    assert table.loc[0].tolist() == table.loc[1].tolist()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"seeds": []}, r"^seeds is \[\]; give several"),
        ({"seeds": 5}, r"^seeds is 5; give several, such as range\(5\)"),
        ({"seeds": [1], "build": build_mlp(4, [], 3)}, "^build is <Sequential .* give a function"),
        ({"seeds": [1], "build": None}, "^build is None; give a function"),
    ],
)
def test_settings_out_of_range_are_refused(settings, message):
    given = {"build": NETWORKS["small"]} | settings
    with pytest.raises(ValueError, match=message):
        repeat(given.pop("build"), *TRAIN, **given)


def same_model():
    model = build_mlp(4, [], 3)
    return lambda: model


def same_layer():
    hidden = layers.Dense(4)
    return network(lambda: keras.Input((4,)), lambda: hidden)


@pytest.mark.parametrize("make", [same_model, same_layer])
def test_layers_that_are_trained_already_are_refused(make):
    build = make()
    assert len(repeat(build, *TRAIN, seeds=[3], batch_size=30)) == 1
    with pytest.raises(ValueError, match=r"^build gave layers that are trained already;"):
        repeat(build, *TRAIN, seeds=[3], batch_size=30)
    with pytest.raises(ValueError, match=r"^build gave layers that are trained already;"):
        repeat(make(), *TRAIN, seeds=[3, 8], batch_size=30)


def test_metrics_that_keras_counts_up_stay_in_their_columns():
    def build():
        metrics = [keras.metrics.AUC()]
        return build_mlp(4, [], 3, metrics=metrics)

    table = repeat(build, *TRAIN, seeds=[0, 1], batch_size=30)
    assert table.shape == (2, 3)
    assert table.notna().all(axis=None)


def test_table_without_acceleration_has_the_same_form_and_nearly_the_same_numbers():
    settings = {"seeds": [1, 2], "batch_size": 8, "shuffle": False, "test_data": TEST}
    fast = repeat(NETWORKS["small"], *TRAIN, **settings)
    accelerate(False)
    compiled = trainings["compiled"]
    pd.testing.assert_frame_equal(repeat(NETWORKS["small"], *TRAIN, **settings), fast, rtol=1e-5)
    assert trainings["compiled"] == compiled


def on_workers(**settings):
    """Train here and on workers; the network is written down for those that have no tests/."""

    def build():
        model = keras.Sequential(
            [
                keras.Input((4,)),
                keras.layers.Dense(5, activation="relu"),
                keras.layers.Dropout(0.5),
                keras.layers.Dense(3, activation="softmax"),
            ]
        )
        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        return model

    def measure(model):
        from helpers.acceleration import trainings

        compiled = trainings["compiled"] > 0
        return {"parameters": model.count_params(), "compiled": compiled}

    common = {"seeds": [5, 0, 3], "epochs": 3, "batch_size": 8, "test_data": TEST}
    return repeat(build, *TRAIN, measure=measure, **common, **settings)


@pytest.fixture(scope="module")
def here():
    accelerate()
    table = on_workers()
    assert table["compiled"].all()
    return table


def test_two_processes_give_the_same_table(here):
    table = on_workers(n_jobs=2)
    pd.testing.assert_frame_equal(table, here, rtol=1e-5)


@pytest.fixture
def loopback():
    """Skip where a machine cannot talk to itself, as behind a bare `unshare -n`."""
    with socket.socket() as listener, socket.socket() as caller:
        try:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            caller.connect(listener.getsockname())
        except OSError as error:
            pytest.skip(f"Dask's workers need a connection to 127.0.0.1 ({error.strerror})")


def test_workers_of_dask_give_the_same_table(here, loopback):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.Client(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ),
        joblib.parallel_config(backend="dask"),
    ):
        table = on_workers()
    pd.testing.assert_frame_equal(table, here, rtol=1e-5)
