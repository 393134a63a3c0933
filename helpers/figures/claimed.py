"""What tutorials claim, each on a line with the seeds that were measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from helpers.evaluation import verdict
from helpers.figures.checks import check_array
from helpers.figures.description import describe
from helpers.figures.style import palette
from helpers.figures.wording import write_number
from helpers.originals import CLAIMS


class Claimed(NamedTuple):
    """What seeds measured, what a tutorial claims, and what the simplest method reaches."""

    name: str
    quantity: str
    values: NDArray[Any]
    number: float | None
    written: str
    baseline: float
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
    for axes, claim in zip(panels.flat, claims, strict=True):
        draw_claim(axes, claim)
        describe(axes, words_claim(claim))
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=3)
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
        said = verdict(claim, values)
        about = (name, claim.metric, values, claim.number, str(claim))
        found.append(Claimed(*about, float(baseline[name]), said))
    return found


def draw_claim(axes: Axes, claim: Claimed) -> None:
    """Draw the seeds as dots, the baseline as a bar, and the claim as a diamond."""
    colours = palette(2)
    axes.plot(claim.values, [0] * len(claim.values), "o", color=colours[0], alpha=0.6, label="seed")
    axes.plot([claim.baseline], [0], "|", color="0.2", ms=20, mew=2, label="baseline")
    if claim.number is not None:
        axes.plot([claim.number], [0.55], "vk", markersize=9, label="claim")
    axes.set(yticks=[0], yticklabels=[f"{claim.name}\n({claim.quantity})"], ylim=(-0.5, 0.9))
    axes.margins(x=0.06)
    axes.tick_params(labelsize=9)
    axes.spines[["left", "right", "top"]].set_visible(False)


def words_claim(claim: Claimed) -> str:
    """Say where the seeds, the claim and the baseline lie."""
    low, high = write_number(claim.values.min()), write_number(claim.values.max())
    return (
        f"{claim.name.capitalize()}, {claim.quantity}: {len(claim.values)} seeds as dots on a "
        f"line, from {low} to {high}; claimed {claim.written}; baseline "
        f"{write_number(claim.baseline)}; {claim.verdict}."
    )
