"""Pooling: a map in blocks, the largest number of each, and what a small shift does to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.style import frame_squares, settle
from helpers.figures.wording import write_rounded


class Pooled(NamedTuple):
    """A part of a map, and the largest number of each block of it."""

    title: str
    before: NDArray[Any]
    after: NDArray[Any]
    size: int


def pooling(parts: Mapping[str, ArrayLike], size: int = 2) -> Figure:
    """Draw parts of a map in blocks, and below each the largest number of every block.

    Parameters
    ----------
    parts : mapping of str to array_like, shape (height, width)
        Numbers by the title of their panel; height and width are multiples of `size`.
    size : int
        Height and width of a block.
    """
    measured = measure_pooling(parts, size)
    figure, grid = plt.subplots(
        2, len(measured), figsize=(8, 6), layout="constrained", squeeze=False
    )
    limit = max(float(np.abs(pooled.before).max()) for pooled in measured) or 1.0
    for column, pooled in zip(grid.T, measured, strict=True):
        draw_pooling(column, pooled, limit)
        describe(figure, words_pooling(pooled))
    settle(figure)
    return figure


def measure_pooling(parts: Mapping[str, ArrayLike], size: int) -> list[Pooled]:
    """Keep the largest number of each block."""
    if not parts:
        raise ValueError("parts is empty, expected at least one")
    measured = []
    for title, numbers in parts.items():
        before = check_array(numbers, title, "rows of numbers", 2)
        height, width = before.shape
        if size < 1 or height % size or width % size:
            raise ValueError(
                f"{title!r} has shape {before.shape}, expected multiples of size, {size}"
            )
        blocks = before.reshape(height // size, size, width // size, size)
        measured.append(Pooled(title, before, blocks.max(axis=(1, 3)), size))
    return measured


def draw_pooling(column: NDArray[Any], pooled: Pooled, limit: float) -> None:
    """Draw the numbers with thick lines between blocks, the largest of each in a frame."""
    for axes, numbers in zip(column, (pooled.before, pooled.after), strict=True):
        axes.imshow(numbers, cmap="PuOr_r", vmin=-limit, vmax=limit)
        axes.set(xticks=[], yticks=[])
        for (row, across), value in np.ndenumerate(numbers):
            colour = "white" if abs(value) > 0.7 * limit else "black"
            axes.text(across, row, write_rounded(value), color=colour, ha="center", va="center")
    for place in range(pooled.size, pooled.before.shape[0], pooled.size):
        column[0].axhline(place - 0.5, color="black", linewidth=2)
    for place in range(pooled.size, pooled.before.shape[1], pooled.size):
        column[0].axvline(place - 0.5, color="black", linewidth=2)
    for (row, across), largest in np.ndenumerate(pooled.after):
        top, left = row * pooled.size, across * pooled.size
        block = pooled.before[top : top + pooled.size, left : left + pooled.size]
        down, right = np.unravel_index(block.argmax(), block.shape)
        if largest > 0:
            frame_squares(column[0], {"": (top + int(down), left + int(right))})
    column[0].set_title(pooled.title, fontsize=10)
    column[1].set_title("the largest of each block", fontsize=10)


def words_pooling(pooled: Pooled) -> str:
    """Read the rows before and after."""
    before, after = (
        "; ".join(" ".join(write_rounded(value) for value in row) for row in numbers)
        for numbers in (pooled.before, pooled.after)
    )
    return (
        f"{pooled.title}: rows of numbers {before}. The largest of each block of "
        f"{pooled.size} x {pooled.size}, framed above where it is not 0: {after}."
    )
