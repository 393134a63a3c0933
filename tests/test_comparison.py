"""The comparison of outputs: what it forgives, and that it catches what it should."""

from __future__ import annotations

import base64
import copy
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from tools.compare import (
    cell_rules,
    largest_move,
    printed_digits,
    same_outputs,
    same_text,
)

CHECKOUT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))


def png(grey):
    """Make a picture of one shade."""
    file = io.BytesIO()
    Image.new("L", (40, 30), grey).save(file, "png")
    return base64.b64encode(file.getvalue()).decode()


PNG = png(200)


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def figure(words="accuracy rises to 0.95", png=PNG, withheld=False):
    output = {"output_type": "display_data", "data": {"text/plain": words}, "metadata": {}}
    if png:
        output["data"]["image/png"] = png
    if withheld:
        output["metadata"]["course"] = {"withheld": True}
    return output


@pytest.mark.parametrize(
    ("stored", "fresh"),
    [
        ("accuracy 0.97600000", "accuracy 0.97600001"),
        ("[[ 0.5 -0.25]]", "[[0.5  -0.25]]"),
        ("a  b\n c", "a b\nc "),
        ("[0. 1. 0.]", "[ 0.  1.  0.]"),
        ("loss 1e-05", "loss 0.00001"),
        ("nan and 12", "nan and 12"),
        ("100000.5", "100000.59"),  # a millionth of it is 0.1
    ],
)
def test_rounding_and_white_space_are_forgiven(stored, fresh):
    assert same_text(stored, fresh) is None


@pytest.mark.parametrize(
    ("stored", "fresh"),
    [
        ("accuracy 0.976", "accuracy 0.977"),
        ("accuracy 0.976", "accuracy -0.976"),
        ("12 right", "13 right"),
        ("12 right", "12.0 right"),
        ("rises", "falls"),
        ("version 2.21.0", "version 2.22.0"),
        ("float32", "float64"),
        ("784-512-10", "784-128-10"),
        ("0.5 0.25", "0.5"),
        ("[0. 1. 0.]", "[0. 0. 1.]"),
        ("<td>0.5</td>", "<th>0.5</th>"),
        ("1,140 images", "1,141 images"),
        ("1 23", "12 3"),
        ("accuracy 1e999", "accuracy 0.5"),
        ("accuracy \N{NUMERO SIGN}", "accuracy 0.5"),
        ("100000.5", "100000.7"),
    ],
)
def test_other_texts_and_numbers_are_caught(stored, fresh):
    assert same_text(stored, fresh) is not None


def test_tolerance_holds_for_floats_and_to_its_edge_only():
    assert same_text("accuracy 0.976, 12 rows", "accuracy 0.978, 12 rows", 0.002) is None
    message = same_text("accuracy 0.976, 12 rows", "accuracy 0.97801, 12 rows", 0.002)
    assert message == "number differs: stored 0.976, now 0.97801, allowed difference 0.002"
    assert same_text("accuracy 0.976, 12 rows", "accuracy 0.976, 13 rows", 5.0) is not None


def test_outputs_compare_in_order_and_number():
    assert same_outputs([stream("a"), figure()], [stream("a"), figure()]) is None
    assert same_outputs([stream("a"), figure()], [figure(), stream("a")]) is not None
    assert same_outputs([stream("a"), figure()], [stream("a")]) is not None
    assert same_outputs([], [stream("a")]) is not None


