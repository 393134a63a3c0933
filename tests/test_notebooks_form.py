"""The form of the notebooks: what STYLE asks of each, and what may never be stored."""

from __future__ import annotations

import ast
import html
import json
import re
import shutil
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import minutes
from tools.compare import cell_rules

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
LESSONS = [path for path in PATHS if not path.name.startswith("00")]

MAIN = [path for path in LESSONS if path.name < "06"]  # the others go further

every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def notebook(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in notebook(path).cells if cell.cell_type == "code"]


def prose(path):
    return "\n\n".join(cell.source for cell in notebook(path).cells if cell.cell_type == "markdown")


def test_openings_and_both_maps_give_the_minutes_that_are_calculated(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "notebooks")
    shutil.copy(FOLDER.parent / "README.md", tmp_path)
    assert not minutes.write_minutes(tmp_path)


def test_minutes_follow_from_words_cells_exercises_and_questions(tmp_path):
    size = minutes.Size(words=360, cells=4, exercises=2, questions=3, figures=0, tables=0)
    assert (size.to_read, size.with_exercises) == (6, 19)
    folder = tmp_path / "notebooks"
    folder.mkdir()
    cells = [
        new_markdown_cell("# A\n\n*9 minutes to read and run." + " word" * 350),
        *map(new_code_cell, ("1", "2", 'check("1.1", 1)', 'question("1.q1")')),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "01_a.ipynb")
    page = "{} minutes to read and run the five lessons, {} with\n| [a](01_a.ipynb) | b | {} | 9 |"
    (tmp_path / "README.md").write_text(page.format(1, 1, "1 | 1"), encoding="utf-8")
    assert len(minutes.write_minutes(tmp_path)) == 2
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == page.format(4, 10, "4 | 10")
    opening = notebook(folder / "01_a.ipynb").cells[0].source
    assert "*4 minutes to read and run, 10 with the exercises." in opening


@pytest.mark.parametrize("path", LESSONS[:5], ids=lambda path: path.stem)
def test_lesson_is_an_evening_long_and_shows_more_than_it_says(path):
    size = minutes.size_of(notebook(path))
    assert size.words <= 2300
    assert size.to_read <= 40
    assert size.with_exercises <= 75
    assert size.figures >= 10
    assert size.tables <= 3


