"""Show and check exercises and questions: what a learner calls in a notebook."""

from __future__ import annotations

import ctypes
import importlib
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import ModuleType
from typing import TYPE_CHECKING, Any, ParamSpec

from IPython.display import display

from helpers.exercises.answers import NotAttemptedError, WrongAnswerError, show
from helpers.exercises.messages import Message
from helpers.exercises.ticks import done, tick

if TYPE_CHECKING:
    import pandas as pd

LESSONS = {
    "1": "1. Iris",
    "2": "2. MNIST",
    "3": "3. Points in the plane",
    "4": "4. Faces",
    "5": "5. Diabetes",
    "7": "7. How sure can one be?",
}
MOST_SECONDS = 2.0
"""A check that takes longer is stopped."""


@dataclass(frozen=True)
class Exercise:
    """A task with an answer that can be checked.

    Attributes
    ----------
    number : str
        Of the notebook and of the exercise in it, for instance ``"2.3"``.
    examine : callable
        Takes what the learner hands to `check`. It raises `WrongAnswerError` with
        the reason, or returns a sentence that goes on from a right answer.
    hints : tuple of str
        Two or three, from a nudge to nearly the solution.
    code : str
        The solution: what stands in the cell before the call of `check`.
    explanation : str
        Why the solution is as it is.
    answers : int
        How many answers `check` takes.
    prepare : callable, optional
        Reads data that `examine` needs, before its time is taken.
    """

    number: str
    examine: Callable[..., str]
    hints: tuple[str, ...]
    code: str
    explanation: str
    answers: int = 1
    prepare: Callable[[], object] | None = None


@dataclass(frozen=True)
class Question:
    """A question with several choices, and its number, for instance ``"2.q1"``.

    `choices` and `replies` go from the letters a, b, c, ... to what can be chosen, and to
    the reason why it is right or wrong; `right` is the letter of the right one.
    """

    number: str
    text: str
    choices: Mapping[str, str]
    right: str
    replies: Mapping[str, str]


@dataclass(frozen=True)
class Result:
    """What became of an answer: its status, as a message's kind, and the reason or what follows."""

    status: str
    text: str


P = ParamSpec("P")


class _UnknownNumberError(ValueError):
    """There is no exercise or question of this number; the text is for the learner."""


def _speaking(function: Callable[P, None]) -> Callable[P, None]:
    """Let a function show, instead of raise, that there is no exercise of a number."""

    @wraps(function)
    def speak(*arguments: P.args, **named: P.kwargs) -> None:
        try:
            function(*arguments, **named)
        except _UnknownNumberError as error:
            display(Message(str(error), "wrong"))

    return speak


@_speaking
def check(number: str = "", *answers: object) -> None:
    """Say whether an answer to an exercise is right, wrong with the reason, or not attempted.

    Parameters
    ----------
    number : str
        The number of the exercise, for instance ``"2.3"``.
    *answers
        Whatever the exercise asks for; dots that are still in place are no attempt.
    """
    exercise = _exercise(number)
    result = examine(exercise, *answers)
    if result.status == "right":
        _right_answers[exercise.number] = answers[0]
    lines = [f"Exercise {exercise.number}: {_STATUS[result.status]} {result.text}".strip()]
    if result.status == "right":
        lines += filter(None, [tick(exercise.number)])
    elif result.status == "wrong":
        lines.append(f'For help, run `hint("{exercise.number}")`.')
    display(Message("\n\n".join(lines), result.status))


_right_answers: dict[str, object] = {}


