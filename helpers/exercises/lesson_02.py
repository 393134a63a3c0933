"""The exercises and questions of notebook 2, MNIST."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.exercises.answers import (
    WrongAnswerError,
    agree,
    call,
    read_array,
    read_number,
    read_share,
    read_word,
)
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, FunctionForm
from helpers.exercises.model_checks import (
    class_probabilities,
    is_linear,
    outputs,
    read_model,
)

if TYPE_CHECKING:
    import keras


class _Pictures(NamedTuple):
    """The few of MNIST's pictures that the checks need; the others are let go."""

    first: np.ndarray
    validation: np.ndarray
    validation_digits: np.ndarray
    test: np.ndarray
    test_digits: np.ndarray


@cache
def _pictures() -> _Pictures:
    from helpers.datasets import load_mnist

    (train, train_digits), (test, test_digits) = load_mnist()
    return _Pictures(
        train[:100].copy(),
        train[48_000:].reshape(-1, 784).copy(),
        train_digits[48_000:].copy(),
        test[::10].reshape(-1, 784).copy(),
        test_digits[::10].copy(),
    )


@cache
def _seeds_distance() -> float:
    from helpers.evaluation import stored_seeds

    accuracies = stored_seeds("mnist")["accuracy"]
    return float(accuracies.max() - accuracies.min())


def _prepare_networks() -> None:
    _pictures()
    _seeds_distance()


def _middle(answer: object) -> str:
    pictures = _pictures().first
    if isinstance(answer, np.ndarray) and answer.shape == (60_000, 400):
        raise WrongAnswerError("These are all 60,000 pictures. Take the first hundred.")
    found = read_array(answer, what="The result")
    if found.shape == (100, 20, 20):
        raise WrongAnswerError(
            "The margins are cut off. What is left are still 100 pictures: make a row of each."
        )
    if found.shape == (100, 28, 28) or found.shape == (100, 784):
        raise WrongAnswerError("Each picture still has all of its 784 pixels: cut the margins off.")
    if found.shape == (40_000,):
        raise WrongAnswerError("All pictures lie in one long row. Each picture needs its own.")
    if found.ndim == 2 and found.shape[0] == 100 and found.shape[1] in (361, 380, 420, 441):
        side = "few" if found.shape[1] < 400 else "many"
        raise WrongAnswerError(
            f"A row has {found.shape[1]} pixels, not 400: one row or column of pixels too {side} "
            "was kept. A slice ends before its second number."
        )
    if found.shape == (100, 20):
        raise WrongAnswerError(
            "Each row has 20 pixels. In `train_pixels` a picture is one row already; cut in both "
            "directions of `train_images`, then make rows."
        )
    if found.ndim == 2 and found.shape[0] == 100 and found.shape[1] not in (99, 100, 400):
        raise WrongAnswerError(
            f"A row has {found.shape[1]} pixels, not 400. Four go off on the left and on the "
            "right, at the top and at the bottom. Which numbers are left of 0 to 27?"
        )
    found = read_array(answer, shape=(100, 400), what="The result")
    right = pictures[:, 4:24, 4:24]
    if agree(found, right.reshape(100, 400)):
        return "Nearly all of the ink is there, in rows that are about half as long."
    if agree(found, right.reshape(100, 400) / 255, 1e-4):
        raise WrongAnswerError(
            "The pixels were divided by 255. Keep the bytes: in this notebook the network divides."
        )
    if agree(found, right.transpose(0, 2, 1).reshape(100, 400)):
        raise WrongAnswerError("Rows and columns of each picture are swapped.")
    if agree(found, right.reshape(400, 100).T) or agree(found, right.transpose(1, 2, 0).ravel()):
        raise WrongAnswerError(
            "The pixels of different pictures are mixed: a row has to hold one picture."
        )
    for top in range(9):
        for left in range(9):
            part = pictures[:, top : top + 20, left : left + 20].reshape(100, 400)
            if agree(found, part):
                raise WrongAnswerError(
                    f"Above the part that you kept, {top} rows of pixels are cut off, and "
                    f"{left} columns on its left. How many have to go on each side?"
                )
    flat = pictures.reshape(100, 784)
    if any(np.array_equal(found, flat[:, start : start + 400]) for start in range(385)):
        raise WrongAnswerError(
            "These are 400 pixels in a row: whole lines of the picture, with the margins on the "
            "left and right. Cut in both directions of `train_images` first."
        )
    raise WrongAnswerError("The shape is right, and the pixels are others.")


def _history(**curves: np.ndarray | list[float]) -> keras.callbacks.History:
    import keras

    history = keras.callbacks.History()
    history.history = {name: [float(value) for value in curve] for name, curve in curves.items()}
    history.epoch = list(range(len(history.history["loss"])))
    return history


