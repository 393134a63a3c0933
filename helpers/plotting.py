"""Figures of the course, each with a description in words.

Every plot function draws with Matplotlib and seaborn, returns the axes or the
figure it drew, shows nothing by itself, and attaches sentences computed from
the same numbers as the picture (see `helpers.descriptions`).

Numbers in words follow one rule: what is counted in the data is an integer,
what is measured on a model has a decimal point. Two processors that round
differently then still give the same integers.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from sklearn import metrics

from helpers.descriptions import DOTS_PER_INCH, describe, description, enable_descriptions
from helpers.evaluation import accuracy_table

if TYPE_CHECKING:
    import keras
    import pandas as pd
    from IPython.display import Image
    from numpy.typing import ArrayLike, NDArray

    Point = tuple[float, float]

__all__ = [
    "activations",
    "bars",
    "class_balance",
    "confusion_matrix",
    "correlation_heat_map",
    "decision_regions",
    "describe",
    "describe_network",
    "description",
    "enable_descriptions",
    "image_grid",
    "learning_curves",
    "point_cloud",
    "reliability_curve",
    "roc_curve",
    "show_image",
    "threshold_curve",
]

MANY_CLASSES = 12
"""With more classes than this, cells stay unwritten and words summarise."""

_ACCURACIES = (
    "accuracy",
    "acc",
    "categorical_accuracy",
    "sparse_categorical_accuracy",
    "binary_accuracy",
)
_MARKERS = "os^DvPX*<>"
_LINE_STYLES = ("-", "--", "-.", ":")


def learning_curves(
    history: keras.callbacks.History | Mapping[str, Sequence[float]],
    metric: str = "accuracy",
    *,
    clear_margin: float = 0.02,
) -> Figure:
    """Draw a metric and the loss, epoch by epoch.

    Parameters
    ----------
    history : keras.callbacks.History or mapping
        What ``model.fit`` returns, or its ``history`` dictionary: for each
        quantity one number per epoch; ``val_`` marks validation.
    metric : str
        Key of the metric. Keras' names for accuracy stand in for one another.
    clear_margin : float
        The words name the epoch of the best validation value only if every
        other epoch is worse by more than this. Two processors give values that
        differ a little (an accuracy on MNIST by 0.002), and among near ties the
        best epoch is a matter of chance. Pass a smaller margin where training
        repeats to many digits.

    Returns
    -------
    Figure
        Two axes: the metric on the left, the loss on the right.

    Raises
    ------
    ValueError
        If a curve is missing, empty, of another length, or not finite.

    Notes
    -----
    A training curve "rises" or "falls" if its last value differs from its
    first by more than 2 % of the larger of the two.
    """
    record = getattr(history, "history", history)
    if not isinstance(record, Mapping):
        kind = type(record).__name__
        raise ValueError(f"history is a {kind}, expected what model.fit returns or its dictionary")
    key = metric
    if metric in _ACCURACIES and metric not in record:
        key = next((name for name in _ACCURACIES if name in record), metric)
    label = "accuracy" if key in _ACCURACIES else key.replace("_", " ")
    panels = {label: _curves(record, key), "loss": _curves(record, "loss")}

    figure, both_axes = plt.subplots(1, 2, figsize=(8, 3.6), layout="constrained")
    for axes, (label, curves) in zip(both_axes, panels.items(), strict=True):
        for (name, values), colour, style, marker in zip(
            curves.items(), _palette(2), _LINE_STYLES, _MARKERS, strict=False
        ):
            epochs = np.arange(1, len(values) + 1)
            every = max(1, len(values) // 10)
            axes.plot(
                epochs, values, style, color=colour, marker=marker, markevery=every, label=name
            )
        axes.set(xlabel="epoch", ylabel=label)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axes.grid(alpha=0.3)
        describe(figure, _curve_words(label, curves, clear_margin))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def _curves(record: Mapping[str, Any], key: str) -> dict[str, NDArray[Any]]:
    """Return the training curve and, where there is one, the validation curve."""
    if key not in record:
        raise ValueError(
            f"history has no {key!r}, only {', '.join(map(repr, record)) or 'nothing'}"
        )
    keys = {"training": key, "validation": f"val_{key}"}
    curves = {
        name: _array(record[key], f"history[{key!r}]", "one number per epoch", 1)
        for name, key in keys.items()
        if key in record
    }
    _same_length(**{keys[name]: values for name, values in curves.items()})
    return curves


def _curve_words(label: str, curves: Mapping[str, NDArray[Any]], clear_margin: float) -> str:
    training = curves["training"]
    first, last, epochs = training[0], training[-1], len(training)
    if epochs == 1:
        words = f"Training {label} is {_number(last)} after 1 epoch"
    elif abs(last - first) > 0.02 * max(abs(first), abs(last)):
        verb = "rises" if last > first else "falls"
        words = (
            f"Training {label} {verb} from {_number(first)} to {_number(last)} in {epochs} epochs"
        )
    else:
        words = f"Training {label} begins at {_number(first)} and ends close to that, "
        words += f"at {_number(last)}, after {epochs} epochs"
    if "validation" not in curves:
        return f"{words}."
    values = curves["validation"]
    words += f"; validation {label} ends at {_number(values[-1])}"
    if epochs > 1:
        superlative, order = "highest", np.argsort(-values)
        if label == "loss":
            superlative, order = "lowest", np.argsort(values)
        best, second = values[order[:2]]
        words += f", {superlative} {_number(best)}"
        if round(abs(float(best - second)), 9) > clear_margin:
            words += f" at epoch {order[0] + 1}"
    return f"{words}."


def confusion_matrix(
    true_labels: ArrayLike,
    predicted_labels: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    normalize: bool = False,
    axes: Axes | None = None,
) -> Axes:
    """Draw how often each class is taken for which.

    Parameters
    ----------
    true_labels, predicted_labels : array_like of int, shape (n,)
        Class numbers from 0 on.
    class_names : sequence of str, optional
        Name of each class; by default its number.
    normalize : bool
        Write the share of each true class into the cells, not the count. The
        colour shows that share in either case, so that large classes do not
        drown small ones. Beyond `MANY_CLASSES` classes nothing is written.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        One row per true class, one column per predicted class.

    Raises
    ------
    ValueError
        If labels are missing, not class numbers, beyond `class_names`, of
        different length, or of one class only.

    Notes
    -----
    The words name the most frequent confusion if its count a is ahead of the
    runner-up b by more than chance: a - b > 2 sqrt(a + b). Counts of rare errors
    vary like Poisson counts, whose variance is their mean, so the difference of
    two has a standard deviation of about sqrt(a + b). Of two classes both
    confusions follow from the shares recognised, and none is named.
    """
    true = _labels(true_labels, "true_labels", class_names)
    predicted = _labels(predicted_labels, "predicted_labels", class_names)
    _same_length(true_labels=true, predicted_labels=predicted)
    names = _names(class_names, max(true.max(), predicted.max()) + 1)
    if len(names) < 2:
        raise ValueError("true_labels and predicted_labels hold one class, expected two or more")

    counts = metrics.confusion_matrix(true, predicted, labels=range(len(names)))
    totals = counts.sum(axis=1)
    shares = counts / np.maximum(totals, 1)[:, np.newaxis]
    few = len(names) <= MANY_CLASSES
    written = (shares if normalize else counts) if few else None
    axes = axes or _new_axes((8, 6.6) if len(names) > 5 else (6.6, 5.2))
    _heat_map(axes, shares, written, names, "share of the true class", cmap="Blues", vmin=0)
    axes.set(xlabel="predicted class", ylabel="true class")

    recognised = np.diag(shares)
    words = f"Confusion matrix of {len(true)} cases in {len(names)} classes. "
    words += f"Share recognised: {_number(np.mean(true == predicted))} over all; "
    if few:
        each = [
            _number(share) if total else "no cases"
            for share, total in zip(recognised, totals, strict=True)
        ]
        words += f"{_listing(zip(names, each, strict=True))}. "
    else:
        lowest, *_, highest = np.sort(recognised[totals > 0])
        words += f"from {_number(lowest)} to {_number(highest)} per class. "
    confused = counts - np.diag(np.diag(counts))
    runner_up, most = np.sort(confused, axis=None)[-2:]
    if most == 0:
        words += "No case is taken for another class."
    elif len(names) == 2:
        pass
    elif most - runner_up > 2 * math.sqrt(most + runner_up):
        row, column = np.unravel_index(confused.argmax(), confused.shape)
        words += f"The most frequent confusion: {_number(shares[row, column])} of "
        words += f"{_spoken(names[row])} is taken for {_spoken(names[column])}."
    else:
        words += "The most frequent confusions are about equally frequent: the largest is "
        words += f"{_number((confused / np.maximum(totals, 1)[:, np.newaxis]).max())} of its class."
    describe(axes, words.strip())
    return axes


def bars(values: Mapping[str, float], quantity: str, *, axes: Axes | None = None) -> Axes:
    """Draw named numbers as horizontal bars with the numbers written on them.

    Parameters
    ----------
    values : mapping of str to number
        Length of each bar by its name, from top to bottom; a pandas Series
        will do. Integers are written as such, others with three decimals.
    quantity : str
        What the numbers are: label of the axis and first words of the
        description.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        One bar per value.

    Raises
    ------
    ValueError
        If there is no value, or one is not finite.
    """
    items = {str(name): number for name, number in values.items()}
    names = list(items)
    numbers = _array(list(items.values()), "values", "one number per name", 1)
    whole = np.issubdtype(numbers.dtype, np.integer)
    written = [str(number) if whole else _number(number) for number in numbers]
    axes = axes or _new_axes((8, 1 + (0.4 if len(names) <= MANY_CLASSES else 0.22) * len(names)))
    drawn = axes.barh(names, numbers, color=_palette(1)[0])
    axes.bar_label(drawn, written, padding=4)
    axes.margins(x=0.1, y=0.4 / len(names))
    axes.invert_yaxis()
    axes.set(xlabel=quantity)
    axes.xaxis.set_major_locator(MaxNLocator(integer=bool(whole)))
    sns.despine(ax=axes)
    if len(names) <= MANY_CLASSES:
        words = _listing(zip(names, written, strict=True))
    else:
        lowest, highest = written[numbers.argmin()], written[numbers.argmax()]
        words = f"{len(names)} bars, from {lowest} to {highest}"
    describe(axes, f"{quantity[:1].upper()}{quantity[1:]}: {words}.")
    return axes


def class_balance(
    labels: ArrayLike, class_names: Sequence[str] | None = None, *, axes: Axes | None = None
) -> Axes:
    """Draw how many cases each class has.

    Parameters
    ----------
    labels : array_like of int, shape (n,)
        Class numbers from 0 on.
    class_names : sequence of str, optional
        Name of each class; by default its number.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        One bar per class.

    Raises
    ------
    ValueError
        If labels are missing, not class numbers, or beyond `class_names`.
    """
    numbers = _labels(labels, "labels", class_names)
    names = [_spoken(name) for name in _names(class_names, numbers.max() + 1)]
    counts = np.bincount(numbers, minlength=len(names))
    quantity = f"Cases per class, {len(numbers)} in all"
    return bars(dict(zip(names, counts, strict=True)), quantity, axes=axes)


def image_grid(
    images: ArrayLike,
    labels: ArrayLike | None = None,
    predicted: ArrayLike | None = None,
    class_names: Sequence[str] | None = None,
    *,
    columns: int = 8,
    value_range: tuple[float, float] | None = None,
    list_labels: bool = True,
    withheld: bool = False,
) -> Figure:
    """Draw grey images in rows, with labels and predictions as titles.

    Parameters
    ----------
    images : array_like, shape (n, height, width)
        Grey values; low is dark.
    labels, predicted : array_like of int, shape (n,), optional
        True and predicted class numbers. A wrong prediction gets a cross and a
        frame, and the true label below it.
    class_names : sequence of str, optional
        Name of each class; by default its number.
    columns : int
        Images per row.
    value_range : (float, float), optional
        Values drawn black and white. By default 0 and 255 for integers, 0 and 1
        for floating-point numbers in that range, else the smallest and largest
        value. All images share it, so that dim images look dim.
    list_labels : bool
        False leaves the labels out of the words, for a choice of images that
        may differ from one machine to another.
    withheld : bool
        True for images that may not be redistributed, see `describe`.

    Returns
    -------
    Figure
        One axes per image.

    Raises
    ------
    ValueError
        If arrays are empty, of the wrong shape, of different length, or not
        finite, if labels are beyond `class_names`, or if there are predictions
        without labels.
    """
    pictures = _array(images, "images", "grey images of shape (n, height, width)", 3)
    if predicted is not None and labels is None:
        raise ValueError("predicted is given without labels, expected both or labels alone")
    if columns < 1:
        raise ValueError(f"columns is {columns}, expected at least 1")
    titles, wrong, words = [""] * len(pictures), np.zeros(len(pictures), dtype=bool), ""
    columns = min(columns, len(pictures))
    if labels is not None:
        true = _labels(labels, "labels", class_names)
        guess = true if predicted is None else _labels(predicted, "predicted", class_names)
        _same_length(images=pictures, labels=true, predicted=guess)
        names = _names(class_names, max(true.max(), guess.max()) + 1)
        wrong = true != guess
        titles = [
            _image_title(names[a], names[b], 90 // columns)
            for a, b in zip(true, guess, strict=True)
        ]
        each = [
            _spoken(names[a]) + (f" (predicted {names[b]})" if a != b else "")
            for a, b in zip(true, guess, strict=True)
        ]
        words = f", labels in reading order: {', '.join(each)}" if list_labels else ""
    low, high = value_range or _grey_range(pictures)

    rows = math.ceil(len(pictures) / columns)
    width = 8 / max(columns, 4)
    title_height = 0.2 * max(title.count("\n") + bool(title) for title in titles)
    height = width * pictures.shape[1] / pictures.shape[2] + title_height
    size = (width * columns, height * rows + 0.3 * bool(wrong.any()))
    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, picture, title, is_wrong in zip(grid.flat, pictures, titles, wrong, strict=False):
        axes.set_axis_on()
        axes.set(xticks=[], yticks=[])
        axes.imshow(picture, cmap="gray", vmin=low, vmax=high)
        axes.set_title(title, fontsize=10, fontweight="bold" if is_wrong else "normal")
        if is_wrong:
            axes.spines[:].set(edgecolor=_palette(4)[3], linewidth=4)
    if wrong.any():
        figure.supxlabel("✗ and a frame: wrong prediction, with the true label", fontsize=10)
    start = f"{_counted(len(pictures), 'grey image')} in {_counted(rows, 'row')} of {columns}"
    whole = np.issubdtype(pictures.dtype, np.integer)
    least, most = (str(v) if whole else _number(v) for v in (pictures.min(), pictures.max()))
    end = f"Grey values run from {least} to {most}, drawn on a scale from {low:g} to {high:g}."
    describe(figure, f"{start}{words}. {end}", withheld=withheld)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # drawn again, the layout would move by a pixel
    return figure


def _image_title(label: str, guess: str, width: int) -> str:
    lines = [label] if guess == label else [f"✗ {guess}", f"is {label}"]
    return "\n".join(textwrap.fill(line, width) for line in lines)


def _grey_range(pictures: NDArray[Any]) -> tuple[float, float]:
    if np.issubdtype(pictures.dtype, np.integer):
        return 0, 255
    low, high = float(pictures.min()), float(pictures.max())
    return (0, 1) if low >= 0 and high <= 1 else (low, high)


def point_cloud(
    points: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    mark: Point | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Draw labelled points in the plane, one marker and colour per class.

    Parameters
    ----------
    points : array_like or DataFrame, shape (n, 2)
        Coordinates across and up; a table's column names become the axes' labels.
    labels : array_like of int, shape (n,)
        Class numbers from 0 on, at most ten classes.
    class_names : sequence of str, optional
        Name of each class; by default its number.
    mark : (float, float), optional
        A place to point at.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        The points, with a legend beside them.

    Raises
    ------
    ValueError
        If arrays are empty, of the wrong shape, of different length, or not
        finite, or if labels are beyond `class_names`.
    """
    places = _places(points, "points")
    numbers, names = _point_labels(labels, places, class_names)
    marked = None if mark is None else _places([mark], "mark")[0]
    axes = axes or _new_axes((8, 6))
    _scatter(axes, places, numbers, names, marked)
    columns = getattr(points, "columns", None)  # pandas itself is not needed
    if columns is not None:
        axes.set(xlabel=str(columns[0]), ylabel=str(columns[1]))
    across = f"Across: {axes.get_xlabel()}; up: {axes.get_ylabel()}."
    words = f"{_counted(len(places), 'point')} in {_counted(len(names), 'class')}: "
    groups = [places[numbers == number] for number in range(len(names))]
    each = [
        f"{len(group)} of {_spoken(name)}"
        + (f" around ({', '.join(map(_number, group.mean(axis=0)))})" if len(group) else "")
        for name, group in zip(names, groups, strict=True)
    ]
    describe(
        axes,
        f"{words}{', '.join(each)}. {across}"
        + (f" A star marks {_place(marked)}." if marked is not None else ""),
    )
    return axes


