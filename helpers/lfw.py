"""Labeled Faces in the Wild: fetched once, checked, kept in a cache folder.

The photographs were published for research, without a licence that lets others copy
them, so they are no part of the repository. `fetch_lfw` takes them from the
first source that has them. `helpers.datasets.load_faces` is what the notebooks call.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import socket
import tempfile
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
SECONDS_TO_CONNECT = 3.05
SECONDS_TO_ANSWER = 10.0


class LFWUnavailableError(OSError):
    """No source has the faces; the message says why and what to do."""


def cache_folder() -> Path:
    """Give the folder where fetched faces are kept; it may not exist yet.

    Returns
    -------
    pathlib.Path
        The value of the environment variable ``COURSE_CACHE_DIR`` or, without it,
        the folder that the operating system has for caches.
    """
    with warnings.catch_warnings(action="ignore"):  # tqdm would ask for ipywidgets
        import pooch

    chosen = os.environ.get("COURSE_CACHE_DIR")
    if chosen:
        return Path(chosen).expanduser()
    return Path(pooch.os_cache("keras-classification-course"))


def fetch_lfw(manifest: Mapping[str, str]) -> np.ndarray:
    """Fetch the faces from the first source that has them, and cache them.

    The sources are ``lfw_faces.npz`` in the cache folder; LFW's website, or what the
    environment variable ``COURSE_LFW_URL`` puts in its place; scikit-learn's download.

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
        If no source has the faces.
    ValueError
        If ``COURSE_LFW_URL`` is neither an address nor a folder.
    """
    folder = cache_folder()
    if (folder / "lfw_faces.npz").exists():
        try:
            return _read_cache(folder, manifest)
        except Exception:  # whatever is wrong with a cached file, the course goes on without it
            print("The cached file lfw_faces.npz is damaged; the faces are fetched anew.")
    causes = []
    with contextlib.ExitStack() as stack:
        if not _writable(folder):
            print("The cache folder cannot be written; set COURSE_CACHE_DIR to one that can.")
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for fetch in (_fetch_from_website, _fetch_with_scikit_learn):
            try:
                images = fetch(folder, manifest)
            except OSError as error:
                causes.append(str(error))
            else:
                with contextlib.suppress(OSError):  # a full disk: they are fetched again next time
                    _write_cache(folder, images)
                return images
    raise LFWUnavailableError(
        f"LFW cannot be had: {'; '.join(causes)}. Connect to the internet and run this again, "
        "or take the stand-in, load_faces('orl')."
    )


def lfw_is_cached(manifest: Mapping[str, str]) -> bool:
    """Tell whether sound faces are in the cache folder.

    Parameters
    ----------
    manifest : mapping of str to str
        Path of each photograph on the website and its SHA-256 sum.

    Returns
    -------
    bool
        False where `fetch_lfw` would have to fetch them.
    """
    try:
        _read_cache(cache_folder(), manifest)
    except Exception:  # missing or damaged in whatever way
        return False
    return True


def shrink_face(image: Image.Image, box: tuple[float, float, float, float]) -> np.ndarray:
    """Scale a part of a photograph to the course's size, with Pillow's bicubic filter.

    Parameters
    ----------
    image : PIL.Image.Image
        A photograph, grey or in colour.
    box : tuple of float
        Left, top, right and bottom of the part, in pixels.

    Returns
    -------
    numpy.ndarray of shape (62, 47)
        Grey values, float32, 0 (black) to 1 (white); a colour becomes the mean of
        its red, green and blue, as in scikit-learn.
    """
    pixels = np.asarray(image.resize(FACE_SHAPE[::-1], box=box), dtype=np.float32) / 255
    return pixels if pixels.ndim == 2 else pixels.mean(axis=2)


def _fetch_from_website(folder: Path, manifest: Mapping[str, str]) -> np.ndarray:
    """Read the faces from LFW's website, or from what ``COURSE_LFW_URL`` puts in its place."""
    chosen = os.environ.get("COURSE_LFW_URL", "")
    if chosen and not chosen.startswith(("http://", "https://")):
        copy = COURSE_FOLDER / Path(chosen).expanduser()
        if not copy.is_dir():
            raise ValueError(
                f"COURSE_LFW_URL is {chosen!r}, expected an address that begins with http:// or "
                "https://, or a folder that holds lfw_funneled/."
            )
        return _read_photographs(copy, manifest)
    causes = []
    for address in (f"{chosen.rstrip('/')}/",) if chosen else WEBSITE:
        try:
            _download(address, folder, manifest)
            return _read_photographs(folder, manifest)
        except OSError as error:
            causes.append(str(error))
    raise LFWUnavailableError("; ".join(causes))


