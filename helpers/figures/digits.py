"""What a picture of a digit is, and what weights see in it: numbers, and pictures of weights."""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.style import palette
from helpers.figures.wording import write_number

CORNER, SIDE = (8, 10), 8
"""Where the square lies whose pixels are written as numbers, and how many it has a side."""


class Pixels(NamedTuple):
    """A picture, and the part of it whose pixels are written."""

    picture: NDArray[Any]
    part: NDArray[Any]


class Weights(NamedTuple):
    """For each digit a square of weights, and the mean weight of its middle."""

    squares: NDArray[Any]
    middle: NDArray[Any]


def pixels_as_numbers(picture: ArrayLike) -> Figure:
    """Draw a picture, and beside it the pixels of a marked square as numbers.

    Parameters
    ----------
    picture : array_like of int, shape (28, 28)
        Grey values from 0 to 255.
    """
    pixels = measure_pixels(picture)
    figure = draw_pixels(pixels)
    describe(figure, words_pixels(pixels))
    return figure


def measure_pixels(picture: ArrayLike) -> Pixels:
    """Cut the square out of a picture."""
    grey = check_array(picture, "picture", "one picture of 28 x 28 pixels", 2)
    if grey.shape != (28, 28):
        raise ValueError(f"picture has shape {grey.shape}, expected one of 28 x 28 pixels")
    (top, left) = CORNER
    return Pixels(grey, grey[top : top + SIDE, left : left + SIDE])


def draw_pixels(pixels: Pixels) -> Figure:
    """Draw the whole picture with the square, and the square with its numbers."""
    figure, (whole, part) = plt.subplots(1, 2, figsize=(8, 4), layout="constrained")
    for axes, grey in zip((whole, part), pixels, strict=True):
        axes.imshow(grey, cmap="gray", vmin=0, vmax=255)
        axes.set(xticks=[], yticks=[])
    edge = Rectangle((CORNER[1] - 0.5, CORNER[0] - 0.5), SIDE, SIDE, fill=False)
    edge.set(edgecolor=palette(2)[1], linewidth=3)
    whole.add_patch(edge)
    part.spines[:].set(edgecolor=palette(2)[1], linewidth=3)
    for (row, column), grey in np.ndenumerate(pixels.part):
        colour = "white" if grey < 128 else "black"
        part.text(column, row, str(grey), color=colour, ha="center", va="center", fontsize=10)
    return figure


def words_pixels(pixels: Pixels) -> str:
    """Read one line of the square."""
    line = ", ".join(map(str, pixels.part[SIDE // 2]))
    return (
        "A picture of 28 by 28 pixels, light ink on dark paper, and beside it a marked square "
        f"of {SIDE} by {SIDE} of them as numbers, 0 for paper and 255 for full ink. The line in "
        f"the middle of the square reads {line}."
    )


def weight_pictures(kernel: ArrayLike) -> Figure:
    """Draw the weights from the pixels to each class as a picture.

    Parameters
    ----------
    kernel : array_like, shape (784, 10)
        The kernel of a layer without a hidden one before it.
    """
    weights = measure_weights(kernel)
    figure = draw_weights(weights)
    describe(figure, words_weights(weights))
    return figure


def measure_weights(kernel: ArrayLike) -> Weights:
    """Make a square of each column, and average its middle of six by four pixels."""
    columns = check_array(kernel, "kernel", "784 weights for each of ten digits", 2)
    if columns.shape != (784, 10):
        raise ValueError(f"kernel has shape {columns.shape}, expected (784, 10)")
    squares = columns.T.reshape(10, 28, 28)
    return Weights(squares, squares[:, 11:17, 12:16].mean(axis=(1, 2)))


def draw_weights(weights: Weights) -> Figure:
    """Draw ten squares: red where ink speaks for the digit, blue where it speaks against it."""
    figure, grid = plt.subplots(2, 5, figsize=(8, 3.7), layout="constrained")
    most = float(np.quantile(np.abs(weights.squares), 0.99))
    for digit, (axes, square) in enumerate(zip(grid.flat, weights.squares, strict=True)):
        drawn = axes.imshow(square, cmap="RdBu_r", vmin=-most, vmax=most)
        axes.set(xticks=[], yticks=[])
        axes.set_title(str(digit), fontsize=12)
    bar = figure.colorbar(drawn, ax=grid, ticks=[-most, 0, most])
    bar.ax.set_yticklabels(["against", "0", "for"])
    return figure


def words_weights(weights: Weights) -> str:
    """Compare the middle of the squares, which is ink in a 1 and paper in a 0."""
    each = ", ".join(f"{digit}: {write_number(mean)}" for digit, mean in enumerate(weights.middle))
    return (
        "Ten squares of 28 by 28 weights, one a digit, red where ink speaks for it and blue where "
        f"it speaks against it. Mean weight of the six by four pixels in the middle, of {each}."
    )
