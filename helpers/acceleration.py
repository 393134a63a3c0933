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
``Optimizer._exclude_from_...``    variables that are kept from weight decay
``trainer.model_supports_jit``     whether XLA may compile a model
``ArrayDataAdapter``               checks and converts arrays
``train_validation_split``         sets the last rows aside
=================================  ======================================================
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import logging
import math
import operator
import signal
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from helpers.programs import (
    LeftToKerasError,
    arrays,
    build,
    program_for,
    programs,
    row_count,
    variables_of,
)

trainings: Counter[str] = Counter()
"""How many trainings were ``"compiled"``, and for which reasons others were left to Keras."""

SECONDS_PER_CALL = 0.25  # that Ctrl-C may have to wait, unless one epoch takes longer

_BATCH_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
_TEST_HOOKS = ("on_test_begin", "on_test_end", "on_test_batch_begin", "on_test_batch_end")
_STEPS = ("train_step", "test_step", "make_train_function", "make_test_function", "evaluate")
_log = logging.getLogger(__name__)
_lock = threading.RLock()
_originals: dict[str, tuple[type, Callable[..., Any]]] = {}


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
            tf.get_logger().removeFilter(_no_advice)
            for name, (owner, original) in _originals.items():
                setattr(owner, name, original)
            _originals.clear()
            programs.clear()
        elif not _originals and keras.backend.backend() == "tensorflow" and _self_test():
            tf.get_logger().addFilter(_no_advice)
            for name, wrap in (("fit", _wrapped_fit), ("compile", _wrapped_compile)):
                owner = next(kind for kind in keras.Model.__mro__ if name in vars(kind))
                _originals[name] = owner, vars(owner)[name]
                setattr(owner, name, wrap(vars(owner)[name]))


def _no_advice(record: logging.LogRecord) -> bool:
    """Keep back TensorFlow's advice to whoever asks several networks in one loop."""
    return "tf.function retracing" not in record.getMessage()


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
        except LeftToKerasError as reason:
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
            checkpoint = keras.callbacks.ModelCheckpoint
            idle = isinstance(item, checkpoint) and item.save_freq == "epoch"
            idle = idle and getattr(type(item), hook) is getattr(checkpoint, hook)
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
            raise LeftToKerasError(reason)
    data = given.x, given.y, given.sample_weight
    held = given.validation_data
    if given.validation_split and held is None:
        data, held = keras.src.trainers.data_adapters.array_slicing.train_validation_split(
            data, validation_split=given.validation_split
        )
    size = operator.index(given.batch_size or 32)
    sizes = size, operator.index(given.validation_batch_size or size)
    train = arrays(*data, given.class_weight)
    if held is not None:
        held = arrays(*keras.utils.unpack_x_y_sample_weight(held))
    every = given.validation_freq
    epochs = range(operator.index(given.initial_epoch), operator.index(given.epochs))
    validated = [
        held is not None and (e in every if isinstance(every, list) else e % every == 0)
        for e in range(1, epochs.stop + 1)
    ]
    with _lock:
        build(model, train)
        program = program_for(model, train, held, sizes)
    program.check_labels(train, held)
    variables, names = variables_of(model), list(model.get_metrics_result())

    def run(numbers: range, orders: np.ndarray) -> list[dict[str, float]]:
        flags = [validated[epoch] for epoch in numbers]
        rows = program.run(variables, train, held, orders, flags).tolist()
        return [
            dict(zip(names + [f"val_{name}" for name in names] * flag, row, strict=False))
            for row, flag in zip(rows, flags, strict=True)
        ]

    at_once = program.epochs_per_call
    return lambda: _train(model, given, epochs, row_count(train), size, at_once, run)


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
    before: Any = signal.getsignal(signal.SIGINT)
    arrived: list[tuple[Any, ...]] = []

    def note(*arguments: object) -> None:
        arrived.append(arguments)
        if len(arrived) > 1:
            before(*arguments)

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


@functools.cache
def _self_test() -> bool:
    """Train a small network with Keras alone and compiled, and compare."""
    x = np.linspace(-1, 1, 14, dtype="float32").reshape(7, 2)
    drawn = np.random.get_state()  # noqa: NPY002 - the state that Keras' seed sets
    # With names of their own, or Keras would count up those of the networks that follow.
    layer = functools.partial(keras.layers.Dense, 1, kernel_initializer="ones", name="out")
    models = [
        keras.Sequential([keras.Input((2,), name="rows"), layer()], name="test") for _ in range(2)
    ]
    settings = {"x": x, "y": x[:, 0] ** 2, "batch_size": 4, "epochs": 2, "verbose": 0}
    settings |= {"shuffle": False, "validation_split": 0.3}
    try:
        for model in models:
            optimizer = keras.optimizers.SGD(0.1, momentum=0.5, name="test")
            model.compile(optimizer, "mse", metrics=["mae"])
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
    finally:
        np.random.set_state(drawn)  # noqa: NPY002
    return True
