"""Read what a learner hands in: any form of a right answer is right, and nothing harms.

Every reader takes `answer`, which may be anything, and `what`, which says what it
is at the beginning of a sentence about it. It returns a plain form of the answer, or
raises `WrongAnswerError` with a sentence for the learner.
"""

from __future__ import annotations

import copy
import math
import re
import reprlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

MOST_NUMBERS = 2_000_000
"""An array with more numbers than this is not looked at: no answer of the course needs them."""


class WrongAnswerError(Exception):
    """The answer is wrong; the text is the sentence for the learner."""


class ReturnsNoneError(WrongAnswerError):
    """The learner's function returns None."""


class NotAttemptedError(Exception):
    """The dots are still in place."""


def show(value: object, most: int = 60) -> str:
    """Write a value as one short line of at most `most` printable characters, whatever it is."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = short.maxlong = most
    try:
        plain = isinstance(value, bool | int | float | complex | str | bytes | list | tuple | dict)
        if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.size <= 20):
            text = repr(value.tolist())
        else:
            text = short.repr(value) if plain or value is None else _kind(value)
    except Exception:
        text = _kind(value)
    return _one_line(text, most)


def _kind(value: object) -> str:
    name = type(value).__name__
    vowel = name[:1].lower() in "aeiou" or name == "ndarray"
    return f"{'an' if vowel else 'a'} {name}"


def name_of(answer: object) -> str:
    """Name what is no number; None comes from calls that return nothing."""
    if answer is None:
        return "None, which is what calls such as print, compile and summary return"
    return show(answer)


def _one_line(text: str, most: int) -> str:
    """Cut a text, and put a blank in place of each character that cannot be printed."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text[: 10 * most])  # colours
    text = "".join(character if character.isprintable() else " " for character in text[: most + 1])
    return text if len(text) <= most else text[: most - 3] + "..."


def read_number(answer: object, what: str = "The answer") -> float:
    """Read one finite number: int, float, a NumPy or TensorFlow scalar, an array of one number."""
    if isinstance(answer, str | bytes):
        raise WrongAnswerError(
            f"{what} is text, {show(answer)}. A number is expected: leave the quotation marks out."
        )
    if isinstance(answer, bool | np.bool_):
        raise WrongAnswerError(f"{what} is {bool(answer)}. A number is expected.")
    if answer is None or callable(answer):
        raise WrongAnswerError(f"{what} is {name_of(answer)}. One number is expected.")
    values = read_array(answer, what=what)
    if values.size != 1:
        raise WrongAnswerError(
            f"{what} holds {values.size} numbers, in the shape {values.shape}. One is expected."
        )
    value = float(values.reshape(()))
    if not math.isfinite(value):
        raise WrongAnswerError(f"{what} is {value}. A finite number is expected.")
    return value


def read_whole(answer: object, what: str = "The answer") -> int:
    """Read one whole number, also one that is written as 7.0."""
    value = read_number(answer, what)
    if value != round(value):
        raise WrongAnswerError(f"{what} is {value:g}. A whole number is expected.")
    return round(value)


def read_share(answer: object, what: str = "The answer") -> float:
    """Read a share from 0 to 1; a percentage is named as one."""
    value = read_number(answer, what)
    if 1 < value <= 100:
        raise WrongAnswerError(
            f"{what} is {value:g}, which looks like a percentage. A fraction between 0 and 1 is "
            "expected: divide by 100."
        )
    if not 0 <= value <= 1:
        raise WrongAnswerError(f"{what} is {value:g}. A fraction between 0 and 1 is expected.")
    return value


def read_word(answer: object, what: str = "The answer") -> str:
    """Read a word; case and blanks around it do not matter."""
    if isinstance(answer, np.str_ | np.ndarray) and np.size(answer) == 1:
        answer = np.asarray(answer).item()
    if not isinstance(answer, str):
        raise WrongAnswerError(f"{what} is {show(answer)}. Text is expected, in quotation marks.")
    return answer.strip().lower()