def decision_regions(
    predict: Callable[[NDArray[Any]], ArrayLike],
    points: ArrayLike,
    labels: ArrayLike,
    class_names: Sequence[str] | None = None,
    *,
    mark: Point | None = None,
    resolution: int = 200,
    axes: Axes | None = None,
) -> Axes:
    """Draw which class a classifier gives to each place in the plane.

    Parameters
    ----------
    predict : callable
        Takes an array of shape (n, 2) and returns probabilities: (n, classes),
        or (n, 1) or (n,) for the probability of class 1 of two. A Keras model
        goes in as ``lambda places: model.predict(places, verbose=0)``.
    points : array_like, shape (n, 2)
        Points drawn over the regions.
    labels : array_like of int, shape (n,)
        Class numbers from 0 on, at most ten classes.
    class_names : sequence of str, optional
        Name of each class; by default its number.
    mark : (float, float), optional
        A place to point at; the words say which class it gets.
    resolution : int
        Steps of the grid in each direction; `predict` sees its square.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        The regions and the points, with a legend beside them.

    Raises
    ------
    ValueError
        If arrays are empty, of the wrong shape, of different length, or not
        finite, if labels are beyond the classes, or if `predict` does not
        return probabilities.
    """
    places = _places(points, "points")
    if resolution < 2:
        raise ValueError(f"resolution is {resolution}, expected at least 2")
    shown = places if mark is None else np.vstack([places, _places([mark], "mark")])
    at_shown, count = _predicted_classes(predict, shown)
    numbers, names = _point_labels(labels, places, class_names, count)
    if len(names) != count:
        raise ValueError(
            f"predict tells {count} classes apart, but labels or names have {len(names)}"
        )
    low, high = shown.min(axis=0), shown.max(axis=0)
    margin = 0.05 * np.where(high > low, high - low, 1)
    across, up = np.linspace(low - margin, high + margin, resolution).T
    grid = np.stack(np.meshgrid(across, up), axis=-1)
    regions = _predicted_classes(predict, grid.reshape(-1, 2))[0].reshape(resolution, resolution)

    axes = axes or _new_axes((8, 6))
    colours = ListedColormap(_palette(count))
    axes.pcolormesh(across, up, regions, cmap=colours, vmin=0, vmax=count - 1, alpha=0.3)
    for number in np.unique(regions)[1:]:
        axes.contour(across, up, regions == number, levels=[0.5], colors="0.2", linewidths=1)
    _scatter(axes, places, numbers, names, None if mark is None else shown[-1])

    shares = np.bincount(regions.ravel(), minlength=count) / regions.size
    each = _listing(zip(names, map(_number, shares), strict=True))
    elsewhere = np.mean(at_shown[: len(places)] != numbers)
    words = f"Share of the drawn area that each class gets: {each}. Share of the {len(places)} "
    words += f"points that lie in the region of another class: {_number(elsewhere)}."
    if mark is not None:
        words += f" A star marks {_place(mark)}, in the region of {_spoken(names[at_shown[-1]])}."
    describe(axes, words)
    return axes


