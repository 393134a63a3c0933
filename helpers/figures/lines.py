"""Lines between two classes of flowers: which flowers a line gets wrong, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_places
from helpers.figures.flowers import Circled, present_flowers
from helpers.figures.points import measure_point_cloud

Line = Sequence[Sequence[float]]

SCORE_A_CENTIMETRE = 4.0
"""How much surer a line becomes with each centimetre of distance from it: the score grows by 4."""


def lines_between(
    flowers: ArrayLike,
    labels: ArrayLike,
    lines: Mapping[str, Line],
    class_names: Sequence[str],
    *,
    losses: bool = False,
) -> Figure:
    """Draw lines that tell the last two classes apart, and circle the flowers they get wrong.

    Parameters
    ----------
    flowers : array_like or DataFrame, shape (n, 2)
        Two measurements of each flower.
    labels : array_like of int, shape (n,)
        Class numbers from 0 on; the flowers of the last two are judged.
    lines : mapping
        Two places on each line, by the title of its panel. Beyond the line, where
        the measurements are larger, it says the last class.
    class_names : sequence of str
        Name of each class.
    losses : bool
        Whether a panel gives the line's loss beside the count of its mistakes, and
        shades each place by how sure the line is of the last class there.
    """
    panels = {
        title: measure_line(flowers, labels, line, class_names, losses)
        for title, line in lines.items()
    }
    return present_flowers(panels)


def wrong_side(flowers: ArrayLike, labels: ArrayLike, line: Line) -> NDArray[Any]:
    """Return the row numbers of the flowers, of the last two classes, that a line gets wrong."""
    return measure_line(flowers, labels, line, None, False).circled


def measure_line(
    flowers: ArrayLike,
    labels: ArrayLike,
    line: Line,
    class_names: Sequence[str] | None,
    losses: bool,
) -> Circled:
    """Find the flowers on the wrong side of a line and, with probabilities, what they cost."""
    points = measure_point_cloud(flowers, labels, class_names, None)
    ends = check_places(line, "line").astype(float)
    if len(ends) != 2 or np.allclose(ends[0], ends[1]):
        raise ValueError(f"line is {ends.tolist()}, expected two different places on it")
    across, up = ends[1] - ends[0]
    beyond = np.array([-up, across]) / np.hypot(across, up)
    if beyond.sum() < 0 or (beyond.sum() == 0 and beyond[1] < 0):
        beyond = -beyond
    beyond = SCORE_A_CENTIMETRE * beyond
    scores = (points.places - ends[0]) @ beyond
    last = points.numbers.max()
    judged = points.numbers >= last - 1
    signs = np.where(points.numbers == last, 1, -1)
    loss = np.log1p(np.exp(-signs * scores))[judged].mean()
    wrong = np.flatnonzero(judged & (signs * scores <= 0))
    return Circled(points, wrong, ends, float(loss) if losses else None, beyond)
