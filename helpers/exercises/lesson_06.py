"""The exercises and questions of notebook 6, on windows."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from helpers.exercises.answers import WrongAnswerError, call, read_array
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, FunctionForm


def _kernels() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(21)
    return [(generator.normal(size=(n, n)), generator.permutation(n)) for n in (6, 9)]


def _read_kernel(answer: object, kernel: np.ndarray, order: np.ndarray) -> np.ndarray:
    return read_array(call(answer, kernel, order), shape=kernel.shape, what=RETURNED)


_MOVED = FunctionForm(
    right=lambda kernel, order: kernel[order],
    cases=_kernels,
    read=_read_kernel,
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
    sizes = (5, 7, 28)
    cases = [(generator.random((n, n)), generator.normal(size=(3, 3)).round(1)) for n in sizes]
    return [*cases, (generator.integers(0, 256, (6, 6), dtype="uint8"), cases[0][1])]


def _read_slid(answer: object, picture: np.ndarray, window: np.ndarray) -> np.ndarray:
    places = len(picture) - 2
    found = read_array(call(answer, picture, window), what=RETURNED)
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
    place = tuple(map(int, np.argwhere(~np.isclose(found, right, rtol=1e-4, atol=1e-4))[0]))
    return f"At {place} it returns {found[place]:g}, and {right[place]:g} is expected."


def _slid(picture: np.ndarray, window: np.ndarray) -> np.ndarray:
    return (sliding_window_view(picture, (3, 3)) * window).sum(axis=(2, 3))


_SLIDE = FunctionForm(
    right=_slid,
    cases=_pictures_and_windows,
    read=_read_slid,
    tolerance=1e-4,
    telling=3,  # a sum of bytes may have been taken in bytes, beside another mistake
    said="A layer with eight windows does this eight times, and adds a bias to each map.",
    otherwise=_unlike_slid,
    wrong={
        "turned": (
            "The window was turned by half a turn, as convolution does it in mathematics. Keras "
            "lays it on as it is.",
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
        "bytes": (
            None,
            lambda picture, window: (
                _slid(picture, window).astype(int).astype(picture.dtype)
                if picture.dtype == np.uint8
                else _slid(picture, window)
            ),
        ),
        "off by one": (None, lambda picture, window: _slid(picture, window)[:-1, :-1]),
        "one number": (None, lambda picture, window: _slid(picture, window).sum()),
    },
)

_KEPT, _CHANGED, _MIXED, _DIFFERENT, _AS_THEY_WERE, _SCATTERED = range(6)


def _numbered() -> list[tuple[np.ndarray]]:
    """Return three pictures in which every pixel has a number of its own."""
    return [(np.arange(3 * 784).reshape(3, 28, 28),)]


def _read_rearranged(answer: object, pictures: np.ndarray) -> int:
    """Tell what has become of numbered pixels; many ways to move them are right."""
    found = read_array(call(answer, pictures), shape=pictures.shape, what=RETURNED)
    came_from = found.reshape(3, 784) - 784 * np.arange(3)[:, np.newaxis]
    if not np.array_equal(np.sort(found, axis=None), pictures.ravel()):
        return _CHANGED
    if came_from.min() < 0 or came_from.max() >= 784:
        return _MIXED
    if (came_from != came_from[0]).any():
        return _DIFFERENT
    if np.array_equal(found, pictures):
        return _AS_THEY_WERE
    rows, columns = np.divmod(came_from[0].reshape(28, 28), 28)
    below, beside = (abs(np.diff(rows, axis=k)) + abs(np.diff(columns, axis=k)) for k in (0, 1))
    kept = np.mean(np.concatenate([below.ravel(), beside.ravel()]) == 1)
    return _KEPT if kept > 0.9 else _SCATTERED


_REARRANGED = FunctionForm(
    right=lambda pictures: pictures[:, ::-1],
    cases=_numbered,
    read=_read_rearranged,
    said="All pixels have moved, and neighbours are still neighbours. Now train on it.",
    otherwise=lambda found, right, pictures: "Pixels move, and neighbours stay neighbours.",
    wrong={
        "shuffled": (
            "Too few neighbours are still neighbours. Windows would mind that: think of moves that "
            "you could make with a sheet of paper in your hands.",
            lambda pictures: pictures[:, np.random.default_rng(0).permutation(28)],
        ),
        "as they were": (
            "The pictures are as they were. Something has to move.",
            lambda pictures: pictures.copy(),
        ),
        "each in its own way": (
            "Each picture is rearranged in another way. It has to be the same way for all.",
            lambda pictures: np.stack([np.roll(picture, k) for k, picture in enumerate(pictures)]),
        ),
        "the order of the pictures": (
            "The pictures have changed places with each other. Their first axis has to stay.",
            lambda pictures: pictures[::-1],
        ),
        "other values": (
            "Some pixels are lost, or have other values. They may move, and nothing else.",
            lambda pictures: 255 - pictures,
            lambda pictures: np.repeat(pictures[:, ::2], 2, axis=1),
        ),
    },
)


def _stacks() -> list[tuple[np.ndarray]]:
    generator = np.random.default_rng(22)
    return [(generator.integers(0, 256, size),) for size in ((4, 4, 4), (3, 3, 5), (28, 28, 10))]


def _read_pictures(answer: object, stack: np.ndarray) -> np.ndarray:
    height, width, count = stack.shape
    found = read_array(call(answer, stack), what=RETURNED)
    if found.shape == (count, height, width):
        raise WrongAnswerError("The axis for the channel is missing at the end: `[..., None]`.")
    return read_array(found, shape=(count, height, width, 1), what=RETURNED)


_UNSTACKED = FunctionForm(
    right=lambda stack: np.moveaxis(stack, -1, 0)[..., None],
    cases=_stacks,
    read=_read_pictures,
    said="The axes have changed places, and each pixel has stayed with its picture.",
    otherwise=lambda found, right, stack: (
        f"Of {len(right)} pictures, {int((found == right).all(axis=(1, 2, 3)).sum())} are as they "
        "should be."
    ),
    wrong={
        "as it was": (
            "These are still the pieces: `reshape` keeps the order in which the numbers lie in "
            "memory, and only counts off new rows. Move an axis instead.",
            lambda stack: stack.reshape(stack.shape[-1], *stack.shape[:2], 1),
        ),
        "on their side": (
            "The pictures lie on their side: rows and columns are swapped. `.T` turns all axes "
            "round; only the last one has to move.",
            lambda stack: stack.T[..., None],
        ),
        "no channel": (None, lambda stack: np.moveaxis(stack, -1, 0)),
    },
)

EXERCISES = (
    Exercise(
        "6.1",
        _MOVED,
        (
            "Each row of the kernel belongs to a pixel. Which of them has to be the first?",
            "Place 0 of a shuffled picture holds the pixel that was number `order[0]`, so row 0 of "
            "the new kernel is row `order[0]` of the old one.",
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
            "You can turn it over, or upside down. The first axis counts the pictures, the second "
            "the rows of pixels, the third the columns.",
            "`[::-1]` turns an axis round. Apply it to the rows, or to the columns.",
        ),
        """def rearrange(pictures):
    return pictures[:, ::-1]""",
        "Every pixel has a new place, and what touched before still touches. The windows learn "
        "strokes that are turned over, which are strokes all the same.",
    ),
    Exercise(
        "6.4",
        _UNSTACKED,
        (
            "In which axis does the file count its pictures, and in which does Keras?",
            "`np.moveaxis(stack, a, b)` takes axis `a` out, and puts it in at place `b`. The last "
            "axis has the number -1.",
            "In the end, `[..., None]` adds the axis for the channel.",
        ),
        """def unstack(stack):
    return np.moveaxis(stack, -1, 0)[..., None]""",
        "`reshape` takes the numbers as they lie in memory, where the first pixel of all pictures "
        "comes first. The shape came out right, and every picture was made of all the others.",
    ),
)

QUESTIONS = (
    Question(
        "6.q1",
        "Before you run the next cells: a flat network is trained on pictures as they are, and "
        "another one on shuffled pictures, which you found so hard to read. What will happen to "
        "the second?",
        {
            "a": "It learns nothing.",
            "b": "It learns, but is clearly worse.",
            "c": "It is as good as the first.",
        },
        "c",
        {
            "a": "No pixel is lost. Those of a 1 still differ from those of a 0.",
            "b": "It would be worse if it had known before which pixels are neighbours.",
            "c": "Each pixel has its own weight, wherever it stands.",
        },
    ),
    Question(
        "6.q2",
        "Before you run the next cell: it prints the parameters of each layer. How many has the "
        "first layer of windows, which has eight of them?",
        {"a": "72", "b": "80", "c": "6,272", "d": "54,080"},
        "b",
        {
            "a": "8 × 9 are the weights. Each window has a bias, too.",
            "b": "Eight windows, each with nine weights and one bias. The size of the picture does "
            "not matter.",
            "c": "784 × 8 would be one weight for every pixel, as in a `Dense` layer of eight "
            "neurons. A window has nine.",
            "d": "That would be other weights and another bias at each of the 26 × 26 places. A "
            "window uses the same ones everywhere.",
        },
    ),
    Question(
        "6.q3",
        "Before you run the next cell: it trains the network of windows on shuffled pictures. What "
        "happens?",
        {
            "a": "It learns as well as before, as the flat network does.",
            "b": "It learns, but less well than from the pictures as they were.",
            "c": "It gets no better than guessing.",
        },
        "b",
        {
            "a": "A window looks at neighbours, and shuffled ones have little to do with each "
            "other.",
            "b": "What its windows see are no strokes any more. But the pixels still differ from "
            "digit to digit, and the last layer weighs every place by itself.",
            "c": "No pixel is lost, and those of a 1 still differ from those of a 0. Something is "
            "left to learn.",
        },
    ),
    Question(
        "6.q4",
        "Before you run the next cell: all pictures are pushed to the right, by up to four pixels. "
        "No network has learned from pushed pictures. Which will suffer?",
        {
            "a": "only the flat ones: windows find a stroke wherever it is",
            "b": "all of them, the network of windows least",
            "c": "all of them alike",
        },
        "b",
        {
            "a": "The windows do find it. But then everything is laid flat, and the last layer has "
            "a weight of its own for each place.",
            "b": "Windows and pooling forgive a pixel or two. The last layer knows its places by "
            "heart.",
            "c": "Pooling keeps the largest of each block, wherever in the block it is.",
        },
    ),
)
