"""What each threshold costs, where a miss has a price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from helpers.figures.description import present
from helpers.figures.heaps import measure_heaps
from helpers.figures.style import LINE_STYLES, MARKERS, palette

THRESHOLDS = np.arange(1, 100) / 100


class Prices(NamedTuple):
    """What each threshold costs where a miss costs so many alarms, and the threshold chosen."""

    miss_costs: float
    costs: NDArray[Any]
    chosen: float
    cost: float


def prices(
    true_labels: ArrayLike, probabilities: ArrayLike, thresholds: Mapping[float, float]
) -> Axes:
    """Draw what every threshold costs, a false alarm counting one.

    Parameters
    ----------
    true_labels, probabilities
        As for `two_heaps`.
    thresholds : mapping of float to float
        For each price of a miss, in false alarms, the threshold to mark; at most four.
    """
    if not 1 <= len(thresholds) <= 4:
        raise ValueError(f"thresholds holds {len(thresholds)} prices, expected 1 to 4")
    lines = [
        measure_prices(true_labels, probabilities, price, chosen)
        for price, chosen in thresholds.items()
    ]
    return present((8, 4.2), lines, draw_prices, words_prices)


def measure_prices(
    true_labels: ArrayLike, probabilities: ArrayLike, miss_costs: float, chosen: float
) -> Prices:
    """Add up misses and alarms at every hundredth, and at the threshold that was chosen."""
    if miss_costs <= 0:
        raise ValueError(f"a miss costs {miss_costs:g}, expected more than 0 false alarms")
    costs = []
    for threshold in (*THRESHOLDS, chosen):
        heaps = measure_heaps(true_labels, probabilities, threshold)
        costs.append(miss_costs * heaps.missed + heaps.alarmed)
    return Prices(miss_costs, np.array(costs[:-1]), float(chosen), float(costs[-1]))


def draw_prices(axes: Axes, lines: list[Prices]) -> None:
    """Draw a line a price, with the chosen threshold marked."""
    for number, (price, costs, chosen, cost) in enumerate(lines):
        colour = palette(4)[number]
        label = f"a miss costs {price:g}: threshold {chosen:.2f}"
        axes.plot(THRESHOLDS, costs, LINE_STYLES[number], color=colour)
        look: dict[str, Any] = {"markersize": 11, "markeredgecolor": "black"}
        style = LINE_STYLES[number] + MARKERS[number]
        axes.plot([chosen], [cost], style, color=colour, label=label, **look)
        axes.plot([chosen, chosen], [0, cost], ":", color="0.4", linewidth=1)
    axes.set(xlabel="threshold", ylabel="cost, in false alarms", xlim=(0, 1))
    axes.set_ylim(0, 2.2 * max(line.cost for line in lines))
    axes.legend(loc="upper right")
    axes.grid(alpha=0.3)


def words_prices(lines: list[Prices]) -> str:
    """Read each line at its ends and at the threshold that was chosen."""
    words = ["Lines of the cost in false alarms against the threshold; each falls, then rises."]
    for price, costs, chosen, cost in lines:
        words.append(
            f"Where a miss costs {price:g}: {costs[0]:g} at the threshold 0.01, {cost:g} at the "
            f"marked {chosen:.2f}, {costs[-1]:g} at 0.99; the lowest is {costs.min():g}."
        )
    return " ".join(words)
