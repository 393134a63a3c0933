"""Training that does not make one wait: `fit`, and `repeat` over several seeds."""

from __future__ import annotations

import gc
import math
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

import joblib
import keras
import numpy as np
import pandas as pd
from tqdm import tqdm

from helpers.epochs import Nested, create_weights, program_for, recipe, tensors
from helpers.memory import return_memory
from helpers.progress import progress_bar
from helpers.training_checks import (
    check_build,
    check_callbacks,
    check_labels,
    check_model,
    check_number,
    checked_arrays,
    checked_seeds,
    checked_validation,
)

Setting: TypeAlias = Any
"""Whatever `fit` takes by name."""

SECONDS_PER_CALL = 0.25
"""How long `fit` is out of reach for an interruption, unless a single epoch takes longer."""


MOST_GARBAGE = 2**25
"""How many bytes of weights `repeat` leaves to Python's garbage collection."""

_building = threading.Lock()


def fit(
    model: keras.Model,
    x: Nested,
    y: Nested,
    *,
    batch_size: int = 32,
    epochs: int = 1,
    validation_data: tuple | None = None,
    validation_split: float = 0.0,
    shuffle: bool = True,
    callbacks: Sequence[keras.callbacks.Callback] | keras.callbacks.Callback | None = None,
    class_weight: Mapping[int, float] | None = None,
    sample_weight: Nested = None,
    initial_epoch: int = 0,
    verbose: int | str = "auto",
    seed: int | None = None,
) -> keras.callbacks.History:
    """Train a model as `model.fit` does, with whole epochs compiled into one program.

    `model.fit` comes back to Python for every batch. For a small network that
    costs far more time than the arithmetic. Here a program made by TensorFlow's
    compiler XLA goes through all batches of an epoch on its own. It calls the model's own
    `train_step`, so losses, metrics, regularisers and the optimizer are Keras'
    own, and the numbers are the same to the rounding of float32. The model is
    the same afterwards, too: `evaluate`, `save` and `model.fit` go on from there.

    The program is kept with the model: a second call with the same shapes,
    batch size and compilation compiles nothing.

    Parameters
    ----------
    model : keras.Model
        A compiled model.
    x : array-like, or a nested structure of them for a model with several inputs
        The features, ``(n, ...)``. Whole numbers stay what they are until a
        batch needs them: 60,000 pictures in uint8 take 47 MB, in float32 188.
    y : array-like, or a nested structure of them
        The targets, ``(n, ...)``.
    batch_size : int, default 32
        Rows in a batch; the last one is smaller where they do not come out even.
    epochs : int, default 1
        Number of the epoch at which to stop, as in `model.fit`.
    validation_data : tuple of array-like, optional
        ``(x, y)`` or ``(x, y, sample_weight)``, evaluated after every epoch.
    validation_split : float, default 0.0
        Share of the last rows to set aside for validation, from 0 up to 1;
        `validation_data` takes precedence.
    shuffle : bool, default True
        Whether to draw a new order of the rows for every epoch. The order of
        epoch `e` (counted from 0) is
        ``numpy.random.default_rng([seed, e]).permutation(n)``.
    callbacks : keras.callbacks.Callback or a list of them, optional
        Called at the start and end of training and of every epoch. While there
        are any, the program returns after each epoch.
    class_weight : mapping of int to float, optional
        Weight of the rows of each class in the loss; 1 for those left out.
    sample_weight : array-like, optional
        Weight of each row in the loss, ``(n,)``.
    initial_epoch : int, default 0
        Number of the first epoch, for a training that goes on.
    verbose : {"auto", 0, 1, 2}, default "auto"
        "auto" and 1: a bar while a person watches, and one line at the end.
        2: a line for every epoch. 0: nothing.
    seed : int, optional
        At least 0; fixes the order of the rows, and restarts the random numbers
        of layers like dropout. By default it is drawn from NumPy's global
        random state, which `keras.utils.set_random_seed` sets, and the layers
        keep their own.

    Returns
    -------
    keras.callbacks.History
        Epochs and metrics, also to be found in ``model.history``.

    Raises
    ------
    ValueError
        If the arguments do not fit each other or the model: no row, other
        numbers of rows, text or NaN among the numbers, labels that the outputs
        have no room for, a model that is not compiled.
    NotImplementedError
        For what only `model.fit` does: data that are no arrays, callbacks that
        look at single batches, eager execution.
    FloatingPointError
        If the loss becomes NaN; ``model.history`` holds the epochs before.
    KeyboardInterrupt
        If it was interrupted. The model and ``model.history`` hold all epochs
        that were finished.

    Examples
    --------
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    >>> model.compile(loss="mse")
    >>> history = fit(model, np.zeros((8, 2)), np.zeros(8), epochs=3, verbose=0)
    >>> history.history["loss"]
    [0.0, 0.0, 0.0]
    """
    check_model(model)
    check_number("batch_size", batch_size, least=1)
    check_number("epochs", epochs, least=0)
    check_number("initial_epoch", initial_epoch, least=0)
    if seed is not None:
        check_number("seed", seed, least=0)
    if shuffle not in (True, False):
        raise NotImplementedError(
            f"shuffle is {shuffle!r}; fit knows True and False, use model.fit"
        )
    if verbose not in ("auto", 0, 1, 2):
        raise ValueError(f'verbose is {verbose!r}; give "auto", 0, 1 or 2')
    train = checked_arrays(x, y, sample_weight)
    validation, train = checked_validation(validation_data, validation_split, train)
    if class_weight is not None:
        train = _weighted(train, class_weight)
    create_weights(model, train[0])
    check_labels(model, train, "x", "y")
    if validation is not None:
        check_labels(model, validation, "the validation x", "the validation y")
    callbacks = check_callbacks(callbacks, validation is not None)

    epochs = min(epochs, keras.config.max_epochs() or epochs)
    rows = len(keras.tree.flatten(train)[0])
    one_at_a_time = any(not isinstance(item, keras.callbacks.History) for item in callbacks)
    if verbose in ("auto", 1):
        callbacks.append(EpochProgress())
    elif verbose == 2:
        callbacks.append(_EpochLines())
    calls = keras.callbacks.CallbackList(
        callbacks,
        add_history=True,
        model=model,
        verbose=verbose,
        epochs=epochs,
        steps=math.ceil(rows / batch_size),
    )
    if seed is None:
        seed = int(np.random.randint(2**31))  # noqa: NPY002 - the state that Keras' seed sets
    else:
        _restart_random_layers(model, seed)

    model.stop_training = False
    with _interruptions() as interrupted:
        calls.on_train_begin()
        try:
            logs = _run_epochs(
                model,
                train,
                validation,
                batch_size,
                range(initial_epoch, epochs),
                lambda epoch: _order(seed, epoch, rows) if shuffle else np.arange(rows),
                calls,
                1 if one_at_a_time else None,
                interrupted,
            )
        finally:
            for item in callbacks:
                if isinstance(item, EpochProgress):
                    item.close()
            return_memory()
        if epochs > 0:
            model.optimizer.finalize_variable_values(model.trainable_weights)
        calls.on_train_end(logs)
    return model.history


