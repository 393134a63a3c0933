"""The exercises and questions of notebook 2, MNIST."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.exercises.answers import WrongAnswerError, call, read_array, read_number, show
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, FunctionForm, ValueForm

if TYPE_CHECKING:
    import keras


@cache
def _off_centre() -> list[tuple[np.ndarray]]:
    generator, cases = np.random.default_rng(21), []
    for top, left, height, width in ((3, 4, 9, 13), (15, 11, 11, 7), (1, 14, 8, 12), (5, 5, 20, 4)):
        picture = np.zeros((28, 28), "uint8")
        ink = np.linspace(0.4, 1, height)[:, np.newaxis] ** 3 * np.linspace(1, 0.4, width) ** 2
        ink = 255 * ink * generator.uniform(0.6, 1, (height, width))
        picture[top : top + height, left : left + width] = ink
        cases.append((picture,))
    return cases


def _middle(picture: np.ndarray) -> tuple[float, float]:
    ink = picture.astype(float)
    rows, columns = np.mgrid[:28, :28]
    return (rows * ink).sum() / ink.sum(), (columns * ink).sum() / ink.sum()


def _moved(picture: np.ndarray, down: float, right: float) -> np.ndarray:
    return np.roll(picture, (round(down), round(right)), axis=(0, 1))


def _centred(
    picture: np.ndarray, middle: Callable[[np.ndarray], tuple[float, float]] = _middle
) -> np.ndarray:
    row, column = middle(picture)
    return _moved(picture, 14 - row, 14 - column)


def _middle_of_places(picture: np.ndarray) -> tuple[float, float]:
    rows, columns = np.nonzero(picture)
    return rows.mean(), columns.mean()


def _unlike_centred(found: np.ndarray, right: np.ndarray, picture: np.ndarray) -> str:
    (row, column), (before, beside) = _middle(found), _middle(picture)
    return (
        f"The middle of a made-up picture's ink was at row {before:.2f}, column {beside:.2f}, and "
        f"is at row {row:.2f}, column {column:.2f} afterwards. It should be near 14."
    )


_CENTRE = FunctionForm(
    right=_centred,
    cases=_off_centre,
    read=lambda answer, picture: read_array(call(answer, picture), (28, 28), RETURNED),
    said="This is what the makers of MNIST did with every digit.",
    otherwise=_unlike_centred,
    wrong={
        "unmoved": ("The picture comes back as it was.", lambda picture: picture),
        "wrong way": (
            "It moves the ink away from the middle: ink at row 10 has to go 14 - 10 pixels down.",
            lambda picture: _moved(picture, _middle(picture)[0] - 14, _middle(picture)[1] - 14),
        ),
        "axes": (
            "It moves sideways by what belongs to up and down. Axis 0 are the rows.",
            lambda picture: _moved(picture, 14 - _middle(picture)[1], 14 - _middle(picture)[0]),
        ),
        "places": (
            "It counts every pixel with ink alike. Full ink weighs more than a faint trace.",
            lambda picture: _centred(picture, _middle_of_places),
        ),
        "cut off": (
            "It is one pixel off now and then: `int` cuts off what `round` would round.",
            lambda picture: _moved(picture, *(int(14 - place) for place in _middle(picture))),
        ),
        "two numbers": (None, _middle),
        "another place": (None, lambda picture: np.roll(_centred(picture), (5, 5), (0, 1))),
    },
)

PENS = ("half the ink", "thicker", "tilted", "inverted")


def _read_pens(answer: object) -> list[int]:
    if not isinstance(answer, list | tuple | np.ndarray) or len(answer) != len(PENS):
        raise WrongAnswerError(f"Your answer is {show(answer)}. A list of four names is expected.")
    named = [str(name).strip().lower() for name in answer]
    if sorted(named) != sorted(PENS):
        raise WrongAnswerError(
            f"Your list is {show(list(answer))}. Each name in `changed` belongs in once."
        )
    return [PENS.index(name) for name in named]


def _pens(*places: int) -> Callable[[], list[str]]:
    return lambda: [PENS[place] for place in places]


_PENS = ValueForm(
    right=_pens(0, 1, 2, 3),
    cases=lambda: [()],
    read=lambda answer, *_: _read_pens(answer),
    said="Dark ink on light paper is no trouble for you. The network has never seen any.",
    otherwise=lambda *_: "This is not the order. Measure all four, and sort.",
    wrong={
        "worst first": ("The best comes first, the worst last.", _pens(3, 2, 1, 0)),
        "like a person": (
            "To you, an inverted digit is as good as ever. The network has learned which pixels "
            "are light, and now all the others are. Measure it.",
            _pens(3, 0, 1, 2),
            _pens(0, 1, 3, 2),
        ),
        "the middle two": ("Look again at the two in the middle.", _pens(0, 2, 1, 3)),
        "shares": (None, lambda: [0.97, 0.89, 0.77, 0.06]),
    },
)


@cache
def _histories() -> list[tuple[keras.callbacks.History]]:
    import keras

    generator, cases = np.random.default_rng(22), []
    for validation in (
        [0.7, 0.6, 0.65, 0.45, 0.5, 0.55, 0.6, 0.9, 0.65],
        [0.2, 0.3, 0.4],
        generator.uniform(size=30).round(3).tolist(),
    ):
        history = keras.callbacks.History()
        count = len(validation)
        history.epoch = list(range(count))
        history.history = {
            "acc": np.linspace(0.6, 0.99, count).tolist(),
            "loss": [*np.linspace(0.9, 0.1, count - 1), 0.15],
            "val_acc": np.roll(np.linspace(0.9, 0.7, count), 2).tolist(),
            "val_loss": validation,
        }
        cases.append((history,))
    return cases


def _of(history: keras.callbacks.History, name: str = "val_loss") -> np.ndarray:
    return np.array(history.history[name])


_BEST_EPOCH = FunctionForm(
    right=lambda history: _of(history).argmin() + 1,
    cases=_histories,
    read=lambda answer, history: read_number(call(answer, history), RETURNED),
    said="Keras can watch for it while it trains: with "
    "`callbacks=[keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)]`, `fit` "
    "ends after five epochs without a lower validation loss, and goes back to the best weights.",
    otherwise=lambda found, right, history: (
        f"For the validation losses {_of(history)[:9].tolist()} it returns {found:g}, and "
        f"{right:g} is expected."
    ),
    wrong={
        "from zero": (
            "It is one too small: Python counts from 0, and the first epoch is number 1.",
            lambda history: _of(history).argmin(),
        ),
        "the loss": (
            "This is the lowest validation loss itself. In which epoch was it reached?",
            lambda history: _of(history).min(),
        ),
        "training loss": (
            "This is the epoch with the lowest training loss. The validation loss is another "
            "curve, with a name of its own in the history.",
            lambda history: _of(history, "loss").argmin() + 1,
        ),
        "accuracy": (
            "This is the epoch with the highest validation accuracy. The loss is asked for, "
            "and it need not agree.",
            lambda history: _of(history, "val_acc").argmax() + 1,
        ),
        "another history": (None, lambda history: 10),
    },
)


def _in_order() -> list[tuple[np.ndarray, np.ndarray]]:
    pictures = np.repeat(np.arange(200), 4).reshape(200, 4)
    return [(pictures, np.arange(200) + 1000)]


def _read_step(answer: object, pictures: np.ndarray, labels: np.ndarray) -> list[bool]:
    """Tell whether pictures and labels have moved, and whether they are in step."""
    found = call(answer, pictures.copy(), labels.copy())
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise WrongAnswerError(
            "Two things are expected, pictures and labels: `return pictures[...], labels[...]`."
        )
    shown = read_array(found[0], (None, 4), "What it returns for the pictures")[:, 0]
    said = read_array(found[1], (None,), "What it returns for the labels") - 1000
    if not len(shown) == len(said) == len(pictures):
        raise WrongAnswerError("Some of the pictures, or of their labels, are lost.")
    order = np.arange(len(pictures))
    moved = [bool(np.mean(part != order) > 0.5) for part in (shown, said)]
    return [*moved, bool((shown == said).all())]


def _shuffled(pictures: np.ndarray, labels: np.ndarray, *seeds: int | None) -> tuple[Any, ...]:
    """Put pictures and labels into the order of a seed each, or leave them in their own."""
    found = []
    for part, seed in zip((pictures, labels), seeds, strict=True):
        order = np.random.default_rng(seed).permutation(len(part))
        found.append(part if seed is None else part[order])
    return tuple(found)


_STEP = FunctionForm(
    right=lambda pictures, labels: _shuffled(pictures, labels, 0, 0),
    cases=_in_order,
    read=_read_step,
    said="Every picture has kept its label.",
    otherwise=lambda *_: "Both have moved, and not together: pictures have lost their labels.",
    wrong={
        "one order alone": (
            "The pictures move and the labels stay, so they belong to different digits.",
            lambda pictures, labels: _shuffled(pictures, labels, 0, None),
        ),
        "labels alone": (
            "Now the labels move and the pictures stay. Both have to move, in the same way.",
            lambda pictures, labels: _shuffled(pictures, labels, None, 0),
        ),
        "not shuffled": (
            "They are in step, because nothing is shuffled. The shuffling was no mistake.",
            lambda pictures, labels: (pictures, labels),
        ),
        "as it was": (None, lambda pictures, labels: _shuffled(pictures, labels, 0, 1)),
        "pictures alone": (None, lambda pictures, labels: pictures),
    },
)


LOWEST = (0.545, 0.325, 0.168)
"""The lowest validation losses with 500, 2,000 and 10,000 pictures, as they were measured."""


def _read_losses(answer: object, *_: object) -> np.ndarray:
    found = read_array(answer, (3,), "Your list")
    if found.min() <= 0 or found.max() > 5:
        raise WrongAnswerError(
            f"Your list is {show(found.tolist())}. These are no losses. Are they epochs?"
        )
    return np.log(found)


def _losses(*values: float) -> Callable[[], np.ndarray]:
    return lambda: np.array(values)


_NUMBERS = ValueForm(
    right=_losses(*LOWEST),
    cases=lambda: [()],
    read=_read_losses,
    tolerance=0.04,
    said="Four times as many pictures, and little more than half the loss. Was your guess near?",
    otherwise=lambda found, right: (
        f"{np.exp(found).round(3).tolist()} is not near what was measured. Was the network built "
        "anew for each number, with the same settings?"
    ),
    wrong={
        "last": (
            "These are the validation losses after the last epoch. The lowest ones are asked for.",
            _losses(0.661, 0.407, 0.215),
        ),
        "reversed": (
            "These are the right losses in the wrong order: the fewest pictures come first.",
            lambda: np.array(LOWEST)[::-1],
        ),
        "epochs": (None, _losses(12, 9, 9)),
        "halved": (None, _losses(0.4, 0.2, 0.1)),
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


_MOST_CONFUSED = FunctionForm(
    right=lambda actual, predicted: _largest(_counted(actual, predicted)),
    cases=_labels_and_answers,
    read=lambda answer, *labels: read_array(call(answer, *labels), (2,), "The pair"),
    said="The figure below shows all pairs.",
    otherwise=lambda found, right, actual, predicted: (
        f"For {len(actual):,} made-up labels it returns {found[0]:g}, {found[1]:g}, and "
        f"{right[0]:g}, {right[1]:g} is expected."
    ),
    wrong={
        "order": (
            "The two digits are the right ones. The actual digit comes first.",
            lambda actual, predicted: _largest(_counted(actual, predicted))[::-1],
        ),
        "each once": (
            "Each pair was counted at most once: `counts[actual, predicted] += 1` with arrays adds "
            "one to a place even if it occurs often. Use `np.add.at`, or a loop.",
            lambda actual, predicted: _largest(_counted(actual, predicted) > 0),
        ),
        "diagonal": (
            "Both digits are the same: these are pictures that were recognised. Leave the "
            "diagonal out.",
            lambda actual, predicted: _largest(_counted(actual, predicted, hits=True)),
        ),
        "one number": (None, lambda actual, predicted: _counted(actual, predicted).argmax()),
    },
)


EXERCISES = (
    Exercise(
        "2.1",
        _CENTRE,
        (
            "How much ink is in each row? `ink.sum(axis=1)`, with `ink = picture.astype(float)`.",
            "The middle row is `np.sum(np.arange(28) * ink.sum(axis=1)) / ink.sum()`.",
            "`np.roll(picture, (down, right), axis=(0, 1))`, with `down = round(14 - row)`.",
        ),
        """def centre(picture):
    ink = picture.astype(float)
    places = np.arange(28)
    row = np.sum(places * ink.sum(axis=1)) / ink.sum()
    column = np.sum(places * ink.sum(axis=0)) / ink.sum()
    return np.roll(picture, (round(14 - row), round(14 - column)), axis=(0, 1))""",
        "The middle is a mean of places, with the ink as weights.",
    ),
    Exercise(
        "2.2",
        _PENS,
        (
            "A loop over `changed.items()`: make rows, predict, compare with `validation_digits`.",
            "`model.predict(pictures.reshape(-1, 784), verbose=0).argmax(axis=1)` are the answers.",
        ),
        """shares = {}
