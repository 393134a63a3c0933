"""Two heaps of probabilities and a line between them: what a threshold does to people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_binary_labels, check_scores
from helpers.figures.description import describe
from helpers.figures.style import palette

EDGES = np.linspace(0, 1, 26)


class Heaps(NamedTuple):
    """The two heaps, shape (2, bins), the healthy first, and the four counts at a threshold."""

    counts: NDArray[Any]
    threshold: float
    found: int
    missed: int
    alarmed: int
    spared: int


def two_heaps(
    true_labels: ArrayLike, probabilities: ArrayLike, thresholds: Sequence[float]
) -> Figure:
    """Draw the probabilities of the ill upwards and of the healthy downwards, and a threshold.

    Parameters
    ----------
    true_labels : array_like of int, shape (n,)
        0 or 1 (ill), both present.
    probabilities : array_like, shape (n,)
        Of being ill, from 0 to 1.
    thresholds : sequence of float
        A panel for each, at most four; whoever reaches it is called.
    """
    if not 1 <= len(thresholds) <= 4:
        raise ValueError(f"thresholds holds {len(thresholds)} numbers, expected 1 to 4")
    panels = [measure_heaps(true_labels, probabilities, line) for line in thresholds]
    size = (8, 0.5 + 2.3 * len(panels))
    figure, grid = plt.subplots(
        len(panels), 1, figsize=size, layout="constrained", squeeze=False, sharex=True
    )
    for axes, panel in zip(grid.flat, panels, strict=True):
        draw_heaps(axes, panel)
        describe(axes, words_heaps(panel))
    grid[-1, 0].set_xlabel("probability that the model gives")
    return figure


def measure_heaps(true_labels: ArrayLike, probabilities: ArrayLike, threshold: float) -> Heaps:
    """Count the heaps' bins, and who is found, missed, alarmed and left in peace."""
    truth = check_binary_labels(true_labels)
    values = check_scores(probabilities, "probabilities", truth)
    if values.min() < 0 or values.max() > 1:
        raise ValueError("probabilities leave the range 0 to 1, expected probabilities")
    if not 0 <= threshold <= 1:
        raise ValueError(f"a threshold is {threshold:g}, expected one from 0 to 1")
    counts = np.array([np.histogram(values[truth == group], EDGES)[0] for group in (0, 1)])
    found, alarmed = (int(np.sum(values[truth == group] >= threshold)) for group in (1, 0))
    ill = int(truth.sum())
    healthy = len(truth) - ill
    return Heaps(counts, float(threshold), found, ill - found, alarmed, healthy - alarmed)


def draw_heaps(axes: Axes, heaps: Heaps) -> None:
    """Draw the ill above and the healthy below the middle, strong where they are called."""
    blue, orange = palette(2)
    width = EDGES[1] - EDGES[0]
    for counts, colour, sign in ((heaps.counts[1], orange, 1), (heaps.counts[0], blue, -1)):
        axes.bar(
            EDGES[:-1],
            sign * counts,
            width,
            align="edge",
            color=colour,
            edgecolor="white",
            hatch="////" if sign == 1 else "",
        )
    axes.axvspan(0, heaps.threshold, color="white", alpha=0.6, linewidth=0)
    axes.axvline(heaps.threshold, color="black", linewidth=2)
    axes.axhline(0, color="0.3", linewidth=0.8)
    top, bottom = heaps.counts[1].max() * 1.9, -heaps.counts[0].max() * 1.25
    line = heaps.threshold
    beside, arrow = line - 0.012, ""
    if line < 0.4:  # no room on that side
        beside, arrow = 0.99, "← "
    corners = (
        (line + 0.012, 0.95, "left", f"{heaps.found} ill found", orange),
        (beside, 0.95, "right", f"{arrow}{heaps.missed} ill missed", orange),
        (line + 0.012, 0.05, "left", f"{heaps.alarmed} healthy alarmed", blue),
        (beside, 0.05, "right", f"{arrow}{heaps.spared} healthy left in peace", blue),
    )
    for x, y, side, text, colour in corners:
        axes.text(
            x,
            y,
            text,
            transform=axes.get_xaxis_transform(),
            ha=side,
            va="top" if y > 0.5 else "bottom",
            fontsize=11,
            weight="bold",
            color=[0.62 * part for part in colour],
        )
    axes.set(xlim=(0, 1), ylim=(bottom, top), ylabel="women")
    axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):.0f}")
    axes.set_title(f"threshold {heaps.threshold:.2f}", fontsize=11)
    axes.spines[["top", "right"]].set_visible(False)


def words_heaps(heaps: Heaps) -> str:
    """Say where the two heaps lie, and count the four groups."""
    ill, healthy = heaps.found + heaps.missed, heaps.alarmed + heaps.spared
    tops = [EDGES[np.argmax(counts)] for counts in heaps.counts]
    return (
        f"Two histograms over the probability, {ill} ill women upwards and {healthy} healthy ones "
        f"downwards, highest above {tops[1]:.2f} and {tops[0]:.2f}. At the threshold "
        f"{heaps.threshold:.2f}, {heaps.found} ill are found and {heaps.missed} missed, "
        f"{heaps.alarmed} healthy are alarmed and {heaps.spared} left in peace."
    )
