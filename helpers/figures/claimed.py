"""What tutorials claim, each on a line with the seeds that were measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.evaluation import prediction_interval, verdict
from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.style import palette
from helpers.figures.wording import write_number
from helpers.originals import CLAIMS, Claim


class Claimed(NamedTuple):
    """What seeds measured, where one more would lie, a tutorial's claim, and the baseline."""

    name: str
    claim: Claim
    values: NDArray[Any]
    baseline: float
    limits: tuple[float, float]
    verdict: str


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
    for axes, claimed in zip(panels.flat, claims, strict=True):
        draw_claim(axes, claimed)
        describe(axes, words_claim(claimed))
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
        found.append(
            Claimed(
                name,
                claim,
                values,
                float(baseline[name]),
                prediction_interval(values),
                verdict(claim, values),
            )
        )
    return found


def draw_claim(axes: Axes, claimed: Claimed) -> None:
    """Draw the seeds as dots, equal ones stacked, the baseline as a bar, the claim below."""
    blue, orange = palette(2)
    name, claim, values = claimed[:3]
    seen: Counter[float] = Counter()
    heights = []
    for value in values.round(6):
        heights.append(0.35 * seen[value])
        seen[value] += 1
    axes.plot(claimed.limits, [0, 0], color="0.8", linewidth=8, zorder=0, label="one more seed")
    axes.plot(values, heights, "o", color=blue, ms=5, alpha=0.7, label="seed")
    axes.plot([claimed.baseline], [0], "|", color="0.1", ms=18, mew=2, label="baseline")
    if claim.number is not None:
        fill = "white" if claim.other_data else orange
        marker = ">" if claim.at_least else "^"
        axes.plot([claim.number], [-0.75], marker, color=fill, mec="black", ms=9, label="claim")
    label = name if claim.metric in name else f"{name}\n{claim.metric}"
    axes.set(yticks=[0], yticklabels=[label], ylim=(-1.3, max(*heights, 1) + 0.4))
    axes.set_title(claimed.verdict, loc="right", fontsize=10, pad=0)
    axes.margins(x=0.06)
    axes.tick_params(labelsize=9)
    axes.spines[["left", "right", "top"]].set_visible(False)


def words_claim(claimed: Claimed) -> str:
    """Say where the seeds, the claim and the baseline lie, and what follows."""
    name, claim, values = claimed[:3]
    low, high = write_number(values.min()), write_number(values.max())
    name = name if claim.metric in name else f"{name}, {claim.metric}"
    written = "nothing" if claim.number is None else str(claim)
    return (
        f"{name[0].upper()}{name[1:]}: {len(values)} seeds as dots on a line, from {low} to "
        f"{high}; one more seed from {write_number(claimed.limits[0])} to "
        f"{write_number(claimed.limits[1])}; claimed {written}; baseline "
        f"{write_number(claimed.baseline)}; {claimed.verdict}."
    )