for name, pictures in changed.items():
    answers = model.predict(pictures.reshape(-1, 784), verbose=0).argmax(axis=1)
    shares[name] = np.mean(answers == validation_digits)
    print(name, shares[name])
ordered_pens = sorted(shares, key=shares.get, reverse=True)""",
        "Halving leaves the order of the sums nearly alone. Inverting turns all of them round.",
    ),
    Exercise(
        "2.3",
        _BEST_EPOCH,
        (
            "Which of the two curves says how the network does on pictures that are new to it?",
            "`np.argmin(history.history[...])`, with the name of the curve, and one more.",
        ),
        """def best_epoch(history):
    return np.argmin(history.history["val_loss"]) + 1""",
        "`np.argmin` gives 0 for the first epoch. The training loss would not do: it falls on.",
        prepare=_histories,
    ),
    Exercise(
        "2.4",
        _STEP,
        (
            "`mixed_rows[:24].reshape(24, 28, 28)` are pictures for `plotting.image_grid`, and "
            "`labels=mixed_one_hot[:24].argmax(axis=1)` are their labels.",
            "Each call of `generator.permutation` draws an order of its own.",
        ),
        """def mixed_in_step(pictures, labels):
    order = np.random.default_rng(0).permutation(len(pictures))
    return pictures[order], labels[order]""",
        "They belong together by position alone. One order has to serve both.",
    ),
    Exercise(
        "2.5",
        _NUMBERS,
        (
            "A loop over the three numbers: `create_network()`, `fit`, and the loss into a list.",
            '`min(number_history.history["val_loss"])` is the lowest of a training.',
        ),
        """lowest_losses = []
