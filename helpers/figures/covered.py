"""What a picture loses when a part of it is covered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, Rectangle
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import present
from helpers.figures.style import palette
from helpers.lfw import FACE_SHAPE

LANDMARKS = (
    ((12, 21), (13, 8)),
    ((35, 21), (13, 8)),
    ((23.5, 45), (20, 8)),
)
"""Middle (from the left, from the top), width and height of the eyes and the mouth in LFW."""


class Covered(NamedTuple):
    """How many are recognised with a square at each place, and how many without."""

    counts: NDArray[Any]
    tops: list[int]
    lefts: list[int]
    size: int
    uncovered: int
    cases: int


def covered_places(
    counts: ArrayLike,
    tops: Sequence[int],
    lefts: Sequence[int],
    size: int,
    uncovered: int,
    cases: int,
) -> Axes:
    """Draw how many faces are still recognised with a square in each place.

    Parameters
    ----------
    counts : array_like of int, shape (len(tops), len(lefts))
        Faces recognised with the square there.
    tops, lefts : sequence of int
        The square's first row and first column of pixels.
    size : int
        Its height and width.
    uncovered, cases : int
        Faces recognised without a square, and faces in all.
    """
    found = check_array(counts, "counts", "one number a place", 2).astype(int)
    if found.shape != (len(tops), len(lefts)):
        raise ValueError(
            f"counts has shape {found.shape}, expected {(len(tops), len(lefts))}, a row for each "
            "top and a column for each left"
        )
    covered = Covered(found, list(tops), list(lefts), size, int(uncovered), int(cases))
    return present((4.8, 5.4), covered, draw_covered, words_covered)


def draw_covered(axes: Axes, covered: Covered) -> None:
    """Write each count at its square's middle, the darker the fewer, with outlines of a face."""
    middle = covered.size / 2
    lost = covered.uncovered - covered.counts
    shares = np.clip(lost / max(lost.max(), 1), 0, 1)
    high, wide = (np.diff(starts).max() for starts in (covered.tops, covered.lefts))
    for (row, column), count in np.ndenumerate(covered.counts):
        x, y = covered.lefts[column] + middle, covered.tops[row] + middle
        fewest = count == covered.counts.min()
        axes.add_patch(
            Rectangle(
                (x - wide / 2, y - high / 2),
                wide,
                high,
                facecolor=plt.get_cmap("Blues")(0.75 * shares[row, column]),
                edgecolor=palette(2)[1] if fewest else "white",
                linewidth=4 if fewest else 1,
                zorder=2 if fewest else 1,
            )
        )
        colour = "white" if shares[row, column] > 0.75 else "black"
        axes.text(x, y, str(count), ha="center", va="center", color=colour, zorder=3)
    for centre, (across, up) in LANDMARKS:
        outline: dict[str, Any] = {
            "fill": False,
            "edgecolor": "0.2",
            "linestyle": "--",
            "linewidth": 1.8,
        }
        axes.add_patch(Ellipse(centre, across, up, zorder=4, **outline))
    axes.set_yticks([centre[1] for centre, _ in LANDMARKS[1:]], ["eyes", "mouth"])
    axes.set(xlim=(0, FACE_SHAPE[1]), ylim=(FACE_SHAPE[0], 0), aspect="equal", xticks=[])
    axes.set_xlabel(
        f"of {covered.cases} faces, recognised with a square there;\n"
        f"uncovered {covered.uncovered}; framed: the fewest"
    )


def words_covered(covered: Covered) -> str:
    """Read the map row by row, and say where the fewest are recognised."""
    row, column = np.unravel_index(covered.counts.argmin(), covered.counts.shape)
    lines = [", ".join(map(str, counts)) for counts in covered.counts.tolist()]
    return (
        f"A map of the places of a square of {covered.size} pixels: how many of {covered.cases} "
        f"faces are recognised, {covered.uncovered} without it. From top to bottom, each from left "
        f"to right: {'; '.join(lines)}. The eyes lie in the second line and the third, the mouth "
        f"in the last but one. Fewest: {covered.counts.min()}, in line {row + 1}, place "
        f"{column + 1}."
    )
