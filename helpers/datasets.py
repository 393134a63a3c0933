"""The data of the course, checked byte for byte before anything learns from it.

Three data sets are part of the repository (``data/README.md`` says where they come
from), one is drawn at random, and the faces come by way of `helpers.lfw`. Iris is
part of scikit-learn. Where a file is missing or is not that of the course, the
functions that load it raise a `DatasetError`.
"""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from helpers.lfw import FACE_SHAPE, LFWUnavailableError, fetch_lfw, shrink_face

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.utils import Bunch

DATA_FOLDER = Path(__file__).resolve().parent.parent / "data"

DATA_FILES = {
    "diabetes.csv": "c980e5e01dc1c554a358102b773f34b29599d0051ec5cf5b56ad1c6fcb3a23b0",
    "lfw_manifest.txt": "ff165be91e5d2d2fd8575c839a1aa96d931a88bda028353dc7efb244164a6b79",
    "mnist.npz": "99b6212d8b734503d7fa2e29ea6413bad62226998e56555f4a6b0b30072f1aec",
    "orl_faces.npz": "f875f4c57dd82cdcd9ce83203f6e1ac10884100e627e80c46e9311cc0049fda9",
}
"""Each file of the data folder and its SHA-256 sum."""

POINT_CLOUD_CENTRES = ((0.43, 0.20), (0.80, 0.43), (0.57, 0.80), (0.20, 0.57))
"""Centre (x, y) of classes 0 to 3 of the point cloud: the corners of a tilted square."""

POINT_CLOUD_SPREAD = 0.11
"""Standard deviation of a class of the point cloud, along x and along y."""

LFW_DESCRIPTION = """\
Labeled Faces in the Wild: the five people with 100 photographs or more

1140 news photographs, funneled (aligned), cropped to the face, grey, 62 x 47 pixels,
each pixel a float32 from 0 (black) to 1 (white), in the order of scikit-learn's
fetch_lfw_people(min_faces_per_person=100).

Published for research. The authors say that it must not be used to judge whether a
system is fit for commercial use, and that children, people over 80, women and many
ethnicities are under-represented.

Huang, Ramesh, Berg, Learned-Miller: Labeled Faces in the Wild. University of
Massachusetts, Amherst, Technical Report 07-49, 2007.
Huang, Jain, Learned-Miller: Unsupervised Joint Alignment of Complex Images. ICCV 2007.
"""

ORL_DESCRIPTION = """\
The ORL Database of Faces: 40 people, ten photographs of each

400 photographs taken between April 1992 and April 1994 at the Olivetti Research
Laboratory in Cambridge, cropped to LFW's proportions and scaled to 62 x 47 pixels,
each pixel a float32 from 0 (black) to 1 (white). The people have numbers, no names.

Credit: AT&T Laboratories Cambridge.
Samaria, Harter: Parameterisation of a Stochastic Model for Human Face
Identification. Second IEEE Workshop on Applications of Computer Vision, 1994.
"""


class DatasetError(OSError):
    """A data file of the course cannot be used; the message says what to do."""


