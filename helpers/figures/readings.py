"""Digits and how they are read: with ten bars each, or by several readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_labels, check_same_length
from helpers.figures.description import describe
from helpers.figures.style import palette
from helpers.figures.wording import write_number


class Answers(NamedTuple):
    """Pictures with their titles, the probabilities that each gets, and the digits they show."""

    titles: list[str]
    pictures: NDArray[Any]
    probabilities: NDArray[Any]
    digits: NDArray[Any]


class Readings(NamedTuple):
    """Pictures, the digits they show, and what each reader takes them for."""

    pictures: NDArray[Any]
    digits: NDArray[Any]
    readers: dict[str, NDArray[Any]]


def answer_bars(
    pictures: Mapping[str, ArrayLike], probabilities: ArrayLike, digits: ArrayLike
) -> Figure:
    """Draw pictures side by side, and below each the probabilities of the ten digits.

    Parameters
    ----------
    pictures : mapping of str to array_like, shape (28, 28)
        Two to six pictures by their titles, grey values from 0 to 255.
    probabilities : array_like, shape (n, 10)
        What a network answers for each.
    digits : array_like of int, shape (n,)
        What each shows.
    """
    answers = measure_answers(pictures, probabilities, digits)
    figure = draw_answers(answers)
    describe(figure, words_answers(answers))
    return figure


def measure_answers(
    pictures: Mapping[str, ArrayLike], probabilities: ArrayLike, digits: ArrayLike
) -> Answers:
    """Check that there are ten probabilities for each of a few pictures."""
    if not 2 <= len(pictures) <= 6:
        raise ValueError(f"pictures holds {len(pictures)}, expected two to six")
    grey = check_array(list(pictures.values()), "pictures", "pictures of one size", 3)
    given = check_array(probabilities, "probabilities", "ten numbers a picture", 2)
    true = check_labels(digits, "digits", list("0123456789"))
    check_same_length(pictures=grey, probabilities=given, digits=true)
    if given.shape[1] != 10:
        raise ValueError(f"probabilities has shape {given.shape}, expected ten a picture")
    return Answers(list(pictures), grey, given, true)


def draw_answers(answers: Answers) -> Figure:
    """Draw each picture above its bars: the right digit's hatched, the answer written out."""
    count = len(answers.pictures)
    size = (8, 1.4 + 8 / count * 1.15)
    figure, grid = plt.subplots(2, count, figsize=size, layout="constrained", sharey="row")
    colour, other = palette(2)
    panels = zip(grid.T, *answers, strict=True)
    for (above, below), title, picture, probabilities, digit in panels:
        above.imshow(picture, cmap="gray", vmin=0, vmax=255)
        above.set(xticks=[], yticks=[])
        above.set_title(title, fontsize=11)
        bars = below.bar(range(10), probabilities, color=colour, width=0.8)
        bars[digit].set(facecolor=other, hatch="//", edgecolor="black")
        answer = int(probabilities.argmax())
        mark = "" if answer == digit else "✗ "
        below.set_title(f"{mark}read as {answer}", fontsize=11)
        below.set_xticks(range(10), list("0123456789"), fontsize=9)
        below.set(ylim=(0, 1))
    grid[1, 0].set_ylabel("probability")
    figure.supxlabel("orange and hatched: the digit that it is", fontsize=10)
    return figure


def words_answers(answers: Answers) -> str:
    """Give the answer of each picture with its probability, and that of the right digit."""
    words = "Pictures with ten bars below each: across the digit, up its probability."
    for title, _, probabilities, digit in zip(*answers, strict=True):
        answer = int(probabilities.argmax())
        words += f" {title[:1].upper()}{title[1:]}: read as {answer} with "
        words += write_number(probabilities[answer])
        words += "." if answer == digit else f", the {digit} gets "
        words += "" if answer == digit else f"{write_number(probabilities[digit])}."
    return words


def readings(pictures: ArrayLike, digits: ArrayLike, readers: Mapping[str, ArrayLike]) -> Figure:
    """Draw pictures in a line, and below them what each reader takes them for.

    Parameters
    ----------
    pictures : array_like, shape (n, height, width)
        At most ten.
    digits : array_like of int, shape (n,)
        What they show.
    readers : mapping of str to array_like of int, shape (n,)
        What each reader says, by name.
    """
    numbers = measure_readings(pictures, digits, readers)
    figure = draw_readings(numbers)
    describe(figure, words_readings(numbers))
    return figure


def measure_readings(
    pictures: ArrayLike, digits: ArrayLike, readers: Mapping[str, ArrayLike]
) -> Readings:
    """Check that every reader has read every picture."""
    grey = check_array(pictures, "pictures", "grey images of shape (n, height, width)", 3)
    true = check_labels(digits, "digits")
    if not readers or len(grey) > 10:
        raise ValueError(f"{len(readers)} readers of {len(grey)} pictures, expected some of ten")
    said = {str(name): check_labels(values, name) for name, values in readers.items()}
    check_same_length(pictures=grey, digits=true, **said)
    return Readings(grey, true, said)


def draw_readings(numbers: Readings) -> Figure:
    """Draw a table: the pictures on top, then the truth, then a line for each reader."""
    count, lines = len(numbers.pictures), 2 + len(numbers.readers)
    figure, axes = plt.subplots(figsize=(8, 0.58 * lines), layout="constrained")
    right, wrong = palette(10)[0], palette(10)[3]
    names = ["", "it is", *numbers.readers]
    for place, picture in enumerate(numbers.pictures):
        box = (place - 0.45, place + 0.45, 0.45, -0.45)
        axes.imshow(picture, cmap="gray", vmin=0, vmax=255, extent=box)
        style = {"ha": "center", "va": "center", "fontsize": 12}
        axes.text(place, 1, str(numbers.digits[place]), style, fontweight="bold")
        for line, said in enumerate(numbers.readers.values(), 2):
            hit = said[place] == numbers.digits[place]
            text = str(said[place]) if hit else f"✗ {said[place]}"
            axes.text(place, line, text, style, color=right if hit else wrong)
    for line, said in enumerate(numbers.readers.values(), 2):
        total = f"{np.sum(said == numbers.digits)} right"
        axes.text(count - 0.4, line, total, va="center", fontsize=10)
    axes.set(xlim=(-0.6, count + 0.5), ylim=(lines - 0.5, -0.6), aspect="equal", xticks=[])
    axes.set_yticks(range(lines), names)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return figure


def words_readings(numbers: Readings) -> str:
    """Give the digits, and of each reader how many are right and what the others were read as."""
    words = f"{len(numbers.digits)} pictures in a line. They show {_listed(numbers.digits)}."
    for name, said in numbers.readers.items():
        hits = int(np.sum(said == numbers.digits))
        words += f" {name[:1].upper()}{name[1:]}: {hits} right, {_listed(said)}."
    return words


def _listed(digits: Sequence[int] | NDArray[Any]) -> str:
    return ", ".join(map(str, digits))
