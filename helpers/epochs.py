"""Whole epochs as one program: the part of `helpers.training.fit` that talks to TensorFlow."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
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

_ALIGNMENT = 64
_tracing = threading.Lock()


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
        self._key = _key(model, train, validation, batch_size)
        results = model.get_metrics_result()
        vectors = [name for name, result in results.items() if len(result.shape) > 0]
        if vectors:
            raise NotImplementedError(
                f"metric {vectors[0]!r} has several values, and fit keeps one value a metric; "
                "use model.fit"
            )
        self.names = list(results)
        if validation is not None:
            self.names += [f"val_{name}" for name in results]
        orders = tf.TensorSpec((self.epochs_per_call, self._rows), tf.int32)
        self._signature = (_specs(train), _specs(validation), orders, tf.TensorSpec((), tf.int32))
        self._compiled: Callable[..., tf.Tensor] | None = None

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
        logs = compiled(train, validation, tf.constant(padded), tf.constant(count))
        return logs.numpy()[:count]

    def compile(self, train: Nested, validation: Nested) -> Callable[..., tf.Tensor]:
        """Compile the program, unless it is compiled, and return it; the model stays as it is.

        XLA compiles nearly every network. Where it does not know an operation,
        and for convolutions, which it runs some forty times slower in a loop
        than TensorFlow does, the program becomes a TensorFlow graph.
        """
        if self._compiled is not None:
            return self._compiled
        no_epoch = (tf.zeros((self.epochs_per_call, self._rows), tf.int32), tf.constant(0))
        with _quick_dropout():
            compiled = self._trace(xla=True)
        if not _has_convolutions(compiled):
            with contextlib.suppress(tf.errors.InvalidArgumentError, tf.errors.UnimplementedError):
                compiled(train, validation, *no_epoch)
                self._compiled = compiled
                return compiled
        self._compiled = self._trace(xla=False)
        self._compiled(train, validation, *no_epoch)
        return self._compiled

    def _trace(self, *, xla: bool) -> Callable[..., tf.Tensor]:
        function = tf.function(self._epochs, jit_compile=xla or None, autograph=False)
        return function.get_concrete_function(*self._signature)

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
    """Return the model's program for such a training, a new one where the last does not fit.

    The program is kept with the model, and goes when the model goes.
    """
    kept = vars(model).get("_course_program")
    if kept is None or not kept.fits(model, train, validation, batch_size):
        _build(model, train, batch_size)
        kept = Program(model, train, validation, batch_size)
        # Keras would look into what is assigned to a model, hence not setattr.
        vars(model)["_course_program"] = kept
    return kept


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


def _has_convolutions(function: tf.types.experimental.ConcreteFunction) -> bool:
    definition = function.graph.as_graph_def()
    nodes = [*definition.node, *(node for f in definition.library.function for node in f.node_def)]
    return any(node.op.startswith(("Conv", "DepthwiseConv")) for node in nodes)


def _count_to(batches: int, step: Callable[[tf.Tensor], tuple[tf.Tensor]]) -> None:
    # XLA runs a loop that counts by one to a known end about ten times faster than another.
    if batches:
        tf.while_loop(lambda number: number < batches, step, (0,))


def _specs(data: Nested) -> Nested:
    return keras.tree.map_structure(
        lambda leaf: None if leaf is None else tf.TensorSpec(leaf.shape, leaf.dtype), data
    )


def _key(model: keras.Model, train: Nested, validation: Nested, batch_size: int) -> list[Any]:
    """Collect what a program depends on; `compile` makes new metrics, so they stand for it."""
    shapes = keras.tree.map_structure(
        lambda leaf: None if leaf is None else (leaf.shape, str(leaf.dtype)), (train, validation)
    )
    # Identities would be reused after garbage collection: keep the objects themselves.
    objects = [model.optimizer, *model.metrics, *model.trainable_variables]
    return [_Same(item) for item in objects] + [str(shapes), batch_size]


class _Same:
    """An object that equals nothing but itself, whatever its class says of equality."""

    def __init__(self, item: object) -> None:
        self._item = item

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self._item is other._item

    __hash__ = None  # type: ignore[assignment]


def _build(model: keras.Model, train: Nested, batch_size: int) -> None:
    """Create every variable that Keras would create on the first batch."""
    first = keras.tree.map_structure(
        lambda leaf: None if leaf is None else tf.constant(leaf[:batch_size]), train
    )
    x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(first)
    if model.built and isinstance(model, keras.Sequential):
        # Metrics ask for shapes only, and a first call costs as much as many epochs.
        output = model.outputs[0]
        predicted = tf.zeros((x.shape[0], *output.shape[1:]), output.dtype)
    else:
        predicted = model(x, training=False)
    model.compute_metrics(x, y, predicted, sample_weight)
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
