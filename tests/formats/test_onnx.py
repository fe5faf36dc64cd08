"""ONNX: every tensor wherever it hides, other files, domains and schemes, and none of the numbers read."""

from __future__ import annotations

import pathlib
import pickle

import msgspec
import pytest

from tests.formats.reading import look, messages
from tests.formats.seeds_graphs import (
    INT8,
    INT32,
    INT64,
    UINT8,
    coreml,
    onnx_external,
    onnx_model,
    onnx_node,
    onnx_tensor,
    saved_model,
    small_onnx,
    tf_const,
    tf_graph,
)
from tests.formats.wire import entry, field, message, packed, varint
from weighbridge.errors import FormatError
from weighbridge.formats import identify, inspect
from weighbridge.formats.binary import LIMITS, MemorySource
from weighbridge.model import ByteSource, Format, Inspection


def with_files(data: bytes, **sizes: int) -> Inspection:
    files = {name.replace("__", "."): MemorySource(name, bytes(size)) for name, size in sizes.items()}
    return inspect(MemorySource("m.onnx", data), files.get)


def test_a_model_is_told_as_it_is() -> None:
    found = look("m.onnx", small_onnx())
    assert found.format is Format.ONNX
    assert [(t.name, t.shape, t.dtype, t.nbytes) for t in found.tensors] == [
        ("if0/then_branch/inner", (4,), "F32", 16),
        ("c0/value", (2,), "F32", 8),
        ("w", (3, 4), "F32", 48),
        ("shape", (2,), "I64", 16),
        ("sparse", (2,), "F32", 8),
        ("sparse/where", (2,), "I64", 16),
    ]
    assert found.parameters == 4 + 2 + 12 + 2
    assert found.versions == {"onnx-ir": "8", "opset:ai.onnx": "17", "opset:ai.onnx.contrib": "1", "pytorch": "2.1.0"}
    assert found.producer == "pytorch 2.1.0"
    assert found.complete
    assert not found.problems


def test_what_stands_around_the_graph_is_told() -> None:
    metadata = look("m.onnx", small_onnx()).metadata
    assert metadata["inputs"] == [{"name": "x", "dtype": "F32", "shape": ["batch", 3]}]
    assert metadata["outputs"] == [{"name": "y", "dtype": "F32", "shape": [1]}]
    assert metadata["metadata_props"] == {"license": "mit"}
    assert metadata["custom_operators"] == {"ai.onnx.contrib::PyOp": 1}
    assert metadata["custom_domains"] == ["ai.onnx.contrib"]
    assert metadata["operators"]["MatMul"] == 1
    assert "Erf" in metadata["operator_names"]


def test_offsets_lead_to_the_numbers() -> None:
    raw = b"0123456789abcdef"
    data = onnx_model([], [onnx_tensor("a", [4], raw=raw)])
    (tensor,) = look("m.onnx", data).tensors
    assert tensor.offset is not None
    assert data[tensor.offset : tensor.offset + tensor.nbytes] == raw


def test_numbers_in_typed_fields_have_their_length() -> None:
    floats = message((1, packed(3)), (2, 1), (4, bytes(12)), (8, "f"))
    integers = message((1, packed(3)), (2, INT32), (5, packed(1, 2, 3)), (8, "i"))
    single = message((1, packed(2)), (2, 1), (4, [0.5, 0.25]), (8, "old"))
    texts = message((1, packed(2)), (2, 8), (6, ["ab", "c"]), (8, "words"))
    found = look("m.onnx", onnx_model([], [floats, integers, single, texts]))
    assert [(t.dtype, t.nbytes, t.offset is None) for t in found.tensors] == [
        ("F32", 12, False),
        ("I32", 3, True),
        ("F32", 8, True),
        ("TEXT", 3, True),
    ]
    assert not found.problems


class _Sparse:
    """A file of two gigabytes of which only the beginning and the end are there."""

    path = "huge.onnx"

    def __init__(self, head: bytes, hole: int, tail: bytes) -> None:
        self.head, self.tail, self.size = head, tail, len(head) + hole + len(tail)
        self.read = 0

    def read_at(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset)
        self.read += length
        start = self.size - len(self.tail)
        whole = self.head[offset : offset + length].ljust(max(0, min(length, start - offset)), b"\0")
        return (whole + self.tail[max(0, offset - start) :])[:length]


