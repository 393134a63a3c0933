"""Run the notebooks on other instruction sets and threads, and see how far numbers move.

Run ``python benchmarks/stability.py`` in the course's environment, with the
faces of LFW at hand. Every notebook is run under every setting, and each number
of its outputs is compared with the stored one. The largest distance in each
cell goes to ``benchmarks/stability.json``, and a table to standard output.
From these follow the tolerances in the cells' metadata; `tests/test_stability.py`
holds them to it. It takes some three minutes for each setting and repeat.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # for `tests`, which is not installed

import nbformat  # noqa: E402

from helpers.notebooks import normalise  # noqa: E402
from tests.comparison import largest_move  # noqa: E402

REPORT = ROOT / "benchmarks" / "stability.json"
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
}


def run(setting: Mapping[str, str], folder: Path) -> None:
    """Execute all notebooks under a setting and write the copies to a folder."""
    code = (
        "import sys; from pathlib import Path; from helpers import notebooks; "
        "sys.exit(notebooks.run(output=Path(sys.argv[1])))"
    )
    environment = os.environ | {"COURSE_PROGRESS": "off"} | dict(setting)
    subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        check=True,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def moves(folder: Path) -> dict[str, dict[str, float | str]]:
    """Compare executed copies with the stored notebooks.

    Parameters
    ----------
    folder : pathlib.Path
        Where the executed copies are.

    Returns
    -------
    dict
        By notebook and cell the largest distance between a stored number and
        its fresh one, or "words" where the words differ. Cells without
        floating-point numbers, whose words are the same, are left out.
    """
    found: dict[str, dict[str, float | str]] = {}
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        executed = nbformat.read(folder / path.name, as_version=4)
        pictures = {cell.id: deepcopy(cell.get("outputs", [])) for cell in executed.cells}
        normalise(executed)
        fresh = {cell.id: cell.get("outputs", []) for cell in executed.cells}
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                move = largest_move(cell.outputs, fresh[cell.id])
                if move == "words":  # a picture that is made and not stored
                    move = largest_move(cell.outputs, pictures[cell.id])
                if move is not None:
                    found.setdefault(path.stem, {})[cell.id] = move
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


def main() -> None:
    """Run all settings, write the report and print it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=1, help="runs under each setting")
    parser.add_argument("--add", action="store_true", help="keep the moves of the last report")
    options = parser.parse_args()
    earlier = json.loads(REPORT.read_text()) if options.add else {"runs": {}, "moves": {}}
    runs, counts = [earlier["moves"]], dict(earlier["runs"])
    for repeat in range(options.repeats):
        for name, setting in SETTINGS.items():
            print(f"run {repeat + 1} of {options.repeats}: {name}", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory() as folder:
                run(setting, Path(folder))
                runs.append(moves(Path(folder)))
            counts[name] = counts.get(name, 0) + 1
            report = {"runs": counts, "moves": largest(runs)}
            REPORT.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print("| notebook | cell | largest move |\n|---|---|---|")
    for notebook, cells in report["moves"].items():
        for cell, move in cells.items():
            if move:
                print(f"| {notebook} | {cell} | {move if move == 'words' else f'{move:.2g}'} |")


if __name__ == "__main__":
    main()
