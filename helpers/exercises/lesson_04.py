"""The exercises and questions of notebook 4, Faces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.exercises.answers import (
    ReturnsNoneError,
    WrongAnswerError,
    agree,
    call,
    read_array,
    read_number,
    read_whole,
    show,
)
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, FunctionForm
from helpers.exercises.model_checks import (
    expect_own_optimizer,
    loss_of,
    outputs,
    read_model,
)

if TYPE_CHECKING:
    import keras


def _results(
    answer: object, cases: Sequence[tuple[object, ...]], named: Callable[[int], str]
) -> list[object]:
    """Call a function for all cases; if it returns None for some of them, name the first."""
    found: list[object] = []
    none: dict[int, WrongAnswerError] = {}
    for position, case in enumerate(cases):
        try:
            found.append(call(answer, *case))
        except ReturnsNoneError as error:
            none[position] = error
    if none and not found:
        raise none[0]
    for position, reason in none.items():
        raise WrongAnswerError(
            f"For {named(position)}, your function returns None: it ends without having come to a "
            "`return`."
        ) from reason
    return found


def _to_rows(answer: object) -> str:
    # LFW's size first: whoever has written 2914 down is told so at the next one.
    for seed, shape in enumerate([(3, 62, 47), (4, 3, 2), (5, 6, 7)]):
        images = np.random.default_rng(seed).permutation(np.prod(shape)).reshape(shape) / 1000
        try:
            result = call(answer, images)
        except WrongAnswerError as error:
            if seed == 0:
                raise _explain_stop(answer, error) from error
            raise WrongAnswerError(
                f"It works for pictures of 62 × 47 pixels, and stops at {shape[1]} × {shape[2]}: "
                "take the number of pixels from the pictures, not from this data set."
            ) from error
        if isinstance(result, np.ndarray) and result.size > 10 * images.size:
            raise WrongAnswerError(
                f"For {len(images)} pictures your function returns an array of the shape "
                f"{result.shape}. Let its body use the argument `images`, not `faces`."
            )
        _compare_rows(read_array(result, what=RETURNED), images)
    return "So every picture has become a row, as in `faces.data`, and no number has changed."


def _explain_stop(answer: object, error: WrongAnswerError) -> WrongAnswerError:
    """Say so if a function works for as many pictures as LFW has, or the ORL faces, alone."""
    if isinstance(error.__cause__, ValueError):  # as `reshape` raises it
        for pictures in (1140, 400):
            try:
                result = call(answer, np.zeros((pictures, 62, 47), "uint8"))
            except WrongAnswerError:
                continue
            if getattr(result, "shape", None) == (pictures, 62 * 47):
                return WrongAnswerError(
                    f"It works for {pictures} pictures and stops at another number. The check "
                    "uses 3 pictures. Take their number from `images`."
                )
        return WrongAnswerError(f"{error} The check uses 3 pictures of 62 × 47 pixels.")
    return error


def _compare_rows(found: np.ndarray, images: np.ndarray) -> None:
    n, height, width = images.shape
    right = images.reshape(n, -1)
    if found.shape == images.shape:
        raise WrongAnswerError("These are pictures still, with three axes. Two are asked for.")
    if found.size == images.size and (found.ndim == 1 or len(found) == 1):
        raise WrongAnswerError(
            f"All {n} pictures have become one row of {found.size} numbers. Each picture needs a "
            "row of its own."
        )
    if found.shape == (n * height, width):
        raise WrongAnswerError(
            "Each row of pixels has become a row. All pixels of a picture belong into one."
        )
    if found.shape == right.T.shape:
        raise WrongAnswerError(
            "There is one column a picture. Rows and columns are swapped: one row a picture is "
            "asked for."
        )
    found = read_array(found, shape=right.shape, what=RETURNED)
    if agree(found, right):
        return
    if agree(found, images.transpose(0, 2, 1).reshape(n, -1)):
        raise WrongAnswerError(
            "The pixels of a picture come column by column. They should come row by row."
        )
    if agree(found, right / 255):
        raise WrongAnswerError("The pixels were divided by 255 as well. Only the shape changes.")
    if not agree(np.sort(found, axis=1), np.sort(right, axis=1)):
        raise WrongAnswerError(
            "The shape is right, but a row does not hold the pixels of its picture. Look at row 0 "
            "and at `images[0]`."
        )
    raise WrongAnswerError("Each row holds the pixels of its picture, in another order.")


def _to_unit_range(answer: object) -> str:
    generator = np.random.default_rng(42)
    bytes_ = np.append(generator.integers(0, 256, 30), [0, 1, 1, 255]).astype("uint8")
    divided = np.append(generator.uniform(0, 1, 30), [0.0, 1.0])
    black = np.append(np.zeros(31), [3, 7, 12]).astype("uint8")  # or nearly
    cases = [
        (flat.reshape(2, -1), is_divided)
        for flat, is_divided in (
            (bytes_, False),
            (divided, True),
            (0.1 + 0.4 * divided, True),
            (bytes_.astype("float32"), False),
            (bytes_ // 4, False),
            (black, False),
            (black // 6, False),  # no pixel above 2
        )
    ]
    results = _results(
        answer,
        [(pixels,) for pixels, _ in cases],
        lambda i: f"{cases[i][0].dtype} pixels, the largest of them {cases[i][0].max():.3g}",
    )
    for (pixels, is_divided), result in zip(cases, results, strict=True):
        right = pixels if is_divided else pixels / 255
        found = read_array(result, shape=pixels.shape, what=RETURNED)
        if agree(found, right, 1e-5):
            continue
        kind = f"{pixels.dtype} pixels, the largest of them {pixels.max():.3g},"
        if is_divided and agree(found, pixels / 255, 1e-5):
            raise WrongAnswerError(
                "Pixels between 0 and 1 were divided a second time: the largest is now "
                f"{found.max():.4f}. That is the tutorial's step."
            )
        spread = pixels - pixels.min()
        for other, reason in (
            (pixels, f"{kind} came back as they were, although they are not between 0 and 1."),
            (
                pixels // 255,
                "All that is not white has become black: what follows the point was cut off, by "
                "`//` or by a type for whole numbers.",
            ),
            (np.round(right), "They were rounded to 0 and 1. Keep what follows the point."),
            (
                np.where(pixels > 1, pixels / 255, pixels),
                "Each pixel was judged by itself: among pixels up to 255, a pixel of 1 came back "
                "as 1, as if it were white. Judge the array as a whole, by its largest pixel.",
            ),
            (
                np.clip(pixels, 0, 1),
                "All that was above 1 was cut off to 1: the picture has become white.",
            ),
            (pixels / 256, "It was divided by 256. White is 255, and should become 1."),
            (
                pixels / pixels.max(),
                "It was divided by its own largest pixel. That turns a dark picture into a bright "
                "one, each by another factor.",
            ),
            (
                spread / spread.max(),
                "It was stretched until its darkest pixel is 0 and its brightest 1. A dark "
                "picture should stay dark.",
            ),
        ):
            if agree(found, other, 1e-5):
                raise WrongAnswerError(reason)
        raise WrongAnswerError(f"{kind} came back with other numbers than expected.")
    return "A second call changes nothing: what lies between 0 and 1 stays there."


def _baseline(answer: object) -> str:
    generator = np.random.default_rng(43)
    chances = [0.1, 0.2, 0.15, 0.4, 0.15]
    cases = [
        (np.array([1, 2, 2, 0, 2, 2, 3]), np.array([0, 0, 0, 0, 2, 2, 2, 1, 3, 4])),
        (np.array([1, 1, 1, 0]), np.array([0, 0, 0, 1, 2, 2])),
        tuple(generator.choice(5, size, p=chances) for size in (60, 41)),
        (np.array([3, 3, 3, 0]), np.array([0, 1, 2])),  # the commonest one is not tested
    ]
    found = np.array([read_number(_share_of(answer, *case), RETURNED) for case in cases])
    right = np.array([_hits_of_commonest(*case) for case in cases])
    if agree(found, right):
        return "Any network has to beat that number before its accuracy means something."
    for rule, reason in _BASELINES:
        if agree(found, np.array([float(rule(*case)) for case in cases])):
            raise WrongAnswerError(reason)
    if any(agree(found, np.round(right, digits)) for digits in range(1, 5)):
        raise WrongAnswerError("Your function rounds. Let it return the number as it is.")
    position = int(np.argmax(abs(found - right) > 1e-6))
    train, test = cases[position]
    labels = (
        f"{len(train)} training labels and {len(test)} test labels"
        if position == 2
        else f"the training labels {train.tolist()} and the test labels {test.tolist()}"
    )
    always = "It returns the same for all labels that were tried. " if np.ptp(found) == 0 else ""
    raise WrongAnswerError(
        f"{always}For {labels} it returns {found[position]:.4g}, and {right[position]:.4g} is "
        "expected."
    )


def _share_of(answer: object, train: np.ndarray, test: np.ndarray) -> object:
    try:
        return call(answer, train, test)
    except WrongAnswerError as error:
        if len(test) != 3 or "IndexError" not in str(error):
            raise
        raise WrongAnswerError(
            "It stops where the commonest person has no test picture, as with the training labels "
            f"{train.tolist()} and the test labels {test.tolist()}. There the accuracy is 0. "
            "Compare the test labels with that person's label."
        ) from error


def _hits_of_commonest(train: np.ndarray, test: np.ndarray) -> float:
    return float(np.mean(test == np.bincount(train).argmax()))


_BASELINES: tuple[tuple[Callable[[np.ndarray, np.ndarray], float], str], ...] = (
    (
        lambda train, test: _hits_of_commonest(test, test),
        "The commonest person was looked for among the test labels. Whoever answers has seen the "
        "training labels only.",
    ),
    (
        lambda train, test: _hits_of_commonest(train, train),
        "This is the share among the training labels. The accuracy is asked for on the test "
        "labels.",
    ),
    (
        lambda train, test: _hits_of_commonest(test, train),
        "Training and test labels have changed places.",
    ),
    (
        lambda train, test: 100 * _hits_of_commonest(train, test),
        "This is a percentage. Accuracy is a fraction between 0 and 1.",
    ),
    (
        lambda train, test: 1 - _hits_of_commonest(train, test),
        "This is the share of mistakes. Accuracy is the share of hits.",
    ),
    (
        lambda train, test: len(test) * _hits_of_commonest(train, test),
        "This is the number of hits. Divide it by the number of test labels.",
    ),
    (
        lambda train, test: int(np.bincount(train).argmax()),
        "This is the label of the commonest person. How often is it right among the test labels?",
    ),
    (
        lambda train, test: int(np.bincount(train).max()),
        "This is how many training pictures the commonest person has. Which person is it, and how "
        "often is that the right answer among the test labels?",
    ),
    (
        lambda train, test: np.bincount(train).max() / len(test),
        "This divides the commonest person's training pictures by the number of test pictures. "
        "Count in the test labels how often that person occurs.",
    ),
    (
        lambda train, test: np.mean(test == train.max()),
        "The test labels are compared with the largest label. It is the most frequent one that is "
        "asked for: count the labels first.",
    ),
    (
        lambda train, test: np.mean(test == np.bincount(train).argmax() + 1),
        "It is one label too far: the counts of `np.bincount` begin with that of label 0.",
    ),
    (
        lambda train, test: np.mean(test == np.argmax(train)),
        "`np.argmax` was asked for the largest of the labels. Ask it for the largest of their "
        "counts.",
    ),
    (
        lambda train, test: np.mean(test == np.bincount(train).max()),
        "The test labels are compared with a count. `max` gives the largest count; which label "
        "has it, `argmax` says.",
    ),
    *(
        (
            rule,
            "This is one divided by the number of people. It is right only where all have equally "
            "many pictures.",
        )
        for rule in (
            lambda train, test: 1 / len(np.bincount(train)),
            lambda train, test: 1 / len(np.unique(train)),
        )
    ),
)


def _narrow_network(answer: object, pixels: object, people: object) -> str:
    network = read_model(answer)
    inputs = read_whole(pixels, "The number of pixels")
    classes = read_whole(people, "The number of people")
    if not (1 <= inputs <= 10_000 and 2 <= classes <= 1000):
        raise WrongAnswerError(
            f"{inputs} pixels and {classes} people are none of this notebook's data: leave the "
            "other arguments of `check` as they were."
        )
    x = np.random.default_rng(44).normal(size=(20, inputs)).astype("float32")
    found = outputs(network, x)
    if found.shape == (20, 1):
        raise WrongAnswerError(
            f"It has one output. Softmax over one output is always 1; {classes} people need "
            f"{classes}."
        )
    if found.shape != (20, classes):
        raise WrongAnswerError(
            f"For 20 pictures its output has the shape {found.shape}. One row a picture and one "
            f"column for each of the {classes} people is expected."
        )
    if np.any(found < 0) or not np.allclose(found.sum(axis=1), 1, atol=1e-4):
        raise WrongAnswerError(
            "The outputs of a picture do not add up to one. Which activation turns scores into "
            "probabilities?"
        )
    count = network.count_params()
    expected = 128 * (inputs + 1) + classes * (128 + 1)
    if count == 512 * (inputs + 1) + classes * (512 + 1):
        raise WrongAnswerError("It has 512 hidden neurons, as before. 128 are asked for.")
    if count == classes * (inputs + 1):
        raise WrongAnswerError("It has no hidden layer: this is logistic regression.")
    if count != expected:
        raise WrongAnswerError(
            f"It has {count:,} parameters. With one hidden layer of 128 neurons there are "
            f"{expected:,}."
        )
    _check_activation(network, x, found)
    _check_compiled(network, classes)
    return f"It has {count:,} parameters, about a quarter of the other's."


def _check_activation(network: keras.Model, x: np.ndarray, found: np.ndarray) -> None:
    weights = {tuple(weight.shape): weight for weight in network.get_weights()}
    inputs, classes = x.shape[1], found.shape[1]
    if set(weights) != {(inputs, 128), (128,), (128, classes), (classes,)}:
        raise WrongAnswerError(
            "The number of parameters is right. They do not belong to one hidden layer and one "
            "output layer."
        )

    def softmax_of(hidden: np.ndarray) -> np.ndarray:
        scores = hidden @ weights[128, classes] + weights[(classes,)]
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    sums = x @ weights[inputs, 128] + weights[(128,)]
    if agree(found, softmax_of(sums), 1e-3):
        raise WrongAnswerError(
            "Its hidden neurons have no activation. Then two layers can do no more than one: look "
            "at the first `Dense` of the cell above."
        )
    if not agree(found, softmax_of(np.maximum(sums, 0)), 1e-3):
        raise WrongAnswerError(
            "Its hidden neurons do not behave like ReLU. Which activation has the first `Dense` "
            "of the cell above?"
        )
    if not agree(found, np.asarray(network(x, training=True)), 1e-3):
        raise WrongAnswerError(
            "In training it gives other answers than afterwards, as a network with `Dropout` "
            "does. The network above has two layers and nothing between them."
        )


def _check_compiled(network: keras.Model, classes: int) -> None:
    if not getattr(network, "compiled", False):
        raise WrongAnswerError(
            "The network is right. It is not compiled yet. Whose `compile` do you call?"
        )
    optimizer = type(network.optimizer).__name__
    if optimizer != "Adam":
        raise WrongAnswerError(
            f"The network is right, its optimizer is not: it is {optimizer}, and the network above "
            "is trained by Adam."
        )
    try:
        rate = float(network.optimizer.learning_rate)
    except Exception:  # a schedule
        rate = 0.0
    if abs(rate - 0.001) > 1e-6:
        raise WrongAnswerError(
            "The network is right. Its learning rate is not that of the network above, which has "
            'what `optimizer="adam"` sets.'
        )
    generator = np.random.default_rng(48)
    labels = np.eye(classes, dtype="float32")[np.arange(20) % classes]
    given = generator.dirichlet(np.ones(classes), 20).astype("float32").clip(1e-4, 1)
    given /= given.sum(axis=1, keepdims=True)
    right = -np.mean(np.log(given[labels == 1]))
    unlike = "The network is right, its loss is not:"
    loss = loss_of(network, labels, given)
    if np.isnan(loss):
        raise WrongAnswerError(
            f"{unlike} it cannot be computed for one-hot labels. Which loss has the cell above?"
        )
    if abs(loss - right) > 1e-3:
        as_scores = np.mean(np.log(np.exp(given).sum(axis=1)) - given[labels == 1])
        raise WrongAnswerError(
            f"{unlike} it takes the outputs for scores, by `from_logits=True`. After a softmax "
            "they are probabilities."
            if abs(loss - as_scores) < 1e-3
            else f"{unlike} for one-hot labels it is another number than the loss of the cell "
            "above."
        )
    accuracy = np.mean(given.argmax(axis=1) == labels.argmax(axis=1))
    network.reset_metrics()
    measured = dict(network.compute_metrics(None, labels, given))
    network.reset_metrics()
    measured.pop("loss", None)
    if not any(abs(float(value) - accuracy) < 1e-4 for value in measured.values()):
        raise WrongAnswerError(
            "The network and its loss are right. Its `compile` does not ask for the accuracy: look "
            "at `metrics` in the cell above."
        )
    expect_own_optimizer(network)


def _scale_both(answer: object) -> str:
    generator = np.random.default_rng(45)
    for shape, distance in (((8, 3), 2.0), ((12, 4), -5.0)):
        train = generator.normal(1, [1, 2, 3, 4][: shape[1]], shape)
        other = generator.normal(1 + distance, 2, (5, shape[1]))
        first, second = _two_arrays(call(answer, train, other), train, other)
        for freedom in (0, 1):

            def scaled(what: np.ndarray, by: np.ndarray, freedom: int = freedom) -> np.ndarray:
                return (what - by.mean(axis=0)) / by.std(axis=0, ddof=freedom)

            everything = np.concatenate([train, other])
            if agree(first, scaled(train, train), 1e-4) and agree(
                second, scaled(other, train), 1e-4
            ):
                break
            if agree(first, scaled(train, everything), 1e-4):
                raise WrongAnswerError(
                    "It leaks still: with other `other_rows`, the training rows would come back "
                    "with other numbers. What may `fit` see?"
                )
            if agree(first, scaled(train, other), 1e-4):
                raise WrongAnswerError(
                    "Mean and deviation come from `other_rows` alone. They should come from the "
                    "rows that the network trains on."
                )
            if agree(second, scaled(other, other), 1e-4):
                raise WrongAnswerError(
                    "The other rows were scaled by a mean and a deviation of their own, so the "
                    "same pixel means one thing here and another there. Is `fit` called twice?"
                )
        else:
            _explain_scaling(first, second, train, other)
    return "Whatever the other rows are, they change nothing in what is learned."


def _two_arrays(
    result: object, train: np.ndarray, other: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    rows = f"{len(train)} training rows and {len(other)} other rows"
    if not isinstance(result, tuple | list) or len(result) != 2:
        if isinstance(result, tuple):
            raise WrongAnswerError(f"Your function returns {len(result)} things. Two are expected.")
        found = read_array(result, what=RETURNED)
        raise WrongAnswerError(
            f"For {rows} your function returns one array of the shape {found.shape}. Two arrays "
            "are asked for, with a comma between them."
        )
    first, second = (np.atleast_1d(read_array(part, what=RETURNED)) for part in result)
    if max(len(first), len(second)) > len(train) + len(other):
        raise WrongAnswerError(
            f"For {rows} your function returns {len(first)} and {len(second)} rows. Does its body "
            "use the names in the line of `def`?"
        )
    if first.shape == other.shape and second.shape == train.shape:
        raise WrongAnswerError("The other rows come first. The training rows should.")
    first = read_array(first, shape=train.shape, what="The first array")
    return first, read_array(second, shape=other.shape, what="The second array")


def _explain_scaling(
    first: np.ndarray, second: np.ndarray, train: np.ndarray, other: np.ndarray
) -> None:
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    if agree(first, train) or agree(second, other):
        which = "training" if agree(first, train) else "other"
        raise WrongAnswerError(f"The {which} rows came back as they were, not scaled.")
    if agree(first, train - mean, 1e-4):
        raise WrongAnswerError("The mean is subtracted. The division by the deviation is missing.")
    if agree(first, train / deviation, 1e-4):
        raise WrongAnswerError("The deviation is divided by. The mean is not subtracted yet.")
    if agree(first, (train - train.mean()) / train.std(), 1e-4):
        raise WrongAnswerError("One mean was taken for all columns. Each column has its own.")
    if agree(first, (train - mean) / deviation, 1e-4):
        raise WrongAnswerError(
            "The training rows are right. The other rows were scaled in another way than they."
        )
    raise WrongAnswerError(
        "The columns of the scaled training rows should have a mean of 0 and a standard deviation "
        "of 1. They have not."
    )


def _matrices() -> list[tuple[np.ndarray]]:
    never_named = np.array([[8, 0, 2], [3, 0, 1], [1, 0, 4]])
    random = np.random.default_rng(46).integers(1, 20, (5, 5))
    return [(np.array([[6, 3, 1], [2, 8, 10], [0, 2, 3]]),), (never_named,), (random,)]


def _recalls_of(matrix: np.ndarray) -> np.ndarray:
    return np.diag(matrix) / matrix.sum(axis=1)


def _precisions_of(matrix: np.ndarray) -> np.ndarray:
    return np.diag(matrix) / matrix.sum(axis=0)


def _rounded_recalls(digits: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda matrix: np.round(_recalls_of(matrix), digits)


def _read_recalls(answer: object, matrix: np.ndarray) -> np.ndarray:
    found = read_array(call(answer, matrix), what=RETURNED)
    people = len(matrix)
    if found.shape in ((people, 1), (1, people)):
        found = found.ravel()
    if found.shape == ():
        raise WrongAnswerError(_explain_one_recall(float(found), matrix))
    if found.shape == (people, people):
        raise WrongAnswerError(_explain_table(found, matrix))
    return read_array(found, shape=(people,), what=RETURNED)


_RECALLS = FunctionForm(
    right=_recalls_of,
    cases=_matrices,
    read=_read_recalls,
    tolerance=1e-5,
    said="The mean of the recalls is called balanced accuracy. In it each person counts the "
    "same, however many pictures there are.",
    otherwise=lambda found, right, matrix: (
        f"For the matrix {matrix.tolist()} it returns {np.round(found, 3).tolist()}, and "
        f"{np.round(right, 3).tolist()} is expected."
    ),
    wrong={
        "precision": (
            "The diagonal was divided by the sums of the columns, that is, by how often each name "
            "was given. That share is called precision. For recall, ask how many pictures there "
            "are of each person.",
            _precisions_of,
            lambda matrix: np.diag(matrix) / np.maximum(matrix.sum(axis=0), 1),
            lambda matrix: np.nan_to_num(_precisions_of(matrix)),
        ),
        "percentages": (
            "These are percentages. Recall is a fraction between 0 and 1.",
            lambda matrix: 100 * _recalls_of(matrix),
        ),
        "missed": (
            "These are the shares of pictures that are missed.",
            lambda matrix: 1 - _recalls_of(matrix),
        ),
        "counts": (
            "These are the numbers of pictures recognised. Divide each by the number of that "
            "person's pictures.",
            np.diag,
        ),
        "cut off": (
            "What follows the point was cut off, by `//` or by a type for whole numbers. Divide by "
            "`/`, and keep the fractions.",
            lambda matrix: np.diag(matrix) // matrix.sum(axis=1),
        ),
        "of all": (
            "All were divided by the number of all pictures. Each person has a number of pictures "
            "of their own.",
            lambda matrix: np.diag(matrix) / matrix.sum(),
        ),
        "by 20": (
            "All were divided by 20. That is how many test pictures each person has here; another "
            "matrix has other numbers, and they stand in it.",
            lambda matrix: np.diag(matrix) / 20,
        ),
        "pictures": (
            "These are the numbers of pictures of each person. How many are recognised?",
            lambda matrix: matrix.sum(axis=1),
        ),
        "odds": (
            "The pictures recognised were divided by those missed. Divide by all pictures of that "
            "person.",
            lambda matrix: np.diag(matrix) / (matrix.sum(axis=1) - np.diag(matrix)),
        ),
        "rounded": (
            "They are rounded. Return them as they are.",
            *map(_rounded_recalls, (2, 0, 1, 3, 4)),
        ),
        "shares of people": (
            "These are the shares of each person in the pictures.",
            lambda matrix: matrix.sum(axis=1) / matrix.sum(),
        ),
        "largest": (
            "The largest count of each row was taken. It is the one on the diagonal that counts, "
            "even where another is larger.",
            lambda matrix: matrix.max(axis=1) / matrix.sum(axis=1),
        ),
        "accuracy": (None, lambda matrix: np.trace(matrix) / matrix.sum()),
        "mean": (None, lambda matrix: _recalls_of(matrix).mean()),
        "one number": (None, lambda matrix: _recalls_of(matrix)[0]),
        "table": (None, lambda matrix: matrix / matrix.sum(axis=1, keepdims=True)),
        "table of columns": (None, lambda matrix: matrix / matrix.sum(axis=1)),
        "another table": (None, lambda matrix: matrix / matrix.sum()),
        "squared": (None, lambda matrix: _recalls_of(matrix) ** 2),
        "one too few": (None, lambda matrix: _recalls_of(matrix)[1:]),
        "sometimes nothing": (
            None,
            lambda matrix: _recalls_of(matrix) if matrix.sum(axis=0).all() else None,
        ),
    },
)


def _explain_table(found: np.ndarray, matrix: np.ndarray) -> str:
    sums = matrix.sum(axis=1)
    if agree(found, matrix / sums[:, None], 1e-5):
        return (
            "This is the table of shares. Each person has one recall; from this table, only the "
            "diagonal counts."
        )
    if agree(found, matrix / sums, 1e-5):
        return (
            "This is a table, and its rows are not shares: the sums lie along the columns, so each "
            "column was divided by one of them. `keepdims=True` in `sum` keeps the sums beside "
            "their rows. Each person has one recall; from a table of shares, only the diagonal "
            "counts."
        )
    return (
        f"This is a table of {len(matrix)} rows and {len(matrix)} columns. Each person has one "
        "recall."
    )


def _explain_one_recall(found: float, matrix: np.ndarray) -> str:
    recalls = _recalls_of(matrix)
    if abs(found - np.trace(matrix) / matrix.sum()) < 1e-6:
        return "This is one number, the accuracy over all pictures. Each person has a recall."
    if abs(found - recalls.mean()) < 1e-6:
        return "This is the mean of the recalls. Leave the mean out: one number a person."
    return f"This is one number. For {len(matrix)} people, {len(matrix)} are expected."


class _Runs(NamedTuple):
    """What `_as_good` tries: accuracies of two networks, a margin, and the right answer."""

    narrow: np.ndarray
    wide: np.ndarray
    margin: float
    low: float
    high: float

    @property
    def right(self) -> bool:
        return self.low > -self.margin

    @property
    def words(self) -> str:
        return (
            f"{len(self.wide)} seeds with narrow minus wide {(self.low + self.high) / 2:.3f} on "
            f"average, an interval from {self.low:.3f} to {self.high:.3f} and a margin of "
            f"{self.margin:g}"
        )


@cache
def _runs() -> tuple[_Runs, ...]:
    from helpers.evaluation import paired_difference

    generator = np.random.default_rng(47)
    cases = []
    for mean, deviation, margin in (
        (-0.006, 0.004, 0.02),  # worse for certain, by less than the margin
        (0.001, 0.06, 0.02),  # anything is possible
        (0.05, 0.01, 0.02),  # better for certain, by more than the margin
        (-0.05, 0.01, 0.02),  # worse for certain, by more than the margin
        (0.001, 0.06, 0.06),  # a generous margin
        (-0.03, 0.03, 0.02),  # worse on average, the interval reaches below the margin
        (0.03, 0.02, 0.02),  # better for certain
        (-0.01, 0.01, 0.005),  # a narrow margin
    ):
        differences = generator.normal(size=10)
        differences = (differences - differences.mean()) / differences.std(ddof=1)
        wide = generator.normal(0.75, 0.05, 10)
        cases.append((wide + mean + deviation * differences, wide, margin))
    usual = cases[0][0]
    lucky = np.where(usual == usual.max(), 0.1, 0)  # one seed does far better than the others
    cases.append((usual, usual + 1.2 * lucky, 0.05))
    cases.append((usual - 0.02 + lucky, usual, 0.05))
    unlucky = np.where(usual == usual.min(), 0.1, 0)
    cases.append((usual - unlucky, usual, 0.05))
    cases.append((generator.normal(0.8, 0.02, 7), generator.normal(0.8, 0.02, 7), 0.05))
    # Two deviations and two standard errors are too little for three seeds, and one deviation is
    # too much for ten.
    three, ten = np.array([0.75, 0.8, 0.7]), cases[0][1]
    cases.append((three + np.array([-0.02, 0.0, 0.02]), three, 0.045))
    cases.append((three + np.array([-0.01, 0.0, 0.01]), three, 0.011))
    cases.append((three + np.array([0.01, -0.03, 0.02]), three, 0.03))
    cases.append((ten + np.tile([-0.04, 0.04], 5), ten, 0.035))
    # All lose exactly the margin, in numbers that binary holds without rounding.
    cases.append((np.full(4, 0.5), np.full(4, 0.75), 0.25))
    # The mean is within the margin, and not even one standard error below it is.
    cases.append((ten - 0.02 + np.tile([-0.04, 0.04], 5), ten, 0.03))
    return tuple(
        _Runs(narrow, wide, margin, *paired_difference(narrow, wide)[1:3])
        for narrow, wide, margin in cases
    )


def _unpaired_low(runs: _Runs) -> float:
    from scipy.stats import ttest_ind

    if np.ptp(runs.narrow) == np.ptp(runs.wide) == 0:  # SciPy would warn
        return runs.low
    return float(ttest_ind(runs.narrow, runs.wide).confidence_interval(0.95).low)


def _mean_less(runs: _Runs, deviations: float, freedom: int) -> float:
    lead = runs.narrow - runs.wide
    return float(lead.mean() - deviations * lead.std(ddof=freedom))


_RULES: tuple[tuple[Callable[[_Runs], bool], str], ...] = (
    (
        lambda runs: runs.low >= -runs.margin,
        "It says True where the loss is as large as the margin, too. It has to be less.",
    ),
    *(
        (
            lambda runs, by=by, freedom=freedom: _mean_less(runs, by, freedom) > -runs.margin,
            "It takes the mean difference less a number of standard deviations. That says how far "
            "apart single seeds are; the interval, which is one for their mean, has an end of its "
            "own.",
        )
        for by in (1, 1.96, 2)
        for freedom in (0, 1)
    ),
    *(
        (
            lambda runs, by=by, freedom=freedom: (
                _mean_less(runs, by / np.sqrt(len(runs.wide)), freedom) > -runs.margin
            ),
            "It takes the mean difference less a fixed number of standard errors. With few seeds "
            "the 95 % interval reaches further: let `paired_difference` work out its ends.",
        )
        for by in (1, 1.645, 1.96, 2)
        for freedom in (0, 1)
    ),
    (
        lambda runs: not runs.right,
        "It says True where the answer is False, and the other way round.",
    ),
    (
        lambda runs: runs.low <= 0 <= runs.high,
        "It says True where no difference is proved. A wide interval proves nothing, neither a "
        "difference nor that there is none: look at where its lower end lies.",
    ),
    (
        lambda runs: runs.narrow.mean() > runs.wide.mean() - runs.margin,
        "It compares the means alone. With a few seeds, a mean may lie where it does by chance: "
        "the interval says how far it may be off.",
    ),
    (
        lambda runs: runs.narrow.mean() >= runs.wide.mean(),
        "It asks which mean is larger. Neither the margin nor the interval has a say in that.",
    ),
    (
        lambda runs: -runs.high > -runs.margin,
        "It looks at the wide network minus the narrow one, and so asks whether the wide one is "
        "as good. Mind which comes first in the difference.",
    ),
    (
        lambda runs: runs.high > -runs.margin,
        "It looks at the upper end of the interval. That tells how good the narrow network may "
        "be at best; the question is how bad it may be.",
    ),
    (
        lambda runs: runs.low > -runs.margin and runs.high < runs.margin,
        "It says False where the narrow network is the better one by more than the margin. Being "
        "better is no fault: only one side of the interval counts.",
    ),
    (
        lambda runs: runs.low > 0,
        "It asks whether the narrow network is better. To be as good, it may lose up to the "
        "margin.",
    ),
    (
        lambda runs: runs.low > runs.margin,
        "It asks whether the narrow network is better, and by more than the margin. Mind the "
        "sign: a loss is a negative difference.",
    ),
    (
        lambda runs: bool(runs.narrow.max() >= runs.wide.max() - runs.margin),
        "It compares the best runs. The best of several runs is the luckiest.",
    ),
    (
        lambda runs: bool(runs.narrow.max() >= runs.wide.max()),
        "It asks which best run is higher. The best of several runs is the luckiest.",
    ),
    (
        lambda runs: bool(runs.narrow.min() > runs.wide.min() - runs.margin),
        "It compares the worst runs. One unlucky seed says little about the others.",
    ),
    (
        lambda runs: bool(np.all(runs.narrow - runs.wide > -runs.margin)),
        "It wants every single seed to be good enough. Single seeds vary; the interval is one "
        "for their mean.",
    ),
    (
        lambda runs: _unpaired_low(runs) > -runs.margin,
        "It takes the two networks' runs as if they had nothing to do with each other. They have "
        "their seeds in common: subtract seed by seed.",
    ),
)


def _as_good(answer: object) -> str:
    cases = _runs()
    found = [
        _true_or_false(result)
        for result in _results(answer, [runs[:3] for runs in cases], lambda i: cases[i].words)
    ]
    if found == [runs.right for runs in cases]:
        return (
            "Which margin is right, no test can say: that depends on what a mistake costs, and "
            "whom."
        )
    for rule, reason in _RULES:
        if found == [bool(rule(runs)) for runs in cases]:
            raise WrongAnswerError(reason)
    runs, said = next((r, s) for r, s in zip(cases, found, strict=True) if s != r.right)
    always = f"It says {said} in every case that was tried. " if len(set(found)) == 1 else ""
    raise WrongAnswerError(
        f"{always}For {runs.words}, {runs.right} is expected, and your function says {said}."
    )


def _true_or_false(result: object) -> bool:
    if not isinstance(result, bool | np.bool_):
        reason = (
            ' An `if` takes even `"False"` and `[False]` for true.'
            if isinstance(result, str | list)
            else ""
        )
        raise WrongAnswerError(
            f"{RETURNED} is {show(result)}. True or False itself is expected.{reason}"
        )
    return bool(result)


EXERCISES = (
    Exercise(
        "4.1",
        _to_rows,
        (
            "`reshape` lays the same numbers out in another shape. How many rows are needed, and "
            "how many columns?",
            "There are `images.shape[0]` pictures, each with `images.shape[1]` times "
            "`images.shape[2]` pixels.",
            "A -1 stands for whatever length is left: `images.reshape(len(images), ...)`.",
        ),
        """def to_rows(images):
    return images.reshape(len(images), -1)""",
        "The first axis stays, one row a picture, and -1 lets NumPy work out the other length. "
        "NumPy reads the pixels row by row, so their order in a picture is that of reading.",
    ),
    Exercise(
        "4.2",
        _to_unit_range,
        (
            "The largest pixel of the array says which kind it is.",
            "`pixels.max()` is the largest pixel. Compare it with 1, not with 255: a dark picture "
            "may have no white pixel.",
            "`if pixels.max() > 1:` return the pixels divided, else return them as they are.",
        ),
        """def to_unit_range(pixels):
    if pixels.max() > 1:
        return pixels / 255
    return pixels""",
        "A look at the data decides, not what a tutorial did. Only an array whose pixels are all "
        "0 or 1 stays in doubt: as bytes it would be black.",
    ),
    Exercise(
        "4.3",
        _baseline,
        (
            "First find the person whose label is the most frequent among the training labels.",
            "`np.bincount(train_labels)` counts each label, and `.argmax()` of that is the label "
            "with the largest count.",
            "Compare all test labels with that one label; the mean of True and False is the "
            "share of True.",
        ),
        """def baseline_accuracy(train_labels, test_labels):
    commonest = np.bincount(train_labels).argmax()
    return np.mean(test_labels == commonest)""",
        "The baseline learns like a network: from the training labels alone. What it has learned "
        "is one name. On the test labels that name is right as often as it occurs.",
    ),
    Exercise(
        "4.4",
        _narrow_network,
        (
            "Copy the cell that builds `model`, from `keras.Sequential` to the end of `compile`.",
            "The name changes, twice, and one number: the width of the hidden layer. Leave the "
            "numbers of inputs and outputs to `pixels.shape[1]` and `class_count`.",
        ),
        """narrow_model = keras.Sequential(
    [
        keras.Input(shape=(pixels.shape[1],)),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(class_count, activation="softmax"),
    ]
)
narrow_model.compile(
    optimizer="adam", loss="categorical_crossentropy", metrics=["accuracy"]
)""",
        "The inputs and outputs are given by the data: one input a pixel, one output a person. "
        "The width in between is a choice.",
        answers=3,
    ),
    Exercise(
        "4.5",
        _scale_both,
        (
            "The leak is in the rows that `fit` is given.",
            "Call `scaler.fit` with the training rows only. Then `transform` both.",
            "Return `scaler.transform(train_rows)` and `scaler.transform(other_rows)`, with a "
            "comma between them.",
        ),
        """def scale_both(train_rows, other_rows):
    scaler = StandardScaler()
    scaler.fit(train_rows)
    return scaler.transform(train_rows), scaler.transform(other_rows)""",
        "`fit` learns the means and deviations, so it sees training rows only. `transform` learns "
        "nothing: it applies them, to the other rows the same as to the training rows.",
    ),
    Exercise(
        "4.6",
        _RECALLS,
        (
            "How many pictures of a person are recognised, and how many are there?",
            "The first is on the diagonal, `np.diag(matrix)`. The second is the sum of the row.",
            "`matrix.sum(axis=1)` adds up along the rows: one sum a row.",
        ),
        """def recalls(matrix):
    return np.diag(matrix) / matrix.sum(axis=1)""",
        "A row holds all pictures of one person, and its number on the diagonal those that are "
        "recognised. The sum of a column is something else: how often a name is given. The "
        "diagonal divided by it is precision.",
    ),
    Exercise(
        "4.7",
        _as_good,
        (
            "`paired_difference(narrow, wide)` gives the narrow network's lead. If it loses, the "
            "numbers are negative.",
            "At worst, the narrow network's lead is the lower end of the interval. How low may "
            "that be?",
            "Compare `paired_difference(narrow, wide).low` with `-margin`.",
        ),
        """def as_good(narrow, wide, margin):
    return paired_difference(narrow, wide).low > -margin""",
        "The lower end is the worst that the runs leave possible. If even that loses less than "
        "the margin, the narrow network is as good, up to the margin. A wide interval gives "
        "False: that means not shown, not worse.",
        prepare=_runs,
    ),
)

QUESTIONS = (
    Question(
        "4.q1",
        "Before you run the next cell: it draws how many pictures there are of each person. LFW's "
        "makers took what the news of a few years had to offer. What do you expect of its bars?",
        {
            "a": "all are about equally high",
            "b": "one is far higher than the others",
            "c": "all are exactly 100 high",
            "d": "two are equally high, the others much lower",
        },
        "b",
        {
            "a": "That is so where somebody plans it, as with the ORL faces, which were taken in "
            "a laboratory. The news has no such plan.",
            "b": "Data that nobody planned are seldom balanced: here, a president was in the news "
            "more often than a minister. (The ORL faces, where they stand in, were taken in a "
            "laboratory, and are balanced.)",
            "c": "At least 100 were asked for. That sets a lower limit, not the number.",
            "d": "Look at the names above the pictures once more: in LFW, one of them comes again "
            "and again.",
        },
    ),
    Question(
        "4.q2",
        "Before you run the next cell: it trains the network twice more, on pixels divided by 255 "
        "a second time and on standardised ones. The table after it holds the losses. Which of "
        "the three trainings will have the highest training loss in the end?",
        {
            "a": "the one on the pixels as they come",
            "b": "the one on standardised pixels",
            "c": "none: whatever the scale, the network learns its few pictures by heart",
            "d": "the one on pixels divided once more",
        },
        "d",
        {
            "a": "Its inputs are neither huge nor tiny, and its training loss was close to zero.",
            "b": "Inputs with a mean of 0 and a deviation of 1 are the ones that training likes "
            "best. Look at their row in the table below.",
            "c": "It could represent the same answers, with weights 255 times as large. But they "
            "start small and change in small steps, and the number of epochs is fixed.",
            "d": "Tiny inputs make tiny sums, and the weights have far to go before two pictures "
            "look different. This is a guess at the cause; the loss is measured.",
        },
    ),
    Question(
        "4.q3",
        "Two classifiers are shown the same 100 pictures. The first alone recognises 9 of them, "
        "the second alone 3. Does that prove the first to be the better one?",
        {
            "a": "yes: 9 is three times as many as 3",
            "b": "that depends on how many pictures both of them recognise",
            "c": "no: between two equally good ones, chance divides 12 pictures that unevenly "
            "often enough",
            "d": "no: 12 of 100 pictures are too few to say anything, however they are divided",
        },
        "c",
        {
            "a": "With such small numbers, three times as many is little. Throw a coin twelve "
            "times, and count how often one side comes up nine times or more.",
            "b": "McNemar's test leaves those out: they speak for both alike.",
            "c": "A coin thrown twelve times shows one side at least nine times in about one of "
            "seven tries. The p-value is `mcnemar`'s: 0.146.",
            "d": "Were all twelve on one side, chance would do that in one of 2048 cases, and the "
            "first would be ahead for good reason.",
        },
    ),
    Question(
        "4.q4",
        "Before you run the next cell: it trains the network with 512 neurons ten times. The "
        "pictures and all settings stay the same; only the seed changes. How far apart will the "
        "best and the worst of the ten be after their last epoch, counted in validation pictures "
        "that are recognised?",
        {
            "a": "some pictures, less than ten",
            "b": "none: the same pictures give the same network",
            "c": "one picture at most",
            "d": "half of the pictures or more",
        },
        "a",
        {
            "a": "Run the cell below, take the largest and the smallest number in its column "
            "`val_accuracy`, and multiply their difference by the number of validation pictures. "
            "No run did anything better "
            "than another: the seed was luckier.",
            "b": "The seed sets the first weights and the order of the pictures. Different "
            "starts end in different networks.",
            "c": "The networks agree on most pictures, but on more than one they do not. Run the "
            "cell below and count in its column `val_accuracy`.",
            "d": "Then some seeds would hardly learn at all. With these small steps, all do.",
        },
    ),
    Question(
        "4.q5",
        "A shop has a camera at its door, and behind it this notebook's network, trained on five "
        "people. A thousand visitors pass, none of them one of the five. How many are given one "
        "of the five names?",
        {
            "a": "none: the network sees that it does not know them",
            "b": "as large a share as the network's mistakes on the test pictures",
            "c": "those for whom one of the probabilities is above a half",
            "d": "all thousand",
        },
        "d",
        {
            "a": "It has five outputs, and none of them stands for somebody else.",
            "b": "That share was measured on pictures of the five. About strangers it says "
            "nothing.",
            "c": "The largest probability wins, whatever its size. A limit would have to be "
            "added, and a softmax can be very sure of a face that it has never seen.",
            "d": "The five probabilities of every visitor add up to one, and the largest gives the "
            "name. A better accuracy would change nothing in that. Nobody asked the thousand, and "
            "none of them learns under which name the camera knows them.",
        },
    ),
)
