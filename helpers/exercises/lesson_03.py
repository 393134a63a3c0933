"""The exercises and questions of notebook 3, Points in the plane."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.exercises.answers import (
    WrongAnswerError,
    agree,
    call,
    read_array,
    read_axes,
    read_number,
    read_whole,
    show,
)
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, FunctionForm
from helpers.exercises.model_checks import (
    class_probabilities,
    expect_own_optimizer,
    is_linear,
    loss_of,
    outputs,
    raised_in_keras,
    read_model,
    scores,
)

if TYPE_CHECKING:
    import keras

PLACES = np.array([[0.2, 0.8], [0.8, 0.4], [0.4, 0.2], [-0.3, 1.5], [0.55, 0.9]])


@cache
def _centres() -> np.ndarray:
    from helpers.datasets import POINT_CLOUD_CENTRES

    return np.array(POINT_CLOUD_CENTRES)


def _places_and_centres() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(31)
    # Corners of a square for the first places, then other numbers of classes. At the last two,
    # the sum of the two differences, or the larger of them, leads elsewhere.
    cases = [(place, _centres()) for place in PLACES[:3]]
    cases += [(generator.uniform(size=2), generator.uniform(size=(n, 2))) for n in (3, 6, 6, 5, 9)]
    return [
        *cases,
        (np.array([0.0, 0.0]), np.array([[5.0, 5.0], [0.6, 0.6], [0.9, 0.0]])),
        (np.array([0.0, 0.0]), np.array([[0.7, 0.7], [0.8, 0.1], [0.9, 5.0]])),
    ]


def _read_class(answer: object, place: np.ndarray, centres: np.ndarray) -> int:
    value = read_number(call(answer, place, centres), RETURNED)
    distance = np.hypot(*(centres - place).T).min()
    if value != round(value) and min(abs(value - distance), abs(value - distance**2)) < 1e-6:
        raise WrongAnswerError(
            "This is the smallest distance itself. The number of its row is asked for."
        )
    return read_whole(value, RETURNED)


def _squares(place: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return ((centres - place) ** 2).sum(axis=1)


_NEAREST_CENTRE = FunctionForm(
    right=lambda place, centres: np.argmin(_squares(place, centres)),
    cases=_places_and_centres,
    read=_read_class,
    said="With the true centres, no classifier can beat this function in the long run.",
    otherwise=lambda found, right, place, centres: (
        f"For the place {place.round(2).tolist()} and {len(centres)} centres your function returns "
        f"{found:g}, and another centre is nearer."
    ),
    wrong={
        "farthest": (
            "This is the class whose centre is farthest away.",
            lambda place, centres: np.argmax(_squares(place, centres)),
        ),
        "from one": (
            "All classes are one too large: the first row belongs to class 0.",
            lambda place, centres: np.argmin(_squares(place, centres)) + 1,
        ),
        "not squared": (
            "The differences along x and y were added up as they are. For the distance, square "
            "them first.",
            lambda place, centres: np.argmin(np.abs(centres - place).sum(axis=1)),
        ),
        "signs": (
            "Differences to the left count as less than nothing here. Square them before you add.",
            lambda place, centres: np.argmin((centres - place).sum(axis=1)),
        ),
        "x only": (
            "Only x was looked at. A place has two coordinates.",
            lambda place, centres: np.argmin(np.abs(centres - place)[:, 0]),
        ),
        "axis 0": (
            "The squares were added from class to class, along axis 0. A distance belongs to one "
            "row: axis 1.",
            lambda place, centres: np.argmin(((centres - place) ** 2).sum(axis=0)),
        ),
        "no sum": (
            "`np.argmin` looked at all squares of the table. Add the two squares of each row "
            "first: `sum(axis=1)`.",
            lambda place, centres: np.argmin((centres - place) ** 2),
        ),
        "one total": (
            "Every place gets class 0. `np.argmin` says 0 if it is handed a single number: does "
            "`sum` add up each row, or the whole table?",
            lambda place, centres: np.argmin(_squares(place, centres).sum()),
        ),
        "roots of differences": (
            "There are square roots of negative numbers here, which NumPy calls nan, not a "
            "number. Square the differences before anything else.",
            lambda place, centres: np.argmin(np.sqrt(centres - place).sum(axis=1)),
            lambda place, centres: np.argmin(np.sqrt((centres - place).sum(axis=1))),
        ),
        "distance": (None, lambda place, centres: np.sqrt(_squares(place, centres)).min()),
        "distances": (None, lambda place, centres: np.sqrt(_squares(place, centres))),
        "always 3": (None, lambda place, centres: 3),
    },
)


def _sigmoid(answer: object) -> str:
    generator = np.random.default_rng(32)
    cases = [
        np.array([[0.0], [2.0], [-3.0]]),
        generator.normal(0, 3, (6, 1)),
        generator.normal(0, 3, (3, 2)),
    ]
    found = [
        read_array(call(answer, scores), shape=scores.shape, what=RETURNED) for scores in cases
    ]
    right = [1 / (1 + np.exp(-scores)) for scores in cases]
    wrong = [n for n in range(len(cases)) if not agree(found[n], right[n], 1e-5)]
    if not wrong:
        return "A score of 0 becomes one half, and the sign of the score says yes or no."
    for formula, reason in _SIGMOID_MISTAKES:
        if all(
            agree(each, np.asarray(formula(scores), dtype=float), 1e-5)
            for each, scores in zip(found, cases, strict=True)
        ):
            raise WrongAnswerError(reason)
    n = wrong[0]
    if any(
        all(agree(each, other.round(digits)) for each, other in zip(found, right, strict=True))
        for digits in range(6)
    ):
        raise WrongAnswerError("The probabilities were rounded. Return them as they are.")
    at = int(np.argmax(np.abs(found[n] - right[n])))
    raise WrongAnswerError(
        f"For the score {cases[n].flat[at]:.4g} your function returns "
        f"{float(found[n].flat[at]):.4g}, and {right[n].flat[at]:.4g} is expected."
    )


_SIGMOID_MISTAKES = (
    (
        lambda scores: 1 / (1 + np.exp(scores)),
        "A large score gets a probability near 0 here. It is the negative score whose "
        "exponential is taken.",
    ),
    (
        lambda scores: 1 / 1 + np.exp(-scores),
        "This is 1 plus the exponential, and 1 has to be divided by all of it. Python "
        "divides before it adds: put the sum into parentheses.",
    ),
    (
        lambda scores: 1 / np.exp(-scores),
        "These numbers have no upper limit. Add 1 before you divide.",
    ),
    (
        lambda scores: np.exp(-scores),
        "This is the exponential of the negative score. Two steps are missing: add 1, and "
        "divide 1 by the result.",
    ),
    (
        lambda scores: 1 - np.exp(scores),
        "This is 1 minus an exponential, which falls far below 0. Go through the three steps "
        "again, one after the other.",
    ),
    (
        lambda scores: 1 - np.exp(-scores),
        "This is 1 minus an exponential, which falls far below 0. The last step divides.",
    ),
    (
        lambda scores: 100 / (1 + np.exp(-scores)),
        "These are percentages. A probability lies between 0 and 1.",
    ),
    (
        np.tanh,
        "This is the hyperbolic tangent, which begins at -1. The sigmoid stays above 0.",
    ),
    (
        lambda scores: scores > 0,
        "This jumps from 0 to 1, and nothing lies between. The sigmoid passes through all "
        "probabilities.",
    ),
    (
        lambda scores: np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True),
        "This is softmax along each row. With one score in a row it is 1 every time.",
    ),
    (
        lambda scores: np.exp(scores) / np.exp(scores).sum(),
        "All scores together add up to one here. The sigmoid looks at each score alone.",
    ),
)


def _accuracy_at(answer: object) -> str:
    generator = np.random.default_rng(39)
    few = np.array([0.84, 0.49, 0.55, 0.22, 0.39, 0.08, 0.25, 0.7, 0.75, 0.8, 0.48])
    # A row of each case lies on the threshold, which binary fractions hold exactly.
    cases = [(few, np.array([1, 1, 1, 1, 0, 1, 1, 0, 0, 1, 1]), 0.25)]
    many = np.append(generator.uniform(size=39), 0.75)
    cases += [(many, generator.integers(0, 2, 40), 0.75)]
    found = []
    for column, labels, threshold in cases:
        given = column[:, np.newaxis].astype("float32"), labels.astype("float32"), threshold
        found.append(read_number(_rated(answer, *given), RETURNED))
    right = [np.mean((column > threshold) == labels) for column, labels, threshold in cases]
    wrong = [n for n in range(len(cases)) if abs(found[n] - right[n]) > 1e-6]
    if not wrong:
        return "At one half, it is what Keras reports as accuracy of a network with a sigmoid."
    for formula, reason in _ACCURACY_MISTAKES:
        if np.allclose(found, [formula(*case) for case in cases], rtol=0, atol=1e-6):
            raise WrongAnswerError(reason)
    column, labels, threshold = cases[wrong[0]]
    raise WrongAnswerError(
        f"For {len(labels)} rows, {round(right[wrong[0]] * len(labels))} of them answered rightly "
        f"at a threshold of {threshold}, your function returns {found[wrong[0]]:.4g}."
    )


def _rated(answer: object, probabilities: np.ndarray, labels: np.ndarray, at: float) -> object:
    """Call the learner's function; say where a shape points to the notebook's own arrays."""
    try:
        return call(answer, probabilities, labels, at)
    except WrongAnswerError as error:
        if "1000" in str(error) or "1,000" in str(error):
            raise WrongAnswerError(
                f"Your function was given {len(labels)} rows and met an array of 1,000. Does it "
                "use a variable of the notebook, in place of what it is given?"
            ) from error
        raise


_ACCURACY_MISTAKES = (
    (
        lambda column, labels, at: np.mean((column >= at) == labels),
        "All rows agree but those whose probability is exactly the threshold. Yes is for those "
        "above it.",
    ),
    (
        lambda column, labels, at: np.mean((column[:, np.newaxis] > at) == labels),
        "Every row was compared with every label: an array of one column and a row of labels "
        "make a square table. Look at the two shapes, and bring them into the same form first.",
    ),
    (
        lambda column, labels, at: np.sum((column[:, np.newaxis] > at) == labels) / len(labels),
        "The number of right answers is that of a square table: every row was compared with "
        "every label. Look at the two shapes, and bring them into the same form first.",
    ),
    (
        lambda column, labels, at: np.mean(labels == 0),
        "This is the share of the label 0. Was `np.argmax` used? In a row with one number "
        "the largest is always number 0.",
    ),
    (
        lambda column, labels, at: np.mean((column > 0.5) == labels),
        "A threshold of one half was used. It should be the one that the function is given.",
    ),
    (
        lambda column, labels, at: np.mean((column > at) != labels),
        "This is the share of mistakes. Accuracy is the share of right answers.",
    ),
    (
        lambda column, labels, at: 100 * np.mean((column > at) == labels),
        "This is a percentage. Accuracy is a fraction between 0 and 1.",
    ),
    (
        lambda column, labels, at: np.sum((column > at) == labels),
        "This is the number of right answers. Divide it by the number of rows.",
    ),
    (
        lambda column, labels, at: np.mean(column > at),
        "This is the share of rows that are answered with yes. Compare with the labels.",
    ),
    (
        lambda column, labels, at: np.mean((column > at)[labels == 1]),
        "This is the share of the rows labelled 1 that are found. For accuracy all rows count, "
        "and a right no is a right answer, too.",
    ),
    (
        lambda column, labels, at: np.mean(labels[column > at]),
        "This is the share of the yes answers that are right. For accuracy all rows count, and "
        "a right no is a right answer, too.",
    ),
    (
        lambda column, labels, at: np.mean((column > at) & (labels == 1)),
        "This is the share of rows that are rightly answered with yes. A right no is a right "
        "answer, too.",
    ),
)


def _two_outputs(answer: object, parameters: object) -> str:
    network = read_model(answer)
    found = outputs(network, PLACES.astype("float32"))
    if found.shape == (5, 1):
        if np.allclose(found, 1, rtol=0, atol=1e-6):
            raise WrongAnswerError(
                "It has one output, and softmax makes a single output always 1. Two are asked for."
            )
        raise WrongAnswerError(
            "It has one output, like `binary_model`. Two are asked for: one for no, one for yes."
        )
    if found.shape == (5, 4):
        raise WrongAnswerError(
            "It has four outputs, one a class. The question here has two answers."
        )
    class_probabilities(network, PLACES.astype("float32"), 2, "point")
    count = network.count_params()
    if count != 642:
        raise WrongAnswerError(
            f"The model has {count} parameters. Are there two inputs and one hidden layer of 128 "
            "neurons?"
        )
    _expect_relu(network)
    _expect_compiled_as_above(network)
    counted = read_whole(parameters, "Your count")
    reasons = {
        513: "Your count is that of the network with one output. A second one has weights, too.",
        512: "Your count holds the weights alone. Each neuron also has a bias.",
        640: "The two output neurons have biases, too.",
        514: "Your count holds the 512 weights and two biases. Every neuron has a bias of its own, "
        "in both layers.",
        384: "Your count is the hidden layer alone. Add the output layer.",
        258: "Your count is the output layer alone. Add the hidden layer.",
        900: "Your count is that of the network with four outputs. This one has two.",
        644: "The two inputs are counted as well. They are coordinates: nothing is learned there.",
    }
    if counted != 642:
        raise WrongAnswerError(
            reasons.get(
                counted,
                f"The model is right, and {counted} parameters it has not. Count layer by layer: "
                "weights, then biases.",
            )
        )
    return "Softmax over two scores is the sigmoid of their difference: one output says as much."


def _expect_relu(network: keras.Model, what: str = "The hidden layer") -> None:
    """Complain about a hidden layer without activation, or with one that has an upper limit."""
    if is_linear(network, *np.random.default_rng(16).normal(size=(2, 16, 2))):
        raise WrongAnswerError(
            f"{what} has no activation function. Two layers without one between them can do no "
            "more than one layer."
        )
    angles = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    far_away = 1e4 * np.column_stack([np.cos(angles), np.sin(angles)])
    if np.abs(scores(network, far_away)).max() < 30:
        raise WrongAnswerError(
            f"{what} has another activation than ReLU: far away its outputs stop growing, and "
            "those of ReLU never do."
        )


_NOT_ADDING_UP = np.array([[0.4, 0.8], [0.9, 0.3], [0.9, 0.2]], dtype="float32")
"""Outputs by which the losses for one choice and for two questions differ; labels 1, 0, 1."""


def _expect_compiled_as_above(network: keras.Model) -> None:
    import keras

    if not getattr(network, "compiled", False):
        raise WrongAnswerError("The network has the right layers. It is not compiled yet.")
    probabilities = np.array([[0.2, 0.8], [0.7, 0.3], [0.9, 0.1]], dtype="float32")
    labels = np.array([1, 0, 1])
    right = -np.log([0.8, 0.7, 0.1]).mean()

    def loss_is(expected: float, targets: np.ndarray, answers: np.ndarray = probabilities) -> bool:
        return abs(loss_of(network, targets, answers) - expected) < 1e-3

    one_hot = np.eye(2, dtype="float32")[labels]
    if loss_is(-np.log([0.8, 0.6, 0.9, 0.7, 0.1, 0.2]).mean(), one_hot, _NOT_ADDING_UP):
        raise WrongAnswerError(
            "It is compiled with the binary cross-entropy, which takes each output for a question "
            "of its own. With two outputs that add up to one it happens to be the same number. "
            "Take the loss of `model`."
        )
    if not loss_is(right, one_hot):
        if loss_is(right, labels):
            raise WrongAnswerError(
                "It is compiled with a loss for labels that are class numbers. The network above "
                "has the loss for one-hot labels."
            )
        raise WrongAnswerError(
            f"It is compiled with {show(network.loss)}, which is not the loss for probabilities of "
            "several classes and one-hot labels."
        )
    if not isinstance(network.optimizer, keras.optimizers.Adam):
        raise WrongAnswerError(
            f"It is compiled with the optimizer {type(network.optimizer).__name__}. The network "
            "above has another one."
        )
    expect_own_optimizer(network)


def _binary_regions(answer: object, asked: object) -> str:
    from matplotlib.collections import PathCollection, QuadMesh

    drawn = read_axes(answer)
    network = read_model(asked, "The second answer")
    meshes = [part for part in drawn.collections if isinstance(part, QuadMesh)]
    if not meshes:
        raise WrongAnswerError(
            "There are no coloured regions in this figure. `plotting.decision_regions` draws them."
        )
    corners = np.asarray(meshes[-1].get_coordinates(), dtype=float)
    places = (corners[:-1, :-1] + corners[1:, 1:]) / 2
    answers = np.asarray(meshes[-1].get_array(), dtype=float).reshape(places.shape[:2])
    if answers.max() > 1:
        raise WrongAnswerError(
            f"There are {round(answers.max()) + 1} regions. The question with two answers divides "
            "the plane into two: which model answers it?"
        )
    yes = answers > 0.5
    if yes.all() or not yes.any():
        raise WrongAnswerError("One region fills the whole picture. Is it the trained model?")
    above = outputs(network, places.reshape(-1, 2).astype("float32"), "The second answer")
    if above.shape != (yes.size, 1):
        raise WrongAnswerError("The second answer should be `binary_model`, with its one output.")
    _expect_region(yes, above.reshape(yes.shape), _nearest(places))
    groups = [
        np.asarray(part.get_offsets(), dtype=float)
        for part in drawn.collections
        if isinstance(part, PathCollection)
    ]
    groups = [group for group in groups if len(group)]
    if len(groups) < 2:
        raise WrongAnswerError(
            "The regions are right. The points have one marker: hand over the labels 0 and 1."
        )
    if np.mean(_nearest(groups[-1]) == 3) < 0.8 or np.mean(_nearest(groups[0]) == 3) > 0.2:
        raise WrongAnswerError(
            "The regions are right. The markers do not fit them: which points have the label 1?"
        )
    count = sum(len(group) for group in groups)
    if count != 1000:
        raise WrongAnswerError(
            f"The regions are right. {count} points are drawn over them; all 1,000 are asked for."
        )
    if np.mean(yes == (_nearest(places) == 3)) > 0.93:
        return "The region of yes is a wedge, with its corner near the middle."
    return (
        "Compare it with class 3 above: a wedge there, nearly a straight border here. This network "
        "has found a border that gets most points right, and has not learned the bend yet."
    )


def _nearest(places: np.ndarray) -> np.ndarray:
    """Return the class of the nearest centre for places in the last axis."""
    away = places[..., np.newaxis, :] - _centres()
    return (away**2).sum(axis=-1).argmin(axis=-1)


def _expect_region(yes: np.ndarray, above: np.ndarray, nearest: np.ndarray) -> None:
    """Complain if the region of yes is not that of the network, and say what it looks like."""
    expected = above > 0.5
    if np.mean(yes == expected) > 0.998:
        return
    if np.mean(yes == ~expected) > 0.98:
        raise WrongAnswerError(
            "The regions are the wrong way round: class 3 lies in the region of no. Were the "
            "probabilities subtracted from 1?"
        )
    if np.mean(yes == (nearest == 3)) > 0.95:
        raise WrongAnswerError(
            "The region of yes is that of class 3 above. `binary_model` has another border: which "
            "network is asked?"
        )
    for other in range(3):
        if np.mean(yes == (nearest == other)) > 0.95:
            raise WrongAnswerError(
                f"The region of yes holds class {other}. Which network is asked, and which of its "
                "columns?"
            )
    if above[yes].min() > above[~yes].max():
        border = (above[yes].min() + above[~yes].max()) / 2
        raise WrongAnswerError(
            f"The border runs where `binary_model` gives about {border:.2f}, and one half is asked "
            "for. `decision_regions` compares with one half itself: hand it the probabilities as "
            "they are."
        )
    raise WrongAnswerError(
        "The border runs elsewhere. Is it the trained `binary_model` that is asked?"
    )


@cache
def _networks() -> tuple[Any, ...]:
    """Make two networks with known weights, which need no training, and let them answer once."""
    import keras

    generator = np.random.default_rng(36)
    made = []
    for classes in (4, 6):
        layer = keras.layers.Dense(classes, "softmax", kernel_initializer="zeros")
        network = keras.Sequential([keras.Input(shape=(2,)), layer])
        weights = [(2, classes), (classes,)]
        network.set_weights([generator.normal(size=shape) for shape in weights])
        network.predict(PLACES[:1], verbose=0)
        made.append(network)
    return tuple(made)


def _probability_at(answer: object) -> str:
    four, six = _networks()
    cases = [
        (six, 0.3, 1.2, 0),
        (four, 0.9, 0.1, 1),
        (four, -0.4, 0.7, 2),
        (six, 0.6, -0.2, 5),
    ]
    found = []
    for network, x, y, wanted in cases:
        returned = _ask(answer, network, x, y, wanted)
        if isinstance(returned, str | bytes):
            raise WrongAnswerError(
                f"Your function returns text, {show(returned)}. Return the number itself."
            )
        values = read_array(returned, what=RETURNED)
        if values.dtype.kind == "b":
            raise WrongAnswerError(
                "Your function returns True or False. The probability itself is asked for."
            )
        if values.size == network.output_shape[1]:
            raise WrongAnswerError("One number a class comes back. Pick the one of `class_number`.")
        found.append(read_number(values, RETURNED))
    rows = [_row(network, x, y) for network, x, y, _ in cases]
    right = [row[case[-1]] for row, case in zip(rows, cases, strict=True)]
    if np.allclose(found, right, rtol=0, atol=1e-4):
        return "One row goes in, one row comes out, and the class number is the column."
    for formula, reason in _PROBABILITY_MISTAKES:
        if np.allclose(found, [formula(*case) for case in cases], rtol=0, atol=1e-4):
            raise WrongAnswerError(reason)
    if any(np.allclose(found, np.round(right, n), rtol=0, atol=1e-6) for n in range(1, 4)):
        raise WrongAnswerError("The probability was rounded. Return it as it is.")
    n = next(n for n, value in enumerate(right) if abs(found[n] - value) > 1e-4)
    raise WrongAnswerError(
        f"For a network of its own and the place {cases[n][1:3]}, the probability of class "
        f"{cases[n][3]} is {right[n]:.4f}. Your function returns {found[n]:.4g}. Does it ask "
        "`network`, which it is given, and not a model from above?"
    )


def _row(network: keras.Model, x: float, y: float) -> np.ndarray:
    return np.asarray(network(np.array([[x, y]], dtype="float32")))[0].astype(float)


_PROBABILITY_MISTAKES = (
    (
        lambda network, x, y, wanted: 100 * _row(network, x, y)[wanted],
        "This is a percentage. A fraction between 0 and 1 is asked for.",
    ),
    (
        lambda network, x, y, wanted: _row(network, x, y)[wanted - 1],
        "This is the column before. Columns are counted from 0, as classes are.",
    ),
    (
        lambda network, x, y, wanted: _row(network, x, y).max(),
        "This is the largest probability of the row. That of `class_number` is asked for.",
    ),
    (
        lambda network, x, y, wanted: _row(network, x, y).argmax(),
        "This is the number of the likeliest class. The probability of `class_number` is "
        "asked for.",
    ),
    (
        lambda network, x, y, wanted: _row(network, x, y)[3],
        "This is the column of class 3. The function is given another class number.",
    ),
    (
        lambda network, x, y, wanted: _row(network, y, x)[wanted],
        "x and y are swapped: x comes first in a row.",
    ),
    (
        lambda network, x, y, wanted: _row(network, 0.2, 0.8)[wanted],
        "This is the probability at (0.2, 0.8). The function is given another place.",
    ),
)


def _ask(answer: object, network: keras.Model, x: float, y: float, wanted: int) -> object:
    """Call the learner's function; where Keras refuses what it was given, say why."""
    try:
        return call(answer, network, x, y, wanted)
    except WrongAnswerError as error:
        if type(error.__cause__).__name__ == "InvalidArgumentError":  # TensorFlow's
            raise WrongAnswerError(
                "Keras could not calculate with what `predict` was given. It takes an array with "
                "one row for each place, and in it x and y: for one place, the shape (1, 2)."
            ) from error
        if raised_in_keras(error):
            raise WrongAnswerError(
                "Keras refused what `predict` was given. It takes an array with one row for each "
                "place: for one place, an array of the shape (1, 2)."
            ) from error
        raise


