"""TensorFlow Lite: constants, quantisation, operators, and offsets that lead nowhere."""

from __future__ import annotations

import struct

import pytest

from tests.formats.reading import look, messages
from tests.formats.seeds_graphs import small_tflite, tfl_tensor, tflite
from tests.formats.wire import Scalar, flatbuffer
from weighbridge.errors import FormatError
from weighbridge.model import Format


def test_a_model_is_told_as_it_is() -> None:
    found = look("m.tflite", small_tflite())
    assert found.format is Format.TFLITE
    assert [(t.name, t.shape, t.dtype, t.nbytes) for t in found.tensors] == [
        ("kernel", (4, 3), "I8", 12),
        ("bias", (4,), "I32", 16),
        ("axes", (2,), "I32", 8),
    ]
    # The biases have scales, the axes have not.
    assert found.parameters == 12 + 4
    assert found.quantisation == "int8 dynamic-range"
    assert found.producer == "MLIR Converted"
    assert found.versions == {"tflite-schema": "3", "tflite-runtime-min": "2.3.0"}
    assert not found.problems


def test_operators_signatures_and_metadata_are_told() -> None:
    metadata = look("m.tflite", small_tflite()).metadata
    assert metadata["operators"] == {"FlexErf": 2, "FULLY_CONNECTED": 1}
    assert metadata["flex_operators"] == metadata["custom_operators"] == ["FlexErf"]
    assert metadata["signatures"] == {"serving_default": {"inputs": ["in"], "outputs": ["out"]}}
    assert metadata["inputs"] == [{"name": "x", "dtype": "F32", "shape": [1, 3]}]
    assert (metadata["license"], metadata["author"]) == ("apache-2.0", "Somebody")


def test_offsets_lead_to_the_numbers() -> None:
    data = tflite([tfl_tensor("w", [4], 9, 1)], [b"", b"abcd"])
    (tensor,) = look("m.tflite", data).tensors
    assert tensor.offset is not None
    assert data[tensor.offset :][:4] == b"abcd"


def test_narrow_activations_make_a_full_integer_model() -> None:
    data = tflite([tfl_tensor("x", [3], 9, 0, scales=1), tfl_tensor("w", [4], 9, 1, scales=1)], [b"", bytes(4)])
    assert look("m.tflite", data).quantisation == "int8 full-integer"


def test_four_bits_share_a_byte() -> None:
    found = look("m.tflite", tflite([tfl_tensor("w", [3, 3], 17, 1, scales=1)], [b"", bytes(5)]))
    assert (found.parameters, found.quantisation) == (9, "int4 dynamic-range")
    assert not found.problems


def test_a_buffer_of_two_tensors_counts_once() -> None:
    found = look("m.tflite", tflite([tfl_tensor("a", [4], 0, 1), tfl_tensor("b", [4], 0, 1)], [b"", bytes(16)]))
    assert len(found.tensors) == 2
    assert found.parameters == 4


def test_data_behind_the_flatbuffer_are_found() -> None:
    tensors = [tfl_tensor("w", [4], 9, 1), tfl_tensor("far", [4], 9, 2)]
    placed = [{1: Scalar("Q", 4096), 2: Scalar("Q", 4)}, {1: Scalar("Q", 2**63), 2: Scalar("Q", 4)}]
    found = look("m.tflite", tflite(tensors, [b""], placed=placed).ljust(4096, b"\0") + b"wxyz")
    assert [(t.name, t.offset, t.nbytes) for t in found.tensors] == [("w", 4096, 4)]
    assert "buffer 2 would reach beyond the end" in messages(found)
    assert not found.complete


def test_a_tensor_that_is_not_what_it_says_is_told_and_not_counted() -> None:
    found = look("m.tflite", tflite([tfl_tensor("w", [2**31 - 1] * 4, 0, 1)], [b"", bytes(16)]))
    assert "its buffer has 16" in messages(found)
    assert found.parameters == 0
    beyond = look("m.tflite", tflite([tfl_tensor("w", [1], 0, 99)], [b""]))
    assert "lies in buffer 99 of 1" in messages(beyond)


def test_further_subgraphs_are_read() -> None:
    graph = {0: [tfl_tensor("inner", [2], 0, 1)], 3: [{0: Scalar("I", 0)}]}
    found = look("m.tflite", tflite([tfl_tensor("x", [1], 0, 0)], [b"", bytes(8)], graphs=[graph]))
    assert [t.name for t in found.tensors] == ["1/inner"]
    assert found.metadata["subgraphs"] == 2


def test_broken_metadata_cost_only_themselves() -> None:
    metadata = [{0: "TFLITE_METADATA", 1: Scalar("I", 1)}]
    found = look("m.tflite", tflite([tfl_tensor("x", [1], 0, 0)], [b"", b"\xff" * 16], root={6: metadata}))
    assert "TFLITE_METADATA cannot be read" in messages(found)
    assert not found.complete


@pytest.mark.parametrize("offset", [0xFFFFFFFF, 0x7FFFFFFF, 4, 10_000])
def test_a_root_that_leads_nowhere_is_refused(offset: int) -> None:
    data = bytearray(small_tflite())
    struct.pack_into("<I", data, 0, offset)
    try:
        found = look("m.tflite", bytes(data))
    except FormatError:
        return
    assert not found.tensors


def test_a_list_longer_than_the_file_is_refused() -> None:
    data = bytearray(flatbuffer({0: Scalar("I", 3), 4: [1]}))
    struct.pack_into("<I", data, len(data) - 8, 0xFFFFFFFF)
    found = look("m.tflite", bytes(data))
    assert "announces a list of 4,294,967,295 items" in messages(found)
    assert not found.complete


def test_other_files_are_refused_by_name() -> None:
    with pytest.raises(FormatError, match="letters TFL3"):
        look("m.tflite", b"<html>not found</html>" * 10)
