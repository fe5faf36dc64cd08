"""CoreML: networks, programs with their blob file, packages, pipelines."""

from __future__ import annotations

import struct

import pytest

from tests.formats.reading import look, messages
from tests.formats.seeds_graphs import (
    blob_file,
    coreml,
    mil_blob,
    mil_operation,
    mil_program,
    mil_type,
    packed_package,
    small_network,
    small_program,
)
from tests.formats.wire import message
from weighbridge.errors import FormatError
from weighbridge.formats import inspect
from weighbridge.formats.binary import MemorySource
from weighbridge.model import Format, Inspection


def with_blobs(data: bytes, blobs: bytes | None = None) -> Inspection:
    held = {"weights/weight.bin": MemorySource("weight.bin", blob_file() if blobs is None else blobs)}
    return inspect(MemorySource("model.mlmodel", data), held.get)


def test_a_program_is_told_as_it_is() -> None:
    found = with_blobs(small_program())
    assert found.format is Format.COREML
    assert [(t.name, t.shape, t.dtype, t.nbytes) for t in found.tensors] == [
        ("w", (4, 3), "F16", 24),
        ("b", (2,), "F32", 8),
        ("q/quantized_data", (8,), "U8", 8),
    ]
    assert found.parameters == 12 + 2 + 8
    assert found.quantisation == "affine_dequantize"
    assert found.references == ("weights/weight.bin",)
    assert found.versions == {"coreml-specification": "8", "coremltools": "7.2", "torch": "2.3.0"}
    assert found.complete
    assert not found.problems


def test_a_description_is_told() -> None:
    metadata = with_blobs(small_program()).metadata
    assert metadata["inputs"] == [{"name": "x", "type": "array", "dtype": "F32", "shape": [1, 3]}]
    assert (metadata["license"], metadata["author"], metadata["model_type"]) == ("MIT", "Somebody", "mlProgram")
    assert metadata["opsets"] == ["CoreML7"]
    assert metadata["operators"]["const"] == 2


def test_an_absent_or_short_blob_file_is_told() -> None:
    assert not look("model.mlmodel", small_program()).complete
    short = with_blobs(small_program(), blob_file()[:140])
    assert "needs bytes 128 to 152" in messages(short)
    assert not short.complete


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (mil_blob(10, (4, 3), 65), "no description of data at 65"),
        (mil_blob(10, (4, 3), 2**63), "no description of data"),
        (mil_blob(11, (4, 3), 64), "is F32 in the program and F16"),
        (mil_blob(10, (2**62, 2**62), 64), "24 are kept for it"),
        (message((2, mil_type(10, 4)), (5, message((1, "../../etc/passwd"), (2, 64)))), "outside the model's folder"),
        (message((2, mil_type(11, 1000)), (3, b"")), "needs 4,000 bytes, 0 are there"),
    ],
)
def test_constants_that_are_not_what_they_say_are_told(value: bytes, complaint: str) -> None:
    found = with_blobs(coreml(502, mil_program(mil_operation("const", "w", mil_type(10, 1), {"val": value}))))
    assert complaint in messages(found)


def test_compressed_constants_unfold_to_no_more_than_their_bytes_can() -> None:
    huge = mil_operation("constexpr_lut_to_dense", "w", mil_type(10, 2**60), {"indices": mil_blob(31, (8,), 192)})
    assert with_blobs(coreml(502, mil_program(huge))).parameters == 64 * 8


def test_a_network_is_told_as_it_is() -> None:
    found = look("m.mlmodel", small_network())
    assert [(t.name, t.shape, t.dtype, t.nbytes) for t in found.tensors] == [
        ("model0/conv/weights", (4, 3, 1, 2), "F32", 96),
        ("model0/conv/bias", (4,), "F16", 8),
        ("model0/lstm/20/inputGateWeightMatrix", (10,), "F32", 40),
        ("model0/dense/weights", (4, 2), "U4", 4),
        ("model0/branch/1/inner/bias", (24,), "F32", 96),
    ]
    assert found.parameters == 24 + 4 + 10 + 8 + 24
    assert found.quantisation == "4-bit weights"
    assert found.metadata["pipeline"] == ["neuralNetwork"]
    assert found.metadata["custom_classes"] == ["MyLayer"]


def test_kinds_without_an_inventory_are_not_complete() -> None:
    found = look("m.mlmodel", coreml(402, b""))
    assert "what a treeEnsembleClassifier has learned is not listed" in messages(found)
    assert not found.complete
    assert look("m.mlmodel", coreml(900, b"")).complete
    custom = look("m.mlmodel", coreml(555, message((10, "Evil"))))
    assert custom.metadata["custom_classes"] == ["Evil"]


def test_a_pipeline_in_a_pipeline_ends() -> None:
    body = b""
    for _ in range(100):
        body = message((1, coreml(202, body)))
    found = look("m.mlmodel", coreml(202, body))
    assert "levels of nesting" in messages(found)
    assert not found.complete


def test_a_packed_package_is_read_with_its_blob_file() -> None:
    found = look("m.mlpackage", packed_package())
    assert found.format is Format.COREML
    assert found.parameters == 22
    assert found.complete
    assert all(tensor.offset is None for tensor in found.tensors)


def test_a_blob_file_alone_is_listed_by_places() -> None:
    found = look("weight.bin", blob_file())
    assert [(t.name, t.shape, t.dtype, t.offset) for t in found.tensors] == [
        ("@64", (12,), "F16", 128),
        ("@192", (8,), "U8", 256),
    ]
    many = bytearray(blob_file())
    struct.pack_into("<I", many, 0, 3)
    with pytest.raises(FormatError, match="no description of data"):
        look("weight.bin", bytes(many))


def test_other_messages_are_refused() -> None:
    with pytest.raises(FormatError, match="no kind of model"):
        look("m.mlmodel", message((1, 4), (2, b"")))


@pytest.mark.parametrize(
    ("manifest", "complaint"),
    [
        (b'{"fileFormatVersion": "1.0.0", "rootModelIdentifier": "a", "itemInfoEntries": {"a": {"path": "PATH"}}}', ""),
        (
            b'{"rootModelIdentifier": "a", "itemInfoEntries": {"a": {"path": "other.mlmodel"}}}',
            "is 'other.mlmodel', not",
        ),
        (b'{"rootModelIdentifier": ["a"]}', "names no root model"),
        (b"[" * 100_000, "names no root model"),
        (b"\xff", "names no root model"),
    ],
)
def test_a_packages_manifest_is_compared(manifest: bytes, complaint: str) -> None:
    held = MemorySource("Manifest.json", manifest.replace(b"PATH", b"com.apple.CoreML/model.mlmodel"))
    path = "m.mlpackage/Data/com.apple.CoreML/model.mlmodel"
    found = inspect(MemorySource(path, small_network()), {"../../Manifest.json": held}.get)
    assert complaint in messages(found)
    assert bool(complaint) == bool(found.problems)
    assert found.versions.get("coreml-package") == ("1.0.0" if not complaint else found.versions.get("coreml-package"))
