"""Prose states no measured number: what is measured is printed, and compared.

A number that looks measured has to be a figure of the notebook's own tutorial, which
`helpers.originals` holds, in a paragraph that names the tutorial; or a setting, which the
cell's metadata name: ``{"course": {"settings": ["0.5", "10 minutes"]}}``. What stands in a
code span or in a formula is a setting that shows itself, and the number of an exercise is
a name. Numbers in words count where they are estimates, counts of a whole, or costs.
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

TUTORIALS = {  # the numbers with which the names of their files begin
    "00_start_here": (),
    "01_iris": ("000",),
    "02_mnist": ("001", "002"),
    "03_point_cloud": ("003",),
    "04_lfw_faces": ("003",),
    "05_diabetes": ("004",),
}
NO_PROSE = re.compile(r"`[^`]*`|\$[^$]*\$|\]\([^)\s]*|\b[Ee]xercise [1-9]\.[1-9]\b")
MARKUP = re.compile(r"\*\*|(?<!\w)[*_]|[*_](?!\w)|&nbsp;")
WORDS = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|a\shundred|a\sthousand"
)
NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|\.\d+|(?:{WORDS})\b)"
FRACTION = (
    r"(?:half(?!-)|(?:a|one|two|three|four|nine)[\s-](?:third|quarter|fifth|tenth|hundredth)s?)\b"
)
ESTIMATE = r"(?:(?:about|around|approximately|nearly|almost|roughly|over|some|close\sto)\s|[~≈]\s?)"
UNIT = (
    r"(?:(?:sec|second|min|minute|hour|millisecond)s?|ms|s|[kMG]i?B|(?:kilo|mega|giga)bytes"
    r"|times|x|×(?!\s?\d))(?!\w)"
)
MEASURED = re.compile(
    rf"(?<![\w.,])(?:(?:{ESTIMATE})?{NUMBER}\s?(?:%|per\s?cent)"  # a share
    rf"|(?:{ESTIMATE})?{NUMBER}\s?{UNIT}"  # a cost
    rf"|(?:{ESTIMATE})?{NUMBER}\s(?:of|in|out\sof)\s(?:every\s)?{NUMBER}"  # a count
    rf"|\d+\s(?:of|in|out\sof)\s(?:the|its)\s{NUMBER}"
    rf"|{NUMBER}\s\w+\sout\sof\s{NUMBER}|\d+\s?/\s?\d+"
    rf"|{ESTIMATE}{NUMBER}"  # an estimate
    rf"|(?:{ESTIMATE}|(?:more|less|fewer)\sthan\s){FRACTION}|two[\s-]thirds"  # a share in words
    r"|every\s(?:second|third|fourth|fifth|tenth)\b"
    r"|\d*\.\d+(?:e[-+]?\d+)?|\d+e[-+]?\d+)",  # a decimal
    re.IGNORECASE,
)


def measured(text):
    text = MARKUP.sub(" ", NO_PROSE.sub(" ", text))
    text = re.sub(r"[^\S\n]+", " ", text)
    return [" ".join(found[0].split()) for found in MEASURED.finditer(text)]


def quotes_of(stem):
    """Return the figures of a notebook's tutorials, as the notebook may write them."""
    files = TUTORIALS[stem]
    return {quote for file in QUOTES if file[:3] in files for quote in QUOTES[file]} | {
        f"{claim.figure:.{claim.digits}f}"
        for claim in CLAIMS.values()
        if claim.file[:3] in files and claim.figure is not None
    }


def is_quoted(number, stem):
    return any(
        re.search(rf"(?<![\d.]){re.escape(quote)}(?!\d)", number) for quote in quotes_of(stem)
    )


def prose(path):
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "markdown"]


def unexplained(cell, stem):
    """List the numbers of a cell that are neither quoted nor marked as settings."""
    settings = cell.metadata.get("course", {}).get("settings", [])
    return [
        number
        for paragraph in cell.source.split("\n\n")
        for number in measured(paragraph)
        if number not in settings
        and not ("tutorial" in paragraph.lower() and is_quoted(number, stem))
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_prose_holds_no_measured_number(path):
    found = {cell.id: numbers for cell in prose(path) if (numbers := unexplained(cell, path.stem))}
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
    "It gets 17 of the 20 pictures right.",
    "It gets 17 pictures out of 19 right.",
    "It gets 17/20 right.",
    "It gets **96** % right.",
    "The network gets 97&nbsp;% right.",
    "That takes 300 kB.",
    "The accuracy is .94, all in all.",
    "The loss is 4e-2 now.",
    "It needs ~14 steps.",
    "Two thirds are right.",
    "Ours reaches 0.98, as claimed.",
    "Ours has a loss of 0.5746, too.",
    "one in\nThe loss fell to 0.0431, at last",
]


@pytest.mark.parametrize("sentence", PLANTED)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_planted_number_is_found_in_every_notebook(path, sentence):
    for cell in prose(path):
        before = unexplained(cell, path.stem)
        cell.source += f"\n\n{sentence}"
        assert len(unexplained(cell, path.stem)) == len(before) + 1


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
        pytest.skip("the tutorials are not beside the checkout")
    found = written((ORIGINALS / file).read_text(encoding="utf-8"))
    claimed = {
        f"{claim.figure:.{claim.digits}f}"
        for claim in CLAIMS.values()
        if claim.file == file and claim.figure is not None
    }
    assert [quote for quote in {*QUOTES.get(file, ()), *claimed} if not stands(quote, *found)] == []


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("0.9278", True),
        ("0.93", True),
        ("93 %", True),
        ("0.0904", True),
        ("9.04", True),
        ("0.928", True),
        ("0.9279", False),
        ("0.94", False),
        ("92 %", False),
        ("0.10", False),
    ],
)
def test_figure_that_a_text_has_is_told_from_one_that_it_has_not(quote, expected):
    assert stands(quote, *written("It is 0.9278, or 93%; after 10 epochs 9.04.")) is expected
