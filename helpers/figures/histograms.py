"""Histograms of measurements, by outcome: where the gaps stand, and what filling them does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_binary_labels, check_same_length
from helpers.figures.description import describe
from helpers.figures.style import palette
from helpers.figures.wording import write_count

BINS = 24
MOST_SPIKES = 2
GROUPS = ("no diabetes", "diabetes")


class Histogram(NamedTuple):
    """How many women of each outcome are in each bin, and where many share one value."""

    name: str
    edges: NDArray[Any]
    counts: NDArray[Any]
    """Shape (2, bins), those without diabetes first."""
    medians: list[float]
    spikes: list[tuple[float, int, int]]
    """A value, and how many without and with diabetes have it."""


def histograms(
    features: pd.DataFrame, outcome: ArrayLike, zeros: Mapping[str, int] | None = None
) -> Figure:
    """Draw a histogram for each column, with the two outcomes stacked.

    Parameters
    ----------
    features : pandas.DataFrame
        One row a woman, numbers only.
    outcome : array_like of int, shape (n,)
        0 or 1, both present.
    zeros : mapping of str to int, optional
        The columns in which a zero is no measurement, by name; where the number
        is not 0, the zeros are marked and counted in the picture.
    """
    marked = [name for name, count in ({} if zeros is None else dict(zeros)).items() if count]
    if unknown := [str(name) for name in marked if name not in features]:
        raise ValueError(f"zeros names {', '.join(unknown)}, which features does not have")
    panels = [
        measure_histogram(features[name], outcome, str(name), [0] if name in marked else [])
        for name in features
    ]
    return _draw_all(panels, columns=4 if len(panels) > 3 else len(panels))


def filled_gaps(tables: Mapping[str, pd.DataFrame], column: str, outcome: ArrayLike) -> Figure:
    """Draw one column of several tables that differ in how its gaps are filled.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        At most four tables of the same women, by what was done to the gaps. Values that
        more than a twentieth of the women share are marked as spikes, at most two.
    column : str
        Which column to draw.
    outcome : array_like of int, shape (n,)
        0 or 1, both present.
    """
    if not 1 <= len(tables) <= 4:
        raise ValueError(f"tables holds {len(tables)}, expected 1 to 4 tables by name")
    panels = []
    for name, table in tables.items():
        if column not in table:
            raise ValueError(f"the table {name!r} has no column {column!r}")
        shared = table[column].value_counts()
        often = shared[shared > len(table) / 20].index.tolist()[:MOST_SPIKES]
        panels.append(measure_histogram(table[column], outcome, name, sorted(often)))
    return _draw_all(panels, columns=len(panels))


def measure_histogram(
    values: pd.Series, outcome: ArrayLike, name: str, spikes: list[float]
) -> Histogram:
    """Count the women of each outcome, bin by bin and at the spikes."""
    truth = check_binary_labels(outcome)
    numbers = values.to_numpy(dtype=float)
    check_same_length(values=numbers, outcome=truth)
    edges = np.linspace(numbers.min(), numbers.max(), BINS + 1)
    groups = [numbers[truth == group] for group in (0, 1)]
    measured = [group[~np.isin(group, spikes)] for group in groups]
    return Histogram(
        name,
        edges,
        np.array([np.histogram(group, edges)[0] for group in groups]),
        [float(np.median(group)) for group in measured],
        [
            (spike, int(np.sum(groups[0] == spike)), int(np.sum(groups[1] == spike)))
            for spike in spikes
        ],
    )


def _draw_all(panels: list[Histogram], columns: int) -> Figure:
    rows = -(-len(panels) // columns)
    size = (8, 0.5 + 2.1 * rows if rows > 1 else 3.2)
    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for axes in list(grid.flat)[len(panels) :]:
        axes.remove()
    for axes, panel in zip(grid.flat, panels, strict=False):
        draw_histogram(axes, panel)
        describe(axes, words_histogram(panel))
    for axes in grid[:, 0]:
        axes.set_ylabel("women")
    handles, names = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles[::-1], names[::-1], loc="outside lower center", ncols=2, fontsize=10)
    return figure


def draw_histogram(axes: Axes, histogram: Histogram) -> None:
    """Draw the bins with the two outcomes stacked, those with diabetes hatched, and the spikes."""
    starts, width = histogram.edges[:-1], np.diff(histogram.edges)
    healthy, ill = histogram.counts
    blue, orange = palette(2)
    look: dict[str, Any] = {"align": "edge", "edgecolor": "white", "linewidth": 0.4}
    axes.bar(starts, ill, width, color=orange, hatch="////", label=GROUPS[1], **look)
    axes.bar(starts, healthy, width, bottom=ill, color=blue, label=GROUPS[0], **look)
    highest = histogram.counts.sum(axis=0).max()
    for place, (value, without, with_it) in enumerate(histogram.spikes):
        text = f"{without + with_it} at {value:.4g}"
        if len(histogram.spikes) > 1 or value != 0:
            text += f":\n{with_it} with,\n{without} without"
        high = without + with_it
        if text.count("\n"):
            where: dict[str, Any] = {"xytext": (0.97, 0.97 - 0.36 * place), "ha": "right"}
            where |= {"textcoords": "axes fraction", "va": "top"}
        elif high > highest / 2:
            where = {"xytext": (22, -3), "textcoords": "offset points", "va": "center"}
        else:
            where = {"xytext": (-4, 22), "textcoords": "offset points"}
        arrow = {"arrowstyle": "->", "color": "0.2"}
        axes.annotate(text, (value + width[0] / 2, high), fontsize=9, arrowprops=arrow, **where)
    axes.set_title(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", histogram.name), fontsize=10)
    axes.set_ylim(0, highest * 1.12)
    axes.tick_params(labelsize=9)
    axes.spines[["top", "right"]].set_visible(False)


def words_histogram(histogram: Histogram) -> str:
    """Give the range, the medians of the two outcomes, and the spikes."""
    without, with_it = (f"{median:.4g}" for median in histogram.medians)
    low, high = (f"{edge:.4g}" for edge in histogram.edges[[0, -1]])
    aside = " without the spikes" if len(histogram.spikes) > 1 else ""
    aside = " without the spike" if len(histogram.spikes) == 1 else aside
    words = f"Histogram from {low} to {high}. Median{aside} {without} without diabetes, "
    words += f"{with_it} with."
    for value, healthy, ill in histogram.spikes:
        words += f" A spike at {value:.4g}: {write_count(healthy + ill, 'woman')}, "
        words += f"{ill} with diabetes and {healthy} without."
    return words.replace("womans", "women")
