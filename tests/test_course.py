"""`course.py`: the set-up, its errors in one line, and the hand-over to what it starts."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from IPython.core.application import ENV_CONFIG_DIRS
from jupyter_client.manager import KernelManager
from jupyterlab.commands import get_app_dir
from jupyterlab_server.settings_utils import get_settings

from tools.execution import CurrentPython, connection

SOURCE = Path(__file__).resolve().parent.parent / "course.py"
KERNEL_CONFIG = SOURCE.parent / "tools" / "ipython_kernel_config.py"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a checkout with empty locks, so that nothing has to be downloaded."""
    folder = tmp_path / "the course"
    (folder / "tests").mkdir(parents=True)
    (folder / "tools").mkdir()
    shutil.copy(SOURCE, folder)
    shutil.copy(KERNEL_CONFIG, folder / "tools")
    for lock in ("requirements.lock", "tests/requirements.lock"):
        (folder / lock).write_text("")
    return folder


@pytest.fixture
def course(checkout: Path):
    """Import that checkout's `course.py`."""
    spec = importlib.util.spec_from_file_location("course_under_test", checkout / "course.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def installed(course, monkeypatch) -> list[list[str]]:
    """Let `venv` and pip only pretend; return the arguments of every call of pip."""
    calls: list[list[str]] = []

    def create(_: object, folder: str) -> None:
        course.PYTHON.parent.mkdir()
        course.PYTHON.touch()

    def run(command: list[object], **_: object) -> SimpleNamespace:
        words = [str(word) for word in command]
        if words[1:4] == ["-m", "pip", "install"]:
            calls.append([word.replace(str(course.CHECKOUT), "") for word in words[8:]])
        return SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(course.venv.EnvBuilder, "create", create)
    monkeypatch.setattr(course.subprocess, "run", run)
    return calls


LEARNER = [
    ["--require-hashes", "-r", f"{os.sep}requirements.lock"],
    ["--no-deps", "--no-build-isolation", "-e", ""],
]
TESTER = ["--require-hashes", "-r", os.path.join(os.sep, "tests", "requirements.lock")]  # noqa: PTH118


# --- the set-up, with a pip that pretends ------------------------------------------------------


def test_the_set_up_installs_the_lock_and_the_course_once(course, installed, capsys):
    course.set_up(with_tests=False)
    assert installed == LEARNER
    assert "Setting up .venv, as there is none yet." in capsys.readouterr().out
    course.set_up(with_tests=False)
    assert installed == LEARNER
    assert capsys.readouterr().out == ""


def test_the_tests_lock_comes_on_top_once(course, installed):
    course.set_up(with_tests=False)
    course.set_up(with_tests=True)
    assert installed == [*LEARNER, TESTER]
    course.set_up(with_tests=True)
    course.set_up(with_tests=False)
    assert installed == [*LEARNER, TESTER]
    course.TEST_LOCK.write_text("# another")
    course.set_up(with_tests=False)
    assert installed == [*LEARNER, TESTER]
    course.set_up(with_tests=True)
    assert installed == [*LEARNER, TESTER, TESTER]


def change_stamp(**changes: str):
    def change(course, _: object) -> None:
        stamp = {**json.loads(course.STAMP.read_text()), **changes}
        course.STAMP.write_text(json.dumps(stamp))

    return change


def stop_starting(course, monkeypatch) -> None:
    pretend = course.subprocess.run

    def run(command: list[object], **options: object):
        if command[1:] == ["-c", ""]:
            raise FileNotFoundError(command[0])
        return pretend(command, **options)

    monkeypatch.setattr(course.subprocess, "run", run)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda course, _: course.LOCK.write_text("# another"), "requirements.lock has changed"),
        (change_stamp(python="3.9"), "it holds another"),
        (change_stamp(checkout="/elsewhere"), "the course has moved"),
        (lambda course, _: course.STAMP.unlink(), "it is half-made"),
        (lambda course, _: course.STAMP.write_text('{"python": '), "it is half-made"),
        (stop_starting, "its Python no longer starts"),
    ],
    ids=["lock", "python", "moved", "unfinished", "half a stamp", "python gone"],
)
def test_an_environment_that_does_not_fit_is_made_again(
    course, installed, monkeypatch, capsys, change, reason
):
    course.set_up(with_tests=False)
    leftover = course.ENVIRONMENT / "lib" / "leftover.py"
    leftover.parent.mkdir()
    leftover.touch()
    change(course, monkeypatch)
    capsys.readouterr()

    course.set_up(with_tests=False)

    assert reason in capsys.readouterr().out
    assert installed == [*LEARNER, *LEARNER]
    assert not leftover.exists()
    assert course.MARKER.exists()


