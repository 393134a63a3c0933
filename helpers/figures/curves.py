"""Learning curves: what a training did, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.figures.checks import Array, check_array, check_same_length
from helpers.figures.description import describe
from helpers.figures.style import LINE_STYLES, MARKERS, palette
from helpers.figures.wording import write_number

if TYPE_CHECKING:
    import keras

_ACCURACIES = (
    "accuracy",
    "acc",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "binary_accuracy",
)


class LearningCurves(NamedTuple):
    """Curves of shape (epochs,), "training" and perhaps "validation", for a metric and the loss."""

    panels: dict[str, dict[str, Array]]
    clear_margin: float


def learning_curves(
    history: keras.callbacks.History | Mapping[str, Sequence[float]],
    metric: str = "accuracy",
    *,
    clear_margin: float = 0.02,
) -> Figure:
    """Draw a metric and the loss, epoch by epoch.

    Parameters
    ----------
    history : keras.callbacks.History or mapping
        What ``model.fit`` returns, or its ``history`` dictionary: for each
        quantity one number per epoch; ``val_`` marks validation.
    metric : str
        Key of the metric. Keras' names for accuracy stand in for one another.
    clear_margin : float
        The words name the epoch of the best validation value only if every
        other epoch is worse by more than this. Two processors give values that
        differ a little (an accuracy on MNIST by 0.002), and among near ties the
        best epoch is a matter of chance. Pass a smaller margin where training
        repeats to many digits.

    Returns
    -------
    Figure
        Two axes: the metric on the left, the loss on the right.

    Raises
    ------
    ValueError
        If a curve is missing, empty, of another length, or not finite.

    Notes
    -----
    A training curve "rises" or "falls" if its last value differs from its
    first by more than 2 % of the larger of the two.
    """
    curves = measure_learning_curves(history, metric, clear_margin)
    figure = plt.figure(figsize=(8, 3.6), layout="constrained")
    draw_learning_curves(figure, curves)
    describe(figure, words_learning_curves(curves))
    return figure


def measure_learning_curves(
    history: keras.callbacks.History | Mapping[str, Sequence[float]],
    metric: str,
    clear_margin: float,
) -> LearningCurves:
    """Find the curves of a metric and of the loss in a history."""
    record = getattr(history, "history", history)
    if not isinstance(record, Mapping):
        kind = type(record).__name__
        raise ValueError(f"history is a {kind}, expected what model.fit returns or its dictionary")
    if metric in _ACCURACIES and metric not in record:
        metric = next((name for name in _ACCURACIES if name in record), metric)
    label = "accuracy" if metric in _ACCURACIES else metric.replace("_", " ")
    panels = {label: _curves(record, metric), "loss": _curves(record, "loss")}
    return LearningCurves(panels, clear_margin)


def _curves(record: Mapping[str, Any], key: str) -> dict[str, Array]:
    if key not in record:
        raise ValueError(
            f"history has no {key!r}, only {', '.join(map(repr, record)) or 'nothing'}"
        )
    keys = {"training": key, "validation": f"val_{key}"}
    curves = {
        name: check_array(record[key], f"history[{key!r}]", "one number per epoch", 1)
        for name, key in keys.items()
        if key in record
    }
    check_same_length(**{keys[name]: values for name, values in curves.items()})
    return curves


def draw_learning_curves(figure: Figure, curves: LearningCurves) -> None:
    """Draw the metric on the left and the loss on the right."""
    for axes, (label, panel) in zip(figure.subplots(1, 2), curves.panels.items(), strict=True):
        looks = zip(palette(2), LINE_STYLES, MARKERS, strict=False)
        for (name, values), (colour, line, marker) in zip(panel.items(), looks, strict=False):
            epochs = np.arange(1, len(values) + 1)
            every = max(1, len(values) // 10)
            axes.plot(
                epochs, values, line, color=colour, marker=marker, markevery=every, label=name
            )
        axes.set(xlabel="epoch", ylabel=label)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.grid(alpha=0.3)
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)


def words_learning_curves(curves: LearningCurves) -> str:
    """Say where the training curves go and where validation is best."""
    return " ".join(
        _curve_words(label, panel["training"], panel.get("validation"), curves.clear_margin)
        for label, panel in curves.panels.items()
    )


def _curve_words(
    label: str, training: Array, validation: Array | None, clear_margin: float
) -> str:
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
    if validation is None:
        return f"{words}."
    words += f"; validation {label} ends at {write_number(validation[-1])}"
    if epochs > 1:
        superlative, order = "highest", np.argsort(-validation)
        if label == "loss":
            superlative, order = "lowest", np.argsort(validation)
        best, second = validation[order[:2]]
        words += f", {superlative} {write_number(best)}"
        if round(abs(float(best - second)), 9) > clear_margin:
            words += f" at epoch {order[0] + 1}"
    return f"{words}."
