"""The exercises and questions of notebook 5."""

from __future__ import annotations

from helpers.exercises.engine import Exercise, Question

EXERCISES: tuple[Exercise, ...] = ()

QUESTIONS: tuple[Question, ...] = ()
