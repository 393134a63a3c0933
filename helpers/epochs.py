"""Whole epochs as one program: the part of `helpers.training.fit` that talks to TensorFlow."""

from __future__ import annotations

import contextlib
import copy
import gc
import json
import os
import random
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from helpers.memory import aligned, can_be_shared, release_library, return_memory

Nested: TypeAlias = Any
"""Arrays or tensors, or tuples, lists and dictionaries of them at any depth."""

MOST_EPOCHS = 64
"""Most epochs in one call of the program."""

MOST_ROWS = 2**18
"""Most row numbers handed to the program in one call, unless one epoch has more."""

MOST_PROGRAMS = 8
"""Most programs kept for networks that are built again."""

# Large tensors that are freed go back to the system, where TensorFlow would keep them for its
# next ones. It reads this when it makes its first large tensor, so after the import is in time.
os.environ.setdefault("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "1")
_release_library_once = cache(release_library)
_tracing = threading.RLock()
_programs: OrderedDict[str, Program] = OrderedDict()


class Program:
    """The epochs of one training, compiled for one model and one set of shapes.

    One call runs several epochs: for each, it takes the batches in the given
    order, calls the model's own `train_step` on them, and then its `test_step`
    on the validation rows. Losses, metrics, regularisers and the optimizer are
    therefore Keras' own, and their state stays in the model's variables.

    A last batch that is smaller needs a step of its own shape. It then becomes a
    second program, together with the validation, if there are so many rows that
    another call for each epoch does not matter: compiled one after the other,
    the two take half the memory at a time. Validation batches may have another
    size that leaves no rest, where the metrics do not depend on it.

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
        self._validation_size = batch_size
        if _means_over_rows(model):
            self._validation_size = _even_size(self._validation_rows, batch_size)
        self._rest = self._rows % batch_size
        split = 0 < self._rest < self._rows and self._rows * MOST_EPOCHS > MOST_ROWS
        self._stages = [(True, False), (False, True)] if split else [(True, True)]
        self.epochs_per_call = max(1, min(MOST_EPOCHS, MOST_ROWS // self._rows))
        self._epochs_per_stage = 1 if split else self.epochs_per_call
        self._trained = model
        self._key = _key(model, train, validation, batch_size)
        self.names = _names(model, validation)
        self._running = threading.RLock()
        self._xla = True
        self._origin: Program | None = None
        self._compiled: list[Callable[..., tf.Tensor]] = []

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
        results = []
        with self._running:  # by one thread at a time: several may share the program's model
            _copy_state(self._trained, self._model)
            for start in range(0, len(orders), self._epochs_per_stage):
                part = orders[start : start + self._epochs_per_stage]
                padded = np.zeros((self._epochs_per_stage, self._rows), np.int32)
                padded[: len(part)] = part
                for stage in compiled:
                    logs = stage(train, validation, tf.constant(padded), tf.constant(len(part)))
                results.append(logs.numpy()[: len(part)])
            _copy_state(self._model, self._trained)
        return np.concatenate(results)

    def compile(self, train: Nested, validation: Nested) -> list[Callable[..., tf.Tensor]]:
        """Compile the program, unless it is compiled, and return it; the model stays as it is.

        XLA compiles nearly every network. Where it does not know an operation,
        and for convolutions, which it runs some forty times slower in a loop
        than TensorFlow does, the program becomes a TensorFlow graph.
        """
        if self._compiled:
            return self._compiled
        if self._origin is not None:
            self._compiled = self._origin.compile(train, validation)
            return self._compiled
        _release_library_once()
        # A program that XLA refuses is not half done: no epoch has run.
        refusals = (tf.errors.InvalidArgumentError, tf.errors.UnimplementedError, _ConvolutionError)
        try:
            with _without_origins(), _quick_dropout():
                self._compiled = self._functions(train, validation, xla=True)
        except refusals:
            pass
        if not self._compiled:
            gc.collect()  # what was traced in vain
            with _without_origins():
                self._compiled = self._functions(train, validation, xla=False)
        return self._compiled

    def _functions(
        self, train: Nested, validation: Nested, *, xla: bool
    ) -> list[Callable[..., tf.Tensor]]:
        self._xla = xla
        no_epoch = (tf.zeros((self._epochs_per_stage, self._rows), tf.int32), tf.constant(0))
        functions = []
        for stage in self._stages:
            # Not get_concrete_function, which would keep the graph for ever.
            # TensorFlow counts tracings by the Python code, and warns after five: a partial
            # has none.
            epochs = partial(self._epochs, stage)
            function = tf.function(epochs, jit_compile=xla or None, autograph=False)
            function(train, validation, *no_epoch)
            functions.append(function)
            return_memory()
        return functions

    def _epochs(
        self,
        stage: tuple[bool, bool],
        train: Nested,
        validation: Nested,
        orders: tf.Tensor,
        count: tf.Tensor,
    ) -> tf.Tensor:
        """Run `count` epochs, or their first or second part; traced once, like all below."""
        first, last = stage

        def epoch(number: tf.Tensor, logs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            if first:
                self._whole_batches(train, orders[number])
            if not last:
                return number + 1, logs
            results = self._last_batch(train, orders[number])
            if validation is not None:
                results += self._validation_pass(validation)
            row = tf.stack([tf.cast(result, tf.float32) for result in results])
            return number + 1, tf.tensor_scatter_nd_update(logs, [[number]], row[None])

        logs = tf.zeros((self._epochs_per_stage, len(self.names)))
        return tf.while_loop(lambda number, _: number < count, epoch, (0, logs))[1]

    def _whole_batches(self, train: Nested, order: tf.Tensor) -> None:
        size = self._batch_size

        def batch_step(number: tf.Tensor) -> tuple[tf.Tensor]:
            self._step(train, tf.slice(order, [number * size], [size]))
            return (number + 1,)

        self._model.reset_metrics()
        _count_to(self._rows // size, batch_step)

    def _last_batch(self, train: Nested, order: tf.Tensor) -> list[tf.Tensor]:
        if self._rest:
            self._step(train, order[-self._rest :])
        return list(self._model.get_metrics_result().values())

    def _step(self, train: Nested, rows: tf.Tensor) -> None:
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

    def _validation_pass(self, validation: Nested) -> list[tf.Tensor]:
        size = self._validation_size

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
    name = f"{recipe(model, learning_rate=False)} {_shapes(train, validation)} {batch_size}"
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


def recipe(model: keras.Model, *, learning_rate: bool = True) -> str:
    """Write down what a compiled model is made of.

    Parameters
    ----------
    model : keras.Model
        A compiled model.
    learning_rate : bool, default True
        Whether a constant learning rate belongs to it. A program does not
        depend on it: it is a variable of the optimizer. A schedule is not.

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

    settings = model.optimizer.get_config() | {"name": ""}
    if not learning_rate and isinstance(settings.get("learning_rate"), float):
        settings["learning_rate"] = 0.0
    optimizer = numbered(settings)
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
    """Turn arrays into tensors without a copy, or with one where TensorFlow would make two.

    TensorFlow can share memory that begins at a multiple of 64 bytes, as that
    of `helpers.datasets.load_mnist` does. Such an array must stay as it is
    while the tensor is used. Of any other a copy is made.

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
    shared = array if can_be_shared(array) else aligned(array)
    return tf.experimental.dlpack.from_dlpack(shared.__dlpack__())


class _ConvolutionError(Exception):
    """There is a convolution in what was to be compiled by XLA."""


def _count_to(batches: int, step: Callable[[tf.Tensor], tuple[tf.Tensor]]) -> None:
    # XLA runs a loop that counts by one to a known end about ten times faster than another.
    if batches:
        tf.while_loop(lambda number: number < batches, step, (0,))


def _means_over_rows(model: keras.Model) -> bool:
    """Tell whether loss and metrics are known to be means over the rows, however divided."""
    if not _own_parts(model):
        return False
    compiled = model.get_compile_config()
    names = [compiled["loss"], *(compiled["metrics"] or [])]
    # A masked loss is divided by what the batch has left.
    masked = re.search(r'"Masking"|"mask_zero": true', json.dumps(model.get_config(), default=str))
    return (
        not masked
        and compiled["weighted_metrics"] is None
        and all(
            isinstance(name, str) and name.endswith(("crossentropy", "accuracy", "error"))
            for name in names
        )
    )


def _even_size(rows: int, batch_size: int) -> int:
    """Return a size of batches near the given one that leaves no rest, or the given one."""
    sizes = range(min(2 * batch_size, rows), batch_size // 2, -1)
    return next((size for size in sizes if rows % size == 0), batch_size)


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
def _without_origins() -> Iterator[None]:
    """Let TensorFlow not note which line of Python made which operation.

    It would keep the notes, some ten megabytes for each program, more than the
    program itself. What it would need them for are its messages about
    operations that fail. The name is not public: where it is gone, the notes
    are made.
    """
    try:
        from tensorflow.python.client import pywrap_tf_session
    except ImportError:
        pywrap_tf_session = None
    original = getattr(pywrap_tf_session, "TF_SetOpStackTrace", None)
    if original is None:
        yield
        return
    with _tracing:
        pywrap_tf_session.TF_SetOpStackTrace = lambda *_: None
        try:
            yield
        finally:
            pywrap_tf_session.TF_SetOpStackTrace = original


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
