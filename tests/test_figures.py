from __future__ import annotations

import re
from types import SimpleNamespace

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from IPython.display import Image
from matplotlib.axes import Axes

from helpers.figures.curves import measure_learning_curves, words_learning_curves
from helpers.plotting import (
    bars,
    class_balance,
    confusion_matrix,
    correlation_heat_map,
    describe_network,
    description,
    image_grid,
    learning_curves,
    point_cloud,
    show_image,
)


@pytest.fixture(autouse=True)
def style_and_figures_stay_clean():
    plt.close("all")
    before = matplotlib.rcParams.copy()
    yield
    assert matplotlib.rcParams == before
    plt.close("all")


# Learning curves


def curve(*values):
    return {"accuracy": list(values), "loss": [1 - value for value in values]}


def words_of(history):
    return " ".join(map(words_learning_curves, measure_learning_curves(history)))


def test_learning_curves_say_where_training_and_validation_go():
    history = {
        "accuracy": [0.41, 0.8, 0.95],
        "val_accuracy": [0.5, 0.94, 0.93],
        "loss": [1.2, 0.4, 0.1],
        "val_loss": [1.1, 0.3, 0.6],
    }
    figure = learning_curves(history)
    assert description(figure) == (
        "Training accuracy rises from 0.410 to 0.950 in 3 epochs; validation accuracy ends at "
        "0.930, highest 0.940. Training loss falls from 1.200 to 0.100 in 3 epochs; validation "
        "loss ends at 0.600, lowest 0.300 at epoch 2."
    )
    assert len(figure.axes) == 2
    styles = [line.get_linestyle() for line in figure.axes[0].get_lines()]
    markers = [line.get_marker() for line in figure.axes[0].get_lines()]
    assert len(set(styles)) == len(set(markers)) == 2


def test_the_best_epoch_is_named_only_beyond_the_margin():
    history = curve(0.5, 0.6) | {"val_accuracy": [0.95, 0.92], "val_loss": [0.30, 0.32]}
    assert "highest 0.950 at epoch 1;" not in words_of(history)
    assert "highest 0.950 at epoch 1. Training loss" in words_of(history)
    assert words_of(history).endswith("lowest 0.300.")


def test_noise_of_another_processor_leaves_text_and_integers_alone():
    epochs = np.arange(40)
    history = {
        "accuracy": 0.95 - 0.5 * np.exp(-epochs / 6),
        "val_accuracy": 0.93 - 0.4 * np.exp(-epochs / 6),
        "loss": 0.1 + np.exp(-epochs / 6),
        "val_loss": 0.2 + np.exp(-epochs / 6) + 0.001 * epochs,
    }
    noise = np.random.default_rng(0).uniform(-0.002, 0.002, (4, 40))
    noisy = {key: values + row for (key, values), row in zip(history.items(), noise, strict=True)}
    shape = [re.sub(r"\d+\.\d+", "#", words_of(record)) for record in (history, noisy)]
    assert shape[0] == shape[1]


def test_a_curve_that_hardly_moves_neither_rises_nor_falls():
    words = words_of(curve(0.950, 0.5, 0.955))
    assert "accuracy begins at 0.950 and ends close to that, at 0.955, after 3 epochs" in words


def test_one_epoch_and_keras_names_for_accuracy_are_understood():
    record = {"categorical_accuracy": [0.5], "loss": [0.7], "val_loss": [0.8]}
    history = SimpleNamespace(history=record)
    words = words_of(history)
    assert words == (
        "Training accuracy is 0.500 after 1 epoch. Training loss is 0.700 after 1 epoch; "
        "validation loss ends at 0.800."
    )


# Confusion matrix


def test_confusion_matrix_shows_counts_or_shares_and_names_the_standing_out_confusion():
    true = [0] * 20 + [1] * 20 + [2] * 20
    predicted = [0] * 20 + [1] * 8 + [2] * 12 + [2] * 19 + [0]
    axes = confusion_matrix(true, predicted, ["cat", "dog", "7"])
    assert " ".join(text.get_text() for text in axes.texts) == "20 0 0 0 8 12 1 0 19"
    assert description(axes) == (
        "Confusion matrix of 60 cases in 3 classes, true ones in rows. Of 20 cat, 20 recognised. "
        "Of 20 dog, 8 recognised, 12 taken for class 7. Of 20 class 7, 19 recognised, 1 taken for "
        "cat."
    )
    shares = confusion_matrix(true, predicted, ["cat", "dog", "7"], normalize=True)
    assert shares.texts[5].get_text() == "0.60"
    assert description(shares) == (
        "Confusion matrix of 60 cases in 3 classes. Share recognised: 0.783 over all; cat 1.000, "
        "dog 0.400, class 7: 0.950. The most frequent confusion: 0.600 of dog is taken for class 7."
    )


