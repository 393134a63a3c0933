"""What `tools/seeds.py` has stored comes out again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from helpers.evaluation import SEEDS_FILE, stored_seeds
from helpers.lfw import LFWUnavailableError
from tools import seeds
from tools.stability import REPORT, derived_tolerance, outermost_seeds

MOVES = json.loads(REPORT.read_text(encoding="utf-8"))["seeds"]
ROWS = dict.fromkeys(("mnist", "mnist deep", "mnist flat"), 10_000) | dict.fromkeys(
    ("faces", "faces flat"), 100
)


@pytest.mark.parametrize("training", seeds.TRAININGS)
def test_trainings_from_the_outermost_seeds_end_where_they_ended(training):
    chosen = outermost_seeds(training)
    try:
        again = seeds.train(training, chosen).set_index("seed")
    except LFWUnavailableError:
        pytest.skip("LFW cannot be had here")
    stored = stored_seeds(training)
    for figure, rows in (("accuracy", ROWS[training]), ("loss", None)):
        allowed = derived_tolerance(MOVES[training][figure], digits=4, rows=rows)
        for seed in chosen:
            assert again.loc[seed, figure] == pytest.approx(stored.loc[seed, figure], abs=allowed)


@pytest.mark.parametrize("training", seeds.TRAININGS)
def test_stored_accuracies_are_whole_numbers_of_rows(training):
    hits = stored_seeds(training)["accuracy"] * ROWS[training]
    assert (abs(hits - hits.round()) < 0.01).all()  # six digits are stored


def test_file_of_seeds_is_where_the_command_writes_it():
    root = Path(__file__).resolve().parents[1]
    assert root / "data" / "seeds.csv" == SEEDS_FILE


def test_unknown_training_is_named(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["seeds.py", "roses"])
    with pytest.raises(SystemExit):
        seeds.main()
    assert (
        "no training 'roses'; there are mnist, mnist deep, mnist flat, faces"
        in capsys.readouterr().err
    )
