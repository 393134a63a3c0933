"""Run the notebooks without a browser, and store their outputs.

``python -m tools.notebooks run 01 03`` executes notebooks and writes executed
copies to ``executed/``. ``python -m tools.notebooks refresh 01`` executes a
notebook and stores its outputs in the notebook itself, in a form that is the
same after every run. Without numbers, both take all notebooks.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

if __name__ == "__main__":  # the imports below take a second: let Ctrl-C end them quietly
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import nbformat
from nbformat import NotebookNode

from helpers.datasets import lfw_can_be_had
from tools.execution import Outcome, execute
from tools.minutes import write_minutes
from tools.storing import normalise, reasons_not_to_store, write

CHECKOUT = Path(__file__).resolve().parent.parent
NOTEBOOKS = CHECKOUT / "notebooks"
EXECUTED = CHECKOUT / "executed"


def _select(numbers: Sequence[str], notebooks: Path) -> list[Path]:
    """Find the notebooks whose names begin with the numbers; all of them without a number."""
    found = sorted(notebooks.glob("[0-9][0-9]_*.ipynb"))
    if not found:
        raise ValueError(f"there is no notebook in {notebooks}; is the checkout complete?")
    known = list(dict.fromkeys(path.name[:2] for path in found))
    wanted = [number.zfill(2) for number in numbers] or known
    for number in wanted:
        if number not in known:
            raise ValueError(f"there is no notebook {number}; choose from {', '.join(known)}")
    return [path for path in found if path.name[:2] in wanted]


def _read(path: Path) -> NotebookNode:
    """Read a notebook of any format version as one of format 4.5."""
    try:
        content = nbformat.reader.reads(path.read_text(encoding="utf-8"))
        notebook = nbformat.v4.upgrade(nbformat.convert(content, 4))
        nbformat.validate(notebook)
    except Exception as error:  # nbformat raises nearly anything
        reason = str(error).partition("\n")[0]
        raise ValueError(
            f"{path.name} is not a valid notebook ({reason}); mend it, or bring back its last "
            f"version: git checkout -- {path.parent.name}/{path.name}"
        ) from error
    return notebook


def put_solutions_in(notebook: NotebookNode) -> None:
    """Solve the exercises of a notebook and answer its questions.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The notebook; it is changed in place.

    Raises
    ------
    ValueError
        If a cell names an exercise or a question that there is not.
    """
    from helpers.exercises.engine import solved

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = solved(cell.source)


def _answers_that_are_not_right(notebook: NotebookNode) -> list[str]:
    """List what `check` and `question` said in an executed notebook where all should be right."""
    outputs = [
        output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "display_data"
    ]
    return [
        output.data.get("text/plain", "")
        for output in outputs
        if output.metadata.get("course", {}).get("kind") in ("wrong", "open")
    ]


def run(
    numbers: Sequence[str] = (),
    notebooks: Path = NOTEBOOKS,
    output: Path = EXECUTED,
    solutions: bool = False,
) -> int:
    """Execute notebooks and write executed copies, whole or up to the cell that failed.

    Parameters
    ----------
    numbers : sequence of str
        Which notebooks, by the numbers that their names begin with; empty for all.
    notebooks : pathlib.Path
        The folder of the notebooks; nothing is written there.
    output : pathlib.Path
        The folder for the copies; made if it is missing.
    solutions : bool
        Whether the exercises are solved and the questions answered. The copies
        then have names that end in ``_solutions``.

    Returns
    -------
    int
        The exit code: 0 where every cell ran and every solution is right, else 1.

    Raises
    ------
    ValueError
        If there is no such notebook, or one cannot be read.
    """

    def store(notebook: NotebookNode, path: Path, outcome: Outcome) -> None:
        if solutions and (wrong := _answers_that_are_not_right(notebook)):
            outcome.result = outcome.result if outcome.problem else "a solution is not right"
            outcome.problem = "\n\n".join(filter(None, [outcome.problem, *wrong]))
        name = f"{path.stem}_solutions.ipynb" if solutions else path.name
        write(notebook, output / name)

    return _each(numbers, notebooks, store, put_solutions_in if solutions else None)


def refresh(numbers: Sequence[str] = (), notebooks: Path = NOTEBOOKS) -> int:
    """Execute notebooks and store their outputs, normalised, in the notebooks themselves.

    A notebook stays as it was where a cell fails, or where an output holds a
    memory address or a path of this machine. The minutes follow what is stored.
    Parameters, exit code and errors are those of `run`.
    """
    private = [notebooks.resolve().parent, Path.home()]

    def store(notebook: NotebookNode, path: Path, outcome: Outcome) -> None:
        if outcome.problem:
            return
        needs = {
            part.metadata.get("course", {}).get("needs") for part in (notebook, *notebook.cells)
        }
        if "lfw" in needs and not lfw_can_be_had():
            outcome.result = "not stored"
            outcome.problem = "LFW cannot be had, and the numbers of the stand-in are not stored."
            return
        if "graphviz" in needs and shutil.which("dot") is None:
            outcome.result = "not stored"
            outcome.problem = "Graphviz is not here, and one of the figures cannot be drawn."
            return
        normalise(notebook)
        outcome.problem = "\n".join(reasons_not_to_store(notebook, private))
        if outcome.problem:
            outcome.result = "not stored"
        else:
            outcome.result = "stored" if write(notebook, path) else "unchanged"

    code = _each(numbers, notebooks, store)
    for path in write_minutes(notebooks.parent):
        print(f"{path.name}: the minutes are new")
    return code


def _each(
    numbers: Sequence[str],
    notebooks: Path,
    store: Callable[[NotebookNode, Path, Outcome], None],
    prepare: Callable[[NotebookNode], None] | None = None,
) -> int:
    """Execute and store one notebook after the other; end with a table and an exit code."""
    outcomes = []
    for path, notebook in [(path, _read(path)) for path in _select(numbers, notebooks)]:
        if prepare is not None:
            prepare(notebook)
        outcome = execute(notebook, path)
        store(notebook, path, outcome)
        outcomes.append(outcome)
        if outcome.problem:
            print(f"\n{outcome.name}: {outcome.result}\n{outcome.problem}\n", flush=True)
    width = max(len(outcome.name) for outcome in outcomes)
    print(f"\n{'notebook':{width}}  seconds  longest cell  peak MB  result")
    for outcome in outcomes:
        measured = f"{outcome.seconds:7.1f}  {outcome.longest_cell:12.1f}  {outcome.megabytes:7.0f}"
        print(f"{outcome.name:{width}}  {measured}  {outcome.result}")
    return int(any(outcome.problem for outcome in outcomes))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; without `arguments`, that of this process.

    Returns
    -------
    int
        The exit code: 0 where all went well, 1 where a notebook failed, 2 where
        none was begun, 130 after Ctrl-C.
    """
    parser = argparse.ArgumentParser(
        prog="python -m tools.notebooks", description="Run the course's notebooks."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in (
        ("run", "execute notebooks and write executed copies to executed/"),
        ("refresh", "execute notebooks and store their outputs in them"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument(
            "numbers", nargs="*", metavar="NUMBER", help="which notebooks, as 01; all without"
        )
        if name == "run":
            command.add_argument(
                "--solutions", action="store_true", help="solve the exercises: an instructor's copy"
            )
    options = parser.parse_args(arguments)
    if not sys.stdout.isatty():
        os.environ["COURSE_PROGRESS"] = "off"  # a file wants lines, not a bar
    try:
        if options.command == "refresh":
            return refresh(options.numbers)
        return run(options.numbers, solutions=options.solutions)
    except KeyboardInterrupt:
        print("\nStopped; no kernel is left running.", file=sys.stderr)
        return 130
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    for stop in (signal.SIGINT, signal.SIGTERM):  # both raise KeyboardInterrupt from here on
        signal.signal(stop, signal.default_int_handler)
    sys.exit(main())
