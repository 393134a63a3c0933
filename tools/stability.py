"""Run the notebooks with other roundings, see how far numbers move, and derive tolerances.

Run ``python -m tools.stability`` in the course's environment, with the
faces of LFW at hand; with numbers, as in ``python -m tools.stability 02 05``, only these
notebooks. Each is run under every setting: instruction sets, threads, and
initial weights that differ in their last bit, which stands for processors that
are not at hand. Each number of the outputs is compared with the stored one. The
largest distance in each cell goes to ``tools/stability.json``, and a table
with the tolerances that follow from it to standard output. The tolerances in
the cells' metadata are these; `tests/test_stability.py` compares. It takes some
three minutes for each setting. ``python -m tools.stability seeds`` does the same for the
trainings of ``data/seeds.csv`` that hold the lowest and the highest accuracy,
which `tests/test_seeds.py` repeats.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from helpers.evaluation import stored_seeds
from tools.compare import cell_rules, largest_move, printed_digits
from tools.seeds import TRAININGS
from tools.storing import normalise

ROOT = Path(__file__).resolve().parents[1]

REPORT = ROOT / "tools" / "stability.json"
ONE_THREAD = {
    name: "1"
    for name in (
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    )
}
AVX2 = {
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "OPENBLAS_CORETYPE": "Haswell",
    "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
}
SSE4 = {
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "OPENBLAS_CORETYPE": "Nehalem",
    "XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2",
}
SETTINGS: dict[str, dict[str, str]] = {
    "as it is": {},
    "one thread": ONE_THREAD,
    "AVX2": AVX2,
    "AVX2, one thread": AVX2 | ONE_THREAD,
    "SSE4": SSE4,
    "without oneDNN": {"TF_ENABLE_ONEDNN_OPTS": "0", "OPENBLAS_CORETYPE": "Prescott"},
    **{f"last bit {seed}": {"LAST_BIT_SEED": str(seed)} for seed in range(1, 4)},
}
LAST_BIT = """
import os

import keras
import numpy as np

generator = np.random.default_rng(int(os.environ["LAST_BIT_SEED"]))
original = keras.initializers.GlorotUniform.__call__


def last_bit(self, shape, dtype=None):
    weights = keras.ops.convert_to_numpy(original(self, shape, dtype))
    return keras.ops.convert_to_tensor(
        np.nextafter(weights, generator.choice(np.float32([-9, 9]), weights.shape))
    )


keras.initializers.GlorotUniform.__call__ = last_bit
"""
"""Each kernel's start: move every initial weight to the next smaller or larger float32."""


def derived_tolerance(move: float, digits: int, rows: int | None = None) -> float:
    """Say how far a cell's numbers may be off, from how far they were seen to move.

    Parameters
    ----------
    move : float
        The largest move of the cell in the report.
    digits : int
        The largest number of digits that the cell prints after a point.
    rows : int, optional
        The fewest rows of which the cell prints a share, where one of them may
        fall to the other side. The cell's metadata name it.

    Returns
    -------
    float
        The largest of three numbers. First, twice the move, rounded up to 1, 2
        or 5 times a power of ten: the settings are a sample, and the next
        processor may be further off. Second, two units of the last printed
        digit: it takes next to nothing to flip one. Third, one row's share,
        rounded up to the last printed digit.

    Examples
    --------
    >>> derived_tolerance(0.016, digits=4), derived_tolerance(0.0, digits=4)
    (0.05, 0.0002)
    >>> derived_tolerance(0.002, digits=3, rows=80)
    0.013
    """
    unit = Decimal(1).scaleb(-digits)
    twice = 2 * Decimal(str(round(move, 9)))
    power = Decimal(1).scaleb(twice.adjusted()) if twice else unit
    rounded = next(step * power for step in (1, 2, 5, 10) if step * power >= twice)
    row = (Decimal(1) / rows).quantize(unit, ROUND_CEILING) if rows else unit
    return float(max(rounded, 2 * unit, row))


