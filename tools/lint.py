"""What the tests and pre-commit ask of a notebook's text and form.

``python -m tools.lint`` prints what is wrong, a line each; with paths, of these notebooks only.

Prose states no measured number: what is measured is printed, and compared. A number that looks
measured has to be a figure of the notebook's own tutorial, which `helpers.originals` holds, in
a paragraph that names the tutorial; or a setting, which the cell's metadata name:
``{"course": {"settings": ["0.5", "11 megabytes"]}}``. What stands in a code span or in a formula
is a setting that shows itself, and the number of an exercise is a name. Numbers in words count
where they are estimates, counts of a whole, or costs.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.originals import CLAIMS, QUOTES
from tools.compare import cell_rules
from tools.minutes import SAID

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
MOST_LINES = 25
"""A cell does one thing; a network with its call of `fit` needs this many lines."""
MOST_LINES_OF_THE_FIRST = 8
"""Of the first code cell: what the lesson is about, and the course's own in one line."""
MOST_TOLERANCE = 0.051
FILLER = ("simply", "just", "obviously", "of course")
LEARNERS = {"hint", "solution"}
"""What is imported for the learner to call."""

TUTORIALS = {  # the numbers with which the names of their files begin
    "00": (),
    "01": ("000",),
    "02": ("001", "002"),
    "03": ("003",),
    "04": ("003",),
    "05": ("004",),
    "07": ("000", "001", "002", "003", "004"),
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


def measured(text: str) -> list[str]:
    """List what looks like a measured number in a text in Markdown."""
    text = MARKUP.sub(" ", NO_PROSE.sub(" ", SAID.sub("", text)))
    text = re.sub(r"[^\S\n]+", " ", text)
    return [" ".join(found[0].split()) for found in MEASURED.finditer(text)]


def quotes_of(notebook: str) -> set[str]:
    """Return the figures of a notebook's tutorials, as the notebook may write them."""
    files = TUTORIALS.get(notebook[:2], ())
    return {quote for file in QUOTES if file[:3] in files for quote in QUOTES[file]} | {
        f"{claim.number:.{claim.digits}f}"
        for claim in CLAIMS.values()
        if claim.file[:3] in files and claim.number is not None
    }


def unexplained(cell: NotebookNode, notebook: str) -> list[str]:
    """List the numbers of a text cell that are neither quoted nor marked as settings."""
    settings = cell.metadata.get("course", {}).get("settings", [])

    def quoted(number: str) -> bool:
        return any(
            re.search(rf"(?<![\d.]){re.escape(quote)}(?!\d)", number)
            for quote in quotes_of(notebook)
        )

    return [
        number
        for paragraph in cell.source.split("\n\n")
        for number in measured(paragraph)
        if number not in settings and not ("tutorial" in paragraph.lower() and quoted(number))
    ]


def findings(notebook: NotebookNode, name: str, folder: Path = NOTEBOOKS) -> Iterator[str]:
    """Say what is wrong with a notebook's text and form.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Of format 4.
    name : str
        The notebook's file name; it begins with two digits.
    folder : pathlib.Path
        Where the targets of relative links are looked for.

    Yields
    ------
    str
        One finding, with the identifier of its cell.
    """
    yield from _opening(notebook.cells[0].source)
    for cell in notebook.cells:
        found = {"code": _code, "markdown": _prose}.get(cell.cell_type, _raw)
        for problem in found(cell, name, folder):
            yield f"{cell.get('id', '?')}: {problem}"
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if [cell.execution_count for cell in cells] != list(range(1, len(cells) + 1)):
        yield "the code cells are not counted from 1 on; run: python3 course.py refresh"
    if cells and len(cells[0].source.splitlines()) > MOST_LINES_OF_THE_FIRST:
        yield f"the first code cell has more than {MOST_LINES_OF_THE_FIRST} lines"
    if unused := sorted(_imported(cells) - _used(cells) - LEARNERS):
        yield f"imported and not used: {', '.join(unused)}"


def _opening(text: str) -> Iterator[str]:
    title, _, rest = text.partition("\n\n")
    if not title.startswith("# "):
        yield "the first cell begins with no title"
    if not re.match(r"\*\*[^*]+\?[^*]*\*\*\n", rest):
        yield "below the title stands no question in bold"
    if not 3 <= len(re.findall(r"(?m)^- ", text)) <= 6:
        yield "the first cell names no three to six things that one will be able to do"
    if not SAID.search(text):
        yield "the first cell names no minutes: *0 minutes to read and run, 0 with the exercises."


def _raw(_cell: NotebookNode, _name: str, _folder: Path) -> Iterator[str]:
    yield "a raw cell, which nobody runs"


def _prose(cell: NotebookNode, name: str, folder: Path) -> Iterator[str]:
    if numbers := unexplained(cell, name):
        yield (
            f"states {', '.join(numbers)}: point at the output instead or, where it is no "
            "measurement, name it in the cell's metadata under course.settings"
        )
    settings = cell.metadata.get("course", {}).get("settings", [])
    if absent := sorted(set(settings) - set(measured(cell.source))):
        yield f"marks settings that it does not hold: {', '.join(absent)}"
    text = re.sub(r"`[^`]*`", "", cell.source)
    for word in FILLER:
        if re.search(rf"\b{word}\b", text, re.IGNORECASE):
            yield f"has the filler '{word}'"
    if "!" in text.replace("![", "["):
        yield "has an exclamation mark"
    for target in re.findall(r"\]\(([^)#:]+)\)", cell.source):
        if not (folder / target).exists():
            yield f"links to {target}, which is not there"


def _code(cell: NotebookNode, _name: str, _folder: Path) -> Iterator[str]:
    lines = cell.source.splitlines()
    if not cell.source.strip():
        yield "is empty"
    if len(lines) > MOST_LINES:
        yield f"has {len(lines)} lines, at most {MOST_LINES} are readable"
    if cell.metadata.get("tags") or re.search(r"#\s*(NBVAL|PYTEST)_", cell.source):
        yield "has a tag or a comment that could switch the comparison off"
    if "import *" in cell.source:
        yield "imports with a star"
    try:
        tolerance, _ = cell_rules(cell.metadata)
    except ValueError as error:
        yield str(error)
    else:
        if tolerance > MOST_TOLERANCE:
            yield f"has a tolerance of {tolerance}: no number of this course is that uncertain"
    for output in cell.outputs:
        if output.output_type == "error" or output.get("name") == "stderr":
            yield "stores an error or what was written to standard error"
        for text in (output.get("text", ""), *map(str, output.get("data", {}).values())):
            if re.search(r"\bat 0x[0-9a-f]+", text):
                yield "stores a memory address"


def _nodes(cells: Sequence[NotebookNode]) -> list[ast.AST]:
    return [node for cell in cells for node in ast.walk(ast.parse(cell.source))]


def _imported(cells: Sequence[NotebookNode]) -> set[str]:
    return {
        alias.asname or alias.name.partition(".")[0]
        for node in _nodes(cells)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if alias.name != "*"
    }


def _used(cells: Sequence[NotebookNode]) -> set[str]:
    return {node.id for node in _nodes(cells) if isinstance(node, ast.Name)}


def main(paths: Sequence[str]) -> int:
    """Print the findings of some notebooks, or of all; return 1 where there are any."""
    found = [
        f"{path.name}: {problem}"
        for path in [Path(path) for path in paths] or sorted(NOTEBOOKS.glob("*.ipynb"))
        for problem in findings(nbformat.read(path, as_version=4), path.name)
    ]
    print("\n".join(found) or "nothing found")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
