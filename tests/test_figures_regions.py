"""Maps of the plane, borders, folded sheets, the sigmoid, and bars at places."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from helpers.figures.borders import measure_borders, words_borders
from helpers.figures.fences import measure_fence, words_fence
from helpers.figures.regions import ask, measure_map, words_map
from helpers.figures.sheets import measure_sheet
from helpers.figures.style import looks
from helpers.plotting import (
    borders,
    description,
    fences,
    folded_sheets,
    map_with_bars,
    maps,
    sigmoid_and_loss,
    zoomed_maps,
)

SQUARE = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
NAMES = ["no", "yes"]


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    plt.close("all")


def right_half(places):
    return np.stack([places[:, 0] < 0.5, places[:, 0] >= 0.5], axis=1).astype(float)


class Network:
    """Stands in for a Keras model: weights by layer, and probabilities."""

    def __init__(self, *layers):
        self.layers = [Layer(*layer) for layer in layers]

    def get_weights(self):
        return [part for layer in self.layers for part in layer.get_weights()]

    def __call__(self, places):
        for layer in self.layers[:-1]:
            places = np.maximum(places @ layer.kernel + layer.bias, 0)
        last = self.layers[-1]
        return 1 / (1 + np.exp(-(places @ last.kernel + last.bias)))


class Layer:
    def __init__(self, kernel, bias):
        self.kernel, self.bias = np.array(kernel, float), np.array(bias, float)

    def get_weights(self):
        return [self.kernel, self.bias]


FOLDED = Network(([[4, 4], [0, 0]], [-2, -40]), ([[-1], [-1]], [1]))
"""A fold at x = 0.5, and one at x = 10, far outside."""


@pytest.mark.parametrize(
    "predict",
    [right_half, lambda places: right_half(places)[:, 1], lambda places: right_half(places)[:, 1:]],
    ids=["(n, 2)", "(n,)", "(n, 1)"],
)
def test_a_map_tells_shares_certainty_mistakes_and_the_mark(predict):
    words = words_map(measure_map("a", predict, SQUARE, [0, 0, 1, 0], NAMES, (0.9, 0.5)))
    assert words == (
        "Map, x from -0.1 to 1.1, y from -0.1 to 1.1. Shares of the area: no 0.500, yes 0.500; "
        "surer than 0.99: 1.000 of it. Right for 0.750 of the points. A star at (0.9, 0.5): yes "
        "with 1.000."
    )


def test_maps_stand_beside_each_other_and_tell_which_folds_cross_them():
    figure = maps({"a": right_half, "b": FOLDED}, SQUARE, [0, 0, 1, 1], NAMES)
    assert [axes.get_title() for axes in figure.axes] == ["a", "b"]
    told = [text.get_text() for axes in figure.axes for text in axes.texts if text.get_text()]
    assert told == ["right: 1.000 of the points", "right: 0.000 of the points"]
    assert description(figure).endswith("Folds that cross it: 1 of 2 neurons.")
    dashed = [line for line in figure.axes[1].get_lines() if line.get_linestyle() == "--"]
    assert [line.get_label()[:5] for line in dashed].count("fold;") == 1
    assert len(dashed) == 3
    assert not figure.axes[0].get_lines()


def test_a_single_neuron_gets_an_arrow_along_its_weights_that_grows_with_them():
    lengths = []
    for times in (1, 3):
        network = Network(([[-2.0 * times], [1.0 * times]], [0.2 * times]))
        (axes,) = maps({"a": network}, SQUARE, [0, 0, 1, 1], NAMES).axes
        (arrow,) = [text for text in axes.texts if not text.get_text()]
        change = np.subtract(arrow.xyann if arrow.xyann != arrow.xy else arrow.xy, arrow.xy)
        assert np.allclose(change / np.hypot(*change), np.array([2, -1]) / np.sqrt(5))
        lengths.append(np.hypot(*change))
    assert lengths[1] == pytest.approx(3 * lengths[0])


def test_zoomed_maps_are_wider_and_say_where_no_answer_is_given():
    figure = zoomed_maps(right_half, SQUARE, [0, 0, 1, 1], [1, 4], refused=lambda p: p[1] > 0.5)
    near, far = figure.axes
    assert np.ptp(far.get_xlim()) == pytest.approx(4 * np.ptp(near.get_xlim()))
    assert description(figure).count("No answer in 0.493 of the area.") == 2
    assert near.get_legend_handles_labels()[1][-1] == "no answer"


def test_bars_at_places_list_the_probabilities():
    figure = map_with_bars(right_half, SQUARE, [0, 0, 1, 1], [(0.9, 0.5), (0, 0)])
    assert description(figure).endswith(
        "A (0.9, 0.5): Bars, the probabilities: class 0: 0.000, class 1: 1.000; their sum 1.000. "
        "B (0, 0): Bars, the probabilities: class 0: 1.000, class 1: 0.000; their sum 1.000."
    )


def test_borders_count_mistakes_to_either_side_and_go_on_beyond_their_ends():
    drawn = {"yours": [(0.4, 0.4), (0.5, 0.6)], "other": right_half}
    words = words_borders(measure_borders(SQUARE, [1, 0, 0, 0], drawn, NAMES))
    assert words == (
        "4 points across x and up y, 1 of them yes, parted by 2 borders. Mistakes: yours 0 of yes "
        "and 1 of no, other 1 of yes and 2 of no."
    )
    axes = borders(SQUARE, [1, 0, 0, 0], drawn, NAMES)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels[-2:] == ["yours: 1 mistake", "other: 3 mistakes"]


def test_a_sheet_is_level_before_its_fold_and_slopes_behind_it():
    sheet = measure_sheet("a", FOLDED, 1.5)
    assert np.allclose(sheet.scores[:, sheet.places < 0.5], 1)
    assert np.allclose(sheet.scores[:, -1], 1 - (4 * 1.5 - 2))
    words = description(folded_sheets({"a": FOLDED}))
    assert words.startswith(
        "a: Surface of the score above x and y, folded by 2 neurons. Its middle"
    )
    assert "at 1.0, -3.0, 1.0, -3.0." in words


SQUARE_FENCE = Network(([[4, -4, 0, 0], [0, 0, 4, -4]], [-1, -1, -1, -1]), ([[-1]] * 4, [1]))
"""Folds at 0.25 to four sides; the score is 0 at 0.5, and where two of them answer, nearer."""


def test_a_fence_tells_who_answers_where_its_corners_and_whether_it_is_closed():
    points = [[0, 0], [0.1, 0.1], [1, 1], [-1, -1]]
    fence = measure_fence("a", SQUARE_FENCE, points, [1, 1, 0, 0], NAMES)
    assert np.allclose(np.sort(np.abs(fence.corners)), [0.25, 0.5], atol=0.01)
    words = words_fence(fence)
    assert words.startswith(
        "Map, cut by 4 dashed folds into areas: 1 in which 0 answer, 4 in which 1 answer, 4 in "
        "which 2 answer. The border has 8 corners, on folds: ("
    )
    assert words.endswith(". It is closed. Right for 1.000 of the points.")


def test_an_open_fence_has_a_way_out_that_is_drawn():
    half = Network(([[4], [0]], [-1]), ([[-1]], [1]))
    figure = fences({"a": half}, SQUARE, [1, 1, 0, 0], NAMES)
    assert "The border has 0 corners. A way out: yes reaches the edge at (" in description(figure)
    assert "way out" in [text.get_text() for text in figure.axes[0].texts]


def test_a_class_named_by_its_number_keeps_its_colour_and_marker():
    assert looks(["other", "class 3"])[1] == looks(["0", "1", "2", "3"])[3]
    assert looks(NAMES) == looks(["0", "1"])


def test_the_sigmoid_tells_what_each_score_gives_and_costs():
    words = description(sigmoid_and_loss([0, 4]))
    assert "Marked: score 0 gives 0.500; score 4 gives 0.982." in words
    assert "at 0.982 0.02 if the label is yes, 4.02 if it is no." in words


REFUSED = {
    "points": (maps, ({"a": right_half}, [1, 2], [0, 1]), "points has shape"),
    "labels": (maps, ({"a": right_half}, SQUARE, [0, 1, 2, 0]), "'a' tells 2 classes apart"),
    "rows": (ask, (lambda p: np.zeros((3, 2)), SQUARE), r"shape \(3, 2\) .* each of 4 places"),
    "number": (ask, (lambda p: 1.0, SQUARE), r"the classifier's answer has shape \(\)"),
    "range": (ask, (lambda p: np.full(4, 2), SQUARE), "goes from 2 to 2, expected prob"),
    "mark": (
        lambda mark: maps({"a": right_half}, SQUARE, [0, 0, 1, 1], mark=mark),
        ([1],),
        "mark has shape",
    ),
    "places": (map_with_bars, (right_half, SQUARE, [0, 0, 1, 1], [(0, 0)] * 7), "holds 7 places"),
    "three classes": (borders, (SQUARE, [0, 1, 2, 0], {}, ["a", "b", "c"]), "has 3"),
    "down": (
        borders,
        (SQUARE, [0, 0, 1, 1], {"a": [(0, 1), (1, 0)]}, NAMES),
        "each higher than the one before",
    ),
    "two layers": (folded_sheets, ({"a": Network(([[1], [1]], [0]))},), "'a' has weights"),
    "no folds": (
        fences,
        ({"a": right_half}, SQUARE, [0, 0, 1, 1]),
        "'a' is no network with hidden",
    ),
    "scores": (sigmoid_and_loss, ([7],), "scores goes to 7"),
}


@pytest.mark.parametrize(("figure", "given", "words"), REFUSED.values(), ids=REFUSED)
def test_figures_refuse_what_they_cannot_draw(figure, given, words):
    with pytest.raises(ValueError, match=words):
        figure(*given)
