"""Arrays that TensorFlow can use without a copy."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from helpers.datasets import load_mnist
from helpers.epochs import tensors
from helpers.memory import ALIGNMENT, aligned, can_be_shared, release_library, return_memory


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64", "bool"])
@pytest.mark.parametrize("shape", [(1, 3), (7,), (5, 3, 2)])
def test_aligned_copy_holds_the_same_numbers_and_can_be_shared(shape, dtype):
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    copy = aligned(array)
    np.testing.assert_array_equal(copy, array)
    assert copy.dtype == array.dtype
    assert copy.ctypes.data % ALIGNMENT == 0
    assert can_be_shared(copy)
    assert not np.shares_memory(copy, array)


def test_aligned_copy_of_a_view_lies_in_one_piece():
    assert can_be_shared(aligned(np.arange(24).reshape(4, 6)[:, ::2]))


def unaligned():
    return aligned(np.zeros(17, np.uint8))[1:]


def with_gaps():
    return aligned(np.zeros((4, 64), np.uint8))[:, :32]


def read_only():
    array = aligned(np.zeros(16))
    array.flags.writeable = False
    return array


@pytest.mark.parametrize("make", [unaligned, with_gaps, read_only])
def test_other_arrays_cannot_be_shared_and_are_copied(make):
    array = make()
    assert not can_be_shared(array)
    tensor = tensors(array)
    np.testing.assert_array_equal(tensor.numpy(), array)


def test_tensor_shares_the_memory_of_an_aligned_array_and_no_other():
    shared, other = aligned(np.zeros(32)), aligned(np.zeros(33))[1:]
    tensor, copied = tensors((shared, other))
    shared[0] = other[0] = 5
    assert tensor.numpy()[0] == 5
    assert copied.numpy()[0] == 0


def test_pixels_of_mnist_can_be_shared_and_so_can_a_fifth_of_them():
    (x, _), (x_test, _) = load_mnist()
    rows = x.reshape(-1, 784)
    for array in (rows, rows[:48_000], rows[48_000:], x_test):
        assert can_be_shared(array)


def test_memory_is_returned_without_an_error_on_every_system(monkeypatch):
    return_memory()

    def missing(_name):
        raise OSError("no such library")

    monkeypatch.setattr("ctypes.CDLL", missing)
    assert return_memory() is None


AFTER_THE_IMPORT = """
import re
from pathlib import Path
import tensorflow as tf
from helpers.memory import release_library

def resident():
    return int(re.search(r"VmRSS:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1]) * 1024

before, released, after = resident(), release_library(), resident()
assert tf.linalg.matmul(tf.ones((3, 3)), tf.ones((3, 3))).numpy().sum() == 27
print(before - after, released)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists a process's memory")
def test_pages_of_a_loaded_library_are_let_go_of_and_come_back():
    command = [sys.executable, "-c", AFTER_THE_IMPORT]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    gone, released = map(int, result.stdout.split())
    assert gone > 100e6
    assert released == pytest.approx(gone, rel=0.1)


MAPPING = """{address} {mode} 00000000 fe:00 12 {file}
Rss:                  48 kB
Anonymous:            {anonymous} kB
VmFlags: rd mr mw me
"""


@pytest.mark.parametrize(
    ("file", "mode", "anonymous", "released"),
    [
        ("/some/where/libtensorflow_cc.so.2", "r-xp", 0, 48 * 1024),
        ("/some/where/libtensorflow_cc.so.2", "r--p", 0, 48 * 1024),
        ("/some/where/libtensorflow_cc.so.2", "rw-p", 0, 0),
        ("/some/where/libtensorflow_cc.so.2", "r--p", 4, 0),
        ("/tensorflow/lib/libc.so.6", "r-xp", 0, 0),
        ("[heap]", "rw-p", 48, 0),
        ("", "r--p", 0, 0),
    ],
)
def test_only_parts_of_the_library_that_nobody_wrote_to_are_let_go_of(
    monkeypatch, file, mode, anonymous, released
):
    asked = []

    class Library:
        def __init__(self, name):
            pass

        def madvise(self, start, length, advice):
            asked.append((start.value, length.value, advice))
            return 0

    text = MAPPING.format(address="1000-d000", file=file, mode=mode, anonymous=anonymous)
    monkeypatch.setattr("ctypes.CDLL", Library)
    monkeypatch.setattr("helpers.memory._mapped_files", lambda: text)
    assert release_library() == released
    assert asked == ([(0x1000, 0xC000, 4)] if released else [])


def test_nothing_is_let_go_of_where_the_system_lists_no_memory(monkeypatch):
    def missing():
        raise FileNotFoundError("/proc/self/smaps")

    monkeypatch.setattr("helpers.memory._mapped_files", missing)
    assert release_library() == 0
