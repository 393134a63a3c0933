"""Pytest's settings for the whole checkout.

It stands at the top because its rules hold for `tests/` and for `notebooks/`:
pytest applies a `conftest.py` to its own folder and what is below.
"""

from __future__ import annotations

import os
import tempfile

import pytest
from nbval.plugin import IPyNbCell

from tests.comparison import adopt

STAND_IN = "stand-in faces"


def pytest_configure(config: pytest.Config) -> None:
    """Give every kernel the environment that `course.py` gives it."""
    os.environ["COURSE_PROGRESS"] = "off"
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "COURSE_DATA_DIR" not in os.environ or not hasattr(config, "workerinput"):
        # Neither the learner's ticks are compared, nor are those of a test added to them.
        ticks = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        config.add_cleanup(ticks.cleanup)
        os.environ["COURSE_DATA_DIR"] = ticks.name


def pytest_itemcollected(item: pytest.Item) -> None:
    """Compare the cells that nbval collects by the rules of `tests/comparison.py`."""
    if isinstance(item, IPyNbCell):
        adopt(item)


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note the notebooks that are run but cannot be compared on this machine."""
    if isinstance(item, IPyNbCell) and not item.parent.comparable:
        item.user_properties.append((STAND_IN, item.path.name))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line which notebooks were run without a comparison."""
    names = {
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for key, value in getattr(report, "user_properties", ())
        if key == STAND_IN
    }
    if names:
        terminalreporter.write_line(
            f"Run but not compared, because LFW cannot be reached here and the ORL faces "
            f"stood in: {', '.join(sorted(names))}"
        )
