"""A map of the plane: which class a classifier names at each place, and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.points import Points, measure_point_cloud
from helpers.figures.style import looks
from helpers.figures.wording import write_count, write_list, write_name, write_number, write_place

STEPS = 150
"""Places of a map in each direction."""
VERY_SURE = 0.99
MOST_FOLDS = 8
"""With more hidden neurons than this, their lines would cover the map."""
LONGEST_ARROW = 30
"""Weights longer than this would leave the map; up to it, an arrow is as long as they are."""


class Map(NamedTuple):
    """What a classifier says at each place of a grid, at each point, and at the mark."""

    title: str
    points: Points
    across: NDArray[Any]
    up: NDArray[Any]
    chances: NDArray[Any]
    at_points: NDArray[Any]
    at_mark: NDArray[Any] | None
    lines: NDArray[Any]
    hidden: bool
    refused: NDArray[Any] | None = None


def measure_map(
    title: str,
    classifier: Any,  # noqa: ANN401 - as in `maps`
    points: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str] | None,
    mark: tuple[float, float] | None,
    factor: float = 1,
) -> Map:
    """Ask a classifier about a grid around the points, about the points and about the mark."""
    cloud = measure_point_cloud(points, labels, class_names, mark)
    shown = cloud.places if cloud.mark is None else np.vstack([cloud.places, cloud.mark])
    low, high = shown.min(axis=0), shown.max(axis=0)
    middle, half = (low + high) / 2, 0.55 * factor * (high - low).max()
    across, up = np.linspace(middle - half, middle + half, STEPS).T
    chances = ask(classifier, grid_of(across, up))
    if chances.shape[1] != len(cloud.names):
        raise ValueError(
            f"{title!r} tells {chances.shape[1]} classes apart, labels or names {len(cloud.names)}"
        )
    lines, hidden = _lines(classifier)
    return Map(
        title,
        cloud,
        across,
        up,
        chances.reshape(STEPS, STEPS, -1),
        ask(classifier, cloud.places).argmax(axis=1),
        None if cloud.mark is None else ask(classifier, cloud.mark[np.newaxis])[0],
        lines,
        hidden,
    )


def ask(classifier: Any, places: NDArray[Any]) -> NDArray[Any]:  # noqa: ANN401 - as in `maps`
    """Return a classifier's probabilities of all classes, one row for each place."""
    answer = np.asarray(getattr(classifier, "predict_proba", classifier)(places))
    expected = f"probabilities in one row for each of {len(places)} places"
    answer = check_array(answer, "the classifier's answer", expected, max(1, min(answer.ndim, 2)))
    if len(answer) != len(places) or answer.min() < -1e-6 or answer.max() > 1 + 1e-6:
        raise ValueError(
            f"the classifier's answer has shape {answer.shape} and goes from {answer.min():g} to "
            f"{answer.max():g}, expected {expected}"
        )
    answer = answer.reshape(len(places), -1).astype(float)
    return np.hstack([1 - answer, answer]) if answer.shape[1] == 1 else answer


def grid_of(across: NDArray[Any], up: NDArray[Any]) -> NDArray[Any]:
    """Return the places of a map, row by row from below."""
    return np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)


def _lines(classifier: Any) -> tuple[NDArray[Any], bool]:  # noqa: ANN401 - as in `maps`
    """Return weights and bias of a network's first neurons, and whether they are hidden."""
    layers = getattr(classifier, "layers", [])
    if not layers:
        return np.empty((0, 3)), False
    kernel, bias = layers[0].get_weights()
    if len(layers) == 1 and len(bias) > 1:
        return np.empty((0, 3)), False
    return np.vstack([kernel, bias]).T, len(layers) > 1


