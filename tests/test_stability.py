"""The tolerances of the notebooks follow from how far their numbers were seen to move."""

from __future__ import annotations

import json
import math
from pathlib import Path

import keras
import nbformat
import numpy as np
import pytest

from tools import stability
from tools.compare import cell_rules, floats
from tools.stability import (
    LAST_BIT,
    REPORT,
    SETTINGS,
    derived_tolerance,
    fingerprint,
    largest,
    moves,
)

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
MOVES = json.loads(REPORT.read_text(encoding="utf-8"))

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


SHARES = {
    "03_point_cloud": {200},  # validation points
    "04_lfw_faces": {20, 80, 100},  # test pictures of a person, validation and test pictures
    # test rows with diabetes; training rows with it; test rows; rows of four folds; training rows
    "05_diabetes": {86, 182, 254, 411, 514},
}
"""The numbers of rows of which a notebook prints shares, one of which may change sides."""


@every_notebook
def test_report_holds_a_run_under_every_setting_of_the_code_that_there_is(path):
    assert MOVES["runs"][path.stem] == list(SETTINGS)
    assert MOVES["code"][path.stem] == fingerprint(path), (
        f"the code has changed; run: python -m tools.stability {path.stem[:2]}"
    )


@every_notebook
def test_report_has_every_cell_that_prints_a_floating_point_number_and_no_other(path):
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    reported = MOVES["moves"].get(path.stem, {}).keys()
    assert {c.id for c in cells if floats(c.outputs)} <= reported <= {c.id for c in cells}


def compared_cells(path):
    """Give each cell whose words count, its tolerance, and its move: None without a float."""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            tolerance, words = cell_rules(cell.metadata)
            if words:
                yield cell, tolerance, MOVES["moves"].get(path.stem, {}).get(cell.id)


@every_notebook
def test_tolerances_are_the_derived_ones(path):
    rows = [row[1:] for row in stability.tolerances(MOVES) if row[0] == path.stem]
    assert {cell: stated for cell, _, _, stated in rows} == {
        cell: derived for cell, _, derived, _ in rows
    }
    assert len(rows) == sum(tolerance > 0 for _, tolerance, _ in compared_cells(path))


@every_notebook
def test_cell_without_a_tolerance_did_not_move(path):
    moved = {cell.id: move for cell, tolerance, move in compared_cells(path) if not tolerance}
    assert {cell_id: move for cell_id, move in moved.items() if move} == {}


def is_share(number, rows):
    """Tell whether a printed number can be a share of so many rows, neither none nor all."""
    digits = len(number.partition(".")[2])
    nearest = round(float(number) * rows) / rows
    return 0 < float(number) < 1 and abs(nearest - float(number)) <= 0.5 * 10**-digits + 1e-9


@every_notebook
def test_rows_are_named_only_where_a_share_of_them_is_printed(path):
    for cell in nbformat.read(path, as_version=4).cells:
        course = cell.metadata.get("course", {})
        if "rows" in course:
            assert "tolerance" in course, cell.id
            assert course["rows"] in SHARES.get(path.stem, ()), cell.id
            assert any(is_share(number, course["rows"]) for number in floats(cell.outputs)), cell.id


def test_number_that_is_a_share_is_told_from_one_that_is_not():
    assert is_share("0.762", 80)  # 61 of 80
    assert is_share("0.50", 3) is False
    assert not is_share("0.766", 80)
    assert not is_share("1.000", 80)


@pytest.mark.parametrize(
    ("move", "digits", "rows", "tolerance"),
    [
        (0.0, 4, None, 0.0002),  # two units of the last digit
        (0.0, 0, None, 2.0),
        (0.0001, 4, None, 0.0002),  # twice the move, which is the same
        (0.00011, 4, None, 0.0005),  # twice the move, rounded up
        (0.0020000000000000018, 3, None, 0.005),
        (0.026, 3, None, 0.1),
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


def test_moves_are_read_from_executed_copies(tmp_path):
    executed = nbformat.read(NOTEBOOKS[1], as_version=4)
    cells = {cell.id: cell for cell in executed.cells}
    valley = next(output for output in cells["valley"].outputs if "text" in output)
    valley.text = valley.text.replace("network: 1.", "network: 2.")
    cells["split"].outputs = []
    nbformat.write(executed, tmp_path / NOTEBOOKS[1].name)
    found = moves(tmp_path)[NOTEBOOKS[1].stem]
    assert found["valley"] == pytest.approx(1)
    assert found["by-hand"] == 0
    assert found["split"] == "words"
    assert "imports" not in found


def test_notebooks_are_run_in_an_environment_with_the_setting(monkeypatch, tmp_path):
    seen = []

    def pretend(command, *, env, **_):
        scripts = Path(env.get("IPYTHONDIR", tmp_path)).rglob("startup/*.py")
        seen.append((command[-2:], env, [script.read_text() for script in scripts]))

    monkeypatch.setattr(stability.subprocess, "run", pretend)
    stability.run(SETTINGS["SSE4"], ["05"], tmp_path)
    stability.run(SETTINGS["last bit 2"], ["05"], tmp_path)
    (command, environment, startup), (_, other_environment, other_startup) = seen
    assert command == [str(tmp_path), "05"]
    assert SETTINGS["SSE4"].items() <= environment.items()
    assert startup == []
    assert other_environment["LAST_BIT_SEED"] == "2"
    assert other_startup == [LAST_BIT]


def test_last_bit_moves_every_initial_weight_by_the_smallest_step(monkeypatch):
    before = keras.initializers.GlorotUniform(seed=0)((4, 5))
    monkeypatch.setattr(
        keras.initializers.GlorotUniform, "__call__", keras.initializers.GlorotUniform.__call__
    )
    monkeypatch.setenv("LAST_BIT_SEED", "1")
    exec(LAST_BIT, {})
    after = keras.ops.convert_to_numpy(keras.initializers.GlorotUniform(seed=0)((4, 5)))
    before = keras.ops.convert_to_numpy(before)
    up, down = (np.nextafter(before, np.float32(end)) for end in (9, -9))
    assert ((after == up) | (after == down)).all()
    assert (after == up).any() and (after == down).any()


def test_derived_tolerances_follow_the_report():
    moved = {"moves": {name: dict.fromkeys(cells, 0.3) for name, cells in MOVES["moves"].items()}}
    rows = list(stability.tolerances(moved))
    assert len(rows) > 30
    assert {derived for *_, derived, _ in rows} <= {1.0, 2.0}
    nothing = {"moves": {"01_iris": {}}}
    assert all(math.isnan(derived) for *_, derived, _ in stability.tolerances(nothing))
