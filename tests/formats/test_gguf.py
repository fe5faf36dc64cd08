"""GGUF: versions 1 to 3, both byte orders, every value type; the inventory is gguf-py's."""

from __future__ import annotations

import pathlib
import struct

import gguf as library
import numpy as np
import pytest

from tests.formats.reading import look, messages
from tests.formats.seeds_core import (
    ARRAY,
    BOOL,
    FLOAT32,
    INT32,
    STRING,
    UINT32,
    gguf,
    pair,
    small_gguf,
    tensor_info,
    text,
    texts,
)  # fmt: skip
from weighbridge.errors import FormatError, LimitExceeded
from weighbridge.formats.gguf_types import FILE_TYPES, TENSOR_TYPES
from weighbridge.model import DTYPE_BITS, Format


@pytest.mark.parametrize(("version", "order"), [(1, "<"), (2, "<"), (3, "<"), (3, ">")])
def test_every_version_and_byte_order_says_the_same(version: int, order: str) -> None:
    found = look("m.gguf", small_gguf(version, order))
    assert found.format is Format.GGUF
    assert [(t.name, t.shape, t.dtype, t.nbytes) for t in found.tensors] == [
        ("blk.0.w", (2, 256), "Q4_K", 288),
        ("norm", (3,), "F32", 12),
    ]
    assert found.problems == ()
    assert found.complete
    assert found.quantisation == "Q4_K_M"
    assert found.versions["gguf"] == str(version)
    assert found.metadata["llama.context_length"] == 8192
    assert found.metadata["tokenizer.ggml.add_bos_token"] is True
    assert found.metadata["tokenizer.ggml.tokens"]["length"] == 100
    assert found.metadata["tokenizer.ggml.tokens"]["first"][0] == "token 0"


def test_a_chat_template_is_kept_whole() -> None:
    assert look("m.gguf", small_gguf()).metadata["tokenizer.chat_template"] == "{{ messages }}" * 1000


