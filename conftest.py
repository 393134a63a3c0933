"""Pytest's settings for the whole checkout.

It stands at the top because its rules hold for `tests/` and for `notebooks/`:
pytest applies a `conftest.py` to its own folder and what is below.
"""

from __future__ import annotations

import os
import tempfile

import pytest
from nbval.plugin import IPyNbCell

from tools.compare import adopt

MISSING = "missing"


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
    """Compare the cells that nbval collects by the rules of `tools/compare.py`."""
    if isinstance(item, IPyNbCell):
        adopt(item)


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Note what is run but cannot be compared on this machine, and why."""
    if isinstance(item, IPyNbCell) and item.missing:
        item.user_properties.append((MISSING, (item.path.name, item.missing)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say, a line each, what was run without a comparison."""
    found = {
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for key, value in getattr(report, "user_properties", ())
        if key == MISSING
    }
    for name, missing in sorted(map(tuple, found)):
        what = "whole notebook" if missing.startswith("LFW") else "one cell"
        terminalreporter.write_line(f"Not compared for want of {missing}: {name}, {what}")
