"""`accelerate`: Keras' own `model.fit`, with whole epochs compiled into one program.

`model.fit` comes back to Python for every batch. For a small network that costs far more
time than the arithmetic. After `accelerate()`, the same call runs whole epochs as one
program, made by TensorFlow's compiler XLA, if the network consists of the layers in `LAYERS`
and everything else is Keras' own. Any other training is left to Keras; `trainings` counts why.

The program is handed the network's variables (weights, optimizer, metrics, random states).
While it is traced, its arguments stand in for them, and it calls Keras' own `train_step`
and `test_step`. A network that is built again by the same recipe therefore runs the same
program, and nothing is copied.

These names are not public. They were seen in Keras 3.15.1, and `accelerate` tries them out:

=================================  ======================================================
``Functional``                     the class of models made of inputs and outputs
``Variable._value``                the variable of TensorFlow behind one of Keras
``Model._flatten_layers``          all layers, also those within others
``Model._compile_loss``            the losses as `compile` has made them, with `build`
``Model._compile_metrics``         the metrics, likewise, and what was given for them:
``..._user_metrics``               as a name, say; and ``_user_weighted_metrics``
``Optimizer._exclude_from_...``    variables that are kept from weight decay
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
import re
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

from helpers import programs
from helpers.programs import LeftToKerasError, Rows

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

trainings: Counter[str] = Counter()
"""How many trainings were ``"compiled"``, and for which reasons others were left to Keras."""

LAYERS = {
    getattr(keras.layers, name)
    for name in """
        Activation ActivityRegularization Add BatchNormalization Concatenate Dense Dropout ELU
        Flatten GaussianNoise Identity InputLayer LayerNormalization LeakyReLU ReLU Rescaling
        Reshape Softmax
    """.split()  # noqa: SIM905
}
"""The only layers of a network that is compiled: XLA gives the same with them, and is fast."""

SECONDS_PER_CALL = 0.25  # that Ctrl-C may have to wait, unless one epoch takes longer

_log = logging.getLogger(__name__)
_lock = threading.RLock()
_originals: dict[str, tuple[type, Callable[..., Any]]] = {}


def accelerate(on: bool = True) -> None:
    """Let `model.fit` run whole epochs as one compiled program, or take that back.

    The results are Keras' own to the rounding of float32, and so are history, callbacks,
    messages and what it prints, but for the bar's steps within an epoch. Compiled are a
    `Sequential` model, or one made of inputs and outputs, with one input, one output, the
    layers in `LAYERS` and nothing but Keras' own parts, trained on arrays or tables. Left to
    Keras is everything else, such as convolutions, generators, callbacks that look at batches,
    `run_eagerly`, ``jit_compile=False`` and `steps_per_execution`. A loaded model says
    ``jit_compile=False`` until it is compiled again.

    With ``shuffle=True``, the order of epoch `e`, counted from 0, is
    ``numpy.random.default_rng([seed, e]).permutation(n)``, where `seed` is drawn for each
    training by ``numpy.random.randint(2**31)``: `keras.utils.set_random_seed` fixes it.
    Dropout and noise draw other numbers than Keras alone, from the same distribution.

    Parameters
    ----------
    on : bool, default True
        False makes `model.fit` what it was.

    Warns
    -----
    RuntimeWarning
        If a short training at the first call does not come out as Keras', as after a change
        of Keras. `model.fit` then stays as it is.
    """
    with _lock:
        if not on and accelerated():
            for name, (owner, original) in _originals.items():
                setattr(owner, name, original)
            _originals.clear()
            tf.get_logger().removeFilter(_no_advice)
            programs.programs.clear()
        elif on and keras.backend.backend() == "tensorflow" and not accelerated() and _self_test():
            for name, wrap in (("fit", _wrapped_fit), ("compile", _wrapped_compile)):
                owner = next(kind for kind in keras.Model.__mro__ if name in vars(kind))
                _originals[name] = owner, vars(owner)[name]
                setattr(owner, name, wrap(vars(owner)[name]))
            tf.get_logger().addFilter(_no_advice)


def _no_advice(record: logging.LogRecord) -> bool:
    """Keep back TensorFlow's advice to whoever asks several networks in one loop."""
    return "tf.function retracing" not in record.getMessage()


