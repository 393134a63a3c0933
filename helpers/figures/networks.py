"""Networks beside each other: how many pictures they read as these change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_same_length
from helpers.figures.description import present
from helpers.figures.style import LINE_STYLES, MARKERS, palette
from helpers.figures.wording import write_number


class Shares(NamedTuple):
    """Shares right by the name of a line, over the steps of a change."""

    steps: NDArray[Any]
    change: str
    shares: dict[str, NDArray[Any]]


def shares_right(steps: ArrayLike, change: str, shares: Mapping[str, ArrayLike]) -> Axes:
    """Draw the share of right answers against how far the pictures were changed.

    Parameters
    ----------
    steps : array_like, shape (n,)
        How far, for example pixels of a shift.
    change : str
        What the steps are: label of the axis.
    shares : mapping of str to array_like, shape (n,)
        Shares from 0 to 1, by the name of a line; at most four.
    """
    return present((7, 3.8), measure_shares(steps, change, shares), draw_shares, words_shares)


def measure_shares(steps: ArrayLike, change: str, shares: Mapping[str, ArrayLike]) -> Shares:
    """Check that each line has a share for each step."""
    places = check_array(steps, "steps", "one number a step", 1)
    lines = {str(n): check_array(v, str(n), "one share a step", 1) for n, v in shares.items()}
    if not 1 <= len(lines) <= len(LINE_STYLES):
        raise ValueError(f"shares holds {len(lines)} lines, expected one to {len(LINE_STYLES)}")
    check_same_length(steps=places, **lines)
    for name, values in lines.items():
        if values.min() < 0 or values.max() > 1:
            raise ValueError(f"the shares of {name} leave the range 0 to 1")
    return Shares(places, change, lines)


def draw_shares(axes: Axes, numbers: Shares) -> None:
    """Draw each line with its markers and name it where it ends."""
    colours = palette(len(LINE_STYLES))
    for place, (name, values) in enumerate(numbers.shares.items()):
        style: dict[str, Any] = {"color": colours[place], "marker": MARKERS[place], "markersize": 8}
        axes.plot(numbers.steps, values, LINE_STYLES[place], label=name, **style)
        for step, value in zip(numbers.steps, values, strict=True):
            above = place == 0
            axes.annotate(
                f"{value:.2f}",
                (step, value),
                (0, 9 if above else -17),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )
    axes.set(xlabel=numbers.change, ylabel="share right", ylim=(0, 1.1), xticks=numbers.steps)
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left")


def words_shares(numbers: Shares) -> str:
    """Read each line at every step."""
    words = f"Lines: across {numbers.change}, up the share right."
    for name, values in numbers.shares.items():
        read = ", ".join(
            f"{write_number(value)} at {step:g}"
            for step, value in zip(numbers.steps, values, strict=True)
        )
        words += f" {name[:1].upper()}{name[1:]}: {read}."
    return words
