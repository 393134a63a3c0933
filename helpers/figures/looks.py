"""What happens to a p-value when somebody looks again after every seed."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray
from scipy.stats import ttest_1samp

from helpers.figures.checks import check_array
from helpers.figures.description import present
from helpers.figures.style import palette


class Looks(NamedTuple):
    """For each story the p-value after each number of seeds, and where it is first a find."""

    seeds: NDArray[Any]
    p_values: NDArray[Any]
    stops: NDArray[Any]
    """Number of the look; -1 where no look finds anything."""


def p_values_of_looks(differences: ArrayLike) -> Axes:
    """Draw how p-values wander from the third seed on, each until it falls below 0.05.

    Parameters
    ----------
    differences : array_like of float, shape (stories, seeds)
        Differences of two networks, seed by seed; at least three seeds.
    """
    return present((8, 4.4), measure_looks(differences), draw_looks, words_looks)


def measure_looks(differences: ArrayLike) -> Looks:
    """Calculate the p-value of each story after each seed, and find the first below 0.05."""
    values = check_array(differences, "differences", "stories x seeds", 2)
    if values.shape[1] < 3:
        raise ValueError(f"there are {values.shape[1]} seeds, expected at least three")
    seeds = np.arange(3, values.shape[1] + 1)
    looks = [ttest_1samp(values[:, :count], 0, axis=1).pvalue for count in seeds]
    p_values = np.transpose(looks)
    finds = p_values < 0.05
    return Looks(seeds, p_values, np.where(finds.any(axis=1), finds.argmax(axis=1), -1))


def draw_looks(axes: Axes, looks: Looks) -> None:
    """Draw the stories without a find in grey, the others up to a cross where they stop."""
    labels = {"never a find", "stops at a find"}
    for p_values, stop in zip(looks.p_values, looks.stops, strict=True):
        found = stop >= 0
        label = "stops at a find" if found else "never a find"
        shown = {"label": label if label in labels else None, "zorder": 2 + found}
        labels.discard(label)
        if found:
            path = looks.seeds[: stop + 1], p_values[: stop + 1]
            shown |= {"color": palette(2)[1], "marker": "X", "markevery": [stop], "ms": 9}
            axes.plot(*path, linewidth=2, markeredgecolor="black", **shown)
        else:
            axes.plot(looks.seeds, p_values, color="0.75", linewidth=1, **shown)
    axes.axhline(0.05, color="black", linewidth=1.5)
    axes.text(looks.seeds[-1], 0.047, "0.05", ha="right", va="top")
    axes.set(yscale="log", xlabel="seeds so far", ylabel="p-value")
    axes.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)


def words_looks(looks: Looks) -> str:
    """Say how many stories stop at a find, and how many would find something at the end."""
    stopped = looks.stops[looks.stops >= 0]
    words = (
        f"{len(looks.stops)} wandering lines: up the p-value, across the seeds so far, from "
        f"{looks.seeds[0]} to {looks.seeds[-1]}. {len(stopped)} fall below the line at 0.05 at "
        "some look, end there and are marked"
    )
    if len(stopped):
        first, last = looks.seeds[stopped.min()], looks.seeds[stopped.max()]
        words += f", the first after {first} seeds, the last after {last}"
    return words + f". At the last look alone {(looks.p_values[:, -1] < 0.05).sum()} would be."