def _narrow_runs(build: object, runs: object, spread: object, wide: object) -> str:
    import keras

    if isinstance(build, keras.Model):
        raise WrongAnswerError(
            "build_narrow is one network. `repeat` needs a function that makes a new one for each "
            "seed."
        )
    network = read_model(call(build, what="build_narrow"), "What build_narrow returns")
    class_probabilities(
        network, PLACES.astype("float32"), 4, "point", "The network of build_narrow"
    )
    count = network.count_params()
    if count == 900:
        raise WrongAnswerError("build_narrow makes a network of 128 hidden neurons, as before.")
    if count != 60:
        raise WrongAnswerError(
            f"The network of build_narrow has {count} parameters. Eight neurons with two weights "
            "and a bias, and four with eight weights and a bias, are 60."
        )
    if not getattr(network, "compiled", False):
        raise WrongAnswerError("build_narrow returns a network that is not compiled.")
    _expect_relu(network, "The hidden layer of build_narrow")
    if call(build, what="build_narrow") is network:
        raise WrongAnswerError(
            "build_narrow returns the same network at each call. It has to build a new one inside "
            "of the function, or the second seed would go on where the first one stopped."
        )
    values = _class_3(runs)
    _expect_other_training(runs, values, wide)
    measured = read_number(spread, "Your spread")
    right = values.max() - values.min()
    if abs(measured - right) > 0.0051:
        for other, reason in (
            (100 * right, "Your spread is given in per cent. Leave it a fraction."),
            (-right, "Your spread is negative: the smallest comes second."),
            (
                values.std(ddof=1),
                "Your spread is the standard deviation. Largest minus smallest is asked for.",
            ),
            (
                values.std(),
                "Your spread is the standard deviation. Largest minus smallest is asked for.",
            ),
            (values.mean(), "This is the mean. The spread is the largest minus the smallest."),
            (values.max(), "This is the largest value. Subtract the smallest."),
            (values.min(), "This is the smallest value. Subtract it from the largest."),
        ):
            if abs(measured - other) < 1e-3:
                raise WrongAnswerError(reason)
        raise WrongAnswerError(
            f"The spread {measured:.4g} does not follow from the column class 3 of your table."
        )
    return (
        'Compare it with the wide network from the same seeds, `runs["class 3"][:5]`, and the '
        "accuracies of the two with one another."
    )


