"""A small window that lies on a picture: the pixels below it, its weights, what comes out."""

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


class Stop(NamedTuple):
    """What a window sees at one place: its corner, the pixels below it, the weights, the sum."""

    name: str
    corner: tuple[int, int]
    pixels: NDArray[Any]
    weights: NDArray[Any]
    total: float


def window_stops(
    picture: ArrayLike, window: ArrayLike, places: Mapping[str, tuple[int, int]]
) -> Figure:
    """Draw a picture with a window at several places, and beside it what comes out there.

    Parameters
    ----------
    picture : array_like, shape (height, width)
        Grey values; high is ink.
    window : array_like, shape (3, 3)
        The weights.
    places : mapping of str to tuple of int
        By its name, the row and the column of each window's upper left pixel.
    """
    grey = check_array(picture, "picture", "a picture of shape (height, width)", 2)
    stops = measure_window_stops(grey, window, places)
    figure = plt.figure(figsize=(8, 0.5 + 1.45 * len(stops)), layout="constrained")
    halves: Any = figure.subfigures(1, 2, width_ratios=(1, 1.15))
    axes = halves[0].subplots()
    axes.imshow(grey, cmap="gray_r")
    axes.set(xticks=[], yticks=[])
    frame_squares(axes, {stop.name: stop.corner for stop in stops}, side=3)
    grid = halves[1].subplots(len(stops), 3, squeeze=False, width_ratios=(1, 1, 0.45))
    for row, stop in zip(grid, stops, strict=True):
        draw_window_stop(row, stop)
    grid[0, 0].set_title("pixels", fontsize=10)
    grid[0, 1].set_title("weights", fontsize=10)
    describe(figure, " ".join(map(words_window_stop, stops)))
    settle(figure)
    return figure


def measure_window_stops(
    picture: NDArray[Any], window: ArrayLike, places: Mapping[str, tuple[int, int]]
) -> list[Stop]:
    """Multiply pixel by weight at each place, and add up."""
    weights = check_array(window, "window", "3 x 3 weights", 2)
    if weights.shape != (3, 3):
        raise ValueError(f"window has shape {weights.shape}, expected 3 x 3 weights")
    stops = []
    for name, (row, column) in places.items():
        pixels = picture[row : row + 3, column : column + 3]
        if min(row, column) < 0 or pixels.shape != (3, 3):
            raise ValueError(f"the window at {name} does not fit into the picture")
        stops.append(Stop(name, (row, column), pixels, weights, float((pixels * weights).sum())))
    return stops


def draw_window_stop(row: NDArray[Any], stop: Stop) -> None:
    """Draw the nine pixels and the nine weights, with their numbers, and write the sum."""
    for axes, numbers in zip(row, (stop.pixels, stop.weights), strict=False):
        of_pixels = numbers is stop.pixels
        most = 1.0 if of_pixels else float(np.abs(numbers).max()) or 1.0
        low, colours = (0.0, "gray_r") if of_pixels else (-most, "PuOr_r")
        axes.imshow(numbers, cmap=colours, vmin=low, vmax=most)
        for (down, right), value in np.ndenumerate(numbers):
            dark = abs(value) > (0.5 if of_pixels else 0.7) * most
            colour = "white" if dark else "black"
            text = write_rounded(value) if of_pixels else f"{value:g}"
            axes.text(right, down, text, color=colour, ha="center", va="center", fontsize=9)
        axes.set(xticks=[], yticks=[])
    row[0].set_ylabel(stop.name, rotation=0, fontsize=14, labelpad=14, va="center")
    beside = {"ha": "center", "va": "center", "fontsize": 13}
    row[0].text(1.12, 0.5, "×", beside, transform=row[0].transAxes)
    row[2].set_axis_off()
    row[2].text(0.4, 0.5, f"= {write_rounded(stop.total)}", beside)


def words_window_stop(stop: Stop) -> str:
    """Say what a window sees, its weights, and the sum."""
    rows = "; ".join(" ".join(write_rounded(value) for value in row) for row in stop.pixels)
    weights = "; ".join(" ".join(f"{value:g}" for value in row) for row in stop.weights)
    return (
        f"{stop.name}, framed in the picture from row {stop.corner[0]} and column "
        f"{stop.corner[1]} on: pixels {rows}, times the weights {weights}, "
        f"make {write_rounded(stop.total)}."
    )
