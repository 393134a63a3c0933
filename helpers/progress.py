"""Progress for a person, silence for a machine."""

from __future__ import annotations

import os
import sys

from tqdm import tqdm


def watched() -> bool:
    """Tell whether a person is watching the output.

    Returns
    -------
    bool
        False where the environment variable ``COURSE_PROGRESS`` is ``off``, as
        it is when ``course.py`` runs, refreshes or tests the notebooks: a
        stored output then holds no moving parts.
    """
    return os.environ.get("COURSE_PROGRESS", "on").strip().lower() != "off"


def progress_bar(total: int, unit: str, description: str) -> tqdm:
    """Make a progress bar, of so many steps, that leaves nothing behind when it is done.

    It is a bar of tqdm on standard output: call ``update()`` after each step and
    ``close()`` at the end, or use it in a ``with`` statement. It prints nothing where
    nobody is watching (see `watched`).
    """
    options = {"leave": False, "ascii": True, "ncols": 80, "disable": not watched()}
    return tqdm(total=total, unit=unit, desc=description, file=sys.stdout, **options)