@every_notebook
def test_tables_have_at_most_six_columns(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            for row in output.get("data", {}).get("text/html", "").split("<tr")[1:]:
                assert len(re.findall("<t[hd]", row)) <= 7, cell.id  # the rows' names and six


def test_readme_is_for_whoever_arrives():
    assert len((FOLDER.parent / "README.md").read_text(encoding="utf-8").split()) <= 900


@every_lesson
def test_lesson_closes_with_recap_tasks_and_the_way_on(path):
    text = prose(path)
    assert "## What you have seen" in text
    opening = notebook(path).cells[0].source
    recap = text.split("## What you have seen")[1].split("## ")[0]
    assert (
        len(re.findall(r"^- ", recap, re.MULTILINE))
        >= len(re.findall(r"^- ", opening, re.MULTILINE)) - 1
    )


def test_two_cells_are_compared_by_kinds_of_outputs_and_were_seen_to_change():
    unstable = [
        (path.stem, cell.id)
        for path in PATHS
        for cell in code_cells(path)
        if not cell_rules(cell.metadata)[1]
    ]
    assert unstable == [("02_mnist", "mistakes"), ("02_mnist", "confident-mistakes")]
    moves = json.loads((FOLDER.parent / "tools" / "stability.json").read_text())["moves"]
    assert [moves[name][cell_id] for name, cell_id in unstable] == ["words", "words"]


@every_notebook
def test_only_the_notebook_of_the_faces_may_go_uncompared_where_they_are_missing(path):
    faces = {"needs": "lfw"} if path.stem == "04_lfw_faces" else {}
    assert notebook(path).metadata.get("course", {}) == faces


def spoken(markup):
    """Return the words of HTML, as a browser shows them."""
    without_style = re.sub(r"(?s)<style.*?</style>", "", markup)
    return html.unescape(re.sub(r"<[^>]+>", " ", without_style))


@every_notebook
def test_table_has_the_same_numbers_as_html_and_as_text(path):
    for cell in code_cells(path):
        for output in cell.outputs:
            data = output.get("data", {})
            if {"text/html", "text/plain"} <= data.keys():
                numbers = [
                    sorted(re.findall(r"\d+\.\d+", text))
                    for text in (spoken(data["text/html"]), data["text/plain"])
                ]
                assert numbers[0] == numbers[1], cell.id


@every_notebook
def test_every_stored_figure_speaks_and_says_in_its_caption_the_same(path):
    for cell in code_cells(path):
        figures, captions = [], []
        for output in cell.outputs:
            words = output.get("metadata", {}).get("image/png", {}).get("alt", "")
            withheld = output.get("metadata", {}).get("course", {}).get("withheld")
            if withheld or "image/png" in output.get("data", {}):
                assert len(words.split()) >= 5
                assert withheld or output.data["text/plain"] == words
                figures.append(words)
            elif "In words" in output.get("data", {}).get("text/html", ""):
                assert output.data["text/html"].startswith("<details><summary>In words</summary>")
                captions.append(" ".join(spoken(output.data["text/html"]).split()))
                assert captions[-1] == f"In words {output.data['text/plain']}"
        assert captions == [f"In words {words}" for words in figures]


def test_faces_of_lfw_are_not_stored():
    withheld = {
        cell.id: output
        for cell in code_cells(FOLDER / "04_lfw_faces.ipynb")
        for output in cell.outputs
        if output.get("metadata", {}).get("course", {}).get("withheld")
    }
    assert list(withheld) == ["load", "mean-faces", "mistakes"]
    assert not any("image/png" in output.data for output in withheld.values())


@pytest.mark.parametrize("path", MAIN, ids=lambda path: path.stem)
def test_keras_is_seen(path):
    nodes = [node for cell in code_cells(path) for node in ast.walk(ast.parse(cell.source))]
    called = {ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call)}
    methods = {name.rpartition(".")[2] for name in called}
    assert {"Sequential", "Dense", "compile", "predict", "evaluate", "set_random_seed"} <= methods
    assert "model.fit" in called


@every_lesson
def test_first_cell_accelerates_keras(path):
    assert code_cells(path)[0].source.endswith("\n\naccelerate()")


@every_lesson
def test_lesson_has_exercises_questions_and_an_open_task(path):
    lesson = import_module(f"helpers.exercises.lesson_{path.name[:2]}")
    sources = [cell.source for cell in code_cells(path)]
    checked = [found[1] for text in sources if (found := re.search(r'(?m)^check\("(.+?)"', text))]
    asked = [found[1] for text in sources if (found := re.match(r'question\("(.+?)"\)$', text))]
    assert checked == [exercise.number for exercise in lesson.EXERCISES]
    assert asked == [question.number for question in lesson.QUESTIONS]
    assert len(checked) >= (6 if path in MAIN else 3)
    assert len(asked) >= 4
    assert sum("before you run" in question.text.lower() for question in lesson.QUESTIONS) >= 2
    text = prose(path)
    for number in checked:
        assert re.search(rf"(?m)^### Exercise {re.escape(number)}: ", text), number


@every_lesson
def test_solutions_are_out_of_sight(path):
    lesson = import_module(f"helpers.exercises.lesson_{path.name[:2]}")
    text = path.read_text(encoding="utf-8")
    for exercise in lesson.EXERCISES:
        assert json.dumps(exercise.explanation)[1:-1] not in text
        assert f'solution(\\"{exercise.number}\\")\\n' not in text
    for cell in code_cells(path):
        if found := re.search(r'(?m)^check\("(.+?)"', cell.source):
            code = {item.number: item.code for item in lesson.EXERCISES}[found[1]]
            assert "..." in cell.source[: found.start()]
            assert code.strip() not in cell.source
            assert "not attempted yet" in cell.outputs[-1].data["text/plain"]
