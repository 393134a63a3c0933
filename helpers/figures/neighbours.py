"""Where the neighbours of a pixel are once all pixels have been shuffled."""

from __future__ import annotations

from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray
from scipy.spatial.distance import pdist

from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.style import frame_squares, palette, settle
from helpers.figures.wording import write_number


class Scattered(NamedTuple):
    """A picture, and the places of nine of its pixels, rows and columns in the order 1 to 9."""

    title: str
    picture: NDArray[Any]
    places: NDArray[Any]


def neighbours(picture: ArrayLike, order: ArrayLike, place: tuple[int, int]) -> Figure:
    """Draw a picture, nine neighbours of it enlarged, and where they are once it is shuffled.

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
    figure, (before, near, after) = plt.subplots(
        1, 3, figsize=(8, 3.6), layout="constrained", width_ratios=(1, 0.55, 1)
    )
    draw_picture(before, both[0])
    frame_squares(before, {"": place}, side=3)
    draw_nearby(near, both[0])
    draw_picture(after, both[1])
    draw_places(after, both[1])
    for axes, scattered in zip((before, after), both, strict=True):
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


def draw_picture(axes: Axes, scattered: Scattered) -> None:
    """Draw the picture as ink on paper."""
    axes.imshow(scattered.picture, cmap="gray_r")
    axes.set(xticks=[], yticks=[])
    axes.set_title(scattered.title, fontsize=10)


def draw_nearby(axes: Axes, scattered: Scattered) -> None:
    """Draw the nine pixels enlarged, with their numbers."""
    (row, column), picture = scattered.places[0], scattered.picture
    nine = picture[row : row + 3, column : column + 3]
    most = picture.max()
    axes.imshow(nine, cmap="gray_r", vmin=picture.min(), vmax=most)
    axes.set(xticks=[], yticks=[])
    axes.set_title("the nine in the frame", fontsize=10)
    axes.spines[:].set(edgecolor=palette(1)[0], linewidth=3)
    for number, ((down, right), value) in enumerate(np.ndenumerate(nine), 1):
        colour = "white" if value > most / 2 else "black"
        axes.text(right, down, str(number), color=colour, ha="center", va="center", fontsize=12)


def draw_places(axes: Axes, scattered: Scattered) -> None:
    """Frame each of the nine pixels, with its number beside it."""
    for number, (row, column) in enumerate(scattered.places.tolist(), 1):
        corner = column - 0.5, row - 0.5
        axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=palette(1)[0], linewidth=2.5))
        right = column > scattered.picture.shape[1] / 2
        beside = {"ha": "right" if right else "left", "va": "center", "fontsize": 10}
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        axes.text(column + (-1.1 if right else 1.1), row, str(number), beside, bbox=paper)


def words_neighbours(scattered: Scattered) -> str:
    """Say where the nine are, and how far they are apart."""
    apart = pdist(scattered.places)
    ways = ("row", scattered.places[:, 0]), ("column", scattered.places[:, 1])
    reach = " and ".join(f"from {way} {values.min()} to {values.max()}" for way, values in ways)
    return (
        f"Nine numbered pixels reach {reach}; two of them are {write_number(apart.mean())} "
        f"pixels apart on average."
    )
