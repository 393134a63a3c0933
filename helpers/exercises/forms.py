"""Forms of exercises in which each mistake is written once.

A mistake is something that a learner could hand in: a function with the learner's
signature, a value, a network. It is the rule, since an answer that agrees with it
gets its reason, and the test, since it has to get that reason when it is handed in.
A form stands in place of a function as the `examine` of an `Exercise`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from helpers.exercises.answers import (
    ReturnsNoneError,
    WrongAnswerError,
    agree,
    call,
    read_array,
    show,
)
from helpers.exercises.model_checks import expect_own_optimizer, loss_of, read_model

if TYPE_CHECKING:
    import keras

RETURNED = "What your function returns"


@dataclass(frozen=True, kw_only=True)
class Form:
    """What the forms have in common.

    Attributes
    ----------
    right : callable
        Makes the right answer.
    wrong : mapping
        From the name of a mistake to a tuple: the reason, and one callable or more
        that make the mistake. The reason is None where `read` or `otherwise` finds
        the words; then the callables are there for the tests alone.
    said : str
        What is said to a right answer.
    """

    right: Callable[..., Any]
    wrong: Mapping[str, tuple[Any, ...]]
    said: str

    def mistakes(self) -> Iterator[tuple[str, str | None, Callable[..., Any]]]:
        """Yield the name, the reason and the callable of each mistake."""
        for name, (reason, *makers) in self.wrong.items():
            for place, maker in enumerate(makers, 1):
                yield name if place == 1 else f"{name}, {place}", reason, maker

    def handed_in(self, maker: Callable[..., Any]) -> object:
        """Return what a learner would hand in who makes a mistake."""
        return maker


def _read_function(answer: object, *case: object) -> np.ndarray:
    return read_array(call(answer, *case), what=RETURNED)


@dataclass(frozen=True, kw_only=True)
class FunctionForm(Form):
    """An exercise whose answer is a function, tried with several arguments.

    Attributes
    ----------
    cases : callable
        Returns the cases: for each call of the function, a tuple of arguments.
    otherwise : callable
        Takes what was found and what is right in the first case where they differ,
        and the case's arguments; returns the sentence for a mistake without a name.
    read : callable
        Takes the answer and a case's arguments, calls the answer, and returns the
        result as numbers, or raises `WrongAnswerError`, for a wrong shape say.
    tolerance : float
        How far results may be apart, relatively and absolutely, and still agree.
    telling : int, optional
        How many cases, from the first, tell mistakes apart; without it, all.
    """

    cases: Callable[[], Sequence[tuple[Any, ...]]]
    otherwise: Callable[..., str]
    read: Callable[..., Any] = _read_function
    tolerance: float = 1e-6
    telling: int | None = None

    def __call__(self, answer: object) -> str:
        """Examine an answer, as `Exercise.examine` does."""
        cases, found = self.cases(), self._results(answer)
        right = self._results(self.handed_in(self.right))
        if self._agree(found, right):
            return self.said
        for reason, results in self._outcomes:
            if self._agree(found[: self.telling], results[: self.telling]):
                raise WrongAnswerError(reason)
        place = next(n for n in range(len(cases)) if not self._agree(found[n:][:1], right[n:][:1]))
        raise WrongAnswerError(self.otherwise(found[place], right[place], *cases[place]))

    def _results(self, answer: object) -> list[np.ndarray]:
        found, none = [], []
        for case in self.cases():
            try:
                found.append(np.asarray(self.read(answer, *case), dtype=float))
            except ReturnsNoneError as error:
                none.append((case, error))
        if none and found:
            raise WrongAnswerError(
                f"For {', '.join(map(show, none[0][0]))}, your function returns None: it ends "
                "without having come to a `return`."
            )
        if none:
            raise none[0][1]
        return found

    @cached_property
    def _outcomes(self) -> list[tuple[str, list[np.ndarray]]]:
        """What each named mistake comes to; one that fails in a case matches no answer."""
        outcomes = []
        for _, reason, maker in self.mistakes():
            with np.errstate(all="ignore"), suppress(Exception):
                if reason is not None:
                    outcomes.append((reason, self._results(self.handed_in(maker))))
        return outcomes

    def _agree(self, found: list[np.ndarray], others: list[np.ndarray]) -> bool:
        pairs = zip(found, others, strict=True)
        return all(agree(one, other, self.tolerance) for one, other in pairs)


@dataclass(frozen=True, kw_only=True)
class ValueForm(FunctionForm):
    """An exercise whose answer is a value.

    `cases` holds one case, the data; `right` and the mistakes make a value of them,
    and `read` does not call the answer, but reads it.
    """

    def handed_in(self, maker: Callable[..., Any]) -> object:
        """Return the value that a learner would hand in."""
        return maker(*self.cases()[0])


def dense_network(
    *widths: int,
    hidden: str | None = "relu",
    last: str | None = "softmax",
    penalty: str | None = None,
    **compiled: object,
) -> Callable[[], keras.Model]:
    """Return a function that builds a network of dense layers, of these widths from the inputs on.

    Its weights come from a generator of its own: to draw them as Keras does would
    change the random numbers that the learner's next cell gets. `penalty` names a
    regulariser of the last layer, and `compiled` holds the arguments of `compile`;
    without any, the network is not compiled.
    """

    def build() -> keras.Model:
        import keras

        network = keras.Sequential([keras.Input(shape=widths[:1])])
        for width in widths[1:-1]:
            network.add(keras.layers.Dense(width, hidden, kernel_initializer="zeros"))
        network.add(
            keras.layers.Dense(
                widths[-1], last, kernel_initializer="zeros", kernel_regularizer=penalty
            )
        )
        generator = np.random.default_rng(16)
        network.set_weights([generator.normal(size=part.shape) for part in network.get_weights()])
        if compiled:
            network.compile(**compiled)
        return network

    return build


@dataclass(frozen=True, kw_only=True)
class NetworkForm(Form):
    """An exercise whose answer is a network, judged by what it does and not how it is written.

    `right` and the mistakes build networks. An answer agrees with one of them if
    that one, given the answer's weights, answers alike.

    Attributes
    ----------
    read : callable
        Takes the learner's network, and raises `WrongAnswerError` where it does not
        take the inputs or its outputs are of another kind than those asked for.
    otherwise : callable
        Takes the learner's network, whose layers are those of no mistake with a
        name, and returns a sentence.
    loss : str
        What is said where the loss is another one than that of `right`.
    """

    read: Callable[[keras.Model], object]
    otherwise: Callable[[keras.Model], str]
    loss: str

    def handed_in(self, maker: Callable[..., Any]) -> object:
        """Return the network that a learner would hand in."""
        return maker()

    @cached_property
    def _built(self) -> tuple[keras.Model, list[tuple[str, keras.Model]]]:
        named = [(reason, maker()) for _, reason, maker in self.mistakes() if reason is not None]
        return self.right(), named

    def prepare(self) -> object:
        """Build the networks to compare with, before the time of a check is taken."""
        return self._built

    def __call__(self, answer: object) -> str:
        """Examine an answer, as `Exercise.examine` does."""
        network = read_model(answer)
        self.read(network)
        right, mistakes = self._built
        if not _answers_alike(network, right):
            for reason, other in mistakes:
                if _answers_alike(network, other):
                    raise WrongAnswerError(reason)
            raise WrongAnswerError(self.otherwise(network))
        if not getattr(network, "compiled", False):
            raise WrongAnswerError("The network is right. It is not compiled yet.")
        if not np.isclose(_made_up_loss(network), _made_up_loss(right), rtol=1e-4):
            raise WrongAnswerError(self.loss)
        expect_own_optimizer(network)
        return self.said


def _answers_alike(network: keras.Model, other: keras.Model) -> bool:
    """Tell whether a network answers, in training and after, as another one with its weights."""
    weights = network.get_weights()
    if [part.shape for part in weights] != [part.shape for part in other.get_weights()]:
        return False
    other.set_weights(weights)
    rows = np.random.default_rng(17).normal(size=(60, *other.input_shape[1:])).astype("float32")
    rows = np.concatenate([rows, 20 * rows])
    expected = np.asarray(other(rows))
    return all(agree(np.asarray(network(rows, training=t)), expected, 1e-4) for t in (False, True))


def _made_up_loss(network: keras.Model) -> float:
    """Calculate a network's loss for labels and probabilities that are made up."""
    classes = network.output_shape[-1]
    generator = np.random.default_rng(18)
    if classes == 1:
        labels = generator.integers(0, 2, (20, 1)).astype("float32")
        return loss_of(network, labels, generator.uniform(size=(20, 1)).astype("float32"))
    given = generator.dirichlet(np.ones(classes), 20).astype("float32")
    labels = np.eye(classes, dtype="float32")[generator.integers(0, classes, 20)]
    return loss_of(network, labels, given)
