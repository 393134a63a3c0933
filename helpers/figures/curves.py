"""Learning curves: what a training did, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from helpers.figures.checks import check_array, check_same_length
from helpers.figures.description import describe
from helpers.figures.style import LINE_STYLES, MARKERS, palette
from helpers.figures.wording import write_number

if TYPE_CHECKING:
    import keras

CLEAR_MARGIN = 0.02
"""The words name the epoch of the best validation value if all others are worse by more.

Two processors give values that differ a little (an accuracy on MNIST by 0.002), and
among near ties the best epoch is a matter of chance.
"""

_ACCURACIES = (
    "accuracy",
    "acc",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "binary_accuracy",
)


class Curves(NamedTuple):
    """One quantity, epoch by epoch, in training and, where there is one, in validation."""

    label: str
    training: NDArray[Any]
    validation: NDArray[Any] | None


def learning_curves(history: keras.callbacks.History | Mapping[str, Sequence[float]]) -> Figure:
    """Draw the accuracy on the left and the loss on the right, epoch by epoch.

    Parameters
    ----------
    history : keras.callbacks.History or mapping
        What ``model.fit`` returns, or its ``history`` dictionary: for each quantity
        one number per epoch; ``val_`` marks validation. All of Keras' names for
        accuracy will do.

    Notes
    -----
    A training curve "rises" or "falls" if its last value differs from its
    first by more than 2 % of the larger of the two.
    """
    panels = measure_learning_curves(history)
    figure, both_axes = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained")
    for axes, curves in zip(both_axes, panels, strict=True):
        draw_learning_curves(axes, curves)
        describe(figure, words_learning_curves(curves))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def measure_learning_curves(history: object) -> list[Curves]:
    """Read the curves of the accuracy and of the loss."""
    record = getattr(history, "history", history)
    if not isinstance(record, Mapping):
        kind = type(record).__name__
        raise ValueError(f"history is a {kind}, expected what model.fit returns or its dictionary")
    panels = []
    accuracy = next((name for name in _ACCURACIES if name in record), "accuracy")
    for key, label in ((accuracy, "accuracy"), ("loss", "loss")):
        if key not in record:
            keys = ", ".join(map(repr, record)) or "nothing"
            raise ValueError(f"history has no {key!r}, only {keys}")
        curves = {
            name: check_array(record[name], f"history[{name!r}]", "one number per epoch", 1)
            for name in (key, f"val_{key}")
            if name in record
        }
        check_same_length(**curves)
        panels.append(Curves(label, curves[key], curves.get(f"val_{key}")))
    return panels


def draw_learning_curves(axes: Axes, curves: Curves) -> None:
    """Draw one line for training and one for validation."""
    lines = {"training": curves.training, "validation": curves.validation}
    for (name, values), colour, style, marker in zip(
        lines.items(), palette(2), LINE_STYLES, MARKERS, strict=False
    ):
        if values is not None:
            epochs = np.arange(1, len(values) + 1)
            every = max(1, len(values) // 10)
            axes.plot(
                epochs, values, style, color=colour, marker=marker, markevery=every, label=name
            )
    axes.set(xlabel="epoch", ylabel=curves.label)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.grid(alpha=0.3)


def words_learning_curves(curves: Curves) -> str:
    """Say where a quantity begins, where it ends, and where validation was best."""
    label, training, values = curves
    first, last, epochs = training[0], training[-1], len(training)
    start, end = write_number(first), write_number(last)
    if epochs == 1:
        words = f"Training {label} is {end} after 1 epoch"
    elif abs(last - first) > 0.02 * max(abs(first), abs(last)):
        verb = "rises" if last > first else "falls"
        words = f"Training {label} {verb} from {start} to {end} in {epochs} epochs"
    else:
        words = f"Training {label} begins at {start} and ends close to that, "
        words += f"at {end}, after {epochs} epochs"
    if values is None:
        return f"{words}."
    words += f"; validation {label} ends at {write_number(values[-1])}"
    if epochs > 1:
        superlative, order = "highest", np.argsort(-values)
        if label == "loss":
            superlative, order = "lowest", np.argsort(values)
        best, second = values[order[:2]]
        words += f", {superlative} {write_number(best)}"
        if round(abs(float(best - second)), 9) > CLEAR_MARGIN:
            words += f" at epoch {order[0] + 1}"
    return f"{words}."
