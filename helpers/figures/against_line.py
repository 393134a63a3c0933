"""Logistic regression as the line to beat: its weights, and its loss beside a network's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import present
from helpers.figures.style import palette
from helpers.figures.wording import write_list, write_number

if TYPE_CHECKING:
    import keras


class Weights(NamedTuple):
    """The weights of two models for the same columns."""

    columns: list[str]
    models: list[str]
    values: NDArray[Any]
    """Shape (2, columns)."""


class Race(NamedTuple):
    """A network's loss in training and validation, epoch by epoch, and another model's."""

    training: NDArray[Any]
    validation: NDArray[Any]
    rival: str
    loss: float
    stop: int


def paired_weights(weights: Mapping[str, ArrayLike], columns: Sequence[str]) -> Axes:
    """Draw the weights that two models give to the same columns, each pair on one line.

    Parameters
    ----------
    weights : mapping of str to array_like
        For each of two models, by name, one number a column, in any shape.
    columns : sequence of str
        Names of the columns.
    """
    if len(weights) != 2:
        raise ValueError(f"weights holds {len(weights)} models, expected two by name")
    values = [
        check_array(np.ravel(np.asarray(numbers)), str(model), "one weight per column", 1)
        for model, numbers in weights.items()
    ]
    if {len(numbers) for numbers in values} != {len(columns)}:
        raise ValueError(f"the models do not have {len(columns)} weights each, one a column")
    pair = Weights(list(map(str, columns)), list(map(str, weights)), np.array(values))
    return present((8, 0.9 + 0.36 * len(columns)), pair, draw_weights, words_weights)


def draw_weights(axes: Axes, weights: Weights) -> None:
    """Draw a large ring for the first model and a small cross for the second."""
    rows = np.arange(len(weights.columns))
    blue, orange = palette(2)
    axes.axvline(0, color="0.4", linewidth=1)
    ring: dict[str, Any] = {"s": 170, "facecolor": "none", "edgecolor": orange, "linewidth": 2.5}
    axes.scatter(weights.values[0], rows, label=weights.models[0], **ring)
    cross: dict[str, Any] = {"marker": "x", "s": 60, "color": blue, "linewidth": 2.5}
    axes.scatter(weights.values[1], rows, label=weights.models[1], **cross)
    axes.set_yticks(rows, weights.columns)
    axes.set(xlabel="weight", ylim=(len(rows) - 0.4, -0.6))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right")


def words_weights(weights: Weights) -> str:
    """Read the first model's weights, and how far apart the two are at most."""
    pairs = zip(weights.columns, map(write_number, weights.values[0]), strict=True)
    apart = write_number(np.abs(weights.values[0] - weights.values[1]).max())
    return (
        f"Marks of two models on one line a column. Weights of {weights.models[0]}: "
        f"{write_list(pairs)}. Those of {weights.models[1]} lie within {apart} of them."
    )


def loss_against(
    history: keras.callbacks.History | Mapping[str, Sequence[float]],
    rival: str,
    loss: float,
    stop: int,
) -> Axes:
    """Draw a network's loss through the epochs, and another model's as a level line.

    Parameters
    ----------
    history : keras.callbacks.History or mapping
        What ``model.fit`` returns, with validation.
    rival : str
        Name of the other model.
    loss : float
        Its loss on the same validation rows.
    stop : int
        An epoch to mark.
    """
    record = getattr(history, "history", history)
    if missing := [name for name in ("loss", "val_loss") if name not in record]:
        raise ValueError(f"history has no {missing[0]!r}, expected a training with validation")
    training, validation = (
        check_array(record[name], f"history[{name!r}]", "one number per epoch", 1)
        for name in ("loss", "val_loss")
    )
    if not 1 <= stop <= len(validation):
        raise ValueError(f"stop is {stop}, expected an epoch from 1 to {len(validation)}")
    race = Race(training, validation, rival, float(loss), stop)
    return present((8, 4), race, draw_race, words_race)


def draw_race(axes: Axes, race: Race) -> None:
    """Draw the two curves, the level line, and the marked and the best epoch."""
    blue, orange, green = palette(3)
    epochs = np.arange(1, len(race.training) + 1)
    axes.plot(epochs, race.training, "-", color=blue, label="network, training rows")
    axes.plot(epochs, race.validation, "--", color=orange, label="network, validation rows")
    axes.axhline(race.loss, color=green, linestyle=":", linewidth=2.5, label=race.rival)
    best = int(race.validation.argmin())
    marks = {
        f"stopped here: epoch {race.stop}": (race.stop, "o", (-12, 58)),
        f"lowest: epoch {best + 1}": (best + 1, "D", (40, 40)),
        "last epoch": (len(epochs), "s", (-40, -45)),
    }
    for text, (epoch, marker, shift) in marks.items():
        place = (epoch, race.validation[epoch - 1])
        axes.plot(*place, marker, color=orange, markeredgecolor="black", markersize=8)
        arrow = {"arrowstyle": "-", "color": "0.3"}
        axes.annotate(text, place, shift, textcoords="offset points", arrowprops=arrow)
    axes.set(xlabel="epoch", ylabel="loss")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left")


def words_race(race: Race) -> str:
    """Read both curves at the marked, at the best and at the last epoch."""
    best = int(race.validation.argmin())
    values = {
        f"epoch {race.stop}": race.stop - 1,
        f"its lowest, epoch {best + 1}": best,
        f"epoch {len(race.training)}": -1,
    }
    first = ", ".join(f"{write_number(race.validation[n])} at {at}" for at, n in values.items())
    return (
        f"Lines of the loss against the epoch. Validation: {first}. Training falls from "
        f"{write_number(race.training[0])} to {write_number(race.training[-1])}. Level line: "
        f"{race.rival}, validation {write_number(race.loss)}."
    )
