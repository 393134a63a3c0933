"""Whole epochs compiled into one program: what `helpers.acceleration` runs."""

from __future__ import annotations

import contextlib
import functools
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import keras
import numpy as np

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

Rows: TypeAlias = "tuple[tf.Tensor, ...]"
"""Inputs, labels, and perhaps a weight for each row."""

MOST_EPOCHS = 64  # in one call of a program
MOST_ROWS = 2**18  # whose numbers are handed to a program in one call of several epochs
MOST_PROGRAMS = 8  # kept for networks that are built again

Program: TypeAlias = "Callable[..., tf.Tensor]"
"""Takes variables, data, orders of rows, a number of epochs; returns metrics, a row an epoch."""

programs: OrderedDict[str, Program] = OrderedDict()
"""Programs for networks that are built again, the last one used at the end."""

_FOREIGN = (
    r'"registered_name": "|"class_name": "(function|__lambda__|\w*IoU)"'
    r'|"module": "(?!keras|builtins)'
)


class LeftToKerasError(Exception):
    """A training is left to Keras, for the reason in the message."""


def arrays(
    x: Any,  # noqa: ANN401
    y: Any,  # noqa: ANN401
    weight: Any = None,  # noqa: ANN401
    class_weight: Mapping | None = None,
    *,
    share: bool = False,
) -> Rows:
    """Let Keras check and convert the data; share its memory where that is asked for and can be."""
    adapter = keras.src.trainers.data_adapters.array_data_adapter.ArrayDataAdapter(
        x, y, sample_weight=weight, class_weight=class_weight, batch_size=max(1, len(x))
    )
    data = [np.asarray(array) for array in next(adapter.get_numpy_iterator())]
    for array in data:
        if array.dtype.kind not in "fiub":
            raise LeftToKerasError(f"an array of {array.dtype}")
    return tuple(_shared(array) if share else tf.constant(array) for array in data)


def _shared(array: np.ndarray) -> tf.Tensor:
    """Make a tensor of an array's own memory, as `tf.constant` copies twice, if it begins well."""
    flags = array.flags
    if array.ctypes.data % 64 or not (array.size and flags.c_contiguous and flags.writeable):
        return tf.constant(array)
    if array.dtype.kind not in "fiu" or not array.dtype.isnative:
        return tf.constant(array)
    return tf.experimental.dlpack.from_dlpack(array.__dlpack__())


