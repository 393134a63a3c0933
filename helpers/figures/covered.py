"""What a picture loses when a part of it is covered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.style import palette


class Covered(NamedTuple):
    """How many are recognised with a square at each place, and a face to see where that is."""

    counts: NDArray[Any]
    tops: list[int]
    lefts: list[int]
    size: int
    cases: int
    face: NDArray[Any]


def covered_places(
    counts: Mapping[str, ArrayLike],
    tops: Sequence[int],
    lefts: Sequence[int],
    size: int,
    cases: int,
    face: ArrayLike,
) -> Figure:
    """Draw how many faces are still recognised with a square in each place.

    Parameters
    ----------
    counts : mapping of str to array_like of int, shape (len(tops), len(lefts))
        By the name of what the square is filled with: faces recognised with it there.
    tops, lefts : sequence of int
        The square's first row and first column of pixels.
    size : int
        Its height and width.
    cases : int
        Faces in all.
    face : array_like, shape (height, width)
        Grey values of a face to draw the places on.
    """
    if not counts:
        raise ValueError("counts is empty, expected a map for each filling")
    maps = {
        name: measure_covered(found, tops, lefts, size, cases, face)
        for name, found in counts.items()
    }
    figure, panels = plt.subplots(
        1, len(maps), figsize=(4 * len(maps), 5.2), layout="constrained", squeeze=False
    )
    every = np.concatenate([covered.counts for covered in maps.values()])
    limits = int(every.min()), int(every.max())
    for axes, (name, covered) in zip(panels.flat, maps.items(), strict=True):
        axes.set_title(f"covered with {name}")
        draw_covered(axes, covered, limits)
        describe(axes, words_covered(covered))
    return figure


def measure_covered(
    counts: ArrayLike,
    tops: Sequence[int],
    lefts: Sequence[int],
    size: int,
    cases: int,
    face: ArrayLike,
) -> Covered:
    """Check that there is a number for each place, and that the face is a picture."""
    found = check_array(counts, "counts", "one number a place", 2).astype(int)
    if found.shape != (len(tops), len(lefts)):
        raise ValueError(
            f"counts has shape {found.shape}, expected {(len(tops), len(lefts))}, a row for each "
            "top and a column for each left"
        )
    picture = check_array(face, "face", "one grey picture", 2)
    return Covered(found, list(tops), list(lefts), size, int(cases), picture)


def draw_covered(axes: Axes, covered: Covered, limits: tuple[int, int]) -> None:
    """Write each count into its square on the face, the bluer the fewer; the fewest are framed."""
    axes.imshow(covered.face, cmap="gray", vmin=0, vmax=1)
    depth = (limits[1] - covered.counts) / max(limits[1] - limits[0], 1)
    for (row, column), count in np.ndenumerate(covered.counts):
        x, y = covered.lefts[column] - 0.5, covered.tops[row] - 0.5
        fewest = count == covered.counts.min()
        axes.add_patch(
            Rectangle(
                (x, y),
                covered.size,
                covered.size,
                facecolor=(*palette(1)[0], 0.7 * float(depth[row, column])),
                edgecolor=palette(2)[1] if fewest else "white",
                linewidth=4 if fewest else 0.8,
                zorder=3 if fewest else 2,
            )
        )
        axes.text(
            x + covered.size / 2,
            y + covered.size / 2,
            str(count),
            ha="center",
            va="center",
            bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.85},
            zorder=4,
        )
    axes.set(xticks=[], yticks=[])
    axes.set_xlabel(f"recognised of {covered.cases}; framed: the fewest")


def words_covered(covered: Covered) -> str:
    """Read the map row by row, and say where the fewest are recognised."""
    row, column = np.unravel_index(covered.counts.argmin(), covered.counts.shape)
    lines = [", ".join(map(str, counts)) for counts in covered.counts.tolist()]
    return (
        f"A map of the places of a square of {covered.size} pixels on a face: how many of "
        f"{covered.cases} are recognised. From top to bottom, each from left to right: "
        f"{'; '.join(lines)}. Fewest: {covered.counts.min()}, in line {row + 1}, place "
        f"{column + 1}."
    )
