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
from helpers.figures.wording import write_number


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


def descents(
    places: ArrayLike,
    losses: ArrayLike,
    start: float,
    balls: Mapping[str, tuple[float, float]],
    steps: int = 10,
) -> Figure:
    """Draw balls that go down the same curve, each with its learning rate and momentum.

    Parameters
    ----------
    places, losses : array_like, shape (n,)
        Values of one weight, rising, and the loss at each.
    start : float
        Where all balls begin.
    balls : mapping
        Learning rate and momentum, by the title of a panel.
    steps : int
        How many steps each ball takes.
    """
    panels = {
        title: measure_descent(places, losses, start, rate, momentum, steps)
        for title, (rate, momentum) in balls.items()
    }
    figure, grid = plt.subplots(
        1, len(panels), figsize=(8, 3.2), layout="constrained", sharey=True, squeeze=False
    )
    describe(
        figure,
        f"The same curve {len(panels)} times: across a weight, up the loss. On each a "
        f"ball takes {steps} steps.",
    )
    for axes, (title, descent) in zip(grid[0], panels.items(), strict=True):
        draw_descent(axes, descent)
        axes.set_title(title, fontsize=10)
        axes.label_outer()
        describe(axes, words_descent(descent))
    return figure


def measure_descent(
    places: ArrayLike,
    losses: ArrayLike,
    start: float,
    rate: float,
    momentum: float,
    steps: int,
) -> Descent:
    """Roll a ball: its speed is a share of the last one less the rate times the slope."""
    across = check_array(places, "places", "one value of the weight for each loss", 1)
    height = check_array(losses, "losses", "one loss for each place", 1)
    check_same_length(places=across, losses=height)
    if len(across) < 3 or (np.diff(across) <= 0).any():
        raise ValueError("places has to rise, with three values or more")
    if not across[0] <= start <= across[-1]:
        raise ValueError(f"start is {start:g}, expected a place on the curve")
    slopes = np.gradient(height, across)
    visited, speed, left = [float(start)], 0.0, False
    while len(visited) <= steps and not left:
        speed = momentum * speed - rate * float(np.interp(visited[-1], across, slopes))
        left = not across[0] <= visited[-1] + speed <= across[-1]
        if not left:
            visited.append(visited[-1] + speed)
    return Descent(across, height, np.array(visited), left)


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
    words = f"from weight {start} by {middle} half-way to {end}; the lowest place of the curve is "
    words += f"at {write_number(lowest)} (loss {write_number(descent.losses.min())})"
    if (turns := int(np.sum(np.diff(np.sign(np.diff(visited))) != 0))) > 0:
        words += f"; the ball turns round, {'once' if turns == 1 else 'several times'}"
    if descent.left:
        words += "; its next step leaps out of the picture"
    return f"{words}."
