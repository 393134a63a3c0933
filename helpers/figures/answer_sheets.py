"""Pictures in a row, and below them what several readers take them for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_same_length
from helpers.figures.description import describe
from helpers.figures.style import palette


class Sheet(NamedTuple):
    """Pictures, their titles, the right answers, and by its name what each reader answers."""

    images: NDArray[Any]
    titles: list[str]
    truth: list[str]
    answers: dict[str, list[str]]


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
    size = (8, (6.2 if sheet.answers else 7.8) / count + 0.4 + 0.3 * len(sheet.answers))
    figure, row = plt.subplots(1, count, figsize=size, layout="tight", squeeze=False)
    figure.set_layout_engine("none")  # the figure keeps its size, and the margins are ours
    below = 0.3 * len(sheet.answers) / size[1]
    left = 0.21 if sheet.answers else 0.01
    figure.subplots_adjust(left=left, right=0.99, top=1 - 0.35 / size[1], bottom=below, wspace=0.1)
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
