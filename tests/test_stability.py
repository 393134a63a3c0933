"""The tolerances of the notebooks follow from how far their numbers were seen to move."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from benchmarks.stability import REPORT, SETTINGS, largest
from tests.comparison import RELATIVE_TOLERANCE, cell_rules

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
MOVES = json.loads(REPORT.read_text(encoding="utf-8"))


def test_report_holds_a_run_under_every_setting():
    assert set(MOVES["runs"]) == set(SETTINGS)
    assert all(count >= 1 for count in MOVES["runs"].values())


def compared_cells(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            tolerance, words = cell_rules(cell.metadata)
            if words:
                yield cell, tolerance, MOVES["moves"].get(path.stem, {}).get(cell.id)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_tolerance_is_at_least_twice_the_largest_move(path):
    for cell, tolerance, move in compared_cells(path):
        assert move != "words", f"{cell.id}: words differed between the runs"
        assert tolerance >= 2 * (move or 0) * (1 - RELATIVE_TOLERANCE), cell.id


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cell_with_a_tolerance_was_measured(path):
    for cell, tolerance, move in compared_cells(path):
        assert not tolerance or move is not None, cell.id


def test_largest_move_of_several_runs_is_kept():
    runs = [{"01": {"a": 0.1, "b": 0.2}}, {"01": {"a": 0.3, "c": "words"}, "02": {"d": 0.0}}]
    assert largest(runs) == {"01": {"a": 0.3, "b": 0.2, "c": "words"}, "02": {"d": 0.0}}
    assert largest([{"01": {"c": "words"}}, {"01": {"c": 0.5}}]) == {"01": {"c": "words"}}
