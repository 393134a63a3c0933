"""How numbers, names, places and lists are written in the words of a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def write_number(value: float | np.floating) -> str:
    """Write a measured number with three decimals and without minus zero.

    >>> write_number(0.98), write_number(-0.0001)
    ('0.980', '0.000')
    """
    return f"{round(float(value), 3) + 0.0:.3f}"


def write_rounded(value: float | np.floating, digits: int = 1) -> str:
    """Write a number with a few decimals and without minus zero.

    >>> write_rounded(2.75), write_rounded(-0.001, digits=2)
    ('2.8', '0.00')
    """
    return f"{round(float(value), digits) + 0.0:.{digits}f}"


def write_place(place: Sequence[float] | NDArray[Any]) -> str:
    """Write the coordinates of a place in the plane: "(0.2, 0.8)"."""
    return f"({float(place[0]):.3g}, {float(place[1]):.3g})"


def write_count(count: int, noun: str) -> str:
    """Write how many there are.

    >>> write_count(1, "point"), write_count(3, "class")
    ('1 point', '3 classes')
    """
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{count} {noun if count == 1 else plural}"


def write_name(name: str) -> str:
    """Write a class name that can stand in a sentence.

    >>> write_name("3"), write_name("setosa")
    ('class 3', 'setosa')
    """
    return f"class {name}" if name.isdigit() else name


def write_list(items: Iterable[tuple[str, str]]) -> str:
    """Write names with their values.

    >>> write_list([("setosa", "0.980"), ("3", "0.950")])
    'setosa 0.980, class 3: 0.950'
    """
    spoken = [(write_name(name), value) for name, value in items]
    return ", ".join(f"{name}{':' * name[-1:].isdigit()} {value}" for name, value in spoken)


def name_classes(class_names: Sequence[str] | None, count: int) -> list[str]:
    """Return the names of so many classes; without names, their numbers."""
    return [str(name) for name in (range(count) if class_names is None else class_names)]
