"""Whole epochs as one program: the part of `helpers.training.fit` that talks to TensorFlow."""

from __future__ import annotations

import contextlib
import copy
import ctypes
import json
import random
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

Nested: TypeAlias = Any
"""Arrays or tensors, or tuples, lists and dictionaries of them at any depth."""

MOST_EPOCHS = 64
"""Most epochs in one call of the program."""

MOST_ROWS = 2**18
"""Most row numbers handed to the program in one call, unless one epoch has more."""

MOST_PROGRAMS = 8
"""Most programs kept for networks that are built again."""

_ALIGNMENT = 64
_tracing = threading.Lock()
_programs: OrderedDict[str, Program] = OrderedDict()


class Program:
    """The epochs of one training, compiled for one model and one set of shapes.

    One call runs several epochs: for each, it takes the batches in the given
    order, calls the model's own `train_step` on them, and then its `test_step`
    on the validation rows. Losses, metrics, regularisers and the optimizer are
    therefore Keras' own, and their state stays in the model's variables.

    Parameters
    ----------
    model : keras.Model
        Compiled and built, with its metrics and its optimizer built, too.
    train : nested structure of numpy.ndarray
        ``(x, y)`` or ``(x, y, sample_weight)``, ``n`` rows each.
    validation : nested structure of numpy.ndarray or None
        The same for the validation rows.
    batch_size : int
        Rows in a batch; the last batch may be smaller.
    """

    def __init__(
        self, model: keras.Model, train: Nested, validation: Nested, batch_size: int
    ) -> None:
        self._model = model
        self._batch_size = batch_size
        self._rows = row_count(train)
        self._validation_rows = 0 if validation is None else row_count(validation)
        self.epochs_per_call = max(1, min(MOST_EPOCHS, MOST_ROWS // self._rows))
        self._trained = model
        self._key = _key(model, train, validation, batch_size)
        self.names = _names(model, validation)
        self._running = threading.RLock()
        self._xla = True
        self._origin: Program | None = None
        self._compiled: Callable[..., tf.Tensor] | None = None

    def serves(self, model: keras.Model) -> bool:
        """Tell whether a model of the same recipe has the same numbers.

        Keras keeps earlier metrics where a later compilation names none.
        """
        mine, others = (
            [tuple(variable.shape) for variable in (*one.variables, *one.optimizer.variables)]
            for one in (self._model, model)
        )
        return mine == others and len(_names(model, None)) == len(_names(self._model, None))

    def for_model(self, model: keras.Model, train: Nested, validation: Nested) -> Program:
        """Return this program, once compiled, for another model of the same recipe."""
        if model is self._trained:
            return self
        other = copy.copy(self)
        other._origin = self
        other._trained = model
        other.names = _names(model, validation)  # those of its own outputs
        other._key = _key(model, train, validation, self._batch_size)
        return other

    def fits(self, model: keras.Model, train: Nested, validation: Nested, batch_size: int) -> bool:
        """Tell whether this program can be used again for such a training."""
        return self._key == _key(model, train, validation, batch_size)

    def run(self, train: Nested, validation: Nested, orders: np.ndarray) -> np.ndarray:
        """Run as many epochs as `orders` has rows.

        Parameters
        ----------
        train, validation : nested structure of tensorflow.Tensor
            The data, from `tensors`.
        orders : numpy.ndarray
            ``(epochs, n)``, int32: for each epoch the order of the rows; at
            most `epochs_per_call` epochs.

        Returns
        -------
        numpy.ndarray
            ``(epochs, len(names))``, float32: the metrics of each epoch.
        """
        compiled = self.compile(train, validation)
        count = len(orders)
        padded = np.zeros((self.epochs_per_call, self._rows), np.int32)
        padded[:count] = orders
        with self._running:  # by one thread at a time: several may share the program's model
            _copy_state(self._trained, self._model)
            logs = compiled(train, validation, tf.constant(padded), tf.constant(count)).numpy()
            _copy_state(self._model, self._trained)
        return logs[:count]

    def compile(self, train: Nested, validation: Nested) -> Callable[..., tf.Tensor]:
        """Compile the program, unless it is compiled, and return it; the model stays as it is.

        XLA compiles nearly every network. Where it does not know an operation,
        and for convolutions, which it runs some forty times slower in a loop
        than TensorFlow does, the program becomes a TensorFlow graph.
        """
        if self._compiled is not None:
            return self._compiled
        if self._origin is not None:
            self._compiled = self._origin.compile(train, validation)
            return self._compiled
        no_epoch = (tf.zeros((self.epochs_per_call, self._rows), tf.int32), tf.constant(0))
        compiled = self._function(xla=True)
        # A program that XLA refuses is not half done: no epoch has run.
        refusals = (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError, _ConvolutionError)
        try:
            with _quick_dropout():
                compiled(train, validation, *no_epoch)
        except refusals:
            compiled = self._function(xla=False)
            compiled(train, validation, *no_epoch)
        _return_memory()
        self._compiled = compiled
        return compiled

    def _function(self, *, xla: bool) -> Callable[..., tf.Tensor]:
        self._xla = xla
        # Not get_concrete_function, which would keep the graph for ever.
        # TensorFlow counts tracings by the Python code, and warns after five: a partial has none.
        epochs = partial(self._epochs)
        return tf.function(epochs, jit_compile=xla or None, autograph=False)

    def _epochs(
        self, train: Nested, validation: Nested, orders: tf.Tensor, count: tf.Tensor
    ) -> tf.Tensor:
        """Run `count` epochs; traced once, like all methods below."""

        def epoch(number: tf.Tensor, logs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            results = self._training_pass(train, orders[number])
            if validation is not None:
                results += self._validation_pass(validation)
            row = tf.stack([tf.cast(result, tf.float32) for result in results])
            return number + 1, tf.tensor_scatter_nd_update(logs, [[number]], row[None])

        logs = tf.zeros((self.epochs_per_call, len(self.names)))
        return tf.while_loop(lambda number, _: number < count, epoch, (0, logs))[1]

    def _training_pass(self, train: Nested, order: tf.Tensor) -> list[tf.Tensor]:
        size = self._batch_size

        def step(rows: tf.Tensor) -> None:
            batch = keras.tree.map_structure(lambda leaf: tf.gather(leaf, rows), train)
            logs = self._model.train_step(batch)
            operations = tf.compat.v1.get_default_graph().get_operations()
            if self._xla and any("Conv" in operation.type for operation in operations):
                raise _ConvolutionError
            if set(logs) != set(self._model.get_metrics_result()):
                raise NotImplementedError(
                    f"{type(self._model).__name__} has a train_step of its own that returns "
                    f"{sorted(logs)}, other than its metrics; use model.fit"
                )

        def batch_step(number: tf.Tensor) -> tuple[tf.Tensor]:
            step(tf.slice(order, [number * size], [size]))
            return (number + 1,)

        self._model.reset_metrics()
        _count_to(self._rows // size, batch_step)
        if rest := self._rows % size:
            step(order[-rest:])
        return list(self._model.get_metrics_result().values())

    def _validation_pass(self, validation: Nested) -> list[tf.Tensor]:
        size = self._batch_size

        def step(start: tf.Tensor, rows: int) -> None:
            def part(leaf: tf.Tensor) -> tf.Tensor:
                corner = tf.concat([[start], tf.zeros(leaf.shape.rank - 1, tf.int32)], 0)
                return tf.slice(leaf, corner, [rows, *leaf.shape[1:]])

            self._model.test_step(keras.tree.map_structure(part, validation))

        def batch_step(number: tf.Tensor) -> tuple[tf.Tensor]:
            step(number * size, size)
            return (number + 1,)

        self._model.reset_metrics()
        _count_to(self._validation_rows // size, batch_step)
        if rest := self._validation_rows % size:
            step(tf.constant(self._validation_rows - rest), rest)
        return list(self._model.get_metrics_result().values())


def program_for(model: keras.Model, train: Nested, validation: Nested, batch_size: int) -> Program:
    """Return a program for such a training: the model's last one, a shared one, or a new one.

    A program is kept with the model for which it was made. Besides, the last
    `MOST_PROGRAMS` programs are kept for networks that are made of Keras' own
    parts alone: a network that is built again, with the same layers, loss,
    metrics and optimizer, needs no new program. Such a program has a model of
    its own, which takes over the numbers of the model that is trained.
    """
    kept = vars(model).get("_course_program")
    if kept is not None and kept.fits(model, train, validation, batch_size):
        return kept
    _build(model, train, batch_size)
    program = None
    if _own_parts(model):
        program = _shared(model, train, validation, batch_size)
    if program is None:
        program = Program(model, train, validation, batch_size)
    # Keras would look into what is assigned to a model, hence not setattr.
    vars(model)["_course_program"] = program
    return program


def _shared(
    model: keras.Model, train: Nested, validation: Nested, batch_size: int
) -> Program | None:
    name = f"{recipe(model)} {_shapes(train, validation)} {batch_size}"
    if name in _programs:
        _programs.move_to_end(name)
    else:
        drawn = random.getstate()  # new layers take their seeds from it, and the next network, too
        own = type(model).from_config(model.get_config())
        own.compile_from_config(model.get_compile_config())
        _build(own, train, batch_size)
        random.setstate(drawn)
        _programs[name] = Program(own, train, validation, batch_size)
        while len(_programs) > MOST_PROGRAMS:
            _programs.popitem(last=False)
    program = _programs[name]
    return program.for_model(model, train, validation) if program.serves(model) else None


def recipe(model: keras.Model) -> str:
    """Write down what a compiled model is made of.

    Returns
    -------
    str
        The configuration of the layers, the loss, the metrics and the
        optimizer. The names of layers, which Keras counts up, are replaced by
        numbers. A model that cannot say what it is made of is described by its
        class and its weights.
    """
    try:
        layers, compiled = model.get_config(), model.get_compile_config()
    except NotImplementedError:
        return f"{type(model).__name__} {[tuple(weight.shape) for weight in model.weights]}"
    names: dict[str, str] = {}

    def numbered(value: object) -> object:
        if isinstance(value, Mapping):
            # A layer or the model, and no metric, whose name stands in the history.
            if "name" in value and ("trainable" in value or "batch_shape" in value):
                names.setdefault(value["name"], f"#{len(names)}")
            return {key: numbered(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [numbered(item) for item in value]
        return names.get(value, value) if isinstance(value, str) else value

    optimizer = numbered(model.optimizer.get_config() | {"name": ""})
    compiled = {key: value for key, value in compiled.items() if key != "optimizer"}
    parts = [numbered(layers), compiled, type(model.optimizer).__qualname__, optimizer]
    return json.dumps(parts, default=str)


def _own_parts(model: keras.Model) -> bool:
    """Tell whether a model is made of Keras' own parts alone, so that a recipe says it all."""

    def own(value: object) -> bool:
        if isinstance(value, Mapping):
            kind = value.get("class_name")
            if value.get("registered_name") or kind in ("function", "__lambda__"):
                return False
            if hasattr(getattr(keras.layers, str(kind), None), "adapt"):
                return False  # it keeps what it has learned from the data beside its weights
            module = str(value.get("module") or "keras")
            return module.startswith(("keras", "builtins")) and all(map(own, value.values()))
        if isinstance(value, (list, tuple)):
            return all(map(own, value))
        return value is None or isinstance(value, (str, int, float))

    if not type(model).__module__.startswith("keras."):
        return False
    try:
        compiled = model.get_compile_config()
        # Without a loss, Keras keeps that of an earlier compilation.
        return compiled["loss"] is not None and own(model.get_config()) and own(compiled)
    except NotImplementedError:
        return False


def create_weights(model: keras.Model, x: Nested) -> None:
    """Create the weights of a model that waits for its first rows; others stay as they are.

    Parameters
    ----------
    model : keras.Model
        The model.
    x : nested structure of numpy.ndarray
        The features, ``(n, ...)``.
    """
    if not model.built:
        symbols = keras.tree.map_structure(
            lambda leaf: keras.KerasTensor((None, *leaf.shape[1:]), leaf.dtype.name), x
        )
        model(symbols, training=False)


def tensors(data: Nested) -> Nested:
    """Turn arrays into tensors with one copy at most, where TensorFlow would make two.

    Parameters
    ----------
    data : nested structure of numpy.ndarray or None

    Returns
    -------
    nested structure of tensorflow.Tensor
        The same structure, with None where None was.
    """
    return keras.tree.map_structure(lambda leaf: None if leaf is None else _tensor(leaf), data)


def row_count(data: Nested) -> int:
    """Return the number of rows of a nested structure of arrays."""
    return int(next(leaf for leaf in keras.tree.flatten(data) if leaf is not None).shape[0])


def _tensor(array: np.ndarray) -> tf.Tensor:
    # TensorFlow shares memory that begins at a multiple of 64 bytes and copies any other.
    # The buffer is our own, so that a later change of the array does not reach it.
    buffer = np.empty(array.nbytes + _ALIGNMENT, np.uint8)
    start = -buffer.ctypes.data % _ALIGNMENT
    own = buffer[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    own[...] = array
    return tf.experimental.dlpack.from_dlpack(own.__dlpack__())


def _return_memory() -> None:
    """Give back to the system what the compiler has freed; on Linux, glibc would keep it."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)


class _ConvolutionError(Exception):
    """There is a convolution in what was to be compiled by XLA."""


def _count_to(batches: int, step: Callable[[tf.Tensor], tuple[tf.Tensor]]) -> None:
    # XLA runs a loop that counts by one to a known end about ten times faster than another.
    if batches:
        tf.while_loop(lambda number: number < batches, step, (0,))


def _key(model: keras.Model, train: Nested, validation: Nested, batch_size: int) -> list[Any]:
    """Collect what a program depends on; `compile` makes new metrics, so they stand for it."""
    # Identities would be reused after garbage collection: keep the objects themselves.
    objects = [model.optimizer, *model.metrics, *model.trainable_variables]
    return [_Same(item) for item in objects] + [_shapes(train, validation), batch_size]


def _shapes(train: Nested, validation: Nested) -> str:
    return str(
        keras.tree.map_structure(
            lambda leaf: None if leaf is None else (leaf.shape, str(leaf.dtype)),
            (train, validation),
        )
    )


def _names(model: keras.Model, validation: Nested) -> list[str]:
    """Return the names of the metrics, as they stand in the history."""
    results = model.get_metrics_result()
    vectors = [name for name, result in results.items() if len(result.shape) > 0]
    if vectors:
        raise NotImplementedError(
            f"metric {vectors[0]!r} has several values, and fit keeps one value a metric; "
            "use model.fit"
        )
    return list(results) + [f"val_{name}" for name in results if validation is not None]


def _copy_state(source: keras.Model, target: keras.Model) -> None:
    """Copy weights, random states, metrics and the optimizer's state."""
    if source is not target:
        pairs = zip(
            [*source.variables, *source.optimizer.variables],
            [*target.variables, *target.optimizer.variables],
            strict=True,
        )
        for variable, other in pairs:
            other.value.assign(variable.value)


class _Same:
    """An object that equals nothing but itself, whatever its class says of equality."""

    def __init__(self, item: object) -> None:
        self._item = item

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._item is other._item

    __hash__ = None  # type: ignore[assignment]


def _build(model: keras.Model, train: Nested, batch_size: int) -> None:
    """Create every variable that Keras would create on the first batch."""
    create_weights(model, train[0])
    first = keras.tree.map_structure(
        lambda leaf: None if leaf is None else tf.constant(leaf[:batch_size]), train
    )
    x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(first)
    if isinstance(model, keras.Sequential) and None not in model.output_shape[1:]:
        # Metrics ask for shapes only, and a first call costs as much as many epochs.
        predicted = tf.zeros((row_count(x), *model.output_shape[1:]), model.outputs[0].dtype)
    else:
        predicted = model(x, training=False)
    model.compute_metrics(x, y, predicted, sample_weight)
    if len(keras.tree.flatten(predicted)) > 1:
        # The loss of each output is a metric, too, made when it is first computed.
        model.compute_loss(x, y, predicted, sample_weight)
    model.reset_metrics()
    model.optimizer.build(model.trainable_variables)


@contextlib.contextmanager
def _quick_dropout() -> Iterator[None]:
    """Let dropout draw with ThreeFry while a program is traced.

    `keras.layers.Dropout` leaves the choice of the random generator to
    TensorFlow, which takes Philox on the processor; compiled by XLA, that is
    about seven times slower than everything else in an epoch of MNIST. The
    distribution is the same, and so is the dependence on the layer's seed.
    """

    def dropout(
        x: tf.Tensor,
        rate: float,
        seed: tf.Tensor,
        rng_alg: str = "",
        noise_shape: tf.Tensor | None = None,
    ) -> tf.Tensor:
        shape = tf.shape(x) if noise_shape is None else noise_shape
        uniform = tf.random.stateless_uniform(shape, seed, dtype=x.dtype, alg="threefry")
        return tf.where(uniform >= rate, x / (1 - rate), tf.zeros_like(x))

    with _tracing:
        original = tf.nn.experimental.stateless_dropout
        tf.nn.experimental.stateless_dropout = dropout
        try:
            yield
        finally:
            tf.nn.experimental.stateless_dropout = original
