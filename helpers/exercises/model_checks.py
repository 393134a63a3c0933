"""Read the Keras networks that a learner hands in, and judge them by what they do.

As in `answers`, `what` says what a model is, and `WrongAnswerError` is raised with a
sentence for the learner where it is none, or does not do what is expected.
"""

from __future__ import annotations

import traceback
import warnings
from typing import TYPE_CHECKING

import numpy as np

from helpers.exercises.answers import WrongAnswerError, name_of, read_array

if TYPE_CHECKING:
    import keras


def read_model(answer: object, what: str = "Your model") -> keras.Model:
    """Read a Keras model: sequential, functional or of a class of its own."""
    import keras

    if isinstance(answer, keras.callbacks.History):
        raise WrongAnswerError(f"{what} is a history, which fit returns. Hand over the model.")
    if not isinstance(answer, keras.Model):
        raise WrongAnswerError(f"{what} is {name_of(answer)}. A Keras model is expected.")
    return answer


def outputs(model: keras.Model, x: np.ndarray, what: str = "Your model") -> np.ndarray:
    """Return what a learner's model answers to rows of inputs, without training."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the reply says what matters
            found = model(x, training=False)
    except Exception as error:
        raise WrongAnswerError(
            f"{what} does not take rows of the shape {x.shape[1:]}. What does keras.Input say?"
        ) from error
    return read_array(found, what="The model's output")


def class_probabilities(
    model: keras.Model, x: np.ndarray, classes: int, row: str, what: str = "Your model"
) -> np.ndarray:
    """Return a learner's model's probabilities of classes, ``(rows, classes)``.

    Parameters
    ----------
    model, what
        As for the other functions.
    x : numpy.ndarray
        The inputs, two rows or more.
    classes : int
        The number of classes, two or more.
    row : str
        What a row of the inputs stands for, in the singular.
    """
    found = outputs(model, x, what)
    if found.shape == (len(x), 1):
        raise WrongAnswerError(
            f"{what} has one output. Softmax over one output is always 1; {classes} classes need "
            f"{classes} outputs."
        )
    if found.shape != (len(x), classes):
        raise WrongAnswerError(
            f"{what} returns the shape {found.shape} for {len(x)} rows. The shape "
            f"({len(x)}, {classes}) is expected: one row a {row} and one column a class."
        )
    if np.any(found < 0) or not np.allclose(found.sum(axis=1), 1, atol=1e-4):
        raise WrongAnswerError(
            f"The {classes} outputs for a {row} do not add up to one. Which activation turns "
            "scores into probabilities?"
        )
    return found


def scores(model: keras.Model, x: np.ndarray) -> np.ndarray:
    """Return the scores before softmax, less the first of each row, which softmax hides."""
    logarithms = np.log(np.maximum(outputs(model, x.astype("float32")), 1e-30))
    return logarithms - logarithms[:, :1]


def is_linear(
    model: keras.Model, first: np.ndarray, second: np.ndarray, tolerance: float = 1e-4
) -> bool:
    """Tell whether a model's scores before softmax change in straight lines with its inputs.

    They do for one layer, and for several without an activation between them: then the
    scores of a sum of inputs, `first` and `second`, are the sum of their scores, but
    for the bias, which the scores of 0 show.
    """
    both, one, other, none = (scores(model, x) for x in (first + second, first, second, 0 * first))
    return bool(np.abs(both - one - other + none).max() < tolerance)


def loss_of(network: keras.Model, labels: np.ndarray, probabilities: np.ndarray) -> float:
    """Calculate the loss that a network was compiled with, of made-up answers.

    It is NaN where it cannot be calculated for such labels. A penalty that a regulariser
    adds is complained about, or it would be taken for another loss.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reply says what matters
        try:
            loss = float(network.compute_loss(x=None, y=labels, y_pred=probabilities))
        except Exception:
            return float("nan")
    if network.losses:
        raise WrongAnswerError(
            "A regulariser adds a penalty to its loss. That may be useful, but it is not asked for "
            "here: leave it out."
        )
    return loss


def expect_own_optimizer(network: keras.Model) -> None:
    """Complain about an optimizer that keeps numbers for the weights of another network."""
    weights = {tuple(weight.shape) for weight in network.trainable_variables}
    kept = {tuple(part.shape) for part in network.optimizer.variables if len(part.shape) > 1}
    if kept - weights:
        raise WrongAnswerError(
            "Its optimizer is that of another network, whose weights have other shapes, and could "
            "not train this one. Make a new optimizer for it."
        )


def raised_in_keras(error: WrongAnswerError) -> bool:
    """Tell whether Keras or TensorFlow raised what stopped a function, as `call` reports it.

    Then the innermost line of the traceback is one of theirs, and not the learner's.
    """
    frames = list(traceback.walk_tb(error.__cause__.__traceback__ if error.__cause__ else None))
    module = str(frames[-1][0].f_globals.get("__name__")) if frames else ""
    return module.partition(".")[0] in ("keras", "tensorflow")