for number in [500, 2000, 10000]:
    number_history = create_network().fit(
        train_rows[:number], train_one_hot[:number], epochs=40, batch_size=100,
        validation_data=validation, verbose=0)
    lowest_losses.append(min(number_history.history["val_loss"]))""",
        "The more pictures, the less can be learned by heart before something is understood.",
    ),
    Exercise(
        "2.6",
        _MOST_CONFUSED,
        (
            "Count in a table of zeros, ten by ten, and only where the two differ.",
            "`np.argmax(counts)` counts cells row by row; `divmod(position, 10)` takes that apart.",
        ),
        """def most_confused(actual, predicted):
    counts = np.zeros((10, 10))
    for one, other in zip(actual, predicted):
        if one != other:
            counts[one, other] += 1
    return divmod(np.argmax(counts), 10)""",
        "A cell's number is ten times its row plus its column, and `divmod` takes that apart.",
    ),
)

QUESTIONS = (
    Question(
        "2.q1",
        "Before you run the next cell: it moves the validation pictures to the right by two "
        "pixels, and asks the network without a hidden layer. How many does it still read?",
        {
            "a": "as many as before: a digit stays what it is",
            "b": "a few fewer, say nine of ten of those it read",
            "c": "clearly fewer, about seven of ten of those it read",
            "d": "one in ten, as by guessing",
        },
        "c",
        {
            "a": "It knows no digits, only places. Every weight now gets the ink of a neighbour.",
            "b": "That is near what a single pixel does.",
            "c": "Each weight belongs to one place, and the ink has left it.",
            "d": "Strokes are some pixels wide, so part of the ink lies where it is expected.",
        },
    ),
    Question(
        "2.q2",
        "Before you run the next cell: it trains 784-512-10 for ten epochs and draws the losses. "
        "The training loss falls to the end. What will the validation loss do?",
        {
            "a": "fall as far as the training loss, close beside it",
            "b": "rise from the first epoch on",
            "c": "fall at first, then stay about where it is or rise",
            "d": "stay where it is from the first epoch on",
        },
        "c",
        {
            "a": "Then all that it learns would hold for new pictures just as well.",
            "b": "At first it learns what digits look like, and that helps with every picture.",
            "c": "What it learns first holds for all digits, later more and more for these alone.",
            "d": "What it learns from the others helps with these, too. They are digits as well.",
        },
    ),
    Question(
        "2.q3",
        "From epoch 10 to epoch 40 the validation loss rises, and so does the accuracy on the same "
        "pictures. How can that be?",
        {
            "a": "The accuracy is measured on the training pictures.",
            "b": "The mistakes become fewer, but surer, and so dearer.",
            "c": "One of the two is calculated wrongly.",
            "d": "The loss is of all epochs together.",
        },
        "b",
        {
            "a": "Both are of the validation pictures.",
            "b": "A timid mistake costs about 1, a sure one 5 or more. Accuracy counts both once.",
            "c": "They answer different questions: how many, and how sure.",
            "d": "It is measured anew after each epoch, like the accuracy.",
        },
    ),
    Question(
        "2.q4",
        "Before you run the next cell: it measures the networks on the test pictures. The line "
        "above gives the deep one's loss on its training pictures. And on the test pictures?",
        {
            "a": "about the same, as dropout prevents learning by heart",
            "b": "lower, as dropout does nothing when the network predicts",
            "c": "not comparable, as it is measured on fewer pictures",
            "d": "several times as high",
        },
        "d",
        {
            "a": "Dropout makes that harder. It does not prevent it.",
            "b": "That would be a reason on the training pictures. These are new to the network.",
            "c": "The loss is a mean over the pictures, so their number does not matter.",
            "d": "The training loss tells how well it knows what it has learned from.",
        },
    ),
)
