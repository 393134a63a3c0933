"""The sigmoid, and what binary cross-entropy charges for its probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.style import LINE_STYLES, MARKERS, palette
from helpers.figures.wording import write_number


class Marked(NamedTuple):
    """Scores that are marked on the curves, and their probabilities."""

    scores: NDArray[Any]
    probabilities: NDArray[Any]


def sigmoid_and_loss(scores: Sequence[float]) -> Figure:
    """Draw the sigmoid with some scores on it, and beside it what each probability costs.

    Parameters
    ----------
    scores : sequence of float
        Scores to mark, from -6 to 6.
    """
    marked = measure_sigmoid(scores)
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.8), layout="constrained")
    draw_sigmoid(left, marked)
    describe(left, words_sigmoid(marked))
    draw_cost(right, marked)
    describe(right, words_cost(marked))
    return figure


def measure_sigmoid(scores: ArrayLike) -> Marked:
    """Turn scores into probabilities."""
    values = check_array(scores, "scores", "a few numbers from -6 to 6", 1).astype(float)
    if np.abs(values).max() > 6:
        raise ValueError(f"scores goes to {np.abs(values).max():g}, expected at most 6")
    return Marked(values, 1 / (1 + np.exp(-values)))


def draw_sigmoid(axes: Axes, marked: Marked) -> None:
    """Draw the curve, the threshold, and the marked scores with their probabilities."""
    scores = np.linspace(-6.5, 6.5, 200)
    axes.plot(scores, 1 / (1 + np.exp(-scores)), color=palette(1)[0], linewidth=2.5)
    axes.axhline(0.5, color="0.3", linestyle="--", linewidth=1)
    axes.text(-6.3, 0.53, "threshold 0.5")
    for score, probability in zip(*marked, strict=True):
        axes.plot(score, probability, "o", color="black", markersize=8)
        beside = (-8, 8) if score > 0 else (10, -12)
        axes.annotate(
            f"{score:g} gives {probability:.2f}", (score, probability), beside,
            textcoords="offset points", ha="right" if score > 0 else "left",
        )  # fmt: skip
    axes.set(
        title="sigmoid",
        xlabel="score",
        ylabel='probability of "yes"',
        xlim=(-6.5, 6.5),
        ylim=(-0.05, 1.12),
    )
    axes.grid(alpha=0.3)


def draw_cost(axes: Axes, marked: Marked) -> None:
    """Draw the loss if the label is yes and if it is no, at every probability."""
    chances = np.linspace(0.002, 0.998, 400)
    costs = {"the label is yes": -np.log(chances), "the label is no": -np.log(1 - chances)}
    ends = (-np.log(marked.probabilities), -np.log(1 - marked.probabilities))
    for (name, cost), at, colour, style, marker in zip(
        costs.items(), ends, palette(2)[::-1], LINE_STYLES, MARKERS, strict=False
    ):
        axes.plot(chances, cost, style, color=colour, linewidth=2.5, label=name)
        axes.plot(marked.probabilities, at, marker, color=colour, markeredgecolor="black")
    axes.set(title="binary cross-entropy", xlabel='probability of "yes"', ylabel="loss")
    axes.legend(loc="upper center")
    axes.grid(alpha=0.3)


def words_sigmoid(marked: Marked) -> str:
    """Say how the curve runs, and what each marked score gives."""
    each = [(f"score {s:g}", write_number(p)) for s, p in zip(*marked, strict=True)]
    words = "Curve of the probability of yes over the score from -6.5 to 6.5. It rises in the form "
    words += (
        "of an S from 0 to 1 and crosses the threshold 0.5, a dashed line, at score 0. Marked: "
    )
    return words + "; ".join(f"{name} gives {value}" for name, value in each) + "."


def words_cost(marked: Marked) -> str:
    """Say what each marked probability costs, whichever the label is."""
    each = [
        (f"at {p:.3f}", f"{-np.log(p):.2f} if the label is yes, {-np.log(1 - p):.2f} if it is no")
        for p in marked.probabilities
    ]
    words = "Two curves of the loss over the probability of yes. For the label yes it falls from "
    words += "above 6 to 0, for the label no it rises as a mirror image. Marked: "
    return words + "; ".join(f"{name} {value}" for name, value in each) + "."
