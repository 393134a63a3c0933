"""The exercises and questions of notebook 6, on windows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers.exercises.answers import WrongAnswerError, call, read_array
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, FunctionForm
from helpers.exercises.model_checks import read_model

if TYPE_CHECKING:
    import keras


def _kernels() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(21)
    return [(generator.normal(size=(n, n)), generator.permutation(n)) for n in (6, 9)]


_MOVED = FunctionForm(
    right=lambda kernel, order: kernel[order],
    cases=_kernels,
    read=lambda answer, kernel, order: read_array(
        call(answer, kernel, order), shape=kernel.shape, what=RETURNED
    ),
    said="Each weight now lies on the pixel that it has learned with.",
    otherwise=lambda found, right, kernel, order: (
        f"With the order {order.tolist()}, row {np.argmax((found != right).any(axis=1))} is the "
        "first that holds other weights than it should."
    ),
    wrong={
        "back": (
            "This is the way back: it would make a kernel for plain pictures of one for shuffled "
            "ones. Row `j` of the new kernel meets the pixel that was number `order[j]`.",
            lambda kernel, order: kernel[np.argsort(order)],
        ),
        "columns": (
            "The columns have moved. A column belongs to a neuron, a row to a pixel.",
            lambda kernel, order: kernel[:, order],
        ),
        "as it was": (
            "The weights lie where they were, and the pixels have moved away from below them.",
            lambda kernel, order: kernel.copy(),
        ),
    },
)


def _pictures_and_windows() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(8)
    return [(generator.random((n, n)), generator.normal(size=(3, 3)).round(1)) for n in (5, 7, 28)]


def _read_slid(answer: object, picture: np.ndarray, window: np.ndarray) -> np.ndarray:
    found = read_array(call(answer, picture, window), what=RETURNED)
    if found.ndim == 0:
        raise WrongAnswerError("It returns one number. Every place of the window gives one.")
    return read_array(found, shape=(len(picture) - 2,) * 2, what=RETURNED)


def _unlike_slid(found: np.ndarray, right: np.ndarray, *_case: np.ndarray) -> str:
    place = tuple(map(int, np.argwhere(~np.isclose(found, right, rtol=1e-4, atol=1e-4))[0]))
    return f"At {place} it returns {found[place]:g}, and {right[place]:g} is expected."


def _slid(picture: np.ndarray, window: np.ndarray) -> np.ndarray:
    return (sliding_window_view(picture, (3, 3)) * window).sum(axis=(2, 3))


_SLIDE = FunctionForm(
    right=_slid,
    cases=_pictures_and_windows,
    read=_read_slid,
    tolerance=1e-4,
    said="A layer with eight windows does this eight times, and adds a bias to each map.",
    otherwise=_unlike_slid,
    wrong={
        "turned": (
            "The window was turned by half a turn. Keras lays it on as it is.",
            lambda picture, window: _slid(picture, window[::-1, ::-1]),
        ),
        "matrix product": (
            "`@` multiplies as matrices do. Each pixel goes with the one weight above it: `*`.",
            lambda picture, window: (sliding_window_view(picture, (3, 3)) @ window).sum((2, 3)),
        ),
        "ReLU": (
            "Negative sums have become 0. That is what ReLU does afterwards; leave them.",
            lambda picture, window: np.maximum(_slid(picture, window), 0),
        ),
        "off by one": (None, lambda picture, window: _slid(picture, window)[:-1, :-1]),
        "one number": (None, lambda picture, window: _slid(picture, window).sum()),
    },
)


def _read_rearranged(answer: object, pictures: np.ndarray) -> np.ndarray:
    """Tell what has become of numbered pixels; many ways to move them are right."""
    found = read_array(call(answer, pictures), shape=pictures.shape, what=RETURNED)
    place = found.reshape(3, 784) - 784 * np.arange(3)[:, np.newaxis]
    rows, columns = np.divmod(place[0].reshape(28, 28), 28)
    apart = [abs(np.diff(rows, axis=k)) + abs(np.diff(columns, axis=k)) for k in (0, 1)]
    if not np.array_equal(np.sort(found, axis=None), pictures.ravel()):
        reason = "Some pixels are lost, or have other values. They may move, and nothing else."
    elif place.min() < 0 or place.max() >= 784:
        reason = "The pictures have changed places with each other. Their first axis has to stay."
    elif (place != place[0]).any():
        reason = "Each picture is rearranged in another way. It has to be the same way for all."
    elif np.array_equal(found, pictures):
        reason = "The pictures are as they were. Something has to move."
    elif np.mean([apart[0] == 1, apart[1].T == 1]) < 0.9:
        reason = "Too few neighbours stay neighbours. What could you do with a sheet of paper?"
    else:
        return np.array(0)
    raise WrongAnswerError(reason)


_REARRANGED = FunctionForm(
    right=lambda pictures: pictures[:, ::-1],
    cases=lambda: [(np.arange(3 * 784).reshape(3, 28, 28),)],  # each pixel has its number
    read=_read_rearranged,
    said="All pixels have moved, and neighbours are still neighbours. Now train on it.",
    otherwise=lambda *_found: "Pixels move, and neighbours stay neighbours.",
    wrong={
        "shuffled": (None, lambda pictures: pictures[:, np.random.default_rng(0).permutation(28)]),
        "as they were": (None, lambda pictures: pictures.copy()),
        "each in its own way": (
            None,
            lambda pictures: np.stack([np.roll(picture, k) for k, picture in enumerate(pictures)]),
        ),
        "the order of the pictures": (None, lambda pictures: pictures[::-1]),
        "other values": (
            None,
            lambda pictures: 255 - pictures,
            lambda pictures: np.repeat(pictures[:, ::2], 2, axis=1),
        ),
    },
)


def _network(*end: str, scale: float = 1 / 255) -> Callable[[], keras.Model]:
    """Return a function that builds two layers of windows, and layers by their names after them."""

    def build() -> keras.Model:
        import keras
        from keras import layers

        windows = [
            layers.Rescaling(scale),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, activation="relu"),
        ]
        last = [getattr(layers, name)() for name in end]
        last.append(layers.Dense(10, activation="softmax"))
        network = keras.Sequential([keras.Input(shape=(28, 28, 1)), *windows, *last])
        adam = keras.optimizers.Adam(0.003)
        network.compile(adam, "categorical_crossentropy", metrics=["accuracy"])
        return network

    return build


def _read_network(answer: object, pictures: np.ndarray) -> np.ndarray:
    """Give a network fixed weights, so that its answers tell how it is built."""
    network = read_model(call(answer))
    shapes = [part.shape for part in network.get_weights()]
    if (400, 10) in shapes or (1936, 10) in shapes:
        raise WrongAnswerError(
            "The last layer still gets the maps laid flat, with weights of its own for each place. "
            "Let `GlobalMaxPooling2D` take the place of `Flatten`."
        )
    if shapes != [(3, 3, 1, 8), (8,), (3, 3, 8, 16), (16,), (16, 10), (10,)]:
        raise WrongAnswerError(
            "Its windows, pictures or outputs have other sizes than those of `build_windows`. "
            "Change nothing but what follows the second layer of windows."
        )
    if not getattr(network, "compiled", False):
        raise WrongAnswerError("The layers are there. It is not compiled yet.")
    generator = np.random.default_rng(24)
    network.set_weights([generator.normal(size=shape) / 3 for shape in shapes])
    found = np.asarray(network(pictures.astype("float32")))
    return read_array(found, shape=(len(pictures), 10), what="What your network answers")


_ANYWHERE = FunctionForm(
    right=_network("GlobalMaxPooling2D"),
    cases=lambda: [(np.random.default_rng(23).integers(0, 256, (20, 28, 28, 1)),)],
    read=_read_network,
    tolerance=1e-4,
    said="Of each map, the last layer gets the largest number, and not its place.",
    otherwise=lambda *_found: "Compare it with `build_windows` layer by layer, activations too.",
    wrong={
        "pooled twice": (
            "`MaxPooling2D` is still there before it. Blocks of 2 × 2 leave out the last row and "
            "column of 11, so a digit at the edge is lost. The new layer takes the place of both.",
            _network("MaxPooling2D", "GlobalMaxPooling2D"),
        ),
        "mean": (
            "The mean of a map depends on how much of it is stroke. Asked for is the largest.",
            _network("GlobalAveragePooling2D"),
        ),
        "bytes": (
            "`Rescaling` is missing: the windows get bytes from 0 to 255.",
            _network("GlobalMaxPooling2D", scale=1),
        ),
        "flat": (None, _network("MaxPooling2D", "Flatten"), _network("Flatten")),
    },
)

EXERCISES = (
    Exercise(
        "6.1",
        _MOVED,
        (
            "Each row of the kernel belongs to a pixel. Which of them has to be the first?",
            "Row 0 of the new kernel is row `order[0]` of the old one. And row 1?",
            "An array of numbers in brackets picks rows in its order: `kernel[...]`.",
        ),
        """def move_weights(kernel, order):
    return kernel[order]""",
        "The pixels of a picture are picked by `rows[:, order]`, and the rows of the kernel in the "
        "same order. Each product is there as before, and so is their sum.",
    ),
    Exercise(
        "6.2",
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
        "6.3",
        _REARRANGED,
        (
            "Hold a sheet of paper with a digit in your hands. How can you move the sheet?",
            "The first axis counts the pictures, the second the rows, the third the columns.",
            "`[::-1]` turns an axis round. Apply it to the rows, or to the columns.",
        ),
        """def rearrange(pictures):
    return pictures[:, ::-1]""",
        "This is one answer of many: mirrored, on their side, or rolled round the edge, pictures "
        "keep their neighbours as well. The windows learn the strokes as they then lie.",
    ),
    Exercise(
        "6.4",
        _ANYWHERE,
        (
            "Copy `build_windows` and give it the new name. Which two layers stand between the "
            "second layer of windows and the last layer?",
            "Take out the second `MaxPooling2D` and `Flatten`.",
            "In their place stands `keras.layers.GlobalMaxPooling2D()`.",
        ),
        """def build_anywhere():
    return network_of(
        [
            keras.layers.Conv2D(8, kernel_size=3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(16, kernel_size=3, activation="relu"),
            keras.layers.GlobalMaxPooling2D(),
        ]
    )""",
        "Sixteen numbers reach the last layer, one a map. They say how strongly something was "
        "found, and not where.",
    ),
)

QUESTIONS = (
    Question(
        "6.q1",
        "Before you run the next cell: a flat network is trained on pictures as they are, and "
        "another one on shuffled pictures. What will happen to the second?",
        {"a": "It learns nothing.", "b": "It learns less.", "c": "It learns as well."},
        "c",
        {
            "a": "No pixel is lost. Those of a 1 still differ from those of a 0.",
            "b": "It would be worse if it had known before which pixels are neighbours.",
            "c": "Each pixel has its own weight, wherever it stands.",
        },
    ),
    Question(
        "6.q2",
        "Before you run the next cell: it trains the network of windows on shuffled pictures, for "
        "as many epochs. What happens?",
        {
            "a": "It learns as well as before, as the flat network does.",
            "b": "It learns, but less well than from the pictures as they were.",
            "c": "It gets no better than guessing.",
        },
        "b",
        {
            "a": "A window looks at neighbours, and shuffled ones have little in common.",
            "b": "What its windows see are no strokes any more. But the pixels still differ from "
            "digit to digit, and the last layer weighs every place by itself.",
            "c": "No pixel is lost, and those of a 1 still differ from those of a 0.",
        },
    ),
    Question(
        "6.q3",
        "Before you run the next cell: all pictures are pushed to the right, by up to four pixels. "
        "No network has learned from pushed pictures. Which will suffer?",
        {
            "a": "only the flat ones: windows find a stroke wherever it is",
            "b": "all of them, the network of windows least",
            "c": "all of them alike",
        },
        "b",
        {
            "a": "They do. But then all is laid flat, for a layer with a weight for each place.",
            "b": "Windows and pooling forgive a pixel or two. What comes after them is laid flat.",
            "c": "Pooling keeps the largest of each block, wherever in the block it is.",
        },
    ),
    Question(
        "6.q4",
        "Before you run the next cell: it trains the network of exercise 6.4, on pictures that are "
        "not pushed, and pushes the validation pictures as before. Its curve will",
        {
            "a": "begin where that of the windows begins, and stay level",
            "b": "begin lower, and stay level",
            "c": "fall as that of the windows does",
        },
        "b",
        {
            "a": "It stays level. But the places, which it no longer gets, told something, too: "
            "the same strokes lie elsewhere in a 6 and a 9.",
            "b": "Where something was found does not reach the last layer. That makes it "
            "indifferent to a push, and costs it what the places told.",
            "c": "The largest number of a map stays the same wherever in the map it is.",
        },
    ),
)
