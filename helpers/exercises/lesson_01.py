"""The exercises and questions of notebook 1, Iris."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from helpers.exercises.answers import WrongAnswerError, call, read_array, read_share
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import (
    RETURNED,
    FunctionForm,
    NetworkForm,
    ValueForm,
    dense_network,
)
from helpers.exercises.model_checks import class_probabilities

if TYPE_CHECKING:
    import keras

Weights = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _relu(sums: np.ndarray) -> np.ndarray:
    return np.maximum(0, sums)


def _softmax(scores: np.ndarray) -> np.ndarray:
    exponentials = np.exp(scores)
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@cache
def _weights() -> Weights:
    generator = np.random.default_rng(11)
    kernel, last_kernel = generator.normal(size=(4, 5)), generator.normal(size=(5, 3))
    return kernel, generator.normal(size=5), last_kernel, generator.normal(size=3)


def _flowers_and_weights() -> list[tuple[np.ndarray, ...]]:
    flowers = np.random.default_rng(12).uniform(0, 2, (6, 4)).round(1)
    return [(flowers, *_weights()), (flowers[:3], *_weights())]


def _read_pushed(answer: object, flowers: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    found = read_array(call(answer, flowers, *weights), what=RETURNED)
    if found.shape == (len(flowers), 5):
        raise WrongAnswerError(
            "It returns five numbers a flower: those of the hidden neurons. The output layer is "
            "still to come."
        )
    return read_array(found, shape=(len(flowers), 3), what=RETURNED)


_PUSH = FunctionForm(
    right=lambda x, a, b, c, d: _softmax(_relu(x @ a + b) @ c + d),
    cases=_flowers_and_weights,
    read=_read_pushed,
    tolerance=1e-5,
    said="This is all that a network of two layers does, trained or not.",
    otherwise=lambda found, right, *_: (
        f"The first of six made-up flowers gets {found[0].round(3).tolist()}, and "
        f"{right[0].round(3).tolist()} is expected. Print what each layer puts out for it."
    ),
    wrong={
        "no hidden bias": (
            "The bias of the hidden layer is forgotten.",
            lambda x, a, b, c, d: _softmax(_relu(x @ a) @ c + d),
        ),
        "no last bias": (
            "The bias of the output layer is forgotten.",
            lambda x, a, b, c, d: _softmax(_relu(x @ a + b) @ c),
        ),
        "bias after the ReLU": (
            "The hidden bias is added after the ReLU. It belongs to the sum that the ReLU gets.",
            lambda x, a, b, c, d: _softmax((_relu(x @ a) + b) @ c + d),
        ),
        "softmax over all rows": (
            "All flowers together add up to one. Each flower's row should: sum along axis 1, with "
            "keepdims=True.",
            lambda x, a, b, c, d: (
                np.exp(_relu(x @ a + b) @ c + d) / np.exp(_relu(x @ a + b) @ c + d).sum()
            ),
        ),
        "no ReLU": (
            "The ReLU is missing: negative sums of the hidden neurons have to become 0.",
            lambda x, a, b, c, d: _softmax((x @ a + b) @ c + d),
        ),
        "no softmax": (
            "These are the scores. Softmax turns them into probabilities.",
            lambda x, a, b, c, d: _relu(x @ a + b) @ c + d,
        ),
        "the hidden layer": (None, lambda x, a, b, c, d: _relu(x @ a + b)),
        "classes": (None, lambda x, a, b, c, d: (_relu(x @ a + b) @ c + d).argmax(axis=1)),
        "transposed": (None, lambda x, a, b, c, d: _softmax(_relu(x @ a + b) @ c + d).T),
    },
)

RATES = (0.0001, 0.01, 1.0)


def _read_rates(answer: object, *_: object) -> np.ndarray:
    found = read_array(answer, what="Your list")
    if found.shape != (3,) or not np.allclose(np.sort(found), RATES):
        raise WrongAnswerError(
            f"Your list is {found.tolist()}. The three rates are expected, each once: 0.0001, "
            "0.01 and 1.0, in the order of the losses that they came to."
        )
    return found


_SPEEDS = ValueForm(
    right=lambda: np.array([0.01, 0.0001, 1.0]),
    cases=lambda: [()],
    read=_read_rates,
    said="The smallest rate has hardly left the start; the largest leaps about and learns nothing. "
    "Between them lies one that arrives.",
    otherwise=lambda found, _: (
        f"{found.tolist()} is not the order. Run the three trainings and compare them."
    ),
    wrong={
        "the larger, the faster": (
            "That would be the order if a larger rate were always the faster one. Run it: beyond "
            "some rate each step leaps over the valley.",
            lambda: np.array([1.0, 0.01, 0.0001]),
        ),
        "the smaller, the safer": (
            "The smallest rate is safe, but fifty epochs do not take it far. Run it, and look at "
            "its last loss.",
            lambda: np.array([0.0001, 0.01, 1.0]),
        ),
        "from high to low": (
            "This is the order from the highest loss to the lowest. The lowest comes first.",
            lambda: np.array([1.0, 0.0001, 0.01]),
        ),
        "the first two": (
            "The rate in the middle does come first. Of the other two, look again which one ended "
            "above the loss of one third each.",
            lambda: np.array([0.01, 1.0, 0.0001]),
        ),
        "one rate": (None, lambda: 0.01),
        "the losses": (None, lambda: [0.094, 1.033, 1.21]),
    },
)


def _flowers_and_probabilities() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(14)
    random = generator.uniform(0.1, 1, (6, 3))
    return [
        (np.array([[1, 0, 0], [0, 0, 1]]), np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]])),
        (np.eye(3)[generator.integers(0, 3, 6)], random / random.sum(axis=1, keepdims=True)),
    ]


def _losses(one_hot: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    return -np.log((one_hot * probabilities).sum(axis=1))


def _read_losses(answer: object, one_hot: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    found = read_array(call(answer, one_hot, probabilities), what=RETURNED)
    if found.shape == ():
        raise WrongAnswerError(
            "It returns one number for all flowers together. One loss for each flower is asked "
            "for: take no mean, and sum along axis 1."
        )
    if found.shape == one_hot.shape:
        raise WrongAnswerError(
            "It returns three numbers a flower. Only the probability of the right class counts: "
            "sum each row of one_hot * probabilities, then take the logarithm."
        )
    if not np.all(np.isfinite(found)):
        raise WrongAnswerError(
            "Somewhere the logarithm of 0 was taken. Sum each row first, then take the logarithm."
        )
    return read_array(found, shape=(len(one_hot),), what=RETURNED)


_DEAR = FunctionForm(
    right=_losses,
    cases=_flowers_and_probabilities,
    read=_read_losses,
    tolerance=5e-6,
    said="A sure mistake would make it grow without bound.",
    otherwise=lambda found, right, one_hot, probabilities: (
        f"For {len(one_hot)} flowers whose right class gets the probabilities "
        f"{(one_hot * probabilities).sum(axis=1).round(3).tolist()} it returns "
        f"{found.round(4).tolist()}, and {right.round(4).tolist()} is expected."
    ),
    wrong={
        "sign": (
            "The sign is the wrong way round: a loss is small when all is well.",
            lambda one_hot, probabilities: -_losses(one_hot, probabilities),
        ),
        "largest": (
            "The largest probability was taken. It is the right class's that counts.",
            lambda one_hot, probabilities: -np.log(probabilities.max(axis=1)),
        ),
        "no logarithm": (
            "This is one minus the probability of the right class. Take the logarithm of it.",
            lambda one_hot, probabilities: 1 - (one_hot * probabilities).sum(axis=1),
        ),
        "all classes": (
            "The logarithms of all three probabilities are summed. Only the right class's counts.",
            lambda one_hot, probabilities: -np.log(probabilities).sum(axis=1),
        ),
        "mean": (None, lambda one_hot, probabilities: _losses(one_hot, probabilities).mean()),
        "cells": (None, lambda one_hot, probabilities: -one_hot * np.log(probabilities)),
        "logarithm of zeros": (
            None,
            lambda one_hot, probabilities: -np.log(one_hot * probabilities).sum(axis=1),
        ),
        "squares": (
            None,
            lambda one_hot, probabilities: ((one_hot - probabilities) ** 2).sum(axis=1),
        ),
    },
)


def _read_merged(answer: object, *weights: np.ndarray) -> np.ndarray:
    found = call(answer, *weights)
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise WrongAnswerError(
            "Two things are expected, a kernel and a bias: `return one_kernel, one_bias`."
        )
    kernel = read_array(found[0], shape=(4, 3), what="The kernel that your function returns")
    bias = read_array(found[1], shape=(3,), what="The bias that your function returns")
    return np.concatenate([kernel, bias[np.newaxis]])


_MERGE = FunctionForm(
    right=lambda a, b, c, d: (a @ c, b @ c + d),
    cases=lambda: [_weights()],
    read=_read_merged,
    tolerance=1e-5,
    said="Without a ReLU between them, two layers can do no more than one.",
    otherwise=lambda found, right, *_: (
        f"For made-up weights the bias is {found[-1].round(3).tolist()}, and "
        f"{right[-1].round(3).tolist()} is expected; the kernel "
        f"{'is right' if np.allclose(found[:-1], right[:-1]) else 'differs, too'}."
    ),
    wrong={
        "hidden bias lost": (
            "The hidden layer's bias is lost. It is part of what the last kernel multiplies.",
            lambda a, b, c, d: (a @ c, d),
        ),
        "last bias lost": (
            "The bias of the output layer is lost. It is added at the very end.",
            lambda a, b, c, d: (a @ c, b @ c),
        ),
        "first three": (
            "The hidden bias is added as it is. It goes through the last kernel before that.",
            lambda a, b, c, d: (a @ c, b[:3] + d),
        ),
        "kernel alone": (None, lambda a, b, c, d: a @ c),
        "the wrong shape": (None, lambda a, b, c, d: ((a @ c).T, b @ c + d)),
        "a bias of five": (None, lambda a, b, c, d: (a @ c, b)),
        "signs": (None, lambda a, b, c, d: (-a @ c, -(b @ c) - d)),
    },
)


@cache
def _flowers() -> np.ndarray:
    from sklearn.datasets import load_iris

    return load_iris().data.astype("float32")


def _prepare_mended() -> None:
    _flowers()
    _MENDED.prepare()


def _read_mended(network: keras.Model) -> None:
    last = getattr(network.layers[-1], "activation", None)
    if getattr(last, "__name__", "") == "relu":
        raise WrongAnswerError(
            "The last layer still ends in a ReLU, which gives some species exactly 0 and then has "
            "no slope by which it could learn better. What turns scores into probabilities?"
        )
    class_probabilities(network, _flowers(), 3, "flower")


_compiled = partial(
    dense_network, loss="categorical_crossentropy", optimizer="sgd", metrics=["accuracy"]
)
_MENDED = NetworkForm(
    right=_compiled(4, 5, 3),
    read=_read_mended,
    said="Softmax gives every species some probability, so every flower has a slope.",
    otherwise=lambda network: (
        f"It has {network.count_params()} parameters, and its layers are not those of the network "
        "4-5-3 with ReLU and softmax. Change one thing, the mistake, and leave the rest."
    ),
    loss="It is compiled with another loss than the categorical cross-entropy. The loss was no "
    "part of the mistake.",
    wrong={
        "hidden softmax": (
            "The hidden layer has softmax now. It belongs to the output layer alone.",
            _compiled(4, 5, 3, hidden="softmax"),
        ),
        "no hidden ReLU": (
            "The ReLU is gone from the hidden layer as well. There it did no harm.",
            _compiled(4, 5, 3, hidden=None),
        ),
        "ten neurons": (
            "It has ten hidden neurons. The number of neurons was no mistake.",
            _compiled(4, 10, 3),
        ),
        "no softmax": (None, _compiled(4, 5, 3, last=None), _compiled(4, 5, 3, last="sigmoid")),
        "one output": (None, _compiled(4, 5, 1)),
        "not compiled": (None, dense_network(4, 5, 3)),
        "another loss": (None, dense_network(4, 5, 3, loss="mse")),
    },
)


def _read_accuracy(answer: object, *_: object) -> float:
    return read_share(answer, "Your accuracy")


_FIFTY = ValueForm(
    right=lambda: 0.05 ** (1 / 50),
    cases=lambda: [()],
    read=_read_accuracy,
    tolerance=0.0015,
    said="Whoever errs nearly three times in fifty gets all of them right once in twenty tests.",
    otherwise=lambda found, right: (
        f"A network with a true accuracy of {found:.4g} gets 50 of 50 right with probability "
        f"{found**50:.3g}. That is too "
        f"{'rare: go up' if found < right else 'frequent: go down'}."
    ),
    wrong={
        "the other way round": (
            "This is how often a network with a true accuracy of 0.95 gets all right. The question "
            "is the other way round: for which accuracy is it 0.05?",
            lambda: 0.95**50,
        ),
        "root of 0.95": (
            "Its fiftieth power is 0.95: all fifty right in nineteen tests of twenty. Once in "
            "twenty is 0.05.",
            lambda: 0.95 ** (1 / 50),
        ),
        "0.95": (None, lambda: 0.95),
        "percentage": (None, lambda: 94.2),
        "0.9": (None, lambda: 0.9),
    },
)


EXERCISES = (
    Exercise(
        "1.1",
        _PUSH,
        (
            "Two layers: each multiplies, adds its bias, and has an activation.",
            "`np.dot(flowers, kernel) + bias` gives five sums a flower; `np.maximum(0, sums)` is "
            "the ReLU.",
            "For softmax, `np.exp(scores)` divided by `np.exp(scores).sum(axis=1, keepdims=True)`.",
        ),
        """def push_through(flowers, kernel, bias, last_kernel, last_bias):
    hidden = np.maximum(0, np.dot(flowers, kernel) + bias)
    exponentials = np.exp(np.dot(hidden, last_kernel) + last_bias)
    return exponentials / exponentials.sum(axis=1, keepdims=True)""",
        "What was done for one flower works for a table of them: `np.dot` multiplies row by row. "
        "Only the sum of softmax has to be told that each row has its own.",
    ),
    Exercise(
        "1.2",
        _SPEEDS,
        (
            "A loop over the three rates: set the seed, create the network, fit, print.",
            '`history.history["loss"][-1]` is the loss of the last epoch.',
        ),
        """for rate in [0.0001, 0.01, 1.0]:
    keras.utils.set_random_seed(0)
    network = create_network(rate)
    rate_history = network.fit(features, one_hot, epochs=50, batch_size=10, verbose=0)
    print(rate, rate_history.history["loss"][-1])