def draw_map(axes: Axes, each: Map, told: str = "") -> None:
    """Colour each place, the paler the less sure; draw borders, points, and the neurons' lines.

    What is told stands between the title and the map.
    """
    count, styles = len(each.points.names), looks(each.points.names)
    classes, chances = each.chances.argmax(axis=2), each.chances.max(axis=2)
    sure = np.clip((chances - 1 / count) / (1 - 1 / count), 0, 1)
    if each.refused is not None:
        sure = np.where(each.refused, 0, sure)
    colours = np.dstack([np.array([colour for colour, _ in styles])[classes], 0.65 * sure])
    extent = (each.across[0], each.across[-1], each.up[0], each.up[-1])
    axes.imshow(colours, origin="lower", extent=extent, aspect="equal")
    for number in np.unique(classes)[1:]:
        region = np.ma.masked_array(
            classes == number, False if each.refused is None else each.refused
        )
        axes.contour(each.across, each.up, region, [0.5], colors="black", linewidths=1.2)
    wide = (extent[1] - extent[0]) / np.ptp(each.points.places[:, 0]) > 2
    for number, (name, (colour, marker)) in enumerate(zip(each.points.names, styles, strict=True)):
        x, y = each.points.places[each.points.numbers == number].T
        axes.scatter(
            x, y, 2 if wide else 12, color=colour, marker=marker, label=write_name(name),
            edgecolors="black", linewidths=0 if wide else 0.4,
        )  # fmt: skip
    if len(each.lines) <= MOST_FOLDS:
        for line in each.lines:
            _draw_line(axes, line, each.hidden, extent[1] - extent[0])
        if len(each.lines) and each.hidden:
            meaning = "fold; arrow: there its neuron answers"
            axes.plot([], [], "--", color="black", linewidth=1, label=meaning)
        elif len(each.lines):
            label = f"arrow: towards {write_name(each.points.names[-1])}"
            axes.plot(
                [], [], "k", linestyle="", marker=r"$\rightarrow$", markersize=13, label=label
            )
    if each.refused is not None:
        _hatch(axes, each)
    if each.points.mark is not None:
        axes.plot(*each.points.mark, "*", color="white", markeredgecolor="black", markersize=16)
    axes.set_title(each.title, pad=19 if told else None)
    axes.annotate(
        told, (0.5, 1), (0, 5), "axes fraction", "offset points", ha="center", fontsize=9.5
    )
    axes.set(xlim=extent[:2], ylim=extent[2:])
    axes.tick_params(labelsize=9)


def _hatch(axes: Axes, each: Map) -> None:
    """Hatch the places that get no answer, so that white means undecided and nothing else."""
    with plt.rc_context({"hatch.color": "0.6", "hatch.linewidth": 0.8}):
        shaded = np.asarray(each.refused, dtype=float)
        axes.contourf(each.across, each.up, shaded, [0.5, 1.5], colors="none", hatches=["////"])
        patch = Rectangle((0, 0), 0, 0, facecolor="white", hatch="////", label="no answer")
        axes.add_patch(patch)


def _draw_line(axes: Axes, line: NDArray[Any], hidden: bool, width: float) -> None:
    """Draw where a neuron's score is 0: a fold with a short mark, or a border with its weights."""
    weights, length = line[:2], float(np.hypot(*line[:2]))
    if length == 0:
        return
    foot, ahead = -line[2] * weights / length**2, weights / length
    if hidden:
        axes.axline(foot, foot + ahead[::-1] * (1, -1), color="black", linestyle="--", linewidth=1)
    middle = np.array([np.mean(axes.get_xlim()), np.mean(axes.get_ylim())])
    start = middle - (middle @ ahead - foot @ ahead) * ahead
    end = start + ahead * width * (0.09 if hidden else 0.017 * min(length, LONGEST_ARROW))
    arrow = {"arrowstyle": "->", "linewidth": 1 if hidden else 2.5, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=arrow, annotation_clip=True)


def right_share(each: Map) -> float:
    """Return the share of the points about which the classifier is right."""
    return float(np.mean(each.at_points == each.points.numbers))


def tell_right(each: Map) -> str:
    """Say above a map for how many of the points it is right."""
    return f"right: {write_number(right_share(each))} of the points"


def sure_share(each: Map) -> float:
    """Return the share of the area in which the classifier is very sure."""
    return float(np.mean(each.chances.max(axis=2) > VERY_SURE))


def words_map(each: Map) -> str:
    """Say how the area is shared, how sure the map is, what the mark gets, and who answers."""
    names, classes = each.points.names, each.chances.argmax(axis=2)
    shares = np.bincount(classes.ravel(), minlength=len(names)) / classes.size
    words = f"Map, x from {each.across[0]:.1f} to {each.across[-1]:.1f}, "
    words += f"y from {each.up[0]:.1f} to {each.up[-1]:.1f}. Shares of the area: "
    words += write_list(zip(names, map(write_number, shares), strict=True))
    words += f"; surer than {VERY_SURE}: {write_number(sure_share(each))} of it. "
    words += f"Right for {write_number(right_share(each))} of the points."
    if each.refused is not None:
        words += f" No answer in {write_number(each.refused.mean())} of the area."
    if each.at_mark is not None and each.points.mark is not None:
        best = int(each.at_mark.argmax())
        words += f" A star at {write_place(each.points.mark)}: {write_name(names[best])} with "
        words += f"{write_number(each.at_mark[best])}."
    if each.hidden and len(each.lines) <= MOST_FOLDS:
        corners = np.array([[x, y, 1] for x in each.across[[0, -1]] for y in each.up[[0, -1]]])
        sides = (each.lines @ corners.T > 0).sum(axis=1)
        crossing = int(np.sum((sides > 0) & (sides < 4)))
        words += f" Folds that cross it: {crossing} of {write_count(len(sides), 'neuron')}."
    return words
