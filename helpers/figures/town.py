"""A thousand people: what one test does in towns where more or fewer are ill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.figures.description import describe
from helpers.figures.style import palette


class Town(NamedTuple):
    """How many of a thousand people are ill, and what a test makes of them."""

    ill: int
    found: int
    missed: int
    alarmed: int
    spared: int


def town(found: float, alarmed: float, ill: Sequence[int]) -> Figure:
    """Draw towns of a thousand people each, and what one and the same test makes of them.

    Parameters
    ----------
    found, alarmed : float
        The share of the ill whom the test finds, and of the healthy whom it alarms.
    ill : sequence of int
        For each town how many of its thousand people are ill; at most three.
    """
    towns = [measure_town(found, alarmed, number) for number in ill]
    if not 1 <= len(towns) <= 3:
        raise ValueError(f"ill holds {len(towns)} numbers, expected one for each of 1 to 3 towns")
    size = (2.66 * len(towns), 4.6)
    figure, grid = plt.subplots(1, len(towns), figsize=size, layout="constrained", squeeze=False)
    for axes, numbers in zip(grid.flat, towns, strict=True):
        draw_town(axes, numbers)
        describe(axes, words_town(numbers))
    handles, names = grid[0, 0].get_legend_handles_labels()
    columns = 5 if len(towns) == 3 else 2
    figure.legend(handles, names, loc="outside lower center", ncols=columns, fontsize=9)
    return figure


def measure_town(found: float, alarmed: float, ill: int) -> Town:
    """Count the found, the missed, the alarmed and the spared among a thousand people."""
    for name, share in {"found": found, "alarmed": alarmed}.items():
        if not 0 <= share <= 1:
            raise ValueError(f"{name} is {share:g}, expected a share from 0 to 1")
    if not 0 <= ill <= 1000:
        raise ValueError(f"ill is {ill}, expected so many of a thousand people")
    finds, alarms = round(found * ill), round(alarmed * (1000 - ill))
    return Town(ill, finds, ill - finds, alarms, 1000 - ill - alarms)


def draw_town(axes: Axes, town: Town) -> None:
    """Draw a mark a person, those who are called at the top: ill ones first."""
    blue, orange = palette(2)
    x, y = np.arange(1000) % 25, np.arange(1000) // 25
    groups: dict[str, tuple[int, dict[str, Any]]] = {
        "ill, found": (town.found, {"marker": "s", "color": orange}),
        "healthy, alarmed": (town.alarmed, {"marker": "o", "color": blue, "facecolor": "none"}),
        "ill, missed": (town.missed, {"marker": "X", "color": "black"}),
        "healthy, left in peace": (town.spared, {"marker": ".", "color": "0.75", "s": 8}),
    }
    start = 0
    for name, (count, look) in groups.items():
        places = slice(start, start + count)
        axes.scatter(x[places], y[places], label=name, **{"s": 22, "linewidth": 1} | look)
        start += count
    called = town.found + town.alarmed
    full, rest = divmod(called, 25)
    edge = [full + 0.5, full + 0.5, full - 0.5, full - 0.5]
    axes.plot([-0.7, rest - 0.5, rest - 0.5, 24.7], edge, color="black", label="above: called")
    axes.set(xlim=(-1, 25), ylim=(40, -1), xticks=[], yticks=[])
    axes.set_title(f"{town.ill} in 1,000 ill", fontsize=11)
    said = f"of {called} called, {town.found} are ill"
    axes.set_xlabel(said, fontsize=11, weight="bold")
    axes.spines[:].set_visible(False)


def words_town(town: Town) -> str:
    """Count the four groups, and the ill among those who are called."""
    return (
        f"A mark for each of 1,000 people, {town.ill} of them ill: {town.found} found and "
        f"{town.missed} missed; of the healthy, {town.alarmed} alarmed and {town.spared} left in "
        f"peace. Of {town.found + town.alarmed} who are called, {town.found} are ill."
    )
