"""Scores of class 1, over all thresholds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray
from sklearn import metrics

from helpers.figures.checks import check_binary_labels, check_scores
from helpers.figures.description import present
from helpers.figures.style import LINE_STYLES, MARKERS, legend_beside, palette
from helpers.figures.wording import write_number


class Rates(NamedTuple):
    """The ROC curve of a model, and the area under it."""

    model: str
    false_rates: NDArray[Any]
    true_rates: NDArray[Any]
    area: str


class Precisions(NamedTuple):
    """Precision and recall over all thresholds, and at those that the words read."""

    steps: NDArray[Any]
    precision: NDArray[Any]
    recall: NDArray[Any]
    read: list[tuple[float, float | None, float]]


def roc_curve(true_labels: ArrayLike, scores: Mapping[str, ArrayLike]) -> Axes:
    """Draw the true against the false positive rate over all thresholds, and chance's diagonal.

    Parameters
    ----------
    true_labels : array_like of int, shape (n,)
        0 or 1, both present.
    scores : mapping of str to array_like, shape (n,)
        Score or probability of class 1 by each of at most ten models.
    """
    true = check_binary_labels(true_labels)
    if not isinstance(scores, Mapping) or not 1 <= len(scores) <= len(MARKERS):
        held = f"{len(scores)} models" if isinstance(scores, Mapping) else type(scores).__name__
        raise ValueError(f"scores is {held}, expected those of 1 to {len(MARKERS)} models by name")
    rates = []
    for model, values in scores.items():
        checked = check_scores(values, str(model), true)
        false_rates, true_rates, _ = metrics.roc_curve(true, checked)
        area = write_number(metrics.auc(false_rates, true_rates))
        rates.append(Rates(str(model), false_rates, true_rates, area))
    return present((6.4, 5.6), rates, draw_roc_curve, words_roc_curve)


def draw_roc_curve(axes: Axes, rates: Sequence[Rates]) -> None:
    """Draw each model's curve."""
    axes.plot([0, 1], [0, 1], color="0.4", linewidth=1, label="chance: 0.500")
    for number, (model, false_rates, true_rates, area) in enumerate(rates):
        colour, style = palette(10)[number], LINE_STYLES[number % len(LINE_STYLES)]
        axes.plot(false_rates, true_rates, style, color=colour, label=f"{model}: {area}")
    axes.set(xlabel="false positive rate", ylabel="true positive rate", aspect="equal")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right", title="area under the curve")


def words_roc_curve(rates: Sequence[Rates]) -> str:
    """Give each model's area."""
    return " ".join(
        f"ROC curve of {model}: area under the curve {area} (chance: 0.500)."
        for model, _, _, area in rates
    )


def threshold_curve(true_labels: ArrayLike, scores: ArrayLike) -> Axes:
    """Draw precision and recall of class 1 against the threshold.

    Parameters
    ----------
    true_labels : array_like of int, shape (n,)
        0 or 1, both present.
    scores : array_like, shape (n,)
        Score or probability of class 1. A case counts as class 1 if its score
        reaches the threshold.
    """
    true = check_binary_labels(true_labels)
    values = check_scores(scores, "scores", true)
    precision, recall, steps = metrics.precision_recall_curve(true, values)
    read = []
    for threshold in (0.3, 0.5, 0.7):
        called = values >= threshold
        right = np.sum(called & (true == 1))
        share = right / called.sum() if called.any() else None
        read.append((threshold, share, right / np.sum(true == 1)))
    curves = Precisions(steps, precision[:-1], recall[:-1], read)
    return present((8, 4.4), curves, draw_threshold_curve, words_threshold_curve)


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