def correlation_heat_map(
    table: pd.DataFrame, target: str | None = None, *, axes: Axes | None = None
) -> Axes:
    """Draw the correlation (Pearson's) of every pair of columns.

    Parameters
    ----------
    table : DataFrame
        At least two rows and two columns of numbers.
    target : str, optional
        Column whose correlations are all put into words; by default the last.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        A square of cells, red above zero and blue below, values written in.

    Raises
    ------
    ValueError
        If a column is not numeric, has missing values or one value only, or if
        `target` is not a column.
    """
    if min(table.shape) < 2:
        raise ValueError(f"table has shape {table.shape}, expected at least two rows and columns")
    for name, column in table.items():
        values = _array(column, f"column {name!r}", "one number per row", 1)
        if (values == values[0]).all():
            raise ValueError(
                f"column {name!r} holds one value only and has no correlation; drop it"
            )
    target = table.columns[-1] if target is None else target
    if target not in table.columns:
        raise ValueError(
            f"target {target!r} is not a column, expected one of {list(table.columns)}"
        )

    names = [str(name) for name in table.columns]
    values = table.corr().to_numpy()
    axes = axes or _new_axes((8.4, 7))
    _heat_map(axes, values, values, names, "correlation", cmap="RdBu_r", vmin=-1)

    pairs = {
        f"{names[row]} and {names[column]}": values[row, column]
        for row, column in zip(*np.triu_indices(len(names), k=1), strict=True)
    }
    strongest = sorted(pairs.items(), key=lambda pair: -abs(pair[1]))[:3]
    others = [
        pair
        for pair in zip(names, values[names.index(str(target))], strict=True)
        if pair[0] != target
    ]
    first, second = (
        _listing((name, _number(value)) for name, value in group) for group in (strongest, others)
    )
    words = (
        f"Correlations between {len(names)} columns. Strongest: {first}. With {target}: {second}."
    )
    describe(axes, words)
    return axes


