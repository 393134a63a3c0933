"""How rows are divided: into batches for the steps of an epoch, into groups put aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_labels
from helpers.figures.description import present
from helpers.figures.style import MARKERS, palette
from helpers.figures.wording import write_count

HATCHES = ("", "//", "..", "xx")


class Batches(NamedTuple):
    """The labels of each batch, and the names of the classes."""

    batches: list[NDArray[Any]]
    names: list[str]


class Groups(NamedTuple):
    """How many rows of each class (column) each group (row) holds."""

    groups: list[str]
    counts: NDArray[Any]
    names: list[str]


def batches_of(labels: ArrayLike, size: int, class_names: Sequence[str]) -> Axes:
    """Draw the batches of an epoch as boxes with a mark for each row in them.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Class numbers from 0 on, in the order in which the rows are taken.
    size : int
        Rows in a box; the last may hold fewer.
    class_names : sequence of str
        Name of each class.
    """
    numbers = check_labels(labels, "labels", class_names)
    if size < 1:
        raise ValueError(f"size is {size}, expected at least one row in a box")
    boxes = [numbers[start : start + size] for start in range(0, len(numbers), size)]
    height = 0.9 + 0.55 * -(-len(boxes) // 5)
    return present((8, height), Batches(boxes, list(class_names)), draw_batches, words_batches)


def draw_batches(axes: Axes, numbers: Batches) -> None:
    """Draw five boxes a line, each with its number and its rows."""
    widest = max(map(len, numbers.batches))
    seen: set[int] = set()
    colours = palette(len(numbers.names))
    for box, labels in enumerate(numbers.batches):
        left, top = box % 5 * (widest + 2.4), -(box // 5) * 2.0
        outline = Rectangle((left - 0.7, top - 0.7), widest + 0.4, 1.4, fill=False, edgecolor="0.4")
        axes.add_patch(outline)
        axes.text(left - 0.9, top, str(box + 1), ha="right", va="center", fontsize=9)
        for place, label in enumerate(labels):
            axes.scatter(
                left + place,
                top,
                s=22,
                marker=MARKERS[label],
                color=colours[label],
                label=None if label in seen else numbers.names[label],
            )
            seen.add(int(label))
    axes.set_axis_off()
    drawn = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    known = [name for name in numbers.names if name in drawn]
    axes.legend(
        [drawn[name] for name in known],
        known,
        loc="upper center",
        bbox_to_anchor=(0.5, 0),
        ncols=len(known),
        frameon=False,
    )


def words_batches(numbers: Batches) -> str:
    """Count the boxes, and say what the first and the last hold."""
    sizes = [len(labels) for labels in numbers.batches]
    rows = write_count(max(sizes), "row")
    words = f"{len(sizes)} numbered boxes, each of {rows}"
    words += f", the last of {sizes[-1]}" if sizes[-1] != max(sizes) else ""
    for which, labels in (("first", numbers.batches[0]), ("last", numbers.batches[-1])):
        counts = np.bincount(labels, minlength=len(numbers.names))
        held = ", ".join(
            f"{count} {name}" for count, name in zip(counts, numbers.names, strict=True)
        )
        words += f"; the {which} holds {held}"
    return f"{words}. The order is a shuffled one."


def groups_of(groups: Mapping[str, ArrayLike], class_names: Sequence[str]) -> Axes:
    """Draw groups of rows as bars, each divided into its classes.

    Parameters
    ----------
    groups : mapping
        Class numbers of the rows in a group, by the group's name.
    class_names : sequence of str
        Name of each class.
    """
    if not groups:
        raise ValueError("groups is empty, expected labels by the name of their group")
    counts = [
        np.bincount(check_labels(labels, name, class_names), minlength=len(class_names))
        for name, labels in groups.items()
    ]
    numbers = Groups(list(groups), np.array(counts), list(class_names))
    return present((8, 1.3 + 0.5 * len(groups)), numbers, draw_groups, words_groups)


def draw_groups(axes: Axes, numbers: Groups) -> None:
    """Draw one bar a group, its parts with their counts."""
    left = np.zeros(len(numbers.groups))
    colours = palette(len(numbers.names))
    for place, (name, colour) in enumerate(zip(numbers.names, colours, strict=True)):
        bars = axes.barh(
            numbers.groups,
            numbers.counts[:, place],
            left=left,
            color=(*colour, 0.5),
            edgecolor="black",
            hatch=HATCHES[place % len(HATCHES)],
            label=name,
        )
        axes.bar_label(
            bars,
            label_type="center",
            bbox={"boxstyle": "round", "facecolor": "white", "linewidth": 0},
        )
        left += numbers.counts[:, place]
    axes.invert_yaxis()
    axes.set(xlabel="rows")
    sns.despine(ax=axes)
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)


def words_groups(numbers: Groups) -> str:
    """Count each group, whole and by class."""
    said = []
    for group, counts in zip(numbers.groups, numbers.counts, strict=True):
        parts = ", ".join(
            f"{count} {name}" for count, name in zip(counts, numbers.names, strict=True)
        )
        said.append(f"{group} {counts.sum()}: {parts}")
    return f"Bars of how many rows each group holds. {'; '.join(said)}."
