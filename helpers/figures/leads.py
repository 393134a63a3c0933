"""By how much one network is ahead: the interval of each of several pairs, and the truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from helpers.evaluation import paired_difference
from helpers.figures.description import present
from helpers.figures.dots import measure_pairs
from helpers.figures.style import palette
from helpers.figures.wording import write_number


class Lead(NamedTuple):
    """The mean lead of B over A, the limits of its interval, and the lead in truth."""

    mean: float
    low: float
    high: float
    truth: float

    @property
    def verdict(self) -> str:
        """Which is better, as the interval says; "=" where it holds 0."""
        return "B" if self.low > 0 else "A" if self.high < 0 else "="


def leads_of_pairs(a: ArrayLike, b: ArrayLike, truths: Sequence[float]) -> Axes:
    """Draw for each pair of networks how far B is ahead of A, with the interval and the truth.

    Parameters
    ----------
    a, b : array_like of float, shape (pairs, seeds)
        What each seed measured, an even number of pairs.
    truths : sequence of float, shape (pairs,)
        How far B is ahead in truth.
    """
    leads = measure_leads(a, b, truths)
    return present((8, 0.9 + 0.5 * len(leads)), leads, draw_leads, words_leads)


def measure_leads(a: ArrayLike, b: ArrayLike, truths: Sequence[float]) -> list[Lead]:
    """Calculate the interval of the mean difference of each pair."""
    pairs = measure_pairs(a, b)
    if len(truths) != len(pairs):
        raise ValueError(f"there are {len(pairs)} pairs and {len(truths)} truths, expected as many")
    return [
        Lead(*paired_difference(pair.b, pair.a)[:3], float(truth))
        for pair, truth in zip(pairs, truths, strict=True)
    ]


def draw_leads(axes: Axes, leads: list[Lead]) -> None:
    """Draw an interval a pair, dashed where it holds 0, the truth as a diamond, the verdict."""
    axes.axvline(0, color="0.3", linewidth=1.5)
    for height, lead in enumerate(leads):
        undecided = lead.verdict == "="
        colour, style = (palette(2)[1], "--") if undecided else (palette(2)[0], "-")
        axes.plot([lead.low, lead.high], [height] * 2, style, color=colour, linewidth=2.5)
        axes.plot([lead.low, lead.mean, lead.high], [height] * 3, "|", color=colour, ms=11, mew=2.5)
        axes.plot([lead.truth], [height], "D", color="black", ms=7, label="truth" * (not height))
        place = {"transform": axes.get_yaxis_transform(), "va": "center", "fontsize": 11}
        said = "holds 0, so =" if undecided else f"leaves 0 out: {lead.verdict}"
        axes.text(1.02, height, said, place)
    names = [f"pair {number}" for number in range(1, len(leads) + 1)]
    axes.set(yticks=range(len(leads)), yticklabels=names, ylim=(len(leads) - 0.5, -0.5))
    axes.set_xlabel("how far B is ahead of A, in accuracy")
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1))


def words_leads(leads: list[Lead]) -> str:
    """Give each pair's interval, its truth and what follows."""
    words = "Intervals on lines, one a pair, over how far B is ahead of A; a diamond is the truth."
    for number, lead in enumerate(leads, 1):
        low, high, truth = map(write_number, (lead.low, lead.high, lead.truth))
        words += f" Pair {number}: from {low} to {high}, so {lead.verdict}; truth {truth}."
    return words