@pytest.mark.parametrize(("most", "named"), [(15, False), (16, True)])
def test_a_confusion_is_named_if_it_is_ahead_by_more_than_two_standard_deviations(most, named):
    # 15 - 6 = 9 is not more than 2 sqrt(21) = 9.2, 16 - 6 = 10 is more than 2 sqrt(22) = 9.4.
    true = [0] * most + [1] * 6 + [2]
    predicted = [1] * most + [0] * 6 + [2]
    words = description(confusion_matrix(true, predicted, normalize=True))
    assert ("is taken for class 1" in words) is named
    assert ("about equally frequent: the largest is 1.000 of its class." in words) is not named


def test_of_two_classes_no_confusion_is_named():
    words = description(confusion_matrix([0] * 9 + [1], [1] * 9 + [1], normalize=True))
    assert words == (
        "Confusion matrix of 10 cases in 2 classes. Share recognised: 0.100 over all; "
        "class 0: 0.000, class 1: 1.000."
    )


def test_a_faultless_classifier_confuses_nothing_and_an_absent_class_has_no_share():
    words = description(confusion_matrix([0, 1], [0, 1], ["a", "b", "c"], normalize=True))
    assert "c no cases" in words
    assert words.endswith("No case is taken for another class.")


def test_many_classes_are_summarised_without_numbers_in_the_cells():
    labels = np.repeat(np.arange(40), 2)
    axes = confusion_matrix(labels, np.where(np.arange(80) == 0, 5, labels))
    assert len(axes.texts) == 0
    assert "0.988 over all; from 0.500 to 1.000 per class." in description(axes)


@pytest.mark.parametrize("share", np.linspace(0, 1, 6))
def test_numbers_in_cells_contrast_with_their_cell(share):
    hits = round(share * 100)
    axes = confusion_matrix([0] * 100 + [1], [0] * hits + [1] * (100 - hits) + [1])
    text, cell = axes.texts[0], np.asarray(axes.collections[0].get_facecolor())[0, :3]

    def luminance(colour):
        colour = np.asarray(colour)
        linear = np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    dark, light = sorted([luminance(matplotlib.colors.to_rgb(text.get_color())), luminance(cell)])
    assert (light + 0.05) / (dark + 0.05) >= 4.5


# Bars


def test_bars_carry_their_numbers():
    axes = bars(pd.Series({"a": 5, "b": 374}), "Rows")
    assert [text.get_text() for text in axes.texts] == ["5", "374"]
    assert description(axes) == "Rows: a 5, b 374."
    assert description(bars({"x": 0.5}, "share of X")) == "Share of X: x 0.500."
    assert description(bars({"x": -0.0001}, "Less")) == "Less: x 0.000."


def test_class_balance_counts_every_class():
    axes = class_balance([0, 0, 2], ["a", "b", "c"])
    assert description(axes) == "Cases per class, 3 in all: a 2, b 0, c 1."
    assert [bar.get_width() for bar in axes.patches] == [2, 0, 1]
    many = description(class_balance([*range(40), 39]))
    assert many == "Cases per class, 41 in all: 40 bars, from 1 to 2."


# Images


def test_image_grid_reads_labels_and_wrong_predictions_in_order():
    images = np.linspace(0, 1, 48).reshape(3, 4, 4)
    figure = image_grid(images, [0, 1, 0], [0, 0, 0], ["cat", "9"], columns=2)
    assert description(figure) == (
        "3 grey images in 2 rows of 2, labels in reading order: cat, class 9 (predicted cat), "
        "cat. Grey values run from 0.000 to 1.000, drawn on a scale from 0 to 1."
    )
    assert [axes.get_title() for axes in figure.axes[:3]] == ["cat", "✗ cat\nis 9", "cat"]
    widths = [axes.spines["left"].get_linewidth() for axes in figure.axes[:3]]
    assert widths[1] > widths[0] == widths[2]
    assert not figure.axes[3].axison


def test_a_prediction_is_wrong_by_its_class_also_where_two_classes_share_a_name():
    figure = image_grid(np.zeros((2, 4, 4)), [0, 1], [1, 1], ["cat", "cat"])
    assert "order: cat (predicted cat), cat. Grey" in description(figure)
    wrong, right = (axes.spines["left"].get_linewidth() for axes in figure.axes)
    assert wrong > right