ordered_rates = [0.01, 0.0001, 1.0]""",
        "Too small a rate is slow and ends where it began; too large a rate leaps from slope to "
        "slope and ends above the loss of one third each. Only trying shows what is too large.",
    ),
    Exercise(
        "1.3",
        _DEAR,
        (
            "Of each row, only the probability in the column of the 1 counts.",
            "`one_hot * probabilities` leaves that one probability of each row; sum along axis 1.",
            "Then `-np.log(...)`, and no mean.",
        ),
        """def losses_of(one_hot, probabilities):
    of_right_class = np.sum(one_hot * probabilities, axis=1)
    return -np.log(of_right_class)""",
        "The product leaves the probability of the right class. Its logarithm is 0 for a sure hit "
        "and falls without bound towards a sure mistake; the minus turns that into a loss.",
    ),
    Exercise(
        "1.4",
        _MERGE,
        (
            "Write the scores as one formula: the first layer, in parentheses, times the last "
            "kernel, plus the last bias. Then multiply it out.",
            "The flower meets `np.dot(kernel, last_kernel)`. What is left is the bias.",
            "The hidden bias goes through the last kernel, too; then comes the last bias.",
        ),
        """def merge(kernel, bias, last_kernel, last_bias):
    one_kernel = np.dot(kernel, last_kernel)
    one_bias = np.dot(bias, last_kernel) + last_bias
    return one_kernel, one_bias""",
        "Multiplying twice is multiplying once, by the product of the kernels. The ReLU between "
        "the layers is what prevents that, and lets a network draw borders with corners.",
    ),
    Exercise(
        "1.5",
        _MENDED,
        (
            "Compare it, line by line, with the network in `create_network`.",
            "The loss needs a probability above 0 for every species. What does a ReLU make of a "
            "negative score?",
        ),
        """mended = keras.Sequential(
    [
        keras.Input(shape=(4,)),
        keras.layers.Dense(5, activation="relu"),
        keras.layers.Dense(3, activation="softmax"),
    ]
)
mended.compile(
    optimizer=keras.optimizers.SGD(0.001, momentum=0.9, nesterov=True),
    loss="categorical_crossentropy",
    metrics=["accuracy"],
)""",
        "A ReLU as the last step gives exactly 0 wherever a score is negative. There its curve is "
        "flat: the slope is 0, and a species that got nothing never gets anything again.",
        prepare=_prepare_mended,
    ),
    Exercise(
        "1.6",
        _FIFTY,
        (
            "A network whose true accuracy is `p` gets 50 of 50 right with probability `p ** 50`.",
            "You look for the `p` with `p ** 50` equal to 0.05: try some, or take the fiftieth "
            "root.",
        ),
        "lowest = 0.05 ** (1 / 50)",
        "The fiftieth power has to be one in twenty, so the accuracy is the fiftieth root of that. "
        "All fifty right does not rule out a network that errs on every seventeenth flower.",
    ),
)

QUESTIONS = (
    Question(
        "1.q1",
        "Before you run the next cell: it pushes the first flower, a setosa, through the network, "
        "which has not learned anything yet. What will come out?",
        {
            "a": "one third for each species",
            "b": "nearly 1 for setosa",
            "c": "three numbers that add up to one and prefer some species for no reason",
            "d": "three zeros",
        },
        "c",
        {
            "a": "That would be fair, but its weights are drawn at random, and so is its opinion.",
            "b": "Nobody has told it yet what a setosa is.",
            "c": "Random weights make a random opinion, and softmax makes it add up to one.",
            "d": "Softmax gives three positive numbers, whatever the scores are.",
        },
    ),
    Question(
        "1.q2",
        "Before you run the next cell: four balls take ten steps each, with the learning rates "
        "0.1, 1.5 and 14, and with 0.1 and momentum. Which ends furthest from the lowest place?",
        {
            "a": "the one with 0.1: it is the slowest",
            "b": "the one with 1.5",
            "c": "the one with 14: it leaps from side to side",
            "d": "the one with momentum: it cannot stop",
        },
        "c",
        {
            "a": "It is slow, but each of its steps goes the right way.",
            "b": "Its steps are long at first and become short where the slope does.",
            "c": "A step that is far too long lands on the other side, where the slope sends it "
            "back just as far.",
            "d": "It is faster than without, and with this rate it has not even arrived.",
        },
    ),
    Question(
        "1.q3",
        "Before you run the next cell: the points start together, near the corner of versicolor. "
        "What happens first?",
        {
            "a": "each species walks straight to its own corner",
            "b": "all move to the middle, and the species part only then",
            "c": "setosa leaves, and the others stay where they are",
            "d": "nothing for a hundred epochs",
        },
        "b",
        {
            "a": "For that, the network would have to tell them apart at once.",
            "b": "To lose an unfounded opinion is what lowers the loss fastest. Telling flowers "
            "apart comes later.",
            "c": "Setosa is the first to leave, but not from there.",
            "d": "The curve above falls steeply at the beginning: much happens there.",
        },
    ),
    Question(
        "1.q4",
        "All ten of these predictions are right. What does that say of the network?",
        {
            "a": "it is right on nearly every flower",
            "b": "it knows setosa, and of the other two it says nothing",
            "c": "it has learned these ten by heart",
            "d": "ten are enough if all are right",
        },
        "b",
        {
            "a": "Look at the actual classes: how many species are among these ten?",
            "b": "The table is sorted: its first fifty flowers are setosas, the easiest species. "
            "Shuffle before you look at the first rows of anything.",
            "c": "It has seen them, but three numbers a row cannot show how it knows.",
            "d": "Ten of one kind are enough for that kind at most.",
        },
    ),
    Question(
        "1.q5",
        "A neighbour's network, from another seed, gets all 50 test flowers right. Which sentence "
        "follows?",
        {
            "a": "It will be right on every iris.",
            "b": "Its true accuracy may be no higher than that of ours.",
            "c": "It is better than ours.",
            "d": "It has learned the test flowers by heart.",
        },
        "b",
        {
            "a": "Fifty flowers cannot show that mistakes never happen, only that they are rare.",
            "b": "The picture shows how far apart two tests of the same network can be.",
            "c": "One flower more or less is what chance in the choice of 50 flowers does.",
            "d": "It has never seen them. By heart it could only know training flowers.",
        },
    ),
)
