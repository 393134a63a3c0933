"""Women one by one: their measurements, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_binary_labels, check_same_length
from helpers.figures.description import present
from helpers.figures.style import palette

FATES = {(1, 1): "found", (1, 0): "missed", (0, 1): "alarmed", (0, 0): "–"}
"""What becomes of somebody, by outcome (1: ill) and by whether she is sent for a test."""


class Women(NamedTuple):
    """Measurements, shape (n, columns), the share of others below each, and what became of each."""

    columns: list[str]
    values: NDArray[Any]
    below: NDArray[Any]
    others: int
    outcome: NDArray[Any] | None
    fates: dict[str, list[str]]


def women(
    rows: pd.DataFrame,
    others: pd.DataFrame,
    outcome: ArrayLike | None = None,
    sent: Mapping[str, ArrayLike] | None = None,
) -> Axes:
    """Draw some women's measurements as a table whose shades compare them with others.

    Parameters
    ----------
    rows : pandas.DataFrame
        A few women, one a row.
    others : pandas.DataFrame
        The women to compare with, with the same columns.
    outcome : array_like of int, shape (n,), optional
        0 or 1 for each woman in `rows`, both present.
    sent : mapping of str to array_like, shape (n,), optional
        By the name of whoever decided: 1 for a woman who is sent for a test, else 0.
        What became of each stands right of her measurements; it needs `outcome`.
    """
    if list(rows.columns) != list(others.columns):
        raise ValueError("rows and others have different columns, expected the same ones")
    values = rows.to_numpy(dtype=float)
    every = others.to_numpy(dtype=float)
    below = np.array([np.mean(every < row, axis=0) for row in values])
    truth, fates, outcomes = None, {}, []
    if outcome is not None:
        truth = check_binary_labels(outcome)
        outcomes = truth.tolist()
        check_same_length(rows=values, outcome=truth)
    if sent and truth is None:
        raise ValueError("sent is given without outcome, expected both or none")
    for name, answers in (sent or {}).items():
        given = np.asarray(answers).astype(int).tolist()
        check_same_length(rows=values, **{name: given})
        fates[name] = [FATES[pair] for pair in zip(outcomes, given, strict=True)]
    measured = Women(list(map(str, rows.columns)), values, below, len(every), truth, fates)
    return present((8, 1.5 + 0.36 * len(values)), measured, draw_women, words_women)


def draw_women(axes: Axes, women: Women) -> None:
    """Draw a row a woman; what went wrong is written in bold and framed."""
    count, columns = women.values.shape
    shades = plt.get_cmap("Blues")(0.05 + 0.6 * women.below)
    names = [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) for name in women.columns]
    if women.outcome is not None:
        names += ["outcome", *women.fates]
    for row, column in np.ndindex(count, columns):
        axes.add_patch(
            plt.Rectangle((column, row), 1, 1, color=shades[row, column], ec="white", lw=1.5)
        )
        axes.text(column + 0.5, row + 0.5, f"{women.values[row, column]:.4g}", **_CENTRED)
    for row in range(count if women.outcome is not None else 0):
        ill = women.outcome is not None and women.outcome[row] == 1
        axes.text(columns + 0.8, row + 0.5, "ill" if ill else "–", **_CENTRED)
        for place, fates in enumerate(women.fates.values()):
            wrong = fates[row] in ("missed", "alarmed")
            x = columns + 1.8 + 1.5 * place
            colour = palette(2)[1 if ill else 0]
            box = {"boxstyle": "round,pad=0.15", "fc": "white", "ec": colour, "lw": 2}
            axes.text(x, row + 0.5, fates[row], bbox=box if wrong else None, **_CENTRED)
    places = [column + 0.5 for column in range(columns)]
    places += [columns + 0.8, *(columns + 1.8 + 1.5 * n for n in range(len(women.fates)))]
    axes.set_xticks(places[: len(names)], names, rotation=35, ha="left", fontsize=9)
    axes.xaxis.tick_top()
    axes.set_yticks(np.arange(count) + 0.5, [f"woman {n + 1}" for n in range(count)], fontsize=10)
    axes.set(xlim=(0, places[len(names) - 1] + 0.7), ylim=(count, 0))
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


_CENTRED: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 10}


def words_women(women: Women) -> str:
    """Read the measurements of each woman or, where somebody has decided, what became of her."""
    count, columns = women.values.shape
    words = [f"A table of {count} women in rows and {columns} measurements in columns; the darker "]
    words[0] += f"a cell, the more of {women.others} women have a lower value."
    for place, values in enumerate(women.values):
        who = f"Woman {place + 1}"
        if women.outcome is not None:
            who += ", ill" if women.outcome[place] == 1 else ", not ill"
        if women.fates:
            parts = [f"{name}: {fates[place]}" for name, fates in women.fates.items()]
            parts = [part.replace("–", "left in peace") for part in parts]
        else:
            pairs = zip(women.columns, values, strict=True)
            parts = [f"{name} {value:.4g}" for name, value in pairs]
        words.append(f"{who}: {', '.join(parts)}.")
    return " ".join(words)
