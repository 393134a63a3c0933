"""Time the tutorials' six trainings: Keras alone, accelerated, and their peers.

Run ``python -m tools.timings`` in the course's environment. Every training runs in a process
of its own, one after the other. What is timed is the call alone: the import of the libraries,
the data, `accelerate` and the building of the network come before it, the compilation of a
program belongs to it. The table goes to standard output, in Markdown. Compare its columns with
each other and not with those of another machine.

The peers are PyTorch, where it is installed, in eager mode and with the same layers, batches
and epochs, without validation; and scikit-learn's `MLPClassifier`, which has neither dropout
nor RMSprop, so that 784-512-10 is trained with Adam. Memory is the peak of what is resident,
and what of it is private to the process in the end.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
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
METHODS = ("Keras", "accelerated", "PyTorch", "MLPClassifier")


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
        ``seconds``; ``peak_mb``, the largest resident memory of the process, and
        ``private_mb``, what no other process shares, both in 2^20 bytes.
    """
    setup = TRAININGS[training]()
    timed = {"PyTorch": _time_torch, "MLPClassifier": _time_sklearn}.get(method)
    seconds = timed(setup) if timed else _time_keras(setup, accelerated=method == "accelerated")
    return {"seconds": seconds, "peak_mb": _status("VmHWM"), "private_mb": _status("RssAnon")}


def _status(name: str) -> float:
    """Read a size from what Linux knows of this process; elsewhere there is none."""
    path = Path("/proc/self/status")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), np.nan)


def _time_keras(setup: dict[str, Any], *, accelerated: bool) -> float:
    import keras

    from helpers.acceleration import accelerate

    inputs, hidden, outputs = setup["model"]
    x, y = setup["data"]
    layers = [keras.Input(shape=(inputs,))]
    if x.dtype == np.uint8:
        layers.append(keras.layers.Rescaling(1 / 255))
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
    accelerate(accelerated)
    keras.utils.set_random_seed(0)
    model = keras.Sequential(layers)
    model.compile(optimizer=setup["optimizer"], loss=loss, metrics=["accuracy"])
    start = time.perf_counter()
    model.fit(x, y, verbose=0, **setup["fit"])
    return time.perf_counter() - start


def _rows(setup: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that are learned from, in float32, and their labels as numbers."""
    x, y = setup["data"]
    rows = int(len(x) * (1 - setup["fit"].get("validation_split", 0)))
    x = x[:rows].astype("float32") / (255 if x.dtype == np.uint8 else 1)
    return x, (y if y.ndim == 1 else y.argmax(axis=1))[:rows]


def _time_torch(setup: dict[str, Any]) -> float:
    import torch

    x, labels = (torch.from_numpy(array) for array in _rows(setup))
    labels = labels.long()
    torch.manual_seed(0)
    inputs, hidden, outputs = setup["model"]
    layers: list[torch.nn.Module] = []
    for size in hidden:
        if size == "dropout":
            layers.append(torch.nn.Dropout(0.2))
        else:
            layers += [torch.nn.Linear(inputs, size), torch.nn.ReLU()]
            inputs = size
    model = torch.nn.Sequential(*layers, torch.nn.Linear(inputs, outputs))
    kinds = {"adam": torch.optim.Adam, "rmsprop": torch.optim.RMSprop}
    kind = kinds.get(setup["optimizer"], torch.optim.SGD)
    optimizer = kind(model.parameters(), lr=0.01 if setup["optimizer"] == "sgd" else 0.001)
    loss = torch.nn.CrossEntropyLoss()
    start = time.perf_counter()
    for _ in range(setup["fit"]["epochs"]):
        for rows in torch.randperm(len(x)).split(setup["fit"]["batch_size"]):
            optimizer.zero_grad()
            loss(model(x[rows]), labels[rows]).backward()
            optimizer.step()
    return time.perf_counter() - start


def _time_sklearn(setup: dict[str, Any]) -> float:
    from sklearn.neural_network import MLPClassifier

    x, labels = _rows(setup)
    network = MLPClassifier(
        setup["model"][1],
        batch_size=setup["fit"]["batch_size"],
        max_iter=setup["fit"]["epochs"],
        alpha=0,
        tol=0,
        n_iter_no_change=setup["fit"]["epochs"],
        random_state=0,
        **setup["sklearn"],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged
        start = time.perf_counter()
        network.fit(x, labels)
        return time.perf_counter() - start


def measure(training: str, method: str, repeats: int) -> dict[str, float] | None:
    """Run a training in processes of its own; return the median time and the largest memory."""
    absent = method == "PyTorch" and importlib.util.find_spec("torch") is None
    if absent or (method == "MLPClassifier" and "dropout" in training):
        return None
    runs = []
    for _ in range(repeats):
        command = [sys.executable, "-m", "tools.timings", "--only", training, method]
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "COURSE_PROGRESS": "off"}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment
        )
        if done.returncode:
            raise SystemExit(f"{training} by {method} failed:\n{done.stderr[-2000:]}")
        runs.append(json.loads(done.stdout.splitlines()[-1]))
    most = {name: max(one[name] for one in runs) for name in runs[0]}
    return most | {"seconds": statistics.median(one["seconds"] for one in runs)}


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=1, help="the median of this many runs")
    parser.add_argument("--only", nargs=2, metavar=("TRAINING", "METHOD"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        print(json.dumps(run(*arguments.only)))
        return
    columns = ["training", *(f"{method}, s" for method in METHODS), "faster"]
    columns += [f"{method}, MB (private)" for method in METHODS[:2]]
    print(f"| {' | '.join(columns)} |")
    print("|" + "---|" * len(columns))
    totals = dict.fromkeys(METHODS, 0.0)
    for training in TRAININGS:
        results = {method: measure(training, method, arguments.repeats) for method in METHODS}
        cells = [training]
        for method, result in results.items():
            totals[method] += result["seconds"] if result else np.nan
            cells.append(f"{result['seconds']:.2f}" if result else "–")
        slow, quick = (results[method] or {} for method in METHODS[:2])
        cells.append(f"{slow['seconds'] / quick['seconds']:.1f} x")
        cells += [f"{one['peak_mb']:.0f} ({one['private_mb']:.0f})" for one in (slow, quick)]
        print(f"| {' | '.join(cells)} |", flush=True)
    cells = ["–" if np.isnan(total) else f"{total:.1f}" for total in totals.values()]
    print(
        f"| all six | {' | '.join(cells)} | {totals['Keras'] / totals['accelerated']:.1f} x | | |"
    )


if __name__ == "__main__":
    main()
