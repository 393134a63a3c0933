"""How every figure looks: a size, colours that all can tell apart, and never colour alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

MANY_CLASSES = 12
"""With more classes than this, cells stay unwritten and words summarise."""

MARKERS = "os^DvPX*<>"
LINE_STYLES = ("-", "--", "-.", ":")
PLAIN = {"facecolor": "white", "linewidth": 0, "pad": 0.8, "alpha": 0.8}
"""The ground of words that lie over lines or points."""


def palette(count: int) -> list[tuple[float, float, float]]:
    """Return colours that colour-blind readers can tell apart, at most ten."""
    return sns.color_palette("colorblind", count)


def looks(names: Sequence[str]) -> list[tuple[tuple[float, float, float], str]]:
    """Return a colour and a marker for each class: "class 3" keeps those of the fourth class."""
    looks = []
    for place, name in enumerate(names):
        last = name.split()[-1] if name.strip() else ""
        number = int(last) if last.isdigit() and int(last) < len(MARKERS) else place
        looks.append((palette(len(MARKERS))[number], MARKERS[number]))
    return looks


def legend_beside(axes: Axes) -> None:
    """Put the legend to the right of the axes, where it covers nothing."""
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)


def settle(figure: Figure) -> None:
    """Lay a figure out once and for all: drawn again, the layout of images would move."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")


def frame_squares(axes: Axes, places: Mapping[str, tuple[int, int]], side: int = 1) -> None:
    """Frame squares of an image, each from its upper left pixel on, with its name on the left."""
    for name, (row, column) in places.items():
        corner = column - 0.5, row - 0.5
        colour = palette(1)[0]
        axes.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=colour, linewidth=3))
        label = {"fontsize": 14, "ha": "right", "va": "center", "zorder": 3}
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 1} if name else None
        axes.text(corner[0] - 0.8, row + (side - 1) / 2, name, label, bbox=paper)


def heat_map(
    axes: Axes,
    values: NDArray[Any],
    written: NDArray[Any] | None,
    names: Sequence[str],
    quantity: str,
    cmap: str,
    vmin: float,
) -> None:
    """Draw a square of cells, with readable numbers in them if there are any."""
    whole = written is not None and np.issubdtype(written.dtype, np.integer)
    sns.heatmap(
        values,
        ax=axes,
        annot=written,
        fmt="d" if whole else ".2f",
        linewidths=0 if written is None else 0.5,
        cbar_kws={"label": quantity},
        cmap=cmap,
        vmin=vmin,
        vmax=1,
    )
    # Relative luminance, and where black and white contrast equally with it, as WCAG 2 has them.
    cells = np.asarray(axes.collections[0].get_facecolor(), dtype=float)[:, :3]
    linear = np.where(cells <= 0.04045, cells / 12.92, ((cells + 0.055) / 1.055) ** 2.4)
    for text, luminance in zip(axes.texts, linear @ (0.2126, 0.7152, 0.0722), strict=False):
        text.set_color("black" if luminance > 0.179 else "white")
    every = 1 if len(names) <= 25 else 5
    places = np.arange(0, len(names), every) + 0.5
    axes.set_yticks(places, names[::every], rotation=0)
    slanted = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
    crowded = max(map(len, names)) * len(places) > 50
    axes.set_xticks(places, names[::every], **(slanted if crowded else {"rotation": 0}))
