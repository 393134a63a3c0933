"""A network of dense layers as neurons and lines, with the numbers of one row in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from helpers.figures.checks import check_array
from helpers.figures.description import present
from helpers.figures.style import palette
from helpers.figures.wording import write_count, write_list

if TYPE_CHECKING:
    import keras

MOST_NEURONS = 12
"""In one layer; with more, the lines could not be told apart."""


class Wiring(NamedTuple):
    """The weights between the layers, and what each neuron puts out, if there is a row."""

    weights: list[NDArray[Any]]
    values: list[NDArray[Any]] | None
    names: list[list[str]]


def wiring(
    model: keras.Model,
    row: ArrayLike | None = None,
    input_names: Sequence[str] | None = None,
    output_names: Sequence[str] | None = None,
) -> Axes:
    """Draw a network of dense layers, each weight a line from neuron to neuron.

    A line is the wider, the larger the weight is; solid above zero, dashed below.

    Parameters
    ----------
    model : keras.Model
        A stack of `Dense` layers, at most 12 neurons in each.
    row : array_like, shape (inputs,), optional
        One row of data: each neuron then shows the number that it puts out.
    input_names, output_names : sequence of str, optional
        What stands beside the inputs and the outputs; by default nothing.
    """
    numbers = measure_wiring(model, row, input_names, output_names)
    return present((8, 4.2), numbers, draw_wiring, words_wiring)


def measure_wiring(
    model: keras.Model,
    row: ArrayLike | None,
    input_names: Sequence[str] | None,
    output_names: Sequence[str] | None,
) -> Wiring:
    """Read the weights, and push a row through the layers."""
    layers = [layer for layer in model.layers if layer.get_weights()]
    if not layers or any(type(layer).__name__ != "Dense" for layer in layers):
        raise ValueError("model has other layers than Dense, or none, expected Dense layers alone")
    weights = [np.asarray(layer.get_weights()[0], dtype=float) for layer in layers]
    sizes = [len(weights[0]), *(part.shape[1] for part in weights)]
    if max(sizes) > MOST_NEURONS:
        raise ValueError(f"a layer has {max(sizes)} neurons, expected at most {MOST_NEURONS}")
    values = None
    if row is not None:
        inputs = check_array(row, "row", f"{sizes[0]} numbers, one an input", 1)
        if len(inputs) != sizes[0]:
            raise ValueError(f"row has {len(inputs)} numbers, expected {sizes[0]}, one an input")
        values = [inputs.astype("float32")]
        for layer in model.layers:
            values.append(np.asarray(layer(values[-1][np.newaxis]))[0])
    ends = {0: input_names, len(sizes) - 1: output_names}
    names = [list(ends.get(place) or [""] * size) for place, size in enumerate(sizes)]
    for size, given in zip(sizes, names, strict=True):
        if len(given) != size:
            raise ValueError(f"there are {len(given)} names for {size} neurons")
    return Wiring(weights, values, names)


def draw_wiring(axes: Axes, numbers: Wiring) -> None:
    """Draw columns of neurons, from the inputs on the left to the outputs on the right."""
    places = [
        [(layer, (len(names) - 1) / 2 - neuron) for neuron in range(len(names))]
        for layer, names in enumerate(numbers.names)
    ]
    largest = max(np.abs(part).max() for part in numbers.weights) or 1
    below, above = palette(2)[1], palette(2)[0]
    for layer, weights in enumerate(numbers.weights):
        for (start, end), weight in np.ndenumerate(weights):
            axes.plot(
                *zip(places[layer][start], places[layer + 1][end], strict=True),
                color=above if weight > 0 else below,
                linestyle="-" if weight > 0 else (0, (4, 2)),
                linewidth=0.3 + 3.5 * abs(weight) / largest,
                alpha=0.8,
                zorder=1,
            )
    for layer, names in enumerate(numbers.names):
        for neuron, name in enumerate(names):
            place = places[layer][neuron]
            value = None if numbers.values is None else numbers.values[layer][neuron]
            silent = value == 0
            axes.scatter(
                *place, s=1100, color="0.85" if silent else "white", edgecolors="black", zorder=2
            )
            if value is not None:
                axes.annotate(f"{value:.2f}", place, ha="center", va="center", fontsize=10)
            side = {0: (-22, "right"), len(numbers.names) - 1: (22, "left")}.get(layer)
            if side:
                axes.annotate(
                    name,
                    place,
                    (side[0], 0),
                    textcoords="offset points",
                    ha=side[1],
                    va="center",
                    fontsize=10,
                )
    tallest = max(map(len, numbers.names))
    axes.plot([], [], color=above, linewidth=2, label="weight above zero")
    axes.plot([], [], color=below, linewidth=2, linestyle=(0, (4, 2)), label="weight below zero")
    axes.set(xlim=(-0.75, len(places) - 0.35), ylim=(-tallest / 2, tallest / 2))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=2, frameon=False)
    axes.set_axis_off()


def words_wiring(numbers: Wiring) -> str:
    """Say how many neurons each layer has, and what each puts out for the row."""
    sizes = [len(names) for names in numbers.names]
    kinds = ["input", *["hidden neuron"] * (len(sizes) - 2), "output"]
    layers = [write_count(size, kind) for size, kind in zip(sizes, kinds, strict=True)]
    count = sum(part.size for part in numbers.weights)
    words = f"A network drawn from left to right: {', '.join(layers)}. "
    words += f"{write_count(count, 'weight')}, each a line from neuron to neuron. "
    flat = [
        (abs(w), w, layer, place)
        for layer, part in enumerate(numbers.weights)
        for place, w in np.ndenumerate(part)
    ]
    _, weight, layer, (start, end) = max(flat)
    words += f"The widest line, {weight:.2f}, leads from place {start + 1} of column {layer + 1} "
    words += f"to place {end + 1} of the next."
    if numbers.values is None:
        return words
    for kind, names, values in zip(kinds, numbers.names, numbers.values, strict=True):
        written = [f"{value:.2f}" for value in values]
        said = write_list(zip(names, written, strict=True)) if any(names) else ", ".join(written)
        words += f" {kind.capitalize()}s: {said}."
    return words
