"""The table of claims in notebook 07 is what the tutorials claim and the stored seeds measure."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from helpers.evaluation import claims_table, prediction_interval, stored_seeds
from helpers.originals import CLAIMS

CHECKOUT = Path(__file__).resolve().parent.parent
FOLDER = CHECKOUT / "notebooks"
STORED = {
    "mnist": ("mnist", "mnist flat", "accuracy"),
    "mnist loss": ("mnist", "mnist flat", "loss"),
    "mnist deep": ("mnist deep", "mnist flat", "accuracy"),
    "faces": ("faces", "faces flat", "accuracy"),
}


@pytest.fixture(scope="module")
def table():
    (path,) = FOLDER.glob("07_*.ipynb")
    (cell,) = [cell for cell in nbformat.read(path, 4).cells if cell.id == "claims-table"]
    html = cell.outputs[0].data["text/html"]
    head, *rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in html.split("<tr")[1:]]
    return pd.DataFrame([row[1:] for row in rows], [row[0] for row in rows], head[1:])


def test_every_claim_stands_in_the_table_as_the_tutorial_writes_it(table):
    assert list(table.index) == list(CLAIMS)
    for name, claim in CLAIMS.items():
        assert table.loc[name, "claimed"] == f"{claim.metric} {claim}"


def test_rows_of_stored_seeds_are_calculated_from_them(table):
    for name, (training, flat, metric) in STORED.items():
        numbers, baseline = (stored_seeds(which)[metric] for which in (training, flat))
        expected = claims_table({name: numbers}, {name: baseline.mean()}).loc[name]
        for column in ("mean of the seeds", "baseline"):
            assert float(table.loc[name, column]) == pytest.approx(float(expected[column]))
        for column in ("another seed", "verdict"):
            assert table.loc[name, column] == expected[column]


def test_verdicts_follow_from_the_limits_beside_them(table):
    for name, claim in CLAIMS.items():
        low, high = map(float, re.findall(r"\d\.\d{4}", table.loc[name, "another seed"]))
        assert low < float(table.loc[name, "mean of the seeds"]) < high
        if claim.number is not None:
            inside = low <= claim.number <= high
            assert table.loc[name, "verdict"].startswith("not reproduced") != inside, name


def test_limits_of_the_table_are_those_of_one_more_seed(table):
    low, high = prediction_interval(stored_seeds("faces")["accuracy"])
    assert table.loc["faces", "another seed"] == f"{low:.4f} to {high:.4f}"


def test_readme_sends_to_the_table_and_holds_none_of_its_own():
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"claim[^.\n]*\]\(notebooks/07_how_sure\.ipynb\)", text)
    assert "within the spread" not in text