def load_mnist() -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Load the handwritten digits of MNIST, as ``keras.datasets.mnist.load_data`` does.

    Returns
    -------
    (x_train, y_train), (x_test, y_test) : tuple of tuple of numpy.ndarray
        Pictures, (60000, 28, 28) and (10000, 28, 28), uint8, 0 (paper) to 255 (ink),
        and their digits, (60000,) and (10000,), uint8.
    """
    with np.load(io.BytesIO(_read_data_file("mnist.npz")), allow_pickle=False) as arrays:
        # Where TensorFlow can use the pictures as they are: each copy of them takes 47 MB.
        train, test = (
            (_aligned(arrays[f"x_{part}"]), arrays[f"y_{part}"]) for part in ("train", "test")
        )
    return train, test


def _aligned(array: np.ndarray) -> np.ndarray:
    """Copy an array to memory that begins at a multiple of 64 bytes, as TensorFlow wants it."""
    buffer = np.empty(array.nbytes + 64, np.uint8)
    start = -buffer.ctypes.data % 64
    own = buffer[start : start + array.nbytes].view(array.dtype).reshape(array.shape)
    own[...] = array
    return own


def load_diabetes() -> pd.DataFrame:
    """Load the table of 768 women of the Pima community, 268 of them with diabetes.

    A zero in ``Glucose``, ``BloodPressure``, ``SkinThickness``, ``Insulin`` or
    ``BMI`` means that the value is missing.

    Returns
    -------
    pandas.DataFrame
        One row for each woman, nine columns: ``BMI`` and ``DiabetesPedigreeFunction``
        float64, the others int64; ``Outcome`` is 1 for diabetes and 0 for none.
    """
    import pandas as pd

    return pd.read_csv(io.BytesIO(_read_data_file("diabetes.csv")))


def make_point_cloud(
    n_samples: int = 1000, *, random_state: int | None = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Draw points in the plane that belong to four overlapping classes.

    Each class is a round normal distribution around one corner of a tilted square. The
    point (0.2, 0.8) belongs to class 3, whose neighbours are classes 0 and 2.

    Parameters
    ----------
    n_samples : int
        Number of points, 4 or more; the classes are equally large, give or take one.
    random_state : int or None
        Seed; None draws other points each time.

    Returns
    -------
    points : numpy.ndarray of shape (n_samples, 2)
        The coordinates x and y, float64 as scikit-learn returns them.
    classes : numpy.ndarray of shape (n_samples,)
        The class of each point, int64, 0 to 3, in random order.

    Raises
    ------
    ValueError
        If ``n_samples`` is not a whole number, or is less than four.
    """
    from sklearn.datasets import make_blobs

    if not isinstance(n_samples, (int, np.integer)) or n_samples < len(POINT_CLOUD_CENTRES):
        raise ValueError(f"n_samples is {n_samples!r}, expected a whole number, 4 or more.")
    points, classes = make_blobs(
        n_samples=int(n_samples),
        centers=np.array(POINT_CLOUD_CENTRES),
        cluster_std=POINT_CLOUD_SPREAD,
        random_state=random_state,
    )
    return points, classes.astype(np.int64)


def best_point_cloud_accuracy() -> float:
    """Compute the accuracy that no classifier of the point cloud can exceed in the long run.

    The classes are equally frequent, equally wide and round, so the best guess is
    the nearest centre. The centres are the corners of a square: the guess is right
    where a point has crossed neither of the two lines that halve the square, and
    these are two independent events. With the side ``d``, the spread ``s`` and the
    normal distribution function ``Phi``, the accuracy is ``Phi(d / (2 s)) ** 2``,
    about 0.95: the Bayes accuracy (Hastie, Tibshirani, Friedman, The Elements of
    Statistical Learning, 2nd edition, section 2.4).
    """
    side = float(np.hypot(*np.subtract(POINT_CLOUD_CENTRES[0], POINT_CLOUD_CENTRES[1])))
    return NormalDist().cdf(side / (2 * POINT_CLOUD_SPREAD)) ** 2


def load_faces(source: str = "auto") -> Bunch:
    """Load faces to recognise, as ``fetch_lfw_people(min_faces_per_person=100)`` does.

    Labeled Faces in the Wild (LFW) is fetched once from its website: 1,140 files, 11 MB,
    each checked against ``data/lfw_manifest.txt`` and kept in the cache folder, so a
    download that was interrupted goes on where it was. ``COURSE_LFW_URL`` puts another
    address, or a folder (a relative one counts from the course's own), in the place of
    the website; ``COURSE_CACHE_DIR`` moves the cache folder.

    Parameters
    ----------
    source : {"auto", "lfw", "orl"}
        ``"lfw"`` insists on LFW; ``"orl"`` takes the ORL faces of the data folder;
        ``"auto"`` takes LFW or, where it cannot be had, ORL, and then prints one
        line that says so.

    Returns
    -------
    sklearn.utils.Bunch
        ``images``, float32 of shape (1140, 62, 47), 0 (black) to 1 (white);
        ``data``, the same numbers as (1140, 2914); ``target``, int64 of shape
        (1140,), 0 to 4; ``target_names``, the five names; ``DESCR``, where the
        faces come from; ``source``, ``"lfw"`` or ``"orl"``. ORL has 400 faces of
        40 people, ten of each.

    Raises
    ------
    ValueError
        If ``source`` is none of the three, or ``COURSE_LFW_URL`` is neither an
        address nor a folder.
    LFWUnavailableError
        If ``source`` is ``"lfw"`` and it cannot be had.
    """
    if source not in ("auto", "lfw", "orl"):
        raise ValueError(f"source is {source!r}, expected 'auto', 'lfw' or 'orl'.")
    if source == "orl":
        return _load_orl()
    manifest = read_lfw_manifest()
    try:
        images = fetch_lfw(manifest)
    except LFWUnavailableError:
        if source == "lfw":
            raise
        print("LFW cannot be had, so the ORL faces stand in; load_faces('lfw') says why.")
        return _load_orl()
    people = [name.split("/")[1].replace("_", " ") for name in manifest]
    return _faces(images, people, LFW_DESCRIPTION, "lfw")


