"""Grey images in rows, with what they show and what they were taken for."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_labels, check_same_length
from helpers.figures.description import describe
from helpers.figures.style import palette, settle
from helpers.figures.wording import name_classes, write_count, write_name, write_number


class Pictures(NamedTuple):
    """Grey images, what is black and white, the names of true and predicted classes, the wrong."""

    images: NDArray[Any]
    scale: tuple[float, float]
    columns: int
    names: list[tuple[str, str]]
    wrong: list[bool]


def image_grid(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    predicted: ArrayLike | None = None,
    class_names: Sequence[str] | None = None,
    *,
    columns: int = 8,
    withheld: bool = False,
) -> Figure:
    """Draw grey images in rows, with labels and predictions as titles.

    Parameters
    ----------
    images : array_like, shape (n, height, width)
        Grey values; low is dark. All images share one scale, so that dim images
        look dim: 0 to 255 for integers, 0 to 1 for floating-point numbers in that
        range, else from the smallest to the largest value.
    labels, predicted : array_like of int, shape (n,), optional
        True and predicted class numbers. A wrong prediction gets a cross and a
        frame, and the true label below it.
    class_names : sequence of str, optional
        Name of each class; by default its number.
    columns : int
        Images per row.
    withheld : bool
        True for images that may not be redistributed, see `describe`.
    """
    grey = check_array(images, "images", "grey images of shape (n, height, width)", 3)
    if predicted is not None and labels is None:
        raise ValueError("predicted is given without labels, expected both or labels alone")
    if columns < 1:
        raise ValueError(f"columns is {columns}, expected at least 1")
    pairs, wrong = [], [False] * len(grey)
    if labels is not None:
        true = check_labels(labels, "labels", class_names)
        guess = true if predicted is None else check_labels(predicted, "predicted", class_names)
        check_same_length(images=grey, labels=true, predicted=guess)
        names = name_classes(class_names, max(true.max(), guess.max()) + 1)
        pairs = [(names[a], names[b]) for a, b in zip(true, guess, strict=True)]
        wrong = (true != guess).tolist()
    scale = float(grey.min()), float(grey.max())
    if np.issubdtype(grey.dtype, np.integer):
        scale = 0, 255
    elif scale[0] >= 0 and scale[1] <= 1:
        scale = 0, 1
    pictures = Pictures(grey, scale, min(columns, len(grey)), pairs, wrong)
    figure = draw_image_grid(pictures)
    describe(figure, words_image_grid(pictures), withheld=withheld)
    return figure


def draw_image_grid(pictures: Pictures) -> Figure:
    """Draw each image with its title, in a figure as high as that needs."""
    grey, (low, high), columns, names, wrong = pictures
    titles = [_title(*pair, 90 // columns) for pair in names] or [""] * len(grey)
    rows = math.ceil(len(grey) / columns)
    width = 8 / max(columns, 4)
    title_height = 0.2 * max(title.count("\n") + bool(title) for title in titles)
    height = width * grey.shape[1] / grey.shape[2] + title_height
    size = (width * columns, height * rows + 0.3 * any(wrong))
    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, picture, title, is_wrong in zip(grid.flat, grey, titles, wrong, strict=False):
        axes.set_axis_on()
        axes.set(xticks=[], yticks=[])
        axes.imshow(picture, cmap="gray", vmin=low, vmax=high)
        axes.set_title(title, fontsize=10, fontweight="bold" if is_wrong else "normal")
        if is_wrong:
            axes.spines[:].set(edgecolor=palette(4)[3], linewidth=4)
    if any(wrong):
        figure.supxlabel("✗ and a frame: wrong prediction, with the true label", fontsize=10)
    settle(figure)
    return figure


def _title(label: str, guess: str, width: int) -> str:
    lines = [label] if guess == label else [f"✗ {guess}", f"is {label}"]
    return "\n".join(textwrap.fill(line, width) for line in lines)


def words_image_grid(pictures: Pictures) -> str:
    """Read the labels in order, and say on which scale the images are drawn."""
    grey, (low, high), columns, names, wrong = pictures
    rows = math.ceil(len(grey) / columns)
    words = f"{write_count(len(grey), 'grey image')} in {write_count(rows, 'row')} of {columns}"
    if names:
        each = [
            write_name(label) + f" (predicted {guess})" * is_wrong
            for (label, guess), is_wrong in zip(names, wrong, strict=True)
        ]
        words += f", labels in reading order: {', '.join(each)}"
    whole = np.issubdtype(grey.dtype, np.integer)
    least, most = (str(v) if whole else write_number(v) for v in (grey.min(), grey.max()))
    words += f". Grey values run from {least} to {most}, "
    return f"{words}drawn on a scale from {low:g} to {high:g}."
