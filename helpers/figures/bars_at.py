"""The probabilities of a few places: a map where they are marked, and bars beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_places
from helpers.figures.description import describe
from helpers.figures.regions import ask, draw_map, measure_map, tell_right, words_map
from helpers.figures.style import palette
from helpers.figures.wording import write_list, write_name, write_number, write_place

LETTERS = "ABCDEF"


class Chances(NamedTuple):
    """A place, its letter, and the probability of each class there."""

    letter: str
    place: NDArray[Any]
    names: list[str]
    values: NDArray[Any]


def map_with_bars(
    classifier: Any,  # noqa: ANN401 - as in `maps`
    points: ArrayLike,
    labels: ArrayLike,
    places: Sequence[tuple[float, float]],
) -> Figure:
    """Draw a map with a letter at each place, and the probabilities of each place as bars.

    Parameters
    ----------
    classifier, points, labels
        As `maps` takes them.
    places : sequence of (float, float)
        From one to six places.
    """
    whole = measure_map("where they are", classifier, points, labels, None, None)
    chances = measure_chances(classifier, places, whole.points.names)
    figure = plt.figure(figsize=(8, 4.8), layout="constrained")
    grid = figure.add_gridspec(len(chances), 2, width_ratios=[1.75, 1])
    left = figure.add_subplot(grid[:, 0])
    draw_map(left, whole, tell_right(whole))
    describe(left, words_map(whole))
    for row, each in enumerate(chances):
        box = {"boxstyle": "circle", "facecolor": "white"}
        left.text(
            each.place[0],
            each.place[1],
            each.letter,
            ha="center",
            va="center",
            weight="bold",
            bbox=box,
        )
        axes = figure.add_subplot(grid[row, 1])
        draw_chances(axes, each)
        describe(axes, words_chances(each))
    return figure


def measure_chances(
    classifier: Any,  # noqa: ANN401 - as in `maps`
    places: Sequence[tuple[float, float]],
    names: list[str],
) -> list[Chances]:
    """Ask the classifier about each place."""
    marked = check_places(places, "places")
    if len(marked) > len(LETTERS):
        raise ValueError(f"places holds {len(marked)} places, expected at most {len(LETTERS)}")
    rows = ask(classifier, marked)
    return [Chances(LETTERS[n], marked[n], names, row) for n, row in enumerate(rows)]


def draw_chances(axes: Axes, each: Chances) -> None:
    """Draw a bar for each class with its number."""
    count = len(each.names)
    axes.barh(range(count), each.values, color=palette(count), edgecolor="black", linewidth=0.5)
    for number, value in enumerate(each.values):
        axes.text(min(value, 0.8) + 0.02, number, f"{value:.3f}", va="center", fontsize=9)
    axes.set_yticks(range(count), map(write_name, each.names), fontsize=9)
    axes.set_title(f"{each.letter} {write_place(each.place)}", fontsize=10)
    axes.set(xlim=(0, 1), xticks=[])
    axes.invert_yaxis()


def words_chances(each: Chances) -> str:
    """List the probabilities of a place."""
    values = write_list(zip(each.names, map(write_number, each.values), strict=True))
    return f"Bars, the probabilities: {values}; their sum {write_number(np.sum(each.values))}."