def reliability_curve(
    tables: Mapping[str, pd.DataFrame],
    *,
    least_rows: int = 30,
    axes: Axes | None = None,
) -> Axes:
    """Draw how often a classifier is right against how sure it is: a reliability diagram.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        For each classifier by name, at most ten, the table that
        `helpers.evaluation.calibration_table` returns: one row a bin, with the
        columns ``rows``, ``confidence`` and ``accuracy``.
    least_rows : int
        Bins with fewer rows are left out of the picture, not out of the words.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        One curve per classifier, the diagonal where confidence and accuracy
        are equal, and on each point Wilson's 95 % interval of its accuracy.

    Raises
    ------
    ValueError
        If there is no table or more than ten, a column is missing, a value is
        not finite or no share, or no bin has `least_rows` rows.

    References
    ----------
    A. Niculescu-Mizil and R. Caruana, "Predicting good probabilities with
    supervised learning", ICML (2005), after M. H. DeGroot and S. E. Fienberg,
    "The comparison and evaluation of forecasters", The Statistician 32 (1983).
    """
    if not isinstance(tables, Mapping) or not 1 <= len(tables) <= len(_MARKERS):
        held = f"{len(tables)} tables" if isinstance(tables, Mapping) else type(tables).__name__
        raise ValueError(f"tables is {held}, expected 1 to {len(_MARKERS)} tables by name")
    checked = {str(name): _bins(table, str(name), least_rows) for name, table in tables.items()}

    axes = axes or _new_axes((8, 5.2))
    axes.plot([0, 1], [0, 1], color="0.4", linewidth=1, label="as sure as right")
    for number, (name, (rows, confidence, accuracy, limits)) in enumerate(checked.items()):
        drawn = rows >= least_rows
        axes.errorbar(
            confidence[drawn],
            accuracy[drawn],
            yerr=abs(limits - accuracy)[:, drawn],
            fmt=_MARKERS[number] + _LINE_STYLES[number % len(_LINE_STYLES)],
            color=_palette(10)[number],
            elinewidth=1,
            label=name,
        )
        sure, right = (np.average(shares, weights=rows) for shares in (confidence, accuracy))
        distance = np.average(abs(confidence - accuracy), weights=rows)
        words = f"Reliability curve of {name}: mean confidence {_number(sure)}, "
        words += f"share right {_number(right)}, mean distance between the two in a bin "
        describe(axes, f"{words}{_number(distance)}.")
    axes.set(xlabel="mean confidence", ylabel="share right", xlim=(0, 1.02), ylim=(0, 1.02))
    axes.grid(alpha=0.3)
    _legend_beside(axes)
    return axes


