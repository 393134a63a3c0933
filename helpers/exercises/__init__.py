"""Exercises and questions that answer back, one module a notebook.

`engine` shows and checks them, `answers` reads what a learner hands in, `ticks`
keeps what is done, and `lesson_01` to `lesson_05` hold the exercises of the five
notebooks.
"""

from helpers.exercises.engine import check, hint, question, show_progress, solution, yours

__all__ = ["check", "hint", "question", "show_progress", "solution", "yours"]
