"""Networks side by side: their seeds as dots on lines, or a curve for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_same_length
from helpers.figures.description import present
from helpers.figures.style import LINE_STYLES, MARKERS, legend_beside, palette
from helpers.figures.wording import write_number

LEAST_SPAN = 0.1
"""Of the axis of a contest: a difference of a thousandth shall not look like much."""


MOST_READ = 5
"""Of the places of a curve, so many are read one by one."""


class Contest(NamedTuple):
    """What each network reached from each seed, and a line to compare with."""

    quantity: str
    seeds: dict[str, NDArray[Any]]
    line: tuple[str, float] | None


class Courses(NamedTuple):
    """A curve for each network over one quantity."""

    across: str
    places: NDArray[Any]
    curves: dict[str, NDArray[Any]]
    lowest: float


def contest_of_seeds(
    seeds: Mapping[str, ArrayLike], quantity: str, line: tuple[str, float] | None = None
) -> Axes:
    """Draw a line of dots for each network, a dot a seed, and a bar at their mean.

    Parameters
    ----------
    seeds : mapping of str to array_like of float
        What each seed reached, by the network's name.
    quantity : str
        What is measured, as the label of the axis.
    line : tuple of str and float, optional
        The name and the value of a dashed line to compare with.
    """
    contest = measure_contest(seeds, quantity, line)
    return present((8, 0.9 + 0.42 * len(seeds)), contest, draw_contest, words_contest)


def measure_contest(
    seeds: Mapping[str, ArrayLike], quantity: str, line: tuple[str, float] | None
) -> Contest:
    """Check that each network has a number a seed."""
    if not seeds:
        raise ValueError("seeds is empty, expected at least one network")
    values = {name: check_array(one, name, "one number a seed", 1) for name, one in seeds.items()}
    return Contest(quantity, values, line)


def draw_contest(axes: Axes, contest: Contest) -> None:
    """Draw the dots, the first network at the top."""
    heights = range(len(contest.seeds) - 1, -1, -1)
    for height, values, place in zip(heights, contest.seeds.values(), range(99), strict=False):
        marker, colour = MARKERS[place % len(MARKERS)], palette(10)[place % 10]
        axes.plot(values, [height] * len(values), marker, color=colour, alpha=0.6, markersize=8)
        axes.vlines(values.mean(), height - 0.3, height + 0.3, color="0.1", linewidth=2)
    if contest.line:
        name, value = contest.line
        axes.axvline(value, color="0.3", linestyle="--")
        top = {"transform": axes.get_xaxis_transform(), "ha": "center", "va": "bottom"}
        axes.text(value, 1.01, name, top)
    axes.set(yticks=heights, yticklabels=contest.seeds, ylim=(-0.6, len(contest.seeds) - 0.4))
    low, high = axes.get_xlim()
    wider = max(0, LEAST_SPAN - (high - low)) / 2
    axes.set_xlim(low - wider, high + wider)
    axes.set_xlabel(f"{contest.quantity}, each dot a seed, the bar their mean")
    axes.grid(axis="x", alpha=0.3)


def words_contest(contest: Contest) -> str:
    """Say for each network how many seeds there are, how far they reach, and their mean."""
    words = [f"Dots on lines, one a seed, over the {contest.quantity}."]
    if contest.line:
        words.append(f"Dashed line, {contest.line[0]}: {write_number(contest.line[1])}.")
    for name, values in contest.seeds.items():
        low, mean, high = map(write_number, (values.min(), values.mean(), values.max()))
        words.append(f"{name}: {len(values)} from {low} to {high}, mean {mean}.")
    return " ".join(words)


def courses(
    places: ArrayLike, curves: Mapping[str, ArrayLike], across: str, *, lowest: float = 0
) -> Axes:
    """Draw the accuracy of several networks as curves over one quantity.

    Parameters
    ----------
    places : array_like of float, shape (n,)
        Where it was measured.
    curves : mapping of str to array_like of float, shape (n,)
        The accuracies, by the network's name.
    across : str
        What changes from place to place, as the label of the axis.
    lowest : float
        The accuracy at which the axis begins.
    """
    where = check_array(places, "places", "one number a place", 1)
    measured = {name: check_array(one, name, "one a place", 1) for name, one in curves.items()}
    check_same_length(places=where, **measured)
    return present((8, 3.6), Courses(across, where, measured, lowest), draw_courses, words_courses)


def draw_courses(axes: Axes, numbers: Courses) -> None:
    """Draw a line with markers for each network."""
    for (name, values), colour, marker, style in zip(
        numbers.curves.items(), palette(10), MARKERS, LINE_STYLES * 3, strict=False
    ):
        axes.plot(numbers.places, values, style, marker=marker, color=colour, label=name)
    axes.set(
        xlabel=numbers.across, ylabel="accuracy", xticks=numbers.places, ylim=(numbers.lowest, 1.02)
    )
    axes.grid(alpha=0.3)
    legend_beside(axes)


def words_courses(numbers: Courses) -> str:
    """Read every curve at its places; of more than five, at the first, the middle, the last."""
    count = len(numbers.places)
    read = list(range(count)) if count <= MOST_READ else [0, count // 2, count - 1]
    listed = ", ".join(f"{numbers.places[place]:g}" for place in read)
    words = [f"Curves of the accuracy over the {numbers.across}, here at {listed}."]
    for name, values in numbers.curves.items():
        words.append(f"{name}: {', '.join(write_number(values[place]) for place in read)}.")
    return " ".join(words)
