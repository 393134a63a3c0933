"""Dots on a line: what several seeds measured, beside what is asked of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.evaluation import paired_difference
from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.style import palette
from helpers.figures.wording import write_number


class Pair(NamedTuple):
    """What two networks reached from the same seeds."""

    a: NDArray[Any]
    b: NDArray[Any]


class Differences(NamedTuple):
    """Differences seed by seed, the interval of their mean, and the margin."""

    name: str
    values: NDArray[Any]
    low: float
    high: float
    margin: float

    @property
    def outside(self) -> NDArray[Any]:
        """Whether a seed by itself lies outside of the margin."""
        return abs(self.values) > self.margin


def pairs_of_networks(a: ArrayLike, b: ArrayLike) -> Figure:
    """Draw several pairs of networks, A above B, each seed as a dot and each mean as a bar.

    Parameters
    ----------
    a, b : array_like of float, shape (pairs, seeds)
        What each seed measured, an even number of pairs.
    """
    pairs = measure_pairs(a, b)
    rows = len(pairs) // 2
    size = (8, 0.6 + 1.35 * rows)
    figure, panels = plt.subplots(
        rows, 2, figsize=size, layout="constrained", sharex=True, squeeze=False
    )
    for number, (axes, pair) in enumerate(zip(panels.flat, pairs, strict=True), 1):
        axes.set_title(f"pair {number}", fontsize=10)
        draw_pair(axes, pair)
        describe(axes, words_pair(pair))
    for axes in panels[-1]:
        axes.set_xlabel("accuracy of a seed")
    return figure


def measure_pairs(a: ArrayLike, b: ArrayLike) -> list[Pair]:
    """Check that the two have the same seeds, and put each pair together."""
    both = [check_array(values, name, "pairs x seeds", 2) for values, name in ((a, "a"), (b, "b"))]
    if both[0].shape != both[1].shape or len(both[0]) % 2:
        raise ValueError(
            f"a has shape {both[0].shape} and b {both[1].shape}, expected the same pairs and "
            "seeds, and an even number of pairs"
        )
    return [Pair(*values) for values in zip(*both, strict=True)]


def draw_pair(axes: Axes, pair: Pair) -> None:
    """Draw the seeds of A and of B on a line each, with a bar at their mean."""
    for height, values, marker, colour in zip((1, 0), pair, "os", palette(2), strict=True):
        axes.plot(values, [height] * len(values), marker, color=colour, alpha=0.6)
        axes.vlines(values.mean(), height - 0.3, height + 0.3, color="0.1", linewidth=2)
    axes.set(yticks=[1, 0], yticklabels=["A", "B"], ylim=(-0.5, 1.5))
    axes.grid(axis="x", alpha=0.3)


def words_pair(pair: Pair) -> str:
    """Give the range and the mean of each of the two."""
    words = "Dots on two lines, one a seed, over the accuracy."
    for name, values in zip("AB", pair, strict=True):
        low, high, mean = map(write_number, (values.min(), values.max(), values.mean()))
        words += f" {name}: from {low} to {high}, mean {mean}."
    return words


def differences_and_margin(first: ArrayLike, second: ArrayLike, margin: float) -> Figure:
    """Draw by how much two networks differ, seed by seed: for three seeds, and for all.

    Parameters
    ----------
    first, second : array_like of float, shape (seeds,)
        The same quantity of both networks from the same seeds, more than three.
    margin : float
        Up to which difference the two count as equally good.
    """
    panels = measure_differences(first, second, margin)
    figure, both = plt.subplots(2, 1, figsize=(8, 3.2), layout="constrained", sharex=True)
    for axes, numbers in zip(both, panels, strict=True):
        draw_differences(axes, numbers)
        describe(axes, words_differences(numbers))
    both[1].set_xlabel("difference, seed by seed: first minus second")
    return figure


def measure_differences(first: ArrayLike, second: ArrayLike, margin: float) -> list[Differences]:
    """Subtract, and calculate the interval for three seeds and for all."""
    if not margin > 0:
        raise ValueError(f"margin is {margin}, expected a number above 0")
    values = np.subtract(
        check_array(first, "first", "one number a seed", 1),
        check_array(second, "second", "one number a seed", 1),
    )
    if len(values) <= 3:
        raise ValueError(f"there are {len(values)} seeds, expected more than three")
    found = []
    for count in (3, len(values)):
        part = values[:count]
        test = paired_difference(part, np.zeros(count))
        found.append(Differences(f"{count} seeds", part, test.low, test.high, margin))
    return found


def draw_differences(axes: Axes, numbers: Differences) -> None:
    """Draw the dots, the interval below them, and the margin as a shaded band."""
    axes.axvspan(-numbers.margin, numbers.margin, color=palette(3)[2], alpha=0.2)
    axes.axvline(0, color="0.4", linewidth=1)
    for chosen, marker, colour in (
        (~numbers.outside, "o", palette(2)[0]),
        (numbers.outside, "s", palette(2)[1]),
    ):
        part = numbers.values[chosen]
        axes.plot(part, np.ones(len(part)), marker, color=colour, alpha=0.8)
    middle = numbers.values.mean()
    reach = [[middle - numbers.low], [numbers.high - middle]]
    axes.errorbar(middle, 0.4, xerr=reach, fmt="|", color="0.1", capsize=5, linewidth=2)
    axes.set(yticks=[1, 0.4], yticklabels=["seeds", "interval"], ylim=(0, 1.5))
    place = {"transform": axes.get_xaxis_transform(), "va": "top", "ha": "right"}
    axes.text(0.98 * numbers.margin, 0.95, "equally good", place)
    axes.set_title(numbers.name, fontsize=10)


def words_differences(numbers: Differences) -> str:
    """Say where the dots and the interval lie, and whether the margin holds it."""
    margin, low, high = map(write_number, (numbers.margin, numbers.low, numbers.high))
    inside = -numbers.margin <= numbers.low and numbers.high <= numbers.margin
    lowest, highest = write_number(numbers.values.min()), write_number(numbers.values.max())
    return (
        f"Dots on a line, one a seed, from {lowest} to {highest}; {numbers.outside.sum()} outside "
        "of the margin, drawn as squares. The interval of their mean "
        f"reaches from {low} to {high}; the shaded margin from -{margin} to {margin} "
        f"{'holds all of it' if inside else 'does not hold all of it'}."
    )
