"""The price of "I do not know": who is still named when a network may hold back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_same_length
from helpers.figures.description import present
from helpers.figures.style import LINE_STYLES, MARKERS, palette


class Doubt(NamedTuple):
    """The share of each group that is named, threshold by threshold, and the marked places."""

    thresholds: NDArray[Any]
    shares: dict[str, NDArray[Any]]
    marked: list[int]


def named_above(
    thresholds: ArrayLike, shares: Mapping[str, ArrayLike], marked: Sequence[float]
) -> Axes:
    """Draw which share of each group is named if the network answers only above a threshold.

    Parameters
    ----------
    thresholds : array_like, shape (n,)
        In ascending order.
    shares : mapping of str to array_like, shape (n,)
        By the name of a group, the share of it that is named at each threshold.
    marked : sequence of float
        Some of the thresholds, at which the shares are written.
    """
    lines = check_array(thresholds, "thresholds", "numbers in ascending order", 1)
    curves = {
        str(name): check_array(values, f"shares of {name}", "one share a threshold", 1)
        for name, values in shares.items()
    }
    check_same_length(thresholds=lines, **curves)
    if not 1 <= len(curves) <= len(LINE_STYLES):
        raise ValueError(f"shares has {len(curves)} groups, expected 1 to {len(LINE_STYLES)}")
    places = []
    for threshold in marked:
        place = int(np.abs(lines - threshold).argmin())
        if not np.isclose(lines[place], threshold):
            raise ValueError(f"marked holds {threshold:g}, expected some of the thresholds")
        places.append(place)
    return present((8, 4.2), Doubt(lines, curves, places), draw_doubt, words_doubt)


def draw_doubt(axes: Axes, doubt: Doubt) -> None:
    """Draw a falling line a group, with its shares at the marked thresholds."""
    colours = palette(len(doubt.shares))
    highest = np.max(list(doubt.shares.values()), axis=0)
    for row, (name, values) in enumerate(doubt.shares.items()):
        axes.plot(
            doubt.thresholds, values, LINE_STYLES[row], color=colours[row], linewidth=2, label=name
        )
        for place in doubt.marked:
            upper = values[place] == highest[place]
            axes.plot(
                doubt.thresholds[place],
                values[place],
                MARKERS[row],
                color=colours[row],
                markeredgecolor="black",
                markersize=8,
            )
            axes.annotate(
                f"{100 * values[place]:.0f} %",
                (doubt.thresholds[place], values[place]),
                (7, 3) if upper else (-7, -3),
                textcoords="offset points",
                ha="left" if upper else "right",
                va="bottom" if upper else "top",
                fontsize=10,
                color=[0.62 * part for part in colours[row]],
                weight="bold",
            )
    for place in doubt.marked:
        axes.axvline(doubt.thresholds[place], color="0.4", linewidth=0.8, zorder=0)
    axes.set(
        xlabel="answer only above this probability", ylabel="share that is named", ylim=(0, 1.03)
    )
    axes.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower left")


def words_doubt(doubt: Doubt) -> str:
    """Read every line at the marked thresholds."""
    said = []
    for name, values in doubt.shares.items():
        read = [f"{values[n]:.3f} above {doubt.thresholds[n]:g}" for n in doubt.marked]
        said.append(f"{name}: {', '.join(read)}")
    first = doubt.thresholds[0]
    return (
        "Falling lines: across the probability above which the network answers, from "
        f"{first:g}, up the share that is named. {'; '.join(said)}."
    )
