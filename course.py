"""The course's one entry point; it needs nothing but Python.

    python3 course.py lab           set up, then open JupyterLab at the first notebook
    python3 course.py test          set up, then run the whole test suite
    python3 course.py run [01 03]   execute notebooks, all without a number: copies go to executed/
    python3 course.py run --solutions 02   the same with every exercise solved: an instructor's copy
    python3 course.py refresh [01]  execute notebooks and store their outputs in them

The set-up makes the folder .venv beside this file and installs there what requirements.lock pins.
It happens once, and again where the lock or Python has changed. Words after `lab` are handed to
JupyterLab, words after `test` to pytest, which runs two files at a time unless `-n` or `--pdb`
is among them.
"""

# This file is read by Pythons that are too old for the course, so that it can say so:
# no syntax newer than Python 3.6, and no annotation that needs a newer one.
import contextlib
import hashlib
import itertools
import json
import os
import shutil
import subprocess
import sys
import typing
import venv
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

OLDEST, NEWEST = (3, 11), (3, 13)
NEEDED_BYTES = 3 * 10**9

CHECKOUT = Path(__file__).resolve().parent
LOCK = CHECKOUT / "requirements.lock"
TEST_LOCK = CHECKOUT / "tests" / "requirements.lock"

ENVIRONMENT = CHECKOUT / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MARKER = ENVIRONMENT / "made-by-course.py"  # the folder is ours, and may be cleared
STAMP = ENVIRONMENT / "course.json"  # what is installed; it exists only while that is whole
TURN = CHECKOUT / ".venv.lock"  # locked while .venv is being made

FIRST_PAGE = "/lab/tree/notebooks/00_start_here.ipynb"
SETTINGS = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3"}
# JupyterLab fetches no news, looks for no new version, and does not ask whether it may.
OVERRIDES = ENVIRONMENT / "share" / "jupyter" / "lab" / "settings" / "overrides.d" / "course.json"
QUIET = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
# A notebook's kernel keeps TensorFlow's greetings out of the page.
KERNEL_CONFIG = CHECKOUT / "tools" / "ipython_kernel_config.py"
KERNEL_FOLDER = ENVIRONMENT / "etc" / "ipython"
COMMANDS = ("lab", "test", "run", "refresh")


def stop(line: str) -> "SystemExit":
    """Make the exception that ends the program with one line and the exit code 1."""
    return SystemExit(f"course.py: {line}")


def check_python(version: "tuple[int, int]") -> None:
    """Stop where the course's packages do not exist for this version of Python."""
    if OLDEST <= version <= NEWEST:
        return
    launcher = "py -3.12" if os.name == "nt" else "python3.12"
    raise stop(
        f"this is Python {version[0]}.{version[1]}, the course needs 3.11, 3.12 or 3.13. "
        f"Install one of them from https://www.python.org/downloads/ and name it in the command: "
        f"{launcher} course.py lab"
    )


def digest(lock: Path) -> str:
    """Compute the SHA-256 of a lock file."""
    try:
        return hashlib.sha256(lock.read_bytes()).hexdigest()
    except FileNotFoundError as error:
        name = lock.relative_to(CHECKOUT).as_posix()
        raise stop(f"{name} is missing. Bring it back: git checkout -- {name}") from error


