"""Bars: named numbers, and how many cases each class has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_labels
from helpers.figures.description import present
from helpers.figures.style import MANY_CLASSES, palette
from helpers.figures.wording import name_classes, write_list, write_name, write_number


class Bars(NamedTuple):
    """Numbers, each with its name and as it is written."""

    quantity: str
    names: list[str]
    numbers: NDArray[Any]
    written: list[str]


def bars(values: Mapping[str, float], quantity: str) -> Axes:
    """Draw named numbers as horizontal bars with the numbers written on them.

    Parameters
    ----------
    values : mapping of str to number
        Length of each bar by its name, from top to bottom; a pandas Series
        will do. Integers are written as such, others with three decimals.
    quantity : str
        What the numbers are: label of the axis and first words of the
        description.
    """
    items = {str(name): number for name, number in values.items()}
    names = list(items)
    numbers = check_array(list(items.values()), "values", "one number per name", 1)
    whole = np.issubdtype(numbers.dtype, np.integer)
    written = [str(number) if whole else write_number(number) for number in numbers]
    height = 1 + len(names) * (0.4 if len(names) <= MANY_CLASSES else 0.22)
    return present((8, height), Bars(quantity, names, numbers, written), draw_bars, words_bars)


def class_balance(labels: ArrayLike, class_names: Sequence[str] | None = None) -> Axes:
    """Draw how many cases each class has.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Class numbers from 0 on.
    class_names : sequence of str, optional
        Name of each class; by default its number.
    """
    numbers = check_labels(labels, "labels", class_names)
    names = [write_name(name) for name in name_classes(class_names, numbers.max() + 1)]
    counts = np.bincount(numbers, minlength=len(names))
    quantity = f"Cases per class, {len(numbers)} in all"
    return bars(dict(zip(names, counts, strict=True)), quantity)


def draw_bars(axes: Axes, bars: Bars) -> None:
    """Draw one horizontal bar per number."""
    drawn = axes.barh(bars.names, bars.numbers, color=palette(1)[0])
    axes.bar_label(drawn, bars.written, padding=4)
    axes.margins(x=0.1 if bars.numbers.min() >= 0 else 0.16, y=0.4 / len(bars.names))
    axes.invert_yaxis()
    axes.set(xlabel=bars.quantity)
    whole = np.issubdtype(bars.numbers.dtype, np.integer)
    axes.xaxis.set_major_locator(MaxNLocator(integer=bool(whole)))
    sns.despine(ax=axes)


def words_bars(bars: Bars) -> str:
    """Name every bar, or of many the shortest and the longest."""
    if len(bars.names) <= MANY_CLASSES:
        words = write_list(zip(bars.names, bars.written, strict=True))
    else:
        lowest, highest = (bars.written[i] for i in (bars.numbers.argmin(), bars.numbers.argmax()))
        words = f"{len(bars.names)} bars, from {lowest} to {highest}"
    return f"{bars.quantity[:1].upper()}{bars.quantity[1:]}: {words}."
