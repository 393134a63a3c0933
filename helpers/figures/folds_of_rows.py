"""Cross-validation: which rows are judged in each round, and what several models reach there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray
from sklearn.metrics import log_loss

from helpers.figures.checks import check_binary_labels, check_scores
from helpers.figures.description import present
from helpers.figures.style import palette
from helpers.figures.wording import write_number


class FoldLosses(NamedTuple):
    """Each model's loss in each fold, shape (models, folds)."""

    names: list[str]
    losses: NDArray[Any]


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
    judged = _judged_rows(splits, len(truth))
    sizes, ill = (
        np.array(numbers)
        for numbers in zip(*((len(rows), truth[rows].sum()) for rows in judged), strict=True)
    )
    return present((8, 0.9 + 0.5 * len(sizes)), Rounds(sizes, ill), draw_folds, words_folds)


def _judged_rows(splits: Iterable[tuple[ArrayLike, ArrayLike]], count: int) -> list[NDArray[Any]]:
    judged = [np.asarray(rows) for _, rows in splits]
    every = np.sort(np.concatenate(judged)) if judged else np.array([])
    if not np.array_equal(every, np.arange(count)):
        raise ValueError("the splits do not judge every row once, expected folds of all rows")
    return judged


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


def fold_losses(
    answers: Mapping[str, ArrayLike],
    true_labels: ArrayLike,
    splits: Iterable[tuple[ArrayLike, ArrayLike]],
) -> Axes:
    """Draw what several models lose in each fold: a line a model, a numbered dot a fold.

    Parameters
    ----------
    answers : mapping of str to array_like, shape (n,)
        For each model by its name the probabilities, from 0 to 1, that it gives out of fold.
    true_labels, splits
        As for `folds_of_rows`.
    """
    truth = check_binary_labels(true_labels)
    judged = _judged_rows(splits, len(truth))
    losses = [
        [log_loss(truth[rows], values[rows], labels=[0, 1]) for rows in judged]
        for name, each in answers.items()
        for values in [check_scores(each, name, truth)]
    ]
    measured = FoldLosses([str(name) for name in answers], np.array(losses))
    size = (8, 1 + 0.5 * len(losses))
    return present(size, measured, draw_fold_losses, words_fold_losses)


def draw_fold_losses(axes: Axes, measured: FoldLosses) -> None:
    """Draw each fold's number at its loss, joined from model to model, and each model's mean."""
    heights = np.arange(len(measured.names))
    for fold, losses in enumerate(measured.losses.T, 1):
        axes.plot(losses, heights, color="0.8", linewidth=1, zorder=1)
        look: dict[str, Any] = {"color": palette(1)[0], "edgecolor": "white", "s": 190}
        axes.scatter(losses, heights, zorder=2, **look)
        for loss, height in zip(losses, heights, strict=True):
            centred: dict[str, Any] = {
                "ha": "center",
                "va": "center_baseline",
                "fontsize": 9,
                "color": "white",
            }
            axes.text(loss, float(height), str(fold), weight="bold", **centred)
    means = measured.losses.mean(axis=1)
    bars: dict[str, Any] = {"color": "black", "linewidth": 3, "zorder": 1.5}
    axes.vlines(means, heights - 0.42, heights + 0.42, label="mean", **bars)
    axes.set_yticks(heights, measured.names)
    axes.set(ylim=(len(heights) - 0.4, -0.6), xlabel="loss in a fold (its number in the dot)")
    axes.legend(loc="lower right")
    axes.grid(axis="x", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)


def words_fold_losses(measured: FoldLosses) -> str:
    """Give each model's range and mean, and the fold that is the hardest for most."""
    count = measured.losses.shape[1]
    words = [f"Dots over the loss, a line a model, a dot for each of {count} folds."]
    for name, losses in zip(*measured, strict=True):
        low, high, mean = map(write_number, (losses.min(), losses.max(), losses.mean()))
        words.append(f"{name}: from {low} to {high}, mean {mean}.")
    hardest = measured.losses.argmax(axis=1)
    fold = int(np.bincount(hardest).argmax())
    words.append(f"Fold {fold + 1} is the hardest for {np.sum(hardest == fold)} of {len(hardest)}.")
    return " ".join(words)
