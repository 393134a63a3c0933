"""Whole epochs compiled into one program: what `helpers.acceleration` runs."""

from __future__ import annotations

import contextlib
import functools
import json
import operator
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

Nested: TypeAlias = Any
"""Arrays or tensors, or tuples, lists and dictionaries of them at any depth."""

MOST_EPOCHS = 64  # in one call of a program
MOST_ROWS = 2**18  # whose numbers are handed to a program in one call of several epochs
MOST_PROGRAMS = 8  # kept for networks that are built again

programs: OrderedDict[str, Program] = OrderedDict()
"""Programs for networks that are built again, the last one used at the end."""

_FOREIGN = (
    r'"registered_name": "|"class_name": "(function|__lambda__)"|"module": "(?!keras|builtins)'
)


class LeftToKerasError(Exception):
    """A training is left to Keras, for the reason in the message."""


def row_count(data: Nested) -> int:
    """Return the number of rows of a nested structure of arrays."""
    return int(next(leaf for leaf in keras.tree.flatten(data) if leaf is not None).shape[0])


def arrays(x: Nested, y: Nested, weight: Nested, class_weight: Mapping | None = None) -> Nested:
    """Let Keras check and convert the data; return tensors that share memory where they can."""

    def tensor(array: object) -> tf.Tensor:
        array = np.asarray(array)
        if array.dtype.kind not in "fiub" or array.ndim == 0:
            raise LeftToKerasError(f"an array of {array.dtype}")
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
        if array.ctypes.data % 64 == 0 and array.flags.c_contiguous and array.flags.writeable:
            return tf.experimental.dlpack.from_dlpack(array.__dlpack__())
        return tf.constant(array)

    rows = max(1, row_count([x, y]))
    whole = keras.src.trainers.data_adapters.array_data_adapter.ArrayDataAdapter(
        x, y, sample_weight=weight, class_weight=class_weight, batch_size=rows
    ).get_numpy_iterator()
    data = keras.tree.map_structure(tensor, next(whole), none_is_leaf=False)
    return keras.tree.lists_to_tuples(data)


def build(model: keras.Model, train: Nested) -> None:
    """Create every variable that Keras would create on the first batch."""
    batch = keras.tree.map_structure(
        lambda leaf: keras.KerasTensor((None, *leaf.shape[1:]), leaf.dtype.name), train
    )
    data = keras.utils.unpack_x_y_sample_weight(batch)
    single = isinstance(data[0], keras.KerasTensor) and isinstance(data[1], keras.KerasTensor)
    if single and isinstance(model, keras.Sequential) and model.built:
        # It would come to the same below, and take as long as many epochs.
        if not model._compile_loss.built:
            model._compile_loss.build(data[1], model.outputs[0])
        if model._compile_metrics is not None and not model._compile_metrics.built:
            first = keras.tree.map_structure(lambda leaf: leaf[:1], train)
            x, y, weight = keras.utils.unpack_x_y_sample_weight(first)
            model.compute_metrics(x, y, model(x, training=False), weight)
            model.reset_metrics()
    model._symbolic_build(data_batch=data)


def variables_of(model: keras.Model) -> list[keras.Variable]:
    """Return all variables that a training changes, or may change, each once."""
    found = [*model.variables, *model.metrics_variables, *model.optimizer.variables]
    return list({id(variable): variable for variable in found}.values())


