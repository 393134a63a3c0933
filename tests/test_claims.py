"""The README's table of claims is what the notebooks have stored."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from helpers.originals import CLAIMS
from tools.claims import BEGIN, END, claims_as_markdown, stored_claims, write_claims

CHECKOUT = Path(__file__).resolve().parent.parent
NOTEBOOKS = CHECKOUT / "notebooks"


def readme():
    return (CHECKOUT / "README.md").read_text(encoding="utf-8")


def table():
    return readme().split(BEGIN)[1].split(END)[0].strip()


def test_table_of_the_readme_is_what_the_notebooks_have_stored():
    assert table() == claims_as_markdown(NOTEBOOKS)


def test_every_claim_stands_in_the_table_with_a_measurement_and_a_baseline():
    stored = stored_claims(NOTEBOOKS)
    assert list(stored) == list(CLAIMS)
    assert len(table().splitlines()) == 2 + len(CLAIMS)
    for name, row in stored.items():
        assert row["claimed"] == str(CLAIMS[name])
        assert row["seeds"] == "10"
        columns = ("measured", "lowest", "highest", "another from", "another to", "baseline")
        for column in columns:
            assert re.fullmatch(r"\d\.\d{2,4}", row[column]), (name, column)


@pytest.fixture
def copy(tmp_path):
    """Copy the README and the notebooks to a folder that a test may change."""
    (tmp_path / "notebooks").mkdir()
    for path in NOTEBOOKS.glob("*.ipynb"):
        (tmp_path / "notebooks" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "README.md").write_text(readme(), encoding="utf-8")
    return tmp_path


def test_table_stands_once_and_nothing_hides_it():
    before, rest = readme().split(BEGIN)
    _, after = rest.split(END)
    assert after.startswith("\n\n")
    assert before.count("```") % 2 == 0 and "<!--" not in before
    outside = [line for line in (before + after).splitlines() if line.startswith("|")]
    assert not [line for line in outside for claim in CLAIMS.values() if claim.tutorial in line]


# That the suite fails follows from the first test: the table is what is written anew.
def test_every_figure_of_the_table_is_written_anew_where_it_was_changed(copy):
    path = copy / "README.md"
    before, figures = readme().split(BEGIN)[0], list(re.finditer(r"\d\.\d+", table()))
    assert len(figures) >= 7 * len(CLAIMS) - 1
    for figure in figures:
        place = len(before) + len(BEGIN) + 1 + figure.start()
        changed = readme()[:place] + "9" + readme()[place + 1 :]
        path.write_text(changed, encoding="utf-8")
        assert write_claims(path, copy / "notebooks")
        assert path.read_text(encoding="utf-8") == readme()


def test_table_follows_the_notebooks(copy):
    path = copy / "notebooks" / "01_iris.ipynb"
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.id == "claims-table"]
    measured = stored_claims(NOTEBOOKS)["iris"]["measured"]
    html = cell.outputs[0].data["text/html"]
    cell.outputs[0].data["text/html"] = html.replace(measured, "0.1234")
    nbformat.write(notebook, path)
    assert write_claims(copy / "README.md", copy / "notebooks")
    changed = (copy / "README.md").read_text(encoding="utf-8")
    assert changed == readme().replace(f"| {measured} (", "| 0.1234 (", 1)


def test_table_that_is_up_to_date_is_left_alone(copy):
    assert not write_claims(copy / "README.md", copy / "notebooks")


def test_readme_without_marks_or_no_readme_is_left_alone(tmp_path):
    path = tmp_path / "README.md"
    assert not write_claims(path, NOTEBOOKS)
    path.write_text("nothing to see", encoding="utf-8")
    assert not write_claims(path, NOTEBOOKS)
    assert path.read_text(encoding="utf-8") == "nothing to see"
