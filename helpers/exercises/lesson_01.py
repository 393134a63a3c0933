"""The exercises and questions of notebook 1, Iris."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from helpers.exercises.answers import (
    WrongAnswerError,
    agree,
    call,
    read_array,
    read_number,
    read_whole,
)
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, FunctionForm, NetworkForm, dense_network
from helpers.exercises.model_checks import (
    class_probabilities,
)

if TYPE_CHECKING:
    import keras


@cache
def _flowers() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_iris

    iris = load_iris()
    return iris.data, iris.target


@cache
def _split() -> list[np.ndarray]:
    from sklearn.model_selection import train_test_split

    features, labels = _flowers()
    return train_test_split(features, labels, test_size=50, stratify=labels, random_state=0)


def _decode(answer: object) -> str:
    labels = _flowers()[1]
    found = read_array(answer, what="The result")
    if found.ndim == 0:
        raise WrongAnswerError(
            "This is a single number: without an axis, the largest of the whole table is looked "
            "for. Each row needs its own."
        )
    if found.shape == (3,) and agree(found, np.array([0.0, 50, 100])):
        raise WrongAnswerError(
            "There are three numbers, one a column: the largest was looked for along axis 0, from "
            "flower to flower. Within a flower's row is axis 1."
        )
    if found.shape == (3,):
        raise WrongAnswerError("These are the labels of three flowers. All 150 are asked for.")
    if found.shape == (150, 3):
        raise WrongAnswerError("This is a table of 150 rows and 3 columns: still one-hot.")
    found = read_array(answer, shape=(150,), what="The result")
    for other, reason in (
        (labels + 1, "All labels are one too large: the first column has the number 0."),
        (
            np.ones(150),
            "`np.max` gives the largest value, which is 1 in every row. `np.argmax` "
            "gives its position.",
        ),
        (
            labels == 0,
            "This is the position of the smallest number of each row, a 0. The 1 is the largest.",
        ),
        (
            np.arange(150),
            "These are the numbers of the rows. The numbers of the columns are asked for.",
        ),
    ):
        if agree(found, np.asarray(other, float)):
            raise WrongAnswerError(reason)
    if not agree(found, labels):
        raise WrongAnswerError(f"{np.sum(found != labels)} of the 150 labels differ.")
    return "The position of the 1 is the label, and the same step turns probabilities into answers."


def _parameters(answer: object) -> str:
    count = read_whole(answer, "Your count")
    reasons = {
        70: "These are the weights alone. Each neuron also has a bias.",
        80: "The three neurons of the output layer have biases, too.",
        73: "The ten hidden neurons have biases, too.",
        43: "This is the network with five hidden neurons. Yours has ten.",
        87: "The four inputs are counted as well. They are the flower's numbers: nothing is "
        "learned there.",
        50: "This is the hidden layer alone. Add the output layer.",
        33: "This is the output layer alone. Add the hidden layer.",
    }
    if count != 83:
        raise WrongAnswerError(
            reasons.get(count, f"{count} it is not. Count layer by layer: weights, then biases.")
        )
    return "`model.summary()` would say the same: 50 and 33."


def _softmax(answer: object) -> str:
    generator = np.random.default_rng(13)
    for scores in (
        np.array([[2.0, 1.0, -1.0]]),
        np.array([[0.0, 0.0], [1.0, 3.0]]),
        generator.normal(size=(4, 5)).round(1),
    ):
        exponents = np.exp(scores)
        rows = exponents / exponents.sum(axis=1, keepdims=True)
        result = read_array(call(answer, scores), what=RETURNED)
        if result.shape != scores.shape and result.shape == (1, 3):
            raise WrongAnswerError(
                "It returns the same for other scores. Does its body use the name in the line of "
                "`def`?"
            )
        found = read_array(result, shape=scores.shape, what=RETURNED)
        if agree(found, rows, 1e-5):
            continue
        with np.errstate(all="ignore"):
            others = (
                (
                    exponents / exponents.sum(),
                    "All rows together add up to one. Each row should: sum along axis 1.",
                ),
                (
                    exponents / exponents.sum(axis=0),
                    "The columns add up to one. A row belongs to one flower, so the rows should: "
                    "that is axis 1.",
                ),
                (
                    exponents / exponents.sum(axis=1) if len(scores) == 2 else np.zeros(1),
                    "The sums lie in a row and not in a column, so each number is divided by "
                    "another row's sum. What does `keepdims=True` do?",
                ),
                (
                    exponents,
                    "These are the exponentials. They do not add up to one yet: divide by their "
                    "sum.",
                ),
                (
                    scores / scores.sum(axis=1, keepdims=True),
                    "The scores were divided by their sum, without the exponential: a negative "
                    "score stays negative.",
                ),
                (100 * rows, "These are percentages. Each row should add up to one."),
                (
                    1 / (1 + np.exp(-scores)),
                    "Each score was treated by itself. Softmax looks at a whole row: it divides by "
                    "the sum.",
                ),
            )
        for other, reason in others:
            if agree(found, other, 1e-5):
                raise WrongAnswerError(reason)
        raise WrongAnswerError(
            f"For the scores {scores[0].tolist()} of one flower it returns "
            f"{found[0].round(3).tolist()}, and {rows[0].round(3).tolist()} is expected. (Do not "
            "round.)"
        )
    return "Every row is positive and adds up to one, whatever the scores were."


def _flowers_and_probabilities() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(14)
    random = generator.uniform(0.1, 1, (6, 3))
    return [
        (np.array([[1, 0, 0], [0, 0, 1]]), np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])),
        (np.eye(3)[generator.integers(0, 3, 6)], random / random.sum(axis=1, keepdims=True)),
    ]


def _losses(one_hot: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    return -np.log((one_hot * probabilities).sum(axis=1))


def _read_loss(answer: object, one_hot: np.ndarray, probabilities: np.ndarray) -> float:
    result = read_array(call(answer, one_hot, probabilities), what=RETURNED)
    if result.shape == one_hot.shape[:1]:
        raise WrongAnswerError(
            "It returns one loss for each row. The mean over the rows is asked for."
        )
    if result.size == 1 and not np.all(np.isfinite(result)):
        raise WrongAnswerError(
            f"It returns {float(result.ravel()[0])}: somewhere the logarithm of 0 was taken. "
            "Sum each row first, then take the logarithm."
        )
    return read_number(result, RETURNED)


_CROSS_ENTROPY = FunctionForm(
    right=lambda one_hot, probabilities: _losses(one_hot, probabilities).mean(),
    cases=_flowers_and_probabilities,
    read=_read_loss,
    tolerance=5e-6,
    said="A sure mistake would make it grow without bound.",
    otherwise=lambda found, right, one_hot, probabilities: (
        f"For {len(one_hot)} flowers whose right class gets the probabilities "
        f"{(one_hot * probabilities).sum(axis=1).round(3).tolist()} it returns {found:.4g}, and "
        f"{right:.4g} is expected."
    ),
    wrong={
        "sign": (
            "The sign is the wrong way round: a loss is small when all is well.",
            lambda one_hot, probabilities: -_losses(one_hot, probabilities).mean(),
        ),
        "sum": (
            "This is the sum over the flowers. The loss is their mean.",
            lambda one_hot, probabilities: _losses(one_hot, probabilities).sum(),
        ),
        "all cells": (
            "The mean went over all cells. Sum each row first, then average.",
            lambda one_hot, probabilities: -np.mean(one_hot * np.log(probabilities)),
        ),
        "base 10": (
            "This is the logarithm to base 10. Take `np.log`.",
            lambda one_hot, probabilities: _losses(one_hot, probabilities).mean() / np.log(10),
        ),
        "base 2": (
            "This is the logarithm to base 2. Take `np.log`.",
            lambda one_hot, probabilities: _losses(one_hot, probabilities).mean() / np.log(2),
        ),
        "largest": (
            "The largest probability was taken. It is the right class's that counts.",
            lambda one_hot, probabilities: -np.log(probabilities.max(axis=1)).mean(),
        ),
        "no logarithm": (
            "This is one minus the probability of the right class. Take the logarithm of it.",
            lambda one_hot, probabilities: 1 - (one_hot * probabilities).sum(axis=1).mean(),
        ),
        "a row each": (None, _losses),
        "logarithm of zeros": (
            None,
            lambda one_hot, probabilities: (
                np.inf if np.any(one_hot == 0) else _losses(one_hot, probabilities).sum()
            ),
        ),
        "squares": (None, lambda one_hot, probabilities: np.mean((one_hot - probabilities) ** 2)),
    },
)


def _accuracy(answer: object) -> str:
    generator = np.random.default_rng(0)  # for which the mistakes below differ
    cases, found = [], []
    for rows, columns in ((5, 5), (30, 3)):
        probabilities = generator.dirichlet(np.full(columns, 0.5), rows)
        guesses = generator.integers(0, columns, rows)
        labels = np.where(generator.random(rows) < 0.6, probabilities.argmax(axis=1), guesses)
        result = call(answer, probabilities, labels)
        cases.append((probabilities, labels))
        found.append(read_number(result, RETURNED))
        if (
            rows == columns
            and abs(found[0] - np.mean(probabilities.argmax(axis=0) == labels)) < 1e-6
        ):
            raise WrongAnswerError(
                "The largest was looked for along axis 0, from flower to flower. Within a flower's "
                "row is axis 1."
            )
    right = [np.mean(p.argmax(axis=1) == y) for p, y in cases]
    if agree(np.array(found), np.array(right)):
        return "It is what `evaluate` reports as accuracy."
    for other, reason in (
        (
            lambda p, y: 100 * np.mean(p.argmax(axis=1) == y),
            "This is a percentage. Accuracy is a fraction between 0 and 1.",
        ),
        (
            lambda p, y: np.sum(p.argmax(axis=1) == y),
            "This is the number of hits. Divide it by the number of rows.",
        ),
        (
            lambda p, y: np.mean(p.argmax(axis=1) != y),
            "This is the share of mistakes. Accuracy is the share of hits.",
        ),
        (
            lambda p, y: np.mean(p.max(axis=1) > 0.5),
            "This is how often the largest probability is above a half. Whether it is in the "
            "right column is what counts.",
        ),
        (
            lambda p, y: np.mean(p[np.arange(len(y)), y] > 0.5),
            "This is how often the right class gets more than a half. It has to get the most, "
            "which may be less than a half.",
        ),
        (
            lambda p, y: np.bincount(y).max() / len(y),
            "This is the share of the commonest class, which would be the baseline.",
        ),
        (
            lambda p, y: np.mean(p.argmax() == y),
            "Without an axis, `np.argmax` looks for the largest number of the whole table. Each "
            "row needs its own.",
        ),
    ):
        if agree(np.array(found), np.array([other(p, y) for p, y in cases], float)):
            raise WrongAnswerError(reason)
    place = int(abs(found[0] - right[0]) < 1e-6)
    rows = len(cases[place][1])
    raise WrongAnswerError(
        f"For {rows} rows with {round(right[place] * rows)} hits it returns {found[place]:.4g}, "
        f"and {right[place]:.4g} is expected."
    )


def _scaled(answer: object) -> str:
    train, test, *_ = _split()
    features, _ = _flowers()

    def scale(by: np.ndarray, freedom: int = 0) -> np.ndarray:
        return (test - by.mean(axis=0)) / by.std(axis=0, ddof=freedom)

    found = read_array(answer, what="The array")
    if found.shape == (100, 4):
        raise WrongAnswerError(
            "These are 100 flowers: the training flowers. The test flowers are asked for."
        )
    found = read_array(answer, shape=(50, 4), what="The array")
    if agree(found, scale(train), 1e-4) or agree(found, scale(train, freedom=1), 1e-4):
        return "The test flowers were changed by what the training flowers say, and by no more."
    for other, reason in (
        (
            scale(test),
            "Mean and deviation come from the test flowers. Where a single flower is to be "
            "classified one day, it has none: take those of the training flowers.",
        ),
        (
            scale(features),
            "Mean and deviation come from all 150 flowers, test flowers included: that is the "
            "leak. Take those of the training flowers.",
        ),
        (
            test - train.mean(axis=0),
            "The mean is subtracted. The division by the deviation is missing.",
        ),
        (
            (test - train.mean()) / train.std(),
            "One mean was taken for all four columns. Each has its own: axis 0.",
        ),
        (
            test / train.std(axis=0),
            "The deviation is divided by. The mean is not subtracted yet.",
        ),
        (
            test - train.mean(axis=0) / train.std(axis=0),
            "Only the mean was divided: a division comes before a subtraction, unless there are "
            "parentheses.",
        ),
        (
            (test - train.mean(axis=0)) / test.std(axis=0),
            "The mean is that of the training flowers, the deviation that of the test flowers.",
        ),
        (test, "These are the test flowers as they were."),
    ):
        if agree(found, other, 1e-4):
            raise WrongAnswerError(reason)
    if agree(found, scale(train), 0.02):
        raise WrongAnswerError(
            "The numbers are nearly right. Are they rounded? They should not be."
        )
    raise WrongAnswerError(
        f"The first flower's numbers are {found[0].round(2).tolist()}, and "
        f"{scale(train)[0].round(2).tolist()} is expected."
    )


def _expect_species(network: keras.Model) -> None:
    class_probabilities(network, _flowers()[0].astype("float32"), 3, "flower")


def _unlike_wider(network: keras.Model) -> str:
    count = network.count_params()
    if count != 83:
        return f"It has {count} parameters. One hidden layer of ten neurons gives 83: exercise 1.2."
    return (
        "Its sizes are right, its answers are not those of ten ReLU neurons and a softmax with its "
        "weights. Look at the activations, and at any layer beside the two."
    )


def _prepare_wider() -> None:
    _flowers()
    _WIDER.prepare()


_compiled = partial(
    dense_network, loss="categorical_crossentropy", optimizer="sgd", metrics=["accuracy"]
)
_WIDER = NetworkForm(
    right=_compiled(4, 10, 3),
    read=_expect_species,
    said="You may train it as above. Is a difference from five neurons more than chance?",
    otherwise=_unlike_wider,
    loss="It is compiled with another loss than the categorical cross-entropy, which the one-hot "
    "labels need.",
    wrong={
        "five": ("It has five hidden neurons, as before. Ten are asked for.", _compiled(4, 5, 3)),
        "no activation": (
            "The hidden layer has no activation function. Two layers without one between them can "
            "do no more than one layer.",
            _compiled(4, 10, 3, hidden=None),
        ),
        "tanh": (
            "The activation of its hidden layer is another one than in the network above, which "
            "has ReLU. Change nothing but the number of neurons, or you cannot tell what made a "
            "difference.",
            _compiled(4, 10, 3, hidden="tanh"),
            _compiled(4, 10, 3, hidden="sigmoid"),
        ),
        "leaky ReLU": (None, _compiled(4, 10, 3, hidden="leaky_relu")),
        "one output": (None, _compiled(4, 10, 1)),
        "two outputs": (None, _compiled(4, 10, 2)),
        "three inputs": (None, _compiled(3, 10, 3)),
        "twenty": (None, _compiled(4, 20, 3)),
        "sigmoid": (None, _compiled(4, 10, 3, last="sigmoid")),
        "not compiled": (None, dense_network(4, 10, 3)),
        "another loss": (None, dense_network(4, 10, 3, loss="mse")),
        "regulariser": (None, _compiled(4, 10, 3, penalty="l2")),
    },
)


EXERCISES = (
    Exercise(
        "1.1",
        _decode,
        (
            "In each row, the position of the 1 is the label.",
            "`np.argmax` finds the position of the largest number. Along which axis?",
            "`np.argmax(one_hot_labels, axis=...)`, with the axis that runs within a row.",
        ),
        "decoded = np.argmax(one_hot_labels, axis=1)",
        "Axis 1 runs within a row, from column to column. The largest number of a one-hot row is "
        "its 1, and its position is the label. `encoder.inverse_transform` does the same.",
        prepare=_flowers,
    ),
    Exercise(
        "1.2",
        _parameters,
        (
            "A neuron has one weight for each of its inputs, and one bias.",
            "Ten neurons with four inputs each, then three neurons with ten inputs each.",
        ),
        "parameters = 10 * (4 + 1) + 3 * (10 + 1)",
        "Ten hidden neurons with four weights and a bias: 50. Three output neurons with ten "
        "weights and a bias: 33.",
    ),
    Exercise(
        "1.3",
        _softmax,
        (
            "`np.exp` makes every score positive.",
            "Then divide each row by its own sum: `sum(axis=1)`.",
            "`keepdims=True` keeps the sums as a column, so that the division goes row by row.",
        ),
        """def softmax(scores):
    exponents = np.exp(scores)
    return exponents / exponents.sum(axis=1, keepdims=True)""",
        "The exponential makes all numbers positive and keeps their order; the division makes "
        "each row add up to one. Libraries subtract the row's maximum first, which changes "
        "nothing but avoids overflow.",
    ),
    Exercise(
        "1.4",
        _CROSS_ENTROPY,
        (
            "Of each row, only the probability in the column of the 1 counts.",
            "`one_hot * probabilities` leaves that one probability of each row; sum the row.",
            "Then the logarithm, the mean over the rows, and a minus sign.",
        ),
        """def cross_entropy(one_hot, probabilities):
    of_right_class = np.sum(one_hot * probabilities, axis=1)
    return -np.mean(np.log(of_right_class))""",
        "The product leaves the probability of the right class. Its logarithm is 0 for a sure hit "
        "and falls without bound towards a sure mistake; the minus turns that into a loss.",
    ),
    Exercise(
        "1.5",
        _accuracy,
        (
            "First the network's answer for each row, then compare with the labels.",
            "`np.argmax(probabilities, axis=1)` gives the answers.",
            "The mean of True and False is the share of True.",
        ),
        """def accuracy_of(probabilities, labels):
    return np.mean(np.argmax(probabilities, axis=1) == labels)""",
        "The comparison gives True for a hit and False for a mistake. NumPy counts them as 1 and "
        "0, so their mean is the share of hits.",
    ),
    Exercise(
        "1.6",
        _scaled,
        (
            "Which flowers may the mean and the deviation come from?",
            "`train_features.mean(axis=0)` holds four means, one a column; `std(axis=0)` likewise.",
            "Subtract that mean from `test_features`, then divide by that deviation.",
        ),
        """mean = train_features.mean(axis=0)
