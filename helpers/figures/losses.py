"""What a prediction costs: the loss of a probability, and how the loss of a training falls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import present
from helpers.figures.style import LINE_STYLES, MARKERS, palette
from helpers.figures.wording import write_number


class Costs(NamedTuple):
    """Probabilities of the right class, each with its name."""

    names: list[str]
    probabilities: NDArray[Any]

    @property
    def losses(self) -> NDArray[Any]:
        """Minus the logarithm of each."""
        return -np.log(self.probabilities)


class Trainings(NamedTuple):
    """The loss of trainings, epoch by epoch, and a loss to compare with."""

    losses: dict[str, NDArray[Any]]
    level: float | None
    level_name: str


def probability_costs(probabilities: Mapping[str, float]) -> Axes:
    """Draw what the probability of the right class costs, and mark some on the curve.

    Parameters
    ----------
    probabilities : mapping
        Probabilities above 0 and at most 1, by the names that are written beside them.
    """
    names = list(map(str, probabilities))
    values = check_array(list(probabilities.values()), "probabilities", "one number a name", 1)
    if values.min() <= 0 or values.max() > 1:
        raise ValueError("probabilities has to hold numbers above 0 and at most 1")
    return present((7, 3.8), Costs(names, values), draw_costs, words_costs)


def draw_costs(axes: Axes, costs: Costs) -> None:
    """Draw the curve of minus the logarithm and a mark for each probability."""
    curve = np.linspace(0.01, 1, 400)
    axes.plot(curve, -np.log(curve), color="0.4")
    for place, (name, probability, loss) in enumerate(
        zip(costs.names, costs.probabilities, costs.losses, strict=True)
    ):
        axes.plot(
            probability,
            loss,
            MARKERS[place],
            color=palette(len(costs.names))[place],
            markersize=10,
            markeredgecolor="black",
            clip_on=False,
            zorder=3,
        )
        axes.annotate(
            f"{name}: {write_number(loss)}",
            (probability, loss),
            (-8, 12) if probability > 0.7 else (12, 6),
            textcoords="offset points",
            ha="right" if probability > 0.7 else "left",
        )
    axes.set(xlabel="probability of the right class", ylabel="loss", xlim=(0, 1), ylim=(0, 4.7))
    axes.grid(alpha=0.3)


def words_costs(costs: Costs) -> str:
    """Read the curve at the marks."""
    marks = [
        f"{name}, {write_number(probability)} costs {write_number(loss)}"
        for name, probability, loss in zip(
            costs.names, costs.probabilities, costs.losses, strict=True
        )
    ]
    return (
        "A curve: across the probability of the right class, up its loss. It falls, steeply near "
        f"0 and ever more gently, to 0 at probability 1. Marked: {'; '.join(marks)}."
    )


def training_losses(
    losses: Mapping[str, Sequence[float]],
    level: float | None = None,
    level_name: str = "",
) -> Axes:
    """Draw the loss of trainings, epoch by epoch.

    Parameters
    ----------
    losses : mapping
        What ``model.fit(...).history["loss"]`` holds, by the name of a training.
    level : float, optional
        A loss to compare with, drawn as a dotted line and named by `level_name`.
    """
    curves = {
        str(name): check_array(values, f"losses of {name}", "one number per epoch", 1)
        for name, values in losses.items()
    }
    if not curves or len(curves) > len(LINE_STYLES):
        raise ValueError(f"losses has {len(curves)} trainings, expected 1 to {len(LINE_STYLES)}")
    numbers = Trainings(curves, level, level_name)
    return present((7.5, 3.8), numbers, draw_trainings, words_trainings)


def draw_trainings(axes: Axes, numbers: Trainings) -> None:
    """Draw a line for each training, and the level to compare with."""
    colours = palette(len(numbers.losses))
    for (name, values), colour, style in zip(
        numbers.losses.items(), colours, LINE_STYLES, strict=False
    ):
        epochs = np.arange(1, len(values) + 1)
        axes.plot(epochs, values, style, color=colour, linewidth=2, label=name)
        if len(numbers.losses) == 1:
            axes.fill_between(epochs, values, color=colour, alpha=0.3)
    if numbers.level is not None:
        axes.axhline(numbers.level, color="black", linestyle=":")
        axes.annotate(
            f"{numbers.level_name}: {write_number(numbers.level)}",
            (1, numbers.level),
            (0, 4),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
        )
    axes.set(xlabel="epoch", ylabel="loss", ylim=(0, None))
    axes.grid(alpha=0.3)
    if len(numbers.losses) > 1:
        axes.legend()


def words_trainings(numbers: Trainings) -> str:
    """Read each curve at its beginning, at four places and at its end."""
    words = "Curves of the loss: across the epoch, up the loss."
    for name, values in numbers.losses.items():
        count = len(values)
        epochs = sorted({1, max(1, count // 20), max(1, count // 5), max(1, count // 2), count})
        read = ", ".join(f"{write_number(values[n - 1])} after epoch {n}" for n in epochs)
        words += f" {name[:1].upper()}{name[1:]}: {read}."
    if numbers.level is not None:
        words += f" Dotted, to compare with: {numbers.level_name}, {write_number(numbers.level)}."
    return words
