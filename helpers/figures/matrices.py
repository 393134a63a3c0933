"""Squares of cells: confusion matrix and correlations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from numpy.typing import ArrayLike
from sklearn import metrics

from helpers.figures.checks import Array, check_array, check_labels, check_same_length
from helpers.figures.style import compose
from helpers.figures.wording import (
    MANY_CLASSES,
    list_values,
    name_classes,
    speak_class,
    write_number,
)


class Confusion(NamedTuple):
    """Counts of cases, one row per true class and one column per predicted class."""

    counts: Array
    names: list[str]
    normalize: bool

    def shares(self, counts: Array) -> Array:
        """Return counts as shares of the cases of each true class."""
        return counts / np.maximum(self.counts.sum(axis=1), 1)[:, np.newaxis]


def confusion_matrix(
    true_labels: ArrayLike,
    predicted_labels: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    normalize: bool = False,
    axes: Axes | None = None,
) -> Axes:
    """Draw how often each class is taken for which.

    Parameters
    ----------
    true_labels, predicted_labels : array_like of int, shape (n,)
        Class numbers from 0 on.
    class_names : sequence of str, optional
        Name of each class; by default its number.
    normalize : bool
        Write the share of each true class into the cells, not the count. The
        colour shows that share in either case, so that large classes do not
        drown small ones. Beyond twelve classes nothing is written.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        One row per true class, one column per predicted class.

    Raises
    ------
    ValueError
        If labels are missing, not class numbers, beyond `class_names`, of
        different length, or of one class only.

    Notes
    -----
    The words name the most frequent confusion if its count a is ahead of the
    runner-up b by more than chance: a - b > 2 sqrt(a + b). Counts of rare errors
    vary like Poisson counts, whose variance is their mean, so the difference of
    two has a standard deviation of about sqrt(a + b). Of two classes both
    confusions follow from the shares recognised, and none is named.
    """
    confusion = measure_confusion(true_labels, predicted_labels, class_names, normalize)
    size = (8, 6.6) if len(confusion.names) > 5 else (6.6, 5.2)
    return compose(confusion, draw_confusion, words_confusion, axes, size)


def measure_confusion(
    true_labels: ArrayLike,
    predicted_labels: ArrayLike,
    class_names: Sequence[str] | None,
    normalize: bool,
) -> Confusion:
    """Count the cases of each true class by predicted class."""
    true = check_labels(true_labels, "true_labels", class_names)
    predicted = check_labels(predicted_labels, "predicted_labels", class_names)
    check_same_length(true_labels=true, predicted_labels=predicted)
    names = name_classes(class_names, max(true.max(), predicted.max()) + 1)
    if len(names) < 2:
        raise ValueError("true_labels and predicted_labels hold one class, expected two or more")
    counts = metrics.confusion_matrix(true, predicted, labels=range(len(names)))
    return Confusion(counts, names, normalize)


def draw_confusion(axes: Axes, confusion: Confusion) -> None:
    """Draw the shares as colours and, of few classes, the counts or shares as numbers."""
    counts, names, normalize = confusion
    shares = confusion.shares(counts)
    written = (shares if normalize else counts) if len(names) <= MANY_CLASSES else None
    _heat_map(axes, shares, written, names, "share of the true class", cmap="Blues", vmin=0)
    axes.set(xlabel="predicted class", ylabel="true class")


def words_confusion(confusion: Confusion) -> str:
    """Say which share of each class is recognised, and what is confused most."""
    counts, names, _ = confusion
    cases, totals = counts.sum(), counts.sum(axis=1)
    recognised = np.diag(confusion.shares(counts))
    words = f"Confusion matrix of {cases} cases in {len(names)} classes. "
    words += f"Share recognised: {write_number(np.trace(counts) / cases)} over all; "
    if len(names) <= MANY_CLASSES:
        each = [
            write_number(share) if total else "no cases"
            for share, total in zip(recognised, totals, strict=True)
        ]
        words += f"{list_values(zip(names, each, strict=True))}."
    else:
        lowest, *_, highest = np.sort(recognised[totals > 0])
        words += f"from {write_number(lowest)} to {write_number(highest)} per class."
    confused = counts - np.diag(np.diag(counts))
    shares = confusion.shares(confused)
    runner_up, most = np.sort(confused, axis=None)[-2:]
    if most == 0:
        return f"{words} No case is taken for another class."
    if len(names) == 2:
        return words
    if most - runner_up > 2 * math.sqrt(most + runner_up):
        row, column = np.unravel_index(confused.argmax(), confused.shape)
        words += f" The most frequent confusion: {write_number(shares[row, column])} of "
        return words + f"{speak_class(names[row])} is taken for {speak_class(names[column])}."
    words += " The most frequent confusions are about equally frequent: the largest is "
    return words + f"{write_number(shares.max())} of its class."


class Correlations(NamedTuple):
    """Correlations of every pair of columns, shape (columns, columns), and the target's place."""

    values: Array
    names: list[str]
    target: int