def _class_3(runs: object) -> np.ndarray:
    """Return the column "class 3" of a table of five seeds."""
    import pandas as pd

    if isinstance(runs, pd.Series):
        raise WrongAnswerError("narrow_runs is one column. Hand over the whole table of `repeat`.")
    if not isinstance(runs, pd.DataFrame):
        raise WrongAnswerError(
            f"narrow_runs is {show(runs)}. The table that `repeat` returns is expected."
        )
    if "class 3" not in runs:
        raise WrongAnswerError(
            "narrow_runs has no column class 3. The argument `measure` of `repeat` adds it."
        )
    if "val_accuracy" not in runs:
        raise WrongAnswerError(
            "narrow_runs has no column val_accuracy, so the network learned from all 1,000 points. "
            "Keep `validation_split` as above."
        )
    values = read_array(runs["class 3"], what="The column class 3").astype(float)
    if len(values) == 10:
        raise WrongAnswerError(
            "narrow_runs has ten rows. Five seeds are asked for; or is it the table of the wide "
            "network?"
        )
    if len(values) != 5:
        raise WrongAnswerError(f"Rows of narrow_runs: {len(values)}. Five seeds are asked for.")
    if "epochs" in runs and not np.all(runs["epochs"] == 40):
        raise WrongAnswerError(
            "The trainings of narrow_runs did not have 40 epochs. Only the width should differ "
            "from the cell above."
        )
    if not np.all((values >= 0) & (values <= 1)):
        raise WrongAnswerError("The column class 3 holds numbers that are no probabilities.")
    return values