def _bins(table: pd.DataFrame, name: str, least_rows: int) -> tuple[NDArray[Any], ...]:
    """Return each bin's rows, confidence and accuracy, and the accuracy's limits as (2, bins)."""
    columns = ("rows", "confidence", "accuracy")
    missing = [column for column in columns if column not in getattr(table, "columns", ())]
    if missing:
        raise ValueError(
            f"the table of {name!r} lacks {', '.join(missing)}, expected the first of the two "
            "that calibration_table returns"
        )
    rows, confidence, accuracy = (
        _array(table[column], f"{column} of {name!r}", "one number per bin", 1)
        for column in columns
    )
    for column, values in (("confidence", confidence), ("accuracy", accuracy)):
        if values.min() < 0 or values.max() > 1:
            raise ValueError(f"{column} of {name!r} leaves the range 0 to 1, expected shares")
    if rows.max() < least_rows:
        raise ValueError(
            f"no bin of {name!r} has {least_rows} rows, the fullest has {rows.max()}; "
            "give a smaller least_rows"
        )
    limits = [
        accuracy_table({name: share}, int(count)).loc[name, ["from", "to"]]
        for count, share in zip(rows, accuracy, strict=True)
    ]
    return rows, confidence, accuracy, np.transpose(limits)


def roc_curve(
    true_labels: ArrayLike,
    scores: ArrayLike | Mapping[str, ArrayLike],
    *,
    name: str = "model",
    threshold: float | None = None,
    axes: Axes | None = None,
) -> Axes:
    """Draw the true against the false positive rate over all thresholds.

    Parameters
    ----------
    true_labels : array_like of int, shape (n,)
        0 or 1, both present.
    scores : array_like, shape (n,), or mapping of str to such arrays
        Score or probability of class 1, of one model or of several by name.
    name : str
        Name of the model where `scores` is one array.
    threshold : float, optional
        A case counts as class 1 if its score reaches this; the rates are then
        marked on the curve.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        One curve per model, at most ten, and the diagonal of chance.

    Raises
    ------
    ValueError
        If labels are not 0 and 1, or scores are empty, of the wrong shape, of
        different length, or not finite.
    """
    true = _binary_labels(true_labels)
    models = scores if isinstance(scores, Mapping) else {name: scores}
    if not 1 <= len(models) <= len(_MARKERS):
        raise ValueError(f"scores has {len(models)} models, expected 1 to {len(_MARKERS)}")
    checked = {str(model): _scores(values, str(model), true) for model, values in models.items()}

    axes = axes or _new_axes((6.4, 5.6))
    axes.plot([0, 1], [0, 1], color="0.4", linewidth=1, label="chance: 0.500")
    for number, (model, values) in enumerate(checked.items()):
        false_rates, true_rates, _ = metrics.roc_curve(true, values)
        area = _number(metrics.auc(false_rates, true_rates))
        colour, style = _palette(10)[number], _LINE_STYLES[number % len(_LINE_STYLES)]
        axes.plot(false_rates, true_rates, style, color=colour, label=f"{model}: {area}")
        words = f"ROC curve of {model}: area under the curve {area} (chance: 0.500)."
        if threshold is not None:
            called = values >= threshold
            across, up = called[true == 0].mean(), called[true == 1].mean()
            axes.plot(across, up, _MARKERS[number], color=colour, markersize=9)
            words += f" At the threshold {threshold:g} the true positive rate is {_number(up)}, "
            words += f"the false positive rate {_number(across)}."
        describe(axes, words)
    axes.set(xlabel="false positive rate", ylabel="true positive rate", aspect="equal")
    axes.grid(alpha=0.3)
    note = "" if threshold is None else f"\n(marker: threshold {threshold:g})"
    axes.legend(loc="lower right", title=f"area under the curve{note}")
    return axes