def test_figure_compares_by_words_and_must_exist():
    assert same_outputs([figure()], [figure("accuracy falls to 0.95")]) is not None
    assert same_outputs([figure()], [figure(png=None)]) is not None
    assert same_outputs([figure(png=None)], [figure()]) is not None
    junk = base64.b64encode(b"\x89PNG\r\n\x1a\n and no more").decode()
    for nothing in ("bm90IGEgcGljdHVyZQ==", junk, "not base64", PNG[: len(PNG) // 2]):
        assert "fresh image/png is no picture" in same_outputs([figure()], [figure(png=nothing)])
        assert "stored image/png is no picture" in same_outputs([figure(png=nothing)], [figure()])


def test_thumbnail_forgives_other_shades_of_a_letter_and_catches_another_picture():
    assert same_outputs([figure()], [figure(png=png(204))]) is None
    assert "another picture" in same_outputs([figure()], [figure(png=png(205))])
    assert same_outputs([figure()], [figure(png=png(205))], words=False) is None


def test_stored_figures_pass_for_themselves_and_hardly_ever_for_another():
    stored = [
        output
        for path in NOTEBOOKS
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(stored) > 20
    alike = 0
    for place, one in enumerate(stored):
        assert same_outputs([one], [one]) is None
        for other in stored[:place]:
            assert same_outputs([one], [other]) is not None
            pictures = [figure(png=output["data"]["image/png"]) for output in (one, other)]
            alike += same_outputs(pictures[:1], pictures[1:]) is None
    # A figure may come twice, the second time with what was asked for marked in it.
    assert alike <= 0.01 * len(stored) ** 2 / 2


def test_kind_of_an_output_and_its_types_of_text_count():
    assert same_outputs([stream("a")], [stream("a", "stderr")]) is not None
    value = figure(png=None)
    result = {**value, "output_type": "execute_result", "execution_count": 1}
    assert same_outputs([value], [result]) is not None
    table = {**value, "data": {**value["data"], "text/html": "<b>a</b>"}}
    assert same_outputs([value], [table]) is not None
    drawing = {**value, "data": {**value["data"], "image/svg+xml": "<svg>a</svg>"}}
    other_drawing = {**value, "data": {**value["data"], "image/svg+xml": "<svg>b</svg>"}}
    assert same_outputs([drawing], [drawing]) is None
    assert same_outputs([drawing], [other_drawing]) is not None
    error = {"output_type": "error", "ename": "ValueError", "evalue": "a", "traceback": []}
    assert same_outputs([error], [{**error, "evalue": "b"}]) is not None


def test_withheld_picture_is_expected_in_the_fresh_output_only():
    stored = figure(png=None, withheld=True)
    assert same_outputs([stored], [figure(withheld=True)]) is None
    assert same_outputs([stored], [figure(png=None, withheld=True)]) is not None
    assert same_outputs([stored], [figure()]) is not None
    assert "refresh" in same_outputs([figure(withheld=True)], [figure(withheld=True)])


def test_warnings_on_standard_error_count_and_tensorflow_log_does_not():
    log = "WARNING: All log messages before absl\nI0000 00:00:17.5 12 port.cc:153] oneDNN\n"
    assert same_outputs([], [stream(log, "stderr")]) is None
    assert same_outputs([], [stream(log + "UserWarning: no\n", "stderr")]) is not None
    assert same_outputs([], [stream("I10 said no\n", "stderr")]) is not None


def test_unstable_cell_compares_by_kinds_of_outputs():
    assert same_outputs([figure("a")], [figure("b")], words=False) is None
    assert same_outputs([figure("a")], [figure("b", png=None)], words=False) is not None


def test_cell_rules_are_read_and_nonsense_is_refused():
    assert cell_rules({}) == (0.0, True)
    assert cell_rules({"course": {"tolerance": 0.01}}) == (0.01, True)
    assert cell_rules({"course": {"tolerance": 0.01, "rows": 100}}) == (0.01, True)
    reason = "which comes first is chance"
    assert cell_rules({"course": {"unstable": reason}}) == (0.0, False)
    for course in (
        {"tolerance": -1},
        {"tolerance": "0.1"},
        {"tolerance": True},
        {"tolerance": float("nan")},
        {"tolerence": 0.1},
        {"rows": 0},
        {"rows": 1.5},
        {"rows": True},
        {"unstable": ""},
        {"unstable": "chance"},
        {"unstable": reason, "tolerance": 0.1},
        {"unstable": True},
    ):
        with pytest.raises(ValueError, match="metadata"):
            cell_rules({"course": course})


# The stored notebooks themselves: each kind of alteration, wherever it can be made.

FLOAT = re.compile(r"(?<![\w.])(\d+\.)(\d+)(?![\w.])")
INTEGER = re.compile(r"(?<![\w.,#;\[-])(\d+)(?![\w.,;:%-])")
WORD = re.compile(r"(?<![\w<>/&#;\x1b\[])([a-z]{4,})(?![\w=>])")


def stored_cells():
    for path in NOTEBOOKS:
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code" and cell.outputs:
                tolerance, words = cell_rules(cell.metadata)
                if words:
                    yield pytest.param(cell.outputs, tolerance, id=f"{path.stem}-{cell.id}")


def texts(outputs):
    """Yield where the texts of the outputs are: a dict and a key each."""
    for output in outputs:
        if output["output_type"] == "stream":
            yield output, "text"
        for mime in output.get("data", {}):
            if mime.startswith("text/"):
                yield output["data"], mime


def raise_float(text, tolerance):
    """Move the first floating-point number by twice what is allowed."""
    match = FLOAT.search(text)
    if match is None:
        return None
    digits = len(match[2])
    moved = float(match[0]) + max(2 * tolerance, 10**-digits) + 2e-6 * float(match[0])
    return text[: match.start()] + f"{moved:.{digits + 6}f}" + text[match.end() :]


def raise_integer(text, _):
    match = INTEGER.search(text)
    return match and text[: match.start()] + str(int(match[0]) + 1) + text[match.end() :]


def change_word(text, _):
    match = WORD.search(text)
    return match and text[: match.start()] + match[0][::-1] + "s" + text[match.end() :]


def drop_line(text, _):
    lines = text.rstrip("\n").split("\n")
    middle = len(lines) // 2
    return "\n".join(lines[:middle] + lines[middle + 1 :]) if lines[middle].strip() else None


@pytest.mark.parametrize(("outputs", "tolerance"), list(stored_cells()))
def test_altered_text_of_a_stored_output_is_caught(outputs, tolerance):
    for alter in (raise_float, raise_integer, change_word, drop_line):
        for place, (holder, key) in enumerate(texts(outputs)):
            text = alter(holder[key], tolerance)
            if text is None:
                continue
            copied = copy.deepcopy(outputs)
            other_holder, other_key = list(texts(copied))[place]
            other_holder[other_key] = text
            assert same_outputs(copied, fresh_from(outputs), tolerance), (
                f"{alter.__name__}: {text[:80]}"
            )


def test_stored_outputs_offer_each_kind_of_alteration():
    cells = [parameter.values for parameter in stored_cells()]
    for alter in (raise_float, raise_integer, change_word, drop_line):
        altered = sum(
            alter(holder[key], tolerance) is not None
            for outputs, tolerance in cells
            for holder, key in texts(outputs)
        )
        assert altered > 50, alter.__name__


@pytest.mark.parametrize(("outputs", "tolerance"), list(stored_cells()))
def test_removed_output_or_figure_is_caught(outputs, tolerance):
    fresh = fresh_from(outputs)
    assert same_outputs(outputs, fresh, tolerance) is None
    for place, output in enumerate(outputs):
        assert same_outputs(outputs[:place] + outputs[place + 1 :], fresh, tolerance)
        if "image/png" in output.get("data", {}):
            copied = copy.deepcopy(outputs)
            del copied[place]["data"]["image/png"]
            assert same_outputs(copied, fresh, tolerance)
            assert same_outputs(outputs, copied, tolerance)


# Mistakes that somebody might make, each planted in the text and in the table of one cell.


def swap(first, second):
    """Exchange two rows of a table, or two words, and leave everything else."""

    def alter(text):
        if first in text and second in text:
            return text.replace(first, "#").replace(second, first).replace("#", second)
        return None

    return alter


def replace(before, after):
    return lambda text: text.replace(before, after) if before in text else None


PLANTED = [
    ("01_iris", "triangle", replace("flowers 70, 72, 83", "flowers 70, 72")),
    ("01_iris", "one-hot", swap("[1 0 0]", "[0 0 1]")),
    ("01_iris", "test", replace("by the network: 49", "by the network: 50")),
    ("06_windows", "stops-figure", replace("make -2.8", "make 2.8")),
    ("07_how_sure", "claims-figure", replace("other seeds give less", "other seeds give more")),
    ("02_mnist", "ten-predictions", replace("actual: ", "actually: ")),
    ("02_mnist", "last", replace("10 right", "9 right")),
    ("03_point_cloud", "predict", replace("class: [3]", "class: [2]")),
    ("04_lfw_faces", "confusion", swap("Colin Powell", "Gerhard Schroeder")),
    ("05_diabetes", "heaps", replace("109 ill are found", "110 ill are found")),
    ("04_lfw_faces", "mended", replace("judged 64", "judged 65")),
    ("05_diabetes", "histograms", replace("251", "250")),
]


@pytest.mark.parametrize(("notebook", "cell_id", "alter"), PLANTED)
def test_planted_mistake_is_caught(notebook, cell_id, alter):
    path = CHECKOUT / "notebooks" / f"{notebook}.ipynb"
    (cell,) = [c for c in nbformat.read(path, as_version=4).cells if c.id == cell_id]
    tolerance, _ = cell_rules(cell.metadata)
    altered = copy.deepcopy(cell.outputs)
    changed = 0
    for holder, key in texts(altered):
        if (text := alter(holder[key])) is not None:
            holder[key] = text
            changed += 1
    assert changed, "nothing was planted"
    assert same_outputs(altered, fresh_from(cell.outputs), tolerance)


def test_printed_digits_are_those_of_the_finest_number():
    outputs = [stream("loss 0.25, 12 epochs, 0."), figure("From 0.125 to 1.0.")]
    assert printed_digits(outputs) == 3
    assert printed_digits([stream("version 1.2.3, 12 epochs")]) == 0
    assert printed_digits([stream("loss 1.5e-03")]) == 4
    assert printed_digits([stream("rate 1e-05")]) == 5


def test_largest_move_finds_the_number_that_moved_most_and_other_words():
    before = [stream("accuracy 0.95, loss 0.30"), figure("ends at 0.5")]
    after = [stream("accuracy 0.94, loss 0.33"), figure("ends at 0.5")]
    assert largest_move(before, after) == pytest.approx(0.03)
    assert largest_move(before, before) == 0
    assert largest_move([stream("12 right")], [stream("12 right")]) is None
    assert largest_move([stream("12 right")], [stream("13 right")]) == "words"
    assert largest_move(before, after[:1]) == "words"


def fresh_from(outputs):
    """Return the outputs as a kernel would send them: withheld pictures are there."""
    fresh = copy.deepcopy(outputs)
    for output in fresh:
        if output.get("metadata", {}).get("course", {}).get("withheld"):
            output["data"]["image/png"] = PNG
    return fresh


def printing(text, stored, count=1, source="print({!r})", **metadata):
    """Make a cell that prints a text, while another is stored."""
    outputs = [nbformat.v4.new_output("stream", text=stored)] if stored else []
    source = source.format(text)
    return nbformat.v4.new_code_cell(source, outputs=outputs, execution_count=count, **metadata)


NEEDS_GRAPHVIZ = {"metadata": {"course": {"needs": "graphviz"}}}
NOTEBOOK_OF_MISTAKES = {
    "as it is": printing("0.333333 of 3", "0.333333 of 3\n"),
    "semicolon": printing("1", "1\n", source="print({!r})\n2;"),
    "number": printing("0.333333 of 3", "0.333433 of 3\n"),
    "integer": printing("0.333333 of 3", "0.333333 of 4\n"),
    "removed": printing("0.333333 of 3", ""),
    "never run": printing("0.333333 of 3", "", count=None),
    "tagged": printing("1", "2\n", metadata={"tags": ["nbval-skip", "nbval-ignore-output"]}),
    "commented": printing("1", "2\n", source="# NBVAL_IGNORE_OUTPUT\nprint({!r})"),
    "needs Graphviz": printing("1", "2\n", **NEEDS_GRAPHVIZ),
    "needs Graphviz and fails": printing("", "2\n", source="1 / 0", **NEEDS_GRAPHVIZ),
}


@pytest.mark.parametrize("graphviz", [True, False], ids=["with Graphviz", "without"])
def test_nbval_fails_every_cell_whose_outputs_were_altered(tmp_path, graphviz):
    """Run one notebook by the checkout's own `conftest.py`, laxly, which must not matter."""
    notebook = nbformat.v4.new_notebook(cells=list(NOTEBOOK_OF_MISTAKES.values()))
    nbformat.write(notebook, tmp_path / "small.ipynb")
    shutil.copy(CHECKOUT / "conftest.py", tmp_path)
    (tmp_path / ("dot.exe" if os.name == "nt" else "dot")).touch(
        mode=0o755
    )  # found, and never called
    options = ["--nbval-lax", "--nbval-current-env", "-v", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--rootdir", str(tmp_path), "small.ipynb"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(CHECKOUT),
            "PYTHONUTF8": "1",
            "PATH": str(tmp_path) if graphviz else "",
        },
        timeout=300,
        check=False,
    )
    found = dict(re.findall(r"Cell (\d+) (PASSED|FAILED)", result.stdout))
    assert len(found) == len(NOTEBOOK_OF_MISTAKES), result.stdout
    passed = [
        name for number, name in enumerate(NOTEBOOK_OF_MISTAKES) if found[str(number)] == "PASSED"
    ]
    assert passed == ["as it is", "semicolon"] + ["needs Graphviz"] * (not graphviz)
    line = "Not compared for want of Graphviz: small.ipynb, one cell"
    assert (line in result.stdout) is not graphviz
