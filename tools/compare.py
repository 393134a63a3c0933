"""What nbval lacks: a comparison of stored and fresh outputs that knows numbers and figures.

nbval executes every code cell and compares text to the letter. This module
gives it these rules instead:

- Text and integers compare exactly; white space does not count.
- Floating-point numbers may differ by ``RELATIVE_TOLERANCE`` of the stored one.
  A cell whose numbers come from a training states an absolute tolerance of its
  own in its metadata: ``{"course": {"tolerance": 0.002}}``. From what it follows,
  ``tools/stability.py`` says; ``rows`` beside it is for that rule.
- A figure compares by its words, and it must exist: an output that holds a
  picture on one side only is a difference. Of the pixels a thumbnail is compared,
  so that one figure does not pass for another. A picture that may not be stored
  (its metadata say ``{"course": {"withheld": true}}``) is expected in the fresh
  output only.
- Outputs compare in their order; their number counts.
- A cell whose words hang on the last bits of a training says so, with its reason:
  ``{"course": {"unstable": "..."}}``. Then only the kinds of its outputs count.
- What a cell writes to standard error counts, but for TensorFlow's own log.
- A cell that shows what only Graphviz can draw says ``{"course": {"needs": "graphviz"}}``.
  Where Graphviz is missing it is run and not compared, and pytest says so.
- A code cell without a stored execution count fails: nothing would be compared.
"""

from __future__ import annotations

import base64
import functools
import io
import math
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from unittest import mock

import numpy as np
from jupyter_client.manager import KernelManager
from nbval.plugin import IPyNbCell, IPyNbFile
from PIL import Image

from helpers.datasets import lfw_can_be_had
from tools.execution import connection

RELATIVE_TOLERANCE = 1e-6
"""How far a floating-point number may be off, as a share of the stored number."""

NUMBER = re.compile(
    r"""
    (?<![\w.])                      # not inside a word, a name or a version
    [-+]?
    (?: \d+\.\d+ (?:[eE][-+]?\d+)?  # 0.25, 1.5e-03
      | \.\d+    (?:[eE][-+]?\d+)?  # .25
      | \d+      [eE][-+]?\d+       # 1e-05
      | \d+\. (?=\s*[\]),\d.+-])    # 1. as NumPy prints it, not the end of a sentence
    )
    (?! \w | \.\d )
    """,
    re.VERBOSE,
)
MARK = "\N{NUMERO SIGN}"
"""What stands in the place of each floating-point number while words are compared."""

TENSORFLOW_LOG = re.compile(
    r"^(?:[IWE]\d{4} \d|WARNING: All log messages before absl|To enable the following instr)"
)
THUMBNAIL = (32, 32)
MOST_GREY_LEVELS = 4.0
"""How far two pictures' thumbnails may be apart on average, of 255 levels.

The two stored figures that are most alike are 5.1 apart; the same figure under
the settings of ``tools/stability.py`` is less than 0.8 off.
"""


def same_text(stored: str, fresh: str, tolerance: float = 0.0) -> str | None:
    """Compare two texts, number by number; return what differs, or None."""
    stored_words, stored_numbers = _words_and_numbers(stored)
    fresh_words, fresh_numbers = _words_and_numbers(fresh)
    if stored_words != fresh_words or len(stored_numbers) != len(fresh_numbers):
        return (
            f"text differs\n  stored: {_around(stored_words, fresh_words)}\n  now:    "
            + _around(fresh_words, stored_words)
        )
    for before, now in zip(stored_numbers, fresh_numbers, strict=True):
        if not math.isfinite(float(before)):
            return f"the stored number {before} is infinite"
        allowed = tolerance + RELATIVE_TOLERANCE * abs(float(before))
        difference = abs(float(before) - float(now))
        # One part in 10^9 more: 0.3 - 0.1 is not 0.2 in binary.
        if not difference <= allowed * (1 + 1e-9):
            return f"number differs: stored {before}, now {now}, allowed difference {allowed:.3g}"
    return None


def _words_and_numbers(text: str) -> tuple[str, list[str]]:
    """Split a text into its words, with a mark for each float, and its floats."""
    words = " ".join(NUMBER.sub(MARK, text).split())
    words = re.sub(r"(?<=[\[(]) | (?=[\])])", "", words)  # NumPy pads for signs
    return words, NUMBER.findall(text)


def _around(text: str, other: str, width: int = 60) -> str:
    """Cut a text down to the place where it begins to differ from another."""
    start = next(
        (i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b),
        min(len(text), len(other)),
    )
    return "…" * (start > width) + text[max(0, start - width) : start + width]


