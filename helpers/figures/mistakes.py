"""Which class is taken for which: the mistakes alone."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray
from sklearn import metrics

from helpers.figures.checks import check_labels, check_same_length
from helpers.figures.description import present
from helpers.figures.wording import write_number


class Mistakes(NamedTuple):
    """How often each digit (row) is taken for which (column), and the share of each read right."""

    counts: NDArray[Any]
    right: NDArray[Any]
    mistaken: float


def mistakes_matrix(true_digits: ArrayLike, predicted_digits: ArrayLike) -> Axes:
    """Draw how often each digit is taken for which other, and leave the right answers white.

    Parameters
    ----------
    true_digits, predicted_digits : array_like of int, shape (n,)
        Digits from 0 to 9, each at least once among the true ones.
    """
    mistakes = measure_mistakes(true_digits, predicted_digits)
    return present((7, 5.6), mistakes, draw_mistakes, words_mistakes)


def measure_mistakes(true_digits: ArrayLike, predicted_digits: ArrayLike) -> Mistakes:
    """Count the mistakes, and the share of each digit that is read right."""
    names = list("0123456789")
    true = check_labels(true_digits, "true_digits", names)
    predicted = check_labels(predicted_digits, "predicted_digits", names)
    check_same_length(true_digits=true, predicted_digits=predicted)
    counts = metrics.confusion_matrix(true, predicted, labels=range(10))
    if not counts.sum(axis=1).all():
        raise ValueError("true_digits lacks one of the ten digits, expected each at least once")
    right = counts.diagonal() / counts.sum(axis=1)
    mistaken = float(np.mean(true != predicted))
    return Mistakes(counts - np.diag(counts.diagonal()), right, mistaken)


def draw_mistakes(axes: Axes, mistakes: Mistakes) -> None:
    """Draw a square a pair, darker and with its number where there are mistakes."""
    counts = mistakes.counts
    nothing = counts == 0
    sns.heatmap(
        counts,
        ax=axes,
        mask=nothing,
        annot=True,
        fmt="d",
        cmap="Blues",
        vmin=0,
        vmax=1.3 * max(counts.max(), 1),
        cbar_kws={"label": "pictures"},
        linewidths=0.5,
        linecolor="0.85",
    )
    for text in axes.texts:
        text.set_color("black")
    axes.plot([0, 10], [0, 10], color="0.8", linewidth=8, zorder=0)
    axes.set(xlabel="taken for", ylabel="the digit that it is")
    axes.tick_params(axis="y", rotation=0)


def words_mistakes(mistakes: Mistakes) -> str:
    """Give the share of mistakes, and of each digit the share that is read right."""
    shares = ", ".join(f"{digit}: {write_number(s)}" for digit, s in enumerate(mistakes.right))
    return (
        "A square of ten by ten cells, a line for each digit and a column for what it was taken "
        f"for, with numbers of pictures; the diagonal is empty. {write_number(mistakes.mistaken)} "
        f"of all are mistakes. Share read right, of {shares}."
    )
