"""What a figure refuses, in one line that says what was wrong and what was expected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]


def check_array(values: object, name: str, expected: str, dimensions: int) -> Array:
    """Return finite numbers as an array of so many dimensions."""
    array = np.asarray(values)
    if array.size == 0:
        raise ValueError(f"{name} is empty, expected {expected}")
    if array.ndim != dimensions:
        raise ValueError(f"{name} has shape {array.shape}, expected {expected}")
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} is not numeric, expected {expected}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinite values, expected {expected}")
    return array


def check_labels(values: ArrayLike, name: str, class_names: Sequence[str] | None = None) -> Array:
    """Return class numbers as integers."""
    expected = "one class number per case (of one-hot rows take np.argmax(..., axis=-1))"
    array = check_array(values, name, expected, 1)
    if (array < 0).any() or (array != np.floor(array)).any():
        raise ValueError(f"{name} holds numbers other than 0, 1, 2, ..., expected {expected}")
    if class_names is not None and array.max() >= len(class_names):
        raise ValueError(
            f"{name} holds class {array.max():g}, but class_names has {len(class_names)} names, "
            "counted from 0"
        )
    return array.astype(int)


def check_binary_labels(values: ArrayLike) -> Array:
    """Return class numbers of which each is 0 or 1, and both are there."""
    labels = check_labels(values, "true_labels")
    if (present := np.unique(labels).tolist()) != [0, 1]:
        raise ValueError(f"true_labels holds the classes {present}, expected both 0 and 1")
    return labels


def check_scores(values: ArrayLike, name: str, true: Array) -> Array:
    """Return one score for each of the true labels."""
    expected = "one score per case (of a network's single output take [:, 0])"
    scores = check_array(values, name, expected, 1)
    check_same_length(**{"true_labels": true, name: scores})
    return scores


def check_places(points: ArrayLike, name: str) -> Array:
    """Return places in the plane, shape (n, 2)."""
    places = check_array(points, name, "two coordinates per point", 2)
    if places.shape[1] != 2:
        raise ValueError(f"{name} has shape {places.shape}, expected two coordinates per point")
    return places


def check_same_length(**arrays: Array) -> None:
    """Refuse arrays of different length; the keywords are their names."""
    if len({len(array) for array in arrays.values()}) > 1:
        lengths = ", ".join(f"{name} {len(array)}" for name, array in arrays.items())
        raise ValueError(f"lengths differ ({lengths}), expected one entry for each case")


def predict_classes(predict: Callable[[Array], ArrayLike], places: Array) -> tuple[Array, int]:
    """Return the class that `predict` gives to each place, and how many it knows."""
    expected = f"probabilities in one row for each of {len(places)} points"
    answer = np.asarray(predict(places))
    answer = check_array(answer, "the answer of predict", expected, 1 if answer.ndim < 2 else 2)
    if len(answer) != len(places):
        raise ValueError(f"the answer of predict has shape {answer.shape}, expected {expected}")
    if answer.min() < -1e-6 or answer.max() > 1 + 1e-6:
        raise ValueError(f"the answer of predict leaves the range 0 to 1, expected {expected}")
    if answer.ndim == 2 and answer.shape[1] > 1:
        return answer.argmax(axis=1), answer.shape[1]
    return (answer.ravel() > 0.5).astype(int), 2