def test_two_gigabytes_cost_kilobytes() -> None:
    hole = 2 * 1024**3
    tensor_head = message((1, packed(hole // 4)), (2, 1), (8, "w")) + varint(9 << 3 | 2) + varint(hole)
    graph_head = field(1, onnx_node("MatMul", "x", "w")) + varint(5 << 3 | 2) + varint(len(tensor_head) + hole)
    tail = message((5, onnx_tensor("b", [3])))
    length = len(graph_head) + len(tensor_head) + hole + len(tail)
    head = message((1, 8)) + varint(7 << 3 | 2) + varint(length) + graph_head + tensor_head
    source = _Sparse(head, hole, tail + message((8, message((1, ""), (2, 17)))))
    found = inspect(source)
    assert [(t.name, t.nbytes) for t in found.tensors] == [("w", hole), ("b", 12)]
    assert found.parameters == hole // 4 + 3
    assert source.read < 1_000_000


def test_other_files_are_named_and_measured() -> None:
    data = onnx_model([], [onnx_external("w", [4], location="w.bin", offset="8", length="16")])
    found = with_files(data, w__bin=24)
    assert found.references == ("w.bin",)
    assert (found.tensors[0].nbytes, found.tensors[0].offset, found.tensors[0].file) == (16, 8, "w.bin")
    assert found.complete
    assert not found.problems
    short = with_files(data, w__bin=20)
    assert "w needs bytes 8 to 24 of w.bin, which has 20" in messages(short)
    assert not short.complete
    absent = with_files(data)
    assert "w.bin, which the file needs, is not there" in messages(absent)
    assert not absent.complete


@pytest.mark.parametrize(
    "location", ["../w.bin", "a/../../w.bin", "/etc/passwd", "..\\w.bin", "C:\\w.bin", "", "a\0b", "http://host/w.bin"]
)
def test_other_files_outside_the_folder_are_told_and_not_opened(location: str) -> None:
    opened: list[str] = []

    def sibling(path: str) -> ByteSource | None:
        opened.append(path)
        return None

    found = inspect(MemorySource("m.onnx", onnx_model([], [onnx_external("w", [4], location=location)])), sibling)
    assert not opened
    assert not found.complete
    assert "to be read from" in messages(found)


@pytest.mark.parametrize(
    ("where", "complaint"),
    [
        ({"offset": "-1"}, "no readable offset"),
        ({"offset": "9" * 30}, "no readable offset"),
        ({"length": "x"}, "no readable offset"),
        ({"length": "17"}, "needs 16 bytes, 17 are set aside"),
        ({"offset": str(2**62)}, "which has 16"),
    ],
)
def test_places_in_other_files_are_checked(where: dict[str, str], complaint: str) -> None:
    found = with_files(onnx_model([], [onnx_external("w", [4], location="w.bin", **where)]), w__bin=16)
    assert complaint in messages(found)


def test_external_tensors_in_subgraphs_and_attributes_are_found() -> None:
    hidden = onnx_external("w", [4], location="../../x")
    inner = message((5, hidden))
    nodes = [
        onnx_node("If", "c", attributes=[message((1, "else_branch"), (6, inner))]),
        onnx_node("Constant", attributes=[message((1, "value"), (10, hidden))]),
        onnx_node("Loop", attributes=[message((1, "body"), (11, inner))]),
        onnx_node("Constant", attributes=[message((1, "sparse_value"), (22, message((1, hidden))))]),
    ]
    found = look("m.onnx", onnx_model(nodes, []))
    assert len(found.tensors) == 4
    assert found.references == ("../../x",)


def test_a_tensor_that_is_not_what_it_says_is_told_and_not_counted() -> None:
    lying = onnx_tensor("huge", [2**62, 4], raw=b"")
    negative = onnx_tensor("negative", [0], raw=b"abcd")
    found = look("m.onnx", onnx_model([], [lying, negative, onnx_tensor("w", [3])]))
    assert "huge needs 73,786,976,294,838,206,464 bytes, 0 are there" in messages(found)
    assert found.parameters == 3
    below = message((1, packed(-1)), (2, 1), (8, "below"), (9, b""))
    assert "negative dimension" in messages(look("m.onnx", onnx_model([], [below])))


def test_weights_of_four_bits_count_as_the_node_says() -> None:
    numbers = [message((1, name), (3, value), (20, 2)) for name, value in (("K", 64), ("N", 8), ("bits", 4))]
    node = onnx_node("MatMulNBits", "x", "w", "scales", domain="com.microsoft", attributes=numbers)
    found = look("m.onnx", onnx_model([node], [onnx_tensor("w", [8, 1, 32], UINT8), onnx_tensor("scales", [8])]))
    assert found.parameters == 64 * 8
    assert found.quantisation == "MatMulNBits 4-bit"
    boast = [message((1, name), (3, 2**40), (20, 2)) for name in ("K", "N")]
    lying = onnx_node("MatMulNBits", "x", "w", domain="com.microsoft", attributes=boast)
    assert look("m.onnx", onnx_model([lying], [onnx_tensor("w", [8], UINT8)])).parameters == 64


def test_scales_and_zero_points_are_no_parameters() -> None:
    node = onnx_node("DequantizeLinear", "w", "scale", "zero")
    bias = onnx_node("DequantizeLinear", "bias", "scale", "zero")
    tensors = [
        onnx_tensor("w", [3, 4], INT8),
        onnx_tensor("bias", [4], INT32),
        onnx_tensor("scale", []),
        onnx_tensor("zero", [], INT8),
        onnx_tensor("axes", [2], INT64),
    ]
    found = look("m.onnx", onnx_model([node, bias], tensors))
    assert found.parameters == 12 + 4
    assert found.quantisation == "QDQ int8"


def test_graphs_that_only_training_runs_are_listed_but_not_counted() -> None:
    training = message((2, message((5, onnx_tensor("momentum", [8])))))
    found = look("m.onnx", onnx_model([], [onnx_tensor("w", [3])], (20, training)))
    assert [t.name for t in found.tensors] == ["w", "training/momentum"]
    assert found.parameters == 3


@pytest.mark.parametrize("kept", [60, 100, 200, 400])
def test_a_file_cut_off_within_its_graph_is_refused(kept: int) -> None:
    with pytest.raises(FormatError, match=r"bytes, but .* remain"):
        look("m.onnx", small_onnx()[:kept])


def test_a_file_cut_off_behind_its_graph_tells_what_there_is() -> None:
    found = look("m.onnx", small_onnx()[:-3])
    assert len(found.tensors) == 6
    assert not found.complete
    assert "not read to its end" in messages(found)


def test_limits_end_the_reading_with_what_was_found() -> None:
    many = onnx_model([], [onnx_tensor(f"t{n}", [1]) for n in range(100)])
    few = msgspec.structs.replace(LIMITS, tensors=10)
    found = inspect(MemorySource("m.onnx", many), limits=few)
    assert len(found.tensors) == 10
    assert not found.complete
    deep = b""
    for _ in range(100):
        deep = message((1, onnx_node("If", attributes=[message((1, "then_branch"), (6, deep), (13, "padding"))])))
    nested = message((1, 8), (7, deep), (8, message((2, 17))))
    assert "levels of nesting" in messages(look("m.onnx", nested))


@pytest.mark.parametrize(
    "data",
    [
        pickle.dumps({"a": [1, 2, 3]}),
        pickle.dumps(list(range(100)), protocol=0),
        saved_model(tf_graph(tf_const("w", 4))),
        tf_graph(tf_const("w", 4)),
        coreml(500, b""),
        onnx_tensor("input", [4]),
        message((1, 8), (2, "only"), (3, "text")),
        message((7, b"")),
        message((1, 8), (7, b"\x08\x01")),
        message((1, 8), (7, message((5, b""))), (99, "unknown")),
        b"\x08\x08" + b"A" * 100,
    ],
)
def test_other_files_are_not_taken_for_onnx(data: bytes) -> None:
    assert identify(MemorySource("file", data)) is not Format.ONNX


def test_a_file_without_a_graph_is_refused() -> None:
    with pytest.raises(FormatError, match="it has no graph"):
        look("m.onnx", message((1, 8), (2, "pytorch")))


def test_names_are_cut_and_made_text() -> None:
    tensor = onnx_tensor("\x1b[2J" + "n" * 10_000, [1])
    found = look("m.onnx", onnx_model([onnx_node("\x1b]0;" + "o" * 1000)], [tensor]))
    assert len(found.tensors[0].name) <= 4096
    assert all(len(name) <= 256 for name in found.metadata["operator_names"])
    broken = message((1, packed(1)), (2, 1), (8, b"\xff\xfe"), (9, bytes(4)))
    assert msgspec.json.encode(look("m.onnx", onnx_model([], [broken])))


def test_the_library_reads_the_same(tmp_path: pathlib.Path) -> None:
    onnx = pytest.importorskip("onnx")
    helper = onnx.helper
    tensors = [
        helper.make_tensor("w", onnx.TensorProto.FLOAT, [2, 3], [0.5] * 6),
        helper.make_tensor("h", onnx.TensorProto.FLOAT16, [4], [1.0] * 4),
        helper.make_tensor("i", onnx.TensorProto.INT8, [5], [1] * 5),
    ]
    node = helper.make_node("Add", ["x", "w"], ["y"])
    value = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["n", 3])
    model = helper.make_model(helper.make_graph([node], "g", [value], [value], tensors), producer_name="test")
    found = look("m.onnx", model.SerializeToString())
    assert [(t.name, t.shape, t.dtype) for t in found.tensors] == [
        ("w", (2, 3), "F32"),
        ("h", (4,), "F16"),
        ("i", (5,), "I8"),
    ]
    assert found.versions["onnx-ir"] == str(model.ir_version)
    assert not found.problems


def test_entries_of_maps_may_come_in_any_order() -> None:
    turned = message((2, "w.bin"), (1, "location"))
    tensor = message((1, packed(4)), (2, 1), (8, "w"), (13, [turned, entry("length", "16")]), (14, 1))
    assert with_files(onnx_model([], [tensor]), w__bin=16).complete
