"""safetensors: the inventory is the library's, and every departure from the format is told."""

from __future__ import annotations

import json
import pathlib
import struct
import time

import numpy as np
import pytest
import safetensors
import safetensors.numpy

from tests.formats.reading import look, messages
from tests.formats.seeds_core import Layout, small_safetensors, with_header
from tests.formats.seeds_core import safetensors as build
from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.binary import LIMITS, Limits, MemorySource, no_siblings
from weighbridge.formats.safetensors import READER
from weighbridge.model import Format


def test_the_inventory_is_the_librarys(tmp_path: pathlib.Path) -> None:
    arrays = {
        "emb.weight": np.zeros((5, 3), dtype=np.float32),
        "half": np.zeros((2, 2, 2), dtype=np.float16),
        "ids": np.arange(4, dtype=np.int64),
        "scalar": np.asarray(1.5),
        "empty": np.zeros((0, 7), dtype=np.uint8),
        "flags": np.array([True, False]),
        "ñandú": np.zeros(1, dtype=np.int8),
    }
    file = tmp_path / "model.safetensors"
    safetensors.numpy.save_file(arrays, file, metadata={"format": "pt", "é": "ü"})
    found = look("model.safetensors", file.read_bytes())
    with safetensors.safe_open(file, "np") as theirs:
        assert {t.name: t.shape for t in found.tensors} == {
            key: tuple(theirs.get_slice(key).get_shape())
            for key in theirs.keys()  # noqa: SIM118
        }
        assert {t.name: t.dtype for t in found.tensors} == {
            key: theirs.get_slice(key).get_dtype()
            for key in theirs.keys()  # noqa: SIM118
        }
        assert found.metadata == theirs.metadata()
    assert found.problems == ()
    assert found.complete
    assert found.producer == "PyTorch"
    assert found.parameters == sum(array.size for array in arrays.values())


def test_offsets_count_from_the_files_begin() -> None:
    data = build({"a": ("U8", [3], (0, 3)), "b": ("U8", [1], (3, 4))}, data=b"abcd")
    first, second = look("m.safetensors", data).tensors
    assert data[first.offset :][: first.nbytes] == b"abc"
    assert data[second.offset :][: second.nbytes] == b"d"


@pytest.mark.parametrize(
    ("dtype", "shape", "nbytes"),
    [
        ("F8_E4M3", [8], 8),
        ("F8_E5M2", [8], 8),
        ("F8_E8M0", [8], 8),
        ("F4", [8], 4),
        ("F6_E2M3", [4], 3),
        ("C64", [2], 16),
    ],
)
def test_narrow_and_wide_types(dtype: str, shape: list[int], nbytes: int) -> None:
    found = look("m.safetensors", build({"w": (dtype, shape, (0, nbytes))}, data=bytes(nbytes)))
    assert found.problems == ()
    assert found.tensors[0].nbytes == nbytes


def case(tensors: Layout, data: int) -> bytes:
    return build(tensors, data=bytes(data))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (case({"w": ("F32", [2], (0, 4))}, 4), "needs 8 bytes, its offsets hold 4"),
        (case({"w": ("Q9", [2], (0, 4))}, 4), "unknown dtype 'Q9'"),
        (case({"w": ("Q4_K", [2], (0, 4))}, 4), "unknown dtype 'Q4_K'"),
        (case({"a": ("U8", [4], (0, 4)), "b": ("U8", [4], (2, 6))}, 6), "tensors a and b share bytes"),
        (case({"a": ("U8", [2], (0, 2)), "b": ("U8", [2], (6, 8))}, 8), "4 bytes before tensor b belong to no tensor"),
        (case({"a": ("U8", [2], (0, 2))}, 12), "10 bytes follow the last tensor"),
        (case({"a": ("U8", [2], (2, 0))}, 0), "ends at 0, before its begin at 2"),
        (case({"a": ("U8", [-2], (0, 2))}, 2), "the entry of tensor a is malformed"),
        (case({"a": ("U8", [2**63], (0, 2))}, 2), "the entry of tensor a is malformed"),
        (case({"a": ("U8", [1] * 65, (0, 1))}, 1), "the entry of tensor a is malformed"),
        (with_header(b'{"a":[]}'), "the entry of tensor a is malformed"),
        (with_header(b'{"__metadata__":{"a":1}}'), "__metadata__ is no map of texts"),
        (
            with_header(b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"x"),
            "'a' stands in the header twice",
        ),
        (with_header(b'{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"x"), "'dtype' stands in the header twice"),
        (with_header(b'{"__metadata__":{"k":"a","k":"b"}}'), "'k' stands in the header twice"),
        (with_header(b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"code":"x"}}', b"x"), "the entry of tensor a is malformed"),
    ],
)  # fmt: skip
def test_every_departure_is_told(data: bytes, told: str) -> None:
    assert told in messages(look("m.safetensors", data))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\x05", "has 1 bytes"),
        (struct.pack("<Q", 2**63) + b"{}", "announces a header of 9,223,372,036,854,775,808 bytes"),
        (struct.pack("<Q", 200) + b'{"a":', "announces a header of 200 bytes, but 5 remain"),
        (with_header(b"[]"), "no JSON object"),
        (with_header(b'{"a":' + b"[" * 5000 + b"}"), "no JSON object"),
        (with_header(b'{"\xff":1}'), "no JSON object"),
    ],
)
def test_a_header_that_cannot_be_read_is_an_error(data: bytes, told: str) -> None:
    with pytest.raises(FormatError, match=told):
        look("m.safetensors", data)


