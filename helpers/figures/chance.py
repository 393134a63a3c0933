"""What chance alone does: fifty flowers measured again and again."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from helpers.evaluation import accuracy_table
from helpers.figures.checks import check_labels
from helpers.figures.description import present
from helpers.figures.style import palette
from helpers.figures.wording import write_number


class Belt(NamedTuple):
    """For each true accuracy the middle 95 of 100 counts; `kept` where the result is one."""

    right: int
    rows: int
    truths: NDArray[Any]
    lows: NDArray[Any]
    highs: NDArray[Any]
    kept: NDArray[Any]


class Intervals(NamedTuple):
    """Intervals of repeated measurements, and the true accuracy that they should hold."""

    lows: NDArray[Any]
    highs: NDArray[Any]
    truth: float
    missed: NDArray[Any]


def _middle(counts: NDArray[Any]) -> tuple[int, int]:
    low, high = np.quantile(counts, [0.025, 0.975], method="inverted_cdf")
    return int(low), int(high)


def possible_truths(right: int, rows: int) -> Axes:
    """Simulate true accuracies from 0.8 to 1, and mark those for which a result is not rare.

    Parameters
    ----------
    right, rows : int
        The result: so many right of so many.
    """
    if not 0 <= right <= rows:
        raise ValueError(f"right is {right}, expected a count from 0 to {rows}")
    return present((8, 4.4), measure_possible_truths(right, rows), draw_belt, words_belt)


def measure_possible_truths(right: int, rows: int) -> Belt:
    """Repeat the measurement ten thousand times for each true accuracy."""
    generator = np.random.default_rng(0)
    truths = np.arange(80, 101) / 100
    counts = [generator.binomial(rows, truth, 10_000) for truth in truths]
    lows, highs = np.transpose([_middle(part) for part in counts])
    return Belt(right, rows, truths, lows, highs, (lows <= right) & (right <= highs))


def draw_belt(axes: Axes, belt: Belt) -> None:
    """Draw a bar of counts for each true accuracy, and the result as a line across them."""
    for chosen, colour, style, label in (
        (belt.kept, palette(2)[0], "-", "could have given our result"),
        (~belt.kept, "0.6", ":", "our result would be rare"),
    ):
        bars = belt.truths[chosen], belt.lows[chosen], belt.highs[chosen]
        axes.hlines(*bars, color=colour, linestyle=style, linewidth=4, label=label)
    axes.axvline(belt.right, color="black", linewidth=1.5, label=f"our result: {belt.right}")
    axes.set(xlabel=f"right answers, of {belt.rows}", ylabel="true accuracy")
    axes.legend(loc="upper left")


def words_belt(belt: Belt) -> str:
    """Say which true accuracies remain possible."""
    words = (
        "For each true accuracy from 0.800 to 1.000, upwards, a bar from left to right: the "
        f"middle 95 of 100 counts of {belt.rows}. A line stands at {belt.right}. "
    )
    if not belt.kept.any():
        return words + "It crosses no bar."
    low, high = (write_number(belt.truths[belt.kept][end]) for end in (0, -1))
    return words + f"It crosses the bars from {low} to {high}, which are marked."


def intervals_of_repetitions(counts: ArrayLike, rows: int, truth: float) -> Axes:
    """Draw an interval for each of several counts, and mark those that miss the truth.

    Parameters
    ----------
    counts : array_like of int, shape (repetitions,)
        How many were right in each repetition.
    rows : int
        Of how many.
    truth : float
        The true accuracy.
    """
    values = check_labels(counts, "counts")
    shares = {str(place): count / rows for place, count in enumerate(values)}
    table = accuracy_table(shares, rows)
    lows, highs = table["from"].to_numpy(), table["to"].to_numpy()
    numbers = Intervals(lows, highs, truth, (truth < lows) | (truth > highs))
    return present((8, 4.4), numbers, draw_intervals, words_intervals)


def draw_intervals(axes: Axes, numbers: Intervals) -> None:
    """Draw the intervals side by side, those that miss in another colour and dashed."""
    places = np.arange(1, len(numbers.lows) + 1)
    for chosen, colour, style, label in (
        (~numbers.missed, palette(2)[0], "-", "holds the true accuracy"),
        (numbers.missed, palette(2)[1], "--", "misses it"),
    ):
        ends = places[chosen], numbers.lows[chosen], numbers.highs[chosen]
        width = 1.5 if style == "-" else 3
        axes.vlines(*ends, color=colour, linestyle=style, linewidth=width, label=label)
    axes.axhline(numbers.truth, color="black", linewidth=1.5)
    axes.set(xlabel="repetition", ylabel="accuracy")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)


def words_intervals(numbers: Intervals) -> str:
    """Say how many intervals miss."""
    return (
        f"{len(numbers.lows)} upright intervals side by side, over the accuracy, and a line at the "
        f"true one, {write_number(numbers.truth)}. {numbers.missed.sum()} of them, marked, do not "
        f"touch the line. The lowest begins at {write_number(numbers.lows.min())}, the highest "
        f"ends at {write_number(numbers.highs.max())}."
    )
