"""Labeled Faces in the Wild: fetched once, checked, kept in a cache folder.

The photographs were published for research, without a licence that lets others copy
them, so they are no part of the repository. `helpers.datasets.load_faces` is what the
notebooks call.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from helpers.progress import progress_bar

if TYPE_CHECKING:
    from PIL import Image

COURSE_FOLDER = Path(__file__).resolve().parent.parent

WEBSITE = (
    "https://umass-vis-lfw.github.io/",
    "https://raw.githubusercontent.com/umass-vis-lfw/umass-vis-lfw.github.io/"
    "2a620cd8cceb10430f8c7012fe9fa5f0837759e9/",
)
"""LFW's website and, for the same bytes, the repository behind it at a fixed commit."""

FACE_SHAPE = (62, 47)
"""Height and width of a face in pixels, as scikit-learn's ``fetch_lfw_people`` has it."""

CROP = (46.8, 42.0, 103.2, 117.0)
"""Left, top, right and bottom of the face in the 150 x 150 pixels of the website.

scikit-learn crops columns 78 to 172 and rows 70 to 195 out of 250 x 250 pixels; the
website's copies are 0.6 times as large.
"""

DOWNLOADS_AT_ONCE = 8
SECONDS_TO_ANSWER = 10.0


class LFWUnavailableError(OSError):
    """The faces cannot be had; the message says why and what to do."""


def fetch_lfw(manifest: Mapping[str, str]) -> np.ndarray:
    """Read the faces from the cache folder; download first what it lacks.

    Parameters
    ----------
    manifest : mapping of str to str
        Path of each photograph on the website and its SHA-256 sum.

    Returns
    -------
    numpy.ndarray of shape (len(manifest), 62, 47)
        The faces in the manifest's order, float32, 0 (black) to 1 (white).

    Raises
    ------
    LFWUnavailableError
        If neither the cache folder nor the website has the faces, nor what the
        environment variable ``COURSE_LFW_URL`` puts in the website's place.
    ValueError
        If ``COURSE_LFW_URL`` is neither an address nor a folder.
    """
    try:
        return _fetch(os.environ.get("COURSE_LFW_URL", ""), manifest)
    except OSError as error:
        raise LFWUnavailableError(
            f"LFW cannot be had: {error}. Connect to the internet and run this again, "
            "or take the stand-in, load_faces('orl')."
        ) from error


def cache_folder() -> Path:
    """Give the folder where photographs are kept: ``COURSE_CACHE_DIR``, or the system's."""
    with warnings.catch_warnings(action="ignore"):  # tqdm would ask for ipywidgets
        import pooch

    chosen = os.environ.get("COURSE_CACHE_DIR") or pooch.os_cache("keras-classification-course")
    return Path(chosen).expanduser()


def shrink_face(image: Image.Image, box: tuple[float, float, float, float]) -> np.ndarray:
    """Scale a part of a photograph to the course's size, with Pillow's bicubic filter.

    ``box`` is the part's left, top, right and bottom. Returns grey values of shape
    (62, 47), float32, 0 (black) to 1 (white); a colour becomes the mean of its red, green
    and blue, as in scikit-learn.
    """
    pixels = np.asarray(image.resize(FACE_SHAPE[::-1], box=box), dtype=np.float32) / 255
    return pixels if pixels.ndim == 2 else pixels.mean(axis=2)


def _fetch(chosen: str, manifest: Mapping[str, str]) -> np.ndarray:
    """Read the faces from the folder that was chosen, or from the cache folder."""
    if chosen and not chosen.startswith(("http://", "https://")):
        copy = COURSE_FOLDER / Path(chosen).expanduser()
        if not copy.is_dir():
            raise ValueError(
                f"COURSE_LFW_URL is {chosen!r}, expected an address that begins with http:// or "
                "https://, or a folder that holds lfw_funneled/."
            )
        return _read_photographs(copy, manifest)
    folder = cache_folder()
    with contextlib.suppress(OSError):
        return _read_photographs(folder, manifest)
    causes = []
    with contextlib.ExitStack() as stack:
        if not _writable(folder):
            print("The cache folder cannot be written; set COURSE_CACHE_DIR to one that can.")
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for address in (f"{chosen.rstrip('/')}/",) if chosen else WEBSITE:
            try:
                _download(address, folder, manifest)
                return _read_photographs(folder, manifest)
            except OSError as error:
                causes.append(str(error))
    raise OSError("; ".join(causes))


def _read_photographs(folder: Path, manifest: Mapping[str, str]) -> np.ndarray:
    """Read the manifest's photographs from a folder, each against its SHA-256 sum."""
    from PIL import Image

    images = np.empty((len(manifest), *FACE_SHAPE), dtype=np.float32)
    for index, (name, sha256) in enumerate(manifest.items()):
        path = folder / name
        try:
            content = path.read_bytes()
        except OSError as error:
            raise OSError(f"{path} cannot be read ({error.strerror})") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise OSError(f"{path} is not LFW's file, whose SHA-256 is {sha256}")
        with Image.open(io.BytesIO(content)) as photograph:
            images[index] = shrink_face(photograph, CROP)
    return images


def _download(address: str, folder: Path, manifest: Mapping[str, str]) -> None:
    """Download what the folder does not hold yet; the first failure stops the rest."""
    import pooch
    import requests
    import urllib3

    for name in manifest:  # beforehand: pooch's threads would trip over each other
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    pooch.get_logger().setLevel("WARNING")  # it would write a line for each file
    website = pooch.create(path=folder, base_url=address, registry=dict(manifest))
    patience = urllib3.Retry(
        total=2,
        connect=0,
        read=False,
        status_forcelist=(429, 500, 502, 503, 504),
        backoff_factor=0.5,
        raise_on_status=False,
        respect_retry_after_header=False,
    )
    session = requests.Session()
    adapter = requests.adapters.HTTPAdapter(pool_maxsize=DOWNLOADS_AT_ONCE, max_retries=patience)
    session.mount(address, adapter)

    def download(url: str, output_file: str, _: object) -> None:
        """Fetch one file over a connection that stays open for the next one."""
        response = session.get(url, timeout=(3.05, SECONDS_TO_ANSWER))
        if not response.ok:
            raise OSError(f"{url}: the server answered {response.status_code} {response.reason}")
        Path(output_file).write_bytes(response.content)

    def fetch(name: str) -> None:
        """Let pooch fetch one file, check it, and put it in its place."""
        try:
            website.fetch(name, downloader=download)
        except (requests.RequestException, ValueError) as error:
            said = f"the connection failed ({type(error).__name__})"
            if isinstance(error, requests.Timeout):
                said = f"no answer within {SECONDS_TO_ANSWER:g} seconds"
            elif not isinstance(error, requests.RequestException):  # pooch: another sum
                said = f"the bytes that came are not LFW's, whose SHA-256 is {manifest[name]}"
            raise OSError(f"{address}{name}: {said}") from error

    with (
        session,
        ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as executor,
        progress_bar(len(manifest), "file", "LFW faces") as bar,
    ):
        try:
            for future in as_completed([executor.submit(fetch, name) for name in manifest]):
                future.result()
                bar.update()
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


def _writable(folder: Path) -> bool:
    """Tell whether files can be made in a folder, which is made if it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True
