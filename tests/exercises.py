"""What every exercise has to do, tried in the notebook where it stands.

`LessonTests` runs a copy of a notebook with the solutions put in. At each
exercise it also tries the other forms of a right answer and the wrong answers that
a test module names. Each is code that stands in place of the solution; it finds
what the notebook has made so far, and what the solution has.

`diagnoses.json` keeps what is said to each of these answers. Where a sentence was
meant to change, `python -m tests.exercises 02` writes those of a notebook anew
(without a number, those of all), and the difference shows which ones did.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import io
import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest

from helpers.exercises import engine
from helpers.exercises.forms import Form
from tools.notebooks import put_solutions_in

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
DIAGNOSES = Path(__file__).with_name("diagnoses.json")
IMPORTS = ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class Forms:
    """Other right answers to an exercise, and wrong ones, each code by a name.

    An answer that is an expression alone is put into the template. Where a lesson
    writes its mistakes down itself, in one of the course's forms, they are tried as well.
    """

    template: str = "{0}"
    right: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    def code(self, kind: str) -> dict[tuple[str, str], str]:
        """Return the code of all answers of a kind, "right" or "wrong"."""
        found = {}
        for name, text in getattr(self, kind).items():
            with contextlib.suppress(SyntaxError):
                ast.parse(text.strip(), mode="eval")
                text = self.template.format(text)
            found[kind, name] = text
        return found


class Hostile:
    """Fails at whatever is asked of it."""

    def __getattribute__(self, name):
        if name == "__class__":
            return object.__getattribute__(self, name)
        raise RuntimeError("hostile")

    def __fail(self, *arguments):
        raise RuntimeError("hostile")

    __repr__ = __str__ = __len__ = __iter__ = __bool__ = __array__ = __eq__ = __call__ = __fail
    __getitem__ = __float__ = __hash__ = __fail


def endless():
    while True:
        yield 1


def never_returns(*arguments):
    while True:
        pass


def exits(*arguments):
    raise SystemExit("out")


def nested():
    inner = []
    for _ in range(100_000):
        inner = [inner]
    return inner


HOSTILE = {
    "a function that fails": lambda *arguments: 1 / 0,
    "a function that exits": exits,
    "a function that returns an endless generator": lambda *arguments: endless(),
    "a function that returns something hostile": lambda *arguments: Hostile(),
    "an endless generator": endless(),
    "a huge array": np.broadcast_to(np.float32(0), (10**6, 10**6)),
    "a huge range": range(10**12),
    "None": None,
    "control characters": "\x1b[31m\x00\r\n\t\u202e",
    "bytes": b"\xff\x00",
    "a dictionary": {"a": object()},
    "an empty list": [],
    "rows of different lengths": [[1], [2, 3]],
    "lists in lists without end": nested(),
    "not a number": float("nan"),
    "an exception": ValueError("no"),
    "a class": dict,
    "hostile": Hostile(),
}


def exercise_number(source: str) -> str:
    """Return the number of the exercise that a cell checks, or an empty text."""
    for line in source.splitlines():
        if line.startswith('check("'):
            return line.split('"')[1]
    return ""


def call_of_check(source: str) -> str:
    start = source.index("check(")
    while start and source[start - 1] != "\n":
        start = source.index("check(", start + 1)
    return source[start:]


def mistakes_of(exercise):
    """Yield the name, the reason and the answer of each mistake that a lesson writes down."""
    form = exercise.examine
    if isinstance(form, Form):
        for name, reason, maker in form.mistakes():
            yield name, reason, form.handed_in(maker)


def run_lesson(notebook, forms):
    """Execute a notebook with solutions; return each answer's result, and the texts of others."""
    put_solutions_in(notebook)
    results, asked, said = {}, [], []

    def check(number, *answers):
        exercise = engine._exercise(number)
        asked.append((exercise, answers))
        return engine.examine(exercise, *answers)

    space = {"__name__": "__main__", "check": check, "display": lambda *values: None}

    def execute(source, where, space):
        for node in ast.parse(source).body:
            if isinstance(node, ast.ImportFrom) and node.module in ("helpers", "helpers.exercises"):
                node.names = [name for name in node.names if name.name != "check"]
                if not node.names:
                    continue
            module = ast.Module([node], [])
            exec(compile(module, where, "exec"), space)

    known = {}  # to the answers of the tests, which may be tried before the notebook imports it
    for cell in notebook.cells:
        if cell.cell_type == "code":
            nodes = [n for n in ast.parse(cell.source).body if isinstance(n, IMPORTS)]
            exec(compile(ast.Module(nodes, []), cell.id, "exec"), known)

    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        number = exercise_number(cell.source)
        with contextlib.redirect_stdout(io.StringIO()):
            if not number:
                execute(cell.source, cell.id, space)
                continue
            lines = call_of_check(cell.source)
            code = cell.source.removesuffix(lines)
            execute(code, cell.id, space)
            tries = {("solution", ""): ""}
            if number in forms:
                tries |= forms[number].code("right") | forms[number].code("wrong")
            for key, text in tries.items():
                copy = known | space
                execute(text, f"{number} {key}", copy)
                expression = compile(lines.strip(), f"{number} {key}", "eval")
                results[number, *key] = eval(expression, copy)
                if key[0] == "solution":
                    answers = asked[-1]
            exercise, given = answers
            for name, _, answer in mistakes_of(exercise):
                results[number, "wrong", name] = engine.examine(exercise, answer)
            for name, hostile in HOSTILE.items():
                for position in range(len(given)):
                    altered = [*given[:position], hostile, *given[position + 1 :]]
                    start = time.perf_counter()
                    result = engine.examine(exercise, *altered)
                    seconds = time.perf_counter() - start
                    results[number, "hostile", f"{name} at {position}"] = result
                    said.append((number, name, seconds))
        plt.close("all")
    return results, said