@cache
def _histories() -> list[tuple[keras.callbacks.History]]:
    generator = np.random.default_rng(22)
    cases = [
        _history(
            accuracy=[0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99, 0.97, 0.98],
            loss=[0.7, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.08, 0.06],
            val_accuracy=[0.80, 0.85, 0.84, 0.88, 0.90, 0.89, 0.87, 0.86, 0.88],
            val_loss=[0.7, 0.6, 0.65, 0.45, 0.5, 0.55, 0.6, 0.9, 0.65],
        ),
        _history(
            accuracy=[0.5, 0.7, 0.9],
            loss=[0.3, 0.2, 0.1],
            val_accuracy=[0.5, 0.6, 0.7],
            val_loss=[0.2, 0.3, 0.4],
        ),
        _history(
            accuracy=np.sort(generator.uniform(size=30)),
            loss=np.sort(generator.uniform(size=30))[::-1],
            val_accuracy=generator.uniform(size=30),
            val_loss=generator.uniform(size=30),
        ),
    ]
    return [(case,) for case in cases]


def _of(history: keras.callbacks.History, name: str = "val_loss") -> np.ndarray:
    return np.array(history.history[name])


def _first_rise(history: keras.callbacks.History) -> int:
    """Count the epochs before the first in which the loss is higher than before."""
    losses = _of(history)
    return next((n for n in range(1, len(losses)) if losses[n] > losses[n - 1]), len(losses))


def _unlike_best_epoch(found: float, right: float, history: keras.callbacks.History) -> str:
    losses = _of(history)
    if found > len(losses):
        return (
            f"For a history of {len(losses)} epochs it returns {found:g}. Does it look at the "
            "history that it is given?"
        )
    listed = f"{np.round(losses[:9], 2).tolist()}{' and so on' if len(losses) > 9 else ''}"
    return f"For the validation losses {listed} it returns {found:g}, and {right:g} is expected."


_BEST_EPOCH = FunctionForm(
    right=lambda history: _of(history).argmin() + 1,
    cases=_histories,
    read=lambda answer, history: read_number(call(answer, history), RETURNED),
    said="Try it with `history`, and look at the curve again: where it is nearly flat, a hair "
    "decides which epoch is the best. Keras can watch for it while it trains. With "
    "`callbacks=[keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)]`, "
    "`fit` ends after five epochs without a lower validation loss, and goes back to the "
    "weights of the best.",
    otherwise=_unlike_best_epoch,
    wrong={
        "from zero": (
            "It is one too small: Python counts from 0, and the first epoch is number 1.",
            lambda history: _of(history).argmin(),
        ),
        "the loss": (
            "This is the lowest validation loss itself. In which epoch was it reached?",
            lambda history: _of(history).min(),
        ),
        "one too much": (
            "One was added to the lowest loss. It belongs to the position of that loss.",
            lambda history: _of(history).min() + 1,
        ),
        "training loss": (
            "This is the epoch with the lowest training loss. The validation loss is another "
            "curve, with a name of its own in the history.",
            lambda history: _of(history, "loss").argmin() + 1,
        ),
        "training loss from zero": (
            "Look at the name of the curve, and count from 1.",
            lambda history: _of(history, "loss").argmin(),
        ),
        "accuracy": (
            "This is the epoch with the highest validation accuracy. The loss is asked for, "
            "and it need not agree.",
            lambda history: _of(history, "val_accuracy").argmax() + 1,
        ),
        "highest": (
            "This is where the validation loss is highest.",
            lambda history: _of(history).argmax() + 1,
        ),
        "epochs": (
            "This is the number of epochs, which is the last one. In which was the validation "
            "loss lowest?",
            lambda history: len(_of(history)),
        ),
        "first rise": (
            "It stops where the validation loss rises for the first time. The loss can "
            "fall again, and lower than before.",
            _first_rise,
            lambda history: _first_rise(history) - 1,
        ),
        "whole dictionary": (
            "It returns 0 for every history. `np.argmin` of the whole dictionary looks into "
            "none of its lists: name the one that is meant.",
            lambda history: np.argmin(history.history),
        ),
        "in the loop": (
            "It returns 1 for every history. A `return` inside a loop ends the function in the "
            "first round; and `np.argmin` of the whole dictionary looks into none of its "
            "lists.",
            lambda history: 1,
        ),
        "last but one": (None, lambda history: len(_of(history)) - 1),
        "another history": (None, lambda history: 10),
        "curve": (None, _of),
        "a dictionary": (None, lambda history: history["val_loss"]),
    },
)


