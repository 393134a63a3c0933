"""Flowers in the plane of two measurements: which side of a line they lie on, which are wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.description import describe
from helpers.figures.points import Points, measure_point_cloud
from helpers.figures.style import MARKERS, palette
from helpers.figures.wording import write_count, write_number, write_place

FEW = 3
"""So many circled flowers, or fewer, are numbered, where there is room for it."""

_PLAIN = {"facecolor": "white", "linewidth": 0, "pad": 0.8, "alpha": 0.8}


class Circled(NamedTuple):
    """Flowers of which some are circled, with the line that judged them and its loss."""

    flowers: Points
    circled: NDArray[Any]
    line: NDArray[Any] | None
    loss: float | None
    beyond: NDArray[Any] | None = None
    """Points from the line towards the last class, as long as a score grows in a centimetre."""


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
    return present_flowers({title: Circled(points, rows[title], None, None) for title in rows})


def present_flowers(panels: Mapping[str, Circled]) -> Figure:
    """Draw panels side by side: one shows all classes, several the last two, where it is close."""
    if not panels:
        raise ValueError("there is nothing to draw, expected a title with what belongs to it")
    width = 8 if len(panels) > 1 else 6
    figure = plt.figure(figsize=(width, 4.2), layout="constrained")
    grid = figure.subplots(1, len(panels), sharey=True, squeeze=False)
    flowers = next(iter(panels.values())).flowers
    first = max(0, len(flowers.names) - 2) if len(panels) > 1 else 0
    words = words_flowers(flowers, first)
    if any(numbers.loss is not None for numbers in panels.values()):
        words += f" The darker a place, the surer the line is of {flowers.names[-1]} there."
    describe(figure, words)
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
            axes.annotate(", ".join(here), place, (place[0] + 0.1, place[1] + 0.03), fontsize=9)
    shown = points.places[points.numbers >= first]
    margin = 0.06 * np.ptp(shown, axis=0)
    low, high = shown.min(axis=0) - margin, shown.max(axis=0) + margin
    axes.set(xlabel=points.across, ylabel=points.up)
    axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
    if numbers.line is not None and numbers.loss is not None:
        across, up = (np.linspace(*pair, 60) for pair in zip(low, high, strict=True))
        grid = np.stack(np.meshgrid(across, up), axis=-1)
        sureness = 1 / (1 + np.exp(-(grid - numbers.line[0]) @ numbers.beyond))
        axes.pcolormesh(across, up, sureness, cmap="Greys", vmin=0, vmax=2, zorder=0)


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
    if 0 < len(rows) <= 2 * FEW:
        places = [f"flower {row} at {write_place(points.places[row])}" for row in rows]
        words += f" They are {', '.join(places)}."
    return words
