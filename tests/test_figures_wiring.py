from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.plotting import description, wiring


@pytest.fixture(autouse=True)
def no_figure_is_left():
    yield
    plt.close("all")


def network(width=2):
    layers = [keras.layers.Dense(width, "relu"), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((2,)), *layers])
    kernel = np.zeros((2, width))
    kernel[0, :2] = [1, -2]
    model.set_weights([kernel, np.zeros(width), np.full((width, 1), 0.5), np.ones(1)])
    return model


def test_every_weight_is_a_line_and_every_neuron_shows_what_it_puts_out():
    axes = wiring(network(), [3, 1], ["length", "width"], ["answer"])
    assert description(axes) == (
        "A network drawn from left to right: 2 inputs, 2 hidden neurons, 1 output. 6 weights, each "
        "a line from neuron to neuron. The widest line, -2.00, leads from place 1 of column 1 to "
        "place 2 of the next. Inputs: length 3.00, width 1.00. Hidden neurons: 3.00, 0.00. "
        "Outputs: answer 2.50."
    )
    drawn = [line for line in axes.get_lines() if len(line.get_xdata()) == 2]
    widths = [line.get_linewidth() for line in drawn]
    assert len(drawn) == 6
    assert widths.index(max(widths)) == 1
    assert [line.get_linestyle() for line in drawn[:2]] == ["-", "--"]


def test_without_a_row_the_neurons_are_empty():
    axes = wiring(network())
    assert description(axes).endswith("to place 2 of the next.")
    assert not [text for text in axes.texts if text.get_text()]


def test_networks_and_rows_that_cannot_be_drawn_are_refused():
    with pytest.raises(ValueError, match="13 neurons, expected at most 12"):
        wiring(network(13))
    with pytest.raises(ValueError, match="row has 3 numbers, expected 2"):
        wiring(network(), [1, 2, 3])
    with pytest.raises(ValueError, match="1 names for 2 neurons"):
        wiring(network(), input_names=["length"])
    pictures = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Conv2D(1, 2)])
    with pytest.raises(ValueError, match="other layers than Dense"):
        wiring(pictures)
