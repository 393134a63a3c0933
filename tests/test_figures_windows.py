"""The figures of notebook 06: their numbers, their words, and what they refuse."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from helpers.plotting import (
    answer_sheet,
    contest_of_seeds,
    courses,
    description,
    neighbours,
    pooling,
    signed_maps,
    traced_back,
    window_stops,
)


@pytest.fixture(autouse=True)
def no_figure_is_left():
    yield
    plt.close("all")


def test_a_window_is_multiplied_with_what_lies_below_it():
    picture = np.zeros((5, 5))
    picture[2:] = 0.5
    figure = window_stops(picture, [[-1, -1, -1], [0, 0, 0], [1, 1, 1]], {"A": (0, 1)})
    assert description(figure) == (
        "A, framed in the picture from row 0 and column 1 on: pixels 0.0 0.0 0.0; 0.0 0.0 0.0; "
        "0.5 0.5 0.5, times the weights -1 -1 -1; 0 0 0; 1 1 1, make 1.5."
    )
    with pytest.raises(ValueError, match="the window at B does not fit"):
        window_stops(picture, np.ones((3, 3)), {"B": (3, 0)})
    with pytest.raises(ValueError, match="expected 3 x 3 weights"):
        window_stops(picture, np.ones((2, 3)), {"A": (0, 0)})


def test_maps_share_their_colours_and_say_where_they_are_above_zero():
    large = np.zeros((4, 4))
    large[0, 3] = 2
    figure = signed_maps({"map": large, "window": [[-0.004, 1], [0.5, -1]]}, {"A": (0, 0)})
    assert description(figure) == (
        "map: 4 x 4 numbers from 0.00 to 2.00; clearly above 0 are 0.12 of the upper half and 0.00 "
        "of the lower, 0.00 of the left and 0.12 of the right; A, framed in row 0, column 0: 0.00. "
        "window: rows of weights 0.00 1.00; 0.50 -1.00."
    )
    limits = {axes.images[0].get_clim() for axes in figure.axes if axes.images}
    assert limits == {(-2.0, 2.0)}
    with pytest.raises(ValueError, match="maps is empty"):
        signed_maps({})


def test_maps_of_a_scale_of_their_own_are_as_dark_as_each_other():
    figure = signed_maps({"faint": np.eye(4) / 9, "strong": np.eye(4)}, own_scale=True)
    limits = [axes.images[0].get_clim()[1] for axes in figure.axes if axes.images]
    assert limits == [pytest.approx(1 / 9), 1]
    assert description(figure) == (
        "faint: 4 x 4 numbers, the scale its own; clearly above 0 are 0.25 of the upper half and "
        "0.25 of the lower, 0.25 of the left and 0.25 of the right. strong: 4 x 4 numbers, the "
        "scale its own; clearly above 0 are 0.25 of the upper half and 0.25 of the lower, 0.25 of "
        "the left and 0.25 of the right."
    )


def test_pooling_keeps_the_largest_of_each_block():
    figure = pooling({"part": [[1, 2, 0, -1], [3, 0, -2, -3]], "moved": np.zeros((2, 2))})
    assert description(figure) == (
        "part: rows of numbers 1.0 2.0 0.0 -1.0; 3.0 0.0 -2.0 -3.0. The largest of each block of "
        "2 x 2, framed above where it is not 0: 3.0 0.0. moved: rows of numbers 0.0 0.0; 0.0 0.0. "
        "The largest of each block of 2 x 2, framed above where it is not 0: 0.0."
    )
    with pytest.raises(ValueError, match="expected multiples of size, 2"):
        pooling({"part": np.ones((3, 4))})
    with pytest.raises(ValueError, match="parts is empty"):
        pooling({})


def test_a_number_of_the_second_layer_is_traced_to_the_pixels_that_change_it():
    """A pixel matters to the number if and only if the figure frames it."""
    generator = np.random.default_rng(0)
    picture, first, window = generator.random((14, 14)), np.ones((3, 3)), np.ones((3, 3))

    def layers(grey):
        sums = (sliding_window_view(grey, (3, 3)) * first).sum((2, 3))
        pooled = sums.reshape(6, 2, 6, 2).max((1, 3))
        return pooled, (sliding_window_view(pooled, (3, 3)) * window).sum((2, 3))

    pooled, second = layers(picture)
    figure = traced_back(picture, np.stack([pooled] * 3, axis=-1), second, (1, 2))
    assert description(figure) == (
        "Three steps, from left to right, each with a frame: rows 2 to 9 and columns 4 to 11 of "
        "the picture; rows 1 to 3 and columns 2 to 4 of each of 3 pooled maps; and one number, in "
        "row 1 and column 2 of a map of the second layer."
    )
    changes = []
    for place in np.ndindex(14, 14):
        brighter = picture.copy()
        brighter[place] += 100
        if layers(brighter)[1][1, 2] != second[1, 2]:
            changes.append(place)
    assert changes == [(row, column) for row in range(2, 10) for column in range(4, 12)]
    with pytest.raises(ValueError, match="expected \\(6, 6\\) rows and columns of pooled maps"):
        traced_back(picture, np.ones((5, 5, 3)), second, (1, 2))
    with pytest.raises(ValueError, match="is not in second"):
        traced_back(picture, pooled[..., np.newaxis], second, (4, 0))


def test_neighbours_are_followed_to_where_they_went():
    order = np.arange(16)[::-1]
    figure = neighbours(np.arange(16).reshape(4, 4), order, (0, 0))
    assert description(figure) == (
        "as it is: Nine numbered pixels reach from row 0 to 2 and from column 0 to 2; two of them "
        "are 1.635 pixels apart on average. shuffled: Nine numbered pixels reach from row 1 to 3 "
        "and from column 1 to 3; two of them are 1.635 pixels apart on average."
    )
    with pytest.raises(ValueError, match="order does not hold each number from 0 to 15 once"):
        neighbours(np.ones((4, 4)), np.zeros(16, int), (0, 0))
    with pytest.raises(ValueError, match="do not fit into the picture"):
        neighbours(np.ones((4, 4)), order, (2, 0))


def test_a_contest_reads_every_network_and_the_line():
    axes = contest_of_seeds({"flat": [0.9, 0.8], "b": [0.7]}, "accuracy", ("names", 0.5))
    assert description(axes) == (
        "Dots on lines, one a seed, over the accuracy. Dashed line, names: 0.500. "
        "flat: 2 from 0.800 to 0.900, mean 0.850. b: 1 from 0.700 to 0.700, mean 0.700."
    )
    assert [text.get_text() for text in axes.get_yticklabels()] == ["flat", "b"]
    with pytest.raises(ValueError, match="seeds is empty"):
        contest_of_seeds({}, "accuracy")


def test_courses_are_read_place_by_place():
    axes = courses([0, 1], {"flat": [0.9, 0.25]}, "shift")
    assert description(axes) == (
        "Curves of the accuracy over the shift, here at 0, 1. flat: 0.900, 0.250."
    )
    axes = courses(range(1, 8), {"flat": np.arange(7) / 10}, "epochs", lowest=-1)
    assert axes.get_ylim()[0] == -1
    assert description(axes) == (
        "Curves of the accuracy over the epochs, here at 1, 4, 7. flat: 0.000, 0.300, 0.600."
    )
    with pytest.raises(ValueError, match="lengths differ"):
        courses([0, 1], {"flat": [0.9]}, "shift")


def test_an_answer_sheet_crosses_out_what_is_wrong():
    figure = answer_sheet(np.zeros((2, 3, 3)), [4, 9], {"you": ["4", "?"], "flat": [4, 9]})
    assert description(figure) == "2 pictures: is 4, is 9. you, 1 right: 4, ?. flat, 2 right: 4, 9."
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert texts == ["4", "you", "4", "flat", "✗ ?", "9"]
    with pytest.raises(ValueError, match="lengths differ"):
        answer_sheet(np.zeros((2, 3, 3)), [4, 9], {"you": ["4"]})