def same_outputs(
    stored: Sequence[Mapping[str, Any]],
    fresh: Sequence[Mapping[str, Any]],
    tolerance: float = 0.0,
    *,
    words: bool = True,
) -> str | None:
    """Compare the outputs of one cell; return what differs first, or None.

    Parameters
    ----------
    stored, fresh : sequences of outputs in nbformat 4
        As the notebook holds them and as the kernel has just sent them.
    tolerance : float
        Absolute tolerance for floating-point numbers.
    words : bool
        False where only the kinds of the outputs and their pictures count.
    """
    before, now = _simplify(stored), _simplify(fresh)
    if len(before) != len(now):
        return f"{len(before)} outputs are stored, there are {len(now)} now" + _kinds(before, now)
    for place, (one, other) in enumerate(zip(before, now, strict=True), start=1):
        problem = _same_output(one, other, tolerance, words)
        if problem:
            return f"output {place}: {problem}"
    return None


def largest_move(
    stored: Sequence[Mapping[str, Any]], fresh: Sequence[Mapping[str, Any]]
) -> float | str | None:
    """Return how far apart the numbers of two runs of a cell are at most.

    Parameters
    ----------
    stored, fresh : sequences of outputs in nbformat 4
        The outputs of the same cell in two runs.

    Returns
    -------
    float or str or None
        The largest distance between two floating-point numbers in the same
        place; "words" where something else differs; None where there is no
        such number and nothing differs.
    """
    if same_outputs(stored, fresh, tolerance=math.inf):
        return "words"
    pairs = zip(floats(stored), floats(fresh), strict=True)
    return max((abs(float(before) - float(now)) for before, now in pairs), default=None)


