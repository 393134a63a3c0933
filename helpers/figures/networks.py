"""Networks beside each other: how many pictures they read as these change, and where they end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array, check_same_length
from helpers.figures.description import present
from helpers.figures.style import LINE_STYLES, MARKERS, palette
from helpers.figures.wording import write_number


class Shares(NamedTuple):
    """Shares right by the name of a line, over the steps of a change."""

    steps: NDArray[Any]
    change: str
    shares: dict[str, NDArray[Any]]


class Ends(NamedTuple):
    """Loss and accuracy of networks, and those that somebody else claims."""

    networks: dict[str, tuple[float, float]]
    claims: dict[str, tuple[float, float]]


def shares_right(steps: ArrayLike, change: str, shares: Mapping[str, ArrayLike]) -> Axes:
    """Draw the share of right answers against how far the pictures were changed.

    Parameters
    ----------
    steps : array_like, shape (n,)
        How far, for example pixels of a shift.
    change : str
        What the steps are: label of the axis.
    shares : mapping of str to array_like, shape (n,)
        Shares from 0 to 1, by the name of a line; at most four.
    """
    return present((7, 3.8), measure_shares(steps, change, shares), draw_shares, words_shares)


def measure_shares(steps: ArrayLike, change: str, shares: Mapping[str, ArrayLike]) -> Shares:
    """Check that each line has a share for each step."""
    places = check_array(steps, "steps", "one number a step", 1)
    lines = {str(n): check_array(v, str(n), "one share a step", 1) for n, v in shares.items()}
    if not 1 <= len(lines) <= len(LINE_STYLES):
        raise ValueError(f"shares holds {len(lines)} lines, expected one to {len(LINE_STYLES)}")
    check_same_length(steps=places, **lines)
    for name, values in lines.items():
        if values.min() < 0 or values.max() > 1:
            raise ValueError(f"the shares of {name} leave the range 0 to 1")
    return Shares(places, change, lines)


def draw_shares(axes: Axes, numbers: Shares) -> None:
    """Draw each line with its markers and name it where it ends."""
    colours = palette(len(LINE_STYLES))
    for place, (name, values) in enumerate(numbers.shares.items()):
        style = {"color": colours[place], "marker": MARKERS[place], "markersize": 8}
        axes.plot(numbers.steps, values, LINE_STYLES[place], label=name, **style)
        for step, value in zip(numbers.steps, values, strict=True):
            above = place == 0
            axes.annotate(
                f"{value:.2f}",
                (step, value),
                (0, 9 if above else -17),
                textcoords="offset points",
                ha="center",
                fontsize=9,
            )
    axes.set(xlabel=numbers.change, ylabel="share right", ylim=(0, 1.1), xticks=numbers.steps)
    axes.grid(alpha=0.3)
    axes.legend(loc="lower left")


def words_shares(numbers: Shares) -> str:
    """Read each line at every step."""
    words = f"Lines: across {numbers.change}, up the share right."
    for name, values in numbers.shares.items():
        read = ", ".join(
            f"{write_number(value)} at {step:g}"
            for step, value in zip(numbers.steps, values, strict=True)
        )
        words += f" {name[:1].upper()}{name[1:]}: {read}."
    return words


def loss_and_accuracy(
    networks: Mapping[str, Sequence[float]], claims: Mapping[str, Sequence[float]]
) -> Axes:
    """Draw networks as dots: loss across, accuracy up, with what others claim as hollow ones.

    Parameters
    ----------
    networks, claims : mapping of str to sequence of two floats
        Loss and accuracy, by name, as ``model.evaluate`` returns them.
    """
    return present((7.5, 4.2), measure_ends(networks, claims), draw_ends, words_ends)


def measure_ends(
    networks: Mapping[str, Sequence[float]], claims: Mapping[str, Sequence[float]]
) -> Ends:
    """Check that there is a loss and an accuracy for each."""
    if not networks or len(networks) + len(claims) > len(MARKERS):
        raise ValueError(f"there are {len(networks)} networks, expected some, and ten in all")
    for name, pair in (*networks.items(), *claims.items()):
        values = check_array(list(pair), str(name), "a loss and an accuracy", 1)
        if len(values) != 2 or not 0 <= values[1] <= 1:
            raise ValueError(f"{name} is {list(pair)}, expected a loss and an accuracy")
    return Ends(
        {str(name): (float(a), float(b)) for name, (a, b) in networks.items()},
        {str(name): (float(a), float(b)) for name, (a, b) in claims.items()},
    )


def draw_ends(axes: Axes, ends: Ends) -> None:
    """Draw a marker for each, with its name in the legend."""
    colours = palette(10)
    for place, (name, pair) in enumerate((*ends.networks.items(), *ends.claims.items())):
        claimed = place >= len(ends.networks)
        axes.plot(
            *pair,
            MARKERS[place],
            color=colours[place],
            markersize=11,
            markerfacecolor="none" if claimed else colours[place],
            markeredgecolor=colours[place] if claimed else "black",
            markeredgewidth=2 if claimed else 1,
            linestyle="",
            label=f"{name}: {write_number(pair[0])}, {write_number(pair[1])}",
        )
    axes.set(xlabel="loss (better to the left)", ylabel="accuracy (better above)")
    axes.margins(0.15)
    axes.grid(alpha=0.3)
    axes.legend(title="loss and accuracy", loc="lower left")


def words_ends(ends: Ends) -> str:
    """Give both numbers of each."""
    every = {**ends.networks, **ends.claims}
    each = "; ".join(
        f"{name}, loss {write_number(loss)} and accuracy {write_number(accuracy)}"
        for name, (loss, accuracy) in every.items()
    )
    return f"Networks as marks: across the loss, up the accuracy. {each[:1].upper()}{each[1:]}."
