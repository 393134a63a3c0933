"""What `benchmarks/seeds.py` has stored comes out again."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import seeds
from helpers.evaluation import SEEDS_FILE, stored_seeds
from helpers.lfw import LFWUnavailableError

# Twice as far as the numbers moved between the default, one thread, AVX2 for oneDNN and for XLA,
# and without oneDNN: the accuracy, and the loss.
MOVES = [
    ("mnist", 3, 0.0002, 0.0004),
    ("mnist deep", 0, 0.004, 0.025),
    ("faces", 3, 0.011, 0.005),
]


@pytest.mark.parametrize(("training", "seed", "accuracy", "loss"), MOVES)
def test_training_from_a_stored_seed_ends_where_it_ended(training, seed, accuracy, loss):
    try:
        again = seeds.train(training, [seed])
    except LFWUnavailableError:
        pytest.skip("LFW cannot be had here")
    stored = stored_seeds(training).loc[seed]
    assert again["accuracy"].item() == pytest.approx(stored["accuracy"], abs=accuracy)
    assert again["loss"].item() == pytest.approx(stored["loss"], abs=loss)


def test_file_of_seeds_is_where_the_command_writes_it():
    root = Path(__file__).resolve().parents[1]
    assert root / "data" / "seeds.csv" == SEEDS_FILE


def test_unknown_training_is_named(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["seeds.py", "roses"])
    with pytest.raises(SystemExit):
        seeds.main()
    assert "no training 'roses'; there are mnist, mnist deep, faces" in capsys.readouterr().err