def test_images_share_one_scale_so_that_dim_ones_look_dim():
    images = np.ones((2, 4, 4), dtype="float32")
    bright, dim = (image_grid(values) for values in (images, images / 255))
    assert bright.axes[0].images[0].get_clim() == dim.axes[0].images[0].get_clim() == (0, 1)
    assert "from 0.004 to 0.004, drawn on a scale from 0 to 1" in description(dim)
    whole = image_grid(np.full((1, 2, 2), 7, dtype="uint8"))
    assert whole.axes[0].images[0].get_clim() == (0, 255)
    wide = image_grid(images * 300)
    assert wide.axes[0].images[0].get_clim() == (300, 300)


# Points and regions

SQUARE = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def test_point_cloud_counts_and_centres_each_class():
    axes = point_cloud(SQUARE, [0, 0, 2, 2], ["a", "b", "c"], mark=(0.2, 0.8))
    assert description(axes) == (
        "4 points in 3 classes: 2 of a around (0.000, 0.500), 0 of b, 2 of c around "
        "(1.000, 0.500). Across: x; up: y. A star marks (0.2, 0.8)."
    )
    markers = {tuple(map(tuple, item.get_paths()[0].vertices)) for item in axes.collections}
    assert len(markers) == 3


def test_point_cloud_of_a_table_takes_its_column_names():
    table = pd.DataFrame(SQUARE, columns=["length", "width"])
    axes = point_cloud(table, [0, 0, 1, 1])
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("length", "width")
    assert "Across: length; up: width." in description(axes)


# Tables


def test_correlations_name_the_strongest_pairs_and_the_target():
    table = pd.DataFrame(
        {"a": [1, 2, 3, 4], "b": [2, 4, 6, 8], "c": [4, 3, 1, 2], "d": [1, 0, 1, 0]}
    )
    axes = correlation_heat_map(table, target="c")
    assert description(axes) == (
        "Correlations between 4 columns. Strongest: a and b 1.000, a and c -0.800, b and c -0.800. "
        "With c: a -0.800, b -0.800, d 0.000."
    )
    assert axes.collections[0].get_clim() == (-1, 1)


def test_correlations_leave_out_what_is_missing():
    table = pd.DataFrame({"a": [1, 2, 3, np.nan], "b": [2, 4, 6, -9], "c": [4, 3, 1, 2]})
    assert "a and b 1.000" in description(correlation_heat_map(table, target="c"))


def table_of(column):
    return pd.DataFrame({"a": [1, 2], "b": list(column)})


# Networks


