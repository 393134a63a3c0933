"""Words that belong to a figure, and how a notebook shows them.

`describe` attaches words to a Matplotlib figure, `description` reads them. The
first words attached in a notebook let IPython show every figure together with
its words. Readers who cannot see the picture hear them; tests compare them.
"""

from __future__ import annotations

import base64
import html
import io
import sys
from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary, WeakSet

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

DOTS_PER_INCH = 100
"""Resolution of a displayed figure: eight inches fill JupyterLab's page."""

NOT_STORED = (
    "This picture is not stored in the notebook, because the images in it may not be "
    "redistributed. Run the cell to see it. Its description follows."
)
"""What stands in a stored notebook in the place of a withheld picture."""

T = TypeVar("T")

_words: WeakKeyDictionary[Axes | Figure, list[str]] = WeakKeyDictionary()
_withheld: WeakSet[Figure] = WeakSet()


def describe(figure_or_axes: Figure | Axes, words: str, *, withheld: bool = False) -> None:
    """Attach words to a figure or to one of its axes.

    In a running IPython shell, every figure is from then on displayed together
    with its words: as alternative text of the picture, and below it once more,
    folded, because JupyterLab does not hand a picture's alternative text to a
    screen reader. Axes on the last line of a cell show their figure. Each figure
    is shown once and then closed, as the inline backend does.

    Parameters
    ----------
    figure_or_axes : Figure or Axes
        What the words are about.
    words : str
        One or more whole sentences. Further calls add to them.
    withheld : bool
        True where the picture shows images that may not be redistributed: a
        stored notebook then keeps the words and not the pixels.

    Raises
    ------
    ValueError
        If `words` is blank.
    """
    if not words.strip():
        raise ValueError("words is blank, expected at least one sentence about the figure")
    _words.setdefault(figure_or_axes, []).append(words.strip())
    if withheld:
        _withheld.add(_figure_of(figure_or_axes))
    if "IPython" in sys.modules and (shell := sys.modules["IPython"].get_ipython()):
        formatter = shell.display_formatter.ipython_display_formatter
        formatter.for_type(Figure, _show)
        formatter.for_type(Axes, _show)


def description(figure_or_axes: Figure | Axes) -> str:
    """Return the words of a figure, or of one of its axes.

    A figure's own words come first, then those of its axes in the order in which they
    were made, each after its title. Where `describe` was not used, one sentence says so.
    """
    words = list(_words.get(figure_or_axes, []))
    if isinstance(figure_or_axes, Axes):
        if words and (title := figure_or_axes.get_title()):
            words.insert(0, f"{title}:")
    else:
        words += [description(axes) for axes in figure_or_axes.axes if axes in _words]
    return " ".join(words) or "A figure without a description."


def present(
    size: tuple[float, float],
    numbers: T,
    draw: Callable[[Axes, T], None],
    words: Callable[[T], str],
) -> Axes:
    """Draw numbers on the axes of a new figure, attach their words, and return the axes."""
    axes = plt.subplots(figsize=size, layout="compressed")[1]
    draw(axes, numbers)
    describe(axes, words(numbers))
    return axes


def _show(figure_or_axes: Figure | Axes) -> None:
    """Display a picture and, below it, its words; IPython calls this."""
    from IPython.display import display

    figure = _figure_of(figure_or_axes)
    words = description(figure)
    withheld = figure in _withheld
    png = io.BytesIO()
    # A figure with a layout engine keeps its size; others are trimmed so that no label is cut.
    trim = None if figure.get_layout_engine() else "tight"
    undated = {"Software": None}  # the same picture from every version of Matplotlib
    figure.savefig(png, format="png", dpi=DOTS_PER_INCH, bbox_inches=trim, metadata=undated)
    metadata: dict[str, Any] = {"image/png": {"alt": words}}
    if withheld:
        metadata["course"] = {"withheld": True}
    picture = {
        "image/png": base64.b64encode(png.getvalue()).decode("ascii"),
        "text/plain": NOT_STORED if withheld else words,
    }
    caption = {
        "text/html": "<details><summary>In words</summary>"
        f"<p>{html.escape(words, quote=False)}</p></details>",
        "text/plain": words,
    }
    display(picture, raw=True, metadata=metadata)
    display(caption, raw=True)
    plt.close(figure)


def _figure_of(figure_or_axes: Figure | Axes) -> Figure:
    figure = figure_or_axes.get_figure(root=True)
    if figure is None:
        raise ValueError("these axes were removed from their figure; draw them again")
    return figure
