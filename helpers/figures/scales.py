"""The loss of several trainings from several seeds each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import present
from helpers.figures.style import LINE_STYLES, palette
from helpers.figures.wording import write_count, write_number


class Seeds(NamedTuple):
    """For each kind of training the losses, shape (seeds, epochs), and one to compare with."""

    losses: dict[str, NDArray[Any]]
    level: float | None
    level_name: str


def losses_of_seeds(
    losses: Mapping[str, Sequence[Sequence[float]]],
    level: float | None = None,
    level_name: str = "",
) -> Axes:
    """Draw a line of the loss through the epochs for each seed of each kind of training.

    Parameters
    ----------
    losses : mapping of str to sequence
        By the name of a kind of training, for each seed its ``history["loss"]``.
    level : float, optional
        A loss to compare with, drawn as a dotted line and named by `level_name`.
    """
    curves = {
        str(name): check_array(values, f"losses of {name}", "seeds x epochs", 2)
        for name, values in losses.items()
    }
    if not 1 <= len(curves) <= len(LINE_STYLES):
        raise ValueError(f"losses has {len(curves)} kinds, expected 1 to {len(LINE_STYLES)}")
    return present((8, 4), Seeds(curves, level, level_name), draw_seeds, words_seeds)


def draw_seeds(axes: Axes, seeds: Seeds) -> None:
    """Draw the lines of a kind in one style, and write its name at their end."""
    ends = sorted(values[:, -1].mean() for values in seeds.losses.values())
    apart = 0.06 * max(values.max() for values in seeds.losses.values())
    lowest = -np.inf
    places = {}
    for end in ends:
        lowest = max(end, lowest + apart)
        places[end] = lowest
    colours = palette(len(seeds.losses))
    for (name, values), style, colour in zip(
        seeds.losses.items(), LINE_STYLES, colours, strict=False
    ):
        epochs = np.arange(1, values.shape[1] + 1)
        axes.plot(epochs, values.T, style, color=colour, linewidth=1.8)
        shade = [0.62 * part for part in colour]
        place = (epochs[-1] + 0.4, places[values[:, -1].mean()])
        axes.annotate(name, place, va="center", color=shade, weight="bold", annotation_clip=False)
    if seeds.level is not None:
        axes.axhline(seeds.level, color="black", linestyle=":")
        name = f"{seeds.level_name}: {write_number(seeds.level)}"
        place = (epochs[-1], seeds.level)
        axes.annotate(name, place, (-4, 4), textcoords="offset points", ha="right")
    axes.set(xlabel="epoch", ylabel="training loss", xlim=(1, epochs[-1]), ylim=(0, None))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)


def words_seeds(seeds: Seeds) -> str:
    """Give the lowest and highest seed of each kind at three epochs."""
    said = []
    for name, values in seeds.losses.items():
        count = values.shape[1]
        read = []
        for epoch in sorted({1, max(1, count // 4), count}):
            low, high = map(write_number, (values[:, epoch - 1].min(), values[:, epoch - 1].max()))
            read.append(f"{low} to {high} after epoch {epoch}")
        said.append(f"{name}, {write_count(len(values), 'seed')}: {', '.join(read)}")
    words = f"Lines of the training loss against the epoch, one a seed. {'; '.join(said)}."
    if seeds.level is not None:
        words += f" Dotted: {seeds.level_name}, {write_number(seeds.level)}."
    return words