def test_the_inventory_is_the_librarys(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "m.gguf"
    writer = library.GGUFWriter(path, "llama")
    writer.add_context_length(4096)
    writer.add_license("apache-2.0")
    writer.add_array("tags", ["a", "b"])
    writer.add_array("scores", [0.5, 1.5])
    writer.add_float32("eps", 1e-5)
    rng = np.random.default_rng(0)
    writer.add_tensor("plain", rng.random((3, 64), dtype=np.float32))
    packed = library.quants.quantize(rng.random((4, 64), dtype=np.float32), library.GGMLQuantizationType.Q8_0)
    writer.add_tensor("packed", packed, raw_dtype=library.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    found = look("m.gguf", path.read_bytes())
    theirs = library.GGUFReader(path)
    assert [(t.name, t.shape, t.dtype, t.nbytes, t.offset) for t in found.tensors] == [
        (t.name, tuple(reversed(t.shape.tolist())), t.tensor_type.name, t.n_bytes, t.data_offset)
        for t in theirs.tensors
    ]
    assert found.problems == ()
    assert found.metadata["general.license"] == "apache-2.0"
    assert found.metadata["tags"] == ["a", "b"]
    assert found.metadata["scores"] == [0.5, 1.5]
    assert found.quantisation == "Q8_0"


def test_the_tables_are_the_librarys() -> None:
    theirs = {int(kind): (kind.name, *sizes) for kind, sizes in library.GGML_QUANT_SIZES.items()}
    # The library counts Q8_1's scale and sum as 32-bit numbers; ggml's own block has 16-bit ones, and no file holds it.
    theirs.pop(9)
    assert {number: layout for number, layout in TENSOR_TYPES.items() if number in theirs} == theirs
    names = {int(kind): kind.name.removeprefix("MOSTLY_").removeprefix("ALL_") for kind in library.LlamaFileType}
    assert {**names, **FILE_TYPES} == names


def test_block_sizes_and_bits_agree() -> None:
    for name, block, width in TENSOR_TYPES.values():
        if name != "Q8_1":
            assert DTYPE_BITS[name] == width * 8 / block, name


def test_every_scalar_type_is_read() -> None:
    layouts = {0: ("B", 200), 1: ("b", -5), 2: ("H", 60000), 3: ("h", -300), 4: ("I", 2**31), 5: ("i", -7), 6: ("f", 0.5),
               7: ("B", 1), 10: ("Q", 2**63), 11: ("q", -(2**62)), 12: ("d", 0.1)}  # fmt: skip
    pairs = [pair(f"k{kind}", kind, struct.pack("<" + letter, value)) for kind, (letter, value) in layouts.items()]
    found = look("m.gguf", gguf(pairs, []))
    assert found.metadata == {f"k{kind}": value for kind, (_, value) in layouts.items()}


def test_nested_lists_are_read() -> None:
    inner = struct.pack("<IQ2i", INT32, 2, 1, 2)
    found = look("m.gguf", gguf([pair("k", ARRAY, struct.pack("<IQ", ARRAY, 2) + inner * 2)], []))
    assert found.metadata["k"] == [[1, 2], [1, 2]]


def test_a_large_vocabulary_is_counted_not_kept() -> None:
    words = [f"w{n}" * (n % 7) for n in range(150_000)]
    after = pair("after", UINT32, struct.pack("<I", 1))
    found = look("m.gguf", gguf([pair("tokens", ARRAY, texts(words)), after], []))
    assert found.metadata["tokens"] == {"length": 150_000, "first": words[:16]}
    assert found.metadata["after"] == 1


def test_without_a_file_type_the_commonest_quantised_type_is_told() -> None:
    tensors = [tensor_info("a", [32], 8, 0), tensor_info("b", [64], 2, 64), tensor_info("c", [1000], 0, 128)]
    assert look("m.gguf", gguf([], tensors, bytes(4128))).quantisation == "Q4_0"


def test_a_plain_file_type_is_no_quantisation() -> None:
    found = look("m.gguf", gguf([pair("general.file_type", UINT32, struct.pack("<I", 1))], []))
    assert found.quantisation == ""


def test_the_other_parts_of_a_split_model_are_named() -> None:
    pairs = [pair("split.count", UINT32, struct.pack("<I", 3))]
    found = look("folder/big-00002-of-00003.gguf", gguf(pairs, []))
    assert found.references == ("big-00001-of-00003.gguf", "big-00003-of-00003.gguf")


def tensors_only(*tensors: bytes, data: int) -> bytes:
    return gguf([], list(tensors), bytes(data))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (tensors_only(tensor_info("a", [100], 0, 0), data=100), "the file is cut off"),
        (tensors_only(tensor_info("a", [8], 0, 4), data=36), "no multiple of the alignment 32"),
        (tensors_only(tensor_info("a", [16], 0, 0), tensor_info("b", [16], 0, 32), data=96), "tensors a and b share bytes"),
        (tensors_only(tensor_info("a", [8], 0, 64), data=96), "64 bytes before tensor a belong to no tensor"),
        (tensors_only(tensor_info("a", [8], 0, 0), data=500), "468 bytes follow the last tensor"),
        (tensors_only(tensor_info("a", [8], 99, 0), data=32), "unknown type 99"),
        (tensors_only(tensor_info("a", [33], 2, 0), data=18), "no multiple of 32"),
        (tensors_only(tensor_info("a", [8], 0, 0), tensor_info("a", [8], 0, 32), data=64), "tensor a is there twice"),
        (gguf([pair("k", UINT32, bytes(4))] * 2, []), "the key k is there twice"),
        (gguf([pair("general.alignment", UINT32, struct.pack("<I", 3))], []), "no power of two"),
    ],
)  # fmt: skip
def test_every_departure_is_told(data: bytes, told: str) -> None:
    assert told in messages(look("m.gguf", data))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"GGUF\x09\0\0\0" + bytes(16), "version 9"),
        (b"GGUF\x03\0\0\0" + b"\xff" * 16, "more than it can hold"),
        (gguf([pair("k", 99, b"")], []), "unknown value type 99"),
        (gguf([pair("k", STRING, struct.pack("<Q", 2**63))], []), "remain"),
        (gguf([pair("k", ARRAY, struct.pack("<IQ", FLOAT32, 2**62))], []), "more than the file can hold"),
        (gguf([pair("k", ARRAY, struct.pack("<IQ", BOOL, 100))], []), "more than the file can hold"),
        (gguf([text("k" * 70_000) + bytes(8)], []), "bytes of key"),
        (gguf([], [text("a") + struct.pack("<I", 2**31) + bytes(40)]), "dimensions"),
        (gguf([pair("k", ARRAY, struct.pack("<IQ", ARRAY, 1) * 100 + bytes(12))], []), "levels of nesting"),
        (b"GGUF\x03\0", "remain"),
    ],
)
def test_a_header_that_cannot_be_read_is_an_error(data: bytes, told: str) -> None:
    with pytest.raises(FormatError, match=told):
        look("m.gguf", data)


def test_more_pairs_than_any_model_has_are_refused() -> None:
    with pytest.raises(LimitExceeded, match="key-value pairs"):
        look("m.gguf", b"GGUF" + struct.pack("<IQQ", 3, 0, 100_001) + bytes(2_000_000))
