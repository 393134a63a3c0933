"""How long a notebook takes: calculated, printed, and written where readers look for it.

``python -m tools.minutes`` prints a line a notebook. `course.py refresh` writes the minutes
into the notebooks' openings, the map in notebook 00 and the README's.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from tools.storing import write

ROOT = Path(__file__).resolve().parents[1]
WORDS_A_MINUTE = 180
FOR_AN_EXERCISE = 5
LESSONS = ("01", "02", "03", "04", "05")
FIVE = re.compile(r"\d+ minutes to read and run the five lessons, \d+ with")
SAID = re.compile(r"\*\d+ minutes to read and run(?:, \d+ with the exercises)?\.")


class Size(NamedTuple):
    """What a notebook holds, as a reader meets it."""

    words: int
    cells: int
    """Of code, without those of exercises and questions."""
    exercises: int
    questions: int
    figures: int
    tables: int

    @property
    def to_read(self) -> int:
        """Minutes to read it and run its cells: words by their number, a minute a cell."""
        return round(self.words / WORDS_A_MINUTE + self.cells)

    @property
    def with_exercises(self) -> int:
        """Minutes with five for each exercise and one for each question on top."""
        return self.to_read + FOR_AN_EXERCISE * self.exercises + self.questions


def size_of(notebook: NotebookNode) -> Size:
    """Count what a notebook holds.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        With its outputs, in which figures and tables are counted.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    kinds = [re.search(r"(?m)^(check|question)\(\"\d", cell.source) for cell in code]
    outputs = [output for cell in code for output in cell.outputs]
    pages = [output.get("data", {}).get("text/html", "") for output in outputs]
    return Size(
        sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown"),
        kinds.count(None),
        sum(kind is not None and kind[1] == "check" for kind in kinds),
        sum(kind is not None and kind[1] == "question" for kind in kinds),
        sum("image/png" in output.get("metadata", {}) for output in outputs),
        sum("<table" in page for page in pages),
    )


def opening(size: Size) -> str:
    """Say the minutes as a notebook's first cell does."""
    words = f"*{size.to_read} minutes to read and run"
    if size.with_exercises > size.to_read:
        words += f", {size.with_exercises} with the exercises"
    return f"{words}."


def with_minutes(text: str, sizes: dict[str, Size]) -> str:
    """Put the minutes into a map's two columns of numbers, and into the sum of the five lessons."""
    for name, size in sizes.items():
        row = rf"(?m)(^\|.*{re.escape(name)}\.ipynb\).*?\|) \d+ \| \d+ \|"
        text = re.sub(row, rf"\1 {size.to_read} | {size.with_exercises} |", text)
    five = [size for name, size in sizes.items() if name[:2] in LESSONS]
    read, whole = sum(size.to_read for size in five), sum(size.with_exercises for size in five)
    return FIVE.sub(f"{read} minutes to read and run the five lessons, {whole} with", text)


def write_minutes(root: Path = ROOT) -> list[Path]:
    """Write the minutes into openings and maps; return the files that are others now."""
    paths = sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    notebooks = {path: nbformat.read(path, as_version=4) for path in paths}
    sizes = {path.stem: size_of(notebook) for path, notebook in notebooks.items()}
    changed = []
    for path, notebook in notebooks.items():
        before = [cell.source for cell in notebook.cells]
        first = notebook.cells[0]
        first.source = SAID.sub(opening(sizes[path.stem]), first.source)
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                cell.source = with_minutes(cell.source, sizes)
        if [cell.source for cell in notebook.cells] != before:
            write(notebook, path)
            changed.append(path)
    readme = root / "README.md"
    if readme.exists():
        text = readme.read_text(encoding="utf-8")
        if (new := with_minutes(text, sizes)) != text:
            readme.write_text(new, encoding="utf-8", newline="\n")
            changed.append(readme)
    return changed


if __name__ == "__main__":
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        size = size_of(nbformat.read(path, as_version=4))
        counts = ", ".join(f"{count} {name}" for name, count in size._asdict().items())
        print(f"{path.stem}: {size.to_read} minutes, {size.with_exercises} in all; {counts}")
