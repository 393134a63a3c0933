"""Strips of dots: the same number measured many times, group by group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import present
from helpers.figures.style import MARKERS, palette
from helpers.figures.wording import write_number

BINS = 80


class Strips(NamedTuple):
    """The numbers of each group, what they are, and a mark on their scale."""

    values: dict[str, NDArray[Any]]
    quantity: str
    mark: float | None

    def beyond(self, name: str) -> int:
        """Count a group's numbers above the mark."""
        return int(np.sum(self.values[name] > self.mark))

    def beside(self, name: str) -> str:
        """Write how many lie above the mark and their share or, without it, the mean."""
        values = self.values[name]
        if not len(values):
            return "none"
        if self.mark is None:
            return f"{values[0]:g}" if len(values) == 1 else f"mean {values.mean():.1f}"
        above = self.beyond(name)
        return f"{above} of {len(values)}: {above / len(values):.0%}"


def strips(groups: Mapping[str, ArrayLike], quantity: str, mark: float | None = None) -> Axes:
    """Draw each group's numbers as dots on a line, dots at one place above each other.

    Parameters
    ----------
    groups : mapping of str to array_like
        Numbers by the name of their group, of which some may have none. Whole numbers
        are written as such.
    quantity : str
        What the numbers are.
    mark : float, optional
        How many lie above it is written beside each group. Without it, the mean is,
        and a bar marks it.
    """
    values = {
        str(name): check_array(numbers, f"group {name!r}", "several numbers", 1)
        if np.size(numbers)
        else np.array([])
        for name, numbers in groups.items()
    }
    if not any(map(len, values.values())):
        raise ValueError("groups is empty, expected numbers by the name of their group")
    size = (8, 0.8 + 0.75 * len(values))
    return present(size, Strips(values, quantity, mark), draw_strips, words_strips)


def draw_strips(axes: Axes, numbers: Strips) -> None:
    """Draw a line of dots a group, and the mark or the means."""
    every = np.concatenate(list(numbers.values.values()))
    edges = np.linspace(every.min(), every.max() + 1e-9, BINS)
    highest = 1
    stacks = {}
    for name, values in numbers.values.items():
        order = np.argsort(values, kind="stable")
        bins = np.digitize(values[order], edges)
        heights = np.empty(len(values))
        heights[order] = np.arange(len(values)) - np.searchsorted(bins, bins)
        stacks[name] = heights
        highest = max(highest, int(heights.max(initial=0)))
    beside = axes.get_yaxis_transform()
    for row, (name, heights) in enumerate(stacks.items()):
        axes.scatter(
            numbers.values[name],
            row + 0.25 * (len(heights) > 1) - heights * min(0.12, 0.7 / highest),
            s=40 if highest < 12 else 14,
            marker=MARKERS[row],
            color=palette(len(stacks))[row],
            linewidths=0,
        )
        text = numbers.beside(name)
        axes.text(1.02, row, text, transform=beside, va="center", weight="bold")
        if numbers.mark is None and len(heights) > 1:
            axes.vlines(numbers.values[name].mean(), row - 0.35, row + 0.4, color="0.1")
    if numbers.mark is not None:
        axes.axvspan(numbers.mark, every.max(), color="0.9", linewidth=0, zorder=0)
        axes.axvline(numbers.mark, color="black", linewidth=1.5)
        axes.text(1.02, -0.6, f"above {numbers.mark:g}", transform=beside, va="bottom")
    axes.set_yticks(range(len(stacks)), list(stacks))
    axes.set(ylim=(len(stacks) - 0.5, -0.6), xlabel=numbers.quantity)
    whole = np.issubdtype(every.dtype, np.integer)
    axes.xaxis.set_major_locator(MaxNLocator(integer=whole, steps=[1, 2, 5, 10]))
    axes.grid(axis="x", alpha=0.3)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def words_strips(numbers: Strips) -> str:
    """Give each group's range, and its mean or how many lie above the mark."""
    said = []
    for name, values in numbers.values.items():
        if not len(values):
            said.append(f"{name}: none")
            continue
        whole = np.issubdtype(values.dtype, np.integer)
        low, high = (str(v) if whole else write_number(v) for v in (values.min(), values.max()))
        text = f"{name}: from {low} to {high}, "
        if len(values) == 1:
            said.append(f"{name}: {low}")
        elif numbers.mark is None:
            said.append(f"{text}mean {write_number(values.mean())}")
        else:
            middle = write_number(np.median(values))
            above = f"{numbers.beside(name)} above {numbers.mark:g}"
            said.append(f"{text}half of them above {middle}, {above}")
    lines = "a line" if len(said) == 1 else f"{len(said)} lines"
    return f"Dots on {lines} over the {numbers.quantity}. {'; '.join(said)}."
