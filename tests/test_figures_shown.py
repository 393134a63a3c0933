from __future__ import annotations

import base64
import re
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

from helpers import plotting
from helpers.figures import description as descriptions
from tools.execution import connection

ROOT = Path(__file__).resolve().parent.parent
PNG_START = b"\x89PNG"


@pytest.fixture(autouse=True)
def style_and_figures_stay_clean():
    plt.close("all")
    before = matplotlib.rcParams.copy()
    yield
    assert matplotlib.rcParams == before
    plt.close("all")


# Words attached to figures


def test_words_of_a_figure_come_before_those_of_its_axes_which_carry_their_titles():
    figure, (left, right) = plt.subplots(1, 2)
    assert plotting.description(figure) == "A figure without a description."
    plotting.describe(right, "Second.")
    plotting.describe(left, "First.")
    plotting.describe(left, "More of it.")
    right.set_title("128 neurons")
    assert plotting.description(figure) == "First. More of it. 128 neurons: Second."
    assert plotting.description(right) == "128 neurons: Second."
    plotting.describe(figure, "Figure.")
    assert plotting.description(figure).startswith("Figure. First.")


def test_blank_words_are_refused():
    with pytest.raises(ValueError, match="words is blank"):
        plotting.describe(plt.figure(), "  ")


def test_words_do_not_keep_a_closed_figure_alive():
    import gc

    axes = plotting.bars({"a": 1}, "n")
    plt.close("all")
    before = len(descriptions._words)
    del axes
    gc.collect()
    assert len(descriptions._words) < before


def test_axes_that_were_removed_cannot_be_described_as_withheld():
    axes = plotting.bars({"a": 1}, "n")
    axes.remove()
    with pytest.raises(ValueError, match="these axes were removed from their figure"):
        plotting.describe(axes, "Gone.", withheld=True)


# The same through a real kernel and its inline backend

CELLS = {
    "import": "import matplotlib.pyplot as plt\nimport numpy as np\nfrom helpers import plotting\n"
    "print(plt.Figure in get_ipython().display_formatter.ipython_display_formatter)",
    "semicolon": "plotting.bars({'a <b> & c': 1, 'b': 2}, 'Count');",
    "axes last": "plotting.bars({'a': 1, 'b': 2}, 'Count')",
    "figure last": "plotting.learning_curves({'accuracy': [0.5, 0.9], 'loss': [1.0, 0.2]})",
    "plain": "plt.plot([1, 2, 3])\nplt.xlabel('a label that is far too long for its figure ' * 3);",
    "two": "plotting.bars({'first': 1}, 'One')\nplt.figure()\nplt.plot([1, 2], label='x');",
    "displayed": "figure = plotting.bars({'a': 1}, 'n').figure\ndisplay(figure)\nprint('after')",
    "again": "figure",
    "show": "plotting.bars({'a': 1}, 'n')\nplt.show()",
    "withheld": "plotting.image_grid(np.zeros((2, 4, 4)), withheld=True);",
    "wide": "plotting.confusion_matrix([0, 1], [0, 1]);",
}


@pytest.fixture(scope="module")
def outputs():
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in CELLS.values()]
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(ROOT)}},
        config=Config(KernelManager=connection()),
    ).execute()
    return {name: cell.outputs for name, cell in zip(CELLS, notebook.cells, strict=True)}


def assert_one_speaking_figure(outputs, words):
    assert [output.output_type for output in outputs] == ["display_data", "display_data"]
    picture, caption = outputs
    assert set(picture.data) == {"image/png", "text/plain"}
    assert base64.b64decode(picture.data["image/png"]).startswith(PNG_START)
    assert picture.data["text/plain"] == words
    assert picture.metadata == {"image/png": {"alt": words}}
    assert caption.data["text/plain"] == words
    assert set(caption.data) == {"text/html", "text/plain"}


def test_an_import_leaves_the_display_of_figures_alone(outputs):
    assert outputs["import"][0].text == "False\n"


@pytest.mark.parametrize("cell", ["semicolon", "axes last", "figure last", "plain", "show"])
def test_a_figure_is_shown_once_with_words_as_text_alternative_and_caption(outputs, cell):
    words = {
        "semicolon": "Count: a <b> & c 1, b 2.",
        "axes last": "Count: a 1, b 2.",
        "figure last": "Training accuracy rises from 0.500 to 0.900 in 2 epochs. "
        "Training loss falls from 1.000 to 0.200 in 2 epochs.",
        "plain": "A figure without a description.",
        "show": "N: a 1.",
    }[cell]
    assert_one_speaking_figure(outputs[cell], words)


def test_the_caption_is_folded_and_its_words_are_escaped(outputs):
    assert outputs["semicolon"][1].data["text/html"] == (
        "<details><summary>In words</summary><p>Count: a &lt;b&gt; &amp; c 1, b 2.</p></details>"
    )


def test_two_figures_of_a_cell_each_have_their_words(outputs):
    assert_one_speaking_figure(outputs["two"][:2], "One: first 1.")
    assert_one_speaking_figure(outputs["two"][2:], "A figure without a description.")


def test_a_displayed_figure_is_not_shown_again_at_the_end_of_the_cell(outputs):
    *figure, printed = outputs["displayed"]
    assert_one_speaking_figure(figure, "N: a 1.")
    assert printed.text == "after\n"
    assert_one_speaking_figure(outputs["again"], "N: a 1.")


def test_a_withheld_figure_is_marked_and_its_words_are_in_the_caption(outputs):
    picture, caption = outputs["withheld"]
    words = caption.data["text/plain"]
    assert words.startswith("2 grey images in 1 row of 2.")
    assert picture.metadata == {"image/png": {"alt": words}, "course": {"withheld": True}}
    assert picture.data["image/png"]
    assert picture.data["text/plain"] == descriptions.NOT_STORED


def test_a_figure_of_ours_has_the_size_it_was_given_and_no_label_of_another_is_cut(outputs):
    def size(name):
        png = base64.b64decode(outputs[name][0].data["image/png"])
        return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")

    assert size("wide") == (660, 520)
    assert size("figure last") == (800, 360)
    assert size("plain")[0] > 640


def test_no_output_shows_a_memory_address_or_the_name_of_a_class(outputs):
    for name, shown in outputs.items():
        for output in shown:
            text = str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))
            assert not re.search(r"0x[0-9a-f]{6}|<Axes|<Figure", text), name
