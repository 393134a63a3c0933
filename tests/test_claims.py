"""The claims' figure in notebook 07 says what tutorials claim and the stored seeds measure."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from helpers.evaluation import stored_seeds
from helpers.figures.claimed import measure_claims, words_claim
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
def sentences():
    (path,) = FOLDER.glob("07_*.ipynb")
    (cell,) = [cell for cell in nbformat.read(path, 4).cells if cell.id == "claims-figure"]
    words = cell.outputs[0].data["text/plain"]
    found = re.findall(r"[A-Z].*?; baseline \d\.\d+; [^.]*\.", words)
    assert "".join(found) == words.replace(". ", ".")
    return dict(zip(CLAIMS, found, strict=True))


def test_every_claim_stands_in_the_figure_as_the_tutorial_writes_it(sentences):
    for name, claim in CLAIMS.items():
        assert sentences[name].lower().startswith(name)
        written = "nothing" if claim.number is None else str(claim)
        assert f"; claimed {written}; " in sentences[name]


def test_lines_of_stored_seeds_are_calculated_from_them(sentences):
    for name, (training, flat, metric) in STORED.items():
        numbers, baseline = (stored_seeds(which)[metric] for which in (training, flat))
        (claimed,) = measure_claims({name: numbers}, {name: baseline.mean()})
        assert sentences[name] == words_claim(claimed)


def test_verdicts_follow_from_the_limits_beside_them(sentences):
    for name, claim in CLAIMS.items():
        if claim.number is None or claim.at_least or claim.other_data:
            continue
        low, high = map(
            float, re.search(r"more seed from (\S+) to (\S+);", sentences[name]).groups()
        )
        inside = low <= claim.number <= high
        verdict = "within the spread." if inside else "outside: other seeds give "
        assert verdict in sentences[name], name


def test_readme_sends_to_the_figure_and_holds_no_table_of_its_own():
    text = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"\]\(notebooks/07_how_sure\.ipynb\)[^.\n|]*claim", text)
    assert "within the spread" not in text
