"""Memory: where arrays begin, and what goes back to the system."""

from __future__ import annotations

import contextlib
import ctypes
import re
from pathlib import Path

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


def release_library(name: str = "tensorflow") -> int:
    """Let go of the pages of a loaded library that only its loading needed.

    Loading TensorFlow reads its library from end to end, once. The system then
    counts these pages, some 200 megabytes, as this process's memory for as
    long as it lives. Here they are let go: the code and constants that are used
    come back by themselves, from the file or the system's cache of it. Only
    parts that nobody has written to are touched, so that nothing can be lost.
    A system short of memory would take such pages first; a meter of memory,
    and a limit on it, count them until then.

    Parameters
    ----------
    name : str
        What the names of the library's files contain, without its folder.

    Returns
    -------
    int
        How many bytes were let go of. Zero where the system is not Linux.
    """
    released = 0
    with contextlib.suppress(OSError, AttributeError):
        advise = ctypes.CDLL("libc.so.6").madvise
        for begin, end, mode, file, lines in _MAPPING.findall(_mapped_files()):
            counts = {key: int(kb) for key, kb in re.findall(r"(\w+): +(\d+) kB", lines)}
            if name in Path(file).name and "w" not in mode and counts.get("Anonymous") == 0:
                start, stop = int(begin, 16), int(end, 16)
                if advise(ctypes.c_void_p(start), ctypes.c_size_t(stop - start), 4) == 0:
                    released += counts["Rss"] * 1024
    return released


_MAPPING = re.compile(r"(?m)^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)\n((?:[A-Z].*\n)+)")


def _mapped_files() -> str:
    """Return what Linux knows about this process's memory, part by part."""
    return Path("/proc/self/smaps").read_text(encoding="utf-8")
