"""The form of the notebooks: what STYLE asks of each, and what may never be stored."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest

from tests.comparison import cell_rules

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
LESSONS = [path for path in PATHS if not path.name.startswith("00")]
MOST_LINES = 25
"""A cell does one thing; a network with its call of `fit` needs this many lines."""

every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def notebook(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in notebook(path).cells if cell.cell_type == "code"]


def prose(path):
    return "\n\n".join(cell.source for cell in notebook(path).cells if cell.cell_type == "markdown")


def test_there_are_six_notebooks():
    assert [path.name[:2] for path in PATHS] == ["00", "01", "02", "03", "04", "05"]


@every_notebook
def test_notebook_opens_with_question_abilities_and_minutes(path):
    opening = notebook(path).cells[0].source
    title, question = opening.split("\n\n")[:2]
    assert title.startswith("# ")
    assert re.fullmatch(r"\*\*[^*]+\?[^*]*\*\*", question)
    assert 3 <= len(re.findall(r"^- ", opening, re.MULTILINE)) <= 6
    assert re.search(r"\*About \d+ minutes", opening)


@every_lesson
def test_lesson_closes_with_recap_tasks_and_the_way_on(path):
    text = prose(path)
    for heading in ("## What you have seen", "## Try it yourself"):
        assert heading in text
    opening = notebook(path).cells[0].source
    recap = text.split("## What you have seen")[1].split("## ")[0]
    assert (
        len(re.findall(r"^- ", recap, re.MULTILINE))
        >= len(re.findall(r"^- ", opening, re.MULTILINE)) - 1
    )


@every_notebook
def test_links_to_files_lead_somewhere(path):
    targets = re.findall(r"\]\(([^)#:]+)\)", prose(path))
    assert targets
    assert [target for target in targets if not (FOLDER / target).exists()] == []


@every_notebook
def test_cells_are_short_and_numbered(path):
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        assert cell.source.strip(), "an empty code cell"
        assert len(cell.source.splitlines()) <= MOST_LINES, cell.source


@every_notebook
def test_nothing_escapes_the_comparison(path):
    unstable = 0
    for cell in code_cells(path):
        assert not cell.metadata.get("tags"), "tags could switch nbval off"
        assert not re.search(r"#\s*(NBVAL|PYTEST)_", cell.source), cell.source
        tolerance, words = cell_rules(cell.metadata)
        assert tolerance <= 0.051, "no number of this course is that uncertain"
        unstable += not words
    assert unstable <= 1


@every_notebook
def test_stored_outputs_hold_no_noise(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            assert output.output_type != "error", cell.source
            assert output.get("name") != "stderr", cell.source
            for text in (output.get("text", ""), *map(str, output.get("data", {}).values())):
                assert not re.search(r"\bat 0x[0-9a-f]+", text), cell.source


@every_notebook
def test_every_stored_figure_speaks(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                words = output.metadata["image/png"]["alt"]
                assert len(words.split()) >= 5
                assert data["text/plain"] == words


def test_faces_of_lfw_are_not_stored():
    outputs = [
        output for cell in code_cells(FOLDER / "04_lfw_faces.ipynb") for output in cell.outputs
    ]
    withheld = [o for o in outputs if o.get("metadata", {}).get("course", {}).get("withheld")]
    assert len(withheld) == 1
    assert "image/png" not in withheld[0].data


@every_notebook
def test_library_is_seen_and_bad_habits_are_not(path):
    trees = [ast.parse(cell.source) for cell in code_cells(path)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    names |= {call.id for call in calls if isinstance(call, ast.Name)}  # the course's own fit
    if path in LESSONS:
        assert {
            "Sequential",
            "Dense",
            "compile",
            "fit",
            "predict",
            "evaluate",
            "set_random_seed",
        } <= names
        assert "enable_descriptions" in names
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                assert all(alias.name != "*" for alias in node.names)


@every_notebook
def test_prose_has_no_filler(path):
    text = re.sub(r"`[^`]*`", "", prose(path))
    for word in ("simply", "just", "obviously", "of course"):
        assert not re.search(rf"\b{word}\b", text, re.IGNORECASE), word
    assert "!" not in re.sub(r"!\[", "[", text)