def test_a_network_is_put_into_words():
    keras = pytest.importorskip("keras")
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input(shape=(8, 8, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    assert describe_network(model) == (
        "A network of 8 by 8 by 1 inputs; Conv2D with 6 by 6 by 4 outputs, filters of 3 by 3, "
        "relu, 40 parameters; Flatten with 144 outputs; Dropout with 144 outputs, rate 0.2; "
        "Dense with 1 output, sigmoid, 145 parameters. 185 parameters in all."
    )
    with pytest.raises(ValueError, match="model has no known input shape"):
        describe_network(keras.Sequential([layers.Dense(1)]))


def test_a_picture_that_something_else_drew_keeps_its_pixels_and_gets_words(tmp_path):
    path = tmp_path / "picture.png"
    plt.imsave(path, np.random.default_rng(0).random((40, 60, 3)))
    figure = show_image(lambda: Image(filename=path), "A network of two layers.")
    assert description(figure) == "A network of two layers."
    figure.canvas.draw()
    np.testing.assert_array_equal(
        figure.canvas.buffer_rgba(), np.round(plt.imread(path) * 255).astype("uint8")
    )
    plt.imsave(path, np.zeros((10, 1800)))
    assert tuple(show_image(lambda: Image(filename=path), "Wide.").get_size_inches()) == (9, 0.05)


def graphviz_is_missing():
    raise ImportError("You must install graphviz")


@pytest.mark.parametrize("draw", [graphviz_is_missing, lambda: None])
def test_without_graphviz_the_words_are_still_there(draw):
    figure = show_image(draw, "A network of two layers.")
    assert description(figure) == "A network of two layers."
    assert figure.texts[0].get_text().startswith("No picture: plot_model needs")


# What every plot asks of its input


REFUSED = {
    "curves: nothing": (learning_curves, ({},), "history has no 'accuracy', only nothing"),
    "curves: others": (learning_curves, ({"mae": [1], "loss": [1]},), "only 'mae', 'loss'"),
    "curves: loss": (learning_curves, ({"accuracy": [1.0]},), "history has no 'loss'"),
    "curves: lengths": (
        learning_curves,
        ({"accuracy": [1.0, 2.0], "val_accuracy": [1.0], "loss": [1.0]},),
        "lengths differ .accuracy 2, val_accuracy 1",
    ),
    "confusion: lengths": (confusion_matrix, ([0, 1], [0]), "true_labels 2, predicted_labels 1"),
    "confusion: one-hot": (confusion_matrix, (np.eye(3), [0, 1, 2]), "take np.argmax"),
    "confusion: one class": (confusion_matrix, ([0, 0], [0, 0]), "hold one class"),
    "confusion: names": (
        confusion_matrix,
        ([0, 1], [0, 2], ["a", "b"]),
        "predicted_labels holds class 2, but class_names has 2 names",
    ),
    "confusion: negative": (confusion_matrix, ([0, -1], [0, 1]), "true_labels holds numbers other"),
    "confusion: NaN": (confusion_matrix, ([0, np.nan], [0, 1]), "true_labels holds NaN"),
    "confusion: text": (confusion_matrix, (["a", "b"], [0, 1]), "true_labels is not numeric"),
    "bars: empty": (bars, ({}, "n"), "values is empty"),
    "grid: flat": (image_grid, (np.zeros((2, 784)),), r"images has shape \(2, 784\)"),
    "grid: lengths": (image_grid, (np.zeros((2, 2, 2)), [0]), "images 2, labels 1"),
    "grid: predicted": (image_grid, (np.zeros((1, 2, 2)), None, [0]), "predicted is given without"),
    "grid: names": (image_grid, (np.zeros((1, 2, 2)), [0], [4], ["a"]), "predicted holds class 4"),
    "cloud: shape": (point_cloud, (np.zeros((2, 3)), [0, 1]), r"points has shape \(2, 3\)"),
    "cloud: lengths": (point_cloud, (SQUARE, [0, 1]), "points 4, labels 2"),
    "cloud: many": (point_cloud, (SQUARE, [0, 1, 2, 10]), "11 classes, but markers tell only 10"),
    "correlations: column": (
        correlation_heat_map,
        (table_of([1, 2])[["a"]], "a"),
        r"shape \(2, 1\)",
    ),
    "correlations: text": (
        correlation_heat_map,
        (table_of("xy"), "a"),
        "column 'b' is not numeric",
    ),
    "correlations: one value": (
        correlation_heat_map,
        (table_of([1, 1]), "a"),
        "'b' holds one value",
    ),
    "correlations: target": (correlation_heat_map, (table_of([1, 3]), "z"), "'z' is not a column"),
    "grid: columns": (lambda n: image_grid(np.zeros((1, 2, 2)), columns=n), (0,), "columns is 0"),
    "cloud: mark": (lambda m: point_cloud(SQUARE, [0, 0, 1, 1], mark=m), ([1],), "mark has shape"),
}


@pytest.mark.parametrize(("plot", "arguments", "message"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused_in_one_line_before_anything_is_drawn(plot, arguments, message):
    with pytest.raises(ValueError, match=message) as refusal:
        plot(*arguments)
    assert "\n" not in str(refusal.value)
    assert plt.get_fignums() == []


def test_a_plot_makes_one_figure_and_returns_its_axes():
    axes = confusion_matrix([0, 1], [0, 1])
    assert isinstance(axes, Axes)
    assert len(plt.get_fignums()) == 1
    assert description(axes) == description(axes.figure)


def test_image_grid_that_is_drawn_twice_is_the_same_picture():
    images = np.random.default_rng(0).integers(0, 256, (24, 28, 28))
    figure = image_grid(images, labels=np.arange(24) % 10, columns=8)
    pictures = []
    for _ in range(2):
        figure.canvas.draw()
        pictures.append(np.asarray(figure.canvas.buffer_rgba()).copy())
    assert (pictures[0] == pictures[1]).all()


def test_colours_are_those_that_colour_blind_readers_can_tell_apart():
    # Okabe and Ito's blue and orange, as seaborn has them.
    axes = learning_curves(curve(0.5, 0.6) | {"val_accuracy": [0.4, 0.5]}).axes[0]
    colours = [matplotlib.colors.to_hex(line.get_color()) for line in axes.get_lines()]
    assert colours == ["#0173b2", "#de8f05"]
