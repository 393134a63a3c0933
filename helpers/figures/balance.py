"""Where rows go: how many of each class every group holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_labels
from helpers.figures.description import describe
from helpers.figures.style import palette
from helpers.figures.wording import write_list


class Group(NamedTuple):
    """How many rows of each class a group holds."""

    names: list[str]
    counts: NDArray[Any]


def classes_of_groups(groups: Mapping[str, ArrayLike], class_names: Sequence[str]) -> Figure:
    """Draw a box for each group with a bar for each class, each box on its own scale.

    Parameters
    ----------
    groups : mapping of str to array_like of int
        Class numbers of the rows in a group, by the group's name.
    class_names : sequence of str
        Name of each class.
    """
    if not groups:
        raise ValueError("groups is empty, expected labels by the name of their group")
    names = list(map(str, class_names))
    size = (8, 0.7 + 0.28 * len(names))
    counted = {
        name: Group(names, np.bincount(check_labels(labels, name, names), minlength=len(names)))
        for name, labels in groups.items()
    }
    figure, grid = plt.subplots(
        1, len(groups), figsize=size, layout="constrained", squeeze=False, sharey=True
    )
    for axes, (name, group) in zip(grid.flat, counted.items(), strict=True):
        axes.set_title(name, fontsize=11)
        draw_group(axes, group)
        describe(axes, words_group(group))
    return figure


def draw_group(axes: Axes, group: Group) -> None:
    """Draw a bar a class, with its count."""
    bars = axes.barh(group.names, group.counts, color=palette(1)[0], height=0.7)
    axes.bar_label(bars, group.counts, padding=3, fontsize=10)
    axes.set(xlim=(0, 1.45 * group.counts.max()), xticks=[], ylim=(len(group.names) - 0.4, -0.6))
    axes.set_xlabel(f"{group.counts.sum()} in all")
    axes.tick_params(length=0)


def words_group(group: Group) -> str:
    """Count the rows of each class, or say that all have equally many."""
    total, least = group.counts.sum(), group.counts.min()
    if least == group.counts.max():
        return f"{total} rows, {least} of each class."
    pairs = zip(group.names, map(str, group.counts), strict=True)
    return f"{total} rows: {write_list(pairs)}."
