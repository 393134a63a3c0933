"""`repeat`: the same training from several seeds."""

from __future__ import annotations

import gc
import random
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from unittest import mock

import joblib
import keras
import pandas as pd

from helpers.acceleration import accelerate, accelerated
from helpers.progress import progress_bar

_alone = threading.Lock()
_trained: weakref.WeakSet[keras.layers.Layer] = weakref.WeakSet()


def repeat(
    build: Callable[[], keras.Model],
    x: object,
    y: object,
    *,
    seeds: Iterable[int],
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
    x, y : array-like
        As for `model.fit`.
    seeds : iterable of int
        At least one.
    test_data : tuple of array-like, optional
        ``(x, y)``; the finished network's metrics on these rows become the
        columns ``test_loss`` and so on.
    measure : callable, optional
        Takes the finished model and returns further columns by name.
    n_jobs : int, optional
        Number of workers, as `joblib.Parallel` takes it. By default 1, or what
        ``joblib.parallel_config`` says. Each worker starts a Python of its own, which takes
        some ten seconds: worth it for long trainings, or for other machines through Dask.
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
        If `build` does not return a new model each time, or there is no seed.
    """
    if isinstance(build, keras.Model) or not callable(build):
        raise ValueError(f"build is {build!r}; give a function that returns a new compiled model")
    if not isinstance(seeds, Iterable) or not (seeds := list(seeds)):
        raise ValueError(f"seeds is {seeds!r}; give several, such as range(5), or [0] for one")
    fit = {"x": x, "y": y, "verbose": 0} | fit_arguments
    trainings = joblib.Parallel(n_jobs=n_jobs, return_as="generator")(
        joblib.delayed(_train)(build, seed, fit, test_data, measure, accelerated())
        for seed in seeds
    )
    rows: list[dict[str, float]] = []
    with progress_bar(len(seeds), "seed", "Training") as bar:
        for row in trainings:
            # Keras counts up the names of metrics that are made anew.
            rows.append(dict(zip(rows[0] if rows else row, row.values(), strict=True)))
            bar.update()
    return pd.DataFrame(rows, index=pd.Index(seeds, name="seed"))


def _train(
    build: Callable,
    seed: int,
    fit: dict,
    test_data: tuple | None,
    measure: Callable | None,
    fast: bool,
) -> dict[str, float]:
    """Train a network from one seed, in this or another process; return a row of results."""
    accelerate(fast)
    generator = random.Random()
    random.seed(seed)
    # Keras seeds layers from Python's generator, which a Dask worker's event loop uses, too.
    # Here Keras has one of its own, and one thread at a time.
    with (
        _alone,
        mock.patch.object(keras.src.random.seed_generator, "python_random", generator),
        mock.patch.object(keras.src.utils.rng_utils, "random", generator),
    ):
        keras.utils.set_random_seed(seed)
        model = build()
        layers = {layer for layer in model.layers if layer.variables}
        if not layers.isdisjoint(_trained):
            raise ValueError("build gave layers that are trained already; make new ones each time")
        _trained.update(layers)
        history = model.fit(**fit)
    row: dict[str, float] = {"epochs": len(history.epoch)}
    row.update({name: values[-1] for name, values in history.history.items()})
    if test_data is not None:
        test = model.evaluate(*test_data, verbose=0, return_dict=True)
        row.update({f"test_{name}": value for name, value in test.items()})
    row.update(measure(model) if measure else {})
    if model.count_params() > 2**18:
        del model, history, layers
        gc.collect()  # Python would keep too many networks as large as this one
    return row
