"""Maps of positive and negative numbers, as colours."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.style import frame_squares, settle
from helpers.figures.wording import write_rounded


class Map(NamedTuple):
    """Positive and negative numbers in rows, their colours' limit, places to frame, whose limit."""

    title: str
    numbers: NDArray[Any]
    limit: float
    framed: dict[str, tuple[int, int]]
    own_scale: bool


def signed_maps(
    maps: Mapping[str, ArrayLike],
    framed: Mapping[str, tuple[int, int]] | None = None,
    *,
    columns: int = 4,
    own_scale: bool = False,
) -> Figure:
    """Draw maps or windows: orange above zero, purple below, white at zero.

    Parameters
    ----------
    maps : mapping of str to array_like, shape (height, width)
        Numbers by the title of their panel.
    framed : mapping of str to tuple of int, optional
        By its name, the row and the column of each number to frame.
    columns : int
        Panels in a row.
    own_scale : bool
        True for maps each with the scale of its own largest number, so that faint ones
        can be seen; by default all share one.
    """
    measured = measure_signed_maps(maps, framed or {}, own_scale=own_scale)
    rows = math.ceil(len(measured) / columns)
    size = (8, (8 / columns + 0.3) * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, each in zip(grid.flat, measured, strict=False):
        draw_signed_map(axes, each)
        describe(axes, words_signed_map(each))
    settle(figure)
    return figure


def measure_signed_maps(
    maps: Mapping[str, ArrayLike],
    framed: Mapping[str, tuple[int, int]],
    *,
    own_scale: bool = False,
) -> list[Map]:
    """Find the limit of the colours, which all maps share unless each has its own."""
    if not maps:
        raise ValueError("maps is empty, expected at least one")
    arrays = {
        name: check_array(numbers, name, "rows of numbers", 2) for name, numbers in maps.items()
    }
    limits = {name: float(np.abs(numbers).max()) for name, numbers in arrays.items()}
    shared = max(limits.values()) or 1.0
    return [
        Map(name, numbers, limits[name] or 1.0 if own_scale else shared, dict(framed), own_scale)
        for name, numbers in arrays.items()
    ]


def draw_signed_map(axes: Axes, each: Map) -> None:
    """Draw one map as cells of colour; few numbers are written into them."""
    axes.set_axis_on()
    axes.imshow(each.numbers, cmap="PuOr_r", vmin=-each.limit, vmax=each.limit)
    axes.set(xticks=[], yticks=[])
    axes.set_title(each.title, fontsize=10)
    frame_squares(axes, each.framed)
    if each.numbers.size <= 9:
        for (row, column), value in np.ndenumerate(each.numbers):
            colour = "white" if abs(value) > 0.7 * each.limit else "black"
            axes.text(column, row, write_rounded(value), color=colour, ha="center", va="center")


def words_signed_map(each: Map) -> str:
    """Read few numbers row by row; of many, the range, where most are above 0, what is framed."""
    numbers = each.numbers
    if numbers.size <= 9:
        rows = [" ".join(write_rounded(value, 2) for value in row) for row in numbers]
        return f"rows of weights {'; '.join(rows)}."
    above = numbers > each.limit / 10
    halves = (np.array_split(above, 2, axis) for axis in (0, 1))
    upper, lower, left, right = (write_rounded(half.mean(), 2) for pair in halves for half in pair)
    low, high = write_rounded(numbers.min(), 2), write_rounded(numbers.max(), 2)
    scale = ", the scale its own" if each.own_scale else f" from {low} to {high}"
    words = (
        f"{numbers.shape[0]} x {numbers.shape[1]} numbers{scale}; clearly above 0 are {upper} of "
        f"the upper half and {lower} of the lower, {left} of the left and {right} of the right"
    )
    for name, place in each.framed.items():
        words += f"; {name}, framed in row {place[0]}, column {place[1]}: "
        words += write_rounded(numbers[place], 2)
    return f"{words}."