def read_stamp() -> "dict[str, str]":
    """Read what .venv holds; nothing, where its set-up was never finished."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def python_starts() -> bool:
    """Tell whether .venv's Python still runs: the one it was made from may be gone."""
    try:
        return subprocess.run([PYTHON, "-c", ""], stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def reason_to_set_up(found: "dict[str, str]", wanted: "dict[str, str]") -> str:
    """Say why .venv has to be made, or made again; an empty text where it is fine."""
    if not ENVIRONMENT.exists():
        return "there is none yet"
    if not found:
        return "it is half-made: an earlier set-up did not finish"
    for key, reason in (
        ("checkout", "the course has moved to another folder"),
        ("python", f"this is Python {wanted['python']}, it holds another"),
        ("lock", f"{LOCK.name} has changed"),
    ):
        if found.get(key) != wanted[key]:
            return reason
    return "" if python_starts() else "its Python no longer starts"


def make_environment() -> None:
    """Make an empty .venv in place of what is left of an earlier one."""
    try:
        if ENVIRONMENT.is_dir() and not MARKER.exists() and any(ENVIRONMENT.iterdir()):
            names = (f".venv.old{number}" for number in itertools.count(1))
            aside = next(name for name in names if not (CHECKOUT / name).exists())
            ENVIRONMENT.rename(CHECKOUT / aside)
            print(f"This .venv was not made by course.py; it was moved to {aside}.", flush=True)
        ENVIRONMENT.mkdir(exist_ok=True)
        # The marker comes first and stays to the end: after an interruption at any moment the
        # folder is known as one that may be cleared.
        MARKER.touch()
        STAMP.unlink(missing_ok=True)
        for entry in ENVIRONMENT.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            elif entry != MARKER:
                entry.unlink()
        free = shutil.disk_usage(CHECKOUT).free
        if free < NEEDED_BYTES:
            raise stop(
                f"the disk of {CHECKOUT} has {free / 1e9:.1f} GB free, the set-up needs "
                f"{NEEDED_BYTES / 1e9:.0f}. Make room, then run the same command again."
            )
        venv.EnvBuilder(symlinks=os.name != "nt", with_pip=True).create(ENVIRONMENT)
    except (OSError, ValueError) as error:
        raise stop(
            f"cannot make {ENVIRONMENT} ({error}). Close what uses it, or move the course to a "
            "folder that you may write to, then run the same command again."
        ) from error
    except subprocess.CalledProcessError as error:
        raise stop(
            "this Python cannot put pip into .venv. On Debian and Ubuntu install python3-venv "
            "(sudo apt install python3-venv), then run the same command again."
        ) from error


def install(*arguments: "str | Path") -> None:
    """Install into .venv with its own pip; stop with one line that says what to do."""
    options = ["--disable-pip-version-check", "--no-input", "--retries", "2"]
    command = [PYTHON, "-m", "pip", "install", *options, *arguments]
    done = subprocess.run(
        command, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    if done.returncode == 0:
        return
    if "No space left" in done.stderr:
        raise stop("the disk is full. Make room, then run the same command again.")
    if "connection" in done.stderr.lower() or "timed out" in done.stderr:
        raise stop(
            "the packages could not be downloaded. Check the network connection (and the proxy, "
            "where there is one), then run the same command again."
        )
    sys.stderr.write(done.stderr)
    raise stop("pip failed, its message is above. Run the same command again to start afresh.")


def lock(file: "typing.IO[bytes]", wait: bool) -> None:
    """Lock a file for this process; the system lets go of it when the process ends, however."""
    if sys.platform == "win32":
        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
                return
            except OSError:  # after ten seconds Windows gives up
                if not wait:
                    raise
    else:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


@contextlib.contextmanager
def alone() -> "typing.Iterator[None]":
    """Let one set-up at a time work on .venv."""
    try:
        file = TURN.open("ab")
    except OSError as error:
        raise stop(
            f"cannot write to {CHECKOUT} ({error}). Move the course to a folder that you may "
            "write to, then run the same command again."
        ) from error
    with file:
        try:
            lock(file, wait=False)
        except (BlockingIOError, PermissionError):
            print("Another course.py is setting up .venv; this one waits for it.", flush=True)
            lock(file, wait=True)
        except OSError:
            pass  # a file system that knows no locks
        yield


def set_up(with_tests: bool) -> None:
    """Make .venv hold what the locks pin; do nothing where it already does."""
    if is_whole(with_tests):
        return
    with alone():
        complete(with_tests)


def wanted() -> "dict[str, str]":
    """Say what .venv has to hold."""
    return {
        "checkout": str(CHECKOUT),
        "python": "{}.{}".format(*sys.version_info),
        "lock": digest(LOCK),
    }


def is_whole(with_tests: bool) -> bool:
    """Tell whether .venv holds all that is wanted."""
    found = read_stamp()
    tests_differ = with_tests and found.get("test lock") != digest(TEST_LOCK)
    return not (reason_to_set_up(found, wanted()) or tests_differ)


def complete(with_tests: bool) -> None:
    """Make .venv, or what is missing in it."""
    found = read_stamp()
    reason = reason_to_set_up(found, wanted())
    if reason:
        print(f"Setting up .venv, as {reason}. This takes a few minutes.", flush=True)
        make_environment()
        install("--require-hashes", "-r", LOCK)
        install("--no-deps", "--no-build-isolation", "-e", CHECKOUT)
        found = wanted()
        STAMP.write_text(json.dumps(found), encoding="utf-8")
    if with_tests and found.get("test lock") != digest(TEST_LOCK):
        print("Adding to .venv what only the tests need.", flush=True)
        STAMP.unlink()
        install("--require-hashes", "-r", TEST_LOCK)
        found = dict(found, **{"test lock": digest(TEST_LOCK)})
        STAMP.write_text(json.dumps(found), encoding="utf-8")


def hand_over(arguments: "list[str]", settings: "dict[str, str]") -> int:
    """Let .venv's Python take over, in the checkout, and return its exit code."""
    command = [str(PYTHON), "-m", *arguments]
    environment = dict(os.environ, **settings)
    os.chdir(CHECKOUT)
    sys.stdout.flush()
    if os.name == "posix":  # become that process: no signal can then pass it by
        os.execve(command[0], command, environment)
    return wait_for(subprocess.Popen(command, env=environment))


def wait_for(process: "subprocess.Popen[bytes]") -> int:
    """Wait until a process has ended; Ctrl-C reaches it too, so let it end in its own way."""
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def main(arguments: "list[str]") -> int:
    """Run the command that the words after ``course.py`` ask for and return its exit code."""
    check_python(sys.version_info[:2])
    if not arguments or {"-h", "--help"} & set(arguments):
        print((__doc__ or "").strip())
        return 0
    command, rest = arguments[0], arguments[1:]
    if command not in COMMANDS:
        raise stop(f"there is no command '{command}'. Choose one of {', '.join(COMMANDS)}.")
    try:
        set_up(with_tests=command == "test")
    except KeyboardInterrupt:
        print("\ncourse.py: stopped. Run the same command again to go on.", file=sys.stderr)
        return 130
    if command == "lab":
        OVERRIDES.parent.mkdir(parents=True, exist_ok=True)
        OVERRIDES.write_text(json.dumps(QUIET), encoding="utf-8")
        KERNEL_FOLDER.mkdir(parents=True, exist_ok=True)
        shutil.copy(str(KERNEL_CONFIG), str(KERNEL_FOLDER))
        options = [f"--LabApp.default_url={FIRST_PAGE}", f"--ServerApp.root_dir={CHECKOUT}"]
        if os.name == "posix" and os.geteuid() == 0:
            options.append("--allow-root")
        return hand_over(["jupyterlab", *options, *rest], SETTINGS)
    if command == "test":
        alone_or_chosen = any(word == "--pdb" or word.startswith("-n") for word in rest)
        workers = [] if alone_or_chosen else ["-n", "2", "--dist", "loadfile"]
        return hand_over(["pytest", *workers, *rest], dict(SETTINGS, COURSE_PROGRESS="off"))
    return hand_over(["tools.notebooks", command, *rest], SETTINGS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
