"""Run the notebooks without a browser, and store their outputs.

``python -m helpers.notebooks run 01 03`` executes notebooks and writes executed
copies to ``executed/``. ``python -m helpers.notebooks refresh 01`` executes a
notebook and stores its outputs in the notebook itself, in a form that is the
same after every run. Without numbers, both take all notebooks.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

if __name__ == "__main__":  # the imports below take a second: let Ctrl-C end them quietly
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import nbformat
import psutil
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from tqdm import tqdm

from helpers.progress import progress_bar, watched
from helpers.readme import write_claims

CHECKOUT = Path(__file__).resolve().parent.parent
NOTEBOOKS = CHECKOUT / "notebooks"
EXECUTED = CHECKOUT / "executed"

SETTINGS = {"COURSE_PROGRESS": "off", "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
STORED_METADATA = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
# A cell keeps what its author decided: its tags, the course's settings, what is folded away.
STORED_CELL_METADATA = ("course", "jupyter", "tags")
WIDGET = "application/vnd.jupyter.widget-view+json"
MEMORY_ADDRESS = re.compile(r"\bat 0x[0-9A-Fa-f]{6,}")

Processes = list[psutil.Process]


@dataclass
class Outcome:
    """What became of one notebook: its numbers for the table, and what went wrong, in words."""

    name: str
    seconds: float = 0.0
    longest_cell: float = 0.0  # seconds
    megabytes: float = 0.0
    result: str = ""
    problem: str = ""


class CurrentPython(KernelSpecManager):
    """Start every kernel with this very Python.

    By its name, ``python3``, a kernel that the user once installed for another
    Python could come first.
    """

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the kernel of this Python, whatever the name."""
        return KernelSpec(**get_kernel_dict())


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


def _write(notebook: NotebookNode, path: Path) -> bool:
    """Write a notebook in one step, never half of it, and tell whether the file has changed."""
    content = (nbformat.writes(notebook).rstrip("\n") + "\n").encode()
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return True


def connection() -> dict[str, str]:
    """Choose how a kernel is spoken to; the result goes to its manager.

    Returns
    -------
    dict of str to str
        Empty for Jupyter's own choice, TCP on the loopback interface. Where
        that interface is down, as it is under ``unshare -n``, transport and
        path for sockets in the temporary folder.
    """
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    except OSError:
        if os.name == "posix":
            return {"transport": "ipc", "ip": f"{tempfile.gettempdir()}/kernel-{uuid4().hex}"}
    return {}


@contextmanager
def _kernel(notebook: NotebookNode, folder: Path, before: Processes) -> Iterator[NotebookClient]:
    """Start a kernel in a folder for a notebook, and leave none behind, whatever happens."""
    manager = AsyncKernelManager(
        kernel_spec_manager=CurrentPython(), transport_encryption="auto", **connection()
    )
    client = NotebookClient(notebook, manager)
    ticks = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)  # not those of the learner
    try:
        # What a kernel writes to stderr is in its outputs; here it would only repeat that.
        environment = {**os.environ, **SETTINGS, "COURSE_DATA_DIR": ticks.name}
        client.start_new_kernel(cwd=str(folder), env=environment, stderr=subprocess.DEVNULL)
        client.start_new_kernel_client()
        yield client
    finally:
        # Not by the manager: it may not know of the kernel yet, and its event loop would go on
        # with what Ctrl-C broke off.
        processes = _started_since(before)
        for process in processes:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(processes, timeout=10)
        manager.cleanup_connection_file()
        manager.cleanup_ipc_files()
        if client.kc is not None:
            client.kc.stop_channels()
        ticks.cleanup()


def _started_since(before: Processes) -> Processes:
    """List the processes that this one has started since, and those that they have started."""
    processes = []
    for child in psutil.Process().children():
        if child not in before:
            with suppress(psutil.Error):  # it may have ended meanwhile
                processes += [child, *child.children(recursive=True)]
    return processes