def _updates(answer: object) -> str:
    generator = np.random.default_rng(23)
    cases = [(60_000, 128, 10), (1100, 400, 3), (1000, 300, 4), (900, 300, 4), (7, 20, 5)]
    random = generator.integers((1000, 30, 2), (9000, 300, 20)).tolist()
    for pictures, batch_size, epochs in (*cases, random):
        right = -(-pictures // batch_size) * epochs
        arguments = (pictures, batch_size, epochs)
        found = read_number(call(answer, *arguments), RETURNED)
        if found == right:
            continue
        tried = f"With {pictures:,} pictures, batches of {batch_size} and {epochs} epochs, "
        for other, reason in (
            (
                -(-pictures // batch_size),
                "your function returns the number for one epoch. Mind that there are several.",
            ),
            (
                pictures // batch_size * epochs,
                "it rounds down. The left-over pictures make a batch of their own.",
            ),
            (
                (pictures // batch_size + 1) * epochs,
                "it counts one batch an epoch too many: no pictures are left over.",
            ),
            (
                pictures / batch_size * epochs,
                "it returns a number that is not rounded. Round up, epoch by epoch.",
            ),
            (
                -(-pictures * epochs // batch_size),
                "it rounds up once, at the end. Every epoch has a smaller batch of its own.",
            ),
            (
                round(pictures / batch_size) * epochs,
                "it rounds to the nearest number. Left-over pictures always make a batch.",
            ),
            (
                pictures // batch_size * epochs + 1,
                "it adds one smaller batch in all. Every epoch has one.",
            ),
            (
                -(-pictures * 4 // (5 * batch_size)) * epochs,
                "it puts a fifth of the pictures aside. The number that it is given is that of the "
                "training pictures.",
            ),
            (pictures * epochs, "it counts pictures. The weights change once a batch."),
            (right * batch_size, "it multiplies by the batch size once too often."),
        ):
            if abs(found - other) < 1e-6:
                raise WrongAnswerError(tried + reason)
        raise WrongAnswerError(f"{tried}it returns {found:.10g}, which is another number.")
    return "Larger batches mean fewer steps, each along a slope that more pictures agree on."


def _pictures_and_windows() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(24)
    window = np.array([[0, 1, 2], [3, -4, 5], [-6, 7, 1]], dtype=float)
    few = generator.integers(-3, 4, (6, 6)).astype(float)
    bytes_ = generator.integers(0, 256, (7, 7)).astype("uint8")
    return [
        (np.arange(25.0).reshape(5, 5) ** 2, window),
        (few, window),
        (generator.uniform(size=(28, 28)), generator.normal(size=(3, 3))),
        (bytes_, window),
    ]


def _views(picture: np.ndarray) -> np.ndarray:
    return np.lib.stride_tricks.sliding_window_view(picture.astype(float), (3, 3))


def _read_slid(answer: object, picture: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Return what a learner's function makes of a picture, if it has the right shape."""
    pixels, places = len(picture), len(picture) - 2
    what = f"For a picture of {pixels} × {pixels}, your function"
    returned = call(answer, picture, window, what=what if callable(answer) else "Your function")
    found = read_array(returned, what=RETURNED)
    if found.ndim > 2 and found.size == places**2:
        found = found.reshape(places, places)  # as a layer of Keras returns it
    sizes = f"A picture of {pixels} × {pixels} pixels gave the shape {found.shape}. "
    if found.shape == picture.shape:
        raise WrongAnswerError(
            f"{sizes}The window has to lie inside the picture, at fewer places than there are "
            "pixels."
        )
    if found.shape == (places - 1, places - 1) or found.shape == (places + 1, places + 1):
        raise WrongAnswerError(
            f"{sizes}It is off by one. At how many places does a window of 3 fit?"
        )
    if found.shape == (26, 26) != (places, places):
        raise WrongAnswerError(f"{sizes}Take the size from the picture that comes in.")
    if found.ndim == 0:
        raise WrongAnswerError("It returns one number. Every place of the window gives one.")
    return read_array(found, shape=(places, places), what=RETURNED)


def _unlike_slid(
    found: np.ndarray, right: np.ndarray, picture: np.ndarray, window: np.ndarray
) -> str:
    if picture.dtype == np.uint8:  # the last case: all others agree
        return (
            "With a picture of bytes (`uint8`) the numbers are others. A byte holds 0 to 255 and "
            "nothing else: put the sums into an array of floating-point numbers."
        )
    row, column = np.argwhere(~np.isclose(found, right, rtol=1e-4, atol=1e-4))[0]
    return (
        f"For a picture of {len(picture)} × {len(picture)} the shape is right. The "
        f"numbers first differ in row {row}, column {column}: {found[row, column]:g} instead "
        f"of {right[row, column]:g}."
    )


def _slid(picture: np.ndarray, window: np.ndarray) -> np.ndarray:
    return (_views(picture) * window).sum(axis=(2, 3))


_SLIDE = FunctionForm(
    right=_slid,
    cases=_pictures_and_windows,
    read=_read_slid,
    tolerance=1e-4,
    telling=3,  # a sum of bytes may have been taken in bytes, beside another mistake
    said="Sixteen such windows, each with a bias, are the first layer of the network below.",
    otherwise=_unlike_slid,
    wrong={
        "turned": (
            "The window was turned by half a turn, as convolution does it in mathematics. "
            "Keras lays it on as it is.",
            lambda picture, window: _slid(picture, window[::-1, ::-1]),
        ),
        "swapped": (
            "Rows and columns of the result are swapped.",
            lambda picture, window: _slid(picture, window).T,
        ),
        "window swapped": (
            "Rows and columns of the window are swapped.",
            lambda picture, window: _slid(picture, window.T),
        ),
        "mean": (
            "This is the mean of the nine products. Take their sum.",
            lambda picture, window: _slid(picture, window) / 9,
        ),
        "pixels alone": (
            "These are sums of pixels. Multiply by the window first.",
            lambda picture, window: _slid(picture, np.ones((3, 3))),
        ),
        "sums multiplied": (
            "The pixels and the window were added up separately. Multiply pixel by pixel "
            "first, then sum.",
            lambda picture, window: _slid(picture, np.ones((3, 3))) * window.sum(),
        ),
        "matrix product": (
            "`@` multiplies as matrices do. Each pixel goes with the one weight above it: `*`.",
            lambda picture, window: (_views(picture) @ window).sum(axis=(2, 3)),
        ),
        "largest": (
            "This is the largest of the nine products. Take their sum.",
            lambda picture, window: (_views(picture) * window).max(axis=(2, 3)),
        ),
        "ReLU": (
            "Negative sums have become 0. That is what ReLU does afterwards; leave them.",
            lambda picture, window: np.maximum(_slid(picture, window), 0),
        ),
        "zeros": (
            "All its numbers are 0. Do the loops put the sums into it?",
            lambda picture, window: 0 * _slid(picture, window),
        ),
        "bytes": (
            None,
            lambda picture, window: (
                _slid(picture, window).astype(int).astype(picture.dtype)
                if picture.dtype == np.uint8
                else _slid(picture, window)
            ),
        ),
        "other sums": (None, lambda picture, window: (_views(picture) + window).sum(axis=(2, 3))),
        "off by one": (None, lambda picture, window: _slid(picture, window)[:-1, :-1]),
        "padded": (None, lambda picture, window: np.pad(_slid(picture, window), 1)),
        "one number": (None, lambda picture, window: _slid(picture, window).sum()),
        "products": (None, lambda picture, window: _views(picture) * window),
        "26 x 26 zeros": (None, lambda picture, window: np.zeros((26, 26))),
        "always 26": (None, lambda picture, window: _slid(np.resize(picture, (9, 2)), window)),
        "into the picture": (None, lambda picture, window: np.negative(picture, out=picture)),
        "first row": (
            None,
            lambda picture, window: (
                _slid(picture, window) * (np.arange(len(picture) - 2) < 1)[:, np.newaxis]
            ),
        ),
    },
)


def _labels_and_answers() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(25)
    # Digit 0 and 4 do not occur; 9 is rare. A hit comes first in both, and here a rare mistake.
    few = [(1, 1)] * 9 + [(9, 7)] * 3 + [(3, 5)] * 5 + [(3, 3)] * 30 + [(5, 3)] + [(9, 9)]
    few += [(7, 8)] * 4 + [(8, 7)] * 4 + [(5, 5)] * 7 + [(7, 7)] * 9 + [(8, 8)] * 8 + [(2, 2)]
    labels = generator.integers(0, 10, 3000)
    guessed = np.where(generator.random(3000) < 0.8, labels, generator.integers(0, 10, 3000))
    guessed[np.flatnonzero(labels == 8)[:60]] = 2
    guessed[0] = labels[0]
    actual, predicted = np.array(few).T
    return [(actual, predicted), (labels, guessed)]


def _counted(actual: np.ndarray, predicted: np.ndarray, hits: bool = False) -> np.ndarray:
    """Count each pair of digits, the hits only if they are asked for."""
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (actual, predicted), 1)
    return counts if hits else counts - np.diag(np.diag(counts))


def _largest(table: np.ndarray) -> tuple[int, int]:
    row, column = np.unravel_index(int(table.argmax()), table.shape)
    return int(row), int(column)


def _read_pair(answer: object, actual: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    raw = read_array(call(answer, actual, predicted), what=RETURNED)
    counts = _counted(actual, predicted)
    positions = (counts.argmax(), _counted(actual, predicted, hits=True).argmax())
    if raw.size == 1 and raw.ravel()[0] in positions:
        raise WrongAnswerError(
            "It returns one number. Without an axis, `np.argmax` counts the cells row by row: "
            "`divmod(number, 10)` gives row and column."
        )
    if raw.size == 1 and raw.ravel()[0] == counts.max():
        raise WrongAnswerError("It returns how often. Which two digits are they?")
    if raw.size == 3:
        three = ", ".join(f"{value:g}" for value in raw.ravel().astype(float))
        raise WrongAnswerError(f"It returns three numbers, {three}. Return the two digits only.")
    return read_array(raw.ravel(), (2,), "The pair")


def _unlike_pair(
    found: np.ndarray, right: np.ndarray, actual: np.ndarray, predicted: np.ndarray
) -> str:
    if found[0] == found[1]:
        return (
            f"It returns {found[0]:g} and {found[1]:g}, twice the same digit. Such pictures were "
            "recognised, and a hit is no mistake."
        )
    return (
        f"For {len(actual):,} made-up labels it returns {found[0]:g}, {found[1]:g}, and "
        f"{right[0]:g}, {right[1]:g} is expected, a mistake that is made "
        f"{_counted(actual, predicted).max()} times there."
    )


def _by_share(actual: np.ndarray, predicted: np.ndarray) -> tuple[int, int]:
    totals = _counted(actual, predicted, hits=True).sum(axis=1, keepdims=True)
    return _largest(_counted(actual, predicted) / np.maximum(totals, 1))


def _position(actual: np.ndarray, predicted: np.ndarray) -> tuple[int, int]:
    names = np.union1d(actual, predicted)
    return _largest(_counted(actual, predicted)[np.ix_(names, names)])


def _each_alone(actual: np.ndarray, predicted: np.ndarray) -> tuple[int, int]:
    counts = _counted(actual, predicted)
    return int(counts.sum(axis=1).argmax()), int(counts.sum(axis=0).argmax())


def _first_mistake(actual: np.ndarray, predicted: np.ndarray) -> tuple[int, int]:
    first = int(np.flatnonzero(actual != predicted)[0])
    return int(actual[first]), int(predicted[first])


def _both_ways(actual: np.ndarray, predicted: np.ndarray) -> tuple[int, int]:
    counts = _counted(actual, predicted)
    return _largest(counts + counts.T)


_ONCE = (
    "Each pair was counted at most once: with arrays as positions, `counts[actual, predicted] "
    "+= 1` adds one to a place even if it occurs often. `np.add.at(counts, (actual, "
    "predicted), 1)` counts them all, and so does a loop."
)
_MOST_CONFUSED = FunctionForm(
    right=lambda actual, predicted: _largest(_counted(actual, predicted)),
    cases=_labels_and_answers,
    read=_read_pair,
    said="Try it with `test_digits` and `predicted`, and find the pair in the picture above.",
    otherwise=_unlike_pair,
    wrong={
        "order": (
            "The two digits are the right ones. The actual digit comes first.",
            lambda actual, predicted: _largest(_counted(actual, predicted))[::-1],
        ),
        "both directions": (
            "Both directions were added up. A 4 taken for a 9 and a 9 taken for a 4 are two "
            "different mistakes.",
            _both_ways,
            lambda actual, predicted: _both_ways(actual, predicted)[::-1],
        ),
        "each by itself": (
            "Each of the two digits was found by itself. Count how often both come together.",
            _each_alone,
        ),
        "shares": (
            "This pair has the largest share of its digit. Count the pictures instead.",
            _by_share,
        ),
        "positions": (
            "These are positions in a table. Where a digit does not occur, its row is missing, "
            "and the positions are not the digits.",
            _position,
        ),
        "each once": (_ONCE, lambda actual, predicted: _largest(_counted(actual, predicted) > 0)),
        "each once with hits": (
            f"{_ONCE} Leave the hits out, too.",
            lambda actual, predicted: _largest(_counted(actual, predicted, hits=True) > 0),
        ),
        "diagonal": (
            "Both digits are the same: these are pictures that were recognised. Leave the "
            "diagonal out.",
            lambda actual, predicted: _largest(_counted(actual, predicted, hits=True)),
        ),
        "in the loop": (
            "It returns 0, 0 whatever comes in, which is the first place of an empty table. Is "
            "anything counted before `return`, and does `return` stand behind the loop, not in it?",
            lambda actual, predicted: (0, 0),
        ),
        "first mistake": (
            "This is the first mistake in the arrays. A `return` inside a loop ends the function "
            "there: count all of them first.",
            _first_mistake,
        ),
        "always the same": (None, lambda actual, predicted: (4, 9)),
        "always a hit": (None, lambda actual, predicted: (7, 7)),
        "one number": (None, lambda actual, predicted: _counted(actual, predicted).argmax()),
        "how often": (None, lambda actual, predicted: _counted(actual, predicted).max()),
        "and how often": (
            None,
            lambda actual, predicted: (
                *_largest(_counted(actual, predicted)),
                _counted(actual, predicted).max(),
            ),
        ),
        "axis": (None, lambda actual, predicted: _counted(actual, predicted).argmax(axis=1)),
        "text": (None, lambda actual, predicted: "3 and 5"),
    },
)


def _calibration(answer: object) -> str:
    value = read_number(answer, "Your error")
    if value < 0:
        raise WrongAnswerError("A distance has no sign: it cannot be negative.")
    if abs(value - 2.5) < 0.02:
        raise WrongAnswerError("This is the sum over the ten answers: divide by ten.")
    error = read_share(answer, "Your error")
    of_the_row = (
        "The accuracy of a row is the share of right answers among the answers of that row, not "
        "among all ten."
    )
    for other, reason in (
        (0.325, "This is the mean of the two distances. A row with eight answers weighs more."),
        (
            0.07,
            "The two distances have cancelled out in part: one row is too sure, the other too "
            "cautious. Distances have no sign.",
        ),
        (0.45, "This is the larger distance of the two. Average over all answers."),
        (0.65, "These are the two distances added up. Weigh each by its share of the answers."),
        (0.2, "This is the distance in the first row, or the share of wrong answers."),
        (
            0.31,
            "Were the accuracies of the rows taken, and not single answers, and has each row its "
            "own weight?",
        ),
        (0.4, "The weights are swapped: the first row has eight of the ten answers."),
        (0.13, "The accuracy of the first row is not 1: six of its eight answers are right."),
        (0.37, of_the_row),
        (0.35, of_the_row),
        (0.23, of_the_row),
        (0.16, "This is the first row's part. The second row is off as well, on the other side."),
        (0.09, "This is the second row's part. Add that of the first row."),
        (0.8, "This is the accuracy over all ten answers."),
        (0.87, "This is the mean confidence over all ten answers."),
    ):
        if abs(error - other) < 0.002:
            raise WrongAnswerError(reason)
    if abs(error - 0.25) > 0.002:
        raise WrongAnswerError(
            f"{error:.4g} it is not. Begin with the accuracy of each row, then its distance from "
            "the confidence."
        )
    return "One row is too sure of itself, the other too cautious, and both count."


def _smaller(history: object, answer: object, verdict: object) -> str:
    pictures = _pictures()
    large = _last_validation_accuracy(history)
    network = read_model(answer)
    said = read_word(verdict, "The verdict")
    if said not in ("better", "worse", "cannot tell"):
        raise WrongAnswerError('The verdict is one of "better", "worse" and "cannot tell".')
    accuracy = _checked_small(network, pictures)
    if abs(large - accuracy) < 1e-6:
        raise WrongAnswerError(
            "`history` is the small network's now. Give the small one's another name, and run the "
            "cells that build and train 784-512-10 again."
        )
    gap, distance = large - accuracy, _seeds_distance()
    close = abs(abs(gap) - distance) < 2e-4  # where rounding may decide
    truth = "cannot tell" if abs(gap) <= distance else "worse" if gap > 0 else "better"
    if said != truth and not (close and said in ("cannot tell", "worse" if gap > 0 else "better")):
        if "cannot tell" in (said, truth):
            raise WrongAnswerError(
                "The network is right, the verdict is not. Put the difference of the two "
                "accuracies beside the distance between the lowest and the highest seed: which is "
                "larger?"
            )
        raise WrongAnswerError(
            "The network is right, the verdict is the wrong way round. Which of the two recognises "
            "more validation pictures?"
        )
    return (
        f"The two differ by {abs(gap):.4f} on the validation pictures, the seeds by up to "
        f"{distance:.4f}. The small network has a quarter of the parameters."
    )


def _last_validation_accuracy(history: object) -> float:
    try:
        curves = getattr(history, "history", history)
        if isinstance(curves, Mapping):
            return read_share(curves["val_accuracy"][-1])
    except Exception:  # whatever it is, it is no history
        pass
    raise WrongAnswerError(
        "`history` is not the history of 784-512-10 any more. Run the cells that build and train "
        "that network again."
    )


def _checked_small(network: keras.Model, pictures: _Pictures) -> float:
    """Return a network's accuracy on the validation pictures, if it is the one asked for."""
    pixels, digits = pictures.validation, pictures.validation_digits
    class_probabilities(network, pixels[:50], 10, "picture")
    count = network.count_params()
    if count == 407_050:
        raise WrongAnswerError("It has 512 hidden neurons, as before. 128 are asked for.")
    if count != 101_770:
        raise WrongAnswerError(
            f"It has {count:,} parameters. 784-128-10 has 128 × 785 + 10 × 129: does it have "
            "other numbers of neurons, or a layer too many or too few?"
        )
    chunks = np.array_split(pixels, 6)
    answers = np.concatenate([outputs(network, chunk) for chunk in chunks])
    accuracy = float(np.mean(answers.argmax(axis=1) == digits))
    scaled = outputs(network, pixels[:500].astype("float32") / 255)
    if _loss(scaled, digits[:500]) < 0.5 * min(_loss(answers[:500], digits[:500]), 1.0):
        raise WrongAnswerError(
            "It does better on pixels between 0 and 1 than on the bytes. Let the network divide, "
            "by the `Rescaling` layer that 784-512-10 has."
        )
    if accuracy < 0.3:
        raise WrongAnswerError(
            f"It recognises {accuracy:.2f} of the validation pictures, which is about what "
            "guessing gives. Has it been trained?"
        )
    tested = outputs(network, pictures.test).argmax(axis=1) == pictures.test_digits
    if tested.mean() - accuracy > 0.02:
        raise WrongAnswerError(
            "It does clearly better on test pictures than on validation pictures. Was it trained "
            "on the test pictures?"
        )
    if accuracy > 0.988:
        raise WrongAnswerError(
            f"It recognises {accuracy:.4f} of the validation pictures, too many for a network that "
            "has not learned from them. Is `validation_split` missing?"
        )
    one, other = pixels[:40].astype("float32").reshape(2, 20, 784) / 2  # their sum stays a byte
    if accuracy < 0.968 and is_linear(network, one, other, tolerance=0.05):
        raise WrongAnswerError(
            "Its hidden layer has no activation. Two layers without one in between can do no more "
            "than a single layer."
        )
    _check_training(network)
    if accuracy < 0.968:
        raise WrongAnswerError(
            f"It recognises {accuracy:.3f} of the validation pictures, fewer than it could. Are "
            "its layers and the arguments of `compile` and `fit` those of 784-512-10?"
        )
    return accuracy


def _check_training(network: keras.Model) -> None:
    """Tell from the optimizer, where there is one, whether the training was the one asked for."""
    import keras

    optimizer = getattr(network, "optimizer", None)  # which only compiling makes
    if optimizer is None:
        return
    if not isinstance(optimizer, keras.optimizers.RMSprop):
        raise WrongAnswerError(
            f"Its optimizer is {type(optimizer).__name__}, and that of 784-512-10 is RMSprop. "
            "Change nothing but the number of neurons, or you cannot tell what made a difference."
        )
    steps = int(optimizer.iterations)
    if steps == 4690:
        raise WrongAnswerError(
            "It has learned from all 60,000 pictures, the validation pictures among them. Is "
            "`validation_split` missing?"
        )
    if steps > 3750 and steps % 3750 == 0:
        times = steps // 3750
        raise WrongAnswerError(
            f"It was trained for {10 * times} epochs, and 784-512-10 for 10. Was `fit` run {times} "
            "times? It goes on where it stopped: build the network anew before it."
        )
    if steps != 3750:
        raise WrongAnswerError(
            f"Its weights have changed {steps:,} times, and those of 784-512-10 3,750 times. Are "
            "the batch size, the epochs and `validation_split` the same, and was `fit` run once?"
        )


def _loss(probabilities: np.ndarray, digits: np.ndarray) -> float:
    of_right = probabilities[np.arange(len(digits)), digits]
    return float(-np.log(np.maximum(of_right, 1e-7)).mean())


EXERCISES = (
    Exercise(
        "2.1",
        _middle,
        (
            "Two steps: first a slice in each direction, then `reshape`.",
            "Four pixels less on each side of 28: the pixels number 4 to 23 stay. A slice names "
            "the first one that no longer belongs to it.",
            "`train_images[:100, 4:24, 4:24]` has the shape (100, 20, 20).",
        ),
        "middle_rows = train_images[:100, 4:24, 4:24].reshape(100, 400)",
        "The slice keeps 20 rows and 20 columns of each picture, and `reshape` lays the rows of a "
        "picture one after the other: 20 × 20 = 400. With -1 for one of the two lengths, NumPy "
        "works it out. Neither step touches the bytes.",
        prepare=_pictures,
    ),
    Exercise(
        "2.2",
        _BEST_EPOCH,
        (
            "Which of the four curves in `history.history` is meant? The names of those on the "
            "validation pictures begin with `val_`.",
            "`np.argmin` gives the position of the smallest number, counted from 0.",
            "`np.argmin(history.history[...])`, with the name of the curve, and one more.",
        ),
        """def best_epoch(history):
    return np.argmin(history.history["val_loss"]) + 1""",
        "`np.argmin` gives 0 for the first epoch, and epochs are counted from 1. The training loss "
        "would not do: it tends to be lowest at the very end.",
        prepare=_histories,
    ),
    Exercise(
        "2.3",
        _updates,
        (
            "How many batches has one epoch? The cell above works it out for one case.",
            "`math.ceil` rounds up. Round before you multiply by the epochs: each epoch has its "
            "own left-over pictures.",
        ),
        """def updates(pictures, batch_size, epochs):
    return math.ceil(pictures / batch_size) * epochs""",
        "Where pictures are left over, each epoch has one smaller batch more. Where none are, "
        "rounding up changes nothing.",
    ),
    Exercise(
        "2.4",
        _SLIDE,
        (
            "A picture of n pixels a side has n - 2 places in each direction. Make an array of "
            "zeros of that shape, and go through its places with two loops.",
            "At the place `row`, `column` the window covers "
            "`picture[row : row + 3, column : column + 3]`.",
            "The number at that place is `np.sum(part * window)`, with `part` the covered pixels.",
        ),
        """def slide(picture, window):
    places = len(picture) - 2
    result = np.zeros((places, places))
    for row in range(places):
        for column in range(places):
            part = picture[row : row + 3, column : column + 3]
            result[row, column] = np.sum(part * window)
    return result""",
        "The same nine weights are used at every place. A layer of Keras adds the bias to each "
        "sum and passes it through the activation function.",
    ),
    Exercise(
        "2.5",
        _MOST_CONFUSED,
        (
            "Count in a table of zeros with ten rows and ten columns: one more in the row of the "
            "actual digit and the column of the predicted one.",
            "Count only where the two differ. Then the diagonal stays empty.",
            "`np.argmax(counts)` counts the cells row by row, from 0 to 99. "
            "`divmod(position, 10)` makes row and column of it.",
        ),
        """def most_confused(actual, predicted):
    counts = np.zeros((10, 10))
    for one, other in zip(actual, predicted):
        if one != other:
            counts[one, other] += 1
    return divmod(np.argmax(counts), 10)""",
        "A cell's number, counted row by row, is ten times its row plus its column, and `divmod` "
        "takes that apart. `np.unravel_index` does the same for tables of any shape. Ten rows and "
        "columns, whatever digits occur, keep positions and digits the same.",
    ),
    Exercise(
        "2.6",
        _calibration,
        (
            "In the first row six of eight answers are right. How far is that from the confidence?",
            "The first distance belongs to eight of the ten answers, the second to two.",
            "`0.8 * abs(... - 0.95) + 0.2 * abs(... - 0.55)`, with the accuracies of the two rows.",
        ),
        "error = 0.8 * abs(6 / 8 - 0.95) + 0.2 * abs(2 / 2 - 0.55)",
        "The first row is too sure by 0.2, the second too cautious by 0.45. Eight of ten answers "
        "are in the first: 0.8 × 0.2 + 0.2 × 0.45 = 0.25. Without `abs` the two would cancel out "
        "in part, although neither confidence can be trusted.",
    ),
    Exercise(
        "2.7",
        _smaller,
        (
            "Copy the two cells that build and train 784-512-10. One number changes, and two "
            "names: `small_model` and `small_history`.",
            'The last number of `history.history["val_accuracy"]` is the one after the last epoch: '
            "`[-1]`.",
            'The yardstick is `seeds["mnist"]["accuracy"].max()` minus the same with `.min()`.',
        ),
        """keras.utils.set_random_seed(0)
small_model = keras.Sequential(
    [
        keras.Input(shape=(784,)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
small_model.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
small_history = small_model.fit(
    train_pixels,
    train_one_hot,
    epochs=10,
    batch_size=128,
    validation_split=0.2,
    verbose=0,
)
difference = small_history.history["val_accuracy"][-1] - history.history["val_accuracy"][-1]
yardstick = seeds["mnist"]["accuracy"].max() - seeds["mnist"]["accuracy"].min()
verdict = "better" if difference > 0 else "worse"
if abs(difference) <= yardstick:
    verdict = "cannot tell"
""",
        "A difference that another seed could make is no difference between networks. Beyond that, "
        "one run of each is still little: `repeat` would train both from several seeds.",
        answers=3,
        prepare=_prepare_networks,
    ),
)

QUESTIONS = (
    Question(
        "2.q1",
        "Before you run the next cell: it draws accuracy and loss epoch by epoch, on the training "
        "pictures and on the validation pictures. The training loss falls to the end. What will "
        "the validation loss do?",
        {
            "a": "fall as far as the training loss, close beside it",
            "b": "rise from the first epoch on",
            "c": "fall at first, then stay about where it is or rise",
            "d": "stay where it is from the first epoch on",
        },
        "c",
        {
            "a": "Then all that is learned about the training pictures would hold for new ones "
            "just as well. Look at the right ends of the two curves of the loss.",
            "b": "In the first epochs the network learns what digits look like, and that helps "
            "with every picture.",
            "c": "What is learned first holds for all digits, and later more and more of it holds "
            "for the training pictures only.",
            "d": "It does not learn from the validation pictures, but what it learns from the "
            "others helps with them, too. They are digits as well.",
        },
    ),
    Question(
        "2.q2",
        "You let the trained network with dropout predict the same picture twice. What do you see?",
        {
            "a": "the same ten probabilities both times",
            "b": "somewhat different probabilities, as each time other outputs are set to zero",
            "c": "probabilities that are too small, as a fifth of the outputs is missing",
            "d": "an error, as dropout needs the labels",
        },
        "a",
        {
            "a": "Dropout is at work during training only. When the network predicts, all neurons "
            "take part.",
            "b": "That is so during training. When the network predicts, dropout does nothing.",
            "c": "No output is missing when the network predicts. And softmax makes the ten "
            "probabilities add up to one in any case.",
            "d": "Dropout never looks at labels, not during training either.",
        },
    ),
    Question(
        "2.q3",
        "Before you run the next cell: it builds the network and prints its parameters, layer by "
        "layer. How many has the first convolutional layer, the one with 16 windows?",
        {"a": "144", "b": "160", "c": "12,544", "d": "108,160"},
        "b",
        {
            "a": "16 × 9 are the weights. Each window has a bias, too.",
            "b": "16 windows with nine weights and one bias each. The size of the picture does "
            "not matter.",
            "c": "784 × 16 would be one weight for every pixel, as in a `Dense` layer of 16 "
            "neurons. A window has nine.",
            "d": "That would be other weights and another bias at each of the 26 × 26 places. A "
            "window uses the same ones everywhere.",
        },
    ),
    Question(
        "2.q4",
        "Somebody shuffles the pixels of all pictures in the same way, and trains the "
        "convolutional network on the shuffled pictures. What happens?",
        {
            "a": "It learns as well as before, as the flat networks do.",
            "b": "It learns, but less well than from the pictures as they were.",
            "c": "It gets no better than guessing.",
            "d": "It learns better, as it cannot learn the pictures by heart.",
        },
        "b",
        {
            "a": "A flat network never knew which pixels are neighbours. A window looks at "
            "neighbours, and shuffled ones have little to do with each other.",
            "b": "What its windows see are no strokes any more. But the pixels still differ from "
            "digit to digit, and the last layer weighs every place by itself.",
            "c": "No pixel is lost, and those of a 1 still differ from those of a 0. Something is "
            "left to learn.",
            "d": "The order is the same for all pictures, so they can be learned by heart as "
            "before. What is lost is the neighbourhood.",
        },
    ),
    Question(
        "2.q5",
        "Before you run the next cell: it measures all four networks on the test pictures. The "
        "deep network had no validation pictures; its line above gives its loss on the training "
        "pictures. What will its loss on the test pictures be?",
        {
            "a": "about the same, as dropout prevents learning by heart",
            "b": "lower, as dropout does nothing when the network predicts",
            "c": "not comparable, as it is measured on fewer pictures",
            "d": "several times as high",
        },
        "d",
        {
            "a": "Dropout is meant to make that harder. Whether it has done so here is what the "
            "table shows.",
            "b": "That would be a reason on the training pictures, whose loss was measured with "
            "dropout at work. These pictures are new to the network.",
            "c": "The loss is an average over the pictures, so their number does not matter.",
            "d": "The training loss says how well it knows the pictures that it has learned from. "
            "Validation pictures would have warned you.",
        },
    ),
)