def threshold_curve(
    true_labels: ArrayLike,
    scores: ArrayLike,
    *,
    thresholds: Sequence[float] = (0.3, 0.5, 0.7),
    axes: Axes | None = None,
) -> Axes:
    """Draw precision and recall of class 1 against the threshold.

    Parameters
    ----------
    true_labels : array_like of int, shape (n,)
        0 or 1, both present.
    scores : array_like, shape (n,)
        Score or probability of class 1. A case counts as class 1 if its score
        reaches the threshold.
    thresholds : sequence of float
        Where the words read the curves.
    axes : Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    Axes
        Two curves, with a legend beside them.

    Raises
    ------
    ValueError
        If labels are not 0 and 1, or scores are empty, of the wrong shape, of
        different length, or not finite.
    """
    true = _binary_labels(true_labels)
    values = _scores(scores, "scores", true)
    precision, recall, steps = metrics.precision_recall_curve(true, values)
    axes = axes or _new_axes((8, 4.4))
    blue, orange = _palette(2)
    axes.plot(steps, precision[:-1], "-", color=blue, drawstyle="steps-pre", label="precision")
    axes.plot(steps, recall[:-1], "--", color=orange, drawstyle="steps-pre", label="recall")
    axes.set(xlabel="threshold", ylabel="precision, recall", ylim=(0, 1.05))
    axes.grid(alpha=0.3)
    _legend_beside(axes)
    words = "Precision and recall of class 1."
    for threshold in thresholds:
        called = values >= threshold
        right = np.sum(called & (true == 1))
        words += f" At the threshold {threshold:g}: "
        words += (
            f"precision {_number(right / called.sum())}, " if called.any() else "no precision, "
        )
        words += f"recall {_number(right / np.sum(true == 1))}."
    describe(axes, words)
    return axes


def activations(names: Sequence[str] = ("relu", "leaky_relu", "sigmoid", "tanh")) -> Figure:
    """Draw activation functions of Keras, each in axes of its own.

    Parameters
    ----------
    names : sequence of str
        Names that ``keras.activations.get`` knows, of functions that work on
        each number by itself.

    Returns
    -------
    Figure
        One axes per function, on the same scales.

    Raises
    ------
    ValueError
        If there is no name, an unknown one, or one like softmax, which works
        on several numbers together.
    """
    import keras

    if len(names) == 0:
        raise ValueError("names is empty, expected at least one activation")
    inputs = np.linspace(-4, 4, 401, dtype="float32")
    curves = {}
    for name in names:
        try:
            function = keras.activations.get(name)
        except ValueError as error:
            raise ValueError(f"{name!r} is not an activation that Keras knows") from error
        curve, part = (
            keras.ops.convert_to_numpy(function(numbers[np.newaxis]))[0]
            for numbers in (inputs, inputs[:200])
        )
        if not np.allclose(curve[:200], part, atol=1e-5):
            raise ValueError(f"{name!r} works on several numbers together and has no curve")
        curves[name] = curve

    columns = min(2, len(curves))
    rows = math.ceil(len(curves) / columns)
    size = (4 * columns, 2.9 * rows)
    figure, grid = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for axes in list(grid.flat)[len(curves) :]:
        axes.remove()
    for axes, (name, curve) in zip(grid.flat, curves.items(), strict=False):
        axes.axhline(0, color="0.5", linewidth=0.8)
        axes.axvline(0, color="0.5", linewidth=0.8)
        axes.plot(inputs, curve, color=_palette(1)[0], linewidth=2.5)
        axes.set(title=name, xlabel="z", ylim=(-1.6, 4.2))
        axes.grid(alpha=0.3)
        values = [f"{_number(np.interp(z, inputs, curve))} at {z}" for z in (-2, 0, 2)]
        describe(axes, f"{', '.join(values)}.")
    return figure


