"""Scores of class 1, over all thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray
from sklearn import metrics

from helpers.figures.checks import check_binary_labels, check_scores
from helpers.figures.description import describe
from helpers.figures.style import LINE_STYLES, MARKERS, legend_beside, new_axes, palette
from helpers.figures.wording import write_number


class Rates(NamedTuple):
    """The ROC curve of a model, the area under it, and the rates at one threshold."""

    model: str
    false_rates: NDArray[Any]
    true_rates: NDArray[Any]
    area: str
    at_threshold: tuple[float, float] | None


class Precisions(NamedTuple):
    """Precision and recall over all thresholds, and at those that the words read."""

    steps: NDArray[Any]
    precision: NDArray[Any]
    recall: NDArray[Any]
    read: list[tuple[float, float | None, float]]


def roc_curve(
    true_labels: ArrayLike,
    scores: ArrayLike | Mapping[str, ArrayLike],
    *,
    name: str = "model",
    threshold: float | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Draw the true against the false positive rate over all thresholds.

    Parameters
    ----------
    true_labels : array_like of int, shape (n,)
        0 or 1, both present.
    scores : array_like, shape (n,), or mapping of str to such arrays
        Score or probability of class 1, of one model or of several by name.
    name : str
        Name of the model where `scores` is one array.
    threshold : float, optional
        A case counts as class 1 if its score reaches this; the rates are then
        marked on the curve.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        One curve per model, at most ten, and the diagonal of chance.

    Raises
    ------
    ValueError
        If labels are not 0 and 1, or scores are empty, of the wrong shape, of
        different length, or not finite.
    """
    models = scores if isinstance(scores, Mapping) else {name: scores}
    rates = measure_roc_curve(true_labels, models, threshold)
    axes = axes or new_axes((6.4, 5.6))
    draw_roc_curve(axes, rates, threshold)
    describe(axes, words_roc_curve(rates, threshold))
    return axes


def measure_roc_curve(
    true_labels: ArrayLike, models: Mapping[str, ArrayLike], threshold: float | None
) -> list[Rates]:
    """Calculate the rates of each model."""
    true = check_binary_labels(true_labels)
    if not 1 <= len(models) <= len(MARKERS):
        raise ValueError(f"scores has {len(models)} models, expected 1 to {len(MARKERS)}")
    rates = []
    for model, values in models.items():
        scores = check_scores(values, str(model), true)
        false_rates, true_rates, _ = metrics.roc_curve(true, scores)
        called = scores >= (np.inf if threshold is None else threshold)
        there = None if threshold is None else (called[true == 0].mean(), called[true == 1].mean())
        area = write_number(metrics.auc(false_rates, true_rates))
        rates.append(Rates(str(model), false_rates, true_rates, area, there))
    return rates


def draw_roc_curve(axes: Axes, rates: Sequence[Rates], threshold: float | None) -> None:
    """Draw each model's curve, and a marker at the threshold."""
    axes.plot([0, 1], [0, 1], color="0.4", linewidth=1, label="chance: 0.500")
    for number, (model, false_rates, true_rates, area, there) in enumerate(rates):
        colour, style = palette(10)[number], LINE_STYLES[number % len(LINE_STYLES)]
        axes.plot(false_rates, true_rates, style, color=colour, label=f"{model}: {area}")
        if there is not None:
            axes.plot(*there, MARKERS[number], color=colour, markersize=9)
    axes.set(xlabel="false positive rate", ylabel="true positive rate", aspect="equal")
    axes.grid(alpha=0.3)
    note = "" if threshold is None else f"\n(marker: threshold {threshold:g})"
    axes.legend(loc="lower right", title=f"area under the curve{note}")


def words_roc_curve(rates: Sequence[Rates], threshold: float | None) -> str:
    """Give each model's area, and its rates at the threshold."""
    sentences = []
    for model, _, _, area, there in rates:
        sentences.append(f"ROC curve of {model}: area under the curve {area} (chance: 0.500).")
        if there is not None:
            across, up = map(write_number, there)
            sentences.append(f"At the threshold {threshold:g} the true positive rate is {up},")
            sentences.append(f"the false positive rate {across}.")
    return " ".join(sentences)


def threshold_curve(
    true_labels: ArrayLike,
    scores: ArrayLike,
    *,
    thresholds: Sequence[float] = (0.3, 0.5, 0.7),
    axes: Axes | None = None,
) -> Axes:
    """Draw precision and recall of class 1 against the threshold.

    Parameters
    ----------
    true_labels : array_like of int, shape (n,)
        0 or 1, both present.
    scores : array_like, shape (n,)
        Score or probability of class 1. A case counts as class 1 if its score
        reaches the threshold.
    thresholds : sequence of float
        Where the words read the curves.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        Two curves, with a legend beside them.

    Raises
    ------
    ValueError
        If labels are not 0 and 1, or scores are empty, of the wrong shape, of
        different length, or not finite.
    """
    numbers = measure_threshold_curve(true_labels, scores, thresholds)
    axes = axes or new_axes((8, 4.4))
    draw_threshold_curve(axes, numbers)
    describe(axes, words_threshold_curve(numbers))
    return axes


def measure_threshold_curve(
    true_labels: ArrayLike, scores: ArrayLike, thresholds: Sequence[float]
) -> Precisions:
    """Calculate precision, where there is any, and recall."""
    true = check_binary_labels(true_labels)
    values = check_scores(scores, "scores", true)
    precision, recall, steps = metrics.precision_recall_curve(true, values)
    read = []
    for threshold in thresholds:
        called = values >= threshold
        right = np.sum(called & (true == 1))
        share = right / called.sum() if called.any() else None
        read.append((threshold, share, right / np.sum(true == 1)))
    return Precisions(steps, precision[:-1], recall[:-1], read)


def draw_threshold_curve(axes: Axes, numbers: Precisions) -> None:
    """Draw the two curves as steps."""
    lines = {"precision": (numbers.precision, "-"), "recall": (numbers.recall, "--")}
    for (name, (values, style)), colour in zip(lines.items(), palette(2), strict=True):
        axes.plot(numbers.steps, values, style, color=colour, drawstyle="steps-pre", label=name)
    axes.set(xlabel="threshold", ylabel="precision, recall", ylim=(0, 1.05))
    axes.grid(alpha=0.3)
    legend_beside(axes)


def words_threshold_curve(numbers: Precisions) -> str:
    """Read the two curves at the thresholds."""
    words = "Precision and recall of class 1."
    for threshold, precision, recall in numbers.read:
        first = "no precision" if precision is None else f"precision {write_number(precision)}"
        words += f" At the threshold {threshold:g}: {first}, recall {write_number(recall)}."
    return words