@contextlib.contextmanager
def lesson_run(tests: type[LessonTests], ticks: Path) -> Iterator[tuple]:
    """Run a notebook's lesson, with a folder of its own for the ticks."""
    patch = pytest.MonkeyPatch()
    patch.setenv("COURSE_DATA_DIR", str(ticks))
    patch.chdir(NOTEBOOKS)
    patch.setattr(engine, "MOST_SECONDS", 20.0)  # right is right on a busy machine, too
    path = next(NOTEBOOKS.glob(f"{tests.NOTEBOOK}_*.ipynb"))
    try:
        yield run_lesson(nbformat.read(path, as_version=4), tests.FORMS)
    finally:
        patch.undo()


def diagnoses(tests: LessonTests | type[LessonTests], results: dict) -> dict:
    """Sort a lesson's results by exercise and kind of answer, without what differs by machine."""
    said: dict = {number: {} for number in tests.FORMS}
    for (number, kind, name), result in results.items():
        # The words of an error are the Python version's or a library's, not the course's.
        text = re.sub(r"(stopped with \w+: ).*(\. Call it in)", r"\1...\2", result.text)
        text = re.sub(r" at 0x[0-9a-f]+", "", text)
        text = re.sub(r"(<\w+ name=).*(\. A )", r"\1...\2", text)  # Keras counts its layers
        if number in tests.MEASURED:
            text = re.sub(r"\d+(?:[.,]\d+)*(?:e[+-]?\d+)?", "#", text)
        said[number].setdefault(kind, {})[name] = f"{result.status}: {text}"
    return {
        number: {kind: dict(sorted(texts.items())) for kind, texts in kinds.items()}
        for number, kinds in said.items()
    }


