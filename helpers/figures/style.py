"""What the figures look like: colours, markers, axes, legend.

Classes and curves differ in colour and in marker or line, never in colour alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.axes import Axes

from helpers.figures.description import describe

MARKERS = "os^DvPX*<>"
LINE_STYLES = ("-", "--", "-.", ":")

Numbers = TypeVar("Numbers")


def palette(count: int) -> list[tuple[float, float, float]]:
    """Return colours that colour-blind readers can tell apart, at most ten."""
    return sns.color_palette("colorblind", count)


def compose(
    numbers: Numbers,
    draw: Callable[[Axes, Numbers], None],
    words: Callable[[Numbers], str],
    axes: Axes | None,
    size: tuple[float, float],
) -> Axes:
    """Draw numbers into axes, or into a new figure of that size in inches, and describe them."""
    axes = axes or plt.subplots(figsize=size, layout="compressed")[1]
    draw(axes, numbers)
    describe(axes, words(numbers))
    return axes


def legend_beside(axes: Axes) -> None:
    """Put the legend to the right of the axes, where it hides no point."""
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)
