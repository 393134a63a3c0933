from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.figures.triangle import measure_triangle
from helpers.plotting import description, triangles

NAMES = ["a", "b", "c"]
SURE = np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.6, 0.3]])
THIRDS = np.full((3, 3), 1 / 3)


@pytest.fixture(autouse=True)
def no_figure_is_left():
    yield
    plt.close("all")


def test_loss_and_wrong_rows_are_those_of_the_probabilities():
    answers = measure_triangle(SURE, [0, 1, 2], NAMES)
    assert answers.loss == pytest.approx(-np.log([0.8, 0.7, 0.3]).mean())
    assert answers.wrong.tolist() == [2]
    assert measure_triangle(THIRDS, [0, 1, 2], NAMES).loss == pytest.approx(np.log(3))


def test_words_say_where_the_points_are_and_which_are_circled():
    figure = triangles({"end": SURE}, [0, 1, 2], NAMES, before=THIRDS, circle=["end"])
    assert description(figure) == (
        "Triangles with a, b, c at the corners above, left and right. Each of 3 flowers is a "
        "point, the nearer to a corner, the more probability that class gets; the centre is one "
        "third each. end: The points come from around a 0.333, b 0.333, c 0.333. Middle of all "
        "points: a 0.367, b 0.467, c 0.167. Each class in its own corner: a 0.800, b 0.700, c "
        "0.300. Loss 0.595. Circled, since another class is likelier than their own: flowers 2."
    )


def test_four_panels_take_two_lines_of_three():
    figure = triangles(dict.fromkeys("pqrs", SURE), [0, 1, 2], NAMES)
    assert len(figure.axes) == 6


@pytest.mark.parametrize("answers", [SURE[:, :2], SURE * 2, SURE[:2], -SURE])
def test_what_are_no_three_probabilities_of_each_row_is_refused(answers):
    with pytest.raises(ValueError, match="answers"):
        triangles({"x": answers}, [0, 1, 2], NAMES)


def test_two_names_and_a_circled_panel_that_is_not_there_are_refused():
    with pytest.raises(ValueError, match="class_names has 2 names"):
        triangles({"x": SURE}, [0, 1, 2], NAMES[:2])
    with pytest.raises(ValueError, match=r"circle names \['y'\]"):
        triangles({"x": SURE}, [0, 1, 2], NAMES, circle=["y"])
