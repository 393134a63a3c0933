"""Prose states no measured number: what is measured is printed, and compared.

A number that looks measured has to be a figure of a tutorial, which
`helpers.originals` holds, or a setting, which the cell's metadata name:
``{"course": {"settings": ["0.5", "10 minutes"]}}``. What stands in a code span
or in a formula is a setting that shows itself, and the number of an exercise is a name.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from helpers.originals import CLAIMS, QUOTES

CHECKOUT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))
ORIGINALS = CHECKOUT.parent / "shared" / "originals"

NO_PROSE = re.compile(r"`[^`]*`|\$[^$]*\$|\]\([^)]*\)|\b[Ee]xercise \d\.\d\b")
WORDS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|a\shundred|a\sthousand"
)
NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|(?:{WORDS})\b)"
FRACTION = (
    r"(?:half(?!-)|(?:a|one|two|three|four|nine)\s(?:third|quarter|fifth|tenth|hundredth)s?)\b"
)
ESTIMATE = r"(?:about|around|nearly|almost|roughly|over|some)\s"
UNIT = r"(?:seconds?|minutes?|hours?|milliseconds?|ms|s|MB|megabytes|times)\b"
MEASURED = re.compile(
    rf"(?<![\w.,])(?:(?:{ESTIMATE})?{NUMBER}\s?(?:%|per\s?cent)"  # a share
    rf"|(?:{ESTIMATE})?{NUMBER}\s{UNIT}"  # a cost
    rf"|(?:{ESTIMATE})?{NUMBER}\s(?:of|in|out\sof)\s(?:every\s)?{NUMBER}"  # a count
    rf"|{ESTIMATE}{NUMBER}"  # an estimate
    rf"|(?:{ESTIMATE}|(?:more|less|fewer)\sthan\s){FRACTION}"  # a share in words
    r"|every\s(?:second|third|fourth|fifth|tenth)\b"
    r"|\d+\.\d+)",  # a decimal
    re.IGNORECASE,
)
QUOTED = {quote for quotes in QUOTES.values() for quote in quotes} | {
    f"{claim.figure:.{claim.digits}f}" for claim in CLAIMS.values() if claim.figure is not None
}


def measured(text):
    return [found[0] for found in MEASURED.finditer(NO_PROSE.sub(" ", text))]


def is_quoted(number):
    return any(re.search(rf"(?<![\d.]){re.escape(quote)}(?!\d)", number) for quote in QUOTED)


def prose(path):
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "markdown"]


def unexplained(cell):
    """List the numbers of a cell that are neither quoted nor marked as settings."""
    settings = cell.metadata.get("course", {}).get("settings", [])
    return [
        number
        for number in measured(cell.source)
        if number not in settings and not is_quoted(number)
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_prose_holds_no_measured_number(path):
    found = {cell.id: numbers for cell in prose(path) if (numbers := unexplained(cell))}
    assert not found, (
        "point at the output instead, or, where it is no measurement, name it in the cell's "
        "metadata under course.settings"
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_setting_that_is_marked_stands_in_its_cell(path):
    for cell in prose(path):
        settings = cell.metadata.get("course", {}).get("settings", [])
        assert set(settings) <= set(measured(cell.source)), cell.id


PLANTED = [
    "The accuracy is 0.94.",
    "The network gets 97 % right.",
    "The network gets 97% right.",
    "That is 3 percent more.",
    "An accuracy of about 95.",
    "It takes 12 seconds.",
    "This is 20 times faster.",
    "It needs 1,000 MB.",
    "George W. Bush is recognised in 17 of 20 pictures.",
    "It errs on seventeen of twenty pictures.",
    "It recognises seven out of nine.",
    "Every third alarm is a false one.",
    "More than half of the mistakes are sure ones.",
    "It misses nearly a third.",
    "That takes some twelve epochs.",
    "It is five times as fast.",
    "The curve falls for about six epochs.",
    "one in\nThe loss fell to 0.0431, at last",
]


@pytest.mark.parametrize("sentence", PLANTED)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_planted_number_is_found_in_every_notebook(path, sentence):
    for cell in prose(path):
        before = unexplained(cell)
        cell.source += f"\n\n{sentence}"
        assert len(unexplained(cell)) == len(before) + 1


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


@pytest.mark.parametrize("file", sorted({*QUOTES, *(claim.file for claim in CLAIMS.values())}))
def test_quoted_figures_stand_in_the_tutorial(file):
    if not ORIGINALS.is_dir():
        pytest.skip("the tutorials are not beside the checkout")
    text = re.sub(r"\s+", " ", (ORIGINALS / file).read_text(encoding="utf-8"))
    numbers = [float(number) for number in re.findall(r"\d+\.\d+(?:e-\d+)?|\d+", text)]
    for quote in QUOTES.get(file, ()):
        figure = float(quote.split()[0])
        digits = len(quote.split()[0].partition(".")[2])
        candidates = (round(number, digits) for number in (*numbers, *(n / 100 for n in numbers)))
        shares = (round(100 * number) for number in numbers) if "%" in quote else ()
        assert figure in {*candidates, *shares}, quote
    for claim in CLAIMS.values():
        if claim.file == file and claim.figure is not None:
            rounded = {
                round(number, claim.digits) for number in (*numbers, *(n / 100 for n in numbers))
            }
            assert claim.figure in rounded, claim
