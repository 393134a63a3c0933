"""Memory: where arrays begin, and what goes back to the system."""

from __future__ import annotations

import contextlib
import ctypes

import numpy as np

ALIGNMENT = 64
"""TensorFlow shares an array's memory if it begins at a multiple of this number of bytes."""


def aligned(array: np.ndarray) -> np.ndarray:
    """Copy an array to memory that TensorFlow can share.

    Parameters
    ----------
    array : numpy.ndarray
        Of any shape and dtype.

    Returns
    -------
    numpy.ndarray
        The same numbers in memory of their own, which begins at a multiple of
        `ALIGNMENT` bytes.
    """
    buffer = np.empty(array.nbytes + ALIGNMENT, np.uint8)
    start = -buffer.ctypes.data % ALIGNMENT
    own = buffer[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    own[...] = array
    return own


def can_be_shared(array: np.ndarray) -> bool:
    """Tell whether TensorFlow can use an array's memory without a copy.

    Parameters
    ----------
    array : numpy.ndarray
        Of any shape and dtype.

    Returns
    -------
    bool
        Whether it lies in one piece, begins at a multiple of `ALIGNMENT` bytes
        and may be written to, as NumPy hands out no other memory.
    """
    begins_well = array.ctypes.data % ALIGNMENT == 0
    return begins_well and array.flags.c_contiguous and array.flags.writeable


def return_memory() -> None:
    """Give back to the system what has been freed; on Linux, glibc would keep it."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
