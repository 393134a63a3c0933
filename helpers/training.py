"""`repeat`: the same training from several seeds."""

from __future__ import annotations

import gc
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest import mock

import joblib
import keras
import numpy as np
import pandas as pd

from helpers.acceleration import accelerate, accelerated
from helpers.programs import Nested
from helpers.progress import progress_bar

MOST_GARBAGE = 2**25
"""How many bytes of trained networks `repeat` leaves to Python's garbage collection."""

_building = threading.Lock()


def repeat(
    build: Callable[[], keras.Model],
    x: Nested,
    y: Nested,
    *,
    seeds: Sequence[int],
    test_data: tuple | None = None,
    measure: Callable[[keras.Model], Mapping[str, float]] | None = None,
    n_jobs: int | None = None,
    **fit_arguments: Any,  # noqa: ANN401 - whatever `model.fit` takes
) -> pd.DataFrame:
    """Train the same network from several seeds, and put the results into a table.

    Parameters
    ----------
    build : callable
        Returns a new compiled model at each call. It is called once a seed,
        after ``keras.utils.set_random_seed(seed)``.
    x, y : array-like or nested structure of them
        As for `model.fit`.
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
        Passed on to `model.fit`: `epochs`, `batch_size` and so on.

    Returns
    -------
    pandas.DataFrame
        One row a seed, in the order of `seeds`; the index is named ``seed``.
        The columns are ``epochs``, the number of epochs run, and the metrics
        of the last one by their names in the first seed's history.

    Raises
    ------
    ValueError
        If a seed is missing, double or negative, `seeds` is a single number, or
        `build` is no function that returns a new model of the same shape each time.

    Examples
    --------
    >>> from helpers.models import build_mlp
    >>> rows, labels = np.ones((8, 2)), np.arange(8) % 2
    >>> table = repeat(lambda: build_mlp(2, [3], 2), rows, labels, seeds=range(3), epochs=5)
    >>> table.index.tolist(), table["epochs"].tolist()
    ([0, 1, 2], [5, 5, 5])
    """
    if isinstance(build, keras.Model) or not callable(build):
        raise ValueError(
            f"build is {build!r}; give a function that returns a new compiled model at each call"
        )
    if not isinstance(seeds, Iterable):
        raise ValueError(f"seeds is {seeds!r}; give several, such as range(5), or [0] for one")
    seeds = list(seeds)
    whole = all(hasattr(seed, "__index__") and seed >= 0 for seed in seeds)
    if not (seeds and whole and len(set(seeds)) == len(seeds)):
        raise ValueError(f"seeds is {seeds}; give whole numbers of at least 0, each once")
    if "verbose" in fit_arguments:
        raise ValueError("repeat sets verbose itself; leave it out")
    workers = min(joblib.effective_n_jobs(n_jobs), len(seeds))
    arguments = (x, y, test_data, measure, fit_arguments, accelerated())
    if workers <= 1:
        with progress_bar(len(seeds), "seed", "Training") as bar:
            results = _train_seeds(build, seeds, *arguments, done=bar.update)
    else:
        parts = joblib.Parallel(n_jobs=n_jobs)(
            joblib.delayed(_train_seeds)(build, share.tolist(), *arguments)
            for share in np.array_split(seeds, workers)
        )
        results = [row for part in parts for row in part]
    names = list(results[0])  # Keras counts up the names of metrics that are made anew
    rows = [dict(zip(names, row.values(), strict=True)) for row in results]
    return pd.DataFrame(rows, index=pd.Index(seeds, name="seed"))


def _train_seeds(
    build: Callable[[], keras.Model],
    seeds: list[int],
    x: Nested,
    y: Nested,
    test_data: tuple | None,
    measure: Callable[[keras.Model], Mapping[str, float]] | None,
    fit_arguments: dict[str, Any],
    fast: bool,
    done: Callable[[], object] = lambda: None,
) -> list[dict[str, float]]:
    """Train one model after the other in this process; return a row of results for each."""
    accelerate(fast)
    results: list[dict[str, float]] = []
    last: list[keras.Variable] = []
    shapes, garbage = None, 0
    for seed in seeds:
        with _seeded(seed):
            model = build()
            history = model.fit(x, y, verbose=0, **fit_arguments)
        variables = model.variables
        if any(variable is other for variable in variables for other in last):
            raise ValueError(
                "build gave the same weights to two models; it has to make new layers at each "
                "call, or the second seed would go on where the first one stopped"
            )
        last, before, shapes = variables, shapes, [weight.shape for weight in model.weights]
        if before not in (None, shapes):
            raise ValueError(f"build made another network for seed {seed} than for the first seed")
        row = {"epochs": len(history.epoch)}
        row |= {name: values[-1] for name, values in history.history.items()}
        if test_data is not None:
            test = model.evaluate(*test_data, verbose=0, return_dict=True)
            row |= {f"test_{name}": value for name, value in test.items()}
        results.append(row | dict(measure(model) if measure else {}))
        garbage += 12 * model.count_params()  # weights, and what an optimizer keeps
        if garbage > MOST_GARBAGE:
            del model, history
            gc.collect()
            garbage = 0
        done()
    return results


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """Set all seeds, and let no other thread draw the random numbers that follow.

    New layers take their seeds from Python's generator, and so does the event loop of a Dask
    worker, at any time. Meanwhile this thread has a generator of its own.
    """
    own, thread = random.Random(seed), threading.get_ident()

    def for_thread(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *arguments, **named: (
            getattr(own, name) if threading.get_ident() == thread else original
        )(*arguments, **named)

    functions: Any = {
        name: for_thread(name, value)
        for name, value in vars(random).items()
        if isinstance(getattr(value, "__self__", None), random.Random)
    }
    with _building, mock.patch.multiple(random, **functions):
        keras.utils.set_random_seed(seed)
        yield