def orders_for(train: Rows) -> np.ndarray:
    """Return orders of the rows, one for each epoch that a call of a program may run."""
    rows = len(train[0])
    count = max(1, min(MOST_EPOCHS, MOST_ROWS // rows))
    return np.tile(np.arange(rows, dtype=np.int32), (count, 1))


def build(model: keras.Model, train: Rows) -> None:
    """Create every variable that Keras would create on the first batch."""
    if not model.built:
        model.build((None, *train[0].shape[1:]))
    x, y, *weight = (part[:1] for part in train)
    if not model._compile_loss.built:
        model._compile_loss.build(y, model(x, training=False))
    if model._compile_metrics is not None and not model._compile_metrics.built:
        model.compute_metrics(x, y, model(x, training=False), *weight)
        model.reset_metrics()
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)


def variables_of(model: keras.Model) -> list[keras.Variable]:
    """Return all variables that a training changes, or may change, each once."""
    found = [*model.variables, *model.metrics_variables, *model.optimizer.variables]
    return list({id(variable): variable for variable in found}.values())


def layers_of(model: keras.Model) -> list[Any]:
    """Return all layers, also those within others, and what else a network calculates."""
    return [*model._flatten_layers(include_self=False), *getattr(model, "operations", ())]


def recipe_of(model: keras.Model) -> str:
    """Write down what a compiled model is made of, which has to be Keras' own parts alone.

    A constant learning rate does not belong to it, as it is a variable. Numbers stand for the
    names of layers, which Keras counts up.
    """
    optimizer, compiled = model.optimizer, model.get_compile_config()
    settings = optimizer.get_config() | {"name": ""}
    if isinstance(settings.get("learning_rate"), float):
        settings["learning_rate"] = 0.0
    if compiled["loss"] is None:
        raise LeftToKerasError("no loss, or that of an earlier compilation")
    if (kept := model._compile_metrics) is not None:  # where it is given none, those before
        for name in ("metrics", "weighted_metrics"):
            compiled[name] = keras.saving.serialize_keras_object(getattr(kept, f"_user_{name}"))
    excluded = [vars(optimizer).get(f"_exclude_from_weight_decay{end}") for end in ("", "_pattern")]
    if any(excluded):
        raise LeftToKerasError("variables without weight decay")
    text = json.dumps(model.get_config())
    for number, layer in enumerate([model, *layers_of(model)]):
        for frame in ('"name": "{}"', '["{}", '):
            text = text.replace(frame.format(layer.name), frame.format(f"#{number}"))
    compiled["optimizer"] = type(optimizer).__name__
    text += json.dumps([compiled, settings, [one.trainable for one in model.variables]])
    if re.search(_FOREIGN, text) or not type(optimizer).__module__.startswith("keras."):
        raise LeftToKerasError("a part that is not Keras' own, or a function")
    return text


def program_for(
    model: keras.Model, train: Rows, held: Rows | None, sizes: tuple[int, int]
) -> Program:
    """Return a program for such a training: one that is there, or a new one."""
    build(model, train)
    recipe = recipe_of(model)
    # Keras, too, goes on with what it found at first, until the model is compiled again.
    first = vars(model._compile_loss).setdefault("_recipe", recipe)
    classes = model.outputs[0].shape[-1]
    for labels in [data[1] for data in (train, held) if data]:
        if re.search("sparse_?categorical_?crossentropy", first, re.IGNORECASE) and not (
            0 <= np.min(labels) <= np.max(labels) < classes
        ):
            raise LeftToKerasError("labels without an output")  # Keras raises, XLA gives NaN
    data = [(part.shape, part.dtype) for part in (*train, *(held or ()))]
    kinds = [(one.shape, one.dtype) for one in variables_of(model)]
    others = len(train), sizes, keras.config.epsilon(), keras.config.floatx()
    key = repr([first, data, kinds, others])
    if key not in programs:
        if recipe != first:
            raise LeftToKerasError("a change since it was compiled")
        programs[key] = compiled(model, train, held, sizes)
        if len(programs) > MOST_PROGRAMS:
            programs.popitem(last=False)
    programs.move_to_end(key)
    return programs[key]


def compiled(model: Any, train: Rows, held: Rows | None, sizes: tuple[int, int]) -> Program:  # noqa: ANN401
    """Compile the epochs of one kind of training."""

    def run_batches(
        step: Callable[[Rows], Any], data: Rows, size: int, order: tf.Tensor
    ) -> list[tf.Tensor]:
        rows = data[0].shape[0]

        def run_batch(number: tf.Tensor, count: int = size) -> tuple[tf.Tensor]:
            chosen = tf.slice(order, [number * size], [count])
            step(tuple(tf.gather(part, chosen) for part in data))
            return (number + 1,)

        model.reset_metrics()
        # XLA runs a loop that counts by one to a known end about ten times faster.
        if rows >= size:
            tf.while_loop(lambda number: number < rows // size, run_batch, (0,))
        if rows % size:
            run_batch(tf.constant(rows // size), rows % size)
        results = list(model.get_metrics_result().values())
        if any(result.shape.rank for result in results):
            raise LeftToKerasError("a metric with several values")
        return [tf.cast(result, tf.float64) for result in results]

    def run_epochs(
        values: list, train: Rows, held: Rows | None, orders: tf.Tensor, count: tf.Tensor
    ) -> tf.Tensor:
        def run_epoch(number: tf.Tensor, logs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            row = run_batches(model.train_step, train, sizes[0], orders[number])
            if held:
                row += run_batches(model.test_step, held, sizes[1], tf.range(held[0].shape[0]))
            return number + 1, tf.tensor_scatter_nd_update(logs, [[number]], tf.stack(row)[None])

        width = len(model.get_metrics_result()) * (2 if held else 1)
        logs = tf.zeros((orders.shape[0], width), tf.float64)
        with _stand_ins(variables_of(model), values):
            logs = tf.while_loop(lambda number, _: number < count, run_epoch, (0, logs))[1]
        captured = [outside.dtype for outside, _ in tf.compat.v1.get_default_graph().captures]
        if captured.count(tf.resource) > len(values):
            raise LeftToKerasError("a variable that Keras does not know of")
        return logs

    # TensorFlow counts tracings by the Python code, and warns after five: a partial has none.
    program = tf.function(functools.partial(run_epochs), jit_compile=True, autograph=False)
    values = [variable.value for variable in variables_of(model)]
    program(values, train, held, orders_for(train), np.int32(0))
    model = None  # it has been traced, and can be freed
    return program


@contextlib.contextmanager
def _stand_ins(variables: list[keras.Variable], values: list[tf.Variable]) -> Iterator[None]:
    """Let the arguments of a program stand in for a network's variables."""
    dropout = tf.nn.experimental.stateless_dropout
    previous = [variable._value for variable in variables]
    try:
        for variable, value in zip(variables, values, strict=True):
            variable._value = value
        # The generator that TensorFlow would choose is far slower when XLA compiles it.
        tf.nn.experimental.stateless_dropout = functools.partial(dropout, rng_alg="threefry")
        yield
    finally:
        tf.nn.experimental.stateless_dropout = dropout
        for variable, value in zip(variables, previous, strict=True):
            variable._value = value