def _run_epochs(
    model: keras.Model,
    train: Nested,
    validation: Nested,
    batch_size: int,
    epochs: range,
    order: Callable[[int], np.ndarray],
    calls: keras.callbacks.CallbackList,
    at_once: int | None,
    interrupted: threading.Event,
) -> dict[str, float] | None:
    """Run the epochs, a few in each call of the program; return the last one's metrics."""
    if not epochs:
        return None
    program = program_for(model, train, validation, batch_size)
    train, validation = tensors(train), tensors(validation)
    program.compile(train, validation)  # before the clock runs
    count = 1
    logs = None
    next_epoch = epochs.start
    while next_epoch < epochs.stop and not model.stop_training:
        if interrupted.is_set():
            raise KeyboardInterrupt
        numbers = range(next_epoch, min(next_epoch + count, epochs.stop))
        calls.on_epoch_begin(next_epoch)
        start = time.perf_counter()
        results = program.run(train, validation, np.stack([order(epoch) for epoch in numbers]))
        seconds = (time.perf_counter() - start) / len(numbers)
        count = at_once or max(1, min(program.epochs_per_call, int(SECONDS_PER_CALL / seconds)))
        for epoch, values in zip(numbers, results, strict=True):
            logs = {name: float(value) for name, value in zip(program.names, values, strict=True)}
            if math.isnan(logs.get("loss", 0)):
                raise FloatingPointError(
                    f"the loss became NaN in epoch {epoch + 1}; a smaller learning rate or scaled "
                    "inputs may help (model.history holds the epochs before)"
                )
            if epoch > next_epoch:
                calls.on_epoch_begin(epoch)
            calls.on_epoch_end(epoch, logs)
        next_epoch = numbers.stop
    return logs


