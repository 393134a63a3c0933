"""What `helpers.training.fit` looks at before it trains."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import keras
import numpy as np

from helpers.epochs import Nested

_BATCH_HOOKS = (
    "on_batch_begin",
    "on_batch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_batch_begin",
    "on_test_batch_end",
    "on_test_begin",
    "on_test_end",
)


def check_number(name: str, number: int, *, least: int) -> int:
    """Return a whole number, or raise a ValueError that names it."""
    if isinstance(number, bool) or not hasattr(number, "__index__") or number < least:
        raise ValueError(f"{name} is {number!r}; give a whole number of at least {least}")
    return number


def check_build(build: object) -> None:
    """Refuse what `repeat` cannot build a network with; a model can be called, too."""
    if isinstance(build, keras.Model):
        raise ValueError(
            f"build is a finished {type(build).__name__}; give the function that builds it, "
            "without parentheses"
        )
    if not callable(build):
        raise ValueError(
            f"build is {build!r}; give a function that returns a new compiled model at each call"
        )


def checked_seeds(seeds: object) -> list[int]:
    """Return the seeds as a list of different numbers, or raise a ValueError."""
    if not isinstance(seeds, Iterable):
        raise ValueError(f"seeds is {seeds!r}; give several, such as range(5), or [0] for one")
    numbers = [int(check_number("each seed", seed, least=0)) for seed in seeds]
    if not numbers:
        raise ValueError("seeds is empty; give at least one seed")
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"seeds holds a seed twice: {numbers}; give each once")
    return numbers


def check_model(model: object) -> None:
    """Refuse what `fit` cannot train."""
    if not isinstance(model, keras.Model):
        raise ValueError(f"model is a {type(model).__name__}; give a keras.Model")
    if keras.backend.backend() != "tensorflow":
        raise NotImplementedError(
            f"Keras runs on {keras.backend.backend()}, and fit needs TensorFlow; use model.fit"
        )
    if not model.compiled or model.optimizer is None:
        raise ValueError("the model is not compiled; call model.compile(...) before fit")
    if model.run_eagerly:
        raise NotImplementedError("fit cannot run a model with run_eagerly=True; use model.fit")


def check_callbacks(callbacks: object, validated: bool) -> list[keras.callbacks.Callback]:
    """Return the callbacks as a list, and refuse those that look at single batches."""
    if isinstance(callbacks, keras.callbacks.CallbackList):
        raise NotImplementedError("fit makes the CallbackList itself; give a list of callbacks")
    items = list(callbacks) if isinstance(callbacks, Sequence) else [callbacks]
    items = [item for item in items if item is not None]
    for item in items:
        if not isinstance(item, keras.callbacks.Callback):
            raise ValueError(f"{item!r} among the callbacks is no keras.callbacks.Callback")
        if isinstance(item, keras.callbacks.TerminateOnNaN):
            raise NotImplementedError(
                "TerminateOnNaN looks at every batch; leave it out: fit stops at a loss of NaN"
            )
        if isinstance(item, keras.callbacks.ModelCheckpoint) and item.save_freq == "epoch":
            continue
        for hook in _BATCH_HOOKS:
            of_tests = hook in ("on_test_begin", "on_test_end")
            if _overrides(item, hook) and (validated or not of_tests):
                raise NotImplementedError(
                    f"the callback {type(item).__name__} wants to be called at {hook}, and fit "
                    "calls callbacks at the start and end of training and of an epoch; "
                    "use model.fit"
                )
    return items


def _overrides(callback: keras.callbacks.Callback, hook: str) -> bool:
    if hook in vars(callback):
        return True
    return getattr(type(callback), hook) is not getattr(keras.callbacks.Callback, hook)


def checked_arrays(x: Nested, y: Nested, sample_weight: Nested, where: str = "") -> tuple:
    """Turn the data into ``(x, y)`` or ``(x, y, sample_weight)`` of NumPy arrays.

    `where` stands in front of the names in messages.
    """
    if y is None:
        raise NotImplementedError(f"{where}y is missing; without targets, use model.fit")
    parts = {"x": x, "y": y}
    if sample_weight is not None:
        parts["sample_weight"] = sample_weight
    arrays = {name: _arrays(value, where + name) for name, value in parts.items()}
    rows = None
    for name, value in arrays.items():
        for leaf in keras.tree.flatten(value):
            if leaf.ndim == 0:
                raise ValueError(f"{where}{name} is a single number; give one row for each sample")
            if rows is None:
                rows = len(leaf)
            if len(leaf) != rows:
                raise ValueError(
                    f"{where}{name} has {len(leaf)} rows and {where}x has {rows}; "
                    "give one row for each sample in both"
                )
    if not rows:
        raise ValueError(f"{where}x has no rows; give at least one")
    if sample_weight is not None:
        for leaf in keras.tree.flatten(arrays["sample_weight"]):
            if leaf.min() < 0:
                raise ValueError(f"{where}sample_weight holds a negative weight")
    return tuple(arrays.values())


def _arrays(value: Nested, name: str) -> Nested:
    if value is None or isinstance(value, (str, bytes)):
        raise ValueError(f"{name} is {value!r}; give an array")
    return keras.tree.map_structure(lambda leaf: _array(leaf, name), value)


def _array(leaf: object, name: str) -> np.ndarray:
    if isinstance(leaf, (int, float, str, bytes, bool)):
        raise ValueError(
            f"{name} is a list with the {type(leaf).__name__} {leaf!r} in it, and Keras takes a "
            f"list for several inputs; give np.array({name})"
        )
    # What only delivers its rows one after the other has no shape.
    if not hasattr(leaf, "shape") or not hasattr(leaf, "__array__"):
        raise NotImplementedError(
            f"{name} is a {type(leaf).__module__}.{type(leaf).__name__}, and fit takes arrays; "
            "use model.fit"
        )
    array = np.asarray(leaf)
    if np.issubdtype(array.dtype, np.floating):
        array = array.astype(keras.config.floatx(), copy=False)
        # The smallest and the largest say it without an array of truth values.
        if array.size and not (math.isfinite(array.min()) and math.isfinite(array.max())):
            what = "NaN" if math.isnan(array.min()) else "an infinite number"
            raise ValueError(f"{name} holds {what}; remove or replace it before training")
    elif not (np.issubdtype(array.dtype, np.integer) or array.dtype == np.bool_):
        raise ValueError(f"{name} holds {_kind(array)}; give numbers")
    # TensorFlow takes the machine's own order of bytes only.
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _kind(array: np.ndarray) -> str:
    if array.dtype.kind in "US":
        return "text"
    if array.dtype.kind in "OT":
        found = next((item for item in array.ravel() if isinstance(item, str)), None)
        return "Python objects" if found is None else f"text, for instance {found!r}"
    return f"values of type {array.dtype}"


def checked_validation(
    validation_data: object, validation_split: float, train: tuple
) -> tuple[tuple | None, tuple]:
    """Return the validation rows, or None, and the rows that are left for training."""
    if validation_data is not None:
        if not isinstance(validation_data, (tuple, list)) or len(validation_data) not in (2, 3):
            raise ValueError("validation_data is no (x, y) or (x, y, sample_weight)")
        x, y, *weights = validation_data
        return checked_arrays(x, y, weights[0] if weights else None, "the validation "), train
    if not 0 <= validation_split < 1:
        raise ValueError(f"validation_split is {validation_split!r}; give a share from 0 up to 1")
    if not validation_split:
        return None, train
    rows = len(keras.tree.flatten(train)[0])
    border = math.floor(rows * (1 - validation_split))
    if border in (0, rows):
        raise ValueError(
            f"validation_split={validation_split} of {rows} rows leaves none for "
            f"{'training' if border == 0 else 'validation'}; give more rows or another share"
        )
    return (
        keras.tree.map_structure(lambda leaf: leaf[border:], train),
        keras.tree.map_structure(lambda leaf: leaf[:border], train),
    )


def check_labels(model: keras.Model, data: tuple, x_name: str, y_name: str) -> None:
    """Compare the shapes of a built model with one input and one output with the data."""
    if not model.built or not _single(getattr(model, "input_shape", None)):
        return
    if not _single(getattr(model, "output_shape", None)):
        return
    x, y = data[:2]
    if not isinstance(x, np.ndarray) or not isinstance(y, np.ndarray):
        return
    _check_features(x, model.input_shape[1:], x_name)
    outputs = model.output_shape[-1]
    loss = model.loss
    kind = getattr(loss, "__name__", loss if isinstance(loss, str) else type(loss).__name__)
    kind = str(kind).lower().replace("_", "")
    if kind == "categoricalcrossentropy" and (y.ndim < 2 or y.shape[-1] != outputs):
        raise ValueError(
            f"{y_name} has the shape {y.shape}, and the network has {outputs} outputs with "
            f"categorical cross-entropy; give one-hot rows of {outputs} columns"
        )
    ignoring = getattr(loss, "ignore_class", None) is not None
    sparse = kind == "sparsecategoricalcrossentropy" and not ignoring
    if sparse and not 0 <= y.min() <= y.max() < outputs:
        raise ValueError(
            f"{y_name} holds labels from {y.min():g} to {y.max():g}, and the network has {outputs} "
            f"outputs; give labels from 0 to {outputs - 1}"
        )
    if kind == "binarycrossentropy":
        if not 0 <= y.min() <= y.max() <= 1:
            raise ValueError(
                f"{y_name} holds values from {y.min():g} to {y.max():g}, and binary cross-entropy "
                "knows 0 and 1 only; for more classes, give the network an output for each"
            )
        if outputs == 1 and y.ndim > 1 and y.shape[-1] != 1:
            raise ValueError(
                f"{y_name} has {y.shape[-1]} columns, and the network has 1 output; give it one "
                "output for each class, or one column of 0 and 1"
            )


def _single(shape: object) -> bool:
    return isinstance(shape, tuple) and bool(shape) and not isinstance(shape[0], (tuple, list))


def _check_features(x: np.ndarray, expected: tuple, name: str) -> None:
    # Keras adds or drops an axis of length 1 at the end.
    got = x.shape[1:]
    forms = {got, (*got, 1)} | ({got[:-1]} if got and got[-1] == 1 else set())
    for form in forms:
        if len(form) == len(expected) and all(
            want in (None, have) for want, have in zip(expected, form, strict=True)
        ):
            return
    raise ValueError(
        f"{name} has rows of shape {got}, and the network expects {tuple(expected)}; "
        "reshape the rows or change keras.Input"
    )
