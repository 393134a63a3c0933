"""Networks: their layers in words, a picture of them."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from helpers.figures.description import DOTS_PER_INCH, describe
from helpers.figures.wording import write_count

if TYPE_CHECKING:
    import keras
    from IPython.display import Image


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