class LessonTests:
    """The tests of a notebook's exercises; a subclass names the notebook and the forms."""

    NOTEBOOK: ClassVar[str]
    FORMS: ClassVar[dict[str, Forms]]
    MEASURED: ClassVar[frozenset[str]] = frozenset()
    """Exercises that quote what a training has measured, which differs between machines."""

    @pytest.fixture(scope="class")
    @classmethod
    def lesson(cls, tmp_path_factory):
        with lesson_run(cls, tmp_path_factory.mktemp("ticks")) as lesson:
            yield lesson

    @pytest.fixture(scope="class")
    @classmethod
    def results(cls, lesson):
        return lesson[0]

    @property
    def module(self):
        return engine._lesson(self.NOTEBOOK.lstrip("0"))

    def test_every_exercise_has_other_right_forms_and_wrong_ones(self, results):
        assert list(self.FORMS) == [exercise.number for exercise in self.module.EXERCISES]
        for number, forms in self.FORMS.items():
            assert len(forms.right) >= 2, number
            assert len([key for key in results if key[:2] == (number, "wrong")]) >= 3, number

    def test_every_solution_is_right(self, results):
        found = {key[0]: result for key, result in results.items() if key[1] == "solution"}
        assert list(found) == list(self.FORMS)
        failed = {name: result for name, result in found.items() if result.status != "right"}
        assert not failed, failed

    def test_other_right_forms_are_right(self, results):
        found = {key: result for key, result in results.items() if key[1] == "right"}
        assert len(found) == sum(len(forms.right) for forms in self.FORMS.values())
        failed = {name: result for name, result in found.items() if result.status != "right"}
        assert not failed, failed

    def test_wrong_answers_fail_each_with_its_own_message(self, results):
        for number in self.FORMS:
            found = {key[2]: r for key, r in results.items() if key[:2] == (number, "wrong")}
            passed = {name: result for name, result in found.items() if result.status != "wrong"}
            assert not passed, (number, passed)
            names = {re.sub(r", \d$", "", name) for name in found}  # "x, 2" is another way to "x"
            assert len({result.text for result in found.values()}) == len(names), found

    def test_each_mistake_gets_exactly_the_reason_that_stands_beside_it(self, results):
        for exercise in self.module.EXERCISES:
            for name, reason, _ in mistakes_of(exercise):
                text = results[exercise.number, "wrong", name].text
                assert reason in (None, text), (exercise.number, name, text)

    def test_messages_are_the_ones_that_are_kept(self, results):
        kept = json.loads(DIAGNOSES.read_text(encoding="utf-8"))
        kept = {number: kept.get(number) for number in self.FORMS}
        assert diagnoses(self, results) == kept

    def test_hostile_answers_are_not_right_and_get_a_printable_message(self, results):
        found = {key: result for key, result in results.items() if key[1] == "hostile"}
        assert found
        for key, result in found.items():
            assert result.status in ("wrong", "open"), key
            assert result.text.isprintable(), key
            assert len(result.text) < 400, key

    @pytest.mark.parametrize("dots", [..., (..., 1), [...]])
    def test_dots_are_no_attempt(self, dots):
        for exercise in self.module.EXERCISES:
            answers = [dots] + [1] * (exercise.answers - 1)
            assert engine.examine(exercise, *answers).status == "open"

    def test_a_function_that_never_ends_is_stopped(self, monkeypatch):
        monkeypatch.setattr(engine, "MOST_SECONDS", 0.5)
        for exercise in self.module.EXERCISES:
            start = time.perf_counter()
            answers = [never_returns] * exercise.answers
            assert engine.examine(exercise, *answers).status == "wrong"
            assert time.perf_counter() - start < 30  # it ended; the machine may be busy


def main(chosen: list[str]) -> None:
    """Write what is said to the answers of notebooks into the file that is compared."""
    said: dict = {}
    for key in chosen or [f"0{key}" for key in engine.LESSONS]:
        module = importlib.import_module(f"tests.test_exercises_{key}")
        (tests,) = [
            found
            for found in vars(module).values()
            if isinstance(found, type) and getattr(found, "NOTEBOOK", "") == key
        ]
        with tempfile.TemporaryDirectory() as ticks, lesson_run(tests, Path(ticks)) as lesson:
            said |= diagnoses(tests, lesson[0])
    kept = json.loads(DIAGNOSES.read_text(encoding="utf-8"))
    lessons = {number.partition(".")[0] for number in said}
    kept = {number: texts for number, texts in kept.items() if number[0] not in lessons} | said
    text = json.dumps(dict(sorted(kept.items())), indent=1, ensure_ascii=False)
    DIAGNOSES.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
