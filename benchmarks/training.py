"""Time the tutorials' six trainings through `model.fit`, `fit` and scikit-learn.

Run ``python benchmarks/training.py`` in the course's environment. Every
training runs in a process of its own, one after the other, and what is timed
is the call alone: the import of the libraries, the data and the building of
the network come before it, the compilation of a program belongs to it. The
table goes to standard output, in Markdown. Compare its columns with each
other and not with those of another machine.

scikit-learn's `MLPClassifier` stands in the table where it has the same
network: the same layers, batches and epochs. It has neither dropout nor
RMSprop; for 784-512-10 it uses Adam instead.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
METHODS = ("model.fit", "fit", "MLPClassifier")


def iris() -> dict[str, Any]:
    """Tutorial 000: 150 rows, 500 epochs."""
    import keras
    from sklearn.datasets import load_iris

    features, labels = load_iris(return_X_y=True)
    rate = keras.optimizers.schedules.InverseTimeDecay(0.001, decay_steps=1, decay_rate=1e-6)
    return {
        "data": (features.astype("float32"), keras.utils.to_categorical(labels)),
        "model": (4, [5], 3),
        "optimizer": keras.optimizers.SGD(rate, momentum=0.9, nesterov=True),
        "fit": {"epochs": 500, "batch_size": 10},
        "sklearn": {
            "solver": "sgd",
            "learning_rate_init": 0.001,
            "momentum": 0.9,
            "nesterovs_momentum": True,
        },
    }


def points() -> dict[str, Any]:
    """Tutorial 003, first half: 1,000 points, a fifth of them for validation."""
    import keras

    from helpers.datasets import make_point_cloud

    rows, labels = make_point_cloud(1000, random_state=0)
    return {
        "data": (rows.astype("float32"), keras.utils.to_categorical(labels)),
        "model": (2, [128], 4),
        "optimizer": "adam",
        "fit": {"epochs": 40, "batch_size": 10, "validation_split": 0.2},
        "sklearn": {"solver": "adam"},
    }


def diabetes() -> dict[str, Any]:
    """Tutorial 004: 514 of 768 rows, one row a batch."""
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler

    from helpers.datasets import load_diabetes

    table = load_diabetes()
    outcome = table.pop("Outcome").to_numpy()
    rows, _, labels, _ = train_test_split(table, outcome, test_size=0.33, random_state=42)
    return {
        "data": (StandardScaler().fit_transform(rows).astype("float32"), labels),
        "model": (8, [8, 8], 2),
        "optimizer": "sgd",
        "fit": {"epochs": 4, "batch_size": 1},
        "sklearn": {"solver": "sgd", "learning_rate_init": 0.01, "momentum": 0},
    }


def faces() -> dict[str, Any]:
    """Tutorial 003, second half: 400 pictures, validated on the other 100."""
    import keras

    from helpers.datasets import load_faces

    bunch = load_faces()
    people = range(5)
    chosen = np.concatenate([np.flatnonzero(bunch.target == who)[:100] for who in people])
    # The stand-in has ten pictures of each of its people; speed asks for shapes only.
    chosen = np.resize(chosen, 500)
    order = np.random.default_rng(0).permutation(500)
    pixels, labels = bunch.data[chosen][order], keras.utils.to_categorical(bunch.target[chosen])
    labels = labels[order]
    return {
        "data": (pixels[:400], labels[:400]),
        "model": (pixels.shape[1], [512], 5),
        "optimizer": "adam",
        "fit": {
            "epochs": 100,
            "batch_size": 25,
            "validation_data": (pixels[400:], labels[400:]),
        },
        "sklearn": {"solver": "adam"},
    }


def mnist() -> dict[str, Any]:
    """Tutorial 002: 784-512-10, a fifth of the rows for validation."""
    return _mnist([512], {"validation_split": 0.2}) | {"sklearn": {"solver": "adam"}}


def mnist_deep() -> dict[str, Any]:
    """Tutorial 001: 784-512-256-dropout-64-10."""
    return _mnist([512, 256, "dropout", 64], {})


def _mnist(hidden: list[int | str], settings: dict[str, Any]) -> dict[str, Any]:
    import keras

    from helpers.datasets import load_mnist

    (images, digits), _ = load_mnist()
    return {
        "data": (images.reshape(-1, 784), keras.utils.to_categorical(digits)),
        "model": (784, hidden, 10),
        "optimizer": "rmsprop",
        "fit": {"epochs": 10, "batch_size": 128, **settings},
    }


TRAININGS: dict[str, Callable[[], dict[str, Any]]] = {
    "iris 4-5-3": iris,
    "points 2-128-4": points,
    "diabetes 8-8-8-1": diabetes,
    "LFW 2914-512-5": faces,
    "MNIST 784-512-10": mnist,
    "MNIST 784-512-256-dropout-64-10": mnist_deep,
}


def run(training: str, method: str) -> dict[str, float]:
    """Do one training in this process.

    Returns
    -------
    dict
        ``seconds`` and ``peak_mb``, the largest resident memory of the process.
    """
    setup = TRAININGS[training]()
    if method == "MLPClassifier":
        seconds = _time_sklearn(setup)
    else:
        seconds = _time_keras(setup, compiled=method == "fit")
    return {"seconds": seconds, "peak_mb": _peak_mb()}


def _time_keras(setup: dict[str, Any], *, compiled: bool) -> float:
    import keras

    from helpers.training import fit

    inputs, hidden, outputs = setup["model"]
    x, y = setup["data"]
    layers = [keras.Input(shape=(inputs,))]
    if x.dtype == np.uint8:
        # As the tutorial scales the pixels for model.fit, as the course does for fit.
        if compiled:
            layers.append(keras.layers.Rescaling(1 / 255))
        else:
            x = x.astype("float32") / 255
    for size in hidden:
        if size == "dropout":
            layers.append(keras.layers.Dropout(0.2))
        else:
            layers.append(keras.layers.Dense(size, activation="relu"))
    if outputs == 2:
        layers.append(keras.layers.Dense(1, activation="sigmoid"))
        loss = "binary_crossentropy"
    else:
        layers.append(keras.layers.Dense(outputs, activation="softmax"))
        loss = "categorical_crossentropy"
    keras.utils.set_random_seed(0)
    model = keras.Sequential(layers)
    model.compile(optimizer=setup["optimizer"], loss=loss, metrics=["accuracy"])
    train = fit if compiled else keras.Model.fit
    start = time.perf_counter()
    train(model, x, y, verbose=0, **setup["fit"])
    return time.perf_counter() - start


def _time_sklearn(setup: dict[str, Any]) -> float:
    from sklearn.neural_network import MLPClassifier

    x, y = setup["data"]
    if x.dtype == np.uint8:
        x = x.astype("float32") / 255
    settings = setup["fit"]
    rows = int(len(x) * (1 - settings.get("validation_split", 0)))
    network = MLPClassifier(
        setup["model"][1],
        batch_size=settings["batch_size"],
        max_iter=settings["epochs"],
        alpha=0,
        tol=0,
        n_iter_no_change=settings["epochs"],
        random_state=0,
        **setup["sklearn"],
    )
    labels = y if y.ndim == 1 else y.argmax(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged
        start = time.perf_counter()
        network.fit(x[:rows], labels[:rows])
        return time.perf_counter() - start


def _peak_mb() -> float:
    import psutil

    for line in Path("/proc/self/status").read_text().splitlines() if os.name == "posix" else ():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return psutil.Process().memory_info().rss / 2**20


def floor(training: str) -> float | None:
    """Time the matrix products of an MNIST training alone, by NumPy, in seconds.

    Forwards each layer has one product, backwards one for its weights and, but
    for the first layer, one for its inputs.
    """
    if not training.startswith("MNIST"):
        return None
    deep = "dropout" in training
    sizes = [784, 512, 256, 64, 10] if deep else [784, 512, 10]
    steps = math.ceil((60_000 if deep else 48_000) / 128) * 10
    rng = np.random.default_rng(0)
    values = [rng.random((128, size), dtype=np.float32) for size in sizes]
    weights = [rng.random(pair, dtype=np.float32) for pair in itertools.pairwise(sizes)]
    start = time.perf_counter()
    for _ in range(steps):
        for number, weight in enumerate(weights):
            values[number] @ weight
            values[number].T @ values[number + 1]
            if number:
                values[number + 1] @ weight.T
    return time.perf_counter() - start


def measure(training: str, method: str, repeats: int) -> dict[str, float]:
    """Run a training in processes of its own; return the median time and the largest memory."""
    runs = []
    for _ in range(repeats):
        command = [sys.executable, __file__, "--only", training, method]
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "COURSE_PROGRESS": "off"}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment
        )
        if done.returncode:
            raise SystemExit(f"{training} by {method} failed:\n{done.stderr[-2000:]}")
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    return {
        "seconds": statistics.median(one["seconds"] for one in runs),
        "peak_mb": max(one["peak_mb"] for one in runs),
    }


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=1, help="the median of this many runs")
    parser.add_argument("--only", nargs=2, metavar=("TRAINING", "METHOD"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        print(json.dumps(run(*arguments.only)))
        return
    columns = ["training", "`model.fit`", "`fit`", "faster", "`MLPClassifier`"]
    columns += ["MB, `model.fit`", "MB, `fit`"]
    print(f"| {' | '.join(columns)} |")
    print("|" + "---|" * len(columns))
    totals = dict.fromkeys(METHODS[:2], 0.0)
    notes = []
    for training in TRAININGS:
        results = {}
        for method in METHODS:
            if method == "MLPClassifier" and "dropout" in training:
                continue
            results[method] = measure(training, method, arguments.repeats)
        slow, quick = results["model.fit"], results["fit"]
        for method in totals:
            totals[method] += results[method]["seconds"]
        sklearn = results.get("MLPClassifier")
        print(
            f"| {training} | {slow['seconds']:.2f} s | {quick['seconds']:.2f} s "
            f"| {slow['seconds'] / quick['seconds']:.1f} x "
            f"| {'–' if sklearn is None else format(sklearn['seconds'], '.2f') + ' s'} "
            f"| {slow['peak_mb']:.0f} | {quick['peak_mb']:.0f} |",
            flush=True,
        )
        if least := floor(training):
            notes.append(f"{training}: {least:.1f} s, `fit` {quick['seconds'] / least:.2f} times")
    slow, quick = totals.values()
    print(f"| all six | {slow:.1f} s | {quick:.1f} s | {slow / quick:.1f} x | | | |")
    print("\nThe matrix products alone, by NumPy: " + "; ".join(notes) + " that.")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
