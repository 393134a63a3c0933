"""Answers to the exercises of notebook 6: other right forms, and wrong ones."""

from __future__ import annotations

from tests.exercises import Forms, LessonTests

MOVE = """
def move_weights(kernel, order):
    {0}
"""
SLIDE = """
def slide(picture, window):
    {0}
"""
REARRANGE = """
def rearrange(pictures):
    {0}
"""
ANYWHERE = """
def build_anywhere():
    layers = keras.layers
    model = keras.Sequential([keras.Input(shape=(28, 28, 1)), {0}])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model
"""
WINDOWS = (
    "layers.Rescaling(1 / 255), layers.Conv2D(8, 3, activation='relu'), layers.MaxPooling2D(), "
    "layers.Conv2D(16, 3, activation='relu'), "
)
LAST = "layers.Dense(10, activation='softmax')"

FORMS = {
    "6.1": Forms(
        right={
            "loop": MOVE.format(
                "moved = np.zeros_like(kernel)\n"
                "    for place, pixel in enumerate(order):\n"
                "        moved[place] = kernel[pixel]\n"
                "    return moved"
            ),
            "take": MOVE.format("return np.take(kernel, order, axis=0)"),
            "as pixels move": MOVE.format("return kernel.T[:, order].T"),
        },
        wrong={
            "in place": MOVE.format("kernel[:] = kernel[order]\n    return kernel"),
            "no return": MOVE.format("kernel[order]"),
            "called": "move_weights = np.zeros((784, 128))",
        },
    ),
    "6.2": Forms(
        right={
            "views": "from numpy.lib.stride_tricks import sliding_window_view\n"
            + SLIDE.format(
                "return (sliding_window_view(picture, (3, 3)) * window).sum(axis=(2, 3))"
            ),
            "library": "from scipy.signal import correlate2d\n"
            + SLIDE.format("return correlate2d(picture.astype(float), window, mode='valid')"),
            "nine shifts": SLIDE.format(
                "n = len(picture) - 2\n"
                "    total = np.zeros((n, n))\n"
                "    for i in range(3):\n"
                "        for j in range(3):\n"
                "            total += window[i, j] * picture[i : i + n, j : j + n]\n"
                "    return total"
            ),
        },
        wrong={
            "no return": SLIDE.format("picture * window.sum()"),
            "size of MNIST": SLIDE.format("return np.zeros((26, 26))"),
        },
    ),
    "6.3": Forms(
        right={
            "mirror": REARRANGE.format("return pictures[:, :, ::-1]"),
            "transpose": REARRANGE.format("return pictures.transpose(0, 2, 1)"),
            "half a turn": REARRANGE.format("return np.rot90(pictures, 2, axes=(1, 2))"),
            "roll": REARRANGE.format("return np.roll(pictures, 5, axis=1)"),
        },
        wrong={
            "no return": REARRANGE.format("pictures[:, ::-1]"),
            "in place": REARRANGE.format("pictures[:] = pictures[:, ::-1]\n    return pictures"),
        },
    ),
    "6.4": Forms(
        right={
            "strings": ANYWHERE.format(WINDOWS + "layers.GlobalMaxPooling2D(), " + LAST),
            "a large block": ANYWHERE.format(
                WINDOWS + "layers.MaxPooling2D(11), layers.Flatten(), " + LAST
            ),
            "flat afterwards": ANYWHERE.format(
                WINDOWS + "layers.GlobalMaxPooling2D(), layers.Flatten(), " + LAST
            ),
        },
        wrong={
            "no softmax": ANYWHERE.format(
                WINDOWS + "layers.GlobalMaxPooling2D(), layers.Dense(10)"
            ),
            "more windows": ANYWHERE.format(
                WINDOWS.replace("16", "32") + "layers.GlobalMaxPooling2D(), " + LAST
            ),
            "pictures stay": ANYWHERE.format(WINDOWS + LAST),
            "not compiled": ANYWHERE.format(
                WINDOWS + "layers.GlobalMaxPooling2D(), " + LAST
            ).replace(
                '    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])\n', ""
            ),
            "no return": ANYWHERE.format(WINDOWS + "layers.GlobalMaxPooling2D(), " + LAST).replace(
                "    return model\n", ""
            ),
            "called": "build_anywhere = build_windows()",
        },
    ),
}


class TestWindows(LessonTests):
    NOTEBOOK = "06"
    FORMS = FORMS