@pytest.mark.parametrize("moment", ["clearing", "venv", 0, 1, 2])
def test_after_ctrl_c_at_any_moment_the_same_command_mends_it(
    course, installed, monkeypatch, capsys, moment
):
    taken_over = []
    monkeypatch.setattr(course, "hand_over", lambda *words: taken_over.append(words) or 0)
    pretend = course.subprocess.run

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    def interrupted_run(command: list[object], **options: object):
        if "pip" in command and len(installed) == moment:
            raise KeyboardInterrupt
        return pretend(command, **options)

    with monkeypatch.context() as broken:
        if moment == "clearing":
            course.set_up(with_tests=True)
            for number in range(50):  # the stamp must be gone before the first of them
                (course.ENVIRONMENT / f"lib{number}").mkdir()
            course.LOCK.write_text("# another")
            broken.setattr(course.shutil, "rmtree", interrupt)
        elif moment == "venv":
            broken.setattr(course.venv.EnvBuilder, "create", interrupt)
        else:
            broken.setattr(course.subprocess, "run", interrupted_run)
        assert course.main(["test"]) == 130
        assert not taken_over
        assert not course.STAMP.exists()
        assert capsys.readouterr().err == (
            "\ncourse.py: stopped. Run the same command again to go on.\n"
        )

    del installed[:]
    assert course.main(["test"]) == 0
    assert installed == [*LEARNER, TESTER]
    assert "it is half-made" in capsys.readouterr().out
    assert len(taken_over) == 1


def test_of_two_at_once_the_second_waits_and_takes_what_the_first_has_made(
    course, installed, capsys
):
    with course.alone():  # the first one is at work
        (course.ENVIRONMENT / "lib").mkdir(parents=True)
        course.MARKER.touch()
        second = threading.Thread(target=course.set_up, args=(False,))
        second.start()
        second.join(0.5)
        assert second.is_alive()
        assert capsys.readouterr().out == (
            "Another course.py is setting up .venv; this one waits for it.\n"
        )
        course.STAMP.write_text(json.dumps(course.wanted()))
    second.join(30)
    assert not second.is_alive()
    assert installed == []
    assert (course.ENVIRONMENT / "lib").exists()


def test_a_set_up_that_was_killed_leaves_no_lock_behind(course, installed):
    code = "import course, time; file = course.TURN.open('ab'); course.lock(file, wait=False); "
    killed = subprocess.Popen(
        [sys.executable, "-c", code + "print('locked', flush=True); time.sleep(60)"],
        cwd=course.CHECKOUT,
        stdout=subprocess.PIPE,
    )
    assert killed.stdout.readline().strip() == b"locked"
    killed.kill()
    killed.wait()
    course.set_up(with_tests=False)
    assert installed == LEARNER


# --- errors, one line each ---------------------------------------------------------------------


def line_of(caught: pytest.ExceptionInfo[SystemExit]) -> str:
    line = str(caught.value.code)
    assert line.startswith("course.py: ") and "\n" not in line
    return line


@pytest.mark.parametrize("version", [(3, 6), (3, 10), (3, 14), (4, 0)])
def test_another_python_is_named_with_the_ones_that_are_needed(course, version):
    for accepted in ((3, 11), (3, 12), (3, 13)):
        course.check_python(accepted)
    with pytest.raises(SystemExit) as caught:
        course.check_python(version)
    assert f"this is Python {version[0]}.{version[1]}, the course needs 3.11" in line_of(caught)


