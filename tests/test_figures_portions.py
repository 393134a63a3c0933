from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pytest

from helpers.plotting import batches_of, description, groups_of, right_answers


@pytest.fixture(autouse=True)
def no_figure_is_left():
    yield
    plt.close("all")


def test_batches_are_boxes_of_so_many_rows_and_the_last_holds_the_rest():
    axes = batches_of([0, 1, 1, 0, 0], 2, ["a", "b"])
    assert description(axes) == (
        "3 numbered boxes, each of 2 rows, the last of 1; the first holds 1 a, 1 b; the last holds "
        "1 a, 0 b. The order is a shuffled one."
    )
    assert [text.get_text() for text in axes.texts] == ["1", "2", "3"]
    with pytest.raises(ValueError, match="size is 0"):
        batches_of([0], 0, ["a"])


def test_groups_are_counted_whole_and_by_class():
    axes = groups_of({"training": [0, 1, 1], "test": [0]}, ["a", "b"])
    assert description(axes) == (
        "Bars of how many rows each group holds. training 3: 1 a, 2 b; test 1: 1 a, 0 b."
    )
    with pytest.raises(ValueError, match="groups is empty"):
        groups_of({}, ["a"])


def test_right_answers_are_counted_and_one_number_is_marked():
    axes = right_answers([4, 5, 5, 3], 5, marked=5)
    assert description(axes) == (
        "Bars for 4 tests of 5 answers each: across how many are right, up in how many tests. From "
        "3 to 5 right; commonest 5, in 2 tests. Marked: 5 right, in 2 tests."
    )
    with pytest.raises(ValueError, match="a test has 5 answers"):
        right_answers([6], 5, marked=5)