def floats(outputs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the floating-point numbers in the outputs of a cell, as they are written."""
    return [
        number
        for output in _simplify(outputs)
        for text in output["texts"].values()
        for number in _words_and_numbers(text)[1]
    ]


def printed_digits(outputs: Sequence[Mapping[str, Any]]) -> int:
    """Return how many digits the outputs of a cell print after a point at most."""
    exponents = (int(Decimal(number).as_tuple().exponent) for number in floats(outputs))
    return max((-exponent for exponent in exponents), default=0)


def _kinds(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> str:
    def name(outputs: Iterable[Mapping[str, Any]]) -> str:
        return ", ".join(f"{o['kind']} ({'/'.join(sorted(o['texts']))})" for o in outputs) or "none"

    return f"\n  stored: {name(before)}\n  now:    {name(now)}"


def _simplify(outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Reduce outputs to what is compared: kind, texts by MIME type, picture or not."""
    simple = []
    for output in outputs:
        kind = output["output_type"]
        if kind == "stream":
            text = _joined(output["text"])
            if output["name"] == "stderr":
                lines = text.splitlines()
                text = "\n".join(line for line in lines if not TENSORFLOW_LOG.match(line)).strip()
                if not text:
                    continue
            simple.append({"kind": output["name"], "texts": {"text/plain": text}, "pictures": {}})
        elif kind == "error":
            text = f"{output['ename']}: {output['evalue']}"
            simple.append({"kind": "error", "texts": {"text/plain": text}, "pictures": {}})
        else:
            data = output.get("data", {})
            simple.append(
                {
                    "kind": kind,
                    "texts": {
                        mime: _joined(content)
                        for mime, content in data.items()
                        if not _is_picture(mime)
                    },
                    "pictures": {
                        mime: _joined(content)
                        for mime, content in data.items()
                        if _is_picture(mime)
                    },
                    "withheld": bool(output.get("metadata", {}).get("course", {}).get("withheld")),
                }
            )
    return simple


def _is_picture(mime: str) -> bool:
    return mime.startswith("image/") and mime != "image/svg+xml"


def _joined(content: object) -> str:
    if isinstance(content, list):
        return "".join(content)
    return content if isinstance(content, str) else repr(content)


def _same_output(
    stored: Mapping[str, Any], fresh: Mapping[str, Any], tolerance: float, words: bool
) -> str | None:
    if stored["kind"] != fresh["kind"]:
        return f"{stored['kind']} is stored, it is {fresh['kind']} now"
    if stored["texts"].keys() != fresh["texts"].keys():
        return f"{sorted(stored['texts'])} are stored, there are {sorted(fresh['texts'])} now"
    for mime in stored["texts"] if words else ():
        problem = same_text(stored["texts"][mime], fresh["texts"][mime], tolerance)
        if problem:
            return f"{mime}: {problem}"
    if stored.get("withheld") != fresh.get("withheld"):
        return "the picture may be stored on one side and not on the other"
    if stored.get("withheld"):
        if stored["pictures"]:
            return "a picture that may not be stored is stored; run: python3 course.py refresh"
        return None if fresh["pictures"] else "the figure has no picture now"
    if stored["pictures"].keys() != fresh["pictures"].keys():
        return (
            f"pictures {sorted(stored['pictures'])} are stored, "
            f"there are {sorted(fresh['pictures'])} now"
        )
    for mime in stored["pictures"]:
        small = []
        for side, outputs in (("stored", stored), ("fresh", fresh)):
            grey = _thumbnail(outputs["pictures"][mime])
            if grey is None:
                return f"the {side} {mime} is no picture"
            small.append(grey)
        distance = float(np.abs(small[0] - small[1]).mean())
        if words and distance > MOST_GREY_LEVELS:
            return f"{mime}: another picture, {distance:.0f} grey levels apart on average"
    return None


def _thumbnail(content: str) -> np.ndarray | None:
    """Reduce a picture to the grey levels of a thumbnail; None where it is no picture."""
    try:
        with Image.open(io.BytesIO(base64.b64decode(content))) as picture:
            paper = Image.new("RGBA", picture.size, "white")
            paper.alpha_composite(picture.convert("RGBA"))
    except (OSError, ValueError):
        return None
    return np.asarray(paper.convert("L").resize(THUMBNAIL, Image.Resampling.BOX), float)


def cell_rules(metadata: Mapping[str, Any]) -> tuple[float, bool]:
    """Read from a cell's metadata how to compare it: tolerance, and whether words count."""
    course = metadata.get("course", {})
    unknown = set(course) - {"tolerance", "rows", "unstable", "needs"}
    if unknown:
        raise ValueError(
            f"cell metadata 'course' has {sorted(unknown)}; "
            "'tolerance', 'rows', 'unstable' and 'needs' are known"
        )
    if course.get("needs", "graphviz") != "graphviz":
        raise ValueError(f"cell metadata 'needs' is {course['needs']!r}; 'graphviz' is known")
    rows = course.get("rows", 1)
    if isinstance(rows, bool) or not isinstance(rows, int) or rows < 1:
        raise ValueError(f"cell metadata 'rows' is {rows!r}; give a whole number of at least 1")
    tolerance = course.get("tolerance", 0.0)
    if isinstance(tolerance, bool) or not isinstance(tolerance, (int, float)):
        raise ValueError(f"cell metadata 'tolerance' is {tolerance!r}; give a number")
    if not math.isfinite(tolerance) or tolerance < 0:
        raise ValueError(f"cell metadata 'tolerance' is {tolerance}; give a number of at least 0")
    reason = course.get("unstable", "it is not unstable")
    if not isinstance(reason, str) or len(reason.split()) < 4:
        raise ValueError("cell metadata 'unstable' must give the reason, in four words or more")
    if "unstable" in course and len(course) > 1:
        raise ValueError("cell metadata 'unstable' leaves nothing for a tolerance to do")
    return float(tolerance), "unstable" not in course


class CourseCell(IPyNbCell):
    """A code cell that nbval runs and that compares by the rules above."""

    def runtest(self) -> None:
        """Run the cell; refuse one that has no stored result to compare with."""
        super().runtest()
        if self.cell.execution_count is None:
            self.raise_cell_error(
                "This cell has no stored execution count, so nothing can be compared.",
                "Store its outputs with: python3 course.py refresh",
            )

    @property
    def missing(self) -> str | None:
        """Say what this machine lacks, without which the cell is run and not compared."""
        if not self.parent.comparable:
            return "LFW's faces"
        needs = self.cell.metadata.get("course", {}).get("needs")
        return "Graphviz" if needs == "graphviz" and shutil.which("dot") is None else None

    def compare_outputs(
        self,
        test: Sequence[Mapping[str, Any]],
        ref: Sequence[Mapping[str, Any]],
        skip_compare: Sequence[str] | None = None,
    ) -> bool:
        """Compare fresh outputs with the stored ones; nbval prints the traceback."""
        if self.missing:
            return True
        tolerance, words = cell_rules(self.cell.metadata)
        problem = same_outputs(ref, test, tolerance, words=words)
        self.comparison_traceback = [] if problem is None else [problem]
        return problem is None


class CourseNotebook(IPyNbFile):
    """A notebook that nbval runs, in a kernel that behaves as in JupyterLab."""

    comparable = True

    def setup(self) -> None:
        """Start the kernel; decide whether the faces allow a comparison."""
        # ipykernel stops capturing file descriptors where it sees this variable.
        current_test = os.environ.pop("PYTEST_CURRENT_TEST", None)
        manager = functools.partial(KernelManager, **connection())
        try:
            with mock.patch("nbval.kernel.KernelManager", manager):
                super().setup()
        finally:
            if current_test is not None:
                os.environ["PYTEST_CURRENT_TEST"] = current_test
        # Without a history IPython does not see the semicolon that ends a cell.
        execute = functools.partial(self.kernel.kc.execute, store_history=True, stop_on_error=False)
        self.kernel.execute_cell_input = execute
        if self.nb.metadata.get("course", {}).get("needs") == "lfw":
            self.comparable = lfw_can_be_had()


def adopt(item: IPyNbCell) -> None:
    """Turn a cell that nbval has collected, and its notebook, into ours."""
    item.__class__ = CourseCell
    item.options.clear()  # neither a tag, a comment nor --nbval-lax leaves a cell out
    item.options["check"] = True
    if type(item.parent) is IPyNbFile:
        item.parent.__class__ = CourseNotebook
