"""The README's table says what the notebooks have stored."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

CHECKOUT = Path(__file__).resolve().parent.parent

# Row of the README's table, notebook, cell, and the words in the stored output before the number.
FIGURES = [
    ("iris, 4-5-3", "01_iris", "training-accuracy", "accuracy"),
    ("MNIST, 784-512-10", "02_mnist", "test-table", "784-512-10"),
    ("MNIST, 784-512-10", "02_mnist", "test-table", r"784-512-10(?: +\d\.\d+){3}"),  # its loss
    ("MNIST, 784-512-10", "02_mnist", "test-table", "784-10, no hidden layer"),
    ("MNIST, 784-512-256-64-10", "02_mnist", "test-table", "784-512-256-64-10, dropout"),
    ("MNIST, 784-512-256-64-10", "02_mnist", "test-table", "784-10, no hidden layer"),
    ("points, 2-128-4", "03_point_cloud", "predict", "as the network gives them:.*"),
    ("points, 2-128-4", "03_point_cloud", "test", "network 2-128-4"),
    ("points, 2-128-4", "03_point_cloud", "test", "logistic regression"),
    ("LFW, 2914-512-5", "04_lfw_faces", "test-table", "network 2914-512-5"),
    ("LFW, 2914-512-5", "04_lfw_faces", "test-table", "logistic regression"),
    ("diabetes, 8-8-8-1", "05_diabetes", "test-network", "test loss"),
    ("diabetes, 8-8-8-1", "05_diabetes", "test-network", "test accuracy"),
    ("diabetes, 8-8-8-1", "05_diabetes", "test-table", "always no diabetes"),
]


def stored_text(notebook, cell_id):
    path = CHECKOUT / "notebooks" / f"{notebook}.ipynb"
    (cell,) = [c for c in nbformat.read(path, as_version=4).cells if c.id == cell_id]
    return "\n".join(o.get("text") or o["data"]["text/plain"] for o in cell.outputs)


@pytest.mark.parametrize(("row", "notebook", "cell", "words"), FIGURES)
def test_figure_of_the_readme_is_the_one_that_the_notebook_stores(row, notebook, cell, words):
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    (line,) = [line for line in readme.splitlines() if f"| {row} |" in line]
    number = re.search(rf"{words}\s+(\d\.\d+)", stored_text(notebook, cell))
    assert number, f"{notebook}, cell {cell}: no number after {words!r}"
    measured = " | ".join(line.split(" | ")[3:])  # not the claim
    assert re.search(rf"(?<![\d.]){re.escape(number[1])}(?!\d)", measured), line


def test_every_measured_figure_of_the_readme_is_looked_up():
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    table = readme.split("what the notebooks measure")[1].split("\n\n")[1]
    found = [
        number
        for line in table.splitlines()[2:]
        for number in re.findall(r"(?<![\d.,(])\d\.\d+", " | ".join(line.split(" | ")[3:]))
    ]
    assert len(found) == len(FIGURES), found
