"""OpenVINO: constants and their file, versions, custom layers, and XML that wants more than to be read."""

from __future__ import annotations

import msgspec
import pytest

from tests.formats.reading import look, messages
from tests.formats.seeds_graphs import openvino, ov_const, small_openvino
from weighbridge.errors import FormatError
from weighbridge.formats import identify, inspect
from weighbridge.formats.binary import LIMITS, MemorySource
from weighbridge.model import Format, Inspection


def with_data(data: bytes, size: int) -> Inspection:
    return inspect(MemorySource("openvino_model.xml", data), {"openvino_model.bin": MemorySource("x", bytes(size))}.get)


def test_a_network_is_told_as_it_is() -> None:
    found = with_data(small_openvino(), 400)
    assert found.format is Format.OPENVINO
    assert [(t.name, t.shape, t.dtype, t.nbytes) for t in found.tensors] == [
        ("w", (64, 3), "F16", 384),
        ("axes", (2,), "I64", 16),
    ]
    assert found.parameters == 192
    assert found.versions == {"openvino-ir": "11", "openvino": "2024.3.0", "nncf": "2.12.0"}
    assert found.references == ("openvino_model.bin",)
    assert found.metadata["inputs"] == [{"name": "x", "dtype": "F32", "shape": "?,3"}]
    assert found.complete
    assert not found.problems


def test_the_other_file_is_measured() -> None:
    assert "needs bytes 384 to 400 of openvino_model.bin, which has 390" in messages(with_data(small_openvino(), 390))
    assert not look("openvino_model.xml", small_openvino()).complete


@pytest.mark.parametrize(
    ("constant", "complaint"),
    [
        (ov_const("w", "f32", "4", 0, 15), "needs 16 bytes, 15 are kept"),
        (ov_const("w", "f32", "4", -1, 16), "no readable place"),
        (ov_const("w", "f32", ",".join(["9" * 18] * 9), 0, 16), "are kept for it"),
        (ov_const("w", "f32", "4", 2**59, 16), "which has 400"),
    ],
)
def test_constants_are_checked(constant: str, complaint: str) -> None:
    found = with_data(openvino(constant), 400)
    assert complaint in messages(found)


def test_narrow_constants_make_a_quantised_model() -> None:
    found = with_data(openvino(ov_const("w", "u4", "8, 4", 0, 16) + ov_const("s", "f16", "8", 16, 16)), 32)
    assert (found.quantisation, found.parameters) == ("uint4", 40)
    fake = openvino('<layer id="0" name="q" type="FakeQuantize" version="opset1"/>')
    assert look("m.xml", fake).quantisation == "fake-quantised"


def test_blobs_of_the_old_versions_are_listed() -> None:
    blobs = '<blobs><weights offset="0" size="64" precision="FP16"/><biases offset="64" size="8"/></blobs>'
    layer = f'<layer id="1" name="conv" precision="FP16" type="Convolution">{blobs}</layer>'
    found = with_data(openvino(layer, version="7"), 400)
    assert [(t.name, t.shape, t.dtype) for t in found.tensors] == [
        ("conv/weights", (32,), "F16"),
        ("conv/biases", (4,), "F16"),
    ]


def test_layers_of_extensions_are_told() -> None:
    layer = '<layer id="0" name="x" type="Evil" version="extension"><data library="../../libevil.so"/></layer>'
    metadata = look("m.xml", openvino(layer)).metadata
    assert metadata["custom_operators"] == {"extension::Evil": 1}
    assert metadata["libraries"] == ["../../libevil.so"]


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE net [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE net>",
        '<!DOCTYPE net SYSTEM "http://host/net.dtd">',
        '<!DOCTYPE net [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>',
    ],
)
def test_document_types_are_refused(prologue: str) -> None:
    data = f'<?xml version="1.0"?>{prologue}<net name="m" version="11"><layers/></net>'.encode()
    with pytest.raises(FormatError, match="document type or entities"):
        look("m.xml", data)


def test_a_document_cannot_choose_its_encoding() -> None:
    data = b'<?xml version="1.0" encoding="rot13"?><net name="m" version="11"><layers></layers></net>'
    assert look("m.xml", data).metadata["network"] == "m"
    hidden = '<?xml version="1.0"?><!DOCTYPE net [<!ENTITY x "y">]><net name="m"></net>'.encode("utf-16")
    with pytest.raises(FormatError, match="document type or entities"):
        look("m.xml", hidden)


def test_text_that_is_no_utf_8_is_refused() -> None:
    with pytest.raises(FormatError, match="the XML is broken"):
        look("m.xml", b'<net name="\xff\xfe"><layers/></net>')


def test_depth_and_size_are_limited() -> None:
    deep = b'<net name="m" version="11"><layers>' + b"<a>" * 100_000
    with pytest.raises(FormatError, match="levels of nesting"):
        look("m.xml", deep)
    few = msgspec.structs.replace(LIMITS, items=10)
    with pytest.raises(FormatError, match="XML elements"):
        inspect(MemorySource("m.xml", openvino("<a/>" * 100)), limits=few)


def test_a_document_cut_off_tells_what_there_is() -> None:
    found = with_data(small_openvino()[:-40], 400)
    assert len(found.tensors) == 2
    assert "the XML is broken" in messages(found)
    assert not found.complete


@pytest.mark.parametrize("data", [b"<html><net></net></html>", b"<?xml version='1.0'?><nets/>", b"<net></net>"])
def test_other_documents_are_not_taken_for_networks(data: bytes) -> None:
    assert identify(MemorySource("file", data)) is Format.UNRECOGNISED
