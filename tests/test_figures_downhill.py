from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.figures.downhill import measure_descent
from helpers.plotting import descents, description, probability_costs, training_losses

PLACES = np.linspace(-4, 4, 81)
LOSSES = PLACES**2 / 2


@pytest.fixture(autouse=True)
def no_figure_is_left():
    yield
    plt.close("all")


def visited(rate, momentum=0.0, steps=3):
    return measure_descent(PLACES, LOSSES, 2, rate, momentum, steps).visited


def test_a_ball_steps_by_the_slope_times_the_rate_and_keeps_a_share_of_the_last_step():
    assert visited(0.5) == pytest.approx([2, 1, 0.5, 0.25])
    assert visited(0.5, momentum=0.5) == pytest.approx([2, 1, 0, -0.5])


def test_a_ball_that_would_leave_the_curve_stops_and_it_is_said():
    descent = measure_descent(PLACES, LOSSES, 2, 2.5, 0, 10)
    assert descent.left
    assert descent.visited == pytest.approx([2, -3])
    words = description(descents(PLACES, LOSSES, 2, {"wild": (2.5, 0)}))
    assert words.endswith("its next step leaps out of the picture.")


def test_words_follow_each_ball_and_name_the_lowest_place():
    figure = descents(PLACES, LOSSES, 2, {"good": (0.5, 0), "far": (1.9, 0)}, steps=2)
    assert description(figure) == (
        "The same curve 2 times: across a weight, up the loss. On each a ball takes 2 steps. "
        "good: from weight 2.000 (loss 2.000) by 1.000 (loss 0.500) half-way to 0.500 (loss 0.125)"
        "; the lowest place of the curve is at 0.000 (loss 0.000). "
        "far: from weight 2.000 (loss 2.000) by -1.800 (loss 1.620) half-way to 1.620 (loss 1.313)"
        "; the lowest place of the curve is at 0.000 (loss 0.000); the ball turns round, once."
    )


@pytest.mark.parametrize(
    ("places", "start", "said"),
    [([0, 1, 1], 0, "places has to rise"), ([0, 1, 2], 5, "start is 5"), ([0, 1], 0, "differ")],
)
def test_a_curve_on_which_no_ball_can_roll_is_refused(places, start, said):
    with pytest.raises(ValueError, match=said):
        descents(places, [1, 2, 3], start, {"a": (1, 0)})


def test_probabilities_are_marked_with_what_they_cost():
    words = description(probability_costs({"third": 1 / 3, "sure": 1.0}))
    assert words.endswith("Marked: third, 0.333 costs 1.099; sure, 1.000 costs 0.000.")


@pytest.mark.parametrize("probability", [0, 1.2])
def test_what_is_no_probability_above_zero_is_refused(probability):
    with pytest.raises(ValueError, match="numbers above 0 and at most 1"):
        probability_costs({"a": probability})


def test_losses_of_trainings_are_read_at_five_epochs_and_compared_with_a_level():
    axes = training_losses({"slow": np.linspace(2, 1, 101), "b": [1.0]}, 1.5, "guessing")
    assert description(axes) == (
        "Curves of the loss: across the epoch, up the loss. Slow: 2.000 after epoch 1, 1.960 after "
        "epoch 5, 1.810 after epoch 20, 1.510 after epoch 50, 1.000 after epoch 101. B: 1.000 "
        "after epoch 1. Dotted, to compare with: guessing, 1.500."
    )


def test_a_training_that_came_to_nothing_and_too_many_are_refused():
    with pytest.raises(ValueError, match="losses of a holds NaN"):
        training_losses({"a": [1.0, float("nan")]})
    with pytest.raises(ValueError, match="losses has 0 trainings"):
        training_losses({})