def correlation_heat_map(
    table: pd.DataFrame, target: str | None = None, *, axes: Axes | None = None
) -> Axes:
    """Draw the correlation (Pearson's) of every pair of columns.

    Parameters
    ----------
    table : DataFrame
        At least two rows and two columns of numbers.
    target : str, optional
        Column whose correlations are all put into words; by default the last.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        A square of cells, red above zero and blue below, values written in.

    Raises
    ------
    ValueError
        If a column is not numeric, has missing values or one value only, or if
        `target` is not a column.
    """
    correlations = measure_correlations(table, target)
    return compose(correlations, draw_correlations, words_correlations, axes, (8.4, 7))


def measure_correlations(table: pd.DataFrame, target: str | None) -> Correlations:
    """Calculate the correlation of every pair of columns."""
    if min(table.shape) < 2:
        raise ValueError(f"table has shape {table.shape}, expected at least two rows and columns")
    for name, column in table.items():
        values = check_array(column, f"column {name!r}", "one number per row", 1)
        if (values == values[0]).all():
            raise ValueError(
                f"column {name!r} holds one value only and has no correlation; drop it"
            )
    columns = list(table.columns)
    target = columns[-1] if target is None else target
    if target not in columns:
        raise ValueError(f"target {target!r} is not a column, expected one of {columns}")
    names = [str(name) for name in columns]
    return Correlations(table.corr().to_numpy(), names, columns.index(target))


def draw_correlations(axes: Axes, correlations: Correlations) -> None:
    """Draw red cells above zero and blue ones below, with their values."""
    values, names, _ = correlations
    _heat_map(axes, values, values, names, "correlation", cmap="RdBu_r", vmin=-1)


def words_correlations(correlations: Correlations) -> str:
    """Say which three pairs correlate most, and how each column does with the target."""
    values, names, target = correlations
    pairs = {
        f"{names[row]} and {names[column]}": values[row, column]
        for row, column in zip(*np.triu_indices(len(names), k=1), strict=True)
    }
    strongest = sorted(pairs.items(), key=lambda pair: -abs(pair[1]))[:3]
    others = list(zip(names, values[target], strict=True))
    del others[target]
    first, second = (
        list_values((name, write_number(value)) for name, value in group)
        for group in (strongest, others)
    )
    words = f"Correlations between {len(names)} columns. Strongest: {first}. "
    return f"{words}With {names[target]}: {second}."


def _heat_map(
    axes: Axes,
    values: Array,
    written: Array | None,
    names: Sequence[str],
    quantity: str,
    cmap: str,
    vmin: float,
) -> None:
    """Draw a square of cells, with readable numbers in them if there are any."""
    whole = written is not None and np.issubdtype(written.dtype, np.integer)
    sns.heatmap(
        values,
        ax=axes,
        annot=written,
        fmt="d" if whole else ".2f",
        linewidths=0 if written is None else 0.5,
        cbar_kws={"label": quantity},
        cmap=cmap,
        vmin=vmin,
        vmax=1,
    )
    # Relative luminance, and where black and white contrast equally with it, as WCAG 2 has them.
    cells = np.asarray(axes.collections[0].get_facecolor(), dtype=float)[:, :3]
    linear = np.where(cells <= 0.04045, cells / 12.92, ((cells + 0.055) / 1.055) ** 2.4)
    for text, luminance in zip(axes.texts, linear @ (0.2126, 0.7152, 0.0722), strict=False):
        text.set_color("black" if luminance > 0.179 else "white")
    every = 1 if len(names) <= 25 else 5
    places = np.arange(0, len(names), every) + 0.5
    axes.set_yticks(places, names[::every], rotation=0)
    slanted = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
    crowded = max(map(len, names)) * len(places) > 50
    axes.set_xticks(places, names[::every], **(slanted if crowded else {"rotation": 0}))
