"""`tools.notebooks`: notebooks executed without a browser, and outputs stored in them."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from unittest.mock import MagicMock

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools import execution, storing
from tools import notebooks as command

PIXEL = base64.b64encode(b"\x89PNG, or so it says").decode()


def make(folder: Path, name: str, *cells: object) -> Path:
    """Write a notebook; a text stands for a code cell with that source."""
    cells = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells), folder / f"{name}.ipynb")
    return folder / f"{name}.ipynb"


def load(path: Path):
    return nbformat.read(path, as_version=4)


def printed(cell) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "course" / "notebooks"


# --- run -------------------------------------------------------------------------------------


def test_run_writes_copies_elsewhere_and_ends_with_a_table(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROGRESS", "off")
    # Only macOS does not know of memory that has been given back.
    block = "block = b'1' * 200_000_000" + ("" if sys.platform == "darwin" else "; del block")
    first = make(folder, "00_sum", new_markdown_cell("Words."), block, "1+1")
    second = make(folder, "03_words", "print('three')")
    make(folder, "04_not_asked_for", "1/0")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    code = command.run(["0", "03", "3"], folder, tmp_path / "executed")

    assert code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sorted(path.name for path in (tmp_path / "executed").iterdir()) == [
        first.name,
        second.name,
    ]
    executed = load(tmp_path / "executed" / first.name)
    assert [cell.get("execution_count") for cell in executed.cells] == [None, 1, 2]
    assert executed.cells[2].outputs[0].data["text/plain"] == "2"
    begun, also_begun, _, head, first_row, second_row = capsys.readouterr().out.splitlines()
    assert [begun, also_begun] == ["00_sum: 2 code cells", "03_words: 1 code cells"]
    assert head.split() == ["notebook", "seconds", "longest", "cell", "peak", "MB", "result"]
    first_words, second_words = first_row.split(), second_row.split()
    assert first_words[0::4] == ["00_sum", "ok"]
    assert second_words[0::4] == ["03_words", "ok"]
    assert 0 < float(first_words[2]) < float(first_words[1])  # the kernel's start is no cell
    # The peak belongs to the kernel: 200 MB more in the first than in the second.
    assert 150 < int(first_words[3]) - int(second_words[3]) < 250


def test_a_failing_cell_is_shown_and_the_other_notebooks_run(folder, tmp_path, capsys):
    stale = new_code_cell("'never reached'", execution_count=3)
    stale.outputs = [new_output("stream", text="from an earlier run")]
    make(folder, "01_fails", "print('so far')", "answer = 42\nanswer / 0", stale)
    make(folder, "02_dies", "import os", "os._exit(1)")
    make(folder, "03_works", "print('still here')")

    code = command.run([], folder, tmp_path / "executed")

    assert code == 1
    out = capsys.readouterr().out
    assert "answer = 42\nanswer / 0" in out
    assert "ZeroDivisionError: division by zero" in out
    assert "\x1b" not in out
    assert "os._exit(1)\n\nKernel died" in out
    results = [line.split(maxsplit=4)[4] for line in out.splitlines()[-3:]]
    assert results == ["failed in code cell 2", "failed in code cell 2", "ok"]
    first, second, third = load(tmp_path / "executed" / "01_fails.ipynb").cells
    assert printed(first) == "so far\n"
    assert second.outputs[0].ename == "ZeroDivisionError"
    assert third.outputs == [] and third.execution_count is None
    assert printed(load(tmp_path / "executed" / "03_works.ipynb").cells[0]) == "still here\n"


def test_a_kernel_that_does_not_start_is_a_failure(folder, tmp_path, monkeypatch, capsys):
    make(folder, "01_idle", "1")
    broken = {"argv": [sys.executable, "-c", "1/0"], "display_name": "x", "language": "python"}
    monkeypatch.setattr(execution, "get_kernel_dict", lambda: broken)
    assert command.run([], folder, tmp_path / "executed") == 1
    assert capsys.readouterr().out.splitlines()[-1].endswith("the kernel did not start")


def test_the_kernel_is_this_python_in_the_notebooks_folder(folder, tmp_path, monkeypatch, capsys):
    # A kernel that a user once installed under the usual name must not come first.
    spec = tmp_path / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": ["nonesuch"], "display_name": "x", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    monkeypatch.setenv("COURSE_PROGRESS", "on")  # as for a person at a terminal
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    names = ["COURSE_PROGRESS", "KERAS_BACKEND", "TF_CPP_MIN_LOG_LEVEL"]
    make(
        folder,
        "01_where",
        "import json, os, sys",
        f"print(json.dumps([sys.executable, os.getcwd(), *map(os.environ.get, {names})]))",
    )

    assert command.run([], folder, tmp_path / "executed") == 0

    python, where, *settings = json.loads(
        printed(load(tmp_path / "executed" / "01_where.ipynb").cells[1])
    )
    assert Path(python) == Path(sys.executable)
    assert Path(where).samefile(folder)
    assert settings == ["off", "tensorflow", "3"]
    assert "01_where: 100%" in capsys.readouterr().out.replace("\r", "\n")  # the progress bar


def test_an_unknown_number_is_answered_with_the_known_ones(folder, tmp_path):
    make(folder, "00_first", "1")
    make(folder, "05_second", "1")
    with pytest.raises(ValueError, match=r"no notebook 07; choose from 00, 05$"):
        command.run(["00", "7"], folder, tmp_path / "executed")
    with pytest.raises(ValueError, match="no notebook in "):
        command.run([], tmp_path, tmp_path / "executed")
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b'{"nbformat": 9}',
        b'{"cells": [], "nbfor',
        b'{"cells": [{"cell_type": "code"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5, "more": 1}',
    ],
)
def test_an_unreadable_notebook_stops_all_before_anything_runs(folder, tmp_path, content):
    make(folder, "00_fine", "1")
    (folder / "01_broken.ipynb").write_bytes(content)
    with pytest.raises(ValueError, match=r"^01_broken\.ipynb is not a valid notebook") as caught:
        command.run([], folder, tmp_path / "executed")
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is not None
    assert not (tmp_path / "executed").exists()


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(folder, tmp_path, monkeypatch):
    make(folder, "01_new", "print('new')")
    old = make(tmp_path / "executed", "01_new", "'old'")
    before = old.read_bytes()

    def refuse(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no space left"):
        command.run([], folder, tmp_path / "executed")
    assert old.read_bytes() == before
    assert [path.name for path in old.parent.iterdir()] == [old.name]


# --- refresh ---------------------------------------------------------------------------------

NOISE = f"""
import sys
from IPython.display import display
print("one", flush=True); print("1 of 2\\r2 of 2 \\r", end="", flush=True); print("two")
print("never stored", file=sys.stderr, flush=True)
print("three", flush=True)
words = {{"text/plain": "A face, described.", "image/png": "{PIXEL}"}}
display(words, raw=True, metadata={{"course": {{"withheld": True}}, "image/png": {{"alt": "A"}}}})
display(words, raw=True, metadata={{"image/png": {{"alt": "A"}}}}, display_id="changes")
display({{"text/plain": "bar", "{storing.WIDGET}": {{"model_id": "f00"}}}}, raw=True)
"""


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """Refresh a notebook twice: what it was, its path, the exit codes, the file each time."""
    folder = tmp_path_factory.mktemp("refreshed") / "notebooks"
    noisy = new_code_cell(NOISE, execution_count=17)
    noisy.metadata.update(
        course={"tolerance": 0.002}, tags=["long"], execution={"when": "then"}, scrolled=True
    )
    cells = [
        new_markdown_cell("Words.", metadata={"vscode": {}, "tags": ["box"]}),
        noisy,
        new_code_cell("  "),
        new_code_cell("'result'"),
    ]
    path = make(folder, "01_noisy", *cells)
    original = load(path)
    original.metadata.update(language_info={"name": "python", "version": "3.12.9"}, widgets={})
    nbformat.write(original, path)
    codes, states = [], []
    for _ in range(2):
        codes.append(command.refresh(["1"], folder))
        states.append((path.read_bytes(), path.stat().st_mtime_ns))
    return original, path, codes, states


def test_refreshing_twice_changes_nothing(refreshed):
    _, path, codes, (first, second) = refreshed
    assert codes == [0, 0]
    assert first == second  # not even the time of the last change
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_refreshed_notebook_is_written_as_nbformat_writes(refreshed):
    path = refreshed[1]
    content = path.read_bytes()
    assert b"\r" not in content and content.endswith(b"}\n")
    text = json.dumps(json.loads(content), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert content.decode() == text
    assert (load(path).nbformat, load(path).nbformat_minor) == (4, 5)


def test_a_refreshed_notebook_keeps_ids_and_chosen_metadata_only(refreshed):
    original, path, *_ = refreshed
    notebook = load(path)
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in original.cells]
    assert [cell.source for cell in notebook.cells] == [cell.source for cell in original.cells]
    assert notebook.metadata == {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
    }
    assert notebook.cells[0].metadata == {"tags": ["box"]}
    assert notebook.cells[1].metadata == {"course": {"tolerance": 0.002}, "tags": ["long"]}


def test_refreshed_cells_are_counted_from_one(refreshed):
    *_, noisy, empty, result = load(refreshed[1]).cells
    assert [noisy.execution_count, empty.execution_count, result.execution_count] == [1, None, 2]
    assert result.outputs[0].execution_count == 2


def test_refreshed_outputs_hold_no_noise_and_no_withheld_pixels(refreshed):
    stream, withheld, published, widget = load(refreshed[1]).cells[1].outputs
    assert stream == {"output_type": "stream", "name": "stdout", "text": "one\ntwo\nthree\n"}
    assert withheld.data == {"text/plain": "A face, described."}
    assert withheld.metadata == {"course": {"withheld": True}, "image/png": {"alt": "A"}}
    assert published.data["image/png"].strip() == PIXEL
    assert "transient" not in published
    assert widget.data == {"text/plain": "bar"}


def test_results_carry_the_count_of_their_cell_and_overwritten_text_is_not_stored():
    result = new_output("execute_result", data={"text/plain": "2"}, execution_count=17)
    outputs = (
        [result],
        [new_output("stream", text="50 %\r100 %\r     \r")],
        [new_output("stream", text="a\r\nkept  \n  b\r")],
    )
    notebook = new_notebook(cells=[new_code_cell("1", outputs=output) for output in outputs])
    storing.normalise(notebook)
    first, second, third = notebook.cells
    assert (first.execution_count, first.outputs[0].execution_count) == (1, 1)
    assert second.outputs == []
    assert printed(third) == "a\nkept  \n  b"


def test_what_is_to_be_foretold_is_folded_until_its_cell_is_run():
    asks = [new_output("stream", text="Before you run the next cell: what will it print?")]
    cells = [
        new_markdown_cell("Before you run it, guess."),
        new_code_cell("1"),
        new_code_cell("2", outputs=asks),
        new_code_cell("3"),
        new_code_cell("4"),
    ]
    notebook = new_notebook(cells=cells)
    storing.normalise(notebook)
    folded = [cell.source for cell in notebook.cells if cell.metadata.get("jupyter")]
    assert folded == ["1", "3"]


def test_a_failed_refresh_leaves_the_notebook_as_it_was(folder, capsys):
    path = make(folder, "01_fails", "print('new')", "1/0")
    before = path.read_bytes()
    assert command.refresh([], folder) == 1
    assert path.read_bytes() == before
    assert "failed in code cell 2" in capsys.readouterr().out


def test_what_differs_by_run_or_machine_is_refused_with_its_cell(folder, monkeypatch, capsys):
    home = folder.parent.parent / "ann"
    home.mkdir()
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(home))
    path = make(
        folder,
        "01_private",
        "object()",
        "import os; os.path.expanduser('~') + '/data'",
        "print(os.path.expanduser('~') + 'abel', 'starts at 0x10')",  # neither is one
        "from IPython.display import HTML; HTML('<a>' + os.path.dirname(os.getcwd()) + '</a>')",
    )
    before = path.read_bytes()

    assert command.refresh([], folder) == 1

    assert path.read_bytes() == before
    lines = [line for line in capsys.readouterr().out.splitlines() if "the output of" in line]
    assert len(lines) == 3
    assert "code cell 1 holds a memory address, 'at 0x" in lines[0]
    assert f"code cell 2 holds a path of this machine, '{home}'" in lines[1]
    assert f"code cell 4 holds a path of this machine, '{folder.parent}'" in lines[2]


def test_a_notebook_of_an_older_format_gets_ids_that_stay(folder):
    path = make(folder, "01_old", "1")
    old = json.loads(path.read_text())
    old["nbformat_minor"] = 4
    del old["cells"][0]["id"]
    path.write_text(json.dumps(old))
    assert command.refresh([], folder) == 0
    identifier = load(path).cells[0].id
    assert command.refresh([], folder) == 0
    assert load(path).cells[0].id == identifier


# --- the command line ------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a checkout with what `python -m tools.notebooks` needs."""
    source = Path(command.__file__).parents[1]
    for folder, names in {
        "helpers": ("__init__", "datasets", "lfw", "originals", "progress"),
        "tools": ("__init__", "execution", "minutes", "storing", "notebooks"),
    }.items():
        (tmp_path / folder).mkdir()
        for name in names:
            shutil.copy(source / folder / f"{name}.py", tmp_path / folder)
    (tmp_path / "notebooks").mkdir()
    return tmp_path