def _expect_other_training(runs: Any, values: np.ndarray, wide: object) -> None:  # noqa: ANN401
    """Complain about a table that is the wide network's, or that of another training."""
    import pandas as pd

    if not isinstance(wide, pd.DataFrame) or not {"class 3", "loss"} <= set(wide):
        raise WrongAnswerError(
            "The last answer should be `runs`, the table of the wide network from above."
        )
    others = read_array(wide["class 3"], what="The column class 3 of runs").astype(float)
    if len(others) >= 5 and np.allclose(values, others[:5], rtol=0, atol=1e-4):
        raise WrongAnswerError(
            "narrow_runs holds the numbers of the wide network, as `runs` does. Which function "
            "was handed to `repeat`?"
        )
    if runs.index.name == "seed" and sorted(runs.index) != list(range(5)):
        raise WrongAnswerError(
            f"The seeds of narrow_runs are {show(list(runs.index))}. The five from 0 to 4 are "
            "asked for."
        )
    if "loss" in runs:
        ratio = (
            read_array(runs["loss"]).astype(float).mean()
            / read_array(wide["loss"]).astype(float).mean()
        )
        if ratio > 4:
            raise WrongAnswerError(
                "The losses of narrow_runs are far higher than eight neurons reach when they are "
                "trained as above. Compare the arguments of `repeat` one by one: fewer, larger "
                "batches are fewer steps, for instance."
            )