def test_more_tensors_than_any_model_has_are_refused() -> None:
    data = build({str(n): ("U8", [0], (0, 0)) for n in range(20)})
    with pytest.raises(LimitExceeded, match="20 tensors; the limit is 10"):
        READER.inspect(MemorySource("m.safetensors", data), no_siblings, Limits(tensors=10))


def test_a_header_beyond_the_librarys_limit_is_not_read() -> None:
    source = MemorySource("m.safetensors", struct.pack("<Q", 100_000_001) + b"{}")
    source.size = 2 * 10**8
    with pytest.raises(LimitExceeded):
        READER.inspect(source, no_siblings, LIMITS)


def test_a_truncated_file_still_gives_its_inventory() -> None:
    found = look("m.safetensors", small_safetensors()[:-10])
    assert [tensor.name for tensor in found.tensors] == ["a.weight", "a.bias"]
    assert "the file is cut off" in messages(found)
    assert not found.complete


def test_a_header_written_with_spaces_is_no_problem() -> None:
    header = json.dumps({"a": {"shape": [1], "dtype": "U8", "data_offsets": [0, 1]}, "ä": {"dtype": "U8", "shape": [0], "data_offsets": [1, 1]}}, indent=2)  # fmt: skip
    found = look("m.safetensors", with_header(header.encode(), b"x"))
    assert found.problems == ()
    assert len(found.tensors) == 2


@pytest.mark.parametrize(
    ("metadata", "scheme"),
    [
        ({"quantization": "int8"}, "int8"),
        ({"quantization_config": '{"quant_method": "gptq"}'}, "gptq"),
        ({"quantization_config": "["}, ""),
        ({"quantization_config": '{"quant_method": [1]}'}, ""),
        ({}, ""),
    ],
)
def test_quantisation_is_what_the_file_says(metadata: dict[str, str], scheme: str) -> None:
    assert look("m.safetensors", build({}, metadata)).quantisation == scheme


def test_long_metadata_are_cut() -> None:
    found = look("m.safetensors", build({}, {"k": "x" * 10_000}))
    assert len(found.metadata["k"]) == 4096


def test_it_is_recognised_by_content_under_any_name() -> None:
    assert look("weights.xyz", small_safetensors()).format is Format.SAFETENSORS


def test_thousands_of_tensors_are_read_at_once() -> None:
    size = 4096 * 1536 * 2
    tensors: Layout = {
        f"model.layers.{n // 96}.mlp.experts.{n % 96}.down_proj.weight": ("BF16", [4096, 1536], (n * size, (n + 1) * size))
        for n in range(6144)
    }  # fmt: skip
    source = MemorySource("m.safetensors", build(tensors))
    source.size += 6144 * size
    best = min(_seconds(source) for _ in range(3))
    assert best < 0.2


def _seconds(source: MemorySource) -> float:
    from weighbridge.formats import inspect

    started = time.perf_counter()
    found = inspect(source)
    assert len(found.tensors) == 6144
    assert found.problems == ()
    return time.perf_counter() - started