def _peak_bytes(process: psutil.Process) -> int:
    """Return the peak of a process's resident memory; macOS keeps none, there it is the present."""
    if sys.platform == "linux":
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        if found := re.search(r"VmHWM:\s+(\d+) kB", status):
            return int(found[1]) * 1024
    memory = process.memory_info()
    return int(getattr(memory, "peak_wset", memory.rss))


@contextmanager
def _watched(outcome: Outcome, bar: tqdm, before: Processes) -> Iterator[None]:
    """Note the peak memory of the kernel and its children, and keep the bar's clock going."""
    ended = threading.Event()

    def watch() -> None:
        last_look = False
        while not last_look:
            last_look = ended.is_set()
            total = 0
            for process in _started_since(before):
                with suppress(psutil.Error, OSError):  # it may have ended meanwhile
                    total += _peak_bytes(process)
            outcome.megabytes = max(outcome.megabytes, total / 1e6)
            bar.refresh()
            ended.wait(0.25)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _execute(notebook: NotebookNode, path: Path) -> Outcome:
    """Execute a notebook in its folder, up to the first cell that fails; write no file."""
    outcome = Outcome(path.stem, result="the kernel did not start")
    cells = [index for index, cell in enumerate(notebook.cells) if _is_run(cell)]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    if not watched():
        print(f"{path.stem}: {len(cells)} code cells", flush=True)
    before = psutil.Process().children()
    source = ""
    start = time.perf_counter()
    try:
        with (
            progress_bar(len(cells), "cell", path.stem) as bar,
            _kernel(notebook, path.parent, before) as client,
            _watched(outcome, bar, before),
        ):
            for number, index in enumerate(cells, start=1):
                source = notebook.cells[index].source
                outcome.result = f"failed in code cell {number}"
                begun = time.perf_counter()
                client.execute_cell(notebook.cells[index], index)
                outcome.longest_cell = max(outcome.longest_cell, time.perf_counter() - begun)
                bar.update()
        outcome.result = "ok"
    except CellExecutionError as error:
        outcome.problem = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    except RuntimeError as error:  # the kernel died, or never started
        outcome.problem = f"{source}\n\n{error}".strip()
    outcome.seconds = time.perf_counter() - start
    return outcome


def _is_run(cell: NotebookNode) -> bool:
    """Tell whether a cell is one that a kernel executes."""
    return cell.cell_type == "code" and bool(cell.source.strip())


def _shown(text: str) -> str:
    """Reduce text to what a terminal shows in the end: carriage returns overwrite their line."""
    lines = []
    for line in text.split("\n"):
        *overwritten, last = line.rstrip("\r").split("\r")
        lines.append(last.rstrip() if overwritten else last)
    return "\n".join(lines)


def normalise(notebook: NotebookNode) -> None:
    """Bring an executed notebook into the form in which it is stored.

    What differs between two runs or two machines goes: execution counts other
    than 1 to n, stderr, timings, the state of widgets, metadata that editors
    leave. So do the pixels of an image that is not ours to publish (its
    output's metadata holds ``{"course": {"withheld": true}}``); its words stay.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The notebook; it is changed in place.
    """
    course = {key: value for key, value in notebook.metadata.items() if key == "course"}
    notebook.metadata = nbformat.from_dict({**course, **STORED_METADATA})
    number = 0
    for cell in notebook.cells:
        for key in set(cell.metadata) - set(STORED_CELL_METADATA):
            del cell.metadata[key]
        if cell.cell_type != "code":
            continue
        number += _is_run(cell)
        cell.execution_count = number if _is_run(cell) else None
        cell.outputs = _normalised_outputs(cell)


