"""Borders between two classes, drawn by hand or found by a classifier, and their mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_places
from helpers.figures.description import present
from helpers.figures.points import Points, measure_point_cloud
from helpers.figures.regions import ask
from helpers.figures.style import LINE_STYLES, looks, palette
from helpers.figures.wording import write_count, write_list, write_name

STEPS = 200
"""Places of the grid on which a border is looked for, in each direction."""


class Borders(NamedTuple):
    """Points of two classes, and what each border says to a grid and to the points."""

    points: Points
    across: NDArray[Any]
    up: NDArray[Any]
    sides: dict[str, NDArray[Any]]
    wrong: dict[str, NDArray[Any]]


def borders(
    points: ArrayLike, labels: ArrayLike, named: Mapping[str, Any], class_names: list[str]
) -> Axes:
    """Draw borders between two classes, with a ring round each mistake of the first one.

    Parameters
    ----------
    points, labels, class_names
        As `point_cloud` takes them, of two classes.
    named : mapping of str to list of (x, y), Keras model, scikit-learn classifier or callable
        By name, the corners of a border from the bottom to the top, to whose left class 1
        lies; or a classifier as `maps` takes it.
    """
    numbers = measure_borders(points, labels, named, class_names)
    return present((8, 5.6), numbers, draw_borders, words_borders)


def measure_borders(
    points: ArrayLike, labels: ArrayLike, named: Mapping[str, Any], class_names: list[str]
) -> Borders:
    """Ask each border on which side the places of a grid and the points are."""
    cloud = measure_point_cloud(points, labels, class_names, None)
    if len(cloud.names) != 2:
        raise ValueError(f"a border parts two classes, class_names has {len(cloud.names)}")
    low, high = cloud.places.min(axis=0) - 0.03, cloud.places.max(axis=0) + 0.03
    across, up = np.linspace(low, high, STEPS).T
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    sides, wrong = {}, {}
    for name, border in named.items():
        sides[name] = _says_yes(border, grid).reshape(STEPS, STEPS)
        wrong[name] = _says_yes(border, cloud.places) != cloud.numbers
    return Borders(cloud, across, up, sides, wrong)


def _says_yes(border: Any, places: NDArray[Any]) -> NDArray[Any]:  # noqa: ANN401 - as in `borders`
    if not isinstance(border, list | tuple):
        return ask(border, places)[:, 1] > 0.5
    corners = check_places(border, "a border")
    if len(corners) < 2 or (np.diff(corners[:, 1]) <= 0).any():
        raise ValueError("a border needs two corners or more, each higher than the one before")
    # The first and the last piece go on beyond the picture.
    slopes = np.diff(corners[:, 0]) / np.diff(corners[:, 1])
    pieces = np.clip(np.searchsorted(corners[:, 1], places[:, 1]) - 1, 0, len(slopes) - 1)
    there = corners[pieces, 0] + slopes[pieces] * (places[:, 1] - corners[pieces, 1])
    return places[:, 0] < there


def draw_borders(axes: Axes, numbers: Borders) -> None:
    """Draw both classes pale, each border in a style of its own, and rings round mistakes."""
    for number, (colour, marker) in enumerate(looks(numbers.points.names)):
        x, y = numbers.points.places[numbers.points.numbers == number].T
        name = write_name(numbers.points.names[number])
        axes.scatter(x, y, 16, color=colour, alpha=0.55, marker=marker, label=name)
    first = next(iter(numbers.wrong))
    x, y = numbers.points.places[numbers.wrong[first]].T
    axes.scatter(
        x, y, 70, facecolors="none", edgecolors="black", linewidths=1.2, label=f"wrong: {first}"
    )
    colours = ["black", palette(5)[4], "0.25", palette(10)[9]]
    for (name, sides), style, line_colour in zip(
        numbers.sides.items(), LINE_STYLES, colours, strict=False
    ):
        axes.contour(
            numbers.across,
            numbers.up,
            sides,
            [0.5],
            colors=[line_colour],
            linestyles=style,
            linewidths=2.2,
        )
        wrong = write_count(int(numbers.wrong[name].sum()), "mistake")
        axes.plot([], [], style, color=line_colour, linewidth=2.2, label=f"{name}: {wrong}")
    axes.set(xlabel="x", ylabel="y", aspect="equal")
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)


def words_borders(numbers: Borders) -> str:
    """Count the mistakes of each border, to either side."""
    labels, (no, yes) = numbers.points.numbers, numbers.points.names
    words = f"{write_count(len(labels), 'point')} across x and up y, {labels.sum()} of them "
    words += f"{write_name(yes)}, parted by {write_count(len(numbers.wrong), 'border')}. Mistakes: "
    each = []
    for name, wrong in numbers.wrong.items():
        missed = int(wrong[labels == 1].sum())
        each.append(
            (name, f"{missed} of {write_name(yes)} and {int(wrong.sum()) - missed} of {no}")
        )
    return f"{words}{write_list(each)}."
