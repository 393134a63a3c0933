"""Figures of the notebook on faces: named, covered, seen, counted, and held back."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PathCollection

from helpers.plotting import (
    classes_of_groups,
    covered_places,
    description,
    faces_and_answers,
    losses_of_seeds,
    named_above,
    rows_seen,
    strips,
)

TWO = np.zeros((2, 4, 3))
ANSWERS = [[0.25, 0.75], [0.6, 0.4]]


@pytest.fixture(autouse=True)
def figures_are_closed():
    plt.close("all")
    yield
    plt.close("all")


def test_faces_have_a_bar_for_each_name_and_the_longest_has_its_number():
    figure = faces_and_answers(TWO, ANSWERS, ["Ann Lee", "Bob"], ["is\nAnn", ""], columns=2)
    assert description(figure) == (
        "2 faces, each with 2 bars below it, one for the probability of each name. The longest: "
        "is Ann: Bob 0.75; Lee 0.60."
    )
    pictures, bars = figure.axes[:2], figure.axes[2:]
    assert [len(axes.images) for axes in pictures] == [1, 1]
    assert [axes.texts[0].get_text() for axes in bars] == ["0.75", "0.60"]
    assert [label.get_text() for label in bars[0].get_yticklabels()] == ["Lee", "Bob"]


def test_strips_stack_equal_numbers_and_give_the_mean_of_each_group():
    axes = strips({"a": [3, 1, 3], "b": [2, 2, 2]}, "right answers")
    assert description(axes) == (
        "Dots on 2 lines over the right answers. a: from 1 to 3, mean 2.333; b: from 2 to 2, "
        "mean 2.000."
    )
    dots = [marks for marks in axes.collections if isinstance(marks, PathCollection)]
    heights = [marks.get_offsets()[:, 1] for marks in dots]
    assert len(set(heights[0].round(6))) == 2
    assert len(set(heights[1].round(6))) == 3


def test_strips_with_a_mark_count_what_lies_above_it():
    axes = strips({"known": [0.5, 0.95, 1.0], "others": [0.4]}, "certainty", mark=0.9)
    assert description(axes) == (
        "Dots on 2 lines over the certainty. known: from 0.500 to 1.000, half of them above 0.950, "
        "2 of 3: 67% above 0.9; others: 0.400."
    )
    assert {"2 of 3: 67%", "0 of 1: 0%"} <= {text.get_text() for text in axes.texts}


def test_where_nobody_is_wrong_there_is_nothing_to_draw_and_no_error():
    assert description(faces_and_answers(TWO[:0], [], ["A", "B"])) == "There are no faces to show."
    axes = strips({"right": [0.5, 0.95], "wrong": []}, "certainty", mark=0.9)
    assert description(axes).endswith("1 of 2: 50% above 0.9; wrong: none.")


def test_covered_places_are_counted_and_the_fewest_are_framed():
    face = np.zeros((22, 32))
    figure = covered_places({"grey": [[5, 3], [6, 6]]}, [0, 10], [0, 20], 12, 8, face)
    assert description(figure) == (
        "covered with grey: A map of the places of a square of 12 pixels on a face: how many of 8 "
        "are recognised. From top to bottom, each from left to right: 5, 3; 6, 6. Fewest: 3, in "
        "line 1, place 2."
    )
    framed = [patch for patch in figure.axes[0].patches if patch.get_linewidth() == 4]
    assert [patch.get_x() for patch in framed] == [19.5]


def test_rows_that_are_seen_are_hatched():
    axes = rows_seen({"training": 6, "test": 4}, {"right": ["training"], "leak": ["test"]})
    assert description(axes) == (
        "Strips of the same rows in 2 blocks: training 6, test 4. Hatched are the blocks from "
        "which mean and deviation are taken. right: training; leak: test."
    )
    assert [bool(patch.get_hatch()) for patch in axes.patches] == [True, False, False, True]


def test_whoever_is_named_above_a_threshold_is_read_at_the_marks():
    axes = named_above([0.2, 0.5, 0.9], {"known": [1, 0.8, 0.5], "others": [1, 0.9, 0.4]}, [0.9])
    assert description(axes) == (
        "Falling lines: across the probability above which the network answers, from 0.2, up the "
        "share that is named. known: 0.500 above 0.9; others: 0.400 above 0.9."
    )
    assert [text.get_text() for text in axes.texts] == ["50 %", "40 %"]


def test_losses_of_seeds_are_read_at_three_epochs():
    axes = losses_of_seeds({"fast": [[2, 0.5, 0.25, 0], [1, 0.5, 0.125, 0]], "slow": [[2] * 4]})
    assert description(axes) == (
        "Lines of the training loss against the epoch, one a seed. fast, 2 seeds: 1.000 to 2.000 "
        "after epoch 1, 0.000 to 0.000 after epoch 4; slow, 1 seed: 2.000 to 2.000 after epoch 1, "
        "2.000 to 2.000 after epoch 4."
    )
    assert len(axes.lines) == 3


def test_a_loss_to_compare_with_is_named():
    axes = losses_of_seeds({"slow": [[2, 2]]}, level=1.5, level_name="guessing")
    assert description(axes).endswith("Dotted: guessing, 1.500.")
    assert [text.get_text() for text in axes.texts] == ["slow", "guessing: 1.500"]


def test_strips_of_one_number_name_it():
    axes = strips({"line": [83], "seeds": [70, 80]}, "right answers")
    assert description(axes) == (
        "Dots on 2 lines over the right answers. line: 83; seeds: from 70 to 80, mean 75.000."
    )
    assert [text.get_text() for text in axes.texts] == ["83", "mean 75.0"]


def test_classes_of_groups_are_counted_or_said_to_be_level():
    figure = classes_of_groups({"all": [0, 0, 1], "kept": [0, 1]}, ["Ann", "Bob"])
    assert description(figure) == ("all: 3 rows: Ann 2, Bob 1. kept: 2 rows, 1 of each class.")


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: faces_and_answers(TWO, ANSWERS, ["Ann"]), "2 columns for 1 names"),
        (lambda: faces_and_answers(TWO, ANSWERS[:1], ["A", "B"]), "images 2, probabilities 1"),
        (lambda: faces_and_answers(TWO, ANSWERS, ["A", "B"], columns=0), "columns is 0"),
        (lambda: strips({}, "x"), "groups is empty"),
        (lambda: strips({"a": [np.nan]}, "x"), "holds NaN"),
        (lambda: covered_places({"x": [[1]]}, [0, 1], [0], 12, 1, TWO[0]), "a row for each top"),
        (lambda: covered_places({}, [0], [0], 12, 1, TWO[0]), "counts is empty"),
        (lambda: rows_seen({"training": 6}, {"leak": ["test"]}), "'leak' sees 'test'"),
        (lambda: rows_seen({}, {}), "each group with a row or more"),
        (lambda: named_above([0.5], {}, []), "shares has 0 groups"),
        (lambda: named_above([0.5], {"a": [1]}, [0.6]), "marked holds 0.6"),
        (lambda: named_above([0.5], {"a": [1, 1]}, []), "thresholds 1, a 2"),
        (lambda: losses_of_seeds({}), "losses has 0 kinds"),
        (lambda: losses_of_seeds({"a": [1, 2]}), "expected seeds x epochs"),
        (lambda: classes_of_groups({}, ["a"]), "groups is empty"),
        (lambda: classes_of_groups({"all": [2]}, ["a"]), "holds class 2"),
    ],
)
def test_what_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
    assert plt.get_fignums() == []