def test_the_command_line_says_in_one_line_what_is_wrong(project):
    words = [sys.executable, "-m", "tools.notebooks", "run", "7"]
    make(project / "notebooks", "00_first", "1")
    done = subprocess.run(words, cwd=project, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "error: there is no notebook 07; choose from 00\n"


@pytest.mark.skipif(os.name != "posix", reason="signals to a process group are POSIX's")
@pytest.mark.parametrize(
    ("name", "send"),
    [("SIGINT", "killpg"), ("SIGINT", "kill"), ("SIGTERM", "kill")],
    ids=["Ctrl-C", "Ctrl-C for the parent alone", "kill"],
)
def test_ctrl_c_leaves_no_process_and_no_file(project, name, send):
    # Bytecode in C that never lets go: such a kernel does not notice that its parent has gone.
    source = "from pathlib import Path\nPath('begun').touch()\nsum(range(10**13))"
    path = make(project / "notebooks", "01_endless", source)
    before = path.read_bytes()
    words = [sys.executable, "-m", "tools.notebooks", "refresh", "01"]
    process = subprocess.Popen(
        words, cwd=project, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    kernels = []
    try:
        deadline = time.monotonic() + 120
        while not (path.parent / "begun").exists():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        kernels = psutil.Process(process.pid).children(recursive=True)
        assert kernels
        getattr(os, send)(process.pid, getattr(signal, name))
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 130
        assert errors == "\nStopped; no kernel is left running.\n"
        assert psutil.wait_procs(kernels, timeout=10)[1] == []
        assert path.read_bytes() == before
    finally:
        process.kill()
        for kernel in kernels:
            with suppress(psutil.NoSuchProcess):
                kernel.kill()


# --- where a kernel listens, and what it may not store -----------------------------------------


def test_kernel_is_spoken_to_by_files_where_the_loopback_interface_is_down(monkeypatch):
    monkeypatch.setattr(execution.socket, "create_server", lambda *_: MagicMock())
    monkeypatch.setattr(execution.socket, "create_connection", lambda *_, **__: MagicMock())
    assert execution.connection() == {}

    def unreachable(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(execution.socket, "create_connection", unreachable)
    expected = {"transport", "ip"} if os.name == "posix" else set()
    assert execution.connection().keys() == expected


@pytest.mark.skipif(os.name != "posix", reason="other systems have no sockets in files")
def test_a_notebook_runs_without_a_loopback_interface(folder, tmp_path, monkeypatch):
    where = {"transport": "ipc", "ip": str(tmp_path / "kernel")}
    monkeypatch.setattr(execution, "connection", lambda: where)
    make(folder, "01_sum", "print(1 + 1)")
    assert command.run([], folder, tmp_path / "executed") == 0
    assert printed(load(tmp_path / "executed" / "01_sum.ipynb").cells[0]) == "2\n"
    assert not list(tmp_path.glob("kernel*"))


@pytest.mark.parametrize(
    ("needed", "holder", "name", "said"),
    [
        ("lfw", command, "lfw_can_be_had", "LFW cannot be had"),
        ("graphviz", command.shutil, "which", "Graphviz is not here"),
    ],
)
def test_what_a_notebook_needs_has_to_be_here_to_store_it(
    folder, monkeypatch, capsys, needed, holder, name, said
):
    path = make(folder, "04_needy", "print('made without it')")
    notebook = load(path)
    (notebook if needed == "lfw" else notebook.cells[0]).metadata["course"] = {"needs": needed}
    nbformat.write(notebook, path)
    before = path.read_bytes()
    monkeypatch.setattr(holder, name, lambda *_: None)
    assert command.refresh([], folder) == 1
    assert path.read_bytes() == before
    assert said in capsys.readouterr().out

    monkeypatch.setattr(holder, name, lambda *_: "/usr/bin/dot")
    assert command.refresh([], folder) == 0
    assert {"needs": needed} in [
        part.metadata.get("course") for part in (load(path), *load(path).cells)
    ]


def test_what_a_library_writes_to_stderr_stays_in_the_outputs(folder, tmp_path):
    make(folder, "01_loud", "import os\nos.write(2, b'said by a library\\n');")
    folders = [str(folder), str(tmp_path / "executed")]
    call = (
        "import pathlib, tools.notebooks as command\n"
        f"command.run([], *map(pathlib.Path, {folders!r}))"
    )
    # With that variable in its environment, a kernel does not look at file descriptors.
    environment = {key: os.environ[key] for key in os.environ if key != "PYTEST_CURRENT_TEST"}
    done = subprocess.run(
        [sys.executable, "-c", call], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stderr == ""
    assert "said by a library" in printed(load(tmp_path / "executed" / "01_loud.ipynb").cells[0])
