"""How fair coins fall: what chance does where two classifiers differ."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from helpers.figures.description import describe
from helpers.figures.style import palette


class Coins(NamedTuple):
    """How often each number of heads comes, and which are as uneven as what was seen."""

    heads: int
    tosses: int
    shares: NDArray[Any]
    uneven: NDArray[Any]


def coin_tosses(splits: Sequence[tuple[int, int]]) -> Figure:
    """Draw how often fair coins fall as they may, and mark what is as uneven as each split.

    Parameters
    ----------
    splits : sequence of tuple of int
        For each panel, how many coins fell on either side.
    """
    panels = [measure_coins(*split) for split in splits]
    figure, row = plt.subplots(
        1, len(panels), figsize=(8, 3.2), layout="constrained", squeeze=False
    )
    for axes, coins in zip(row.flat, panels, strict=True):
        draw_coins(axes, coins)
        describe(axes, words_coins(coins))
    row[0, 0].set_ylabel("share of all outcomes")
    return figure


def measure_coins(first: int, second: int) -> Coins:
    """Count the outcomes of so many fair coins."""
    tosses = first + second
    if min(first, second) < 0 or tosses == 0:
        raise ValueError(f"the split is {first}:{second}, expected counts of at least one coin")
    heads = np.arange(tosses + 1)
    shares = np.array([comb(tosses, count) for count in heads]) / 2**tosses
    return Coins(first, tosses, shares, abs(2 * heads - tosses) >= abs(first - second))


def draw_coins(axes: Axes, coins: Coins) -> None:
    """Draw a bar for each number of heads; hatch those that are as uneven."""
    heads = np.arange(coins.tosses + 1)
    other, marked = palette(2)
    axes.bar(heads[~coins.uneven], coins.shares[~coins.uneven], color=other)
    axes.bar(
        heads[coins.uneven], coins.shares[coins.uneven], color=marked, hatch="//", edgecolor="0.2"
    )
    axes.plot(heads[coins.uneven], coins.shares[coins.uneven] + 0.012, "v", color="0.2", ms=4)
    axes.set(xlabel=f"heads, of {coins.tosses} coins", xticks=heads[::3])
    axes.set_title(f"{coins.heads}:{coins.tosses - coins.heads}", fontsize=11)
    said = f"marked: {coins.shares[coins.uneven].sum():.4f}"
    axes.text(0.5, 0.97, said, transform=axes.transAxes, ha="center", va="top")
    axes.set_ylim(0, 1.35 * coins.shares.max())


def words_coins(coins: Coins) -> str:
    """Say which outcomes are marked and how often they come."""
    least = max(coins.heads, coins.tosses - coins.heads)
    share = coins.shares[coins.uneven].sum()
    return (
        f"Bars over the heads of {coins.tosses} coins, highest in the middle. Those with at least "
        f"{least} coins on one side are marked: {share:.4f} of all outcomes."
    )