def repeat(
    build: Callable[[], keras.Model],
    x: Nested,
    y: Nested,
    *,
    seeds: Sequence[int],
    test_data: tuple | None = None,
    measure: Callable[[keras.Model], Mapping[str, float]] | None = None,
    n_jobs: int | None = None,
    **fit_arguments: Setting,
) -> pd.DataFrame:
    """Train the same network from several seeds, and put the results into a table.

    The network is compiled once: for each further seed, only the numbers in it
    are replaced by those of a newly built one.

    Parameters
    ----------
    build : callable
        Returns a new compiled model at each call. It is called once a seed,
        after ``keras.utils.set_random_seed(seed)``.
    x, y : array-like or nested structure of them
        As for `fit`.
    seeds : sequence of int
        At least one, each at least 0 and different from the others.
    test_data : tuple of array-like, optional
        ``(x, y)``; the finished network's metrics on these rows become the
        columns ``test_loss`` and so on.
    measure : callable, optional
        Takes the finished model and returns further columns by name.
    n_jobs : int, optional
        Number of workers, as `joblib.Parallel` takes it. By default 1, or what
        ``joblib.parallel_config`` says. Each worker starts a Python of its own,
        which takes some ten seconds before it trains anything: worth it for
        long trainings, or for other machines through joblib's Dask backend.
    **fit_arguments
        Passed on to `fit`: `epochs`, `batch_size`, `validation_data` and so on.

    Returns
    -------
    pandas.DataFrame
        One row a seed, in the order of `seeds`; the index is named ``seed``.
        The columns are ``epochs``, the number of epochs run, and the metrics
        of the last one by their names in the history.

    Raises
    ------
    ValueError
        If a seed is missing, double or negative, `seeds` is a single number, or
        `build` is no function that returns a new model of the same kind each time.

    Examples
    --------
    >>> from helpers.models import build_mlp
    >>> from helpers.datasets import make_point_cloud
    >>> points, labels = make_point_cloud(200, random_state=0)
    >>> one_hot = keras.utils.to_categorical(labels)
    >>> table = repeat(lambda: build_mlp(2, [8], 4), points, one_hot, seeds=range(3), epochs=5)
    >>> table.index.tolist(), table["epochs"].tolist()
    ([0, 1, 2], [5, 5, 5])
    """
    check_build(build)
    seeds = checked_seeds(seeds)
    for name in ("seed", "verbose"):
        if name in fit_arguments:
            raise ValueError(f"repeat sets {name} itself; leave it out")
    workers = min(joblib.effective_n_jobs(n_jobs), len(seeds))
    arguments = (x, y, test_data, measure, fit_arguments)
    if workers <= 1:
        with progress_bar(len(seeds), "seed", "Training") as bar:
            results = _train_seeds(build, seeds, *arguments, done=bar.update)
        gc.collect()
        return_memory()
    else:
        shares = [share.tolist() for share in np.array_split(seeds, workers)]
        parts = joblib.Parallel(n_jobs=n_jobs)(
            joblib.delayed(_train_seeds)(build, share, *arguments) for share in shares
        )
        results = [row for part in parts for row in part]
    return pd.DataFrame(results, index=pd.Index(seeds, name="seed"))


def _train_seeds(
    build: Callable[[], keras.Model],
    seeds: list[int],
    x: Nested,
    y: Nested,
    test_data: tuple | None,
    measure: Callable[[keras.Model], Mapping[str, float]] | None,
    fit_arguments: dict[str, Setting],
    done: Callable[[], object] = lambda: None,
) -> list[dict[str, float]]:
    """Train one model after the other in this process; return a row of results for each."""
    x, y = checked_arrays(x, y, None)
    results = []
    model = None
    garbage = 0
    for seed in seeds:
        with _seeded(seed):
            fresh = build()
            check_model(fresh)
            # Written down before the training, which may change the learning rate.
            parts = recipe(fresh)
            create_weights(fresh, x)
        if fresh is model:
            raise ValueError(
                "build returned the same model twice; it has to build and compile a new one at "
                "each call, or the second seed would go on where the first one stopped"
            )
        if model is None:
            model, first_parts = fresh, parts
        elif parts != first_parts:
            raise ValueError(
                f"build made another network for seed {seed} than for the first seed; "
                "repeat compares trainings of the same network"
            )
        else:
            _take_over(model, fresh)
            # Python's own collection counts objects, not their size.
            garbage += 12 * fresh.count_params()  # weights and what an optimizer keeps
            if garbage > MOST_GARBAGE:
                del fresh
                gc.collect()
                garbage = 0
        history = fit(model, x, y, seed=seed, verbose=0, **fit_arguments)
        row: dict[str, float] = {"epochs": len(history.epoch)}
        row |= {name: values[-1] for name, values in history.history.items()}
        if test_data is not None:
            test = model.evaluate(*test_data, verbose=0, return_dict=True)
            row |= {f"test_{name}": value for name, value in test.items()}
        if measure is not None:
            row |= dict(measure(model))
        results.append(row)
        done()
    return results


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Set all seeds, and let no other thread draw the random numbers that follow.

    New layers take their seeds from Python's generator, and so does the event
    loop of a Dask worker, at any time. Meanwhile this thread has a generator of its own.
    """
    own, thread = random.Random(seed), threading.get_ident()

    def wrapped(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def draw(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - as in `random`
            mine = threading.get_ident() == thread
            return (getattr(own, name) if mine else original)(*arguments, **named)

        return draw

    with _building:
        originals = {
            name: value
            for name, value in vars(random).items()
            if isinstance(getattr(value, "__self__", None), random.Random)
        }
        try:
            for name, value in originals.items():
                setattr(random, name, wrapped(name, value))
            keras.utils.set_random_seed(seed)
            yield
        finally:
            for name, value in originals.items():
                setattr(random, name, value)


def _take_over(model: keras.Model, fresh: keras.Model) -> None:
    """Give a trained model the numbers of a newly built one."""
    fresh.optimizer.build(fresh.trainable_variables)
    pairs = list(
        zip(
            [*model.weights, *_random_states(model), *model.optimizer.variables],
            [*fresh.weights, *_random_states(fresh), *fresh.optimizer.variables],
            strict=True,
        )
    )
    for variable, other in pairs:
        if variable is other:
            raise ValueError(
                f"build gave {variable.path} to two models; it has to make new layers and a new "
                "optimizer at each call, or the second seed would go on where the first one stopped"
            )
    for variable, other in pairs:
        variable.assign(other)


def _random_states(model: keras.Model) -> list[keras.Variable]:
    """Return the state of every random generator in the model's layers."""
    weights = {id(weight) for weight in model.weights}
    metrics = {id(variable) for metric in model.metrics for variable in metric.variables}
    return [
        variable
        for variable in model.variables
        if id(variable) not in weights | metrics and variable.name == "seed_generator_state"
    ]


