"""The form in which a notebook's outputs are stored: the same after every run, on every machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.execution import is_run

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
BEFORE = "before you run"
STORED_METADATA = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
# A cell keeps what its author decided: its tags, the course's settings, what is folded away.
STORED_CELL_METADATA = ("course", "jupyter", "tags")
WIDGET = "application/vnd.jupyter.widget-view+json"
MEMORY_ADDRESS = re.compile(r"\bat 0x[0-9A-Fa-f]{6,}")


def write(notebook: NotebookNode, path: Path) -> bool:
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
    Where the text above says "before you run", the outputs of the next code
    cell are folded, so that they do not answer first; running it unfolds them.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The notebook; it is changed in place.
    """
    course = {key: value for key, value in notebook.metadata.items() if key == "course"}
    notebook.metadata = nbformat.from_dict({**course, **STORED_METADATA})
    number, foretold = 0, False
    for cell in notebook.cells:
        for key in set(cell.metadata) - set(STORED_CELL_METADATA):
            del cell.metadata[key]
        if cell.cell_type != "code":
            foretold |= BEFORE in cell.source.lower()
            continue
        number += is_run(cell)
        cell.execution_count = number if is_run(cell) else None
        cell.outputs = _normalised_outputs(cell)
        if foretold:
            cell.metadata.setdefault("jupyter", {})["outputs_hidden"] = True
        foretold = any(BEFORE in text.lower() for out in cell.outputs for text in _texts(out))


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


def reasons_not_to_store(notebook: NotebookNode, folders: Sequence[Path]) -> list[str]:
    """Say which outputs would differ with each run, or tell whose machine it was."""
    # A path counts where it stands alone: not "/root" in "/roots" or inside an encoded image.
    paths = "|".join(re.escape(str(folder)) for folder in folders if folder != Path(folder.anchor))
    private_path = re.compile(rf"(?<![A-Za-z0-9+])({paths})(?![\w-])") if paths else None
    reasons = []
    for cell in filter(is_run, notebook.cells):
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
