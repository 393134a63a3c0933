"""A ball that goes downhill: one weight, the loss at each of its values, and the steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_same_length
from helpers.figures.description import describe
from helpers.figures.style import palette
from helpers.figures.wording import write_count, write_number


class Descent(NamedTuple):
    """A curve, and the places that a ball visits on it."""

    places: NDArray[Any]
    losses: NDArray[Any]
    visited: NDArray[Any]
    left: bool
    """Whether the next step would leave the curve."""

    @property
    def heights(self) -> NDArray[Any]:
        """The loss at each place that is visited."""
        return np.interp(self.visited, self.places, self.losses)


def descents(places: ArrayLike, losses: ArrayLike, visited: Mapping[str, ArrayLike]) -> Figure:
    """Draw balls that go down the same curve, from place to place.

    Parameters
    ----------
    places, losses : array_like, shape (n,)
        Values of one weight, rising, and the loss at each.
    visited : mapping
        The values that a ball comes to, from its start on, by the title of a panel.
        A ball that leaves the curve is drawn as far as it is there.
    """
    if not visited:
        raise ValueError("visited has no ball, expected the places of one or more")
    panels = {title: measure_descent(places, losses, ball) for title, ball in visited.items()}
    figure, grid = plt.subplots(
        1, len(panels), figsize=(8, 3.2), layout="constrained", sharey=True, squeeze=False
    )
    describe(
        figure,
        f"The same curve {len(panels)} times: across a weight, up the loss. A ball goes down each.",
    )
    for axes, (title, descent) in zip(grid[0], panels.items(), strict=True):
        draw_descent(axes, descent)
        axes.set_title(title, fontsize=10)
        axes.label_outer()
        describe(axes, words_descent(descent))
    return figure


def measure_descent(places: ArrayLike, losses: ArrayLike, visited: ArrayLike) -> Descent:
    """Check a curve and the places of a ball, and find out whether it leaves the curve."""
    across = check_array(places, "places", "one value of the weight for each loss", 1)
    height = check_array(losses, "losses", "one loss for each place", 1)
    ball = check_array(visited, "visited", "the places that the ball comes to", 1)
    check_same_length(places=across, losses=height)
    if len(across) < 3 or (np.diff(across) <= 0).any():
        raise ValueError("places has to rise, with three values or more")
    outside = np.flatnonzero((ball < across[0]) | (ball > across[-1]))
    kept = outside[0] if len(outside) else len(ball)
    if kept == 0:
        raise ValueError(f"the ball starts at {ball[0]:g}, expected a place on the curve")
    return Descent(across, height, ball[:kept], bool(len(outside)))


def draw_descent(axes: Axes, descent: Descent) -> None:
    """Draw the curve, the places visited, the first as a square and the last as a star."""
    colour = palette(2)[1]
    axes.plot(descent.places, descent.losses, color="0.5")
    axes.plot(descent.visited, descent.heights, "o-", color=colour, markersize=5, linewidth=1)
    ends = zip(("s", "*"), (7, 15), (0, -1), ("start", "end"), strict=True)
    for marker, size, place, name in ends:
        axes.plot(
            descent.visited[place],
            descent.heights[place],
            marker,
            color=colour,
            label=name,
            markersize=size,
            markeredgecolor="black",
        )
    axes.set(xlabel="weight", ylabel="loss")
    axes.grid(alpha=0.3)
    if descent.left:
        axes.text(0.5, 0.94, "leaps out", transform=axes.transAxes, ha="center", va="top")


def words_descent(descent: Descent) -> str:
    """Say where the ball starts, where it is half-way, at the end, and how low the curve is."""
    heights, visited = descent.heights, descent.visited
    start, middle, end = (
        f"{write_number(visited[n])} (loss {write_number(heights[n])})"
        for n in (0, len(visited) // 2, -1)
    )
    lowest = descent.places[descent.losses.argmin()]
    words = f"{write_count(len(visited) - 1, 'step')} from weight {start} by {middle} half-way to "
    words += f"{end}; the lowest place of the curve is "
    words += f"at {write_number(lowest)} (loss {write_number(descent.losses.min())})"
    if (turns := int(np.sum(np.diff(np.sign(np.diff(visited))) != 0))) > 0:
        words += f"; the ball turns round, {'once' if turns == 1 else 'several times'}"
    if descent.left:
        words += "; its next step leaps out of the picture"
    return f"{words}."
