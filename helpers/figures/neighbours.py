"""Where the neighbours of a pixel are once all pixels have been shuffled."""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import pdist

from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.style import palette, settle
from helpers.figures.wording import write_number


class Scattered(NamedTuple):
    """A picture, and the places of nine of its pixels, rows and columns in the order 1 to 9."""

    title: str
    picture: NDArray[Any]
    places: NDArray[Any]


def neighbours(picture: ArrayLike, order: ArrayLike, place: tuple[int, int]) -> Figure:
    """Draw a picture before and after its pixels are shuffled, with nine neighbours numbered.

    Parameters
    ----------
    picture : array_like, shape (height, width)
        Grey values; high is ink.
    order : array_like of int, shape (height * width,)
        For each pixel of the shuffled picture, the number of that from which it comes.
    place : tuple of int
        Row and column of the upper left of the nine.
    """
    both = measure_neighbours(picture, order, place)
    figure, row = plt.subplots(1, 2, figsize=(8, 4.2), layout="constrained")
    for axes, scattered in zip(row, both, strict=True):
        draw_neighbours(axes, scattered)
        describe(axes, words_neighbours(scattered))
    settle(figure)
    return figure


def measure_neighbours(
    picture: ArrayLike, order: ArrayLike, place: tuple[int, int]
) -> list[Scattered]:
    """Shuffle a picture, and follow nine pixels to their new places."""
    grey = check_array(picture, "picture", "a picture of shape (height, width)", 2)
    numbers = check_array(order, "order", "a number for each pixel", 1)
    if not np.array_equal(np.sort(numbers), np.arange(grey.size)):
        raise ValueError(f"order does not hold each number from 0 to {grey.size - 1} once")
    rows, columns = np.meshgrid(*(np.arange(3) + start for start in place), indexing="ij")
    if rows.min() < 0 or rows.max() >= len(grey) or columns.max() >= grey.shape[1]:
        raise ValueError(f"nine pixels from {place} on do not fit into the picture")
    before = rows.ravel() * grey.shape[1] + columns.ravel()
    after = np.argsort(numbers)[before]
    shuffled = grey.ravel()[numbers].reshape(grey.shape)
    return [
        Scattered(title, image, np.stack(np.divmod(places, grey.shape[1]), axis=1))
        for title, image, places in (("as it is", grey, before), ("shuffled", shuffled, after))
    ]


def draw_neighbours(axes: Axes, scattered: Scattered) -> None:
    """Draw the picture, and put a numbered square on each of the nine pixels."""
    axes.imshow(scattered.picture, cmap="gray_r")
    axes.set(xticks=[], yticks=[], title=scattered.title)
    colour = palette(4)[3]
    for number, (row, column) in enumerate(scattered.places, 1):
        axes.plot(column, row, "s", color=colour, markersize=11)
        text = {"color": "white", "ha": "center", "va": "center", "fontsize": 9}
        axes.text(column, row, str(number), text, fontweight="bold")


def words_neighbours(scattered: Scattered) -> str:
    """Say where the nine are, and how far they are apart."""
    apart = pdist(scattered.places)
    ways = ("row", scattered.places[:, 0]), ("column", scattered.places[:, 1])
    reach = " and ".join(f"from {way} {values.min()} to {values.max()}" for way, values in ways)
    return (
        f"Nine numbered pixels reach {reach}; two of them are {write_number(apart.mean())} "
        f"pixels apart on average."
    )
