"""Learning by heart: where the validation loss turns up, and what more pictures do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from helpers.figures.checks import check_array, check_same_length
from helpers.figures.description import describe, present
from helpers.figures.style import palette
from helpers.figures.wording import write_number


class Turn(NamedTuple):
    """The two losses of a training, epoch by epoch."""

    training: NDArray[Any]
    validation: NDArray[Any]

    @property
    def lowest(self) -> int:
        """The epoch with the lowest validation loss, counted from 1."""
        return int(self.validation.argmin()) + 1


class Numbers(NamedTuple):
    """Numbers of pictures with the losses they led to."""

    pictures: NDArray[Any]
    losses: NDArray[Any]


def by_heart(histories: Mapping[str, Any], level: float | None = None) -> Figure:
    """Draw training and validation loss of trainings side by side, with each lowest point marked.

    Parameters
    ----------
    histories : mapping
        What ``model.fit`` returned, or its ``history``, by the titles of the panels.
    level : float, optional
        A loss to compare with, drawn as a dotted line.
    """
    turns = {str(title): measure_turn(history) for title, history in histories.items()}
    if not 1 <= len(turns) <= 3:
        raise ValueError(f"histories holds {len(turns)} trainings, expected one to three")
    highest = max(turn.validation.max() for turn in turns.values())
    size = (8 if len(turns) > 1 else 7, 4)
    figure, grid = plt.subplots(
        1, len(turns), figsize=size, layout="constrained", sharey=True, squeeze=False
    )
    describe(figure, "Curves of the loss: across the epoch, up the loss.")
    for axes, (title, turn) in zip(grid[0], turns.items(), strict=True):
        draw_turn(axes, turn)
        if level is not None:
            axes.axhline(level, color="black", linestyle=":")
        axes.set(title=title, xlabel="epoch", ylim=(0, 1.15 * highest))
        describe(axes, words_turn(turn))
    grid[0, 0].set_ylabel("loss")
    handles, names = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    return figure


def measure_turn(history: Any) -> Turn:  # noqa: ANN401 - a History of Keras, or a dictionary
    """Take the two losses out of a history."""
    record = getattr(history, "history", history)
    if missing := [name for name in ("loss", "val_loss") if name not in record]:
        raise ValueError(f"history has no {missing[0]!r}, expected training and validation loss")
    losses = [
        check_array(record[name], name, "one number per epoch", 1) for name in ("loss", "val_loss")
    ]
    check_same_length(loss=losses[0], val_loss=losses[1])
    return Turn(*losses)


def draw_turn(axes: Axes, turn: Turn) -> None:
    """Draw both curves, the gap that opens between them, and the lowest validation loss."""
    epochs = np.arange(1, len(turn.training) + 1)
    first, second = palette(2)
    axes.plot(epochs, turn.training, "-", color=first, linewidth=2, label="training")
    axes.plot(epochs, turn.validation, "--", color=second, linewidth=2, label="validation")
    gap = turn.training < turn.validation
    axes.fill_between(
        epochs, turn.training, turn.validation, where=gap, color="0.5", alpha=0.2, interpolate=True
    )
    least, last = turn.validation[[turn.lowest - 1, -1]]
    ring: dict[str, Any] = {"markersize": 11, "markerfacecolor": "none", "markeredgecolor": "black"}
    axes.plot(turn.lowest, least, "o", **ring, markeredgewidth=1.5, label="lowest", linestyle="")
    plain = {"facecolor": "white", "linewidth": 0, "pad": 1, "alpha": 0.8}
    style: dict[str, Any] = {"textcoords": "offset points", "bbox": plain, "zorder": 3}
    text = f"epoch {turn.lowest}: {write_number(least)}"
    axes.annotate(text, (turn.lowest, least), (10, 30), **style)
    axes.annotate(write_number(last), (epochs[-1], last), (4, 8), ha="right", **style)
    axes.grid(alpha=0.3)


def words_turn(turn: Turn) -> str:
    """Give both losses at the first epoch and after each quarter, and the lowest."""
    count = len(turn.training)
    places = sorted({1, *(max(1, count * quarter // 4) for quarter in (1, 2, 3, 4))})
    epochs = ", ".join(map(str, places))
    words = ""
    for name, values in zip(("Training", "Validation"), turn, strict=True):
        words += f"{name} loss {', '.join(write_number(values[n - 1]) for n in places)}; "
    lowest = write_number(turn.validation.min())
    opened = np.flatnonzero(turn.training < turn.validation)
    gap = f", the gap opens in epoch {opened[0] + 1}" if len(opened) else ""
    ring = f"the lowest validation loss, at the ring in epoch {turn.lowest}, {lowest}"
    return f"After epochs {epochs}: {words}{ring}{gap}."


def losses_by_number(losses: Mapping[int, float]) -> Axes:
    """Draw the lowest validation loss against the number of pictures, both in powers of ten.

    Parameters
    ----------
    losses : mapping of int to float
        The loss for each number of pictures, two or more.
    """
    return present((7, 3.8), measure_numbers(losses), draw_numbers, words_numbers)


def measure_numbers(losses: Mapping[int, float]) -> Numbers:
    """Sort by the number of pictures, and refuse what has no logarithm."""
    pictures = check_array(sorted(losses), "numbers of pictures", "two or more", 1)
    values = check_array([losses[n] for n in sorted(losses)], "losses", "one a number", 1)
    if len(pictures) < 2 or min(pictures.min(), values.min()) <= 0:
        raise ValueError("losses needs two numbers of pictures or more, and everything above 0")
    return Numbers(pictures, values)


def draw_numbers(axes: Axes, numbers: Numbers) -> None:
    """Draw the dots, joined, each with its number of pictures and its loss."""
    axes.loglog(*numbers, "o-", color=palette(1)[0], markersize=8)
    for pictures, loss in zip(*numbers, strict=True):
        axes.annotate(
            f"{pictures:,} pictures: {write_number(loss)}",
            (pictures, loss),
            (10, 6),
            textcoords="offset points",
        )
    axes.set(xlabel="pictures to learn from", ylabel="lowest validation loss")
    axes.set(xlim=(numbers.pictures[0] / 1.5, numbers.pictures[-1] * 12))
    axes.set(ylim=(numbers.losses.min() / 1.3, numbers.losses.max() * 1.3))
    axes.minorticks_off()
    axes.set_yticks([0.1, 0.2, 0.5], ["0.1", "0.2", "0.5"])
    axes.grid(alpha=0.3)


def words_numbers(numbers: Numbers) -> str:
    """Read the dots, and say by what factor the loss falls each time."""
    each = ", ".join(
        f"{write_number(loss)} with {pictures:,}" for pictures, loss in zip(*numbers, strict=True)
    )
    steps = numbers.losses[1:] / numbers.losses[:-1]
    factors = ", ".join(map(write_number, steps))
    return (
        "Dots joined by lines, both axes in powers of ten: across the pictures to learn from, up "
        f"the lowest validation loss: {each}. Each step multiplies it by {factors}."
    )