def _normalised_outputs(cell: NotebookNode) -> list[NotebookNode]:
    """Return the outputs of a code cell in the form in which they are stored."""
    outputs: list[NotebookNode] = []
    for output in cell.outputs:
        output.pop("transient", None)
        if output.output_type == "stream":
            if output.name == "stderr":
                continue
            if outputs and outputs[-1].output_type == "stream":
                outputs[-1].text += output.text
                continue
        if "execution_count" in output:
            output.execution_count = cell.execution_count
        if "data" in output:
            output.data.pop(WIDGET, None)
            if output.metadata.get("course", {}).get("withheld"):
                output.data.pop("image/png", None)
        outputs.append(output)
    for output in outputs:
        if output.output_type == "stream":
            output.text = _shown(output.text)
    return [output for output in outputs if output.get("text") != ""]


def _reasons_not_to_store(notebook: NotebookNode, folders: Sequence[Path]) -> list[str]:
    """Say which outputs would differ with each run, or tell whose machine it was."""
    # A path counts where it stands alone: not "/root" in "/roots" or inside an encoded image.
    paths = "|".join(re.escape(str(folder)) for folder in folders if folder != Path(folder.anchor))
    private_path = re.compile(rf"(?<![A-Za-z0-9+])({paths})(?![\w-])") if paths else None
    reasons = []
    for cell in filter(_is_run, notebook.cells):
        for text in (text for output in cell.outputs for text in _texts(output)):
            place = f"the output of code cell {cell.execution_count} holds"
            if found := MEMORY_ADDRESS.search(text):
                reasons.append(f"{place} a memory address, '{found[0]}', which differs every time")
            if private_path and (found := private_path.search(text.replace("\\\\", "\\"))):
                reasons.append(f"{place} a path of this machine, '{found[0]}'")
    return reasons


def _texts(output: NotebookNode) -> Iterator[str]:
    """Yield the texts that an output shows; images other than SVG are none."""
    if output.output_type == "stream":
        yield output.text
    elif output.output_type == "error":
        yield "\n".join(output.traceback)
    else:
        for kind, value in output.data.items():
            if not kind.startswith("image/") or kind == "image/svg+xml":
                yield value if isinstance(value, str) else json.dumps(value)


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
    said = (
        output.data.get("text/plain", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "display_data"
    )
    return [text for text in said if re.match(r"Exercise \S+: not |Question \S+ .*is not ", text)]


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
        _write(notebook, output / name)

    return _each(numbers, notebooks, store, put_solutions_in if solutions else None)


def refresh(numbers: Sequence[str] = (), notebooks: Path = NOTEBOOKS) -> int:
    """Execute notebooks and store their outputs, normalised, in the notebooks themselves.

    A notebook stays as it was where a cell fails, or where an output holds a
    memory address or a path of this machine. The README's table of claims
    follows what is stored. Parameters, exit code and errors are those of `run`.
    """
    private = [notebooks.resolve().parent, Path.home()]

    def store(notebook: NotebookNode, path: Path, outcome: Outcome) -> None:
        if outcome.problem:
            return
        if notebook.metadata.get("course", {}).get("needs") == "lfw" and not _lfw_is_here():
            outcome.result = "not stored"
            outcome.problem = "LFW cannot be had, and the numbers of the stand-in are not stored."
            return
        normalise(notebook)
        outcome.problem = "\n".join(_reasons_not_to_store(notebook, private))
        if outcome.problem:
            outcome.result = "not stored"
        else:
            outcome.result = "stored" if _write(notebook, path) else "unchanged"

    code = _each(numbers, notebooks, store)
    if write_claims(notebooks.parent / "README.md", notebooks):
        print("README.md: the table of claims is new")
    return code


def _lfw_is_here() -> bool:
    """Tell whether the notebook has just used the real faces: then they are in the cache."""
    from helpers.datasets import read_lfw_manifest
    from helpers.lfw import lfw_is_cached

    return lfw_is_cached(read_lfw_manifest())


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
        outcome = _execute(notebook, path)
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
        prog="python -m helpers.notebooks", description="Run the course's notebooks."
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