def recipe_of(model: keras.Model) -> str | None:
    """Write down what a compiled model is made of, if it is made of Keras' own parts alone.

    A constant learning rate does not belong to it, as it is a variable. Numbers stand for the
    names of layers, which Keras counts up.
    """
    optimizer = model.optimizer
    settings = optimizer.get_config() | {"name": ""}
    if isinstance(settings.get("learning_rate"), float):
        settings["learning_rate"] = 0.0
    excluded = [vars(optimizer).get(f"_exclude_from_weight_decay{end}") for end in ("", "_pattern")]
    layers = model._flatten_layers()
    parts = [model, optimizer, *layers]
    own = all(type(part).__module__.startswith("keras.") for part in parts)
    # What a layer has adapted to is kept beside its weights.
    if not own or any(excluded) or any(hasattr(layer, "adapt") for layer in layers):
        return None
    try:
        compiled = {**model.get_compile_config(), "optimizer": type(optimizer).__name__}
        text = json.dumps(model.get_config())
        rest = json.dumps([compiled, settings])
    except (NotImplementedError, TypeError):
        return None
    # Where `compile` was given no loss or no metrics, Keras goes on with earlier ones.
    given = compiled["metrics"] or compiled["weighted_metrics"] or model._compile_metrics is None
    if compiled["loss"] is None or not given or re.search(_FOREIGN, text + rest):
        return None
    for number, layer in enumerate(layers):
        for frame in ('"name": "{}"', '["{}", '):
            text = text.replace(frame.format(layer.name), frame.format(f"#{number}"))
    return text + rest


def program_for(model: keras.Model, train: Nested, held: Nested, sizes: tuple[int, int]) -> Program:
    """Return a program for such a training: one that is there, or a new one."""
    data = keras.tree.map_structure(
        lambda leaf: leaf is not None and str(leaf.shape), (train, held)
    )
    kinds = [f"{item.shape} {item.dtype} {item.trainable}" for item in variables_of(model)]
    dtypes = [str(leaf.dtype) for leaf in keras.tree.flatten((train, held)) if leaf is not None]
    recipe = recipe_of(model)
    key = json.dumps([recipe, repr(data), dtypes, kinds, sizes, keras.config.epsilon()])
    parts = [*variables_of(model), model.optimizer, model._compile_loss, model._compile_metrics]
    own = vars(model).get("_program")  # serves this very model until it is compiled again
    if own and own.key == key and all(map(operator.is_, own.parts, parts)):
        return own
    program = programs.get(key) if recipe else None
    if program is None:
        program = Program(key, model, train, held, sizes)
        if not recipe or program.captures:
            program.parts = parts
            vars(model)["_program"] = program  # not setattr: Keras would look into it
            return program
        programs[key] = program
        if len(programs) > MOST_PROGRAMS:
            programs.popitem(last=False)
    programs.move_to_end(key)
    return program


