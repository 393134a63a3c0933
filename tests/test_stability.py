"""The tolerances of the notebooks follow from how far their numbers were seen to move."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from benchmarks.stability import REPORT, SETTINGS, derived_tolerance, largest
from tests.comparison import cell_rules, printed_digits

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
MOVES = json.loads(REPORT.read_text(encoding="utf-8"))

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@every_notebook
def test_report_holds_a_run_under_every_setting(path):
    assert MOVES["runs"][path.stem] == list(SETTINGS)


def compared_cells(path):
    """Give each cell whose words count, its tolerance, and its move: None without a float."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            tolerance, words = cell_rules(cell.metadata)
            if words:
                yield cell, tolerance, MOVES["moves"].get(path.stem, {}).get(cell.id)


@every_notebook
def test_tolerances_are_the_derived_ones(path):
    stated, derived = {}, {}
    for cell, tolerance, move in compared_cells(path):
        if tolerance:
            rows = cell.metadata["course"].get("rows")
            stated[cell.id] = tolerance
            derived[cell.id] = (
                derived_tolerance(move, printed_digits(cell.outputs), rows)
                if isinstance(move, float)
                else f"none: the report has {move}"
            )
    assert stated == derived


@every_notebook
def test_cell_without_a_tolerance_did_not_move(path):
    moved = {cell.id: move for cell, tolerance, move in compared_cells(path) if not tolerance}
    assert {cell_id: move for cell_id, move in moved.items() if move} == {}


@every_notebook
def test_rows_are_named_only_beside_a_tolerance(path):
    for cell in nbformat.read(path, as_version=4).cells:
        course = cell.metadata.get("course", {})
        assert "rows" not in course or "tolerance" in course, cell.id


@pytest.mark.parametrize(
    ("move", "digits", "rows", "tolerance"),
    [
        (0.0, 4, None, 0.0002),  # two units of the last digit
        (0.0, 0, None, 2.0),
        (0.0001, 4, None, 0.0002),  # twice the move, which is the same
        (0.0003, 4, None, 0.001),  # twice the move, rounded up
        (0.00011, 4, None, 0.0005),
        (0.0020000000000000018, 3, None, 0.005),
        (0.025, 3, None, 0.05),
        (0.026, 3, None, 0.1),
        (0.5, 3, None, 1.0),
        (0.0, 2, 20, 0.05),  # one row
        (0.0, 4, 80, 0.0125),
        (0.0, 3, 80, 0.013),  # rounded up to the last digit
        (0.0, 3, 10_000, 0.002),  # less than two units
        (0.01, 3, 80, 0.02),  # less than twice the move
    ],
)
def test_derived_tolerance_is_the_largest_of_three(move, digits, rows, tolerance):
    assert derived_tolerance(move, digits, rows) == tolerance


def test_largest_move_of_several_runs_is_kept():
    runs = [{"01": {"a": 0.1, "b": 0.2}}, {"01": {"a": 0.3, "c": "words"}, "02": {"d": 0.0}}]
    assert largest(runs) == {"01": {"a": 0.3, "b": 0.2, "c": "words"}, "02": {"d": 0.0}}
    assert largest([{"01": {"c": "words"}}, {"01": {"c": 0.5}}]) == {"01": {"c": "words"}}