def lfw_can_be_had() -> bool:
    """Tell whether the real faces can be had; fetch them into the cache folder if so."""
    try:
        load_faces("lfw")
    except OSError:
        return False
    return True


def read_lfw_manifest() -> dict[str, str]:
    """Read which photographs of LFW the course uses.

    Returns the path of each photograph on LFW's website and its SHA-256 sum, in the order
    in which scikit-learn reads them.
    """
    lines = _read_data_file("lfw_manifest.txt").decode("ascii").splitlines()
    return {name: sha256 for name, sha256 in (line.split() for line in lines)}


def check_data_files() -> list[tuple[str, int, str | None]]:
    """Compare every file of the data folder with its SHA-256 sum.

    Returns for each, in alphabetical order, its name, its size in bytes (0 where it is
    missing), and what is wrong and what to do, or None where it is the right one.
    """
    checks = []
    for name in sorted(DATA_FILES):
        path = DATA_FOLDER / name
        problem = None
        try:
            _read_data_file(name)
        except DatasetError as error:
            problem = str(error)
        checks.append((name, path.stat().st_size if path.exists() else 0, problem))
    return checks


def _read_data_file(name: str) -> bytes:
    """Return the content of a file of the data folder whose SHA-256 sum is right."""
    remedy = f"Get it back with `git checkout -- data/{name}`, or download the course again."
    try:
        content = (DATA_FOLDER / name).read_bytes()
    except OSError as error:
        raise DatasetError(f"data/{name} cannot be read ({error.strerror}). {remedy}") from error
    found, expected = hashlib.sha256(content).hexdigest(), DATA_FILES[name]
    if found != expected:
        raise DatasetError(
            f"data/{name} is not the file of the course: its {len(content)} bytes have the "
            f"SHA-256 sum {found[:12]}…, expected {expected[:12]}…. {remedy}"
        )
    return content


def _load_orl() -> Bunch:
    """Load the ORL faces, cropped to LFW's proportions and scaled to its size."""
    from PIL import Image

    with np.load(io.BytesIO(_read_data_file("orl_faces.npz")), allow_pickle=False) as arrays:
        photographs, person = arrays["images"], arrays["person"]
    height, width = photographs.shape[1:]
    margin = (width - height * FACE_SHAPE[1] / FACE_SHAPE[0]) / 2
    box = (margin, 0.0, width - margin, float(height))
    images = np.stack([shrink_face(Image.fromarray(pixels), box) for pixels in photographs])
    return _faces(images, [f"Person {number:02}" for number in person], ORL_DESCRIPTION, "orl")


def _faces(images: np.ndarray, people: list[str], description: str, source: str) -> Bunch:
    """Put faces into the form of ``fetch_lfw_people``, and shuffle them as it does."""
    from sklearn.utils import Bunch, shuffle

    target_names, target = np.unique(people, return_inverse=True)
    images, target = shuffle(images, target.astype(np.int64), random_state=42)
    return Bunch(
        data=images.reshape(len(images), -1),
        images=images,
        target=target,
        target_names=target_names,
        DESCR=description,
        source=source,
    )