def other_python() -> str | Path | None:
    """Find a Python outside 3.11-3.13 on this machine."""
    versions = ("3.6", "3.7", "3.8", "3.9", "3.10", "3.14")
    names = [found for version in versions if (found := shutil.which(f"python{version}"))]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    for version in versions:
        names += pyenv.glob(f"versions/{version}.*/bin/python")
    for name in names:
        if subprocess.run([name, "-c", ""], capture_output=True).returncode == 0:
            return name
    return None


def test_another_python_can_read_the_file_and_says_the_line(checkout):
    python = other_python()
    if python is None:
        pytest.skip("no Python outside 3.11-3.13 on this machine")
    done = subprocess.run(
        [python, checkout / "course.py", "lab"], capture_output=True, text=True, cwd=checkout
    )
    assert done.returncode == 1
    assert done.stderr.startswith("course.py: this is Python 3.")
    assert done.stderr.count("\n") == 1
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize("content", ["thesis", "pyvenv.cfg"])
def test_a_folder_that_something_else_made_is_moved_aside(course, installed, capsys, content):
    for _ in range(2):
        if course.ENVIRONMENT.exists():
            course.MARKER.unlink()
            course.STAMP.unlink()
        (course.ENVIRONMENT / content).mkdir(parents=True)
        course.set_up(with_tests=False)
    assert "was not made by course.py; it was moved to .venv.old2." in capsys.readouterr().out
    assert (course.CHECKOUT / ".venv.old1" / content).exists()
    assert (course.CHECKOUT / ".venv.old2" / content).exists()
    assert not (course.ENVIRONMENT / content).exists()
    assert installed == [*LEARNER, *LEARNER]


@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_a_missing_lock_is_named(course, installed, checkout, lock):
    (checkout / lock).unlink()
    with pytest.raises(SystemExit) as caught:
        course.set_up(with_tests=True)
    assert f"{lock} is missing. Bring it back: git checkout -- {lock}" in line_of(caught)


def test_too_little_room_on_the_disk_is_told_before_anything_is_installed(
    course, installed, monkeypatch
):
    free = SimpleNamespace(free=1_300_000_000)
    monkeypatch.setattr(course.shutil, "disk_usage", lambda _: free)
    with pytest.raises(SystemExit) as caught:
        course.set_up(with_tests=False)
    assert "has 1.3 GB free, the set-up needs 3" in line_of(caught)
    assert installed == []


def test_a_folder_that_cannot_be_written_is_told(course, installed):
    course.ENVIRONMENT.write_text("a file is in the way")
    with pytest.raises(SystemExit) as caught:
        course.set_up(with_tests=False)
    assert f"cannot make {course.ENVIRONMENT} (" in line_of(caught)


def test_a_python_without_pip_is_told(course, installed, monkeypatch):
    def create(*_: object) -> None:
        raise subprocess.CalledProcessError(1, "ensurepip")

    monkeypatch.setattr(course.venv.EnvBuilder, "create", create)
    with pytest.raises(SystemExit) as caught:
        course.set_up(with_tests=False)
    assert "sudo apt install python3-venv" in line_of(caught)