def _download(address: str, folder: Path, manifest: Mapping[str, str]) -> None:
    """Download what the folder does not hold yet; the first failure stops the rest."""
    import pooch
    import requests
    import urllib3

    for name in manifest:  # beforehand: pooch's threads would trip over each other
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    website = pooch.create(path=folder, base_url=address, registry=dict(manifest))
    session = requests.Session()
    patience = urllib3.Retry(
        total=2,
        connect=0,
        read=False,
        status_forcelist=(429, 500, 502, 503, 504),
        backoff_factor=0.5,
        raise_on_status=False,
        respect_retry_after_header=False,
    )
    adapter = requests.adapters.HTTPAdapter(pool_maxsize=DOWNLOADS_AT_ONCE, max_retries=patience)
    session.mount("http://", adapter)
    session.mount("https://", adapter)

    def download(url: str, output_file: Any, _: Any) -> None:  # noqa: ANN401 - pooch's signature
        """Fetch one file over a connection that stays open for the next one."""
        response = session.get(url, timeout=(SECONDS_TO_CONNECT, SECONDS_TO_ANSWER))
        if not response.ok:
            raise LFWUnavailableError(
                f"{url}: the server answered {response.status_code} {response.reason}"
            )
        Path(output_file).write_bytes(response.content)

    def fetch(name: str) -> None:
        """Let pooch fetch one file, check it, and put it in its place."""
        try:
            website.fetch(name, downloader=download)
        except requests.Timeout as error:
            raise LFWUnavailableError(
                f"{address}{name}: no answer within {SECONDS_TO_ANSWER:g} seconds"
            ) from error
        except requests.RequestException as error:
            raise LFWUnavailableError(
                f"{address}{name}: the connection failed ({type(error).__name__})"
            ) from error
        except ValueError as error:  # what pooch raises for a wrong sum
            raise LFWUnavailableError(
                f"{address}{name}: the bytes that came are not LFW's, "
                f"whose SHA-256 is {manifest[name]}"
            ) from error

    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel("WARNING")  # it would write a line for each file
    try:
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
    finally:
        logger.setLevel(level)


def _read_photographs(folder: Path, manifest: Mapping[str, str]) -> np.ndarray:
    """Read the manifest's photographs from a folder, each against its SHA-256 sum."""
    from PIL import Image

    images = np.empty((len(manifest), *FACE_SHAPE), dtype=np.float32)
    for index, (name, sha256) in enumerate(manifest.items()):
        path = folder / name
        try:
            content = path.read_bytes()
        except OSError as error:
            raise LFWUnavailableError(f"{path} cannot be read ({error.strerror})") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise LFWUnavailableError(f"{path} is not LFW's file, whose SHA-256 is {sha256}")
        with Image.open(io.BytesIO(content)) as photograph:
            images[index] = shrink_face(photograph, CROP)
    return images


def _fetch_with_scikit_learn(folder: Path, manifest: Mapping[str, str]) -> np.ndarray:
    """Let scikit-learn download LFW's archive of 233 MB; undo its shuffling."""
    from sklearn.datasets import fetch_lfw_people
    from sklearn.utils import shuffle

    patience = socket.getdefaulttimeout()
    socket.setdefaulttimeout(SECONDS_TO_ANSWER)  # scikit-learn would wait for minutes
    try:
        with (
            warnings.catch_warnings(action="ignore"),
            tempfile.TemporaryDirectory(dir=folder) as home,  # 250 MB that nobody needs later
        ):
            images = fetch_lfw_people(
                data_home=home, min_faces_per_person=100, n_retries=1, delay=0.1
            ).images
        _check_faces(images, len(manifest))
    except Exception as error:  # its connection, archive and decoder each have their own kinds
        raise LFWUnavailableError(f"scikit-learn's download failed ({error})") from error
    finally:
        socket.setdefaulttimeout(patience)
    unshuffled = np.empty_like(images)
    unshuffled[shuffle(np.arange(len(images)), random_state=42)] = images
    return unshuffled


def _check_faces(images: np.ndarray, count: int) -> None:
    """Raise ValueError where the images are not that many sound faces."""
    shape = (count, *FACE_SHAPE)
    if images.shape != shape or images.dtype != np.float32:
        raise ValueError(f"the faces are {images.dtype} {images.shape}, expected float32 {shape}")
    if not (images.min() >= 0 and images.max() <= 1):  # not true of NaN either
        raise ValueError("the faces hold values outside 0 to 1")


def _read_cache(folder: Path, manifest: Mapping[str, str]) -> np.ndarray:
    """Read what `_write_cache` has written; raise some exception where it is damaged."""
    with np.load(folder / "lfw_faces.npz", allow_pickle=False) as arrays:
        images, expected = arrays["images"], str(arrays["sha256"])
    if hashlib.sha256(images.tobytes()).hexdigest() != expected:
        raise ValueError("the faces are not those that were written")
    _check_faces(images, len(manifest))
    return images


def _write_cache(folder: Path, images: np.ndarray) -> None:
    """Write the faces so that the file is there completely or not at all."""
    unfinished = folder / f"lfw_faces.npz.{os.getpid()}.part"
    try:
        with unfinished.open("wb") as file:
            digest = hashlib.sha256(images.tobytes()).hexdigest()
            np.savez_compressed(file, images=images, sha256=np.array(digest))
        unfinished.replace(folder / "lfw_faces.npz")
    finally:
        unfinished.unlink(missing_ok=True)


def _writable(folder: Path) -> bool:
    """Tell whether files can be made in a folder, which is made if it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True
