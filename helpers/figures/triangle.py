"""Probabilities of three classes as points of a triangle, one corner a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_labels, check_same_length
from helpers.figures.description import describe
from helpers.figures.style import MARKERS, palette
from helpers.figures.wording import write_list, write_number

CORNERS = np.array([[0.5, np.sqrt(0.75)], [0, 0], [1, 0]])
"""Of the three classes: above, to the left, to the right."""


class Answers(NamedTuple):
    """Probabilities of three classes for each row, what they were before, and the loss."""

    probabilities: NDArray[Any]
    before: NDArray[Any] | None
    numbers: NDArray[Any]
    names: list[str]
    loss: float

    @property
    def wrong(self) -> NDArray[Any]:
        """The rows whose likeliest class is another than their own."""
        return np.flatnonzero(self.probabilities.argmax(axis=1) != self.numbers)


def triangles(
    answers: Mapping[str, ArrayLike],
    labels: ArrayLike,
    class_names: Sequence[str],
    *,
    before: ArrayLike | None = None,
    circle: Sequence[str] = (),
) -> Figure:
    """Draw what a network says of each row as a point between three corners.

    Parameters
    ----------
    answers : mapping
        Probabilities of shape (n, 3), by the title of their panel.
    labels : array_like of int, shape (n,)
        The right classes: 0, 1 and 2.
    class_names : sequence of str
        Their three names, written at the corners.
    before : array_like, shape (n, 3), optional
        What the network said before: an arrow leads from there to each point.
    circle : sequence of str
        Titles of the panels in which the wrong rows are circled and numbered.
    """
    unknown = sorted(set(circle) - set(answers))
    if unknown or not answers:
        raise ValueError(f"circle names {unknown}, expected titles of panels: {list(answers)}")
    panels = {
        title: measure_triangle(probabilities, labels, class_names, before)
        for title, probabilities in answers.items()
    }
    rows = -(-len(panels) // 3)
    columns = min(3, len(panels))
    figure, grid = plt.subplots(
        rows, columns, figsize=(8, 0.4 + 2.6 * rows), layout="compressed", squeeze=False
    )
    describe(
        figure,
        f"Triangles with {', '.join(class_names)} at the corners above, left and right. Each of "
        f"{len(np.asarray(labels))} flowers is a point, the nearer to a corner, the more "
        "probability that class gets; the centre is one third each.",
    )
    for axes, (title, numbers) in zip(grid.ravel(), panels.items(), strict=False):
        draw_triangle(axes, numbers, title in circle)
        axes.set_title(title, fontsize=11)
        describe(axes, words_triangle(numbers, title in circle))
    for axes in grid.ravel()[len(panels) :]:
        axes.set_axis_off()
    handles, names = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=3)
    return figure


def measure_triangle(
    probabilities: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str],
    before: ArrayLike | None = None,
) -> Answers:
    """Check probabilities of three classes and calculate their loss."""
    if len(class_names) != 3:
        raise ValueError(f"class_names has {len(class_names)} names, expected three")
    numbers = check_labels(labels, "labels", class_names)
    after, earlier = (
        _check_probabilities(values, name, numbers)
        for values, name in ((probabilities, "answers"), (before, "before"))
    )
    assert after is not None
    of_right = after[np.arange(len(numbers)), numbers]
    loss = float(-np.log(np.maximum(of_right, 1e-7)).mean())
    return Answers(after, earlier, numbers, list(class_names), loss)


def _check_probabilities(
    values: ArrayLike | None, name: str, numbers: NDArray[Any]
) -> NDArray[Any] | None:
    if values is None:
        return None
    expected = "three probabilities for each row, which add up to one"
    found = check_array(values, name, expected, 2)
    if found.shape[1] != 3 or found.min() < 0 or not np.allclose(found.sum(axis=1), 1, atol=1e-3):
        raise ValueError(f"{name} is not what was expected: {expected}")
    check_same_length(labels=numbers, **{name: found})
    return found


def draw_triangle(axes: Axes, numbers: Answers, circle: bool) -> None:
    """Draw the triangle, its three thirds, and the points or arrows."""
    axes.add_patch(plt.Polygon(CORNERS, fill=False, edgecolor="0.3"))
    centre = CORNERS.mean(axis=0)
    for corner in CORNERS:
        middle = (CORNERS.sum(axis=0) - corner) / 2
        axes.plot(*np.transpose([centre, middle]), ":", color="0.5", linewidth=1)
    axes.plot(*centre, "+", color="black", markersize=9)
    places = numbers.probabilities @ CORNERS
    for number, (name, colour) in enumerate(zip(numbers.names, palette(3), strict=True)):
        of_class = numbers.numbers == number
        if numbers.before is not None:
            starts = numbers.before[of_class] @ CORNERS
            moves = places[of_class] - starts
            axes.quiver(
                *starts.T,
                *moves.T,
                angles="xy",
                scale_units="xy",
                scale=1,
                color=colour,
                width=0.005,
                alpha=0.5,
            )
        x, y = places[of_class].T
        axes.scatter(x, y, s=18, marker=MARKERS[number], color=colour, alpha=0.7, label=name)
    for name, corner, place in zip(numbers.names, CORNERS, ((0, 5), (0, -5), (0, -5)), strict=True):
        below = "bottom" if place[1] > 0 else "top"
        axes.annotate(
            name, corner, place, textcoords="offset points", ha="center", va=below, fontsize=9
        )
    if circle:
        x, y = places[numbers.wrong].T
        axes.scatter(x, y, s=110, facecolors="none", edgecolors="black")
        for order, row in enumerate(numbers.wrong[np.argsort(x)]):
            above = (0, 9 + 11 * (order % 2))
            axes.annotate(
                str(row), places[row], above, textcoords="offset points", ha="center", fontsize=9
            )
    axes.text(-0.12, 0.8, f"loss\n{write_number(numbers.loss)}")
    axes.set(xlim=(-0.16, 1.16), ylim=(-0.14, 1.0), aspect="equal")
    axes.set_axis_off()


def words_triangle(numbers: Answers, circle: bool) -> str:
    """Say where the middle of all points is, how sure each class is of its own, and the loss."""
    words = ""
    if numbers.before is not None:
        words += f"The points come from around {_middle(numbers.names, numbers.before)}. "
    words += f"Middle of all points: {_middle(numbers.names, numbers.probabilities)}. "
    own = [
        write_number(numbers.probabilities[numbers.numbers == number, number].mean())
        for number in range(3)
    ]
    words += f"Each class in its own corner: {write_list(zip(numbers.names, own, strict=True))}. "
    words += f"Loss {write_number(numbers.loss)}."
    if circle:
        rows = ", ".join(map(str, numbers.wrong)) or "none"
        words += f" Circled, since another class is likelier than their own: flowers {rows}."
    return words


def _middle(names: Sequence[str], probabilities: NDArray[Any]) -> str:
    return write_list(zip(names, map(write_number, probabilities.mean(axis=0)), strict=True))
