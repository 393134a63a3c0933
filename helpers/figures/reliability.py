"""How often a classifier is right where it is so sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from helpers.evaluation import accuracy_table
from helpers.figures.checks import check_array
from helpers.figures.description import present
from helpers.figures.style import LINE_STYLES, MARKERS, legend_beside, palette
from helpers.figures.wording import write_number

LEAST_ROWS = 30
"""Bins with fewer rows are left out of the picture, not out of the words."""


class Bins(NamedTuple):
    """Rows, confidence and accuracy of each bin, and the accuracy's limits, shape (2, bins)."""

    name: str
    rows: NDArray[Any]
    confidence: NDArray[Any]
    accuracy: NDArray[Any]
    limits: NDArray[Any]


def reliability_curve(tables: Mapping[str, pd.DataFrame]) -> Axes:
    """Draw how often a classifier is right against how sure it is: a reliability diagram.

    The diagonal is where both are equal; on each point stands Wilson's 95 % interval of its
    accuracy. See A. Niculescu-Mizil and R. Caruana, "Predicting good probabilities with
    supervised learning", ICML (2005).

    Parameters
    ----------
    tables : mapping of str to DataFrame
        For each classifier by name, at most ten, the table that
        `helpers.evaluation.calibration_table` returns: one row a bin, with the
        columns ``rows``, ``confidence`` and ``accuracy``.
    """
    if not isinstance(tables, Mapping) or not 1 <= len(tables) <= len(MARKERS):
        held = f"{len(tables)} tables" if isinstance(tables, Mapping) else type(tables).__name__
        raise ValueError(f"tables is {held}, expected 1 to {len(MARKERS)} tables by name")
    curves = [measure_reliability(table, str(name)) for name, table in tables.items()]
    return present((8, 5.2), curves, draw_reliability, words_reliability)


def measure_reliability(table: pd.DataFrame, name: str) -> Bins:
    """Check the bins of one classifier and give each its interval."""
    columns = ("rows", "confidence", "accuracy")
    missing = [column for column in columns if column not in getattr(table, "columns", ())]
    if missing:
        raise ValueError(
            f"the table of {name!r} lacks {', '.join(missing)}, expected the first of the two "
            "that calibration_table returns"
        )
    rows, confidence, accuracy = (
        check_array(table[column], f"{column} of {name!r}", "one number per bin", 1)
        for column in columns
    )
    for column, values in (("confidence", confidence), ("accuracy", accuracy)):
        if values.min() < 0 or values.max() > 1:
            raise ValueError(f"{column} of {name!r} leaves the range 0 to 1, expected shares")
    if rows.max() < LEAST_ROWS:
        raise ValueError(
            f"no bin of {name!r} has {LEAST_ROWS} rows, the fullest has {rows.max()}; "
            "measure on more rows"
        )
    limits = [
        accuracy_table({name: share}, int(count)).loc[name, ["from", "to"]]
        for count, share in zip(rows, accuracy, strict=True)
    ]
    return Bins(name, rows, confidence, accuracy, np.transpose(limits))


def draw_reliability(axes: Axes, curves: Sequence[Bins]) -> None:
    """Draw the diagonal and the bins that have enough rows."""
    axes.plot([0, 1], [0, 1], color="0.4", linewidth=1, label="as sure as right")
    for number, (name, rows, confidence, accuracy, limits) in enumerate(curves):
        drawn = rows >= LEAST_ROWS
        axes.errorbar(
            confidence[drawn],
            accuracy[drawn],
            yerr=abs(limits - accuracy)[:, drawn],
            fmt=MARKERS[number] + LINE_STYLES[number % len(LINE_STYLES)],
            color=palette(10)[number],
            elinewidth=1,
            label=name,
        )
    axes.set(xlabel="mean confidence", ylabel="share right", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.grid(alpha=0.3)
    legend_beside(axes)


def words_reliability(curves: Sequence[Bins]) -> str:
    """Compare how sure each classifier is with how often it is right, over all rows."""
    sentences = []
    for name, rows, confidence, accuracy, _ in curves:
        sure, right, distance = (
            write_number(np.average(values, weights=rows))
            for values in (confidence, accuracy, abs(confidence - accuracy))
        )
        sentences.append(
            f"Reliability curve of {name}: mean confidence {sure}, share right {right}, "
            f"mean distance between the two in a bin {distance}."
        )
    return " ".join(sentences)
