"""The engine of the exercises: what it shows, what it survives, and the ticks it keeps."""

from __future__ import annotations

import copy
import errno
import json
import os
import subprocess
import sys
import threading
import time
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers import exercises
from helpers.exercises import answers, engine, ticks
from helpers.exercises.answers import NotAttemptedError, WrongAnswerError
from helpers.exercises.engine import Exercise, Question
from tests.exercises import HOSTILE
from tools import notebooks

LESSONS = [engine._lesson(key) for key in engine.LESSONS]
EVERY_QUESTION = [question for lesson in LESSONS for question in lesson.QUESTIONS]
EVERY_EXERCISE = [exercise for lesson in LESSONS for exercise in lesson.EXERCISES]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Keep the ticks of a test in a folder of its own."""
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(engine, "_hints_shown", {})
    return tmp_path / "data"


@pytest.fixture
def said(monkeypatch):
    """Collect what is displayed."""
    messages = []
    monkeypatch.setattr(engine, "display", messages.append)
    return messages


def texts(said):
    return [repr(message) for message in said]


def seven(answer):
    value = answers.read_number(answer)
    if value == 8:
        raise WrongAnswerError("One too many.")
    if value != 7:
        raise WrongAnswerError("Not seven.")
    return "It is prime."


SEVEN = Exercise("1.1", seven, ("Count.", "Six and one."), "answer = 7", "Six and one are seven.")


# --- check -----------------------------------------------------------------------------------


@pytest.fixture
def only_seven(monkeypatch):
    monkeypatch.setattr(engine._lesson("1"), "EXERCISES", (SEVEN,))


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (..., "Exercise 1.1: not attempted yet. Replace the dots, then run the cell again."),
        (7, "Exercise 1.1: right. It is prime."),
        (8, 'Exercise 1.1: not right yet. One too many.\n\nFor help, run `hint("1.1")`.'),
        (5, 'Exercise 1.1: not right yet. Not seven.\n\nFor help, run `hint("1.1")`.'),
    ],
)
def test_check_tells_not_attempted_right_and_wrong_apart(only_seven, said, answer, text):
    assert exercises.check("1.1", answer) is None
    assert texts(said) == [text]


def test_only_a_right_answer_is_ticked(only_seven, said):
    for answer in (..., 8, "7"):
        exercises.check("1.1", answer)
    assert ticks.done() == (set(), "")
    exercises.check("1.1", 7)
    assert ticks.done() == ({"1.1"}, "")


@pytest.mark.parametrize("number", ["1.1", 1.1, " 1.1 "])
def test_number_of_an_exercise_may_be_written_in_several_ways(only_seven, said, number):
    exercises.check(number, 7)
    assert texts(said) == ["Exercise 1.1: right. It is prime."]


@pytest.mark.parametrize(
    "number", ["9.1", "", None, "1", "1.99", "x", 3, [], "\x1b[31m1.1", np.zeros(3), ...]
)
@pytest.mark.parametrize("function", ["check", "hint", "solution", "question"])
def test_unknown_number_is_said_in_one_line(said, function, number):
    getattr(exercises, function)(number)
    (text,) = texts(said)
    assert text.startswith(("There is no ", "The number of the "))
    assert text.isprintable()


def test_number_of_answers_is_checked(only_seven, said):
    exercises.check("1.1")
    exercises.check("1.1", 7, 7)
    assert all("takes one answer" in text for text in texts(said))


@pytest.mark.parametrize("dots", [..., [...], (1, ...), {"a": 1, "b": ...}])
def test_dots_inside_of_an_answer_are_no_attempt(dots):
    assert engine.examine(SEVEN, dots).status == "open"


@pytest.mark.parametrize("name", HOSTILE)
def test_check_survives_every_answer(only_seven, said, name):
    exercises.check("1.1", HOSTILE[name])
    (text,) = texts(said)
    assert text.startswith("Exercise 1.1: not right yet. ")
    assert text.replace("\n", "").isprintable()
    assert said[0]._repr_html_()


def loop_forever(_answer):
    while True:
        pass


LET_GO = False


def sleep(_answer):
    time.sleep(3)


def catch_everything(_answer):
    while not LET_GO:
        try:  # noqa: SIM105 - as a learner may write it
            time.sleep(0.01)
        except:  # noqa: E722
            pass


@pytest.mark.parametrize(
    ("examine", "said", "goes_on"),
    [
        (loop_forever, "was stopped. Does a loop in it never end", False),
        (sleep, "cannot be stopped: it still runs", True),
        (catch_everything, "cannot be stopped: it still runs", True),
    ],
)
def test_check_that_takes_too_long_is_stopped_or_says_that_it_goes_on(
    monkeypatch, examine, said, goes_on
):
    monkeypatch.setattr(engine, "MOST_SECONDS", 0.2)
    monkeypatch.setitem(globals(), "LET_GO", False)
    before = set(threading.enumerate())
    result = engine.examine(Exercise("1.1", examine, (), "", ""), 1)
    assert result.status == "wrong"
    assert result.text.startswith(f"Checking it took longer than 0.2 seconds and {said}")
    threads = set(threading.enumerate()) - before
    assert any(thread.is_alive() for thread in threads) == goes_on
    monkeypatch.setitem(globals(), "LET_GO", True)
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


def test_data_that_cannot_be_read_is_said():
    def prepare():
        raise FileNotFoundError("no such file: data/x.csv")

    result = engine.examine(Exercise("1.1", seven, (), "", "", prepare=prepare), 7)
    assert result == engine.Result(
        "wrong", "The check could not read its data: 'no such file: data/x.csv'."
    )


# --- hints, solutions and questions ------------------------------------------------------------


def test_hints_come_one_after_the_other_and_begin_again(only_seven, said):
    for _ in range(3):
        exercises.hint("1.1")
    first, last, again = texts(said)
    assert first == again == "Hint 1 of 2 for exercise 1.1. Count."
    assert last.startswith("Hint 2 of 2 for exercise 1.1. Six and one.")
    assert 'solution("1.1")' in last


def test_solution_shows_code_and_explanation(only_seven, said):
    exercises.solution("1.1")
    assert texts(said) == ["Solution of exercise 1.1:\n\n    answer = 7\n\nSix and one are seven."]
    assert "<pre>answer = 7</pre>" in said[0]._repr_html_()


ASKED = Question("1.q1", "How many?", {"a": "six", "b": "seven"}, "b", {"a": "Few.", "b": "Yes."})


@pytest.fixture
def only_asked(monkeypatch):
    monkeypatch.setattr(engine._lesson("1"), "QUESTIONS", (ASKED,))


def test_question_is_shown_with_its_choices(only_asked, said):
    exercises.question("1.q1")
    assert texts(said) == [
        "Question 1.q1. How many?\n\na) six\nb) seven\n\n"
        'Put your letter into the cell, as in `question("1.q1", "a")`.'
    ]


@pytest.mark.parametrize("choice", ["b", "B", " b ", "(b)", "b)"])
def test_right_choice_is_right_in_every_spelling_and_is_ticked(only_asked, said, choice):
    exercises.question("1.q1", choice)
    assert texts(said) == ["Question 1.q1: b) is right. Yes."]
    assert ticks.done() == ({"1.q1"}, "")


def test_wrong_choice_is_explained_and_not_ticked(only_asked, said):
    exercises.question("1.q1", "a")
    assert texts(said) == [
        "Question 1.q1: a) is not right. Few.\n\nQuestion 1.q1. How many?\n\na) six\nb) seven"
    ]
    assert ticks.done() == (set(), "")


@pytest.mark.parametrize("choice", ["c", "", "ab", 1, ..., [], np.array(["a", "b"])])
def test_choice_that_is_none_is_said(only_asked, said, choice):
    exercises.question("1.q1", choice)
    assert "is none of the choices. Choose one of a, b" in texts(said)[0]


@pytest.mark.parametrize("question", EVERY_QUESTION, ids=lambda question: question.number)
def test_every_choice_of_a_question_has_a_reply_of_its_own(question):
    assert 3 <= len(question.choices) <= 5
    assert list(question.choices) == list("abcde")[: len(question.choices)]
    assert set(question.replies) == set(question.choices)
    assert question.right in question.choices
    assert len(set(question.choices.values())) == len(question.choices)
    assert len(set(question.replies.values())) == len(question.choices)
    assert all(len(reply.split()) >= 5 for reply in question.replies.values())


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.__name__[-2:])
def test_lesson_numbers_its_items_and_does_not_always_choose_one_letter(lesson):
    key = str(int(lesson.__name__[-2:]))
    numbers = [exercise.number for exercise in lesson.EXERCISES]
    assert numbers == [f"{key}.{place}" for place in range(1, len(numbers) + 1)]
    numbers = [question.number for question in lesson.QUESTIONS]
    assert numbers == [f"{key}.q{place}" for place in range(1, len(numbers) + 1)]
    assert len({question.right for question in lesson.QUESTIONS}) >= 2


@pytest.mark.parametrize("exercise", EVERY_EXERCISE, ids=lambda exercise: exercise.number)
def test_exercise_has_hints_a_solution_and_an_explanation(exercise):
    assert 2 <= len(exercise.hints) <= 3
    assert len(set(exercise.hints)) == len(exercise.hints)
    assert exercise.code.strip()
    assert "check(" not in exercise.code
    assert len(exercise.explanation.split()) >= 8
    for text in (*exercise.hints, exercise.explanation):
        assert "!" not in text.replace("!=", "") and "simply" not in text


# --- how a message looks -----------------------------------------------------------------------


class Words(HTMLParser):
    """Collect the words of a page that are not hidden from a screen reader."""

    def __init__(self):
        super().__init__()
        self.words, self.hidden = [], 0

    def handle_starttag(self, tag, attributes):
        self.hidden += ("aria-hidden", "true") in attributes

    def handle_endtag(self, tag):
        self.hidden -= tag == "span" and self.hidden > 0

    def handle_data(self, data):
        if not self.hidden:
            self.words += data.split()


@pytest.mark.parametrize("kind", ["right", "wrong", "open", "note"])
def test_page_says_the_same_words_as_the_plain_text(kind):
    text = "A <b> & `code` first.\n\na) one\nb) two\n\n    if 1 < 2:\n    \n        x = 1\n\nLast."
    message = engine.Message(text, kind)
    page = Words()
    page.feed(message._repr_html_())
    assert page.words == text.replace("`", "").split()
    assert ("aria-hidden" in message._repr_html_()) == (kind != "note")
    assert "<pre>if 1 &lt; 2:\n\n    x = 1</pre>" in message._repr_html_()


# --- the readers of answers --------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [7, 7.0, np.float32(7), np.int8(7), np.array(7), np.array([7]), [7], [[7.0]], pd.Series([7])],
    ids=repr,
)
def test_number_is_read_in_every_form(form):
    assert answers.read_number(form) == 7
    assert answers.read_whole(form) == 7


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("7", "leave the quotation marks out"),
        (True, "is True"),
        (np.bool_(False), "is False"),
        ([1, 2], "holds 2 numbers"),
        ([], "holds 0 numbers"),
        (float("nan"), "is nan"),
        (np.inf, "is inf"),
        (None, "is None"),
        (len, "is a builtin_function_or_method"),
        ({1, 2}, "has no order"),
        ({"a": 1}, "has no order"),
        (iter([1]), "one by one"),
        (1j, "complex128"),
        (np.datetime64("2026-01-01"), "datetime64"),
        ([[1], [2, 3]], "different lengths"),
        ([["a"]], "Numbers are expected"),
    ],
)
def test_what_is_no_number_is_named(answer, said):
    with pytest.raises(WrongAnswerError, match=said):
        answers.read_number(answer)


def test_whole_number_and_share_name_what_is_neither():
    for reader, answer, said in (
        (answers.read_whole, 7.5, "A whole number"),
        (answers.read_share, 98, "looks like a percentage"),
        (answers.read_share, -0.1, "between 0 and 1"),
        (answers.read_share, 101, "between 0 and 1"),
    ):
        with pytest.raises(WrongAnswerError, match=said):
            reader(answer)
    assert answers.read_share(1) == 1.0
    assert answers.read_share([0.25]) == 0.25


def test_words_are_read_without_case_and_blanks():
    assert answers.read_word(" Setosa ") == answers.read_word(np.str_("setosa")) == "setosa"
    assert answers.read_word(np.array("setosa")) == "setosa"
    for answer in (1, None, ["a", "b"], b"setosa"):
        with pytest.raises(WrongAnswerError, match="Text is expected"):
            answers.read_word(answer)


def test_array_is_read_in_every_form():
    expected = np.arange(6).reshape(2, 3)
    forms = [expected, expected.tolist(), tuple(map(tuple, expected)), pd.DataFrame(expected)]
    forms += [expected.astype(object), expected.astype("float16")]
    for form in forms:
        np.testing.assert_array_equal(answers.read_array(form, shape=(2, None)), expected)


@pytest.mark.parametrize(
    ("answer", "shape", "said"),
    [
        (np.zeros((3, 2)), (2, 3), "swapped"),
        (np.zeros(9), (10,), "off by one"),
        (np.zeros((4, 3)), (5, 3), "off by one"),
        (np.zeros((4, 1)), (4,), r"\(4, 1\). The shape \(4,\) is expected.$"),
        (np.zeros((1, 3)), (2, 2), r"The shape \(2, 2\) is expected.$"),
        (np.zeros(4), (None, 2), r"The shape \(any, 2\) is expected.$"),
    ],
)
def test_other_shape_is_named_with_what_went_wrong(answer, shape, said):
    with pytest.raises(WrongAnswerError, match=said):
        answers.read_array(answer, shape)


def test_table_is_read_with_its_columns_in_any_order():
    expected = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    for form in (
        expected,
        expected[["b", "a"]],
        {"b": [3, 4], "a": (1, 2)},
        expected.set_index(pd.Index([7, 9])),
    ):
        pd.testing.assert_frame_equal(answers.read_table(form, ["a", "b"]), expected)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ([[1, 2]], "A table with the columns a, b is expected"),
        ({"a": [1]}, "lacks the column b"),
        ({"a": [1], "b": [1], "c": [1]}, "the column c"),
        ({"a": [1], "b": ["x"]}, "The column b"),
        ({"a": [1], "b": [1, 2]}, "different lengths"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(answer, said):
    with pytest.raises(WrongAnswerError, match=said):
        answers.read_table(answer, ["a", "b"])


@pytest.mark.parametrize(
    "original",
    [np.arange(3), np.array([np.nan, 1]), [1, 2], pd.Series([1, 2]), pd.DataFrame({"a": [1, 2]})],
    ids=lambda original: type(original).__name__,
)
def test_function_that_changes_its_arguments_is_named_and_changes_none_of_ours(original):
    def spoil(values):
        values[:1] = [9]
        return 1

    before = copy.deepcopy(original)
    with pytest.raises(WrongAnswerError, match="changes what it is handed"):
        answers.call(spoil, original)
    assert repr(original) == repr(before)
    assert answers.call(len, original) == len(before)


def test_history_that_is_left_as_it_is_counts_as_unchanged():
    import keras

    def spoil(history):
        history.history["loss"].append(0.0)
        return 1

    history = keras.callbacks.History()
    history.history = {"loss": [0.5, 0.25]}
    assert answers.call(lambda handed: min(handed.history["loss"]), history) == 0.25
    with pytest.raises(WrongAnswerError, match="changes what it is handed"):
        answers.call(spoil, history)


def test_model_is_handed_over_as_it_is_and_is_no_function():
    import keras

    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    assert answers.call(lambda handed: [handed], network)[0] is network
    with pytest.raises(WrongAnswerError, match="A function is expected"):
        answers.call(network, np.zeros((1, 2)))


def test_function_that_fails_or_returns_nothing_is_named():
    def fail(_):
        raise KeyError("col\x00umn")

    for function, said in (
        (fail, "stopped with KeyError: col.{1,5}umn\\."),
        (lambda values: values.sum(), "AttributeError: 'int' object has no attribute 'sum'\\."),
        (lambda _: None, "returns None"),
        (lambda: 1, "stopped with TypeError"),
        (lambda _: sys.exit("out"), "stopped with SystemExit: out"),
        (7, "A function is expected"),
    ):
        with pytest.raises(WrongAnswerError, match=said):
            answers.call(function, 1)
    with pytest.raises(WrongAnswerError, match="stopped with ValueError: an ellipsis"):
        answers.call(lambda _: (_ for _ in ()).throw(ValueError("an ellipsis")), 1)
    for function in (lambda _: ..., lambda number: number + ..., lambda _: (..., ...)):
        with pytest.raises(NotAttemptedError):
            answers.call(function, 1)


def test_axes_are_read_from_a_figure_a_list_and_an_array():
    figure, drawn = plt.subplots()
    for form in (drawn, figure, [drawn], np.array([[drawn]])):
        assert answers.read_axes(form) is drawn
    several = plt.subplots(1, 2)[0]
    plt.close("all")
    with pytest.raises(WrongAnswerError, match="2 pairs of axes"):
        answers.read_axes(several)
    for other in (None, "figure", [], plt):
        with pytest.raises(WrongAnswerError, match="Matplotlib's axes are expected"):
            answers.read_axes(other)


def test_every_value_is_shown_in_one_short_printable_line():
    for value in (*HOSTILE.values(), 10**1000, 10**10_000, "x" * 10**6, [0] * 10**6, [[[[]]]]):
        text = answers.show(value)
        assert text.isprintable()
        assert len(text) <= 60


def test_huge_lists_are_refused_before_they_are_read():
    with pytest.raises(WrongAnswerError, match="more than"):
        answers.read_array([[0] * 1000] * 3000)
    with pytest.raises(WrongAnswerError, match="more than"):
        answers.read_array(range(10**12))


# --- ticks -------------------------------------------------------------------------------------


def test_ticks_are_kept_in_a_small_file_that_may_be_deleted(folder):
    assert ticks.tick("1.2") == ticks.tick("1.q1") == ticks.tick("1.2") == ""
    content = json.loads((folder / "exercises.json").read_text(encoding="utf-8"))
    assert content == {"done": ["1.2", "1.q1"]}
    (folder / "exercises.json").unlink()
    assert ticks.done() == (set(), "")
    assert ticks.tick("1.2") == ""
    assert {path.name for path in folder.iterdir()} == {"exercises.json", "exercises.json.lock"}


def test_folder_of_the_ticks_is_in_the_checkout_unless_another_is_named(monkeypatch, tmp_path):
    assert ticks.data_folder() == tmp_path / "data"
    monkeypatch.delenv("COURSE_DATA_DIR")
    assert ticks.data_folder() == notebooks.CHECKOUT / "progress"


@pytest.mark.parametrize("content", ["", "[]", '{"done": 1}', '{"done": [1]}'])
def test_damaged_file_is_put_aside_and_said(folder, content):
    folder.mkdir()
    (folder / "exercises.json").write_text(content, encoding="utf-8")
    problem = ticks.tick("1.1")
    assert "was damaged" in problem
    assert "exercises.damaged-1.json" in problem
    assert (folder / "exercises.damaged-1.json").read_text(encoding="utf-8") == content
    assert ticks.done() == ({"1.1"}, "")
    (folder / "exercises.json").write_bytes(b"\xff")
    assert "exercises.damaged-2.json" in ticks.done()[1]
    assert ticks.done() == (set(), "")


def fail_with(number):
    def fail(*_arguments, **_named):
        raise OSError(number, os.strerror(number))

    return fail


def test_ticks_that_cannot_be_read_for_now_are_not_lost(folder, monkeypatch):
    for number in ("1.1", "1.2", "1.3"):
        ticks.tick(number)
    with monkeypatch.context() as patch:
        patch.setattr(ticks.Path, "read_text", fail_with(errno.EIO))
        assert "could not be kept" in ticks.tick("1.4")
        assert "cannot be read" in ticks.done()[1]
    assert ticks.done() == ({"1.1", "1.2", "1.3"}, "")


@pytest.mark.parametrize("what", ["replace", "lock"])
def test_damaged_file_in_a_folder_that_cannot_be_written_is_said(folder, monkeypatch, said, what):
    folder.mkdir()
    (folder / "exercises.json").write_text("{", encoding="utf-8")
    if what == "lock":
        monkeypatch.setattr(ticks.FileLock, "acquire", fail_with(errno.EACCES))
    else:
        monkeypatch.setattr(ticks.Path, "replace", fail_with(errno.EACCES))
    assert len(exercises.show_progress()) == len(engine.LESSONS)
    assert "is damaged and cannot be put aside (Permission denied)" in texts(said)[0]
    assert (folder / "exercises.json").read_text(encoding="utf-8") == "{"


def test_damaged_file_is_put_aside_under_the_lock(folder):
    folder.mkdir()
    (folder / "exercises.json").write_text("{", encoding="utf-8")
    with ticks._lock():  # another notebook is writing: it may be about to mend the file
        reader = threading.Thread(target=ticks.done)
        reader.start()
        reader.join(0.5)
        assert (folder / "exercises.json").exists()
    reader.join(10)
    assert (folder / "exercises.damaged-1.json").exists()


def test_folder_that_cannot_be_made_is_said_and_the_answer_counts(
    only_seven, said, tmp_path, monkeypatch
):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "file"))
    exercises.check("1.1", 7)
    (text,) = texts(said)
    assert text.startswith("Exercise 1.1: right. It is prime.\n\nYour tick could not be kept")
    assert "set COURSE_DATA_DIR" in text


def test_write_that_fails_leaves_the_old_file_and_no_other(folder, monkeypatch):
    ticks.tick("1.1")

    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ticks.os, "fsync", full)
    assert "No space left on device" in ticks.tick("1.2")
    assert ticks.done() == ({"1.1"}, "")
    names = {path.name for path in folder.iterdir() if path.suffix != ".lock"}
    assert names == {"exercises.json"}


TICKING = """
import sys
from helpers.exercises.ticks import tick
for number in range(40):
    problem = tick(f"{sys.argv[1]}.{number}")
    assert not problem, problem