def run(setting: Mapping[str, str], numbers: Sequence[str], folder: Path) -> None:
    """Execute notebooks under a setting and write the copies to a folder."""
    code = (
        "import sys; from pathlib import Path; from tools import notebooks; "
        "sys.exit(notebooks.run(sys.argv[2:], output=Path(sys.argv[1])))"
    )
    environment = os.environ | {"COURSE_PROGRESS": "off"} | dict(setting)
    with tempfile.TemporaryDirectory() as start:
        if "LAST_BIT_SEED" in setting:
            script = Path(start, "profile_default", "startup", "last_bit.py")
            script.parent.mkdir(parents=True)
            script.write_text(LAST_BIT, encoding="utf-8")
            environment["IPYTHONDIR"] = start
        subprocess.run(
            [sys.executable, "-c", code, str(folder), *numbers],
            check=True,
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def outermost_seeds(training: str) -> list[int]:
    """Return the seeds with the lowest and the highest stored accuracy of a training."""
    accuracy = stored_seeds(training)["accuracy"]
    return [int(seed) for seed in accuracy.sort_values(kind="stable").index.to_numpy()[[0, -1]]]


def seed_moves(setting: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Train the outermost seeds again under a setting; return how far their figures moved."""
    code = (LAST_BIT if "LAST_BIT_SEED" in setting else "") + (
        "\nimport sys\nfrom tools.seeds import train"
        "\nprint(train(sys.argv[1], [int(seed) for seed in sys.argv[2:]]).to_json())"
    )
    found = {}
    for training in TRAININGS:
        chosen = outermost_seeds(training)
        done = subprocess.run(
            [sys.executable, "-c", code, training, *map(str, chosen)],
            check=True,
            cwd=ROOT,
            env=os.environ | {"COURSE_PROGRESS": "off"} | dict(setting),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        again = pd.DataFrame(json.loads(done.stdout.splitlines()[-1])).set_index("seed")
        figures = ["accuracy", "loss"]
        moved = (again[figures] - stored_seeds(training).loc[chosen]).abs().max()
        found[training] = {name: round(float(moved[name]), 9) for name in figures}
    return found


def measure_seeds(report: dict[str, Any]) -> None:
    """Put into a report how far the stored seeds' figures move under all settings."""
    report["seeds"] = {}
    for name, setting in SETTINGS.items():
        print(f"seeds: {name}", file=sys.stderr, flush=True)
        report["seeds"] = largest([report["seeds"], seed_moves(setting)])
    REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a notebook's code: other code needs another measurement."""
    cells = nbformat.read(path, as_version=4).cells
    code = "\0".join(cell.source for cell in cells if cell.cell_type == "code")
    return hashlib.sha256(code.encode()).hexdigest()


def moves(folder: Path) -> dict[str, dict[str, float | str]]:
    """Compare executed copies with the stored notebooks.

    Parameters
    ----------
    folder : pathlib.Path
        Where the executed copies are, of all notebooks or some.

    Returns
    -------
    dict
        By notebook and cell the largest distance between a stored number and
        its fresh one, or "words" where the words differ. Cells without
        floating-point numbers, whose words are the same, are left out.
    """
    found: dict[str, dict[str, float | str]] = {}
    for copy in sorted(folder.glob("*.ipynb")):
        path = ROOT / "notebooks" / copy.name
        found[path.stem] = {}
        executed = nbformat.read(copy, as_version=4)
        pictures = {cell.id: deepcopy(cell.get("outputs", [])) for cell in executed.cells}
        normalise(executed)
        fresh = {cell.id: cell.get("outputs", []) for cell in executed.cells}
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                move = largest_move(cell.outputs, fresh[cell.id])
                if move == "words":  # a picture that is made and not stored
                    move = largest_move(cell.outputs, pictures[cell.id])
                if move is not None:
                    found[path.stem][cell.id] = move
    return found


def largest(runs: Sequence[dict[str, dict[str, Any]]]) -> dict[str, dict[str, float | str]]:
    """Keep of several runs the largest move of each cell."""
    kept: dict[str, dict[str, float | str]] = {}
    for found in runs:
        for notebook, cells in found.items():
            for cell, move in cells.items():
                before = kept.setdefault(notebook, {}).get(cell, 0.0)
                words = "words" in (before, move)
                kept[notebook][cell] = "words" if words else max(before, move)
    return kept


def tolerances(report: Mapping[str, Any]) -> Iterator[tuple[str, str, float, float, float]]:
    """Go through the cells with a tolerance: notebook, cell, its move, derived, and stated."""
    for notebook, cells in report["moves"].items():
        for cell in nbformat.read(ROOT / "notebooks" / f"{notebook}.ipynb", as_version=4).cells:
            stated = cell_rules(cell.metadata)[0] if cell.cell_type == "code" else 0
            if stated:
                move = cells.get(cell.id, "words")
                digits, rows = printed_digits(cell.outputs), cell.metadata["course"].get("rows")
                derived = math.nan if move == "words" else derived_tolerance(move, digits, rows)
                yield notebook, cell.id, move, derived, stated


def main() -> None:
    """Run all settings, write the report and print what follows from it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "notebooks", nargs="*", help="numbers, such as 02 05, or seeds; all notebooks without one"
    )
    parser.add_argument("--settings", nargs="*", choices=SETTINGS, default=list(SETTINGS))
    parser.add_argument("--add", action="store_true", help="keep the moves of the last report")
    options = parser.parse_args()
    report = json.loads(REPORT.read_text(encoding="utf-8")) if REPORT.exists() else {}
    if "seeds" in options.notebooks:
        measure_seeds(report)
        return
    runs, kept = report.get("runs", {}), report.get("moves", {})
    code = report.get("code", {})
    begun: set[str] = set()
    for name in options.settings:
        print(name, file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            run(SETTINGS[name], options.notebooks, Path(folder))
            found = moves(Path(folder))
        for notebook in found.keys() - begun if not options.add else ():
            runs[notebook], kept[notebook] = [], {}
        begun |= found.keys()
        kept = dict(sorted(largest([kept, found]).items()))
        for notebook in found:
            runs[notebook] = [s for s in SETTINGS if s in (*runs.get(notebook, []), name)]
            code[notebook] = fingerprint(ROOT / "notebooks" / f"{notebook}.ipynb")
        report |= {
            "code": dict(sorted(code.items())),
            "runs": dict(sorted(runs.items())),
            "moves": kept,
        }
        REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print("| notebook | cell | largest move | derived tolerance | stated |\n|---|---|---|---|---|")
    for notebook, cell, move, derived, stated in tolerances(report):
        moved = move if isinstance(move, str) else f"{move:.2g}"
        print(f"| {notebook} | {cell} | {moved} | {derived:g} | {stated:g} |")


if __name__ == "__main__":
    main()