def describe_network(model: keras.Model) -> str:
    """Put the layers of a Keras model into words.

    Parameters
    ----------
    model : keras.Model
        A model that has been built, so that its weights exist.

    Returns
    -------
    str
        The inputs, each layer with its size, activation and number of parameters
        (weights and biases), and the number of all parameters.

    Raises
    ------
    ValueError
        If the model has not been built.
    """
    if not model.built or not hasattr(model, "input_shape"):
        raise ValueError("model has no known input shape, expected one with keras.Input(shape=...)")
    parts = [_sized(model.input_shape, "input")]
    for layer in model.layers:
        kind = type(layer).__name__
        if kind == "InputLayer":
            continue
        words = [f"{kind} with {_sized(layer.output.shape, 'output')}"]
        if hasattr(layer, "kernel_size"):
            words.append(f"filters of {' by '.join(map(str, layer.kernel_size))}")
        if hasattr(layer, "rate"):
            words.append(f"rate {layer.rate:g}")
        if hasattr(layer, "activation"):
            words.append(layer.activation.__name__)
        if layer.count_params():
            words.append(_counted(layer.count_params(), "parameter"))
        parts.append(", ".join(words))
    total = _counted(model.count_params(), "parameter")
    return f"A network of {'; '.join(parts)}. {total} in all."


def _sized(shape: Sequence[int | None], noun: str) -> str:
    """Put the shape of a batch into words: "8 inputs", "28 by 28 by 1 inputs"."""
    sizes = ["any number of" if size is None else str(size) for size in shape[1:]]
    return f"{' by '.join(sizes)} {noun}{'' if sizes == ['1'] else 's'}"


def show_image(
    image: Image | Path | str | bytes | Callable[[], Image | None] | None,
    words: str,
    *,
    withheld: bool = False,
) -> Figure:
    """Show a picture that something else drew, with words of our own.

    Made for ``keras.utils.plot_model`` with the words of `describe_network`.

    Parameters
    ----------
    image : IPython.display.Image, path, bytes, callable, or None
        A PNG picture, or a function without arguments that draws and returns
        one, such as ``lambda: keras.utils.plot_model(model, "model.png")``.
        Where Graphviz or pydot is missing, ``plot_model`` raises ImportError,
        or prints a line and returns None; the figure then says so in one line
        and keeps its words.
    words : str
        Description of the picture.
    withheld : bool
        True for images that may not be redistributed, see `describe`.

    Returns
    -------
    Figure
        The picture at its own size, or made smaller to fit 900 by 900 pixels.

    Raises
    ------
    ValueError
        If the file is missing or is not a PNG picture.
    """
    if callable(image):
        try:
            image = image()
        except ImportError:
            image = None
    if image is None:
        figure = plt.figure(figsize=(8, 0.6))
        line = "No picture: plot_model needs pydot and Graphviz (graphviz.org/download)."
        figure.text(0.5, 0.5, line, ha="center", va="center")
    else:
        content: Any = getattr(image, "data", image)
        try:
            png = content if isinstance(content, bytes) else Path(content).read_bytes()
            pixels = plt.imread(io.BytesIO(png), format="png")
        except (OSError, SyntaxError, TypeError) as error:
            raise ValueError(f"image cannot be read as a PNG picture: {error}") from error
        height, width = pixels.shape[:2]
        scale = DOTS_PER_INCH * max(1, width / 900, height / 900)
        figure = plt.figure(figsize=(width / scale, height / scale))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.imshow(pixels, cmap="gray")
        axes.set_axis_off()
    describe(figure, words, withheld=withheld)
    return figure


# Checks, each for one kind of input


def _array(values: object, name: str, expected: str, dimensions: int) -> NDArray[Any]:
    """Return finite numbers as an array of so many dimensions."""
    array = np.asarray(values)
    if array.size == 0:
        raise ValueError(f"{name} is empty, expected {expected}")
    if array.ndim != dimensions:
        raise ValueError(f"{name} has shape {array.shape}, expected {expected}")
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} is not numeric, expected {expected}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinite values, expected {expected}")
    return array


def _labels(values: ArrayLike, name: str, class_names: Sequence[str] | None = None) -> NDArray[Any]:
    """Return class numbers as integers."""
    expected = "one class number per case (of one-hot rows take np.argmax(..., axis=-1))"
    array = _array(values, name, expected, 1)
    if (array < 0).any() or (array != np.floor(array)).any():
        raise ValueError(f"{name} holds numbers other than 0, 1, 2, ..., expected {expected}")
    if class_names is not None and array.max() >= len(class_names):
        raise ValueError(
            f"{name} holds class {array.max():g}, but class_names has {len(class_names)} names, "
            "counted from 0"
        )
    return array.astype(int)


def _binary_labels(values: ArrayLike) -> NDArray[Any]:
    labels = _labels(values, "true_labels")
    if (present := np.unique(labels).tolist()) != [0, 1]:
        raise ValueError(f"true_labels holds the classes {present}, expected both 0 and 1")
    return labels


def _scores(values: ArrayLike, name: str, true: NDArray[Any]) -> NDArray[Any]:
    expected = "one score per case (of a network's single output take [:, 0])"
    scores = _array(values, name, expected, 1)
    _same_length(**{"true_labels": true, name: scores})
    return scores


def _places(points: ArrayLike, name: str) -> NDArray[Any]:
    places = _array(points, name, "two coordinates per point", 2)
    if places.shape[1] != 2:
        raise ValueError(f"{name} has shape {places.shape}, expected two coordinates per point")
    return places


