from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections import namedtuple
from pathlib import Path

import joblib
import psutil
import pytest
from packaging.specifiers import SpecifierSet

from helpers import datasets, environment

ROOT = Path(__file__).resolve().parent.parent
Version = namedtuple("Version", "major minor micro")
Memory = namedtuple("Memory", "total")


@pytest.fixture
def good_machine(tmp_path, monkeypatch):
    """Replace what differs from machine to machine by what the course needs."""
    requirements = tmp_path / "requirements.txt"
    requirements.write_text(
        "# a comment\n"
        "keras-of-the-course==3.15.1  # why it is here\n"
        "\n"
        'tensorflow-cpu==2.21.0 ; python_version >= "3"\n'
        'tensorflow==2.21.0 ; python_version < "3"\n'
        "-e .\n"
    )
    installed = {"keras-of-the-course": "3.15.1", "tensorflow-cpu": "2.21.0"}

    def version(name: str) -> str:
        if name not in installed:
            raise environment.metadata.PackageNotFoundError(name)
        return installed[name]

    monkeypatch.setattr(environment, "REQUIREMENTS", requirements)
    monkeypatch.setattr(environment.metadata, "version", version)
    monkeypatch.setattr(joblib, "cpu_count", lambda: 2)
    monkeypatch.setattr(environment, "_memory_in_bytes", lambda: 2_000_000_000)
    return installed


GOOD_LINES = """\
Python 3.11 to 3.13: ok
keras-of-the-course 3.15.1: ok
tensorflow 2.21.0: ok
2 processor cores: ok
2 GB of memory: ok
data/diabetes.csv (23,290 bytes, SHA-256 sum): ok
data/lfw_manifest.txt (131,120 bytes, SHA-256 sum): ok
data/mnist.npz (11,266,754 bytes, SHA-256 sum): ok
data/orl_faces.npz (3,688,090 bytes, SHA-256 sum): ok
"""


def test_where_all_is_well_every_line_says_ok(good_machine, capsys):
    assert environment.check() is True
    assert capsys.readouterr() == (GOOD_LINES, "")


def test_a_larger_machine_with_another_python_prints_the_same(good_machine, monkeypatch, capsys):
    monkeypatch.setattr(joblib, "cpu_count", lambda: 64)
    monkeypatch.setattr(environment, "_memory_in_bytes", lambda: 512_000_000_000)
    monkeypatch.setattr(sys, "version_info", Version(3, 13, 9))
    assert environment.check() is True
    assert capsys.readouterr().out == GOOD_LINES


def test_tensorflow_has_one_name_whichever_of_its_packages_a_system_gets(
    good_machine, monkeypatch, capsys
):
    text = environment.REQUIREMENTS.read_text()
    environment.REQUIREMENTS.write_text(text.replace('>= "3"', '< "2"').replace('< "3"', '>= "3"'))
    good_machine["tensorflow"] = good_machine.pop("tensorflow-cpu")
    assert environment.check() is True
    assert capsys.readouterr().out == GOOD_LINES


def lines_with_a_problem(capsys) -> list[str]:
    return [line for line in capsys.readouterr().out.splitlines() if not line.endswith(": ok")]


def python(*version: int):
    def change(_: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "version_info", Version(*version))
        monkeypatch.setattr(environment.platform, "python_version", lambda: "X.Y.Z")

    return change


PYTHON_LINE = (
    "Python 3.11 to 3.13: this is Python X.Y.Z. Install one from 3.11 to 3.13 and run "
    "`course.py lab` with it."
)
INSTALL = "Run `python3 course.py lab`, or `python -m pip install -r requirements.txt`."
PROBLEMS = {
    "python too old": (python(3, 10, 4), PYTHON_LINE),
    "python too new": (python(3, 14, 0), PYTHON_LINE),
    "another version": (
        lambda installed, _: installed.update({"keras-of-the-course": "3.14.0"}),
        f"keras-of-the-course 3.15.1: 3.14.0 is installed. {INSTALL}",
    ),
    "no package": (
        lambda installed, _: installed.pop("tensorflow-cpu"),
        f"tensorflow 2.21.0: not installed. {INSTALL}",
    ),
    "no requirements": (
        lambda *_: environment.REQUIREMENTS.unlink(),
        "requirements.txt: cannot be read (No such file or directory). "
        "Get it back with `git checkout -- requirements.txt`.",
    ),
    "one core": (
        lambda _, monkeypatch: monkeypatch.setattr(joblib, "cpu_count", lambda: 1),
        "2 processor cores: 1 found. Everything works, only more slowly than the notebooks say.",
    ),
    "little memory": (
        lambda _, monkeypatch: monkeypatch.setattr(
            environment, "_memory_in_bytes", lambda: 1_040_000_000
        ),
        "2 GB of memory: 1.0 GB found. Close other programs and run one notebook at a time, "
        "or take a larger machine.",
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_is_missing_is_said_and_slowness_keeps_nobody(good_machine, monkeypatch, capsys, name):
    change, line = PROBLEMS[name]
    change(good_machine, monkeypatch)
    assert environment.check() is (name == "one core")
    assert lines_with_a_problem(capsys) == [line]


def test_a_damaged_data_file_is_said(good_machine, tmp_path, monkeypatch, capsys):
    for name in datasets.DATA_FILES:
        shutil.copy(ROOT / "data" / name, tmp_path)
    (tmp_path / "mnist.npz").write_bytes(b"half")
    monkeypatch.setattr(datasets, "DATA_FOLDER", tmp_path)
    assert environment.check() is False
    (line,) = lines_with_a_problem(capsys)
    assert line.startswith("data/mnist.npz (4 bytes, SHA-256 sum): data/mnist.npz is not")
    assert "`git checkout -- data/mnist.npz`" in line


def test_without_numpy_the_check_still_says_what_is_missing(good_machine, monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "helpers.datasets")
    monkeypatch.delitem(sys.modules, "helpers.lfw", raising=False)
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert environment.check() is False
    (line,) = lines_with_a_problem(capsys)
    assert line.startswith(
        "Processor cores, memory and data files: not looked at, because the package numpy is"
    )


def test_importing_the_check_needs_nothing_but_python():
    code = "import sys, helpers.environment; print('numpy' in sys.modules, 'psutil' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("3000000000\n", 3_000_000_000), ("max\n", 8_000_000_000), (None, 8_000_000_000)],
)
def test_memory_is_the_containers_share_of_the_machines(monkeypatch, limit, expected):
    def read_text(path: Path, **_: object) -> str:
        assert path == Path("/sys/fs/cgroup/memory.max")
        if limit is None:
            raise FileNotFoundError
        return limit

    monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory(8_000_000_000))
    monkeypatch.setattr(Path, "read_text", read_text)
    assert environment._memory_in_bytes() == expected


def test_the_real_requirements_are_all_looked_at():
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z-]+)==", text, re.MULTILINE))
    looked_at = {finding.requirement.split()[0] for finding in environment._inspect_packages()}
    assert looked_at == pinned - {"tensorflow-cpu"}


def test_the_range_of_pythons_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    allowed = SpecifierSet(project["requires-python"])
    minors = [minor for minor in range(30) if f"3.{minor}.1" in allowed]
    assert (3, minors[0]) == environment.OLDEST_PYTHON
    assert (3, minors[-1]) == environment.NEWEST_PYTHON
