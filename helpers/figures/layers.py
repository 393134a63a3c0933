"""Layers: their activation functions, their layers in words, a picture of them."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from helpers.figures.description import DOTS_PER_INCH, describe
from helpers.figures.style import palette
from helpers.figures.wording import write_count, write_number

if TYPE_CHECKING:
    import keras
    from IPython.display import Image

_INPUTS = np.linspace(-4, 4, 401, dtype="float32")


def activations(names: Sequence[str]) -> Figure:
    """Draw activation functions of Keras, each in axes of its own.

    Parameters
    ----------
    names : sequence of str
        Names that ``keras.activations.get`` knows, of functions that work on
        each number by itself.
    """
    import keras

    if len(names) == 0:
        raise ValueError("names is empty, expected at least one activation")
    curves = {}
    for name in names:
        try:
            function = keras.activations.get(name)
        except ValueError as error:
            raise ValueError(f"{name!r} is not an activation that Keras knows") from error
        curve, part = (
            keras.ops.convert_to_numpy(function(numbers[np.newaxis]))[0]
            for numbers in (_INPUTS, _INPUTS[:200])
        )
        if not np.allclose(curve[:200], part, atol=1e-5):
            raise ValueError(f"{name!r} works on several numbers together and has no curve")
        curves[name] = curve
    columns = min(2, len(curves))
    rows = math.ceil(len(curves) / columns)
    size = (4 * columns, 2.9 * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for axes in list(grid.flat)[len(curves) :]:
        axes.remove()
    for axes, (name, curve) in zip(grid.flat, curves.items(), strict=False):
        draw_activation(axes, name, curve)
        describe(axes, words_activation(curve))
    return figure


def draw_activation(axes: Axes, name: str, curve: NDArray[Any]) -> None:
    """Draw one function over the two axes."""
    axes.axhline(0, color="0.5", linewidth=0.8)
    axes.axvline(0, color="0.5", linewidth=0.8)
    axes.plot(_INPUTS, curve, color=palette(1)[0], linewidth=2.5)
    axes.set(title=name, xlabel="z", ylim=(-1.6, 4.2))
    axes.grid(alpha=0.3)


def words_activation(curve: NDArray[Any]) -> str:
    """Read a function at three places."""
    values = [f"{write_number(np.interp(z, _INPUTS, curve))} at {z}" for z in (-2, 0, 2)]
    return f"{', '.join(values)}."


def describe_network(model: keras.Model) -> str:
    """Put the layers of a Keras model that has been built into words.

    They name the inputs, each layer with its size, activation and number of parameters
    (weights and biases), and the number of all parameters.
    """
    if not model.built or not hasattr(model, "input_shape"):
        raise ValueError("model has no known input shape, expected one with keras.Input(shape=...)")
    parts = [_sized(model.input_shape, "input")]
    for layer in model.layers:
        kind = type(layer).__name__
        if kind == "InputLayer":
            continue
        words = [f"{kind} with {_sized(layer.output.shape, 'output')}"]
        if hasattr(layer, "kernel_size"):
            words.append(f"filters of {' by '.join(map(str, layer.kernel_size))}")
        if hasattr(layer, "rate"):
            words.append(f"rate {layer.rate:g}")
        if hasattr(layer, "activation"):
            words.append(layer.activation.__name__)
        if layer.count_params():
            words.append(write_count(layer.count_params(), "parameter"))
        parts.append(", ".join(words))
    total = write_count(model.count_params(), "parameter")
    return f"A network of {'; '.join(parts)}. {total} in all."


def _sized(shape: Sequence[int | None], noun: str) -> str:
    """Put the shape of a batch into words: "8 inputs", "28 by 28 by 1 inputs"."""
    sizes = ["any number of" if size is None else str(size) for size in shape[1:]]
    return f"{' by '.join(sizes)} {noun}{'' if sizes == ['1'] else 's'}"


def show_image(draw: Callable[[], Image | None], words: str) -> Figure:
    """Show a picture that something else drew, with words of our own.

    Made for ``keras.utils.plot_model`` with the words of `describe_network`. The picture
    keeps its size, or is made smaller to fit 900 by 900 pixels.

    Parameters
    ----------
    draw : callable
        Draws a PNG picture and returns it as an `IPython.display.Image`:
        ``lambda: keras.utils.plot_model(model, "model.png")``. Where Graphviz or
        pydot is missing, ``plot_model`` raises ImportError, or prints a line and
        returns None; the figure then says so in one line and keeps its words.
    words : str
        Description of the picture.
    """
    try:
        image = draw()
    except ImportError:
        image = None
    if image is None:
        figure = plt.figure(figsize=(8, 0.6))
        line = "No picture: plot_model needs pydot and Graphviz (graphviz.org/download)."
        figure.text(0.5, 0.5, line, ha="center", va="center")
    else:
        pixels = plt.imread(io.BytesIO(image.data), format="png")
        height, width = pixels.shape[:2]
        scale = DOTS_PER_INCH * max(1, width / 900, height / 900)
        figure = plt.figure(figsize=(width / scale, height / scale))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.imshow(pixels, cmap="gray")
        axes.set_axis_off()
    describe(figure, words)
    return figure
