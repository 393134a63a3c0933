"""The score of a small network above the plane: a sheet with one fold for each hidden neuron."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from helpers.figures.description import describe
from helpers.figures.style import palette
from helpers.figures.wording import write_count, write_number

STEPS = 100
"""Places of a sheet in each direction."""


class Sheet(NamedTuple):
    """A network's score at each place of a square."""

    title: str
    places: NDArray[Any]
    scores: NDArray[Any]
    neurons: int


def folded_sheets(networks: Mapping[str, Any], reach: float = 1.5) -> Figure:
    """Draw the scores of networks with two inputs, one hidden ReLU layer and one output.

    The score is what the output's sigmoid is given. Where the sheet lies above 0, the
    answer is yes; there it has another colour.

    Parameters
    ----------
    networks : mapping of str to keras.Model
        By the titles of the sheets, at most four.
    reach : float
        The sheets go from minus this to this, across and up.
    """
    sheets = [measure_sheet(title, network, reach) for title, network in networks.items()]
    figure = plt.figure(figsize=(8, 3.4), layout="constrained")
    for place, sheet in enumerate(sheets, 1):
        axes = figure.add_subplot(1, len(sheets), place, projection="3d")
        draw_sheet(axes, sheet)
        describe(axes, words_sheet(sheet))
    return figure


def measure_sheet(title: str, network: Any, reach: float) -> Sheet:  # noqa: ANN401 - keras.Model
    """Calculate the score from the network's weights."""
    weights = network.get_weights()
    if len(weights) != 4 or weights[0].shape[0] != 2 or weights[2].shape[1] != 1:
        shapes = ", ".join(str(part.shape) for part in weights)
        raise ValueError(f"{title!r} has weights {shapes}, expected two inputs, hidden, one output")
    kernel, bias, outer, last = weights
    places = np.linspace(-reach, reach, STEPS)
    grid = np.stack(np.meshgrid(places, places), axis=-1)
    scores = np.maximum(grid @ kernel + bias, 0) @ outer + last
    return Sheet(title, places, scores[..., 0], len(bias))


def draw_sheet(axes: Any, sheet: Sheet) -> None:  # noqa: ANN401 - three-dimensional axes
    """Draw the sheet, in one colour above 0 and in another below."""
    x, y = np.meshgrid(sheet.places, sheet.places)
    no, yes = palette(2)
    colours = np.where((sheet.scores > 0)[..., np.newaxis], yes, no)
    axes.plot_surface(
        x, y, sheet.scores, facecolors=colours, rcount=STEPS, ccount=STEPS, shade=True
    )
    axes.set(title=sheet.title, xlabel="x", ylabel="y", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
    axes.set_zticks([0], ["0"])
    axes.tick_params(labelsize=9, pad=0)
    axes.view_init(elev=38, azim=-60)


def words_sheet(sheet: Sheet) -> str:
    """Say how high the sheet is at its middle and its corners, and how much of it is above 0."""
    middle = sheet.scores[STEPS // 2, STEPS // 2]
    corners = ", ".join(f"{sheet.scores[up, across]:.1f}" for up in (0, -1) for across in (0, -1))
    words = (
        f"Surface of the score above x and y, folded by {write_count(sheet.neurons, 'neuron')}. "
    )
    words += f"Its middle is at {middle:.1f}; its corners, lower left, lower right, upper left, "
    words += f"upper right, at {corners}. Above 0 lies {write_number(np.mean(sheet.scores > 0))} "
    return words + "of the area."
