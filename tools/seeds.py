"""Train the course's slower networks from ten seeds, and store what they reach.

A notebook has no time for ten trainings of MNIST. They are run once, by

    python -m tools.seeds

in the course's environment, and stored in ``data/seeds.csv``, from which the
notebooks take the spread. It takes about four minutes and needs the faces of
LFW. The tests train some of the networks again and compare.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from helpers.acceleration import accelerate
from helpers.datasets import load_faces, load_mnist
from helpers.models import build_mlp
from helpers.training import repeat

ROOT = Path(__file__).resolve().parents[1]
SEEDS = range(10)


def mnist() -> dict[str, Any]:
    """Notebook 02: 784-512-10, a fifth of the training pictures for validation."""
    return _mnist(keras.layers.Dense(512, activation="relu")) | {"validation_split": 0.2}


def mnist_deep() -> dict[str, Any]:
    """Notebook 02: 784-512-256-dropout-64-10."""
    return _mnist(
        keras.layers.Dense(512, activation="relu"),
        keras.layers.Dense(256, activation="relu"),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(64, activation="relu"),
    )


def mnist_flat() -> dict[str, Any]:
    """784-10, without a hidden layer: the baseline."""
    return _mnist() | {"validation_split": 0.2}


def faces() -> dict[str, Any]:
    """Notebook 04: 2914-512-5 on 320 pictures of LFW, a fifth of the others for validation."""
    return _faces([512])


def faces_flat() -> dict[str, Any]:
    """2914-5, without a hidden layer: the baseline."""
    return _faces([])


def _faces(hidden: list[int]) -> dict[str, Any]:
    bunch = load_faces(source="lfw")
    chosen = np.concatenate([np.flatnonzero(bunch.target == who)[:100] for who in range(5)])
    chosen.sort()
    x_train, x_test, y_train, y_test = train_test_split(
        bunch.data[chosen],
        keras.utils.to_categorical(bunch.target[chosen]),
        train_size=0.8,
        stratify=bunch.target[chosen],
        random_state=0,
    )
    return {
        "build": lambda: build_mlp(x_train.shape[1], hidden, 5),
        "x": x_train,
        "y": y_train,
        "test_data": (x_test, y_test),
        "epochs": 100,
        "batch_size": 25,
        "validation_split": 0.2,
    }


def _mnist(*hidden: keras.layers.Layer) -> dict[str, Any]:
    (images, digits), (test_images, test_digits) = load_mnist()

    def build() -> keras.Model:
        copies = [type(layer).from_config(layer.get_config()) for layer in hidden]
        ends = keras.layers.Rescaling(1 / 255), keras.layers.Dense(10, activation="softmax")
        model = keras.Sequential([keras.Input((784,)), ends[0], *copies, ends[1]])
        model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
        return model

    return {
        "build": build,
        "x": images.reshape(-1, 784),
        "y": keras.utils.to_categorical(digits),
        "test_data": (test_images.reshape(-1, 784), keras.utils.to_categorical(test_digits)),
        "epochs": 10,
        "batch_size": 128,
    }


TRAININGS: dict[str, Callable[[], dict[str, Any]]] = {
    "mnist": mnist,
    "mnist deep": mnist_deep,
    "mnist flat": mnist_flat,
    "faces": faces,
    "faces flat": faces_flat,
}


def train(training: str, seeds: range | list[int]) -> pd.DataFrame:
    """Train one of the networks from some seeds.

    Parameters
    ----------
    training : str
        A name in `TRAININGS`.
    seeds : sequence of int

    Returns
    -------
    pandas.DataFrame
        Columns ``training``, ``seed``, ``accuracy`` and ``loss``, the latter on
        the test rows, rounded to six digits after the point.
    """
    accelerate()  # as the notebooks do
    table = repeat(**TRAININGS[training](), seeds=seeds).reset_index()
    table.insert(0, "training", training)
    table = table.rename(columns={"test_accuracy": "accuracy", "test_loss": "loss"})
    chosen = ["training", "seed", "accuracy", "loss"]
    # The history's own columns have the same names as two of these: the last ones are meant.
    return table.loc[:, ~table.columns.duplicated(keep="last")][chosen].round(6)


def main() -> None:
    """Train them all, or those named, and store the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("trainings", nargs="*", help=f"some of {', '.join(TRAININGS)}")
    chosen = parser.parse_args().trainings or list(TRAININGS)
    if unknown := [name for name in chosen if name not in TRAININGS]:
        parser.error(f"there is no training {unknown[0]!r}; there are {', '.join(TRAININGS)}")
    path = ROOT / "data" / "seeds.csv"
    stored = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=["training"])
    parts = [
        train(name, SEEDS) if name in chosen else stored[stored["training"] == name]
        for name in TRAININGS
    ]
    pd.concat(parts).to_csv(path, index=False, lineterminator="\n")
    print(f"stored {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