def read_array(
    answer: object, shape: Sequence[int | None] | None = None, what: str = "The answer"
) -> np.ndarray:
    """Read an array of numbers or truth values: an array, tensor, table, list or tuple.

    Parameters
    ----------
    answer, what
        As for every reader.
    shape : sequence of int or None, optional
        The shape that is expected, with None for any length. Where another one is off
        by one, or has the axes swapped, the sentence says so.

    Returns
    -------
    numpy.ndarray
        The numbers, of a boolean, integer or floating dtype.
    """
    found = getattr(answer, "shape", None)
    if isinstance(answer, Iterator):
        raise WrongAnswerError(
            f"{what} is a {type(answer).__name__}, whose values come one by one. Make a list of "
            "them: list(...)."
        )
    if isinstance(answer, set | frozenset | Mapping):
        raise WrongAnswerError(
            f"{what} is a {type(answer).__name__}, which has no order. A list or an array is "
            "expected."
        )
    if isinstance(answer, str | bytes) or callable(answer) or answer is None:
        raise WrongAnswerError(
            f"{what} is {name_of(answer)}. Numbers are expected, as an array or a list."
        )
    size = _size(answer)
    if size > MOST_NUMBERS:
        raise WrongAnswerError(
            f"{what} holds {'more than ' if found is None else ''}{size:,} numbers, which is more "
            "than this exercise asks for."
        )
    try:
        values = np.asarray(answer)
    except Exception as error:
        raise WrongAnswerError(
            f"{what} cannot be read as an array: are its rows of different lengths?"
        ) from error
    if values.dtype == object:  # a table with columns of several types, Python numbers
        try:
            values = values.astype(float)
        except Exception as error:
            raise WrongAnswerError(
                f"{what} holds other things than numbers, or rows of different lengths."
            ) from error
    if values.dtype.kind not in "biuf":
        raise WrongAnswerError(f"{what} holds {values.dtype} values. Numbers are expected.")
    if shape is not None:
        _expect_shape(values.shape, tuple(shape), what)
    return values


def read_table(answer: object, columns: Sequence[str], what: str = "The table") -> pd.DataFrame:
    """Read a table of numbers: a data frame, or a dictionary of columns.

    Parameters
    ----------
    answer, what
        As for every reader.
    columns : sequence of str
        The names that are expected, in any order.

    Returns
    -------
    pandas.DataFrame
        The columns, as floating-point numbers and in the order of `columns`, with
        the rows numbered from 0.
    """
    import pandas as pd

    if not isinstance(answer, pd.DataFrame | Mapping):
        raise WrongAnswerError(
            f"{what} is {show(answer)}. A table with the columns {', '.join(columns)} is expected."
        )
    names = list(answer)
    for found, words in (
        ([name for name in columns if name not in names], "lacks"),
        ([name for name in names if name not in columns], "has, beside what is expected,"),
    ):
        if found:
            listed = ", ".join(show(name).strip("'") for name in found[:4])
            raise WrongAnswerError(f"{what} {words} the column {listed}.")
    parts = {name: read_array(answer[name], what=f"The column {name}") for name in columns}
    if len({part.shape for part in parts.values()}) != 1:
        raise WrongAnswerError(f"{what} has columns of different lengths.")
    return pd.DataFrame({name: part.astype(float).ravel() for name, part in parts.items()})


def _size(answer: object) -> int:
    """Count the numbers of an array or of nested lists, and stop where there are too many."""
    shape = getattr(answer, "shape", None)
    if shape is not None:
        try:
            return math.prod(int(length) for length in shape)
        except Exception:
            return 0
    if not isinstance(answer, list | tuple | range):
        return 1
    total, waiting = 0, [answer]
    while waiting and total <= MOST_NUMBERS:
        part = waiting.pop()
        if isinstance(part, range) or not isinstance(part, list | tuple):
            total += len(part) if isinstance(part, range) else max(1, _size(part))
        elif len(part) > MOST_NUMBERS:
            return len(part)
        else:
            waiting.extend(part)
            total += 0 if part else 1
    return total


def _expect_shape(found: tuple[int, ...], wanted: tuple[int | None, ...], what: str) -> None:
    def fits(shape: Sequence[int]) -> bool:
        return len(shape) == len(wanted) and all(
            length is None or length == other for length, other in zip(wanted, shape, strict=True)
        )

    if fits(found):
        return
    shape = "(" + ", ".join("any" if n is None else str(n) for n in wanted)
    shape += ",)" if len(wanted) == 1 else ")"
    sentence = f"{what} has the shape {found}. The shape {shape} is expected."
    if len(found) == len(wanted) == 2 and fits(found[::-1]):
        sentence += " Rows and columns are swapped."
    elif len(found) == len(wanted):
        pairs = zip(wanted, found, strict=True)
        apart = [abs(length - other) for length, other in pairs if length not in (None, other)]
        sentence += " It is off by one." if apart == [1] else ""
    raise WrongAnswerError(sentence)


