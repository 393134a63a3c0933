"""What `tools.lint` asks of the notebooks, and that it finds each of these mistakes."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import (
    new_code_cell,
    new_markdown_cell,
    new_notebook,
    new_output,
    new_raw_cell,
)

from helpers.originals import CLAIMS, QUOTES
from tools.lint import findings, main, measured, unexplained

CHECKOUT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))
ORIGINALS = CHECKOUT.parent / "shared" / "originals"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_has_no_finding(path):
    assert list(findings(nbformat.read(path, as_version=4), path.name)) == []


OPENING = (
    "# 1. Iris\n\n**Which one?**\n\n- a\n- b\n- c\n\n"
    "*30 minutes to read and run, 40 with the exercises. Fast.*"
)


def notebook(*cells):
    opening = new_markdown_cell(OPENING)
    return new_notebook(cells=[opening, *cells])


def test_notebook_as_it_should_be_has_no_finding(capsys, tmp_path):
    path = tmp_path / "01_iris.ipynb"
    nbformat.write(notebook(new_code_cell("import math\n\nmath.pi", execution_count=1)), path)
    assert main([str(path)]) == 0
    nbformat.write(notebook(new_code_cell("", execution_count=1)), path)
    assert main([str(path)]) == 1
    assert ": is empty" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (new_raw_cell("a"), "a raw cell"),
        (new_markdown_cell("It is 0.94."), "states 0.94"),
        (new_markdown_cell("a", metadata={"course": {"settings": ["0.5"]}}), "does not hold: 0.5"),
        (new_markdown_cell("It is simply so."), "the filler 'simply'"),
        (new_markdown_cell("Look!"), "an exclamation mark"),
        (new_markdown_cell("[there](nowhere.md)"), "links to nowhere.md"),
        (new_code_cell(" "), "is empty"),
        (new_code_cell("a = 1\n" * 26), "has 26 lines"),
        (new_code_cell("a = 1\n" * 10), "first code cell has more than"),
        (new_code_cell("1", metadata={"tags": ["nbval-skip"]}), "switch the comparison off"),
        (new_code_cell("1  # NBVAL_SKIP"), "switch the comparison off"),
        (new_code_cell("from math import *"), "imports with a star"),
        (new_code_cell("1", metadata={"course": {"tolerance": 0.1}}), "a tolerance of 0.1"),
        (new_code_cell("1", metadata={"course": {"tolerence": 0.1}}), "has ['tolerence']"),
        (new_code_cell("1", outputs=[new_output("error")]), "stores an error"),
        (new_code_cell("1", outputs=[new_output("stream", name="stderr")]), "stores an error"),
        (new_code_cell("1", outputs=[new_output("stream", text="<a at 0x7f>")]), "memory address"),
        (new_code_cell("from math import pi"), "imported and not used: pi"),
        (new_code_cell("1", execution_count=2), "not counted from 1"),
    ],
)
def test_mistake_in_a_cell_is_found(cell, said):
    if cell.cell_type == "code" and cell.execution_count is None:
        cell.execution_count = 1
    found = list(findings(notebook(cell), "01_iris.ipynb"))
    assert sum(said in problem for problem in found) == 1


@pytest.mark.parametrize("part", OPENING.split("\n\n"))
def test_opening_has_title_question_abilities_and_minutes(part):
    incomplete = notebook()
    incomplete.cells[0].source = OPENING.replace(part, "")
    incomplete.cells[0].metadata = {}
    assert list(findings(incomplete, "01_iris.ipynb"))


PLANTED = """
The accuracy is 0.94. The network gets 97 % right. The network gets 96% right. That is 3 percent
more. An accuracy of about 95. It takes 12 seconds. This is 20 times faster. It needs 1,000 MB.
George W. Bush is recognised in 17 of 20 pictures. It errs on seventeen of twenty pictures. It
recognises seven out of nine. Every third alarm is a false one. More than half of the mistakes are
sure ones. It misses nearly a third. That takes some twelve epochs. It is five times as fast. The
curve falls for about six epochs. It gets 16 of the 20 pictures right. It gets 18 pictures out of 19
right. It gets 17/20 right. It gets **91** % right. The network gets 92&nbsp;% right. That takes 300
kB. The accuracy is .93, all in all. The loss is 4e-2 now. It needs ~14 steps. Two thirds are right.
one in
The loss fell to 0.0431, at last.
"""
FOUND = [
    *("0.94", "97 %", "96%", "3 percent", "about 95", "12 seconds", "20 times", "1,000 MB"),
    *("17 of 20", "seventeen of twenty", "seven out of nine", "Every third", "More than half"),
    *("nearly a third", "some twelve", "five times", "about six", "16 of the 20"),
    *("18 pictures out of 19", "17/20", "91 %", "92 %", "300 kB", ".93", "4e-2", "~14"),
    *("Two thirds", "0.0431"),
]


def test_every_planted_number_is_found_and_no_other():
    assert measured(PLANTED.replace("20 pictures.", "20 pictures,")) == FOUND


def test_figure_of_the_tutorial_counts_where_the_tutorial_is_named_and_to_the_letter():
    quoted = new_markdown_cell("The tutorial reports 0.98.\n\nOurs reaches 0.98.")
    assert unexplained(quoted, "01_iris.ipynb") == ["0.98"]
    others = new_markdown_cell("The tutorial reports 0.983, and another tutorial 0.5746.")
    assert unexplained(others, "01_iris.ipynb") == ["0.983", "0.5746"]
    assert unexplained(others, "05_diabetes.ipynb") == ["0.983"]


@pytest.mark.parametrize(
    "text",
    [
        "Three of the five networks, and the first 24 pictures.",
        "784-512-10 has 28 × 28 inputs, and 60,000 rows.",
        "Write `dropout=0.2`, see [the file](../data/v1.0/a.md), or $x = 0.5$.",
        "Notebook 5 comes back to that.",
        "### Exercise 5.1: count the zeros, as in exercise 2.3.",
    ],
)
def test_ordinary_numbers_are_left_alone(text):
    assert measured(text) == []


# The figures that may be quoted stand in the tutorials.


def written(text):
    """Return all numbers of a text as they are written, and all percentages as "98 %"."""
    numbers = set(re.findall(r"\d+\.\d+(?:e-\d+)?|\d+", text))
    return numbers, {f"{number} %" for number in re.findall(r"(\d+(?:\.\d+)?)\s?%", text)}


def stands(quote, numbers, percentages):
    """Tell whether a text has a figure: to the letter, with more digits, or in per cent."""
    if quote in numbers | percentages:
        return True
    digits = len(quote.partition(".")[2])
    finer = (n for n in numbers if "e" in n or len(n.partition(".")[2]) > digits)
    in_per_cent = (
        {f"{float(quote) * 100:g}", f"{float(quote) * 100:g} %"} if "%" not in quote else set()
    )
    return bool(in_per_cent & (percentages | {n for n in numbers if "." in n})) or (
        "%" not in quote and any(round(float(n), digits) == float(quote) for n in finer)
    )


@pytest.mark.parametrize("file", sorted({*QUOTES, *(claim.file for claim in CLAIMS.values())}))
def test_quoted_figures_stand_in_the_tutorial(file):
    if not ORIGINALS.is_dir():
        pytest.skip("the tutorials' texts are not beside the checkout")
    found = written((ORIGINALS / file).read_text(encoding="utf-8"))
    claimed = {
        f"{claim.number:.{claim.digits}f}"
        for claim in CLAIMS.values()
        if claim.file == file and claim.number is not None
    }
    assert [quote for quote in {*QUOTES.get(file, ()), *claimed} if not stands(quote, *found)] == []


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        *(("0.9278", True), ("0.93", True), ("93 %", True), ("0.0904", True), ("9.04", True)),
        *(("0.928", True), ("0.9279", False), ("0.94", False), ("92 %", False), ("0.10", False)),
    ],
)
def test_figure_that_a_text_has_is_told_from_one_that_it_has_not(quote, expected):
    assert stands(quote, *written("It is 0.9278, or 93%; after 10 epochs 9.04.")) is expected
