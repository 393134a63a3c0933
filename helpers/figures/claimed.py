"""What tutorials claim, each on a line with the seeds that were measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.evaluation import prediction_interval
from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.style import palette
from helpers.figures.wording import write_number
from helpers.originals import CLAIMS


class Claimed(NamedTuple):
    """What seeds measured, where one more would lie, a tutorial's claim, and the baseline."""

    name: str
    quantity: str
    values: NDArray[Any]
    number: float | None
    written: str
    baseline: float
    limits: tuple[float, float]


def claims_and_seeds(measured: Mapping[str, ArrayLike], baseline: Mapping[str, float]) -> Figure:
    """Draw what seeds measured on a line for each claim, with the claim and a baseline marked.

    Parameters
    ----------
    measured : mapping of str to array_like of float, shape (seeds,)
        For names of claims in `helpers.originals.CLAIMS`, one number a seed.
    baseline : mapping of str to float
        For the same names what the simplest method reaches.
    """
    claims = measure_claims(measured, baseline)
    size = (8, 0.8 + 0.95 * len(claims))
    figure, panels = plt.subplots(len(claims), 1, figsize=size, layout="constrained", squeeze=False)
    for axes, claim in zip(panels.flat, claims, strict=True):
        draw_claim(axes, claim)
        describe(axes, words_claim(claim))
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4)
    return figure


def measure_claims(
    measured: Mapping[str, ArrayLike], baseline: Mapping[str, float]
) -> list[Claimed]:
    """Put together what is known of each claim."""
    found = []
    for name, numbers in measured.items():
        if name not in CLAIMS or name not in baseline:
            raise ValueError(f"{name!r} is no claim of helpers.originals, or has no baseline")
        claim, values = CLAIMS[name], check_array(numbers, name, "one number a seed", 1)
        about = (name, claim.metric, values, claim.number, str(claim))
        limits = prediction_interval(values)
        found.append(Claimed(*about, float(baseline[name]), limits))
    return found


def draw_claim(axes: Axes, claim: Claimed) -> None:
    """Draw the seeds as dots, equal ones stacked, the baseline as a bar, the claim below."""
    blue, orange = palette(2)
    seen: Counter[float] = Counter()
    heights = []
    for value in claim.values.round(6):
        heights.append(0.35 * seen[value])
        seen[value] += 1
    axes.plot(claim.limits, [0, 0], color="0.8", linewidth=8, zorder=0, label="one more seed")
    axes.plot(claim.values, heights, "o", color=blue, ms=5, alpha=0.7, label="seed")
    axes.plot([claim.baseline], [0], "|", color="0.1", ms=18, mew=2, label="baseline")
    if claim.number is not None:
        axes.plot([claim.number], [-0.75], "^", color=orange, mec="black", ms=9, label="claim")
    label = claim.name if claim.quantity in claim.name else f"{claim.name}\n{claim.quantity}"
    axes.set(yticks=[0], yticklabels=[label], ylim=(-1.3, max(*heights, 1) + 0.4))
    axes.margins(x=0.06)
    axes.tick_params(labelsize=9)
    axes.spines[["left", "right", "top"]].set_visible(False)


def words_claim(claim: Claimed) -> str:
    """Say where the seeds, the claim and the baseline lie."""
    low, high = write_number(claim.values.min()), write_number(claim.values.max())
    name = claim.name if claim.quantity in claim.name else f"{claim.name}, {claim.quantity}"
    claimed = "nothing" if claim.number is None else claim.written
    return (
        f"{name[0].upper()}{name[1:]}: {len(claim.values)} seeds as dots on a line, from {low} to "
        f"{high}; one more seed from {write_number(claim.limits[0])} to "
        f"{write_number(claim.limits[1])}; claimed {claimed}; baseline "
        f"{write_number(claim.baseline)}."
    )
