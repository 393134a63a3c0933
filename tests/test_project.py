"""The project keeps its own promises: pins, locks, links, Binder, style."""

from __future__ import annotations

import ast
import doctest
import importlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
REPOSITORY = PROJECT["project"]["urls"]["Repository"]
README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)", re.MULTILINE)


def read(path):
    return (CHECKOUT / path).read_text(encoding="utf-8")


def pins(text):
    return {name.lower(): version for name, version in PIN.findall(text)}


def run(*command, timeout=300):
    return subprocess.run(
        command,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


def test_every_requirement_is_pinned_and_the_lock_agrees():
    lines = [line.partition("#")[0].strip() for line in read("requirements.txt").splitlines()]
    lines = [line for line in lines if line]
    assert lines[-1] == "-e ."
    assert all(PIN.match(line) for line in lines[:-1])
    wanted, locked = pins(read("requirements.txt")), pins(read("requirements.lock"))
    assert wanted.items() <= locked.items()


def test_tests_lock_holds_the_extra_and_agrees_with_the_learners_lock():
    extra = PROJECT["project"]["optional-dependencies"]["test"]
    wanted = pins("\n".join(extra))
    learner, tester = pins(read("requirements.lock")), pins(read("tests/requirements.lock"))
    assert len(wanted) == len(extra)
    assert wanted.items() <= tester.items()
    assert not wanted.keys() & learner.keys(), "what only the tests need is in the learner's lock"
    shared = learner.keys() & tester.keys()
    assert {name: learner[name] for name in shared} == {name: tester[name] for name in shared}


@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_lock_has_a_hash_for_everything_and_no_address(lock):
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", read(lock))[1:]
    assert len(blocks) > 20
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in read(lock)


def test_python_range_is_the_same_everywhere():
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.14"
    assert read("binder/runtime.txt").strip() == "python-3.11"
    tested = set(re.findall(r'python: "(3\.\d+)"', read(".github/workflows/ci.yml")))
    assert tested == {"3.11", "3.12", "3.13"}


def test_links_to_the_repository_follow_the_one_address():
    owner_and_name = REPOSITORY.removeprefix("https://github.com/")
    found = re.findall(r"(?:github\.com|mybinder\.org/v2/gh)/([\w.-]+/[\w.-]+)", README)
    assert found, "README.md links to no repository"
    assert set(found) == {owner_and_name}
    badge = f"https://mybinder.org/v2/gh/{owner_and_name}/HEAD?urlpath=lab/tree/notebooks/00_start_here.ipynb"
    assert badge in README


def test_address_stands_in_one_other_place_only():
    listed = run("git", "ls-files", "-z").stdout.split("\0")
    if not any(listed):
        pytest.skip("not a git checkout")
    owner_and_name = REPOSITORY.removeprefix("https://github.com/")
    holders = []
    for name in filter(None, listed):
        path = CHECKOUT / name
        if path.suffix in {".npz", ".png"} or not path.is_file():
            continue
        if owner_and_name in path.read_text(encoding="utf-8"):
            holders.append(name)
    assert sorted(holders) == ["README.md", "pyproject.toml"]


def test_relative_links_of_the_readme_exist():
    targets = re.findall(r"\]\(([^)#:]+)\)|src=\"([^\":]+)\"", README)
    paths = [one or other for one, other in targets]
    assert paths
    assert [path for path in paths if not (CHECKOUT / path).exists()] == []


@pytest.mark.skipif(sys.platform == "win32", reason="repo2docker runs on Linux and macOS only")
def test_binder_would_build_this_course():
    command = shutil.which("jupyter-repo2docker", path=str(Path(sys.executable).parent))
    result = run(command, "--no-build", "--debug", ".")
    assert result.returncode == 0, result.stderr
    dockerfile = result.stdout + result.stderr
    for expected in (
        "apt-get install --yes --no-install-recommends graphviz",
        'pip install --no-cache-dir -r "binder/requirements.txt"',
        "RUN ./binder/postBuild",
        "Building conda environment for python=3.11",
    ):
        assert expected in dockerfile
    copied = dockerfile.index("COPY --chown=0:0 src/ ${REPO_DIR}/")
    assert copied < dockerfile.index('-r "binder/requirements.txt"'), "the lock is not there yet"
    assert read("binder/requirements.txt").split() == ["-r", "../requirements.lock"]
    assert "set -e" in read("binder/postBuild").splitlines()


# Each may import what stands before it, and what is in its own place. `helpers` itself only
# passes names on, when they are asked for.
LAYERS = [
    ("helpers.progress", "helpers.originals", "helpers.environment", "helpers.lfw"),
    ("helpers.datasets", "helpers.evaluation", "helpers.models", "helpers.figures"),
    ("helpers.acceleration", "helpers.programs", "helpers.plotting", "helpers.training"),
    ("helpers.exercises",),
    ("tools",),
    ("tests", "conftest"),
]
LATE = {("helpers.environment", "helpers.datasets")}
"""Imported within a function, which runs when everything is there."""


def layer(module):
    places = [
        place
        for place, names in enumerate(LAYERS)
        for name in names
        if module == name or module.startswith(f"{name}.")
    ]
    return places[0] if places else None


def imported_by(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules():
    for folder in ("helpers", "tools", "tests"):
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            name = ".".join(path.relative_to(CHECKOUT).with_suffix("").parts)
            yield path, name.removesuffix(".__init__")


def test_nothing_imports_upwards():
    for path, name in modules():
        if name == "helpers":
            continue
        place = layer(name)
        assert place is not None, f"{name} has no place in LAYERS"
        for other in imported_by(path):
            late = any(name == one and other.startswith(two) for one, two in LATE)
            assert late or (layer(other) or 0) <= place, f"{name} imports {other}"


def test_no_module_is_longer_than_one_can_read_in_one_go():
    for path, name in modules():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        content = name.startswith(("helpers.exercises.lesson_", "tests."))
        assert content or lines <= 400, f"{name} has {lines} lines"


EXAMPLES = [
    name
    for path, name in modules()
    if name != "tests.test_project" and ">>>" in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_in_docstrings_hold(name):
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried > 0
    assert failed == 0


def test_every_notebook_goes_through_nbval_and_a_cell_that_hangs_is_stopped():
    settings = PROJECT["tool"]["pytest"]["ini_options"]
    options = settings["addopts"].split()
    assert "--nbval" in options and "notebooks" in settings["testpaths"]
    assert [option for option in options if "timeout" in option] == ["--nbval-cell-timeout=900"]


def test_modules_tests_and_notebooks_are_ruff_clean():
    for command in (["check"], ["format", "--check"]):
        result = run(sys.executable, "-m", "ruff", *command, "--no-cache", ".")
        assert result.returncode == 0, result.stdout + result.stderr


def test_type_hints_hold():
    result = run(
        sys.executable,
        "-m",
        "mypy",
        "--cache-dir",
        "nul" if sys.platform == "win32" else "/dev/null",
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_importing_helpers_is_instant_and_leaves_tensorflow_alone():
    heavy = "{'keras', 'tensorflow', 'sklearn', 'pooch', 'requests', 'matplotlib', 'pandas'}"
    for modules, allowed in (
        ("helpers", set()),
        ("helpers.datasets", set()),
        (
            "helpers.plotting, helpers.environment, helpers.evaluation",
            {"matplotlib", "pandas", "sklearn"},
        ),
    ):
        code = f"import sys, {modules}; print(*({heavy} & set(sys.modules)))"
        result = run(sys.executable, "-c", code)
        assert result.returncode == 0, result.stderr
        assert set(result.stdout.split()) <= allowed


def test_no_file_holds_a_path_of_a_machine_or_a_pickle():
    listed = run("git", "ls-files", "-z").stdout.split("\0")
    home = re.compile(r"/(?:home|Users|root)/\w|[A-Z]:\\\\Users|" + re.escape(str(CHECKOUT)))
    for name in filter(None, listed):
        path = CHECKOUT / name
        if path.suffix in {".npz", ".png"} or not path.is_file() or name == "tests/test_project.py":
            continue
        text = path.read_text(encoding="utf-8")
        assert not home.search(text), name
        assert "allow_pickle=" + "True" not in text, name
