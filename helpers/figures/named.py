"""Pictures with the probabilities that a network gives to each name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_same_length
from helpers.figures.description import describe
from helpers.figures.style import palette
from helpers.figures.wording import write_count


class Named(NamedTuple):
    """Pictures, shape (n, height, width), probabilities, shape (n, names), and captions."""

    images: NDArray[Any]
    probabilities: NDArray[Any]
    names: list[str]
    captions: list[str]


def faces_and_answers(
    images: ArrayLike,
    probabilities: ArrayLike,
    class_names: Sequence[str],
    captions: Sequence[str] | None = None,
    *,
    columns: int = 7,
    withheld: bool = False,
) -> Figure:
    """Draw pictures with a bar below each for the probability of every name.

    Parameters
    ----------
    images : array_like, shape (n, height, width)
        Grey values from 0 (black) to 1 (white); there may be none.
    probabilities : array_like, shape (n, names)
        What the network answers.
    class_names : sequence of str
        Name of each class; the last word of each is written.
    captions : sequence of str, optional
        What is written above each picture.
    columns : int
        Pictures per row.
    withheld : bool
        True for pictures that may not be redistributed, see `describe`.
    """
    if not np.size(images):
        figure = plt.figure(figsize=(8, 0.5))
        describe(figure, "There are no faces to show.")
        return figure
    named = measure_named(images, probabilities, class_names, captions)
    if columns < 1:
        raise ValueError(f"columns is {columns}, expected at least 1")
    figure = draw_named(named, min(columns, len(named.images)))
    describe(figure, words_named(named), withheld=withheld)
    return figure


def measure_named(
    images: ArrayLike,
    probabilities: ArrayLike,
    class_names: Sequence[str],
    captions: Sequence[str] | None,
) -> Named:
    """Check that there is an answer to each picture, and a name for each number in it."""
    grey = check_array(images, "images", "grey images of shape (n, height, width)", 3)
    given = check_array(probabilities, "probabilities", "one row of numbers per picture", 2)
    names = [str(name).split()[-1] for name in class_names]
    above = [""] * len(grey) if captions is None else list(map(str, captions))
    check_same_length(images=grey, probabilities=given, captions=np.array(above))
    if given.shape[1] != len(names):
        raise ValueError(f"probabilities has {given.shape[1]} columns for {len(names)} names")
    return Named(grey, given, names, above)


def draw_named(named: Named, columns: int) -> Figure:
    """Draw each picture with its caption and, below it, its bars."""
    rows = -(-len(named.images) // columns)
    tall = 5.2 / columns * named.images.shape[1] / named.images.shape[2]
    heights = [tall, 0.2 * len(named.names)] * rows
    lines = max(caption.count("\n") + bool(caption) for caption in named.captions)
    figure, grid = plt.subplots(
        2 * rows,
        columns,
        figsize=(8, sum(heights) + 0.2 * lines * rows + 0.4),
        height_ratios=heights,
        layout="constrained",
        squeeze=False,
    )
    for axes in grid.flat:
        axes.set_axis_off()
    for place, (image, given, caption) in enumerate(
        zip(named.images, named.probabilities, named.captions, strict=True)
    ):
        row, column = divmod(place, columns)
        picture, bars = grid[2 * row : 2 * row + 2, column]
        picture.imshow(image, cmap="gray", vmin=0, vmax=1)
        picture.set_title(caption, fontsize=9.5)
        draw_answer(bars, named.names if column == 0 else [""] * len(named.names), given)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # drawn again, the layout would move by a pixel
    return figure


def draw_answer(axes: Axes, names: Sequence[str], probabilities: NDArray[Any]) -> None:
    """Draw one bar a name; the longest has its number."""
    places, most = np.arange(len(names)), int(probabilities.argmax())
    bars = axes.barh(places, probabilities, color="0.7", height=0.8)
    bars[most].set(color=palette(2)[1])
    inside = probabilities[most] > 0.6
    axes.text(
        probabilities[most] + (-0.03 if inside else 0.03),
        most,
        f"{probabilities[most]:.2f}",
        ha="right" if inside else "left",
        va="center",
        fontsize=9,
        weight="bold",
    )
    axes.set_axis_on()
    axes.set_yticks(places, names, fontsize=9)
    axes.set(xlim=(0, 1), xticks=[], ylim=(len(names) - 0.4, -0.6))
    axes.tick_params(length=0)
    axes.spines[["top", "right", "bottom"]].set_visible(False)


def words_named(named: Named) -> str:
    """Read the most probable name of each picture and its probability."""
    said = []
    for given, caption in zip(named.probabilities, named.captions, strict=True):
        above = f"{' '.join(caption.split())}: " if caption else ""
        said.append(f"{above}{named.names[given.argmax()]} {given.max():.2f}")
    return (
        f"{write_count(len(said), 'face')}, each with {len(named.names)} bars below it, one for "
        f"the probability of each name. The longest: {'; '.join(said)}."
    )