EXERCISES = (
    Exercise(
        "3.1",
        _NEAREST_CENTRE,
        (
            "`centres - place` has one row a class: how far to go along x and along y.",
            "Square it, and add the two squares of each row: `sum(axis=1)`. That gives one number "
            "a class.",
            "`np.argmin` of these numbers is the class. The square root may be left out: it does "
            "not change which is the smallest.",
        ),
        """def nearest_centre(place, centres):
    squares = (centres - place) ** 2
    return np.argmin(squares.sum(axis=1))""",
        "Each row of `squares` belongs to one class. Its sum is the squared distance, by "
        "Pythagoras. The smallest distance has the smallest square, so the root is not needed.",
        prepare=_centres,
    ),
    Exercise(
        "3.2",
        _sigmoid,
        (
            "Follow the score 0 through the three steps: 1, then 2, then one half. Write each "
            "step as a line of its own first.",
            "The first step is `np.exp(-scores)`. Mind the parentheses in the last one: the sum "
            "has to be finished before the division.",
            "`1 / (1 + ...)`, with the exponential in place of the dots.",
        ),
        """def sigmoid(scores):
    return 1 / (1 + np.exp(-scores))""",
        "A large positive score makes the exponential vanish, and 1 remains. A large negative "
        "score makes it huge, and the result goes to 0. At a score of 0 the exponential is 1, "
        "which gives one half.",
    ),
    Exercise(
        "3.3",
        _accuracy_at,
        (
            "First the answers: which probabilities are above the threshold? Then compare.",
            "`probabilities[:, 0]` is the only column, and has the shape of the labels.",
            "The mean of True and False is the share of True.",
        ),
        """def accuracy_at(probabilities, labels, threshold):
    yes = probabilities[:, 0] > threshold
    return np.mean(yes == labels)""",
        "`predict` returns a table even if it has one column. Compared with a row of labels, NumPy "
        "would compare every row with every label, and raise no error. `np.argmax` does not help "
        "either: it finds the largest of a row, and here a row holds one number.",
    ),
    Exercise(
        "3.4",
        _two_outputs,
        (
            "Start from the cell that builds `model`. The last layer and nothing else changes; "
            "`fit` is not needed.",
            "Hidden layer: 128 neurons with two weights and a bias each.",
            "Output layer: two neurons with 128 weights and a bias each.",
        ),
        """two_outputs = keras.Sequential(
    [
        keras.Input(shape=(2,)),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(2, activation="softmax"),
    ]
)
two_outputs.compile(optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"])
parameters = 128 * (2 + 1) + 2 * (128 + 1)""",
        "The sigmoid network has 513 parameters: 384 and 129. Here the output layer has twice as "
        "many, 258, which makes 642. They do not let it say more: the two probabilities add up to "
        "one, so the second follows from the first.",
        answers=2,
    ),
    Exercise(
        "3.5",
        _binary_regions,
        (
            "Copy the cell that drew four regions. What has to change?",
            "The model that is asked, and the labels. `mark` may stay.",
            "`lambda places: binary_model.predict(places, verbose=0)`, then `points`, then "
            "`is_class_3.astype(int)`.",
        ),
        """binary_axes = plotting.decision_regions(
    lambda places: binary_model.predict(places, verbose=0),
    points,
    is_class_3.astype(int),
    class_names=["no", "yes"],
    mark=(0.2, 0.8),
)""",
        "`decision_regions` asks the function for the probabilities at many places. A single "
        "column means the probability of yes, and the border runs where it is one half. "
        "`class_names` puts words into the legend. The network could bend its border: train it for "
        "200 epochs instead of 40, and look again.",
        answers=2,
        prepare=_centres,
    ),
    Exercise(
        "3.6",
        _probability_at,
        (
            "`marked` above shows the form of a single place: two pairs of brackets.",
            "`network.predict(np.array([[x, y]]), verbose=0)` is a table of one row.",
            "Of that table, row 0, and the column with the number of the class.",
        ),
        """def probability_at(network, x, y, class_number):
    table = network.predict(np.array([[x, y]]), verbose=0)
    return table[0, class_number]""",
        "The outer brackets hold the rows, the inner ones the two numbers of a row. `predict` "
        "answers in the same form: one row for each place, one column for each class.",
        prepare=_networks,
    ),
    Exercise(
        "3.7",
        _narrow_runs,
        (
            "`build_narrow` returns what the `lambda` in the cell above returns, with one other "
            "number.",
            "Copy the call of `repeat`. The function to build with changes, and `seeds=range(5)`.",
            'A column of a table has `max()` and `min()`: `narrow_runs["class 3"].max()`.',
        ),
        """def build_narrow():
    return build_mlp(2, [8], 4)


narrow_runs = repeat(
    build_narrow,
    points,
    one_hot_labels,
    seeds=range(5),
    epochs=40,
    batch_size=10,
    validation_split=0.2,
    measure=at_the_mark,
)
spread = narrow_runs["class 3"].max() - narrow_runs["class 3"].min()""",
        "One thing changes, the width, so a difference comes from it or from chance. Mind that ten "
        "seeds spread further than five, as a range can only grow: compare with the first five of "
        'the wide network. The columns "val_accuracy" belong to the comparison, too: two networks '
        "can be as good as each other and still differ in how sure they are at one place.",
        answers=4,
    ),
)

