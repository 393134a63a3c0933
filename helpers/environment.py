"""Does this machine have what the course needs? Notebook 00 asks, these functions answer.

Packages are imported where they are used, so that a missing one can be reported.
"""

from __future__ import annotations

import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

REQUIREMENTS = Path(__file__).resolve().parent.parent / "requirements.txt"

OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
CORES = 2  # with which the minutes at the beginning of each notebook were measured
MEMORY_IN_GB = 2  # of the whole machine: a notebook takes up to one, JupyterLab of the other

INSTALL = "Run `python3 course.py lab`, or `python -m pip install -r requirements.txt`."


class Finding(NamedTuple):
    """What is needed, what was found instead and what to do, and whether nothing works without."""

    requirement: str
    problem: str | None
    necessary: bool = True


def check() -> bool:
    """Print, line by line, whether all that the course needs is here; True where it is.

    Where all is well, the lines are the same on every machine: they hold neither
    paths nor counts of what this machine happens to have.
    """
    findings = inspect()
    for requirement, problem, _ in findings:
        print(f"{requirement}: {problem or 'ok'}")
    return not any(problem and necessary for _, problem, necessary in findings)


def inspect() -> list[Finding]:
    """Look at Python, the packages, the processor, the memory and the files of the data folder."""
    findings = [_inspect_python()]
    try:
        findings += _inspect_packages()
        findings += [_inspect_cores(), _inspect_memory(), *_inspect_data_files()]
    except ImportError as error:
        problem = f"not looked at, because the package {error.name} is missing. {INSTALL}"
        findings.append(Finding("Processor cores, memory and data files", problem))
    return findings


def _inspect_python() -> Finding:
    """Compare the running Python with the range that TensorFlow and pandas allow."""
    oldest, newest = (".".join(map(str, version)) for version in (OLDEST_PYTHON, NEWEST_PYTHON))
    problem = None
    if not OLDEST_PYTHON <= sys.version_info[:2] <= NEWEST_PYTHON:
        problem = (
            f"this is Python {platform.python_version()}. Install one from {oldest} to {newest} "
            "and run `course.py lab` with it."
        )
    return Finding(f"Python {oldest} to {newest}", problem)


def _inspect_packages() -> list[Finding]:
    """Compare the installed packages with the versions that ``requirements.txt`` pins."""
    from packaging.requirements import Requirement

    try:
        lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        remedy = "Get it back with `git checkout -- requirements.txt`."
        return [Finding("requirements.txt", f"cannot be read ({error.strerror}). {remedy}")]
    findings = []
    texts = [line.partition("#")[0].strip() for line in lines]
    # "-e ." is the course itself.
    for package in (Requirement(text) for text in texts if text and not text.startswith("-")):
        if package.marker and not package.marker.evaluate():
            continue
        problem = None
        try:
            installed = metadata.version(package.name)
        except metadata.PackageNotFoundError:
            problem = f"not installed. {INSTALL}"
        else:
            if not package.specifier.contains(installed, prereleases=True):
                problem = f"{installed} is installed. {INSTALL}"
        version = str(package.specifier).removeprefix("==")
        # The package for the processor alone has another name, the same content.
        name = package.name.removesuffix("-cpu")
        findings.append(Finding(f"{name} {version}", problem))
    return findings


def _inspect_cores() -> Finding:
    """Count the processor cores that this process may use."""
    import joblib

    found = joblib.cpu_count()
    problem = None
    if found < CORES:
        problem = f"{found} found. Everything works, only more slowly than the notebooks say."
    return Finding(f"{CORES} processor cores", problem, necessary=False)


def _inspect_memory() -> Finding:
    """Compare the memory, or the share of it that a container may use, with the need."""
    found = _memory_in_bytes()
    problem = None
    if found < 0.9 * MEMORY_IN_GB * 1e9:  # the system keeps a part of the nominal size
        problem = (
            f"{found / 1e9:.1f} GB found. Close other programs and run one notebook at a time, "
            "or take a larger machine."
        )
    return Finding(f"{MEMORY_IN_GB} GB of memory", problem)


def _inspect_data_files() -> list[Finding]:
    """Compare the files of the data folder with their SHA-256 sums."""
    from helpers.datasets import check_data_files

    return [
        Finding(f"data/{name} ({size:,} bytes, SHA-256 sum)", problem)
        for name, size, problem in check_data_files()
    ]


def _memory_in_bytes() -> int:
    """Return the memory of the machine or, where it is smaller, the container's limit."""
    import psutil

    total = psutil.virtual_memory().total
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")
        return min(total, int(limit))
    except (OSError, ValueError):  # no container, or one without a limit ("max")
        return total
