"""How numbers and names stand in sentences.

What is counted in the data is an integer, what is measured on a model has a
decimal point. Two processors that round differently then give the same integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

MANY_CLASSES = 12
"""With more classes than this, cells stay unwritten and words summarise."""

Point = tuple[float, float]


def name_classes(class_names: Sequence[str] | None, count: int) -> list[str]:
    """Return the name of each class, by default its number."""
    return [str(name) for name in (range(count) if class_names is None else class_names)]


def speak_class(name: str) -> str:
    """Return a class name that can stand in a sentence: "class 3", "setosa"."""
    return f"class {name}" if name.isdigit() else name


def write_number(value: float | np.floating) -> str:
    """Write a measured number with three decimals and without minus zero.

    >>> write_number(-0.0001), write_number(2 / 3)
    ('0.000', '0.667')
    """
    return f"{round(float(value), 3) + 0.0:.3f}"


def write_place(place: Point | NDArray[np.floating]) -> str:
    """Write coordinates with three digits: "(0.2, 0.8)"."""
    return f"({float(place[0]):.3g}, {float(place[1]):.3g})"


def count_noun(count: int, noun: str) -> str:
    """Write a count with its noun, in the plural where there is not one: "2 classes"."""
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"


def list_values(items: Iterable[tuple[str, str]]) -> str:
    """Put names and values into a list.

    >>> list_values([("setosa", "0.980"), ("3", "0.950")])
    'setosa 0.980, class 3: 0.950'
    """
    spoken = [(speak_class(name), value) for name, value in items]
    return ", ".join(f"{name}{':' * name[-1:].isdigit()} {value}" for name, value in spoken)
