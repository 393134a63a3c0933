"""Which exercises are done, in a small file that only the learner has."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from filelock import FileLock

FILE_NAME = "exercises.json"


def data_folder() -> Path:
    """Return the learner's data folder: ``COURSE_DATA_DIR`` or, without it, ``progress``.

    It is made when something is kept in it.
    """
    chosen = os.environ.get("COURSE_DATA_DIR")
    return Path(chosen).expanduser() if chosen else Path(__file__).resolve().parents[2] / "progress"


def done() -> tuple[set[str], str]:
    """Read which exercises and questions are done.

    Returns
    -------
    numbers : set of str
        For instance ``{"1.1", "1.q2"}``. Empty where nothing is kept yet, or
        where the file is damaged.
    problem : str
        One line for the learner where something was wrong, otherwise empty.
    """
    path = data_folder() / FILE_NAME
    try:
        return _read(path), ""
    except ValueError:
        pass
    except OSError as error:
        return set(), f"Your ticks cannot be read ({_reason(error)}): look at {path}."
    try:
        with _lock():
            return _read_or_put_aside(path)
    except OSError as error:
        return set(), (
            f"The file with your ticks, {FILE_NAME}, is damaged and cannot be put aside "
            f"({_reason(error)}): look at {path}."
        )


def tick(number: str) -> str:
    """Keep that an exercise or question is done; nothing that was kept before is lost.

    Returns one line for the learner where something was wrong, otherwise an empty text.
    """
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _lock():
            numbers, problem = _read_or_put_aside(folder / FILE_NAME)
            if number not in numbers:
                _write(folder / FILE_NAME, numbers | {number})
        return problem
    except OSError as error:
        return (
            f"Your tick could not be kept ({_reason(error)}). To keep ticks, set COURSE_DATA_DIR "
            "to a folder that you can read and write."
        )


def _lock() -> FileLock:
    """Let one notebook at a time change the file; a time-out is an `OSError`, too."""
    return FileLock(data_folder() / f"{FILE_NAME}.lock", timeout=5)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _read(path: Path) -> set[str]:
    """Read the ticks; where there is no file yet, there are none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return set()
    numbers = content["done"] if isinstance(content, dict) and "done" in content else None
    if not isinstance(numbers, list) or not all(isinstance(number, str) for number in numbers):
        raise ValueError("not a list of numbers")
    return set(numbers)


def _write(path: Path, numbers: set[str]) -> None:
    """Write the file anew beside the old one, and let it take that one's place in one step."""
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=FILE_NAME, suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps({"done": sorted(numbers)}, indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _read_or_put_aside(path: Path) -> tuple[set[str], str]:
    """Read the ticks, and begin anew where the file is damaged; only under the lock."""
    try:
        return _read(path), ""
    except ValueError:
        number = 1
        while (aside := path.with_name(f"exercises.damaged-{number}.json")).exists():
            number += 1
    path.replace(aside)
    return set(), (
        f"The file with your ticks, {FILE_NAME}, was damaged. It was put aside as {aside.name}, "
        "beside it; the ticks begin anew."
    )
