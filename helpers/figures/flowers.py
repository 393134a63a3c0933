"""Flowers in the plane of two measurements: which side of a line they lie on, which are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_places
from helpers.figures.description import describe
from helpers.figures.points import Points, measure_point_cloud
from helpers.figures.style import MARKERS, palette
from helpers.figures.wording import write_count, write_number, write_place

Line = Sequence[Sequence[float]]

SCORE_A_CENTIMETRE = 4.0
"""How much surer a line becomes with each centimetre of distance from it: the score grows by 4."""

FEW = 6
"""So many circled flowers, or fewer, are numbered."""

_PLAIN = {"facecolor": "white", "linewidth": 0, "pad": 0.8, "alpha": 0.8}


class Circled(NamedTuple):
    """Flowers of which some are circled, with the line that judged them and its loss."""

    flowers: Points
    circled: NDArray[Any]
    line: NDArray[Any] | None
    loss: float | None


def lines_between(
    flowers: ArrayLike,
    labels: ArrayLike,
    lines: Mapping[str, Line],
    class_names: Sequence[str],
    *,
    losses: bool = False,
) -> Figure:
    """Draw lines that tell the last two classes apart, and circle the flowers they get wrong.

    Parameters
    ----------
    flowers : array_like or DataFrame, shape (n, 2)
        Two measurements of each flower.
    labels : array_like of int, shape (n,)
        Class numbers from 0 on; the flowers of the last two are judged.
    lines : mapping
        Two places on each line, by the title of its panel. Beyond the line, where
        the measurements are larger, it says the last class.
    class_names : sequence of str
        Name of each class.
    losses : bool
        Whether a panel gives the line's loss beside the count of its mistakes.
    """
    panels = {
        title: measure_line(flowers, labels, line, class_names, losses)
        for title, line in lines.items()
    }
    return _present(panels)


def circled_flowers(
    flowers: ArrayLike,
    labels: ArrayLike,
    circled: Mapping[str, ArrayLike],
    class_names: Sequence[str],
) -> Figure:
    """Draw flowers, and circle some of them with their numbers.

    Parameters
    ----------
    flowers, labels, class_names
        As `lines_between` takes them.
    circled : mapping
        The row numbers of the flowers to circle, by the title of a panel.
    """
    points = measure_point_cloud(flowers, labels, class_names, None)
    rows = {title: np.ravel(found).astype(int) for title, found in circled.items()}
    return _present({title: Circled(points, rows[title], None, None) for title in rows})


def wrong_side(flowers: ArrayLike, labels: ArrayLike, line: Line) -> NDArray[Any]:
    """Return the row numbers of the flowers, of the last two classes, that a line gets wrong."""
    return measure_line(flowers, labels, line, None, False).circled


def measure_line(
    flowers: ArrayLike,
    labels: ArrayLike,
    line: Line,
    class_names: Sequence[str] | None,
    losses: bool,
) -> Circled:
    """Find the flowers on the wrong side of a line and, with probabilities, what they cost."""
    points = measure_point_cloud(flowers, labels, class_names, None)
    ends = check_places(line, "line").astype(float)
    if len(ends) != 2 or np.allclose(ends[0], ends[1]):
        raise ValueError(f"line is {ends.tolist()}, expected two different places on it")
    across, up = ends[1] - ends[0]
    beyond = np.array([-up, across]) / np.hypot(across, up)
    if beyond.sum() < 0 or (beyond.sum() == 0 and beyond[1] < 0):
        beyond = -beyond
    distances = (points.places - ends[0]) @ beyond
    last = points.numbers.max()
    judged = points.numbers >= last - 1
    signs = np.where(points.numbers == last, 1, -1)
    loss = np.log1p(np.exp(-SCORE_A_CENTIMETRE * signs * distances))[judged].mean()
    wrong = np.flatnonzero(judged & (signs * distances <= 0))
    return Circled(points, wrong, ends, float(loss) if losses else None)


def _present(panels: Mapping[str, Circled]) -> Figure:
    """Draw panels side by side: one shows all classes, several the last two, where it is close."""
    if not panels:
        raise ValueError("there is nothing to draw, expected a title with what belongs to it")
    width = 8 if len(panels) > 1 else 6
    figure = plt.figure(figsize=(width, 4.2), layout="constrained")
    grid = figure.subplots(1, len(panels), sharey=True, squeeze=False)
    flowers = next(iter(panels.values())).flowers
    first = max(0, len(flowers.names) - 2) if len(panels) > 1 else 0
    describe(figure, words_flowers(flowers, first))
    for axes, (title, numbers) in zip(grid[0], panels.items(), strict=True):
        draw_circled(axes, numbers, first)
        axes.set_title(title, fontsize=11)
        axes.text(
            0.97, 0.03, words_count(numbers), transform=axes.transAxes, ha="right", bbox=_PLAIN
        )
        axes.label_outer()
        describe(axes, words_circled(numbers))
    handles, names = grid[0][0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    return figure


def draw_circled(axes: Axes, numbers: Circled, first: int) -> None:
    """Draw the flowers of the classes from `first` on, the line, and the rings."""
    points = numbers.flowers
    colours = palette(len(points.names))
    for number, (name, colour) in enumerate(zip(points.names, colours, strict=True)):
        if number < first:
            continue
        x, y = points.places[points.numbers == number].T
        axes.scatter(x, y, s=16, marker=MARKERS[number], color=colour, alpha=0.7, label=name)
    if numbers.line is not None:
        axes.axline(*numbers.line, color="black", linewidth=1.5)
    x, y = points.places[numbers.circled].T
    axes.scatter(
        x, y, s=130, facecolors="none", edgecolors="black", linewidths=1.5, label="circled"
    )
    for place in np.unique(points.places[numbers.circled], axis=0):
        here = [str(row) for row in numbers.circled if (points.places[row] == place).all()]
        if len(numbers.circled) <= FEW:
            axes.annotate(", ".join(here), place, place + 0.05, fontsize=9, bbox=_PLAIN)
    shown = points.places[points.numbers >= first]
    margin = 0.06 * np.ptp(shown, axis=0)
    low, high = shown.min(axis=0) - margin, shown.max(axis=0) + margin
    axes.set(xlabel=points.across, ylabel=points.up)
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))


def words_count(numbers: Circled) -> str:
    """Count the circled flowers, with the loss where it is asked for."""
    if numbers.loss is None:
        return f"{len(numbers.circled)} circled"
    return f"{len(numbers.circled)} circled\nloss {write_number(numbers.loss)}"


def words_flowers(points: Points, first: int) -> str:
    """Say what kind of picture it is, which classes it shows, and what its axes are."""
    count = write_count(int(np.sum(points.numbers >= first)), "flower")
    names = " and ".join(points.names[first:]) if first else ", ".join(points.names)
    return f"{count} as points, {names}, across {points.across}, up {points.up}."


def words_circled(numbers: Circled) -> str:
    """Say where the line runs, and which flowers of which class are circled."""
    points, rows = numbers.flowers, numbers.circled
    words = ""
    if numbers.line is not None:
        words = f"The line runs through {' and '.join(map(write_place, numbers.line))}. "
    each = []
    for number, name in enumerate(points.names):
        if count := np.sum(points.numbers[rows] == number):
            each.append(f"{count} of {name}")
    words += f"Circled: {', '.join(each) or 'none'}."
    if numbers.loss is not None:
        words += f" Loss {write_number(numbers.loss)}."
    if 0 < len(rows) <= FEW:
        places = [f"flower {row} at {write_place(points.places[row])}" for row in rows]
        words += f" They are {', '.join(places)}."
    return words