def call(function: object, *arguments: object, what: str = "Your function") -> object:
    """Call a learner's function with copies of arguments, and return what it returns.

    Parameters
    ----------
    function, what
        As `answer` and `what` for every reader.
    *arguments
        What it is called with; it cannot change them. Only a model is handed over
        as it is, since a copy would have to be compiled anew.

    Raises
    ------
    WrongAnswerError
        If it is no function, fails, returns None (then it is a `ReturnsNoneError`), or
        changes its arguments. The learner's own error is the cause.
    NotAttemptedError
        If it returns the dots.
    """
    if not callable(function) or _is_model(function):
        raise WrongAnswerError(
            f"{what} is {show(function)}. A function is expected: hand it over by its name, "
            "without parentheses."
        )
    copies = [part if _is_model(part) else copy.deepcopy(part) for part in arguments]
    try:
        value = function(*copies)
    except (Exception, SystemExit) as error:
        if isinstance(error, TypeError | AttributeError) and "'ellipsis'" in str(error):
            raise NotAttemptedError from error  # Python names the type of the dots so
        # The text of a KeyError is the key as it would be written in code.
        key = isinstance(error, KeyError) and len(error.args) == 1
        said = _one_line(str(error.args[0] if key else error), 150).strip(" .")
        raise WrongAnswerError(
            f"{what} stopped with {type(error).__name__}: {said}. Call it in a cell of its own to "
            "see in which line."
        ) from error
    if value is None:
        raise ReturnsNoneError(f"{what} returns None. Does it end with return?")
    if value is ... or (isinstance(value, tuple) and any(part is ... for part in value)):
        raise NotAttemptedError
    for given, original in zip(copies, arguments, strict=True):
        if given is not original and not _equal(given, original):
            raise WrongAnswerError(
                f"{what} changes what it is handed, which the notebook may need again. Make new "
                "arrays or a copy, and leave the arguments as they are."
            )
    return value


def _equal(first: object, second: object) -> bool:
    """Tell whether two arguments of a function, one the other's copy, are still equal."""
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return np.array_equal(first, second, equal_nan=first.dtype.kind == "f")
    equals = getattr(first, "equals", None)  # a data frame's or series'
    if equals is not None:
        return bool(equals(second))
    if type(first).__eq__ is object.__eq__ and hasattr(first, "__dict__"):
        return vars(first) == vars(second)  # a history of Keras: what it holds counts
    return bool(first == second)


def _is_model(value: object) -> bool:
    """Tell whether something is a Keras model, without loading Keras."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def read_axes(answer: object, what: str = "The figure") -> Axes:
    """Read Matplotlib's axes: themselves, a figure with one, or a list or array of one."""
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    if isinstance(answer, Figure):
        answer = answer.axes
    if isinstance(answer, list | tuple | np.ndarray) and len(np.ravel(np.asarray(answer, object))):
        parts = list(np.ravel(np.asarray(answer, object)))
        if len(parts) > 1 and all(isinstance(part, Axes) for part in parts):
            raise WrongAnswerError(f"{what} has {len(parts)} pairs of axes. One is expected.")
        answer = parts[0]
    if not isinstance(answer, Axes):
        raise WrongAnswerError(
            f"{what} is {show(answer)}. Matplotlib's axes are expected; the functions of "
            "helpers.plotting return them."
        )
    return answer


def agree(first: np.ndarray, second: np.ndarray, tolerance: float = 1e-6) -> bool:
    """Tell whether arrays of one shape agree to a relative and absolute tolerance; NaN is equal."""
    return first.shape == second.shape and bool(
        np.allclose(first, second, rtol=tolerance, atol=tolerance, equal_nan=True)
    )


def read_by_name(answer: object, names: list[str], what: str) -> np.ndarray:
    """Read one number for each name from a dictionary or a Series, 0 where there is none."""
    if isinstance(answer, str) or not hasattr(answer, "items") or hasattr(answer, "columns"):
        raise WrongAnswerError(
            f"Your answer is {show(answer)}. A dictionary from names to {what} is expected, one "
            "for each column."
        )
    found = dict(answer.items())
    if unknown := [name for name in found if name not in names]:
        raise WrongAnswerError(f"There is no column {show(unknown[0])}.")
    return np.array([read_number(found.get(name, 0), f"What {name} has") for name in names])
