"""One number of a second layer of windows, traced back to the pixels that it comes from."""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.style import frame_squares, settle

WINDOW = 3
BLOCK = 2
"""The sizes on the way: windows, blocks of pooling, and windows again."""


class Traced(NamedTuple):
    """A picture, its pooled maps, a map of the second layer, and one place in that."""

    picture: NDArray[Any]
    pooled: NDArray[Any]
    second: NDArray[Any]
    place: tuple[int, int]

    @property
    def corner(self) -> tuple[int, int]:
        """Row and column of the first pixel that the number comes from."""
        return BLOCK * self.place[0], BLOCK * self.place[1]

    @property
    def side(self) -> int:
        """Height and width of the pixels that it comes from."""
        return BLOCK * WINDOW + WINDOW - 1


def traced_back(
    picture: ArrayLike, pooled: ArrayLike, second: ArrayLike, place: tuple[int, int]
) -> Figure:
    """Draw a picture, its pooled maps and a map of the second layer, with one number's way framed.

    Parameters
    ----------
    picture : array_like, shape (height, width)
        Grey values; high is ink.
    pooled : array_like, shape (rows, columns, maps)
        What windows of 3 x 3 and pooling of 2 x 2 made of it.
    second : array_like, shape (rows - 2, columns - 2)
        What a window of the second layer makes of those maps.
    place : tuple of int
        Row and column of the number in `second`.
    """
    traced = measure_traced(picture, pooled, second, place)
    figure = plt.figure(figsize=(8, 2.8), layout="constrained")
    parts: Any = figure.subfigures(1, 3, width_ratios=(1, 1.6, 1))
    frame = {"": traced.corner}
    side = traced.side
    draw_layer(parts[0].subplots(), traced.picture, "gray_r", frame, side)
    parts[0].suptitle(f"the picture:\n{side} x {side} pixels", fontsize=10)
    count = traced.pooled.shape[-1]
    grid = parts[1].subplots(2, -(-count // 2), squeeze=False)
    for axes in grid.flat[count:]:
        axes.remove()
    for number, axes in zip(range(count), grid.flat, strict=False):
        draw_layer(axes, traced.pooled[..., number], "Oranges", {"": place}, WINDOW)
    parts[1].suptitle(f"{count} pooled maps:\n3 x 3 numbers in each", fontsize=10)
    draw_layer(parts[2].subplots(), traced.second, "Oranges", {"": place}, 1)
    parts[2].suptitle("a map of the second layer:\none number", fontsize=10)
    describe(figure, words_traced(traced))
    settle(figure)
    return figure


def measure_traced(
    picture: ArrayLike, pooled: ArrayLike, second: ArrayLike, place: tuple[int, int]
) -> Traced:
    """Check that the three belong together, and that the place is in the last."""
    grey = check_array(picture, "picture", "a picture of shape (height, width)", 2)
    maps = check_array(pooled, "pooled", "maps of shape (rows, columns, maps)", 3)
    last = check_array(second, "second", "rows of numbers", 2)
    expected = tuple((size - WINDOW + 1) // BLOCK for size in grey.shape)
    if maps.shape[:2] != expected or last.shape != tuple(n - WINDOW + 1 for n in expected):
        raise ValueError(
            f"pooled has shape {maps.shape} and second {last.shape}, expected {expected} rows and "
            f"columns of pooled maps and {WINDOW - 1} fewer of each in second"
        )
    row, column = place
    if not (0 <= row < last.shape[0] and 0 <= column < last.shape[1]):
        raise ValueError(f"place {place} is not in second, which has shape {last.shape}")
    return Traced(grey, maps, last, (row, column))


def draw_layer(
    axes: Axes,
    numbers: NDArray[Any],
    colours: str,
    framed: dict[str, tuple[int, int]],
    side: int,
) -> None:
    """Draw an image with the frame in which the number's way goes on."""
    axes.imshow(numbers, cmap=colours, vmin=0, vmax=float(np.max(numbers)) or 1.0)
    axes.set(xticks=[], yticks=[])
    frame_squares(axes, framed, side=side)


def words_traced(traced: Traced) -> str:
    """Say from which places of the maps and from which pixels the number comes."""
    (row, column), (top, left), side = traced.place, traced.corner, traced.side
    return (
        f"Three steps, from left to right, each with a frame: rows {top} to {top + side - 1} and "
        f"columns {left} to {left + side - 1} of the picture; rows {row} to {row + 2} and columns "
        f"{column} to {column + 2} of each of {traced.pooled.shape[-1]} pooled maps; and one "
        f"number, in row {row} and column {column} of a map of the second layer."
    )