def accelerated() -> bool:
    """Tell whether `accelerate` is on in this process."""
    return bool(_originals)


def _wrapped_fit(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def fit(self: keras.Model, *args: Any, **kwargs: Any) -> keras.callbacks.History:  # noqa: ANN401
        try:
            train = _prepare(self, *args, **kwargs)
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
    kinds = keras.Sequential, keras.src.models.functional.Functional
    yield type(model) not in kinds, f"the model {type(model).__name__}"
    yield not isinstance(model.optimizer, keras.optimizers.Optimizer), "no optimizer"
    yield model.run_eagerly or tf.config.functions_run_eagerly(), "run_eagerly"
    yield vars(model).get("_left_to_keras", False), "jit_compile=False"
    yield model.steps_per_execution != 1, "steps_per_execution"
    yield bool(given.steps_per_epoch or given.validation_steps), "a number of steps"
    yield given.shuffle not in (True, False), "shuffle in batches"
    yield given.validation_freq != 1, "validation_freq"
    limits = keras.config.max_epochs() or keras.config.max_steps_per_epoch()
    yield bool(limits), "a limit in keras.config"
    default = tf.distribute.has_strategy() or tf.distribute.get_strategy()
    yield model.distribute_strategy is not default, "a distribution strategy"
    yield bool(tf.config.list_physical_devices("GPU")), "a GPU"
    layers = programs.layers_of(model)
    for layer in layers:
        yield type(layer) not in LAYERS, f"the layer {type(layer).__name__}"
        yield layer.compute_dtype not in ("float32", "float64"), str(layer.compute_dtype)
    for part in (model, model.optimizer, *layers):
        for name in vars(part).keys() - {"build", "quantize"}:  # which Keras itself puts there
            value = vars(part)[name]
            own = callable(value) and not str(value.__module__).startswith("keras.")
            method = name != "loss" and callable(getattr(type(part), name, None))
            yield own or method, f"its own {name}"
    data, held = [given.x, given.y, given.sample_weight], given.validation_data
    data += () if held is None else keras.utils.unpack_x_y_sample_weight(held)
    for place, array in enumerate(data):
        absent = array is None and place % 3 == 2  # a weight for each row
        yield not (absent or hasattr(array, "__array__")), f"a {type(array).__name__}"
    hooks = [name for name in vars(keras.callbacks.Callback) if re.match("on_(.*batch|test)", name)]
    for item in keras.tree.flatten(given.callbacks or []):
        # Such a checkpoint has a hook for batches, which does nothing.
        idle = [keras.callbacks.ModelCheckpoint] * (getattr(item, "save_freq", None) == "epoch")
        for hook in hooks:
            yield _overrides(item, hook, *idle), f"{type(item).__name__}.{hook}"


def _overrides(callback: keras.callbacks.Callback, hook: str, *idle: type) -> bool:
    """Tell whether a callback has a hook that is neither Keras' empty one nor of an idle class."""
    method = getattr(getattr(callback, hook, None), "__func__", None)
    return all(method is not getattr(kind, hook) for kind in (keras.callbacks.Callback, *idle))


def _prepare(model: keras.Model, *args: Any, **kwargs: Any) -> Callable[[], Any]:  # noqa: ANN401
    """Return a function that trains, or raise what tells why it is left to Keras."""
    bound = inspect.signature(keras.Model.fit).bind(model, *args, **kwargs)
    bound.apply_defaults()
    given = SimpleNamespace(**bound.arguments)
    for holds, reason in _reasons(model, given):
        if holds:
            raise LeftToKerasError(reason)
    data, held = (given.x, given.y, given.sample_weight), given.validation_data
    if given.validation_split and held is None:
        data, held = keras.src.trainers.data_adapters.array_slicing.train_validation_split(
            data, validation_split=given.validation_split
        )
    share = not given.callbacks  # which might change the data
    train = programs.arrays(*data, given.class_weight, share=share)
    if held is not None:
        held = programs.arrays(*keras.utils.unpack_x_y_sample_weight(held), share=share)
    size = operator.index(given.batch_size or 32)
    sizes = size, operator.index(given.validation_batch_size or size)
    given.initial_epoch, given.epochs = map(operator.index, (given.initial_epoch, given.epochs))
    with _lock:
        program = programs.program_for(model, train, held, sizes)
    return functools.partial(_train, model, given, program, train, held)


def _train(
    model: Any,  # noqa: ANN401
    given: SimpleNamespace,
    program: programs.Program,
    train: Rows,
    held: Rows | None,
) -> keras.callbacks.History:
    """Run epochs and callbacks as Keras' own loop does, several in a call if none looks at one."""
    orders, rows, epochs = programs.orders_for(train), len(train[0]), given.epochs
    steps = math.ceil(rows / (given.batch_size or 32))
    shown = {"add_history": True, "add_progbar": given.verbose != 0, "verbose": given.verbose}
    calls = keras.callbacks.CallbackList(
        given.callbacks, model=model, epochs=epochs, steps=steps, **shown
    )
    at_once = len(orders)
    for item in calls.callbacks:
        looks = _overrides(item, "on_epoch_begin") or _overrides(item, "on_epoch_end")
        if looks and type(item) not in (keras.callbacks.History, keras.callbacks.ProgbarLogger):
            at_once = 1
    variables, names = programs.variables_of(model), list(model.get_metrics_result())
    names += [f"val_{name}" for name in names if held]
    seed = np.random.randint(2**31)  # noqa: NPY002 - the state that Keras' seed sets
    model.stop_training = False
    calls.on_train_begin()
    logs = None
    at, count = given.initial_epoch, 1
    while at < epochs and not model.stop_training:
        numbers = range(at, min(at + count, epochs))
        for row, epoch in enumerate(numbers):
            if given.shuffle:
                orders[row] = np.random.default_rng([seed, epoch]).permutation(rows)
        with _interruptions_wait():
            calls.on_epoch_begin(at)
            begin = time.perf_counter()
            values = [variable.value for variable in variables]
            results = program(values, train, held, orders, np.int32(len(numbers))).numpy().tolist()
            quick = time.perf_counter() - begin < SECONDS_PER_CALL / 2
            for epoch, row in zip(numbers, results, strict=False):
                if epoch > at:
                    calls.on_epoch_begin(epoch)
                logs = dict(zip(names, row, strict=True))
                calls.on_epoch_end(epoch, logs)
        at = numbers.stop
        count = min(2 * count, at_once) if quick else max(1, count // 2)
    if epochs > 0:
        model.optimizer.finalize_variable_values(model.trainable_weights)
    calls.on_train_end(logs)
    return model.history


@contextlib.contextmanager
def _interruptions_wait() -> Iterator[None]:
    """Let Ctrl-C wait until weights and history are in step; a second one does not wait."""
    before: Any = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    arrived: list[tuple[Any, ...]] = []

    def note(*arguments: object) -> None:
        signal.signal(signal.SIGINT, before)
        arrived.append(arguments)

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
    settings = {"batch_size": 4, "epochs": 2, "shuffle": False, "validation_split": 0.3}
    drawn = np.random.get_state()  # noqa: NPY002 - the state that Keras' seed sets
    results = []
    try:
        for alone in (True, False):
            # With names of its own, or Keras would count up those of the networks that follow.
            layer = keras.layers.Dense(1, kernel_initializer="ones", name="out")
            model = keras.Sequential([keras.Input((2,), name="rows"), layer], name="test")
            optimizer = keras.optimizers.SGD(0.1, momentum=0.5, name="test")
            # Keras is quicker in eager mode than it is to compile.
            model.compile(optimizer, "mse", metrics=["mae"], run_eagerly=alone)
            arguments = {"x": x, "y": x[:, 0] ** 2, "verbose": 0} | settings
            history = model.fit(**arguments) if alone else _prepare(model, **arguments)()
            results.append([*history.history.values(), *model.get_weights()])
        for one, other in zip(*results, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
    except Exception as error:
        message = f"{type(error).__name__}: {error}".strip().partition("\n")[0]
        version = f"a test of accelerate with Keras {keras.__version__} failed"
        warnings.warn(
            f"model.fit stays as it is: {version} ({message})", RuntimeWarning, stacklevel=3
        )
        return False
    finally:
        np.random.set_state(drawn)  # noqa: NPY002
    return True