def _point_labels(
    labels: ArrayLike, places: NDArray[Any], class_names: Sequence[str] | None, at_least: int = 0
) -> tuple[NDArray[Any], list[str]]:
    """Return the class number of each point and the name of each class."""
    numbers = _labels(labels, "labels", class_names)
    _same_length(points=places, labels=numbers)
    names = _names(class_names, max(numbers.max() + 1, at_least))
    if len(names) > len(_MARKERS):
        raise ValueError(f"{len(names)} classes, but markers tell only {len(_MARKERS)} apart")
    return numbers, names


def _predicted_classes(
    predict: Callable[[NDArray[Any]], ArrayLike], places: NDArray[Any]
) -> tuple[NDArray[Any], int]:
    """Return the class that `predict` gives to each place, and how many it knows."""
    expected = f"probabilities in one row for each of {len(places)} points"
    answer = np.asarray(predict(places))
    answer = _array(answer, "the answer of predict", expected, 1 if answer.ndim < 2 else 2)
    if len(answer) != len(places):
        raise ValueError(f"the answer of predict has shape {answer.shape}, expected {expected}")
    if answer.min() < -1e-6 or answer.max() > 1 + 1e-6:
        raise ValueError(f"the answer of predict leaves the range 0 to 1, expected {expected}")
    if answer.ndim == 2 and answer.shape[1] > 1:
        return answer.argmax(axis=1), answer.shape[1]
    return (answer.ravel() > 0.5).astype(int), 2


def _same_length(**arrays: NDArray[Any]) -> None:
    if len({len(array) for array in arrays.values()}) > 1:
        lengths = ", ".join(f"{name} {len(array)}" for name, array in arrays.items())
        raise ValueError(f"lengths differ ({lengths}), expected one entry for each case")


# Drawing and wording that several plots share


def _new_axes(size: tuple[float, float]) -> Axes:
    return plt.subplots(figsize=size, layout="compressed")[1]


def _palette(count: int) -> list[tuple[float, float, float]]:
    """Return colours that colour-blind readers can tell apart, at most ten."""
    return sns.color_palette("colorblind", count)


def _heat_map(
    axes: Axes,
    values: NDArray[Any],
    written: NDArray[Any] | None,
    names: Sequence[str],
    quantity: str,
    cmap: str,
    vmin: float,
) -> None:
    """Draw a square of cells, with readable numbers in them if there are any."""
    whole = written is not None and np.issubdtype(written.dtype, np.integer)
    sns.heatmap(
        values,
        ax=axes,
        annot=written,
        fmt="d" if whole else ".2f",
        linewidths=0 if written is None else 0.5,
        cbar_kws={"label": quantity},
        cmap=cmap,
        vmin=vmin,
        vmax=1,
    )
    # Relative luminance, and where black and white contrast equally with it, as WCAG 2 has them.
    cells = np.asarray(axes.collections[0].get_facecolor(), dtype=float)[:, :3]
    linear = np.where(cells <= 0.04045, cells / 12.92, ((cells + 0.055) / 1.055) ** 2.4)
    for text, luminance in zip(axes.texts, linear @ (0.2126, 0.7152, 0.0722), strict=False):
        text.set_color("black" if luminance > 0.179 else "white")
    every = 1 if len(names) <= 25 else 5
    places = np.arange(0, len(names), every) + 0.5
    axes.set_yticks(places, names[::every], rotation=0)
    slanted = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}
    crowded = max(map(len, names)) * len(places) > 50
    axes.set_xticks(places, names[::every], **(slanted if crowded else {"rotation": 0}))


def _scatter(
    axes: Axes,
    places: NDArray[Any],
    numbers: NDArray[Any],
    names: Sequence[str],
    mark: NDArray[Any] | None,
) -> None:
    """Draw labelled points, a star with its place, and a legend beside them."""
    for number, (name, colour) in enumerate(zip(names, _palette(len(names)), strict=True)):
        x, y = places[numbers == number].T
        axes.scatter(
            x,
            y,
            s=24,
            marker=_MARKERS[number],
            color=colour,
            edgecolors="black",
            linewidths=0.5,
            label=_spoken(name),
        )
    if mark is not None:
        axes.plot(*mark, "*", color="white", markeredgecolor="black", markersize=18)
        box = {"boxstyle": "round", "facecolor": "white"}
        axes.annotate(
            _place(mark),
            (mark[0], mark[1]),
            (0, 14),
            textcoords="offset points",
            ha="center",
            bbox=box,
        )
    axes.set(xlabel="x", ylabel="y")
    _legend_beside(axes)


def _legend_beside(axes: Axes) -> None:
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1), borderaxespad=0)


def _names(class_names: Sequence[str] | None, count: int) -> list[str]:
    return [str(name) for name in (range(count) if class_names is None else class_names)]


def _spoken(name: str) -> str:
    """Return a class name that can stand in a sentence: "class 3", "setosa"."""
    return f"class {name}" if name.isdigit() else name


def _number(value: float | np.floating) -> str:
    """Write a measured number with three decimals and without minus zero."""
    return f"{round(float(value), 3) + 0.0:.3f}"


def _place(place: Point | NDArray[Any]) -> str:
    return f"({float(place[0]):.3g}, {float(place[1]):.3g})"


def _counted(count: int, noun: str) -> str:
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"


def _listing(items: Iterable[tuple[str, str]]) -> str:
    """Put names and values into a list: "setosa 0.980, class 3: 0.950"."""
    spoken = [(_spoken(name), value) for name, value in items]
    return ", ".join(f"{name}{':' * name[-1:].isdigit()} {value}" for name, value in spoken)