def _restart_random_layers(model: keras.Model, seed: int) -> None:
    """Set every random generator in the model to a state that only hangs on the seed."""
    states = _random_states(model)
    numbers = np.random.default_rng(seed).integers(2**31, size=len(states))
    for state, number in zip(states, numbers, strict=True):
        state.assign([number, 0])


def _order(seed: int, epoch: int, rows: int) -> np.ndarray:
    return np.random.default_rng([seed, epoch]).permutation(rows)


def _weighted(train: Nested, class_weight: Mapping[int, float]) -> Nested:
    """Add each row's class weight as its sample weight, as Keras does."""
    x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(train)
    if sample_weight is not None:
        raise ValueError("give class_weight or sample_weight, not both")
    if not isinstance(y, np.ndarray):
        raise NotImplementedError("class_weight needs a single y; use sample_weight")
    classes = np.argmax(y, axis=-1) if y.ndim > 1 and y.shape[-1] > 1 else y.reshape(len(y))
    weights = [class_weight.get(round(float(label)), 1.0) for label in classes]
    return x, y, np.asarray(weights, keras.config.floatx())


@contextmanager
def _interruptions() -> Iterator[threading.Event]:
    """Note an interruption instead of raising it in the middle of an epoch.

    A second one is raised at once.
    """
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    before = signal.getsignal(signal.SIGINT)

    def note(_number: int, _frame: object) -> None:
        interrupted.set()
        signal.signal(signal.SIGINT, before)

    if before is None or before is signal.SIG_IGN:
        yield interrupted
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)
    if interrupted.is_set():
        raise KeyboardInterrupt


class EpochProgress(keras.callbacks.Callback):
    """Show a progress bar during a training, and one line at its end.

    `fit` adds it by itself; for `model.fit`, pass it as
    ``model.fit(..., verbose=0, callbacks=[EpochProgress()])``. The bar moves
    for a person and is left out where nobody watches
    (`helpers.progress.watched`); the line is the same for both: the number of
    epochs that were run and the last value of each metric.
    """

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the bar."""
        self._epochs = 0
        self._metrics = ""
        self._bar: tqdm = progress_bar(self.params["epochs"], "epoch", "Training")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Move the bar by one epoch."""
        self._epochs += 1
        self._metrics = _line(logs or {})
        self._bar.set_postfix_str(self._metrics, refresh=False)
        self._bar.update()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Remove the bar and print the line."""
        self.close()
        epochs = f"{self._epochs} epoch" + "s" * (self._epochs != 1)
        print(f"{epochs}: {self._metrics}")

    def close(self) -> None:
        """Remove the bar, as after an interruption."""
        self._bar.close()


class _EpochLines(keras.callbacks.Callback):
    """Print a line for every epoch."""

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        print(f"epoch {epoch + 1} of {self.params['epochs']}: {_line(logs or {})}")


def _line(logs: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.4f}" for name, value in logs.items())
