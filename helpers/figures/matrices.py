"""Squares of cells: which class is taken for which, which columns go together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray
from sklearn import metrics

from helpers.figures.checks import check_array, check_labels, check_same_length
from helpers.figures.description import present
from helpers.figures.style import MANY_CLASSES, heat_map
from helpers.figures.wording import name_classes, write_list, write_name, write_number


class Confusions(NamedTuple):
    """How often each class (row) is taken for which (column), as a share, and which to write."""

    names: list[str]
    counts: NDArray[Any]
    shares: NDArray[Any]
    normalize: bool


class Correlations(NamedTuple):
    """The correlation of every pair of columns, and the column that the words look at."""

    names: list[str]
    values: NDArray[Any]
    target: str


def confusion_matrix(
    true_labels: ArrayLike,
    predicted_labels: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    normalize: bool = False,
) -> Axes:
    """Draw how often each true class (row) is taken for which predicted class (column).

    Parameters
    ----------
    true_labels, predicted_labels : array_like of int, shape (n,)
        Class numbers from 0 on.
    class_names : sequence of str, optional
        Name of each class; by default its number.
    normalize : bool
        Write the share of each true class into the cells, not the count. The
        colour shows that share in either case, so that large classes do not
        drown small ones. Beyond 12 classes nothing is written.
    """
    true = check_labels(true_labels, "true_labels", class_names)
    predicted = check_labels(predicted_labels, "predicted_labels", class_names)
    check_same_length(true_labels=true, predicted_labels=predicted)
    names = name_classes(class_names, max(true.max(), predicted.max()) + 1)
    if len(names) < 2:
        raise ValueError("true_labels and predicted_labels hold one class, expected two or more")
    counts = metrics.confusion_matrix(true, predicted, labels=range(len(names)))
    shares = counts / np.maximum(counts.sum(axis=1), 1)[:, np.newaxis]
    size = (8, 6.6) if len(names) > 5 else (6.6, 5.2)
    confusions = Confusions(names, counts, shares, normalize)
    return present(size, confusions, draw_confusion_matrix, words_confusion_matrix)


def draw_confusion_matrix(axes: Axes, confusions: Confusions) -> None:
    """Draw one cell per pair of classes."""
    names, counts, shares, normalize = confusions
    written = (shares if normalize else counts) if len(names) <= MANY_CLASSES else None
    heat_map(axes, shares, written, names, "share of the true class", cmap="Blues", vmin=0)
    axes.set(xlabel="predicted class", ylabel="true class")


def words_confusion_matrix(confusions: Confusions) -> str:
    """Say what share is recognised, and which confusion stands out.

    The most frequent one is named if its count a is ahead of the next, b, by more than
    chance: a - b > 2 sqrt(a + b), as counts of rare errors vary like Poisson counts, whose
    variance is their mean. Of two classes none is named: both follow from the shares.
    """
    names, counts, shares, _ = confusions
    recognised, present = np.diag(shares), counts.sum(axis=1) > 0
    words = f"Confusion matrix of {counts.sum()} cases in {len(names)} classes. Share recognised: "
    words += f"{write_number(np.trace(counts) / counts.sum())} over all; "
    if len(names) <= MANY_CLASSES:
        each = (write_number(share) for share in recognised)
        said = (share if cases else "no cases" for share, cases in zip(each, present, strict=True))
        words += f"{write_list(zip(names, said, strict=True))}."
    else:
        lowest, highest = recognised[present].min(), recognised[present].max()
        words += f"from {write_number(lowest)} to {write_number(highest)} per class."
    confused, confused_shares = (square - np.diag(np.diag(square)) for square in (counts, shares))
    runner_up, most = np.sort(confused, axis=None)[-2:]
    if most == 0:
        words += " No case is taken for another class."
    elif len(names) > 2 and most - runner_up > 2 * math.sqrt(most + runner_up):
        row, column = divmod(int(confused.argmax()), len(names))
        words += f" The most frequent confusion: {write_number(shares[row, column])} of "
        words += f"{write_name(names[row])} is taken for {write_name(names[column])}."
    elif len(names) > 2:
        words += " The most frequent confusions are about equally frequent: the largest is "
        words += f"{write_number(confused_shares.max())} of its class."
    return words


def correlation_heat_map(table: pd.DataFrame, target: str) -> Axes:
    """Draw the correlation (Pearson's) of every pair of columns, red above zero, blue below.

    Parameters
    ----------
    table : DataFrame
        At least two rows and two columns of numbers.
    target : str
        Column whose correlations are all put into words.
    """
    if min(table.shape) < 2:
        raise ValueError(f"table has shape {table.shape}, expected at least two rows and columns")
    for name, column in table.items():
        label = f"column {name!r}"
        values = check_array(column, label, "one number per row", 1)
        if (values == values[0]).all():
            raise ValueError(f"{label} holds one value only and has no correlation; drop it")
    if target not in table.columns:
        raise ValueError(f"target {target!r} is not a column, expected one of {list(table)}")
    names = [str(name) for name in table.columns]
    correlations = Correlations(names, table.corr().to_numpy(), str(target))
    return present((8, 6.7), correlations, draw_correlation_heat_map, words_correlation_heat_map)


def draw_correlation_heat_map(axes: Axes, correlations: Correlations) -> None:
    """Draw one cell per pair of columns."""
    names, values, _ = correlations
    heat_map(axes, values, values, names, "correlation", cmap="RdBu_r", vmin=-1)


def words_correlation_heat_map(correlations: Correlations) -> str:
    """Name the three strongest pairs, and what goes together with the target."""
    names, values, target = correlations
    pairs = [
        (f"{names[row]} and {names[column]}", values[row, column])
        for row, column in zip(*np.triu_indices(len(names), k=1), strict=True)
    ]
    strongest = sorted(pairs, key=lambda pair: -abs(pair[1]))[:3]
    others = zip(names, values[names.index(target)], strict=True)
    groups = strongest, [pair for pair in others if pair[0] != target]
    first, second = (write_list((n, write_number(v)) for n, v in group) for group in groups)
    return (
        f"Correlations between {len(names)} columns. Strongest: {first}. With {target}: {second}."
    )
