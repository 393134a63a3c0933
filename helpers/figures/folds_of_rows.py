"""Cross-validation as strips: which rows learn in each round, and which are judged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_binary_labels
from helpers.figures.description import present
from helpers.figures.style import palette


class Rounds(NamedTuple):
    """How many rows each fold has, and how many of them are ill."""

    sizes: NDArray[Any]
    ill: NDArray[Any]


def folds_of_rows(splits: Iterable[tuple[ArrayLike, ArrayLike]], true_labels: ArrayLike) -> Axes:
    """Draw a strip a round, with the rows sorted by the fold that they were dealt into.

    Parameters
    ----------
    splits : iterable of pairs of array_like
        For each round the numbers of the rows that are learned from, and of those that are
        judged, as ``folds.split(...)`` of scikit-learn gives them; at most ten rounds.
    true_labels : array_like of int, shape (n,)
        0 or 1 (ill), both present.
    """
    truth = check_binary_labels(true_labels)
    judged = [np.asarray(rows) for _, rows in splits]
    every = np.sort(np.concatenate(judged)) if judged else np.array([])
    if not np.array_equal(every, np.arange(len(truth))):
        raise ValueError("the splits do not judge every row once, expected folds of all rows")
    sizes, ill = (
        np.array(numbers)
        for numbers in zip(*((len(rows), truth[rows].sum()) for rows in judged), strict=True)
    )
    return present((8, 0.9 + 0.5 * len(sizes)), Rounds(sizes, ill), draw_folds, words_folds)


def draw_folds(axes: Axes, rounds: Rounds) -> None:
    """Draw each round's judged fold hatched and in orange, the others in blue."""
    blue, orange = palette(2)
    starts = np.cumsum(rounds.sizes) - rounds.sizes
    for turn in range(len(rounds.sizes)):
        for fold, (start, size) in enumerate(zip(starts, rounds.sizes, strict=True)):
            judged = fold == turn
            axes.barh(
                turn,
                size,
                left=start,
                height=0.74,
                color=orange if judged else blue,
                alpha=1 if judged else 0.35,
                hatch="////" if judged else "",
                edgecolor="white",
            )
            text = f"judged: {size}, {rounds.ill[fold]} ill" if judged else "learned from"
            box = {"boxstyle": "round,pad=0.2", "fc": "white", "ec": "none"} if judged else None
            middle = start + size / 2
            axes.text(middle, turn, text, ha="center", va="center", fontsize=9, bbox=box)
    axes.set_yticks(range(len(rounds.sizes)), [f"round {n + 1}" for n in range(len(rounds.sizes))])
    axes.set(ylim=(len(rounds.sizes) - 0.5, -0.5), xlim=(0, rounds.sizes.sum()))
    axes.set_xlabel("training rows, sorted by fold")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def words_folds(rounds: Rounds) -> str:
    """Say how many rows each round judges and learns from."""
    count = len(rounds.sizes)
    parts = [f"{size} rows, {ill} ill" for size, ill in zip(*rounds, strict=True)]
    return (
        f"{count} strips, one a round, of {rounds.sizes.sum()} rows sorted by fold. In each round "
        f"another fold is judged, and the other {count - 1} are learned from. The folds, from the "
        f"first: {'; '.join(parts)}. Every row is judged once."
    )
