"""Maps of the plane, one beside the other: of several classifiers, or from further and further."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.description import describe
from helpers.figures.regions import STEPS, Map, draw_map, grid_of, measure_map, words_map


def maps(
    classifiers: Mapping[str, Any],
    points: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    mark: tuple[float, float] | None = None,
    columns: int = 2,
) -> Figure:
    """Draw a map for each classifier: the paler a colour, the less sure it is.

    Of a network's first layer, up to eight neurons are drawn as lines: hidden ones as the
    folds where they begin to answer, a single output as its border, with its weights as an arrow.

    Parameters
    ----------
    classifiers : mapping of str to Keras model, scikit-learn classifier or callable
        By the titles of the maps. A callable takes places of shape (n, 2) and returns
        probabilities, shape (n, classes), or (n, 1) or (n,) for class 1 of two.
    points, labels, class_names, mark
        As `point_cloud` takes them.
    columns : int
        How many maps stand side by side.
    """
    measured = [
        measure_map(name, classifier, points, labels, class_names, mark)
        for name, classifier in classifiers.items()
    ]
    return draw_maps(measured, columns)


def zoomed_maps(
    classifier: Any,  # noqa: ANN401 - as in `maps`
    points: ArrayLike,
    labels: ArrayLike,
    factors: Sequence[float] = (1, 3, 10),
    *,
    refused: Callable[[NDArray[Any]], ArrayLike] | None = None,
) -> Figure:
    """Draw the map of one classifier from nearby and from further and further away.

    Parameters
    ----------
    classifier, points, labels
        As `maps` takes them.
    factors : sequence of float
        How many times as wide as the points each map is.
    refused : callable, optional
        Takes places of shape (n, 2) and says of each whether no answer is given there.
    """
    measured = []
    for factor in factors:
        each = measure_map(f"{factor:g} x", classifier, points, labels, None, None, factor)
        if refused is not None:
            # row by row, as a comparison of every place with every point would fill the memory
            places = grid_of(each.across, each.up).reshape(STEPS, STEPS, 2)
            refusal = np.array([refused(row) for row in places], dtype=bool)
            each = each._replace(refused=refusal)
        measured.append(each)
    return draw_maps(measured, len(measured))


def draw_maps(measured: Sequence[Map], columns: int) -> Figure:
    """Draw maps in rows, a legend below them, and attach the words of each."""
    rows = -(-len(measured) // columns)
    side, wide = 8 / columns, min(columns, len(measured))
    size = (side * wide, rows * (side + 0.1) + 0.5)
    figure, grid = plt.subplots(rows, wide, figsize=size, layout="constrained", squeeze=False)
    for axes in grid.flat[len(measured) :]:
        axes.remove()
    for axes, each in zip(grid.flat, measured, strict=False):
        draw_map(axes, each)
        describe(axes, words_map(each))
    handles, names = grid.flat[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    return figure
