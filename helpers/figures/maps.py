"""Maps of the plane, one beside the other: of several classifiers, or from further and further."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.description import describe
from helpers.figures.regions import (
    STEPS,
    VERY_SURE,
    Map,
    draw_map,
    grid_of,
    measure_map,
    sure_share,
    tell_right,
    words_map,
)
from helpers.figures.wording import write_number

EVERY = 2
"""Whether an answer is refused is asked at every second place of a map, across and up."""


def maps(
    classifiers: Mapping[str, Any],
    points: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    mark: tuple[float, float] | None = None,
    columns: int = 2,
    tell_sure: bool = False,
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
    tell_sure : bool
        Above a map stands the share of the points for which it is right; with this, the
        share of the area in which it is very sure.
    """
    measured = [
        measure_map(name, classifier, points, labels, class_names, mark)
        for name, classifier in classifiers.items()
    ]
    return draw_maps(measured, columns, _tell_sure if tell_sure else tell_right)


def zoomed_maps(
    classifier: Any,  # noqa: ANN401 - as in `maps`
    points: ArrayLike,
    labels: ArrayLike,
    factors: Sequence[float] = (1, 3, 10),
    *,
    refused: Callable[[NDArray[Any]], Any] | None = None,
) -> Figure:
    """Draw the map of one classifier from nearby and from further and further away.

    Parameters
    ----------
    classifier, points, labels
        As `maps` takes them.
    factors : sequence of float
        How many times as wide as the points each map is.
    refused : callable, optional
        Takes a place, an array of two numbers, and says whether no answer is given there.
    """
    measured = []
    for factor in factors:
        each = measure_map(f"{factor:g} x", classifier, points, labels, None, None, factor)
        if refused is not None:
            places = grid_of(each.across[::EVERY], each.up[::EVERY])
            said = np.array([bool(refused(place)) for place in places])
            side = -(-STEPS // EVERY)
            each = each._replace(
                refused=np.kron(said.reshape(side, side), np.ones((EVERY, EVERY)))[:STEPS, :STEPS]
            )
        measured.append(each)
    return draw_maps(measured, len(measured), _tell_sure if refused is None else _tell_refused)


def _tell_sure(each: Map) -> str:
    return f"surer than {VERY_SURE}: {write_number(sure_share(each))} of the area"


def _tell_refused(each: Map) -> str:
    return f"no answer: {write_number(np.mean(np.asarray(each.refused)))} of the area"


def draw_maps(measured: Sequence[Map], columns: int, tell: Callable[[Map], str]) -> Figure:
    """Draw maps in rows, what is told above each, a legend below, and attach the words of each."""
    rows = -(-len(measured) // columns)
    side, wide = 8 / columns, min(columns, len(measured))
    size = (side * wide, rows * (side + 0.25) + 0.5)
    figure, grid = plt.subplots(rows, wide, figsize=size, layout="constrained", squeeze=False)
    for axes in grid.flat[len(measured) :]:
        axes.remove()
    for axes, each in zip(grid.flat, measured, strict=False):
        draw_map(axes, each, tell(each))
        describe(axes, words_map(each))
    legend_below(figure)
    return figure


def legend_below(figure: Figure) -> None:
    """Draw one legend for all axes of a figure below them."""
    entries: dict[str, Any] = {}
    for axes in figure.axes:
        handles, names = axes.get_legend_handles_labels()
        for handle, name in zip(handles, names, strict=True):
            entries.setdefault(name, handle)
    figure.legend(
        entries.values(),
        entries.keys(),
        loc="outside lower center",
        ncols=3 if len("".join(entries)) > 60 else 5,
    )
