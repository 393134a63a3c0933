"""Figures of digits: their pixels and weights, how they are read, and what is learned by heart."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.plotting import (
    answer_bars,
    by_heart,
    description,
    digit_over_weights,
    losses_by_number,
    mistakes_matrix,
    pixels_as_numbers,
    readings,
    shares_right,
    weight_pictures,
)

PICTURE = np.arange(784).reshape(28, 28) % 251
TEN = np.arange(10)
KERNEL = np.zeros((784, 10))
SURE = np.eye(10)[[3, 5]] * 0.82 + 0.02
TURN = {"loss": [1.0, 0.5, 0.2, 0.1], "val_loss": [0.9, 0.6, 0.7, 0.8]}


@pytest.fixture(autouse=True)
def figures_are_closed():
    plt.close("all")
    yield
    plt.close("all")


def test_pixels_of_the_marked_square_are_written_as_they_are():
    figure = pixels_as_numbers(PICTURE)
    written = [int(text.get_text()) for text in figure.axes[1].texts]
    assert written == PICTURE[8:16, 10:18].ravel().tolist()
    line = ", ".join(map(str, PICTURE[12, 10:18]))
    assert description(figure).endswith(f"The line in the middle of the square reads {line}.")


def test_weights_become_a_square_a_digit_and_their_middle_is_averaged():
    kernel = np.zeros((28, 28, 10))
    kernel[11:17, 12:16, 1] = 0.5
    kernel[0, 0, 2] = 1
    figure = weight_pictures(kernel.reshape(784, 10))
    assert "of 0: 0.000, 1: 0.500, 2: 0.000, 3:" in description(figure)
    assert figure.axes[1].images[0].get_array()[14, 14] == 0.5


def test_a_digit_lies_over_weights_and_its_ink_is_added_up_with_them():
    kernel, bias = np.zeros((784, 10)), np.arange(10.0)
    ink = np.zeros((28, 28), "uint8")
    ink[3, 4:6] = 255
    kernel[3 * 28 + 4, 9], kernel[3 * 28 + 4, 3] = 2, -1
    moved = np.roll(ink, 9, axis=1)
    figure = digit_over_weights(kernel, bias, {"as it is": ink, "moved": moved}, [9, 3])
    assert description(figure) == (
        "One picture's outline over the weights of 9 and 3, red where ink speaks for the digit and "
        "blue where it speaks against it. The sums, as it is: 11.0 for the 9, 2.0 for the 3. "
        "Moved: 9.0 for the 9, 3.0 for the 3."
    )
    assert figure.axes[0].get_title() == "as it is, over the 9: 11.0"


def test_an_answer_is_marked_if_it_is_not_the_digit():
    figure = answer_bars({"as it is": PICTURE, "moved": PICTURE}, SURE, [3, 3])
    assert description(figure) == (
        "Pictures with ten bars below each: across the digit, up its probability. As it is: read "
        "as 3 with 0.840. Moved: read as 5 with 0.840, the 3 gets 0.020."
    )
    assert [axes.get_title() for axes in figure.axes[2:]] == ["read as 3", "✗ read as 5"]
    assert [bar.get_hatch() for bar in figure.axes[3].patches] == [None] * 3 + ["//"] + [None] * 6


def test_every_reader_has_a_line_and_a_count():
    figure = readings(np.zeros((2, 4, 4)), [7, 1], {"you": [7, 1], "network": [7, 4]})
    assert description(figure) == (
        "2 pictures in a line. They show 7, 1. You: 2 right, 7, 1. Network: 1 right, 7, 4."
    )
    assert "✗ 4" in [text.get_text() for text in figure.axes[0].texts]


def test_the_lowest_validation_loss_is_ringed_and_losses_are_read_at_five_places():
    figure = by_heart({"few": TURN})
    assert description(figure) == (
        "Curves of the loss: across the epoch, up the loss. few: After epochs 1, 2, 3, 4: "
        "Training loss 1.000, 0.500, 0.200, 0.100; Validation loss 0.900, 0.600, 0.700, 0.800; "
        "the lowest validation loss, at the ring in epoch 2, 0.600, the gap opens in epoch 2."
    )
    ring = figure.axes[0].get_lines()[2]
    assert ring.get_xydata().tolist() == [[2, 0.6]]
    assert [text.get_text() for text in figure.axes[0].texts] == ["epoch 2: 0.600", "0.800"]


def test_losses_are_sorted_by_the_number_of_pictures():
    axes = losses_by_number({2000: 0.3, 500: 0.6})
    assert description(axes).endswith(
        "0.600 with 500, 0.300 with 2,000. Each step multiplies it by 0.500."
    )


def test_shares_are_read_at_every_step():
    axes = shares_right([0, 2], "pixels", {"as they are": [0.9, 0.5]})
    assert description(axes) == (
        "Lines: across pixels, up the share right. As they are: 0.900 at 0, 0.500 at 2."
    )


def test_mistakes_alone_are_drawn_and_the_diagonal_stays_empty():
    axes = mistakes_matrix([*TEN, 4, 4], [*TEN, 9, 4])
    assert [text.get_text() for text in axes.texts] == ["1"]
    words = description(axes)
    assert "0.083 of all are mistakes" in words
    assert "3: 1.000, 4: 0.667, 5: 1.000" in words


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: pixels_as_numbers(np.zeros((8, 8))), "expected one of 28 x 28"),
        (lambda: weight_pictures(np.zeros((784, 9))), r"expected \(784, 10\)"),
        (lambda: digit_over_weights(KERNEL, TEN, {"a": PICTURE[1:]}, [9]), "28 x 28 pixels"),
        (lambda: digit_over_weights(KERNEL, TEN[1:], {"a": PICTURE}, [9]), "ten biases"),
        (lambda: digit_over_weights(KERNEL, TEN, {"a": PICTURE}, [10]), "digits from 0 to 9"),
        (lambda: answer_bars({"one": PICTURE}, SURE[:1], [3]), "pictures holds 1"),
        (lambda: answer_bars({"a": PICTURE, "b": PICTURE}, SURE[:, :9], [3, 3]), "ten a picture"),
        (lambda: readings(np.zeros((11, 4, 4)), [1] * 11, {"you": [1] * 11}), "11 pictures"),
        (lambda: readings(np.zeros((1, 4, 4)), [1], {}), "0 readers"),
        (lambda: by_heart({}), "histories holds 0"),
        (lambda: by_heart({"a": {"loss": [1.0]}}), "no 'val_loss'"),
        (lambda: losses_by_number({500: 0.5}), "two numbers of pictures"),
        (lambda: losses_by_number({500: 0.5, 600: 0.0}), "everything above 0"),
        (lambda: shares_right([0], "pixels", {}), "shares holds 0 lines"),
        (lambda: shares_right([0], "pixels", {"a": [1.5]}), "leave the range 0 to 1"),
        (lambda: mistakes_matrix([0, 1], [0, 1]), "lacks one of the ten digits"),
    ],
)
def test_what_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
    assert plt.get_fignums() == []
