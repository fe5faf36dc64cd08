"""NumPy arrays: shapes and types as NumPy reads them; objects are told and never unpickled."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import Any

import numpy as np
import pytest

from tests.formats.reading import look, messages
from tests.formats.seeds_core import npy, npz
from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.model import Format


def saved(array: Any, **options: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, **options)
    return buffer.getvalue()


def with_header(text: str, data: bytes = b"", version: int = 1) -> bytes:
    raw = text.encode()
    length = struct.pack("<H" if version == 1 else "<I", len(raw))
    return b"\x93NUMPY" + bytes([version, 0]) + length + raw + data


@pytest.mark.parametrize(
    ("array", "dtype"),
    [
        (np.zeros((3, 4), "<f4"), "F32"),
        (np.zeros((3, 4), ">f8"), "F64"),
        (np.asfortranarray(np.zeros((3, 4), "f2")), "F16"),
        (np.zeros(0, "u1"), "U8"),
        (np.asarray(True), "BOOL"),
        (np.zeros(2, "c8"), "C64"),
        (np.zeros(2, "c16"), "C128"),
        (np.zeros((2, 1), "i2"), "I16"),
        (np.array(["ab", "c"]), "TEXT"),
        (np.array([b"ab"]), "BYTES"),
        (np.zeros(1, "M8[s]"), "DATE"),
        (np.zeros(3, [("x", "<f4"), ("y", "<i2", (2, 3)), ("z", [("w", "u1")])]), "RECORD"),
        (np.zeros(2, "V7"), "BYTES"),
    ],
)
def test_shape_type_and_size_are_numpys(array: Any, dtype: str) -> None:
    found = look("folder/array.npy", saved(array))
    assert found.format is Format.NUMPY
    (tensor,) = found.tensors
    assert (tensor.name, tensor.shape, tensor.dtype, tensor.nbytes) == ("array", array.shape, dtype, array.nbytes)
    assert found.problems == ()
    assert found.complete


@pytest.mark.parametrize("array", [np.array([1, "x", None], dtype=object), np.zeros(1, [("a", "i4"), ("b", "O")])])
def test_objects_are_told_not_unpickled(array: Any) -> None:
    found = look("array.npy", saved(array, allow_pickle=True))
    assert found.tensors[0].dtype == "OBJECT"
    assert "holds Python objects as a pickle" in messages(found)
    assert not found.complete


@pytest.mark.parametrize("compressed", [False, True])
def test_every_member_of_an_archive_is_read(*, compressed: bool) -> None:
    data = npz(compressed=compressed)
    found = look("arrays.npz", data)
    assert found.format is Format.NUMPY_ZIP
    assert [(t.name, t.shape, t.dtype) for t in found.tensors] == [("kernel", (3, 4), "F16"), ("bias", (4,), "I64")]
    assert found.problems == ()
    assert found.complete
    if not compressed:
        bias = found.tensors[1]
        assert data[bias.offset :][: bias.nbytes] == np.arange(4, dtype="<i8").tobytes()


def test_a_member_that_is_no_array_is_told() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.npy", npy())
        archive.writestr("evil.npy", b"cos\nsystem\n(S'x'\ntR.")
    found = look("arrays.npz", buffer.getvalue())
    assert "evil.npy does not begin as a NumPy array" in messages(found)
    assert not found.complete


def test_a_header_of_python_2_is_read() -> None:
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }\n"
    assert look("a.npy", with_header(header, bytes(24))).tensors[0].shape == (2, 3)


@pytest.mark.parametrize("version", [2, 3])
def test_later_versions_are_read(version: int) -> None:
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n"
    assert look("a.npy", with_header(header, bytes(8), version)).versions == {"npy": f"{version}.0"}


def test_missing_and_extra_bytes_are_told() -> None:
    cut = look("a.npy", npy()[:-1])
    assert "is cut off" in messages(cut)
    assert not cut.complete
    assert "4 bytes follow the array" in messages(look("a.npy", npy() + b"tail"))


SHAPE = "{{'descr': '<f4', 'fortran_order': False, 'shape': {}}}"


@pytest.mark.parametrize(
    "data",
    [
        with_header("__import__('os').system('true')"),
        with_header("{'descr': '<f4', 'shape': (1,)}"),
        with_header(SHAPE.format("(-1,)")),
        with_header(SHAPE.format("(True,)")),
        with_header(SHAPE.format("(0x" + "f" * 5000 + ",)")),
        with_header(SHAPE.format("[1]")),
        with_header(SHAPE.format("(1,)" * 1)[:-10]),
        with_header("(" * 5000),
        with_header("{'descr': 'nonsense', 'fortran_order': False, 'shape': (1,)}"),
        with_header("{'descr': [1], 'fortran_order': False, 'shape': (1,)}"),
        with_header("{[]: 1}"),
        b"\x93NUMPY\x09\0\x10\0" + bytes(16),
        b"\x93NUMPY\x01\0\xff\xff{",
    ],
)
def test_a_malformed_header_is_an_error(data: bytes) -> None:
    with pytest.raises(FormatError):
        look("a.npy", data)


def test_a_header_longer_than_numpy_reads_is_not_read() -> None:
    with pytest.raises(LimitExceeded):
        look("a.npy", with_header(" " * 20_000))