"""


def test_several_notebooks_at_once_lose_no_tick(folder):
    writers = [subprocess.Popen([sys.executable, "-c", TICKING, str(name)]) for name in range(4)]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0, 0]
    expected = {f"{name}.{number}" for name in range(4) for number in range(40)}
    assert ticks.done() == (expected, "")


# --- progress ----------------------------------------------------------------------------------


def test_progress_counts_what_is_done(said):
    table = exercises.show_progress()
    assert list(table.index) == list(engine.LESSONS.values())
    for (key, title), lesson in zip(engine.LESSONS.items(), LESSONS, strict=True):
        assert table.loc[title, "exercises"] == f"0 of {len(lesson.EXERCISES)}"
        assert table.loc[title, "questions"] == f"0 of {len(lesson.QUESTIONS)}"
        assert table.loc[title, "next exercise"] == f"{key}.1"
    for number in ("1.1", "1.3", "1.q2", "9.9"):
        ticks.tick(number)
    row = exercises.show_progress().loc["1. Iris"]
    assert row["exercises"] == f"2 of {len(LESSONS[0].EXERCISES)}"
    assert row["questions"] == f"1 of {len(LESSONS[0].QUESTIONS)}"
    assert row["next exercise"] == "1.2"
    for exercise in LESSONS[0].EXERCISES:
        ticks.tick(exercise.number)
    assert exercises.show_progress().loc["1. Iris", "next exercise"] == "all done"
    assert said == []


# --- the instructor's copy ---------------------------------------------------------------------


def test_solutions_are_put_in_place_of_what_precedes_the_check(only_seven, only_asked):
    cells = {
        'answer = ...  # replace the dots\ncheck("1.1", answer)': (
            'answer = 7\n\ncheck("1.1", answer)'
        ),
        'question("1.q1")': 'question("1.q1", "b")',
        "x = 1\nprint(x)": "x = 1\nprint(x)",
        "recheck(1)\nunquestioned = 2": "recheck(1)\nunquestioned = 2",
    }
    notebook = new_notebook(
        cells=[new_markdown_cell('check("1.1", x)'), *map(new_code_cell, cells)]
    )
    notebooks.put_solutions_in(notebook)
    assert [cell.source for cell in notebook.cells] == ['check("1.1", x)', *cells.values()]


@pytest.mark.parametrize("source", ['check("9.1", x)', 'question("1.q99")'])
def test_cell_with_an_unknown_number_is_refused(source):
    with pytest.raises(ValueError, match="There is no"):
        notebooks.put_solutions_in(new_notebook(cells=[new_code_cell(source)]))


def test_instructors_copy_is_run_and_checked(tmp_path, capsys):
    notebook = new_notebook(cells=[new_code_cell("from helpers.exercises import check, question")])
    notebook.cells += [
        new_code_cell('lowest = ...\ncheck("1.6", lowest)'),
        new_code_cell('question("1.q2")'),
    ]
    folder = tmp_path / "notebooks"
    folder.mkdir()
    nbformat.write(notebook, folder / "01_few.ipynb")
    assert notebooks.run(["01"], folder, tmp_path / "executed", solutions=True) == 0
    assert [path.name for path in (tmp_path / "executed").iterdir()] == ["01_few_solutions.ipynb"]
    copy = nbformat.read(tmp_path / "executed" / "01_few_solutions.ipynb", 4)
    assert "Exercise 1.6: right." in str(copy.cells[1].outputs)
    assert "Question 1.q2: c) is right." in str(copy.cells[2].outputs)
    assert nbformat.read(folder / "01_few.ipynb", 4).cells[2].source == 'question("1.q2")'


def test_solution_that_is_not_right_fails_the_copy(tmp_path, monkeypatch, capsys):
    source = 'from helpers.exercises import check\ncheck("1.6", 0.95)'
    monkeypatch.setattr(notebooks, "put_solutions_in", lambda notebook: None)
    nbformat.write(new_notebook(cells=[new_code_cell(source)]), tmp_path / "01_few.ipynb")
    assert notebooks.run(["01"], tmp_path, tmp_path / "executed", solutions=True) == 1
    printed = capsys.readouterr().out
    assert "Exercise 1.6: not right yet. A network with a true accuracy of 0.95" in printed
    assert "a solution is not right" in printed


def test_kind_of_a_message_is_in_the_outputs_metadata():
    formats, metadata = InteractiveShell.instance().display_formatter.format(
        engine.Message("a) is right. That is not so.", "right")
    )
    assert metadata["course"] == {"kind": "right"}
    assert formats["text/plain"] == "a) is right. That is not so."
    assert formats["text/html"].startswith("<div")


def test_only_what_an_exercise_or_question_says_counts_as_wrong():
    cell = new_code_cell("x")
    cell.outputs = [
        new_output("stream", text="Exercise 1.1: not right yet."),
        new_output("display_data", {"text/plain": "Exercise 1.9: not hard."}),
    ]
    for text, kind in (
        ("Exercise 1.1: right. It is not hard.", "right"),
        ("Question 1.q1: a) is right. That is not all.", "right"),
        ("Question 1.q1: a) is not right. No.", "wrong"),
        ("Exercise 1.2: not attempted yet. x", "open"),
        ("Exercise 1.3: not so fast.", "note"),
    ):
        metadata = {"course": {"kind": kind}}
        cell.outputs.append(new_output("display_data", {"text/plain": text}, metadata=metadata))
    wrong = notebooks._answers_that_are_not_right(new_notebook(cells=[cell]))
    assert [text.split(":")[0] for text in wrong] == ["Question 1.q1", "Exercise 1.2"]


def test_importing_the_exercises_loads_neither_tensorflow_nor_data():
    code = (
        "import sys, helpers.exercises as e; "
        "[e.engine._lesson(key) for key in e.engine.LESSONS]; "
        "sys.exit(any(name in sys.modules for name in ('tensorflow', 'keras', 'sklearn')))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=120).returncode == 0


def test_yours_is_the_answer_that_was_right_or_the_courses_own(monkeypatch, said):
    monkeypatch.setattr(engine, "_right_answers", {})
    assert engine.yours("3.1")(np.array([0, 2]), np.array([[3, 2], [2, 0], [2, 3]])) == 2
    assert "is not solved yet" in repr(said[-1])
    engine.check("3.1", lambda place, centres: 0)
    assert engine.yours("3.1").__module__ == "helpers.exercises.lesson_03"

    def nearest_centre(place, centres):
        return int(np.argmin(((centres - place) ** 2).sum(axis=1)))

    engine.check("3.1", nearest_centre)
    assert engine.yours("3.1") is nearest_centre
    assert "your own answer" in repr(said[-1])
