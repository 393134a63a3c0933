"""`accelerate`: Keras' own `model.fit`, with whole epochs compiled into one program.

`model.fit` comes back to Python for every batch. For a small network that costs far more
time than the arithmetic. After `accelerate()`, the same call runs whole epochs as one
program, made by TensorFlow's compiler XLA, wherever that gives the same result. Every
other training is Keras' own, untouched; `trainings` counts why.

The program is handed the network's variables (weights, optimizer, metrics, random states).
While it is traced, its arguments stand in for them, and it calls Keras' own `train_step`
and `test_step`. A network that is built again by the same recipe therefore runs the same
program, and nothing is copied.

These names are not public. They were seen in Keras 3.15.1, and `accelerate` tries them out:

=================================  ======================================================
``Variable._value``                the variable of TensorFlow behind one of Keras
``Model._symbolic_build``          creates what Keras would create on the first batch
``Model._compile_loss``            the losses as `compile` has made them, with `build`
``Model._compile_metrics``         the metrics, likewise
``Model._flatten_layers``          all layers, also those within others
``trainer.model_supports_jit``     whether XLA may compile a model
``ArrayDataAdapter``               checks and converts arrays
``train_validation_split``         sets the last rows aside
=================================  ======================================================
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import json
import logging
import math
import operator
import signal
import threading
import time
import warnings
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

Nested: TypeAlias = Any
"""Arrays or tensors, or tuples, lists and dictionaries of them at any depth."""

trainings: Counter[str] = Counter()
"""How many trainings were ``"compiled"``, and for which reasons others were left to Keras."""

MOST_EPOCHS = 64  # in one call of a program
MOST_ROWS = 2**18  # whose numbers are handed to a program in one call of several epochs
MOST_PROGRAMS = 8  # kept for networks that are built again
SECONDS_PER_CALL = 0.25  # that Ctrl-C may have to wait, unless one epoch takes longer

_BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
_TEST_HOOKS = ("on_test_begin", "on_test_end", "on_test_batch_begin", "on_test_batch_end")
_STEPS = ("train_step", "test_step", "make_train_function", "make_test_function", "evaluate")
_log = logging.getLogger(__name__)
_lock = threading.RLock()
_originals: dict[str, tuple[type, Callable[..., Any]]] = {}
_programs: OrderedDict[str, _Program] = OrderedDict()


def accelerate(on: bool = True) -> None:
    """Let `model.fit` run whole epochs as one compiled program, or take that back.

    The results are Keras' own to the rounding of float32, and so are history, callbacks,
    messages and what it prints, but for the bar's steps within an epoch. Left to Keras are
    data that are no arrays, callbacks that look at batches, models with a `train_step` of
    their own, `run_eagerly`, ``jit_compile=False``, `steps_per_execution`, convolutions,
    recurrent layers, embeddings, and whatever else does not come out the same. A loaded
    model says ``jit_compile=False`` until it is compiled again.

    With ``shuffle=True``, the order of epoch `e`, counted from 0, is
    ``numpy.random.default_rng([seed, e]).permutation(n)``, where `seed` is drawn for each
    training by ``numpy.random.randint(2**31)``: `keras.utils.set_random_seed` fixes it.
    Dropout draws other numbers than Keras alone, from the same distribution.

    Parameters
    ----------
    on : bool, default True
        False makes `model.fit` what it was.

    Warns
    -----
    RuntimeWarning
        If a short training at the first call does not come out as Keras', as after a change
        of Keras. `model.fit` then stays as it is.

    Examples
    --------
    >>> import keras
    >>> accelerate()
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile(loss="mse")
    >>> model.fit(np.zeros((8, 2)), np.zeros(8), epochs=3, verbose=0).history["loss"]
    [0.0, 0.0, 0.0]
    >>> accelerate(False)
    """
    with _lock:
        if not on:
            for name, (owner, original) in _originals.items():
                setattr(owner, name, original)
            _originals.clear()
            _programs.clear()
        elif not _originals and keras.backend.backend() == "tensorflow" and _self_test():
            for name, wrap in (("fit", _wrapped_fit), ("compile", _wrapped_compile)):
                owner = next(kind for kind in keras.Model.__mro__ if name in vars(kind))
                _originals[name] = owner, vars(owner)[name]
                setattr(owner, name, wrap(vars(owner)[name]))


def accelerated() -> bool:
    """Tell whether `accelerate` is on in this process."""
    return bool(_originals)


def _wrapped_fit(original: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(original)

    @functools.wraps(original)
    def fit(self: keras.Model, *args: Any, **kwargs: Any) -> keras.callbacks.History:  # noqa: ANN401
        try:
            bound = signature.bind(self, *args, **kwargs)
            bound.apply_defaults()
            train = _prepare(self, SimpleNamespace(**bound.arguments))
        except _LeftToKerasError as reason:
            outcome = str(reason)
        except Exception as error:  # Keras will say it better, or can do it
            outcome = f"{type(error).__name__} while it was prepared"
            _log.debug("%s", outcome, exc_info=error)
        else:
            trainings["compiled"] += 1
            return train()
        trainings[outcome] += 1
        _log.debug("left to Keras: %s", outcome)
        return original(self, *args, **kwargs)

    return fit


def _wrapped_compile(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def compile(self: keras.Model, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        # Keras does not keep what was asked for: on a processor, "auto" becomes False.
        vars(self)["_left_to_keras"] = kwargs.get("jit_compile", "auto") is False
        original(self, *args, **kwargs)

    return compile


class _LeftToKerasError(Exception):
    """A training is left to Keras, for the reason in the message."""


def _reasons(model: keras.Model, given: SimpleNamespace) -> Iterator[tuple[bool, str]]:
    """Yield what may stand against compiling a training, and whether it does."""
    yield not model.compiled, "not compiled"
    yield not isinstance(model.optimizer, keras.optimizers.Optimizer), "no optimizer"
    yield model.run_eagerly or tf.config.functions_run_eagerly(), "run_eagerly"
    yield vars(model).get("_left_to_keras", False), "jit_compile=False"
    yield model.steps_per_execution != 1, "steps_per_execution"
    yield bool(given.steps_per_epoch or given.validation_steps), "a number of steps"
    yield given.shuffle not in (True, False), "shuffle in batches"
    limits = keras.config.max_epochs(), keras.config.max_steps_per_epoch()
    yield any(limits), "a limit in keras.config"
    default = not tf.distribute.has_strategy() and tf.distribute.get_strategy()
    yield model.distribute_strategy is not default, "a distribution strategy"
    yield bool(tf.config.list_physical_devices("GPU")), "a GPU"
    for name in _STEPS:
        own = getattr(type(model), name) is not getattr(keras.Model, name) or name in vars(model)
        yield own, f"its own {name}"
    yield isinstance(given.callbacks, keras.callbacks.CallbackList), "a CallbackList"
    validated = given.validation_data is not None or given.validation_split
    for item in keras.tree.flatten(given.callbacks or []):
        for hook in _BATCH_HOOKS + (_TEST_HOOKS if validated else ()):
            checkpoint = isinstance(item, keras.callbacks.ModelCheckpoint)
            idle = checkpoint and item.save_freq == "epoch"
            yield not idle and _overrides(item, hook), f"{type(item).__name__}.{hook}"
    yield (
        not keras.src.trainers.trainer.model_supports_jit(model),
        "a layer that XLA does not support",
    )
    # XLA runs convolutions and recurrent layers more slowly, and takes every index for a
    # valid one, where Keras' embedding raises an error.
    for layer in model._flatten_layers():
        left = isinstance(layer, (keras.layers.RNN, keras.layers.Embedding))
        yield left or "Conv" in type(layer).__name__, f"the layer {type(layer).__name__}"
    for leaf in keras.tree.flatten([given.x, given.y, given.sample_weight, given.validation_data]):
        yield leaf is not None and not hasattr(leaf, "__array__"), f"a {type(leaf).__name__}"


def _overrides(callback: keras.callbacks.Callback, *hooks: str) -> bool:

    return any(
        hook in vars(callback)
        or getattr(type(callback), hook) is not getattr(keras.callbacks.Callback, hook)
        for hook in hooks
    )


def _prepare(model: keras.Model, given: SimpleNamespace) -> Callable[[], keras.callbacks.History]:
    """Return a function that trains; until it is called, nothing is trained.

    Raises
    ------
    Exception
        If the training has to be left to Keras.
    """
    for holds, reason in _reasons(model, given):
        if holds:
            raise _LeftToKerasError(reason)
    data = given.x, given.y, given.sample_weight
    held = given.validation_data
    if given.validation_split and held is None:
        data, held = keras.src.trainers.data_adapters.array_slicing.train_validation_split(
            data, validation_split=given.validation_split
        )
    size = operator.index(given.batch_size or 32)
    sizes = size, operator.index(given.validation_batch_size or size)
    train = _arrays(*data, given.class_weight)
    if held is not None:
        held = _arrays(*keras.utils.unpack_x_y_sample_weight(held))
    every = given.validation_freq
    epochs = range(operator.index(given.initial_epoch), operator.index(given.epochs))
    validated = [
        held is not None and (e in every if isinstance(every, list) else e % every == 0)
        for e in range(1, epochs.stop + 1)
    ]
    with _lock:
        _build(model, train)
        program = _program_for(model, train, held, sizes)
    program.check_labels(train, held)
    variables, names = _variables(model), list(model.get_metrics_result())

    def run(numbers: range, orders: np.ndarray) -> list[dict[str, float]]:
        flags = [validated[epoch] for epoch in numbers]
        rows = program.run(variables, train, held, orders, flags).tolist()
        return [
            dict(zip(names + [f"val_{name}" for name in names] * flag, row, strict=False))
            for row, flag in zip(rows, flags, strict=True)
        ]

    at_once = program.epochs_per_call
    return lambda: _train(model, given, epochs, _rows(train), size, at_once, run)


def _train(
    model: keras.Model,
    given: SimpleNamespace,
    epochs: range,
    rows: int,
    size: int,
    at_once: int,
    run: Callable[[range, np.ndarray], list[dict[str, float]]],
) -> keras.callbacks.History:
    """Run epochs and callbacks as Keras' own loop does, several in a call if none looks at one."""
    calls = keras.callbacks.CallbackList(
        given.callbacks,
        add_history=True,
        add_progbar=given.verbose != 0,
        verbose=given.verbose,
        epochs=epochs.stop,
        steps=math.ceil(rows / size),
        model=model,
    )
    idle = (keras.callbacks.History, keras.callbacks.ProgbarLogger)
    for item in calls.callbacks:
        if type(item) not in idle and _overrides(item, "on_epoch_begin", "on_epoch_end"):
            at_once = 1
    seed = np.random.randint(2**31)  # noqa: NPY002 - the state that Keras' seed sets

    def order(epoch: int) -> np.ndarray:
        rng = np.random.default_rng([seed, epoch])
        return rng.permutation(rows) if given.shuffle else np.arange(rows)

    model.stop_training = False
    calls.on_train_begin()
    logs = None
    at, count = epochs.start, 1
    while at < epochs.stop and not model.stop_training:
        numbers = range(at, min(at + count, epochs.stop))
        with _interruptions_wait():
            calls.on_epoch_begin(at)
            begin = time.perf_counter()
            results = run(numbers, np.array([order(epoch) for epoch in numbers], np.int32))
            quick = time.perf_counter() - begin < SECONDS_PER_CALL / 2
            for epoch, logs in zip(numbers, results, strict=True):
                if epoch > at:
                    calls.on_epoch_begin(epoch)
                calls.on_epoch_end(epoch, logs)
        at = numbers.stop
        count = min(2 * count, at_once) if quick else max(1, count // 2)
    if epochs.stop > 0:
        model.optimizer.finalize_variable_values(model.trainable_weights)
    calls.on_train_end(logs)
    return model.history


@contextlib.contextmanager
def _interruptions_wait() -> Iterator[None]:
    """Let Ctrl-C wait until weights and history are in step; a second one does not wait."""
    before = signal.getsignal(signal.SIGINT)
    arrived: list[tuple[Any, ...]] = []

    def note(*arguments: object) -> None:
        arrived.append(arguments)
        if len(arrived) > 1:
            before(*arguments)  # type: ignore[operator]

    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if arrived:
        before(*arrived[0])


def _rows(data: Nested) -> int:

    return int(next(leaf for leaf in keras.tree.flatten(data) if leaf is not None).shape[0])


def _arrays(x: Nested, y: Nested, weight: Nested, class_weight: Mapping | None = None) -> Nested:
    """Let Keras check and convert the data; return tensors that share memory where they can."""

    def tensor(array: object) -> tf.Tensor:
        array = np.asarray(array)
        if array.dtype.kind not in "fiub" or array.ndim == 0:
            raise _LeftToKerasError(f"an array of {array.dtype}")
        array = array.astype(array.dtype.newbyteorder("="), copy=False)
        if array.ctypes.data % 64 == 0 and array.flags.c_contiguous and array.flags.writeable:
            return tf.experimental.dlpack.from_dlpack(array.__dlpack__())
        return tf.constant(array)

    rows = max(1, _rows([x, y]))
    whole = keras.src.trainers.data_adapters.array_data_adapter.ArrayDataAdapter(
        x, y, sample_weight=weight, class_weight=class_weight, batch_size=rows
    ).get_numpy_iterator()
    data = keras.tree.map_structure(tensor, next(whole), none_is_leaf=False)
    return keras.tree.lists_to_tuples(data)


def _build(model: keras.Model, train: Nested) -> None:
    """Create every variable that Keras would create on the first batch."""
    batch = keras.tree.map_structure(
        lambda leaf: keras.KerasTensor((None, *leaf.shape[1:]), leaf.dtype.name), train
    )
    data = keras.utils.unpack_x_y_sample_weight(batch)
    if isinstance(model, keras.Sequential) and model.built and isinstance(data[1], type(data[0])):
        # It would come to the same below, and take as long as many epochs.
        for part in (model._compile_metrics, model._compile_loss):
            if part is not None and not part.built:
                part.build(data[1], model.outputs[0])
    model._symbolic_build(data_batch=data)


def _variables(model: keras.Model) -> list[keras.Variable]:
    """Return all variables that a training changes, or may change, each once."""
    found = [*model.variables, *model.metrics_variables, *model.optimizer.variables]
    return list({id(variable): variable for variable in found}.values())


def _recipe(model: keras.Model) -> list[Any] | None:
    """Write down what a compiled model is made of, if it is made of Keras' own parts alone.

    The learning rate, if it is constant, does not belong to it: it is a variable. The names
    of layers, which Keras counts up, are replaced by numbers.
    """
    names: dict[str, str] = {}

    def written(value: object) -> Any:  # noqa: ANN401 - what json takes
        if isinstance(value, Mapping):
            kind = getattr(keras.layers, str(value.get("class_name")), None)
            foreign = not str(value.get("module") or "keras").startswith(("keras", "builtins"))
            function = value.get("class_name") in ("function", "__lambda__")
            # What a layer has adapted to is kept beside its weights.
            if foreign or function or value.get("registered_name") or hasattr(kind, "adapt"):
                raise NotImplementedError
            if "name" in value and ("trainable" in value or "batch_shape" in value):
                names.setdefault(value["name"], f"#{len(names)}")
            return {key: written(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [written(item) for item in value]
        if not (value is None or isinstance(value, (str, int, float))):
            raise NotImplementedError
        return names.get(value, value) if isinstance(value, str) else value

    optimizer = model.optimizer
    excluded = any(vars(optimizer).get(f"_exclude_from_weight_decay{e}") for e in ("", "_pattern"))
    if excluded or any(
        not type(part).__module__.startswith("keras.") for part in (model, optimizer)
    ):
        return None
    settings = optimizer.get_config() | {"name": ""}
    if isinstance(settings.get("learning_rate"), float):
        settings["learning_rate"] = 0.0
    try:
        compiled = {**model.get_compile_config(), "optimizer": None}
        # Where `compile` was given no loss or no metrics, Keras goes on with earlier ones.
        metrics = compiled["metrics"] or compiled["weighted_metrics"]
        if compiled["loss"] is None or (metrics is None and model._compile_metrics is not None):
            return None
        parts = model.get_config(), compiled, type(optimizer).__name__, settings
        return [written(part) for part in parts]
    except NotImplementedError:
        return None


def _program_for(
    model: keras.Model, train: Nested, held: Nested, sizes: tuple[int, int]
) -> _Program:
    """Return a program for such a training: one that is there, or a new one."""
    data = keras.tree.map_structure(
        lambda leaf: leaf is not None and str(leaf.shape), (train, held)
    )
    kinds = [f"{item.shape} {item.dtype} {item.trainable}" for item in _variables(model)]
    dtypes = [str(leaf.dtype) for leaf in keras.tree.flatten((train, held)) if leaf is not None]
    recipe = _recipe(model)
    key = json.dumps([recipe, repr(data), dtypes, kinds, sizes, keras.config.epsilon()])
    parts = [*_variables(model), model.optimizer, model._compile_loss, model._compile_metrics]
    own = vars(model).get("_program")  # serves this very model until it is compiled again
    if own and own.key == key and all(map(operator.is_, own.parts, parts)):
        return own
    program = _programs.get(key) if recipe else None
    if program is None:
        program = _Program(key, model, train, held, sizes)
        if not recipe or program.captures:
            program.parts = parts
            vars(model)["_program"] = program  # not setattr: Keras would look into it
            return program
        _programs[key] = program
        if len(_programs) > MOST_PROGRAMS:
            _programs.popitem(last=False)
    _programs.move_to_end(key)
    return program


class _Program:
    """The epochs of one kind of training, compiled."""

    def __init__(
        self, key: str, model: keras.Model, train: Nested, held: Nested, sizes: tuple[int, int]
    ) -> None:
        self.key = key
        self.parts: list[object] = []
        self.captures = False
        self.epochs_per_call = max(1, min(MOST_EPOCHS, MOST_ROWS // _rows(train)))
        self._classes = 0
        self._model: keras.Model | None = model
        self._sizes = sizes
        # TensorFlow counts tracings by the Python code, and warns after five: a partial has none.
        trace = functools.partial(self._trace)
        self._compiled = tf.function(trace, jit_compile=True, autograph=False)
        self.run(_variables(model), train, held, np.zeros((0, _rows(train)), np.int32), [])
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
        order = np.zeros((self.epochs_per_call, orders.shape[1]), np.int32)
        order[:count] = orders
        flags = np.zeros(self.epochs_per_call, bool)
        flags[:count] = validated
        values = [variable.value for variable in variables]
        return self._compiled(values, train, held, order, flags, np.int32(count)).numpy()[:count]

    def check_labels(self, *sets: Nested) -> None:
        """Leave to Keras labels for which it raises an error, where XLA calculates NaN."""
        for labels in [one[1] for one in sets if one is not None and self._classes]:
            if isinstance(labels, (tuple, dict)) or not (
                0 <= np.min(labels) <= np.max(labels) < self._classes
            ):
                raise _LeftToKerasError("labels without an output")

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

        variables = _variables(model)
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
        rows = _rows(data)

        def run_batch(start: tf.Tensor, size: int) -> None:
            def part(leaf: tf.Tensor) -> tf.Tensor:
                if order is not None:
                    return tf.gather(leaf, tf.slice(order, [start], [size]))
                corner = tf.concat([[start], tf.zeros(leaf.shape.rank - 1, tf.int32)], 0)
                return tf.slice(leaf, corner, [size, *leaf.shape[1:]])

            step(keras.tree.map_structure(part, data, none_is_leaf=False))
            for operation in tf.compat.v1.get_default_graph().get_operations():
                if "Conv" in operation.type:
                    raise _LeftToKerasError("a convolution")
                if operation.type == "SparseSoftmaxCrossEntropyWithLogits":
                    self._classes = int(operation.inputs[0].shape[-1])

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
            raise _LeftToKerasError("a metric with several values")
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


@functools.cache
def _self_test() -> bool:
    """Train a small network with Keras alone and compiled, and compare."""
    x = np.linspace(-1, 1, 14, dtype="float32").reshape(7, 2)
    models = [
        keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="ones")])
        for _ in range(2)
    ]
    settings = {"x": x, "y": x[:, 0] ** 2, "batch_size": 4, "epochs": 2, "verbose": 0}
    settings |= {"shuffle": False, "validation_split": 0.3}
    try:
        for model in models:
            model.compile(keras.optimizers.SGD(0.1, momentum=0.5), "mse", metrics=["mae"])
        models[0].run_eagerly = True  # quicker than to compile it
        expected = models[0].fit(**settings).history
        given = inspect.signature(keras.Model.fit).bind(models[1], **settings)
        given.apply_defaults()
        history = _prepare(models[1], SimpleNamespace(**given.arguments))().history
        pairs = [(history[name], values) for name, values in expected.items()]
        pairs += zip(models[1].get_weights(), models[0].get_weights(), strict=True)
        for found, wanted in pairs:
            np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6)
    except Exception as error:
        message = str(error).strip().partition("\n")[0]
        warnings.warn(
            f"model.fit stays as it is: a test of accelerate with Keras {keras.__version__} "
            f"failed ({type(error).__name__}: {message})",
            RuntimeWarning,
            stacklevel=3,
        )
        return False
    return True