@pytest.mark.parametrize(
    ("complaint", "line", "shown"),
    [
        ("ERROR: [Errno 28] No space left on device", "the disk is full", False),
        ("WARNING: connection broken by 'ReadTimeoutError'", "could not be downloaded", False),
        ("ERROR: PACKAGES DO NOT MATCH THE HASHES", "pip failed, its message is above", True),
    ],
)
def test_what_pip_complains_of_becomes_one_line(
    course, monkeypatch, capsys, complaint, line, shown
):
    failed = SimpleNamespace(returncode=1, stderr=complaint)
    monkeypatch.setattr(course.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(SystemExit) as caught:
        course.install("-r", "requirements.lock")
    assert line in line_of(caught)
    assert capsys.readouterr().err == (complaint if shown else "")


@pytest.mark.parametrize("words", [[], ["--help"], ["run", "-h"]])
def test_help_names_the_commands_and_sets_nothing_up(course, installed, capsys, words):
    assert course.main(words) == 0
    out = capsys.readouterr().out
    assert all(f"python3 course.py {command}" in out for command in course.COMMANDS)
    assert installed == []


def test_an_unknown_command_is_answered_with_the_known_ones(course, installed):
    with pytest.raises(SystemExit) as caught:
        course.main(["install"])
    assert "no command 'install'. Choose one of lab, test, run, refresh." in line_of(caught)
    assert installed == []


# --- what is started ---------------------------------------------------------------------------

KERAS = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
TESTS = {**KERAS, "COURSE_PROGRESS": "off"}
TWO_AT_A_TIME = ["-n", "2", "--dist", "loadfile"]


@pytest.mark.parametrize(
    ("words", "started", "settings"),
    [
        (["test", "-k", "iris"], ["pytest", *TWO_AT_A_TIME, "-k", "iris"], TESTS),
        (["test", "-n0", "-x"], ["pytest", "-n0", "-x"], TESTS),
        (["test", "--pdb"], ["pytest", "--pdb"], TESTS),
        (["run", "01", "03"], ["tools.notebooks", "run", "01", "03"], KERAS),
        (["refresh"], ["tools.notebooks", "refresh"], KERAS),
    ],
)
def test_a_command_starts_its_module(course, installed, monkeypatch, words, started, settings):
    monkeypatch.setattr(course, "hand_over", lambda *handed: handed)
    assert course.main(words) == (started, settings)
    assert (TESTER in installed) is (words[0] == "test")


@pytest.mark.skipif(os.name != "posix", reason="there is no root user")
@pytest.mark.parametrize(("user", "options"), [(0, ["--allow-root"]), (1000, [])])
def test_lab_opens_the_first_notebook(course, installed, monkeypatch, user, options):
    monkeypatch.setattr(course, "hand_over", lambda *handed: handed)
    monkeypatch.setattr(course.os, "geteuid", lambda: user)
    module, first_page, root, *rest = course.main(["lab", "--no-browser"])[0]
    assert module == "jupyterlab"
    assert first_page == "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb"
    assert root == f"--ServerApp.root_dir={course.CHECKOUT}"
    assert rest == [*options, "--no-browser"]


def test_jupyterlab_neither_fetches_news_nor_asks_whether_it_may(course, installed, monkeypatch):
    monkeypatch.setattr(course, "hand_over", lambda *handed: handed)
    course.main(["lab"])
    ours = course.OVERRIDES.parents[1]
    assert ours.relative_to(course.ENVIRONMENT) == Path("share/jupyter/lab/settings")
    defaults, _ = get_settings(
        str(ours),
        str(Path(get_app_dir()) / "schemas"),
        str(course.CHECKOUT),  # no learner has chosen anything
        "@jupyterlab/apputils-extension:notification",
    )
    assert defaults["schema"]["properties"]["fetchNews"]["default"] == "false"
    assert (
        "It requires `fetchNews`"
        in defaults["schema"]["properties"]["checkForUpdates"]["description"]
    )


def test_kernel_of_the_environment_keeps_to_itself_what_libraries_write_in_c(
    course, installed, monkeypatch, tmp_path
):
    monkeypatch.setattr(course, "hand_over", lambda *handed: handed)
    course.main(["lab"])
    written = course.KERNEL_FOLDER / KERNEL_CONFIG.name
    # IPython looks there: its list is that of this Python's own environment.
    assert course.KERNEL_FOLDER.relative_to(course.ENVIRONMENT) == Path("etc", "ipython")
    assert str(Path(sys.prefix, "etc", "ipython")) in ENV_CONFIG_DIRS

    profile = tmp_path / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    shutil.copy(written, profile)
    manager = KernelManager(kernel_spec_manager=CurrentPython(), **connection())
    environment = {**os.environ, "IPYTHONDIR": str(profile.parent)}
    environment.pop("PYTEST_CURRENT_TEST")  # with it, no kernel looks at file descriptors
    manager.start_kernel(env=environment, stderr=subprocess.DEVNULL)
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        said = []
        client.execute_interactive(
            "import os, sys; os.write(2, b'from C'); print('from Python', file=sys.stderr)",
            output_hook=lambda message: said.append(message["content"].get("text")),
            timeout=60,
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert [text for text in said if text] == ["from Python\n"]


def test_waiting_goes_on_after_ctrl_c_until_the_process_has_ended(course):
    class Process:
        answers = iter([KeyboardInterrupt, KeyboardInterrupt, 3])

        def wait(self) -> int:
            answer = next(self.answers)
            if answer is KeyboardInterrupt:
                raise answer
            return answer

    assert course.wait_for(Process()) == 3


# --- the real thing: a real .venv, a real pip, nothing to download -----------------------------

BACKEND = '''
"""A build backend that needs no other package: it installs a path to this folder."""
from pathlib import Path
from zipfile import ZipFile

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "tiny_course-1.0-py3-none-any.whl"
    info = "tiny_course-1.0.dist-info/"
    with ZipFile(Path(folder, name), "w") as wheel:
        wheel.writestr("tiny_course.pth", str(Path(__file__).parent))
        about = "Metadata-Version: 2.1\\nName: tiny-course\\nVersion: 1.0"
        wheel.writestr(info + "METADATA", about)
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any")
        wheel.writestr(info + "RECORD", "")
    return name
'''
TAKES_OVER = """
import json, os, sys
print(json.dumps([sys.prefix, os.getcwd(), os.environ["KERAS_BACKEND"], sys.argv[1:]]))
sys.exit(7)
"""


@pytest.fixture
def tiny_course(checkout: Path) -> Path:
    """Give the checkout a package that pip can install without any other."""
    (checkout / "tools" / "__init__.py").touch()
    (checkout / "tools" / "notebooks.py").write_text(TAKES_OVER)
    (checkout / "backend.py").write_text(BACKEND)
    (checkout / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "tiny-course"\nversion = "1.0"\n'
    )
    return checkout


# An index that answers nobody, so that no test depends on a network.
NO_NETWORK = {
    **{name: value for name, value in os.environ.items() if not name.startswith("PIP_")},
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_INDEX_URL": "http://127.0.0.1:9/",
    "PIP_NO_CACHE_DIR": "1",
}


def start(checkout: Path, *words: str, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(checkout / "course.py"), *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=checkout.parent, env=NO_NETWORK, **pipes, **options)


def assert_takes_over(checkout: Path, process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate()
    assert process.returncode == 7  # the exit code goes through
    prefix, folder, backend, words = json.loads(out.splitlines()[-1])
    assert Path(prefix).samefile(checkout / ".venv")
    assert Path(folder).samefile(checkout)
    assert (backend, words) == ("tensorflow", ["run", "01"])
    return out


def test_without_a_network_one_line_says_so_and_later_it_is_mended(tiny_course):
    lock = tiny_course / "requirements.lock"
    lock.write_text(f"something==1.0 --hash=sha256:{'0' * 64}\n")
    process = start(tiny_course, "run", "01")
    _, errors = process.communicate()
    assert process.returncode == 1
    assert errors == (
        "course.py: the packages could not be downloaded. Check the network connection (and the "
        "proxy, where there is one), then run the same command again.\n"
    )

    lock.write_text("")  # all that it needs can be had again
    assert "it is half-made" in assert_takes_over(tiny_course, start(tiny_course, "run", "01"))
    assert "Setting up" not in assert_takes_over(tiny_course, start(tiny_course, "run", "01"))


def in_group(process: psutil.Process, group: int) -> bool:
    with suppress(psutil.Error, ProcessLookupError):
        return os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE
    return False


@pytest.mark.skipif(os.name != "posix", reason="signals to a process group are POSIX's")
def test_a_real_ctrl_c_during_the_set_up_is_mended_by_the_same_command(tiny_course):
    # Whoever starts the tests in the background of a script has them ignore Ctrl-C.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = start(tiny_course, "run", "01", start_new_session=True, preexec_fn=heed)
    deadline = time.monotonic() + 120
    while not list(tiny_course.glob(".venv/lib/python*/site-packages/*")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors == "\ncourse.py: stopped. Run the same command again to go on.\n"
    group = [other for other in psutil.process_iter() if in_group(other, process.pid)]
    assert psutil.wait_procs(group, timeout=20)[1] == []  # what it had started ends, too

    assert "it is half-made" in assert_takes_over(tiny_course, start(tiny_course, "run", "01"))
