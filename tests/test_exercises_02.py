"""Answers to the exercises of notebook 2: other right forms, and wrong ones."""

from __future__ import annotations

from tests.exercises import Forms, LessonTests

CENTRE = """
def centre(picture):
    {0}
"""
BEST = """
def best_epoch(history):
    {0}
"""
MIXED = """
def mixed_in_step(pictures, labels):
    {0}
"""
CONFUSED = """
def most_confused(actual, predicted):
    counts = np.zeros((10, 10), int)
    for one, other in zip(actual, predicted):
        counts[one, other] += one != other
    return {0}
"""

FORMS = {
    "2.1": Forms(
        CENTRE,
        right={
            "scipy": CENTRE.format(
                "row, column = ndimage.center_of_mass(picture)\n"
                "    return np.roll(picture, (round(14 - row), round(14 - column)), (0, 1))"
            ),
            "average": CENTRE.format(
                "places = np.indices((28, 28))\n"
                "    down, right = (14 - np.average(p, weights=picture) for p in places)\n"
                "    picture = np.roll(picture.astype(float), int(np.rint(down)), axis=0)\n"
                "    return np.roll(picture, int(np.rint(right)), axis=1).tolist()"
            ),
        },
        wrong={"one row": CENTRE.format("return picture.reshape(784)")},
    ),
    "2.2": Forms(
        right={
            "tuple": "ordered_pens = ('half the ink', 'thicker', 'tilted', 'inverted')",
            "array": "ordered_pens = np.array(['Half the ink', 'thicker', 'tilted', 'inverted '])",
        },
        wrong={
            "three": "ordered_pens = ['half the ink', 'thicker', 'tilted']",
            "word": "ordered_pens = 'inverted'",
        },
    ),
    "2.3": Forms(
        BEST,
        right={
            "list": BEST.format(
                "losses = history.history['val_loss']; return losses.index(min(losses)) + 1"
            ),
            "sorted": BEST.format("return np.argsort(history.history['val_loss'])[:1] + 1"),
        },
        wrong={"dictionary": BEST.format("return history['val_loss']")},
    ),
    "2.4": Forms(
        MIXED,
        right={
            "scikit-learn": MIXED.format(
                "from sklearn.utils import shuffle; return shuffle(pictures, labels)"
            ),
            "list": MIXED.format(
                "order = list(range(len(labels))); np.random.shuffle(order)\n"
                "    return [pictures[order], labels[order]]"
            ),
        },
        wrong={"half": MIXED.format("return pictures[:100], labels[:100]")},
    ),
    "2.5": Forms(
        "lowest_losses = {0}",
        right={"rounded": "(0.55, 0.32, 0.17)", "another run": "np.array([0.556, 0.322, 0.174])"},
        wrong={"one": "0.325", "text": "'0.545, 0.325, 0.168'"},
    ),
    "2.6": Forms(
        right={
            "list": CONFUSED.format("[int(i[0]) for i in np.nonzero(counts == counts.max())]"),
            "numpy": "def most_confused(actual, predicted):\n"
            "    wrong = actual != predicted\n"
            "    counts = np.bincount(10 * actual[wrong] + predicted[wrong], minlength=100)\n"
            "    return np.array(np.unravel_index(counts.argmax(), (10, 10)), dtype=float)",
        },
        wrong={"three": CONFUSED.format("(*divmod(int(counts.argmax()), 10), counts.max())")},
    ),
}


class TestMnist(LessonTests):
    NOTEBOOK = "02"
    FORMS = FORMS
