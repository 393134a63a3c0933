"""What a picture loses when a part of it is covered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import present
from helpers.figures.style import palette
from helpers.lfw import FACE_SHAPE

LANDMARKS = {
    "an eye": ((13, 22), (12, 8)),
    "the other eye": ((34, 22), (12, 8)),
    "the mouth": ((23.5, 46), (18, 8)),
}
"""Centre (from the left, from the top), width and height of parts of an aligned face."""


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
    """Write each count at its square's middle, the darker the fewer, above a drawn face."""
    high, wide = FACE_SHAPE
    middle = covered.size / 2
    lost = covered.uncovered - covered.counts
    shades = np.clip(lost / max(lost.max(), 1), 0, 1)
    for (row, column), count in np.ndenumerate(covered.counts):
        shade = shades[row, column]
        worst = lost[row, column] == lost.max()
        axes.text(
            covered.lefts[column] + middle,
            covered.tops[row] + middle,
            str(count),
            ha="center",
            va="center",
            fontsize=11,
            color="white" if shade > 0.55 else "black",
            weight="bold" if worst else "normal",
            bbox={
                "boxstyle": "square,pad=0.45",
                "fc": (*palette(1)[0], 1) if shade > 0.55 else (*palette(1)[0], shade * 0.7),
                "ec": palette(2)[1] if worst else "none",
                "lw": 3,
            },
            zorder=2,
        )
    for centre, (width, height) in LANDMARKS.values():
        outline = {"fill": False, "edgecolor": "0.35", "linestyle": "--", "linewidth": 1.5}
        axes.add_patch(Ellipse(centre, width, height, zorder=3, **outline))
    axes.text(23.5, 15.5, "eyes", ha="center", fontsize=9, color="0.25", zorder=4)
    axes.text(23.5, 53.5, "mouth", ha="center", fontsize=9, color="0.25", zorder=4)
    axes.set(xlim=(0, wide), ylim=(high, 0), aspect="equal", xticks=[], yticks=[])
    axes.set_xlabel(
        f"recognised of {covered.cases} with a square of {covered.size} pixels there\n"
        f"(uncovered: {covered.uncovered}; framed: the fewest)"
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
