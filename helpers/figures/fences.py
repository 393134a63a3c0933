"""Networks of a few folds from above: where neurons answer, the border's corners, and ways out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.description import describe
from helpers.figures.maps import legend_below
from helpers.figures.regions import (
    Map,
    ask,
    draw_map,
    grid_of,
    measure_map,
    right_share,
    tell_right,
)
from helpers.figures.wording import write_count, write_name, write_number, write_place

SMALLEST = 0.015
"""An area with a smaller share of the map gets no number."""


class Fence(NamedTuple):
    """A map, how many neurons answer in which areas, the border's corners, and a way out."""

    whole: Map
    areas: list[tuple[NDArray[Any], int]]
    corners: NDArray[Any]
    way_out: NDArray[Any] | None


def fences(
    networks: Mapping[str, Any],
    points: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str] | None = None,
) -> Figure:
    """Draw maps of networks with one hidden layer of a few ReLU neurons, and explain the borders.

    Between the folds stands how many neurons answer there. Dots mark the border's corners,
    which lie on folds, and a thick arrow a way on which class 1 reaches the edge of the map.

    Parameters
    ----------
    networks : mapping of str to keras.Model
        By the titles of the maps, one or two.
    points, labels, class_names
        As `point_cloud` takes them, of two classes.
    """
    measured = [
        measure_fence(title, network, points, labels, class_names)
        for title, network in networks.items()
    ]
    figure, grid = plt.subplots(
        1, len(measured), figsize=(8, 5.2), layout="constrained", squeeze=False
    )
    for axes, fence in zip(grid.flat, measured, strict=True):
        draw_fence(axes, fence)
        describe(axes, words_fence(fence))
    legend_below(figure)
    return figure


def measure_fence(
    title: str,
    network: Any,  # noqa: ANN401 - keras.Model
    points: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str] | None,
) -> Fence:
    """Find the areas between the folds, the border's corners, and whether it is open."""
    whole = measure_map(title, network, points, labels, class_names, None)
    if not whole.hidden or len(whole.points.names) != 2:
        raise ValueError(f"{title!r} is no network with hidden neurons and one output")
    grid = grid_of(whole.across, whole.up)
    answering = grid @ whole.lines[:, :2].T + whole.lines[:, 2] > 0
    patterns, members = np.unique(answering, axis=0, return_inverse=True)
    areas = []
    for number, pattern in enumerate(patterns):
        inside = members.ravel() == number
        if inside.mean() > SMALLEST:
            areas.append((grid[inside].mean(axis=0), int(pattern.sum())))
    ends = np.array([whole.across[[0, -1]], whole.up[[0, -1]]]).T
    corners = [_corners(network, line, ends) for line in whole.lines if line[:2].any()]
    return Fence(whole, areas, np.concatenate(corners or [np.empty((0, 2))]), _way_out(whole))


def _corners(network: Any, line: NDArray[Any], ends: NDArray[Any]) -> NDArray[Any]:  # noqa: ANN401
    """Return where the border crosses a fold, between the ends of the map."""
    weights, length = line[:2], np.hypot(*line[:2])
    along = np.linspace(-1, 1, 4000)[:, np.newaxis] * np.ptp(ends, axis=0).sum()
    foot = -line[2] * weights / length**2
    places = foot + along * weights[::-1] * (1, -1) / length
    places = places[((places >= ends[0]) & (places <= ends[1])).all(axis=1)]
    if len(places) == 0:
        return places
    yes = ask(network, places)[:, 1] > 0.5
    return places[1:][yes[1:] != yes[:-1]]


def _way_out(whole: Map) -> NDArray[Any] | None:
    """Return the middle of the longest stretch of the map's edge that class 1 reaches, if any."""
    yes, places = whole.chances[..., 1] > 0.5, grid_of(whole.across, whole.up)
    places = places.reshape(*yes.shape, 2)
    round_it: list[Any] = [(0, slice(0, -1)), (slice(0, -1), -1), (-1, slice(None, 0, -1))]
    round_it.append((slice(None, 0, -1), 0))
    edge = np.concatenate([yes[part] for part in round_it])
    where = np.concatenate([places[part] for part in round_it])
    if not edge.any() or edge.all():
        return where[0] if edge.any() else None
    begin = int(np.argmin(edge))  # a place of class 0, so that no stretch is cut in two
    edge, where = np.roll(edge, -begin), np.roll(where, -begin, axis=0)
    steps = np.flatnonzero(np.diff(np.concatenate([edge, [False]]).astype(int)))
    starts, stops = steps[::2] + 1, steps[1::2] + 1
    longest = int(np.argmax(stops - starts))
    return where[(starts[longest] + stops[longest] - 1) // 2]


def draw_fence(axes: Axes, fence: Fence) -> None:
    """Draw the map, a number in each area, a dot at each corner, and an arrow on the way out."""
    draw_map(axes, fence.whole, tell_right(fence.whole))
    box = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "0.5"}
    axes.plot([], [], "k", linestyle="", marker="$1$", label="so many neurons answer")
    if len(fence.corners):
        axes.plot(*fence.corners.T, "ko", markersize=8, label="corner, on a fold")
    if fence.way_out is not None:
        middle = np.array([fence.whole.across.mean(), fence.whole.up.mean()])
        arrow = {"arrowstyle": "simple", "color": "black", "mutation_scale": 26}
        out = middle + 0.96 * (fence.way_out - middle)
        axes.annotate("", out, middle + 0.45 * (out - middle), arrowprops=arrow)
        axes.annotate(
            "way out", out, (-20, 22), textcoords="offset points",
            ha="right", weight="bold", bbox=box,
        )  # fmt: skip
    for place, count in fence.areas:
        axes.text(
            place[0],
            place[1],
            str(count),
            ha="center",
            va="center",
            fontsize=11,
            bbox=box,
            zorder=6,
        )


def words_fence(fence: Fence) -> str:
    """Say how many neurons answer in which areas, where the corners are, and what is open."""
    count = len(fence.whole.lines)
    words = f"Map, cut by {write_count(count, 'dashed fold')} into areas: "
    tally = sorted(Counter(number for _, number in fence.areas).items())
    words += ", ".join(f"{areas} in which {number} answer" for number, areas in tally)
    words += f". The border has {write_count(len(fence.corners), 'corner')}"
    if len(fence.corners):
        words += f", on folds: {', '.join(map(write_place, fence.corners.round(2)))}"
    name = write_name(fence.whole.points.names[1])
    words += ". It is closed. " if fence.way_out is None else (
        f". A way out: {name} reaches the edge at {write_place(fence.way_out.round(2))}. "
    )  # fmt: skip
    return words + f"Right for {write_number(right_share(fence.whole))} of the points."
