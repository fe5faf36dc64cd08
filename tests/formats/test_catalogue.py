"""The dispatch: by content first, one import a file, and a clear word about what is no model at all."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.formats.reading import look
from tests.formats.seeds_core import SEEDS, hdf5, keras_archive, npy, npz, plain_zip, small_gguf, small_safetensors
from weighbridge.errors import FormatError
from weighbridge.formats import identify
from weighbridge.formats.binary import MemorySource
from weighbridge.formats.catalogue import PROBLEMS, ROWS
from weighbridge.formats.held import BLOCK, HeldSource
from weighbridge.model import Format

LOADED = [(row, reader) for row in ROWS if (reader := row.load()) is not None]


@pytest.mark.parametrize(("row", "reader"), LOADED, ids=[row.module for row, _ in LOADED])
def test_every_reader_is_as_its_row_says(row: object, reader: object) -> None:
    assert reader.formats, row  # type: ignore[attr-defined]
    assert set(reader.suffixes) <= set(row.suffixes)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (small_safetensors(), Format.SAFETENSORS),
        (small_gguf(), Format.GGUF),
        (npy(), Format.NUMPY),
        (npz(), Format.NUMPY_ZIP),
        (hdf5(), Format.HDF5),
        (keras_archive(), Format.KERAS),
        (plain_zip(), Format.ARCHIVE),
    ],
)
@pytest.mark.parametrize(
    "name", ["weights", "weights.bin", "weights.pt", "weights.pkl", "weights.safetensors", "a.gguf"]
)
def test_content_decides_whatever_the_name(name: str, data: bytes, expected: Format) -> None:
    assert identify(MemorySource(name, data)) is expected
    assert look(name, data).format is expected


@pytest.mark.parametrize("name", SEEDS)
def test_every_seed_is_recognised(name: str) -> None:
    assert identify(MemorySource(name, SEEDS[name]())) is not Format.UNRECOGNISED


def test_an_empty_file_is_an_error() -> None:
    with pytest.raises(FormatError, match="is empty"):
        look("model.safetensors", b"")


def test_a_pointer_is_not_the_file() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    with pytest.raises(FormatError, match="is a Git LFS pointer") as caught:
        look("model.safetensors", pointer)
    assert "git lfs pull" in caught.value.hint


def test_what_nobody_knows_is_unrecognised_and_incomplete() -> None:
    found = look("notes.xyz", b"just some words, not a model " * 10)
    assert found.format is Format.UNRECOGNISED
    assert not found.complete


def test_a_broken_file_is_explained_by_the_reader_of_its_extension() -> None:
    with pytest.raises(FormatError, match="does not begin with the letters GGUF"):
        look("model.gguf", b"<html>404</html>" * 10)


def test_problems_are_cut_to_what_a_person_reads() -> None:
    from tests.formats.seeds_core import safetensors

    found = look(
        "m.safetensors", safetensors({f"t{n}": ("NONE", [1], (n, n + 1)) for n in range(2000)}, data=bytes(2000))
    )
    assert len(found.problems) == PROBLEMS + 1
    assert found.problems[-1].message == "and 1,500 more"


def test_one_file_costs_one_import() -> None:
    code = (
        "import sys; from weighbridge.formats import inspect; from weighbridge.formats.binary import MemorySource;"
        f"inspect(MemorySource('m.safetensors', {small_safetensors()!r}));"
        "print(sorted(m for m in sys.modules if m.startswith('weighbridge.formats.')))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for module in ("pickle", "pytorch", "onnx", "hdf5", "archive", "gguf"):
        assert f"'weighbridge.formats.{module}'" not in out


class _Counting(MemorySource):
    """Counts the reads."""

    reads = 0

    def read_at(self, offset: int, length: int) -> bytes:
        self.reads += 1
        return super().read_at(offset, length)


def test_small_reads_of_a_block_are_one_read() -> None:
    source = _Counting("x", bytes(range(256)) * 1024)
    held = HeldSource.over(source)
    assert [held.read_at(at, 4) for at in (0, 100, 1000)] == [
        bytes(range(at % 256, at % 256 + 4)) for at in (0, 100, 1000)
    ]
    assert source.reads == 1
    assert held.read_at(BLOCK - 2, 4) == source.read_at(BLOCK - 2, 4)
    assert held.read_at(source.size - 2, 100) == b"\xfe\xff"
    assert held.read_at(2**70, 10) == b""


def test_a_safetensors_header_costs_one_request() -> None:
    source = _Counting("m.safetensors", small_safetensors())
    from weighbridge.formats import inspect

    inspect(source)
    assert source.reads == 1
