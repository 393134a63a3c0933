"""Execute a notebook in a kernel of its own, measure it, and leave no process behind."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psutil
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from tqdm import tqdm

from helpers.progress import progress_bar, watched

SETTINGS = {"COURSE_PROGRESS": "off", "KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}

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


def execute(notebook: NotebookNode, path: Path) -> Outcome:
    """Execute a notebook in its folder, up to the first cell that fails; write no file."""
    outcome = Outcome(path.stem, result="the kernel did not start")
    cells = [index for index, cell in enumerate(notebook.cells) if is_run(cell)]
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


def is_run(cell: NotebookNode) -> bool:
    """Tell whether a cell is one that a kernel executes."""
    return cell.cell_type == "code" and bool(cell.source.strip())