deviation = train_features.std(axis=0)
scaled_test = (test_features - mean) / deviation""",
        "Whatever is learned, be it a weight or a mean, is learned from the training flowers. "
        "Scikit-learn's `StandardScaler` does it: `fit` on the training rows, `transform` on both.",
        prepare=_split,
    ),
    Exercise(
        "1.7",
        _WIDER,
        (
            "Copy the cell that built `split_model` and compiled it, up to `fit`.",
            "One number changes: the width of the hidden layer.",
        ),
        """wider_model = keras.Sequential(
    [
        keras.Input(shape=(4,)),
        keras.layers.Dense(10, activation="relu"),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
wider_model.compile(
    optimizer=keras.optimizers.SGD(learning_rate, momentum=0.9, nesterov=True),
    loss="categorical_crossentropy",
    metrics=["accuracy"],
)""",
        "Four numbers come in, ten hidden neurons look at them, and softmax over three outputs "
        "makes probabilities. `compile` says what to minimise and how.",
        prepare=_prepare_wider,
    ),
)

QUESTIONS = (
    Question(
        "1.q1",
        "Before you run the next cell: it draws the length and the width of the petals. Going by "
        "the averages above, which species will stand apart from the others?",
        {
            "a": "setosa",
            "b": "versicolor",
            "c": "virginica",
            "d": "none, all three will overlap",
        },
        "a",
        {
            "a": "Its petals are by far the shortest and narrowest on average. The picture shows "
            "whether that holds for every flower.",
            "b": "Its averages lie between those of the others, so it is the likeliest to touch "
            "a neighbour.",
            "c": "Its petals are the largest, but those of versicolor come close.",
            "d": "Look at the column of the petal length: one number is far from the others.",
        },
    ),
    Question(
        "1.q2",
        "Somebody builds a network with a single output neuron and softmax. What does it predict?",
        {
            "a": "a probability between 0 and 1 that the answer is yes",
            "b": "always 1",
            "c": "always one half",
            "d": "nothing: Keras refuses to build it",
        },
        "b",
        {
            "a": "Softmax makes the outputs of a row add up to one, and here there is only one. "
            "Notebook 3 has an activation for a single output.",
            "b": "The outputs of a row add up to one, and a single output has to be that one. "
            "Such a network can learn nothing.",
            "c": "With two equal scores it would be one half each. Here there is one output.",
            "d": "Keras warns at most. Training runs, and that makes this mistake hard to find.",
        },
    ),
    Question(
        "1.q3",
        "Before you run the next cell: it prints the loss of the first epochs. What is the loss of "
        "a network that gives every species the same probability, one third?",
        {
            "a": "0",
            "b": "0.33",
            "c": "1.10",
            "d": "3",
        },
        "c",
        {
            "a": "A loss of 0 would mean that the right class always gets probability 1.",
            "b": "One third is the probability. The loss is minus its logarithm.",
            "c": "Minus the natural logarithm of one third. A loss near it says: no better than "
            "guessing.",
            "d": "Three is the number of classes. The loss is the logarithm of a probability.",
        },
    ),
    Question(
        "1.q4",
        "You try ten learning rates and keep the one with the highest accuracy on the test "
        "flowers. What is wrong with quoting that accuracy?",
        {
            "a": "nothing: the network was not trained on the test flowers",
            "b": "it is too low, as ten networks share the flowers",
            "c": "it is too high on average: the choice has used the test flowers",
            "d": "ten are too few to find the best rate",
        },
        "c",
        {
            "a": "The weights were not, but the learning rate was chosen by them. A choice is "
            "learning, too.",
            "b": "Each network is measured on all test flowers. That lowers no accuracy.",
            "c": "The best of ten is partly the luckiest of ten on these flowers. Choose by "
            "validation rows, and open the test rows once.",
            "d": "That may be so, but more tries would make the problem larger.",
        },
    ),
    Question(
        "1.q5",
        "A network gets all 50 test flowers right. Which sentence follows?",
        {
            "a": "It will be right on every iris.",
            "b": "Its true accuracy may well be 0.96.",
            "c": "It is better than one that gets 48 of the 50 right.",
            "d": "It has learned the test flowers by heart.",
        },
        "b",
        {
            "a": "Fifty flowers cannot show that mistakes never happen, only that they are rare.",
            "b": "The interval in the table reaches down that far: a network that errs on one "
            "flower in twenty-five would now and then get 50 right.",
            "c": "Two flowers are less than what chance in the choice of 50 flowers can do.",
            "d": "It has never seen them. By heart it could only know training flowers.",
        },
    ),
)
