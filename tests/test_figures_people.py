"""Women one by one, and towns of a thousand people."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from helpers.figures.town import measure_town
from helpers.plotting import description, town, women

OTHERS = pd.DataFrame({"BloodPressure": [60, 70, 80, 90], "BMI": [20.0, 25.0, 30.0, 35.5]})
TWO = OTHERS.iloc[[0, 3]]


@pytest.fixture(autouse=True)
def figures_are_closed():
    plt.close("all")
    yield
    plt.close("all")


def test_women_are_read_with_their_measurements():
    assert description(women(TWO, OTHERS)) == (
        "A table of 2 women in rows and 2 measurements in columns; the darker a cell, the more of "
        "4 women have a lower value. Woman 1: BloodPressure 60, BMI 20. Woman 2: BloodPressure "
        "90, BMI 35.5."
    )


def test_with_decisions_it_is_said_what_became_of_each_woman():
    axes = women(TWO, OTHERS, [1, 0], {"you": [0, 1], "model": [1, 0]})
    assert description(axes).endswith(
        "Woman 1, ill: you: missed, model: found. Woman 2, not ill: you: alarmed, model: spared."
    )
    texts = [text for text in axes.texts if text.get_text() in ("missed", "alarmed", "found")]
    framed = [text.get_text() for text in texts if text.get_bbox_patch() is not None]
    assert framed == ["missed", "alarmed"]


def test_a_thousand_people_are_counted_and_drawn():
    assert measure_town(0.9, 0.5, 100) == (100, 90, 10, 450, 450)
    figure = town(0.9, 0.5, [100, 0])
    assert description(figure).startswith(
        "100 in 1,000 ill: A mark for each of 1,000 people, 100 of them ill: 90 found and 10 "
        "missed; of the healthy, 450 alarmed and 450 spared. Of 540 who are sent, 90 are ill."
    )
    for axes in figure.axes:
        assert sum(len(marks.get_offsets()) for marks in axes.collections) == 1000


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: women(TWO, OTHERS[["BMI"]]), "different columns"),
        (lambda: women(TWO, OTHERS, [1]), "rows 2, outcome 1|expected both 0 and 1"),
        (lambda: women(TWO, OTHERS, None, {"you": [1, 0]}), "without outcome"),
        (lambda: women(TWO, OTHERS, [1, 0], {"you": [1]}), "rows 2, you 1"),
        (lambda: town(1.2, 0.5, [50]), "found is 1.2"),
        (lambda: town(0.9, -0.1, [50]), "alarmed is -0.1"),
        (lambda: town(0.9, 0.5, [1001]), "ill is 1001"),
        (lambda: town(0.9, 0.5, []), "ill holds 0 numbers"),
    ],
)
def test_what_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
    assert plt.get_fignums() == []
