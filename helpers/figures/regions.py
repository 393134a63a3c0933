"""The regions of the plane that a classifier gives to its classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_places
from helpers.figures.description import present
from helpers.figures.points import Points, draw_point_cloud, measure_point_cloud
from helpers.figures.style import palette
from helpers.figures.wording import write_list, write_name, write_number, write_place

Predict = Callable[[NDArray[Any]], ArrayLike]


class Regions(NamedTuple):
    """The class of each place of a grid, of each point, and of the mark."""

    points: Points
    across: NDArray[Any]
    up: NDArray[Any]
    classes: NDArray[Any]
    at_points: NDArray[Any]
    at_mark: int | None


def decision_regions(
    predict: Predict,
    points: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    mark: tuple[float, float] | None = None,
    resolution: int = 200,
) -> Axes:
    """Draw which class a classifier gives to each place in the plane.

    Parameters
    ----------
    predict : callable
        Takes an array of shape (n, 2) and returns probabilities: (n, classes),
        or (n, 1) or (n,) for the probability of class 1 of two. A Keras model
        goes in as ``lambda places: model.predict(places, verbose=0)``.
    points, labels, class_names, mark
        As `point_cloud` takes them; the words say which class the mark gets.
    resolution : int
        Steps of the grid in each direction; `predict` sees its square.
    """
    places = check_places(points, "points")
    shown = places if mark is None else np.vstack([places, check_places([mark], "mark")])
    at_shown, count = _predicted_classes(predict, shown)
    cloud = measure_point_cloud(places, labels, class_names, mark, count)
    if len(cloud.names) != count:
        raise ValueError(
            f"predict tells {count} classes apart, but labels or names have {len(cloud.names)}"
        )
    low, high = shown.min(axis=0), shown.max(axis=0)
    margin = 0.05 * np.where(high > low, high - low, 1)
    across, up = np.linspace(low - margin, high + margin, resolution).T
    grid = np.stack(np.meshgrid(across, up), axis=-1)
    classes = _predicted_classes(predict, grid.reshape(-1, 2))[0].reshape(resolution, resolution)
    at_mark = None if mark is None else int(at_shown[-1])
    regions = Regions(cloud, across, up, classes, at_shown[: len(places)], at_mark)
    return present((8, 6), regions, draw_decision_regions, words_decision_regions)


def _predicted_classes(predict: Predict, places: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Return the class that `predict` gives to each place, and how many it knows."""
    expected = f"probabilities in one row for each of {len(places)} points"
    answer = np.asarray(predict(places))
    answer = check_array(answer, "the answer of predict", expected, 1 if answer.ndim < 2 else 2)
    if len(answer) != len(places):
        raise ValueError(f"the answer of predict has shape {answer.shape}, expected {expected}")
    if answer.min() < -1e-6 or answer.max() > 1 + 1e-6:
        raise ValueError(f"the answer of predict leaves the range 0 to 1, expected {expected}")
    if answer.ndim == 2 and answer.shape[1] > 1:
        return answer.argmax(axis=1), answer.shape[1]
    return (answer.ravel() > 0.5).astype(int), 2


def draw_decision_regions(axes: Axes, regions: Regions) -> None:
    """Colour each region, draw its border, and the points above."""
    across, up, classes = regions.across, regions.up, regions.classes
    count = len(regions.points.names)
    colours = ListedColormap(palette(count))
    axes.pcolormesh(across, up, classes, cmap=colours, vmin=0, vmax=count - 1, alpha=0.3)
    for number in np.unique(classes)[1:]:
        axes.contour(across, up, classes == number, levels=[0.5], colors="0.2", linewidths=1)
    draw_point_cloud(axes, regions.points)


def words_decision_regions(regions: Regions) -> str:
    """Say how the area is shared, how many points lie elsewhere, and where the mark lies."""
    _, numbers, names, mark, *_ = regions.points
    shares = np.bincount(regions.classes.ravel(), minlength=len(names)) / regions.classes.size
    each = write_list(zip(names, map(write_number, shares), strict=True))
    elsewhere = np.mean(regions.at_points != numbers)
    words = f"Share of the drawn area that each class gets: {each}. Share of the {len(numbers)} "
    words += f"points that lie in the region of another class: {write_number(elsewhere)}."
    if mark is not None and regions.at_mark is not None:
        place, name = write_place(mark), write_name(names[regions.at_mark])
        words += f" A star marks {place}, in the region of {name}."
    return words