QUESTIONS = (
    Question(
        "3.q1",
        "Before you run the next cell: it trains the network and prints its accuracy. Which "
        "accuracy would a network have that has learned nothing, and always answers no?",
        {
            "a": "0",
            "b": "0.25",
            "c": "0.5",
            "d": "0.75",
        },
        "d",
        {
            "a": "It would be wrong on every point of class 3. On all others, no is the right "
            "answer.",
            "b": "That is the share of class 3, and so the accuracy of always answering yes.",
            "c": "That would be so if yes and no were equally frequent. Four classes have 250 "
            "points each, and one of the four is yes.",
            "d": "Three of four points are not in class 3. The network has learned something if "
            "its accuracy is above that; the line below tells.",
        },
    ),
    Question(
        "3.q2",
        "Before you run the next cell: it gives every place in the plane the colour of the class "
        "that the network chooses there. What will the borders look like?",
        {
            "a": "nearly straight lines, half-way between neighbouring clouds",
            "b": "a circle around each cloud, and an empty space outside",
            "c": "lines that wind around every stray point",
            "d": "bands between the clouds in which no class is chosen",
        },
        "a",
        {
            "a": "Half-way between two equally wide clouds both classes are equally likely, and "
            "these places lie on a straight line. See how close the network comes to it.",
            "b": "No place stays empty: the network answers everywhere, however far from all "
            "clouds.",
            "c": "That would be learning the points by heart. The training accuracy would then be "
            "1; look where its curve ends.",
            "d": "There is a largest of four probabilities at every place. Doubt shows in the "
            "probabilities, not in the choice.",
        },
    ),
    Question(
        "3.q3",
        "Somebody gives the network a single hidden ReLU neuron, and four outputs with softmax as "
        "before. What can its regions look like?",
        {
            "a": "four wedges that meet in the middle, as above",
            "b": "a circle for each class",
            "c": "parallel strips",
            "d": "anything, if it is trained long enough",
        },
        "c",
        {
            "a": "Borders of several directions need several sums of x and y. One neuron makes "
            "one.",
            "b": "The neuron sees x and y in a weighted sum, and that stays the same along "
            "straight lines. Nothing round comes of it.",
            "c": "All four scores depend on one number, a weighted sum of x and y. Along a line "
            "where it stays the same, the answer does, too. Without a hidden layer each score has "
            "a weighted sum of its own: then wedges are possible.",
            "d": "Training moves the regions, and turns all of them together. It cannot give the "
            "outputs more than the one number that the neuron passes on.",
        },
    ),
    Question(
        "3.q4",
        "The place (10, 10) is far away from all the points that the network has learned from. "
        "What does it answer there?",
        {
            "a": "one quarter for each class, because it cannot know",
            "b": "nearly 1 for one class",
            "c": "nothing: `predict` refuses such a place",
            "d": "0 for each class",
        },
        "b",
        {
            "a": "That would be honest. Equal probabilities need equal scores, though, and these "
            "lie where the regions meet.",
            "b": "Far from the borders the scores lie far apart, and softmax turns that into near "
            "certainty. A high probability does not say that the network has seen anything like "
            "it. Try it: `model.predict(np.array([[10.0, 10.0]]), verbose=0)`.",
            "c": "`predict` takes any two numbers. Whether they make sense is left to you.",
            "d": "Softmax makes the four probabilities add up to one, everywhere.",
        },
    ),
    Question(
        "3.q5",
        "Before you run the next cell: it trains the network from ten seeds, on the same points, "
        "and asks each for the probability of class 3 at the marked point. What do you expect?",
        {
            "a": "ten times the same number, as the points are the same",
            "b": "numbers anywhere between 0 and 1",
            "c": "ten times 0.93, as in the tutorial",
            "d": "different numbers, with class 3 ahead each time",
        },
        "d",
        {
            "a": "The first weights differ from seed to seed, and so does the order of the points. "
            "The networks end at different weights.",
            "b": "All ten learn from the same points, and the marked point lies well inside of "
            "class 3. That leaves less room.",
            "c": "The tutorial had other points and another seed.",
            "d": "Look at the rows `min` and `max`: a probability above one half is always ahead.",
        },
    ),
)
