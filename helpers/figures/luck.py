"""What chance does to a test: how many answers are right, test after test."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_labels
from helpers.figures.description import present
from helpers.figures.style import palette


class Tests(NamedTuple):
    """How many tests had 0, 1, 2, ... right answers, and the number that is marked."""

    tests: NDArray[Any]
    rows: int
    marked: int


def right_answers(counts: ArrayLike, rows: int, marked: int) -> Axes:
    """Draw how often each number of right answers came out, and mark one of them.

    Parameters
    ----------
    counts : array_like of int, shape (n,)
        The number of right answers in each of many tests.
    rows : int
        How many answers a test has.
    marked : int
        The number of right answers whose bar is marked.
    """
    found = check_labels(counts, "counts")
    if not 0 <= marked <= rows or found.max() > rows:
        raise ValueError(f"a test has {rows} answers, so no more than that can be right")
    numbers = Tests(np.bincount(found, minlength=rows + 1), rows, marked)
    return present((7.5, 3.6), numbers, draw_right_answers, words_right_answers)


def draw_right_answers(axes: Axes, numbers: Tests) -> None:
    """Draw a bar for each number of right answers, the marked one hatched and with its count."""
    shown = np.flatnonzero(numbers.tests)
    least = min(int(shown.min()), numbers.marked)
    values = np.arange(least, numbers.rows + 1)
    bars = axes.bar(values, numbers.tests[values], color="0.75", edgecolor="0.4")
    marked = bars[numbers.marked - least]
    marked.set(facecolor=palette(2)[1], hatch="//", edgecolor="black")
    said = f"marked: {numbers.marked} right, in {numbers.tests[numbers.marked]} tests"
    axes.text(0.02, 0.92, said, transform=axes.transAxes)
    axes.set(xlabel=f"right answers of {numbers.rows}", ylabel=f"of {numbers.tests.sum()} tests")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(y=0.12)
    sns.despine(ax=axes)


def words_right_answers(numbers: Tests) -> str:
    """Say what is commonest, what is least and most, and how often the marked number came."""
    tests = numbers.tests
    shown = np.flatnonzero(tests)
    words = f"Bars for {tests.sum()} tests of {numbers.rows} answers each: across how many are "
    words += f"right, up in how many tests. From {shown.min()} to {shown.max()} right; commonest "
    words += f"{tests.argmax()}, in {tests.max()} tests. Marked: {numbers.marked} right, in "
    return words + f"{tests[numbers.marked]} tests."
