"""Probabilities of the ill and of the healthy: who comes first, and how true they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.evaluation import accuracy_table, calibration_table
from helpers.figures.checks import check_array, check_binary_labels, check_scores
from helpers.figures.description import describe
from helpers.figures.style import palette
from helpers.figures.wording import write_number


class Pairs(NamedTuple):
    """Every pair of one ill and one healthy: 1 won, 0.5 a tie, 0 lost; best ill at the bottom."""

    title: str
    cells: NDArray[Any]
    area: float

    @property
    def marked(self) -> tuple[int, float]:
        """A quarter of the healthy as a count, and the share of the ill above the last of them."""
        count = max(1, round(self.cells.shape[1] / 4))
        return count, float(np.mean(self.cells[:, count - 1] == 1))


class Calibration(NamedTuple):
    """Bins of predicted probabilities: rows, mean probability, share of class 1 and its limits."""

    name: str
    rows: NDArray[Any]
    confidence: NDArray[Any]
    share: NDArray[Any]
    limits: NDArray[Any]

    @property
    def off(self) -> NDArray[Any]:
        """Whether the interval of a bin misses the probability that was given."""
        return (self.confidence < self.limits[0]) | (self.confidence > self.limits[1])


def pairs_square(groups: Mapping[str, tuple[ArrayLike, ArrayLike]]) -> Figure:
    """Draw each pair of one ill and one healthy person as a cell, which is won or lost.

    The ill stand from bottom to top and the healthy from left to right, those with the highest
    scores first. So the border between won and lost cells is the ROC curve.

    Parameters
    ----------
    groups : mapping of str to tuple of array_like
        For each panel by its title, the scores of the ill and those of the healthy.
    """
    panels = [measure_pairs_square(*scores, title) for title, scores in groups.items()]
    size = (8, 8 / len(panels) + 0.3)
    figure, row = plt.subplots(1, len(panels), figsize=size, layout="compressed", squeeze=False)
    for axes, pairs in zip(row.flat, panels, strict=True):
        draw_pairs_square(axes, pairs)
        describe(axes, words_pairs_square(pairs))
    return figure


def measure_pairs_square(ill: ArrayLike, healthy: ArrayLike, title: str) -> Pairs:
    """Let each of the ill play against each of the healthy."""
    first = np.sort(check_array(ill, "ill", "one score for each of the ill", 1))[::-1]
    second = np.sort(check_array(healthy, "healthy", "one score for each of the healthy", 1))[::-1]
    cells = (np.sign(first[:, None] - second) + 1) / 2
    return Pairs(title, cells, float(cells.mean()))


def draw_pairs_square(axes: Axes, pairs: Pairs) -> None:
    """Draw the cells, with lines between them where there are few."""
    ill, healthy = pairs.cells.shape
    colours = ListedColormap([palette(2)[1], (0.8, 0.8, 0.8), palette(1)[0]])
    grid = (
        {"edgecolors": "white", "linewidth": 1} if pairs.cells.size < 500 else {"rasterized": True}
    )
    x, y = np.linspace(0, 1, healthy + 1), np.linspace(0, 1, ill + 1)
    axes.pcolormesh(x, y, pairs.cells, cmap=colours, vmin=0, vmax=1, **grid)
    label = {"fontsize": 12, "ha": "center", "bbox": {"facecolor": "white", "pad": 3}}
    axes.text(0.7, 0.25, "won", label)
    axes.text(0.12, 0.9, "lost", label)
    count, found = pairs.marked
    corner = [count / healthy, count / healthy, 0], [0, found, found]
    axes.plot(*corner, "--", color="black", linewidth=2)
    axes.plot([count / healthy], [found], "o", ms=9, mfc="white", mec="black", mew=2)
    axes.set_xlabel(f"{healthy} healthy, highest score first")
    axes.set_ylabel(f"{ill} ill, highest score first")
    axes.set(aspect="equal", title=f"{pairs.title}: {write_number(pairs.area)} won")


def words_pairs_square(pairs: Pairs) -> str:
    """Say how many pairs were won, and how high the border is at the place that is marked."""
    count, found = pairs.marked
    return (
        f"A square of cells, {pairs.cells.shape[0]} ill upwards and {pairs.cells.shape[1]} healthy "
        f"to the right, highest scores first. A share of {write_number(pairs.area)} is won, at the "
        f"lower right. The border is the ROC curve. Marked on it: with {count} of the healthy "
        f"alarmed, {write_number(found)} of the ill are found."
    )


def calibration_dots(true_labels: ArrayLike, probabilities: Mapping[str, ArrayLike]) -> Figure:
    """Draw how often class 1 was right against its probability, above how many rows say so.

    Parameters
    ----------
    true_labels : array_like of int, shape (n,)
        0 or 1, both present.
    probabilities : mapping of str to array_like, shape (n,)
        Probability of class 1 by each classifier, one panel for each.
    """
    true = check_binary_labels(true_labels)
    panels = [measure_calibration(true, *item) for item in probabilities.items()]
    figure, grid = plt.subplots(
        2,
        len(panels),
        figsize=(8, 5),
        layout="constrained",
        sharex=True,
        sharey="row",
        squeeze=False,
        height_ratios=(3, 1),
    )
    for (above, below), bins in zip(grid.T, panels, strict=True):
        draw_calibration(above, below, bins)
        describe(above, words_calibration(bins))
    grid[0, 0].set_ylabel("share that is ill")
    grid[1, 0].set_ylabel("people")
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=2)
    return figure


def measure_calibration(true: NDArray[Any], name: str, values: ArrayLike) -> Calibration:
    """Put the rows into ten bins, and give the share of each its interval."""
    table, _ = calibration_table(true == 1, check_scores(values, name, true))
    rows, share = table["rows"].to_numpy(), table["accuracy"].to_numpy()
    limits = [
        accuracy_table({name: part}, int(count)).loc[name, ["from", "to"]]
        for part, count in zip(share, rows, strict=True)
    ]
    return Calibration(name, rows, table["confidence"].to_numpy(), share, np.transpose(limits))


def draw_calibration(above: Axes, below: Axes, bins: Calibration) -> None:
    """Draw the dots with their intervals over the diagonal, and the number of rows below."""
    above.plot([0, 1], [0, 1], color="0.4", linewidth=1)
    for chosen, marker, colour, label in (
        (~bins.off, "o", palette(2)[0], "the interval reaches the diagonal"),
        (bins.off, "s", palette(2)[1], "it does not"),
    ):
        above.errorbar(
            bins.confidence[chosen],
            bins.share[chosen],
            yerr=abs(bins.limits - bins.share)[:, chosen],
            fmt=marker,
            color=colour,
            elinewidth=2,
            label=label,
        )
    above.set(title=bins.name, xlim=(-0.04, 1.04), ylim=(0, 1))
    above.grid(alpha=0.3)
    drawn = below.bar(bins.confidence, bins.rows, width=0.06, color="0.6")
    below.bar_label(drawn, fontsize=9, rotation=90, padding=2)
    below.margins(y=0.45)
    below.set_xlabel("probability that it gave")


def words_calibration(bins: Calibration) -> str:
    """Say which bins are marked, and compare probability and share in the lowest and highest."""
    words = (
        f"Dots over the probability given, one for each of {len(bins.rows)} bins; the intervals of "
        f"{bins.off.sum()} do not reach the diagonal."
    )
    for side, lie in (
        (bins.share > bins.confidence, "above"),
        (bins.share < bins.confidence, "below"),
    ):
        numbers = ", ".join(str(place + 1) for place in np.flatnonzero(bins.off & side))
        words += f" From the left, {numbers} lie {lie} it." * bool(numbers)
    for name, place in (("Lowest", 0), ("Highest", -1)):
        given, share = write_number(bins.confidence[place]), write_number(bins.share[place])
        words += f" {name}: where it says {given}, {share} are ill ({bins.rows[place]} people)."
    return words