def yours(number: str) -> Any:  # noqa: ANN401 - whatever the exercise asks for
    """Return your answer to an exercise, or the course's own as long as it is not solved.

    Parameters
    ----------
    number : str
        The number of an exercise whose `examine` is one of the course's forms.

    Returns
    -------
    object
        The first answer of the last call of `check` that was right, or a right answer.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    exercise = _exercise(number)
    if exercise.number in _right_answers:
        display(Message(f"This is your own answer to exercise {exercise.number}."))
        return _right_answers[exercise.number]
    text = "is not solved yet: here the course's own answer stands in."
    display(Message(f"Exercise {exercise.number} {text}"))
    form: Any = exercise.examine
    return form.handed_in(form.right)


_STATUS = {"right": "right.", "wrong": "not right yet.", "open": "not attempted yet."}


def examine(exercise: Exercise, *answers: object) -> Result:
    """Check answers to an exercise; whatever they are, nothing is raised.

    Checking stops after `MOST_SECONDS`.
    """
    if any(_is_open(answer) for answer in answers):
        return Result("open", "Replace the dots, then run the cell again.")
    if len(answers) != exercise.answers:
        expected = "one answer" if exercise.answers == 1 else f"{exercise.answers} answers"
        return Result("wrong", f"This exercise takes {expected}, after its number.")
    if exercise.prepare is not None:
        try:
            exercise.prepare()
        except Exception as error:
            return Result("wrong", f"The check could not read its data: {show(str(error), 200)}.")
    praise, raised = _within(MOST_SECONDS, lambda: exercise.examine(*answers))
    if raised is None:
        return Result("right", praise)
    if isinstance(raised, NotAttemptedError):
        return Result("open", "Replace the dots, then run the cell again.")
    if isinstance(raised, WrongAnswerError):
        return Result("wrong", str(raised))
    return Result(
        "wrong", f"The answer cannot be read: looking at it raised {type(raised).__name__}."
    )


def _is_open(answer: object) -> bool:
    if isinstance(answer, dict):
        return any(value is ... for value in answer.values())
    return answer is ... or (
        isinstance(answer, list | tuple) and any(value is ... for value in answer[:1000])
    )


def _within(seconds: float, function: Callable[[], str]) -> tuple[str, BaseException | None]:
    """Call a function in a thread; return its value, or what it raised or has to be told.

    A thread, because a signal does not exist on every system and does not
    interrupt a long calculation outside of Python; the learner can go on in any case.
    """
    outcome: list[tuple[str, BaseException | None]] = []

    def work() -> None:
        try:
            outcome.append((function(), None))
        except BaseException as error:  # SystemExit from a learner's function, too
            outcome.append(("", error))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    if outcome:
        return outcome[0]
    if thread.ident is not None:  # ends it where it is in Python
        stop = ctypes.py_object(KeyboardInterrupt)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), stop)
        thread.join(1)
    late = f"Checking it took longer than {seconds:g} seconds and"
    if thread.is_alive():
        return "", WrongAnswerError(
            f"{late} cannot be stopped: it still runs and slows down what comes next. Restart the "
            "kernel. Does a loop in it never end, with a bare `except:` that catches the stop, too?"
        )
    return "", WrongAnswerError(
        f"{late} was stopped. Does a loop in it never end, or is it far larger than asked for?"
    )


_hints_shown: dict[str, int] = {}


@_speaking
def hint(number: str = "") -> None:
    """Show the next hint of an exercise; after the last, the first comes again."""
    exercise = _exercise(number)
    shown = _hints_shown.get(exercise.number, 0) % len(exercise.hints)
    _hints_shown[exercise.number] = shown + 1
    text = f"Hint {shown + 1} of {len(exercise.hints)} for exercise {exercise.number}. "
    text += exercise.hints[shown]
    if shown + 1 == len(exercise.hints):
        text += f'\n\nThat was the last hint. `solution("{exercise.number}")` shows the solution.'
    display(Message(text))


@_speaking
def solution(number: str = "") -> None:
    """Show the solution of an exercise, code and explanation."""
    exercise = _exercise(number)
    # An empty line inside the code would end the block.
    code = "\n".join(f"    {line}" for line in exercise.code.strip("\n").split("\n"))
    text = f"Solution of exercise {exercise.number}:\n\n{code}\n\n{exercise.explanation}"
    display(Message(text))


@_speaking
def question(number: str = "", choice: str | None = None) -> None:
    """Show a question, or answer it.

    Parameters
    ----------
    number : str
        The number of the question, for instance ``"2.q1"``.
    choice : str, optional
        The letter of an answer. Without it, the question is shown.
    """
    asked = _question(number)
    letters = ", ".join(asked.choices)
    choices = "\n".join(f"{letter}) {text}" for letter, text in asked.choices.items())
    text = f"Question {asked.number}. {asked.text}\n\n{choices}"
    if choice is None:
        how = f'Put your letter into the cell, as in `question("{asked.number}", "a")`.'
        display(Message(f"{text}\n\n{how}", "open"))
        return
    letter = choice.strip().strip("()").lower() if isinstance(choice, str) else ""
    if letter not in asked.choices:
        text = (
            f"{show(choice)} is none of the choices. Choose one of {letters}, in quotation marks."
        )
        display(Message(f"Question {asked.number}: {text}", "wrong"))
        return
    right = letter == asked.right
    said = f"{letter}) is {'right' if right else 'not right'}. {asked.replies[letter]}"
    lines = [f"Question {asked.number}: {said}"]
    lines += filter(None, [tick(asked.number)]) if right else [text]
    display(Message("\n\n".join(lines), "right" if right else "wrong"))


def show_progress() -> pd.DataFrame:
    """Count what is done in each notebook.

    Returns
    -------
    pandas.DataFrame
        One row a notebook: how many exercises and questions are done, and the
        first exercise that is not.
    """
    import pandas as pd

    numbers, problem = done()
    if problem:
        display(Message(problem))
    rows = {}
    for key, title in LESSONS.items():
        lesson = _lesson(key)
        row = {}
        for kind in ("exercises", "questions"):
            known = [item.number for item in getattr(lesson, kind.upper())]
            row[kind] = f"{sum(number in numbers for number in known)} of {len(known)}"
        waiting = [item.number for item in lesson.EXERCISES if item.number not in numbers]
        rows[title] = row | {"next exercise": waiting[0] if waiting else "all done"}
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.columns.name = "notebook"
    return table


def solved(source: str) -> str:
    """Put the solution, or the right choice, into the code of a notebook's cell.

    The solution takes the place of what comes before the call of `check`; in a call of
    `question` the right letter is put in. Any other code stays as it was. A number
    that there is not is a `ValueError`.
    """
    if found := re.search(r"""(?m)^check\(["']([^"']+)["']""", source):
        exercise = _exercise(found[1])
        return f"{exercise.code.strip()}\n\n{source[found.start() :]}"
    if found := re.fullmatch(r"""question\(["']([^"']+)["']\);?""", source.strip()):
        asked = _question(found[1])
        return f'question("{asked.number}", "{asked.right}")'
    return source


def _lesson(key: str) -> ModuleType:
    return importlib.import_module(f"helpers.exercises.lesson_0{key}")


def _exercise(number: object) -> Exercise:
    return _find("exercise", number)


def _question(number: object) -> Question:
    return _find("question", number)


def _find(noun: str, number: object) -> Any:  # noqa: ANN401 - an exercise or a question
    """Return the exercise or question with a number, or raise `_UnknownNumberError`."""
    plain = str(number).strip().lower() if isinstance(number, str | float) else ""
    key = plain.partition(".")[0]
    items = getattr(_lesson(key), f"{noun.upper()}S") if key in LESSONS else ()
    known = {item.number: item for item in items}
    if plain in known:
        return known[plain]
    example = "2.3" if noun == "exercise" else "2.q1"
    text = f"There is no {noun} {show(number)}. "
    if not isinstance(number, str | float | int):
        text = f'The number of the {noun} comes first, in quotation marks: "{example}".'
    elif known:
        text += f"Notebook {key} has the {noun}s {', '.join(known)}."
    else:
        text += (
            f"The number begins with that of the notebook, {', '.join(LESSONS)}, and stands in "
            f'quotation marks: "{example}".'
        )
    raise _UnknownNumberError(text)
