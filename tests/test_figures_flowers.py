from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.plotting import circled_flowers, description, lines_between, wrong_side

FLOWERS = np.array([[1.0, 1.0], [3.0, 1.0], [4.0, 2.0], [4.0, 2.0], [6.0, 3.0]])
LABELS = [0, 1, 1, 2, 2]
NAMES = ["small", "middle", "large"]
UPRIGHT = [(3.5, 0), (3.5, 1)]


@pytest.fixture(autouse=True)
def no_figure_is_left():
    yield
    plt.close("all")


def test_a_line_gets_the_flowers_wrong_that_lie_on_the_other_side_or_on_it():
    assert wrong_side(FLOWERS, LABELS, UPRIGHT).tolist() == [2]
    assert wrong_side(FLOWERS, LABELS, UPRIGHT[::-1]).tolist() == [2]
    assert wrong_side(FLOWERS, LABELS, [(4, 0), (4, 1)]).tolist() == [2, 3]
    assert wrong_side(FLOWERS, LABELS, [(0, 2.5), (1, 2.5)]).tolist() == [3]


def test_one_line_is_drawn_with_all_classes_and_its_wrong_flowers_are_named():
    figure = lines_between(FLOWERS, LABELS, {"upright": UPRIGHT}, NAMES)
    assert description(figure) == (
        "5 flowers as points, small, middle, large, across x, up y. upright: The line runs through "
        "(3.5, 0) and (3.5, 1). Circled: 1 of middle. They are flower 2 at (4, 2)."
    )
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["2", "1 circled"]


def test_several_panels_show_the_last_two_classes_and_the_loss_if_it_is_asked_for():
    lines = {"upright": UPRIGHT, "level": [(0, 2.5), (1, 2.5)]}
    words = description(lines_between(FLOWERS, LABELS, lines, NAMES, losses=True))
    assert words.startswith(
        "4 flowers as points, middle and large, across x, up y. The darker a place, the surer the "
        "line is of large there. upright: "
    )
    scores = 4 * np.array([0.5, -0.5, 0.5, 2.5])
    assert f"Loss {np.log1p(np.exp(-scores)).mean():.3f}." in words


def test_flowers_at_the_same_place_share_a_label():
    figure = circled_flowers(FLOWERS, LABELS, {"a": [2, 3], "b": []}, NAMES)
    assert [text.get_text() for text in figure.axes[0].texts] == ["2, 3", "2 circled"]
    assert description(figure).endswith("b: Circled: none.")


@pytest.mark.parametrize("line", [[(1, 1), (1, 1)], [(1, 1)], [(1, 1), (2, 2), (3, 3)]])
def test_what_is_no_line_is_refused(line):
    with pytest.raises(ValueError, match=r"line is .*, expected two different places"):
        wrong_side(FLOWERS, LABELS, line)


def test_no_panel_is_refused():
    with pytest.raises(ValueError, match="nothing to draw"):
        circled_flowers(FLOWERS, LABELS, {}, NAMES)
