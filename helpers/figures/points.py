"""Labelled points in the plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_labels, check_places, check_same_length
from helpers.figures.description import present
from helpers.figures.style import MARKERS, legend_beside, palette
from helpers.figures.wording import name_classes, write_count, write_name, write_number, write_place


class Points(NamedTuple):
    """Labelled places, the names of the classes and of the two axes, and a marked place."""

    places: NDArray[Any]
    numbers: NDArray[Any]
    names: list[str]
    mark: NDArray[Any] | None
    across: str = "x"
    up: str = "y"


def point_cloud(
    points: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    mark: tuple[float, float] | None = None,
) -> Axes:
    """Draw labelled points in the plane, one marker and colour per class, and a legend beside.

    Parameters
    ----------
    points : array_like or DataFrame, shape (n, 2)
        Coordinates across and up; a table's column names become the axes' labels.
    labels : array_like of int, shape (n,)
        Class numbers from 0 on, at most ten classes.
    class_names : sequence of str, optional
        Name of each class; by default its number.
    mark : (float, float), optional
        A place to point at.
    """
    numbers = measure_point_cloud(points, labels, class_names, mark)
    return present((8, 6), numbers, draw_point_cloud, words_point_cloud)


def measure_point_cloud(
    points: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str] | None,
    mark: tuple[float, float] | None,
    at_least: int = 0,
) -> Points:
    """Check the points and name classes, at least so many, and axes."""
    places = check_places(points, "points")
    numbers = check_labels(labels, "labels", class_names)
    check_same_length(points=places, labels=numbers)
    names = name_classes(class_names, max(numbers.max() + 1, at_least))
    if len(names) > len(MARKERS):
        raise ValueError(f"{len(names)} classes, but markers tell only {len(MARKERS)} apart")
    marked = None if mark is None else check_places([mark], "mark")[0]
    columns = getattr(points, "columns", ("x", "y"))  # pandas itself is not needed
    return Points(places, numbers, names, marked, *map(str, columns))


def draw_point_cloud(axes: Axes, points: Points) -> None:
    """Draw the points, a star with its place, and a legend beside them."""
    for number, (name, colour) in enumerate(
        zip(points.names, palette(len(points.names)), strict=True)
    ):
        x, y = points.places[points.numbers == number].T
        axes.scatter(
            x,
            y,
            s=24,
            marker=MARKERS[number],
            color=colour,
            edgecolors="black",
            linewidths=0.5,
            label=write_name(name),
        )
    if points.mark is not None:
        axes.plot(*points.mark, "*", color="white", markeredgecolor="black", markersize=18)
        axes.annotate(
            write_place(points.mark),
            (points.mark[0], points.mark[1]),
            (0, 14),
            textcoords="offset points",
            ha="center",
            bbox={"boxstyle": "round", "facecolor": "white"},
        )
    axes.set(xlabel=points.across, ylabel=points.up)
    legend_beside(axes)


def words_point_cloud(points: Points) -> str:
    """Count each class and say where its centre is."""
    each = []
    for number, name in enumerate(points.names):
        group = points.places[points.numbers == number]
        centre = ", ".join(map(write_number, group.mean(axis=0))) if len(group) else ""
        each.append(f"{len(group)} of {write_name(name)}" + (centre and f" around ({centre})"))
    words = f"{write_count(len(points.places), 'point')} in "
    words += f"{write_count(len(points.names), 'class')}: {', '.join(each)}. "
    words += f"Across: {points.across}; up: {points.up}."
    return words + ("" if points.mark is None else f" A star marks {write_place(points.mark)}.")
