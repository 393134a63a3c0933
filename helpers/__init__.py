"""What the notebooks of the course import.

The names that nearly every notebook needs can be had from here in one line. Each is
loaded when it is asked for: `import helpers` itself loads nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.acceleration import accelerate
    from helpers.exercises import check, hint, question, solution, yours

__all__ = ["accelerate", "check", "hint", "question", "solution", "yours"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'helpers' has no attribute '{name}'")
    module = "helpers.acceleration" if name == "accelerate" else "helpers.exercises"
    return getattr(import_module(module), name)
