"""Networks side by side: their seeds as dots, their answers below pictures, a curve for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_same_length
from helpers.figures.description import describe, present
from helpers.figures.style import LINE_STYLES, MARKERS, legend_beside, palette
from helpers.figures.wording import write_number


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


class Sheet(NamedTuple):
    """Pictures, their titles, the right answers, and by its name what each reader answers."""

    images: NDArray[Any]
    titles: list[str]
    truth: list[str]
    answers: dict[str, list[str]]


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


def courses(places: ArrayLike, curves: Mapping[str, ArrayLike], across: str) -> Axes:
    """Draw the accuracy of several networks as curves over one quantity.

    Parameters
    ----------
    places : array_like of float, shape (n,)
        Where it was measured.
    curves : mapping of str to array_like of float, shape (n,)
        The accuracies, by the network's name.
    across : str
        What changes from place to place, as the label of the axis.
    """
    where = check_array(places, "places", "one number a place", 1)
    measured = {name: check_array(one, name, "one a place", 1) for name, one in curves.items()}
    check_same_length(places=where, **measured)
    return present((8, 3.6), Courses(across, where, measured), draw_courses, words_courses)


def draw_courses(axes: Axes, numbers: Courses) -> None:
    """Draw a line with markers for each network."""
    for (name, values), colour, marker, style in zip(
        numbers.curves.items(), palette(10), MARKERS, LINE_STYLES * 3, strict=False
    ):
        axes.plot(numbers.places, values, style, marker=marker, color=colour, label=name)
    axes.set(xlabel=numbers.across, ylabel="accuracy", xticks=numbers.places, ylim=(0, 1.02))
    axes.grid(alpha=0.3)
    legend_beside(axes)


def words_courses(numbers: Courses) -> str:
    """Read every curve at its places."""
    listed = ", ".join(f"{place:g}" for place in numbers.places)
    words = [f"Curves of the accuracy over the {numbers.across}: {listed}."]
    for name, values in numbers.curves.items():
        words.append(f"{name}: {', '.join(map(write_number, values))}.")
    return " ".join(words)


def answer_sheet(
    images: ArrayLike,
    truth: Sequence[object],
    answers: Mapping[str, Sequence[object]],
    titles: Sequence[object] | None = None,
) -> Figure:
    """Draw pictures in a row, and below each what several readers take it for.

    Parameters
    ----------
    images : array_like, shape (n, height, width)
        Grey values; high is ink.
    truth : sequence, length n
        The right answers.
    answers : mapping of str to sequence, length n
        The answers of each reader; a wrong one gets a cross and a frame.
    titles : sequence, length n, optional
        What stands above the pictures; by default the right answers.
    """
    sheet = measure_answer_sheet(images, truth, answers, titles)
    count = len(sheet.images)
    size = (8, 6.6 / count + 0.4 + 0.3 * len(sheet.answers))
    figure, row = plt.subplots(1, count, figsize=size, squeeze=False)
    below = 0.3 * len(sheet.answers) / size[1]
    figure.subplots_adjust(left=0.18, right=0.99, top=1 - 0.35 / size[1], bottom=below, wspace=0.1)
    draw_answer_sheet(row[0], sheet)
    describe(figure, words_answer_sheet(sheet))
    return figure


def measure_answer_sheet(
    images: ArrayLike,
    truth: Sequence[object],
    answers: Mapping[str, Sequence[object]],
    titles: Sequence[object] | None,
) -> Sheet:
    """Write down all answers as text."""
    grey = check_array(images, "images", "grey images of shape (n, height, width)", 3)
    written = {name: [str(one) for one in given] for name, given in answers.items()}
    right = [str(one) for one in truth]
    above = [f"is {one}" for one in right] if titles is None else [str(one) for one in titles]
    lengths = {"images": grey, "truth": right, "titles": above} | written
    check_same_length(**{name: np.asarray(one) for name, one in lengths.items()})
    return Sheet(grey, above, right, written)


def draw_answer_sheet(row: NDArray[Any], sheet: Sheet) -> None:
    """Draw the pictures, and the answers as lines of text below them."""
    for place, axes in enumerate(row):
        axes.imshow(sheet.images[place], cmap="gray_r")
        axes.set(xticks=[], yticks=[])
        axes.set_title(sheet.titles[place], fontsize=10)
        height = axes.get_position().height * axes.get_figure().get_size_inches()[1]
        for line, (name, given) in enumerate(sheet.answers.items()):
            down = -(0.2 + 0.3 * line) / height
            right = given[place] == sheet.truth[place]
            text = given[place] if right else f"✗ {given[place]}"
            box = {"facecolor": "none", "edgecolor": palette(4)[3], "linewidth": 2, "pad": 2}
            style = {"ha": "center", "va": "center", "transform": axes.transAxes}
            axes.text(0.5, down, text, style, bbox=None if right else box)
            if place == 0:
                axes.text(-0.25, down, name, style | {"ha": "right"})


def words_answer_sheet(sheet: Sheet) -> str:
    """Read the truth, and the answers of each reader with how many are right."""
    words = [f"{len(sheet.images)} pictures: {', '.join(sheet.titles)}."]
    for name, given in sheet.answers.items():
        right = sum(one == other for one, other in zip(given, sheet.truth, strict=True))
        words.append(f"{name}, {right} right: {', '.join(given)}.")
    return " ".join(words)