class Program:
    """The epochs of one kind of training, compiled."""

    def __init__(
        self, key: str, model: keras.Model, train: Nested, held: Nested, sizes: tuple[int, int]
    ) -> None:
        self.key = key
        self.parts: list[object] = []
        self.captures = False
        self.epochs_per_call = max(1, min(MOST_EPOCHS, MOST_ROWS // row_count(train)))
        self._classes = 0
        self._model: Any = model
        self._sizes = sizes
        # TensorFlow counts tracings by the Python code, and warns after five: a partial has none.
        self._compiled = tf.function(
            functools.partial(self._trace), jit_compile=True, autograph=False
        )
        self.run(variables_of(model), train, held, np.zeros((0, row_count(train)), np.int32), [])
        self._model = None  # it has been traced, and can be freed

    def run(
        self,
        variables: list[keras.Variable],
        train: Nested,
        held: Nested,
        orders: np.ndarray,
        validated: list[bool],
    ) -> np.ndarray:
        """Run as many epochs as `orders` has rows; return a row of metrics for each."""
        count = len(orders)
        more = (0, self.epochs_per_call - count)
        order, flags = np.pad(orders, [more, (0, 0)]), np.pad(np.array(validated, bool), more)
        values = [variable.value for variable in variables]
        return self._compiled(values, train, held, order, flags, np.int32(count)).numpy()[:count]

    def check_labels(self, *sets: Nested) -> None:
        """Leave to Keras labels for which it raises an error, where XLA calculates NaN."""
        for labels in [one[1] for one in sets if one is not None and self._classes]:
            if isinstance(labels, (tuple, dict)) or not (
                0 <= np.min(labels) <= np.max(labels) < self._classes
            ):
                raise LeftToKerasError("labels without an output")

    def _trace(
        self,
        values: list[tf.Variable],
        train: Nested,
        held: Nested,
        orders: tf.Tensor,
        validated: tf.Tensor,
        count: tf.Tensor,
    ) -> tf.Tensor:
        model = self._model
        size, held_size = self._sizes

        def run_epoch(number: tf.Tensor, logs: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            row = self._run_batches(model.train_step, train, size, orders[number])
            if held is not None:
                row += tf.cond(
                    validated[number],
                    lambda: self._run_batches(model.test_step, held, held_size),
                    lambda: [tf.zeros((), tf.float64) for _ in row],
                )
            return number + 1, tf.tensor_scatter_nd_update(logs, [[number]], tf.stack(row)[None])

        variables = variables_of(model)
        handles = {id(variable.value.handle) for variable in variables}
        width = len(model.get_metrics_result()) * (1 if held is None else 2)
        logs = tf.zeros((self.epochs_per_call, width), tf.float64)
        with _stand_ins(variables, values):
            logs = tf.while_loop(lambda number, _: number < count, run_epoch, (0, logs))[1]
        captured = tf.compat.v1.get_default_graph().captures
        self.captures = any(id(outside) not in handles for outside, _ in captured)
        return logs

    def _run_batches(
        self,
        step: Callable[[Nested], Any],
        data: Nested,
        size: int,
        order: Any = None,  # noqa: ANN401
    ) -> list[tf.Tensor]:
        """Run one pass over the data, and return its metrics."""
        rows = row_count(data)

        def run_step(batch: Nested) -> None:
            graph = tf.compat.v1.get_default_graph()
            before = len(graph.get_operations())  # those that have made the batch
            step(batch)
            for operation in graph.get_operations()[before:]:
                if "Conv" in operation.type:
                    raise LeftToKerasError("a convolution")
                if operation.type == "GatherV2" and operation.inputs[0].dtype.is_floating:
                    raise LeftToKerasError("an index, which XLA takes for a valid one")
                if operation.type == "SparseSoftmaxCrossEntropyWithLogits":
                    self._classes = int(operation.inputs[0].shape[-1])

        def run_batch(start: tf.Tensor, size: int) -> None:
            def part(leaf: tf.Tensor) -> tf.Tensor:
                if order is not None:
                    return tf.gather(leaf, tf.slice(order, [start], [size]))
                corner = tf.concat([[start], tf.zeros(leaf.shape.rank - 1, tf.int32)], 0)
                return tf.slice(leaf, corner, [size, *leaf.shape[1:]])

            batch = keras.tree.map_structure(part, data, none_is_leaf=False)
            if len(keras.tree.flatten(data[1])) == 1:
                run_step(batch)
                return
            # Keras weighs the losses of several outputs by the number of rows, where it knows
            # it. It does not know it of a dataset, and must not know it here.
            kind = keras.tree.map_structure(
                lambda leaf: tf.TensorSpec([None, *leaf.shape[1:]], leaf.dtype), batch
            )
            tf.function(run_step, input_signature=[kind], autograph=False)(batch)

        def next_batch(number: tf.Tensor) -> tuple[tf.Tensor]:
            run_batch(number * size, size)
            return (number + 1,)

        self._model.reset_metrics()
        # XLA runs a loop that counts by one to a known end about ten times faster.
        if rows >= size:
            tf.while_loop(lambda number: number < rows // size, next_batch, (0,))
        if rows % size:
            run_batch(tf.constant(rows - rows % size), rows % size)
        results = list(self._model.get_metrics_result().values())
        if any(result.shape.rank for result in results):
            raise LeftToKerasError("a metric with several values")
        return [tf.cast(result, tf.float64) for result in results]


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
