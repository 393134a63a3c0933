"""Maps of positive and negative numbers, and pooling, which makes them smaller."""

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
    """Positive and negative numbers in rows, the limit of their colours, places to frame."""

    title: str
    numbers: NDArray[Any]
    limit: float
    framed: dict[str, tuple[int, int]]


class Pooled(NamedTuple):
    """A map, and the largest number of each block of it."""

    before: NDArray[Any]
    after: NDArray[Any]
    size: int


def signed_maps(
    maps: Mapping[str, ArrayLike],
    framed: Mapping[str, tuple[int, int]] | None = None,
    *,
    columns: int = 4,
) -> Figure:
    """Draw maps or windows: orange above zero, purple below, white at zero.

    Parameters
    ----------
    maps : mapping of str to array_like, shape (height, width)
        Numbers by the title of their panel, on one scale of colours.
    framed : mapping of str to tuple of int, optional
        By its name, the row and the column of each number to frame.
    columns : int
        Panels in a row.
    """
    measured = measure_signed_maps(maps, framed or {})
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
    maps: Mapping[str, ArrayLike], framed: Mapping[str, tuple[int, int]]
) -> list[Map]:
    """Find the limit of the colours, which all maps share."""
    if not maps:
        raise ValueError("maps is empty, expected at least one")
    arrays = {
        name: check_array(numbers, name, "rows of numbers", 2) for name, numbers in maps.items()
    }
    limit = max(float(np.abs(numbers).max()) for numbers in arrays.values()) or 1.0
    return [Map(name, numbers, limit, dict(framed)) for name, numbers in arrays.items()]


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
    words = (
        f"{numbers.shape[0]} x {numbers.shape[1]} numbers from {write_rounded(numbers.min(), 2)} "
        f"to {write_rounded(numbers.max(), 2)}; clearly above 0 are {upper} of the upper half "
        f"and {lower} of the lower, {left} of the left and {right} of the right"
    )
    for name, place in each.framed.items():
        words += f"; {name}, framed in row {place[0]}, column {place[1]}: "
        words += write_rounded(numbers[place], 2)
    return f"{words}."


def pooling(numbers: ArrayLike, size: int = 2) -> Figure:
    """Draw a few numbers of a map in blocks, and the largest of each block beside them.

    Parameters
    ----------
    numbers : array_like, shape (height, width)
        Height and width are multiples of `size`.
    size : int
        Height and width of a block.
    """
    pooled = measure_pooling(numbers, size)
    figure, both = plt.subplots(1, 2, figsize=(8, 3.4), layout="constrained")
    draw_pooling(both, pooled)
    describe(figure, words_pooling(pooled))
    settle(figure)
    return figure


def measure_pooling(numbers: ArrayLike, size: int) -> Pooled:
    """Keep the largest number of each block."""
    before = check_array(numbers, "numbers", "rows of numbers", 2)
    height, width = before.shape
    if size < 1 or height % size or width % size:
        raise ValueError(f"numbers has shape {before.shape}, expected multiples of size, {size}")
    blocks = before.reshape(height // size, size, width // size, size)
    return Pooled(before, blocks.max(axis=(1, 3)), size)


def draw_pooling(both: NDArray[Any], pooled: Pooled) -> None:
    """Draw the numbers with thick lines between blocks, the largest of each in a frame."""
    limit = float(np.abs(pooled.before).max()) or 1.0
    for axes, numbers in zip(both, (pooled.before, pooled.after), strict=True):
        axes.imshow(numbers, cmap="PuOr_r", vmin=-limit, vmax=limit)
        axes.set(xticks=[], yticks=[])
        for (row, column), value in np.ndenumerate(numbers):
            colour = "white" if abs(value) > 0.7 * limit else "black"
            axes.text(column, row, write_rounded(value), color=colour, ha="center", va="center")
    for place in range(pooled.size, pooled.before.shape[0], pooled.size):
        both[0].axhline(place - 0.5, color="black", linewidth=2)
    for place in range(pooled.size, pooled.before.shape[1], pooled.size):
        both[0].axvline(place - 0.5, color="black", linewidth=2)
    for (row, column), _ in np.ndenumerate(pooled.after):
        top, left = row * pooled.size, column * pooled.size
        block = pooled.before[top : top + pooled.size, left : left + pooled.size]
        down, right = np.unravel_index(block.argmax(), block.shape)
        frame_squares(both[0], {"": (top + int(down), left + int(right))})
    both[0].set_title("a part of the map, in blocks", fontsize=10)
    both[1].set_title("the largest of each block", fontsize=10)


def words_pooling(pooled: Pooled) -> str:
    """Read the rows before and after."""
    before, after = (
        "; ".join(" ".join(write_rounded(value) for value in row) for row in numbers)
        for numbers in (pooled.before, pooled.after)
    )
    return (
        f"On the left rows of numbers: {before}. On the right the largest of each block of "
        f"{pooled.size} x {pooled.size}: {after}."
    )
