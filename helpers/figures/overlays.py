"""A digit laid over weights: what a network without a hidden layer adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.digits import measure_pixels, measure_weights


class Overlays(NamedTuple):
    """Pictures by title, squares of weights by digit, and what the ink adds up to, by both."""

    pictures: dict[str, NDArray[Any]]
    squares: dict[int, NDArray[Any]]
    sums: NDArray[Any]


def digit_over_weights(
    kernel: ArrayLike, bias: ArrayLike, pictures: Mapping[str, ArrayLike], digits: Sequence[int]
) -> Figure:
    """Lay the outline of a digit over weights, with what its ink adds up to there.

    Parameters
    ----------
    kernel, bias : array_like, shape (784, 10) and (10,)
        Of a layer without a hidden one before it, which takes ink from 0 to 1.
    pictures : mapping of str to array_like, shape (28, 28)
        The digit, in a row for each place, by title; grey values from 0 to 255.
    digits : sequence of int
        Whose weights, in a column each.
    """
    overlays = measure_overlays(kernel, bias, pictures, digits)
    figure = draw_overlays(overlays)
    describe(figure, words_overlays(overlays))
    return figure


def measure_overlays(
    kernel: ArrayLike, bias: ArrayLike, pictures: Mapping[str, ArrayLike], digits: Sequence[int]
) -> Overlays:
    """Add up the ink of each picture, weighted, as the network does before its softmax."""
    squares = measure_weights(kernel).squares
    constants = check_array(bias, "bias", "ten numbers", 1)
    if len(constants) != 10:
        raise ValueError(f"bias has {len(constants)} numbers, expected ten biases")
    if not digits or not set(digits) <= set(range(10)):
        raise ValueError(f"digits is {list(digits)}, expected digits from 0 to 9")
    grey = {title: measure_pixels(picture).picture for title, picture in pictures.items()}
    sums = [
        [float((squares[digit] * ink).sum() / 255 + constants[digit]) for digit in digits]
        for ink in grey.values()
    ]
    return Overlays(grey, {digit: squares[digit] for digit in digits}, np.array(sums))


def draw_overlays(overlays: Overlays) -> Figure:
    """Draw weights as in `weight_pictures`, and the ink's outline in black."""
    rows, columns = overlays.sums.shape
    figure, grid = plt.subplots(
        rows, columns, figsize=(3.2 * columns, 3.1 * rows), layout="constrained", squeeze=False
    )
    most = float(np.quantile(np.abs(list(overlays.squares.values())), 0.99))
    for (row, column), axes in np.ndenumerate(grid):
        title, picture = list(overlays.pictures.items())[row]
        digit, square = list(overlays.squares.items())[column]
        axes.imshow(square, cmap="RdBu_r", vmin=-most, vmax=most)
        axes.contour(picture, levels=[100], colors="black", linewidths=2)
        axes.set(xticks=[], yticks=[])
        axes.set_title(f"{title}, over the {digit}: {overlays.sums[row, column]:.1f}", fontsize=11)
    return figure


def words_overlays(overlays: Overlays) -> str:
    """Give the sum of each picture over the weights of each digit."""
    names = " and ".join(map(str, overlays.squares))
    words = (
        f"One picture's outline over the weights of {names}, red where ink speaks for the digit "
        "and blue where it speaks against it. The sums,"
    )
    for place, (title, sums) in enumerate(zip(overlays.pictures, overlays.sums, strict=True)):
        each = zip(overlays.squares, sums, strict=True)
        read = ", ".join(f"{total:.1f} for the {digit}" for digit, total in each)
        words += f" {title if place == 0 else title[:1].upper() + title[1:]}: {read}."
    return words
